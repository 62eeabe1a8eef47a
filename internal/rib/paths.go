package rib

import (
	"encoding/binary"
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
)

// paths is which paths a peer has of each prefix, in the families in which it limits
// them (draft-abraitis-idr-addpath-paths-limit §3). A path that finds no room is
// held: it stays the peer's (member), owed nothing, until another one is withdrawn.
//
// It counts what this session has sent. What a restarting peer still keeps of an
// earlier one is gone by End-of-RIB.
type paths struct {
	limits []uint16           // by index in table.families; 0: none
	of     map[string]*prefix // by family and NLRI, without path identifier
	key    []byte             // scratch
}

// prefix is path identifiers of one prefix.
type prefix struct {
	sent []uint32 // announced, or about to be
	held []uint32 // in the order in which they get their turn
}

// limited returns the limits of a session; nil when it has none.
func (o *Out) limited(limits map[bgp.Family]uint16) *paths {
	if len(limits) == 0 {
		return nil
	}
	x := &paths{of: map[string]*prefix{}}
	for f, n := range limits {
		i, ok := o.table.family(f)
		if !ok {
			continue
		}
		for len(x.limits) <= int(i) {
			x.limits = append(x.limits, 0)
		}
		x.limits[i] = n
	}
	return x
}

// limit returns the most paths of a prefix in a family; 0: any number.
func (x *paths) limit(fam uint8) int {
	if int(fam) >= len(x.limits) {
		return 0
	}
	return int(x.limits[fam])
}

// prefix finds the paths of an NLRI's prefix, nil when there are none. The key stays
// in x.key, and that of the NLRI in t.key.
func (x *paths) prefix(t *table, fam uint8, nlri []byte) *prefix {
	t.key = bgp.AppendNLRIKey(t.key[:0], t.families[fam], nlri)
	x.key = append(append(x.key[:0], fam), t.key[bgp.PathIDLen:]...)
	return x.of[string(x.key)]
}

func pathID(nlri []byte) uint32 { return binary.BigEndian.Uint32(nlri) }

// admit reports whether an announce may be written: the peer has the path, or room
// for it. Otherwise it is held.
func (d *drain) admit(id uint32, e *entry) bool {
	x, t := d.p.paths, &d.o.table
	limit := x.limit(e.fam)
	if limit == 0 {
		return true
	}
	nlri := t.nlri(e)
	g, path := x.prefix(t, e.fam, nlri), pathID(nlri)
	if g == nil {
		g = &prefix{}
		x.of[string(x.key)] = g
	}
	if slices.Contains(g.sent, path) {
		return true
	}
	if len(g.sent) < limit {
		g.sent = append(g.sent, path)
		g.forget(path)
		return true
	}
	d.hold(id, g, path)
	return false
}

// hold takes an announce back. A withdraw that waits for it has nothing to do then,
// nor does the peer have what it was sent a restart ago for long.
func (d *drain) hold(id uint32, g *prefix, path uint32) {
	o, b, lane := d.o, d.b, d.p.lane
	o.unset(b, lane, id, announce|fresh)
	c := o.chain(b, lane, o.table.head(id))
	o.unset(b, lane, c.later, later)
	o.unset(b, lane, c.sent, sent)
	for _, v := range [...]uint32{id, c.later, c.sent} {
		if v != none {
			o.sort.spend(v, o.table.at(v))
		}
	}
	if c.member == none {
		g.forget(path)
	} else if !slices.Contains(g.held, path) {
		g.held = append(g.held, path)
	}
}

// forget strikes a path out of those that wait.
func (g *prefix) forget(path uint32) {
	g.held = slices.DeleteFunc(g.held, func(h uint32) bool { return h == path })
}

// release notes that a peer has not got an NLRI any more. The room goes to the next
// path that was held: it is returned, to be announced, or none.
func (o *Out) release(p *peer, fam uint8, nlri []byte) (next uint32) {
	x, t := p.paths, &o.table
	if x.limit(fam) == 0 {
		return none
	}
	g, path := x.prefix(t, fam, nlri), pathID(nlri)
	if g == nil {
		return none
	}
	g.forget(path)
	i := slices.Index(g.sent, path)
	if i < 0 {
		return none
	}
	g.sent = slices.Delete(g.sent, i, i+1)
	for len(g.held) > 0 {
		path = g.held[0]
		g.held = slices.Delete(g.held, 0, 1)
		binary.BigEndian.PutUint32(t.key, path)
		head := t.find(&ident{fam: fam, hash: t.hash(fam, t.key), key: t.key})
		if next = o.chain(p.bank, p.lane, head).member; next != none {
			g.sent = append(g.sent, path)
			o.set(p.bank, p.lane, next, announce|fresh)
			return next
		}
	}
	if len(g.sent) == 0 {
		delete(x.of, string(x.key))
	}
	return none
}

// owePromoted has the paths announced that got room. The log may change: no part of
// it is being read.
func (d *drain) owePromoted() {
	s := &d.o.sort
	for _, id := range s.promoted {
		if d.b.marks(id, d.p.lane)&announce != 0 {
			d.o.owe(d.b, d.p.bit(), id)
		}
	}
	s.promoted = s.promoted[:0]
}
