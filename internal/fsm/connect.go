package fsm

import (
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
)

// A life of a peer goes from the first try to connect, or an accepted connection,
// to the end of the session or the end of the tries. A round is the tries of a life.

func (m *Machine) start() {
	if m.running || m.done {
		return
	}
	m.running = true
	m.begin()
}

// begin begins a life: a passive peer waits for its connection.
func (m *Machine) begin() {
	if m.cfg.Passive {
		return
	}
	m.showBegin()
	m.round, m.tries = true, 0
	m.arm(RoundTimer, Out, roundTime)
	m.dial()
}

// showBegin reports the beginning of a life.
func (m *Machine) showBegin() {
	m.begun = true
	m.show(Active)
	// ExaBGP: 5.0 and main are idle once more before they connect. Pinned by testdata/up.txt.
	m.show(Idle)
}

func (m *Machine) dial() {
	m.dialing = true
	m.tries++
	m.emit(Action{Kind: Dial})
}

// retry is the end of a pause: between two tries, or between two lives.
func (m *Machine) retry() {
	switch {
	case !m.running || m.dialing || m.alive():
	case m.round:
		m.dial()
	default:
		m.begin()
	}
}

func (m *Machine) connectFailed() {
	if !m.dialing {
		return
	}
	m.dialing = false
	switch {
	case m.alive(): // the peer connected meanwhile
		m.endRound()
	case m.tries < retriesARound:
		m.arm(RetryTimer, Out, retryInterval)
	default:
		m.endRound()
		m.fell(CauseLost, bgp.Notification{})
	}
}

func (m *Machine) roundOver() {
	if !m.round {
		return
	}
	m.endTries()
	if !m.alive() {
		m.fell(CauseLost, bgp.Notification{})
	}
}

// endTries ends the round, and the try that is under way.
func (m *Machine) endTries() {
	if m.dialing {
		m.dialing = false
		m.emit(Action{Kind: Close, Conn: Out})
	}
	m.endRound()
}

func (m *Machine) endRound() {
	if m.round {
		m.round = false
		m.disarm(RoundTimer, Out)
	}
}

func (m *Machine) connected() {
	if !m.dialing {
		return
	}
	m.dialing = false
	m.endRound()
	m.attach(Out)
}

func (m *Machine) accepted() {
	switch {
	case !m.running:
		m.emit(Action{Kind: Refuse, Notification: bgp.Cease(bgp.CeaseRejected, "")})
		return
	case m.conns[Out] == Established || m.conns[In] == Established:
		// RFC 4271 §6.8: a connection that collides with an established one is closed.
		m.emit(Action{Kind: Refuse, Notification: bgp.Cease(bgp.CeaseCollision, "")})
		return
	case m.conns[In] != Idle:
		// A peer has one connection to us: it has given up the one before.
		m.notify(In, bgp.Cease(bgp.CeaseCollision, ""))
	}
	if !m.dialing {
		m.disarm(RetryTimer, Out)
		m.endRound()
	}
	m.emit(Action{Kind: Adopt, Conn: In})
	m.attach(In)
}

// attach begins the exchange of messages on a new connection.
func (m *Machine) attach(c Conn) {
	if !m.up {
		m.up = true
		m.emit(Action{Kind: ReportConnected, Conn: c})
	}
	if !m.begun {
		m.showBegin()
	}
	m.set(c, Connect)
	if !m.cfg.Mirror {
		m.sendOpen(c)
	}
	m.armHold(c, m.cfg.OpenWait)
}

// alive reports whether there is a connection.
func (m *Machine) alive() bool { return m.conns[Out] != Idle || m.conns[In] != Idle }

// ended follows the end of a connection: another one goes on, or the life is over.
func (m *Machine) ended(cause Cause, n bgp.Notification) {
	switch {
	case m.alive():
		m.showLead()
	case m.dialing: // of the same life: its tries go on
		m.reportDown(cause, n)
	default:
		m.fell(cause, n)
	}
}

// fell ends a life: the next one begins after a pause, if there is one.
func (m *Machine) fell(cause Cause, n bgp.Notification) {
	m.reportDown(cause, n)
	m.begun = false
	m.attempts++
	pause := m.nextPause()
	switch {
	case m.cfg.Attempts > 0 && m.attempts >= m.cfg.Attempts:
		m.finish()
	case !m.cfg.Passive:
		m.arm(RetryTimer, Out, pause)
	}
}

// nextPause returns the pause after the life that ended. A session that was up
// comes back at once; only when several in a row did not last is there a pause.
func (m *Machine) nextPause() time.Duration {
	next := &m.pause
	if m.settling {
		m.settling = false
		m.pause = 0
		next = &m.flap
		m.disarm(SettleTimer, Out)
	}
	pause := *next
	*next = min(longer(pause), maxPause)
	return pause
}

// longer returns the pause that follows a pause: none, 1, 2, 3, 4, 5, 7, 9, 11 … seconds.
//
// ExaBGP: a fifth longer and a second more, in whole seconds. Pinned by TestPauses.
func longer(d time.Duration) time.Duration {
	return (d + d/5).Truncate(time.Second) + time.Second
}

func (m *Machine) reportDown(cause Cause, n bgp.Notification) {
	if m.up {
		m.up = false
		m.emit(Action{Kind: ReportDown, Cause: cause, Notification: n})
	}
	m.show(Idle)
}

func (m *Machine) finish() {
	m.running, m.done = false, true
	m.emit(Action{Kind: Finish})
}
