package rib

import (
	"sync"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Out is the Adj-RIB-Out of all peers. Its methods may be called from any
// goroutine; they do not block.
//
// No operation wakes a peer: Wake does, once everything that belongs together has
// been marked.
type Out struct {
	mu sync.Mutex
}

// PeerConfig is what the table has to know of a neighbor.
type PeerConfig struct {
	Families  []bgp.Family // configured; routes of others are not taken
	Wake      func()       // there is something to drain. It must not block
	AdjRIBOut bool         // keep what was sent; without it only configured routes are kept
	ManualEOR bool         // no automatic End-of-RIB
}

// Session is what was negotiated with a peer that came up.
type Session struct {
	Families []bgp.Family // in the peer's order
	Self     bgp.Self     // what "next-hop self" means
	Enhanced bool         // enhanced route refresh (RFC 7313)
	Restart  bool         // graceful restart (RFC 4724): the peer may hold what an earlier session sent
}

// NewOut returns an empty table without peers.
func NewOut() *Out { return &Out{} }

// AddPeer adds a neighbor, its session down.
func (o *Out) AddPeer(c PeerConfig) PeerID { return 0 }

// Reconfigure changes the configuration of a peer. Its routes of families that it
// no longer has are forgotten; to be called while its session is down, unless only
// ManualEOR or Wake differ.
func (o *Out) Reconfigure(id PeerID, c PeerConfig) {}

// RemovePeer forgets a neighbor and its routes.
func (o *Out) RemovePeer(id PeerID) {}

// Up begins a session: every route of the peer is owed, configured ones first,
// then an End-of-RIB for each family.
func (o *Out) Up(id PeerID, s Session) {}

// Down ends a session.
func (o *Out) Down(id PeerID) {}

// Announce makes r the route of its NLRI at the peers. It returns how many of them
// are configured for its family: the others do not take it.
func (o *Out) Announce(peers *PeerSet, r *Route, owner Owner) int { return 0 }

// Withdraw withdraws the NLRI of r at the peers, whoever owns it; in families whose
// withdraws carry attributes with those of r. It returns what Announce does.
func (o *Out) Withdraw(peers *PeerSet, r *Route) int { return 0 }

// Commit says that everything owner has announced so far has been answered: from
// now on a withdraw does not silently undo it.
func (o *Out) Commit(owner Owner) {}

// Wake calls the Wake of every peer that something was marked for since the last
// call.
func (o *Out) Wake() {}

// Flush sends again all that the established of the peers were sent.
func (o *Out) Flush(peers *PeerSet) {}

// Refresh does so for the family that a ROUTE-REFRESH of the peer asks for; false
// when the family is not negotiated.
func (o *Out) Refresh(id PeerID, f bgp.Family) bool { return false }

// Clear withdraws every route of the peers.
func (o *Out) Clear(peers *PeerSet) {}

// Replace makes routes the configured routes of a peer: it announces and withdraws
// the difference, and leaves routes of other owners alone.
func (o *Out) Replace(id PeerID, routes *Routes) {}

// Watchdog announces or withdraws the configured routes that carry the name. It
// returns whether any of the peers has one.
func (o *Out) Watchdog(peers *PeerSet, name string, up bool) bool { return false }

// EOR sends an End-of-RIB of the family to the established of the peers, after the
// routes marked before it. It returns how many they are.
func (o *Out) EOR(peers *PeerSet, f bgp.Family) int { return 0 }

// FirstPending reports whether one of the peers is established and has not been
// sent the first batch of its session yet: commands then deserve a longer wait for
// those that follow them.
func (o *Out) FirstPending(peers *PeerSet) bool { return false }

// Sync calls done once everything marked so far for the established of the peers
// has been written (Written), or their sessions have ended; at once when nothing
// is owed. Done is called without locks held, by whichever goroutine finds out.
func (o *Out) Sync(peers *PeerSet, done func()) { done() }

// Drain fills b, which is reused, with what a peer is owed, at most about limit
// routes, and takes it as sent. It reports whether there is more.
func (o *Out) Drain(id PeerID, b *Batch, limit int) (more bool) { b.reset(); return false }

// Written says that a batch of Drain has been written. Every batch that is not
// empty is to be reported, in their order, while its session is up.
func (o *Out) Written(id PeerID, b *Batch) {}

// Walk calls f with the routes of a peer, sent or waiting, by family and in order
// of announcement, until it returns false. What f gets is borrowed; no lock is
// held during the call, and routes that come or go meanwhile may be missed.
func (o *Out) Walk(id PeerID, f func(r *Route, owner Owner) bool) {}

// Stats is figures of the whole table.
type Stats struct {
	Routes   int // distinct routes, each version of an NLRI counted
	AttrSets int // distinct sets of attributes and next hop
	Octets   int // memory in use: routes, index, marks
}

// Stats returns the figures of the table.
func (o *Out) Stats() Stats { return Stats{} }

// PeerStats is figures of one peer.
type PeerStats struct {
	Sent      int    // routes that the peer has of us
	Announced uint64 // since AddPeer, replays included
	Withdrawn uint64
}

// PeerStats returns the figures of a peer.
func (o *Out) PeerStats(id PeerID) PeerStats { return PeerStats{} }

type attrSet struct {
	attrs   bgp.Attrs
	nextHop bgp.NextHop
}
