package bgp

import (
	"fmt"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/lex"
)

// TestExtCommunityFaces has a community and its string in main, in 5.0 and in 4.2;
// an empty one is that before it.
func TestExtCommunityFaces(t *testing.T) {
	for _, tt := range []struct{ octets, main, five, four, member string }{
		{"0002fde800000064", "target:65000:100", "", "", ""},
		{"01020a0000010064", "target:10.0.0.1:100", "", "", ""},
		{"02020001000a0064", "target:65546:100", "", "target:65546L:100", ""},
		{"4002fde800000064", "target:65000:100", "", "", ""},
		{"0003fde80a000001", "origin:65000:10.0.0.1", "", "", ""},
		{"01030a000001fde8", "origin:10.0.0.1:65000", "origin:65000:10.0.0.1", "", ""},
		{"02030001000a0064", "origin:65546:100", "", "origin:65546L:100", ""},
		{"0013fde800000064", "rtrecord:65000:100", "", "", ""},
		{"01130a0000010064", "rtrecord:10.0.0.1:100", "", "", ""},
		{"02130001000a0064", "rtrecord:65546:100", "", "rtrecord:65546L:100", ""},
		{"4004fde8461c4000", "0x4004FDE8461C4000", "", "", ""},
		{"0004fde8461c4000", "0x0004FDE8461C4000", "", "", ""},
		{"0005fde800000001", "0x0005FDE800000001", "", "", ""},
		{"00060a0000010000", "rate-limit:0", "", "", ""},
		{"0301010203040506", "0x0301010203040506", "", "", ""},
		{"030b000000000064", "0x030B000000000064", "", "", ""},
		{"030c000000000008", "encap:VXLAN", "", "", ""},
		{"030c000000000002", "encap:GRE", "", "", ""},
		{"030c000000000063", "encap:encap:UNKNOWN-99", "", "", ""},
		{"030d000000000000", "0x030D000000000000", "", "", ""},
		{"0314000000050000", "consistentHashSortOrder:5", "", "", ""},
		{"060000000000000a", "mac-mobility:10", "", "", ""},
		{"060001000000000a", "mac-mobility:10:sticky", "", "", ""},
		{"0601010000000064", "0x0601010000000064", "", "", ""},
		{"06020a0b0c0d0e0f", "0x06020A0B0C0D0E0F", "", "", ""},
		{"0603aabbccddeeff", "0x0603AABBCCDDEEFF", "", "", ""},
		{"0604000000000001", "0x0604000000000001", "", "", ""},
		{"060b000000000000", "0x060B000000000000", "", "", ""},
		{"0702000000fa4064", "interface-set:input:250:100", "", "", `, "transitive": true`},
		{"0702000000fa8064", "interface-set:output:250:100", "", "", `, "transitive": true`},
		{"0702000000fac064", "interface-set:input-output:250:100", "", "", `, "transitive": true`},
		{"0702000000fa0064", "interface-set:0:250:100", "", "", `, "transitive": true`},
		{"4702000000fa4064", "interface-set:input:250:100", "", "", `, "transitive": false`},
		{"0c00000a00000064", "mup:10:100", "", "0x0C00000A00000064", ""},
		{"8006fde846fa0000", "rate-limit:32000", "", "", ""},
		{"8006000000000000", "rate-limit:0", "", "", ""},
		{"800cfde846fa0000", "rate-limit:32000:packets", "0x800CFDE846FA0000", "", ""},
		{"8007000000000001", "action terminal", "", "", ""},
		{"8007000000000002", "action sample", "", "", ""},
		{"8007000000000003", "action sample-terminal", "", "", ""},
		{"8007000000000000", "action ", "", "", ""},
		{"8008fde800000064", "redirect:65000:100", "", "", ""},
		{"81080a0000010064", "0x81080A0000010064", "", "", ""},
		{"82080001000a0064", "0x82080001000A0064", "", "", ""},
		{"8009000000000020", "mark 32", "", "", ""},
		{"800a040005dc0000", "l2info:4:0:1500:0", "", "", ""},
		{"0800000000000000", "redirect-to-nexthop", "", "", ""},
		{"0800000000000001", "copy-to-nexthop", "", "", ""},
		{"010c0a0000010000", "redirect-to-nexthop-ietf 10.0.0.1", "", "", ""},
		{"010c0a0000010001", "copy-to-nexthop-ietf 10.0.0.1 (with copy)", "", "", ""},
		{"090200000001000a", "0x090200000001000A", "", "", ""},
		{"8806010203040506", "0x8806010203040506", "", "", ""},
		{"430c000000000001", "encap:L2TPv3", "", "", ""},
		{"0307000000000000", "0x0307000000000000", "", "", ""},
		{"ff01020304050607", "0xFF01020304050607", "", "", ""},
		{"030c000000000001", "encap:L2TPv3", "", "", ""},
		{"030c000000000007", "encap:IP-in-IP", "", "", ""},
		{"030c00000000000b", "encap:encap:UNKNOWN-11", "", "", ""},
	} {
		v := bgptest.Hex(tt.octets)
		five := tt.main
		if tt.five != "" {
			five = tt.five
		}
		four := five
		if tt.four != "" {
			four = tt.four
		}
		for d, want := range map[Dialect]string{Dialect6: tt.main, Dialect4: tt.main, Dialect5: five, Dialect42: four} {
			f := &Face{Dialect: d}
			if got, want := string(extCommunityAttr{}.appendText(nil, v, f)), " extended-community "+want; got != want {
				t.Errorf("%s, dialect %d: text %q, want %q", tt.octets, d, got, want)
			}
			member := tt.member
			if !d.Main() {
				member = ""
			}
			json := fmt.Sprintf(`"extended-community": [ { "value": %d, "string": %q%s } ]`, u64(v, 0), want, member)
			if got := string(extCommunityAttr{}.appendJSON(nil, v, f)); got != json {
				t.Errorf("%s, dialect %d: JSON %s, want %s", tt.octets, d, got, json)
			}
		}
	}
}

