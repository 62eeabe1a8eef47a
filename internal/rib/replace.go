package rib

import (
	"math"
	"slices"
)

// Clear withdraws every route of the peers. Configured ones come back with the next
// Replace. It lets others have the lock like that: what they announce meanwhile counts as
// announced before or after it.
func (o *Out) Clear(peers *PeerSet) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.replacing++
	for i, b := range o.banks {
		for lane := range lanesOf(peers.eight(i)) {
			if p := b.peers[lane]; p != nil && !o.clear(p, replaceStep) && b.peers[lane] == p {
				o.clear(p, math.MaxInt) // what came between does not go together with half of it
			}
		}
	}
	o.replacing--
	o.tidy()
}

// clear pauses each time that so many routes have been withdrawn; false when it has to
// begin anew.
func (o *Out) clear(p *peer, step int) bool {
	p.changes++
	changes, steps := p.changes, 0
	return o.withdrawWhere(p, func(uint32, *entry) bool { return true }, func() bool {
		if steps++; steps%step == 0 {
			o.mu.Unlock()
			o.mu.Lock()
		}
		return p.bank.peers[p.lane] == p && p.changes == changes
	})
}

// withdrawWhere withdraws the routes of a peer that f chooses, as they were announced. It
// ends when pause, called now and then, returns false.
func (o *Out) withdrawWhere(p *peer, f func(id uint32, e *entry) bool, pause func() bool) bool {
	b := p.bank
	for page := range len(b.pages) { // those that are added meanwhile are not of this peer's old list
		if b.pages[page] == nil {
			continue
		}
		first := uint32(page) << chunkBits
		for id := first; id < min(first+chunkLen, o.table.n); id++ {
			if b.marks(id, p.lane)&member == 0 || !f(id, o.table.at(id)) {
				continue
			}
			head := o.table.head(id)
			o.withdrawLane(b, p.lane, head, none)
			o.spareChain(head)
			if !pause() {
				return false
			}
		}
	}
	return true
}

// earlier flags, in a list of entries, one whose NLRI comes again further on.
const earlier = 1 << 31

// Replace makes routes the configured routes of a peer: it announces and withdraws
// the difference, and leaves routes of other owners alone.
//
// Of routes that repeat an NLRI the last one counts. ExaBGP: only, in the first table
// that a peer is given, those before it are sent as well, ahead of it. Pinned by
// api-flow-merge, conf-flow-redirect and conf-l2vpn.
//
// A long list does not hold the lock all the time. What others do meanwhile counts as
// done before or after it; where that could not be told apart, it begins anew.
func (o *Out) Replace(id PeerID, routes *Routes) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.peer(id)
	if p == nil {
		return
	}
	o.table.reserve(routes.Len())
	r := replacement{o: o, id: id, p: p, routes: routes}
	o.replacing++
	for !r.run() && o.peer(id) == p {
		r.release()
		r.tries++
	}
	r.release()
	o.replacing--
	o.tidy()
}

// replacement is one call of Replace. Entries keep their numbers meanwhile, and its own
// are pinned: they count a use.
type replacement struct {
	o       *Out
	id      PeerID
	p       *peer
	routes  *Routes
	ids     []uint32 // entries of the routes
	listed  bitset
	changes uint64 // of the peer, when it began
	steps   int
	tries   int
}

const (
	replaceStep  = 512 // routes between two pauses
	replaceTries = 2   // that are given up when somebody comes between
)

// run returns false when it has to begin anew.
func (r *replacement) run() bool {
	o, p := r.o, r.p
	p.changes++
	r.changes = p.changes
	if !r.enter() || !r.flagEarlier() {
		return false
	}
	for _, id := range r.ids {
		if id != none && id&earlier == 0 {
			o.configured(p, id)
		}
		if !r.pause() {
			return false
		}
	}
	for _, id := range r.ids {
		if id != none && id&earlier != 0 && !p.loaded {
			o.announceEarly(p, id&^earlier)
		}
	}
	p.loaded = true
	return o.withdrawWhere(p, func(id uint32, e *entry) bool {
		return e.owner == Configuration && !r.listed.has(id)
	}, r.pause)
}

