package bgp

// prefixSIDAttr is BGP Prefix-SID (RFC 8669 §3, RFC 9252 §2): TLVs.
//
//	0: type (1)  1: length (2)  3: value
//
//	Label-Index (1)         3: reserved (1)  4: flags (2)  6: index (4)
//	Originator SRGB (3)     3: flags (2)  5: ranges, each base (3) and size (3)
//	SRv6 L3, L2 Service (5, 6)   3: reserved (1)  4: sub-TLVs
//
// The sub-TLVs of a service have a head like the TLVs:
//
//	SRv6 SID Information (1)  3: reserved (1)  4: SID (16)  20: flags (1)
//	                          21: endpoint behavior (2)  23: reserved (1)  24: sub-sub-TLVs
//	SRv6 SID Structure (1)    3: lengths of locator block, locator node, function,
//	                          argument and transposition, offset of that (1 each)
type prefixSIDAttr struct{}

// Types of the TLVs, of the sub-TLV and of the sub-sub-TLV.
const (
	sidLabelIndex = 1
	sidSRGB       = 3
	sidL3Service  = 5
	sidL2Service  = 6

	serviceSID   = 1
	sidStructure = 1
)

// Lengths of values.
const (
	labelIndexLen   = 7
	srgbHead        = 2
	srgbLen         = 6 // of a range
	serviceHead     = 1
	serviceSIDLen   = 21 // without sub-sub-TLVs
	sidStructureLen = 6
)

// behaviorOpaque is the endpoint behavior of a SID that was given none (RFC 8986 §10.2).
const behaviorOpaque = 0xffff

func (prefixSIDAttr) check(v []byte, _ *Negotiated) error {
	if len(v) == 0 {
		return errEmpty
	}
	for len(v) > 0 {
		kind, value, rest, ok := cutTLV12(v)
		if !ok {
			if v[0] == sidL3Service || v[0] == sidL2Service {
				return errService
			}
			return errShort
		}
		switch kind {
		case sidLabelIndex:
			if len(value) != labelIndexLen {
				return errLength
			}
		case sidSRGB:
			if len(value) < srgbHead || (len(value)-srgbHead)%srgbLen != 0 {
				return errLength
			}
		case sidL3Service, sidL2Service:
			if !validService(value) {
				return errService
			}
		}
		v = rest
	}
	return nil
}

// validService checks an SRv6 service, its sub-TLVs and their sub-sub-TLVs (RFC 9252 §7).
func validService(v []byte) bool {
	if len(v) < serviceHead {
		return false
	}
	for v = v[serviceHead:]; len(v) > 0; {
		kind, value, rest, ok := cutTLV12(v)
		if !ok || kind == serviceSID && !validServiceSID(value) {
			return false
		}
		v = rest
	}
	return true
}

func validServiceSID(v []byte) bool {
	if len(v) < serviceSIDLen {
		return false
	}
	for v = v[serviceSIDLen:]; len(v) > 0; {
		kind, value, rest, ok := cutTLV12(v)
		if !ok || kind == sidStructure && len(value) != sidStructureLen {
			return false
		}
		v = rest
	}
	return true
}
