package interop_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
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
	for dir := range strings.SplitSeq(os.Getenv("PATH")+":/usr/sbin:/sbin", ":") {
		path := filepath.Join(dir, program)
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

// freePort returns a TCP port that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
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

func (d *daemon) signal(s syscall.Signal) {
	d.Helper()
	if err := d.cmd.Process.Signal(s); err != nil {
		d.Fatal(err)
	}
}

// kill ends the program at once.
func (d *daemon) kill() {
	d.Helper()
	d.signal(syscall.SIGKILL)
	<-d.end
}

// speaker is Herald, or ExaBGP, with one helper program that is the test.
type speaker struct {
	*daemon
	helper net.Conn
	lines  chan string  // of the helper's standard input
	events atomic.Int64 // of those lines, JSON
	told   int          // commands
}

// speak starts a speaker of ExaBGP's kind. In conf the word HELPER stands for the
// command line of the helper program.
func speak(t *testing.T, name, path string, port int, conf string, env ...string) *speaker {
	t.Helper()
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, "helper.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, name+".conf")
	conf = strings.ReplaceAll(conf, "HELPER", self+" helper "+l.Addr().String())
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	env = append([]string{
		"exabgp_tcp_port=" + strconv.Itoa(port), "exabgp_api_cli=false",
		"exabgp_daemon_user=" + me.Username, "exabgp_daemon_drop=false",
	}, env...)
	s := &speaker{daemon: start(t, name, env, path, file), lines: make(chan string, 1<<16)}

	helpers := make(chan net.Conn, 1)
	go func() {
		if conn, err := l.Accept(); err == nil {
			helpers <- conn
		}
	}()
	select {
	case s.helper = <-helpers:
	case <-s.end:
		t.Fatalf("%s ended", name)
	case <-time.After(patience):
		t.Fatalf("the helper of %s did not start", name)
	}
	t.Cleanup(func() { s.helper.Close() })
	go s.read()
	return s
}

func (s *speaker) read() {
	defer close(s.lines)
	r := bufio.NewReaderSize(s.helper, 1<<20)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if line[0] == '{' {
			s.events.Add(1)
		}
		s.lines <- strings.TrimSuffix(line, "\n")
	}
}

// tell writes commands in one write.
func (s *speaker) tell(commands ...string) {
	s.Helper()
	s.told += len(commands)
	if _, err := s.helper.Write([]byte(strings.Join(commands, "\n") + "\n")); err != nil {
		s.Fatal(err)
	}
}

// hear returns the next line that holds all of the words.
func (s *speaker) hear(words ...string) string {
	s.Helper()
	line, ok := s.hearWithin(patience, words...)
	if !ok {
		s.Fatalf("%s was not told %q, but\n%s", s.name, words, line)
	}
	return line
}

// hearWithin returns the line, or all that was heard instead.
func (s *speaker) hearWithin(limit time.Duration, words ...string) (string, bool) {
	timeout := time.After(limit)
	var others []string
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				return strings.Join(others, "\n"), false
			}
			others = append(others, line)
			if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) }) {
				return line, true
			}
		case <-timeout:
			return strings.Join(others, "\n"), false
		}
	}
}

// bird is BIRD, with its control socket.
type bird struct {
	*daemon
	dir string
}

// fly starts BIRD. In conf the word DIR stands for a folder of its own.
func fly(t *testing.T, conf string) *bird {
	t.Helper()
	path := need(t, "bird")
	need(t, "birdc")
	b := &bird{dir: t.TempDir()}
	file := filepath.Join(b.dir, "bird.conf")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(conf, "DIR", b.dir)), 0o644); err != nil {
		t.Fatal(err)
	}
	b.daemon = start(t, "bird", nil, path, "-f", "-c", file, "-s", b.socket(), "-P", filepath.Join(b.dir, "pid"))
	return b
}

func (b *bird) socket() string { return filepath.Join(b.dir, "ctl") }

// ask returns the answer to a command.
func (b *bird) ask(words ...string) string {
	b.Helper()
	out, err := exec.CommandContext(b.Context(), need(b.T, "birdc"), append([]string{"-s", b.socket()}, words...)...).CombinedOutput()
	if err != nil {
		return err.Error() + ": " + string(out)
	}
	return string(out)
}

// until asks until the answer is right.
func (b *bird) until(right func(answer string) bool, words ...string) string {
	b.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		answer := b.ask(words...)
		if right(answer) {
			return answer
		}
		if time.Since(began) > patience {
			b.Fatalf("birdc %s: %s", strings.Join(words, " "), answer)
		}
	}
}

// shows waits for an answer that holds all of the words.
func (b *bird) shows(words []string, question ...string) string {
	b.Helper()
	return b.until(func(answer string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(answer, w) })
	}, question...)
}

// received returns the BGP messages in the file of `mrtdump` (RFC 6396 §4.4.3, RFC 8050 §3).
func (b *bird) received() [][]byte {
	b.Helper()
	file, err := os.ReadFile(filepath.Join(b.dir, "dump.mrt"))
	if err != nil {
		b.Fatal(err)
	}
	const (
		header  = 12                // time, type, subtype, length
		session = 4 + 4 + 2 + 2 + 8 // AS numbers, interface, AFI, IPv4 addresses
	)
	var messages [][]byte
	for len(file) >= header {
		kind, length := file[4:8], int(file[10])<<8|int(file[11])
		if len(file) < header+length {
			break
		}
		if (bytes.Equal(kind, []byte{0, 16, 0, 4}) || bytes.Equal(kind, []byte{0, 16, 0, 9})) && length > session {
			messages = append(messages, file[header+session:header+length])
		}
		file = file[header+length:]
	}
	return messages
}

// wants fails unless BIRD received exactly this message, however often.
func (b *bird) wants(message []byte) {
	b.Helper()
	var got []string
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		got = nil
		for _, m := range b.received() {
			if bytes.Equal(m, message) {
				return
			}
			got = append(got, fmt.Sprintf("%X", m))
		}
	}
	b.Errorf("bird did not receive %X, but\n%s", message, strings.Join(got, "\n"))
}
