package speaker

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/fsm"
	"github.com/herald-bgp/herald/internal/rib"
)

// runner is the goroutine that owns a peer.
type runner struct {
	p       *Peer
	machine *fsm.Machine
	timers  timers
	conns   [2]*conn
	pending net.Conn // was accepted; the machine has yet to say what becomes of it
	config  *config.Session

	notified [2]bool // a NOTIFICATION was sent on the connection
	lost     [2]bool // the connection is
	stopped  bool
	finished bool
	failed   bool // to connect, since ACTIVE: said once
	msg      event.Message
}

// run runs the peer until its machine is done.
func (p *Peer) run() {
	r := newRunner(p)
	if r.finished = !r.mayBegin(); !r.finished {
		r.step(fsm.Event{Kind: fsm.Start})
	}
	for !r.finished {
		r.timers.next()
		select {
		case in := <-p.inbox:
			r.input(in)
		case c := <-p.commands:
			r.command(c)
		case c := <-p.accepts:
			r.accept(c)
		case <-r.timers.timer.C:
			r.expire()
		}
	}
	r.end()
}

// mayBegin waits until the peer whose place it takes is gone; false when it has been
// stopped itself meanwhile: then it does not connect.
func (r *runner) mayBegin() bool {
	if r.p.after == nil {
		return true
	}
	<-r.p.after.done
	for {
		select {
		case c := <-r.p.commands:
			if c.kind == cmdStop {
				r.stopped = true
				return false
			}
			r.command(c)
		default:
			return true
		}
	}
}

func newRunner(p *Peer) *runner {
	n := p.Neighbor()
	c := &n.Session
	cfg := fsm.Config{
		Passive:  c.Passive || p.s.cfg.Passive,
		Mirror:   c.LocalAS == 0,
		OpenWait: p.s.cfg.OpenWait,
		Attempts: p.s.cfg.Attempts,
	}
	if p.rangeName != "" {
		cfg.Attempts = 1 // it comes back as a new peer
	}
	return &runner{p: p, machine: fsm.New(cfg), timers: newTimers(), config: c}
}

// end leaves nothing behind.
func (r *runner) end() {
	p := r.p
	r.timers.timer.Stop()
	close(p.done)
	p.refuseLeft()
	p.giveUp()
	p.s.ended(p, !r.stopped && p.rangeName == "")
}

// step lets the machine take an event, and does what it says.
func (r *runner) step(e fsm.Event) {
	for _, a := range r.machine.Step(e) {
		r.do(&a)
	}
}

func (r *runner) do(a *fsm.Action) {
	switch a.Kind {
	case fsm.Dial:
		r.dial()
	case fsm.Adopt:
		r.adopt()
	case fsm.Refuse:
		r.p.s.refuse(r.pending, a.Notification)
		r.pending = nil
	case fsm.Close:
		r.close(a.Conn)
	case fsm.SendOpen:
		r.sendOpen(r.conns[a.Conn])
	case fsm.SendKeepalive:
		r.send(a.Conn, event.Message{Type: bgp.TypeKeepalive, Raw: bgp.AppendKeepalive(nil)})
	case fsm.SendNotification:
		n := a.Notification
		r.notified[a.Conn] = true
		r.send(a.Conn, event.Message{Type: bgp.TypeNotification, Raw: n.Append(nil), Notification: &n})
	case fsm.Arm:
		r.timers.arm(a.Timer, a.Conn, a.After)
	case fsm.Disarm:
		r.timers.disarm(a.Timer, a.Conn)
	case fsm.Finish:
		r.finished = true
	default:
		r.report(a)
	}
}

// report does the reports of the machine.
func (r *runner) report(a *fsm.Action) {
	p := r.p
	o, info := p.s.cfg.Observer, p.info.Load()
	switch a.Kind {
	case fsm.Report:
		if a.State == fsm.Active {
			r.failed = false
		}
		r.publish(func(s *Status) { s.State, s.Since = a.State, time.Now() })
		o.FSM(info, a.State.String())
	case fsm.ReportConnected:
		r.connected(r.conns[a.Conn])
		o.State(p.info.Load(), event.Connected, event.Reason{})
	case fsm.ReportNegotiated:
		o.Negotiated(info, r.conns[a.Conn].negotiated)
	case fsm.ReportUp:
		r.up(r.conns[a.Conn])
	case fsm.ReportDown:
		why := reason(a)
		p.log().Info("session down", "reason", why.String())
		r.publish(func(s *Status) { *s = Status{State: s.State, Since: s.Since, Sessions: s.Sessions, LastDown: why} })
		o.State(info, event.Down, why)
	default:
	}
}

// publish changes the status.
func (r *runner) publish(change func(s *Status)) {
	s := *r.p.status.Load()
	change(&s)
	r.p.status.Store(&s)
}

// connected follows the first connection of a life.
func (r *runner) connected(k *conn) {
	p := r.p
	base := p.stats.read()
	r.publish(func(s *Status) { s.base = base })
	if r.config.Local.IsValid() {
		return
	}
	// local-address auto: now it is known.
	info := *p.info.Load()
	info.Local = addrOf(k.tcp.LocalAddr())
	p.info.Store(&info)
}

