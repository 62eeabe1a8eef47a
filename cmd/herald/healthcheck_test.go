package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/health"
)

func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

// show is what options come to, for tests.
func (o *healthOptions) show(t *testing.T) string {
	t.Helper()
	s, err := o.service("peer *")
	if err != nil {
		t.Fatal(err)
	}
	if len(o.ips) == 0 {
		s.Prefixes = []netip.Prefix{netip.MustParsePrefix("192.0.2.9/32")}
	}
	return strings.Join(slices.Concat(s.Commands(health.Up)[:1], s.Commands(health.Down)[:1]), "\n")
}

func TestHealthOptions(t *testing.T) {
	const up, down = "peer * announce route 192.0.2.9/32 next-hop self", "\npeer * announce route 192.0.2.9/32 next-hop self"
	const plain = up + " med 100" + down + " med 1000"
	for _, tt := range []struct{ args, want, err string }{
		{args: "", want: plain},
		{args: "-sF local0 --ip 192.0.2.9", want: plain},
		{args: "-sF --no-ack", want: plain},
		{args: "--syslog-facility local0", want: plain},
		{args: "-d -a --sudo -n web -i 0.5 -f0.1 -t 3 --rise=2 --fall 4 --debounce", want: plain},
		{args: "--cmd true", want: plain},
		{args: "-c true", want: plain},
		{args: "--local-preference -1 --up-metric 50 --down-metric=60", want: up + " med 50" + down + " med 60"},
		{args: "--withdraw-on", want: up + " med 100" + "\npeer * withdraw route 192.0.2.9/32 next-hop self"},
		{args: "--as-path 1 --down-as-path 2", want: up + " med 100 as-path [ 1 ]" + down + " med 1000 as-path [ 2 ]"},
		{args: "--as-path 1 --up-as-path=", want: up + " med 100" + down + " med 1000 as-path [ 1 ]"},
		{args: "--community 1:1 --disabled-community 2:2", want: up + " med 100 community [ 1:1 ]" + down + " med 1000 community [ 2:2 ]"},
		{args: "--ip 10.0.0.0/30 --start-ip 1 --deaggregate-networks -N 2001:DB8::1 --path-id 4", want: "peer * announce route 10.0.0.1/32 next-hop 2001:db8::1 med 100 path-information 4\n" +
			"peer * announce route 10.0.0.1/32 next-hop 2001:db8::1 med 1000 path-information 4"},
		{args: "--ip 10.0.0.1/32 --ip-ifname 10.0.0.1%eth0 --neighbor 10.0.0.9", want: "peer * announce route 10.0.0.1/32 next-hop self med 100\npeer * announce route 10.0.0.1/32 next-hop self med 1000"},

		{args: "--rise x", err: "argument --rise: expected a number, found 'x'"},
		{args: "--bogus", err: "unknown flag: --bogus"},
		{args: "--up 3", err: "unknown flag: --up"}, // --up-metric, --up-as-path or --up-execute
		{args: "bogus", err: "unrecognized arguments: bogus"},
		{args: "-s --no-syslog", err: "argument --no-syslog: not allowed with --silent"},
		{args: "--ip 10.0.0.1/24", err: "argument --ip: '10.0.0.1/24' has host bits set, expected 10.0.0.0/24"},
		{args: "--ip-ifname 10.0.0.1%eth0", err: "argument --ip-ifname: no --ip has the network of '10.0.0.1%eth0'"},
		{args: "--ip 10.0.0.1 --ip-ifname 10.0.0.1%a/b", err: "argument --ip-ifname: expected IP%INTERFACE, found '10.0.0.1%a/b'"},
		{args: "--ip 10.0.0.1 --ip-ifname 10.0.0.1%sixteenlettersss", err: "argument --ip-ifname: expected IP%INTERFACE, found '10.0.0.1%sixteenlettersss'"},
		{args: "--ip 10.0.0.1 --ip-ifname 10.0.0.1", err: "argument --ip-ifname: expected IP%INTERFACE, found '10.0.0.1'"},
		{args: "--neighbor nonsense", err: "argument --neighbor: 'nonsense' is not an address"},
		{args: "-N nonsense", err: "argument --next-hop: 'nonsense' is not an address"},
		{args: "-sF nonsense", err: "argument --syslog-facility: unknown facility 'nonsense'"},
		{args: "--interval -1", err: "intervals and time-outs are from 0 to 31536000 seconds"},
		{args: "--timeout nan", err: "intervals and time-outs are from 0 to 31536000 seconds"},
		{args: "--fast-interval 1e12", err: "intervals and time-outs are from 0 to 31536000 seconds"},
		{args: "--community 1:1\nshutdown", err: `"1:1\nshutdown" has a control character`},
	} {
		o, help, err := parseHealthOptions(strings.FieldsFunc(tt.args, func(r rune) bool { return r == ' ' }))
		switch {
		case help:
			t.Errorf("%q: help", tt.args)
		case err != nil && (tt.err == "" || !strings.Contains(err.Error(), tt.err)):
			t.Errorf("%q: error %q, want %q", tt.args, err, tt.err)
		case err == nil && tt.err != "":
			t.Errorf("%q: no error, want %q", tt.args, tt.err)
		case err == nil && o.show(t) != tt.want:
			t.Errorf("%q: %s", tt.args, cmp.Diff(tt.want, o.show(t)))
		}
	}
	if _, help, _ := parseHealthOptions([]string{"--help"}); !help {
		t.Error("no help")
	}
}

