package encode

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/event"
)

var dialects = [...]bgp.Dialect{bgp.Dialect6, bgp.Dialect4, bgp.Dialect5, bgp.Dialect42}

func peer() *event.Peer {
	return &event.Peer{
		Local: netip.MustParseAddr("127.0.0.1"), Remote: netip.MustParseAddr("127.0.0.2"),
		LocalAS: 65001, PeerAS: 65002, RouterID: netip.MustParseAddr("10.0.0.2"),
	}
}

// session is one with all families, four-octet AS numbers and no path identifiers.
func session() *bgp.Negotiated {
	return &bgp.Negotiated{
		LocalAS: 65002, PeerAS: 65002, HoldTime: 90 * time.Second, MaxMessage: bgp.MaxMessage, ASN4: true,
		Families: bgp.Families(),
	}
}

// expand replaces the short forms of the tables below.
func expand(s string, d bgp.Dialect) string {
	router := `, "router-id": "10.0.0.2"`
	if d == bgp.Dialect42 {
		router = ""
	}
	return strings.NewReplacer(
		"⟨N⟩", `"neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.2" }, "asn": { "local": 65001, "peer": 65002 }`+router+` `,
		"⟨P⟩", "neighbor 127.0.0.2",
	).Replace(s)
}

// want is what the dialects write: one that is empty writes what the one before
// it does.
type want struct{ main, five, four string }

func (w want) of(d bgp.Dialect) string {
	five, four := w.five, w.four
	if five == "" {
		five = w.main
	}
	if four == "" {
		four = five
	}
	switch d {
	case bgp.Dialect42:
		return expand(four, d)
	case bgp.Dialect5:
		return expand(five, d)
	default:
		return expand(w.main, d)
	}
}

// check compares the body of an event in every dialect, and in both encoders.
func check(t *testing.T, f Format, body func(e *Encoder) []byte, js, text want) {
	t.Helper()
	for _, d := range dialects {
		f.Dialect = d
		f.JSON = true
		got := string(body(&Encoder{Format: f}))
		if w := js.of(d) + "\n"; got != w {
			t.Errorf("dialect %v, JSON:\ngot  %swant %s", d, got, w)
		}
		if line := `{ "x": 0, ` + got; !json.Valid([]byte(line)) {
			t.Errorf("dialect %v: not JSON: %s", d, line)
		}
		f.JSON = false
		got = string(body(&Encoder{Format: f}))
		w := text.of(d)
		if w != "" && !strings.HasSuffix(w, "\n") {
			w += "\n\n"
		}
		if got != w {
			t.Errorf("dialect %v, text:\ngot  %q\nwant %q", d, got, w)
		}
	}
}

