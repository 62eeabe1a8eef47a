package bgp

import (
	"iter"
	"unique"

	"github.com/herald-bgp/herald/internal/lex"
)

// AttrCode is the type code of a path attribute (RFC 4271 §4.3).
type AttrCode uint8

// The attributes that code names; the attribute table has all of them.
const (
	AttrOrigin           AttrCode = 1
	AttrASPath           AttrCode = 2
	AttrNextHop          AttrCode = 3
	AttrMED              AttrCode = 4
	AttrLocalPref        AttrCode = 5
	AttrAtomicAggregate  AttrCode = 6
	AttrAggregator       AttrCode = 7
	AttrCommunity        AttrCode = 8
	AttrOriginatorID     AttrCode = 9
	AttrClusterList      AttrCode = 10
	AttrMPReach          AttrCode = 14
	AttrMPUnreach        AttrCode = 15
	AttrExtCommunity     AttrCode = 16
	AttrAS4Path          AttrCode = 17
	AttrAS4Aggregator    AttrCode = 18
	AttrPMSI             AttrCode = 22
	AttrTunnelEncap      AttrCode = 23
	AttrIPv6ExtCommunity AttrCode = 25
	AttrAIGP             AttrCode = 26
	AttrBGPLS            AttrCode = 29
	AttrLargeCommunity   AttrCode = 32
	AttrOTC              AttrCode = 35
	AttrPrefixSID        AttrCode = 40
)

// String gives ExaBGP's name of the attribute: "as-path"; "attribute 99" for an unknown one.
func (c AttrCode) String() string {
	if r := c.row(); r != nil {
		return r.name
	}
	return string(appendUint(nil, "attribute ", c))
}

// Attribute flags (RFC 4271 §4.3).
const (
	FlagOptional   = 0x80
	FlagTransitive = 0x40
	FlagPartial    = 0x20
	FlagExtended   = 0x10 // the length has two octets
)

// AttrView is one attribute: a view. Its value is canonical when it comes from
// Attrs or from an Update.
type AttrView struct {
	Code  AttrCode
	Flags uint8 // as on the wire; of an unknown attribute of an Update with Partial set (RFC 4271 §5)
	Value []byte
}

// AttrBlock is path attributes on the wire, one after another: a view.
type AttrBlock []byte

// All walks the attributes, up to the first that is not whole.
func (b AttrBlock) All() iter.Seq[AttrView] {
	return func(yield func(AttrView) bool) {
		for {
			v, n := b.first()
			if n == 0 || !yield(v) {
				return
			}
			b = b[n:]
		}
	}
}

// first returns the attribute that b begins with and its length, 0 when it is not whole.
//
//	0: flags  1: code  2: length (1 or 2)  then the value
func (b AttrBlock) first() (v AttrView, n int) {
	if len(b) < 3 {
		return v, 0
	}
	head, size := 3, int(b[2])
	if b[0]&FlagExtended != 0 {
		if len(b) < 4 {
			return v, 0
		}
		head, size = 4, u16(b, 2)
	}
	if len(b) < head+size {
		return v, 0
	}
	return AttrView{Code: AttrCode(b[1]), Flags: b[0], Value: b[head : head+size]}, head + size
}

// maxAttrValue is the longest value of an attribute.
const maxAttrValue = 1<<16 - 1

// appendAttrHead appends the octets before a value of size octets. The length
// takes two octets when it must, or when flags say so.
func appendAttrHead(dst []byte, code AttrCode, flags uint8, size int) []byte {
	if size > 255 || flags&FlagExtended != 0 {
		return appendU16(append(dst, flags|FlagExtended, byte(code)), size)
	}
	return append(dst, flags, byte(code), byte(size))
}

// Append appends the attribute in canonical form: its length takes two octets only
// when it must.
func (v *AttrView) Append(dst []byte) []byte {
	return append(appendAttrHead(dst, v.Code, v.Flags&^FlagExtended, len(v.Value)), v.Value...)
}

// attrParser reads an attribute in words.
type attrParser interface {
	// parse appends the value of the words after the attribute's keyword. A
	// mistake stays in the Cursor.
	parse(c *lex.Cursor, dst []byte) []byte
}

// attrCodec reads and writes the value of an attribute.
type attrCodec interface {
	// check validates a value. Without n only its shape counts, as faces need it:
	// such a value was not received. What an error costs is a column of the row.
	check(v []byte, n *Negotiated) error
	attrParser
	// appendText appends " keyword value", appendJSON `"key": value`: several keys
	// in some dialects, nothing at all for an empty AS path. The value passed check.
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

// borrow appends the attributes to dst, as octets to read from and to cut out of
// it again: a string is no view, and a copy of its own would be an allocation.
func (a Attrs) borrow(dst []byte) (out []byte, block AttrBlock, copied span) {
	s := span{start: len(dst)}
	dst = append(dst, a.Octets()...)
	s.end = len(dst)
	return dst, dst[s.start:s.end], s
}

// AppendText appends each attribute as " keyword value".
func (a Attrs) AppendText(dst []byte, f *Face) []byte {
	dst, block, copied := a.borrow(dst)
	for v := range block.All() {
		dst = v.appendText(dst, f)
	}
	return copied.cut(dst)
}

// AppendJSON appends the members of a JSON object, without its braces.
func (a Attrs) AppendJSON(dst []byte, f *Face) []byte {
	dst, block, copied := a.borrow(dst)
	start := len(dst)
	for v := range block.All() {
		dst = v.appendJSON(dst, start, f)
	}
	return copied.cut(dst)
}

// faces returns what writes the attribute; nil when only its octets can be shown:
// it is unknown, or was given octet by octet and is not what its code says.
func (v *AttrView) faces() attrCodec {
	r := v.Code.row()
	if r == nil || r.codec == nil || v.Flags&flagMask != r.flags || r.codec.check(v.Value, nil) != nil {
		return nil
	}
	return r.codec
}

func (v *AttrView) appendText(dst []byte, f *Face) []byte {
	if c := v.faces(); c != nil {
		return c.appendText(dst, v.Value, f)
	}
	return appendGenericText(dst, v)
}

// appendJSON appends the attribute to members that begin at start of dst.
func (v *AttrView) appendJSON(dst []byte, start int, f *Face) []byte {
	end := len(dst)
	if end > start {
		dst = append(dst, ", "...)
	}
	begin := len(dst)
	if c := v.faces(); c != nil {
		dst = c.appendJSON(dst, v.Value, f)
	} else {
		dst = appendGenericJSON(dst, v)
	}
	if len(dst) == begin {
		return dst[:end]
	}
	return dst
}
