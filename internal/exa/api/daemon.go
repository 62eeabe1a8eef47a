package api

import (
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/rib"
)

// Caller is who gives commands: by a stable name, not by the connection. Owner
// marks the routes that it announces.
type Caller struct {
	Name     string // of the process
	Operator bool   // may address every peer, whatever the api blocks say
	Owner    rib.Owner
}

// Daemon is what commands act on. It checks the rights of the caller. Its methods
// are called by the readers of all clients at once and do not block.
//
// An error is a sentence for the caller: what cannot be done, and why.
type Daemon interface {
	// Peers returns the neighbors that a caller may address, in the order of the
	// configuration; all of them for a nil caller. Value and list are shared and
	// never change: when neighbors or rights do, there is a new value, so that what
	// was selected may be kept as long as the pointer is the same.
	Peers(c *Caller) *Peers

	// Announce and Withdraw mark a route at the peers. The route is borrowed.
	Announce(c *Caller, to *rib.PeerSet, r rib.Route) error
	Withdraw(c *Caller, to *rib.PeerSet, r rib.Route) error
	// Commit ends a batch of a caller: what it announced has been answered, and the
	// peers are woken.
	Commit(c *Caller)
	// FirstPending reports whether one of the peers is up and has not been sent its
	// first batch yet.
	FirstPending(to *rib.PeerSet) bool
	// Sync calls done once all that is marked for the peers that are up has been
	// written, or their sessions have ended; from any goroutine, perhaps at once.
	Sync(to *rib.PeerSet, done func())

	// Flush sends again what the peers have been sent, Clear withdraws it.
	Flush(c *Caller, to *rib.PeerSet) error
	Clear(c *Caller, to *rib.PeerSet) error
	// ClearIn forgets what was received from the peers.
	ClearIn(c *Caller, to *rib.PeerSet) error
	// Watchdog announces or withdraws the configured routes of a name, at all peers.
	Watchdog(c *Caller, name string, up bool) error
	// EOR sends an End-of-RIB and Refresh a ROUTE-REFRESH to those of the peers that
	// are up; an error when none is.
	EOR(c *Caller, to *rib.PeerSet, f bgp.Family) error
	Refresh(c *Caller, to *rib.PeerSet, f bgp.Family) error
	// Operational sends an OPERATIONAL message to those of the peers that take them.
	Operational(c *Caller, to *rib.PeerSet, m *bgp.Operational) error
	// Teardown closes the sessions of the peers with a Cease of the subcode.
	Teardown(c *Caller, to *rib.PeerSet, subcode uint8) error

	// Create adds a neighbor until the next reload, with the rights of the named
	// processes to it; Delete removes those in the set.
	Create(c *Caller, n *config.Neighbor) error
	Delete(c *Caller, to *rib.PeerSet) error

	// WalkOut and WalkIn call f with the routes that are announced to a peer, or
	// were received from it, until it returns false. They are borrowed.
	WalkOut(id rib.PeerID, f func(r *rib.Route) bool)
	WalkIn(id rib.PeerID, f func(r *rib.Route) bool)

	// Reload, Restart and Shutdown are begun, and go on after they have returned.
	Reload(c *Caller)
	Restart(c *Caller)
	Shutdown(c *Caller)
	// Helpers returns what each helper program has done and what waits for it, by name.
	Helpers() []helper.Status
}

// Peers is the neighbors that somebody may address.
type Peers struct {
	List []*Peer
	All  *rib.PeerSet // of the same peers
}

// Peer is a neighbor as commands see it.
type Peer struct {
	ID     rib.PeerID
	Name   string // ExaBGP's: "neighbor 10.0.0.1 local-ip … family-allowed in-open"
	Config *config.Neighbor
	Status func() PeerStatus
}

// up reports whether a session with the neighbor is established.
func (p *Peer) up() bool {
	s := p.Status()
	return s.Up()
}

// PeerStatus is a neighbor at a moment.
type PeerStatus struct {
	State      string        // of the machine: "ESTABLISHED"
	Duration   time.Duration // of the session; zero while there is none
	Local      *bgp.Open     // what we sent; nil before that
	Peer       *bgp.Open     // what we received; nil before that
	Negotiated *bgp.Negotiated
	Sent       Messages
	Received   Messages
	Prefixes   Prefixes
}

// Up reports whether the session is established.
func (s *PeerStatus) Up() bool { return s.State == "ESTABLISHED" }

// Messages counts messages by type.
type Messages struct {
	Open, Notification, Keepalive, Update, Refresh uint64
}

// Prefixes counts NLRI that were received in UPDATEs.
type Prefixes struct {
	Received, Withdrawn uint64
}