// TestHealthConfig: the file stands before the command line, lists are joined.
func TestHealthConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "check")
	text := "# a comment\nno-ack\n\n  name = haproxy\ninterval = 7\nrise = 1\nip = 192.0.2.7/32\nip = 192.0.2.8/32\n" +
		"command = test 1 = 1\ncommunity = 65000:1 65000:2\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o, _, err := parseHealthOptions([]string{"-F", path, "--ip", "192.0.2.9", "--rise", "2"})
	if err != nil {
		t.Fatal(err)
	}
	if !o.noAck || o.name != "haproxy" || o.rise != 2 || o.rules().Interval != 7*time.Second || o.command != "test 1 = 1" || o.community != "65000:1 65000:2" {
		t.Errorf("%+v", o)
	}
	if got := fmt.Sprint(o.ips); got != "[192.0.2.7/32 192.0.2.8/32 192.0.2.9/32]" {
		t.Error(got)
	}
	if _, _, err := parseHealthOptions([]string{"-F", path + ".absent"}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestSelectors: commands are in the words of the generation of the daemon.
func TestSelectors(t *testing.T) {
	for _, tt := range []struct{ version, all, some string }{
		{"", "neighbor *", "neighbor 10.0.0.1, neighbor 10.0.0.2"},
		{"4.2", "", "neighbor 10.0.0.1, neighbor 10.0.0.2"},
		{"4", "peer *", "peer 10.0.0.1, peer 10.0.0.2"},
		{"6", "peer *", "peer 10.0.0.1, peer 10.0.0.2"},
	} {
		a := &app{argv0: "/nowhere/bin/herald", env: environment{"exabgp_api_version=" + tt.version}}
		dialect, ack := a.daemonTerms(quietLog())
		if !ack {
			t.Error("no answers")
		}
		for args, want := range map[string]string{"": tt.all, "--neighbor 10.0.0.1 --neighbor 10.0.0.2": tt.some, "--neighbor 10.0.0.1 --neighbor *": tt.all} {
			o, _, err := parseHealthOptions(strings.Fields(args))
			if err != nil {
				t.Fatal(err)
			}
			if got := o.selector(dialect); got != want {
				t.Errorf("version %q, %q: %q, want %q", tt.version, args, got, want)
			}
		}
	}
}

// stage is a watch with a daemon that a test plays, in a bubble.
type healthStage struct {
	*watch
	t       *testing.T
	heard   chan string    // commands, hooks, and what is done about addresses
	answers *io.PipeWriter // of the daemon
	cancel  context.CancelFunc
	ended   chan error
	once    sync.Once
	start   chan struct{} // closed when the test begins to listen

	mu      sync.Mutex
	present string // what "ip address show" prints
	broken  bool   // addresses cannot be set up
}

// newHealthStage begins a watch that finds the given verdicts, the last for ever.
func newHealthStage(t *testing.T, args string, verdicts ...health.Verdict) *healthStage {
	t.Helper()
	o, _, err := parseHealthOptions(strings.Fields(args))
	if err != nil {
		t.Fatal(err)
	}
	service, err := o.service("")
	if err != nil {
		t.Fatal(err)
	}
	in, answers := io.Pipe()
	s := &healthStage{t: t, heard: make(chan string, 100), answers: answers, ended: make(chan error, 1), start: make(chan struct{})}
	a := &app{stdin: in, stdout: spoken(s.heard)}
	s.watch = &watch{
		log: quietLog(), machine: health.NewMachine(o.rules()), service: service, disable: o.disable,
		check: func(context.Context) health.Verdict {
			v := verdicts[0]
			verdicts = verdicts[min(1, len(verdicts)-1):]
			return v
		},
		hooks: func(_ context.Context, st health.State) { s.heard <- st.String() },
		out:   newStation(a, !o.noAck, quietLog()), setup: o.ipSetup(), dynamic: o.ipDynamic,
		addresses: &addressSetup{log: quietLog(), run: s.ip, filter: health.Filter{Label: o.label}},
	}
	if err := s.addresses.plan(o.ips); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.cancel = cancel
	go func() {
		<-s.start
		s.ended <- s.run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-s.ended; err != nil {
			t.Error(err)
		}
		answers.Close()
	})
	return s
}

