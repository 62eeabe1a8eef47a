package fsm

import (
	"github.com/herald-bgp/herald/internal/bgp"
)

// Conn is one of the two connections that a peer may have.
type Conn uint8

// The connections.
const (
	Out Conn = iota // we opened it
	In              // the peer opened it
)

func (c Conn) other() Conn { return 1 - c }

func (c Conn) String() string {
	if c == In {
		return "in"
	}
	return "out"
}

// State is a state of RFC 4271 §8.2.2.
type State uint8

// The states, each further along than the one before.
const (
	Idle State = iota
	Active
	Connect // the connection is up, our OPEN not sent
	OpenSent
	OpenConfirm
	Established
)

func (s State) String() string {
	return [...]string{"IDLE", "ACTIVE", "CONNECT", "OPENSENT", "OPENCONFIRM", "ESTABLISHED"}[s]
}

// Timer is a timer that the machine arms.
type Timer uint8

// The timers. The first three are the peer's, the others each connection's.
const (
	RetryTimer     Timer = iota // before the next try to connect
	RoundTimer                  // how long tries go on before a pause (ConnectRetryTimer)
	SettleTimer                 // how long a session lasts before it counts as a good one
	HoldTimer                   // the OPEN, then any message, has to come
	KeepaliveTimer              // the next KEEPALIVE is due
)

func (t Timer) String() string {
	return [...]string{"retry", "round", "settle", "hold", "keepalive"}[t]
}

// EventKind is what happened.
type EventKind uint8

// The events. In brackets the fields of Event that go with each.
const (
	Start                EventKind = iota // the peer is wanted
	Stop                                  // it is not any more; ends the machine [Cause, Notification]
	Teardown                              // an established session shall end and come back [Notification]
	Connected                             // what Dial began succeeded
	ConnectFailed                         // it did not
	Accepted                              // the peer connected
	Closed                                // TCP ended without a NOTIFICATION [Conn]
	OpenReceived                          // a valid OPEN [Conn, Negotiated]
	KeepaliveReceived                     // [Conn]
	MessageReceived                       // UPDATE, ROUTE-REFRESH or OPERATIONAL [Conn, Type]
	NotificationReceived                  // [Conn, Notification]
	Fault                                 // a message was malformed, or cannot be sent [Conn, Notification]
	Expired                               // a timer [Timer, Conn]
)

func (k EventKind) String() string {
	return [...]string{
		"start", "stop", "teardown", "connected", "connect-failed", "accepted", "closed",
		"open", "keepalive", "message", "notification", "fault", "expired",
	}[k]
}

// Event is something that happened.
type Event struct {
	Kind         EventKind
	Conn         Conn
	Timer        Timer
	Type         bgp.MessageType
	Cause        Cause            // what Down will say
	Notification bgp.Notification // received, or to be sent
	Negotiated   *bgp.Negotiated  // by the OPEN that came and ours, sent or about to be
}

// Cause is why a session ended.
type Cause uint8

// The causes.
const (
	CauseLost     Cause = iota // TCP ended
	CauseReceived              // the peer sent a NOTIFICATION
	CauseSent                  // we sent one
	CauseRemoved               // the peer was removed from the configuration
	CauseShutdown              // the speaker shuts down
	CauseGraceful              // closed without NOTIFICATION for a graceful restart (RFC 4724 §4)
)

func (c Cause) String() string {
	return [...]string{"lost", "received", "sent", "removed", "shutdown", "graceful"}[c]
}
