package bgp

import "slices"

// pathsLimitCap is PATHS-LIMIT (draft-abraitis-idr-addpath-paths-limit), any number of
//
//	0: AFI (2)  2: SAFI  3: limit (2)
type pathsLimitCap struct{}

const pathsLimitLen = 5

type pathsLimit struct {
	family Family
	limit  uint16
}

func (pathsLimitCap) check(v []byte) error {
	if len(v)%pathsLimitLen != 0 {
		return errLength
	}
	return nil
}

// pathsLimits returns the limits that the OPEN announces; zero is none, and the
// first one of a family counts.
func (o *Open) pathsLimits() []pathsLimit {
	var ls []pathsLimit
	for v := range o.values(CapPathsLimit) {
		for ; len(v) > 0; v = v[pathsLimitLen:] {
			l := pathsLimit{Family{AFI(u16(v, 0)), SAFI(v[2])}, uint16(u16(v, 3))}
			if l.limit != 0 && !slices.ContainsFunc(ls, func(a pathsLimit) bool { return a.family == l.family }) {
				ls = append(ls, l)
			}
		}
	}
	return ls
}

func (pathsLimitCap) appendJSON(dst []byte, v *capView) []byte {
	dst = append(dst, `{ "name": "paths-limit"`...)
	for _, l := range v.open.pathsLimits() {
		dst = l.family.appendName(append(dst, `, "`...), '/')
		dst = appendUint(dst, `": `, l.limit)
	}
	return append(dst, " }"...)
}

func (pathsLimitCap) appendText(dst []byte, v *capView) []byte {
	dst = append(dst, "pathslimit("...)
	for i, l := range v.open.pathsLimits() {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendUint(l.family.appendName(dst, ' '), " ", l.limit)
	}
	return append(dst, ')')
}

func offerPathsLimit(o *Open, c *OpenConfig) {
	if !c.AddPathReceive {
		return
	}
	var v []byte
	for _, f := range c.addPathFamilies() {
		if limit := c.PathsLimit[f]; limit > 0 {
			v = appendU16(append(appendU16(v, f.AFI), byte(f.SAFI)), limit)
		}
	}
	if v != nil {
		o.add(CapPathsLimit, v)
	}
}
