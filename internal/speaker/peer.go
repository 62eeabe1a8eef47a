package speaker

import (
	"errors"
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/fsm"
	"github.com/herald-bgp/herald/internal/rib"
)

// Peer is one neighbor at run time. Its methods may be called from any goroutine.
type Peer struct {
	s         *Speaker
	name      string
	addr      netip.Addr
	rangeName string // of the range that it connected from

	after *Peer       // has to be gone before this one begins
	given atomic.Bool // the place has been given up, or to an heir

	id       rib.PeerID
	in       rib.In
	neighbor atomic.Pointer[config.Neighbor]
	info     atomic.Pointer[event.Peer]
	status   atomic.Pointer[Status]
	session  atomic.Pointer[conn] // the established one
	stats    stats

	commands chan command
	accepts  chan net.Conn
	inbox    chan input
	wake     chan struct{} // for the writer: there is something to drain
	done     chan struct{} // run has ended
}

// commandKind is what somebody wants of a peer.
type commandKind uint8

const (
	cmdStop commandKind = iota
	cmdTeardown
	cmdUpdate
)

type command struct {
	kind         commandKind
	cause        fsm.Cause
	notification bgp.Notification
	api          any
}

// commandQueue is how many commands may wait for a peer that is ending a session.
const commandQueue = 8

// newPeer returns a peer that has not begun, with its routes.
func newPeer(s *Speaker, n *config.Neighbor) *Peer {
	p := makePeer(s, n)
	p.id = s.cfg.Out.AddPeer(p.ribConfig())
	s.cfg.Out.Replace(p.id, n.Routes)
	return p
}

// newHeir returns a peer that takes the place of an old one, which it stops, and keeps its
// routes, unless that has just ended by itself. The place is the heir's at once: commands
// that come while the old session ends are for the new configuration. What the old one
// still does with its place is undone when it ends.
func newHeir(old *Peer, n *config.Neighbor) *Peer {
	taken := old.given.Swap(true)
	// Deviation: ExaBGP says that the peer was de-configured; RFC 4486 §4 has a
	// subcode for a change of configuration.
	old.stop(fsm.CauseSent, bgp.Cease(bgp.CeaseConfigChange, ""))
	if taken {
		return newPeer(old.s, n)
	}
	p := makePeer(old.s, n)
	p.id, p.after = old.id, old
	out := p.s.cfg.Out
	out.Down(p.id)
	out.Reconfigure(p.id, p.ribConfig())
	out.Replace(p.id, n.Routes)
	return p
}

func makePeer(s *Speaker, n *config.Neighbor) *Peer {
	p := &Peer{
		s: s, name: n.Name(), addr: n.Session.Peer.Addr(),
		commands: make(chan command, commandQueue),
		accepts:  make(chan net.Conn, 1),
		inbox:    make(chan input),
		wake:     make(chan struct{}, 1),
		done:     make(chan struct{}),
	}
	p.neighbor.Store(n)
	p.info.Store(peerInfo(n, p.name, s.cfg.AttachAPI(n)))
	p.status.Store(&Status{})
	return p
}

func peerInfo(n *config.Neighbor, name string, api any) *event.Peer {
	c := &n.Session
	return &event.Peer{
		Name: name, Local: c.Local, Remote: c.Peer.Addr(),
		LocalAS: c.LocalAS, PeerAS: c.PeerAS, RouterID: c.RouterID, API: api,
	}
}

// Name returns the neighbor's name, which is its identity.
func (p *Peer) Name() string { return p.name }

// ID is the peer's place in the Adj-RIB-Out.
func (p *Peer) ID() rib.PeerID { return p.id }

// Neighbor returns the configuration of the peer. It must not be changed.
func (p *Peer) Neighbor() *config.Neighbor { return p.neighbor.Load() }

// Event returns what identifies the peer in events.
func (p *Peer) Event() *event.Peer { return p.info.Load() }

// In returns the peer's Adj-RIB-In, empty when it is not kept.
func (p *Peer) In() *rib.In { return &p.in }

