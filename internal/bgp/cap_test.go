package bgp

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"testing"
	"unicode"

	"github.com/herald-bgp/herald/internal/bgptest"
)

var dialects = [...]Dialect{Dialect5, Dialect42, Dialect4, Dialect6}

// checkFaces checks what holds for every face: JSON is valid, text is one line,
// and both append.
func checkFaces(t *testing.T, js, text func(dst []byte, f *Face, sent bool) []byte) {
	t.Helper()
	for _, d := range dialects {
		for _, sent := range []bool{false, true} {
			f := &Face{Dialect: d}
			if got := js([]byte("{}"), f, sent); !bytes.HasPrefix(got, []byte("{}")) || !json.Valid(got[2:]) {
				t.Errorf("dialect %v: not JSON: %s", d, got)
			}
			if text == nil {
				continue
			}
			if got := text(nil, f, sent); bytes.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("dialect %v: not one line: %q", d, got)
			}
		}
	}
}

func TestCapTable(t *testing.T) {
	names, codes := map[string]bool{}, map[CapCode]bool{}
	for i := range capTable {
		r := &capTable[i]
		if r.name == "" || r.codec == nil || names[r.name] || codes[r.code] {
			t.Errorf("row %d: %+v", i, r)
		}
		names[r.name], codes[r.code] = true, true
		if r.code.row() != r {
			t.Errorf("code %d is not found", r.code)
		}
	}
	if got := CapCode(0x47).String(); got != "unknown capability 0x47" {
		t.Error(got)
	}
}

