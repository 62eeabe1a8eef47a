package bgp

import "github.com/herald-bgp/herald/internal/lex"

// PathIDLen is the length of the path identifier that begins a kept NLRI (RFC 7911 §3).
const PathIDLen = 4

// NLRIBlock is a run of NLRI on the wire: a view that borrows the message.
type NLRIBlock []byte

// nlriCodec reads and writes the NLRI of a family. NLRI come without path
// identifier: it is handled once, around the codec.
type nlriCodec interface {
	// next measures and validates the first NLRI in b. Its error is errShort,
	// errLength or errValue, wrapped in malformed when only this NLRI is lost.
	next(b []byte) (n int, err error)
	// appendKey appends the identity of the NLRI in a RIB: the octets without
	// what may change between announces of one route (labels).
	appendKey(dst, nlri []byte) []byte
	// word takes the word w and its arguments for the route in s; false when it
	// is not a word of the family.
	word(s *scratch, w string, c *lex.Cursor) bool
	// finish makes the octets of the words in s.
	finish(dst []byte, s *scratch) ([]byte, error)
	// appendText appends the route in ExaBGP's text, appendJSON its JSON object.
	appendText(dst, nlri []byte, f *Face) []byte
	appendJSON(dst, nlri []byte, f *Face) []byte
}
