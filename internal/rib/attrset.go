package rib

import "github.com/herald-bgp/herald/internal/bgp"

// attrSet is attributes with the next hop of their routes.
type attrSet struct {
	attrs   bgp.Attrs
	nextHop bgp.NextHop
	refs    uint32 // entries that have it
	seen    uint32 // number of the sort that last met it
	group   uint32 // its place in that sort
}

type attrSetKey struct {
	attrs   bgp.Attrs
	nextHop bgp.NextHop
}

func (a *attrSet) key() attrSetKey { return attrSetKey{a.attrs, a.nextHop} }

// attrSets numbers the sets in use. Number 0 is the empty one, always there.
type attrSets struct {
	rows  []attrSet
	index map[attrSetKey]uint32
	free  []uint32

	last   attrSetKey // the set asked for last: routes often come in runs
	lastID uint32
}

// id returns the number of a set, a new one if need be. It holds no reference.
func (s *attrSets) id(k attrSetKey) uint32 {
	if k == (attrSetKey{}) {
		return 0
	}
	if s.lastID != 0 && s.last == k {
		return s.lastID
	}
	id, ok := s.index[k]
	if !ok {
		id = s.add(k)
	}
	s.last, s.lastID = k, id
	return id
}

func (s *attrSets) add(k attrSetKey) (id uint32) {
	if s.index == nil {
		s.index = map[attrSetKey]uint32{}
	}
	if n := len(s.free); n > 0 {
		id, s.free = s.free[n-1], s.free[:n-1]
	} else {
		if len(s.rows) == 0 {
			s.rows = make([]attrSet, 1)
		}
		id = uint32(len(s.rows))
		s.rows = append(s.rows, attrSet{})
	}
	s.rows[id] = attrSet{attrs: k.attrs, nextHop: k.nextHop}
	s.index[k] = id
	return id
}

// at returns a set. Valid until the next call of id.
func (s *attrSets) at(id uint32) *attrSet {
	if len(s.rows) == 0 {
		s.rows = make([]attrSet, 1)
	}
	return &s.rows[id]
}

func (s *attrSets) retain(id uint32) { s.at(id).refs++ }

// release gives back a reference. The last one frees the number.
func (s *attrSets) release(id uint32) {
	r := s.at(id)
	if r.refs--; r.refs > 0 || id == 0 {
		return
	}
	delete(s.index, r.key())
	if s.lastID == id {
		s.last, s.lastID = attrSetKey{}, 0
	}
	*r = attrSet{}
	s.free = append(s.free, id)
}

// drop frees a number that id gave and nobody retained.
func (s *attrSets) drop(id uint32) {
	if id != 0 && s.at(id).refs == 0 {
		s.at(id).refs = 1
		s.release(id)
	}
}
