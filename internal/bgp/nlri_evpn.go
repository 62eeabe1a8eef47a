package bgp

// evpnNLRI is the NLRI of Ethernet VPNs (RFC 7432 §7):
//
//	0: route type  1: length of what follows (1)
//	2: RD (8), then the fields of the type, in this order:
//	   ESI (10), Ethernet tag (4), length in bits and MAC address (1 + 6),
//	   length in bits and address (1 + 0, 4 or 16),
//	   length in bits, prefix and gateway (1 + 2 × 4 or 16; RFC 9136 §3.1),
//	   labels (3 each)
//
// Types without fields in the table are shown and kept as octets.
type evpnNLRI struct{}

const (
	evpnHead = 2
	esiLen   = 10
	tagLen   = 4
	macLen   = 6
)

// evpnView is the fields of a route, as views; nil for those that its type lacks.
type evpnView struct {
	rd, esi, tag    []byte
	macBits         []byte
	mac             []byte
	ipBits, ip      []byte // address or prefix
	gateway, labels []byte
}

// evpnFields is a set of fields.
type evpnFields uint8

const (
	evpnESI evpnFields = 1 << iota
	evpnTag
	evpnMAC
	evpnIP     // an address,
	evpnNoIP   // which may lack
	evpnPrefix // and its gateway
	evpnLabel
	evpnLabel2 // a second one is possible
)

// evpnRowOf returns the row of a route type; nil when it is unknown.
func evpnRowOf(kind byte) *evpnRow {
	for i := range evpnTable {
		if evpnTable[i].kind == kind {
			return &evpnTable[i]
		}
	}
	return nil
}

// octetCutter takes fields off the front of octets.
type octetCutter struct {
	b     []byte
	short bool // a field was not whole
}

// take returns the next n octets; nil when there are not so many.
func (c *octetCutter) take(n int) []byte {
	if n > len(c.b) {
		c.b, c.short = nil, true
		return nil
	}
	field := c.b[:n:n]
	c.b = c.b[n:]
	return field
}

func (k evpnNLRI) next(b []byte) (int, error) {
	if len(b) < evpnHead || len(b) < evpnHead+int(b[1]) {
		return 0, errShort
	}
	n := evpnHead + int(b[1])
	// RFC 7606 §5.4: a typed NLRI that is malformed costs itself.
	if r := evpnRowOf(b[0]); r != nil && r.fields != 0 {
		if _, err := r.view(b[:n]); err != nil {
			return n, malformed{err}
		}
	}
	return n, nil
}

// view takes an NLRI of the row's type apart.
func (r *evpnRow) view(nlri []byte) (v evpnView, err error) {
	c := octetCutter{b: nlri[evpnHead:]}
	v.rd = c.take(rdLen)
	if r.fields&evpnESI != 0 {
		v.esi = c.take(esiLen)
	}
	if r.fields&evpnTag != 0 {
		v.tag = c.take(tagLen)
	}
	if r.fields&evpnMAC != 0 {
		v.macBits, v.mac = c.take(1), c.take(macLen)
	}
	switch {
	case r.fields&evpnIP != 0:
		if v.ipBits = c.take(1); v.ipBits != nil {
			v.ip = c.take(int(v.ipBits[0]) / 8)
		}
	case r.fields&evpnPrefix != 0:
		// The length of the route tells the size of the addresses (RFC 9136 §3.1).
		v.ipBits = c.take(1)
		size := (len(c.b) - labelLen) / 2
		if size != 4 && size != 16 {
			return v, errLength
		}
		v.ip, v.gateway = c.take(size), c.take(size)
	}
	if c.short {
		return v, errShort
	}
	v.labels = c.b
	return v, r.check(&v)
}

// check tells whether the fields have values that the type allows.
func (r *evpnRow) check(v *evpnView) error {
	labels := len(v.labels)
	switch {
	case r.fields&evpnLabel == 0 && labels != 0,
		r.fields&evpnLabel != 0 && labels != labelLen && (r.fields&evpnLabel2 == 0 || labels != 2*labelLen),
		// ExaBGP: shorter MAC addresses are out of the scope of RFC 7432 §10.1, and read.
		v.macBits != nil && v.macBits[0] > 8*macLen,
		r.fields&evpnPrefix != 0 && int(v.ipBits[0]) > 8*len(v.ip):
		return errLength
	case r.fields&evpnIP == 0:
		return nil
	}
	switch bits := v.ipBits[0]; {
	case bits == 32, bits == 128, bits == 0 && r.fields&evpnNoIP != 0:
		return nil
	}
	return errLength
}

