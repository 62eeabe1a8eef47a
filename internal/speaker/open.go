package speaker

import (
	"net/netip"
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/fsm"
	"github.com/herald-bgp/herald/internal/tcp"
)

// openConfig is what our OPEN to a neighbor says. The AS is the neighbor's, or the
// one that its own OPEN gave. Again: there was a session before, so that to the
// peer we have restarted.
func (s *Speaker) openConfig(c *config.Session, as uint32, again bool) *bgp.OpenConfig {
	o := c.OpenConfig()
	o.AS, o.Restarted = as, again
	if c.Capability.SoftwareVersion {
		o.SoftwareVersion = s.cfg.Software
	}
	return o
}

// own is the local settings that a session depends on, for bgp.Negotiate.
func (s *Speaker) own(c *config.Session, local netip.Addr) *bgp.Negotiated {
	n := c.Own()
	n.WithdrawLast = !s.cfg.Dialect.Main()
	n.Self.Local = local
	return n
}

// mirrored is a session as the peer reads what we send; IPv6 next hops that it did
// not agree to are sent as well, and have to be shown.
func mirrored(n *bgp.Negotiated) *bgp.Negotiated {
	m := *n
	m.AddPathSend, m.AddPathRecv = n.AddPathRecv, n.AddPathSend
	m.NextHops = slices.Clone(n.NextHops)
	for _, f := range n.Families {
		m.NextHops = append(m.NextHops, bgp.NextHopPair{Family: f, AFI: bgp.AFIIPv6})
	}
	return &m
}

// tcpOptions is what connections with a neighbor need.
func tcpOptions(c *config.Session) *tcp.Options {
	return &tcp.Options{
		Local: zoned(c.Local, c), Device: c.SourceInterface,
		TTL: c.OutgoingTTL, MinTTL: c.IncomingTTL, Key: keyOf(c),
	}
}

// keyOf is what signs the segments of a neighbor.
func keyOf(c *config.Session) tcp.Key {
	if a := c.TCPAO; a.Algorithm != "" {
		return tcp.Key{Secret: a.Secret, Algorithm: a.Algorithm, ID: a.KeyID}
	}
	return tcp.Key{Secret: c.MD5Password}
}

// zoned gives a link-local address its interface, which it means nothing without.
func zoned(a netip.Addr, c *config.Session) netip.Addr {
	if a.Is6() && a.IsLinkLocalUnicast() {
		return a.WithZone(c.SourceInterface)
	}
	return a
}

// message handles a message that came before the session was up.
func (r *runner) message(k *conn, t bgp.MessageType, raw []byte) {
	e := fsm.Event{Kind: fsm.MessageReceived, Conn: k.side, Type: t}
	err := k.received(&r.msg, t, raw, r.p.s.noWait)
	switch {
	case err != nil:
	case t == bgp.TypeOpen:
		e.Kind = fsm.OpenReceived
		err = r.negotiate(k, r.msg.Open)
		e.Negotiated = k.negotiated
	case t == bgp.TypeKeepalive:
		e.Kind = fsm.KeepaliveReceived
	case t == bgp.TypeNotification:
		e.Kind, e.Notification = fsm.NotificationReceived, *r.msg.Notification
	}
	if err != nil {
		r.p.log().Warn("session fault", "error", err)
		e.Kind, e.Notification = fsm.Fault, err.Notification
	}
	r.step(e)
}

// negotiate checks the peer's OPEN against ours. A second OPEN changes nothing:
// the machine does not take it.
func (r *runner) negotiate(k *conn, theirs *bgp.Open) *bgp.Error {
	if k.negotiated != nil {
		return nil
	}
	k.theirs = theirs
	ours := r.open(k)
	if err := theirs.Check(ours, r.config.PeerAS); err != nil {
		return err
	}
	if err := theirs.CheckRole(ours, r.config.Capability.RoleStrict); err != nil {
		return err
	}
	local := r.config.Local
	if !local.IsValid() {
		local = addrOf(k.tcp.LocalAddr())
	}
	k.negotiated = bgp.Negotiate(ours, theirs, r.p.s.own(r.config, local))
	return nil
}

// open returns our OPEN for a connection. With a local AS that is automatic the
// peer's has been read.
func (r *runner) open(k *conn) *bgp.Open {
	if k.open == nil {
		as := r.config.LocalAS
		if as == 0 {
			as = k.theirs.ASN()
		}
		k.open = bgp.NewOpen(r.p.s.openConfig(r.config, as, r.p.Status().Sessions > 0))
	}
	return k.open
}

func (r *runner) sendOpen(k *conn) {
	o := r.open(k)
	r.send(k.side, event.Message{Type: bgp.TypeOpen, Raw: o.Append(nil), Open: o})
}
