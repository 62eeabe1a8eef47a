package rib

import (
	"slices"
	"sync"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Out is the Adj-RIB-Out of all peers. Its methods may be called from any goroutine.
// They wait for each other alone, at most as long as one walk over all routes takes:
// 45 ms for a million (BenchmarkHold).
//
// No operation wakes a peer: Wake does, once everything that belongs together has
// been marked.
type Out struct {
	mu    sync.Mutex // guards everything below
	table table
	banks []*bank
	fresh [][]uint32 // by owner: entries whose announce may not have been answered
	walks walks
	sort  sorter

	replacing int // calls of Replace and Clear that are under way: no entry changes its number
}

// maxFresh bounds what is remembered of an owner that never commits: what is
// beyond it counts as answered.
const maxFresh = 1 << 20

// PeerConfig is what the table has to know of a neighbor.
type PeerConfig struct {
	Families  []bgp.Family // configured; routes of others are not taken
	Wake      func()       // there is something to drain. It must not block
	AdjRIBOut bool         // keep what was sent; without it only configured routes are kept
	ManualEOR bool         // no automatic End-of-RIB
}

// NewOut returns an empty table without peers.
func NewOut() *Out { return &Out{table: makeTable()} }

// AddPeer adds a neighbor, its session down.
func (o *Out) AddPeer(c PeerConfig) PeerID {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, b := range o.banks {
		for lane, p := range b.peers {
			if p == nil {
				return o.seat(i, uint8(lane), c)
			}
		}
	}
	o.banks = append(o.banks, &bank{base: 1}) // no place is 0
	return o.seat(len(o.banks)-1, 0, c)
}

func (o *Out) seat(i int, lane uint8, c PeerConfig) PeerID {
	b := o.banks[i]
	if lane > 0 {
		b.widen()
	}
	p := &peer{bank: b, lane: lane}
	b.peers[lane] = p
	o.configure(p, c)
	return PeerID(i<<3 | int(lane))
}

func (o *Out) configure(p *peer, c PeerConfig) {
	p.PeerConfig = c
	p.changes++
	b := p.bank
	b.keep &^= p.bit()
	if c.AdjRIBOut {
		b.keep |= p.bit()
	}
	for i := range b.fams {
		b.fams[i].taken &^= p.bit()
	}
	for _, f := range c.Families {
		if i, ok := o.table.family(f); ok {
			b.family(i).taken |= p.bit()
		}
	}
}

// Reconfigure changes the configuration of a peer. Its routes of families that it
// no longer has are forgotten; to be called while its session is down, unless only
// ManualEOR or Wake differ.
func (o *Out) Reconfigure(id PeerID, c PeerConfig) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.peer(id)
	if p == nil {
		return
	}
	o.configure(p, c)
	o.remark(p, func(e *entry, m marks) marks {
		if p.bank.fams[e.fam].taken&p.bit() == 0 {
			return 0
		}
		return m
	})
	o.tidy()
}

// RemovePeer forgets a neighbor and its routes.
func (o *Out) RemovePeer(id PeerID) {
	o.mu.Lock()
	p := o.peer(id)
	if p == nil {
		o.mu.Unlock()
		return
	}
	over := o.down(p)
	o.remark(p, func(*entry, marks) marks { return 0 })
	b := p.bank
	for i := range b.fams {
		b.fams[i].taken &^= p.bit()
	}
	b.keep &^= p.bit()
	b.dirty &^= p.bit()
	b.peers[p.lane] = nil
	o.tidy()
	o.mu.Unlock()
	call(over)
}

// spare removes an entry that nobody has marks on.
func (o *Out) spare(id uint32, e *entry) {
	if e.uses == 0 && e.flags&entryDead == 0 {
		o.table.remove(id)
	}
}

// spareChain removes the versions of an NLRI that nobody has marks on.
func (o *Out) spareChain(head uint32) {
	for id := head; id != none; {
		e := o.table.at(id)
		id, head = e.next, id
		o.spare(head, e)
	}
}

// tidy compacts the table when that pays. Numbers of entries change: it is the last
// thing that an operation does.
func (o *Out) tidy() {
	if o.replacing > 0 || !o.table.sparse() {
		return
	}
	moved := o.table.compact()
	for _, b := range o.banks {
		b.move(moved, o.table.n)
		for _, p := range b.peers {
			if p != nil {
				p.move(moved)
			}
		}
	}
	for i, ids := range o.fresh {
		o.fresh[i] = slices.DeleteFunc(ids, func(id uint32) bool { return moved[id] == moved[id+1] })
		for j, id := range o.fresh[i] {
			o.fresh[i][j] = moved[id]
		}
	}
	o.walks.move(moved)
}

