package bgp

import (
	"net/netip"

	"github.com/herald-bgp/herald/internal/lex"
)

// AttrBuilder gathers the path attributes of a route from words in any order. It
// is meant to be reused: nothing is allocated while the same set repeats. The
// zero value is ready.
type AttrBuilder struct {
	given  []givenAttr // by ascending code; several of one code where repeated ones merge
	values []byte      // of all of them, one after another
	octets []byte      // the set, in canonical form

	last       Attrs  // set returned last,
	lastOctets string // and its octets
}

// givenAttr is an attribute given since Reset. Its value is values[start:end].
type givenAttr struct {
	code       AttrCode
	flags      uint8
	raw        bool // given octet by octet: it is kept as it is
	start, end int
}

// Reset forgets the attributes gathered so far.
func (b *AttrBuilder) Reset() { b.given, b.values = b.given[:0], b.values[:0] }

// Word takes the attribute that w begins, with its value; false when w is not the
// keyword of an attribute. A mistake stays in c. The first of two equal keywords
// wins, but for those that merge, as "extended-community", whose values are put
// together.
func (b *AttrBuilder) Word(w string, c *lex.Cursor) bool {
	if w == "attribute" {
		b.generic(c)
		return true
	}
	for i := range attrWords {
		if a := &attrWords[i]; a.word == w {
			b.take(a.code, a.words, c)
			return true
		}
	}
	return false
}

// AttrWords returns the keywords of attributes, for hints.
func AttrWords() []string {
	words := make([]string, 0, len(attrWords)+1)
	for i := range attrWords {
		words = append(words, attrWords[i].word)
	}
	return append(words, "attribute")
}

// take takes the value of an attribute in the words that p reads; nil: those of its
// codec.
func (b *AttrBuilder) take(code AttrCode, p attrParser, c *lex.Cursor) {
	r := &attrTable[code]
	if p == nil {
		p = r.codec
	}
	g := givenAttr{code: code, flags: r.flags, start: len(b.values)}
	b.values = p.parse(c, b.values)
	b.add(g, r, c)
}

// generic takes "[ 0xCODE 0xFLAGS 0xDATA ]".
func (b *AttrBuilder) generic(c *lex.Cursor) {
	g := givenAttr{raw: true, start: len(b.values)}
	c.Expect("[")
	g.code = AttrCode(hexOctet(c))
	g.flags = hexOctet(c)
	values, ok := appendHexDigits(b.values, c.Word())
	if !ok {
		c.Fail("the value of the attribute: 0x and whole octets in hexadecimal digits")
	}
	c.Expect("]")
	b.values = values
	b.add(g, nil, c)
}

// NextHop takes NEXT_HOP, which only stands in a set that multiprotocol routes have.
func (b *AttrBuilder) NextHop(a netip.Addr) {
	g := givenAttr{code: AttrNextHop, flags: wellKnown, raw: true, start: len(b.values)}
	b.values = appendAddrOctets(b.values, a)
	b.add(g, nil, new(lex.Cursor))
}

// hexOctet takes an octet written as "0x40".
func hexOctet(c *lex.Cursor) uint8 {
	w := c.Word()
	v, ok := parseUint(w, 255)
	if _, base := cutBase(w); !ok || base != 16 {
		c.Fail("an octet in hexadecimal digits, as 0x40")
	}
	return uint8(v)
}

// add keeps what was appended to values since g.start, unless it counts as nothing:
// an empty list, a repeated attribute, or what was left of one after a mistake.
func (b *AttrBuilder) add(g givenAttr, r *attrRow, c *lex.Cursor) {
	g.end = len(b.values)
	i := len(b.given)
	for i > 0 && b.given[i-1].code > g.code {
		i--
	}
	empty := g.start == g.end && r != nil && !r.empty
	repeated := i > 0 && b.given[i-1].code == g.code && (r == nil || !r.merge || b.given[i-1].raw)
	size := g.end - g.start
	for j := i - 1; j >= 0 && b.given[j].code == g.code; j-- {
		size += b.given[j].end - b.given[j].start
	}
	if !repeated && size > maxAttrValue {
		c.Failf("the attribute takes %d octets, expected at most %d", size, maxAttrValue)
	}
	if empty || repeated || c.Err() != nil {
		b.values = b.values[:g.start]
		return
	}
	b.given = append(b.given, givenAttr{})
	copy(b.given[i+1:], b.given[i:])
	b.given[i] = g
}

// tidy brings a value that words made into canonical form, in place. It may become
// shorter.
func (r *attrRow) tidy(v []byte) []byte {
	switch {
	case r.join != nil:
		return r.join(v)
	case r.sort > 0:
		return orderRecords(v, int(r.sort), r.unique)
	}
	return v
}

// Attrs returns the set gathered since Reset, in canonical form. NEXT_HOP is not
// part of it.
func (b *AttrBuilder) Attrs() Attrs {
	dst := b.octets[:0]
	for i := 0; i < len(b.given); {
		g := b.given[i]
		size, next := 0, i
		for ; next < len(b.given) && b.given[next].code == g.code; next++ {
			size += b.given[next].end - b.given[next].start
		}
		head := len(dst)
		dst = appendAttrHead(dst, g.code, g.flags, size)
		start := len(dst)
		for ; i < next; i++ {
			dst = append(dst, b.values[b.given[i].start:b.given[i].end]...)
		}
		if !g.raw {
			if v := attrTable[g.code].tidy(dst[start:]); len(v) < size { // the head has to say so
				dst = append(appendAttrHead(dst[:head], g.code, g.flags, len(v)), v...)
			}
		}
	}
	b.octets = dst
	if string(dst) != b.lastOctets {
		b.last = MakeAttrs(dst)
		b.lastOctets = b.last.Octets()
	}
	return b.last
}
