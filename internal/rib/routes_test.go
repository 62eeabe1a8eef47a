package rib

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
)

// The families of the tests: one whose withdraws are bare, one whose withdraws
// carry attributes, one whose identity is not its octets.
var testFamilies = map[string]bgp.Family{
	"unicast":  bgp.IPv4Unicast,
	"unicast6": bgp.IPv6Unicast,
	"flow":     {AFI: bgp.AFIIPv4, SAFI: bgp.SAFIFlow},
	"label":    {AFI: bgp.AFIIPv4, SAFI: bgp.SAFILabel},
}

func familyWord(f bgp.Family) string {
	for w, g := range testFamilies {
		if f == g {
			return w
		}
	}
	return f.String()
}

// parseRoute reads "[FAMILY] PREFIX [label L] [id N] [nh ADDR|self] [med N] [lp N]
// [dog NAME] [parked]".
func parseRoute(words []string) (r Route, err error) {
	r.Family = bgp.IPv4Unicast
	if f, ok := testFamilies[words[0]]; ok {
		r.Family, words = f, words[1:]
	}
	p, err := netip.ParsePrefix(words[0])
	if err != nil {
		return r, err
	}
	var label, id uint32
	var attrs bgp.AttrBlock
	for words = words[1:]; len(words) > 0; words = words[1:] {
		w := words[0]
		if w == "parked" {
			r.Parked = true
			continue
		}
		words = words[1:]
		n, _ := strconv.ParseUint(words[0], 10, 32)
		switch w {
		case "label":
			label = uint32(n)
		case "id":
			id = uint32(n)
		case "nh":
			if r.NextHop = bgp.NextHopSelf; words[0] != "self" {
				r.NextHop = bgp.NextHopAddr(netip.MustParseAddr(words[0]))
			}
		case "med":
			attrs = binary.BigEndian.AppendUint32(append(attrs, 0x80, 4, 4), uint32(n))
		case "lp":
			attrs = binary.BigEndian.AppendUint32(append(attrs, 0x40, 5, 4), uint32(n))
		case "dog":
			r.Watchdog = words[0]
		default:
			return r, fmt.Errorf("word %q", w)
		}
	}
	r.Attrs = bgp.MakeAttrs(attrs)
	r.NLRI = testNLRI(r.Family, id, label, p)
	return r, nil
}

// testNLRI makes the kept form of a prefix in one of the families.
func testNLRI(f bgp.Family, id, label uint32, p netip.Prefix) []byte {
	n := (p.Bits() + 7) / 8
	addr := p.Addr().AsSlice()[:n]
	b := binary.BigEndian.AppendUint32(nil, id)
	switch f.SAFI {
	case bgp.SAFIFlow: // RFC 8955 §4.2.2.1: destination prefix
		b = append(b, byte(2+n), 1, byte(p.Bits()))
	case bgp.SAFILabel: // RFC 8277 §2.2
		b = append(b, byte(24+p.Bits()), byte(label>>12), byte(label>>4), byte(label<<4)|1)
	default:
		b = append(b, byte(p.Bits()))
	}
	return append(b, addr...)
}

// routeText is what parseRoute reads.
func routeText(r *Route) string {
	var s strings.Builder
	if r.Family != bgp.IPv4Unicast {
		s.WriteString(familyWord(r.Family) + " ")
	}
	b := r.NLRI[4:]
	label := uint32(0)
	switch r.Family.SAFI { //nolint:exhaustive // the families of the tests
	case bgp.SAFIFlow:
		b = b[2:]
	case bgp.SAFILabel:
		label = (uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])) >> 4
		b = append([]byte{b[0] - 24}, b[4:]...)
	}
	addr := make([]byte, 4)
	if r.Family.AFI == bgp.AFIIPv6 {
		addr = make([]byte, 16)
	}
	copy(addr, b[1:])
	a, _ := netip.AddrFromSlice(addr)
	fmt.Fprintf(&s, "%s/%d", a, b[0])
	if label != 0 {
		fmt.Fprintf(&s, " label %d", label)
	}
	if id := binary.BigEndian.Uint32(r.NLRI); id != 0 {
		fmt.Fprintf(&s, " id %d", id)
	}
	return s.String() + attrsText(r.Attrs, r.NextHop)
}

func attrsText(a bgp.Attrs, h bgp.NextHop) string {
	var s strings.Builder
	if h.Self() {
		s.WriteString(" nh self")
	} else if !h.IsZero() {
		fmt.Fprintf(&s, " nh %s", h.Addr())
	}
	for v := range bgp.AttrBlock(a.Octets()).All() {
		fmt.Fprintf(&s, " %s %d", map[bgp.AttrCode]string{4: "med", 5: "lp"}[v.Code], binary.BigEndian.Uint32(v.Value))
	}
	return s.String()
}

func (k Kind) String() string {
	return [...]string{"borr", "eorr", "eor", "withdraw", "announce", "replay", "attributes"}[k]
}