func TestState(t *testing.T) {
	because := func(c event.Cause, n bgp.Notification) event.Reason { return event.Reason{Cause: c, Notification: n} }
	for _, tt := range []struct {
		name     string
		state    event.State
		why      event.Reason
		js, text want
	}{
		{
			"connected", event.Connected,
			event.Reason{},
			want{main: `"type": "state", ⟨N⟩, "state": "connected" } }`},
			want{main: `⟨P⟩ connected`},
		},
		{
			"up", event.Up,
			event.Reason{},
			want{main: `"type": "state", ⟨N⟩, "state": "up" } }`},
			want{main: `⟨P⟩ up`},
		},
		{
			"received", event.Down, because(event.Received, bgp.Notification{Code: 6, Subcode: 2}),
			want{
				main: `"type": "state", ⟨N⟩, "state": "down", "reason": "notification received (6,2)" } }`,
				four: `"type": "state", ⟨N⟩, "state": "down", "reason": "peer reset, message (notification received (6,2)) error(Cease / Administrative Shutdown)" } }`,
			},
			want{
				main: `⟨P⟩ down - notification received (6,2)`,
				four: `⟨P⟩ down - peer reset, message [notification received (6,2)] error[Cease / Administrative Shutdown]`,
			},
		},
		{
			"sent", event.Down, because(event.Sent, bgp.Cease(bgp.CeaseReset, "")),
			want{
				main: `"type": "state", ⟨N⟩, "state": "down", "reason": "notification sent (6,4)" } }`,
				four: `"type": "state", ⟨N⟩, "state": "down", "reason": "peer reset, message (notification sent (6,4)) error(Cease / Administrative Reset / Administrative Reset)" } }`,
			},
			want{
				main: `⟨P⟩ down - notification sent (6,4)`,
				four: `⟨P⟩ down - peer reset, message [notification sent (6,4)] error[Cease / Administrative Reset / Administrative Reset]`,
			},
		},
		{
			"sent octets", event.Down, because(event.Sent, bgp.Notification{Code: 1, Subcode: 2, Data: []byte{0, 18}}),
			want{
				main: `"type": "state", ⟨N⟩, "state": "down", "reason": "notification sent (1,2)" } }`,
				four: `"type": "state", ⟨N⟩, "state": "down", "reason": "peer reset, message (notification sent (1,2)) error(Message header error / Bad Message Length)" } }`,
			},
			want{
				main: `⟨P⟩ down - notification sent (1,2)`,
				four: `⟨P⟩ down - peer reset, message [notification sent (1,2)] error[Message header error / Bad Message Length]`,
			},
		},
		{
			"lost", event.Down, because(event.Lost, bgp.Notification{}),
			want{
				main: `"type": "state", ⟨N⟩, "state": "down", "reason": "closing connection" } }`,
				four: `"type": "state", ⟨N⟩, "state": "down", "reason": "peer reset, message (closing connection) error(the TCP connection was closed by the remote end)" } }`,
			},
			want{
				main: `⟨P⟩ down - closing connection`,
				four: `⟨P⟩ down - peer reset, message [closing connection] error[the TCP connection was closed by the remote end]`,
			},
		},
		{
			"removed", event.Down, because(event.Removed, bgp.Notification{}),
			want{
				main: `"type": "state", ⟨N⟩, "state": "down", "reason": "stop, message [removed]" } }`,
				four: `"type": "state", ⟨N⟩, "state": "down", "reason": "stop, message (removed)" } }`,
			},
			want{main: `⟨P⟩ down - stop, message [removed]`},
		},
		{
			"shutdown", event.Down, because(event.Shutdown, bgp.Notification{}),
			want{
				main: `"type": "state", ⟨N⟩, "state": "down", "reason": "stop, message [shutting down]" } }`,
				four: `"type": "state", ⟨N⟩, "state": "down", "reason": "stop, message (shutting down)" } }`,
			},
			want{main: `⟨P⟩ down - stop, message [shutting down]`},
		},
		{
			"graceful", event.Down, because(event.Graceful, bgp.Notification{}),
			want{main: `"type": "state", ⟨N⟩, "state": "down", "reason": "graceful restarted negotiated, closing without sending any notification" } }`},
			want{main: `⟨P⟩ down - graceful restarted negotiated, closing without sending any notification`},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, Format{}, func(e *Encoder) []byte { return e.AppendState(nil, peer(), tt.state, tt.why) }, tt.js, tt.text)
		})
	}
}

func TestAutomaticNeighbor(t *testing.T) {
	p := &event.Peer{Remote: netip.MustParseAddr("2001:db8::1")}
	check(t, Format{}, func(e *Encoder) []byte { return e.AppendFSM(nil, p, "ACTIVE") },
		want{
			main: `"type": "fsm", "neighbor": { "address": { "local": "no-nexthop", "peer": "2001:db8::1" }, "asn": { "local": 0, "peer": 0 } , "state": "ACTIVE" } }`,
			five: `"type": "fsm", "neighbor": { "address": { "local": "None", "peer": "2001:db8::1" }, "asn": { "local": 0, "peer": 0 } , "state": "ACTIVE" } }`,
		}, want{})
}

func TestSignal(t *testing.T) {
	check(t, Format{}, func(e *Encoder) []byte { return e.AppendSignal(nil, peer(), 15, "SIGTERM") },
		want{main: `"type": "signal", ⟨N⟩, "code": "15", "name": "SIGTERM" } }`}, want{})
}

func TestNegotiated(t *testing.T) {
	n := session()
	n.Families = []bgp.Family{bgp.IPv4Unicast, bgp.IPv6Unicast}
	check(t, Format{}, func(e *Encoder) []byte { return e.AppendNegotiated(nil, peer(), n) },
		want{
			main: `"type": "negotiated", ⟨N⟩, "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": false, "refresh": "absent", "families": ["ipv4 unicast", "ipv6 unicast"], "nexthop": [], "add_path": {"send": [], "receive": []} }  } }`,
			four: `"type": "negotiated", ⟨N⟩, "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": false, "refresh": "absent", "families": [ "ipv4 unicast" ,"ipv6 unicast" ], "nexthop": [  ], "add_path": { "send": [  ], "receive": [  ] } }  } }`,
		}, want{})
}