// spoken is a standard output whose lines stand in order with what else is heard.
type spoken chan string

func (s spoken) Write(b []byte) (int, error) {
	for line := range strings.Lines(string(b)) {
		s <- strings.TrimSuffix(line, "\n")
	}
	return len(b), nil
}

func (s *healthStage) ip(_ context.Context, words ...string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if words[1] == "-o" {
		return s.present, nil
	}
	s.heard <- strings.Join(words[2:4], " ")
	if s.broken {
		return "", errors.New("operation not permitted")
	}
	return "", nil
}

// set says how it is about them from now on.
func (s *healthStage) set(present string, broken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.present, s.broken = present, broken
}

// hear returns what has been written and done since the last time.
func (s *healthStage) hear() string {
	var out []string
	for {
		synctest.Wait()
		select {
		case line := <-s.heard:
			out = append(out, line)
		default:
			return strings.Join(out, ", ")
		}
	}
}

func (s *healthStage) answer(lines string) {
	s.t.Helper()
	if _, err := io.WriteString(s.answers, lines); err != nil {
		s.t.Fatal(err)
	}
}

func (s *healthStage) want(after time.Duration, what string) {
	s.t.Helper()
	s.once.Do(func() { close(s.start) })
	time.Sleep(after)
	if got := s.hear(); got != what {
		s.t.Errorf("got %q, want %q", got, what)
	}
}

const (
	announceOne = "announce route 192.0.2.1/32 next-hop self med 100"
	announceBad = "announce route 192.0.2.1/32 next-hop self med 1000"
	withdrawOne = "withdraw route 192.0.2.1/32 next-hop self"
)

func TestWatch(t *testing.T) {
	const one = "--ip 192.0.2.1 --no-ip-setup --no-ack "
	t.Run("up, down, exit", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newHealthStage(t, one+"--rise 2 --fall 2", health.Passed, health.Passed, health.Failed)
			s.want(0, "RISING")
			s.want(time.Second, "UP, "+announceOne)
			s.want(5*time.Second, "FALLING")
			s.want(time.Second, "DOWN, "+announceBad)
			s.want(5*time.Second, announceBad) // again, in case it was lost
			s.cancel()
			s.want(0, withdrawOne)
			if err := <-s.ended; err != nil {
				t.Error(err)
			}
			s.ended <- nil
		})
	})
	t.Run("debounce", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newHealthStage(t, one+"--rise 1 --debounce", health.Passed)
			s.want(0, "UP, "+announceOne)
			s.want(30*time.Second, "")
		})
	})
	t.Run("interval zero", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newHealthStage(t, one+"--rise 2 --interval 0", health.Passed)
			s.want(time.Second, "RISING, UP, "+announceOne)
			if err := <-s.ended; err != nil {
				t.Error(err)
			}
			s.ended <- nil
			s.want(time.Hour, "")
		})
	})
	t.Run("a machine that can run nothing", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newHealthStage(t, one+"--rise 1 --fall 1 --debounce", health.Passed, health.Unknown)
			s.want(0, "UP, "+announceOne)
			s.want(time.Hour, "")
		})
	})
	t.Run("disabled", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "disabled")
		synctest.Test(t, func(t *testing.T) {
			s := newHealthStage(t, one+"--rise 1 --withdraw-on-down --disable "+file, health.Passed)
			s.want(0, "UP, "+announceOne)
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			s.want(5*time.Second, "DISABLED, "+withdrawOne)
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			s.want(5*time.Second, "INIT")
			s.want(5*time.Second, "UP, "+announceOne)
		})
	})
}

