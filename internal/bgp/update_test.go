package bgp

import (
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

func TestUpdateFraming(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"no octets", "", "reset 3/1"},
		{"one length", "0000", "reset 3/1"},
		{"withdrawn routes overrun", "0005 18 0a0000 00", "reset 3/1"},
		{"attributes overrun", "0000 0005 40010100", "reset 3/1"},
		{"nothing", "0000 0000", "end of ipv4 unicast"},
		{"MP_UNREACH_NLRI and another attribute", "0000 000a 800f03000201 40010100", "nothing"},
		{"MP_UNREACH_NLRI and NLRI", "0000 0006 800f03000201 080a", "withdraw 3/3 origin, withdrawn"},
		{"end of a family that was not negotiated", "0000 0006 800f03000285", "nothing"},
		{"withdrawn", "0002 080a 0000", "withdrawn"},
	} {
		var u Update
		err := ParseUpdate(&u, bgptest.Hex(tt.body), external())
		if got := outcome(&u, err); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// reach makes the body of an UPDATE that announces with MP_REACH_NLRI.
func reach(mp string) []byte {
	v := bgptest.Hex(mp)
	attrs := bgptest.Hex("40010100 40020602010000fde8")
	attrs = append(appendAttrHead(attrs, AttrMPReach, optional, len(v)), v...)
	return append(appendU16([]byte{0, 0}, len(attrs)), attrs...)
}

func TestNextHop(t *testing.T) {
	const (
		global    = "20010db8000000000000000000000001"
		linkLocal = "fe800000000000000000000000000001"
		rd        = "0000000000000000"
		v4        = "c0000201"
		prefix4   = "080a"
		prefix6   = "1020 01"
		vpn4      = "60 000641 0000fde800000001 0a"
		vpn6      = "60 000641 0000fde800000001 20"
	)
	vpnv4, vpnv6 := Family{AFIIPv4, SAFIVPN}, Family{AFIIPv6, SAFIVPN}
	flow := Family{AFIIPv4, SAFIFlow}
	for _, tt := range []struct {
		name   string
		mp     string
		adjust func(n *Negotiated)
		want   string // next hop, or the outcome
	}{
		{"ipv4 in MP_REACH_NLRI", "0001 01 04" + v4 + "00" + prefix4, nil, v4},
		{"ipv4 with an IPv6 next hop", "0001 01 10" + global + "00" + prefix4, nil, "reset 3/9"},
		{"the same negotiated", "0001 01 10" + global + "00" + prefix4, func(n *Negotiated) {
			n.NextHops = []NextHopPair{{IPv4Unicast, AFIIPv6}}
		}, global},
		{"the same with a link-local address", "0001 01 20" + global + linkLocal + "00" + prefix4, func(n *Negotiated) {
			n.NextHops = []NextHopPair{{IPv4Unicast, AFIIPv6}}
		}, global + linkLocal},
		{"negotiated for another family", "0001 01 10" + global + "00" + prefix4, func(n *Negotiated) {
			n.NextHops = []NextHopPair{{vpnv4, AFIIPv6}}
		}, "reset 3/9"},
		{"ipv6", "0002 01 10" + global + "00" + prefix6, nil, global},
		{"ipv6 with a link-local address", "0002 01 20" + global + linkLocal + "00" + prefix6, nil, global + linkLocal},
		{"ipv6 with an IPv4 next hop", "0002 01 04" + v4 + "00" + prefix6, nil, "reset 3/9"},
		{"the same configured", "0002 01 04" + v4 + "00" + prefix6, func(n *Negotiated) {
			n.V6NextHopV4 = []Family{IPv6Unicast}
		}, v4},
		{"vpnv4", "0001 80 0c" + rd + v4 + "00" + vpn4, nil, v4},
		{"vpnv4 with a route distinguisher", "0001 80 0c 0000fde800000001" + v4 + "00" + vpn4, nil, v4},
		{"vpnv4 without one", "0001 80 04" + v4 + "00" + vpn4, nil, "reset 3/9"},
		{"vpnv4 with an IPv6 next hop", "0001 80 18" + rd + global + "00" + vpn4, func(n *Negotiated) {
			n.NextHops = []NextHopPair{{vpnv4, AFIIPv6}}
		}, global},
		{"vpnv6", "0002 80 18" + rd + global + "00" + vpn6, nil, global},
		{"vpnv6 with a link-local address", "0002 80 30" + rd + global + rd + linkLocal + "00" + vpn6, nil, global + linkLocal},
		{"flow without", "0001 85 00 00 0501180a0000", nil, ""},
		{"truncated", "0002 01 10" + global, nil, "reset 3/9"},
	} {
		n := external()
		n.Families = append(n.Families, vpnv4, vpnv6, flow)
		if tt.adjust != nil {
			tt.adjust(n)
		}
		var u Update
		err := ParseUpdate(&u, reach(tt.mp), n)
		if err != nil || u.Fault != nil || len(u.Reach) != 1 {
			if got := outcome(&u, err); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			}
			continue
		}
		if got := string(appendHex(nil, u.Reach[0].NextHop, lowerHex)); got != tt.want {
			t.Errorf("%s: next hop %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A treat-as-withdraw keeps the next hop, which text events show.
func TestReshapedSections(t *testing.T) {
	body := bgptest.Hex("0002 0809 0014 40010109 40020602010000fdea 400304c0000201 080a")
	var u Update
	if err := ParseUpdate(&u, body, external()); err != nil {
		t.Fatal(err)
	}
	if len(u.Reach) != 0 || len(u.Unreach) != 2 {
		t.Fatalf("%d announced and %d withdrawn sections, want 0 and 2", len(u.Reach), len(u.Unreach))
	}
	first, second := u.Unreach[0], u.Unreach[1]
	if first.NextHop != nil || second.NextHop == nil || second.NLRI[1] != 10 {
		t.Errorf("withdrawn sections %v, %v", first, second)
	}
	if len(u.Attrs) != 2 || u.Attrs[0].Code != AttrASPath || u.Attrs[1].Code != AttrNextHop {
		t.Errorf("attributes %v, want those that are well formed", u.Attrs)
	}
}

func TestAttrsAscend(t *testing.T) {
	body := bgptest.Hex("0000 0022 c00804fde80001 80040400000005 400304c0000201 40020602010000fdea 40010100 080a")
	var u Update
	if err := ParseUpdate(&u, body, external()); err != nil || u.Fault != nil {
		t.Fatal(err, u.Fault)
	}
	var codes []AttrCode
	for _, a := range u.Attrs {
		codes = append(codes, a.Code)
	}
	want := []AttrCode{1, 2, 3, 4, 8}
	for i := range want {
		if i >= len(codes) || codes[i] != want[i] {
			t.Fatalf("codes %v, want %v", codes, want)
		}
	}
}

// An unknown well-known attribute ends the session, but the message can be shown.
func TestUnknownWellKnown(t *testing.T) {
	body := bgptest.Hex("0000 0019 40010100 40020602010000fdea 609904 00000064 400304c0000201 080a")
	body[3] = byte(len(body) - 4 - 2)
	var u Update
	err := ParseUpdate(&u, body, external())
	if outcome(&u, err) != "reset 3/2" || string(err.Data) != string(bgptest.Hex("609904 00000064")) {
		t.Fatalf("%s, data %x", outcome(&u, err), err.Data)
	}
	if got, want := string(u.AppendAttrsText(nil, &Face{})), " origin igp as-path ( 65002 ) attribute [ 0x99 0x60 0x00000064 ]"; got != want || routes(&u) != "announced" {
		t.Errorf("%s, %s, want %s", routes(&u), got, want)
	}
}
