package api

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/bgptest/poison"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/helper"
)

// stage is a hub with readers of several helpers.
type stage struct {
	*Hub
	t *testing.T

	mu      sync.Mutex
	outbufs map[string]*helper.Outbuf
	heard   map[string]*bytes.Buffer
	deaf    chan struct{} // not nil: j1 does not read until it is closed
	ends    []func()
}

// voice is the connection of a helper that only listens.
type voice struct {
	stage *stage
	name  string
	*io.PipeReader
}

func (v voice) Write(b []byte) (int, error) {
	if v.stage.deaf != nil && v.name == "j1" {
		<-v.stage.deaf
	}
	v.stage.mu.Lock()
	defer v.stage.mu.Unlock()
	return v.stage.heard[v.name].Write(b)
}

// newStage makes a hub with helpers j1, j2 (JSON) and t1 (text).
func newStage(t *testing.T, d bgp.Dialect) *stage {
	t.Helper()
	return newStageWith(t, d, helper.Defaults())
}

func newStageWith(t *testing.T, d bgp.Dialect, fig helper.Figures) *stage {
	t.Helper()
	s := &stage{t: t, outbufs: map[string]*helper.Outbuf{}, heard: map[string]*bytes.Buffer{}}
	settings := Settings{Dialect: d, Ack: true, Host: "lab", PID: 100, PPID: 1}
	s.Hub = NewHub(newFake(), settings, slog.New(slog.DiscardHandler), func(name string) *helper.Outbuf { return s.outbufs[name] })
	for _, name := range []string{"j1", "j2", "t1"} {
		s.outbufs[name], s.heard[name] = helper.NewOutbuf(helper.Limits{}, fig, nil), &bytes.Buffer{}
	}
	s.SetProcesses([]config.Process{{Name: "j1", JSON: true, Report: true}, {Name: "j2", JSON: true}, {Name: "t1"}})
	for name, o := range s.outbufs {
		in, w := io.Pipe()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = helper.Serve(voice{s, name, in}, o, func(o *helper.Outbuf) helper.Lines { return s.Attach(name, o) }, fig)
		}()
		s.ends = append(s.ends, func() {
			w.Close()
			<-ended
		})
	}
	t.Cleanup(func() {
		for _, end := range s.ends {
			end()
		}
	})
	synctest.Wait()
	return s
}

var numbers = regexp.MustCompile(`"counter": (\d+), "type": "([^"]*)"`)

// take returns what a helper has heard: for JSON "number:type", for text the lines.
func (s *stage) take(name string) string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.heard[name].String()
	s.heard[name].Reset()
	if name == "t1" {
		return strings.ReplaceAll(strings.TrimSpace(text), "\n", "|")
	}
	var out []string
	for line := range strings.Lines(text) {
		m := numbers.FindStringSubmatch(line)
		if m == nil {
			out = append(out, strings.TrimSpace(line))
			continue
		}
		kind := m[1] + ":" + m[2]
		for _, part := range []string{`"header"`, `"category"`, `"negotiated": {`} {
			if strings.Contains(line, part) {
				kind += "+" + strings.Trim(part, `": {`)
			}
		}
		out = append(out, kind)
	}
	return strings.Join(out, " ")
}

func testPeer(h *Hub, blocks ...config.API) *event.Peer {
	n := config.New(netip.MustParsePrefix("127.0.0.2/32"))
	n.API = blocks
	return &event.Peer{
		Name: n.Name(), Local: netip.MustParseAddr("127.0.0.1"), Remote: netip.MustParseAddr("127.0.0.2"),
		LocalAS: 65001, PeerAS: 65002, RouterID: netip.MustParseAddr("1.2.3.4"), API: h.Neighbor(n),
	}
}

func keepalive() *event.Message {
	raw := append(bytes.Repeat([]byte{0xff}, 16), 0, 19, 4)
	return &event.Message{Type: bgp.TypeKeepalive, Raw: raw}
}

func testNegotiated() *bgp.Negotiated {
	o := bgp.NewOpen(&bgp.OpenConfig{AS: 65001, ID: netip.MustParseAddr("1.2.3.4"), HoldTime: 90 * time.Second, ASN4: true, Families: []bgp.Family{bgp.IPv4Unicast}})
	return bgp.Negotiate(o, o, &bgp.Negotiated{})
}

