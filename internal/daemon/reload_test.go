package daemon

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/exa/api"
)

func TestReloadKeepsSessions(t *testing.T) {
	port := freePort(t)
	run(t, waiting(port))
	f := run(t, calling(port, "static { route 10.0.0.0/24 next-hop self; route 10.0.1.0/24 next-hop self; }"))
	f.up("127.0.0.1")
	caller := &api.Caller{Name: "test", Operator: true, Owner: 7}
	if err := f.Announce(caller, f.Peers(caller).All, routeOf(t, "route 10.0.9.0/24 next-hop self")); err != nil {
		t.Fatal(err)
	}
	f.Commit(caller)

	f.write(calling(port, "hold-time 1;"))
	f.Signal(syscall.SIGUSR1)
	f.logged("not reloaded")

	f.write(calling(port, "description new; static { route 10.0.1.0/24 next-hop self; route 10.0.2.0/24 next-hop self; }") + other)
	f.Signal(syscall.SIGUSR1)
	f.logged("added=1 removed=0 restarted=0 kept=1")
	if got := strings.Join(f.sent("127.0.0.1"), " "); got != "10.0.1.0/24 10.0.9.0/24 10.0.2.0/24" {
		t.Errorf("announced %s", got)
	}

	f.write(calling(port, "hold-time 30;"))
	f.Reload(nil)
	f.logged("added=0 removed=1 restarted=1 kept=0")
	f.up("127.0.0.1")
	for _, p := range f.Peers(nil).List {
		if got := p.Status().Negotiated.HoldTime; got != 30*time.Second {
			t.Errorf("hold time %v", got)
		}
	}
	f.Restart(nil)
	f.logged("added=0 removed=0 restarted=1 kept=0")
	f.up("127.0.0.1")
}

// TestCommandsDuringReload: commands go on while a configuration is being applied, which
// may take a while, whether there are other peers already or not.
func TestCommandsDuringReload(t *testing.T) {
	f := run(t, waiting(freePort(t)))
	caller := &api.Caller{Name: "test", Operator: true, Owner: 7}
	f.Peers(caller)
	f.mu.Lock() // as a reload
	defer f.mu.Unlock()
	for _, happens := range []func(){func() {}, f.views.forget} {
		happens()
		done := make(chan error)
		go func() {
			done <- f.Announce(caller, f.Peers(caller).All, routeOf(t, "route 10.0.9.0/24 next-hop self"))
			f.Commit(caller)
		}()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("a command waits")
		}
	}
}

func TestRotate(t *testing.T) {
	f := run(t, other, other+"neighbor 192.0.2.8 { router-id 192.0.2.1; local-as 64500; peer-as 64508; passive; }")
	f.until("the first file", func() bool { return len(f.states()) == 1 })
	f.Signal(syscall.SIGUSR1)
	f.until("the second file", func() bool { return len(f.states()) == 2 })
	f.Signal(syscall.SIGUSR2)
	f.until("the first file again", func() bool { return len(f.states()) == 1 })
}

func TestHelpersFollowTheConfiguration(t *testing.T) {
	names := func(f *fixture) string {
		var out []string
		for _, s := range f.helpers.Status() {
			out = append(out, fmt.Sprint(s.Name, " ", s.PID > 0))
		}
		return strings.Join(out, ", ")
	}
	f := run(t, "process a { run /bin/cat; encoder text; } process b { run /bin/cat; encoder text; }")
	if got := names(f); got != "a true, b true" {
		t.Fatal(got)
	}
	pid := f.helpers.Status()[1].PID
	f.write("process b { run /bin/cat -u; encoder text; } process c { run /bin/cat; encoder text; }")
	f.Signal(syscall.SIGUSR1)
	f.until("c", func() bool { return names(f) == "b true, c true" })
	if f.helpers.Status()[0].PID != pid {
		t.Error("SIGUSR1 started a changed helper again")
	}
	f.Signal(syscall.SIGUSR2)
	f.until("a new b", func() bool { s := f.helpers.Status()[0]; return s.PID != 0 && s.PID != pid })
}

// TestEndedHelpersStayEnded: SIGUSR2 does not start a helper again that has respawn
// false and has ended, unless its section has changed.
func TestEndedHelpersStayEnded(t *testing.T) {
	starts := filepath.Join(t.TempDir(), "starts")
	once := func(word string) string {
		return "process once { run /bin/sh -c \"echo " + word + " >> " + starts + "\"; encoder text; respawn false; } " +
			"process cat { run /bin/cat; encoder text; }"
	}
	started := func() string {
		b, _ := os.ReadFile(starts)
		return strings.ReplaceAll(string(b), "\n", " ")
	}
	f := run(t, once("first"))
	f.until("its end", func() bool { return f.helpers.Ended("once") })
	pid := f.helpers.Status()[0].PID
	f.Signal(syscall.SIGUSR2)
	f.until("a new cat", func() bool { s := f.helpers.Status()[0]; return s.PID != 0 && s.PID != pid })
	if !f.helpers.Ended("once") {
		t.Error("the helper was started again")
	}
	f.write(once("second"))
	f.Signal(syscall.SIGUSR2)
	f.until("the changed one", func() bool { return f.helpers.Ended("once") && started() != "first " })
	if got := started(); got != "first second " {
		t.Errorf("started: %s", got)
	}
}

// TestLimitsFollowTheConfiguration: how much may wait for a helper changes with a
// reload, without a restart of it.
func TestLimitsFollowTheConfiguration(t *testing.T) {
	const deaf = "process deaf { run /bin/sleep 60; encoder text; "
	f := run(t, deaf+"}")
	fill := func() uint64 {
		now := make(chan struct{})
		close(now) // it takes what is reserved rather than wait
		for range 9 {
			f.helpers.Outbuf("deaf").Event(nil, nil, make([]byte, 1<<20), 0, now)
		}
		return f.helpers.Outbuf("deaf").Load().Dropped
	}
	if n := fill(); n != 0 {
		t.Errorf("%d events of 9 MiB were dropped", n)
	}
	pid := f.helpers.Status()[0].PID
	f.write(deaf + "backlog 64K; when-full drop; }")
	f.Signal(syscall.SIGUSR1)
	f.logged("reloaded")
	if n := fill(); n != 9 {
		t.Errorf("%d of 9 events beyond the backlog were dropped", n)
	}
	if f.helpers.Status()[0].PID != pid {
		t.Error("the helper was started again")
	}
}
