package speaker

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/rib"
	"github.com/herald-bgp/herald/internal/tcp"
)

var (
	ourAddr   = netip.MustParseAddr("192.0.2.1")
	theirAddr = netip.MustParseAddr("192.0.2.2")
)

// fakeNet is a network of pipes. Who listens decides who can be connected to.
type fakeNet struct {
	mu        sync.Mutex
	listeners map[netip.AddrPort]*fakeListener
	dials     []time.Time
}

func newFakeNet() *fakeNet { return &fakeNet{listeners: map[netip.AddrPort]*fakeListener{}} }

type fakeListener struct {
	net   *fakeNet
	at    netip.AddrPort
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (n *fakeNet) Listen(_ context.Context, at netip.AddrPort) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &fakeListener{net: n, at: at, conns: make(chan net.Conn), done: make(chan struct{})}
	n.listeners[at] = l
	return l, nil
}

func (l *fakeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *fakeListener) Close() error {
	l.once.Do(func() {
		close(l.done)
		l.net.mu.Lock()
		defer l.net.mu.Unlock()
		delete(l.net.listeners, l.at)
	})
	return nil
}

func (l *fakeListener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.at) }

// Dial connects from the local address of o, or ours.
func (n *fakeNet) Dial(ctx context.Context, to netip.AddrPort, o *tcp.Options) (net.Conn, error) {
	from := o.Local
	if !from.IsValid() {
		from = ourAddr
	}
	n.mu.Lock()
	n.dials = append(n.dials, time.Now())
	l := n.listeners[to]
	n.mu.Unlock()
	if l == nil {
		return nil, errors.New("connection refused")
	}
	here, there := net.Pipe()
	a := &fakeConn{Conn: here, local: netip.AddrPortFrom(from, 50000), remote: to}
	b := &fakeConn{Conn: there, local: to, remote: a.local}
	select {
	case l.conns <- b:
		return a, nil
	case <-l.done:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// dialed returns when somebody dialed.
func (n *fakeNet) dialed() []time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.dials)
}

type fakeConn struct {
	net.Conn
	local, remote netip.AddrPort
}

func (c *fakeConn) LocalAddr() net.Addr  { return net.TCPAddrFromAddrPort(c.local) }
func (c *fakeConn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.remote) }

// recorder is an Observer that writes down what it hears:
// ">open" was sent, "<open" received.
type recorder struct {
	mu    sync.Mutex
	heard []string
	quiet bool                         // takes no messages
	block func(string) <-chan struct{} // what to wait for before a message is taken; nil: nothing
	room  func() <-chan struct{}
}

func (r *recorder) note(s string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard = append(r.heard, s)
}

// take returns what was heard since the last call.
func (r *recorder) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := strings.Join(r.heard, " ")
	r.heard = nil
	return s
}

func (r *recorder) State(_ *event.Peer, s event.State, why event.Reason) {
	if s == event.Down {
		r.note("down(" + why.String() + ")")
		return
	}
	r.note(s.String())
}
func (r *recorder) FSM(_ *event.Peer, state string)                          { r.note(state) }
func (r *recorder) Negotiated(*event.Peer, *bgp.Negotiated)                  { r.note("negotiated") }
func (r *recorder) Wants(*event.Peer, event.Direction, bgp.MessageType) bool { return !r.quiet }

func (r *recorder) Packet(_ *event.Peer, d event.Direction, m *event.Message, _ *bgp.Negotiated, done <-chan struct{}) {
	r.wait("packet "+short(d, m), done)
}

// short is a message: ">open" was sent, "<open" received.
func short(d event.Direction, m *event.Message) string {
	return map[event.Direction]string{event.Send: ">", event.Receive: "<"}[d] + strings.ToLower(m.Type.String())
}

// wait is a helper that is full.
func (r *recorder) wait(s string, done <-chan struct{}) {
	if r.block == nil {
		return
	}
	if c := r.block(s); c != nil {
		select {
		case <-c:
		case <-done:
		}
	}
}

func (r *recorder) Room(_ *event.Peer, stop <-chan struct{}) bool {
	if r.room == nil {
		return true
	}
	select {
	case <-r.room():
		return true
	case <-stop:
		return false
	}
}

func (r *recorder) Message(_ *event.Peer, d event.Direction, m *event.Message, _ *bgp.Negotiated, done <-chan struct{}) {
	s := short(d, m)
	r.wait(s, done)
	if m.Notification != nil {
		s += "(" + m.Notification.String() + ")"
	}
	if m.Update != nil && m.Update.EOR {
		s += "(eor " + m.Update.EORFamily.String() + ")"
	}
	r.note(s)
}

// neighbor returns a configuration of the peer at theirAddr, without End-of-RIB.
func neighbor(change ...func(*config.Neighbor)) *config.Neighbor {
	n := config.New(netip.PrefixFrom(theirAddr, 32))
	n.Session.Local, n.Session.LocalAS, n.Session.PeerAS = ourAddr, 65001, 65002
	n.Session.HoldTime = 90 * time.Second
	n.Session.Families = []bgp.Family{bgp.IPv4Unicast}
	n.Live.ManualEOR = true
	for _, f := range change {
		f(n)
	}
	n.Resolve()
	return n
}

// lab is a speaker in a fake network.
type lab struct {
	t   *testing.T
	net *fakeNet
	rec *recorder
	out *rib.Out
	s   *Speaker
	cfg *config.Config
}