// TestWatchAnswers: a refused or unanswered command is given again, and a daemon that
// does not answer holds up no check.
func TestWatchAnswers(t *testing.T) {
	const one = "--ip 192.0.2.1 --no-ip-setup --rise 1 --fall 1 --debounce"
	synctest.Test(t, func(t *testing.T) {
		s := newHealthStage(t, one, health.Passed)
		s.want(0, "UP, "+announceOne)
		s.want(answerTime, "")
		s.want(5*time.Second, announceOne) // not answered: once more
		s.answer("done\n")                 // for the first
		s.want(0, "")
		s.answer("neighbor 192.0.2.2 up\nerror: no peer matches\nerror\n")
		s.want(5*time.Second, announceOne)
		s.answer(`{ "answer": "done" }` + "\n")
		s.want(time.Hour, "")
	})
	synctest.Test(t, func(t *testing.T) { // of many answers that do not come, one is waited for
		s := newHealthStage(t, "--ip 192.0.2.0/28 --deaggregate-networks --no-ip-setup --rise 1", health.Passed)
		s.want(0, "UP, announce route 192.0.2.0/32 next-hop self med 100")
		time.Sleep(answerTime)
		if got := strings.Count(s.hear(), "announce"); got != 15 {
			t.Errorf("%d more commands, want 15", got)
		}
		s.answer(strings.Repeat("done\n", 16))
		s.cancel()
		time.Sleep(exitTime)
		if got := strings.Count(s.hear(), "withdraw"); got != 16 {
			t.Errorf("%d withdraws, want 16", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := newHealthStage(t, one, health.Passed)
		s.want(0, "UP, "+announceOne)
		s.answers.Close() // a person, or a daemon that ends: nobody will answer
		s.want(time.Hour, "")
		s.cancel()
		s.want(0, withdrawOne)
	})
}

func TestWatchAddresses(t *testing.T) {
	const there = "1: lo    inet 192.0.2.1/32 scope global lo\\  valid_lft forever\n"
	const one = "--ip 192.0.2.1 --no-ack --rise 1 --fall 1 "
	t.Run("dynamic", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newHealthStage(t, one+"--dynamic-ip-setup", health.Passed, health.Failed)
			s.want(0, "UP, add 192.0.2.1/32, "+announceOne)
			s.set(there, false)
			s.want(5*time.Second, "DOWN, "+announceBad+", delete 192.0.2.1/32")
		})
	})
	t.Run("broken", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newHealthStage(t, one+"--dynamic-ip-setup --debounce", health.Passed)
			s.set("", true)
			s.want(0, "UP, add 192.0.2.1/32")
			s.set("", false)
			s.want(5*time.Second, "add 192.0.2.1/32, "+announceOne)
		})
	})
	t.Run("static", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newHealthStage(t, one, health.Passed, health.Failed)
			s.want(0, "UP, add 192.0.2.1/32, "+announceOne)
			s.set(there, false)
			s.want(5*time.Second, "DOWN, "+announceBad)
			s.cancel()
			s.want(0, withdrawOne+", delete 192.0.2.1/32")
		})
	})
	t.Run("none of ours", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newHealthStage(t, one+"--no-ip-setup", health.Passed)
			s.want(0, "UP, "+announceOne)
			s.cancel()
			s.want(0, withdrawOne)
		})
	})
}