// TestCapFaces has received capabilities as each version of ExaBGP writes them
// (run). An empty field is as the one before it.
func TestCapFaces(t *testing.T) {
	type face struct{ json, text string }
	for _, tt := range []struct {
		name             string
		caps             string
		main, five, four face
	}{
		{
			name: "multiprotocol", caps: "010400010001 010400020001 010400010001",
			main: face{`"1": { "name": "multiprotocol", "families": [ "ipv4/unicast", "ipv6/unicast" ] }`, `multiprotocol(ipv4 unicast,ipv6 unicast)`},
			five: face{`"1": { "name": "multiprotocol", "families": [ "ipv4/unicast", "ipv6/unicast", "ipv4/unicast" ] }`, `multiprotocol(ipv4 unicast,ipv6 unicast,ipv4 unicast)`},
		},
		{
			name: "unknown family", caps: "0104006300cc",
			main: face{`"1": { "name": "multiprotocol", "families": [ "unknown-afi-0x63/unknown safi 204" ] }`, `multiprotocol(unknown-afi-0x63 unknown safi 204)`},
		},
		{
			name: "multiprotocol of five octets", caps: "0105000100010a",
			main: face{`"1": { "name": "multiprotocol", "families": [ "ipv4/unicast" ] }`, `multiprotocol(ipv4 unicast)`},
		},
		{
			name: "route refresh", caps: "0200",
			main: face{`"2": { "name": "route-refresh", "variant": "RFC" }`, `route refresh`},
		},
		{
			name: "both route refreshes", caps: "0200 8000",
			main: face{`"2": { "name": "route-refresh", "variant": "Cisco" }, "128": { "name": "route-refresh", "variant": "Cisco" }`, `cisco route refresh, cisco route refresh`},
		},
		{
			name: "order of appearance and of codes", caps: "4600 0200",
			main: face{`"70": { "name": "enhanced-route-refresh" }, "2": { "name": "route-refresh", "variant": "RFC" }`, `route refresh, enhanced route refresh`},
		},
		{
			name: "nexthop", caps: "050c000100010002000100800002",
			main: face{`"5": { "name": "nexthop", "conversion": [ "ipv4/unicast/ipv6", "ipv4/mpls-vpn/ipv6" ] }`, `nexthop(ipv4 unicast ipv6,ipv4 mpls-vpn ipv6)`},
		},
		{
			name: "nexthop, none", caps: "0500",
			main: face{`"5": { "name": "nexthop", "conversion": [ ] }`, `nexthop()`},
		},
		{
			name: "extended message", caps: "0602ffff",
			main: face{`"6": { "name": "extended-message", "size": 65535 }`, `extended message(65535)`},
		},
		{
			name: "graceful restart", caps: "400a80780001018000020100",
			main: face{`"64": { "name": "graceful restart", "time": 120, "address-family-flags": { "ipv4/unicast": [ "restart" ] , "ipv6/unicast": [ ] }, "restart-flags": [ "forwarding" ]  }`, `graceful restart flags 0x8 time 120 ipv4/unicast=0x80 ipv6/unicast=0x0`},
			five: face{},
			four: face{`"64": { "name": "graceful restart", "time": 120, "address-family-flags": { "ipv4/unicast": [ "restart" ] , "ipv6/unicast": [ ] }, "restart-flags": [ "forwarding" ] }`, `graceful restart flags 0x8 time 120 ipv4/unicast=0x80 ipv6/unicast=0x0`},
		},
		{
			name: "graceful restart of no family", caps: "40020078",
			main: face{`"64": { "name": "graceful restart", "time": 120, "address-family-flags": { }, "restart-flags": [ ]  }`, `graceful restart flags 0x0 time 120 `},
			four: face{`"64": { "name": "graceful restart", "time": 120, "address-family-flags": { }, "restart-flags": [ ] }`, `graceful restart flags 0x0 time 120 `},
		},
		{
			name: "graceful restart twice", caps: "40020078 400600780001017f",
			main: face{`"64": { "name": "graceful restart", "time": 120, "address-family-flags": { "ipv4/unicast": [ ] }, "restart-flags": [ ]  }`, `graceful restart flags 0x0 time 120 ipv4/unicast=0x0`},
			four: face{`"64": { "name": "graceful restart", "time": 120, "address-family-flags": { "ipv4/unicast": [ ] }, "restart-flags": [ ] }`, `graceful restart flags 0x0 time 120 ipv4/unicast=0x0`},
		},
		{
			name: "asn4", caps: "41040000fdea",
			main: face{`"65": { "name": "asn4", "asn4": 65002 }`, `asn4(65002)`},
		},
		{
			name: "multi-session", caps: "440100 440101",
			main: face{`"68": { "name": "multisession", "variant": "RFC", "capabilities": [ ] }`, `multisession (rfc) `},
		},
		{
			name: "both multi-sessions", caps: "440100 8300",
			main: face{`"68": { "name": "multisession", "variant": "Cisco", "capabilities": [ ] }, "131": { "name": "multisession", "variant": "Cisco", "capabilities": [ ] }`, `multisession , multisession `},
		},
		{
			name: "add-path", caps: "45100001010300020101 00018002 00010400 450400020109",
			main: face{`"69": { "name": "addpath", "ipv4/unicast": "send/receive","ipv6/unicast": "invalid (9)","ipv4/mpls-vpn": "send","ipv4/nlri-mpls": "disabled" }`, `addpath(send/receive ipv4 unicast,invalid (9) ipv6 unicast,send ipv4 mpls-vpn,disabled ipv4 nlri-mpls)`},
		},
		{
			name: "add-path, none", caps: "4500",
			main: face{`"69": { "name": "addpath" }`, `addpath()`},
		},
		{
			name: "host name", caps: "490b 055065657231 046C616222",
			main: face{`"73": { "host-name": "Peer1", "domain-name": "lab\"" }`, `hostname(peer1 lab")`},
			five: face{},
			four: face{`"73": { "name": "unknown", "iana": "unassigned", "value": 73, "raw": "055065657231046C616222" }`, `unassigned 73`},
		},
		{
			name: "empty host name", caps: "49020000",
			main: face{`"73": { "host-name": "", "domain-name": "" }`, `hostname( )`},
			four: face{`"73": { "name": "unknown", "iana": "unassigned", "value": 73, "raw": "0000" }`, `unassigned 73`},
		},
		{
			name: "software version", caps: "4b05 04c3a90a22",
			main: face{`"75": { "software": "\u00e9\n\"" }`, `software(é\n")`},
			five: face{`"75": { "software": "\u00e9\n\"" }`, `software(é\x0a")`},
			four: face{`"75": { "name": "unknown", "iana": "unassigned", "value": 75, "raw": "04C3A90A22" }`, `unassigned 75`},
		},
		{
			name: "paths-limit", caps: "4c0f 000101000a 0002010014 0001010001",
			main: face{`"76": { "name": "paths-limit", "ipv4/unicast": 10, "ipv6/unicast": 20 }`, `pathslimit(ipv4 unicast 10, ipv6 unicast 20)`},
			five: face{`"76": { "name": "unknown", "iana": "unassigned", "value": 76, "raw": "000101000A00020100140001010001" }`, `unassigned 76`},
		},
		{
			name: "link-local", caps: "4d00",
			main: face{`"77": { "name": "link-local-nexthop" }`, `link-local nexthop`},
			five: face{`"77": { "name": "unknown", "iana": "unassigned", "value": 77, "raw": "" }`, `unassigned 77`},
		},
		{
			name: "operational", caps: "b900",
			main: face{`"185": { "name": "operational" }`, `operational`},
		},
		{
			name: "known by name", caps: "0300 4300",
			main: face{`"3": { "name": "unknown", "iana": "unknown", "value": 3, "raw": "" }, "67": { "name": "unknown", "iana": "unknown", "value": 67, "raw": "" }`, `unknown outbound-route-filtering, unknown dynamic-capability`},
			five: face{`"3": { "name": "unknown", "iana": "unknown", "value": 3, "raw": "" }, "67": { "name": "unknown", "iana": "unknown", "value": 67, "raw": "" }`, `unknown 3, unknown 67`},
		},
		{
			name: "unknown", caps: "47050001018000 ff0101 0800",
			main: face{`"71": { "name": "unknown", "iana": "unassigned", "value": 71, "raw": "0001018000" }, "255": { "name": "unknown", "iana": "reserved", "value": 255, "raw": "01" }, "8": { "name": "unknown", "iana": "unknown", "value": 8, "raw": "" }`, `unknown unknown capability 0x8, unassigned unknown capability 0x47, reserved unknown capability 0xff`},
			five: face{`"71": { "name": "unknown", "iana": "unassigned", "value": 71, "raw": "0001018000" }, "255": { "name": "unknown", "iana": "reserved", "value": 255, "raw": "01" }, "8": { "name": "unknown", "iana": "unknown", "value": 8, "raw": "" }`, `unknown 8, unassigned 71, reserved 255`},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.five.json == "" {
				tt.five = tt.main
			}
			if tt.four.json == "" {
				tt.four = tt.five
			}
			caps := bgptest.Hex(tt.caps)
			params := append([]byte{byte(2 + len(caps)), 2, byte(len(caps))}, caps...)
			o, err := ParseOpen(append(bgptest.Hex("04 fdea 005a 0a000009"), params...))
			if err != nil {
				t.Fatal(err)
			}
			for d, want := range map[Dialect]face{Dialect6: tt.main, Dialect4: tt.main, Dialect5: tt.five, Dialect42: tt.four} {
				f := &Face{Dialect: d}
				js := `{ "version": 4, "asn": 65002, "hold_time": 90, "router_id": "10.0.0.9", "capabilities": { ` + want.json + ` } }`
				if got := string(o.AppendJSON(nil, f, false)); got != js {
					t.Errorf("dialect %v:\ngot  %s\nwant %s", d, got, js)
				}
				text := `version 4 asn 65002 hold_time 90 router_id 10.0.0.9 capabilities [` + want.text + `]`
				if got := string(o.AppendText(nil, f, false)); got != text {
					t.Errorf("dialect %v:\ngot  %s\nwant %s", d, got, text)
				}
			}
		})
	}
}