// report reports one message the way a session does: raw, then parsed.
func (s *stage) report(p *event.Peer, d event.Direction, m *event.Message) {
	n := testNegotiated()
	if s.Wants(p, d, m.Type) {
		o := poison.Observer{Observer: s.Hub}
		o.Packet(p, d, m, n, nil)
		o.Message(p, d, m, n, nil)
	}
}

// TestDeafSubscriber: a helper that does not read holds up the neighbor that it hears
// of, and with it the others that hear of that one, for 30 s, once. Nobody waits who has
// nothing to do with it, nor for changes of state.
func TestDeafSubscriber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fig := helper.Defaults()
		fig.Events = 256 << 10
		s := newStageWith(t, bgp.Dialect5, fig)
		s.deaf = make(chan struct{})
		words := config.Messages{Parsed: true, Keepalive: true}
		both := testPeer(s.Hub, config.API{Processes: []string{"j1", "j2"}, Receive: words, NeighborChanges: true})
		good := testPeer(s.Hub, config.API{Processes: []string{"j2"}, Receive: words, NeighborChanges: true})
		took := func(f func()) time.Duration {
			begin := time.Now()
			f()
			return time.Since(begin)
		}
		n := 0
		for ; s.outbufs["j1"].Load().Events < fig.Events-1000; n++ {
			s.report(both, event.Receive, keepalive())
		}
		for ; s.outbufs["j1"].Load().Events < fig.Events; n++ {
			s.State(both, event.Up, event.Reason{}) // has room of its own
		}
		sender := testPeer(s.Hub, config.API{Processes: []string{"j1", "j2"}, Send: words})
		stop := make(chan struct{}, 1)
		stop <- struct{}{}
		if s.Room(sender, stop) {
			t.Error("room for what is sent")
		}
		if !s.Room(both, nil) || !s.Room(good, nil) {
			t.Error("Room waits for helpers that do not hear what is sent")
		}
		var writer sync.WaitGroup
		writer.Go(func() {
			if d := took(func() { s.Room(sender, nil) }); d != 30*time.Second {
				t.Errorf("the writer of another neighbor was held up for %v", d)
			}
		})
		if d := took(func() {
			for range 10 {
				s.report(both, event.Receive, keepalive())
			}
		}); d != 30*time.Second {
			t.Errorf("the neighbor of a deaf helper was held up for %v", d)
		}
		writer.Wait()
		if d := took(func() {
			for range 10_000 {
				s.report(both, event.Receive, keepalive())
				s.report(good, event.Receive, keepalive())
			}
			s.Room(sender, nil)
			s.State(both, event.Down, event.Reason{})
		}); d != 0 {
			t.Errorf("after that, for %v", d)
		}
		synctest.Wait()
		if got := s.outbufs["j2"].Load(); got.Dropped > 0 || got.Events > 0 {
			t.Errorf("the other helper: %+v", got)
		}
		s.mu.Lock()
		if got, want := bytes.Count(s.heard["j2"].Bytes(), []byte{'\n'}), n+10+20_000+1; got != want {
			t.Errorf("the other helper heard %d events of %d", got, want)
		}
		s.mu.Unlock()
		if got := s.outbufs["j1"].Load(); !got.Stalled || got.Dropped < 10_000 {
			t.Errorf("the deaf helper: %+v", got)
		}
		close(s.deaf)
		synctest.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		heard, told, total := 0, 0, 0
		for line := range strings.Lines(s.heard["j1"].String()) {
			if _, counts, ok := strings.Cut(line, `"type": "dropped", "dropped": `); ok {
				var events int
				if _, err := fmt.Sscanf(counts, `{ "events": %d, "total": %d } }`, &events, &total); err != nil {
					t.Error(line, err)
				}
				told += events
				continue
			}
			heard++
		}
		dropped := int(s.outbufs["j1"].Load().Dropped)
		if told != dropped || total != dropped || heard+told != n+10+10_000+1 {
			t.Errorf("heard %d events, told of %d that were dropped, in all %d; there were %d, %d were dropped", heard, told, total, n+10+10_000+1, dropped)
		}
	})
}

