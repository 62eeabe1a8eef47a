package speaker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/tcp"
)

// acceptPause is how long a listener waits after an error of the system, such as
// too many open files, before it tries again.
const acceptPause = 100 * time.Millisecond

// listener is an open listener. Its keys are touched by Apply alone.
type listener struct {
	net.Listener
	keys      map[netip.Prefix]tcp.Key
	accepting bool
}

// Listen opens the listeners of the configuration and of these neighbors, so that
// it can be done before privileges are dropped. Apply opens what is missing, and
// accepts connections: until then they wait, since no peer would take them.
func (s *Speaker) Listen(neighbors ...*config.Neighbor) error { return s.listen(neighbors, false) }

// listen opens and closes listeners until they are those that the neighbors want,
// and more, which are about to come.
func (s *Speaker) listen(more []*config.Neighbor, accept bool) error {
	s.mu.Lock()
	if s.stopped {
		s.mu.Unlock()
		return net.ErrClosed
	}
	neighbors := slices.Concat(s.neighbors(), more)
	wanted := s.addresses(neighbors)
	open := maps.Clone(s.listeners)
	s.mu.Unlock()

	var errs []error
	for at, l := range open {
		if !wanted[at] {
			l.Close()
			delete(open, at)
		}
	}
	for at := range wanted {
		if open[at] == nil {
			l, err := s.cfg.Listen(context.Background(), at)
			if err != nil {
				errs = append(errs, fmt.Errorf("cannot listen on %s: %w", at, err))
				continue
			}
			open[at] = &listener{Listener: l, keys: map[netip.Prefix]tcp.Key{}}
		}
	}
	for at, l := range open {
		errs = append(errs, l.setKeys(keysAt(at.Addr(), neighbors)))
	}
	s.adopt(open, accept)
	return errors.Join(errs...)
}

// adopt makes the listeners those of the speaker.
func (s *Speaker) adopt(open map[netip.AddrPort]*listener, accept bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range open {
		switch {
		case s.stopped:
			l.Close()
		case accept && !l.accepting:
			l.accepting = true
			s.wg.Go(func() { s.accept(l) })
		}
	}
	if !s.stopped {
		s.listeners = open
	}
}

// neighbors returns the configured neighbors. The lock is held.
func (s *Speaker) neighbors() []*config.Neighbor {
	var out []*config.Neighbor
	for _, p := range s.peers {
		if p.rangeName == "" {
			out = append(out, p.Neighbor())
		}
	}
	for _, r := range s.ranges {
		out = append(out, r.neighbor)
	}
	return out
}

// addresses returns where the neighbors, and the configuration, want a listener.
func (s *Speaker) addresses(neighbors []*config.Neighbor) map[netip.AddrPort]bool {
	wanted := map[netip.AddrPort]bool{}
	for _, a := range s.cfg.Bind {
		wanted[netip.AddrPortFrom(a, s.cfg.Port)] = true
	}
	for _, n := range neighbors {
		at := n.Session.MD5IP
		if !at.IsValid() {
			at = n.Session.Local
		}
		if n.Session.Listen != 0 && at.IsValid() {
			wanted[netip.AddrPortFrom(at, n.Session.Listen)] = true
		}
	}
	return wanted
}

// keysAt returns the keys that a listener at an address has to know.
func keysAt(at netip.Addr, neighbors []*config.Neighbor) map[netip.Prefix]tcp.Key {
	keys := map[netip.Prefix]tcp.Key{}
	for _, n := range neighbors {
		if k := keyOf(&n.Session); k != (tcp.Key{}) && n.Session.Peer.Addr().Is4() == at.Is4() {
			keys[n.Session.Peer.Masked()] = k
		}
	}
	return keys
}

