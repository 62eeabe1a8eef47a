package bgp

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

var l2vpnEVPN = Family{AFIL2VPN, SAFIEVPN}

// evpnVector is a route in octets, its key, and the words and JSON of it.
type evpnVector struct{ name, nlri, key, words, members string }

// Parts of the routes below: a distinguisher and a segment.
const (
	evpnRD  = "0000fc00 00000007"
	evpnESx = "0311 2233 4455 6677 8899"
	evpnESt = "03:11:22:33:44:55:66:77:88:99"
)

func evpnVectors() []evpnVector {
	return []evpnVector{
		{
			"segment", "0119" + evpnRD + evpnESx + "00000064 000501", "01" + evpnRD + evpnESx + "00000064",
			"ethernet-ad " + evpnESt + " rd 64512:7 ethernet-tag 100 label 80",
			`"name": "Ethernet Auto-Discovery", "rd": "64512:7", "esi": "` + evpnESt + `", "ethernet-tag": 100, "label": [ [80, 1281] ]`,
		},
		{
			"all of a segment", "0119" + evpnRD + evpnESx + "ffffffff 000000", "01" + evpnRD + evpnESx + "ffffffff",
			"ethernet-ad " + evpnESt + " rd 64512:7 ethernet-tag 4294967295 vni 0",
			`"name": "Ethernet Auto-Discovery", "rd": "64512:7", "esi": "` + evpnESt + `", "ethernet-tag": 4294967295, "label": [ [0] ]`,
		},
		{
			"MAC", "0221" + evpnRD + "00000000000000000000 00000000 30 02005e005301 00 002711", "02" + evpnRD + "00000000 30 02005e005301 00",
			"mac-ip 02:00:5E:00:53:01 rd 64512:7 ethernet-tag 0 label 625",
			`"name": "MAC/IP advertisement", "rd": "64512:7", "esi": "-", "ethernet-tag": 0, "mac": "02:00:5E:00:53:01", "label": [ [625, 10001] ]`,
		},
		{
			"MAC and IPv4, two labels", "0228" + evpnRD + evpnESx + "00000064 30 02005e005301 20 c0000201 002710 00c351", "02" + evpnRD + "00000064 30 02005e005301 20 c0000201",
			"mac-ip 02:00:5E:00:53:01 ip 192.0.2.1 rd 64512:7 esi " + evpnESt + " ethernet-tag 100 vni 10000 label 3125",
			`"name": "MAC/IP advertisement", "rd": "64512:7", "esi": "` + evpnESt + `", "ethernet-tag": 100, "mac": "02:00:5E:00:53:01", "label": [ [625, 10000] ], "ip": "192.0.2.1"`,
		},
		{
			"MAC and IPv6", "0231" + evpnRD + evpnESx + "00000000 30 02005e005301 80 20010db8000000000000000000000001 002710", "02" + evpnRD + "00000000 30 02005e005301 80 20010db8000000000000000000000001",
			"mac-ip 02:00:5E:00:53:01 ip 2001:db8::1 rd 64512:7 esi " + evpnESt + " ethernet-tag 0 vni 10000",
			`"name": "MAC/IP advertisement", "rd": "64512:7", "esi": "` + evpnESt + `", "ethernet-tag": 0, "mac": "02:00:5E:00:53:01", "label": [ [625, 10000] ], "ip": "2001:db8::1"`,
		},
		{
			"multicast", "0311" + evpnRD + "00000064 20 c0000209", "03" + evpnRD + "00000064 20 c0000209",
			"multicast 192.0.2.9 rd 64512:7 ethernet-tag 100",
			`"name": "Inclusive Multicast Ethernet Tag", "rd": "64512:7", "ethernet-tag": 100, "ip": "192.0.2.9"`,
		},
		{
			"multicast, IPv6", "031d" + evpnRD + "00000000 80 20010db8000000000000000000000009", "03" + evpnRD + "00000000 80 20010db8000000000000000000000009",
			"multicast 2001:db8::9 rd 64512:7 ethernet-tag 0",
			`"name": "Inclusive Multicast Ethernet Tag", "rd": "64512:7", "ethernet-tag": 0, "ip": "2001:db8::9"`,
		},
		{
			"Ethernet segment", "0417" + evpnRD + evpnESx + "20 c0000209", "04" + evpnRD + evpnESx + "20 c0000209",
			"ethernet-segment " + evpnESt + " ip 192.0.2.9 rd 64512:7",
			`"name": "Ethernet Segment", "rd": "64512:7", "esi": "` + evpnESt + `", "ip": "192.0.2.9"`,
		},
		{
			"prefix", "0522" + evpnRD + "00000000000000000000 00000000 18 cb007100 c0000209 00c350", "05" + evpnRD + "00000000 18 cb0071",
			"prefix 203.0.113.0/24 rd 64512:7 ethernet-tag 0 gateway 192.0.2.9 vni 50000",
			`"name": "IP Prefix Advertisement", "rd": "64512:7", "esi": "-", "ethernet-tag": 0, "label": [ [3125, 50000] ], "ip": "203.0.113.0", "iplen": 24, "gateway": "192.0.2.9"`,
		},
		{
			"IPv6 prefix", "053a" + evpnRD + evpnESx + "00000064 2f 20010db8000200000000000000000000 00000000000000000000000000000000 000501", "05" + evpnRD + "00000064 2f 20010db80002",
			"prefix 2001:db8:2::/47 rd 64512:7 esi " + evpnESt + " ethernet-tag 100 label 80",
			`"name": "IP Prefix Advertisement", "rd": "64512:7", "esi": "` + evpnESt + `", "ethernet-tag": 100, "label": [ [80, 1281] ], "ip": "2001:db8:2::", "iplen": 47, "gateway": "::"`,
		},
	}
}

