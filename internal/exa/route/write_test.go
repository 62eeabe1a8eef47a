package route

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// samples has routes of every family, and among them every attribute that has words.
func samples() []string {
	return []string{
		"ipv4 unicast 10.0.0.0/24 next-hop 192.0.2.1 origin egp as-path [ 1 2 ] ( 3 ) med 5 local-preference 7 atomic-aggregate aggregator ( 65000:192.0.2.3 )",
		"ipv4 multicast 224.1.0.0/16 next-hop 192.0.2.1 community [ 1:2 no-export ] originator-id 9.9.9.9 cluster-list [ 1.1.1.1 2.2.2.2 ] aigp 10",
		"ipv6 unicast 2001:db8::/32 path-information 7 next-hop ::1 large-community [ 1:2:3 4:5:6 ] otc 5 attribute [ 0x99 0xc0 0x0102 ]",
		"ipv6 multicast ff00::/16 next-hop ::1 extended-community-ipv6 [ 0x000220010DB80000000000000000000000090064 ]",
		"ipv4 nlri-mpls 10.0.0.0/24 label [ 5 6 ] next-hop 192.0.2.1 bgp-prefix-sid [ 1, [ ( 2,3 ) ] ]",
		"ipv6 nlri-mpls ::/0 label 3 next-hop ::1 bgp-prefix-sid-srv6 ( l3-service 2001:db8:: 0x13 [40,24,16,0,16,64] )",
		"ipv4 mpls-vpn 10.0.0.0/25 label 1048575 rd 0x0003000000000001 next-hop 192.0.2.1 extended-community [ target:1:2 target-as4:70000:1 0x0900000000000001 ]",
		"ipv6 mpls-vpn 2001:db8::/127 label 0 rd 192.0.2.1:1 next-hop ::1 extended-community [ rate-limit:5 action sample mark 3 redirect:70000:1 ]",
		"ipv4 mcast-vpn source-join source 10.0.0.1 group 224.0.0.1 rd 1:1 source-as 5 next-hop 192.0.2.1 pmsi ( ingress-replication 10.0.0.1 vni 5 flags 1 )",
		"ipv4 mcast-vpn leaf-ad ::5 s-pmsi-ad source * group 232.1.1.1 rd 1:1 originator 192.0.2.9 next-hop 192.0.2.1",
		"ipv6 mcast-vpn shared-join rp ::1 group ff0e::1 rd 1:1 source-as 5 next-hop 192.0.2.1",
		"ipv4 sr-policy distinguisher 1 color 2 endpoint 10.0.0.1 next-hop 192.0.2.1 preference 5 segment-list weight 1 segment type-a label 5",
		"ipv6 sr-policy distinguisher 1 color 2 endpoint ::1 next-hop ::1 tunnel-encap [ 8:0x0101ff ]",
		"ipv4 mup mup-t2st 10.0.0.1 rd 1:1 teid-prefix 12288/20 next-hop 192.0.2.1", "ipv6 mup mup-t1st ::1/128 rd 1:1 teid 5 qfi 1 endpoint ::2 source ::3 next-hop ::1",
		"ipv4 rtc origin-as 65000 route-target 65000:1 length 64 next-hop 192.0.2.1", "ipv4 rtc default next-hop 192.0.2.1",
		"ipv4 flow destination 10.0.0.0/8 protocol [ tcp =9 ] port [ >=1024&<=2048 =http ] tcp-flags [ syn !=push+ack ] discard",
		"ipv4 flow-vpn source 10.0.0.0/8 fragment [ !is-fragment 255 ] rd 1:1 mark 5",
		"ipv6 flow source ::1234:5678:9a00:0/64-104 flow-label 5 redirect 1:1", "ipv6 flow-vpn destination 2001:db8::/32/16 rd 1:1 rate-limit 5",
		"vpls endpoint 1 base 16 offset 1 size 8 rd 1:1 next-hop 192.0.2.1 extended-community l2info:19:0:1500:111",
		"l2vpn flow-vpn ethernet-type [ ipv4 0x9000 ] source-mac 02:00:5e:00:53:01 vlan-id [ >=10&<=20 30 ] rd 1:1 discard",
		"l2vpn evpn mac-ip 02:00:5e:00:53:01 ip ::1 rd 1:1 esi - ethernet-tag max vni 5 next-hop ::1 extended-community [ encap:VXLAN router-mac:02:00:5e:00:53:01 ]",
		"bgp-ls bgp-ls link protocol 3 identifier 5 local [ router-id 10.0.0.1 ] remote [ router-id 10.0.0.2 ] next-hop 192.0.2.1 bgp-ls [ igp-metric 10 tlv 1099 0x30000000 ]",
		"bgp-ls bgp-ls-vpn srv6-sid ::1 rd 1:1 protocol 9 identifier 5 local [ ] next-hop ::1",
	}
}

// sampled gives the routes of the samples.
func sampled(tb testing.TB, yield func(text string, r *rib.Route)) {
	tb.Helper()
	var p Parser
	var c lex.Cursor
	for _, text := range samples() {
		c.Reset(text)
		if err := p.Statement(&c, Announce, func(r rib.Route) { yield(text, &r) }); err != nil {
			tb.Errorf("%s: %v", text, err)
		}
	}
}

