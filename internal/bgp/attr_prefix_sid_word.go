package bgp

import (
	"net/netip"

	"github.com/herald-bgp/herald/internal/lex"
)

// parse takes "[ 300 ]" or "[ 300, [ ( 800000,4096 ) ( 1000000,5000 ) ] ]": a label
// index and SRGB, each once, perhaps with its flags behind it: "300 flags 0x10". Other
// TLVs are octets: "tlv 99 0x0102". Commas are optional.
func (prefixSIDAttr) parse(c *lex.Cursor, dst []byte) []byte {
	p := bracketReader{c: c}
	if p.next() != "[" {
		c.Fail("'['")
		return dst
	}
	start := len(dst)
	var seen codes
	for c.Err() == nil {
		at := len(dst)
		switch w := p.peek(); {
		case w == "]" && at > start:
			p.next()
			return dst
		case w == ",":
			p.next()
			continue
		case w == "tlv":
			dst = parseSIDTLV(&p, dst)
			continue
		case w == "[":
			dst = parseSRGB(&p, dst)
		default:
			dst = parseLabelIndex(&p, dst, at == start)
		}
		if c.Err() == nil && !seen.add(dst[at]) {
			c.Fail("']'")
		}
	}
	return dst
}

// parseLabelIndex takes "300", "300 flags 0x10".
func parseLabelIndex(p *bracketReader, dst []byte, first bool) []byte {
	index, ok := lex.ParseUint(p.next(), 1<<32-1)
	switch {
	case ok:
	case first:
		p.c.Fail("a label index from 0 to 4294967295")
	default:
		p.c.Fail("']'")
	}
	dst = append(dst, sidLabelIndex, 0, labelIndexLen, 0)
	return appendU32(appendU16(dst, p.flags()), index)
}

// flags takes "flags 0x10"; 0 when there are none.
func (p *bracketReader) flags() uint64 {
	if p.peek() != "flags" {
		return 0
	}
	p.next()
	v, ok := parseUint(p.next(), 1<<16-1)
	if !ok {
		p.c.Fail("flags from 0 to 65535, decimal or 0x…")
	}
	return v
}

// parseSIDTLV takes "tlv 99 0x0102".
func parseSIDTLV(p *bracketReader, dst []byte) []byte {
	p.next()
	kind, ok := lex.ParseUint(p.next(), 255)
	if !ok {
		p.c.Fail("the type of a TLV from 0 to 255")
		return dst
	}
	at := len(dst)
	if dst, ok = appendHexDigits(append(dst, byte(kind), 0, 0), p.next()); !ok {
		p.c.Fail("the value of a TLV: 0x and hexadecimal digits")
		return dst
	}
	dst = closeTLV12(dst, at, p.c)
	if (prefixSIDAttr{}).check(dst[at:], nil) != nil {
		p.c.Failf("such a value of %d octets is not one of TLV %d", len(dst)-at-3, kind)
	}
	return dst
}

// comma passes over a comma.
func (p *bracketReader) comma() {
	if p.peek() == "," {
		p.next()
	}
}

// parseSRGB takes "[ ( base,size ) … ]", and its flags.
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
	putU16(dst[at+3:], p.flags())
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
