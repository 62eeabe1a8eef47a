package bgp

import (
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

var (
	ipv4MUP = Family{AFIIPv4, SAFIMUP}
	ipv6MUP = Family{AFIIPv6, SAFIMUP}
)

func TestMUPFaces(t *testing.T) {
	testFaces(t, []faceVector{
		{
			"interwork segment", ipv4MUP, "01 0001 0c 0000fde8000000c8 18 0a0001", "",
			`{ "name": "InterworkSegmentDiscoveryRoute", "arch": 1, "code": 1, "prefix_ip_len": 24, "prefix_ip": "10.0.1.0", "rd": "65000:200", "raw": "0100010C0000FDE8000000C8180A0001" }`, "",
			"afi ipv4 safi mup", "", "mup:isd::65000:200:10.0.1.0/24",
		},
		{
			"direct segment", ipv6MUP, "01 0002 18 0000fde8000000c8 20010000000000000000000000000001", "",
			`{ "name": "DirectSegmentDiscoveryRoute", "arch": 1, "code": 2, "ip": "2001::1", "rd": "65000:200", "raw": "010002180000FDE8000000C820010000000000000000000000000001" }`, "",
			"afi ipv6 safi mup", "", "mup:dsd::65000:200:2001::1",
		},
		{
			"type 1 session", ipv4MUP, "01 0003 17 0000fde8000000c8 20 0a000001 00003039 09 20 0a000009", "01 0003 17 0000fde8000000c8 20 0a000001",
			`{ "name": "Type1SessionTransformedRoute", "arch": 1, "code": 3, "prefix_ip_len": 32, "prefix_ip": "10.0.0.1", "teid": "12345", "qfi": "9", "rd": "65000:200", "endpoint_ip_len": 32, "endpoint_ip": "10.0.0.9", "source_ip_len": 0, "source_ip": "b''", "raw": "010003170000FDE8000000C8200A0000010000303909200A000009" }`, "",
			"afi ipv4 safi mup", "", "mup:t1st::65000:200:10.0.0.1/32:12345:9:10.0.0.9/32",
		},
		{ // ExaBGP refuses a length of 0
			"no source", ipv4MUP, "01 0003 18 0000fde8000000c8 20 0a000001 00003039 09 20 0a000009 00", "01 0003 18 0000fde8000000c8 20 0a000001",
			`{ "name": "Type1SessionTransformedRoute", "arch": 1, "code": 3, "prefix_ip_len": 32, "prefix_ip": "10.0.0.1", "teid": "12345", "qfi": "9", "rd": "65000:200", "endpoint_ip_len": 32, "endpoint_ip": "10.0.0.9", "source_ip_len": 0, "source_ip": "b''", "raw": "010003180000FDE8000000C8200A0000010000303909200A00000900" }`, "",
			"afi ipv4 safi mup", "", "mup:t1st::65000:200:10.0.0.1/32:12345:9:10.0.0.9/32",
		},
		{
			"type 1 session with a source", ipv4MUP, "01 0003 1c 0000fde8000000c8 20 0a000001 00003039 09 20 0a000009 20 0a000008", "01 0003 1c 0000fde8000000c8 20 0a000001",
			`{ "name": "Type1SessionTransformedRoute", "arch": 1, "code": 3, "prefix_ip_len": 32, "prefix_ip": "10.0.0.1", "teid": "12345", "qfi": "9", "rd": "65000:200", "endpoint_ip_len": 32, "endpoint_ip": "10.0.0.9", "source_ip_len": 32, "source_ip": "10.0.0.8", "raw": "0100031C0000FDE8000000C8200A0000010000303909200A000009200A000008" }`, "",
			"afi ipv4 safi mup", "", "mup:t1st::65000:200:10.0.0.1/32:12345:9:10.0.0.9/32:10.0.0.8/32",
		},
		{
			"type 2 session", ipv4MUP, "01 0004 11 0000fde8000000c8 40 0a000001 00003039", "",
			`{ "name": "Type2SessionTransformedRoute", "arch": 1, "code": 4, "endpoint_len": 64, "endpoint_ip": "10.0.0.1", "rd": "65000:200", "teid": "12345", "raw": "010004110000FDE8000000C8400A00000100003039" }`, "",
			"afi ipv4 safi mup", "", "mup:t2st::65000:200:64:10.0.0.1:12345:",
		},
		{
			"TEID of 23 bits", ipv4MUP, "01 0004 10 0000fde8000000c8 37 0a000001 003039", "",
			`{ "name": "Type2SessionTransformedRoute", "arch": 1, "code": 4, "endpoint_len": 55, "endpoint_ip": "10.0.0.1", "rd": "65000:200", "teid": "12345", "raw": "010004100000FDE8000000C8370A000001003039" }`, "",
			"afi ipv4 safi mup", "", "mup:t2st::65000:200:55:10.0.0.1:12345:",
		},
		{ // as the draft has it: the bits follow those of the endpoint
			"TEID to the left", ipv4MUP, "01 0004 0f 0000fde8000000c8 2c 0a000001 3030", "",
			`{ "name": "Type2SessionTransformedRoute", "arch": 1, "code": 4, "endpoint_len": 44, "endpoint_ip": "10.0.0.1", "rd": "65000:200", "teid": "771", "raw": "0100040F0000FDE8000000C82C0A0000013030" }`, "",
			"afi ipv4 safi mup", "", "mup:t2st::65000:200:44:10.0.0.1:771:",
		},
		{
			"TLVs behind a TEID", ipv4MUP, "01 0004 14 0000fde8000000c8 40 0a000001 00003039 010100", "",
			`{ "name": "Type2SessionTransformedRoute", "arch": 1, "code": 4, "endpoint_len": 64, "endpoint_ip": "10.0.0.1", "rd": "65000:200", "teid": "12345", "raw": "010004140000FDE8000000C8400A00000100003039010100" }`, "",
			"afi ipv4 safi mup", "", "mup:t2st::65000:200:64:10.0.0.1:12345:",
		},
		{
			"unknown type", ipv4MUP, "01 0009 01 ff", "", `{ "arch": 1, "code": 9, "raw": "01000901FF" }`, "",
			"afi ipv4 safi mup", "", "mup:unknown:0xff",
		},
		{
			"other architecture", ipv4MUP, "02 0001 0c 0000fde8000000c8 180a0001", "",
			`{ "arch": 2, "code": 1, "raw": "0200010C0000FDE8000000C8180A0001" }`, "",
			"afi ipv4 safi mup", "", "mup:unknown:0x0000fde8000000c8180a0001",
		},
	})
}

func TestMUPPathID(t *testing.T) {
	face := Face{PathID: []byte{0, 0, 0, 7}}
	got := string(AppendNLRIJSON(nil, ipv4MUP, bgptest.Hex("01 0009 00"), &face))
	if want := `{ "arch": 1, "code": 9, "raw": "01000900", "path-information": "0.0.0.7" }`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestMUPNext(t *testing.T) {
	const rd = "0000fde8000000c8 "
	testNext(t, ipv4MUP, []nextVector{
		{"", 0, errShort},
		{"01 0001", 0, errShort},
		{"01 0001 0c " + rd + "18 0a00", 0, errShort},
		{"01 0001 0c " + rd + "18 0a0001", 16, nil},
		{"01 0001 0d " + rd + "18 0a000100", 17, errLength},
		{"01 0001 0e " + rd + "21 0a00010000", 18, errLength}, // 33 bits
		{"01 0001 08 " + rd, 12, errLength},
		{"01 0001 04 00000000", 8, errLength},
		{"01 0002 0b " + rd + "0a0000", 15, errLength},
		{"01 0003 11 " + rd + "20 0a000001 00003039", 21, errLength},
		{"01 0003 17 " + rd + "20 0a000001 00003039 09 18 0a000009", 27, errLength},
		{"01 0003 1b " + rd + "20 0a000001 00003039 09 20 0a000009 20 0a0000", 31, errLength},
		{"01 0004 0d " + rd + "20 0a000001", 17, nil},
		{"01 0004 0d " + rd + "1f 0a000001", 17, errLength},
		{"01 0004 12 " + rd + "41 0a000001 0000000000", 22, errLength},
		{"01 0004 10 " + rd + "40 0a000001 000001", 20, errLength},
	})
}

func TestMUPWords(t *testing.T) {
	testWords(t, ipv4MUP, []wordVector{
		{"mup-isd 10.0.1.0/24 rd 100:100", "01 0001 0c 0000006400000064 18 0a0001", ""},
		{"mup-isd 0.0.0.0/0 rd 100:100", "01 0001 09 0000006400000064 00", ""},
		{"rd 100:100 mup-dsd 10.0.0.1", "01 0002 0c 0000006400000064 0a000001", ""},
		{"mup-t1st 192.168.0.2/32 rd 100:100 teid 12345 qfi 9 endpoint 10.0.0.1", "01 0003 17 0000006400000064 20 c0a80002 00003039 09 20 0a000001", ""},
		{"mup-t1st 192.168.0.2/32 source 10.0.1.1 endpoint 10.0.0.1 qfi 63 teid 4294967295 rd 100:100", "01 0003 1c 0000006400000064 20 c0a80002 ffffffff 3f 20 0a000001 20 0a000101", ""},
		{"mup-t2st 10.0.0.1 rd 100:100 teid 12345/32", "01 0004 11 0000006400000064 40 0a000001 00003039", ""},
		{"mup-t2st 10.0.0.1 rd 100:100 teid 12345/23", "01 0004 10 0000006400000064 37 0a000001 003039", ""},
		{"mup-t2st 10.0.0.1 rd 100:100 teid-prefix 12288/20", "01 0004 10 0000006400000064 34 0a000001 000030", ""},
		{"mup-t2st 10.0.0.1 rd 100:100 teid-prefix 2863311360/23", "01 0004 10 0000006400000064 37 0a000001 aaaaaa", ""},
		{"mup-t2st 10.0.0.1 rd 100:100 teid-prefix 12345/32", "01 0004 11 0000006400000064 40 0a000001 00003039", ""},
		{"mup-t2st 10.0.0.1 rd 100:100 teid-prefix 0/0", "01 0004 0d 0000006400000064 20 0a000001", ""},
		{"mup-t2st 10.0.0.1 teid-prefix 12345/20", "", "TEID 12345 has bits behind the first 20"},
		{"mup-t2st 10.0.0.1 rd 100:100 teid 0/0", "01 0004 0d 0000006400000064 20 0a000001", ""},
		{"", "", "mup nlri lacks its type, expected mup-isd, mup-dsd, mup-t1st or mup-t2st"},
		{"mup-xyz 10.0.0.1", "", "'mup-xyz' is not a word of such a route"},
		{"mup-isd 10.0.1.0/24", "", "mup nlri rd missing"},
		{"mup-isd 2001::/64", "", "'2001::/64' is not a prefix of the family"},
		{"mup-isd 10.0.1.0/24 teid 5", "", "'teid' is not a word of such a route"},
		{"mup-dsd 2001::1", "", "'2001::1' is not an address of the family"},
		{"mup-t1st 10.0.0.1 rd 1:1 qfi 1 endpoint 10.0.0.1", "", "mup nlri teid missing"},
		{"mup-t1st 10.0.0.1 rd 1:1 teid 1 endpoint 10.0.0.1", "", "mup nlri qfi missing"},
		{"mup-t1st 10.0.0.1 rd 1:1 teid 1 qfi 1", "", "mup nlri endpoint missing"},
		{"mup-t1st 10.0.0.1 qfi 64", "", "unexpected '64', expected a number from 0 to 63"},
		{"mup-t2st 10.0.0.1 teid 12345", "", "unexpected '12345', expected <teid>/<length>, with a length from 0 to 32"},
		{"mup-t2st 10.0.0.1 teid 1/33", "", "unexpected '1/33', expected <teid>/<length>, with a length from 0 to 32"},
		{"mup-t2st 10.0.0.1 teid 256/8", "", "TEID 256 cannot be stored in 8 bits"},
	})
	testWords(t, ipv6MUP, []wordVector{
		{"mup-isd 2001::/64 rd 100:100", "01 0001 11 0000006400000064 40 2001000000000000", ""},
		{"mup-t2st 2001::1 rd 100:100 teid 12345/32", "01 0004 1d 0000006400000064 a0 20010000000000000000000000000001 00003039", ""},
	})
}

func TestMUPCorpus(t *testing.T) { testCorpusRoutes(t, []Family{ipv4MUP, ipv6MUP}, 12, incomplete) }

func FuzzMUP(f *testing.F) {
	fuzzNLRI(f, ipv4MUP, "mup-t1st 192.168.0.2/32 source 10.0.1.1 endpoint 10.0.0.1 qfi 63 teid 5 rd 100:100",
		"01 0003 1c 0000fde8000000c8 20 0a000001 00003039 09 20 0a000009 20 0a000008", "01 0004 0f 0000fde8000000c8 2c 0a000001 3030",
		"01 0001 0c 0000fde8000000c8 18 0a0001", "01 0009 01 ff")
}
