package speaker

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/rib"
	"github.com/herald-bgp/herald/internal/tcp"
)

// upObserver says when a session is up.
type upObserver struct {
	nobody
	up chan struct{}
}

func (o upObserver) State(_ *event.Peer, s event.State, _ event.Reason) {
	if s == event.Up {
		o.up <- struct{}{}
	}
}

// realSpeaker is a speaker on the loopback interface.
func realSpeaker(t *testing.T, cfg Config, n *config.Neighbor) (s *Speaker, up chan struct{}) {
	t.Helper()
	o := upObserver{up: make(chan struct{}, 8)}
	cfg.Out, cfg.Observer = rib.NewOut(), o
	s = New(cfg)
	t.Cleanup(func() {
		if err := s.Shutdown(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	err := s.Apply([]config.Change{{Kind: config.Add, Name: n.Name(), New: n}})
	if errors.Is(err, syscall.ENOPROTOOPT) || errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, syscall.EADDRNOTAVAIL) {
		t.Skipf("NOT TESTED on this system: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, o.up
}

// freePort returns a port that nobody listens on.
func freePort(t *testing.T, a netip.Addr) uint16 {
	t.Helper()
	l, err := tcp.Listen(t.Context(), netip.AddrPortFrom(a, 0))
	if err != nil {
		t.Skipf("NOT TESTED on this system: %v", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).AddrPort().Port()
}

// TestSockets brings sessions up over TCP, with the options that the kernel has.
func TestSockets(t *testing.T) {
	none := func(*config.Session) {}
	md5 := func(c *config.Session) { c.MD5Password = "a key" }
	gtsm := func(c *config.Session) { c.IncomingTTL = new(uint8(255)) }
	for _, tt := range []struct {
		name, a, b string
		set        func(*config.Session)
	}{
		{"IPv4", "127.0.0.1", "127.0.0.2", none},
		{"IPv6", "::1", "::1", none},
		{"IPv4 MD5", "127.0.0.1", "127.0.0.2", md5},
		{"IPv6 MD5", "::1", "::1", md5},
		{"IPv4 GTSM", "127.0.0.1", "127.0.0.2", gtsm},
		{"IPv6 GTSM", "::1", "::1", gtsm},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, b := netip.MustParseAddr(tt.a), netip.MustParseAddr(tt.b)
			port := freePort(t, a)
			passive := realNeighbor(a, b, "10.0.0.1", tt.set)
			passive.Session.Passive = true
			_, upA := realSpeaker(t, Config{Port: port, Bind: []netip.Addr{a}}, passive)
			active := realNeighbor(b, a, "10.0.0.2", tt.set)
			s, upB := realSpeaker(t, Config{Connect: port}, active)
			for _, up := range []chan struct{}{upA, upB} {
				select {
				case <-up:
				case <-time.After(10 * time.Second):
					t.Fatal("no session")
				}
			}
			// It comes back after a teardown, at once.
			s.Peers()[0].Teardown(bgp.CeaseReset)
			for _, up := range []chan struct{}{upA, upB} {
				select {
				case <-up:
				case <-time.After(10 * time.Second):
					t.Fatal("no session after a teardown")
				}
			}
		})
	}
}

func realNeighbor(local, peer netip.Addr, id string, set func(*config.Session)) *config.Neighbor {
	n := config.New(netip.PrefixFrom(peer, peer.BitLen()))
	n.Session.Local, n.Session.RouterID = local, netip.MustParseAddr(id)
	n.Session.LocalAS, n.Session.PeerAS = 65001, 65001
	n.Session.Families = []bgp.Family{bgp.IPv4Unicast}
	set(&n.Session)
	n.Resolve()
	return n
}

// The wrong key: never a session.
func TestWrongKey(t *testing.T) {
	a, b := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")
	port := freePort(t, a)
	passive := realNeighbor(a, b, "10.0.0.1", func(c *config.Session) { c.MD5Password, c.Passive = "a key", true })
	_, up := realSpeaker(t, Config{Port: port, Bind: []netip.Addr{a}}, passive)
	realSpeaker(t, Config{Connect: port}, realNeighbor(b, a, "10.0.0.2", func(c *config.Session) { c.MD5Password = "another" }))
	select {
	case <-up:
		t.Error("a session with the wrong key")
	case <-time.After(500 * time.Millisecond):
	}
}

// TestEndBeforeReading: a connection that is ended before its first message was
// waited for reads on until the peer closes, and no longer.
func TestEndBeforeReading(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	k := &conn{tcp: c, started: true, linger: true, quiet: make(chan struct{}), written: make(chan struct{})}
	close(k.written)
	ended := make(chan struct{})
	go func() {
		k.read(false)
		close(ended)
	}()
	theirs.Close()
	select {
	case <-ended:
	case <-time.After(10 * lingerTime):
		t.Error("it reads on")
	}
}

// TestCause: who reads the log knows the addresses already.
func TestCause(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp4", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	if got := cause(fmt.Errorf("attempt: %w", refused)).Error(); got != "connect: connection refused" {
		t.Error(got)
	}
}
