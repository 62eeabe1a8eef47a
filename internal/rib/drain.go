package rib

// maxOctets of NLRI end a batch, beside its limit.
const maxOctets = 1 << 18

// Drain fills b, which is reused, with what a peer is owed, at most about limit
// routes, and takes it as sent. It reports whether there is more.
//
// The order: replays, withdraws, announces by attributes in the order in which
// these were first announced, End-of-RIBs. An NLRI that is both withdrawn and
// announced is withdrawn first, always.
func (o *Out) Drain(id PeerID, b *Batch, limit int) (more bool) {
	b.reset()
	o.mu.Lock()
	p := o.peer(id)
	if p == nil || !p.isUp() {
		o.mu.Unlock()
		return false
	}
	if p.bank.clean&p.bit() != 0 {
		p.pos = p.bank.end()
	}
	d := drain{o: o, p: p, b: p.bank, batch: b, limit: max(1, limit)}
	d.run()
	if p.bank.clean &^= p.bit(); p.pos == p.bank.end() {
		p.bank.clean |= p.bit()
	}
	more = p.owes()
	p.bank.trim()
	for _, id := range o.sort.spent {
		o.spare(id, o.table.at(id))
	}
	o.sort.spent = o.sort.spent[:0]
	o.tidy()
	if !p.scan.active {
		p.drained = p.pos
	}
	b.end, b.gen = p.drained, p.gen
	var over []func()
	if !b.Empty() {
		p.flying++
	} else if p.flying == 0 {
		p.written = p.drained
		over = p.settle(p.written)
	}
	o.mu.Unlock()
	call(over)
	return more
}

// Written says that a batch of Drain has been written. Every batch that is not
// empty is to be reported, in their order, while its session is up.
func (o *Out) Written(id PeerID, b *Batch) {
	o.mu.Lock()
	var over []func()
	if p := o.peer(id); p != nil && p.isUp() && b.gen == p.gen {
		p.written = b.end
		if p.flying--; p.flying == 0 {
			p.written = p.drained
		}
		over = p.settle(p.written)
	}
	o.mu.Unlock()
	call(over)
}

// drain is one call of Drain.
type drain struct {
	o     *Out
	p     *peer
	b     *bank
	batch *Batch
	limit int
	over  bool // the rest is for another batch
}

func (d *drain) full() bool {
	return d.over || len(d.batch.ends) >= d.limit || len(d.batch.octets) >= maxOctets
}

// fullFor reports whether an entry has to wait for the next batch.
func (d *drain) fullFor(k Kind, id uint32) bool {
	if rate := d.p.session.Rate; rate > 0 && len(d.batch.Runs) > 0 {
		r, e := &d.batch.Runs[len(d.batch.Runs)-1], d.o.table.at(id)
		f := d.o.table.families[e.fam]
		set := e.set
		if k == Withdraw && !f.WithdrawAttrs() {
			set = 0
		}
		other := r.Kind != k || r.Family != f || r.set != set
		d.over = d.over || r.N > 0 && (other || r.N >= rate && !f.Grouped())
	}
	return d.full()
}

// ahead sends the withdraws of the part of the log that has not been looked through for
// them: a route that must go does not wait for others to come, at whatever rate. Before
// the first batch there is none. It reports whether there was any.
func (d *drain) ahead() bool {
	b, p := d.b, d.p
	sort := &d.o.sort
	sort.reset()
	i := max(p.ahead, p.pos)
	for ; i < b.end() && len(sort.withdraws) < d.limit; i++ {
		if id := b.log[i-b.base]; b.marks(id, p.lane)&withdraw != 0 {
			sort.withdraws = append(sort.withdraws, id)
		}
	}
	if len(sort.withdraws) == 0 {
		p.ahead = i
		return false
	}
	if d.send() {
		p.ahead = i
	}
	d.owePromoted()
	return len(d.batch.Runs) > 0
}

// run fills the batch.
func (d *drain) run() {
	p := d.p
	if p.session.Rate > 0 && p.firstOut && d.ahead() {
		return
	}
	for len(p.replays) > 0 && !d.full() {
		limit := d.limit
		if p.pos < d.b.end() {
			limit = (limit + 1) / 2 // a long replay does not hold up what is new
		}
		if !d.replay(&p.replays[0], limit) {
			break
		}
		p.replays = p.replays[:copy(p.replays, p.replays[1:])]
	}
	d.owePromoted()
	for p.scan.active && !d.full() {
		d.scan()
	}
	d.owePromoted()
	d.endOfRIB()
	for !p.scan.active && p.pos < d.b.end() && !d.full() {
		d.log()
		d.owePromoted()
	}
	d.endOfRIB()
	if p.firstOut && !p.scan.active && p.pos >= p.firstEnd {
		d.b.first &^= p.bit()
	}
}

// endOfRIB writes the markers whose turn it is.
func (d *drain) endOfRIB() {
	p, n := d.p, 0
	for ; n < len(p.eors) && !p.scan.active && p.eors[n].pos <= p.pos; n++ {
		d.batch.mark(EOR, p.eors[n].family)
	}
	if n > 0 {
		p.eors = p.eors[:copy(p.eors, p.eors[n:])]
	}
}

