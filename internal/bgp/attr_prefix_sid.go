package bgp

import (
	"net/netip"

	"github.com/herald-bgp/herald/internal/lex"
)

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

// parse takes "[ 300 ]" or "[ 300, [ ( 800000,4096 ) ( 1000000,5000 ) ] ]": a label
// index and SRGB. Commas are optional.
func (prefixSIDAttr) parse(c *lex.Cursor, dst []byte) []byte {
	p := bracketReader{c: c}
	if p.next() != "[" {
		c.Fail("'['")
		return dst
	}
	if p.peek() != "[" {
		index, ok := lex.ParseUint(p.next(), 1<<32-1)
		if !ok {
			c.Fail("a label index from 0 to 4294967295")
		}
		dst = appendU32(append(dst, sidLabelIndex, 0, labelIndexLen, 0, 0, 0), index)
		p.comma()
	}
	if p.peek() == "[" {
		dst = parseSRGB(&p, dst)
	}
	if c.Err() == nil && p.next() != "]" {
		c.Fail("']'")
	}
	return dst
}

// comma passes over a comma.
func (p *bracketReader) comma() {
	if p.peek() == "," {
		p.next()
	}
}

// parseSRGB takes "[ ( base,size ) … ]".
func parseSRGB(p *bracketReader, dst []byte) []byte {
	p.next()
	at := len(dst)
	dst = append(dst, sidSRGB, 0, 0, 0, 0)
	for p.next() == "(" {
		for i := range 2 {
			if i > 0 {
				p.comma()
			}
			v, ok := lex.ParseUint(p.next(), 1<<24-1)
			if !ok {
				p.c.Fail("a number from 0 to 16777215")
				return dst
			}
			dst = appendU24(dst, v)
		}
		if p.next() != ")" {
			p.c.Fail("')'")
			return dst
		}
		p.comma()
	}
	if p.last != "]" {
		p.c.Fail("'(' or ']'")
	}
	return closeTLV12(dst, at, p.c)
}

// closeTLV12 fills in the length of the TLV that begins at an offset of dst.
func closeTLV12(dst []byte, at int, c *lex.Cursor) []byte {
	n := len(dst) - at - 3
	if n > maxAttrValue {
		c.Failf("the attribute takes %d octets, expected at most %d", n, maxAttrValue)
	}
	putU16(dst[at+1:], n)
	return dst
}

// srv6Words reads an SRv6 service:
//
//	( l3-service|l2-service SID [BEHAVIOR [ '[' LB, LN, FUN, ARG, LENGTH, OFFSET ']' ]] )
type srv6Words struct{}

func (srv6Words) parse(c *lex.Cursor, dst []byte) []byte {
	p := bracketReader{c: c}
	if p.next() != "(" {
		c.Fail("'('")
		return dst
	}
	kind := byte(sidL3Service)
	switch p.next() {
	case "l3-service":
	case "l2-service":
		kind = sidL2Service
	default:
		c.Fail("l3-service or l2-service")
	}
	sid, err := netip.ParseAddr(p.next())
	if err != nil || !sid.Is6() || sid.Zone() != "" {
		c.Fail("an SRv6 SID: an IPv6 address")
		return dst
	}
	behavior, ok := uint64(behaviorOpaque), true
	var structure []byte
	if w := p.peek(); w != ")" {
		behavior, ok = parseUint(p.next(), 1<<16-1)
	}
	if !ok {
		c.Fail("an endpoint behavior from 0 to 65535, decimal or 0x…, or ')'")
		return dst
	}
	var room [sidStructureLen]byte
	if p.peek() == "[" {
		structure = parseStructure(&p, room[:0])
	}
	if c.Err() == nil && p.next() != ")" {
		c.Fail("')'")
	}
	p.done()
	size := serviceSIDLen
	if len(structure) > 0 {
		size += 3 + len(structure)
	}
	dst = append(dst, kind, 0, byte(size+3+serviceHead), 0, serviceSID, 0, byte(size), 0)
	dst = append(appendAddrOctets(dst, sid), 0)
	dst = append(appendU16(dst, behavior), 0)
	if len(structure) > 0 {
		dst = append(append(dst, sidStructure, 0, sidStructureLen), structure...)
	}
	return dst
}

