package rib

import (
	"slices"
	"sync"
)

const (
	walkRoutes = 256             // copied out of a table at a time
	walkSteps  = 64 * walkRoutes // looked at meanwhile, at most
)

// walk is a walk over the routes of a table, family by family. It holds the lock
// only while it copies some routes out.
type walk struct {
	lock   *sync.Mutex
	table  func() *table     // nil: over
	chosen func(uint32) bool // which entries

	// Guarded by lock: a compaction moves what is under way.
	pos     uint32
	stopped bool

	routes []copied
	octets []byte
}

// walks is the walks under way over a table.
type walks struct{ all []*walk }

func (w *walks) move(moved []uint32) {
	for _, x := range w.all {
		x.pos = moved[x.pos]
	}
}

func (w *walks) stop() {
	for _, x := range w.all {
		x.stopped = true
	}
}

// copied is a route out of the table, its NLRI in the octets beside it.
type copied struct {
	set   attrSetKey
	end   int
	owner Owner
}

// run calls f with the routes until it returns false.
func (w *walk) run(all *walks, f func(*Route, Owner) bool) {
	w.lock.Lock()
	var families []uint8
	if t := w.table(); t != nil {
		families = t.sorted()
	}
	all.all = append(all.all, w)
	w.lock.Unlock()
	defer func() {
		w.lock.Lock()
		all.all = slices.DeleteFunc(all.all, func(x *walk) bool { return x == w })
		w.lock.Unlock()
	}()
	for _, fam := range families {
		for more := w.begin(); more; {
			var r Route
			more = w.take(fam, &r)
			if !w.give(&r, f) {
				return
			}
		}
	}
}

func (w *walk) begin() bool {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.pos = 0
	return !w.stopped
}

// take copies some routes of a family, and reports whether there may be more.
func (w *walk) take(fam uint8, r *Route) (more bool) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.routes, w.octets = w.routes[:0], w.octets[:0]
	t := w.table()
	if w.stopped || t == nil {
		return false
	}
	r.Family = t.families[fam]
	end := min(t.n, w.pos+walkSteps)
	for ; w.pos < end && len(w.routes) < walkRoutes; w.pos++ {
		e := t.at(w.pos)
		if e.fam != fam || e.flags&entryDead != 0 || !w.chosen(w.pos) {
			continue
		}
		w.octets = append(w.octets, t.nlri(e)...)
		w.routes = append(w.routes, copied{t.sets.at(e.set).key(), len(w.octets), e.owner})
	}
	return w.pos < t.n
}

// give calls f with what was copied; false when f had enough.
func (w *walk) give(r *Route, f func(*Route, Owner) bool) bool {
	start := 0
	for _, c := range w.routes {
		r.NLRI = w.octets[start:c.end:c.end]
		r.Attrs, r.NextHop = c.set.attrs, c.set.nextHop
		start = c.end
		if !f(r, c.owner) {
			return false
		}
	}
	return true
}

// sorted returns the indices of the families that have routes, by AFI and SAFI.
func (t *table) sorted() []uint8 {
	var is []uint8
	for i, n := range t.count {
		if n > 0 {
			is = append(is, uint8(i))
		}
	}
	slices.SortFunc(is, func(a, b uint8) int { return t.families[a].Compare(t.families[b]) })
	return is
}

// Walk calls f with the routes of a peer, sent or waiting, by family and in order
// of announcement, until it returns false. What f gets is borrowed; no lock is
// held during the call, and routes that come or go meanwhile may be missed.
func (o *Out) Walk(id PeerID, f func(r *Route, owner Owner) bool) {
	o.mu.Lock()
	p := o.peer(id)
	o.mu.Unlock()
	if p == nil {
		return
	}
	w := walk{
		lock: &o.mu,
		table: func() *table {
			if o.peer(id) != p || !p.AdjRIBOut {
				return nil
			}
			return &o.table
		},
		chosen: func(e uint32) bool { return p.bank.marks(e, p.lane)&member != 0 },
	}
	w.run(&o.walks, f)
}
