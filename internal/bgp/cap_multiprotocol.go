package bgp

import "slices"

// multiprotocolCap is Multiprotocol Extensions (RFC 4760 §8), an instance per family:
//
//	0: AFI (2)  2: reserved  3: SAFI
type multiprotocolCap struct{}

const multiprotocolLen = 4

func (multiprotocolCap) check(v []byte) error {
	if len(v) < multiprotocolLen {
		return errShort
	}
	return nil
}

// multiprotocol returns the families that the OPEN announces, once each.
//
// RFC 4760 §8: a speaker without the capability has IPv4 unicast.
func (o *Open) multiprotocol() []Family {
	if !o.Has(CapMultiprotocol) {
		return []Family{IPv4Unicast}
	}
	var fs []Family
	for v := range o.values(CapMultiprotocol) {
		if f := multiprotocolFamily(v); !slices.Contains(fs, f) {
			fs = append(fs, f)
		}
	}
	return fs
}

func multiprotocolFamily(v []byte) Family { return Family{AFI(u16(v, 0)), SAFI(v[3])} }

func (multiprotocolCap) appendJSON(dst []byte, v *capView) []byte {
	dst = append(dst, `{ "name": "multiprotocol", "families": [ "`...)
	for i, f := range shownFamilies(v) {
		if i > 0 {
			dst = append(dst, `", "`...)
		}
		dst = f.appendName(dst, '/')
	}
	return append(dst, `" ] }`...)
}

func (multiprotocolCap) appendText(dst []byte, v *capView) []byte {
	dst = append(dst, "multiprotocol("...)
	for i, f := range shownFamilies(v) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = f.appendName(dst, ' ')
	}
	return append(dst, ')')
}

// shownFamilies returns the families as events list them.
func shownFamilies(v *capView) []Family {
	if v.face.Dialect.Main() {
		return v.open.multiprotocol()
	}
	var fs []Family // ExaBGP: 5.0 and 4.2 repeat what the peer repeats
	for c := range v.open.values(CapMultiprotocol) {
		fs = append(fs, multiprotocolFamily(c))
	}
	return fs
}

func offerMultiprotocol(o *Open, c *OpenConfig) {
	for _, f := range c.Families {
		o.add(CapMultiprotocol, append(appendU16(nil, f.AFI), 0, byte(f.SAFI)))
	}
}
