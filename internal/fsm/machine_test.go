package fsm

import (
	"bytes"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
)

var update = flag.Bool("update", false, "rewrite testdata/*.txt with what the machine does now")

// TestConversations runs the golden conversations. A line that begins with
//
//	machine   makes a machine: passive mirror openwait=20s attempts=3
//	at        leads the machine to a state with events that are not shown: "at opensent in",
//	          "at established out graceful" with a peer that knows graceful restart
//	>         is an event; the actions follow below it, indented
//
// Comments and blank lines are kept.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(want))
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			compare(t, string(want), string(got))
		})
	}
}

// compare shows the first line that differs.
func compare(t *testing.T, want, got string) {
	t.Helper()
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		if i >= len(w) || i >= len(g) || w[i] != g[i] {
			t.Fatalf("line %d:\ngot:\n%s\nwant:\n%s", i+1, strings.Join(g[max(0, i-5):min(i+5, len(g))], "\n"),
				strings.Join(w[max(0, i-5):min(i+5, len(w))], "\n"))
		}
	}
}

// play runs a conversation and returns it with the actions that followed.
func play(t *testing.T, script string) []byte {
	t.Helper()
	var out bytes.Buffer
	cfg := Config{}
	m := New(cfg)
	for line := range strings.Lines(script) {
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "  "):
			continue // what the actions were: written anew
		case len(words) == 0 || strings.HasPrefix(line, "#"):
		case words[0] == "machine":
			cfg = parseConfig(t, words[1:])
			m = New(cfg)
		case words[0] == "at":
			m = New(cfg)
			lead(t, m, words[1:])
		case words[0] == ">":
			out.WriteString(line)
			for _, a := range m.Step(parseEvent(t, words[1:])) {
				out.WriteString("  " + format(a) + "\n")
			}
			continue
		default:
			t.Fatalf("not a line of a conversation: %q", line)
		}
		out.WriteString(line)
	}
	return out.Bytes()
}

func parseConfig(t *testing.T, words []string) Config {
	t.Helper()
	var cfg Config
	for _, w := range words {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "passive":
			cfg.Passive = true
		case "mirror":
			cfg.Mirror = true
		case "openwait":
			cfg.OpenWait = duration(t, value)
		case "attempts":
			cfg.Attempts = number(t, value)
		default:
			t.Fatalf("unknown setting %q", w)
		}
	}
	return cfg
}

// lead brings m to a state: "idle" (not started), "pause", "dial", "retry", or the
// state of a connection and its name.
func lead(t *testing.T, m *Machine, words []string) {
	t.Helper()
	step := func(line string) { m.Step(parseEvent(t, strings.Fields(line))) }
	switch words[0] {
	case "idle":
		return
	case "dial":
		step("start")
		return
	case "retry":
		step("start")
		step("connect-failed")
		return
	case "pause":
		step("start")
		step("connected")
		step("closed out")
		return
	case "stopped":
		step("start")
		step("stop shutdown 6/2")
		return
	}
	c := words[1]
	step("start")
	step(map[string]string{"out": "connected", "in": "accepted"}[c])
	state := slices.Index([]string{"connect", "opensent", "openconfirm", "established"}, words[0])
	if state < 0 {
		t.Fatalf("unknown state %q", words[0])
	}
	if state >= 2 {
		step("open " + strings.Join(words[1:], " "))
	}
	if state >= 3 {
		step("keepalive " + c)
	}
}

