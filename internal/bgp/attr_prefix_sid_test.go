package bgp

import (
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

func TestPrefixSIDWords(t *testing.T) {
	testAttrWords(t, []attrWordVector{
		{"bgp-prefix-sid [ 777 ]", "c0280a 010007 00 0000 00000309"},
		{"bgp-prefix-sid [ 300, [ ( 800000,4096 ) ( 1000000,5000 ) ] ]", "c0281b 010007 00 0000 0000012c 03000e 0000 0c3500 001000 0f4240 001388"},
		{"bgp-prefix-sid [ 300, [ ( 800000,4096 ), ( 1000000,5000 ) ] ]", "c0281b 010007 00 0000 0000012c 03000e 0000 0c3500 001000 0f4240 001388"},
		{"bgp-prefix-sid [300 [(800000 4096)(1000000 5000)]]", "c0281b 010007 00 0000 0000012c 03000e 0000 0c3500 001000 0f4240 001388"},
		{"bgp-prefix-sid [ [ ( 16000,8000 ) ] ]", "c0280b 030008 0000 003e80 001f40"},
		{"bgp-prefix-sid [ 300 flags 0x10, [ ( 16000,8000 ) ] flags 1 tlv 99 0x0102 ]", "c0281a 010007 00 0010 0000012c 030008 0001 003e80 001f40 630002 0102"},
		{"bgp-prefix-sid [ tlv 99 0x, [ ( 1,2 ) ] 5 ]", "c02818 630000 030008 0000 000001 000002 010007 00 0000 00000005"},
		{
			"bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: 0x48 [64,24,16,0,0,0] ) med 1",
			"80040400000001 c02825 050022 00 01001e 00 20010db8000100010000000000000000 00 0048 00 010006 401810000000",
		},
		{"bgp-prefix-sid-srv6 (l3-service 2001:1::)", "c0281c 050019 00 010015 00 20010001000000000000000000000000 00 ffff 00"},
		{"bgp-prefix-sid-srv6 ( l2-service 2001:1:: 21 )", "c0281c 060019 00 010015 00 20010001000000000000000000000000 00 0015 00"},
		{"bgp-prefix-sid-srv6 ( l3-service 2001:1:: 1 [ 0x28, 8, 16, 0, 16, 255 ] )", "c02825 050022 00 01001e 00 20010001000000000000000000000000 00 0001 00 010006 2808100010ff"},
		{"bgp-prefix-sid [ 1 ] bgp-prefix-sid-srv6 ( l3-service 2001:1:: )", "c0280a 010007 00 0000 00000001"}, // the first of an attribute wins
	})
	testAttrWordErrors(t, []attrWordVector{
		{"bgp-prefix-sid 300", "unexpected '300', expected '['"},
		{"bgp-prefix-sid [ 4294967296 ]", "unexpected '4294967296', expected a label index from 0 to 4294967295"},
		{"bgp-prefix-sid [ 300 foo ]", "unexpected 'foo', expected ']'"},
		{"bgp-prefix-sid [ 300, [ ( 80000000,100 ) ] ]", "unexpected '80000000', expected a number from 0 to 16777215"},
		{"bgp-prefix-sid [ 300, [ ( 1,100 2 ) ] ]", "unexpected '2', expected ')'"},
		{"bgp-prefix-sid [ 300, [ 5 ] ]", "unexpected '5', expected '(' or ']'"},
		{"bgp-prefix-sid [ 300, [ ( 1,1 ) ]", "unexpected end of command, expected ']'"},
		{"bgp-prefix-sid [ 300 400 ]", "unexpected '400', expected ']'"},
		{"bgp-prefix-sid [ ]", "unexpected ']', expected a label index from 0 to 4294967295"},
		{"bgp-prefix-sid [ 300 flags 65536 ]", "unexpected '65536', expected flags from 0 to 65535, decimal or 0x…"},
		{"bgp-prefix-sid [ tlv 256 0x ]", "unexpected '256', expected the type of a TLV from 0 to 255"},
		{"bgp-prefix-sid [ tlv 99 01 ]", "unexpected '01', expected the value of a TLV: 0x and hexadecimal digits"},
		{"bgp-prefix-sid [ tlv 1 0x01 ]", "such a value of 1 octets is not one of TLV 1"},
		{"bgp-prefix-sid-srv6 l3-service", "unexpected 'l3-service', expected '('"},
		{"bgp-prefix-sid-srv6 ( l4-service 2001:1:: )", "unexpected 'l4-service', expected l3-service or l2-service"},
		{"bgp-prefix-sid-srv6 ( vpn 2001:1:: )", "unexpected 'vpn', expected l3-service or l2-service"},
		{"bgp-prefix-sid-srv6 ( l3-service 10.0.0.1 )", "unexpected '10.0.0.1', expected an SRv6 SID: an IPv6 address"},
		{"bgp-prefix-sid-srv6 ( l3-service 2001:1:: 65536 )", "unexpected '65536', expected an endpoint behavior from 0 to 65535, decimal or 0x…, or ')'"},
		{"bgp-prefix-sid-srv6 ( l3-service 2001:1:: 1 [ 1, 2, 3, 4, 5 ] )", "unexpected ']', expected ','"},
		{"bgp-prefix-sid-srv6 ( l3-service 2001:1:: 1 [ 1, 2, 3, 4, 5, 256 ] )", "unexpected '256', expected a number from 0 to 255, decimal or 0x…"},
		{"bgp-prefix-sid-srv6 ( l3-service 2001:1:: 1 [ 1, 2, 3, 4, 5, 6, 7 ] )", "unexpected ',', expected ']'"},
		{"bgp-prefix-sid-srv6 ( l3-service 2001:1:: 1 foo )", "unexpected 'foo', expected ')'"},
	})
}

func TestPrefixSIDFaces(t *testing.T) {
	const sid = "00 fc000000000100000000000000000000 00 0013 00"
	testAttrFaces(t, []attrFaceVector{
		{"label index", "c0280a 010007 00 0000 00000064", faces{`"bgp-prefix-sid": { "sr-label-index": 100 }`}, faces{" bgp-prefix-sid [ 100 ]"}},
		{
			"label index and SRGB", "c02815 030008 0000 003e80 001f40 010007 00 0000 00000064",
			faces{`"bgp-prefix-sid": { "sr-srgbs": [[16000, 8000]], "sr-label-index": 100 }`},
			faces{" bgp-prefix-sid [ 100, [ ( 16000,8000 ) ] ]"},
		},
		{
			"SRGB", "c02811 03000e 0000 003e80 001f40 00c350 0003e8",
			faces{`"bgp-prefix-sid": { "sr-srgbs": [[16000, 8000], [50000, 1000]] }`},
			faces{" bgp-prefix-sid [ [ ( 16000,8000 ), ( 50000,1000 ) ] ]", "", " bgp-prefix-sid [ None, [ ( 16000,8000 ), ( 50000,1000 ) ] ]"},
		},
		{
			"L2 service", "c0281c 060019 00 010015 " + sid,
			faces{`"bgp-prefix-sid": { "l2-service": [ { "sid": "fc00:0:1::", "flags": 0, "endpoint_behavior": 19 } ] }`},
			faces{" bgp-prefix-sid [ l2-service [ sid-information [ sid:fc00:0:1:: flags:0 endpoint_behavior:0x13  ] ]"},
		},
		{
			"two SIDs, one with a structure", "c0283d 05003a 00 01001e " + sid + " 010006 201010001030 010015 " + sid,
			faces{`"bgp-prefix-sid": { "l3-service": [ { "sid": "fc00:0:1::", "flags": 0, "endpoint_behavior": 19, "structure": {"locator-block-length": 32, "locator-node-length": 16, "function-length": 16, "argument-length": 0, "transposition-length": 16, "transposition-offset": 48} }, { "sid": "fc00:0:1::", "flags": 0, "endpoint_behavior": 19 } ] }`},
			faces{" bgp-prefix-sid [ l3-service [ sid-information [ sid:fc00:0:1:: flags:0 endpoint_behavior:0x13  [ sid-structure [32,16,16,0,16,48] ], sid-information [ sid:fc00:0:1:: flags:0 endpoint_behavior:0x13  ] ]"},
		},
		{
			"unknown TLV", "c02807 630004 abcdef01",
			faces{`"bgp-prefix-sid": { "attribute-not-implemented-99": "0xABCDEF01" }`},
			faces{" bgp-prefix-sid [ Attribute with code [ 99 ] not implemented ]"},
		},
		{
			"unknown sub-TLV", "c0280b 050008 00 070004 abcdef01",
			faces{`"bgp-prefix-sid": { "l3-service": [ {"type": 7, "raw": "abcdef01"} ] }`, `"bgp-prefix-sid": { "l3-service": [  ] }`},
			faces{" bgp-prefix-sid [ l3-service [ SRv6 Service Sub-TLV type 7 not implemented ] ]"},
		},
		{
			"unknown sub-sub-TLV", "c02823 050020 00 01001c " + sid + " 090004 abcdef01",
			faces{
				`"bgp-prefix-sid": { "l3-service": [ { "sid": "fc00:0:1::", "flags": 0, "endpoint_behavior": 19, "unknown-subsubtlv-9": "0xabcdef01" } ] }`,
				`"bgp-prefix-sid": { "l3-service": [ { "sid": "fc00:0:1::", "flags": 0, "endpoint_behavior": 19 } ] }`,
			},
			faces{" bgp-prefix-sid [ l3-service [ sid-information [ sid:fc00:0:1:: flags:0 endpoint_behavior:0x13  [ SRv6 Service Data Sub-Sub-TLV type 9 not implemented ] ] ]"},
		},
		{ // RFC 9252 §7: the first of several counts
			"two services of a kind", "c02818 050008 00 070004 abcdef01 05000a 00 070006 000000000000",
			faces{`"bgp-prefix-sid": { "l3-service": [ {"type": 7, "raw": "abcdef01"} ] }`, `"bgp-prefix-sid": { "l3-service": [  ] }`},
			faces{" bgp-prefix-sid [ l3-service [ SRv6 Service Sub-TLV type 7 not implemented ] ]"},
		},
	})
}

func TestPrefixSIDCheck(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  error
	}{
		{"", errEmpty},
		{"010007 00 0000 00000064", nil},
		{"010006 00 0000 000064", errLength},
		{"010008 00 0000 0000006400", errLength},
		{"010007 00 0000 000000", errShort},
		{"0100", errShort},
		{"030002 0000", nil},
		{"030001 00", errLength},
		{"030007 0000 003e8000 00", errLength},
		{"630000", nil},
		{"050001 00", nil},
		{"050000", errService},
		{"050019", errService},
		{"060004 00 010000", errService}, // no SID
		{"060018 00 010014 00 fc000000000100000000000000000000 00 0013", errService},                      // a short one
		{"050019 00 010016 00 fc000000000100000000000000000000 00 0013 00", errService},                   // longer than the TLV
		{"050021 00 01001d 00 fc000000000100000000000000000000 00 0013 00 010005 2010100000", errService}, // structure of 5
		{"05001c 00 010018 00 fc000000000100000000000000000000 00 0013 00 010006", errService},
		{"05001c 00 010018 00 fc000000000100000000000000000000 00 0013 00 070000", nil},
	} {
		if err := (prefixSIDAttr{}).check(bgptest.Hex(tt.value), nil); err != tt.want { //nolint:errorlint // codecs return them bare
			t.Errorf("%s: %v, want %v", tt.value, err, tt.want)
		}
	}
}

