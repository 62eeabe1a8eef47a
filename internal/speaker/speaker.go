package speaker

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/fsm"
	"github.com/herald-bgp/herald/internal/rib"
	"github.com/herald-bgp/herald/internal/tcp"
)

// Config is what all peers of a Speaker have in common. Out is required.
type Config struct {
	Out      *rib.Out
	Observer event.Observer // nil: nobody listens
	Logger   *slog.Logger   // nil: nothing is logged

	Dialect  bgp.Dialect
	Software string        // value of the software version capability
	Port     uint16        // to listen on; 0: 179
	Connect  uint16        // to connect to where a neighbor says none; 0: 179
	Bind     []netip.Addr  // addresses to listen on; none: only where a neighbor asks for it
	Passive  bool          // connect to nobody
	OpenWait time.Duration // for a peer's OPEN; 0: a minute
	// Attempts is after how many connections, or rounds of failed tries, a peer is
	// given up; with the last one Done is closed. 0: never.
	Attempts int
	// PathsAudit warns of peers that send more paths of a prefix than we said we take.
	PathsAudit bool

	// AttachAPI makes what event.Peer.API holds; nil: nothing. It is called by
	// Apply, and for each peer of a range when it connects.
	AttachAPI func(*config.Neighbor) any

	// Dial and Listen are the network; nil: that of the system.
	Dial   func(ctx context.Context, peer netip.AddrPort, o *tcp.Options) (net.Conn, error)
	Listen func(ctx context.Context, local netip.AddrPort) (net.Listener, error)
}

// defaultPort is that of BGP (RFC 4271 §8.2.1).
const defaultPort = 179

// Speaker is a set of peers. Its methods may be called from any goroutine; Apply
// and Listen by one at a time.
type Speaker struct {
	cfg    Config
	wg     sync.WaitGroup // every goroutine
	done   chan struct{}
	noWait chan struct{} // closed: the done of who must not wait for the Observer
	epoch  time.Time

	refusing chan struct{} // holds an element for each connection that is being refused

	mu        sync.Mutex
	peers     []*Peer // in configuration order, those of ranges last; replaced, never changed
	ranges    []*peerRange
	listeners map[netip.AddrPort]*listener
	stopped   bool
	exhausted bool // done is closed
}

// peerRange is a neighbor that stands for every address of a prefix.
type peerRange struct {
	name     string
	neighbor *config.Neighbor
}

// New returns a speaker without peers.
func New(cfg Config) *Speaker {
	if cfg.Observer == nil {
		cfg.Observer = nobody{}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.AttachAPI == nil {
		cfg.AttachAPI = func(*config.Neighbor) any { return nil }
	}
	if cfg.Dial == nil {
		cfg.Dial = tcp.Dial
	}
	if cfg.Listen == nil {
		cfg.Listen = tcp.Listen
	}
	cfg.Port, cfg.Connect = cmp.Or(cfg.Port, defaultPort), cmp.Or(cfg.Connect, defaultPort)
	s := &Speaker{
		cfg: cfg, done: make(chan struct{}), noWait: make(chan struct{}),
		epoch: time.Now(), listeners: map[netip.AddrPort]*listener{},
		refusing: make(chan struct{}, maxRefusing),
	}
	close(s.noWait)
	return s
}

// Done is closed when the attempts of the last peer are used up.
func (s *Speaker) Done() <-chan struct{} { return s.done }

// Peers returns the peers in configuration order, then those that connected from a
// range. The caller must not change the slice.
func (s *Speaker) Peers() []*Peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peers
}

// Apply makes the changes, and wakes the peers that have something to send then.
// It does not wait for sessions to end or to begin. The error tells which
// listeners could not be opened; all else has been done nevertheless.
func (s *Speaker) Apply(changes []config.Change) error {
	a := apply{s: s, leaving: map[netip.Addr]*Peer{}, place: map[*Peer]int{}}
	for i := range changes {
		a.change(&changes[i])
	}
	a.sort()
	err := s.listen(nil, true)
	s.cfg.Out.Wake()
	return err
}

// apply is one call of Apply.
type apply struct {
	s       *Speaker
	leaving map[netip.Addr]*Peer // removed ones by their address: who comes there waits for them
	place   map[*Peer]int        // in the order of the changes
}