// parseEvent reads an event: its name, then words for its fields in any order.
func parseEvent(t *testing.T, words []string) Event {
	t.Helper()
	kinds := map[string]EventKind{}
	for k := Start; k <= Expired; k++ {
		kinds[k.String()] = k
	}
	kind, ok := kinds[words[0]]
	if !ok {
		t.Fatalf("unknown event %q", words[0])
	}
	e := Event{Kind: kind}
	n := &bgp.Negotiated{
		LocalAS: 1, PeerAS: 1, HoldTime: 180 * time.Second,
		LocalID: netip.MustParseAddr("10.0.0.10"), PeerID: netip.MustParseAddr("10.0.0.20"),
	}
	if kind == OpenReceived {
		e.Negotiated = n
	}
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "in":
			e.Conn = In
		case "out":
		case "id":
			n.PeerID = netip.MustParseAddr(value)
		case "as":
			n.PeerAS = uint32(number(t, value))
		case "hold", "keepalive", "retry", "round", "settle":
			if value != "" {
				n.HoldTime = duration(t, value)
				continue
			}
			for tm := RetryTimer; tm <= KeepaliveTimer; tm++ {
				if tm.String() == key {
					e.Timer = tm
				}
			}
		case "update":
			e.Type = bgp.TypeUpdate
		case "refresh":
			e.Type = bgp.TypeRouteRefresh
		case "operational":
			e.Type = bgp.TypeOperational
		case "graceful":
			n.GracefulRestart = &bgp.GracefulRestart{}
		case "removed":
			e.Cause = CauseRemoved
		case "shutdown":
			e.Cause = CauseShutdown
		case "changed":
			e.Cause = CauseSent
		default:
			code, subcode, ok := strings.Cut(w, "/")
			if !ok {
				t.Fatalf("unknown word %q", w)
			}
			e.Notification = bgp.Notification{Code: uint8(number(t, code)), Subcode: uint8(number(t, subcode))}
		}
	}
	return e
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func duration(t *testing.T, s string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// format writes an action as a line of a conversation.
func format(a Action) string {
	notification := func() string {
		s := fmt.Sprintf("%d/%d", a.Notification.Code, a.Notification.Subcode)
		if a.Notification.Code == bgp.CodeFSM {
			s += fmt.Sprintf(" data %x", a.Notification.Data)
		}
		return s
	}
	timer := func() string {
		if a.Timer >= HoldTimer {
			return a.Timer.String() + " " + a.Conn.String()
		}
		return a.Timer.String()
	}
	switch a.Kind {
	case Dial, Finish, Adopt:
		return a.Kind.String()
	case Report:
		return "= " + strings.ToLower(a.State.String())
	case Arm:
		return fmt.Sprintf("arm %s %s", timer(), a.After)
	case Disarm:
		return "disarm " + timer()
	case Refuse:
		return "refuse " + notification()
	case SendNotification:
		return fmt.Sprintf("notify %s %s", a.Conn, notification())
	case ReportDown:
		s := "down " + a.Cause.String()
		if a.Notification.Code != 0 {
			s += " " + notification()
		}
		return s
	default:
		return a.Kind.String() + " " + a.Conn.String()
	}
}

func TestPauses(t *testing.T) {
	// ExaBGP: the pauses that it was seen to make.
	want := []int{0, 1, 2, 3, 4, 5, 7, 9, 11, 14, 17, 21, 26, 32, 39, 47, 57, 60, 60}
	m := New(Config{})
	for i, w := range want {
		if got := m.nextPause(); got != time.Duration(w)*time.Second {
			t.Errorf("pause %d: got %v, want %d s", i, got, w)
		}
	}
}

// FuzzMachine feeds events in random order: whatever comes, a connection that was
// given up gets no action, and an end is reported for each beginning.
func FuzzMachine(f *testing.F) {
	f.Add([]byte{0, 3, 7, 8, 2, 12})
	f.Add([]byte{0, 5, 3, 7, 0x47, 8, 0x48, 1})
	f.Fuzz(func(t *testing.T, events []byte) {
		m := New(Config{Attempts: 5})
		var up, finished bool
		for _, b := range events {
			e := Event{
				Kind: EventKind(b&15) % (Expired + 1), Conn: Conn(b >> 6 & 1), Timer: Timer(b>>4) % (KeepaliveTimer + 1),
				Type: bgp.TypeUpdate,
				Negotiated: &bgp.Negotiated{
					HoldTime: time.Duration(b>>5) * time.Second, LocalAS: 1, PeerAS: uint32(b >> 6),
					LocalID: netip.AddrFrom4([4]byte{10, 0, 0, 1}), PeerID: netip.AddrFrom4([4]byte{10, 0, 0, b >> 5}),
				},
			}
			for _, a := range m.Step(e) {
				if finished && a.Kind != Refuse {
					t.Fatalf("action %v after the end", a.Kind)
				}
				switch a.Kind {
				case ReportConnected:
					if up {
						t.Fatal("connected twice")
					}
					up = true
				case ReportDown:
					if !up {
						t.Fatal("down without connected")
					}
					up = false
				case Finish:
					finished = true
				default:
				}
			}
			if m.conns[Out] == Established && m.conns[In] != Idle {
				t.Fatal("a second connection beside an established one")
			}
			if m.shown == Idle && m.alive() || up != (m.shown > Active) {
				t.Fatalf("reported %v, connections %v, up %v", m.shown, m.conns, up)
			}
		}
	})
}

func TestStepDoesNotAllocate(t *testing.T) {
	m := New(Config{})
	lead(t, m, []string{"established", "out"})
	e := Event{Kind: Expired, Timer: KeepaliveTimer}
	if n := testing.AllocsPerRun(100, func() { m.Step(e) }); n != 0 {
		t.Errorf("%v allocations a keepalive", n)
	}
}