// Every sample is written in words that make it, no attribute in octets but the one that
// has no words.
func TestWriter(t *testing.T) {
	families := map[bgp.Family]bool{}
	var w Writer
	sampled(t, func(text string, r *rib.Route) {
		families[r.Family] = true
		got, err := w.Append(nil, r)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if octets := bytes.Count(got, []byte(" attribute [")); octets != bytes.Count([]byte(text), []byte(" attribute [")) {
			t.Errorf("%s is written %s", text, got)
		}
	})
	for _, f := range bgp.Families() {
		if !families[f] {
			t.Errorf("%s: no sample", f)
		}
	}
}

// FuzzWriter reads octets as NLRI of each family: the routes that their words make are
// written in words that make the same, octet by octet.
func FuzzWriter(f *testing.F) {
	families := bgp.Families()
	sampled(f, func(_ string, r *rib.Route) {
		f.Add(uint8(slices.Index(families, r.Family)), r.NLRI[:bgp.PathIDLen], r.NLRI[bgp.PathIDLen:])
	})
	f.Fuzz(func(t *testing.T, row uint8, pathID, octets []byte) {
		family := families[int(row)%len(families)]
		s := bgp.Section{Family: family, NLRI: octets}
		_, nlri, ok := s.Next()
		if !ok || len(pathID) != bgp.PathIDLen {
			return
		}
		r := rib.Route{Family: family, NLRI: bgp.AppendKeptNLRI(nil, family, pathID, nlri), NextHop: bgp.NextHopAddr(netip.IPv6Loopback())}
		var w Writer
		var p Parser
		var c lex.Cursor
		words := string(w.AppendWords(nil, &r))
		c.Reset(words)
		var made []rib.Route
		if p.Family(&c, family.AFI, File, func(o rib.Route) { made = append(made, o) }) != nil {
			return // not every NLRI has words
		}
		for i := range made {
			again, err := w.Append(nil, &made[i])
			if err != nil {
				t.Errorf("%x is written %s, which makes %x: %v", nlri, words, made[i].NLRI, err)
			}
			if made[i].Family == family && string(again) != words && bytes.Equal(made[i].NLRI, r.NLRI) {
				t.Errorf("%x is written %s, then %s", nlri, words, again)
			}
		}
	})
}

// FuzzWriterAttr takes octets as the value of each attribute: what is written makes it,
// and what words make is written in words.
func FuzzWriterAttr(f *testing.F) {
	sampled(f, func(_ string, r *rib.Route) {
		for a := range bgp.AttrBlock(r.Attrs.Octets()).All() {
			f.Add(uint8(a.Code), a.Value, r.Family.SAFI == bgp.SAFISRPolicy)
		}
	})
	for code, octets := range map[bgp.AttrCode]string{
		bgp.AttrASPath: "0301000000050402000000010000000201010000fde8", bgp.AttrExtCommunity: "06010100000006400603aabbccddeeff82080001000a0064",
		bgp.AttrPrefixSID: "01000700000100000abc", bgp.AttrPMSI: "00060003e0c0000201", bgp.AttrLargeCommunity: "000000010000000200000003000000010000000200000003",
	} {
		f.Add(uint8(code), bgptest.Hex(octets), true)
	}
	f.Fuzz(func(t *testing.T, code uint8, v []byte, policy bool) {
		if len(v) > 4000 {
			return
		}
		var u bgp.Update
		body := append([]byte{0, 0, byte((len(v) + 4) >> 8), byte(len(v) + 4), attrFlags(code) | bgp.FlagExtended, code, byte(len(v) >> 8), byte(len(v))}, v...)
		n := ibgp()
		n.AIGP = true
		if err := bgp.ParseUpdate(&u, body, n); err != nil || len(u.Attrs) != 1 {
			return
		}
		a := u.Attrs[0]
		var w Writer
		family := bgp.Family{}
		if policy { // whose routes have words for a tunnel
			family = bgp.Family{AFI: bgp.AFIIPv4, SAFI: bgp.SAFISRPolicy}
		}
		if written := string(w.appendAttr(nil, family, &a)); a.Code != bgp.AttrNextHop && !w.makesAttr(written, family, &a) {
			t.Errorf("%s %x is written %s", a.Code, a.Value, written)
		}
		words := string(bgp.AppendAttrWords(nil, bgp.Family{}, &a))
		var b bgp.AttrBuilder
		var c lex.Cursor
		c.Reset(words)
		for word := c.Word(); word != ""; word = c.Word() {
			if !b.Word(word, &c) {
				return
			}
		}
		if c.Err() != nil {
			return
		}
		for made := range bgp.AttrBlock(b.Attrs().Octets()).All() {
			if again := string(bgp.AppendAttrWords(nil, bgp.Family{}, &made)); !w.makesAttr(again, bgp.Family{}, &made) {
				t.Errorf("%s is %x, which is written %s", words, made.Value, again)
			}
		}
	})
}

// attrFlags are those that an attribute is registered with.
func attrFlags(code uint8) uint8 {
	switch c := bgp.AttrCode(code); c {
	case bgp.AttrOrigin, bgp.AttrASPath, bgp.AttrNextHop, bgp.AttrLocalPref, bgp.AttrAtomicAggregate:
		return bgp.FlagTransitive
	case bgp.AttrMED, bgp.AttrOriginatorID, bgp.AttrClusterList, bgp.AttrAIGP, bgp.AttrBGPLS:
		return bgp.FlagOptional
	default:
		return bgp.FlagOptional | bgp.FlagTransitive
	}
}
