package rib

import (
	"encoding/binary"
	"iter"
	"math/bits"
)

// marks say what a peer has of an entry, and what it is owed.
type marks = uint8

const (
	// member: the version that the peer is meant to have. One of an NLRI.
	member marks = 1 << iota
	// sent: the version that the peer has, as far as this session knows. One of an NLRI.
	sent
	// announce: to be sent. Without member, it is sent before the version that is
	// meant, or before the withdraw that waits in later.
	announce
	// withdraw: a withdraw with this entry's content is to be sent, before any
	// announce. One of an NLRI.
	withdraw
	// later: the same, after the announce that is still to be sent.
	later
	// fresh: the announce has not been answered yet; a withdraw undoes it silently.
	fresh

	owed = announce | withdraw // something to do for a drain
)

// bank is eight peers, its lanes: their marks side by side, a 64-bit word an
// entry, and one log of what changed. So a route for many peers costs a word and a
// log entry for eight of them, and peers that share no route share no memory.
type bank struct {
	peers [8]*peer
	wide  bool     // a word is 8 octets; else 1: there never was a second lane
	pages [][]byte // of chunkLen words; nil where nothing is marked

	// Entries that became owed to an established peer, in order. Each of them reads
	// on at its own place (peer.pos). The place of log[0] is base.
	log  []uint32
	base uint64

	fams  []bankFamily // by index in table.families
	up    uint8        // lanes with a session
	first uint8        // lanes whose first batch is not out yet
	stale uint8        // lanes that may hold what an earlier session sent, until the table is out
	keep  uint8        // lanes with adj-rib-out
	clean uint8        // lanes that are owed nothing of the log: their pos does not count
	dirty uint8        // lanes to wake
}

// bankFamily is which lanes exchange routes of a family.
type bankFamily struct {
	taken uint8 // configured
	live  uint8 // negotiated with a session
}

// family returns which lanes exchange a family, by its index.
func (b *bank) family(i uint8) *bankFamily {
	for len(b.fams) <= int(i) {
		b.fams = append(b.fams, bankFamily{})
	}
	return &b.fams[i]
}

// eachLane has a 1 for each lane.
const eachLane uint64 = 0x0101010101010101

// spread makes a word with the given marks in each lane of the set.
func spread(lanes uint8, m marks) uint64 { return lanesMask(lanes) & (uint64(m) * eachLane) }

// lanesMask has all bits of the given lanes.
func lanesMask(lanes uint8) uint64 {
	w := uint64(lanes) * eachLane & 0x8040201008040201 // lane i: its bit i, or nothing
	w |= w >> 4
	w |= w >> 2
	w |= w >> 1
	return w & eachLane * 0xff
}

// word returns the marks of an entry.
func (b *bank) word(id uint32) uint64 {
	p := int(id >> chunkBits)
	if p >= len(b.pages) || b.pages[p] == nil {
		return 0
	}
	if b.wide {
		return binary.LittleEndian.Uint64(b.pages[p][id&chunkMask<<3:])
	}
	return uint64(b.pages[p][id&chunkMask])
}

func (b *bank) marks(id uint32, lane uint8) marks { return marks(b.word(id) >> (lane << 3)) }

// setWord stores the marks of an entry, and counts the words in use in e.
func (b *bank) setWord(id uint32, e *entry, w uint64) {
	old := b.word(id)
	if old == w {
		return
	}
	if old == 0 {
		e.uses++
	} else if w == 0 {
		e.uses--
	}
	b.store(id, w)
}

// setNew stores the marks of an entry that has none.
func (b *bank) setNew(id uint32, e *entry, w uint64) {
	e.uses++
	b.store(id, w)
}

func (b *bank) store(id uint32, w uint64) {
	p := int(id >> chunkBits)
	if p >= len(b.pages) || b.pages[p] == nil {
		b.addPage(p)
	}
	if b.wide {
		binary.LittleEndian.PutUint64(b.pages[p][id&chunkMask<<3:], w)
	} else {
		b.pages[p][id&chunkMask] = byte(w)
	}
}

func (b *bank) addPage(p int) {
	for len(b.pages) <= p {
		b.pages = append(b.pages, nil)
	}
	b.pages[p] = make([]byte, chunkLen*b.width())
}

func (b *bank) width() int {
	if b.wide {
		return 8
	}
	return 1
}

// widen makes room for more than one lane.
func (b *bank) widen() {
	if b.wide {
		return
	}
	b.wide = true
	for i, old := range b.pages {
		if old == nil {
			continue
		}
		b.pages[i] = make([]byte, 8*chunkLen)
		for j, m := range old {
			b.pages[i][8*j] = m
		}
	}
}

// move follows a compaction of the table.
func (b *bank) move(moved []uint32, alive uint32) {
	old := *b
	b.pages = make([][]byte, (alive+chunkMask)>>chunkBits)
	for p, page := range old.pages {
		if page == nil {
			continue
		}
		for id := uint32(p << chunkBits); id < uint32((p+1)<<chunkBits) && int(id) < len(moved)-1; id++ {
			if w := old.word(id); w != 0 {
				b.setWord(moved[id], &entry{}, w) // the count is not touched: nothing comes or goes
			}
		}
	}
	// A log entry of a dead one now names its neighbour: the marks tell what is owed.
	for i, id := range b.log {
		b.log[i] = moved[id]
	}
}

// end is the place behind the log.
func (b *bank) end() uint64 { return b.base + uint64(len(b.log)) }

// record puts an entry in the log. Lanes that are hopelessly behind read the table
// instead, so that the log never is much longer than the table.
func (b *bank) record(id, entries uint32) {
	if limit := max(minLog, 2*int(entries)); len(b.log) >= limit {
		b.trim()
		if len(b.log) >= limit {
			for lane := range lanesOf(b.up &^ b.clean) {
				if p := b.peers[lane]; p.pos < b.base+uint64(limit/2) {
					p.rescan(entries)
				}
			}
			b.trim()
		}
	}
	b.log = append(b.log, id)
}

const (
	minLog  = 1 << 13
	keepLog = 1 << 13 // an empty log of more than this gives its memory back
)

// trim drops what all lanes have read.
func (b *bank) trim() {
	read := b.end()
	for lane := range lanesOf(b.up &^ b.clean) {
		read = min(read, b.peers[lane].pos)
	}
	n := int(read - b.base)
	switch {
	case n == len(b.log) && cap(b.log) > keepLog:
		b.log = nil
	case n == len(b.log):
		b.log = b.log[:0]
	case n > len(b.log)/2:
		b.log = b.log[:copy(b.log, b.log[n:])]
	default:
		return
	}
	b.base = read
}

// lanesOf walks the lanes of a set.
func lanesOf(set uint8) iter.Seq[uint8] {
	return func(yield func(uint8) bool) {
		for ; set != 0; set &= set - 1 {
			if !yield(uint8(bits.TrailingZeros8(set))) {
				return
			}
		}
	}
}
