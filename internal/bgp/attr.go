package bgp

import (
	"unique"

	"github.com/herald-bgp/herald/internal/lex"
)

// AttrCode is the type code of a path attribute (RFC 4271 §4.3).
type AttrCode uint8

// Attribute flags (RFC 4271 §4.3).
const (
	FlagOptional   = 0x80
	FlagTransitive = 0x40
	FlagPartial    = 0x20
	FlagExtended   = 0x10 // the length has two octets
)

// AttrBlock is path attributes on the wire, one after another: a view.
type AttrBlock []byte

// attrCodec reads and writes the value of an attribute.
type attrCodec interface {
	// check validates a received value. What an error costs is a column of the row.
	check(v []byte, n *Negotiated) error
	// parse appends the canonical value of the words after the attribute's keyword.
	parse(c *lex.Cursor, dst []byte) ([]byte, error)
	// appendText appends " keyword value", appendJSON `"key": value`: several keys in some dialects.
	appendText(dst, v []byte, f *Face) []byte
	appendJSON(dst, v []byte, f *Face) []byte
}

// Attrs is a set of path attributes in canonical form, interned: equal sets are
// equal values, so they are compared and used as keys by pointer. The zero value
// is the empty set.
type Attrs struct{ h unique.Handle[string] }

// MakeAttrs interns attributes that are in canonical form. It copies b.
func MakeAttrs(b AttrBlock) Attrs {
	if len(b) == 0 {
		return Attrs{}
	}
	return Attrs{unique.Make(string(b))}
}

// Octets returns the attributes in canonical form. The string is shared.
func (a Attrs) Octets() string {
	if a == (Attrs{}) {
		return ""
	}
	return a.h.Value()
}
