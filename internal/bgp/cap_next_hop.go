package bgp

import "slices"

// nextHopCap is Extended Next Hop Encoding (RFC 8950 §4), any number of
//
//	0: AFI (2)  2: SAFI (2)  4: AFI of the next hop (2)
type nextHopCap struct{}

const nextHopLen = 6

func (nextHopCap) check(v []byte) error {
	if len(v)%nextHopLen != 0 {
		return errLength
	}
	return nil
}

// nextHops returns the pairs that the OPEN announces, once each.
func (o *Open) nextHops() []NextHopPair {
	var ps []NextHopPair
	for v := range o.values(CapNextHop) {
		for ; len(v) > 0; v = v[nextHopLen:] {
			p := NextHopPair{Family{AFI(u16(v, 0)), SAFI(v[3])}, AFI(u16(v, 4))}
			if v[2] == 0 && !slices.Contains(ps, p) {
				ps = append(ps, p)
			}
		}
	}
	return ps
}

func (p NextHopPair) appendName(dst []byte, between byte) []byte {
	return p.AFI.AppendText(append(p.Family.appendName(dst, between), between))
}

func (nextHopCap) appendJSON(dst []byte, v *capView) []byte {
	dst = append(dst, `{ "name": "nexthop", "conversion": [`...)
	for i, p := range v.open.nextHops() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(p.appendName(append(dst, ` "`...), '/'), '"')
	}
	return append(dst, " ] }"...)
}

func (nextHopCap) appendText(dst []byte, v *capView) []byte {
	dst = append(dst, "nexthop("...)
	for i, p := range v.open.nextHops() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = p.appendName(dst, ' ')
	}
	return append(dst, ')')
}

// offerNextHop announces IPv6 next hops of IPv4 families: the other direction is
// for validation only. The capability is sent empty when no pair is left.
func offerNextHop(o *Open, c *OpenConfig) {
	if !c.NextHop {
		return
	}
	var v []byte
	for i := range familyTable {
		r := &familyTable[i]
		if r.extNextHop && slices.Contains(c.NextHops, NextHopPair{r.family, AFIIPv6}) {
			v = appendU16(appendU16(appendU16(v, r.family.AFI), uint16(r.family.SAFI)), AFIIPv6)
		}
	}
	o.add(CapNextHop, v)
}
