package speaker

import (
	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/fsm"
)

// nobody is the Observer of a speaker that has none.
type nobody struct{}

func (nobody) State(*event.Peer, event.State, event.Reason)             {}
func (nobody) FSM(*event.Peer, string)                                  {}
func (nobody) Negotiated(*event.Peer, *bgp.Negotiated)                  {}
func (nobody) Room(*event.Peer, <-chan struct{}) bool                   { return true }
func (nobody) Wants(*event.Peer, event.Direction, bgp.MessageType) bool { return false }
func (nobody) Packet(*event.Peer, event.Direction, *event.Message, *bgp.Negotiated, <-chan struct{}) {
}

func (nobody) Message(*event.Peer, event.Direction, *event.Message, *bgp.Negotiated, <-chan struct{}) {
}

// sent counts and reports a message that was sent.
func (k *conn) sent(m *event.Message) {
	p := k.peer
	p.stats.count(event.Send, m.Type)
	info := p.info.Load()
	if !p.s.cfg.Observer.Wants(info, event.Send, m.Type) {
		return
	}
	raw := event.Message{Type: m.Type, Raw: m.Raw}
	p.s.cfg.Observer.Packet(info, event.Send, &raw, k.negotiated, k.noWait)
	p.s.cfg.Observer.Message(info, event.Send, m, k.negotiated, k.noWait)
}

// reason translates why the machine ended a session.
func reason(a *fsm.Action) event.Reason {
	causes := [...]event.Cause{
		fsm.CauseLost:     event.Lost,
		fsm.CauseReceived: event.Received,
		fsm.CauseSent:     event.Sent,
		fsm.CauseRemoved:  event.Removed,
		fsm.CauseShutdown: event.Shutdown,
		fsm.CauseGraceful: event.Graceful,
	}
	return event.Reason{Cause: causes[a.Cause], Notification: a.Notification}
}
