package rib

import (
	"iter"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Routes is a compact list of routes, in order: what a configuration holds. The
// zero value is empty.
type Routes struct {
	octets []byte // the NLRI, one after another
	items  []routeItem
	dogs   map[int]watchdogOf // of the few routes that have one
}

type routeItem struct {
	attrs   bgp.Attrs
	nextHop bgp.NextHop
	end     uint32 // of the NLRI in octets; it starts at the end of the one before
	family  bgp.Family
}

type watchdogOf struct {
	name   string
	parked bool
}

// Append adds a copy of r.
func (l *Routes) Append(r Route) {
	l.octets = append(l.octets, r.NLRI...)
	l.items = append(l.items, routeItem{r.Attrs, r.NextHop, uint32(len(l.octets)), r.Family})
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
			it := &l.items[i]
			dog := l.dogs[i]
			r := Route{
				Family: it.family, NLRI: l.octets[start:it.end:it.end], NextHop: it.nextHop, Attrs: it.attrs,
				Watchdog: dog.name, Parked: dog.parked,
			}
			if !yield(r) {
				return
			}
			start = it.end
		}
	}
}