// message parses a whole message as a session does.
func message(t *testing.T, n *bgp.Negotiated, kind bgp.MessageType, body string) *event.Message {
	t.Helper()
	m := parsed(n, kind, bgptest.Hex(body))
	if m == nil {
		t.Fatalf("type %d with %s ends the session", kind, body)
	}
	return m
}

func TestMessages(t *testing.T) {
	for _, tt := range []struct {
		name     string
		kind     bgp.MessageType
		body     string
		d        event.Direction
		js, text want
	}{
		{
			"open", bgp.TypeOpen, "04 fdea 005a 0a000009 08 0206 41040000fdea", event.Receive,
			want{main: `"type": "open", ⟨N⟩, "direction": "receive", "open": { "version": 4, "asn": 65002, "hold_time": 90, "router_id": "10.0.0.9", "capabilities": { "65": { "name": "asn4", "asn4": 65002 } } } } }`},
			want{main: `⟨P⟩ receive open version 4 asn 65002 hold_time 90 router_id 10.0.0.9 capabilities [asn4(65002)]`},
		},
		{
			"sent open", bgp.TypeOpen, "04 fdea 005a 0a000009 08 0206 41040000fdea", event.Send,
			want{
				main: `"type": "open", ⟨N⟩, "direction": "send", "open": { "version": 4, "asn": 65002, "hold_time": 90, "router_id": "10.0.0.9", "capabilities": { "asn4": { "name": "asn4", "asn4": 65002 }, "hostname": { "host-name": "", "domain-name": "" } } } } }`,
				five: `"type": "open", ⟨N⟩, "direction": "send", "open": { "version": 4, "asn": 65002, "hold_time": 90, "router_id": "10.0.0.9", "capabilities": { "asn4": { "name": "asn4", "asn4": 65002 }, "hostname": { "host-name": null, "domain-name": null } } } } }`,
				four: `"type": "open", ⟨N⟩, "direction": "send", "open": { "version": 4, "asn": 65002, "hold_time": 90, "router_id": "10.0.0.9", "capabilities": { "asn4": { "name": "asn4", "asn4": 65002 } } } } }`,
			},
			want{
				main: `⟨P⟩ send open version 4 asn 65002 hold_time 90 router_id 10.0.0.9 capabilities [asn4(65002), hostname( )]`,
				five: `⟨P⟩ send open version 4 asn 65002 hold_time 90 router_id 10.0.0.9 capabilities [asn4(65002), hostname(none none)]`,
				four: `⟨P⟩ send open version 4 asn 65002 hold_time 90 router_id 10.0.0.9 capabilities [asn4(65002)]`,
			},
		},
		{
			"keepalive", bgp.TypeKeepalive, "", event.Send,
			want{main: `"type": "keepalive", ⟨N⟩, "direction": "send"  } }`},
			want{main: `⟨P⟩ send keepalive`},
		},
		{
			"notification", bgp.TypeNotification, "0602 0548656c6c6f", event.Receive,
			want{
				main: `"type": "notification", ⟨N⟩, "direction": "receive", "notification": { "code": 6, "subcode": 2, "data": "0x53687574646F776E20436F6D6D756E69636174696F6E3A202248656C6C6F22", "message": "Shutdown Communication: \"Hello\"" }  } }`,
				four: `"type": "notification", ⟨N⟩, "direction": "receive", "notification": { "code": 6, "subcode": 2, "data": "0x53687574646F776E20436F6D6D756E69636174696F6E3A202248656C6C6F22" }  } }`,
			},
			want{main: `⟨P⟩ receive notification code 6 subcode 2 data 0x53687574646F776E20436F6D6D756E69636174696F6E3A202248656C6C6F22`},
		},
		{
			"refresh", bgp.TypeRouteRefresh, "0001 01 01", event.Receive,
			want{main: `"type": "refresh", ⟨N⟩, "direction": "receive", "route-refresh": { "afi": "ipv4", "safi": "unicast", "subtype": "begin" } } }`},
			want{main: `⟨P⟩ receive route-refresh afi ipv4 safi unicast begin`},
		},
		{
			"operational", bgp.TypeOperational, "0001 0005 0001 01 6869", event.Receive,
			want{main: `"type": "operational", ⟨N⟩, "direction": "receive", "operational": { "name": "ADM", "afi": "ipv4", "safi": "unicast", "advisory": "hi" } } }`},
			want{main: "⟨P⟩ receive operational ADM afi ipv4 safi unicast advisory \"hi\"\n"},
		},
		{
			"end of refresh", bgp.TypeRouteRefresh, "0001 02 01", event.Send,
			want{main: `"type": "refresh", ⟨N⟩, "direction": "send", "route-refresh": { "afi": "ipv4", "safi": "unicast", "subtype": "end" } } }`},
			want{main: `⟨P⟩ send route-refresh afi ipv4 safi unicast end`},
		},
		{
			"refresh of an unknown family", bgp.TypeRouteRefresh, "0063 00 63", event.Receive,
			want{main: `"type": "refresh", ⟨N⟩, "direction": "receive", "route-refresh": { "afi": "unknown-afi-0x63", "safi": "unknown safi 99", "subtype": "query" } } }`},
			want{main: `⟨P⟩ receive route-refresh afi unknown-afi-0x63 safi unknown safi 99 query`},
		},
		{
			"sent notification", bgp.TypeNotification, "0604 14 41646d696e697374726174697665205265736574", event.Send,
			want{
				main: `"type": "notification", ⟨N⟩, "direction": "send", "notification": { "code": 6, "subcode": 4, "data": "0x1441646D696E697374726174697665205265736574", "message": "\u0014Administrative Reset" }  } }`,
				four: `"type": "notification", ⟨N⟩, "direction": "send", "notification": { "code": 6, "subcode": 4, "data": "0x1441646D696E697374726174697665205265736574" }  } }`,
			},
			want{main: `⟨P⟩ send notification code 6 subcode 4 data 0x1441646D696E697374726174697665205265736574`},
		},
		{
			"notification without data", bgp.TypeNotification, "0400", event.Receive,
			want{
				main: `"type": "notification", ⟨N⟩, "direction": "receive", "notification": { "code": 4, "subcode": 0, "data": "0x", "message": "" }  } }`,
				four: `"type": "notification", ⟨N⟩, "direction": "receive", "notification": { "code": 4, "subcode": 0, "data": "0x" }  } }`,
			},
			want{main: `⟨P⟩ receive notification code 4 subcode 0 data 0x`},
		},
		{
			"operational query", bgp.TypeOperational, "0003 000b 0001 01 01020304 00000005", event.Receive,
			want{main: `"type": "operational", ⟨N⟩, "direction": "receive", "operational": { "name": "RPCQ", "afi": "ipv4", "safi": "unicast" } } }`},
			want{main: "⟨P⟩ receive operational RPCQ afi ipv4 safi unicast\n"},
		},
		{
			"operational counter", bgp.TypeOperational, "0004 000f 0001 01 01020304 00000005 00000006", event.Receive,
			want{main: `"type": "operational", ⟨N⟩, "direction": "receive", "operational": { "name": "RPCP", "afi": "ipv4", "safi": "unicast", "router-id": "1.2.3.4", "sequence": 5, "counter": 6 } } }`},
			want{main: "⟨P⟩ receive operational RPCP afi ipv4 safi unicast router-id 1.2.3.4 sequence 5 counter 6\n"},
		},
		{
			"unknown operational", bgp.TypeOperational, "0063 0002 0102", event.Receive,
			want{main: `"type": "operational", ⟨N⟩, "direction": "receive", "operational": { "name": "unknown", "type": "operational-type-99", "data": "0x0102" } } }`},
			want{main: "⟨P⟩ receive operational unknown type operational-type-99 data 0x0102\n"},
		},
		{
			"end of RIB", bgp.TypeUpdate, "00000000", event.Receive,
			want{main: `"type": "update", ⟨N⟩, "direction": "receive", "message": { "eor": { "afi" : "ipv4", "safi" : "unicast" } } } }`},
			want{main: "⟨P⟩ receive update start\n⟨P⟩ receive update route eor 1/1 (ipv4 unicast)\n⟨P⟩ receive update end\n\n"},
		},
		{
			"end of RIB by MP_UNREACH_NLRI", bgp.TypeUpdate, "0000 0006 800f03 4004 47", event.Send,
			want{main: `"type": "update", ⟨N⟩, "direction": "send", "message": { "eor": { "afi" : "bgp-ls", "safi" : "bgp-ls" } } } }`},
			want{main: "⟨P⟩ send update start\n⟨P⟩ send update route eor 16388/71 (bgp-ls bgp-ls)\n⟨P⟩ send update end\n\n"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := session()
			m := message(t, n, tt.kind, tt.body)
			check(t, Format{}, func(e *Encoder) []byte { return e.AppendMessage(nil, peer(), tt.d, m, n) }, tt.js, tt.text)
		})
	}
}