// TestEVPNFaces checks each route in every dialect, its key, and that the words that
// are shown make the same octets.
func TestEVPNFaces(t *testing.T) {
	for _, v := range evpnVectors() {
		raw := fmt.Sprintf("%X", bgptest.Hex(v.nlri))
		js := fmt.Sprintf(`{ "code": %d, "parsed": true, "raw": "%s", %s }`, bgptest.Hex(v.nlri)[0], raw, v.members)
		testFaces(t, []faceVector{{
			v.name, l2vpnEVPN, v.nlri, v.key, js, "",
			"afi l2vpn safi evpn", "", v.words,
		}})
		testWords(t, l2vpnEVPN, []wordVector{{v.words, v.nlri, ""}})
	}
}

// TestEVPNRaw is routes that are shown as octets.
func TestEVPNRaw(t *testing.T) {
	const (
		unknown = "0903010203"
		// RFC 9251 §9.1: 192.0.2.5 to 233.252.0.1, from router 192.0.2.9, flags 2.
		join     = "061c" + evpnRD + "00000064 20 c0000205 20 e9fc0001 20 c0000209 02"
		joinKey  = "061c" + evpnRD + "00000064 20 c0000205 20 e9fc0001 20 c0000209"
		synch    = "0726" + evpnRD + evpnESx + "00000064 20 c0000205 20 e9fc0001 20 c0000209 02"
		leave    = "082b" + evpnRD + evpnESx + "00000064 20 c0000205 20 e9fc0001 20 c0000209 00000000 0a 02"
		cut      = "0610" + evpnRD + "00000064 20 c00002"
		longMAC  = "0221" + evpnRD + "00000000000000000000 00000000 20 02005e000000 00 002711"
		hostBits = "0522" + evpnRD + "00000000000000000000 00000000 18 cb007105 00000000 00c350"
	)
	for _, v := range []struct {
		nlri, key string
		parsed    bool
	}{
		{unknown, unknown, false},
		{join, joinKey, false},
		{synch, synch[:len(synch)-2], false},
		{leave, leave[:len(leave)-len("00000000 0a 02")], false},
		{cut, cut, false},
		{longMAC, "02" + evpnRD + "00000000 20 02005e000000 00", true},
		{hostBits, "05" + evpnRD + "00000000 18 cb0071", true},
	} {
		nlri := bgptest.Hex(v.nlri)
		if n, err := (evpnNLRI{}).next(nlri); n != len(nlri) || err != nil {
			t.Errorf("%s: %d, %v", v.nlri, n, err)
		}
		if key := (evpnNLRI{}).appendKey(nil, nlri); !bytes.Equal(key, bgptest.Hex(v.key)) {
			t.Errorf("%s: key %x", v.nlri, key)
		}
		words := string(AppendNLRIText(nil, l2vpnEVPN, nlri, &Face{Show: true}))
		if want := fmt.Sprintf("raw 0x%X", nlri); words != want {
			t.Errorf("shown as %s, want %s", words, want)
		}
		testWords(t, l2vpnEVPN, []wordVector{{words, v.nlri, ""}})
		js := string(AppendNLRIJSON(nil, l2vpnEVPN, nlri, &Face{}))
		if want := fmt.Sprintf(`{ "code": %d, "parsed": false, "raw": "%X" }`, nlri[0], nlri); !v.parsed && js != want {
			t.Errorf("JSON %s, want %s", js, want)
		}
	}
}

