package bgp

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

var (
	bgpLS    = Family{AFIBGPLS, SAFIBGPLS}
	bgpLSVPN = Family{AFIBGPLS, SAFIBGPLSVPN}
)

// lsNLRI makes an NLRI of a type in hexadecimal: protocol, identifier 7, descriptors.
func lsNLRI(code, protocol int, descriptors ...string) string {
	body := fmt.Sprintf("%02x0000000000000007%s", protocol, strings.Join(descriptors, ""))
	return tlv22(code, body)
}

// Nodes of the tests, in octets, words and JSON.
var (
	lsNodeOSPF = tlv22(512, "0000fc00") + tlv22(513, "c0000201") + tlv22(514, "00000000") + tlv22(515, "c0000209")
	lsNodeISIS = tlv22(512, "0000fc00") + tlv22(515, "0000c000020a")
)

const (
	lsWordsOSPF = "[ autonomous-system 64512 bgp-ls-identifier 3221225985 ospf-area-id 0.0.0.0 router-id 192.0.2.9 ]"
	lsWordsISIS = "[ autonomous-system 64512 router-id 0000c000020a ]"
	lsJSONOSPF  = `[ { "autonomous-system": 64512 }, { "bgp-ls-identifier": "3221225985" }, { "ospf-area-id": "0.0.0.0" }, { "router-id": "192.0.2.9" } ]`
	lsJSONISIS  = `[ { "autonomous-system": 64512 }, { "router-id": "0000c000020a" } ]`
	ls42OSPF    = `{ "autonomous-system": 64512, "bgp-ls-identifier": "3221225985", "ospf-area-id": "0.0.0.0", "router-id": "192.0.2.9" }`
	ls42ISIS    = `{ "autonomous-system": 64512, "router-id": "0000c000020a" }`
)

// lsVector is a route in octets, its words, and its members in JSON behind the
// protocol: those of main, and of 4, 5 and 4.2 where they differ.
type lsVector struct {
	name, nlri, words string
	kind              string // of the NLRI in JSON
	protocol          int
	six, w, five, two string
}

