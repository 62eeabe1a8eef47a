package speaker

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/fsm"
	"github.com/herald-bgp/herald/internal/rib"
	"github.com/herald-bgp/herald/internal/tcp"
)

const (
	// A read buffer is small while little comes, and large from the first read
	// that fills it until nothing has come for busyTime.
	idleBuffer = 4 << 10
	busyBuffer = 64 << 10 // holds the longest message
	busyTime   = 10 * time.Second

	// brokenGrace is how long we read on when writing has failed: a NOTIFICATION
	// may be there that says why.
	brokenGrace = time.Second
)

// input is what a connection's goroutines have for run.
type input struct {
	k     *conn
	event fsm.Event
	raw   []byte // a message that run has to parse, before the session is up
	err   error  // for the log
	// refresh asks for our routes of a family again.
	refresh *bgp.RouteRefresh
}

// reader is the read side of a connection.
type reader struct {
	k    *conn
	buf  []byte
	r, w int  // what was not dealt with is buf[r:w]
	full bool // the last read filled the buffer
	up   bool
	seen bool // a message since up

	in     *rib.In // nil: not kept
	audit  *audit  // nil: none
	update bgp.Update
	msg    event.Message
}

// dial connects, and is the reader of the connection then.
func (k *conn) dial(ctx context.Context, peer netip.AddrPort, o *tcp.Options) {
	c, err := k.peer.s.cfg.Dial(ctx, peer, o)
	if err != nil {
		k.post(input{event: fsm.Event{Kind: fsm.ConnectFailed}, err: err})
		return
	}
	k.tcp = c
	k.read(k.visit(input{event: fsm.Event{Kind: fsm.Connected}}))
}

// read reads messages, if wanted, until the connection is finished, then closes it.
func (k *conn) read(wanted bool) {
	r := reader{k: k}
	if wanted {
		r.buf = make([]byte, idleBuffer)
		r.loop()
	}
	close(k.quiet)
	if k.started {
		<-k.written
		if k.linger {
			linger(k.tcp)
		}
	}
	k.tcp.Close()
}

// post hands run an input after which the connection is finished, or gone.
func (k *conn) post(in input) {
	in.k = k
	in.event.Conn = k.side
	select {
	case k.peer.inbox <- in:
	case <-k.done:
	}
}

// visit hands run an input and waits until it has dealt with it; false when the
// connection is finished.
func (k *conn) visit(in input) bool {
	k.post(in)
	select {
	case <-k.ack:
		return !k.ended()
	case <-k.done:
		return false
	}
}

// loop returns when the connection is finished.
func (r *reader) loop() {
	k := r.k
	if r.k.peer.Neighbor().Session.AdjRIBIn {
		r.in = &k.peer.in
	}
	for {
		if err := r.fill(); err != nil {
			k.visit(input{event: fsm.Event{Kind: fsm.Closed}, err: err})
			<-k.done
			return
		}
		k.busy.Store(true)
		any, more := r.messages()
		if any {
			// Now, not before: what the Observer made us wait is not the peer's fault.
			k.lastRecv.Store(int64(time.Since(k.peer.s.epoch)))
		}
		k.busy.Store(false)
		if !more {
			<-k.done
			return
		}
	}
}

// fill reads more octets.
func (r *reader) fill() error {
	r.makeRoom()
	for {
		large := len(r.buf) > idleBuffer
		if large {
			r.deadline(time.Now().Add(busyTime))
		}
		n, err := r.k.tcp.Read(r.buf[r.w:])
		if n > 0 {
			r.w += n
			r.full = r.w == len(r.buf)
			return nil
		}
		switch {
		case err == nil:
		case !errors.Is(err, os.ErrDeadlineExceeded) || r.k.ended() || r.k.broken.Load():
			return err
		case r.r == r.w: // it was busy, and is no more
			r.buf = make([]byte, idleBuffer)
			r.r, r.w = 0, 0
			r.deadline(time.Time{})
		}
	}
}

// deadline sets the deadline of reads, unless one was set that must not be undone.
func (r *reader) deadline(t time.Time) {
	r.k.tcp.SetReadDeadline(t)
	switch {
	case r.k.ended():
		r.k.tcp.SetReadDeadline(time.Now())
	case r.k.broken.Load():
		r.k.tcp.SetReadDeadline(time.Now().Add(brokenGrace))
	}
}

// makeRoom moves what is left to the front, in a larger buffer when there is much.
func (r *reader) makeRoom() {
	from := r.buf[r.r:r.w]
	if (r.full || len(from) == len(r.buf)) && len(r.buf) < busyBuffer {
		r.buf = make([]byte, busyBuffer)
	}
	r.full = false
	r.w = copy(r.buf, from)
	r.r = 0
}

// messages deals with the whole messages in the buffer. It reports whether there
// were any, and whether to read on.
func (r *reader) messages() (some, more bool) {
	for {
		b := r.buf[r.r:r.w]
		if len(b) < bgp.HeaderLen {
			return some, true
		}
		t, n, err := bgp.ParseHeader(b, r.k.limit)
		if err != nil {
			return true, r.fault(t, err)
		}
		if n > len(b) {
			return some, true
		}
		r.r += n
		some = true
		if !r.message(t, b[:n:n]) {
			return true, false
		}
	}
}

