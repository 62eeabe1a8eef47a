package bgp

import (
	"net/netip"

	"github.com/herald-bgp/herald/internal/lex"
)

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
