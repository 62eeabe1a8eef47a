package bgp

import "testing"

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
		{"", "", "mcast-vpn nlri lacks its type, expected source-ad, shared-join or source-join"},
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

func TestMVPNCorpus(t *testing.T) { testCorpusRoutes(t, []Family{ipv4MVPN, ipv6MVPN}, 35, incomplete) }

func FuzzMVPN(f *testing.F) {
	fuzzNLRI(f, ipv4MVPN, "shared-join rp 10.99.199.1 group 239.251.255.228 rd 65000:99999 source-as 65000",
		"05 12 0000fde8000000c8 20 0a000001 20 e0000101", "06 16 0000fde8000000c8 0000fde9 20 0a000001 20 e0000101", "01 0c 0000fde8000000c8 0a000001")
}