// TestEveryKindRaw: each kind of message by its octets, and consolidated: as it is when
// parsed, with its octets.
func TestEveryKindRaw(t *testing.T) {
	const marker = "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
	for _, tt := range []struct {
		kind       bgp.MessageType
		body       string
		name, four string // of packets
		category   string
		header     string
	}{
		{bgp.TypeOpen, "04FDEA005A0A00000908020641040000FDEA", "open", "open", "1", marker + "002501"},
		{bgp.TypeUpdate, "00000000", "update", "update", "2", marker + "001702"},
		{bgp.TypeNotification, "0400", "notification", "notification", "3", marker + "001503"},
		{bgp.TypeKeepalive, "", "keepalive", "keepalive", "4", marker + "001304"},
		{bgp.TypeRouteRefresh, "00010001", "route-refresh", "route refresh", "5", marker + "001705"},
		{bgp.TypeOperational, "0003000B0001010102030400000005", "operational", "operational", "6", marker + "002206"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := session()
			m := message(t, n, tt.kind, tt.body)
			contents := `", ⟨N⟩, "direction": "receive", "message": { "category": ` + tt.category + `, "header": "` + tt.header + `", "body": "0x` + tt.body + `" }  } }`
			octets, members := " header "+tt.header, `"header": "`+tt.header+`", `
			if tt.body != "" {
				octets += " body 0x" + tt.body
				members += `"body": "0x` + tt.body + `", `
			}
			check(t, Format{}, func(e *Encoder) []byte { return e.AppendPacket(nil, peer(), event.Receive, m, n) },
				want{main: `"type": "` + tt.name + contents, four: `"type": "` + tt.four + contents},
				want{main: "⟨P⟩ receive " + tt.category + octets})
			for _, d := range dialects {
				e := &Encoder{Format: Format{Dialect: d, JSON: true}}
				parsed := string(e.AppendMessage(nil, peer(), event.Receive, m, n))
				e.Raw = true
				if got, want := string(e.AppendMessage(nil, peer(), event.Receive, m, n)), strings.Replace(parsed, `"neighbor"`, members+`"neighbor"`, 1); got != want {
					t.Errorf("dialect %v: got  %swant %s", d, got, want)
				}
				e.JSON, e.Raw = false, false
				parsed = strings.TrimRight(string(e.AppendMessage(nil, peer(), event.Receive, m, n)), "\n")
				e.Raw = true
				if got := string(e.AppendMessage(nil, peer(), event.Receive, m, n)); tt.kind != bgp.TypeUpdate && // several lines
					strings.TrimRight(got, "\n") != parsed+octets {
					t.Errorf("dialect %v: got %q, want %q", d, got, parsed+octets)
				}
			}
		})
	}
}

