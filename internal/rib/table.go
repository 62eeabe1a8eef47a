package rib

import (
	"hash/maphash"
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
)

// none is the number of no entry.
const none = ^uint32(0)

const (
	chunkBits = 10 // entries of a chunk; also those of a page of marks
	chunkLen  = 1 << chunkBits
	chunkMask = chunkLen - 1

	maxNLRI = 1<<16 - 1 // an entry counts its octets in 16 bits; no message is longer
)

// entry is a version of an NLRI: its octets, attributes, next hop and owner. The
// versions of one NLRI are chained; nearly always there is one. It has no pointers.
type entry struct {
	off   uint32 // octets in the arena
	set   uint32 // attributes and next hop
	next  uint32 // version of the same NLRI, or none
	hash  uint32 // of the identity
	n     uint16 // octets
	owner Owner
	uses  uint16 // of Out: words of marks that are not zero. In: not used
	fam   uint8  // index in table.families
	flags uint8
}

const entrySize = 24

const (
	entryDead    = 1 << iota // not found any more
	entryPlain               // its octets are its identity
	entryChained             // there are other versions of its NLRI
)

// table keeps entries in the order in which they came, found by identity: family,
// path identifier, and the NLRI without labels. Freed entries leave holes until
// compaction, so that the order stays.
type table struct {
	seed     maphash.Seed
	octets   arena
	chunks   [][]entry // of chunkLen entries; the first one grows as it is needed
	n        uint32    // entries, dead ones included
	dead     uint32    // of them
	holes    uint32    // so many dead ones are no reason to compact
	slots    []uint32  // number+1 of the first version, by hash; 0: free. A power of two
	used     uint32    // slots, those of dead entries included
	left     uint32    // slots of dead entries: until one of the same hash comes, or compaction
	sets     attrSets
	families []bgp.Family
	count    []int // live entries by family

	key, other []byte // scratch of lookups
}

func makeTable() table { return table{seed: maphash.MakeSeed(), holes: 4 * chunkLen} }

func (t *table) live() int { return int(t.n - t.dead) }

// at returns an entry. Valid until the next insert.
func (t *table) at(id uint32) *entry { return &t.chunks[id>>chunkBits][id&chunkMask] }

// nlri returns the octets of an entry, in kept form.
func (t *table) nlri(e *entry) []byte { return t.octets.at(e.off, int(e.n)) }

// family returns the index of a family; false when the table has no room for it.
func (t *table) family(f bgp.Family) (uint8, bool) {
	i := slices.Index(t.families, f)
	if i < 0 {
		if i = len(t.families); i > 0xff {
			return 0, false
		}
		t.families = append(t.families, f)
		t.count = append(t.count, 0)
	}
	return uint8(i), true
}

// ident is what find looks for: it borrows the NLRI and scratch of the table.
type ident struct {
	fam   uint8
	plain bool
	hash  uint32
	key   []byte
	nlri  []byte
}

func (t *table) ident(fam uint8, nlri []byte) ident {
	t.key = bgp.AppendNLRIKey(t.key[:0], t.families[fam], nlri)
	return ident{
		fam: fam, plain: string(t.key) == string(nlri), key: t.key, nlri: nlri,
		hash: t.hash(fam, t.key),
	}
}

func (t *table) hash(fam uint8, key []byte) uint32 {
	return uint32(maphash.Bytes(t.seed, key)) + uint32(fam)*0x9e3779b1
}

// find returns the first version of an NLRI, none when there is none.
func (t *table) find(k *ident) uint32 {
	if len(t.slots) == 0 {
		return none
	}
	mask := uint32(len(t.slots) - 1)
	for i := k.hash & mask; t.slots[i] != 0; i = (i + 1) & mask {
		if id := t.slots[i] - 1; t.is(t.at(id), k) {
			return id
		}
	}
	return none
}

func (t *table) is(e *entry, k *ident) bool {
	if e.hash != k.hash || e.fam != k.fam || e.flags&entryDead != 0 {
		return false
	}
	if e.flags&entryPlain != 0 {
		return string(t.nlri(e)) == string(k.key)
	}
	t.other = bgp.AppendNLRIKey(t.other[:0], t.families[e.fam], t.nlri(e))
	return string(t.other) == string(k.key)
}

// version returns the version with the given octets and set among those from
// head on; of any owner when owner is nil.
func (t *table) version(head uint32, nlri []byte, set uint32, owner *Owner) uint32 {
	for id := head; id != none; {
		e := t.at(id)
		if e.set == set && (owner == nil || e.owner == *owner) && string(t.nlri(e)) == string(nlri) {
			return id
		}
		id = e.next
	}
	return none
}

// insert adds a version of an NLRI whose first version is head, or none. False:
// the table is full, or the NLRI too long.
func (t *table) insert(k *ident, head, set uint32, owner Owner) (uint32, bool) {
	if len(k.nlri) > maxNLRI || t.n == none {
		return none, false
	}
	e := entry{set: set, next: none, hash: k.hash, n: uint16(len(k.nlri)), owner: owner, fam: k.fam}
	if k.plain {
		e.flags = entryPlain
	}
	if head != none && string(t.nlri(t.at(head))) == string(k.nlri) {
		e.off = t.at(head).off
	} else {
		off, ok := t.octets.add(k.nlri)
		if !ok {
			return none, false
		}
		e.off = off
	}
	id := t.n
	t.grow()
	t.n++
	t.sets.retain(set)
	t.count[k.fam]++
	if head != none {
		h := t.at(head)
		e.next, h.next = h.next, id
		e.flags |= entryChained
		h.flags |= entryChained
	} else {
		t.enter(k.hash, id)
	}
	*t.at(id) = e
	return id, true
}