func lsVectors() []lsVector {
	const hop = `, "nexthop": "192.0.2.1"`
	return []lsVector{
		{
			"node", lsNLRI(1, 3, tlv22(256, lsNodeOSPF)), "node protocol ospfv2 identifier 7 local " + lsWordsOSPF, "bgpls-node", 3,
			`"node-descriptors": ` + lsJSONOSPF, `"node-descriptors": ` + lsJSONOSPF + hop, `"node-descriptors": ` + lsJSONOSPF + hop, `"node-descriptors": ` + ls42OSPF + hop,
		},
		{
			"pseudonode of IS-IS", lsNLRI(1, 1, tlv22(256, tlv22(515, "0000c000020a05"))), "node protocol isis-l1 identifier 7 local [ router-id 0000c000020a05 ]", "bgpls-node", 1,
			`"node-descriptors": [ { "router-id": "0000c000020a05", "psn": "5" } ]`, `"node-descriptors": [ { "router-id": "0000c000020a05", "psn": "5" } ]` + hop,
			`"node-descriptors": [ { "router-id": "0000c000020a05", "psn": "5" } ]` + hop, `"node-descriptors": { "psn": "5", "router-id": "0000c000020a" }` + hop,
		},
		{
			"pseudonode of OSPF", lsNLRI(1, 6, tlv22(256, tlv22(515, "c0000209c000020a"))), "node protocol ospfv3 identifier 7 local [ router-id [ 192.0.2.9 192.0.2.10 ] ]", "bgpls-node", 6,
			`"node-descriptors": [ { "router-id": "192.0.2.9", "designated-router-id": "192.0.2.10" } ]`, `"node-descriptors": [ { "router-id": "192.0.2.9", "designated-router-id": "192.0.2.10" } ]` + hop,
			`"node-descriptors": [ { "router-id": "192.0.2.9", "designated-router-id": "192.0.2.10" } ]` + hop, `"node-descriptors": { "designated-router-id": "192.0.2.10", "router-id": "192.0.2.9" }` + hop,
		},
		{ // RFC 9086 §4.1; RFC 9552 §5.1: what is not known is kept
			"BGP", lsNLRI(1, 7, tlv22(256, tlv22(512, "0000fc00")+tlv22(516, "c0000209")+tlv22(517, "0000fc01")+tlv22(600, "abcd")), tlv22(9999, "01")),
			"node protocol bgp identifier 7 local [ autonomous-system 64512 bgp-router-id 192.0.2.9 confederation-member 64513 tlv 600 0xABCD ] tlv 9999 0x01", "bgpls-node", 7,
			`"node-descriptors": [ { "autonomous-system": 64512 }, { "bgp-router-id": "192.0.2.9" }, { "confederation-member": 64513 }, { "generic-tlv-600": "0xABCD" } ], "other-descriptors": [ { "generic-tlv-9999": "0x01" } ]`,
			`"node-descriptors": [ { "autonomous-system": 64512 }, { "bgp-router-id": "192.0.2.9" }, { "confederation-member": 64513 }, { "generic-tlv-600": "0xABCD" } ], "other-descriptors": [ { "generic-tlv-9999": "0x01" } ]` + hop,
			`"node-descriptors": [ { "autonomous-system": 64512 }, { "bgp-router-id": "192.0.2.9" }, { "confederation-member": 64513 }, { "generic-tlv-600": "0xABCD" } ]` + hop + `, "other-descriptors": [ { "generic-tlv-9999": "0x01" } ]`,
			`"node-descriptors": { "autonomous-system": 64512, "bgp-router-id": "192.0.2.9", "confederation-member": 64513, "generic-tlv-600": "0xABCD" }` + hop + `, "other-descriptors": [ { "generic-tlv-9999": "0x01" } ]`,
		},
		{
			"unknown protocol", lsNLRI(1, 99, tlv22(256, tlv22(515, "0102030405"))), "node protocol 99 identifier 7 local [ router-id 0x0102030405 ]", "bgpls-node", 99,
			`"node-descriptors": [ { "router-id": "0102030405" } ]`, `"node-descriptors": [ { "router-id": "0102030405" } ]` + hop,
			`"node-descriptors": [ { "router-id": "0102030405" } ]` + hop, `"node-descriptors": { "router-id": "0102030405" }` + hop,
		},
		{
			"empty node", lsNLRI(1, 5, tlv22(256, "")), "node protocol static identifier 7 local [ ]", "bgpls-node", 5,
			`"node-descriptors": [  ]`, `"node-descriptors": [  ]` + hop, `"node-descriptors": [  ]` + hop, `"node-descriptors": {  }` + hop,
		},
		{
			"link", lsNLRI(2, 2, tlv22(256, lsNodeISIS), tlv22(257, lsNodeISIS), tlv22(258, "0000000100000002"), tlv22(259, "c0000201"), tlv22(260, "c0000202"), tlv22(261, "20010db8000000000000000000000001"), tlv22(263, "00020003")),
			"link protocol isis-l2 identifier 7 local " + lsWordsISIS + " remote " + lsWordsISIS + " link-identifiers 1 2 interface-address 192.0.2.1 neighbor-address 192.0.2.2 interface-address 2001:db8::1 multi-topology-ids [ 2 3 ]", "bgpls-link", 2,
			`"local-node-descriptors": ` + lsJSONISIS + `, "remote-node-descriptors": ` + lsJSONISIS + `, "interface-addresses": [ "192.0.2.1", "2001:db8::1" ], "neighbor-addresses": [ "192.0.2.2" ], "multi-topology-ids": [ 2 ], "link-identifiers": [ { "link-local-id": 1, "link-remote-id": 2 } ]`,
			"", "",
			`"local-node-descriptors": ` + ls42ISIS + `, "remote-node-descriptors": ` + ls42ISIS + `, "interface-address": { "interface-address": "192.0.2.1", "interface-address": "2001:db8::1" }, "neighbor-address": { "neighbor-address": "192.0.2.2" }`,
		},
		{
			"IPv4 prefix", lsNLRI(3, 3, tlv22(256, lsNodeOSPF), tlv22(263, "0002"), tlv22(264, "05"), tlv22(265, "18cb0071")), "prefix 203.0.113.0/24 protocol ospfv2 identifier 7 local " + lsWordsOSPF + " multi-topology-ids [ 2 ] ospf-route-type 5", "bgpls-prefix-v4", 3,
			`"node-descriptors": ` + lsJSONOSPF + `, "ip-reachability-tlv": "203.0.113.0/24", "ip-reach-prefix": "203.0.113.0/24", "ospf-route-type": 5`,
			`"node-descriptors": ` + lsJSONOSPF + `, "ip-reachability-tlv": "203.0.113.0/24", "ip-reach-prefix": "203.0.113.0/24", "ospf-route-type": 5` + hop,
			`"node-descriptors": ` + lsJSONOSPF + `, "ip-reachability-tlv": "203.0.113.0", "ip-reach-prefix": "203.0.113.0/24"` + hop + `, "ospf-route-type": 5`,
			`"node-descriptors": ` + ls42OSPF + `, "ip-reachability-tlv": "203.0.113.0", "ip-reach-prefix": "203.0.113.0/24"` + hop + `, "ospf-route-type": 5`,
		},
		{
			"IPv6 prefix", lsNLRI(4, 2, tlv22(256, lsNodeISIS), tlv22(265, "2f20010db80002")), "prefix 2001:db8:2::/47 protocol isis-l2 identifier 7 local " + lsWordsISIS, "bgpls-prefix-v6", 2,
			`"node-descriptors": ` + lsJSONISIS + `, "ip-reachability-tlv": "2001:db8:2::/47", "ip-reach-prefix": "2001:db8:2::/47"`,
			`"node-descriptors": ` + lsJSONISIS + `, "ip-reachability-tlv": "2001:db8:2::/47", "ip-reach-prefix": "2001:db8:2::/47"` + hop,
			`"node-descriptors": ` + lsJSONISIS + `, "ip-reachability-tlv": "2001:db8:2::", "ip-reach-prefix": "2001:db8:2::/47"` + hop,
			`"node-descriptors": ` + ls42ISIS + `, "ip-reachability-tlv": "2001:db8:2::", "ip-reach-prefix": "2001:db8:2::/47"` + hop,
		},
		{
			"SID", lsNLRI(6, 2, tlv22(256, lsNodeISIS), tlv22(263, "00020003"), tlv22(518, "20010db8000000000000000000000005")), "srv6-sid 2001:db8::5 protocol isis-l2 identifier 7 local " + lsWordsISIS + " multi-topology-ids [ 2 3 ]", "bgpls-srv6sid", 2,
			`"node-descriptors": ` + lsJSONISIS + `, "srv6-sid-descriptors": {"multi-topology-ids": ["2"], "srv6-sid": "2001:db8::5"}`, "", "",
			`"node-descriptors": ` + ls42ISIS + `, "srv6-sid-descriptors": {"multi-topology-ids": ["2"], "srv6-sid": "2001:db8::5"}`,
		},
	}
}

