package bgp

import "github.com/herald-bgp/herald/internal/lex"

// originatorIDAttr is ORIGINATOR_ID (RFC 4456 §8): a BGP identifier.
type originatorIDAttr struct{}

func (originatorIDAttr) check(v []byte, _ *Negotiated) error { return checkLen(v, 4) }

func (originatorIDAttr) parse(c *lex.Cursor, dst []byte) []byte {
	return appendAddrOctets(dst, c.Addr4())
}

func (originatorIDAttr) appendText(dst, v []byte, _ *Face) []byte {
	return appendAddr(append(dst, " originator-id "...), v)
}

func (originatorIDAttr) appendJSON(dst, v []byte, _ *Face) []byte {
	return append(appendAddr(append(dst, `"originator-id": "`...), v), '"')
}
