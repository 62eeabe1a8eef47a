package speaker

import (
	"errors"
	"os"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/fsm"
	"github.com/herald-bgp/herald/internal/rib"
	"github.com/herald-bgp/herald/internal/tcp"
)

const (
	// writeSize is how many octets of messages are gathered for one write.
	writeSize = 60 << 10

	// firstWait is how long the first UPDATE waits for a message of the peer:
	// what follows its KEEPALIVE is read and reported before (api-check,
	// unknown-message). ExaBGP waits up to 100 ms.
	firstWait = 10 * time.Millisecond
	// firstLongest is how long it waits when there is something of the peer's that has
	// not been dealt with: on a busy machine firstWait is over before the reader runs.
	firstLongest = 100 * time.Millisecond

	// slotGrace is how late an UPDATE may be under a rate limit for the next one to make
	// it good.
	slotGrace = 10 * time.Millisecond

	// minSendHold is the least send hold time (RFC 9687 §3.2).
	minSendHold = 8 * time.Minute
)

// writer is the write side of a connection.
type writer struct {
	k        *conn
	failed   bool
	sendHold time.Duration
	began    time.Time     // when the session came up
	slot     time.Time     // of the next UPDATE under a rate limit
	interval time.Duration // between two of them; 0: no limit

	limit   int  // routes of a batch
	group   bool // group-updates
	packer  bgp.Packer
	batch   rib.Batch
	refused []int           // routes of the run that could not be written
	again   bool            // a route was refused since the last drain
	foreign bool            // it was said that the peer does not expect IPv6 next hops
	seen    *bgp.Negotiated // the session as the peer reads it
	update  bgp.Update
	msg     event.Message
}

// write writes what there is until the connection is finished.
func (k *conn) write() {
	c := &k.peer.Neighbor().Session
	w := writer{k: k, sendHold: minSendHold, limit: drainLimit, group: c.GroupUpdates}
	if c.RateLimit > 0 {
		w.interval = time.Second / time.Duration(c.RateLimit)
		w.limit = pacedLimit
		if !w.group {
			w.limit = min(pacedLimit, c.RateLimit)
		}
	}
	w.loop()
	close(k.written)
}

func (w *writer) loop() {
	k := w.k
	ready := k.ready
	var first, wake <-chan struct{}
	var expired <-chan time.Time
	begun := func() { first, expired, wake = nil, nil, k.peer.wake }
	for {
		select {
		case <-k.done:
			w.controls()
			return
		case <-k.urgent:
			w.controls()
		case <-ready:
			w.begin()
			ready, first, expired = nil, k.first, time.After(firstWait)
		case <-first:
			begun()
			w.drain()
		case <-expired:
			if w.behind() {
				expired = time.After(time.Millisecond)
				continue
			}
			begun()
			w.drain()
		case <-wake:
			w.drain()
		}
	}
}

// begin is called once the session is up.
func (w *writer) begin() {
	w.began = time.Now()
	// The peer may hold back what follows its KEEPALIVE until that is acknowledged:
	// firstWait would be over before (api-check against ExaBGP's own peer).
	tcp.AckNow(w.k.tcp)
	n := w.k.negotiated
	w.sendHold = max(minSendHold, 2*n.HoldTime)
	w.packer.Reset(n, w.group)
	w.seen = mirrored(n)
	w.operational()
}

// operational writes the OPERATIONAL messages that the neighbor is configured with.
func (w *writer) operational() {
	n := w.k.negotiated
	if !n.Operational {
		return
	}
	for _, o := range w.k.peer.Neighbor().Live.Operational {
		if m := operational(o, n); w.write(m.Raw) {
			w.k.sent(&m)
		}
	}
}

// behind reports whether the first UPDATE is to wait for the reader.
func (w *writer) behind() bool {
	return time.Since(w.began) < firstLongest && (w.k.busy.Load() || tcp.Unread(w.k.tcp))
}

// controls writes the control messages that wait.
func (w *writer) controls() {
	for {
		select {
		case c := <-w.k.controls:
			if !w.write(c.m.Raw) {
				return
			}
			if !c.reported {
				w.k.sent(&c.m)
			}
			if c.m.Type == bgp.TypeNotification {
				w.failed = true // nothing may follow it
			}
		default:
			return
		}
	}
}