// TestLSRoutes checks each route in every dialect, withdrawn and of a VPN as well, and
// that the words that are shown make the same octets.
func TestLSRoutes(t *testing.T) {
	const rd = `, "rd": "64512:9"`
	for _, v := range lsVectors() {
		nlri := bgptest.Hex(v.nlri)
		vpn := bytes.Clone(nlri[:4])
		putU16(vpn[2:], u16(nlri, 2)+8)
		vpn = append(append(vpn, bgptest.Hex("0000fc0000000009")...), nlri[4:]...)
		if v.w == "" {
			v.w, v.five = v.six, v.six
		}
		head := fmt.Sprintf(`{ "ls-nlri-type": "%s", "l3-routing-topology": 7, "protocol-id": %d, `, v.kind, v.protocol)
		for d, want := range map[Dialect]string{Dialect6: v.six, Dialect4: v.w, Dialect5: v.five, Dialect42: v.two} {
			f := &Face{Dialect: d, NextHop: []byte{192, 0, 2, 1}}
			if got := string(AppendNLRIJSON(nil, bgpLS, nlri, f)); got != head+want+" }" {
				t.Errorf("%s, %v:\n got %s\nwant %s", v.name, d, got, head+want+" }")
			}
			if got := string(AppendNLRIText(nil, bgpLSVPN, vpn, f)); got != "afi bgp-ls safi bgp-ls" {
				t.Errorf("%s: text %s", v.name, got)
			}
			want = strings.ReplaceAll(want, `, "nexthop": "192.0.2.1"`, "")
			f.Withdraw = true
			if got := string(AppendNLRIJSON(nil, bgpLS, nlri, f)); got != head+want+" }" {
				t.Errorf("%s, %v, withdrawn:\n got %s\nwant %s", v.name, d, got, head+want+" }")
			}
			if got := string(AppendNLRIJSON(nil, bgpLSVPN, vpn, f)); got != head+want+rd+" }" {
				t.Errorf("%s, %v, VPN:\n got %s\nwant %s", v.name, d, got, head+want+rd+" }")
			}
		}
		f := &Face{Show: true}
		if got := string(AppendNLRIText(nil, bgpLS, nlri, f)); got != v.words {
			t.Errorf("%s: shown as\n got %s\nwant %s", v.name, got, v.words)
		}
		testWords(t, bgpLS, []wordVector{{v.words, v.nlri, ""}})
		words := string(AppendNLRIText(nil, bgpLSVPN, vpn, f))
		testWords(t, bgpLSVPN, []wordVector{{words, fmt.Sprintf("%x", vpn), ""}})
	}
}

