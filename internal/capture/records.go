package capture

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/mrt"
)

// records reads MRT.
type records struct {
	in       *mrt.Reader
	sessions *sessions
	options  Options

	peers    map[mrt.Session]*recordPeer
	last     *recordPeer
	lastKey  mrt.Session
	routerID netip.Addr // of the collector, when a table tells

	// The table that is being read, entry by entry.
	record *mrt.Record
	index  *mrt.PeerTable
	table  mrt.RIB
	rest   bool // of the table

	scratch []byte   // messages that the records do not hold as such
	other   []string // kinds that were passed over, and said to be
}

// recordPeer is a session that records tell of.
type recordPeer struct {
	peer  *event.Peer
	guess [2]guess // of AS numbers of two and of four octets
}

// restart forgets what messages said of a session that begins again.
func (p *recordPeer) restart() {
	for i := range p.guess {
		p.guess[i].forget()
	}
}

// maxPeers bounds the sessions that are known: then all are forgotten. No collector
// has as many.
const maxPeers = 1 << 16

// maxOther bounds the kinds of records that are told to be passed over.
const maxOther = 32

func newRecords(in *mrt.Reader, o Options) *records {
	return &records{in: in, sessions: newSessions(o), options: o, peers: map[mrt.Session]*recordPeer{}}
}

// ErrKind is the error of what is of a kind that is passed over. It is given once
// for each kind.
var ErrKind = errors.New("records of this kind are not read")

var (
	errNoIndex = errors.New("a table before the peer index table")
	errCut     = errors.New("truncated")
)

func (r *records) next(it *Item) error {
	for {
		var found bool
		if r.rest {
			found = r.entry(it)
		} else {
			record, err := r.in.Next()
			if err != nil {
				return err
			}
			r.record = record
			found = r.read(it)
		}
		if found {
			it.At, it.Unit, it.Time = r.record.Offset, "octet", r.record.Time
			return nil
		}
	}
}

// read reads a record; false when there is no item yet.
func (r *records) read(it *Item) bool {
	switch r.record.Kind() {
	case mrt.Message:
		it.Err = r.message(it)
	case mrt.StateChange:
		c, err := r.record.StateChange()
		if it.Err = err; err == nil {
			p := r.peer(c.Session)
			p.restart()
			it.Peer, it.State = p.peer, c.New.String()
		}
	case mrt.PeerIndex:
		if it.Err = r.peerIndex(); it.Err == nil {
			return false
		}
	case mrt.Table:
		if it.Err = r.record.RIB(&r.table); it.Err == nil {
			r.rest = true
			return false
		}
	case mrt.Other:
		kind := r.record.String()
		if slices.Contains(r.other, kind) || len(r.other) == maxOther {
			return false
		}
		r.other = append(r.other, kind)
		it.Err = fmt.Errorf("%s: %w", kind, ErrKind)
	}
	return true
}

// peerIndex takes the peers of the tables that follow.
func (r *records) peerIndex() error {
	t, err := r.record.PeerTable()
	if err != nil {
		return err
	}
	r.index, r.routerID, r.last = t, t.Collector, nil
	clear(r.peers)
	return nil
}

// message reads a record that holds a message.
func (r *records) message(it *Item) error {
	m, scratch, err := r.record.Message(r.scratch)
	r.scratch = scratch
	if err != nil {
		return err
	}
	p := r.peer(m.Session)
	if it.Message, err = whole(m.Octets); err != nil {
		return refusal(m.Peer, m.Local, err)
	}
	it.Peer = p.peer
	if m.Sent {
		it.Direction = event.Send
	}
	if m.AddPath {
		it.Session = r.sessions.get(m.ASN4, true)
		return nil
	}
	g := &p.guess[0]
	if m.ASN4 {
		g = &p.guess[1]
	}
	switch bgp.MessageType(it.Message[bgp.HeaderLen-1]) {
	case bgp.TypeUpdate:
		g.see(it.Message[bgp.HeaderLen:])
	case bgp.TypeOpen:
		p.restart()
	default:
	}
	it.Session = g.session
	return nil
}

// whole returns the message that b begins with.
func whole(b []byte) ([]byte, error) {
	if len(b) < bgp.HeaderLen {
		return nil, errCut
	}
	t, size, err := bgp.ParseHeader(b, bgp.MaxExtendedMessage)
	if err != nil {
		return nil, err
	}
	if size > len(b) {
		return nil, fmt.Errorf("%s of %d octets: %w to %d", t, size, errCut, len(b))
	}
	return b[:size], nil
}

// entry reads the next entry of a table; false when there is none.
func (r *records) entry(it *Item) bool {
	if r.record.Type == mrt.TypeTableDumpV2 && r.index == nil {
		it.Err, r.rest = errNoIndex, false
		return true
	}
	e, ok, err := r.table.Next(r.index)
	if err != nil || !ok {
		it.Err, r.rest = err, false
		return err != nil
	}
	if r.scratch, it.Err = r.table.AppendUpdate(r.scratch[:0], &e); it.Err != nil {
		return true
	}
	it.Message, it.Peer = r.scratch, r.peer(e.Session).peer
	it.Session, it.Table = r.sessions.get(r.table.ASN4, e.PathID != nil), true
	return true
}

// peer returns what is known of a session.
func (r *records) peer(s mrt.Session) *recordPeer {
	if r.last != nil && r.lastKey == s {
		return r.last
	}
	p := r.peers[s]
	if p == nil {
		if len(r.peers) == maxPeers {
			clear(r.peers)
		}
		p = r.newPeer(s)
		r.peers[s] = p
	}
	r.last, r.lastKey = p, s
	return p
}

func (r *records) newPeer(s mrt.Session) *recordPeer {
	p := &recordPeer{peer: &event.Peer{
		Local: s.Local, Remote: s.Peer, LocalAS: s.LocalAS, PeerAS: s.PeerAS, RouterID: r.routerID,
	}}
	paths, sure := r.options.paths()
	for i := range p.guess {
		p.guess[i] = newGuess(r.sessions, i == 1, paths)
		p.guess[i].sureASN, p.guess[i].surePaths = true, sure
	}
	return p
}
