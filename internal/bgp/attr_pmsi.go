package bgp

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// pmsiAttr is PMSI Tunnel (RFC 6514 §5):
//
//	0: flags (1)  1: tunnel type (1)  2: label (3)  5: tunnel identifier
type pmsiAttr struct{}

const (
	pmsiHead               = 5
	pmsiIngressReplication = 6
)

// check: types that are not in the table are more and more (RFC 7524, RFC 8556, RFC
// 9574), and cost no routes.
func (pmsiAttr) check(v []byte, _ *Negotiated) error {
	if len(v) < pmsiHead {
		return errLength
	}
	if kind := int(v[1]); kind < len(pmsiTable) {
		sizes := pmsiTable[kind].sizes
		if sizes != nil && (len(v) > 255 || !slices.Contains(sizes, uint8(len(v)-pmsiHead))) {
			return errLength
		}
	}
	return nil
}

// parse takes "( TYPE IDENTIFIER… label N flags N )": TYPE is a word of the table or
// a number, IDENTIFIER an address or 0x…, and vni N takes all 24 bits of the label
// (RFC 8365 §5.1.3).
func (a pmsiAttr) parse(c *lex.Cursor, dst []byte) []byte {
	p := bracketReader{c: c}
	if p.next() != "(" {
		c.Fail("'('")
		return dst
	}
	at := len(dst)
	dst = append(dst, 0, a.parseType(&p), 0, 0, 0)
	for {
		switch w := p.next(); w {
		case ")":
			if c.Err() == nil && a.check(dst[at:], nil) != nil {
				c.Failf("a tunnel of this type does not have an identifier of %d octets", len(dst)-at-pmsiHead)
			}
			p.done()
			return dst
		case "label":
			putU24(dst[at+2:], p.number(labelMax)<<4)
		case "vni":
			putU24(dst[at+2:], p.number(1<<24-1))
		case "flags":
			dst[at] = byte(p.number(255))
		default:
			var ok bool
			if dst, ok = appendIdentifier(dst, w); !ok {
				c.Fail("an address, 0x…, label, vni, flags or ')'")
				return dst
			}
		}
	}
}

func (pmsiAttr) parseType(p *bracketReader) byte {
	w := p.next()
	for i := range pmsiTable {
		if pmsiTable[i].word == w {
			return byte(i)
		}
	}
	kind, ok := parseUint(w, 255)
	if !ok {
		p.c.Fail("a type of tunnel: ingress-replication, pim-ssm …, or a number from 0 to 255")
	}
	return byte(kind)
}

// number takes a number of at most max.
func (p *bracketReader) number(max uint64) uint64 {
	v, ok := parseUint(p.next(), max)
	if !ok {
		p.c.Failf("unexpected '%s', expected a number from 0 to %d", p.last, max)
	}
	return v
}

// appendIdentifier appends the octets of an address or of "0x…".
func appendIdentifier(dst []byte, w string) ([]byte, bool) {
	if strings.HasPrefix(w, "0x") {
		return appendHexDigits(dst, w)
	}
	addr, err := netip.ParseAddr(w)
	if err != nil || addr.Zone() != "" {
		return dst, false
	}
	return appendAddrOctets(dst, addr), true
}

func (a pmsiAttr) appendText(dst, v []byte, f *Face) []byte {
	return a.appendValue(append(dst, " pmsi "...), v, f)
}

// ExaBGP: a string, of which a part is often a number. Vectors P0 to P10.
func (a pmsiAttr) appendJSON(dst, v []byte, f *Face) []byte {
	return append(a.appendValue(append(dst, `"pmsi": "`...), v, f), '"')
}

// appendValue appends "pmsi:ingressreplication:0:100:10.0.0.1". ExaBGP: main adds the
// 24 bits of a label whose last four are used, 5.0 and 4.2 those of any label, but only
// of ingress replication.
func (pmsiAttr) appendValue(dst, v []byte, f *Face) []byte {
	kind, raw, id := v[1], u24(v, 2), v[pmsiHead:]
	name := "unknown"
	if int(kind) < len(pmsiTable) {
		name = pmsiTable[kind].name
	}
	dst = appendUint(append(append(dst, "pmsi:"...), name...), ":", v[0])
	dst = appendUint(dst, ":", raw>>4)
	address := kind == pmsiIngressReplication && len(id) == 4
	if f.Dialect.Main() && raw&15 != 0 || !f.Dialect.Main() && address && raw != 0 {
		dst = append(appendUint(dst, "(", raw), ')')
	}
	dst = append(dst, ':')
	switch {
	case address:
		return appendAddr(dst, id)
	case len(id) > 0:
		return append0x(dst, id)
	}
	return dst
}
