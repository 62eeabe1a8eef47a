package helper

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// fakeChild is a program of a test.
type fakeChild struct {
	script *script
	stdout *pipe
	exit   chan error
	ended  sync.Once
	stdin  *io.PipeReader
	left   atomic.Bool // children of it live on, until they are killed
}

// script launches fake programs and writes down what happens to them, with the time.
type script struct {
	begin time.Time
	start func(n int, c *fakeChild) error // what the n-th program does

	mu  sync.Mutex
	n   int
	log []string
}

func (s *script) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, fmt.Sprintf("%v ", time.Since(s.begin))+fmt.Sprintf(format, args...))
}

func (s *script) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := strings.Join(s.log, "\n")
	s.log = nil
	return text
}

func (s *script) launch(Spec) (*child, error) {
	s.mu.Lock()
	n := s.n
	s.n++
	s.mu.Unlock()
	in, w := io.Pipe()
	f := &fakeChild{script: s, stdout: newPipe(), exit: make(chan error, 1), stdin: in}
	if err := s.start(n, f); err != nil {
		return nil, err
	}
	s.note("start")
	return &child{
		pid: 100 + n, stdin: w, stdout: f.stdout,
		wait: func() error { return <-f.exit },
		signal: func(sig syscall.Signal) {
			s.note("%v", sig)
			if sig == syscall.SIGKILL {
				f.left.Store(false)
				f.die(errors.New("signal: killed"))
			}
		},
		left: f.left.Load,
	}, nil
}

// die ends the program.
func (f *fakeChild) die(err error) {
	f.ended.Do(func() {
		f.exit <- err
		f.stdout.Close()
	})
}

func testSet(t *testing.T, s *script, rec *recorder) *Set {
	t.Helper()
	s.begin = time.Now()
	set := NewSet(Config{
		Log:    slog.New(slog.DiscardHandler),
		Attach: func(string, *Outbuf) Lines { return rec },
		Lost:   func(name string, err error) { s.note("lost %s: %v", name, err) },
	})
	set.launch = s.launch
	return set
}

func lines(s ...string) string { return strings.Join(s, "\n") }

// TestRespawn: five restarts at once, then growing pauses; one that has run for
// longer than the window begins anew.
func TestRespawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{start: func(n int, c *fakeChild) error {
			if n == 12 {
				go func() {
					time.Sleep(70 * time.Second)
					c.die(nil)
				}()
				return nil
			}
			c.die(errors.New("exit status 1"))
			return nil
		}}
		set := testSet(t, s, &recorder{})
		set.Start(Spec{Name: "p1", Run: []string{"p1"}, Respawn: true})
		time.Sleep(207 * time.Second)
		want := lines(
			"0s start", "0s start", "0s start", "0s start", "0s start", "0s start", "0s lost p1: exit status 1",
			"1s start", "3s start", "7s start", "15s start", "31s start", "1m3s start", "2m3s start",
			// That one runs for 70 s.
			"3m13s start", "3m13s start", "3m13s start", "3m13s start", "3m13s start", "3m13s lost p1: exit status 1",
			"3m14s start", "3m16s start", "3m20s start",
		)
		if got := s.take(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		set.Shutdown()
	})
}

func TestRespawnFalse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{start: func(_ int, c *fakeChild) error {
			c.die(nil)
			return nil
		}}
		set := testSet(t, s, &recorder{})
		set.Start(Spec{Name: "p1", Run: []string{"p1"}})
		time.Sleep(time.Hour)
		if got := s.take(); got != "0s start" {
			t.Errorf("got\n%s", got)
		}
		set.Shutdown()
	})
}

// TestCannotStart: a program that cannot be started is tried again, with pauses.
func TestCannotStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{start: func(n int, _ *fakeChild) error {
			if n < 3 {
				return errors.New("no such file")
			}
			return nil
		}}
		set := testSet(t, s, &recorder{})
		set.Start(Spec{Name: "p1", Run: []string{"p1"}, Respawn: true})
		time.Sleep(time.Minute)
		want := lines("0s lost p1: no such file", "1s lost p1: no such file", "3s lost p1: no such file", "7s start")
		if got := s.take(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		set.Stop("p1")
		set.Shutdown()
	})
}

