package speaker

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/rib"
)

// listening is an Observer that wants everything and does nothing with it.
type listening struct{ nobody }

func (listening) Wants(*event.Peer, event.Direction, bgp.MessageType) bool { return true }

// established returns a connection whose session is up, without goroutines.
func established(tb testing.TB, o event.Observer) *conn {
	tb.Helper()
	s := New(Config{Out: rib.NewOut(), Observer: o})
	p := newPeer(s, neighbor())
	k := newConn(p, 0, &sinkConn{})
	theirs := theirOpen(func(c *bgp.OpenConfig) { c.ExtendedMessage = true })
	ours := bgp.NewOpen(s.openConfig(&p.Neighbor().Session, 65001, false))
	k.negotiated = bgp.Negotiate(ours, theirs, s.own(&p.Neighbor().Session, ourAddr))
	k.limit = k.negotiated.MaxMessage
	close(k.ready)
	return k
}

// sinkConn takes everything at once.
type sinkConn struct {
	fakeConn
	n int
}

func (c *sinkConn) Write(b []byte) (int, error) { c.n += len(b); return len(b), nil }

func (c *sinkConn) SetWriteDeadline(time.Time) error { return nil }

func TestReceivingDoesNotAllocate(t *testing.T) {
	k := established(t, listening{})
	r := reader{k: k, up: true, seen: true, in: nil}
	r.buf = bytes.Repeat(anUpdate(), 100)
	read := func() {
		r.r, r.w = 0, len(r.buf)
		if some, more := r.messages(); !some || !more || r.r != r.w {
			t.Fatal("not all messages were read")
		}
	}
	read()
	if n := testing.AllocsPerRun(20, read); n != 0 {
		t.Errorf("%v allocations for 100 UPDATEs", n)
	}
	if c := k.peer.stats.read(); c.Received.Update == 0 || c.PrefixesAnnounced != c.Received.Update {
		t.Errorf("counters %+v", c)
	}
}

// fill announces n routes to the only peer.
func fill(o *rib.Out, n int) {
	r := rib.Route{Family: bgp.IPv4Unicast, NextHop: bgp.NextHopAddr(netip.MustParseAddr("192.0.2.1"))}
	for i := range n {
		r.NLRI = []byte{0, 0, 0, 0, 24, 10, byte(i >> 8), byte(i)}
		o.Announce(rib.AllPeers(), &r, 1)
	}
}

func TestSendingDoesNotAllocate(t *testing.T) {
	k := established(t, listening{})
	out := k.peer.s.cfg.Out
	out.Up(k.peer.id, rib.Session{Families: k.negotiated.Families})
	w := writer{k: k, limit: drainLimit, group: true}
	w.begin()
	fill(out, drainLimit)
	w.drainOnce()
	if w.batch.Len() != drainLimit {
		t.Fatalf("a batch of %d routes", w.batch.Len())
	}
	all := rib.AllPeers()
	send := func() {
		out.Flush(all)
		w.drainOnce()
	}
	send()
	// Flush itself may take a few: nothing is taken for a route.
	if n := testing.AllocsPerRun(20, send); n > 2 {
		t.Errorf("%v allocations for %d routes", n, drainLimit)
	}
}

func BenchmarkReceive(b *testing.B) {
	k := established(b, listening{})
	r := reader{k: k, up: true, seen: true}
	r.buf = bytes.Repeat(anUpdate(), 100)
	for b.Loop() {
		r.r, r.w = 0, len(r.buf)
		r.messages()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/update")
}

func BenchmarkSend(b *testing.B) {
	k := established(b, nobody{})
	out := k.peer.s.cfg.Out
	out.Up(k.peer.id, rib.Session{Families: k.negotiated.Families})
	w := writer{k: k, limit: drainLimit, group: true}
	w.begin()
	fill(out, drainLimit)
	w.drainOnce()
	all := rib.AllPeers()
	for b.Loop() {
		out.Flush(all)
		w.drainOnce()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/drainLimit, "ns/route")
}
