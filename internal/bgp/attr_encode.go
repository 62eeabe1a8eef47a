package bgp

import "net/netip"

// appendAttrs appends the attributes of a route as they are written on a session,
// by ascending code: those of a, the defaults they lack (ORIGIN igp, AS_PATH,
// LOCAL_PREF on iBGP), NEXT_HOP when nextHop is valid, and without what must not
// leave (LOCAL_PREF and reflection attributes on eBGP, AIGP unless enabled). To a
// two-octet speaker AS numbers are narrowed, and AS4_PATH and AS4_AGGREGATOR stand
// right behind what they complete (RFC 6793). MP_REACH_NLRI and MP_UNREACH_NLRI are
// the caller's. With otc a route that has no Only to Customer gets it (RFC 9234 §5).
func appendAttrs(dst []byte, a Attrs, n *Negotiated, nextHop netip.Addr, otc bool) []byte {
	e := attrEncoder{n: n, nextHop: nextHop, otc: otc, pending: AttrOrigin}
	dst, block, copied := a.borrow(dst)
	for len(block) > 0 {
		v, size := block.first()
		if size == 0 {
			break
		}
		dst = e.defaults(dst, v.Code)
		dst = e.attr(dst, v, block[:size])
		block = block[size:]
	}
	return copied.cut(e.defaults(dst, 255))
}

// defaultLocalPref is the LOCAL_PREF of a route that was given none.
const defaultLocalPref = 100

// attrEncoder writes attributes in order.
type attrEncoder struct {
	n       *Negotiated
	nextHop netip.Addr
	otc     bool
	pending AttrCode // the next attribute that has a default; 0: none is left
}

// defaults appends the defaults of attributes before the given one, which needs none.
func (e *attrEncoder) defaults(dst []byte, before AttrCode) []byte {
	for e.pending != 0 && e.pending <= before {
		code := e.pending
		switch code {
		case AttrOrigin:
			e.pending = AttrASPath
		case AttrASPath:
			e.pending = AttrNextHop
		case AttrNextHop:
			e.pending = AttrLocalPref
		case AttrLocalPref:
			e.pending = 0
			if e.otc {
				e.pending = AttrOTC
			}
		default:
			e.pending = 0
		}
		if code != before {
			dst = e.fallback(dst, code)
		}
	}
	return dst
}

// fallback appends what stands for an attribute that the route does not have.
func (e *attrEncoder) fallback(dst []byte, code AttrCode) []byte {
	switch code {
	case AttrOrigin:
		return append(dst, wellKnown, byte(AttrOrigin), 1, originIGP)
	case AttrASPath:
		return e.defaultPath(dst)
	case AttrNextHop:
		if e.nextHop.IsValid() {
			dst = appendAttrHead(dst, AttrNextHop, wellKnown, e.nextHop.BitLen()/8)
			return appendAddrOctets(dst, e.nextHop)
		}
	case AttrLocalPref:
		if e.n.IBGP() {
			return appendU32(appendAttrHead(dst, AttrLocalPref, wellKnown, u32Len), uint32(defaultLocalPref))
		}
	case AttrOTC:
		return appendU32(appendAttrHead(dst, AttrOTC, optionalTrans, u32Len), e.n.LocalAS)
	default:
	}
	return dst
}

// defaultPath appends an empty path, on eBGP one of the local AS (RFC 4271 §5.1.2).
func (e *attrEncoder) defaultPath(dst []byte) []byte {
	if e.n.IBGP() {
		return appendAttrHead(dst, AttrASPath, wellKnown, 0)
	}
	var path [6]byte
	appendU32(append(path[:0], segmentSequence, 1), e.n.LocalAS)
	if !e.n.ASN4 {
		return appendNarrowPath(dst, wellKnown, path[:])
	}
	return append(appendAttrHead(dst, AttrASPath, wellKnown, len(path)), path[:]...)
}

// attr appends an attribute of the route. One that was given octet by octet and
// is not what its code says goes out as it is.
func (e *attrEncoder) attr(dst []byte, v AttrView, whole []byte) []byte {
	switch v.Code {
	case AttrLocalPref, AttrOriginatorID, AttrClusterList:
		if !e.n.IBGP() { // RFC 4271 §5.1.5. Deviation: RFC 4456 §8 keeps the other two in the AS, ExaBGP does not
			return dst
		}
	case AttrAIGP:
		if !e.n.AIGP && !e.n.IBGP() { // RFC 7311 §3.2
			return dst
		}
	case AttrASPath:
		if !e.n.ASN4 && (asPathAttr{}).check(v.Value, nil) == nil {
			return appendNarrowPath(dst, v.Flags, v.Value)
		}
	case AttrAggregator:
		if !e.n.ASN4 && (aggregatorAttr{}).check(v.Value, nil) == nil {
			return appendNarrowAggregator(dst, v.Flags, v.Value)
		}
	default:
	}
	return append(dst, whole...)
}