func TestEVPNNext(t *testing.T) {
	testNext(t, l2vpnEVPN, []nextVector{
		{"", 0, errShort},
		{"02", 0, errShort},
		{"0206 0000fc00", 0, errShort},
		{"0205 0000fc0000 03", 7, errShort},
		{"0118" + evpnRD + evpnESx + "00000064 0005", 26, errLength},
		{"011c" + evpnRD + evpnESx + "00000064 000500 000501", 30, errLength},
		{"0220" + evpnRD + evpnESx + "00000064 30 02005e005301 00 0027", 34, errLength},
		{"0221" + evpnRD + evpnESx + "00000064 31 02005e005301 00 002710", 35, errLength},
		{"0225" + evpnRD + evpnESx + "00000064 30 02005e005301 1f 00c00002 002710", 39, errLength},
		{"0225" + evpnRD + evpnESx + "00000064 30 02005e005301 80 c0000201 002710", 39, errShort},
		{"030d" + evpnRD + "00000064 00", 15, errLength},
		{"0312" + evpnRD + "00000064 20 c0000209 00", 20, errLength},
		{"0413" + evpnRD + evpnESx + "00", 21, errLength},
		{"0521" + evpnRD + evpnESx + "00000000 18 cb007100 c0000209 00c3", 35, errLength},
		{"0522" + evpnRD + evpnESx + "00000000 21 cb007100 c0000209 00c350", 36, errLength},
		{"0516" + evpnRD + evpnESx + "00000000", 24, errLength},
		{"0200", 2, errShort},
		{"0c00", 2, nil},
		{"0311" + evpnRD + "00000064 20 c0000209 03", 19, nil},
	})
}

// TestEVPNSection: RFC 7606 §5.4: a malformed route costs only itself.
func TestEVPNSection(t *testing.T) {
	s := Section{Family: l2vpnEVPN, NLRI: bgptest.Hex("02050000fc0000" + "0311" + evpnRD + "00000064 20 c0000209")}
	if lost, err := s.check(); lost == nil || err != nil {
		t.Errorf("%v, %v", lost, err)
	}
	if _, nlri, ok := s.Next(); !ok || nlri[0] != 3 || len(s.NLRI) != 0 {
		t.Errorf("%x, %v", nlri, ok)
	}
}

