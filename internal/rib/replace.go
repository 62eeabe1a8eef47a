package rib

import "slices"

// Clear withdraws every route of the peers. Configured ones come back with the next
// Replace.
func (o *Out) Clear(peers *PeerSet) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, b := range o.banks {
		for lane := range lanesOf(peers.eight(i)) {
			if b.peers[lane] != nil {
				o.withdrawWhere(b.peers[lane], func(uint32, *entry) bool { return true })
			}
		}
	}
	o.tidy()
}

// withdrawWhere withdraws the routes of a peer that f chooses, as they were announced.
func (o *Out) withdrawWhere(p *peer, f func(id uint32, e *entry) bool) {
	b := p.bank
	for page, words := range b.pages {
		if words == nil {
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
		}
	}
}

// earlier flags, in a list of entries, one whose NLRI comes again further on.
const earlier = 1 << 31

// Replace makes routes the configured routes of a peer: it announces and withdraws
// the difference, and leaves routes of other owners alone.
//
// Of routes that repeat an NLRI the last one counts. ExaBGP: only, in the first table
// that a peer is given, those before it are sent as well, ahead of it. Pinned by
// api-flow-merge, conf-flow-redirect and conf-l2vpn.
func (o *Out) Replace(id PeerID, routes *Routes) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.peer(id)
	if p == nil {
		return
	}
	ids := o.enter(p, routes)
	listed := o.flagEarlier(ids)
	for _, id := range ids {
		if id != none && id&earlier == 0 {
			o.configured(p, id)
		}
	}
	for _, id := range ids {
		if id != none && id&earlier != 0 && !p.loaded {
			o.announceEarly(p, id&^earlier)
		}
	}
	p.loaded = true
	o.withdrawWhere(p, func(id uint32, e *entry) bool {
		return e.owner == Configuration && !listed.has(id)
	})
	for _, id := range ids {
		if id != none && o.table.at(id&^earlier).flags&entryDead == 0 {
			o.spareChain(o.table.head(id &^ earlier))
		}
	}
	o.tidy()
}

// enter finds or adds the entries of a configuration's routes, none for those that
// the peer does not take or that are parked. Watchdogs are set by the way.
func (o *Out) enter(p *peer, routes *Routes) []uint32 {
	ids := make([]uint32, 0, routes.Len())
	dogs := map[string]*watchdog{}
	for r := range routes.All() {
		fam, ok := o.table.family(r.Family)
		if ok = ok && p.bank.family(fam).taken&p.bit() != 0; ok && r.Watchdog != "" {
			ok = p.watch(dogs, &r)
		}
		id := none
		if ok {
			_, id = o.version(fam, &r, Configuration)
		}
		ids = append(ids, id)
	}
	p.dogs = dogs
	return ids
}

// flagEarlier flags the entries whose NLRI comes again, strikes out those that come
// again word for word, and returns the set of what is listed.
func (o *Out) flagEarlier(ids []uint32) bitset {
	listed := make(bitset, o.table.n>>6+1)
	for i, id := range slices.Backward(ids) {
		switch {
		case id == none:
		case listed.has(id):
			ids[i] = none
		default:
			if o.table.at(id).flags&entryChained != 0 && o.anyVersion(id, listed.has) {
				ids[i] |= earlier
			}
			listed.add(id)
		}
	}
	return listed
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

func (s bitset) has(id uint32) bool { return s[id>>6]&(1<<(id&63)) != 0 }
func (s bitset) add(id uint32)      { s[id>>6] |= 1 << (id & 63) }