// parseStructure takes "[ 40, 24, 16, 0, 16, 64 ]".
func parseStructure(p *bracketReader, dst []byte) []byte {
	p.next()
	for i := range sidStructureLen {
		if i > 0 && p.next() != "," {
			p.c.Fail("','")
			return dst
		}
		v, ok := parseUint(p.next(), 255)
		if !ok {
			p.c.Fail("a number from 0 to 255, decimal or 0x…")
			return dst
		}
		dst = append(dst, byte(v))
	}
	if p.next() != "]" {
		p.c.Fail("']'")
	}
	return dst
}

// appendJSON: of repeated TLVs of a known type the first counts (RFC 9252 §7).
func (prefixSIDAttr) appendJSON(dst, v []byte, f *Face) []byte {
	dst = append(dst, `"bgp-prefix-sid": { `...)
	sep := ""
	var seen codes
	for len(v) > 0 {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		if !seen.add(kind) {
			continue
		}
		dst = append(dst, sep...)
		sep = ", "
		switch kind {
		case sidLabelIndex:
			dst = appendUint(dst, `"sr-label-index": `, u32(value, 3))
		case sidSRGB:
			dst = appendSRGB(append(dst, `"sr-srgbs": [`...), value[srgbHead:], "[", ", ", "]")
			dst = append(dst, ']')
		case sidL3Service:
			dst = appendServiceJSON(append(dst, `"l3-service": [ `...), value, f)
		case sidL2Service:
			dst = appendServiceJSON(append(dst, `"l2-service": [ `...), value, f)
		default:
			dst = appendUint(dst, `"attribute-not-implemented-`, kind)
			dst = append(appendHex(append(dst, `": "0x`...), value, upperHex), '"')
		}
	}
	return append(dst, " }"...)
}

// appendSRGB appends ranges, each within open and end.
func appendSRGB(dst, v []byte, open, between, end string) []byte {
	for i := 0; i < len(v); i += srgbLen {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendUint(append(dst, open...), "", u24(v, i))
		dst = append(appendUint(append(dst, between...), "", u24(v, i+3)), end...)
	}
	return dst
}

// appendServiceJSON appends the sub-TLVs of a service and the end of its list.
// ExaBGP: 5.0 leaves out those it does not know; vectors S8, S20.
func appendServiceJSON(dst, v []byte, f *Face) []byte {
	sep := ""
	for v = v[serviceHead:]; len(v) > 0; {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		switch {
		case kind == serviceSID:
			dst = appendServiceSIDJSON(append(dst, sep...), value, f)
		case f.Dialect.Main():
			dst = appendUint(append(dst, sep...), `{"type": `, kind)
			dst = append(appendHex(append(dst, `, "raw": "`...), value, lowerHex), `"}`...)
		default:
			continue
		}
		sep = ", "
	}
	return append(dst, " ]"...)
}

func appendServiceSIDJSON(dst, v []byte, f *Face) []byte {
	dst = appendAddr(append(dst, `{ "sid": "`...), v[1:17])
	dst = appendUint(dst, `", "flags": `, v[17])
	dst = appendUint(dst, `, "endpoint_behavior": `, u16(v, 18))
	var seen codes
	for v = v[serviceSIDLen:]; len(v) > 0; {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		switch {
		case !seen.add(kind):
		case kind == sidStructure:
			dst = appendSIDStructure(dst, value)
		case f.Dialect.Main():
			// Deviation: main writes an object without a key, which is not JSON.
			dst = appendUint(dst, `, "unknown-subsubtlv-`, kind)
			dst = append(appendHex(append(dst, `": "0x`...), value, lowerHex), '"')
		}
	}
	return append(dst, " }"...)
}

