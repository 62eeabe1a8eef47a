package config

import "github.com/herald-bgp/herald/internal/bgp"

// OpenConfig returns what the settings say in our OPEN. What depends on the run is
// left to the caller: the AS number where ours is automatic, Restarted, and the
// SoftwareVersion.
func (s *Session) OpenConfig() *bgp.OpenConfig {
	c := &s.Capability
	return &bgp.OpenConfig{
		AS: s.LocalAS, ID: s.RouterID, HoldTime: s.HoldTime, Families: s.Families,
		ASN4: c.ASN4, ExtendedMessage: c.ExtendedMessage, RouteRefresh: c.RouteRefresh,
		Operational: c.Operational, MultiSession: c.MultiSession, LinkLocal: c.LinkLocalNextHop,
		AddPathSend: c.AddPathSend, AddPathReceive: c.AddPathReceive,
		AddPath: s.AddPath, PathsLimit: s.PathsLimit,
		NextHop: c.NextHop, NextHops: s.NextHops, GracefulRestart: c.GracefulRestart,
		Role:     c.Role,
		HostName: s.HostName, DomainName: s.DomainName,
	}
}

// Own returns the settings that bgp.Negotiate takes beside the OPENs. The address
// in Self is the configured one, and WithdrawLast is left to the caller.
func (s *Session) Own() *bgp.Negotiated {
	n := &bgp.Negotiated{
		AIGP: s.Capability.AIGP,
		Self: bgp.Self{Local: s.Local, RouterID: s.RouterID},
	}
	if s.OutgoingTTL == nil || *s.OutgoingTTL <= 1 { // beyond the link the address means nothing
		n.LinkLocalAddr = s.LocalLinkLocal
	}
	for _, p := range s.NextHops {
		if p.Family.AFI == bgp.AFIIPv6 && p.AFI == bgp.AFIIPv4 {
			n.V6NextHopV4 = append(n.V6NextHopV4, p.Family)
		}
	}
	return n
}

// Mirrored returns the session with a peer whose OPEN says what ours does, but for
// its AS number: what tools take that have no peer.
func (s *Session) Mirrored() *bgp.Negotiated {
	local := bgp.NewOpen(s.OpenConfig())
	remote := *local
	n := bgp.Negotiate(local, &remote, s.Own())
	if n.PeerAS = s.PeerAS; !n.IBGP() {
		n.Role = s.Capability.Role
	}
	return n
}