// inLab runs f in a bubble of its own time. The speaker has no peers yet; it is
// shut down at the end, and everything has to be gone then.
func inLab(t *testing.T, change func(*Config), f func(l *lab)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &lab{t: t, net: newFakeNet(), rec: &recorder{}, out: rib.NewOut()}
		cfg := Config{Out: l.out, Observer: l.rec, Dial: l.net.Dial, Listen: l.net.Listen}
		if change != nil {
			change(&cfg)
		}
		l.s = New(cfg)
		f(l)
		if err := l.s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// apply makes the neighbors those of the speaker.
func (l *lab) apply(neighbors ...*config.Neighbor) {
	l.t.Helper()
	cfg := &config.Config{Neighbors: neighbors}
	if err := l.s.Apply(config.Diff(l.cfg, cfg)); err != nil {
		l.t.Fatal(err)
	}
	l.cfg = cfg
}

// listen lets the peer listen.
func (l *lab) listen() net.Listener {
	l.t.Helper()
	ln, err := l.net.Listen(l.t.Context(), netip.AddrPortFrom(theirAddr, defaultPort))
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { ln.Close() })
	return ln
}

// remote is the peer's end of a connection.
type remote struct {
	t    *testing.T
	conn net.Conn
}

// accept waits for the speaker to connect.
func (l *lab) accept(ln net.Listener) *remote {
	l.t.Helper()
	c, err := ln.Accept()
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { c.Close() })
	return &remote{l.t, c}
}

// connect connects to the speaker.
func (l *lab) connect(from netip.Addr) *remote {
	l.t.Helper()
	c, err := l.net.Dial(l.t.Context(), netip.AddrPortFrom(ourAddr, defaultPort), &tcp.Options{Local: from})
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { c.Close() })
	return &remote{l.t, c}
}

// read reads a message.
func (r *remote) read() (bgp.MessageType, []byte, error) {
	head := make([]byte, bgp.HeaderLen)
	if _, err := io.ReadFull(r.conn, head); err != nil {
		return 0, nil, err
	}
	t, n, bad := bgp.ParseHeader(head, bgp.MaxExtendedMessage)
	if bad != nil {
		return 0, nil, bad
	}
	body := make([]byte, n-bgp.HeaderLen)
	_, err := io.ReadFull(r.conn, body)
	return t, body, err
}

// expect reads a message of a type and returns its body.
func (r *remote) expect(want bgp.MessageType) []byte {
	r.t.Helper()
	got, body, err := r.read()
	if err != nil {
		r.t.Fatalf("waiting for %s: %v", want, err)
	}
	if got != want {
		r.t.Fatalf("got %s %x, want %s", got, body, want)
	}
	return body
}

// expectNotification reads what ends a session.
func (r *remote) expectNotification(code, subcode uint8) bgp.Notification {
	r.t.Helper()
	n := bgp.ParseNotification(r.expect(bgp.TypeNotification))
	if n.Code != code || n.Subcode != subcode {
		r.t.Fatalf("got NOTIFICATION %d/%d %q, want %d/%d", n.Code, n.Subcode, n.Data, code, subcode)
	}
	return n
}

// expectEnd waits for the end of the connection.
func (r *remote) expectEnd() {
	r.t.Helper()
	if t, body, err := r.read(); err == nil {
		r.t.Fatalf("got %s %x, want the end of the connection", t, body)
	}
}

func (r *remote) send(raw []byte) {
	r.t.Helper()
	if _, err := r.conn.Write(raw); err != nil {
		r.t.Fatal(err)
	}
}

func (r *remote) keepalive() { r.t.Helper(); r.send(bgp.AppendKeepalive(nil)) }

// theirOpen is the OPEN of the peer.
func theirOpen(change ...func(*bgp.OpenConfig)) *bgp.Open {
	c := &bgp.OpenConfig{
		AS: 65002, ID: netip.MustParseAddr("10.0.0.2"), HoldTime: 90 * time.Second,
		Families: []bgp.Family{bgp.IPv4Unicast}, ASN4: true,
	}
	for _, f := range change {
		f(c)
	}
	return bgp.NewOpen(c)
}

// handshake brings the session up.
func (r *remote) handshake(change ...func(*bgp.OpenConfig)) *remote {
	r.t.Helper()
	r.expect(bgp.TypeOpen)
	r.send(theirOpen(change...).Append(nil))
	r.expect(bgp.TypeKeepalive)
	r.keepalive()
	return r
}

// session connects and brings the session of the only peer up.
func (l *lab) session(ln net.Listener, change ...func(*bgp.OpenConfig)) *remote {
	l.t.Helper()
	r := l.accept(ln).handshake(change...)
	synctest.Wait()
	return r
}

// drain reads and drops what comes, so that the speaker is not held up.
func (r *remote) drain() {
	go func() { _, _ = io.Copy(io.Discard, r.conn) }()
}

// anUpdate returns an UPDATE that announces 10.0.0.0/24.
func anUpdate() []byte {
	attrs := []byte{
		0x40, 1, 1, 0, // ORIGIN igp
		0x40, 2, 6, 2, 1, 0, 0, 0xfd, 0xea, // AS_PATH 65002
		0x40, 3, 4, 192, 0, 2, 2, // NEXT_HOP
	}
	body := append([]byte{0, 0, 0, byte(len(attrs))}, attrs...)
	body = append(body, 24, 10, 0, 0)
	return message(bgp.TypeUpdate, body)
}

// message adds a header to a body.
func message(t bgp.MessageType, body []byte) []byte {
	m := slices.Repeat([]byte{255}, 16)
	n := bgp.HeaderLen + len(body)
	return append(append(m, byte(n>>8), byte(n), byte(t)), body...)
}
