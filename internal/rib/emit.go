package rib

// How what a drain has found becomes runs of its batch, and what its marks become.

// send writes what has been collected, until the batch is full; true when that was all.
func (d *drain) send() bool {
	all := d.inOrder()
	d.postponed()
	return all
}

func (d *drain) inOrder() bool {
	sort := &d.o.sort
	for _, id := range sort.withdraws {
		if d.fullFor(Withdraw, id) {
			return false
		}
		d.withdraw(id)
	}
	for _, id := range sort.announces {
		if m := d.b.marks(id, d.p.lane); m&(member|announce) == announce {
			if d.fullFor(Announce, id) {
				return false
			}
			d.announce(id, Announce)
		}
	}
	for _, id := range sort.byAttributes(&d.o.table) {
		if d.b.marks(id, d.p.lane)&announce == 0 {
			continue
		}
		if d.fullFor(Announce, id) {
			return false
		}
		d.announce(id, Announce)
	}
	return true
}

// withdraw writes the withdraw that waits on an entry, if one does.
func (d *drain) withdraw(id uint32) {
	o, b, lane := d.o, d.b, d.p.lane
	if b.marks(id, lane)&withdraw == 0 {
		return
	}
	o.unset(b, lane, id, withdraw)
	e := o.table.at(id)
	f := o.table.families[e.fam]
	head := o.table.head(id)
	c := o.chain(b, lane, head)
	kind, set := Withdraw, e.set
	if c.sent == none && b.first&d.p.bit() != 0 {
		// ExaBGP: the first batch of a session loses its withdraws; where they carry
		// attributes, these remain. Pinned by api-fast, api-rib and api-flow.
		// Deviation: never that of a route which this session has sent.
		kind = AttributesOnly
	}
	if !f.WithdrawAttrs() {
		set = 0
	}
	if kind == Withdraw || f.WithdrawAttrs() {
		d.batch.add(kind, f, set, o.table.sets.at(set), o.table.nlri(e))
	}
	if c.sent != none {
		o.unset(b, lane, c.sent, sent)
		o.sort.spend(c.sent, o.table.at(c.sent))
	}
	o.sort.spend(id, e)
	if d.p.paths != nil {
		if next := o.release(d.p, e.fam, o.table.nlri(e)); next != none {
			o.sort.promoted = append(o.sort.promoted, next)
		}
	}
}

// announce writes an entry. What has to be sent before it, of the same NLRI, comes
// first.
func (d *drain) announce(id uint32, kind Kind) {
	o, b, lane := d.o, d.b, d.p.lane
	e := o.table.at(id)
	if w := b.word(id); e.flags&entryChained == 0 && marks(w>>(lane<<3))&(withdraw|later) == 0 {
		if d.p.paths == nil || d.admit(id, e) {
			d.write(id, e, w, kind, false)
		}
		return
	}
	head := o.table.head(id)
	c := o.chain(b, lane, head)
	if c.early && c.member == id {
		d.early(head)
		c = o.chain(b, lane, head)
	}
	if c.withdraw != none {
		d.withdraw(c.withdraw)
		c.sent = none
	}
	if d.p.paths != nil && !d.admit(id, e) {
		return
	}
	replaces := c.sent != none && c.sent != id
	if replaces {
		o.unset(b, lane, c.sent, sent)
		o.sort.spend(c.sent, o.table.at(c.sent))
	}
	if c.later != none && !d.waits(head, id) {
		o.sort.postponed = append(o.sort.postponed, c.later)
	}
	d.write(id, e, b.word(id), kind, replaces)
}

// write writes an announce, and what the peer has now to the marks, which are w.
// It may replace another version that the peer has.
func (d *drain) write(id uint32, e *entry, w uint64, kind Kind, replaces bool) {
	t, shift := &d.o.table, d.p.lane<<3
	m := marks(w >> shift)
	// A restart ago, or as another "self".
	replaces = replaces || m&sent != 0 && kind == Announce
	if m &^= announce | fresh; d.p.AdjRIBOut || e.owner == Configuration {
		m |= sent
	} else {
		m &^= member | sent // nothing is kept
	}
	if replaces || !d.p.AdjRIBOut { // or not known
		d.batch.replaces = append(d.batch.replaces, uint32(len(d.batch.ends)))
	}
	d.batch.add(kind, t.families[e.fam], e.set, t.sets.at(e.set), t.nlri(e))
	d.b.setWord(id, e, w&^(0xff<<shift)|uint64(m)<<shift)
	d.o.sort.spend(id, e)
}

// waits reports whether another version of an NLRI is still to be announced: a withdraw
// comes after all of them, wherever a batch ends.
func (d *drain) waits(head, id uint32) bool {
	for v := head; v != none; v = d.o.table.at(v).next {
		if v != id && d.b.marks(v, d.p.lane)&announce != 0 {
			return true
		}
	}
	return false
}

// early writes the versions of an NLRI that come before the one that stays.
func (d *drain) early(head uint32) {
	for v := head; v != none; v = d.o.table.at(v).next {
		if d.b.marks(v, d.p.lane)&(member|announce) == announce {
			d.announce(v, Announce)
		}
	}
}

// postponed writes the withdraws that had to wait for an announce.
func (d *drain) postponed() {
	o := d.o
	for _, id := range o.sort.postponed {
		if d.b.marks(id, d.p.lane)&later != 0 {
			o.unset(d.b, d.p.lane, id, later)
			o.set(d.b, d.p.lane, id, withdraw)
			d.withdraw(id)
		}
	}
	o.sort.postponed = o.sort.postponed[:0]
}