// TestReportFollows: whether a helper hears of events that it has missed is up to the
// configuration of now, while it runs.
func TestReportFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fig := helper.Defaults()
		fig.Events, fig.Reserve = 1000, 0
		s := newStageWith(t, bgp.Dialect5, fig)
		p := testPeer(s.Hub, config.API{Processes: []string{"j1"}, NeighborChanges: true})
		for i, report := range []bool{true, false, true} {
			s.SetProcesses([]config.Process{{Name: "j1", JSON: true, Report: report}})
			s.deaf = make(chan struct{})
			for s.outbufs["j1"].Load().Dropped == uint64(i) {
				s.State(p, event.Up, event.Reason{})
			}
			close(s.deaf)
			synctest.Wait()
			if got := strings.Contains(s.take("j1"), "dropped"); got != report {
				t.Errorf("asked %t, told %t", report, got)
			}
		}
	})
}

// TestForms: the words for form are those of all helpers of a neighbor, those for
// types each helper's own.
func TestForms(t *testing.T) {
	block := func(receive config.Messages, names ...string) config.API {
		return config.API{Processes: names, Receive: receive, Send: receive}
	}
	ka := config.Messages{Keepalive: true}
	parsed, packets, consolidate := config.Messages{Parsed: true}, config.Messages{Packets: true}, config.Messages{Consolidate: true}
	both := func(list ...config.Messages) config.Messages {
		var out config.Messages
		for i := range list {
			mergeMessages(&out, &list[i])
		}
		return out
	}
	for _, tt := range []struct {
		name          string
		blocks        []config.API
		j1, j2, t1    string
		sent1, sent2  string
		sameSentTexts bool
	}{
		{name: "no form", blocks: []config.API{block(ka, "j1", "t1")}},
		{
			name: "parsed", blocks: []config.API{block(both(ka, parsed), "j1", "t1")},
			j1: "1:keepalive", t1: "neighbor 127.0.0.2 receive keepalive", sent1: "2:keepalive",
		},
		{
			name: "parsed of another", blocks: []config.API{block(ka, "j1"), block(parsed, "j2")},
			j1: "1:keepalive", sent1: "2:keepalive",
		},
		{
			name: "packets", blocks: []config.API{block(both(ka, packets), "j1")},
			j1: "1:keepalive+header+category", sent1: "2:keepalive+header+category",
		},
		{
			name: "packets for who has no types", blocks: []config.API{block(ka, "j1"), block(packets, "j2")},
			j2: "1:keepalive+header+category", sent2: "2:keepalive+header+category",
		},
		{
			name: "both", blocks: []config.API{block(both(ka, parsed, packets), "j1")},
			j1: "1:keepalive+header+category 2:keepalive", sent1: "3:keepalive+header+category 4:keepalive",
		},
		{
			name: "consolidate", blocks: []config.API{block(both(ka, consolidate), "j1")},
			j1: "1:keepalive+header", sent1: "2:keepalive",
		},
		{
			name: "consolidate and packets", blocks: []config.API{block(both(ka, consolidate, packets), "j1")},
			j1: "1:keepalive+header", sent1: "2:keepalive+header",
		},
		{
			name: "two blocks of one helper", blocks: []config.API{block(both(ka, parsed), "j1"), block(both(ka, parsed), "j1")},
			j1: "1:keepalive", sent1: "2:keepalive",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, bgp.Dialect5)
				p := testPeer(s.Hub, tt.blocks...)
				s.report(p, event.Receive, keepalive())
				if got := s.take("j1"); got != tt.j1 {
					t.Errorf("received, j1: %q, want %q", got, tt.j1)
				}
				if got := s.take("j2"); got != tt.j2 {
					t.Errorf("received, j2: %q, want %q", got, tt.j2)
				}
				if got := s.take("t1"); got != tt.t1 {
					t.Errorf("received, t1: %q, want %q", got, tt.t1)
				}
				s.report(p, event.Send, keepalive())
				if got := s.take("j1"); got != tt.sent1 {
					t.Errorf("sent, j1: %q, want %q", got, tt.sent1)
				}
				if got := s.take("j2"); got != tt.sent2 {
					t.Errorf("sent, j2: %q, want %q", got, tt.sent2)
				}
			})
		})
	}
}

func TestStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, bgp.Dialect5)
		p := testPeer(s.Hub,
			config.API{Processes: []string{"j1", "t1"}, NeighborChanges: true, FSM: true, Signal: true, Negotiated: true},
			config.API{Processes: []string{"j2", "nosuch"}, NeighborChanges: true},
		)
		s.FSM(p, "IDLE")
		s.State(p, event.Connected, event.Reason{})
		s.Negotiated(p, testNegotiated())
		s.State(p, event.Up, event.Reason{})
		s.Signal(p, 15, "SIGTERM")
		s.State(p, event.Down, event.Reason{Cause: event.Lost})
		if got, want := s.take("j1"), "1:fsm 2:state 3:negotiated+negotiated 4:state 5:signal 6:state"; got != want {
			t.Errorf("j1: %q, want %q", got, want)
		}
		if got, want := s.take("j2"), "1:state 2:state 3:state"; got != want {
			t.Errorf("j2: %q, want %q", got, want)
		}
		if got, want := s.take("t1"), "neighbor 127.0.0.2 connected||neighbor 127.0.0.2 up||neighbor 127.0.0.2 down - closing connection"; got != want {
			t.Errorf("t1: %q, want %q", got, want)
		}
		s.Hub.Shutdown()
		if got, want := s.take("t1"), "shutdown 100 1"; got != want {
			t.Errorf("t1: %q, want %q", got, want)
		}
		if got := s.take("j1"); !strings.HasSuffix(got, `"type": "notification", "notification": "shutdown" }`) {
			t.Errorf("j1: %q", got)
		}
		if s.Wants(p, event.Receive, bgp.TypeUpdate) {
			t.Error("nobody asked for updates")
		}
	})
}

// TestNegotiatedWord: one helper's word shows all of them what was negotiated; main
// always does.
func TestNegotiatedWord(t *testing.T) {
	packets := config.Messages{Packets: true, Keepalive: true}
	for _, tt := range []struct {
		dialect bgp.Dialect
		word    bool
		want    string
	}{
		{bgp.Dialect5, false, "1:keepalive+header+category"},
		{bgp.Dialect5, true, "1:keepalive+header+category+negotiated"},
		{bgp.Dialect6, false, "1:keepalive+header+category+negotiated"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t, tt.dialect)
			p := testPeer(s.Hub, config.API{Processes: []string{"j1"}, Receive: packets}, config.API{Processes: []string{"j2"}, Negotiated: tt.word})
			s.report(p, event.Receive, keepalive())
			if got := s.take("j1"); got != tt.want {
				t.Errorf("%v %t: %q, want %q", tt.dialect, tt.word, got, tt.want)
			}
		})
	}
}

// TestDialects: a process may have its own; one that asks for text gets it.
func TestDialects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, bgp.Dialect6)
		d := bgp.Dialect42
		s.SetProcesses([]config.Process{{Name: "j1", JSON: true}, {Name: "j2", JSON: true, Dialect: &d}, {Name: "t1"}})
		p := testPeer(s.Hub, config.API{Processes: []string{"j1", "j2", "t1"}, NeighborChanges: true})
		s.State(p, event.Up, event.Reason{})
		synctest.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		for name, want := range map[string]string{"j1": `{ "exabgp": "6.0.0"`, "j2": `{ "exabgp": "4.0.1"`, "t1": "neighbor 127.0.0.2 up\n"} {
			if got := s.heard[name].String(); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
	})
}

func TestOwners(t *testing.T) {
	h := NewHub(newFake(), Settings{}, slog.New(slog.DiscardHandler), nil)
	a, b := h.Owner("a"), h.Owner("b")
	if a == 0 || a == b || h.Owner("a") != a {
		t.Errorf("owners %d, %d, %d", a, b, h.Owner("a"))
	}
}

// drain returns the lines that a helper has heard.
func (s *stage) drain(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.heard[name].String()
	s.heard[name].Reset()
	return text
}

// messageOf makes a message of a body in hexadecimal, as far as it is well formed.
func messageOf(tb testing.TB, n *bgp.Negotiated, t bgp.MessageType, body string) *event.Message {
	tb.Helper()
	m := &event.Message{Type: t, Raw: bgptest.Message(byte(t), bgptest.Hex(body))}
	b := m.Raw[bgp.HeaderLen:]
	var err *bgp.Error
	switch t {
	case bgp.TypeOpen:
		m.Open, err = bgp.ParseOpen(b)
	case bgp.TypeUpdate:
		m.Update = &bgp.Update{}
		err = bgp.ParseUpdate(m.Update, b, n)
	case bgp.TypeNotification:
		v := bgp.ParseNotification(b)
		m.Notification = &v
	case bgp.TypeRouteRefresh:
		v, wrong := bgp.ParseRouteRefresh(b, n)
		m.Refresh, err = &v, wrong
	case bgp.TypeOperational:
		m.Operational, err = bgp.ParseOperational(b)
	case bgp.TypeKeepalive:
	}
	if err != nil {
		tb.Fatal(err)
	}
	return m
}
