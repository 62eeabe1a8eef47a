package rib

import (
	"net/netip"
	"sync"

	"github.com/herald-bgp/herald/internal/bgp"
)

// In is the Adj-RIB-In of a peer: the last announce of each NLRI. The zero value
// is empty. Its methods may be called from any goroutine.
type In struct {
	mu    sync.Mutex // guards everything below
	table *table     // nil while nothing was received
	walks walks

	attrs, nlri []byte // scratch
}

// Update applies a received UPDATE. What RFC 7606 treats as a withdraw stands in
// u.Unreach and is withdrawn. An UPDATE that announces and withdraws one NLRI
// announces it (RFC 4271 §4.3).
func (i *In) Update(u *bgp.Update) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.table == nil {
		if len(u.Reach) == 0 {
			return
		}
		t := makeTable()
		i.table = &t
	}
	for _, s := range u.Unreach {
		i.withdraw(s)
	}
	if len(u.Reach) > 0 {
		attrs := i.attributes(u)
		for _, s := range u.Reach {
			i.announce(s, attrs)
		}
	}
	if i.table.sparse() {
		i.walks.move(i.table.compact())
	}
}

// attributes interns the attributes of an UPDATE, NEXT_HOP left out: it is part of
// each section.
func (i *In) attributes(u *bgp.Update) bgp.Attrs {
	i.attrs = i.attrs[:0]
	for _, v := range u.Attrs {
		if v.Code != bgp.AttrNextHop {
			i.attrs = v.Append(i.attrs)
		}
	}
	return bgp.MakeAttrs(i.attrs)
}

// nextHop is the global address of a received next hop.
func nextHop(b []byte) bgp.NextHop {
	if len(b) == 32 { // RFC 2545 §3: a link-local address follows it
		b = b[:16]
	}
	a, ok := netip.AddrFromSlice(b)
	if !ok {
		return bgp.NextHop{}
	}
	return bgp.NextHopAddr(a)
}

func (i *In) announce(s bgp.Section, attrs bgp.Attrs) {
	t := i.table
	fam, ok := t.family(s.Family)
	if !ok {
		return
	}
	set := t.sets.id(attrSetKey{attrs, nextHop(s.NextHop)})
	t.sets.retain(set) // while its routes replace each other
	for id, nlri, ok := s.Next(); ok; id, nlri, ok = s.Next() {
		i.nlri = bgp.AppendKeptNLRI(i.nlri[:0], s.Family, id, nlri)
		k := t.ident(fam, i.nlri)
		t.replace(&k, set)
	}
	t.sets.release(set)
}

func (i *In) withdraw(s bgp.Section) {
	t := i.table
	fam, ok := t.family(s.Family)
	if !ok {
		return
	}
	for id, nlri, ok := s.Next(); ok; id, nlri, ok = s.Next() {
		i.nlri = bgp.AppendKeptNLRI(i.nlri[:0], s.Family, id, nlri)
		k := t.ident(fam, i.nlri)
		if e := t.find(&k); e != none {
			t.remove(e)
		}
	}
}

// replace makes set what the NLRI has. A known NLRI keeps its place and, unless a
// label changed, its octets.
func (t *table) replace(k *ident, set uint32) {
	id := t.find(k)
	if id == none {
		t.insert(k, none, set, 0)
		return
	}
	e := t.at(id)
	if string(t.nlri(e)) != string(k.nlri) {
		t.remove(id)
		t.insert(k, none, set, 0)
		return
	}
	t.sets.retain(set)
	t.sets.release(e.set)
	e.set = set
}

// Clear forgets all routes and gives their memory back.
func (i *In) Clear() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.table = nil
	i.walks.stop()
}

// Walk calls f with the routes, by family and in order of arrival, until it returns
// false. What f gets is borrowed; no lock is held during the call, and routes that
// come or go meanwhile may be missed.
func (i *In) Walk(f func(r *Route) bool) {
	w := walk{
		lock:   &i.mu,
		table:  func() *table { return i.table },
		chosen: func(uint32) bool { return true },
	}
	w.run(&i.walks, func(r *Route, _ Owner) bool { return f(r) })
}