// up follows the machine to Established.
func (r *runner) up(k *conn) {
	p, n := r.p, k.negotiated
	r.publish(func(s *Status) {
		s.Negotiated, s.Sent, s.Received = n, k.open, k.theirs
		s.Local, s.Remote = addrPortOf(k.tcp.LocalAddr()), addrPortOf(k.tcp.RemoteAddr())
		s.Sessions++
	})
	p.log().Info("session up", "connection", k.side.String(), "hold_time", n.HoldTime, "families", names(n.Families))
	p.s.cfg.Out.Up(p.id, rib.Session{
		Families: n.Families, Self: n.Self,
		Enhanced: n.Refresh == bgp.RefreshEnhanced, Restart: n.GracefulRestart != nil,
		PathsLimit: n.PathsLimit, Rate: r.config.RateLimit,
	})
	k.limit = n.MaxMessage
	k.lastRecv.Store(int64(time.Since(p.s.epoch)))
	p.s.cfg.Observer.State(p.info.Load(), event.Up, event.Reason{})
	p.session.Store(k)
	close(k.ready)
}

func names(families []bgp.Family) []string {
	out := make([]string, len(families))
	for i, f := range families {
		out[i] = f.String()
	}
	return out
}

// input handles what a connection's goroutine has.
func (r *runner) input(in input) {
	k := in.k
	if r.conns[k.side] != k {
		return // finished meanwhile: nobody waits for an answer
	}
	if in.err != nil {
		r.logInput(&in)
	}
	switch {
	case in.raw != nil:
		r.message(k, in.event.Type, in.raw)
	case in.event.Kind == fsm.ConnectFailed:
		r.conns[k.side] = nil
		r.step(in.event)
	case in.event.Kind == fsm.Connected:
		r.begin(k)
		r.step(in.event)
	default:
		if in.refresh != nil {
			r.refresh(*in.refresh)
		}
		r.lost[k.side] = in.event.Kind == fsm.Closed
		r.step(in.event)
	}
	if r.conns[k.side] == k {
		k.ack <- struct{}{}
	}
}

func (r *runner) logInput(in *input) {
	switch in.event.Kind {
	case fsm.ConnectFailed:
		if !r.failed { // once for the tries of a round
			r.failed = true
			r.p.log().Info("cannot connect", "error", cause(in.err))
		}
	case fsm.Fault:
		r.p.log().Warn("session fault", "error", in.err)
	default:
		r.p.log().Debug("connection ended", "error", in.err)
	}
}

// cause is an error without the addresses, which the line has already: what it was
// about and what the kernel said, "connect: connection refused".
func cause(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}

// send queues a control message. Until the session is up it is reported here, so
// that it stands in its place among the states; then by the writer.
func (r *runner) send(c fsm.Conn, m event.Message) {
	k := r.conns[c]
	reported := !k.established()
	if k.send(control{m: m, reported: reported}) && reported {
		k.sent(&m)
	}
}

// refresh handles a ROUTE-REFRESH of the peer. BoRR and EoRR ask for nothing.
//
// Deviation: ExaBGP answers also what was not negotiated, and both markers.
func (r *runner) refresh(m bgp.RouteRefresh) {
	p := r.p
	if m.Subtype != bgp.RefreshRequest {
		return
	}
	if p.Status().Negotiated.Refresh == bgp.RefreshAbsent || !p.s.cfg.Out.Refresh(p.id, m.Family) {
		p.log().Warn("ROUTE-REFRESH ignored: not negotiated", "family", m.Family.String())
		return
	}
	p.wakeWriter()
}

// command handles what somebody wants of the peer.
func (r *runner) command(c command) {
	switch c.kind {
	case cmdStop:
		r.stopped = true
		r.step(fsm.Event{Kind: fsm.Stop, Cause: c.cause, Notification: c.notification})
	case cmdTeardown:
		r.step(fsm.Event{Kind: fsm.Teardown, Notification: c.notification})
	case cmdUpdate:
		info := *r.p.info.Load()
		info.API = c.api
		r.p.info.Store(&info)
	}
}

// expire hands expired timers to the machine.
func (r *runner) expire() {
	now := time.Now()
	for {
		t, c, ok := r.timers.expired(now)
		if !ok {
			return
		}
		if t == fsm.HoldTimer && r.postpone(c) {
			continue
		}
		r.step(fsm.Event{Kind: fsm.Expired, Timer: t, Conn: c})
	}
}

// postpone arms the hold timer anew when a message came since: no timer is touched
// for each message. While the reader is busy, with messages or because the
// Observer makes it wait, the peer cannot be blamed.
func (r *runner) postpone(c fsm.Conn) bool {
	k := r.conns[c]
	if k == nil || !k.established() {
		return false
	}
	hold := k.negotiated.HoldTime
	idle := time.Since(r.p.s.epoch) - time.Duration(k.lastRecv.Load())
	if k.busy.Load() {
		idle = 0
	}
	if idle >= hold {
		return false
	}
	r.timers.arm(fsm.HoldTimer, c, hold-idle)
	return true
}

// log returns the logger of the peer.
func (p *Peer) log() *slog.Logger { return p.s.cfg.Logger.With("peer", p.addr.String()) }

func addrPortOf(a net.Addr) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		return t.AddrPort()
	}
	return netip.AddrPort{}
}
