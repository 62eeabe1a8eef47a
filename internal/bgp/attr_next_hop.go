package bgp

import "github.com/herald-bgp/herald/internal/lex"

// nextHopCodec is NEXT_HOP (RFC 4271 §4.3 c): an IPv4 address. It has no keyword
// here: a next hop belongs to a route, and its faces stand beside the NLRI.
type nextHopCodec struct{}

func (nextHopCodec) check(v []byte, _ *Negotiated) error { return checkLen(v, 4) }

// validNextHop reports whether v can be the address of a router (RFC 4271 §6.3):
// neither 0.0.0.0 nor multicast. Only routes of the NLRI field depend on it.
//
// ExaBGP: 255.255.255.255 is shown like any other. Pinned by conf-attributes.
func validNextHop(v []byte) bool { return u32(v, 0) != 0 && v[0]>>4 != 0xe }

func (nextHopCodec) parse(c *lex.Cursor, dst []byte) []byte {
	return appendAddrOctets(dst, c.Addr4())
}

func (nextHopCodec) appendText(dst, _ []byte, _ *Face) []byte { return dst }
func (nextHopCodec) appendJSON(dst, _ []byte, _ *Face) []byte { return dst }

// appendNextHopJSON appends the member that an UPDATE which also withdraws shows.
func appendNextHopJSON(dst, v []byte) []byte {
	return append(appendAddr(append(dst, `"next-hop": "`...), v), '"')
}
