package bgp

import (
	"fmt"
	"net/netip"
)

// NextHop is the next hop of a route to announce: an address, "self", or none. It
// is comparable. "Self" becomes an address when the route is written for a session.
type NextHop struct {
	addr netip.Addr
	self bool
}

// NextHopSelf is the address of the session that the route is sent on.
var NextHopSelf = NextHop{self: true} //nolint:gochecknoglobals // a constant, but for its type

// NextHopAddr makes a next hop of an address.
func NextHopAddr(a netip.Addr) NextHop { return NextHop{addr: a} }

// Self reports whether the next hop is the session's own address.
func (h NextHop) Self() bool { return h.self }

// Addr returns the address; the zero Addr for "self" and for none.
func (h NextHop) Addr() netip.Addr { return h.addr }

// IsZero reports whether there is no next hop.
func (h NextHop) IsZero() bool { return h == NextHop{} }

// Resolve gives the address that h means for a family on a session whose own
// addresses are self; false when "self" has no address of the family.
func (h NextHop) Resolve(f Family, self Self) (NextHop, bool) {
	if !h.self {
		return h, true
	}
	switch {
	case self.Local.IsValid() && (self.Local.Is4() == (f.AFI != AFIIPv6) || f.eitherNextHop()):
		return NextHop{addr: self.Local}, true
	case f.AFI != AFIIPv6 && self.RouterID.IsValid():
		return NextHop{addr: self.RouterID}, true // ExaBGP: an IPv4 route on an IPv6 session
	}
	return h, false
}

// Self is what "next-hop self" may mean on a session.
type Self struct {
	Local    netip.Addr // local address of the session; the zero Addr while unknown
	RouterID netip.Addr
}

// selfError says that "next-hop self" has no address for a family on a session.
type selfError struct {
	Family Family
	Self   Self
}

// ExaBGP: the words of its own error, which reach helpers.
func (e *selfError) Error() string {
	session := "unknown"
	switch {
	case e.Self.Local.Is4():
		session = "ipv4"
	case e.Self.Local.Is6():
		session = "ipv6"
	}
	return fmt.Sprintf("use of \"next-hop self\": the route (%s) does not have the same family as the BGP tcp session (%s)",
		e.Family.AFI.AppendText(nil), session)
}