// message deals with one message; false when the connection is finished.
func (r *reader) message(t bgp.MessageType, raw []byte) bool {
	k := r.k
	k.peer.stats.count(event.Receive, t)
	if !r.up {
		more := k.visit(input{event: fsm.Event{Type: t}, raw: raw})
		if r.up = k.established(); r.up {
			r.audit = newAudit(k.peer, k.negotiated)
		}
		return more
	}
	more := r.whileUp(t, raw)
	if !r.seen {
		r.seen = true
		close(k.first)
	}
	return more
}

func (r *reader) whileUp(t bgp.MessageType, raw []byte) bool {
	if t == bgp.TypeUpdate {
		return r.readUpdate(raw)
	}
	k := r.k
	if err := k.received(&r.msg, t, raw, k.done); err != nil {
		return r.fault(t, err)
	}
	in := input{event: fsm.Event{Kind: fsm.MessageReceived, Type: t}}
	switch t {
	case bgp.TypeKeepalive:
		return true
	case bgp.TypeNotification:
		in.event.Kind, in.event.Notification = fsm.NotificationReceived, *r.msg.Notification
	case bgp.TypeOpen:
		in.event.Kind = fsm.OpenReceived
	case bgp.TypeRouteRefresh:
		in.refresh = r.msg.Refresh
	default:
	}
	return k.visit(in)
}

// readUpdate is the path that a full table takes: it allocates nothing.
func (r *reader) readUpdate(raw []byte) bool {
	k := r.k
	p := k.peer
	info := p.info.Load()
	r.msg = event.Message{Type: bgp.TypeUpdate, Raw: raw}
	wanted := p.s.cfg.Observer.Wants(info, event.Receive, bgp.TypeUpdate)
	if wanted {
		p.s.cfg.Observer.Packet(info, event.Receive, &r.msg, k.negotiated, k.done)
	}
	if err := bgp.ParseUpdate(&r.update, raw[bgp.HeaderLen:], k.negotiated); err != nil {
		return r.fault(bgp.TypeUpdate, err)
	}
	r.count()
	if r.in != nil {
		r.in.Update(&r.update)
	}
	if r.audit != nil {
		r.auditPaths()
	}
	if wanted {
		r.msg.Update = &r.update
		p.s.cfg.Observer.Message(info, event.Receive, &r.msg, k.negotiated, k.done)
	}
	return true
}

// count counts what an UPDATE brought.
func (r *reader) count() {
	s := &r.k.peer.stats
	s.announced.Add(nlriIn(r.update.Reach))
	s.withdrawn.Add(nlriIn(r.update.Unreach))
	if r.update.Fault == nil && r.update.Lost == nil {
		return
	}
	if s.malformed.Add(1) == 1 {
		r.k.peer.log().Warn("malformed UPDATE: treated as RFC 7606 says; others are only counted",
			"error", errors.Join(faultOf(&r.update), r.update.Lost))
	}
}

// faultOf returns u.Fault as an error: nil when it is.
func faultOf(u *bgp.Update) error {
	if u.Fault == nil {
		return nil
	}
	return u.Fault
}

func nlriIn(sections []bgp.Section) (n uint64) {
	for _, s := range sections { // copies: Next shortens them
		for _, _, ok := s.Next(); ok; _, _, ok = s.Next() {
			n++
		}
	}
	return n
}

// fault ends the session for a malformed message.
func (r *reader) fault(t bgp.MessageType, err *bgp.Error) bool {
	e := fsm.Event{Kind: fsm.Fault, Notification: err.Notification}
	if t == bgp.TypeNotification { // RFC 4271 §6.4: never answered
		e = fsm.Event{Kind: fsm.Closed}
	}
	return r.k.visit(input{event: e, err: err})
}

// received parses a message that is no UPDATE into m and reports it.
func (k *conn) received(m *event.Message, t bgp.MessageType, raw []byte, done <-chan struct{}) *bgp.Error {
	p := k.peer
	info := p.info.Load()
	*m = event.Message{Type: t, Raw: raw}
	wanted := p.s.cfg.Observer.Wants(info, event.Receive, t)
	if wanted {
		p.s.cfg.Observer.Packet(info, event.Receive, m, k.negotiated, done)
	}
	if err := k.parse(m); err != nil {
		return err
	}
	if wanted && reportable(m) {
		p.s.cfg.Observer.Message(info, event.Receive, m, k.negotiated, done)
	}
	return nil
}

// parse fills in the field of a message's type.
func (k *conn) parse(m *event.Message) *bgp.Error {
	body := m.Raw[bgp.HeaderLen:]
	switch m.Type {
	case bgp.TypeOpen:
		o, err := bgp.ParseOpen(body)
		m.Open = o
		return err
	case bgp.TypeNotification:
		m.Notification = new(bgp.ParseNotification(body))
	case bgp.TypeRouteRefresh:
		if k.negotiated == nil {
			return nil // too early: run says so
		}
		refresh, err := bgp.ParseRouteRefresh(body, k.negotiated)
		m.Refresh = &refresh
		return err
	case bgp.TypeOperational:
		o, err := bgp.ParseOperational(body)
		m.Operational = o
		return err
	case bgp.TypeKeepalive, bgp.TypeUpdate:
	default:
		return bgp.UnknownType(m.Type, k.peer.s.cfg.Dialect)
	}
	return nil
}

// reportable reports whether a parsed message is one. A ROUTE-REFRESH whose
// subtype has no meaning is ignored (RFC 7313 §5).
func reportable(m *event.Message) bool {
	switch m.Type {
	case bgp.TypeUpdate:
		return m.Update != nil
	case bgp.TypeRouteRefresh:
		return m.Refresh != nil && m.Refresh.Known()
	default:
		return true
	}
}