// grow makes room for one more entry.
func (t *table) grow() {
	switch n := int(t.n); {
	case n == 0 && len(t.chunks) == 0:
		t.chunks = [][]entry{make([]entry, 16)}
	case n < chunkLen && n == len(t.chunks[0]):
		t.chunks[0] = append(t.chunks[0], make([]entry, n)...)
	case n >= chunkLen && n&chunkMask == 0:
		t.chunks = append(t.chunks, make([]entry, chunkLen))
	}
}

// enter puts the first version of an NLRI in the index.
func (t *table) enter(hash, id uint32) {
	if n := len(t.slots); int(t.used+1)*4 > n*3 {
		if int(t.used-t.left)*2 >= n {
			n *= 2
		}
		t.rehash(max(16, n))
	}
	mask := uint32(len(t.slots) - 1)
	i := hash & mask
	for t.slots[i] != 0 && (t.left == 0 || t.at(t.slots[i]-1).flags&entryDead == 0) {
		i = (i + 1) & mask
	}
	if t.slots[i] == 0 {
		t.used++
	} else {
		t.left--
	}
	t.slots[i] = id + 1
}

// reserve gives the index the size that it has with n NLRI.
func (t *table) reserve(n int) {
	size := max(16, len(t.slots))
	for n*4 > size*3 {
		size *= 2
	}
	if size > len(t.slots) {
		t.rehash(size)
	}
}

// rehash makes an index of n slots, without dead entries.
func (t *table) rehash(n int) {
	old, mask := t.slots, uint32(n-1)
	t.slots = make([]uint32, n)
	for _, s := range old {
		if s == 0 {
			continue
		}
		e := t.at(s - 1)
		if e.flags&entryDead != 0 {
			continue
		}
		i := e.hash & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
	t.used, t.left = t.used-t.left, 0
}

// remove takes a version out of its chain. Its number stays taken until compaction, and
// so does the slot of the last one of an NLRI: to find the slots of many would cost more
// than to pass over them.
func (t *table) remove(id uint32) {
	e := t.at(id)
	head := t.head(id)
	if head != id {
		prev := t.at(head)
		for prev.next != id {
			prev = t.at(prev.next)
		}
		prev.next = e.next
	} else {
		head = e.next
		if head != none {
			t.slots[t.slotOf(id)] = head + 1
		} else {
			t.left++
		}
	}
	if head != none && t.at(head).next == none {
		t.at(head).flags &^= entryChained
	}
	t.sets.release(e.set)
	t.count[e.fam]--
	t.dead++
	e.flags |= entryDead
	e.next = none
}

// head returns the first version of the NLRI of an entry.
func (t *table) head(id uint32) uint32 {
	e := t.at(id)
	if e.flags&entryChained == 0 {
		return id
	}
	t.key = bgp.AppendNLRIKey(t.key[:0], t.families[e.fam], t.nlri(e))
	return t.find(&ident{fam: e.fam, hash: e.hash, key: t.key})
}

// slotOf finds the slot of an entry that is the first version of its NLRI.
func (t *table) slotOf(id uint32) uint32 {
	mask := uint32(len(t.slots) - 1)
	i := t.at(id).hash & mask
	for t.slots[i] != id+1 {
		i = (i + 1) & mask
	}
	return i
}

// sparse reports whether compaction is worth its walk over everything.
func (t *table) sparse() bool { return t.dead > t.holes && t.dead > t.n/3 }

// compact closes the holes. It returns the new number of each old one: of a dead
// entry that of the next one alive.
func (t *table) compact() []uint32 {
	moved := make([]uint32, t.n+1)
	for id, to := uint32(0), uint32(0); id < t.n; id++ {
		moved[id] = to
		if t.at(id).flags&entryDead == 0 {
			to++
		}
		moved[id+1] = to
	}
	var octets arena
	for id := range t.n {
		e := t.at(id)
		if e.flags&entryDead != 0 {
			continue
		}
		if e.next != none {
			e.next = moved[e.next]
		}
		e.off, _ = octets.add(t.nlri(e)) // it did fit before
		*t.at(moved[id]) = *e
	}
	t.octets = octets
	t.n -= t.dead
	t.dead = 0
	keep := max(1, int(t.n+chunkMask)>>chunkBits)
	clear(t.chunks[keep:])
	t.chunks = t.chunks[:keep]
	for i, s := range t.slots {
		switch {
		case s == 0:
		case moved[s-1] == moved[s]: // dead
			t.slots[i] = 0
		default:
			t.slots[i] = moved[s-1] + 1
		}
	}
	if n := len(t.slots); n > 64 && (t.used-t.left)*8 < uint32(n) {
		t.rehash(n / 4)
	} else if t.left > 0 {
		t.rehash(n)
	}
	return moved
}
