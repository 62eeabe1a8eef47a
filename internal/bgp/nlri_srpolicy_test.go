package bgp

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

var (
	ipv4Policy = Family{AFIIPv4, SAFISRPolicy}
	ipv6Policy = Family{AFIIPv6, SAFISRPolicy}
	anyPolicy  = Family{0, SAFISRPolicy}
)

func TestSRPolicyFaces(t *testing.T) {
	testFaces(t, []faceVector{
		{
			"IPv4", ipv4Policy, "60 00000001 00000064 0a000001", "",
			`{"distinguisher": 1, "color": 100, "endpoint": "10.0.0.1"}`, "",
			"afi ipv4 safi sr-policy", "afi ipv4 safi sr-policy next-hop 192.0.2.1", "sr-policy distinguisher 1 color 100 endpoint 10.0.0.1",
		},
		{
			"IPv6", ipv6Policy, "c0 00000001 00000064 20010db8000000000000000000000005", "",
			`{"distinguisher": 1, "color": 100, "endpoint": "2001:db8::5"}`, "",
			"afi ipv6 safi sr-policy", "afi ipv6 safi sr-policy next-hop 192.0.2.1", "sr-policy distinguisher 1 color 100 endpoint 2001:db8::5",
		},
	})
}

func TestSRPolicyNext(t *testing.T) {
	testNext(t, ipv4Policy, []nextVector{
		{"", 0, errShort},
		{"60 00000001 00000064 0a0000", 0, errShort},
		{"60 00000001 00000064 0a000001 60", 13, nil},
		{"0c 00000000 00000064 0a000001", 13, errLength}, // RFC 9830 §5
		{"c0 00000001 00000064 20010db8000000000000000000000005", 25, errLength},
		{"00", 1, errLength},
	})
}

func TestSRPolicyWords(t *testing.T) {
	testWords(t, ipv4Policy, []wordVector{
		{"distinguisher 1 color 100 endpoint 10.0.0.1", "60 00000001 00000064 0a000001", ""},
		{"preference 5 endpoint 10.0.0.1 color 4294967295 distinguisher 4294967295", "60 ffffffff ffffffff 0a000001", ""},
		{"color 100 endpoint 10.0.0.1", "", "sr-policy nlri distinguisher missing"},
		{"distinguisher 1 endpoint 10.0.0.1", "", "sr-policy nlri color missing"},
		{"distinguisher 1 color 100", "", "sr-policy nlri endpoint missing"},
		{"distinguisher 1 color 100 endpoint 2001:db8::5", "", "the endpoint '2001:db8::5' is not an address of the family"},
		{"distinguisher 1 color 100 endpoint 10.0.0.1 rd 1:1", "", "an rd is not part of such a route"},
		{"preference 1 preference 2", "", "'preference' is given twice"},
		{"segment 1", "", "'segment' is not a word of such a route"},
	})
	testWords(t, anyPolicy, []wordVector{
		{"distinguisher 1 color 100 endpoint 10.0.0.1", "60 00000001 00000064 0a000001", ""},
		{"distinguisher 1 color 100 endpoint 2001:db8::5", "c0 00000001 00000064 20010db8000000000000000000000005", ""},
		{"distinguisher 1", "", "sr-policy nlri color missing"},
	})
	if f, _, _, err := buildNLRI(anyPolicy, false, "distinguisher 1 color 100 endpoint 2001:db8::5"); f != ipv6Policy || err != nil {
		t.Errorf("%v, %v", f, err)
	}
}

