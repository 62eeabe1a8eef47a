package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// fakeDaemon writes down what it is asked to do.
type fakeDaemon struct {
	log     []string
	quiet   bool
	peers   *Peers
	all     *Peers
	routes  map[rib.PeerID][]rib.Route
	pending bool
	synced  []func()
	down    bool // no peer is up
	helpers []helper.Status
	marked  []rib.Route // announced or withdrawn
}

func (d *fakeDaemon) note(format string, args ...any) {
	if !d.quiet {
		d.log = append(d.log, fmt.Sprintf(format, args...))
	}
}

func (d *fakeDaemon) take() string {
	s := strings.Join(d.log, "\n")
	d.log = nil
	return s
}

func ids(s *rib.PeerSet) string {
	if s.All() {
		return "all"
	}
	var b strings.Builder
	for id := range s.Each() {
		fmt.Fprintf(&b, "%d", id)
	}
	return b.String()
}

func routeText(r rib.Route) string {
	b := []byte(r.Family.String() + " ")
	if len(r.NLRI) > bgp.PathIDLen {
		b = bgp.AppendNLRIText(b, r.Family, r.NLRI[bgp.PathIDLen:], &bgp.Face{Dialect: bgp.Dialect4})
	}
	switch {
	case r.NextHop.Self():
		b = append(b, " next-hop self"...)
	case r.NextHop.Addr().IsValid():
		b = append(b, " next-hop "+r.NextHop.Addr().String()...)
	}
	return string(r.Attrs.AppendText(b, &bgp.Face{Dialect: bgp.Dialect4}))
}

func (d *fakeDaemon) Peers(c *Caller) *Peers {
	if c == nil || c.Operator {
		return d.all
	}
	return d.peers
}

func (d *fakeDaemon) Announce(_ *Caller, to *rib.PeerSet, r rib.Route) error {
	if !d.quiet {
		d.note("announce %s %s", ids(to), routeText(r))
		d.mark(r)
	}
	return nil
}

func (d *fakeDaemon) Withdraw(_ *Caller, to *rib.PeerSet, r rib.Route) error {
	if !d.quiet {
		d.note("withdraw %s %s", ids(to), routeText(r))
		d.mark(r)
	}
	return nil
}

func (d *fakeDaemon) mark(r rib.Route) {
	r.NLRI = slices.Clone(r.NLRI)
	d.marked = append(d.marked, r)
}

func (d *fakeDaemon) Commit(*Caller)                         { d.note("commit") }
func (d *fakeDaemon) FirstPending(*rib.PeerSet) bool         { return d.pending }
func (d *fakeDaemon) Sync(_ *rib.PeerSet, f func())          { d.synced = append(d.synced, f) }
func (d *fakeDaemon) Flush(_ *Caller, to *rib.PeerSet) error { return d.did("flush %s", ids(to)) }
func (d *fakeDaemon) Clear(_ *Caller, to *rib.PeerSet) error { return d.did("clear out %s", ids(to)) }

func (d *fakeDaemon) ClearIn(_ *Caller, to *rib.PeerSet) error { return d.did("clear in %s", ids(to)) }

func (d *fakeDaemon) Watchdog(_ *Caller, name string, up bool) error {
	return d.did("watchdog %s %t", name, up)
}

func (d *fakeDaemon) did(format string, args ...any) error {
	d.note(format, args...)
	return nil
}

func (d *fakeDaemon) EOR(_ *Caller, to *rib.PeerSet, f bgp.Family) error {
	if d.down {
		return errors.New("no selected peer is established")
	}
	return d.did("eor %s %s", ids(to), f)
}

func (d *fakeDaemon) Refresh(_ *Caller, to *rib.PeerSet, f bgp.Family) error {
	if d.down {
		return errors.New("no selected peer is established")
	}
	return d.did("refresh %s %s", ids(to), f)
}

func (d *fakeDaemon) Operational(_ *Caller, to *rib.PeerSet, m *bgp.Operational) error {
	return d.did("operational %s %s", ids(to), m.AppendText(nil, &bgp.Face{}))
}

func (d *fakeDaemon) Teardown(_ *Caller, to *rib.PeerSet, code uint8) error {
	return d.did("teardown %s %d", ids(to), code)
}

func (d *fakeDaemon) Create(_ *Caller, n *config.Neighbor) error {
	n.Resolve()
	if err := n.Validate(false); err != nil {
		return err
	}
	what := "create " + n.Name()
	for _, a := range n.API {
		what += fmt.Sprintf(" api %v", a.Processes)
		if a.NeighborChanges {
			what += " neighbor-changes"
		}
	}
	return d.did("%s", what)
}

func (d *fakeDaemon) Delete(_ *Caller, to *rib.PeerSet) error { return d.did("delete %s", ids(to)) }
func (d *fakeDaemon) Reload(*Caller)                          { d.note("reload") }
func (d *fakeDaemon) Restart(*Caller)                         { d.note("restart") }
func (d *fakeDaemon) Shutdown(*Caller)                        { d.note("shutdown") }
func (d *fakeDaemon) Helpers() []helper.Status                { return d.helpers }

func (d *fakeDaemon) WalkOut(id rib.PeerID, f func(*rib.Route) bool) {
	for i := range d.routes[id] {
		if !f(&d.routes[id][i]) {
			return
		}
	}
}
func (d *fakeDaemon) WalkIn(id rib.PeerID, f func(*rib.Route) bool) { d.WalkOut(id, f) }