// found notes that the first batch has something to consider: it ends with what
// is marked now.
func (d *drain) found() {
	if !d.p.firstOut {
		d.p.firstOut, d.p.firstEnd = true, d.b.end()
	}
}

// scan sends what the next part of the table owes.
func (d *drain) scan() {
	s := &d.p.scan
	first, next := d.look(s)
	if first == none {
		switch s.pos = next; {
		case next < s.end:
		case s.configured:
			s.configured, s.pos = false, 0
		default:
			d.scanned()
		}
		return
	}
	d.found()
	if d.send() {
		s.pos = next
	} else {
		s.pos = first
	}
}

// scanned ends the scan.
func (d *drain) scanned() {
	p := d.p
	if p.scan.moved { // RFC 4724 §4.1: End-of-RIB comes after all of the table
		for i := range p.eors {
			p.eors[i].pos = d.b.end()
		}
	}
	p.scan = scan{}
	d.b.stale &^= p.bit()
}

// look collects what the table owes from s.pos on, and returns the first such entry
// and the place behind the last one looked at.
func (d *drain) look(s *scan) (first, next uint32) {
	sort := &d.o.sort
	sort.reset()
	first, next = none, s.pos
	for next < s.end && !sort.enough(d.limit) {
		id, m := d.b.nextOwed(next, s.end, d.p.lane)
		if next = id + 1; m == 0 {
			next = s.end
			break
		}
		e := d.o.table.at(id)
		if s.configured && e.owner != Configuration {
			continue
		}
		if first == none {
			first = id
		}
		sort.collect(id, e, m)
	}
	return first, next
}

// nextOwed finds the next entry from id on that a lane is owed. Its marks are 0 when
// there is none before end.
func (b *bank) nextOwed(id, end uint32, lane uint8) (at uint32, m marks) {
	for id < end {
		if p := int(id >> chunkBits); p >= len(b.pages) || b.pages[p] == nil {
			id = (id | chunkMask) + 1
			continue
		}
		if m = b.marks(id, lane); m&owed != 0 {
			return id, m
		}
		id++
	}
	return end, 0
}

// log sends what the next part of the bank's log owes.
func (d *drain) log() {
	b, p := d.b, d.p
	end := b.end()
	if p.firstOut && p.pos < p.firstEnd && b.first&p.bit() != 0 {
		end = p.firstEnd
	} else if p.firstOut {
		b.first &^= p.bit()
	}
	sort := &d.o.sort
	sort.reset()
	first, i := end, p.pos
	for ; i < end && !sort.enough(d.limit); i++ {
		id := b.log[i-b.base]
		if m := b.marks(id, p.lane); m&owed != 0 {
			if first == end {
				first = i
				d.found()
			}
			sort.collect(id, d.o.table.at(id), m)
		}
	}
	if first == end || d.send() {
		p.pos = i
	} else {
		p.pos = first
	}
}

// replay sends a part of a replay; true when it is over.
func (d *drain) replay(r *replay, limit int) (over bool) {
	o, p := d.o, d.p
	if !r.begun {
		r.begun, r.pos, r.end = true, 0, o.table.n
		if r.framed {
			d.batch.mark(BoRR, o.table.families[r.fam])
		}
	}
	o.sort.reset()
	room := limit - len(d.batch.ends)
	for ; r.pos < r.end && len(o.sort.announces) < room; r.pos++ {
		if page := int(r.pos >> chunkBits); page >= len(d.b.pages) || d.b.pages[page] == nil {
			r.pos |= chunkMask
			continue
		}
		m := d.b.marks(r.pos, p.lane)
		if m&member != 0 && m&(sent|announce) != 0 && (r.all || o.table.at(r.pos).fam == r.fam) {
			if p.session.Rate > 0 && d.apart(r.pos) {
				break
			}
			o.sort.announces = append(o.sort.announces, r.pos)
		}
	}
	r.pos = min(r.pos, r.end)
	if len(o.sort.announces) > 0 {
		d.found()
	}
	for _, id := range o.sort.byAttributes(&o.table) {
		d.announce(id, Replay)
	}
	d.postponed()
	if r.pos < r.end {
		return false
	}
	if r.moved && r.until == 0 {
		r.until = d.b.end()
	}
	if p.pos < r.until {
		return false
	}
	if r.framed {
		d.batch.mark(EoRR, o.table.families[r.fam])
	}
	return true
}

// apart reports whether, under a rate, a replay leaves an entry for the next batch.
func (d *drain) apart(id uint32) bool {
	s, t := &d.o.sort, &d.o.table
	if len(s.announces) == 0 {
		return false
	}
	e, f := t.at(id), t.at(s.announces[0])
	return e.set != f.set || e.fam != f.fam || len(s.announces) >= d.p.session.Rate && !t.families[e.fam].Grouped()
}
