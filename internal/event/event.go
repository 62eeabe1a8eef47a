// Package event is what a speaker reports, as values, and who listens to it.
//
// The calls about one peer come in one order and never two at a time for one
// direction. Until Established they come from the goroutine that owns the peer;
// afterwards received messages come from the reader, sent ones from the writer,
// both of which have made their last call before Down is reported.
// What an event points to is borrowed: it is valid during the call.
package event

import (
	"net/netip"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Peer identifies a neighbor in events. It is made once per configured neighbor and
// replaced when the configuration changes.
type Peer struct {
	Name     string     // ExaBGP's name: "neighbor 10.0.0.1 local-ip … family-allowed in-open"
	Local    netip.Addr // configured local-address, else the connection's; the zero Addr while unknown
	Remote   netip.Addr
	LocalAS  uint32
	PeerAS   uint32
	RouterID netip.Addr
	API      any // what the observer attached when the peer was configured
}

// Direction of a message.
type Direction uint8

// The directions.
const (
	Receive Direction = iota
	Send
)

func (d Direction) String() string {
	if d == Send {
		return "send"
	}
	return "receive"
}

// State is a change of a neighbor that helpers hear of.
type State uint8

// The states of "neighbor-changes".
const (
	Connected State = iota
	Up
	Down
)

func (s State) String() string { return [...]string{"connected", "up", "down"}[s] }

// Message is one BGP message, sent or received. Exactly the field of its type is
// set; all but Raw are nil for a KEEPALIVE and while it is not parsed.
type Message struct {
	Type         bgp.MessageType
	Raw          []byte // whole message with header
	Open         *bgp.Open
	Update       *bgp.Update
	Notification *bgp.Notification
	Refresh      *bgp.RouteRefresh
	Operational  *bgp.Operational
}

// Observer hears what a speaker does. A call may block only where its comment says so.
type Observer interface {
	// State reports connected, up and down; why only with down. It does not block.
	State(p *Peer, s State, why Reason)
	// FSM reports a new state of the machine by its name: "IDLE". It does not block.
	FSM(p *Peer, state string)
	// Negotiated reports what the OPENs agreed on. It does not block.
	Negotiated(p *Peer, n *bgp.Negotiated)
	// Packet reports a message before it is parsed. It may block until the
	// observer has room, or done is closed: then it takes the message all the same.
	// Done is closed from the start when the call comes from who must not wait.
	Packet(p *Peer, d Direction, m *Message, n *bgp.Negotiated, done <-chan struct{})
	// Message reports a message once parsed. It may block like Packet.
	Message(p *Peer, d Direction, m *Message, n *bgp.Negotiated, done <-chan struct{})
	// Room blocks until sent messages of p can be reported, and returns true; or
	// until stop can be received from, and returns false. The writer asks before it
	// drains, so that a drain itself never waits.
	Room(p *Peer, stop <-chan struct{}) bool
	// Wants reports whether any listener of p takes messages of this type and
	// direction, so that nobody parses for nobody.
	Wants(p *Peer, d Direction, t bgp.MessageType) bool
}
