package rib

import "math/bits"

// Marks are changed here, by what is asked for, and in emit.go, by what is sent. Between two
// operations there holds, of each peer and the versions of each NLRI:
//
//   - member, sent, withdraw and later are on one version at most;
//   - without a session of the family there is no withdraw and no later, without the family
//     no mark at all;
//   - fresh is beside announce or member;
//   - what an established peer is owed, a drain comes to: it is in the part of the table
//     that is still to be scanned, or in the part of the log that is still to be read;
//   - an entry is there as long as it has marks, or a Replace has pinned it.
//
// TestModel checks it after each of its steps.

// Announce makes r the route of its NLRI at the peers. It returns how many of them
// are configured for its family: the others do not take it.
func (o *Out) Announce(peers *PeerSet, r *Route, owner Owner) (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	fam, ok := o.table.family(r.Family)
	if !ok || !o.anyTaken(peers, fam) {
		return 0
	}
	head, id := o.version(fam, r, owner)
	if id == none {
		return 0
	}
	e := o.table.at(id)
	isNew := e.uses == 0 && e.flags&entryChained == 0
	isFresh := isNew
	for i, b := range o.banks {
		lanes := o.taken(peers, i, fam)
		if lanes == 0 {
			continue
		}
		n += bits.OnesCount8(lanes)
		if live := b.fams[fam].live & lanes; isNew {
			b.setNew(id, e, spread(lanes, member|fresh)|spread(live, announce))
			o.owe(b, live, id)
		} else {
			isFresh = o.announceBank(b, lanes, head, id) || isFresh
		}
	}
	if isFresh {
		o.unanswered(id, owner)
	}
	o.spareChain(head)
	o.tidy()
	return n
}

// version finds or adds a version of an NLRI, and the first one of its chain.
func (o *Out) version(fam uint8, r *Route, owner Owner) (head, id uint32) {
	t := &o.table
	k := t.ident(fam, r.NLRI)
	head = t.find(&k)
	set := t.sets.id(attrSetKey{r.Attrs, r.NextHop})
	if id = t.version(head, r.NLRI, set, &owner); id != none {
		return head, id
	}
	id, ok := t.insert(&k, head, set, owner)
	if !ok {
		t.sets.drop(set)
		return head, none
	}
	if head == none {
		head = id
	}
	return head, id
}

// announceBank makes an entry the one that the lanes are meant to have. It reports
// whether an announce waits that has not been answered.
func (o *Out) announceBank(b *bank, lanes uint8, head, id uint32) (isFresh bool) {
	e := o.table.at(id)
	live := b.fams[e.fam].live & lanes
	if done, isFresh := o.announceAlike(b, lanes, live, head, id); done {
		return isFresh
	}
	var owing uint8
	for lane := range lanesOf(lanes) {
		if o.announceLane(b, lane, head, id) {
			owing |= 1 << lane
		}
	}
	o.owe(b, owing, id)
	return b.word(id)&spread(lanes, fresh) != 0
}

// announceAlike does so where all lanes have the same plain marks, the common cases;
// false where they have not.
func (o *Out) announceAlike(b *bank, lanes, live uint8, head, id uint32) (done, isFresh bool) {
	e, mask := o.table.at(id), lanesMask(lanes)
	other := head
	if e.flags&entryChained != 0 {
		if other == id {
			other = e.next
		}
		// Exactly one other version, which all lanes were sent.
		if f := o.table.at(other); f.next != none && f.next != id || e.next != none && e.next != other ||
			b.word(other)&mask != spread(lanes, member|sent) || !o.differ(e, f) {
			return false, false
		}
	}
	w := b.word(id)
	switch {
	case w&mask == 0 && other == id: // new to all
	case w&mask == 0: // another version for all
		if live != lanes || b.replays(lanes) {
			return false, false
		}
		b.setWord(other, o.table.at(other), b.word(other)&^spread(lanes, member))
	case w&mask == spread(lanes, member|sent) && other == id: // they have it
		return live == lanes && lanes&b.stale == 0 && (lanes&^b.keep == 0 || e.owner == Configuration), false
	default:
		return false, false
	}
	b.setWord(id, e, w|spread(lanes, member|fresh)|spread(live, announce))
	o.owe(b, live, id)
	return true, true
}

// differ reports whether two versions are different routes for every peer.
func (o *Out) differ(e, f *entry) bool {
	x, y := o.table.sets.at(e.set), o.table.sets.at(f.set)
	return x.attrs != y.attrs || !x.nextHop.Self() && !y.nextHop.Self() && x.nextHop != y.nextHop
}

