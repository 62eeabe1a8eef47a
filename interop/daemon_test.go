package interop_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take on a busy machine.
const patience = 20 * time.Second

// need returns the path of a program of others. Where it is missing the test is
// skipped, but in CI it fails.
func need(t *testing.T, program string) string {
	t.Helper()
	folders := os.Getenv("PATH") + ":/usr/sbin:/sbin"
	if filepath.IsAbs(program) {
		folders = filepath.Dir(program)
	}
	for dir := range strings.SplitSeq(folders, ":") {
		path := filepath.Join(dir, filepath.Base(program))
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("SKIPPED: %s is not installed", program)
	return ""
}

// ports counts those that freePort has tried.
var ports atomic.Int32

// freePort returns a TCP port that nobody listens on, and that no other test gets, even
// while its daemon is not there: it is below those that the system gives to connections.
func freePort(t *testing.T) int {
	t.Helper()
	const first, most = 20000, 12000
	for range most {
		port := first + (os.Getpid()*97+int(ports.Add(1)))%most
		if l, err := net.Listen("tcp", "127.0.0.2:"+strconv.Itoa(port)); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// daemon is a speaker that runs.
type daemon struct {
	*testing.T
	name string
	log  string
	cmd  *exec.Cmd
	end  chan struct{}
}

// start runs a program until the test ends. When the test has failed, what it
// printed is shown.
func start(t *testing.T, name string, env []string, path string, args ...string) *daemon {
	t.Helper()
	d := &daemon{T: t, name: name, log: filepath.Join(t.TempDir(), name+".log"), end: make(chan struct{})}
	out, err := os.Create(d.log)
	if err != nil {
		t.Fatal(err)
	}
	d.cmd = exec.CommandContext(t.Context(), path, args...)
	d.cmd.Cancel = func() error { return d.cmd.Process.Signal(syscall.SIGTERM) }
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // for signal
	d.cmd.WaitDelay = 5 * time.Second
	d.cmd.Env = append(os.Environ(), env...)
	d.cmd.Stdout, d.cmd.Stderr = out, out
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(d.end)
		_ = d.cmd.Wait() // its state is in cmd
	}()
	t.Cleanup(func() { // the context ends before this runs
		<-d.end
		out.Close()
		if text, err := os.ReadFile(d.log); t.Failed() && err == nil {
			t.Logf("== %s (%v) printed:\n%s", name, d.cmd.ProcessState, tail(text, 8<<10))
		}
	})
	return d
}

func tail(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

// signal sends a signal to the program and what it has started.
func (d *daemon) signal(s syscall.Signal) {
	d.Helper()
	if err := syscall.Kill(-d.cmd.Process.Pid, s); err != nil {
		d.Fatal(err)
	}
}

// kill ends the program at once.
func (d *daemon) kill() {
	d.Helper()
	d.signal(syscall.SIGKILL)
	<-d.end
}

// output returns what a command about the daemon prints, and why it failed.
func (d *daemon) output(path string, args ...string) string {
	d.Helper()
	out, err := exec.CommandContext(d.Context(), path, args...).CombinedOutput()
	if err != nil {
		return string(out) + err.Error()
	}
	return string(out)
}
