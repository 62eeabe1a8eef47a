package rib

import (
	"iter"
	"math/bits"
)

// PeerID is a peer's place in Out. It is small, and given again after RemovePeer.
type PeerID uint32

// PeerSet is a set of peers. The zero value is empty.
type PeerSet struct {
	all  bool
	bits []uint64
}

// AllPeers returns the set of every peer there is when it is used.
func AllPeers() *PeerSet { return &PeerSet{all: true} }

// Peers returns a set of the given peers.
func Peers(ids ...PeerID) *PeerSet {
	s := &PeerSet{}
	for _, id := range ids {
		s.Add(id)
	}
	return s
}

// Add puts a peer in the set.
func (s *PeerSet) Add(id PeerID) {
	i := int(id >> 6)
	for len(s.bits) <= i {
		s.bits = append(s.bits, 0)
	}
	s.bits[i] |= 1 << (id & 63)
}

// Has reports whether the set holds a peer.
func (s *PeerSet) Has(id PeerID) bool {
	return s.eight(int(id>>3))&(1<<(id&7)) != 0
}

// Within reports whether every peer of s is in t.
func (s *PeerSet) Within(t *PeerSet) bool {
	if s.all || t.all {
		return t.all
	}
	for i, w := range s.bits {
		if w&^t.word(i) != 0 {
			return false
		}
	}
	return true
}

// Meets reports whether a peer is in both sets.
func (s *PeerSet) Meets(t *PeerSet) bool {
	for i := range max(len(s.bits), len(t.bits)) {
		if s.word(i)&t.word(i) != 0 {
			return true
		}
	}
	return s.all && t.all
}

// word returns the membership of the 64 peers from 64*i, a bit each.
func (s *PeerSet) word(i int) uint64 {
	switch {
	case s.all:
		return ^uint64(0)
	case i < len(s.bits):
		return s.bits[i]
	}
	return 0
}

// All reports whether it is the set of every peer.
func (s *PeerSet) All() bool { return s.all }

// Each walks the peers that were added, by number.
func (s *PeerSet) Each() iter.Seq[PeerID] {
	return func(yield func(PeerID) bool) {
		for i, w := range s.bits {
			for ; w != 0; w &= w - 1 {
				if !yield(PeerID(i<<6 + bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}

// eight returns the membership of the eight peers from 8*i, a bit each.
func (s *PeerSet) eight(i int) uint8 {
	if s.all {
		return 0xff
	}
	if i>>3 >= len(s.bits) {
		return 0
	}
	return uint8(s.bits[i>>3] >> (i & 7 << 3))
}
