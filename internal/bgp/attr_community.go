package bgp

import (
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// communityAttr is COMMUNITIES (RFC 1997): numbers of four octets, most often
// shown as AS number and value.
type communityAttr struct{}

const communityLen = 4

func (communityAttr) check(v []byte, _ *Negotiated) error { return checkRecords(v, communityLen) }

func (communityAttr) parse(c *lex.Cursor, dst []byte) []byte {
	for w := range c.List {
		v, ok := parseCommunity(w)
		if !ok {
			c.Fail("a community: 65000:1, a number of 32 bits, or a well-known name")
			break
		}
		dst = appendU32(dst, v)
	}
	return dst
}

// parseCommunity reads "65000:1", "0x…", a decimal number or a well-known name.
func parseCommunity(w string) (uint32, bool) {
	if high, low, cut := strings.Cut(w, ":"); cut {
		// Deviation: ExaBGP lets the halves overflow into each other.
		h, ok := lex.ParseUint(high, 1<<16-1)
		l, ok2 := lex.ParseUint(low, 1<<16-1)
		return uint32(h<<16 | l), ok && ok2
	}
	if v, ok := parseUint(w, 1<<32-1); ok {
		return uint32(v), true
	}
	for i := range communityTable {
		if r := &communityTable[i]; strings.EqualFold(w, r.name) || r.alias != "" && strings.EqualFold(w, r.alias) {
			return r.value, true
		}
	}
	return 0, false
}

func (communityAttr) appendText(dst, v []byte, f *Face) []byte {
	return appendRecords(append(dst, " community "...), v, communityLen, f, appendCommunity)
}

func appendCommunity(dst, r []byte, _ *Face) []byte {
	if r[0] == 0xff { // all well-known ones are in 65535:x
		value := u32(r, 0)
		for i := range communityTable {
			if communityTable[i].value == value {
				return append(dst, communityTable[i].name...)
			}
		}
	}
	return appendUint(appendUint(dst, "", uint32(u16(r, 0))), ":", uint32(u16(r, 2)))
}

// ExaBGP: 5.0 alone sorts them in JSON. Pinned by vector A21.
func (communityAttr) appendJSON(dst, v []byte, f *Face) []byte {
	var copied span
	if f.Dialect == Dialect5 {
		dst, v, copied = orderedRecords(dst, v, communityLen, false)
	}
	sep := `"community": [ [ `
	for i := 0; i < len(v); i += communityLen {
		dst = appendUint(dst, sep, uint32(u16(v, i)))
		dst = appendUint(dst, ", ", uint32(u16(v, i+2)))
		sep = " ], [ "
	}
	return copied.cut(append(dst, " ] ]"...))
}