// appendKey: RFC 7432 §7.1 and the sections behind it, and RFC 9136 §3.1, say which
// fields tell routes apart.
func (k evpnNLRI) appendKey(dst, nlri []byte) []byte {
	r := evpnRowOf(nlri[0])
	if r == nil {
		return append(dst, nlri...)
	}
	if r.fields == 0 {
		return append(dst, nlri[:r.multicastKey(nlri)]...)
	}
	v, err := r.view(nlri)
	if err != nil {
		return append(dst, nlri...)
	}
	dst = append(append(dst, r.kind), v.rd...)
	if r.esiKey {
		dst = append(dst, v.esi...)
	}
	dst = append(dst, v.tag...)
	dst = append(append(dst, v.macBits...), v.mac...)
	dst = append(dst, v.ipBits...)
	if v.gateway == nil {
		return append(dst, v.ip...)
	}
	bits := int(v.ipBits[0]) // what stands behind the prefix does not count
	dst = append(dst, v.ip[:(bits+7)/8]...)
	maskBits(dst[len(dst)-(bits+7)/8:], bits)
	return dst
}

// multicastKey returns where the key of a multicast route ends: source, group and
// originating router stand at the row's offset, each behind its length in bits.
// RFC 9251 §9: what follows is no part of it.
func (r *evpnRow) multicastKey(nlri []byte) int {
	end := evpnHead + int(r.groups)
	for range 3 {
		if end >= len(nlri) {
			return len(nlri)
		}
		end += 1 + int(nlri[end])/8
	}
	return min(end, len(nlri))
}

// appendText: ExaBGP's show runs the fields together, its events name the family
// alone. Pinned by vector EV20.
func (k evpnNLRI) appendText(dst, nlri []byte, f *Face) []byte {
	if f.Show {
		return k.appendWords(dst, nlri, f)
	}
	return appendFamilyText(dst, Family{AFIL2VPN, SAFIEVPN})
}

func allZero(b []byte) bool {
	for _, o := range b {
		if o != 0 {
			return false
		}
	}
	return true
}

func appendESI(dst, esi []byte) []byte {
	if allZero(esi) {
		return append(dst, '-')
	}
	return appendColons(dst, esi, lowerHex)
}

func (k evpnNLRI) appendJSON(dst, nlri []byte, _ *Face) []byte {
	r := evpnRowOf(nlri[0])
	parsed := r != nil && r.fields != 0
	dst = appendUint(dst, `{ "code": `, nlri[0])
	if !parsed {
		dst = appendHex(append(dst, `, "parsed": false, "raw": "`...), nlri, upperHex)
		return append(dst, `" }`...)
	}
	v, err := r.view(nlri)
	if err != nil {
		return append(dst, " }"...)
	}
	dst = appendHex(append(dst, `, "parsed": true, "raw": "`...), nlri, upperHex)
	dst = append(append(dst, `", "name": "`...), r.name...)
	dst = append(appendRD(append(dst, `", "rd": "`...), v.rd), '"')
	if v.esi != nil {
		dst = append(appendESI(append(dst, `, "esi": "`...), v.esi), '"')
	}
	if v.tag != nil {
		dst = appendUint(dst, `, "ethernet-tag": `, u32(v.tag, 0))
	}
	if v.mac != nil {
		dst = append(appendColons(append(dst, `, "mac": "`...), v.mac, upperHex), '"')
	}
	if len(v.labels) > 0 {
		// ExaBGP: a second one is not shown, and the 24 bits are in every dialect.
		// Pinned by vectors EV4, EV20.
		dst = appendLabelsJSON(append(dst, `, "label": `...), v.labels[:labelLen], &Face{Dialect: Dialect6})
	}
	if len(v.ip) > 0 {
		dst = append(appendAddr(append(dst, `, "ip": "`...), v.ip), '"')
	}
	if v.gateway != nil {
		dst = appendUint(dst, `, "iplen": `, v.ipBits[0])
		dst = append(appendAddr(append(dst, `, "gateway": "`...), v.gateway), '"')
	}
	return append(dst, " }"...)
}
