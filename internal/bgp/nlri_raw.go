package bgp

import (
	"errors"

	"github.com/herald-bgp/herald/internal/lex"
)

// A route of a type that has no words is written as octets, in families whose routes
// begin with a type and a length: "raw 0x0806…".

// rawWord is the bit of the word in scratch.given.
const rawWord = 31

var (
	errRawMore  = errors.New("raw: all of the route is in its octets")
	errRawRoute = errors.New("raw: the octets are not a type, a length, and a route of that type and length")
)

// raw takes the octets of a route.
func (s *scratch) raw(c *lex.Cursor) {
	var ok bool
	if s.octets, ok = appendHexDigits(s.octets[:0], c.Word()); !ok || len(s.octets) == 0 {
		c.Fail("the octets of a route: 0x, type, length and what follows")
	}
	s.given |= 1 << rawWord
}

// finishRaw makes a route of its octets.
func (s *scratch) finishRaw(dst []byte, k nlriCodec) ([]byte, error) {
	if s.given != 1<<rawWord || s.hasRD {
		return dst, errRawMore
	}
	if n, err := k.next(s.octets); err != nil || n != len(s.octets) {
		return dst, errRawRoute
	}
	return append(dst, s.octets...), nil
}

func appendRawWords(dst, nlri []byte) []byte {
	return appendHex(append(dst, "raw 0x"...), nlri, upperHex)
}
