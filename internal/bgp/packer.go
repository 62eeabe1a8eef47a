package bgp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// smallGroup is the most routes of a group that go out as ExaBGP sends them, one
// in a message but for the Grouped families. Larger groups are packed: no test of
// ExaBGP sees them, and a full table gains twentyfold.
const smallGroup = 32

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
	limit int  // octets of a message
	out   []byte

	// The group of routes between Announce or Withdraw and End. Its messages are
	// alike but for their NLRI:
	//
	//	head with lengths to fill in | NLRI … | tail
	family   Family
	withdraw bool
	pathID   bool
	single   bool   // one NLRI in a message
	head     []byte // what precedes the NLRI, from the marker on
	tail     []byte // what follows them
	attrs    int    // octets of attributes without the multiprotocol one
	mp       int    // offset of MP_REACH_NLRI or MP_UNREACH_NLRI in head; 0: NLRI stand in a field of the UPDATE
	start    int    // offset of the message being written in out; -1: none

	// ExaBGP: NLRI that share a message stand in the order of their octets
	// (conf-new-v4). Large groups, which it does not pack, are not sorted.
	sorted  bool
	nlri    []span // of the message being written
	sorting []byte // scratch
}

// Offsets in an UPDATE message (RFC 4271 §4.3), behind no withdrawn routes.
const (
	withdrawnLenAt = HeaderLen
	attrsLenAt     = HeaderLen + 2
	attrsAt        = HeaderLen + 4
)

// Reset makes p write for a session. Group allows several NLRI in a message. What
// was written before is dropped.
func (p *Packer) Reset(n *Negotiated, group bool) {
	*p = Packer{
		n: n, group: group, limit: max(n.MaxMessage, MaxMessage), start: -1,
		out: p.out[:0], head: p.head[:0], tail: p.tail[:0], nlri: p.nlri[:0], sorting: p.sorting,
	}
}

// Octets returns the messages written since Clear, whole ones only. They are valid
// until the next call of another method.
func (p *Packer) Octets() []byte {
	if p.start >= 0 {
		return p.out[:p.start]
	}
	return p.out
}

// Clear drops what Octets returned. It must not stand between Announce or Withdraw
// and End.
func (p *Packer) Clear() { p.out, p.start = p.out[:0], -1 }

// Announce begins a group of count routes of f that share attributes and next hop.
// After an error there is no group.
func (p *Packer) Announce(f Family, a Attrs, h NextHop, count int) error {
	p.begin(f, p.group && (count > smallGroup || f.Grouped()))
	p.sorted = !p.single && count <= smallGroup
	addr, err := p.nextHop(f, h)
	if err != nil {
		return err
	}
	if p.n.Role.takesNoMarked() && roleApplies(f) && p.has(a, AttrOTC) {
		return &onlyToCustomerError{f, p.n.Role}
	}
	if f == IPv4Unicast && addr.Is4() {
		p.openAttrs(a, addr)
		return nil
	}
	// ExaBGP: an IPv4 route may have an IPv6 next hop though RFC 8950 was not negotiated.
	p.openAttrs(a, besideMP(f, addr))
	p.openMP(AttrMPReach)
	p.head = appendNextHop(p.head, f, addr, p.n)
	p.head = append(p.head, 0) // reserved (RFC 4760 §3)
	return nil
}

// Withdraw begins a group of count withdraws of f. Families whose withdraws carry
// attributes get a and h, as given with the withdraw.
func (p *Packer) Withdraw(f Family, a Attrs, h NextHop, count int) {
	p.begin(f, p.group && (count > smallGroup || f == IPv4Unicast))
	p.withdraw = true
	switch {
	case f == IPv4Unicast:
		p.head = append(p.head, 0, 0)
		p.tail = append(p.tail, 0, 0)
	case !f.WithdrawAttrs():
		p.head = append(p.head, 0, 0, 0, 0)
		p.openMP(AttrMPUnreach)
	case p.n.WithdrawLast:
		p.openAttrs(a, p.withdrawNextHop(f, h))
		p.openMP(AttrMPUnreach)
	default:
		p.tail = appendAttrs(p.tail, a, p.n, p.withdrawNextHop(f, h), false)
		p.attrs = len(p.tail)
		p.head = append(p.head, 0, 0, 0, 0)
		p.openMP(AttrMPUnreach)
	}
}

// Add writes a route of the group, in kept form. After a *sizeError it is not
// written, and the others may be.
func (p *Packer) Add(kept []byte) error {
	nlri := kept
	if !p.pathID {
		nlri = kept[PathIDLen:]
	}
	if p.start >= 0 && (p.single || !p.fits(len(nlri))) {
		p.close()
	}
	if p.start < 0 && !p.open(len(nlri)) {
		return &sizeError{Family: p.family, NLRI: slices.Clone(kept), Attrs: p.attrs, Limit: p.limit}
	}
	p.out = append(p.out, nlri...)
	if p.sorted {
		p.nlri = append(p.nlri, span{len(p.out) - len(nlri), len(p.out)})
	}
	return nil
}

