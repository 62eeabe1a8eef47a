package rib

import "github.com/herald-bgp/herald/internal/bgp"

// peer is what Out knows of a neighbor, beside its marks.
type peer struct {
	PeerConfig
	bank *bank
	lane uint8

	// The configured routes of its first table are all sent, also those that repeat
	// an NLRI.
	loaded bool
	// changes counts what half a Replace does not go together with.
	changes uint64
	dogs    map[string]*watchdog

	// Of the session.
	session Session
	gen     uint32   // counts sessions
	scan    scan     // of the table; what it owes comes before the log
	pos     uint64   // how far the bank's log has been read
	replays []replay // flushes and refreshes, in order
	eors    []eor    // in order

	// The first batch is what is owed at the first drain that finds anything: up to
	// firstEnd in the log.
	firstEnd uint64
	firstOut bool // that drain has been

	// How far in the log everything is in a batch, and is written; 0 until the scan at
	// the start of a session is over.
	drained, written uint64
	flying           int // batches that are not reported as written
	waits            []wait

	paths *paths // nil: the peer set no limit

	ahead uint64 // how far the log has been read for withdraws, under a rate
}

// scan is a walk over the table for what is owed: at the start of a session, and
// when a peer has fallen too far behind to read the log.
type scan struct {
	active     bool
	configured bool   // first pass: configured routes; the second takes the others
	moved      bool   // as in replay
	pos, end   uint32 // entries
}

// replay is a flush or a refresh.
type replay struct {
	all      bool  // every family
	fam      uint8 // else this one
	framed   bool  // by BoRR and EoRR
	begun    bool
	pos, end uint32

	moved bool   // a route it has passed is owed again, by the log
	until uint64 // how far the log has to be read before the end, once the table has been
}

// eor is an End-of-RIB to send once the log has been read up to pos.
type eor struct {
	family bgp.Family
	pos    uint64
}

// maxEORs bounds what a helper can pile up at a peer that does not read. Beyond it
// an End-of-RIB of a family that already waits is dropped.
const maxEORs = 64

// wait is a Sync that waits until the log has been written up to pos.
type wait struct {
	pos  uint64
	sync *syncWait
}

type syncWait struct {
	peers int // still owed something
	done  func()
}

func (p *peer) bit() uint8 { return 1 << p.lane }

func (p *peer) isUp() bool { return p.bank.up&p.bit() != 0 }

// move follows a compaction of the table.
func (p *peer) move(moved []uint32) {
	p.scan.pos, p.scan.end = moved[p.scan.pos], moved[p.scan.end]
	for i := range p.replays {
		r := &p.replays[i]
		r.pos, r.end = moved[r.pos], moved[r.end]
	}
}

// rescan makes the peer read the table instead of what it has not read of the log.
func (p *peer) rescan(entries uint32) {
	p.scan = scan{active: true, configured: p.scan.active && p.scan.configured, moved: p.scan.moved, end: entries}
	p.pos = p.bank.end()
}

// repeats reports whether the peer is being sent what it has of a family, and drops
// what it has not heard of at the end. A route that becomes another version
// meanwhile has to be sent before that end.
func (p *peer) repeats(fam uint8) bool {
	if p.scan.active && p.bank.stale&p.bit() != 0 {
		p.scan.moved = true
		return true
	}
	if len(p.replays) > 0 && p.replays[0].begun && p.replays[0].framed && p.replays[0].fam == fam {
		p.replays[0].moved = true
		return true
	}
	return false
}

// replays reports whether a lane is being sent again what it has.
func (b *bank) replays(lanes uint8) bool {
	if lanes&b.stale != 0 {
		return true
	}
	for lane := range lanesOf(lanes) {
		if len(b.peers[lane].replays) > 0 {
			return true
		}
	}
	return false
}

// owes reports whether a drain would find something to look at.
func (p *peer) owes() bool {
	return p.scan.active || p.bank.clean&p.bit() == 0 || len(p.replays) > 0 || len(p.eors) > 0
}

// settle takes the waits that are over from the peer, and returns those whose last
// one this was.
func (p *peer) settle(upTo uint64) (over []func()) {
	n := 0
	for ; n < len(p.waits) && p.waits[n].pos <= upTo; n++ {
		s := p.waits[n].sync
		if s.peers--; s.peers == 0 {
			over = append(over, s.done)
		}
	}
	if n > 0 {
		p.waits = p.waits[:copy(p.waits, p.waits[n:])]
	}
	return over
}