func TestRaw(t *testing.T) {
	n := session()
	keepalive := message(t, n, bgp.TypeKeepalive, "")
	refresh := message(t, n, bgp.TypeRouteRefresh, "0001 00 01")
	update := message(t, n, bgp.TypeUpdate, "0000 0000")
	const (
		marker = "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
		word   = `, "negotiated": { "message_size": 4096, "hold_time": 0, "asn4": false, "multisession": false, "operational": false, "refresh": "absent", "families": [], "nexthop": [], "add_path": {"send": [], "receive": []} }  } }`
		word42 = `, "negotiated": { "message_size": 4096, "hold_time": 0, "asn4": false, "multisession": false, "operational": false, "refresh": "absent", "families": [  ], "nexthop": [  ], "add_path": { "send": [  ], "receive": [  ] } }  } }`
	)
	t.Run("packet", func(t *testing.T) {
		const contents = `, "message": { "category": 5, "header": "` + marker + `001705", "body": "0x00010001" }  } }`
		check(t, Format{}, func(e *Encoder) []byte { return e.AppendPacket(nil, peer(), event.Receive, refresh, n) },
			want{
				main: `"type": "route-refresh", ⟨N⟩, "direction": "receive"` + contents,
				four: `"type": "route refresh", ⟨N⟩, "direction": "receive"` + contents,
			},
			want{main: "⟨P⟩ receive 5 header " + marker + "001705 body 0x00010001"})
	})
	t.Run("packet with what was negotiated", func(t *testing.T) {
		check(t, Format{Negotiated: true}, func(e *Encoder) []byte { return e.AppendPacket(nil, peer(), event.Send, keepalive, nil) },
			want{
				main: `"type": "keepalive", ⟨N⟩, "direction": "send", "message": { "category": 4, "header": "` + marker + `001304", "body": "0x" } ` + word,
				four: `"type": "keepalive", ⟨N⟩, "direction": "send", "message": { "category": 4, "header": "` + marker + `001304", "body": "0x" } ` + word42,
			},
			want{main: "⟨P⟩ send 4 header " + marker + "001304"})
	})
	t.Run("consolidated keepalive", func(t *testing.T) {
		check(t, Format{Raw: true}, func(e *Encoder) []byte { return e.AppendMessage(nil, peer(), event.Send, keepalive, n) },
			want{main: `"type": "keepalive", "header": "` + marker + `001304", ⟨N⟩, "direction": "send"  } }`},
			want{main: "⟨P⟩ send keepalive header " + marker + "001304"})
	})
	t.Run("consolidated update with what was negotiated", func(t *testing.T) {
		check(t, Format{Raw: true, Negotiated: true}, func(e *Encoder) []byte { return e.AppendMessage(nil, peer(), event.Receive, update, nil) },
			want{
				main: `"type": "update", "header": "` + marker + `001702", "body": "0x00000000", ⟨N⟩, "direction": "receive", "message": { "eor": { "afi" : "ipv4", "safi" : "unicast" } }` + word,
				four: `"type": "update", "header": "` + marker + `001702", "body": "0x00000000", ⟨N⟩, "direction": "receive", "message": { "eor": { "afi" : "ipv4", "safi" : "unicast" } }` + word42,
			},
			want{main: "⟨P⟩ receive update start\n⟨P⟩ receive update route eor 1/1 (ipv4 unicast)\n header " + marker + "001702 body 0x00000000\n⟨P⟩ receive update end\n\n"})
	})
	t.Run("decode", func(t *testing.T) {
		e := &Encoder{Format: Format{JSON: true}, Decode: true}
		if got := e.AppendMessage(nil, peer(), event.Receive, update, n); !bytes.Contains(got, []byte(`"direction": "in"`)) {
			t.Errorf("%s", got)
		}
	})
}