func (o *Out) peer(id PeerID) *peer {
	if int(id>>3) >= len(o.banks) {
		return nil
	}
	return o.banks[id>>3].peers[id&7]
}

// anyTaken reports whether one of the peers has the family configured.
func (o *Out) anyTaken(peers *PeerSet, fam uint8) bool {
	for i := range o.banks {
		if o.taken(peers, i, fam) != 0 {
			return true
		}
	}
	return false
}

// taken returns the lanes among the peers of bank i that have the family configured.
func (o *Out) taken(peers *PeerSet, i int, fam uint8) uint8 {
	if b := o.banks[i]; int(fam) < len(b.fams) {
		return peers.eight(i) & b.fams[fam].taken
	}
	return 0
}

// Commit says that everything owner has announced so far has been answered: from
// now on a withdraw does not silently undo it.
func (o *Out) Commit(owner Owner) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if int(owner) < len(o.fresh) {
		o.commit(owner)
	}
}

func (o *Out) commit(owner Owner) {
	all := spread(0xff, fresh)
	for _, id := range o.fresh[owner] {
		e := o.table.at(id)
		for _, b := range o.banks {
			if w := b.word(id); w&all != 0 {
				b.setWord(id, e, w&^all)
			}
		}
	}
	o.fresh[owner] = o.fresh[owner][:0]
}

// unanswered remembers that an entry has fresh marks of its owner.
func (o *Out) unanswered(id uint32, owner Owner) {
	if owner == Configuration {
		return // nobody answers a configuration
	}
	for len(o.fresh) <= int(owner) {
		o.fresh = append(o.fresh, nil)
	}
	if len(o.fresh[owner]) >= maxFresh {
		o.commit(owner)
	}
	o.fresh[owner] = append(o.fresh[owner], id)
}

// Wake calls the Wake of every peer that something was marked for since the last
// call.
func (o *Out) Wake() {
	var wake []func()
	o.mu.Lock()
	for _, b := range o.banks {
		for lane := range lanesOf(b.dirty) {
			if w := b.peers[lane].Wake; w != nil {
				wake = append(wake, w)
			}
		}
		b.dirty = 0
	}
	o.mu.Unlock()
	call(wake)
}

func call(fs []func()) {
	for _, f := range fs {
		f()
	}
}

// FirstPending reports whether one of the peers is established and has not been
// sent the first batch of its session yet: commands then deserve a longer wait for
// those that follow them.
func (o *Out) FirstPending(peers *PeerSet) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, b := range o.banks {
		if peers.eight(i)&b.first != 0 {
			return true
		}
	}
	return false
}

// EOR sends an End-of-RIB of the family to the established of the peers, after the
// routes marked before it. It returns how many they are.
func (o *Out) EOR(peers *PeerSet, f bgp.Family) (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, b := range o.banks {
		for lane := range lanesOf(peers.eight(i) & b.up) {
			n++
			p := b.peers[lane]
			if len(p.eors) < maxEORs || !slices.ContainsFunc(p.eors, func(e eor) bool { return e.family == f }) {
				p.eors = append(p.eors, eor{f, b.end()})
				b.dirty |= p.bit()
			}
		}
	}
	return n
}

// Sync calls done once every announce and withdraw marked so far for the established
// of the peers has been written (Written), or their sessions have ended; at once when
// nothing is owed. Done is called without locks held, by whichever goroutine finds
// out. Wake has to follow, as after any command.
func (o *Out) Sync(peers *PeerSet, done func()) {
	o.mu.Lock()
	s := &syncWait{done: done}
	for i, b := range o.banks {
		for lane := range lanesOf(peers.eight(i) & b.up) {
			p := b.peers[lane]
			until := b.end()
			switch {
			case p.owes():
				b.dirty |= p.bit() // it may turn out to be nothing
			case p.flying > 0:
				until = p.drained
			default:
				continue
			}
			s.peers++
			p.waits = append(p.waits, wait{until, s})
		}
	}
	idle := s.peers == 0
	o.mu.Unlock()
	if idle {
		done()
	}
}