// owe tells lanes that an entry is owed to them now.
func (o *Out) owe(b *bank, lanes uint8, id uint32) {
	if lanes == 0 {
		return
	}
	for lane := range lanesOf(lanes & b.clean) {
		b.peers[lane].pos = b.end()
	}
	b.clean &^= lanes
	b.dirty |= lanes
	b.record(id, o.table.n)
}

// chain is the marks of a lane on the versions of one NLRI.
type chain struct {
	member, sent, withdraw, later uint32 // who has the mark, or none
	early                         bool   // an announce waits on a version that is not member
}

func (o *Out) chain(b *bank, lane uint8, head uint32) chain {
	c := chain{none, none, none, none, false}
	for id := head; id != none; id = o.table.at(id).next {
		m := b.marks(id, lane)
		if m&member != 0 {
			c.member = id
		} else if m&announce != 0 {
			c.early = true
		}
		if m&sent != 0 {
			c.sent = id
		}
		if m&withdraw != 0 {
			c.withdraw = id
		}
		if m&later != 0 {
			c.later = id
		}
	}
	return c
}

// set and unset change marks of a lane; of no entry they change nothing.
func (o *Out) set(b *bank, lane uint8, id uint32, m marks) {
	if id != none {
		b.setWord(id, o.table.at(id), b.word(id)|uint64(m)<<(lane<<3))
	}
}

func (o *Out) unset(b *bank, lane uint8, id uint32, m marks) {
	if id != none {
		b.setWord(id, o.table.at(id), b.word(id)&^(uint64(m)<<(lane<<3)))
	}
}

// unsetAll clears marks of a lane on all versions of an NLRI.
func (o *Out) unsetAll(b *bank, lane uint8, head uint32, m marks) {
	for id := head; id != none; id = o.table.at(id).next {
		o.unset(b, lane, id, m)
	}
}

// announceLane makes an entry the one that a lane is meant to have, and reports
// whether it is owed now and was not before.
func (o *Out) announceLane(b *bank, lane uint8, head, id uint32) (owing bool) {
	e, bit := o.table.at(id), uint8(1)<<lane
	c := o.chain(b, lane, head)
	if b.fams[e.fam].live&bit == 0 {
		o.unsetAll(b, lane, head, ^marks(0))
		o.set(b, lane, id, member|fresh)
		if c.sent != none {
			o.set(b, lane, id, sent) // by an earlier session, in this or another version
		}
		return false
	}
	if c.later != none { // announced and withdrawn, both still waiting: as if withdrawn just now
		o.unset(b, lane, c.later, later)
		o.unset(b, lane, c.withdraw, withdraw)
		o.unsetAll(b, lane, head, announce|fresh)
		o.set(b, lane, c.later, withdraw)
		c.withdraw, c.early = c.later, false
		o.owe(b, bit, c.later)
	}
	was := b.marks(id, lane)
	pending := was & (announce | fresh)
	if c.member != none && c.member != id {
		// Deviation: its announce is replaced, so that the last command decides what the
		// peer ends with. Was it answered, then so counts this one.
		if m := b.marks(c.member, lane); pending == 0 {
			pending = m & (announce | fresh)
		}
		o.unset(b, lane, c.member, member|announce|fresh)
	}
	o.unset(b, lane, id, announce|fresh)
	o.set(b, lane, id, member)
	// ExaBGP: an announce does not cancel a withdraw that waits: both are sent, also when
	// nothing has changed. Pinned by api-flow.
	unchanged := c.member == id && was&(sent|announce) == sent
	if c.withdraw == none && !c.early && o.has(b, lane, c.sent, id, unchanged) {
		if c.sent != id {
			o.unset(b, lane, c.sent, sent)
			o.set(b, lane, id, sent)
		}
		return false
	}
	if pending&announce == 0 {
		pending = fresh
	}
	o.set(b, lane, id, announce|pending&fresh)
	return was&owed == 0
}

// has reports whether a lane has an entry already, when it was sent another one or,
// unchanged, this one.
func (o *Out) has(b *bank, lane uint8, was, id uint32, unchanged bool) bool {
	e := o.table.at(id)
	p := b.peers[lane]
	switch {
	case was == none, !p.AdjRIBOut && e.owner != Configuration:
		return false
	case unchanged:
		return true
	case p.repeats(e.fam):
		return false
	case was == id:
		return true
	}
	t := &o.table
	f := t.at(was)
	return o.reads(p, e, t.nlri(f), t.sets.at(f.set).key())
}