func TestEnvelope(t *testing.T) {
	now := time.Unix(1795536179, 175096512)
	for _, tt := range []struct {
		d       bgp.Dialect
		version string
	}{
		{bgp.Dialect6, "6.0.0"}, {bgp.Dialect4, "4.0.1"}, {bgp.Dialect5, "5.0.0"}, {bgp.Dialect42, "4.0.1"},
	} {
		e := NewEnvelope(tt.d, `v"m`, 7432, 7357)
		head := `{ "exabgp": "` + tt.version + `", "time": 1795536179.1750965, "host" : "v\"m", "pid" : 7432, "ppid" : 7357, `
		if got, want := string(e.AppendHead(nil, now, 12)), head+`"counter": 12, `; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		got := string(e.AppendShutdown(nil, true, now))
		if want := head + `"type": "notification", "notification": "shutdown" }` + "\n"; got != want || !json.Valid([]byte(got)) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if got, want := string(e.AppendShutdown(nil, false, now)), "shutdown 7432 7357\n\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		got = string(e.AppendDropped(nil, true, now, 3, 40))
		if want := head + `"type": "dropped", "dropped": { "events": 3, "total": 40 } }` + "\n"; got != want || !json.Valid([]byte(got)) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if got, want := string(e.AppendDropped(nil, false, now, 3, 40)), "dropped 3 total 40\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTime(t *testing.T) {
	for _, tt := range []struct {
		now  time.Time
		want string
	}{
		{time.Unix(1795536179, 0), "1795536179.0"},
		{time.Unix(1795536179, 500_000_000), "1795536179.5"},
		{time.Unix(1795536179, 175_096_512), "1795536179.1750965"},
		{time.Unix(0, 0), "0.0"},
	} {
		if got := string(appendTime(nil, tt.now)); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}