func TestExtCommunityWords(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"65000:1", "0002fde800000001"},
		{"72:0.0.0.1", "0002004800000001"},
		{"target:65000:100", "0002fde800000064"},
		{"target:10283:4.249.92.120", "0002282b04f95c78"},
		{"target:70000:100", "0102000111700064"},
		{"target:65000L:100", "01020000fde80064"},
		{"target:10.0.0.1:100", "01020a0000010064"},
		{"target4:65000:100", "01020000fde80064"},
		{"origin:2345:6.7.8.9", "0003092906070809"},
		{"origin:70500:5000", "0103000113641388"},
		{"origin4:1:2", "0103000000010002"},
		{"redirect:65000:12345", "8008fde800003039"},
		{"redirect:70000:1", "8208000111700001"},
		{"redirect:192.0.2.1:7", "8108c00002010007"},
		{"rate-limit:9600", "8006000046160000"},
		{"rate-limit:1000:packets", "800c0000447a0000"},
		{"rate-limit:0", "8006000000000000"},
		{"rate-limit:10000000000000", "800600005368d4a5"}, // at most 10^12
		{"action sample-terminal", "8007000000000003"},
		{"[ action sample mark 10 ]", "80070000000000028009" + "00000000000a"},
		{"redirect-to-nexthop-ietf 1.2.3.4", "010c010203040000"},
		{"copy-to-nexthop", "0800000000000001"},
		{"interface-set:transitive:input:1234:5678", "0702000004d2562e"},
		{"interface-set:non-transitive:input:3405770241:1", "4702caffee014001"},
		{"interface-set:output:254:254", "0702000000fe80fe"},
		{"interface-set:input-output:1234:10", "0702000004d2c00a"},
		{"l2info:19:0:1500:111", "800a130005dc006f"},
		{"bandwidth:65000:1000000", "4004fde849742400"},
		{"mup:10:10", "0c00000a0000000a"},
		{"redirect-to-nexthop", "0800000000000000"},
		{"target-as4:65546:100", "02020001000a0064"},
		{"origin-as4:65546:100", "02030001000a0064"},
		{"encap:vxlan", "030c000000000008"},
		{"encap:99", "030c000000000063"},
		{"default-gateway", "030d000000000000"},
		{"mac-mobility:10", "060000000000000a"},
		{"mac-mobility:10:sticky", "060001000000000a"},
		{"esi-label:100", "0601000000000640"},
		{"esi-label:100:single-active", "0601010000000640"},
		{"es-import:0a:0b:0c:0d:0e:0f", "06020a0b0c0d0e0f"},
		{"router-mac:aa:bb:cc:dd:ee:ff", "0603aabbccddeeff"},
		{"0x0002fde800000001", "0002fde800000001"},
		{"0xFFFFFFFFFFFFFFFF", "ffffffffffffffff"},
		{"target:65000", "0"}, // one colon: "target" is no number
		{"target:65000:1:2", "0"},
		{"target:65000:4294967296", "0"},
		{"target:10.0.0.1:65536", "0"},
		{"redirect:70000:65536", "0"},
		{"redirect:1.2.3.4:65536", "0"},
		{"redirect:1", "0"},
		{"rate-limit:-1", "0"},
		{"rate-limit:1:bits", "0"},
		{"action none", "0"},
		{"mark 64", "0"},
		{"mark", "0"},
		{"interface-set:in:1:1", "0"},
		{"interface-set:input:1.2.3.4:1", "0"},
		{"interface-set:input:1:16384", "0"},
		{"interface-set:input:1", "0"},
		{"interface-set:transitive:", "0"},
		{"l2info:256:0:0:0", "0"},
		{"l2info:1:0:1500", "0"},
		{"redirect-to-nexthop:1", "0"},
		{"soo:1:2", "0"},
		{"target-as4:1:65536", "0"},
		{"encap:foo", "0"},
		{"default-gateway:1", "0"},
		{"mac-mobility:1:moving", "0"},
		{"esi-label:1048576", "0"},
		{"esi-label:1:all-active", "0"},
		{"router-mac:aa:bb:cc:dd:ee", "0"},
		{"Target:1:2", "0"},
		{"target:0x10:2", "0"},
		{"0x0002fde8000001", "0"},
		{"0x0002fde80000000100", "0"},
		{"0x0002fde80000000", "0"},
		{"65000", "0"},
		{":", "0"},
	} {
		var c lex.Cursor
		c.Reset(tt.in)
		got := string(appendHex(nil, extCommunityAttr{}.parse(&c, nil), lowerHex))
		if c.Err() != nil {
			got = "0"
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.in, got, tt.want)
		}
	}
}

