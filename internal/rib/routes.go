package rib

import (
	"iter"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Routes is a compact list of routes, in order: what a configuration holds. The
// zero value is empty.
type Routes struct {
	octets []byte     // the NLRI, one after another
	items  []routeRef // of each route
	kinds  []routeKind
	dogs   map[int]watchdogOf // of the few routes that have one
}

// routeRef is a route: where its NLRI ends in octets, which starts at the end of
// the one before, and what else it has.
type routeRef struct{ end, kind uint32 }

// routeKind is what consecutive routes often have in common.
type routeKind struct {
	attrs   bgp.Attrs
	nextHop bgp.NextHop
	family  bgp.Family
}

type watchdogOf struct {
	name   string
	parked bool
}

// Append adds a copy of r.
func (l *Routes) Append(r Route) {
	k := routeKind{r.Attrs, r.NextHop, r.Family}
	if n := len(l.kinds); n == 0 || l.kinds[n-1] != k {
		l.kinds = append(l.kinds, k)
	}
	l.octets = append(l.octets, r.NLRI...)
	l.items = append(l.items, routeRef{uint32(len(l.octets)), uint32(len(l.kinds) - 1)})
	if r.Watchdog != "" || r.Parked {
		if l.dogs == nil {
			l.dogs = map[int]watchdogOf{}
		}
		l.dogs[len(l.items)-1] = watchdogOf{r.Watchdog, r.Parked}
	}
}

// Len returns the number of routes; a nil list has none.
func (l *Routes) Len() int {
	if l == nil {
		return 0
	}
	return len(l.items)
}

// All walks the routes. Their NLRI borrow the list.
func (l *Routes) All() iter.Seq[Route] {
	return func(yield func(Route) bool) {
		var start uint32
		for i := range l.Len() {
			it := l.items[i]
			k := &l.kinds[it.kind]
			r := Route{Family: k.family, NLRI: l.octets[start:it.end:it.end], NextHop: k.nextHop, Attrs: k.attrs}
			if l.dogs != nil {
				dog := l.dogs[i]
				r.Watchdog, r.Parked = dog.name, dog.parked
			}
			if !yield(r) {
				return
			}
			start = it.end
		}
	}
}
