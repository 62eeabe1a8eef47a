package bgp

import (
	"encoding/binary"
	"math/bits"
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// largeCommunityAttr is LARGE_COMMUNITY (RFC 8092): three numbers of four octets
// each. Repeated ones count once (§5).
type largeCommunityAttr struct{}

const largeCommunityLen = 12

func (largeCommunityAttr) check(v []byte, _ *Negotiated) error {
	return checkRecords(v, largeCommunityLen)
}

func (largeCommunityAttr) parse(c *lex.Cursor, dst []byte) []byte {
	for w := range c.List {
		v, ok := parseLargeCommunity(w)
		if !ok {
			c.Fail("a large community: 65000:1:2, or a number of 96 bits")
			break
		}
		dst = append(dst, v[:]...)
	}
	return dst
}

// parseLargeCommunity reads "65000:1:2", "0x…" or a decimal number.
func parseLargeCommunity(w string) (v [largeCommunityLen]byte, ok bool) {
	if !strings.Contains(w, ":") {
		return parseUint96(w)
	}
	a, rest, _ := strings.Cut(w, ":")
	b, c, _ := strings.Cut(rest, ":")
	x, ok := lex.ParseUint(a, 1<<32-1)
	y, ok2 := lex.ParseUint(b, 1<<32-1)
	z, ok3 := lex.ParseUint(c, 1<<32-1)
	appendU32(appendU32(appendU32(v[:0], x), y), z)
	return v, ok && ok2 && ok3
}

// parseUint96 reads a number of 96 bits, decimal or "0x…".
func parseUint96(w string) (v [largeCommunityLen]byte, ok bool) {
	digits, base := cutBase(w)
	var hi, lo uint64
	for i := range len(digits) {
		d := hexDigit(digits[i])
		if d >= base {
			return v, false
		}
		// hi stays below 2^32 and base is at most 16: no overflow before the test
		carry, l := bits.Mul64(lo, base)
		l, c := bits.Add64(l, d, 0)
		hi, lo = hi*base+carry+c, l
		if hi >= 1<<32 {
			return v, false
		}
	}
	binary.BigEndian.PutUint32(v[:], uint32(hi))
	binary.BigEndian.PutUint64(v[4:], lo)
	return v, digits != ""
}

func (largeCommunityAttr) appendText(dst, v []byte, f *Face) []byte {
	dst, v, copied := orderedRecords(dst, v, largeCommunityLen, true)
	dst = appendRecords(append(dst, " large-community "...), v, largeCommunityLen, f, appendLargeCommunity)
	return copied.cut(dst)
}

func appendLargeCommunity(dst, r []byte, _ *Face) []byte {
	return appendUint(appendUint(appendUint(dst, "", u32(r, 0)), ":", u32(r, 4)), ":", u32(r, 8))
}

// ExaBGP: 5.0 alone sorts them in JSON; the blank before the
// second comma is in all versions. Pinned by vector A27.
func (largeCommunityAttr) appendJSON(dst, v []byte, f *Face) []byte {
	var copied span
	plain := ascending(v, largeCommunityLen, true)
	if !plain && f.Dialect == Dialect5 {
		dst, v, copied = orderedRecords(dst, v, largeCommunityLen, true)
		plain = true
	}
	sep := `"large-community": [ [ `
	for i := 0; i < len(v); i += largeCommunityLen {
		r := v[i : i+largeCommunityLen]
		if !plain && containsRecord(v[:i], r) {
			continue
		}
		dst = appendUint(dst, sep, u32(r, 0))
		dst = appendUint(dst, ", ", u32(r, 4))
		dst = appendUint(dst, " , ", u32(r, 8))
		sep = " ], [ "
	}
	return copied.cut(append(dst, " ] ]"...))
}
