package bgp

import (
	"fmt"
	"testing"
)

var (
	ipv4MVPN = Family{AFIIPv4, SAFIMVPN}
	ipv6MVPN = Family{AFIIPv6, SAFIMVPN}
)

func TestMVPNFaces(t *testing.T) {
	testFaces(t, []faceVector{
		{
			"source active", ipv4MVPN, "05 12 0000fde8000000c8 20 0a000001 20 e0000101", "",
			`{ "code": 5, "parsed": true, "raw": "05120000FDE8000000C8200A00000120E0000101", "name": "Source Active A-D Route", "rd": "65000:200", "source": "10.0.0.1", "group": "224.0.1.1"}`, "",
			"afi ipv4 safi mcast-vpn", "", "mvpn:sourcead::65000:200:10.0.0.1:224.0.1.1",
		},
		{
			"shared tree join", ipv4MVPN, "06 16 0000fde8000000c8 0000fde9 20 0a000001 20 e0000101", "",
			`{ "code": 6, "parsed": true, "raw": "06160000FDE8000000C80000FDE9200A00000120E0000101", "name": "C-Multicast Shared Tree Join route", "rd": "65000:200", "source-as": "65001", "source": "10.0.0.1", "group": "224.0.1.1"}`, "",
			"afi ipv4 safi mcast-vpn", "", "mvpn:shared-join::65000:200:65001:10.0.0.1:224.0.1.1",
		},
		{
			"source tree join", ipv6MVPN, "07 2e 0000fde8000000c8 0000fde8 80 20010000000000000000000000000001 80 ff0e0000000000000000000000000001", "",
			`{ "code": 7, "parsed": true, "raw": "072E0000FDE8000000C80000FDE8802001000000000000000000000000000180FF0E0000000000000000000000000001", "name": "C-Multicast Source Tree Join route", "rd": "65000:200", "source-as": "65000", "source": "2001::1", "group": "ff0e::1"}`, "",
			"afi ipv6 safi mcast-vpn", "", "mvpn:source-join::65000:200:65000:2001::1:ff0e::1",
		},
		{
			"intra-AS", ipv4MVPN, "01 0c 0000fde8000000c8 0a000001", "",
			`{ "code": 1, "parsed": false, "raw": "010C0000FDE8000000C80A000001" }`, "",
			"afi ipv4 safi mcast-vpn", "", "mvpn:unknown:0x0000fde8000000c80a000001",
		},
		{
			"empty", ipv4MVPN, "04 00", "", `{ "code": 4, "parsed": false, "raw": "0400" }`, "",
			"afi ipv4 safi mcast-vpn", "", "mvpn:unknown:0x",
		},
	})
}

func TestMVPNNext(t *testing.T) {
	testNext(t, ipv4MVPN, []nextVector{
		{"", 0, errShort},
		{"05", 0, errShort},
		{"05 12 0000fde8000000c8 20 0a000001 20 e00001", 0, errShort},
		{"05 12 0000fde8000000c8 20 0a000001 20 e0000101 05", 20, nil},
		{"05 13 0000fde8000000c8 20 0a000001 20 e0000101 00", 21, errLength},
		{"05 07 0000fde8000000", 9, errLength},
		{"06 0b 0000fde8000000c8 0000fd", 13, errLength},
		{"05 08 0000fde8000000c8", 10, errLength},
		{"05 0d 0000fde8000000c8 20 0a000001", 15, errLength},
		{"05 12 0000fde8000000c8 18 0a000001 20 e0000101", 20, errLength}, // a length of 24
		{"05 12 0000fde8000000c8 20 0a000001 80 e0000101", 20, errLength},
		{"63 01 ff", 3, nil},
	})
}