// pause lets others have the lock now and then; false when they have done what does
// not go together with half a list.
func (r *replacement) pause() bool {
	if r.steps++; r.steps%replaceStep != 0 || r.tries >= replaceTries {
		return true
	}
	r.o.mu.Unlock()
	r.o.mu.Lock()
	return r.o.peer(r.id) == r.p && r.p.changes == r.changes
}

// enter finds or adds the entries of a configuration's routes, none for those that
// the peer does not take or that are parked. Watchdogs are set by the way.
func (r *replacement) enter() bool {
	o, p := r.o, r.p
	r.ids = slices.Grow(r.ids, r.routes.Len())
	dogs := map[string]*watchdog{}
	for x := range r.routes.All() {
		fam, ok := o.table.family(x.Family)
		if ok = ok && p.bank.family(fam).taken&p.bit() != 0; ok && x.Watchdog != "" {
			ok = p.watch(dogs, &x)
		}
		id := none
		if ok {
			if _, id = o.version(fam, &x, Configuration); id != none {
				o.table.at(id).uses++
			}
		}
		r.ids = append(r.ids, id)
		if !r.pause() {
			return false
		}
	}
	p.dogs = dogs
	return true
}

// release unpins the entries, and removes those that nobody needs.
func (r *replacement) release() {
	for _, id := range r.ids {
		if id == none {
			continue
		}
		id &^= earlier
		r.o.table.at(id).uses--
		if r.o.table.at(id).flags&entryDead == 0 {
			r.o.spareChain(r.o.table.head(id))
		}
		r.pause()
	}
	r.ids = r.ids[:0]
}

// flagEarlier flags the entries whose NLRI comes again, strikes out those that come
// again word for word, and makes the set of what is listed.
func (r *replacement) flagEarlier() bool {
	o := r.o
	r.listed = make(bitset, o.table.n>>6+1)
	for i, id := range slices.Backward(r.ids) {
		switch {
		case id == none:
		case r.listed.has(id):
			o.table.at(id).uses--
			r.ids[i] = none
		default:
			if o.table.at(id).flags&entryChained != 0 && o.anyVersion(id, r.listed.has) {
				r.ids[i] |= earlier
			}
			r.listed.add(id)
		}
		if !r.pause() {
			return false
		}
	}
	return true
}

func (o *Out) anyVersion(id uint32, f func(uint32) bool) bool {
	for v := o.table.head(id); v != none; v = o.table.at(v).next {
		if f(v) {
			return true
		}
	}
	return false
}

// configured announces a configured route that is new or changed. An NLRI that
// somebody else has announced since stays as it is.
func (o *Out) configured(p *peer, id uint32) {
	head := o.table.head(id)
	if c := o.chain(p.bank, p.lane, head); c.member == id ||
		c.member != none && o.table.at(c.member).owner != Configuration {
		return
	}
	if o.announceLane(p.bank, p.lane, head, id) {
		o.owe(p.bank, p.bit(), id)
	}
}

// announceEarly has a version sent before the one that is meant to stay.
func (o *Out) announceEarly(p *peer, id uint32) {
	b := p.bank
	if c := o.chain(b, p.lane, o.table.head(id)); c.member == none || o.table.at(c.member).owner != Configuration {
		return
	}
	o.set(b, p.lane, id, announce|fresh)
	if b.fams[o.table.at(id).fam].live&p.bit() != 0 {
		o.owe(b, p.bit(), id)
	}
}

// bitset is a set of entries.
type bitset []uint64

func (s bitset) has(id uint32) bool {
	return int(id>>6) < len(s) && s[id>>6]&(1<<(id&63)) != 0
}

func (s bitset) add(id uint32) { s[id>>6] |= 1 << (id & 63) }
