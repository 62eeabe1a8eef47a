package rib

import (
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Flush sends again all that the established of the peers were sent, or wait for;
// framed family by family where enhanced refresh was negotiated. Who has not been
// sent a first batch is about to get everything anyway.
func (o *Out) Flush(peers *PeerSet) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, b := range o.banks {
		for lane := range lanesOf(peers.eight(i) & b.up &^ b.first) {
			p := b.peers[lane]
			if !p.framed() {
				p.replay(replay{all: true})
				continue
			}
			for _, f := range p.session.Families {
				o.replayFamily(p, f)
			}
		}
	}
}

// Refresh does so for the family that a ROUTE-REFRESH of the peer asks for; false
// when the family is not negotiated.
func (o *Out) Refresh(id PeerID, f bgp.Family) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.peer(id)
	if p == nil || !p.isUp() || !slices.Contains(p.session.Families, f) {
		return false
	}
	// RFC 7313 §4: a framed answer is due even when there is nothing to send. Not
	// framed it would repeat the first batch.
	if p.framed() || p.bank.first&p.bit() == 0 {
		o.replayFamily(p, f)
	}
	return true
}

func (o *Out) replayFamily(p *peer, f bgp.Family) {
	if i, ok := o.table.family(f); ok {
		p.replay(replay{fam: i, framed: p.framed()})
	}
}

// framed reports whether replays go between BoRR and EoRR: the peer drops what is not
// repeated, so all that it has must be known.
func (p *peer) framed() bool { return p.session.Enhanced && p.AdjRIBOut }

// replay queues a replay, unless the same one waits already.
func (p *peer) replay(r replay) {
	for _, q := range p.replays {
		if !q.begun && q.fam == r.fam && q.all == r.all {
			return
		}
	}
	p.replays = append(p.replays, r)
	p.bank.dirty |= p.bit()
}
