package helper

import (
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// realSet runs real programs; what they say ends up in the channel.
func realSet(t *testing.T, log *logged) (*Set, chan string) {
	t.Helper()
	if _, err := exec.LookPath("ps"); err != nil {
		t.Skip("ps is not installed")
	}
	said := make(chan string, 100)
	set := NewSet(Config{
		Log: slog.New(slog.NewTextHandler(log, nil)),
		Env: append(os.Environ(), "exabgp_api_ack=true", "exabgp_cli_pipe=/tmp", "TERM=xterm"),
		Attach: func(string, *Outbuf) Lines {
			return &recorder{exec: func(line string) { said <- line }}
		},
	})
	t.Cleanup(set.Shutdown)
	return set, said
}

func shell(name, text string) Spec {
	return Spec{Name: name, Run: []string{"/bin/sh", "-c", text}}
}

func hear(t *testing.T, said <-chan string) string {
	t.Helper()
	select {
	case s := <-said:
		return s
	case <-time.After(10 * time.Second):
		t.Fatal("the program says nothing")
		return ""
	}
}

// TestProgram: what a program finds when it starts.
func TestProgram(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	var log logged
	set, said := realSet(t, &log)
	set.Start(shell("p1", `pwd; echo "$TERM $exabgp_api_ack [$exabgp_cli_pipe]"; echo $$ $(ps -o pgid= -p $$)
		for fd in 0 1; do grep flags /proc/self/fdinfo/$fd; done
		while read line; do echo "read $line"; done`))
	if got := hear(t, said); got != "/" {
		t.Errorf("runs in %q", got)
	}
	if got, want := hear(t, said), "dumb true []"; got != want {
		t.Errorf("environment %q, want %q", got, want)
	}
	var pid, pgid int
	if _, err := fmt.Sscan(hear(t, said), &pid, &pgid); err != nil || pid != pgid {
		t.Errorf("process %d is in group %d", pid, pgid)
	}
	for range 2 {
		// O_NONBLOCK is 04000: programs do not expect it.
		if got := strings.Fields(hear(t, said)); len(got) != 2 || strings.HasSuffix(got[1], "4000") || strings.HasSuffix(got[1], "4001") {
			t.Errorf("flags of a pipe: %q", got)
		}
	}
	set.Outbuf("p1").Event(nil, nil, []byte("hello\n"), 0, nil)
	if got := hear(t, said); got != "read hello" {
		t.Errorf("got %q", got)
	}
	if got := set.Status(); len(got) != 1 || got[0].PID != pid || !got[0].Open {
		t.Errorf("status %+v", got)
	}
}

// TestProgramEnds: the lines before the end are executed, standard error is logged,
// nothing of the program stays.
func TestProgramEnds(t *testing.T) {
	var log logged
	set, said := realSet(t, &log)
	set.Start(shell("p1", `echo one; echo two; echo oops >&2; printf tail; exit 3`))
	if a, b := hear(t, said), hear(t, said); a != "one" || b != "two" {
		t.Errorf("executed %q, %q", a, b)
	}
	set.wg.Wait()
	for _, want := range []string{"helper=p1 line=oops", `reason="exit status 3"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
	select {
	case s := <-said:
		t.Errorf("executed %q", s)
	default:
	}
}

// TestProgramCannotStart: the reason is in the log.
func TestProgramCannotStart(t *testing.T) {
	notScript := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(notScript, []byte("just data\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ program, want string }{
		{"/nonexistent/program", "no such file or directory"},
		{notScript, "exec format error"},
		{"/etc/passwd", "permission denied"},
	} {
		var log logged
		set, _ := realSet(t, &log)
		set.Start(Spec{Name: "p1", Run: []string{tt.program}})
		set.wg.Wait()
		if !strings.Contains(log.String(), tt.want) || !strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("%s: the log lacks %q:\n%s", tt.program, tt.want, log.String())
		}
	}
}

// TestProgramGroup: what a program has started ends with it.
func TestProgramGroup(t *testing.T) {
	var log logged
	set, said := realSet(t, &log)
	set.Start(shell("p1", `sleep 1000 & echo $!; wait`))
	child := hear(t, said)
	set.Stop("p1")
	set.wg.Wait()
	for range 100 {
		stat, err := exec.Command("ps", "-o", "stat=", "-p", child).Output()
		if err != nil || strings.HasPrefix(string(stat), "Z") { // its new parent may not reap it
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %s still runs", child)
}

// TestProgramStopped: a program that is stopped hears that it is to end.
func TestProgramStopped(t *testing.T) {
	var log logged
	set, said := realSet(t, &log)
	set.Start(shell("p1", `trap 'echo bye; exit' TERM; echo up; kill -STOP $$; echo on`))
	hear(t, said)
	time.Sleep(50 * time.Millisecond)
	began := time.Now()
	set.Stop("p1")
	set.wg.Wait()
	if took := time.Since(began); took > time.Second {
		t.Errorf("ended after %v", took)
	}
}

// TestProgramLeavesChildren: what a program leaves behind ends after it, even when it
// does not want to, and is reaped where it becomes ours.
func TestProgramLeavesChildren(t *testing.T) {
	adoptOrphans(t)
	for _, tt := range []struct{ name, text string }{
		{"obedient", `sleep 1000 & echo $!`},
		{"without our pipes", `sleep 1000 </dev/null >/dev/null 2>&1 & echo $!`},
		{"deaf to SIGTERM", `trap '' TERM; sleep 1000 & echo $!`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log logged
			set, said := realSet(t, &log)
			set.Start(shell("p1", tt.text))
			child := hear(t, said)
			set.wg.Wait()
			if out, err := exec.Command("ps", "-o", "pid=,stat=", "-p", child).Output(); err == nil {
				t.Errorf("there still is %s", out)
			}
		})
	}
}

// TestProgramRespawns: five times at once.
func TestProgramRespawns(t *testing.T) {
	var log logged
	set, said := realSet(t, &log)
	spec := shell("p1", `echo up; read line`)
	spec.Respawn = true
	set.Start(spec)
	begin := time.Now()
	for range 6 {
		if got := hear(t, said); got != "up" {
			t.Fatalf("got %q", got)
		}
		set.Outbuf("p1").Event(nil, nil, []byte("end\n"), 0, nil)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("six starts took %v", took)
	}
}

// BenchmarkReader is the way of a line from a pipe to Exec.
func BenchmarkReader(b *testing.B) {
	r, w, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	text := strings.Repeat("announce route 10.0.0.0/24 next-hop 192.0.2.1 med 100\n", 1000)
	b.SetBytes(int64(len(text)))
	go func() {
		defer w.Close()
		for b.Loop() {
			if _, err := w.WriteString(text); err != nil {
				return
			}
		}
	}()
	if err := newReader(newSource(r), NewOutbuf(Limits{}, Defaults(), nil), nothing{}, Defaults()).run(); err != nil {
		b.Fatal(err)
	}
}

type nothing struct{}

func (nothing) Exec([]byte) {}
func (nothing) Hold() bool  { return false }
func (nothing) Commit()     {}
