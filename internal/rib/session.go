package rib

import (
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Session is what was negotiated with a peer that came up.
type Session struct {
	Families []bgp.Family // in the peer's order
	Self     bgp.Self     // what "next-hop self" means
	Enhanced bool         // enhanced route refresh (RFC 7313)
	// PathsLimit is the most paths of a prefix that the peer takes, by family of those
	// with path identifiers (PATHS-LIMIT); nil when it set none.
	PathsLimit map[bgp.Family]uint16
	// Rate is UPDATEs a second, 0: as fast as they go. Under a rate a batch is one run,
	// and what a second takes at most of a family that has an UPDATE for each route;
	// withdraws overtake what waits.
	Rate    int
	Restart bool // graceful restart (RFC 4724): in the next session that has it too the peer may still hold what this one sent
}

// Up begins a session: every route of the peer is owed, configured ones first,
// then an End-of-RIB for each family.
func (o *Out) Up(id PeerID, s Session) {
	o.mu.Lock()
	p := o.peer(id)
	if p == nil {
		o.mu.Unlock()
		return
	}
	over := o.down(p)
	b, bit := p.bank, p.bit()
	restarted := p.gen > 0 && p.session.Restart && s.Restart
	p.session = s
	p.session.Families = slices.Clone(s.Families)
	for _, f := range s.Families {
		if i, ok := o.table.family(f); ok && b.family(i).taken&bit != 0 {
			b.family(i).live |= bit
		}
	}
	again := p.gen > 0
	p.gen++
	o.remark(p, func(e *entry, m marks) marks {
		live := b.fams[e.fam].live&bit != 0
		switch {
		case m&member == 0 && live && !again: // a configured route that another follows
			return m & announce
		case m&member == 0:
			return 0
		case !live:
			return m & (member | fresh)
		case restarted:
			return m&(member|fresh|sent) | announce
		}
		return m&(member|fresh) | announce
	})
	b.up |= bit
	b.first |= bit
	if restarted {
		b.stale |= bit
	}
	p.scan = scan{active: true, configured: true, end: o.table.n}
	p.pos = b.end()
	p.drained, p.written = 0, 0
	p.paths = o.limited(s.PathsLimit)
	p.changes++
	if !p.ManualEOR {
		for _, f := range p.session.Families {
			p.eors = append(p.eors, eor{f, p.pos})
		}
	}
	o.tidy()
	o.mu.Unlock()
	call(over)
}

// Down ends a session. What was sent is forgotten, but for a graceful restart.
func (o *Out) Down(id PeerID) {
	o.mu.Lock()
	var over []func()
	if p := o.peer(id); p != nil && p.isUp() {
		over = o.down(p)
		o.tidy()
	}
	o.mu.Unlock()
	call(over)
}

func (o *Out) down(p *peer) (over []func()) {
	b, bit := p.bank, p.bit()
	if b.up&bit == 0 {
		return nil
	}
	over = p.settle(^uint64(0))
	p.changes++
	for i := range b.fams {
		b.fams[i].live &^= bit
	}
	b.up &^= bit
	b.first &^= bit
	b.stale &^= bit
	b.clean &^= bit
	p.scan, p.replays, p.eors, p.paths = scan{}, nil, nil, nil
	p.firstOut, p.firstEnd, p.flying = false, 0, 0
	kept := member | fresh
	if p.session.Restart {
		o.inherit(p)
		kept |= sent
	}
	o.remark(p, func(_ *entry, m marks) marks {
		if m&member == 0 {
			return 0
		}
		return m & kept
	})
	b.trim()
	return over
}

// inherit lets the version that a peer is meant to have stand for the one that it
// was sent: in the next session it may still hold that.
func (o *Out) inherit(p *peer) {
	b := p.bank
	for page, words := range b.pages {
		if words == nil {
			continue
		}
		first := uint32(page) << chunkBits
		for id := first; id < min(first+chunkLen, o.table.n); id++ {
			if b.marks(id, p.lane)&(sent|member) == sent {
				o.set(b, p.lane, o.chain(b, p.lane, o.table.head(id)).member, sent)
			}
		}
	}
}

// remark changes the marks of a peer on every entry that has any.
func (o *Out) remark(p *peer, f func(*entry, marks) marks) {
	b, shift := p.bank, p.lane<<3
	for page, words := range b.pages {
		if words == nil {
			continue
		}
		first := uint32(page) << chunkBits
		for id := first; id < min(first+chunkLen, o.table.n); id++ {
			w := b.word(id)
			m := marks(w >> shift)
			if m == 0 {
				continue
			}
			e := o.table.at(id)
			b.setWord(id, e, w&^(0xff<<shift)|uint64(f(e, m))<<shift)
			o.spare(id, e)
		}
	}
}
