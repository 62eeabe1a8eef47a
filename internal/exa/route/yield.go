package route

import (
	"net/netip"
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// maxPieces bounds what one split makes: as many routes as the Internet has, and
// no more memory than a helper may be trusted with.
const (
	maxPieceBits = 20
	maxPieces    = 1 << maxPieceBits
)

// routes makes a route of each prefix, or of each of its pieces. All are checked
// before the first is given to yield.
func (p *Parser) routes(c *lex.Cursor, yield func(rib.Route)) error {
	if err := p.hop(c); err != nil {
		return err
	}
	for _, prefix := range p.prefixes {
		if err := p.check(c, prefix); err != nil {
			return err
		}
	}
	p.firstToo()
	r := rib.Route{Attrs: p.attrs.Attrs()}
	if p.use == File && p.watchdog != "" {
		r.Watchdog, r.Parked = p.watchdog, p.parked
	}
	for _, prefix := range p.prefixes {
		pieces := 1
		if p.split > prefix.Bits() && prefix.IsValid() {
			pieces = 1 << (p.split - prefix.Bits())
			prefix = netip.PrefixFrom(prefix.Addr(), p.split)
		}
		for range pieces {
			p.nlri.SetPrefix(prefix)
			r.Family, r.NLRI, _ = p.nlri.Finish(p.kept[:0]) // as check did
			p.kept, r.NextHop = r.NLRI, p.hopOf(r.Family)
			yield(r)
			prefix = next(prefix)
		}
	}
	return nil
}

// hop settles the next hop: the one given, the one that a word of the family means,
// or that of the group.
func (p *Parser) hop(c *lex.Cursor) error {
	switch h := p.nlri.NextHop(); {
	case p.nextHop.IsZero():
		p.nextHop = h
	case !h.IsZero() && h != p.nextHop:
		return p.invalid(c, "the route has two next hops, one of them is %s", h.Addr())
	}
	if p.use == Withdraw && p.nextHop.IsZero() {
		p.nextHop = p.groupHop
	}
	return nil
}

// hopOf returns the next hop of a route. ExaBGP: of several that are given, the first
// is that of NEXT_HOP, the last that of MP_REACH_NLRI.
func (p *Parser) hopOf(f bgp.Family) bgp.NextHop {
	if f == bgp.IPv4Unicast && !p.firstHop.IsZero() && !p.firstHop.Addr().Is6() && !p.nextHop.Addr().Is6() {
		return p.firstHop
	}
	return p.nextHop
}

// firstToo gives IPv6 routes the first of several next hops as NEXT_HOP, if it can be one.
func (p *Parser) firstToo() {
	ipv4 := func(q netip.Prefix) bool { return !q.Addr().Is6() }
	if a := p.firstHop.Addr(); a.Is4() && p.nextHop.Addr().Is6() && !slices.ContainsFunc(p.prefixes, ipv4) {
		p.attrs.NextHop(a)
	}
}

// check says what is wrong with the route to prefix.
func (p *Parser) check(c *lex.Cursor, prefix netip.Prefix) error {
	p.nlri.SetPrefix(prefix)
	f, kept, err := p.nlri.Finish(p.kept[:0])
	p.kept = kept
	if err != nil && !prefix.IsValid() {
		c.FailAt(p.start, "%v", err) // ExaBGP: what words of such a family lack is an error of its grammar
		return c.Err()
	}
	if p.use != Withdraw && p.nextHop.IsZero() && !f.NoNextHop() {
		if !prefix.IsValid() {
			return p.invalid(c, "announce requires nexthop")
		}
		return p.invalid(c, "announce requires nexthop: %s", prefix)
	}
	if err != nil {
		return p.invalid(c, "%v", err)
	}
	if !prefix.IsValid() && p.split > 0 {
		return p.invalid(c, "a route without a prefix cannot be split")
	}
	if p.split <= prefix.Bits() || p.split == 0 {
		return nil
	}
	if most := prefix.Addr().BitLen(); p.split > most {
		return p.invalid(c, "cannot split %s into /%d, expected at most /%d", prefix, p.split, most)
	}
	if n := p.split - prefix.Bits(); n > maxPieceBits {
		return p.invalid(c, "splitting %s into /%d makes 2^%d routes, more than %d", prefix, p.split, n, maxPieces)
	}
	return nil
}

// next returns the prefix of the same length behind q.
func next(q netip.Prefix) netip.Prefix {
	bits := q.Bits()
	if !q.IsValid() || bits == 0 {
		return q
	}
	four, first := q.Addr().Is4(), 0
	if four { // the last four octets of a mapped address
		bits, first = bits+96, 12
	}
	a := q.Addr().As16()
	for i, add := (bits-1)/8, 1<<(7-(bits-1)%8); i >= first && add != 0; i-- {
		add += int(a[i])
		a[i] = byte(add)
		add >>= 8
	}
	addr := netip.AddrFrom16(a)
	if four {
		addr = addr.Unmap()
	}
	return netip.PrefixFrom(addr, q.Bits())
}