func TestOpenFacesEmpty(t *testing.T) {
	o := &Open{Version: 4, AS: 1, ID: netip.MustParseAddr("192.0.2.1")}
	f := &Face{}
	if got, want := string(o.AppendJSON(nil, f, false)), `{ "version": 4, "asn": 1, "hold_time": 0, "router_id": "192.0.2.1", "capabilities": {  } }`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := string(o.AppendText(nil, f, false)), `version 4 asn 1 hold_time 0 router_id 192.0.2.1 capabilities []`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestOpenFacesSent(t *testing.T) {
	c := minimal()
	c.SoftwareVersion, c.MultiSession = "Herald/5", true
	o := NewOpen(&c)
	const head = `{ "version": 4, "asn": 65533, "hold_time": 180, "router_id": "10.0.0.2", "capabilities": { ` +
		`"multiprotocol": { "name": "multiprotocol", "families": [ "ipv4/unicast" ] }, ` +
		`"asn4": { "name": "asn4", "asn4": 65533 }, ` +
		`"extended-message": { "name": "extended-message", "size": 65535 }, `
	const multi = `"multi-session": { "name": "multisession", "variant": "RFC", "capabilities": [ "multiprotocol" ] } } }`
	const software = `"software-version": { "software": "Herald/5" }, `
	for _, tt := range []struct {
		d          Dialect
		json, text string
	}{
		{Dialect6, head + `"hostname": { "host-name": "", "domain-name": "" }, ` + software + multi, `hostname( ), software(herald/5)`},
		{Dialect4, head + `"hostname": { "host-name": "", "domain-name": "" }, ` + software + multi, `hostname( ), software(herald/5)`},
		{Dialect5, head + `"hostname": { "host-name": null, "domain-name": null }, ` + software + multi, `hostname(none none), software(herald/5)`},
		{Dialect42, head + `"software-version": { "name": "unknown", "iana": "unassigned", "value": 75, "raw": "08486572616C642F35" }, ` + multi, `unassigned 75`},
	} {
		f := &Face{Dialect: tt.d}
		if got := string(o.AppendJSON(nil, f, true)); got != tt.json {
			t.Errorf("dialect %v:\ngot  %s\nwant %s", tt.d, got, tt.json)
		}
		want := `version 4 asn 65533 hold_time 180 router_id 10.0.0.2 capabilities [multiprotocol(ipv4 unicast), extended message(65535), asn4(65533), multisession (rfc) multiprotocol, ` + tt.text + `]`
		if got := string(o.AppendText(nil, f, true)); got != want {
			t.Errorf("dialect %v:\ngot  %s\nwant %s", tt.d, got, want)
		}
	}
}
