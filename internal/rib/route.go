// Package rib holds what is announced and what was heard.
//
// Out is the one Adj-RIB-Out of the speaker: a table of routes and, per peer, a
// byte of marks that says what the peer has and what it is owed. Operations
// (announce, withdraw, flush, clear, reconnect, reload) only mark; Drain turns a
// peer's marks into a batch of routes to encode. In is the Adj-RIB-In of one peer.
//
//	helper, configuration ── Announce, Withdraw, Replace … ──► marks ── Wake ──► peer
//	peer's writer         ── Drain ──► Batch ── encode, write ──► Written
//
// Both are passive structures with one mutex: no goroutine, clock or I/O. Nobody
// outside holds a part of them, and no callback runs under a lock.
package rib

import "github.com/herald-bgp/herald/internal/bgp"

// Route is a route to announce or withdraw.
type Route struct {
	Family  bgp.Family
	NLRI    []byte // kept form: path identifier, then NLRI. Borrowed: copied by whoever keeps it
	NextHop bgp.NextHop
	Attrs   bgp.Attrs

	Watchdog string // only configured routes have one
	Parked   bool   // not announced until its watchdog says so
}

// Owner is who announced a route: the last one who did.
type Owner uint16

// Configuration owns the routes of the configuration. The other owners are
// numbered by the caller.
const Configuration Owner = 0
