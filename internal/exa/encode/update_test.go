package encode

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/event"
)

// origin and path of the messages below, in hex and as they are shown.
const (
	pathHex = "40010102 40020602010000fc00" // incomplete, 64512
	hopHex  = "400304c6336401"              // 198.51.100.1
	pathNew = `"origin": "incomplete", "as-path": {"0": {"element": "as-sequence", "value": [64512]}}`
	pathOld = `"origin": "incomplete", "as-path": [ 64512 ], "confederation-path": []`
	textNew = ` origin incomplete as-path ( 64512 )`
	textOld = ` origin incomplete as-path [ 64512 ]`
)

// updateBody makes the body of an UPDATE.
func updateBody(withdrawn, attrs, nlri string) string {
	w, a := bgptest.Hex(withdrawn), bgptest.Hex(attrs)
	return fmt.Sprintf("%04x %x %04x %x %s", len(w), w, len(a), a, nlri)
}

func TestUpdate(t *testing.T) {
	const (
		ipv6Hops  = "800e2c 0002 01 20 20010db8000000000000000000000009 fe800000000000000000000000000009 00 2f20010db80002"
		vpn       = "800e21 0001 80 0c 0000000000000000c6336401 00 78 000641 0001c00002010007 cb007100"
		ipv6Reach = "800e1c 0002 01 10 20010db8000000000000000000000009 00 2f20010db80002"
		ipv6Gone  = "800f08 0002 01 20 20010db8"
	)
	type lines []string
	for _, tt := range []struct {
		name, body string
		addPath    bool
		compact    bool
		js         want
		main, old  lines // of text: between start and end, P for the prefix of each
		old42      lines // unless as old
	}{
		{
			name: "announces", body: updateBody("", pathHex+hopHex, "18cb0071 00"),
			js: want{
				main: `{ "update": { "attribute": { ` + pathNew + ` }, "announce": { "ipv4 unicast": { "198.51.100.1": [ { "nlri": "203.0.113.0/24" }, { "nlri": "0.0.0.0/0" } ] } } } }`,
				four: `{ "update": { "attribute": { ` + pathOld + ` }, "announce": { "ipv4 unicast": { "198.51.100.1": [ { "nlri": "203.0.113.0/24" }, { "nlri": "0.0.0.0/0" } ] } } } }`,
			},
			main: lines{
				"announced 203.0.113.0/24 next-hop 198.51.100.1" + textNew,
				"announced 0.0.0.0/0 next-hop 198.51.100.1" + textNew,
			},
			old42: lines{
				"announced 203.0.113.0/24 next-hop 198.51.100.1" + textOld,
				"announced 0.0.0.0/0 next-hop 198.51.100.1" + textOld,
			},
		},
		{
			name: "compact", body: updateBody("18cb0071", pathHex+hopHex, "18cb0071"), compact: true,
			js: want{
				main: `{ "update": { "attribute": { ` + pathNew + `, "next-hop": "198.51.100.1" }, "announce": { "ipv4 unicast": { "198.51.100.1": [ "203.0.113.0/24" ] } }, "withdraw": { "ipv4 unicast": [ "203.0.113.0/24" ] } } }`,
				five: `{ "update": { "attribute": { ` + pathNew + ` }, "announce": { "ipv4 unicast": { "198.51.100.1": [ "203.0.113.0/24" ] } }, "withdraw": { "ipv4 unicast": [ "203.0.113.0/24" ] } } }`,
				four: `{ "update": { "attribute": { ` + pathOld + ` }, "announce": { "ipv4 unicast": { "198.51.100.1": [ "203.0.113.0/24" ] } }, "withdraw": { "ipv4 unicast": [ "203.0.113.0/24" ] } } }`,
			},
			main:  lines{"announced 203.0.113.0/24 next-hop 198.51.100.1" + textNew, "withdrawn 203.0.113.0/24"},
			old:   lines{"withdrawn 203.0.113.0/24", "announced 203.0.113.0/24 next-hop 198.51.100.1" + textNew},
			old42: lines{"withdrawn 203.0.113.0/24", "announced 203.0.113.0/24 next-hop 198.51.100.1" + textOld},
		},
		{
			name: "path identifiers", body: updateBody("0000000a 18cb0071", pathHex+hopHex, "00000001 18cb0071"), addPath: true, compact: true,
			js: want{
				main: `{ "update": { "attribute": { ` + pathNew + `, "next-hop": "198.51.100.1" }, "announce": { "ipv4 unicast": { "198.51.100.1": [ { "nlri": "203.0.113.0/24", "path-information": "0.0.0.1" } ] } }, "withdraw": { "ipv4 unicast": [ { "nlri": "203.0.113.0/24", "path-information": "0.0.0.10" } ] } } }`,
				five: `{ "update": { "attribute": { ` + pathNew + ` }, "announce": { "ipv4 unicast": { "198.51.100.1": [ { "nlri": "203.0.113.0/24", "path-information": "0.0.0.1" } ] } }, "withdraw": { "ipv4 unicast": [ { "nlri": "203.0.113.0/24", "path-information": "0.0.0.10" } ] } } }`,
				four: `{ "update": { "attribute": { ` + pathOld + ` }, "announce": { "ipv4 unicast": { "198.51.100.1": [ { "nlri": "203.0.113.0/24", "path-information": "0.0.0.1" } ] } }, "withdraw": { "ipv4 unicast": [ { "nlri": "203.0.113.0/24", "path-information": "0.0.0.10" } ] } } }`,
			},
			main:  lines{"announced 203.0.113.0/24 path-information 0.0.0.1 next-hop 198.51.100.1" + textNew, "withdrawn 203.0.113.0/24 path-information 0.0.0.10"},
			old:   lines{"withdrawn 203.0.113.0/24 path-information 0.0.0.10", "announced 203.0.113.0/24 path-information 0.0.0.1 next-hop 198.51.100.1" + textNew},
			old42: lines{"withdrawn 203.0.113.0/24 path-information 0.0.0.10", "announced 203.0.113.0/24 path-information 0.0.0.1 next-hop 198.51.100.1" + textOld},
		},
		{
			name: "two next hops", body: updateBody("", pathHex+ipv6Hops, ""),
			js: want{
				main: `{ "update": { "attribute": { ` + pathNew + ` }, "announce": { "ipv6 unicast": { "2001:db8::9": [ { "nlri": "2001:db8:2::/47" } ] } } } }`,
				five: `{ "update": { "attribute": { ` + pathNew + ` }, "announce": { "ipv6 unicast": { "2001:db8::9": [ { "nlri": "2001:db8:2::/47" } ], "fe80::9": [ { "nlri": "2001:db8:2::/47" } ] } } } }`,
				four: `{ "update": { "attribute": { ` + pathOld + ` }, "announce": { "ipv6 unicast": { "2001:db8::9": [ { "nlri": "2001:db8:2::/47" } ], "fe80::9": [ { "nlri": "2001:db8:2::/47" } ] } } } }`,
			},
			main:  lines{"announced 2001:db8:2::/47 next-hop 2001:db8::9" + textNew},
			old:   lines{"announced 2001:db8:2::/47 next-hop 2001:db8::9" + textNew, "announced 2001:db8:2::/47 next-hop fe80::9" + textNew},
			old42: lines{"announced 2001:db8:2::/47 next-hop 2001:db8::9" + textOld, "announced 2001:db8:2::/47 next-hop fe80::9" + textOld},
		},
		{
			name: "fields and attributes", body: updateBody("10c612", pathHex+hopHex+ipv6Reach+ipv6Gone, "18cb0071"),
			js: want{
				main: `{ "update": { "attribute": { ` + pathNew + `, "next-hop": "198.51.100.1" }, "announce": { "ipv4 unicast": { "198.51.100.1": [ { "nlri": "203.0.113.0/24" } ] }, "ipv6 unicast": { "2001:db8::9": [ { "nlri": "2001:db8:2::/47" } ] } }, "withdraw": { "ipv4 unicast": [ { "nlri": "198.18.0.0/16" } ], "ipv6 unicast": [ { "nlri": "2001:db8::/32" } ] } } }`,
				five: `{ "update": { "attribute": { ` + pathNew + ` }, "announce": { "ipv4 unicast": { "198.51.100.1": [ { "nlri": "203.0.113.0/24" } ] }, "ipv6 unicast": { "2001:db8::9": [ { "nlri": "2001:db8:2::/47" } ] } }, "withdraw": { "ipv4 unicast": [ { "nlri": "198.18.0.0/16" } ], "ipv6 unicast": [ { "nlri": "2001:db8::/32" } ] } } }`,
				four: `{ "update": { "attribute": { ` + pathOld + ` }, "announce": { "ipv4 unicast": { "198.51.100.1": [ { "nlri": "203.0.113.0/24" } ] }, "ipv6 unicast": { "2001:db8::9": [ { "nlri": "2001:db8:2::/47" } ] } }, "withdraw": { "ipv4 unicast": [ { "nlri": "198.18.0.0/16" } ], "ipv6 unicast": [ { "nlri": "2001:db8::/32" } ] } } }`,
			},
			main: lines{
				"announced 203.0.113.0/24 next-hop 198.51.100.1" + textNew, "announced 2001:db8:2::/47 next-hop 2001:db8::9" + textNew,
				"withdrawn 198.18.0.0/16", "withdrawn 2001:db8::/32",
			},
			old: lines{
				"withdrawn 198.18.0.0/16", "announced 203.0.113.0/24 next-hop 198.51.100.1" + textNew,
				"withdrawn 2001:db8::/32", "announced 2001:db8:2::/47 next-hop 2001:db8::9" + textNew,
			},
			old42: lines{
				"withdrawn 198.18.0.0/16", "announced 203.0.113.0/24 next-hop 198.51.100.1" + textOld,
				"withdrawn 2001:db8::/32", "announced 2001:db8:2::/47 next-hop 2001:db8::9" + textOld,
			},
		},
		{
			name: "VPN", body: updateBody("", pathHex+vpn, ""),
			js: want{
				main: `{ "update": { "attribute": { ` + pathNew + ` }, "announce": { "ipv4 mpls-vpn": { "198.51.100.1": [ { "nlri": "203.0.113.0/32", "label": [ [100, 1601] ], "rd": "192.0.2.1:7" } ] } } } }`,
				five: `{ "update": { "attribute": { ` + pathNew + ` }, "announce": { "ipv4 mpls-vpn": { "198.51.100.1": [ { "nlri": "203.0.113.0/32", "label": [ [100] ], "rd": "192.0.2.1:7" } ] } } } }`,
				four: `{ "update": { "attribute": { ` + pathOld + ` }, "announce": { "ipv4 mpls-vpn": { "198.51.100.1": [ { "nlri": "203.0.113.0/32", "label": [ [100] ], "rd": "192.0.2.1:7" } ] } } } }`,
			},
			main:  lines{"announced 203.0.113.0/32 label 100 (1601) rd 192.0.2.1:7 next-hop 198.51.100.1" + textNew},
			old:   lines{"announced 203.0.113.0/32 label 100 next-hop 198.51.100.1 rd 192.0.2.1:7" + textNew},
			old42: lines{"announced 203.0.113.0/32 label 100 next-hop 198.51.100.1 rd 192.0.2.1:7" + textOld},
		},
		{
			name: "treated as a withdraw", body: updateBody("", pathHex+hopHex+"80040100", "18cb0071"),
			js: want{
				main: `{ "update": { "attribute": { ` + pathNew + `, "error": "treat-as-withdraw" }, "withdraw": { "ipv4 unicast": [ { "nlri": "203.0.113.0/24" } ] } } }`,
				four: `{ "update": { "attribute": { ` + pathOld + `, "error": "treat-as-withdraw" }, "withdraw": { "ipv4 unicast": [ { "nlri": "203.0.113.0/24" } ] } } }`,
			},
			main: lines{"withdrawn 203.0.113.0/24"},
			old:  lines{"withdrawn 203.0.113.0/24 next-hop 198.51.100.1"},
		},
		{
			name: "nothing but attributes", body: updateBody("", pathHex, ""),
			js: want{
				main: `{ "update": { "attribute": { ` + pathNew + ` } } }`,
				four: `{ "update": { "attribute": { ` + pathOld + ` } } }`,
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := session()
			if tt.addPath {
				n.AddPathRecv = n.Families
			}
			m := message(t, n, bgp.TypeUpdate, tt.body)
			if tt.old == nil {
				tt.old = tt.main
			}
			if tt.old42 == nil {
				tt.old42 = tt.old
			}
			js := func(s string) string {
				return `"type": "update", ⟨N⟩, "direction": "receive", "message": ` + s + ` } }`
			}
			if tt.js.five == "" {
				tt.js.five = tt.js.main
			}
			text := func(l lines) string {
				var b strings.Builder
				for _, s := range append(append(lines{"start"}, l...), "end") {
					b.WriteString("⟨P⟩ receive update " + s + "\n")
				}
				return b.String() + "\n"
			}
			check(t, Format{Compact: tt.compact}, func(e *Encoder) []byte { return e.AppendMessage(nil, peer(), event.Receive, m, n) },
				want{js(tt.js.main), js(tt.js.five), js(tt.js.four)}, want{text(tt.main), text(tt.old), text(tt.old42)})
		})
	}
}

