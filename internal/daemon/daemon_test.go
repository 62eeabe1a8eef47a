package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/api"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// fixture is a daemon that runs, and its file.
type fixture struct {
	*Daemon
	t    *testing.T
	file string
	log  *record
	end  chan error
}

// record keeps the messages of a log.
type record struct {
	mu   sync.Mutex
	text strings.Builder
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) has(text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Contains(r.text.String(), text)
}

func (r *record) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text.Reset()
}

// run starts a daemon with configurations; the first is loaded.
func run(t *testing.T, texts ...string) *fixture {
	t.Helper()
	f := &fixture{t: t, log: &record{}, end: make(chan error, 1)}
	cfg := &Config{
		Loader: &Loader{Programs: Programs{Path: os.Getenv("PATH")}},
		Logger: slog.New(slog.NewTextHandler(f.log, nil)),
		Ack:    true, Respawn: true, InheritStderr: true, Env: os.Environ(),
	}
	dir := t.TempDir()
	for i, text := range texts {
		f.file = filepath.Join(dir, fmt.Sprintf("%d.conf", i))
		f.write(text)
		cfg.Sources = append(cfg.Sources, Source{Path: f.file})
	}
	d, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	f.Daemon = d
	d.Start()
	ctx, cancel := context.WithCancel(context.Background())
	go func() { f.end <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-f.end; err != nil {
			t.Error(err)
		}
	})
	return f
}