// The service of a route is what it leads to: without it the route is withdrawn,
// while a label index is discarded alone.
func TestPrefixSIDActions(t *testing.T) {
	const base = "40010100 40020602010000fde8 400304c0000201"
	for attr, want := range map[string]string{
		"c02806 010007 000000": "discard bgp-prefix-sid, announced",
		"c02803 050000":        "withdraw 3/9 bgp-prefix-sid, withdrawn",
		"802803 630000":        "discard bgp-prefix-sid, announced", // RFC 7606 §3c
	} {
		attrs := bgptest.Hex(base + attr)
		body := append(append(appendU16([]byte{0, 0}, len(attrs)), attrs...), 24, 10, 0, 1)
		var u Update
		err := ParseUpdate(&u, body, external())
		if got := outcome(&u, err); got != want {
			t.Errorf("%s: %s, want %s", attr, got, want)
		}
	}
}

func FuzzPrefixSID(f *testing.F) {
	f.Add(bgptest.Hex("010007 00 0000 00000064 03000e 0000 003e80 001f40 00c350 0003e8"))
	f.Add(bgptest.Hex("050022 00 01001e 00 fc000000000100000000000000000000 00 0013 00 010006 201010001030"))
	f.Add(bgptest.Hex("630004 01020304 050008 00 070004 01020304"))
	fuzzAttr(f, AttrPrefixSID)
}