func (a *apply) change(c *config.Change) {
	if n := cmp.Or(c.New, c.Old); !n.Session.Peer.IsSingleIP() {
		a.changeRange(c)
		return
	}
	old := a.s.byName(c.Name)
	switch {
	case c.Kind == config.Remove:
		if old != nil {
			a.leaving[old.addr] = old
			a.s.remove(old)
			old.stop(fsm.CauseRemoved, bgp.Cease(bgp.CeaseDeconfigured, ""))
		}
	case old == nil: // new, or given up before
		p := newPeer(a.s, c.New)
		p.after = a.leaving[p.addr]
		a.add(p)
	case c.Kind == config.Restart:
		a.add(newHeir(old, c.New))
		a.s.remove(old)
	default:
		old.update(c.New)
		a.place[old] = len(a.place)
	}
}

func (a *apply) add(p *Peer) {
	a.place[p] = len(a.place)
	a.s.add(p, nil)
}

// changeRange does for a range and the peers that connected from it what change
// does for one.
func (a *apply) changeRange(c *config.Change) {
	a.s.setRange(c.Name, c.New)
	for _, p := range a.s.Peers() {
		if p.rangeName != c.Name {
			continue
		}
		switch c.Kind {
		case config.Update:
			p.update(member(c.New, p.addr))
		case config.Restart: // it connects again
			p.stop(fsm.CauseSent, bgp.Cease(bgp.CeaseConfigChange, ""))
		default:
			p.stop(fsm.CauseRemoved, bgp.Cease(bgp.CeaseDeconfigured, ""))
		}
	}
}

// setRange adds, replaces, or with a nil neighbor removes a range.
func (s *Speaker) setRange(name string, n *config.Neighbor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.ranges, func(r *peerRange) bool { return r.name == name })
	switch {
	case n == nil && i >= 0:
		s.ranges = slices.Delete(s.ranges, i, i+1)
	case n == nil:
	case i >= 0:
		s.ranges[i] = &peerRange{name, n}
	default:
		s.ranges = append(s.ranges, &peerRange{name, n})
	}
}

// sort puts the peers in the order of the changes. Those that the changes do not
// name stay before, peers of ranges after them.
func (a *apply) sort() {
	rank := func(p *Peer) int {
		switch i, ok := a.place[p]; {
		case ok:
			return i + 1
		case p.rangeName != "":
			return len(a.place) + 1
		}
		return 0
	}
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	peers := slices.Clone(a.s.peers)
	slices.SortStableFunc(peers, func(p, q *Peer) int { return rank(p) - rank(q) })
	a.s.peers = peers
}

// add adds a peer and starts it, unless the speaker has been shut down. One of a
// range is not added either when the range has changed meanwhile, or the address has
// a peer already: false.
func (s *Speaker) add(p *Peer, of *peerRange) bool {
	if s.start(p, of) {
		return true
	}
	close(p.done)
	p.giveUp()
	return false
}

func (s *Speaker) start(p *Peer, of *peerRange) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	same := func(q *Peer) bool { return q.rangeName == p.rangeName && q.addr == p.addr }
	if s.stopped || of != nil && (!slices.Contains(s.ranges, of) || slices.ContainsFunc(s.peers, same)) {
		return false
	}
	s.peers = append(slices.Clip(s.peers), p)
	s.wg.Go(p.run)
	return true
}

// remove takes a peer out of the set.
func (s *Speaker) remove(p *Peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peers = slices.DeleteFunc(slices.Clone(s.peers), func(q *Peer) bool { return q == p })
}

// byName returns the configured peer of that name, nil when there is none.
func (s *Speaker) byName(name string) *Peer {
	for _, p := range s.Peers() {
		if p.name == name && p.rangeName == "" {
			return p
		}
	}
	return nil
}

// ended is called by a peer whose machine is done: exhausted, when because its
// attempts are used up.
func (s *Speaker) ended(p *Peer, exhausted bool) {
	s.remove(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	if exhausted && !s.exhausted && !s.stopped && len(s.peers) == 0 && len(s.ranges) == 0 {
		s.exhausted = true
		close(s.done)
	}
}

// Shutdown ends all sessions, with Cease / Administrative Shutdown unless the peer
// is to keep our routes for a graceful restart, and waits until the last goroutine
// has ended, or for ctx. A Speaker that was shut down stays so.
func (s *Speaker) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.stopped = true
	peers, listeners := s.peers, s.listeners
	s.listeners = nil
	s.mu.Unlock()
	for _, l := range listeners {
		l.Close()
	}
	for _, p := range peers {
		p.stop(fsm.CauseShutdown, bgp.Cease(bgp.CeaseShutdown, ""))
	}
	ended := make(chan struct{})
	go func() {
		s.wg.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return errors.New("not every session has ended in time")
	}
}
