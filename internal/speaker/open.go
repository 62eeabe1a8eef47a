package speaker

import (
	"net/netip"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/tcp"
)

// openConfig is what our OPEN to a neighbor says. The AS is the neighbor's, or the
// one that its own OPEN gave. Again: there was a session before, so that to the
// peer we have restarted.
func (s *Speaker) openConfig(c *config.Session, as uint32, again bool) *bgp.OpenConfig {
	k := &c.Capability
	o := &bgp.OpenConfig{
		AS: as, ID: c.RouterID, HoldTime: c.HoldTime, Families: c.Families,
		ASN4: k.ASN4, ExtendedMessage: k.ExtendedMessage, RouteRefresh: k.RouteRefresh,
		Operational: k.Operational, MultiSession: k.MultiSession, LinkLocal: k.LinkLocalNextHop,
		AddPathSend: k.AddPathSend, AddPathReceive: k.AddPathReceive,
		AddPath: c.AddPath, PathsLimit: c.PathsLimit,
		NextHop: k.NextHop, NextHops: c.NextHops,
		GracefulRestart: k.GracefulRestart, Restarted: again,
		HostName: c.HostName, DomainName: c.DomainName,
	}
	if k.SoftwareVersion {
		o.SoftwareVersion = s.cfg.Software
	}
	return o
}

// own is the local settings that a session depends on, for bgp.Negotiate.
func (s *Speaker) own(c *config.Session, local netip.Addr) *bgp.Negotiated {
	n := &bgp.Negotiated{
		AIGP:         c.Capability.AIGP,
		WithdrawLast: !s.cfg.Dialect.Main(),
		Self:         bgp.Self{Local: local, RouterID: c.RouterID},
	}
	if ttl := c.OutgoingTTL; ttl == nil || *ttl <= 1 { // beyond the link the address means nothing
		n.LinkLocalAddr = c.LocalLinkLocal
	}
	for _, p := range c.NextHops {
		if p.Family.AFI == bgp.AFIIPv6 && p.AFI == bgp.AFIIPv4 {
			n.V6NextHopV4 = append(n.V6NextHopV4, p.Family)
		}
	}
	return n
}

// mirrored is a session as the peer reads what we send.
func mirrored(n *bgp.Negotiated) *bgp.Negotiated {
	m := *n
	m.AddPathSend, m.AddPathRecv = n.AddPathRecv, n.AddPathSend
	return &m
}

// tcpOptions is what connections with a neighbor need.
func tcpOptions(c *config.Session) *tcp.Options {
	return &tcp.Options{
		Local: zoned(c.Local, c), Device: c.SourceInterface,
		TTL: c.OutgoingTTL, MinTTL: c.IncomingTTL, Key: c.MD5Password,
	}
}

// zoned gives a link-local address its interface, which it means nothing without.
func zoned(a netip.Addr, c *config.Session) netip.Addr {
	if a.Is6() && a.IsLinkLocalUnicast() {
		return a.WithZone(c.SourceInterface)
	}
	return a
}