// The words of the tunnel, in the order written, make one tunnel.
func TestPolicyWords(t *testing.T) {
	const (
		route  = "distinguisher 1 color 100 endpoint 10.0.0.1 "
		weight = "09 06 0000 00000001"
	)
	for _, tt := range []struct{ words, value string }{
		{"preference 200", "000f 0008 0c06 0000 000000c8"},
		{"priority 10 preference 1", "000f 000c 0f02 0a00 0c06 0000 00000001"},
		{"binding-sid mpls 24000", "000f 0008 0d06 1000 05dc0100"},
		{"binding-sid null", "000f 0004 0d02 0000"},
		{"binding-sid label 24000", "000f 0008 0d06 0000 05dc0000"},                                                        // RFC 9830 §2.4.2
		{"segment-list weight 1 segment type-a label 16001", "000f 0014 80 0011 00 0906 0000 00000001 0106 0000 03e81000"}, // RFC 9830 §2.4.4.2.1
		{"segment-list weight 1 segment type-a label 16001 segment type-a mpls 16002", "000f 001c 80 0019 00 0906 0000 00000001 0106 0000 03e81000 0106 0000 03e82100"},
		{"segment-list weight 1 segment type-a mpls 16001 segment type-c ipv4 10.0.0.1 algorithm 0 label 16002", "000f 0020 80 001d 00 0906 0000 00000001 0106 0000 03e81000 030a 0000 0a000001 03e82000"},
		{"srv6-binding-sid fc00::5", "000f 0014 1412 0000 fc000000000000000000000000000005"},
		{"srv6-binding-sid fc00::5 endpoint-behavior 19 32 16 16 0", "000f 001c 141a 2000 fc000000000000000000000000000005 0013 0000 20101000"},
		{"policy-name pol candidate-path-name cp", "000f 000d 820004 00 706f6c 810003 00 6370"},
		{"segment-list weight 1", "000f 000c 800009 00" + weight},
		{"segment-list weight 1 segment type-a mpls 16001 segment type-a mpls 16002", "000f 001c 800019 00" + weight + "0106 0000 03e81000 0106 0000 03e82100"},
		{"segment-list weight 1 segment type-b srv6 fc00::1 endpoint-behavior 0x41 32 0 16 0", "000f 0028 800025 00" + weight + "0d1a 1000 fc000000000000000000000000000001 0041 0000 20001000"},
		{"segment-list weight 1 segment type-c ipv4 10.0.0.1 algorithm 128", "000f 0014 800011 00" + weight + "0306 4080 0a000001"},
		{"segment-list weight 1 segment type-c ipv4 10.0.0.1 algorithm 0 sid 16001 segment type-d ipv6 fc00::1 algorithm 0 sid 5", "000f 0030 80002d 00" + weight +
			"030a 0000 0a000001 03e81100 0416 0000 fc000000000000000000000000000001 00005000"},
		{"segment-list weight 1 segment type-e local-if-id 7 ipv4 10.0.0.1 segment type-f local 10.0.0.1 remote 10.0.0.2 sid 5", "000f 0028 800025 00" + weight +
			"050a 0000 00000007 0a000001 060e 0000 0a000001 0a000002 00005000"},
		{"segment-list weight 1 segment type-g local-if-id 1 local-ipv6 2001::1 remote-if-id 2 remote-ipv6 2001::2", "000f 0038 800035 00" + weight +
			"072a 0000 00000001 20010000000000000000000000000001 00000002 20010000000000000000000000000002"},
		{"segment-list weight 1 segment type-h local 2001::1 remote 2001::2", "000f 0030 80002d 00" + weight + "0822 0000 20010000000000000000000000000001 20010000000000000000000000000002"},
		{"segment-list weight 1 segment type-i ipv6 2001::1 algorithm 1 sid fc00::1 endpoint-behavior 1 2 3 4 5", "000f 0038 800035 00" + weight +
			"0e2a 5001 20010000000000000000000000000001 fc000000000000000000000000000001 0001 0000 02030405"},
		{"segment-list weight 1 segment type-j local-if-id 1 local-ipv6 2001::1 remote-if-id 2 remote-ipv6 2001::2 algorithm 0", "000f 0038 800035 00" + weight +
			"0f2a 0000 00000001 20010000000000000000000000000001 00000002 20010000000000000000000000000002"},
		{"segment-list weight 1 segment type-k local 2001::1 remote 2001::2 algorithm 0 sid fc00::1 policy-name x", "000f 0045 80003d 00" + weight +
			"1032 0000 20010000000000000000000000000001 20010000000000000000000000000002 fc000000000000000000000000000001 820002 00 78"},
		{"segment-list weight 1 segment type-a mpls 1 segment-list weight 2 segment type-a mpls 2", "000f 0028 800011 00" + weight + "0106 0000 00001100 800011 00 09060000 00000002 0106 0000 00002100"},
	} {
		_, _, attrs, err := buildNLRI(ipv4Policy, false, route+tt.words)
		if err != nil {
			t.Errorf("%s: %v", tt.words, err)
			continue
		}
		v, _ := AttrBlock(attrs.Octets()).first()
		want := bgptest.Hex(tt.value)
		if v.Code != AttrTunnelEncap || v.Flags != optionalTrans || string(v.Value) != string(want) {
			t.Errorf("%s:\n%x, want\n%x", tt.words, v.Value, want)
		}
		if err := (tunnelEncapAttr{}).check(v.Value, nil); err != nil {
			t.Errorf("%s: %v", tt.words, err)
		}
		written := string(AppendAttrWords(nil, ipv4Policy, &v))
		if _, _, again, err := buildNLRI(ipv4Policy, false, route+written); err != nil || again != attrs || strings.Contains(written, "tunnel-encap") {
			t.Errorf("%s is written %s: %v", tt.words, written, err)
		}
	}
	testWords(t, ipv4Policy, []wordVector{
		{"preference foo", "", "unexpected 'foo', expected a number from 0 to 4294967295"},
		{"priority 256", "", "unexpected '256', expected a number from 0 to 255"},
		{"binding-sid foo", "", "unexpected 'foo', expected mpls LABEL, label LABEL or null"},
		{"binding-sid mpls 1048576", "", "unexpected '1048576', expected a number from 0 to 1048575"},
		{"srv6-binding-sid 10.0.0.1", "", "unexpected '10.0.0.1', expected an IPv6 address"},
		{"policy-name", "", "unexpected end of command, expected a name"},
		{"segment-list segment type-a mpls 1", "", "unexpected 'segment', expected 'weight'"},
		{"segment-list weight 1 segment type-l foo", "", "unexpected 'type-l', expected a type of segment, type-a to type-k"},
		{"segment-list weight 1 segment type-a sid 5", "", "unexpected 'sid', expected 'mpls'"},
		{"segment-list weight 1 segment type-c ipv4 ::1 algorithm 1", "", "unexpected '::1', expected an IPv4 address"},
		{"segment-list weight 1 segment type-c ipv4 10.0.0.1 sid 5", "", "unexpected 'sid', expected 'algorithm'"},
		{"segment-list weight 1 segment type-d ipv6 10.0.0.1", "", "unexpected '10.0.0.1', expected an IPv6 address"},
	})
}

