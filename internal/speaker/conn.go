package speaker

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/fsm"
	"github.com/herald-bgp/herald/internal/tcp"
)

const (
	// closeGrace is how long what is queued at the end of a session, a NOTIFICATION
	// above all, may take to be written. It is all that run ever waits for.
	closeGrace = time.Second
	// lingerTime is how long we read on, once it is written: closing with unread
	// octets makes TCP send a RST, which takes the NOTIFICATION from the peer.
	lingerTime = time.Second
	// controlQueue is how many control messages may wait for a write to end, and
	// requestQueue what commands may fill of it: the rest is for KEEPALIVEs.
	controlQueue = 20
	requestQueue = 16
)

// conn is one TCP connection, from the try to connect to its end. Run makes it and
// calls finish; in between the reader and the writer use it as well.
type conn struct {
	peer   *Peer
	side   fsm.Conn
	tcp    net.Conn           // of a dial: set by the reader before it says Connected
	cancel context.CancelFunc // of a dial; nil on an accepted connection
	noWait <-chan struct{}    // closed

	// Set by run before ready is closed, constant from then on.
	open       *bgp.Open // ours
	theirs     *bgp.Open
	negotiated *bgp.Negotiated
	limit      int // octets of a message that we receive

	ready   chan struct{} // closed once the session is established
	done    chan struct{} // closed by finish
	quiet   chan struct{} // closed by the reader, which makes no more calls of the Observer
	written chan struct{} // closed by the writer, which has written all it will
	started bool          // there is a writer

	// Set before done is closed.
	grace  time.Duration // for the writer to write what is queued
	linger bool          // read until the peer closes

	// The reader's.
	lastRecv atomic.Int64  // when the last message was read: nanoseconds since the speaker's epoch
	busy     atomic.Bool   // it is dealing with messages, or waits for the Observer
	broken   atomic.Bool   // writing fails: what can still be read is all there will be
	ack      chan struct{} // run has dealt with the message it was handed
	first    chan struct{} // closed after the first message since ready

	// The writer's.
	controls chan control
	urgent   chan struct{} // there is something in controls, or done is closed
}

// control is a message that does not come from the Adj-RIB-Out.
type control struct {
	m        event.Message
	reported bool
}

func newConn(p *Peer, side fsm.Conn, c net.Conn) *conn {
	return &conn{
		peer: p, side: side, tcp: c, noWait: p.s.noWait, limit: bgp.MaxMessage,
		ready: make(chan struct{}), done: make(chan struct{}),
		quiet: make(chan struct{}), written: make(chan struct{}),
		ack: make(chan struct{}, 1), first: make(chan struct{}),
		controls: make(chan control, controlQueue), urgent: make(chan struct{}, 1),
	}
}

// send queues a control message; false when too many wait: then the peer does not
// read, and another KEEPALIVE would not help.
func (k *conn) send(c control) bool {
	select {
	case k.controls <- c:
		k.hurry()
		return true
	default:
		return false
	}
}

// hurry makes the writer look at its controls.
func (k *conn) hurry() {
	select {
	case k.urgent <- struct{}{}:
	default:
	}
}

// ended reports whether finish was called.
func (k *conn) ended() bool {
	select {
	case <-k.done:
		return true
	default:
		return false
	}
}

// established reports whether the session is up.
func (k *conn) established() bool {
	select {
	case <-k.ready:
		return true
	default:
		return false
	}
}

// finish ends the connection. When it returns neither the reader nor the writer
// calls the Observer any more; they close it in their own time. What is queued gets
// a grace to be written.
func (k *conn) finish(grace time.Duration, linger bool) {
	k.grace, k.linger = grace, linger
	close(k.done)
	if k.cancel != nil {
		k.cancel()
	}
	if !k.started { // a dial: the reader cleans up
		return
	}
	k.hurry()
	now := time.Now()
	k.tcp.SetWriteDeadline(now.Add(grace))
	// The deadline wakes the reader. Should it set one of its own at the same
	// time, it looks at done before it reads.
	k.tcp.SetReadDeadline(now)
	<-k.quiet
	<-k.written
}

// linger reads until the peer closes, or for lingerTime.
func linger(c net.Conn) {
	if w, ok := c.(interface{ CloseWrite() error }); ok {
		if w.CloseWrite() != nil {
			return
		}
	}
	c.SetReadDeadline(time.Now().Add(lingerTime))
	for buf := make([]byte, idleBuffer); ; {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

// accept prepares a connection that the peer opened, and asks the machine about it.
func (r *runner) accept(c net.Conn) {
	if err := tcp.Tune(c, tcpOptions(r.config)); err != nil {
		r.p.log().Warn("connection refused", "error", err)
		c.Close()
		return
	}
	r.pending = c
	r.step(fsm.Event{Kind: fsm.Accepted})
}

// adopt takes the one that was accepted.
func (r *runner) adopt() {
	k := newConn(r.p, fsm.In, r.pending)
	r.pending = nil
	r.conns[fsm.In] = k
	r.begin(k)
	r.p.s.wg.Go(func() { k.read(true) })
}

// dial begins to connect; the goroutine that does is the reader then.
func (r *runner) dial() {
	c := r.config
	k := newConn(r.p, fsm.Out, nil)
	ctx, cancel := context.WithCancel(context.Background())
	k.cancel = cancel
	r.conns[fsm.Out] = k
	port := cmp.Or(c.Connect, r.p.s.cfg.Connect)
	r.p.s.wg.Go(func() {
		defer cancel()
		k.dial(ctx, netip.AddrPortFrom(zoned(r.p.addr, c), port), tcpOptions(c))
	})
}

// begin starts the writer of a connection that is up.
func (r *runner) begin(k *conn) {
	k.started = true
	r.notified[k.side], r.lost[k.side] = false, false
	r.p.s.wg.Go(k.write)
}

// close ends a connection. When it returns nothing more is reported of it.
func (r *runner) close(c fsm.Conn) {
	k := r.conns[c]
	if k == nil {
		return
	}
	r.conns[c] = nil
	up := k.established()
	if up {
		r.p.session.Store(nil)
	}
	grace := closeGrace
	if r.lost[c] {
		grace = 0
	}
	k.finish(grace, r.notified[c])
	r.timers.disarm(fsm.HoldTimer, c)
	r.timers.disarm(fsm.KeepaliveTimer, c)
	if up {
		r.p.s.cfg.Out.Down(r.p.id)
		r.p.in.Clear()
	}
}