func appendSIDStructure(dst, v []byte) []byte {
	dst = appendUint(dst, `, "structure": {"locator-block-length": `, v[0])
	dst = appendUint(dst, `, "locator-node-length": `, v[1])
	dst = appendUint(dst, `, "function-length": `, v[2])
	dst = appendUint(dst, `, "argument-length": `, v[3])
	dst = appendUint(dst, `, "transposition-length": `, v[4])
	return append(appendUint(dst, `, "transposition-offset": `, v[5]), '}')
}

// appendText: with a label index the other TLVs but for the SRGB are not shown.
func (a prefixSIDAttr) appendText(dst, v []byte, f *Face) []byte {
	dst = append(dst, " bgp-prefix-sid [ "...)
	index, srgb := a.find(v, sidLabelIndex), a.find(v, sidSRGB)
	switch {
	case index != nil:
		dst = appendUint(dst, "", u32(index, 3))
		if srgb != nil {
			dst = appendSRGBText(append(dst, ", "...), srgb)
		}
		return append(dst, " ]"...)
	case srgb != nil && f.Dialect == Dialect42:
		dst = append(dst, "None, "...) // ExaBGP: vector S3
	}
	sep := ""
	var seen codes
	for len(v) > 0 {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		if !seen.add(kind) {
			continue
		}
		dst = append(dst, sep...)
		sep = ", "
		switch kind {
		case sidSRGB:
			dst = appendSRGBText(dst, value)
		case sidL3Service:
			dst = appendServiceText(append(dst, "l3-service [ "...), value)
		case sidL2Service:
			dst = appendServiceText(append(dst, "l2-service [ "...), value)
		default:
			dst = append(appendUint(dst, "Attribute with code [ ", kind), " ] not implemented"...)
		}
	}
	return append(dst, " ]"...)
}

// find returns the value of the first TLV of a type, nil when there is none.
func (prefixSIDAttr) find(v []byte, kind byte) []byte {
	for len(v) > 0 {
		k, value, rest, ok := cutTLV12(v)
		if !ok || k == kind {
			return value
		}
		v = rest
	}
	return nil
}

func appendSRGBText(dst, v []byte) []byte {
	dst = appendSRGB(append(dst, "[ "...), v[srgbHead:], "( ", ",", " )")
	return append(dst, " ]"...)
}

// ExaBGP: the bracket of a SID is not closed; vector S4.
func appendServiceText(dst, v []byte) []byte {
	sep := ""
	for v = v[serviceHead:]; len(v) > 0; {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		dst = append(dst, sep...)
		sep = ", "
		if kind != serviceSID {
			dst = append(appendUint(dst, "SRv6 Service Sub-TLV type ", kind), " not implemented"...)
			continue
		}
		dst = appendAddr(append(dst, "sid-information [ sid:"...), value[1:17])
		dst = appendUint(dst, " flags:", value[17])
		dst = append(appendHexUint(append(dst, " endpoint_behavior:0x"...), u16(value, 18)), ' ')
		dst = appendSubSubText(dst, value[serviceSIDLen:])
	}
	return append(dst, " ]"...)
}

func appendSubSubText(dst, v []byte) []byte {
	sep := " [ "
	for len(v) > 0 {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		dst = append(dst, sep...)
		sep = ", "
		if kind != sidStructure {
			dst = append(appendUint(dst, "SRv6 Service Data Sub-Sub-TLV type ", kind), " not implemented"...)
			continue
		}
		between := "sid-structure ["
		for _, o := range value {
			dst = appendUint(dst, between, o)
			between = ","
		}
		dst = append(dst, ']')
	}
	if sep == ", " {
		dst = append(dst, " ]"...)
	}
	return dst
}