// write writes whole messages; false when the connection is of no more use.
func (w *writer) write(b []byte) bool {
	if w.failed {
		return false
	}
	k := w.k
	k.tcp.SetWriteDeadline(time.Now().Add(w.sendHold))
	if k.ended() { // the deadline of finish stands
		k.tcp.SetWriteDeadline(time.Now().Add(k.grace))
	}
	_, err := k.tcp.Write(b)
	if err != nil {
		w.fail(err)
	}
	return err == nil
}

func (w *writer) fail(err error) {
	w.failed = true
	switch k := w.k; {
	case k.ended():
	case errors.Is(err, os.ErrDeadlineExceeded):
		// RFC 9687: a peer that takes nothing is as good as gone, even though it
		// sends KEEPALIVEs.
		k.post(input{event: fsm.Event{Kind: fsm.Fault, Notification: bgp.Notification{Code: bgp.CodeSendHoldTimer}}, err: err})
	default:
		// The reader ends the session, with what the peer had to say if anything.
		k.broken.Store(true)
		k.tcp.SetReadDeadline(time.Now().Add(brokenGrace))
	}
}

func (w *writer) refresh(f bgp.Family, subtype uint8) {
	w.flush()
	m := bgp.RouteRefresh{Family: f, Subtype: subtype}
	raw := m.Append(nil)
	if w.write(raw) {
		w.k.sent(&event.Message{Type: bgp.TypeRouteRefresh, Raw: raw, Refresh: &m})
	}
}

func (w *writer) flushFull() {
	if len(w.packer.Octets()) >= writeSize {
		w.flush()
	}
}

// flush writes the messages that were packed.
func (w *writer) flush() {
	b := w.packer.Octets()
	if len(b) == 0 || w.failed {
		w.packer.Clear()
		return
	}
	if w.interval > 0 {
		w.paced(b)
	} else if w.write(b) {
		w.report(b)
	}
	w.packer.Clear()
	select {
	case <-w.k.urgent: // a KEEPALIVE does not wait for the rest of the drain
		w.controls()
	default:
	}
}

// paced writes messages one by one at the rate that the neighbor allows.
func (w *writer) paced(b []byte) {
	for len(b) > 0 && w.awaitSlot() {
		_, n, err := bgp.ParseHeader(b, bgp.MaxExtendedMessage)
		if err != nil || !w.write(b[:n]) {
			return
		}
		w.report(b[:n])
		b = b[n:]
	}
}

// awaitSlot waits for the time of the next message; false when the connection is finished.
func (w *writer) awaitSlot() bool {
	k := w.k
	timer := time.NewTimer(time.Until(w.slot))
	defer timer.Stop()
	for {
		select {
		case <-k.done:
			return false
		case <-k.urgent:
			w.controls()
		case now := <-timer.C:
			if now.Sub(w.slot) > slotGrace { // not the lateness of a timer, that lowers no rate
				w.slot = now
			}
			w.slot = w.slot.Add(w.interval)
			return true
		}
	}
}

// report counts and reports messages that were written.
func (w *writer) report(b []byte) {
	k := w.k
	p := k.peer
	info := p.info.Load()
	wanted := p.s.cfg.Observer.Wants(info, event.Send, bgp.TypeUpdate)
	for len(b) > 0 {
		_, n, err := bgp.ParseHeader(b, bgp.MaxExtendedMessage)
		if err != nil {
			return
		}
		p.stats.count(event.Send, bgp.TypeUpdate)
		if wanted {
			w.reportUpdate(info, b[:n:n])
		}
		b = b[n:]
	}
}

func (w *writer) reportUpdate(info *event.Peer, raw []byte) {
	k := w.k
	w.msg = event.Message{Type: bgp.TypeUpdate, Raw: raw}
	k.peer.s.cfg.Observer.Packet(info, event.Send, &w.msg, k.negotiated, k.noWait)
	if err := bgp.ParseUpdate(&w.update, raw[bgp.HeaderLen:], w.seen); err != nil {
		k.peer.log().Warn("sent UPDATE cannot be shown", "error", err)
		return
	}
	w.msg.Update = &w.update
	k.peer.s.cfg.Observer.Message(info, event.Send, &w.msg, k.negotiated, k.noWait)
}