// TestEnds: how a program is ended, for every reason there is.
func TestEnds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		start func(c *fakeChild)
		act   func(set *Set)
		want  string
	}{
		{
			name: "stopped, deaf to SIGTERM", act: func(set *Set) { set.Stop("p1") },
			want: lines("10s terminated", "12s killed"),
		},
		{
			name: "stopped, leaves when its input is closed",
			start: func(c *fakeChild) {
				go func() {
					b, _ := io.ReadAll(c.stdin)
					time.Sleep(time.Second)
					c.script.note("read %q", b)
					c.die(nil)
				}()
			},
			act:  func(set *Set) { set.Stop("p1") },
			want: lines("10s terminated", `11s read ""`),
		},
		{
			name: "shut down, leaves when its input is closed",
			start: func(c *fakeChild) {
				go func() {
					b, _ := io.ReadAll(c.stdin)
					c.script.note("read %q", b)
					c.die(nil)
				}()
			},
			act: func(set *Set) {
				set.Outbuf("p1").State(nil, nil, []byte("bye\n"))
				set.Shutdown()
			},
			want: `10s read "bye\n"`,
		},
		{
			name: "shut down, does not read", act: func(set *Set) {
				set.Outbuf("p1").State(nil, nil, []byte("bye\n"))
				set.Shutdown()
			},
			want: lines("10.2s terminated", "12.2s killed"),
		},
		{
			name: "closes its output and lives on",
			start: func(c *fakeChild) {
				go func() {
					time.Sleep(time.Second)
					c.stdout.Close()
				}()
			},
			want: lines("1.1s terminated", "3.1s killed"),
		},
		{
			name: "ends, while a child of it holds the output",
			start: func(c *fakeChild) {
				c.left.Store(true)
				go func() {
					time.Sleep(time.Second)
					c.exit <- nil
				}()
			},
			want: lines("1.1s terminated", "3.1s killed"),
		},
		{
			name: "ends, while a child of it goes on that leaves at SIGTERM",
			start: func(c *fakeChild) {
				c.left.Store(true)
				go func() {
					time.Sleep(time.Second)
					c.die(nil)
					time.Sleep(time.Second)
					c.left.Store(false)
				}()
			},
			want: "1s terminated",
		},
		{
			name: "writes a line without an end",
			start: func(c *fakeChild) {
				go func() {
					time.Sleep(time.Second)
					fmt.Fprint(c.stdout, strings.Repeat("x", 1<<20+1))
				}()
			},
			want: lines("1s terminated", "3s killed"),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{start: func(_ int, c *fakeChild) error {
					if tt.start != nil {
						tt.start(c)
					}
					return nil
				}}
				set := testSet(t, s, &recorder{})
				set.Start(Spec{Name: "p1", Run: []string{"p1"}})
				time.Sleep(10 * time.Second)
				if tt.act != nil {
					tt.act(set)
				}
				time.Sleep(10 * time.Second)
				got := strings.TrimPrefix(s.take(), "0s start\n")
				if got != tt.want {
					t.Errorf("got\n%s\nwant\n%s", got, tt.want)
				}
				set.Shutdown()
			})
		})
	}
}

// TestReplace: the new program starts while the old one is still being ended; what
// the old one writes is not executed, and events go to the new one.
func TestReplace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var both [2]*fakeChild
		s := &script{start: func(n int, c *fakeChild) error {
			both[n] = c
			go func() {
				b, _ := io.ReadAll(c.stdin)
				c.script.note("%d read %q", n, b)
			}()
			return nil
		}}
		rec := &recorder{}
		set := testSet(t, s, rec)
		set.Start(Spec{Name: "p1", Run: []string{"p1"}})
		set.Start(Spec{Name: "p1", Run: []string{"p1"}}) // runs already
		synctest.Wait()
		fmt.Fprint(both[0].stdout, "one\n")
		time.Sleep(time.Second)
		set.Replace(Spec{Name: "p1", Run: []string{"p2"}})
		synctest.Wait()
		fmt.Fprint(both[0].stdout, "two\n")
		fmt.Fprint(both[1].stdout, "three\n")
		set.Outbuf("p1").Event(nil, nil, []byte("event\n"), 0, nil)
		time.Sleep(10 * time.Second)
		if got, want := rec.take(), "one|commit|three|commit"; got != want {
			t.Errorf("executed %q, want %q", got, want)
		}
		set.Shutdown()
		want := lines("0s start", `1s 0 read ""`, "1s start", "1s terminated", "3s killed",
			`11s 1 read "event\n"`, "11.1s terminated", "13.1s killed")
		got := strings.Split(s.take(), "\n")
		slices.Sort(got[1:4]) // of one moment
		if got := lines(got...); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// TestReplaceInFlight: commands of a program that is being replaced are executed, and the