func (f *fixture) write(text string) {
	f.t.Helper()
	if err := os.WriteFile(f.file, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// until waits for a condition that other goroutines bring about over sockets.
func (f *fixture) until(what string, ok func() bool) {
	f.t.Helper()
	for range 2000 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	f.t.Fatalf("not in time: %s\n%s", what, f.log.text.String())
}

func (f *fixture) logged(text string) {
	f.t.Helper()
	f.until(text, func() bool { return f.log.has(text) })
}

// states gives the states of the peers by their address.
func (f *fixture) states() map[string]string {
	m := map[string]string{}
	for _, p := range f.Peers(nil).List {
		m[p.Config.Session.Peer.Addr().String()] = p.Status().State
	}
	return m
}

func (f *fixture) up(addr string) {
	f.t.Helper()
	f.until(addr+" up", func() bool { return f.states()[addr] == "ESTABLISHED" })
}

// sent gives the routes that a peer is announced, as text.
func (f *fixture) sent(addr string) []string {
	var out []string
	for _, p := range f.Peers(nil).List {
		if p.Config.Session.Peer.Addr().String() != addr {
			continue
		}
		f.WalkOut(p.ID, func(r *rib.Route) bool {
			out = append(out, string(bgp.AppendNLRIText(nil, r.Family, r.NLRI[bgp.PathIDLen:], &bgp.Face{})))
			return true
		})
	}
	return out
}

// routeOf reads a route.
func routeOf(t *testing.T, text string) rib.Route {
	t.Helper()
	var got rib.Route
	var c lex.Cursor
	c.Reset(text)
	var p route.Parser
	if err := p.Statement(&c, route.Announce, func(r rib.Route) {
		got = r
		got.NLRI = append([]byte(nil), r.NLRI...)
	}); err != nil {
		t.Fatal(err)
	}
	return got
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// waiting is a neighbor that the other side connects to.
func waiting(port int) string {
	return fmt.Sprintf("neighbor 127.0.0.1 { router-id 192.0.2.2; local-address 127.0.0.1; local-as 64501; peer-as 64500; passive; listen %d; }\n", port)
}

// calling is a neighbor that connects to that.
func calling(port int, more string) string {
	return fmt.Sprintf("neighbor 127.0.0.1 { router-id 192.0.2.1; local-address 127.0.0.1; local-as 64500; peer-as 64501; connect %d; %s }\n", port, more)
}

const other = "neighbor 192.0.2.9 { router-id 192.0.2.1; local-as 64500; peer-as 64509; passive; }\n"

func TestRights(t *testing.T) {
	f := run(t, `process a { run /bin/cat; encoder json; }
process b { run /bin/cat; encoder json; }
neighbor 192.0.2.1 { router-id 192.0.2.9; local-as 1; peer-as 2; passive; family { ipv4 unicast; } api { processes [ a ]; } }
neighbor 2001:db8::1 { router-id 192.0.2.9; local-as 1; peer-as 2; passive; family { ipv6 unicast; } api { processes-match [ "^b" ]; } }
neighbor 192.0.2.3 { router-id 192.0.2.9; local-as 1; peer-as 2; passive; api { processes [ a ]; } api { processes [ b ]; } }`)
	f.until("peers", func() bool { return len(f.states()) == 3 })
	a, b, c := &api.Caller{Name: "a", Owner: 1}, &api.Caller{Name: "b", Owner: 2}, &api.Caller{Name: "c", Owner: 3}
	for who, want := range map[*api.Caller]string{
		a: "192.0.2.1 192.0.2.3", b: "2001:db8::1 192.0.2.3", c: "", nil: "192.0.2.1 2001:db8::1 192.0.2.3",
	} {
		var got []string
		for _, p := range f.Peers(who).List {
			got = append(got, p.Config.Session.Peer.Addr().String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%v may address %v, want %s", who, got, want)
		}
	}
	if one, two := f.Peers(a), f.Peers(a); one != two {
		t.Error("the same peers have two values")
	}
	all := f.Peers(nil).All
	r := routeOf(t, "route 10.0.0.0/24 next-hop 192.0.2.7")
	if err := f.Announce(a, all, r); err == nil {
		t.Error("a may announce to all")
	}
	for name, do := range map[string]func() error{
		"withdraw": func() error { return f.Withdraw(a, all, r) },
		"flush":    func() error { return f.Flush(a, all) },
		"clear":    func() error { return f.Clear(a, all) },
		"clear in": func() error { return f.ClearIn(a, all) },
		"eor":      func() error { return f.EOR(a, all, bgp.IPv4Unicast) },
		"refresh":  func() error { return f.Refresh(a, all, bgp.IPv4Unicast) },
		"teardown": func() error { return f.Teardown(a, all, 4) },
		"delete":   func() error { return f.Delete(a, all) },
	} {
		if err := do(); err == nil {
			t.Errorf("a may %s all", name)
		}
	}
	if err := f.Announce(a, f.Peers(a).All, r); err != nil {
		t.Error(err)
	}
	if err := f.Refresh(a, f.Peers(a).All, bgp.IPv4Unicast); err == nil {
		t.Error("refresh to nobody who is up")
	}
	// "self" of an IPv6 route on a session over IPv4 is no address.
	r = routeOf(t, "route 2001:db8:1::/48 next-hop self")
	if err := f.Announce(b, f.Peers(b).All, r); err == nil || !strings.Contains(err.Error(), `use of "next-hop self"`) {
		t.Errorf("self: %v", err)
	}
	// A family that nobody has is done, and logged.
	r = routeOf(t, "route 10.0.0.0/24 rd 1:1 label 3 next-hop 192.0.2.7")
	first := rib.Peers(f.Peers(a).List[0].ID)
	if err := f.Announce(a, first, r); err != nil || !f.log.has("no neighbor has the family") {
		t.Errorf("family: %v", err)
	}
}

func TestCreateDelete(t *testing.T) {
	f := run(t, other)
	f.until("the first", func() bool { return len(f.states()) == 1 })
	n := config.New(netip.MustParsePrefix("192.0.2.5/32"))
	n.Session.Local, n.Session.LocalAS, n.Session.PeerAS = netip.MustParseAddr("192.0.2.7"), 1, 2
	n.Session.Passive = true
	if err := f.Create(nil, n); err != nil {
		t.Fatal(err)
	}
	if err := f.Create(nil, n); err == nil || !strings.HasPrefix(err.Error(), "peer already exists: neighbor 192.0.2.5 local-ip 192.0.2.7 ") {
		t.Errorf("twice: %v", err)
	}
	if len(f.states()) != 2 {
		t.Error(f.states())
	}

	// The listener of another one is none of its business.
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	f.write(other + waiting(l.Addr().(*net.TCPAddr).Port))
	f.Reload(nil)
	f.logged("not every listener could be opened")
	if err := f.Create(nil, n); err != nil {
		t.Error(err)
	}
	f.write(other)
	if err := f.Delete(nil, f.Peers(nil).All); err != nil {
		t.Fatal(err)
	}
	f.until("nobody", func() bool { return len(f.states()) == 0 })
	// The configured one comes back, the created one does not.
	f.Reload(nil)
	f.until("a reload", func() bool { return len(f.states()) == 1 })
	bad := config.New(netip.MustParsePrefix("2001:db8::1/128"))
	if err := f.Create(nil, bad); err == nil {
		t.Error("a neighbor without router-id")
	}
}

// TestShutdown: everything ends, without an error, and only once.
func TestShutdown(t *testing.T) {
	f := run(t, "process a { run /bin/cat; encoder json; }\n"+other)
	f.Shutdown(nil)
	f.Signal(syscall.SIGTERM)
	if err := <-f.end; err != nil {
		t.Error(err)
	}
	f.end <- nil
	if s := f.helpers.Status(); len(s) != 0 {
		t.Errorf("helpers left: %v", s)
	}
}

func TestListenerTaken(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := uint16(l.Addr().(*net.TCPAddr).Port)
	text := other
	_, err = New(&Config{
		Loader: &Loader{}, Sources: []Source{{Path: "x", Text: &text}}, Logger: slog.New(slog.DiscardHandler),
		Bind: []netip.Addr{netip.MustParseAddr("127.0.0.1")}, Port: port,
	})
	if err == nil || !strings.Contains(err.Error(), "cannot listen on 127.0.0.1:") {
		t.Errorf("%v", err)
	}
}

// TestEarlyCommand: what a helper says at once waits for the neighbors.
func TestEarlyCommand(t *testing.T) {
	f := run(t, `process early { run /bin/sh -c "echo announce route 10.0.0.0/24 next-hop 192.0.2.7; exec cat >/dev/null"; encoder text; }
neighbor 192.0.2.1 { router-id 192.0.2.9; local-as 1; peer-as 2; passive; api { processes [ early ]; } }`)
	f.until("the route", func() bool { return len(f.sent("192.0.2.1")) == 1 })
}

// TestCommands gives every command about routes and sessions to a daemon whose
// session is up; the other side shows what came of it.
func TestCommands(t *testing.T) {
	port := freePort(t)
	there := run(t, waiting(port))
	f := run(t, "process idle { run /bin/cat; encoder text; }\n"+
		calling(port, "static { route 10.0.0.0/24 next-hop self watchdog dog; }"))
	received := func() string {
		var out []string
		for _, p := range there.Peers(nil).List {
			there.WalkIn(p.ID, func(r *rib.Route) bool {
				out = append(out, string(bgp.AppendNLRIText(nil, r.Family, r.NLRI[bgp.PathIDLen:], &bgp.Face{})))
				return true
			})
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	gets := func(what, want string) {
		t.Helper()
		there.until(what+": "+want, func() bool { return received() == want })
	}
	f.up("127.0.0.1")
	caller := &api.Caller{Name: "test", Operator: true, Owner: 7}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		f.Commit(caller)
	}
	all := f.Peers(caller).All
	r := routeOf(t, "route 10.0.9.0/24 next-hop self")
	do(f.Announce(caller, all, r))
	written := make(chan struct{})
	f.Sync(all, func() { close(written) })
	<-written
	gets("announce", "10.0.0.0/24 10.0.9.0/24")
	do(f.Watchdog(caller, "dog", false))
	gets("watchdog", "10.0.9.0/24")
	do(f.Watchdog(caller, "dog", true))
	gets("watchdog", "10.0.0.0/24 10.0.9.0/24")
	do(f.Watchdog(caller, "cat", true))
	if !f.log.has("no configured route has this watchdog") {
		t.Error("an unknown watchdog without a word")
	}
	do(f.Withdraw(caller, all, r))
	gets("withdraw", "10.0.0.0/24")

	// What was forgotten comes again.
	do(there.ClearIn(caller, there.Peers(caller).All))
	do(f.Flush(caller, all))
	gets("flush", "10.0.0.0/24")
	do(f.EOR(caller, all, bgp.IPv4Unicast))
	do(f.Operational(caller, all, &bgp.Operational{}))
	if !f.log.has("operational message not sent") {
		t.Error("an operational message without the capability")
	}
	do(f.Clear(caller, all))
	gets("clear", "")

	do(f.Announce(caller, all, r))
	do(f.Teardown(caller, all, bgp.CeaseReset))
	there.logged("received NOTIFICATION Cease / Administrative Reset")
	gets("the next session", "10.0.9.0/24")
	if h := f.Helpers(); len(h) != 1 || h[0].Name != "idle" {
		t.Errorf("helpers %+v", h)
	}
}

// TestTerminate: api.terminate ends the daemon when a helper cannot be started.
func TestTerminate(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "broken")
	if err := os.WriteFile(program, []byte("#!/nonexistent\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for terminate, text := range map[bool]string{true: "api.terminate ends the daemon", false: "cannot be started"} {
		log := &record{}
		conf := "process p { run " + program + "; encoder text; }"
		d, err := New(&Config{
			Loader: &Loader{}, Sources: []Source{{Path: "x", Text: &conf}}, Respawn: true, Terminate: terminate,
			Logger: slog.New(slog.NewTextHandler(log, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		d.Start()
		if !terminate {
			d.Shutdown(nil)
		}
		if err := d.Run(t.Context()); err != nil || !log.has(text) {
			t.Errorf("terminate %v: %v, %s", terminate, err, log.text.String())
		}
	}
}

func TestWaitMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is midnight
		d := &Daemon{cfg: &Config{Delay: 7}, stop: make(chan struct{})}
		for _, want := range []time.Duration{0, 5*time.Minute + 30*time.Second} {
			start := time.Now()
			d.waitMinute(t.Context())
			if got := time.Since(start); got != want {
				t.Errorf("waited %v, want %v", got, want)
			}
			time.Sleep(90 * time.Second)
		}
		time.Sleep(time.Minute)
		d.shutdown()
		start := time.Now()
		if d.waitMinute(t.Context()); time.Since(start) != 0 {
			t.Error("waited after a shutdown")
		}
	})
}

// What a helper says to a watchdog before the peers are there is not lost.
func TestWatchdogBeforePeers(t *testing.T) {
	f := run(t, "neighbor 192.0.2.1 { router-id 192.0.2.9; local-as 1; peer-as 2; passive; static { route 10.0.0.0/24 next-hop 192.0.2.7 watchdog x withdraw; } }")
	cfg := *f.cfg
	cfg.Logger = slog.New(slog.DiscardHandler)
	d, err := New(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- d.Watchdog(&api.Caller{Name: "a"}, "x", true) }()
	time.Sleep(20 * time.Millisecond)
	ended := make(chan error, 1)
	go func() { ended <- d.Run(t.Context()) }()
	t.Cleanup(func() {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := strings.Join((&fixture{Daemon: d}).sent("192.0.2.1"), " "); got != "10.0.0.0/24" {
		t.Errorf("announced %q", got)
	}
}