func TestTunnelEncapWords(t *testing.T) {
	testAttrWords(t, []attrWordVector{
		{"tunnel-encap 8:0x0101ff", "c01707 0008 0003 0101ff"},
		{"tunnel-encap [ 8:0x0101ff 2:0x ]", "c0170b 0008 0003 0101ff 0002 0000"},
		{"tunnel-encap 8:0x tunnel-encap 9:0x", "c01708 0008 0000 0009 0000"},
		{"tunnel-encap [ 15:0x0c06000000000001 8:0x 15:0x0f020500 15:0x ]", "c01718 000f 0008 0c06000000000001 0008 0000 000f 0004 0f020500"},
	})
	testAttrWordErrors(t, []attrWordVector{
		{"tunnel-encap 8", "unexpected '8', expected a tunnel: its type, ':', 0x and hexadecimal digits"},
		{"tunnel-encap 65536:0x", "unexpected '65536:0x', expected a tunnel: its type, ':', 0x and hexadecimal digits"},
		{"tunnel-encap 8:ff", "unexpected '8:ff', expected a tunnel: its type, ':', 0x and hexadecimal digits"},
	})
}

// The sub-TLVs of a SR policy and its segments, each with its member of the JSON object
// and its text.
func TestTunnelEncapFaces(t *testing.T) {
	type v struct{ name, value, json, text string }
	vectors := []v{
		{"preference", "000f 0008 0c06 0000 000000c8", `"preference": 200`, "preference 200"},
		{"binding SID", "000f 0008 0d06 0000 03e810ff", `"binding-sid": {"type": "mpls", "label": 16001}`, "binding-sid mpls 16001"},
		{"no binding SID", "000f 0004 0d02 0000", `"binding-sid": null`, "binding-sid null"},
		{"binding SID of SRv6", "000f 0014 0d12 0000 fc000000000000000000000000000005", `"binding-sid": {"type": "srv6", "sid": "fc00::5"}`, "binding-sid srv6 fc00::5"},
		{"SRv6 binding SID", "000f 0014 1412 0000 fc000000000000000000000000000005", `"srv6-binding-sid": "fc00::5"`, "srv6-binding-sid fc00::5"},
		{
			"with a behavior", "000f 001c 141a 2000 fc000000000000000000000000000005 0013 0000 20101000",
			`"srv6-binding-sid": {"sid": "fc00::5", "behavior": 19, "lb-length": 32, "ln-length": 16, "fun-length": 16, "arg-length": 0}`, "srv6-binding-sid fc00::5 endpoint-behavior 19",
		},
		{"priority", "000f 0004 0f02 0500", `"priority": 5`, "priority 5"},
		{"ENLP", "000f 0005 0e03 000001", `"unknown-subtlv-14": "0x000001"`, "unknown-subtlv-14 0x000001"},
		{"names", "000f 000d 820004 00 706f6c 810003 00 2278", `"policy-name": "pol", "candidate-path-name": "\"x"`, `policy-name "pol" candidate-path-name ""x"`},
		{"a name of two lines", "000f 0007 820004 00 610a62", `"policy-name": "a\nb"`, `policy-name "a\nb"`},
		{"one of each", "000f 0010 0c06 0000 00000001 0c06 0000 00000002", `"preference": 1`, "preference 1 preference 2"},
		{"nothing", "000f 0000", "", ""},
		{
			"segment lists", "000f 0028 800019 00 09060000 00000005 0106 0000 00064040 0106 0000 000c81ff 800001 00 0c06 0000 00000001",
			`"preference": 1, "segment-lists": [{"weight": 5, "segments": [{"type": "A", "label": 100, "tc": 0, "s": false, "ttl": 64}, {"type": "A", "label": 200, "tc": 0, "s": true, "ttl": 255}]}, {"weight": 1, "segments": []}]`,
			"segment-list weight 5 [100 200] segment-list weight 1 [] preference 1",
		},
	}
	for _, s := range []v{
		{"B", "0d12 0000 fc000000000000000000000000000001", `{"type": "B", "sid": "fc00::1"}`, "fc00::1"},
		{"B with a behavior", "0d1a 1000 fc000000000000000000000000000001 0013 0000 20101000", `{"type": "B", "sid": "fc00::1", "endpoint-behavior": {"behavior": 19, "lb-length": 32, "ln-length": 16, "fun-length": 16, "arg-length": 0}}`, "fc00::1"},
		{"B without its flag", "0d1a 0000 fc000000000000000000000000000001 0013 0000 20101000", `{"type": "B", "sid": "fc00::1"}`, "fc00::1"},
		{"C", "030a 0000 0a000001 00064040", `{"type": "C", "ipv4_node": "10.0.0.1", "algorithm": 0, "sid": 100, "tc": 0, "s": false, "ttl": 64}`, "10.0.0.1"},
		{"C without SID", "0306 4001 0a000001", `{"type": "C", "ipv4_node": "10.0.0.1", "algorithm": 1}`, "10.0.0.1"},
		{"D", "0416 0000 20010000000000000000000000000001 00064040", `{"type": "D", "ipv6_node": "2001::1", "algorithm": 0, "sid": 100}`, "2001::1"},
		{"E", "050e 0000 00000007 0a000001 00064040", `{"type": "E", "local_if_id": 7, "ipv4_node": "10.0.0.1", "sid": 100}`, "if7:10.0.0.1"},
		{"F", "060e 0000 0a000001 0a000002 00064040", `{"type": "F", "local_ipv4": "10.0.0.1", "remote_ipv4": "10.0.0.2", "sid": 100}`, "10.0.0.1->10.0.0.2"},
		{
			"G", "072a 0000 00000001 20010000000000000000000000000001 00000002 20010000000000000000000000000002",
			`{"type": "G", "local_if_id": 1, "local_ipv6": "2001::1", "remote_if_id": 2, "remote_ipv6": "2001::2"}`, "if1:2001::1->if2:2001::2",
		},
		{
			"H", "0822 0000 20010000000000000000000000000001 20010000000000000000000000000002",
			`{"type": "H", "local_ipv6": "2001::1", "remote_ipv6": "2001::2"}`, "2001::1->2001::2",
		},
		{
			"I", "0e22 0000 20010000000000000000000000000001 fc000000000000000000000000000001",
			`{"type": "I", "ipv6_node": "2001::1", "algorithm": 0, "sid": "fc00::1"}`, "2001::1",
		},
		{
			"J", "0f3a 0000 00000001 20010000000000000000000000000001 00000002 20010000000000000000000000000002 fc000000000000000000000000000001",
			`{"type": "J", "local_if_id": 1, "local_ipv6": "2001::1", "remote_if_id": 2, "remote_ipv6": "2001::2", "algorithm": 0, "sid": "fc00::1"}`, "if1:2001::1->if2:2001::2",
		},
		{
			"K", "1032 0000 20010000000000000000000000000001 20010000000000000000000000000002 fc000000000000000000000000000001",
			`{"type": "K", "local_ipv6": "2001::1", "remote_ipv6": "2001::2", "algorithm": 0, "sid": "fc00::1"}`, "2001::1->2001::2",
		},
		{"unknown", "4d02 0102", "", ""},
	} {
		segment := bgptest.Hex(s.value)
		list := append(appendU16([]byte{128}, 1+len(segment)), 0)
		list = append(list, segment...)
		vectors = append(vectors, v{
			"segment " + s.name, hex.EncodeToString(append(appendU16(appendU16(nil, tunnelSRPolicy), len(list)), list...)),
			`"segment-lists": [{"weight": 1, "segments": [` + s.json + `]}]`, "segment-list weight 1 [" + s.text + "]",
		})
	}
	var faced []attrFaceVector
	for _, v := range vectors {
		value := bgptest.Hex(v.value)
		octets := append(appendAttrHead(nil, AttrTunnelEncap, optionalTrans, len(value)), value...)
		faced = append(faced, attrFaceVector{
			v.name, hex.EncodeToString(octets),
			faces{`"tunnel-encap": {"sr-policy": {` + v.json + `}}`},
			faces{" tunnel-encap tunnel-encap [sr-policy {" + v.text + "}]", " tunnel-encap tunnel-encap [sr-policy {" + strings.ReplaceAll(v.text, `\n`, `\x0a`) + "}]"},
		})
	}
	faced = append(faced, attrFaceVector{
		"other tunnels", "c0170b 0008 0003 0101ff 0002 0000",
		faces{`"tunnel-encap": {"tunnel-type-8": "0x0101FF", "tunnel-type-2": "0x"}`, `"attribute-0x17-0xE0": "0x000800030101ff00020000"`},
		faces{" tunnel-encap tunnel-encap [tunnel-type:8, tunnel-type:2]", " attribute [ 0x17 0xE0 0x000800030101ff00020000 ]"},
	})
	testAttrFaces(t, faced)
}