// newFake makes the two neighbors of the selector tests: 127.0.0.2 and 127.0.0.3.
func newFake() *fakeDaemon {
	d := &fakeDaemon{routes: map[rib.PeerID][]rib.Route{}, helpers: []helper.Status{{Name: "p1", Load: helper.Load{Lines: 2, Events: 10}}}}
	p := &Peers{All: &rib.PeerSet{}}
	for i, as := range []uint32{65533, 65534} {
		addr := netip.AddrFrom4([4]byte{127, 0, 0, byte(i + 2)})
		n := config.New(netip.PrefixFrom(addr, 32))
		n.Session.Local = netip.MustParseAddr("127.0.0.1")
		n.Session.LocalAS, n.Session.PeerAS = 65533, as
		n.Session.RouterID = netip.AddrFrom4([4]byte{1, 2, 3, byte(i + 4)})
		n.Session.Families = []bgp.Family{bgp.IPv4Unicast, bgp.IPv6Unicast}
		id := rib.PeerID(i + 2)
		p.List = append(p.List, &Peer{ID: id, Name: n.Name(), Config: n, Status: func() PeerStatus {
			if id == 3 {
				return PeerStatus{State: "IDLE"}
			}
			open := bgp.NewOpen(&bgp.OpenConfig{AS: 65533, HoldTime: 180 * time.Second, ASN4: true, RouteRefresh: true, ID: netip.MustParseAddr("1.2.3.4"), Families: n.Session.Families})
			return PeerStatus{
				State: "ESTABLISHED", Duration: 5 * time.Second, Local: open, Peer: open,
				Negotiated: bgp.Negotiate(open, open, &bgp.Negotiated{}),
				Sent:       Messages{Open: 1, Keepalive: 1, Update: 5}, Received: Messages{Open: 1, Keepalive: 2},
			}
		}})
		p.All.Add(id)
	}
	d.peers, d.all = p, p
	return d
}

// reasons is a log that keeps why commands are refused.
type reasons struct{ d *fakeDaemon }

func (r reasons) Enabled(context.Context, slog.Level) bool { return true }
func (r reasons) WithAttrs([]slog.Attr) slog.Handler       { return r }
func (r reasons) WithGroup(string) slog.Handler            { return r }
func (r reasons) Handle(_ context.Context, rec slog.Record) error {
	rec.Attrs(func(a slog.Attr) bool {
		if a.Key == "reason" || a.Key == "warning" || a.Key == "text" || a.Key == "type" {
			r.d.note("log: %v", a.Value)
		}
		return true
	})
	return nil
}

// bench is a client with a fake daemon below it, in a bubble of synctest.
type bench struct {
	*Client
	d   *fakeDaemon
	out *helper.Outbuf
	w   *sink
}

// sink is a connection: lines go in, answers come out.
type sink struct {
	in  *io.PipeReader
	out chan string
}

func (s *sink) Read(b []byte) (int, error) { return s.in.Read(b) }
func (s *sink) Close() error               { return s.in.Close() }
func (s *sink) Write(b []byte) (int, error) {
	s.out <- string(b)
	return len(b), nil
}

func newBench(t *testing.T, d bgp.Dialect) *bench {
	t.Helper()
	fake := newFake()
	fig := helper.Defaults()
	o := helper.NewOutbuf(helper.Limits{}, fig, nil)
	s := Settings{
		Dialect: d, Ack: true, Version: "1.0", UUID: "8d1f4c1e", Host: "lab", PID: 100, PPID: 1,
		Start: time.Now(),
	}
	h := NewHub(fake, s, slog.New(reasons{fake}), func(string) *helper.Outbuf { return o })
	h.SetProcesses([]config.Process{{Name: "p1"}})
	b := &bench{d: fake, out: o}
	in, w := io.Pipe()
	b.w = &sink{in: in, out: make(chan string, 100)}
	ended := make(chan struct{})
	started := make(chan struct{})
	go func() {
		defer close(ended)
		_ = helper.Serve(b.w, o, func(o *helper.Outbuf) helper.Lines {
			b.Client = h.Attach("p1", o).(*Client)
			close(started)
			return b.Client
		}, fig)
	}()
	<-started
	t.Cleanup(func() {
		w.Close()
		<-ended
	})
	return b
}

// do executes lines as one batch and returns what they are answered.
func (b *bench) do(lines ...string) string {
	for _, l := range lines {
		b.Exec([]byte(l))
	}
	b.Commit()
	return b.read()
}

// read returns what has been written to the client.
func (b *bench) read() string {
	synctest.Wait()
	var got strings.Builder
	for {
		select {
		case s := <-b.w.out:
			got.WriteString(s)
			synctest.Wait()
		default:
			return got.String()
		}
	}
}

// addRoute puts a route into the RIBs of both peers, in the words of a command.
func (b *bench) addRoute(t *testing.T, words string) {
	t.Helper()
	var c lex.Cursor
	c.Reset(words)
	var p route.Parser
	err := p.Statement(&c, route.Announce, func(r rib.Route) {
		r.NLRI = slices.Clone(r.NLRI)
		for _, id := range []rib.PeerID{2, 3} {
			b.d.routes[id] = append(b.d.routes[id], r)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func synctestSleep(t *testing.T, d string) {
	t.Helper()
	n, err := time.ParseDuration(d)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(n)
}