// TestLSRaw is routes that are shown as octets: they are of other types, or words would
// make other octets.
func TestLSRaw(t *testing.T) {
	node := tlv22(256, lsNodeISIS)
	for _, nlri := range []string{
		tlv22(5, "0102"),
		lsNLRI(1, 2, tlv22(9999, "01"), node), // out of order
		lsNLRI(1, 2, tlv22(256, tlv22(515, "0000c000020a")+tlv22(512, "0000fc00"))), // likewise
		lsNLRI(2, 2, node),                                             // without the other end
		lsNLRI(3, 2, node, tlv22(265, "18cb007101")),                   // an octet too many
		lsNLRI(3, 2, node, tlv22(265, "14cb0071")),                     // bits behind the prefix
		lsNLRI(3, 2, node, tlv22(265, "08cb"), tlv22(265, "18cb0071")), // two prefixes
		lsNLRI(3, 2, tlv22(265, "18cb0071")),                           // no node
		lsNLRI(6, 2, node),                                             // no SID
	} {
		b := bgptest.Hex(nlri)
		if n, err := (bgplsNLRI{}).next(b); n != len(b) || err != nil {
			t.Errorf("%s: %d, %v", nlri, n, err)
		}
		words := string(AppendNLRIText(nil, bgpLS, b, &Face{Show: true}))
		if want := fmt.Sprintf("raw 0x%X", b); words != want {
			t.Errorf("shown as %s, want %s", words, want)
		}
		testWords(t, bgpLS, []wordVector{{words, nlri, ""}})
	}
	for d, want := range map[Dialect]string{Dialect6: "000500020102", Dialect5: "000500020102", Dialect42: "05020102"} {
		want = `{ "code": 5, "parsed": false, "raw": "` + want + `" }`
		if got := string(AppendNLRIJSON(nil, bgpLS, bgptest.Hex("000500020102"), &Face{Dialect: d})); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestLSNext(t *testing.T) {
	node := tlv22(256, lsNodeISIS)
	vectors := []nextVector{
		{"", 0, errShort},
		{"000100", 0, errShort},
		{"0001000a", 0, errShort},
		{"00010008 0200000000000000", 12, errShort},
		{"00050001 00 0005", 5, nil},
	}
	for _, v := range []struct {
		nlri string
		err  error
	}{
		{lsNLRI(1, 2, node), nil},
		{lsNLRI(1, 2), errValue},
		{lsNLRI(1, 2, "0100"), errShort},
		{lsNLRI(1, 2, "01000005 00"), errShort},
		{lsNLRI(1, 2, tlv22(256, "0200")), errShort},
		{lsNLRI(1, 2, tlv22(256, tlv22(512, "0000fc"))), errLength},
		{lsNLRI(1, 2, tlv22(256, tlv22(514, "000000"))), errLength},
		{lsNLRI(1, 2, tlv22(256, tlv22(515, "c0000209"))), errLength},
		{lsNLRI(1, 3, tlv22(256, tlv22(515, "0000c000020a"))), errLength},
		{lsNLRI(1, 4, tlv22(256, tlv22(515, "0000c000020a"))), nil},
		{lsNLRI(1, 2, tlv22(256, tlv22(516, "00"))), errLength},
		{lsNLRI(2, 2, tlv22(258, "00000001")), errLength},
		{lsNLRI(2, 2, tlv22(259, "c00002")), errLength},
		{lsNLRI(2, 2, tlv22(263, "")), errLength},
		{lsNLRI(2, 2, tlv22(263, "000200")), errLength},
		{lsNLRI(3, 2, node), errValue},
		{lsNLRI(3, 2, node, tlv22(265, "")), errShort},
		{lsNLRI(3, 2, node, tlv22(265, "18cb00")), errLength},
		{lsNLRI(3, 2, node, tlv22(265, "21cb00710500")), errLength},
		{lsNLRI(3, 2, node, tlv22(265, "18cb00710005")), errLength},
		{lsNLRI(3, 2, node, tlv22(264, "0001"), tlv22(265, "18cb0071")), errLength},
		{lsNLRI(6, 2, tlv22(518, strings.Repeat("00", 16))), errValue},
		{lsNLRI(6, 2, node, tlv22(518, "00")), errLength},
	} {
		vectors = append(vectors, nextVector{v.nlri + "0001", len(bgptest.Hex(v.nlri)), v.err})
	}
	testNext(t, bgpLS, vectors)
	testNext(t, bgpLSVPN, []nextVector{
		{"00010007 00000000000000", 11, errShort},
		{"00010010 0000fc0000000009 0200000000000000", 20, errShort},
		{"00050001 00", 5, nil},
	})
}

func TestLSRouteWords(t *testing.T) {
	node := tlv22(256, lsNodeISIS)
	testWords(t, bgpLS, []wordVector{
		{ // in any order, all in that of the wire
			"tlv 300 0x01 neighbor-address 192.0.2.2 remote [ router-id 0000c000020a autonomous-system 64512 ] protocol 2 link tlv 258 0x0000000100000002 identifier 7 local " + lsWordsISIS,
			lsNLRI(2, 2, node, tlv22(257, lsNodeISIS), tlv22(258, "0000000100000002"), tlv22(260, "c0000202"), tlv22(300, "01")), "",
		},
		{"node protocol isis-l2 identifier 7 local " + lsWordsISIS + " tlv 300 0x02 tlv 300 0x0001", lsNLRI(1, 2, node, tlv22(300, "0001"), tlv22(300, "02")), ""},
		{"raw 0x000500020102", "000500020102", ""},

		{"protocol bgp", "", "a BGP-LS route needs its type: node, link, prefix, srv6-sid or raw"},
		{"node local [ ]", "", "node: protocol is missing"},
		{"node protocol bgp", "", "node: local, the descriptors of the node, is missing"},
		{"link protocol bgp local [ ]", "", "link: remote, the descriptors of the other node, is missing"},
		{"node protocol bgp local [ ] rd 1:1", "", "node: an rd is not part of such a route"},
		{"node protocol ospfv2 local [ router-id 0000c000020a ]", "", "node: a descriptor is not one of the protocol: wrong length"},
		{"node link", "", "'link': the route has a type already"},
		{"node prefix 10.0.0.0/8", "", "'prefix': the route has a type already"},
		{"protocol 256", "", "unexpected '256', expected isis-l1, isis-l2, ospfv2, direct, static, ospfv3, bgp or the number of a protocol"},
		{"local [ as 5 ]", "", "unexpected 'as', expected a descriptor of a node, tlv or ']'"},
		{"local node", "", "unexpected 'node', expected '['"},
		{"local [ router-id 5 ]", "", "unexpected '5', expected the identifier of a router: an address, two addresses, 12 or 14 hexadecimal digits, or 0x and octets"},
		{"local [ router-id 0000c000020g ]", "", "unexpected '0000c000020g', expected the identifier of a router: an address, two addresses, 12 or 14 hexadecimal digits, or 0x and octets"},
		{"local [ bgp-router-id ::1 ]", "", "unexpected '::1', expected an address of the other family"},
		{"srv6-sid 192.0.2.1", "", "unexpected '192.0.2.1', expected an address of the other family"},
		{"multi-topology-ids 65536", "", "unexpected '65536', expected identifiers of topologies"},
		{"ospf-route-type 256", "", "unexpected '256', expected a number from 0 to 255"},
		{"tlv 65536 0x", "", "unexpected '65536', expected a number from 0 to 65535"},
		{"tlv 5 0x0", "", "unexpected '0x0', expected octets: 0x and two hexadecimal digits each"},
		{"raw 0x0005000201", "", "raw: the octets are not a type, a length, and a route of that type and length"},
		{"raw 0x000500020102 node", "", "raw: all of the route is in its octets"},
		{"label 5", "", "'label' is not a word of such a route"},
	})
	testWords(t, bgpLSVPN, []wordVector{
		{"node protocol bgp local [ ]", "", "node: rd is missing"},
	})
}

func TestLSTables(t *testing.T) {
	for i := range bgplsTable {
		if r := &bgplsTable[i]; r.word == "" || r.name == "" || r.rfc == "" || bgplsRowOf(r.code) != r {
			t.Errorf("%+v", r)
		}
	}
	for _, table := range [][]lsDescriptor{lsDescriptorTable[:], lsNodeTable[:]} {
		for i := range table {
			if r := &table[i]; r.rfc == "" || r.kind == lsOctets || findDescriptor(table, r.code) != r {
				t.Errorf("%+v", r)
			}
		}
	}
}

func TestLSRouteAllocs(t *testing.T) {
	var nlri []byte
	for _, v := range lsVectors() {
		nlri = append(nlri, bgptest.Hex(v.nlri)...)
	}
	s := Section{Family: bgpLS, NLRI: nlri}
	dst := make([]byte, 0, 4096)
	for _, d := range dialects {
		face := Face{Dialect: d}
		if n := testing.AllocsPerRun(100, func() {
			walk := s
			for _, nlri, ok := walk.Next(); ok; _, nlri, ok = walk.Next() {
				dst = AppendNLRIJSON(dst[:0], s.Family, nlri, &face)
				kept := AppendKeptNLRI(dst[:0], s.Family, nil, nlri)
				dst = AppendNLRIKey(kept, s.Family, kept)
			}
		}); n != 0 {
			t.Errorf("%v: %v allocations", d, n)
		}
	}
}

// TestLSCorpus decodes the routes of the corpus.
func TestLSCorpus(t *testing.T) {
	testCorpusRoutes(t, []Family{bgpLS}, 30, incomplete)
}

func FuzzBGPLS(f *testing.F) {
	var octets []string
	for _, v := range lsVectors() {
		octets = append(octets, v.nlri)
	}
	fuzzNLRI(f, bgpLS, "link protocol 9 identifier 5 local [ router-id 10.0.0.1 tlv 600 0x00 ] remote [ ] tlv 5 0x link-identifiers 1 2 neighbor-address ::1 multi-topology-ids [ 1 ]", octets...)
}

func FuzzBGPLSVPN(f *testing.F) {
	fuzzNLRI(f, bgpLSVPN, "srv6-sid ::1 rd 1:1 protocol 9 identifier 5 local [ ]", "00010019 0000fc0000000009 02 0000000000000007 0100 0004 02000000")
}

// FuzzShown: what show lists of EVPN and BGP-LS can be announced, and is the same route.
func FuzzShown(f *testing.F) {
	families := []Family{l2vpnEVPN, bgpLS, bgpLSVPN}
	for _, v := range evpnVectors() {
		f.Add(uint8(0), bgptest.Hex(v.nlri))
	}
	for _, v := range lsVectors() {
		f.Add(uint8(1), bgptest.Hex(v.nlri))
	}
	f.Fuzz(func(t *testing.T, row uint8, b []byte) {
		family := families[int(row)%len(families)]
		s := Section{Family: family, NLRI: b}
		for _, nlri, ok := s.Next(); ok; _, nlri, ok = s.Next() {
			words := string(AppendNLRIText(nil, family, nlri, &Face{Show: true}))
			if _, got, _, err := buildNLRI(family, false, words); err != nil || !bytes.Equal(got, nlri) {
				t.Errorf("%x is shown as %s, that is %x, %v", nlri, words, got, err)
			}
		}
	})
}
