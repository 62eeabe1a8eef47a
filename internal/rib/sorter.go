package rib

import (
	"cmp"
	"slices"
)

// lookahead is how many times the limit of a batch are looked through for routes
// that share attributes.
const lookahead = 8

// sorter is what a drain has collected, and scratch to sort it. There is one,
// shared under the lock.
type sorter struct {
	withdraws, announces []uint32
	order                []uint32
	groups               []sortGroup
	stamp                uint32 // number of the sort, in attrSet.seen

	set  uint32 // attributes of the first announce
	same int    // announces that have them too

	postponed []uint32 // withdraws for the end of the batch
	spent     []uint32 // entries that nobody may need any more
	promoted  []uint32 // paths that a limit held back, and does no more
}

// sortGroup is the announces that share attributes.
type sortGroup struct {
	next  uint32 // place of the next one in the order
	fam   uint8  // of the first
	mixed bool   // other families too
}

func (s *sorter) reset() {
	s.withdraws, s.announces, s.same = s.withdraws[:0], s.announces[:0], 0
}

// enough reports whether looking further makes no better batch: it is full of
// withdraws or of one group, or a fair part of what waits has been seen.
func (s *sorter) enough(limit int) bool {
	return len(s.withdraws) >= limit || s.same >= limit || len(s.announces) >= lookahead*limit
}

// collect takes an entry that is owed.
func (s *sorter) collect(id uint32, e *entry, m marks) {
	if m&withdraw != 0 {
		s.withdraws = append(s.withdraws, id)
	}
	if m&announce == 0 {
		return
	}
	if len(s.announces) == 0 {
		s.set = e.set
	}
	if e.set == s.set {
		s.same++
	}
	s.announces = append(s.announces, id)
}

// spend notes an entry that may be of no use any more.
func (s *sorter) spend(id uint32, e *entry) {
	if e.uses == 0 {
		s.spent = append(s.spent, id)
	}
}

// byAttributes returns the announces by attributes, in the order in which these
// were first met, and inside by family. It borrows s.
func (s *sorter) byAttributes(t *table) []uint32 {
	if s.stamp++; s.stamp == 0 {
		for i := range t.sets.rows {
			t.sets.rows[i].seen = 0
		}
		s.stamp = 1
	}
	s.groups = s.groups[:0]
	mixed := false
	for _, id := range s.announces {
		e := t.at(id)
		g := s.group(t.sets.at(e.set), e.fam)
		g.next++
		if g.fam != e.fam {
			g.mixed, mixed = true, true
		}
	}
	if len(s.groups) <= 1 && !mixed {
		return s.announces
	}
	at := uint32(0)
	for i := range s.groups {
		g := &s.groups[i]
		g.next, at = at, at+g.next
	}
	s.order = slices.Grow(s.order[:0], len(s.announces))[:len(s.announces)]
	for _, id := range s.announces {
		g := &s.groups[t.sets.at(t.at(id).set).group]
		s.order[g.next] = id
		g.next++
	}
	if mixed {
		s.byFamily(t)
	}
	return s.order
}

// group returns the group of a set, a new one when the set is met first.
func (s *sorter) group(a *attrSet, fam uint8) *sortGroup {
	if a.seen != s.stamp {
		a.seen, a.group = s.stamp, uint32(len(s.groups))
		s.groups = append(s.groups, sortGroup{fam: fam})
	}
	return &s.groups[a.group]
}

// byFamily sorts the groups of several families.
func (s *sorter) byFamily(t *table) {
	start := uint32(0)
	for _, g := range s.groups {
		if g.mixed {
			slices.SortStableFunc(s.order[start:g.next], func(a, b uint32) int {
				return cmp.Compare(t.at(a).fam, t.at(b).fam)
			})
		}
		start = g.next
	}
}
