package bgp

import (
	"net/netip"
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// flowAction takes a word of the then or scope block of a flow route. Most mean an
// extended community, whose keyword and value are put together from the arguments.
func (s *scratch) flowAction(w string, c *lex.Cursor) bool {
	b := s.attrs
	if b == nil || s.block == "match" {
		return false
	}
	switch w {
	case "accept":
	case "discard":
		b.extCommunity(c, appendRate, "0", "")
	case "rate-limit":
		s.rateLimit(c)
	case "redirect":
		s.redirect(c)
	case "redirect-to-nexthop":
		b.extCommunity(c, appendRedirectToNextHop, "", "")
	case "redirect-to-nexthop-ietf":
		s.redirectIP(c)
	case "copy":
		s.setNextHop(c.Addr(), c)
		b.extCommunity(c, appendCopyToNextHop, "", "")
	case "mark":
		b.extCommunity(c, appendMark, c.Word(), "a DSCP from 0 to 63")
	case "action":
		b.extCommunity(c, appendTrafficAction, c.Word(), "sample, terminal or sample-terminal")
	case "interface-set":
		for w := range c.List {
			b.extCommunity(c, appendInterfaceSetWord, w, "transitive:input:65000:1, with non-transitive, output or input-output")
		}
	default:
		return false
	}
	return true
}

// rateLimit takes a rate and its unit, bytes per second unless it is "packets".
func (s *scratch) rateLimit(c *lex.Cursor) {
	w, put := c.Word(), appendRate
	if c.Accept("packets") {
		put = appendPacketRate
	} else {
		c.Accept("bytes")
	}
	s.attrs.extCommunity(c, put, w, "a rate, in bytes or packets per second")
}

// redirect takes where to redirect to: a route target (RFC 8955 §7.4, RFC 8956 §6.1),
// or an address, which becomes the next hop of the route.
//
//	65000:1   192.0.2.1:1   "[2001:db8::1]:1"   192.0.2.1   2001:db8::1   "[2001:db8::1]"
func (s *scratch) redirect(c *lex.Cursor) {
	w := c.Word()
	inner, bracketed := strings.CutPrefix(w, "[")
	inner, number, _ := strings.Cut(inner, "]")
	switch colons := strings.Count(w, ":"); {
	case bracketed && number != "":
		s.redirectIPv6(inner, number, c)
		return
	case !bracketed && colons == 1:
		s.attrs.extCommunity(c, appendRedirect, w, "a route target, <asn>:<number>, or an address")
		return
	case !bracketed:
		inner = w
	}
	a, err := netip.ParseAddr(inner)
	if err != nil || a.Zone() != "" {
		c.Fail("a route target, <asn>:<number>, or an address")
	}
	s.setNextHop(a, c)
	s.attrs.extCommunity(c, appendRedirectToNextHop, "", "")
}

// redirectIPv6 takes the address and the ":1" of "[2001:db8::1]:1".
//
// Deviation: ExaBGP has the grammar, and fails to encode it.
func (s *scratch) redirectIPv6(addr, number string, c *lex.Cursor) {
	a, err := netip.ParseAddr(addr)
	w, colon := strings.CutPrefix(number, ":")
	n, ok := lex.ParseUint(w, 1<<16-1)
	if err != nil || !a.Is6() || a.Zone() != "" || !colon || !ok {
		c.Fail(`an IPv6 route target: "[2001:db8::1]:1"`)
	}
	s.attrs.ipv6ExtCommunity(c, ipv6Redirect, a, n)
}

// redirectIP takes an address to redirect to, which stays apart from the next hop
// (draft-ietf-idr-flowspec-redirect-ip).
func (s *scratch) redirectIP(c *lex.Cursor) {
	w := c.Word()
	if !strings.Contains(w, ":") {
		s.attrs.extCommunity(c, appendRedirectIP, w, "an IP address")
		return
	}
	a, err := netip.ParseAddr(w)
	if err != nil || a.Zone() != "" {
		c.Fail("an IP address")
	}
	s.attrs.ipv6ExtCommunity(c, ipv6RedirectNextHop, a, 0)
}

// setNextHop makes a the next hop of the route, which has one.
func (s *scratch) setNextHop(a netip.Addr, c *lex.Cursor) {
	h := NextHopAddr(a)
	if !s.nextHop.IsZero() && s.nextHop != h {
		c.Failf("a flow route has one next hop, and %s is another than %s", a, s.nextHop.Addr())
	}
	s.nextHop = h
}
