package helper

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// echo answers each line with itself, "big" with much, and "quit" with an error.
type echo struct {
	out     *Outbuf
	answers *Answers
}

func newEcho(o *Outbuf) Lines { return &echo{o, NewAnswers(o)} }

func (e *echo) Exec(line []byte) {
	switch string(line) {
	case "big":
		for i := range 100_000 {
			e.say("line %d of much\n", i)
		}
	case "error":
		e.answers.Line("error\n")
		return
	default:
		e.say("%s\n", line)
	}
	e.answers.Line("done\n")
}

func (e *echo) say(format string, args ...any) {
	e.answers.Text(func(dst []byte) []byte { return fmt.Appendf(dst, format, args...) })
}

func (e *echo) Hold() bool { return false }
func (e *echo) Commit()    { e.out.Answer(e.answers) }

// operators serves a socket and returns its path.
func operators(t *testing.T, limit int) (*Operators, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	s := NewOperators(OperatorsConfig{Log: slog.New(slog.DiscardHandler), Attach: newEcho, Max: limit})
	s.Listen(l)
	t.Cleanup(s.Close)
	return s, path
}

func dial(t *testing.T, path string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	return conn, bufio.NewReader(conn)
}

// TestManyClients: each is answered what it has asked, in order.
func TestManyClients(t *testing.T) {
	_, path := operators(t, 0)
	var wg sync.WaitGroup
	for c := range 100 {
		conn, r := dial(t, path)
		wg.Go(func() {
			for i := range 20 {
				want := fmt.Sprintf("client %d line %d\ndone\n", c, i)
				_, _ = io.WriteString(conn, strings.TrimSuffix(want, "done\n"))
				got := make([]byte, len(want))
				if _, err := io.ReadFull(r, got); err != nil || string(got) != want {
					t.Errorf("got %q, %v, want %q", got, err, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestTooManyClients(t *testing.T) {
	_, path := operators(t, 1)
	first, r := dial(t, path)
	ask := func() {
		t.Helper()
		_, _ = io.WriteString(first, "x\n")
		if line, err := r.ReadString('\n'); line != "x\n" {
			t.Fatalf("%q, %v", line, err)
		}
	}
	ask()
	_, second := dial(t, path)
	got, err := io.ReadAll(second)
	if string(got) != "error: maximum concurrent clients reached\nerror\n" {
		t.Errorf("%q, %v", got, err)
	}
	first.Close()
	for { // the place is free once the first has been missed
		first, r = dial(t, path)
		_, _ = io.WriteString(first, "x\n")
		if line, _ := r.ReadString('\n'); line == "x\n" {
			return
		}
	}
}

// TestHangUp: who is connected hears of the end; who has asked is answered.
func TestHangUp(t *testing.T) {
	s, path := operators(t, 0)
	_, idle := dial(t, path)
	busy, r := dial(t, path)
	_, _ = io.WriteString(busy, "big\n")
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	text := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		text <- string(b)
	}()
	s.Close()
	if b, err := io.ReadAll(idle); string(b) != "shutdown\n" {
		t.Errorf("idle: %q, %v", b, err)
	}
	if got := <-text; !strings.Contains(got, "line 99999 of much\ndone\n") || !strings.Contains(got, "shutdown\n") {
		t.Errorf("busy: %d octets", len(got))
	}
	if _, err := net.Dial("unix", path); err == nil {
		t.Error("still listening")
	}
}

// TestHangUpDeaf: who does not read what it has asked holds up the end for a moment.
func TestHangUpDeaf(t *testing.T) {
	s, path := operators(t, 0)
	deaf, r := dial(t, path)
	for range 5 {
		_, _ = io.WriteString(deaf, "big\n")
	}
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		s.Close()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(3 * Defaults().Grace):
		deaf.Close()
		t.Error("a client that does not read is waited for")
	}
}

// fifos makes a pair of named pipes and serves them.
func fifos(t *testing.T) (in, out string) {
	t.Helper()
	dir := t.TempDir()
	in, out = filepath.Join(dir, "in"), filepath.Join(dir, "out")
	for _, path := range []string{in, out} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := NewOperators(OperatorsConfig{Log: slog.New(slog.DiscardHandler), Attach: newEcho})
	t.Cleanup(s.Close)
	if err := s.Pipes(in, out); err != nil {
		t.Fatal(err)
	}
	return in, out
}

func put(t *testing.T, path, lines string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.WriteString(f, lines); err != nil {
		t.Fatal(err)
	}
}

// TestPipes: an answer is for who reads it, and ends there; one that nobody reads
// holds up nothing and is not kept.
func TestPipes(t *testing.T) {
	in, out := fifos(t)
	ask := func(command, want string) {
		t.Helper()
		text := make(chan string)
		go func() {
			b, _ := os.ReadFile(out) // until the answer has been written
			text <- string(b)
		}()
		put(t, in, command)
		select {
		case got := <-text:
			if got != want {
				t.Errorf("%.40q: got %.80q, want %q", command, got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%.40q: no answer", command)
		}
	}
	ask("one\n", "one\ndone\n")
	put(t, in, "nobody\nreads\n")
	time.Sleep(2 * readerWait) // until they are given up
	ask("two\n", "two\ndone\n")
	ask("error\n", "error\n")

	// What an overlong line leaves is no command.
	long := strings.Repeat("x", Defaults().MaxLine+256<<10)
	put(t, in, long)
	put(t, in, "left over\n")
	ask("three\n", "three\ndone\n")
}

// TestPipesOfOthers: who begins to read while the answer to somebody else's command
// waits for a reader, and gives a command of his own, gets the answer to that.
func TestPipesOfOthers(t *testing.T) {
	in, out := fifos(t)
	fd := -1
	ready := func(d time.Duration) bool {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, int(d.Milliseconds()))
		return err == nil && n > 0
	}
	read := func(want string) {
		t.Helper()
		b := make([]byte, 100)
		if !ready(20 * time.Second) {
			t.Fatal("no answer")
		}
		if n, err := syscall.Read(fd, b); err != nil || string(b[:n]) != want {
			t.Errorf("%q, %v, want %q", b[:n], err, want)
		}
	}
	put(t, in, "other\n")
	time.Sleep(readerWait / 2)
	var err error
	if fd, err = syscall.Open(out, syscall.O_RDONLY|syscall.O_NONBLOCK, 0); err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if ready(readerAsks / 4) {
		t.Fatal("the answer of another, or an end")
	}
	put(t, in, "mine\n")
	read("mine\ndone\n")
	if ready(readerEnd / 5) {
		t.Error("the pipe has ended at once")
	}
	read("") // the end
}

func TestPipesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	file, pipe := filepath.Join(dir, "file"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	s := NewOperators(OperatorsConfig{Log: slog.New(slog.DiscardHandler), Attach: newEcho})
	defer s.Close()
	for _, pair := range [][2]string{{file, pipe}, {pipe, file}, {pipe, pipe + ".absent"}} {
		if err := s.Pipes(pair[0], pair[1]); err == nil {
			t.Errorf("%v", pair)
		}
	}
}
