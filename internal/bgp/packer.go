package bgp

import "fmt"

// Packer writes routes as whole UPDATE messages for one session. It is reused:
//
//	p.Reset(negotiated, group)
//	err := p.Announce(family, attrs, nextHop, count)   // or p.Withdraw
//	err = p.Add(kept) …                                // count times
//	p.End()
//	conn.Write(p.Octets()); p.Clear()
type Packer struct {
	n     *Negotiated
	group bool // group-updates: several NLRI may share a message
	out   []byte
}

// Reset makes p write for a session. Group allows several NLRI in a message. What
// was written before is dropped.
func (p *Packer) Reset(n *Negotiated, group bool) { *p = Packer{n: n, group: group, out: p.out[:0]} }

// Octets returns the messages written since Clear, whole ones only. They are valid
// until the next call of another method.
func (p *Packer) Octets() []byte { return p.out }

// Clear drops what Octets returned.
func (p *Packer) Clear() { p.out = p.out[:0] }

// SizeError is a route that no message of the session can hold.
type SizeError struct {
	Family Family
	NLRI   []byte // kept form, of its own
	Attrs  int    // octets of its attributes
	Limit  int    // of a message
}

func (e *SizeError) Error() string {
	nlri := AppendNLRIText(nil, e.Family, e.NLRI[PathIDLen:], &Face{})
	return fmt.Sprintf("%s %s: %d octets of attributes leave no room in a message of %d", e.Family, nlri, e.Attrs, e.Limit)
}