// setKeys makes keys those of the listener. One that cannot be set is tried again
// next time; meanwhile no connection gets past tcp.Tune.
func (l *listener) setKeys(keys map[netip.Prefix]tcp.Key) error {
	var errs []error
	for peers, k := range l.keys {
		if keys[peers] == k {
			continue
		}
		if err := tcp.RemoveKey(l.Listener, peers, k); err != nil {
			errs = append(errs, err)
			continue
		}
		delete(l.keys, peers)
	}
	for peers, k := range keys {
		if _, ok := l.keys[peers]; ok {
			continue
		}
		if err := tcp.SetKey(l.Listener, peers, k); err != nil {
			errs = append(errs, err)
			continue
		}
		l.keys[peers] = k
	}
	return errors.Join(errs...)
}

// accept hands connections to peers until the listener is closed.
func (s *Speaker) accept(l *listener) {
	for {
		c, err := l.Accept()
		switch {
		case err == nil:
			s.offer(c)
		case errors.Is(err, net.ErrClosed):
			return
		default:
			s.cfg.Logger.Warn("cannot accept connections", "listener", l.Addr().String(), "error", err)
			time.Sleep(acceptPause)
		}
	}
}

// offer hands a connection to the peer that it is from.
func (s *Speaker) offer(c net.Conn) {
	remote, local := addrOf(c.RemoteAddr()), addrOf(c.LocalAddr())
	p := s.find(remote, local)
	if p == nil {
		p = s.findRange(remote, local)
	}
	why := "no neighbor, or several ranges, for its addresses"
	if p != nil {
		if p.accept(c) {
			return
		}
		why = "another one of the neighbor waits"
	}
	s.cfg.Logger.Info("connection refused", "reason", why, "remote", remote.String(), "local", local.String())
	s.refuse(c, bgp.Cease(bgp.CeaseRejected, ""))
}

// find returns the peer that a connection is for: of several with its addresses
// one that has no session. Nil when there is none.
func (s *Speaker) find(remote, local netip.Addr) *Peer {
	var fit *Peer
	for _, p := range s.Peers() {
		if p.addr == remote && takes(p.Neighbor(), local) && (fit == nil || fit.session.Load() != nil) {
			fit = p
		}
	}
	return fit
}

// takes reports whether a neighbor takes connections to a local address.
func takes(n *config.Neighbor, local netip.Addr) bool {
	return !n.Session.Local.IsValid() || n.Session.Local == local
}

// findRange makes a peer for an address in exactly one of the ranges; nil when it
// is in none, or several.
func (s *Speaker) findRange(remote, local netip.Addr) *Peer {
	s.mu.Lock()
	var fit []*peerRange
	for _, r := range s.ranges {
		if r.neighbor.Session.Peer.Contains(remote) && takes(r.neighbor, local) {
			fit = append(fit, r)
		}
	}
	s.mu.Unlock()
	if len(fit) != 1 {
		return nil
	}
	p := newPeer(s, member(fit[0].neighbor, remote))
	p.rangeName = fit[0].name
	if !s.add(p, fit[0]) {
		return nil
	}
	return p
}

// member returns the neighbor that an address of a range is.
func member(n *config.Neighbor, a netip.Addr) *config.Neighbor {
	m := *n
	m.Session.Peer = netip.PrefixFrom(a, a.BitLen())
	m.Session.Passive = true
	return &m
}

// maxRefusing is how many connections are told why they are refused at a time; more
// are just closed, so that strangers cost little.
const maxRefusing = 64

// refuse ends a connection with a NOTIFICATION.
func (s *Speaker) refuse(c net.Conn, n bgp.Notification) {
	select {
	case s.refusing <- struct{}{}:
	default:
		c.Close()
		return
	}
	s.wg.Go(func() {
		defer func() { <-s.refusing }()
		c.SetDeadline(time.Now().Add(closeGrace))
		if _, err := c.Write(n.Append(nil)); err == nil {
			linger(c)
		}
		c.Close()
	})
}

// addrOf returns the address of one end of a connection, without zone.
func addrOf(a net.Addr) netip.Addr {
	if t, ok := a.(*net.TCPAddr); ok {
		return t.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}