func TestEVPNWords(t *testing.T) {
	testWords(t, l2vpnEVPN, []wordVector{
		{
			"label [ 80 ] rd 64512:7 mac-ip 02:00:5e:00:53:01", // any order, lower case, defaults
			"0221" + evpnRD + "00000000000000000000 00000000 30 02005e005301 00 000501", "",
		},
		{
			"mac-ip 02:00:5e:00:53:01 rd 64512:7 vni [ 10000 50000 ]",
			"0224" + evpnRD + "00000000000000000000 00000000 30 02005e005301 00 002710 00c350", "",
		},
		{"ethernet-ad " + evpnESt + " rd 64512:7 ethernet-tag max", "0119" + evpnRD + evpnESx + "ffffffff 000000", ""},
		{"prefix 203.0.113.0/24 rd 64512:7 esi -", "0522" + evpnRD + "00000000000000000000 00000000 18 cb007100 00000000 000000", ""},
		{"raw 0x0903010203", "0903010203", ""},

		{"rd 64512:7", "", "an EVPN route needs its type: mac-ip, multicast, prefix, ethernet-ad, ethernet-segment or raw"},
		{"mac-ip 02:00:5e:00:53:01 label 5", "", "mac-ip: rd is missing"},
		{"mac-ip 02:00:5e:00:53:01 rd 1:1", "", "mac-ip: label or vni is missing"},
		{"mac-ip 02:00:5e:00:53:01 rd 1:1 vni [ 1 2 3 ]", "", "mac-ip: 3 labels, at most 2 are possible"},
		{"prefix 203.0.113.0/24 rd 1:1 vni 1 label 2", "", "prefix: 2 labels, at most 1 are possible"},
		{"prefix 203.0.113.0/24 rd 1:1 gateway ::1", "", "prefix: gateway ::1 is not of the family of the prefix"},
		{"prefix 203.0.113.0/24 rd 1:1 ip ::1", "", "prefix: such a route has no ip"},
		{"multicast 192.0.2.9 rd 1:1 label 5", "", "multicast: such a route has no label or vni"},
		{"multicast 192.0.2.9 rd 1:1 esi -", "", "multicast: such a route has no esi"},
		{"mac-ip 02:00:5e:00:53:01 gateway ::1", "", "mac-ip: such a route has no gateway"},
		{"ethernet-segment " + evpnESt + " rd 1:1 ip ::1 ethernet-tag 5", "", "ethernet-segment: such a route has no ethernet-tag"},
		{"ethernet-segment " + evpnESt + " rd 1:1", "", "ethernet-segment: ip, the originating router, is missing"},
		{"raw 0x0903010203 rd 1:1", "", "raw: all of the route is in its octets"},
		{"raw 0x0904010203", "", "raw: the octets are not a type, a length, and a route of that type and length"},
		{"raw 0x0200", "", "raw: the octets are not a type, a length, and a route of that type and length"},
		{"raw 09", "", "unexpected '09', expected the octets of a route: 0x, type, length and what follows"},
		{"mac-ip 02:00:5e:00:53", "", "unexpected '02:00:5e:00:53', expected a MAC address, as 02:00:5e:00:53:01"},
		{"mac-ip 02:00:5e:00:53-01", "", "unexpected '02:00:5e:00:53-01', expected a MAC address, as 02:00:5e:00:53:01"},
		{"mac-ip 02:00:5e:00:53:0g", "", "unexpected '02:00:5e:00:53:0g', expected a MAC address, as 02:00:5e:00:53:01"},
		{"multicast 192.0.2.9 mac-ip 02:00:5e:00:53:01", "", "'mac-ip': the route has a type already"},
		{"ethernet-tag -1", "", "unexpected '-1', expected an Ethernet tag: a number, or max for all of a segment"},
		{"label 1048576", "", "unexpected '1048576', expected a number from 0 to 1048575"},
		{"vni 16777216", "", "unexpected '16777216', expected a number from 0 to 16777215"},
		{"esi 5", "", "unexpected '5', expected an Ethernet segment identifier: ten octets as 00:11:22:33:44:55:66:77:88:99, or -"},
		{"endpoint 5", "", "'endpoint' is not a word of such a route"},
	})
	// A withdraw needs no label.
	if _, nlri, _, err := buildNLRI(l2vpnEVPN, true, "mac-ip 02:00:5e:00:53:01 rd 1:1"); err != nil || len(nlri) != 35 {
		t.Errorf("%x, %v", nlri, err)
	}
}

func TestEVPNTable(t *testing.T) {
	for i := range evpnTable {
		r := &evpnTable[i]
		if (r.fields == 0) != (r.word == "" && r.name == "" && r.groups > 0) || r.rfc == "" {
			t.Errorf("%+v", r)
		}
		if evpnRowOf(r.kind) != r {
			t.Errorf("type %d has two rows", r.kind)
		}
	}
}

func TestEVPNAllocs(t *testing.T) {
	s := Section{Family: l2vpnEVPN, NLRI: bgptest.Hex(evpnVectors()[3].nlri + evpnVectors()[8].nlri)}
	var face Face
	dst := make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() {
		walk := s
		for _, nlri, ok := walk.Next(); ok; _, nlri, ok = walk.Next() {
			dst = AppendNLRIJSON(dst[:0], s.Family, nlri, &face)
			kept := AppendKeptNLRI(dst[:0], s.Family, nil, nlri)
			dst = AppendNLRIKey(kept, s.Family, kept)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestEVPNCorpus decodes the routes of the corpus.
func TestEVPNCorpus(t *testing.T) {
	testCorpusRoutes(t, []Family{l2vpnEVPN}, 70, incomplete)
}

func FuzzEVPN(f *testing.F) {
	var octets []string
	for _, v := range evpnVectors() {
		octets = append(octets, v.nlri)
	}
	fuzzNLRI(f, l2vpnEVPN, "mac-ip 02:00:5e:00:53:01 ip 192.0.2.1 rd 1:1 esi - ethernet-tag max vni 5 raw 0x0900 gateway ::", octets...)
}