// reads reports whether an entry is on the wire what the NLRI with this content is.
func (o *Out) reads(p *peer, e *entry, nlri []byte, y attrSetKey) bool {
	t := &o.table
	if string(t.nlri(e)) != string(nlri) {
		return false // another label
	}
	x, f := t.sets.at(e.set).key(), t.families[e.fam]
	h, ok := x.nextHop.Resolve(f, p.session.Self)
	g, also := y.nextHop.Resolve(f, p.session.Self)
	return x == y || x.attrs == y.attrs && h == g && ok && also
}

// Withdraw withdraws the NLRI of r at the peers, whoever owns it; in families whose
// withdraws carry attributes with those of r. It returns what Announce does.
func (o *Out) Withdraw(peers *PeerSet, r *Route) (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	fam, ok := o.table.family(r.Family)
	if !ok || !o.anyTaken(peers, fam) {
		return 0
	}
	live := uint8(0)
	for i, b := range o.banks {
		if lanes := o.taken(peers, i, fam); lanes != 0 {
			n += bits.OnesCount8(lanes)
			live |= lanes & b.fams[fam].live
		}
	}
	head, with := o.withdrawn(fam, r, live != 0)
	if head == none {
		return n
	}
	for i, b := range o.banks {
		if lanes := o.taken(peers, i, fam); lanes != 0 && !o.withdrawAlike(b, lanes, head, with) {
			for lane := range lanesOf(lanes) {
				o.withdrawLane(b, lane, head, with)
			}
		}
	}
	o.spareChain(head)
	o.tidy()
	return n
}

// nobody owns versions that only say how a route is withdrawn.
const nobody = ^Owner(0)

// withdrawn returns the first version of an NLRI, and the one that its withdraw is
// to be written with: none for any. Where nothing has to be written none is added.
func (o *Out) withdrawn(fam uint8, r *Route, write bool) (head, with uint32) {
	t := &o.table
	k := t.ident(fam, r.NLRI)
	head = t.find(&k)
	if !write {
		return head, none
	}
	set := uint32(0)
	if r.Family.WithdrawAttrs() {
		// ExaBGP: those of the command, not those of the announce. Pinned by api-flow
		// and api-vpls.
		set = t.sets.id(attrSetKey{r.Attrs, r.NextHop})
	} else if head != none && k.plain {
		return head, none
	}
	if with = t.version(head, r.NLRI, set, nil); with == none {
		var ok bool
		if with, ok = t.insert(&k, head, set, nobody); !ok {
			t.sets.drop(set)
			return head, none
		}
	}
	if head == none {
		head = with
	}
	return head, with
}

// withdrawAlike withdraws an NLRI that all lanes were sent in its only version, to
// be written as that; false where they were not.
func (o *Out) withdrawAlike(b *bank, lanes uint8, head, with uint32) bool {
	e, w := o.table.at(head), b.word(head)
	if with != none && with != head || e.flags&entryChained != 0 ||
		b.fams[e.fam].live&lanes != lanes || w&lanesMask(lanes) != spread(lanes, member|sent) {
		return false
	}
	b.setWord(head, e, w&^spread(lanes, member)|spread(lanes, withdraw))
	o.owe(b, lanes, head)
	return true
}

// asAnnounced chooses the version that a withdraw is written as, when the one who
// withdraws does not say: what the peer has when it is written.
func (c *chain) asAnnounced(answered bool, head uint32) uint32 {
	switch {
	case answered:
		return c.member
	case c.sent != none:
		return c.sent
	case c.member != none:
		return c.member
	}
	return head
}

// withdrawLane withdraws an NLRI at a lane, written as the version with is; none:
// as what the lane has.
func (o *Out) withdrawLane(b *bank, lane uint8, head, with uint32) {
	bit := uint8(1) << lane
	if b.fams[o.table.at(head).fam].live&bit == 0 {
		o.unsetAll(b, lane, head, ^marks(0))
		return
	}
	c := o.chain(b, lane, head)
	answered := c.member != none && b.first&bit == 0 && b.marks(c.member, lane)&(announce|fresh) == announce
	if with == none {
		with = c.asAnnounced(answered, head)
	}
	o.unset(b, lane, c.member, member)
	if answered || c.later != none {
		// What was answered goes out, then the withdraw. There is no second one.
		o.unset(b, lane, c.later, later)
		o.set(b, lane, with, later)
		return
	}
	o.unsetAll(b, lane, head, announce|fresh)
	o.unset(b, lane, c.withdraw, withdraw)
	owing := b.marks(with, lane)&owed == 0 || c.withdraw != with
	o.set(b, lane, with, withdraw)
	if owing {
		o.owe(b, bit, with)
	}
}
