package rib

import "github.com/herald-bgp/herald/internal/bgp"

// Kind is what a run of a batch becomes on the wire.
type Kind uint8

// The kinds of runs.
const (
	BoRR           Kind = iota // ROUTE-REFRESH that begins a replay of the family (RFC 7313 §4)
	EoRR                       // the one that ends it
	EOR                        // End-of-RIB of the family (RFC 4724 §2)
	Withdraw                   // NLRI to withdraw, with attributes where the family wants them (bgp.Family.WithdrawAttrs)
	Announce                   // NLRI to announce with the attributes and the next hop
	Replay                     // the same, for a flush or a refresh
	AttributesOnly             // for each NLRI an UPDATE of the attributes, without it: ExaBGP's withdraw of a route that the peer never had
)

// Run is consecutive routes of a batch that have all but the NLRI in common.
type Run struct {
	Kind    Kind
	Family  bgp.Family
	Attrs   bgp.Attrs
	NextHop bgp.NextHop // not resolved
	N       int         // of NLRI; 0 for BoRR, EoRR and EOR

	first int
	set   uint32
}

// Batch is what one Drain gives: the runs in the order in which they have to be
// written. It owns its octets, and is reused.
type Batch struct {
	Runs []Run

	octets   []byte
	ends     []uint32
	replaces []uint32 // announces of NLRI that the peer may have another version of: places in ends
	end      uint64   // how far in the peer's log everything is in this batch or an earlier one
	gen      uint32   // of the session
}

// Len returns the number of routes; it does not count BoRR, EoRR and EOR.
func (b *Batch) Len() int { return len(b.ends) }

// Empty reports whether there is nothing to write.
func (b *Batch) Empty() bool { return len(b.Runs) == 0 }

// NLRI returns the i-th NLRI of a run, in kept form. It borrows the batch.
func (b *Batch) NLRI(r *Run, i int) []byte {
	var start uint32
	if i += r.first; i > 0 {
		start = b.ends[i-1]
	}
	return b.octets[start:b.ends[i]:b.ends[i]]
}

func (b *Batch) reset() {
	clear(b.Runs) // do not hold attributes
	b.Runs, b.octets, b.ends, b.replaces = b.Runs[:0], b.octets[:0], b.ends[:0], b.replaces[:0]
}

// mark adds a run without NLRI.
func (b *Batch) mark(k Kind, f bgp.Family) {
	b.Runs = append(b.Runs, Run{Kind: k, Family: f, first: len(b.ends)})
}

// add adds an NLRI to the last run, or to a new one.
func (b *Batch) add(k Kind, f bgp.Family, set uint32, s *attrSet, nlri []byte) {
	n := len(b.Runs)
	if n == 0 || b.Runs[n-1].Kind != k || b.Runs[n-1].set != set || b.Runs[n-1].Family != f {
		b.Runs = append(b.Runs, Run{Kind: k, Family: f, Attrs: s.attrs, NextHop: s.nextHop, first: len(b.ends), set: set})
		n++
	}
	b.Runs[n-1].N++
	b.octets = append(b.octets, nlri...)
	b.ends = append(b.ends, uint32(len(b.octets)))
}