// open begins a message for n octets of NLRI; false when they do not fit.
func (p *Packer) open(n int) bool {
	p.start = len(p.out)
	p.out = append(p.out, p.head...)
	if p.fits(n) {
		return true
	}
	p.out, p.start = p.out[:p.start], -1
	if !p.withdraw || p.attrs == 0 {
		return false
	}
	// A withdraw must not be lost, and works without attributes.
	p.head, p.tail, p.attrs = append(p.head[:withdrawnLenAt], 0, 0, 0, 0), p.tail[:0], 0
	p.openMP(AttrMPUnreach)
	return p.open(n)
}

// End ends the group.
func (p *Packer) End() {
	if p.start >= 0 {
		p.close()
	}
}

// AttrsOnly writes an UPDATE of attributes without NLRI. ExaBGP: what is left of the
// withdraw of a route that the session never had (api-flow), and of `attributes`
// without nlri.
func (p *Packer) AttrsOnly(f Family, a Attrs, h NextHop) error {
	p.begin(f, false)
	addr := p.withdrawNextHop(f, h)
	if r, ok := h.Resolve(f, p.n.Self); ok && f == IPv4Unicast && r.Addr().Is4() {
		addr = r.Addr()
	}
	p.openAttrs(a, addr)
	if len(p.head) > p.limit {
		return &sizeError{Family: f, Attrs: p.attrs, Limit: p.limit}
	}
	p.start = len(p.out)
	p.out = append(p.out, p.head...)
	p.close()
	return nil
}

// EOR writes the End-of-RIB marker of f (RFC 4724 §2).
func (p *Packer) EOR(f Family) {
	start := len(p.out)
	p.out = beginMessage(p.out, TypeUpdate)
	if f == IPv4Unicast {
		p.out = append(p.out, 0, 0, 0, 0)
	} else {
		// ExaBGP: the length takes two octets without need. Pinned by conf-l2vpn.
		p.out = append(p.out, 0, 0, 0, 7, FlagOptional|FlagExtended, byte(AttrMPUnreach), 0, 3)
		p.out = append(appendU16(p.out, uint16(f.AFI)), byte(f.SAFI))
	}
	p.out = endMessage(p.out, start)
}

func (p *Packer) begin(f Family, pack bool) {
	p.family, p.single, p.pathID = f, !pack, p.n.SendsPathID(f)
	p.mp, p.attrs, p.start, p.withdraw, p.sorted = 0, 0, -1, false, false
	p.head = beginMessage(p.head[:0], TypeUpdate)
	p.tail = p.tail[:0]
}

// openAttrs writes attributes into the head, behind no withdrawn routes.
func (p *Packer) openAttrs(a Attrs, nextHop netip.Addr) {
	p.head = append(p.head, 0, 0, 0, 0)
	otc := p.n.Role.marksRoutes() && roleApplies(p.family) && !p.withdraw
	p.head = appendAttrs(p.head, a, p.n, nextHop, otc)
	p.attrs = len(p.head) - attrsAt
}

// has reports whether a route has an attribute. There is nothing in the tail yet.
func (p *Packer) has(a Attrs, code AttrCode) bool {
	out, block, _ := a.borrow(p.tail[:0])
	p.tail = out[:0]
	for v := range block.All() {
		if v.Code == code {
			return true
		}
	}
	return false
}

// openMP writes the head of a multiprotocol attribute, with one octet of length
// for the time being.
func (p *Packer) openMP(code AttrCode) {
	p.mp = len(p.head)
	p.head = append(p.head, FlagOptional, byte(code), 0)
	p.head = append(appendU16(p.head, uint16(p.family.AFI)), byte(p.family.SAFI))
}

// mpHead is the length of an attribute before its value, when that has up to 255 octets.
const mpHead = 3

// fits reports whether n more octets of NLRI have room in the message.
func (p *Packer) fits(n int) bool {
	size := len(p.out) - p.start + n
	if p.mp != 0 && size-p.mp-mpHead > 255 {
		size++ // another octet of length
	}
	return size+len(p.tail) <= p.limit
}

// close fills in the lengths of the message.
func (p *Packer) close() {
	if p.sorted {
		p.sort()
	}
	if p.mp != 0 {
		p.closeMP()
	}
	m := p.out[p.start:]
	if p.mp == 0 && len(p.head) == attrsLenAt { // withdrawn routes
		binary.BigEndian.PutUint16(m[withdrawnLenAt:], uint16(len(m)-attrsLenAt))
		p.out = append(p.out, p.tail...)
	} else {
		p.out = append(p.out, p.tail...)
		end := len(p.out) - p.start
		if p.mp == 0 { // the NLRI field is not part of the attributes
			end = len(p.head)
		}
		binary.BigEndian.PutUint16(p.out[p.start+attrsLenAt:], uint16(end-attrsAt))
	}
	p.out = endMessage(p.out, p.start)
	p.start = -1
}

