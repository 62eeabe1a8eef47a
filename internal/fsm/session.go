package fsm

import (
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
)

func (m *Machine) sendOpen(c Conn) {
	m.emit(Action{Kind: SendOpen, Conn: c})
	m.set(c, OpenSent)
}

// open handles a valid OPEN (RFC 4271 §8.2.2, OpenSent, event 19).
func (m *Machine) open(c Conn, n *bgp.Negotiated) {
	if s := m.conns[c]; s > OpenSent {
		m.unexpected(c, bgp.TypeOpen)
		return
	}
	if m.conns[c] == Connect {
		m.sendOpen(c)
	}
	if o := c.other(); m.conns[o] == OpenConfirm {
		loser := collision(n)
		if loser == c {
			m.fail(c, bgp.Cease(bgp.CeaseCollision, ""))
			return
		}
		m.notify(o, bgp.Cease(bgp.CeaseCollision, ""))
	}
	m.holds[c], m.silent[c] = n.HoldTime, n.GracefulRestart != nil
	m.emit(Action{Kind: ReportNegotiated, Conn: c})
	m.set(c, OpenConfirm)
	m.emit(Action{Kind: SendKeepalive, Conn: c})
	m.armKeepalive(c)
	// RFC 4271 §8.2.2 arms no timer when the hold time is zero: a peer that then
	// says nothing more would be waited for without end.
	if n.HoldTime > 0 {
		m.armHold(c, n.HoldTime)
	} else {
		m.armHold(c, m.cfg.OpenWait)
	}
}

// collision returns the connection to close: the one opened by the side with the
// lower identifier (RFC 4271 §6.8), or with the lower AS number when they are
// equal (RFC 6286 §2.3).
func collision(n *bgp.Negotiated) Conn {
	order := n.LocalID.Compare(n.PeerID)
	if order == 0 && n.LocalAS < n.PeerAS {
		order = -1
	}
	if order < 0 {
		return Out
	}
	return In
}

func (m *Machine) keepalive(c Conn) {
	switch m.conns[c] {
	case OpenConfirm:
		m.establish(c)
	case Established:
		// The hold timer is the shell's to restart: it sees every message.
	default:
		m.unexpected(c, bgp.TypeKeepalive)
	}
}

func (m *Machine) establish(c Conn) {
	m.endTries()
	if o := c.other(); m.conns[o] != Idle {
		m.notify(o, bgp.Cease(bgp.CeaseCollision, ""))
	}
	m.set(c, Established)
	if hold := m.holds[c]; hold > 0 {
		m.armHold(c, hold)
	} else {
		m.disarm(HoldTimer, c)
	}
	m.settling = true
	m.arm(SettleTimer, Out, settleTime)
	m.emit(Action{Kind: ReportUp, Conn: c})
}

// unexpected answers a message that the state does not allow. The data is its type (RFC 6608 §3).
func (m *Machine) unexpected(c Conn, t bgp.MessageType) {
	subcode := uint8(bgp.FSMOpenSent)
	switch m.conns[c] {
	case OpenConfirm:
		subcode = bgp.FSMOpenConfirm
	case Established:
		subcode = bgp.FSMEstablished
	default:
	}
	m.fail(c, bgp.Notification{Code: bgp.CodeFSM, Subcode: subcode, Data: []byte{byte(t)}})
}

// fail ends a connection with a NOTIFICATION.
func (m *Machine) fail(c Conn, n bgp.Notification) {
	m.notify(c, n)
	m.ended(CauseSent, n)
}

// notify sends a NOTIFICATION and closes the connection, without a word to anybody else.
func (m *Machine) notify(c Conn, n bgp.Notification) {
	m.emit(Action{Kind: SendNotification, Conn: c, Notification: n})
	m.close(c)
}

// close closes a connection; its timers go with it.
func (m *Machine) close(c Conn) {
	m.conns[c], m.holds[c], m.silent[c] = Idle, 0, false
	m.emit(Action{Kind: Close, Conn: c})
}

// teardown ends an established session, for another one to follow at once.
func (m *Machine) teardown(n bgp.Notification) {
	for c, s := range m.conns {
		if s != Established {
			continue
		}
		m.flap = 0
		if m.silent[c] {
			m.close(Conn(c))
			m.ended(CauseGraceful, bgp.Notification{})
			return
		}
		m.fail(Conn(c), n)
		return
	}
}

// stop ends the machine.
func (m *Machine) stop(e Event) {
	if !m.running {
		return
	}
	m.endTries()
	m.disarm(RetryTimer, Out)
	m.disarm(SettleTimer, Out)
	cause := e.Cause
	for c, s := range m.conns {
		switch {
		case s == Idle:
		case m.silent[c]:
			if cause == CauseSent {
				cause = CauseGraceful
			}
			m.close(Conn(c))
		case s == Connect:
			m.close(Conn(c))
		default:
			m.notify(Conn(c), e.Notification)
		}
	}
	m.reportDown(cause, e.Notification)
	m.finish()
}

func (m *Machine) armHold(c Conn, d time.Duration) { m.arm(HoldTimer, c, d) }

// armKeepalive arms the timer of the next KEEPALIVE: a third of the hold time
// (RFC 4271 §4.4), in whole seconds as ExaBGP counts.
func (m *Machine) armKeepalive(c Conn) {
	if hold := m.holds[c]; hold > 0 {
		m.arm(KeepaliveTimer, c, max((hold/3).Truncate(time.Second), minKeepalive))
	}
}
