package encode

import (
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
)

// TestDialects shows what differs between the dialects, one below the other and named by
// the exabgp_api_version: 6, 4, 5, 4.2. One that is not there is as the one before it.
func TestDialects(t *testing.T) {
	const (
		head  = pathHex + hopHex
		sixty = "800e2a 0002 01 20 20010db8000000000000000000000009 fe800000000000000000000000000009 00 2020010db8"
	)
	vpn := func(nlri string) string { return "800e21 0001 80 0c 0000000000000000c6336401 00 " + nlri }
	flow := func(nlri string) string { return pathHex + "800e0c 0001 85 00 00 " + nlri }
	for _, tt := range []struct{ name, attrs, nlri, from, to, want string }{
		{"labels", pathHex + vpn("78 000641 0001c00002010007 cb007100"), "", `"label": `, `, "rd"`, `
			6   [ [100, 1601] ]
			5   [ [100] ]`},
		{"as-path", "40010100 40020c 02 01 0000fc00 01 01 00000007" + hopHex, "18cb0071", `"as-path": `, ` },`, `
			6   {"0": {"element": "as-sequence", "value": [64512]}, "1": {"element": "as-set", "value": [7]}}
			4.2 [ 64512 ], "as-set": [ 7 ], "confederation-path": []`},
		{"as-path of a confederation", "40010100 40020c 03 01 0000fc00 04 01 00000007" + hopHex, "18cb0071", `"as-path": `, ` },`, `
			6   {"0": {"element": "as-confed-sequence", "value": [64512]}, "1": {"element": "as-confed-set", "value": [7]}}
			5   {"0": {"element": "as-sequence", "value": [64512]}, "1": {"element": "as-sequence", "value": [7]}}
			4.2 [], "confederation-path": [ 64512 ], "confederation-set": [ 7 ]`},
		{"aggregator", head + "c00708 0000fdea 0a000009", "18cb0071", `"aggregator": `, ` },`, `
			6   "65002:10.0.0.9"`},
		{"flow", flow("06 03 81 09 09 80 03"), "", `"no-nexthop": [ `, `, "string"`, `
			6   {"protocol": [ "=9" ], "tcp-flags": [ "fin+syn" ]
			5   { "protocol": [ "=9" ], "tcp-flags": [ "fin+syn" ]
			4.2 { "protocol": [ "=unknown protocol type 9" ], "tcp-flags": [ "fin", "syn" ]`},
		{"next hops", pathHex + sixty, "", `"ipv6 unicast": `, ` } } }`, `
			6   { "2001:db8::9": [ { "nlri": "2001:db8::/32" } ]
			5   { "2001:db8::9": [ { "nlri": "2001:db8::/32" } ], "fe80::9": [ { "nlri": "2001:db8::/32" } ]`},
		{"communities", head + "c0080c ffffff01 ffff029a ffff0000", "18cb0071", `"community": `, ` },`, `
			6   [ [ 65535, 65281 ], [ 65535, 666 ], [ 65535, 0 ] ]
			5   [ [ 65535, 0 ], [ 65535, 666 ], [ 65535, 65281 ] ]
			4.2 [ [ 65535, 65281 ], [ 65535, 666 ], [ 65535, 0 ] ]`},
		{"origin community", head + "c01008 0103 0a000001 fde8", "18cb0071", `"string": `, ` } ]`, `
			6   "origin:10.0.0.1:65000"
			5   "origin:65000:10.0.0.1"`},
		{"target community of a long AS number", head + "c01008 0202 0001000a 0064", "18cb0071", `"string": `, ` } ]`, `
			6   "target:65546:100"
			4.2 "target:65546L:100"`},
		{"mup community", head + "c01008 0c00 000a 00000064", "18cb0071", `"string": `, ` } ]`, `
			6   "mup:10:100"
			4.2 "0x0C00000A00000064"`},
		{"large communities", head + "c02018 000000010000000200000003 000000010000000200000003", "18cb0071", `"large-community": `, ` },`, `
			6   [ [ 1, 2 , 3 ] ]`},
	} {
		want := map[string]string{}
		for line := range strings.Lines(strings.TrimSpace(tt.want)) {
			name, text, _ := strings.Cut(strings.TrimSpace(line), " ")
			want[name] = strings.TrimSpace(text)
		}
		last := ""
		for _, d := range dialects {
			n := session()
			m := message(t, n, bgp.TypeUpdate, updateBody("", tt.attrs, tt.nlri))
			e := Encoder{Format: Format{Dialect: d, JSON: true}}
			text := string(e.AppendMessage(nil, peer(), event.Receive, m, n))
			_, text, _ = strings.Cut(text, tt.from)
			got, _, _ := strings.Cut(text, tt.to)
			if w, given := want[d.String()]; given {
				last = w
			}
			if got != last {
				t.Errorf("%s:\n\t\t\t%-3s %s\nwant\t\t%s", tt.name, d, got, last)
			}
		}
	}
}
