package speaker

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/fsm"
	"github.com/herald-bgp/herald/internal/tcp"
)

// An UPDATE with an error that does not end the session (RFC 7606) is counted, and
// said once.
func TestMalformedUpdate(t *testing.T) {
	log := &logged{}
	inLab(t, func(c *Config) { c.Logger = log.logger() }, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.session(ln)
		log.take()
		m := anUpdate()
		m[bgp.HeaderLen+7] = 9 // ORIGIN
		r.send(m)
		r.send(m)
		synctest.Wait()
		p := l.s.Peers()[0]
		if c := p.stats.read(); c.Malformed != 2 || c.PrefixesWithdrawn != 2 || c.PrefixesAnnounced != 0 {
			t.Errorf("counters %+v", c)
		}
		if got := log.take(); strings.Count(got, "malformed UPDATE") != 1 {
			t.Errorf("logged %q", got)
		}
		if p.Status().State != fsm.Established {
			t.Error("the session has ended")
		}
	})
}

// A buffer that was large under load is small again once little comes, and loses
// nothing of a message that is under way.
func TestBufferShrinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := established(t, nobody{})
		here, there := net.Pipe()
		defer there.Close()
		k.tcp = here
		r := reader{k: k, buf: make([]byte, busyBuffer)}
		fill := func(b []byte) {
			t.Helper()
			go func() {
				time.Sleep(2*busyTime + time.Second)
				_, _ = there.Write(b)
			}()
			if err := r.fill(); err != nil {
				t.Fatal(err)
			}
		}
		fill([]byte{1, 2, 3})
		if len(r.buf) != idleBuffer || r.w != 3 {
			t.Errorf("a buffer of %d octets with %d", len(r.buf), r.w)
		}
		r.buf = append(make([]byte, 0, busyBuffer), r.buf[:r.w]...)[:busyBuffer]
		fill([]byte{4})
		if len(r.buf) != busyBuffer || string(r.buf[r.r:r.w]) != "\x01\x02\x03\x04" {
			t.Errorf("%d octets: %x", len(r.buf), r.buf[r.r:r.w])
		}
	})
}

// brokenConn cannot be written to any more once broken is set.
type brokenConn struct {
	net.Conn
	broken *atomic.Bool
}

func (c *brokenConn) Write(b []byte) (int, error) {
	if c.broken.Load() {
		return 0, syscall.EPIPE
	}
	return c.Conn.Write(b)
}

// Writing fails because the peer has closed: the NOTIFICATION that says why is read.
func TestLastWords(t *testing.T) {
	for _, words := range []bool{true, false} {
		var broken atomic.Bool
		dial := func(c *Config) {
			through := c.Dial
			c.Dial = func(ctx context.Context, peer netip.AddrPort, o *tcp.Options) (net.Conn, error) {
				conn, err := through(ctx, peer, o)
				return &brokenConn{conn, &broken}, err
			}
		}
		inLab(t, dial, func(l *lab) {
			ln := l.listen()
			l.apply(neighbor())
			r := l.session(ln)
			l.rec.take()
			broken.Store(true)
			start := time.Now()
			l.announce(0, 1)
			synctest.Wait()
			if words {
				r.send(bgp.Cease(bgp.CeaseShutdown, "").Append(nil))
				l.hears("<notification(Cease / Administrative Shutdown) down(received NOTIFICATION Cease / Administrative Shutdown) IDLE ACTIVE IDLE")
				return
			}
			r.expectEnd()
			if got := time.Since(start); got != firstWait+brokenGrace {
				t.Errorf("ended after %v", got)
			}
			l.hears("down(connection lost) IDLE ACTIVE IDLE")
		})
	}
}
