// Package rib holds what is announced and what was heard.
//
// Out is the one Adj-RIB-Out of the speaker: a table of routes and, per peer, a
// byte of marks that says what the peer has and what it is owed. Operations
// (announce, withdraw, flush, clear, reconnect, reload) only mark; Drain turns a
// peer's marks into a batch of routes to encode. In is the Adj-RIB-In of one peer.
//
// Both are passive structures with one mutex: no goroutine, clock or I/O.
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
