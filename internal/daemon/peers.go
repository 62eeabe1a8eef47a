package daemon

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/api"
	"github.com/herald-bgp/herald/internal/rib"
	"github.com/herald-bgp/herald/internal/speaker"
)

// view is who may address which neighbor, made once for each set of peers.
type view struct {
	peers  []*speaker.Peer // that it was made of
	byID   map[rib.PeerID]*speaker.Peer
	all    *api.Peers
	ipv4   *rib.PeerSet          // those with a session over IPv4
	byName map[string]*api.Peers // by helper
}

// views makes views. It has a lock of its own: commands do not wait for the end of a
// reload.
type views struct {
	now atomic.Pointer[view]

	mu      sync.Mutex
	helpers []string // names of the helper programs
}

// serve says which helper programs there are.
func (s *views) serve(list []config.Process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.helpers = s.helpers[:0]
	for i := range list {
		s.helpers = append(s.helpers, list[i].Name)
	}
	s.now.Store(nil)
}

// forget has the view made anew: peers may have other rights.
func (s *views) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Store(nil)
}

// viewNow returns the view of the peers that there are now: peers of a range come
// and go by themselves.
func (d *Daemon) viewNow() *view {
	peers := d.speaker.Peers()
	if v := d.views.now.Load(); v != nil && v.of(peers) {
		return v
	}
	<-d.ready
	d.views.mu.Lock()
	defer d.views.mu.Unlock()
	peers = d.speaker.Peers()
	if v := d.views.now.Load(); v != nil && v.of(peers) {
		return v
	}
	v := newView(peers, d.views.helpers)
	d.views.now.Store(v)
	return v
}

// of reports whether v was made of this very list: lists are replaced, never changed.
func (v *view) of(peers []*speaker.Peer) bool {
	return len(v.peers) == len(peers) && (len(peers) == 0 || &v.peers[0] == &peers[0])
}

func newView(peers []*speaker.Peer, helpers []string) *view {
	v := &view{
		peers: peers, byID: make(map[rib.PeerID]*speaker.Peer, len(peers)),
		all: &api.Peers{All: &rib.PeerSet{}}, ipv4: &rib.PeerSet{}, byName: map[string]*api.Peers{},
	}
	for _, name := range helpers {
		v.byName[name] = &api.Peers{All: &rib.PeerSet{}}
	}
	for _, p := range peers {
		n := p.Neighbor()
		e := &api.Peer{ID: p.ID(), Name: p.Name(), Config: n, Status: func() api.PeerStatus { return status(p) }}
		v.byID[p.ID()] = p
		add(v.all, e)
		if n.Session.Peer.Addr().Is4() {
			v.ipv4.Add(p.ID())
		}
		for name, list := range v.byName {
			for i := range n.API {
				if n.API[i].Serves(name) {
					add(list, e)
					break
				}
			}
		}
	}
	return v
}

func add(to *api.Peers, p *api.Peer) {
	to.List = append(to.List, p)
	to.All.Add(p.ID)
}

// Peers implements api.Daemon.
func (d *Daemon) Peers(c *api.Caller) *api.Peers {
	v := d.viewNow()
	if c == nil || c.Operator {
		return v.all
	}
	if list := v.byName[c.Name]; list != nil {
		return list
	}
	return &api.Peers{All: &rib.PeerSet{}}
}

var errRights = errors.New("the api blocks give no right to these neighbors")

// may reports whether a caller may address the peers.
func (d *Daemon) may(c *api.Caller, to *rib.PeerSet) error {
	if c == nil || c.Operator {
		return nil
	}
	if mine := d.Peers(c).All; mine != to && !to.Within(mine) {
		return errRights
	}
	return nil
}

// status is what commands show of a peer.
func status(p *speaker.Peer) api.PeerStatus {
	st, n := p.Status(), p.SessionCounters()
	out := api.PeerStatus{
		State: st.State.String(), Local: st.Sent, Peer: st.Received, Negotiated: st.Negotiated,
		Sent: messages(&n.Sent), Received: messages(&n.Received),
		Prefixes: api.Prefixes{Received: n.PrefixesAnnounced, Withdrawn: n.PrefixesWithdrawn},
	}
	if out.Up() {
		out.Duration = time.Since(st.Since)
	}
	return out
}

func messages(m *speaker.Messages) api.Messages {
	return api.Messages{
		Open: m.Open, Notification: m.Notification, Keepalive: m.Keepalive, Update: m.Update, Refresh: m.Refresh,
	}
}
