package bgp

import "slices"

// addPathCap is ADD-PATH (RFC 7911 §4), any number of
//
//	0: AFI (2)  2: SAFI  3: mode
type addPathCap struct{}

const addPathLen = 4

// Modes of ADD-PATH, bits.
const (
	addPathReceive = 1
	addPathSend    = 2
)

// addPathMode is an entry of the capability.
type addPathMode struct {
	family Family
	mode   uint8
}

func (addPathCap) check(v []byte) error {
	if len(v)%addPathLen != 0 {
		return errLength
	}
	return nil
}

// addPaths returns the entries that the OPEN announces; the last one of a family counts.
func (o *Open) addPaths() []addPathMode {
	var ms []addPathMode
	for v := range o.values(CapAddPath) {
		for ; len(v) > 0; v = v[addPathLen:] {
			m := addPathMode{Family{AFI(u16(v, 0)), SAFI(v[2])}, v[3]}
			if i := slices.IndexFunc(ms, func(a addPathMode) bool { return a.family == m.family }); i >= 0 {
				ms[i] = m
			} else {
				ms = append(ms, m)
			}
		}
	}
	return ms
}

// addPath returns what the OPEN announces for a family. RFC 7911 §4: a mode
// without meaning is as if it were not there.
func (o *Open) addPath(f Family) uint8 {
	for _, m := range o.addPaths() {
		if m.family == f && m.mode <= addPathReceive|addPathSend {
			return m.mode
		}
	}
	return 0
}

func (m addPathMode) appendMode(dst []byte) []byte {
	switch m.mode {
	case 0:
		return append(dst, "disabled"...)
	case addPathReceive:
		return append(dst, "receive"...)
	case addPathSend:
		return append(dst, "send"...)
	case addPathReceive | addPathSend:
		return append(dst, "send/receive"...)
	}
	return append(appendUint(dst, "invalid (", m.mode), ')')
}

func (addPathCap) appendJSON(dst []byte, v *capView) []byte {
	dst = append(dst, `{ "name": "addpath"`...)
	for i, m := range v.open.addPaths() {
		dst = append(dst, ',')
		if i == 0 {
			dst = append(dst, ' ')
		}
		dst = m.family.appendName(append(dst, '"'), '/')
		dst = append(m.appendMode(append(dst, `": "`...)), '"')
	}
	return append(dst, " }"...)
}

func (addPathCap) appendText(dst []byte, v *capView) []byte {
	dst = append(dst, "addpath("...)
	for i, m := range v.open.addPaths() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = m.family.appendName(append(m.appendMode(dst), ' '), ' ')
	}
	return append(dst, ')')
}

// offersAddPath reports whether our OPEN has an ADD-PATH entry for the family.
func (c *OpenConfig) offersAddPath(f Family) bool {
	r := f.row()
	return r != nil && r.addPath > 0 && slices.Contains(c.Families, f) &&
		(c.AddPath == nil || slices.Contains(c.AddPath, f))
}

// addPathFamilies returns the families of our ADD-PATH entries in ExaBGP's order.
func (c *OpenConfig) addPathFamilies() []Family {
	var fs []Family
	for i := range familyTable {
		if f := familyTable[i].family; c.offersAddPath(f) {
			fs = append(fs, f)
		}
	}
	slices.SortFunc(fs, func(a, b Family) int { return int(a.row().addPath) - int(b.row().addPath) })
	return fs
}

// offerAddPath announces one mode for all families; without any the capability is
// sent empty, as ExaBGP does.
func offerAddPath(o *Open, c *OpenConfig) {
	var mode byte
	if c.AddPathReceive {
		mode |= addPathReceive
	}
	if c.AddPathSend {
		mode |= addPathSend
	}
	if mode == 0 {
		return
	}
	var v []byte
	for _, f := range c.addPathFamilies() {
		v = append(appendU16(v, f.AFI), byte(f.SAFI), mode)
	}
	o.add(CapAddPath, v)
}