// A number in floating point is shown without fraction, whatever it is.
func TestExtCommunityFloat(t *testing.T) {
	for bits, want := range map[uint32]string{
		0x46fa0000: "32000", 0x3f7fffff: "0", 0x80000000: "0", 0xbf800000: "-1", 0x7fc00000: "0",
		0x5368d4a5: "999999995904", 0x7f800000: "340282346638528859811704183484516925440",
	} {
		if got := string(appendFloat(nil, bits)); got != want {
			t.Errorf("%08x: %s, want %s", bits, got, want)
		}
	}
}

// What words make is written in the same words; other communities in octets.
func TestExtCommunityWritten(t *testing.T) {
	for _, words := range []string{
		"target:65000:100", "target4:10:100", "target-as4:65546:100", "origin:2345:100992009", "origin-as4:65546:100", "bandwidth:65000:1000000",
		"redirect:65000:12345", "redirect:70000:1", "redirect:192.0.2.1:7", "rate-limit:9600", "rate-limit:1000:packets", "action sample-terminal", "mark 10",
		"redirect-to-nexthop-ietf 1.2.3.4", "redirect-to-nexthop", "copy-to-nexthop", "interface-set:input:1234:5678",
		"interface-set:non-transitive:input:3405770241:1", "l2info:19:0:1500:111", "mup:10:10", "encap:VXLAN", "encap:99", "default-gateway",
		"mac-mobility:10:sticky", "esi-label:100:single-active", "es-import:0a:0b:0c:0d:0e:0f", "router-mac:aa:bb:cc:dd:ee:ff",
		"0x03FF000000000000", "0x8006000146160000",
	} {
		var c lex.Cursor
		c.Reset(words)
		e := extCommunityAttr{}.parse(&c, nil)
		if got := string(extCommunityAttr{}.appendWords(nil, e)); got != " extended-community "+words || c.Err() != nil {
			t.Errorf("%s is written%s", words, got)
		}
	}
}