// TestOneHop checks that routes of one family and next hop stand in one list,
// wherever they come from.
func TestOneHop(t *testing.T) {
	n := session()
	m := message(t, n, bgp.TypeUpdate, updateBody("", pathHex+hopHex+"800e0d 0001 01 04 c6336401 00 18cb0072", "18cb0071"))
	e := &Encoder{Format: Format{Dialect: bgp.Dialect6, JSON: true}}
	want := `{ "update": { "attribute": { ` + pathNew + ` }, "announce": { "ipv4 unicast": { "198.51.100.1": [ { "nlri": "203.0.113.0/24" }, { "nlri": "203.0.114.0/24" } ] } } } }`
	if got := string(e.appendJSONUpdate(nil, m.Update)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// fullUpdate is an UPDATE of a full table: five attributes, ten prefixes.
func fullUpdate() string {
	nlri := ""
	for i := range 10 {
		nlri += fmt.Sprintf("18cb00%02x", i)
	}
	return updateBody("", "40010100 40021202040000fc000000fc010000fc020000fc03"+hopHex+"80040400000064 c0080cfc000001fc000002fc000003", nlri)
}

func TestUpdateAllocations(t *testing.T) {
	n := session()
	m := message(t, n, bgp.TypeUpdate, fullUpdate())
	p, now, line := peer(), time.Now(), make([]byte, 0, 16384)
	for _, d := range dialects {
		for _, js := range []bool{true, false} {
			e := &Encoder{Format: Format{Dialect: d, JSON: js, Raw: true, Negotiated: true}}
			env := NewEnvelope(d, "host", 1, 2)
			if got := testing.AllocsPerRun(100, func() {
				line = env.AppendHead(line[:0], now, 7)
				line = e.AppendMessage(line, p, event.Receive, m, n)
				line = e.AppendPacket(line, p, event.Receive, m, n)
			}); got != 0 {
				t.Errorf("dialect %v, JSON %v: %v allocations", d, js, got)
			}
		}
	}
}

func BenchmarkUpdate(b *testing.B) {
	n := session()
	body := bgptest.Hex(fullUpdate())
	m := &event.Message{Type: bgp.TypeUpdate, Raw: bgptest.Message(2, body), Update: new(bgp.Update)}
	if err := bgp.ParseUpdate(m.Update, body, n); err != nil {
		b.Fatal(err)
	}
	p, line := peer(), make([]byte, 0, 16384)
	for _, js := range []bool{true, false} {
		name := "text"
		if js {
			name = "json"
		}
		b.Run(name, func(b *testing.B) {
			e := &Encoder{Format: Format{JSON: js}}
			b.ReportAllocs()
			for b.Loop() {
				line = e.AppendMessage(line[:0], p, event.Receive, m, n)
			}
		})
	}
	b.Run("head", func(b *testing.B) {
		env, now := NewEnvelope(bgp.Dialect5, "host", 1, 2), time.Now()
		b.ReportAllocs()
		for b.Loop() {
			line = env.AppendHead(line[:0], now, 123456)
		}
	})
}
