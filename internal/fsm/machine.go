package fsm

import (
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Config is what a Machine depends on.
type Config struct {
	// Passive peers are waited for, never connected to.
	Passive bool
	// Mirror: the local AS is unknown until the peer's OPEN says it, so that the
	// peer's OPEN is read before ours is sent.
	Mirror bool
	// OpenWait is how long the peer's OPEN may take. Zero: a minute.
	OpenWait time.Duration
	// Attempts is after how many connections, or rounds of failed tries, the
	// machine is done. Zero: never.
	Attempts int
}

// Constants of the machine.
const (
	defaultOpenWait = time.Minute
	minKeepalive    = time.Second

	// ExaBGP: tries follow each other quickly, then there is a growing pause.
	retryInterval = 100 * time.Millisecond
	retriesARound = 50
	roundTime     = 30 * time.Second
	maxPause      = time.Minute

	// A session that lasted this long was a good one (DampPeerOscillations, RFC 4271 §8.1.1).
	settleTime = 10 * time.Second
)

// Machine is the state of one peer. The zero value is unusable: New makes one.
type Machine struct {
	cfg    Config
	conns  [2]State // Idle: there is no such connection
	holds  [2]time.Duration
	silent [2]bool // closed without NOTIFICATION, for a graceful restart (RFC 4724 §4)

	running  bool // between Start and Finish
	done     bool // Finish was said
	dialing  bool
	round    bool // tries to connect go on
	begun    bool // ACTIVE has been reported in this life
	up       bool // ReportConnected has been made, ReportDown is owed
	settling bool // was Established in this life

	tries    int           // to connect, in this round
	attempts int           // lives that ended
	pause    time.Duration // after the next failed life
	flap     time.Duration // after the next session that did not last
	shown    State         // last reported

	actions []Action
}

// New returns the machine of a peer, in Idle: nothing happens before Start.
func New(cfg Config) *Machine {
	if cfg.OpenWait == 0 {
		cfg.OpenWait = defaultOpenWait
	}
	return &Machine{cfg: cfg}
}

// Step takes an event and returns what has to be done, in order. The result is
// valid until the next Step. An event that does not fit the state, such as a timer
// that expired while it was being disarmed, changes nothing.
func (m *Machine) Step(e Event) []Action {
	m.actions = m.actions[:0]
	switch e.Kind {
	case Start:
		m.start()
	case Stop:
		m.stop(e)
	case Teardown:
		m.teardown(e.Notification)
	case Connected:
		m.connected()
	case ConnectFailed:
		m.connectFailed()
	case Accepted:
		m.accepted()
	case Expired:
		m.expired(e.Timer, e.Conn)
	default:
		if m.conns[e.Conn] != Idle {
			m.message(e)
		}
	}
	return m.actions
}

// message handles what happened on a connection that is up.
func (m *Machine) message(e Event) {
	c := e.Conn
	switch e.Kind {
	case OpenReceived:
		m.open(c, e.Negotiated)
	case KeepaliveReceived:
		m.keepalive(c)
	case MessageReceived:
		if m.conns[c] != Established {
			m.unexpected(c, e.Type)
		}
	case NotificationReceived:
		// RFC 4271 §6.4: a NOTIFICATION is never answered with one.
		m.close(c)
		m.ended(CauseReceived, e.Notification)
	case Fault:
		m.fail(c, e.Notification)
	default: // Closed
		m.close(c)
		m.ended(CauseLost, bgp.Notification{})
	}
}

func (m *Machine) expired(t Timer, c Conn) {
	switch t {
	case RetryTimer:
		m.retry()
	case RoundTimer:
		m.roundOver()
	case SettleTimer:
		m.flap = 0
	case HoldTimer:
		if m.conns[c] != Idle {
			m.fail(c, bgp.Notification{Code: bgp.CodeHoldTimer})
		}
	case KeepaliveTimer:
		if m.conns[c] >= OpenConfirm {
			m.emit(Action{Kind: SendKeepalive, Conn: c})
			m.armKeepalive(c)
		}
	}
}

func (m *Machine) emit(a Action) { m.actions = append(m.actions, a) }

func (m *Machine) arm(t Timer, c Conn, after time.Duration) {
	m.emit(Action{Kind: Arm, Timer: t, Conn: c, After: after})
}

func (m *Machine) disarm(t Timer, c Conn) { m.emit(Action{Kind: Disarm, Timer: t, Conn: c}) }

// set gives a connection its state.
func (m *Machine) set(c Conn, s State) {
	m.conns[c] = s
	m.showLead()
}

// showLead reports the state of the connection that is further along, if it changed.
func (m *Machine) showLead() {
	if lead := max(m.conns[Out], m.conns[In]); lead != m.shown {
		m.show(lead)
	}
}

func (m *Machine) show(s State) {
	m.shown = s
	m.emit(Action{Kind: Report, State: s})
}