// Teardown ends an established session with Cease and this subcode; it comes back
// at once. Without a session nothing happens.
func (p *Peer) Teardown(subcode uint8) {
	select {
	case p.commands <- command{kind: cmdTeardown, notification: bgp.Cease(subcode, "")}:
	default: // the session is about to end
	}
}

// What may be wrong with Refresh and Operational.
var (
	errNotUp         = errors.New("the session is not established")
	errNotNegotiated = errors.New("it was not negotiated")
	errBusy          = errors.New("too many messages wait to be written")
)

// Refresh sends a ROUTE-REFRESH. The error says why it is not sent.
func (p *Peer) Refresh(r bgp.RouteRefresh) error {
	return p.request(event.Message{Type: bgp.TypeRouteRefresh, Raw: r.Append(nil), Refresh: &r},
		func(n *bgp.Negotiated) bool { return n.Refresh != bgp.RefreshAbsent && n.Has(r.Family) })
}

// Operational sends an OPERATIONAL message. The error says why it is not sent.
func (p *Peer) Operational(o *bgp.Operational) error {
	k := p.session.Load()
	if k == nil {
		return errNotUp
	}
	return p.request(operational(o, k.negotiated), func(n *bgp.Negotiated) bool { return n.Operational })
}

// operational makes the message of a session: without a router-id it is from us.
func operational(o *bgp.Operational, n *bgp.Negotiated) event.Message {
	m := *o
	if !m.RouterID.IsValid() {
		m.RouterID = n.LocalID
	}
	return event.Message{Type: bgp.TypeOperational, Raw: m.Append(nil), Operational: &m}
}

// request sends a message that somebody asked for, if the session allows it.
func (p *Peer) request(m event.Message, allowed func(*bgp.Negotiated) bool) error {
	switch k := p.session.Load(); {
	case k == nil:
		return errNotUp
	case !allowed(k.negotiated):
		return errNotNegotiated
	case len(k.controls) >= requestQueue || !k.send(control{m: m}):
		return errBusy
	}
	return nil
}

// stop ends the peer.
func (p *Peer) stop(cause fsm.Cause, n bgp.Notification) {
	p.post(command{kind: cmdStop, cause: cause, notification: n})
}

// update gives the peer a configuration that differs in nothing that needs a new session.
func (p *Peer) update(n *config.Neighbor) {
	p.neighbor.Store(n)
	p.s.cfg.Out.Reconfigure(p.id, p.ribConfig())
	p.s.cfg.Out.Replace(p.id, n.Routes)
	p.post(command{kind: cmdUpdate, api: p.s.cfg.AttachAPI(n)})
}

// post hands a command to run, unless the peer is gone.
func (p *Peer) post(c command) {
	select {
	case p.commands <- c:
	case <-p.done:
	}
}

// accept hands run a connection; false when it has one to look at already. It does
// not wait: a peer that is ending a session must not hold up those of others.
func (p *Peer) accept(c net.Conn) bool {
	select {
	case p.accepts <- c:
	default:
		return false
	}
	select {
	case <-p.done: // perhaps too late for run to see it
		p.refuseLeft()
	default:
	}
	return true
}

// refuseLeft refuses a connection that run will not look at any more.
func (p *Peer) refuseLeft() {
	select {
	case c := <-p.accepts:
		p.s.refuse(c, bgp.Cease(bgp.CeaseRejected, ""))
	default:
	}
}

// giveUp gives up the place in the Adj-RIB-Out, unless an heir has taken it.
func (p *Peer) giveUp() {
	if !p.given.Swap(true) {
		p.s.cfg.Out.RemovePeer(p.id)
	}
}

// wakeWriter is the Wake of the Adj-RIB-Out: it does not block.
func (p *Peer) wakeWriter() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *Peer) ribConfig() rib.PeerConfig {
	n := p.Neighbor()
	return rib.PeerConfig{
		Families: n.Session.Families, Wake: p.wakeWriter,
		AdjRIBOut: n.Session.AdjRIBOut, ManualEOR: n.Live.ManualEOR,
	}
}