func TestTunnelEncapCheck(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  error
	}{
		{"", errEmpty},
		{"0007 00", errShort},
		{"0007 0004 01", errShort},
		{"0007 0004 01ff 0000", errShort}, // a sub-TLV that is longer than the tunnel
		{"0007 0002 8000", errShort},
		{"0007 0003 800000", nil},
		{"0007 0000", nil},
		{"000f 0007 0c05 0000 000000", errLength},
		{"000f 0005 0d03 0000 00", errLength},
		{"000f 0003 0f01 00", errLength},
		{"000f 0004 1402 0000", errLength},
		{"000f 0003 810000", errLength},
		{"000f 0003 800000", errLength},
		{"000f 0007 800004 00 09 02 00", errLength},
		{"000f 000b 800008 00 0905 0000 000000", errLength},
		{"000f 000a 800007 00 0104 0000 0000", errLength},
		{"000f 0008 800005 00 0302 0000", errLength},
		{"000f 0008 800005 00 6302 0000", nil},
	} {
		if err := (tunnelEncapAttr{}).check(bgptest.Hex(tt.value), nil); err != tt.want { //nolint:errorlint // codecs return them bare
			t.Errorf("%s: %v, want %v", tt.value, err, tt.want)
		}
	}
}

func TestSRPolicyCorpus(t *testing.T) {
	testCorpusRoutes(t, []Family{ipv4Policy, ipv6Policy}, 4, incomplete)
}

func FuzzSRPolicy(f *testing.F) {
	fuzzNLRI(f, ipv6Policy, "distinguisher 1 color 2 endpoint 2001:db8::1 preference 5 segment-list weight 1 segment type-c ipv4 10.0.0.1 algorithm 0 sid 5 segment type-b srv6 fc00::1",
		"c0 00000001 00000064 20010db8000000000000000000000005", "0c 0000")
}

func FuzzTunnelEncap(f *testing.F) {
	f.Add(bgptest.Hex("000f 0026 800019 00 09060000 00000005 0106 0000 00064040 0106 0000 000c81ff 810003 00 2278 0c06 0000 00000001"))
	f.Add(bgptest.Hex("0008 0003 0101ff 0002 0000"))
	fuzzAttr(f, AttrTunnelEncap)
}
