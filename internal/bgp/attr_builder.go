package bgp

import "github.com/herald-bgp/herald/internal/lex"

// AttrBuilder gathers the path attributes of a route from words in any order. It
// is meant to be reused: nothing is allocated while the same set repeats.
type AttrBuilder struct {
	last Attrs
}

// Reset forgets the attributes gathered so far.
func (b *AttrBuilder) Reset() {}

// Word takes the attribute that w begins, with its value; false when w is not the
// keyword of an attribute. A mistake stays in c. The first of two equal keywords
// wins, but for "extended-community", whose values are put together.
func (b *AttrBuilder) Word(w string, c *lex.Cursor) bool { return false }

// Attrs returns the set gathered since Reset, in canonical form. NEXT_HOP is not
// part of it.
func (b *AttrBuilder) Attrs() Attrs { return b.last }