// sort puts the NLRI of the message being written, which end it so far, in the order
// of their octets.
func (p *Packer) sort() {
	slices.SortFunc(p.nlri, func(a, b span) int { return bytes.Compare(p.out[a.start:a.end], p.out[b.start:b.end]) })
	p.sorting = p.sorting[:0]
	for _, s := range p.nlri {
		p.sorting = append(p.sorting, p.out[s.start:s.end]...)
	}
	copy(p.out[len(p.out)-len(p.sorting):], p.sorting)
	p.nlri = p.nlri[:0]
}

// closeMP fills in the length of the multiprotocol attribute, which ends the
// message so far; past 255 octets it moves the value.
func (p *Packer) closeMP() {
	at := p.start + p.mp
	size := len(p.out) - at - mpHead
	if size <= 255 {
		p.out[at+2] = byte(size)
		return
	}
	p.out = append(p.out, 0)
	copy(p.out[at+mpHead+1:], p.out[at+mpHead:])
	p.out[at] |= FlagExtended
	binary.BigEndian.PutUint16(p.out[at+2:], uint16(size))
}

// sizeError is a route that no message of the session can hold.
type sizeError struct {
	Family Family
	NLRI   []byte // kept form, of its own; empty for attributes alone
	Attrs  int    // octets of its attributes
	Limit  int    // of a message
}

func (e *sizeError) Error() string {
	what := "attributes"
	if len(e.NLRI) > PathIDLen {
		what = string(AppendNLRIText(append(e.Family.AppendText(nil), ' '), e.Family, e.NLRI[PathIDLen:], &Face{Show: true}))
	}
	return fmt.Sprintf("%s: %d octets of attributes do not fit a message of %d", what, e.Attrs, e.Limit)
}

var errNoNextHop = errors.New("an announce needs a next hop")

// nextHop resolves the next hop of an announce; the zero Addr where none is needed.
func (p *Packer) nextHop(f Family, h NextHop) (netip.Addr, error) {
	r, ok := h.Resolve(f, p.n.Self)
	if !ok {
		return netip.Addr{}, &selfError{Family: f, Self: p.n.Self}
	}
	if row := f.row(); r.IsZero() && (row == nil || !row.noNextHop) {
		return netip.Addr{}, errNoNextHop
	}
	return r.Addr(), nil
}

// withdrawNextHop is the NEXT_HOP among the attributes of a withdraw, if any. ExaBGP:
// 0.0.0.0 means none. Pinned by api-ipv4.
func (p *Packer) withdrawNextHop(f Family, h NextHop) netip.Addr {
	r, ok := h.Resolve(f, p.n.Self)
	if !ok || r.Addr().IsUnspecified() {
		return netip.Addr{}
	}
	return besideMP(f, r.Addr())
}

// besideMP returns a when it is also written as NEXT_HOP beside a multiprotocol
// attribute. ExaBGP: so it is for an IPv4 next hop in many families.
func besideMP(f Family, a netip.Addr) netip.Addr {
	if r := f.row(); a.Is4() && r != nil && r.nextHopAttr {
		return a
	}
	return netip.Addr{}
}

// appendNextHop appends length and octets of the next hop in MP_REACH_NLRI. A
// route distinguisher in front is zero (RFC 4364 §4.3.4).
func appendNextHop(dst []byte, f Family, a netip.Addr, n *Negotiated) []byte {
	at := len(dst)
	dst = append(dst, 0)
	if !a.IsValid() {
		return dst
	}
	row := f.row()
	if row == nil {
		row = &familyRow{}
	}
	if row.nextHopRD {
		dst = append(dst, 0, 0, 0, 0, 0, 0, 0, 0)
	}
	if a.Is4() && f.AFI == AFIIPv6 && !row.nextHopV4 && !slices.Contains(n.V6NextHopV4, f) {
		// Deviation: ExaBGP writes four octets. RFC 4659 §3.2.1.2 and RFC 4760 §3 want
		// an address of the family, here a mapped one.
		a = netip.AddrFrom16(a.As16())
	}
	dst = appendAddrOctets(dst, a)
	// RFC 2545 §3: global address, then link-local one; only with capability 77.
	if n.LinkLocal && n.LinkLocalAddr.IsValid() && row.linkLocal && a.Is6() && !a.IsLinkLocalUnicast() {
		dst = appendAddrOctets(dst, n.LinkLocalAddr)
	}
	dst[at] = byte(len(dst) - at - 1)
	return dst
}
