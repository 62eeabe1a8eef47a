package speaker

import (
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/fsm"
)

// Status is a peer at one moment. It is never changed: a change is a new Status.
type Status struct {
	State fsm.State
	Since time.Time // of State; the zero Time for a peer that has not begun

	// Of the established session; zero while there is none.
	Negotiated    *bgp.Negotiated
	Sent          *bgp.Open // our OPEN
	Received      *bgp.Open // the peer's
	Local, Remote netip.AddrPort

	Sessions uint64       // that were established
	LastDown event.Reason // why the last one ended; of no meaning before

	base Counters // when the session began
}

// Status returns what the peer is doing.
func (p *Peer) Status() *Status { return p.status.Load() }

// Messages counts messages by type.
type Messages struct {
	Open, Update, Notification, Keepalive, Refresh, Operational uint64
}

// Counters is what a peer has counted.
type Counters struct {
	Sent, Received Messages
	// NLRI of received UPDATEs.
	PrefixesAnnounced, PrefixesWithdrawn uint64
	// Received UPDATEs with an error that did not end the session (RFC 7606).
	Malformed uint64
}

// SessionCounters returns what was counted in the connection that is up: nothing
// when none is.
func (p *Peer) SessionCounters() Counters {
	st := p.Status()
	if st.State <= fsm.Active {
		return Counters{}
	}
	return p.stats.read().minus(&st.base)
}

// messageTypes is one more than the greatest type that is counted.
const messageTypes = int(bgp.TypeOperational) + 1

// stats is the live counters: the reader's and the writer's.
type stats struct {
	messages  [2][messageTypes]atomic.Uint64 // by direction
	announced atomic.Uint64
	withdrawn atomic.Uint64
	malformed atomic.Uint64
}

func (s *stats) count(d event.Direction, t bgp.MessageType) {
	if int(t) < messageTypes {
		s.messages[d][t].Add(1)
	}
}

func (s *stats) read() Counters {
	return Counters{
		Sent: s.readMessages(event.Send), Received: s.readMessages(event.Receive),
		PrefixesAnnounced: s.announced.Load(), PrefixesWithdrawn: s.withdrawn.Load(),
		Malformed: s.malformed.Load(),
	}
}

func (s *stats) readMessages(d event.Direction) Messages {
	m := &s.messages[d]
	return Messages{
		Open: m[bgp.TypeOpen].Load(), Update: m[bgp.TypeUpdate].Load(),
		Notification: m[bgp.TypeNotification].Load(), Keepalive: m[bgp.TypeKeepalive].Load(),
		Refresh: m[bgp.TypeRouteRefresh].Load(), Operational: m[bgp.TypeOperational].Load(),
	}
}

func (c Counters) minus(b *Counters) Counters {
	return Counters{
		Sent: c.Sent.minus(&b.Sent), Received: c.Received.minus(&b.Received),
		PrefixesAnnounced: c.PrefixesAnnounced - b.PrefixesAnnounced,
		PrefixesWithdrawn: c.PrefixesWithdrawn - b.PrefixesWithdrawn,
		Malformed:         c.Malformed - b.Malformed,
	}
}

func (m Messages) minus(b *Messages) Messages {
	return Messages{
		Open: m.Open - b.Open, Update: m.Update - b.Update,
		Notification: m.Notification - b.Notification, Keepalive: m.Keepalive - b.Keepalive,
		Refresh: m.Refresh - b.Refresh, Operational: m.Operational - b.Operational,
	}
}