func TestAddressSetup(t *testing.T) {
	var did []string
	shown := map[string]string{
		"lo":   "1: lo    inet 192.0.2.1/32 scope global lo:web1\\  valid_lft forever\n1: lo    inet6 2001:db8::1/128 scope global \\  valid_lft\n",
		"eth0": "2: eth0    inet 192.0.2.8/32 scope global eth0:web\\  valid_lft forever\n",
	}
	network := netip.MustParsePrefix("192.0.2.8/31")
	s := &addressSetup{
		log: quietLog(), sudo: true, filter: health.Filter{Label: "web"}, interfaces: map[netip.Prefix]string{network: "eth0"},
		run: func(_ context.Context, words ...string) (string, error) {
			if words[1] == "-o" {
				return shown[words[5]], nil
			}
			did = append(did, strings.Join(words, " "))
			if strings.Contains(did[len(did)-1], "192.0.2.3/32") {
				return "", fmt.Errorf("ip: %w", exec.Command("/bin/sh", "-c", "exit 2").Run())
			}
			return "", nil
		},
	}
	if found, err := s.found(t.Context()); err != nil || fmt.Sprint(found) != "[192.0.2.1/32]" {
		t.Errorf("found %v, %v", found, err)
	}
	var networks []netip.Prefix
	for _, p := range []string{"192.0.2.1/32", "192.0.2.3/32", "2001:db8::1/128"} {
		networks = append(networks, netip.MustParsePrefix(p))
	}
	if err := s.plan(append(networks, network)); err != nil {
		t.Fatal(err)
	}
	if err := s.add(t.Context()); err != nil {
		t.Error(err)
	}
	s.remove(t.Context())
	want := []string{
		"sudo ip address add 192.0.2.3/32 dev lo label lo:web",
		"sudo ip address add 192.0.2.9/32 dev eth0 label eth0:web",
		"sudo ip address delete 192.0.2.1/32 dev lo label lo:web",
		"sudo ip address delete 2001:db8::1/128 dev lo label lo:web",
		"sudo ip address delete 192.0.2.8/32 dev eth0 label eth0:web",
	}
	if diff := cmp.Diff(want, did); diff != "" {
		t.Error(diff)
	}
}

func TestRunCheck(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		command string
		timeout time.Duration
		want    health.Verdict
	}{
		{"", 0, health.Passed},
		{"true", 5 * time.Second, health.Passed},
		{"true", 0, health.Passed},
		{"exit 3", 5 * time.Second, health.Failed},
		{"kill -9 $$", 5 * time.Second, health.Failed},
		{"read x", 5 * time.Second, health.Failed}, // its input is empty
		{"yes | head -c 1000000; yes >&2 | head -c 0; exit 0", 200 * time.Millisecond, health.Failed},
		{"yes | head -c 1000000", 5 * time.Second, health.Passed},
		{"sleep 60 & echo $! >" + dir + "/left", 5 * time.Second, health.Passed}, // its child keeps the output
		{"sleep 60 & echo $! >" + dir + "/hung; wait", 2 * time.Second, health.Failed},
	} {
		begin := time.Now()
		if got := runCheck(t.Context(), quietLog(), tt.command, tt.timeout); got != tt.want {
			t.Errorf("%q: %d, want %d", tt.command, got, tt.want)
		}
		if d := time.Since(begin); d > 10*time.Second {
			t.Errorf("%q: took %s", tt.command, d)
		}
	}
	// A check that hangs is killed with all its children.
	if pid := readPID(t, dir+"/hung"); !gone(pid) {
		t.Errorf("process %d of a check that was killed is still there", pid)
	}
	_ = syscall.Kill(readPID(t, dir+"/left"), syscall.SIGKILL)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := runCheck(ctx, quietLog(), "sleep 60", 0); got != health.Unknown {
		t.Errorf("interrupted: %d", got)
	}
}

func readPID(t *testing.T, path string) int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// gone waits until a process that was killed has ended: nobody but init hears of it.
func gone(pid int) bool {
	for range 100 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

func TestRunHooks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out")
	runHooks(t.Context(), quietLog(), []string{"echo a $STATE >>" + file, "exit 3", "echo b $STATE >>" + file}, environment{"PATH=" + os.Getenv("PATH")}, health.Up)
	if got, _ := os.ReadFile(file); string(got) != "a UP\nb UP\n" {
		t.Errorf("%q", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	begin := time.Now()
	runHooks(ctx, quietLog(), []string{"sleep 5"}, nil, health.Down) // not waited for
	if time.Since(begin) > 3*time.Second {
		t.Error("a hook kept us from leaving")
	}
}
