package rib

import (
	"fmt"
	"math/bits"

	"github.com/herald-bgp/herald/internal/bgp"
)

// invariants reports what of that which always holds between two operations does not.
func (o *Out) invariants() error {
	t := &o.table
	heads, alive, refs := 0, 0, make([]uint32, len(t.sets.rows))
	for id := range t.n {
		e := t.at(id)
		if e.flags&entryDead != 0 {
			continue
		}
		alive++
		refs[e.set]++
		used := 0
		for _, b := range o.banks {
			used += min(1, bits.OnesCount64(b.word(id)))
		}
		if used == 0 || used != int(e.uses) {
			return fmt.Errorf("entry %d: %d uses counted, %d banks have marks", id, e.uses, used)
		}
		k := bgp.AppendNLRIKey(nil, t.families[e.fam], t.nlri(e))
		head := t.find(&ident{fam: e.fam, hash: t.hash(e.fam, k), key: k})
		if head != id {
			continue
		}
		heads++
		if err := o.chainInvariants(head); err != nil {
			return err
		}
	}
	for id, s := range t.sets.rows {
		if id > 0 && s.refs != refs[id] {
			return fmt.Errorf("attributes %d: %d references counted, %d entries", id, s.refs, refs[id])
		}
	}
	if alive != t.live() || heads != int(t.used-t.left) {
		return fmt.Errorf("%d entries alive of %d NLRI; counted %d and %d", alive, heads, t.live(), t.used-t.left)
	}
	return nil
}

// chainInvariants looks at the versions of an NLRI.
func (o *Out) chainInvariants(head uint32) error {
	t := &o.table
	for id, n := head, 0; id != none; id = t.at(id).next {
		if e := t.at(id); n > int(t.n) || e.flags&entryDead != 0 || (e.flags&entryChained != 0) != (id != head || e.next != none) {
			return fmt.Errorf("the versions of entry %d are not chained as they say", head)
		}
		n++
	}
	for _, b := range o.banks {
		for lane := range uint8(8) {
			if err := o.laneInvariants(b, lane, head); err != nil {
				return fmt.Errorf("lane %d, versions of entry %d: %w", lane, head, err)
			}
		}
	}
	return nil
}

func (o *Out) laneInvariants(b *bank, lane uint8, head uint32) error {
	var count [8]int
	var all marks
	p, bit := b.peers[lane], uint8(1)<<lane
	var f bankFamily
	if i := int(o.table.at(head).fam); i < len(b.fams) {
		f = b.fams[i]
	}
	for id := head; id != none; id = o.table.at(id).next {
		m := b.marks(id, lane)
		all |= m
		for i := range count {
			count[i] += int(m >> i & 1)
		}
		if m&owed != 0 && b.up&bit != 0 && !b.reaches(p, id) {
			return fmt.Errorf("entry %d is owed, and no drain comes to it", id)
		}
		if m&fresh != 0 && m&(member|announce) == 0 {
			return fmt.Errorf("entry %d: %06b: not answered, but nothing is meant", id, m)
		}
	}
	switch {
	case all != 0 && (p == nil || f.taken&bit == 0):
		return fmt.Errorf("%06b of a family that the peer does not take", all)
	case f.live&bit == 0 && all&(withdraw|later) != 0:
		return fmt.Errorf("%06b without a session", all)
	}
	for _, i := range []int{0, 1, 3, 4} { // member, sent, withdraw, later
		if count[i] > 1 {
			return fmt.Errorf("mark %06b on %d versions", 1<<i, count[i])
		}
	}
	return nil
}

// reaches reports whether a drain of an established peer comes to an entry.
func (b *bank) reaches(p *peer, id uint32) bool {
	if p.scan.active && id < p.scan.end && (id >= p.scan.pos || p.scan.configured) {
		return true
	}
	if b.clean&p.bit() != 0 {
		return false
	}
	for i := p.pos; i < b.end(); i++ {
		if b.log[i-b.base] == id {
			return true
		}
	}
	return false
}
