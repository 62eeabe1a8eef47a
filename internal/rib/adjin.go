package rib

import (
	"sync"

	"github.com/herald-bgp/herald/internal/bgp"
)

// In is the Adj-RIB-In of a peer: the last announce of each NLRI. The zero value
// is empty. Its methods may be called from any goroutine.
type In struct {
	mu sync.Mutex
}

// Update applies a received UPDATE. What RFC 7606 treats as a withdraw stands in
// u.Unreach and is withdrawn.
func (i *In) Update(u *bgp.Update) {}

// Clear forgets all routes.
func (i *In) Clear() {}

// Len returns the number of routes.
func (i *In) Len() int { return 0 }

// Walk calls f with the routes, by family and in order of arrival, until it returns
// false. What f gets is borrowed; no lock is held during the call, and routes that
// come or go meanwhile may be missed.
func (i *In) Walk(f func(r *Route) bool) {}