func TestMVPNWords(t *testing.T) {
	testWords(t, ipv4MVPN, []wordVector{
		{"source-ad source 10.99.12.4 group 239.251.255.228 rd 65000:99999", "05 12 0000fde80001869f 20 0a630c04 20 effbffe4", ""},
		{"shared-join rp 10.99.199.1 group 239.251.255.228 rd 65000:99999 source-as 65000", "06 16 0000fde80001869f 0000fde8 20 0a63c701 20 effbffe4", ""},
		{"source-join source-as 65000 rd 65000:99999 group 239.251.255.228 source 10.99.12.2", "07 16 0000fde80001869f 0000fde8 20 0a630c02 20 effbffe4", ""},
		{"intra-as-ad rd 192.0.2.9:1 originator 192.0.2.9", "01 0c 0001c00002090001 c0000209", ""},
		{"intra-as-ad rd 1:1 originator 2001:db8::9", "01 18 0000000100000001 20010db8000000000000000000000009", ""},
		{"inter-as-ad source-as 4200000000 rd 1:1", "02 0c 0000000100000001 fa56ea00", ""},
		{"s-pmsi-ad source 10.0.0.1 group 232.1.1.1 originator 192.0.2.9 rd 1:1", "03 16 0000000100000001 20 0a000001 20 e8010101 c0000209", ""},
		{"s-pmsi-ad source * group * originator 192.0.2.9 rd 1:1", "03 0e 0000000100000001 00 00 c0000209", ""},
		{"leaf-ad 192.0.2.5 s-pmsi-ad source * group 232.1.1.1 originator 192.0.2.9 rd 1:1", "04 18 03 12 0000000100000001 00 20 e8010101 c0000209 c0000205", ""},
		{"inter-as-ad rd 1:1 leaf-ad ::5 source-as 5", "04 1e 02 0c 0000000100000001 00000005 00000000000000000000000000000005", ""},
		{"raw 0x0801ff", "08 01 ff", ""},
		{"raw 0x0501ff", "", "raw: the octets are not a type, a length, and a route of that type and length"},
		{"leaf-ad 192.0.2.5 source-ad source 10.0.0.1 group 232.1.1.1 rd 1:1", "", "mcast-vpn nlri: leaf-ad goes with intra-as-ad, inter-as-ad or s-pmsi-ad"},
		{"intra-as-ad rd 1:1", "", "mcast-vpn nlri originator missing"},
		{"intra-as-ad rd 1:1 source 10.0.0.1", "", "'source' is not a word of such a route"},
		{"inter-as-ad rd 1:1 group 232.1.1.1", "", "'group' is not a word of such a route"},
		{"source-ad source * group 232.1.1.1 rd 1:1", "", "unexpected '*', expected an IP address"},
		{"", "", "mcast-vpn nlri lacks its type, expected source-ad, shared-join, source-join, intra-as-ad, inter-as-ad, s-pmsi-ad or raw"},
		{"foo", "", "'foo' is not a word of such a route"},
		{"source 10.0.0.1", "", "'source' is not a word of such a route"},
		{"shared-join source 10.0.0.1", "", "'source' is not a word of such a route"},
		{"source-ad source-as 5", "", "'source-as' is not a word of such a route"},
		{"source-ad source ::1", "", "'::1' is not an address of the family"},
		{"source-ad group 10.0.0.1 rd 1:1", "", "mcast-vpn nlri source missing"},
		{"shared-join group 10.0.0.1 rd 1:1", "", "mcast-vpn nlri rp missing"},
		{"source-ad source 10.0.0.1 rd 1:1", "", "mcast-vpn nlri group missing"},
		{"source-ad source 10.0.0.1 group 224.0.0.1", "", "mcast-vpn nlri rd missing"},
		{"source-join source 10.0.0.1 group 224.0.0.1 rd 1:1", "", "mcast-vpn nlri source-as missing"},
		{"source-join source-as foo", "", "unexpected 'foo', expected a number from 0 to 4294967295"},
	})
	testWords(t, ipv6MVPN, []wordVector{
		{
			"shared-join rp fd00::1 group ff0e::1 rd 65000:99999 source-as 65000",
			"06 2e 0000fde80001869f 0000fde8 80 fd000000000000000000000000000001 80 ff0e0000000000000000000000000001", "",
		},
		{"source-ad source 10.0.0.1", "", "'10.0.0.1' is not an address of the family"},
	})
}

// TestMVPNRaw: what words cannot say is written as octets.
func TestMVPNRaw(t *testing.T) {
	for _, octets := range []string{
		"08 01 ff",                                          // of another type
		"01 0b 0000000100000001 c00002", "03 05 0000000100", // short
		"03 16 0000000100000001 18 0a0001 20 e8010101 c0000209 00", // a length of 24
		"03 2e 0000000100000001 80 20010db8000000000000000000000001 80 ff0e0000000000000000000000000001 c0000209",
		"04 00", "04 03 02 0c 00", "04 06 05 00 c0000205", "04 11 02 0c 0000000100000001 00000005 c00002",
	} {
		b := unhex(t, octets)
		if got, want := string(mvpnNLRI{AFIIPv4}.appendWords(nil, b, &Face{})), fmt.Sprintf("raw 0x%X", b); got != want {
			t.Errorf("%s is written %s", octets, got)
		}
	}
}

func TestMVPNCorpus(t *testing.T) { testCorpusRoutes(t, []Family{ipv4MVPN, ipv6MVPN}, 35, incomplete) }

func FuzzMVPN(f *testing.F) {
	fuzzNLRI(f, ipv4MVPN, "shared-join rp 10.99.199.1 group 239.251.255.228 rd 65000:99999 source-as 65000",
		"05 12 0000fde8000000c8 20 0a000001 20 e0000101", "06 16 0000fde8000000c8 0000fde9 20 0a000001 20 e0000101", "01 0c 0000fde8000000c8 0a000001",
		"04 18 03 12 0000000100000001 00 20 e8010101 c0000209 c0000205")
}