// next program is not answered for them.
func TestReplaceInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var programs [2]*fakeChild
		s := &script{start: func(n int, c *fakeChild) error {
			programs[n] = c
			go func() {
				b, _ := io.ReadAll(c.stdin)
				c.script.note("%d read %q", n, b)
			}()
			return nil
		}}
		set := testSet(t, s, nil)
		set.cfg.Attach = func(_ string, o *Outbuf) Lines { return newEcho(o) }
		set.Start(Spec{Name: "p1", Run: []string{"p1"}})
		fmt.Fprint(programs[0].stdout, "one\n")
		time.Sleep(set.cfg.Figures.Quiet / 2)
		set.Replace(Spec{Name: "p1", Run: []string{"p2"}})
		fmt.Fprint(programs[1].stdout, "two\n")
		time.Sleep(10 * time.Second)
		if got := set.Outbuf("p1").Load(); got.Commands != 2 {
			t.Errorf("%d commands were executed", got.Commands)
		}
		set.Shutdown()
		want := lines("0s start", `75µs 0 read ""`, "75µs start", "75µs terminated", "2.000075s killed", `10.000075s 1 read "two\ndone\n"`)
		got := strings.Split(s.take(), "\n")
		slices.Sort(got[1:4])
		if got := lines(got[:6]...); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// TestClosedInput: a program that closes its input alone goes on giving commands.
func TestClosedInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c *fakeChild
		s := &script{start: func(_ int, f *fakeChild) error {
			c = f
			return f.stdin.Close()
		}}
		rec := &recorder{}
		set := testSet(t, s, rec)
		set.Start(Spec{Name: "p1", Run: []string{"p1"}})
		synctest.Wait()
		set.Outbuf("p1").Event(nil, nil, []byte("event\n"), 0, nil)
		synctest.Wait()
		set.Outbuf("p1").Event(nil, nil, make([]byte, 32<<20), 0, nil) // is thrown away
		fmt.Fprint(c.stdout, "one\n")
		time.Sleep(time.Second)
		if got, want := rec.take(), "one|commit"; got != want {
			t.Errorf("executed %q, want %q", got, want)
		}
		set.Shutdown()
	})
}

// TestDeafHelper: one program that never reads holds up neither another nor answers.
func TestDeafHelper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{start: func(n int, c *fakeChild) error {
			if n == 1 {
				go func() { _, _ = io.Copy(io.Discard, c.stdin) }()
			}
			return nil
		}}
		set := testSet(t, s, &recorder{})
		set.Start(Spec{Name: "deaf", Run: []string{"deaf"}})
		synctest.Wait()
		set.Start(Spec{Name: "good", Run: []string{"good"}})
		synctest.Wait()
		done := make(chan struct{})
		full := make(chan struct{})
		go func() {
			defer close(full)
			set.Outbuf("deaf").Event(nil, nil, make([]byte, 16<<20), 0, done)
			set.Outbuf("deaf").Event(nil, nil, make([]byte, 16<<20), 0, done)
		}()
		synctest.Wait()
		begin := time.Now()
		set.Outbuf("deaf").State(nil, nil, []byte("state\n"))
		for range 100 {
			set.Outbuf("good").Event(nil, nil, make([]byte, 1<<20), 0, done)
		}
		if took := time.Since(begin); took > 0 {
			t.Errorf("the others waited %v", took)
		}
		close(done)
		<-full
		set.Shutdown()
	})
}

func TestServe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, w := io.Pipe()
		out := newPipe()
		conn := struct {
			io.Reader
			io.Writer
			io.Closer
		}{in, out, in}
		o := NewOutbuf(Limits{}, Defaults(), nil)
		ended := make(chan error, 1)
		go func() {
			ended <- Serve(conn, o, func(o *Outbuf) Lines {
				a := NewAnswers(o)
				rec := &recorder{}
				rec.exec = func(string) {
					a.Line("done\n")
					o.Answer(a)
				}
				return rec
			}, Defaults())
		}()
		fmt.Fprint(w, "one\ntwo\n")
		w.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		b := make([]byte, 100)
		if n, _ := out.Read(b); string(b[:n]) != "done\ndone\n" {
			t.Errorf("answered %q", b[:n])
		}
		if o.Load().Open {
			t.Error("still open")
		}
	})
}

// logged is a log that keeps its records as text.
type logged struct {
	mu  sync.Mutex
	buf strings.Builder
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
