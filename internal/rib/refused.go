package rib

import (
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Refused says that the i-th announce of a run could not be written: the peer has not
// got it. True: the peer may have another version of the NLRI, which the caller then
// withdraws in its place. The route stays meant for the peer; it is tried
// again when it is announced again, or in the next session.
//
// It is to be called before the next Drain, which may have something then: a path
// that gets the room of this one.
func (o *Out) Refused(id PeerID, b *Batch, r *Run, i int) (withdraw bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.peer(id)
	if p == nil || !p.isUp() || b.gen != p.gen {
		return false
	}
	fam, _ := o.table.family(r.Family)
	nlri := b.NLRI(r, i)
	k := o.table.ident(fam, nlri)
	lost := !p.AdjRIBOut && !b.again(r, i)
	if v := o.chain(p.bank, p.lane, o.table.find(&k)).sent; v != none && o.reads(p, o.table.at(v), nlri, attrSetKey{r.Attrs, r.NextHop}) {
		o.unset(p.bank, p.lane, v, sent)
		o.spare(v, o.table.at(v))
		lost = true
	}
	if lost && p.paths != nil {
		if next := o.release(p, fam, nlri); next != none {
			o.owe(p.bank, p.bit(), next)
		}
	}
	o.tidy()
	_, withdraw = slices.BinarySearch(b.replaces, uint32(r.first+i))
	return withdraw
}

// again reports whether the NLRI of an announce is announced again by a later run.
func (b *Batch) again(r *Run, i int) bool {
	key := bgp.AppendNLRIKey(nil, r.Family, b.NLRI(r, i))
	var other []byte
	for n := range b.Runs {
		q := &b.Runs[n]
		if q.first <= r.first || q.Family != r.Family || q.Kind != Announce && q.Kind != Replay {
			continue
		}
		for j := range q.N {
			if other = bgp.AppendNLRIKey(other[:0], q.Family, b.NLRI(q, j)); string(other) == string(key) {
				return true
			}
		}
	}
	return false
}
