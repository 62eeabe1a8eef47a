package helper

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// recorder is Lines that writes down what it is told.
type recorder struct {
	hold bool
	exec func(line string)

	mu  sync.Mutex
	log []string
}

func (r *recorder) add(s string) {
	r.mu.Lock()
	r.log = append(r.log, s)
	r.mu.Unlock()
}

func (r *recorder) Exec(line []byte) {
	r.add(string(line))
	if r.exec != nil {
		r.exec(string(line))
	}
}
func (r *recorder) Hold() bool { return r.hold }
func (r *recorder) Commit()    { r.add("commit") }

func (r *recorder) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := strings.Join(r.log, "|")
	r.log = nil
	return s
}

// pipe is a source whose writes come from a test; quiet uses the clock of a bubble.
type pipe struct {
	mu    sync.Mutex
	cond  *sync.Cond
	data  []byte
	ended bool
	wrote chan struct{}
}

func newPipe() *pipe {
	p := &pipe{wrote: make(chan struct{}, 1)}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	p.data = append(p.data, b...)
	p.mu.Unlock()
	p.cond.Broadcast()
	poke(p.wrote)
	return len(b), nil
}

func (p *pipe) Close() error {
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.cond.Broadcast()
	poke(p.wrote)
	return nil
}

func (p *pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.data) == 0 {
		if p.ended {
			return 0, io.EOF
		}
		p.cond.Wait()
	}
	n := copy(b, p.data)
	p.data = p.data[n:]
	return n, nil
}

func (p *pipe) quiet(d time.Duration) bool {
	end := time.After(d)
	for {
		p.mu.Lock()
		more := len(p.data) > 0 || p.ended
		p.mu.Unlock()
		if more {
			return false
		}
		select {
		case <-p.wrote:
		case <-end:
			return true
		}
	}
}

func TestReaderFraming(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	for _, tt := range []struct {
		name   string
		writes []string
		want   string
	}{
		{"one line", []string{"a\n"}, "a|commit"},
		{"lines of one write", []string{"a\nb\n"}, "a|b|commit"},
		{"a line in pieces", []string{"a", "b", "c\n"}, "abc|commit"},
		{"carriage return", []string{"a\r\n"}, "a|commit"},
		{"lone carriage return", []string{"a\rb\n"}, "a\rb|commit"},
		{"empty line", []string{"\n"}, "|commit"},
		{"last line without newline", []string{"a\nb"}, "a|commit"},
		{"long line", []string{long + "\nb\n"}, long + "|b|commit"},
		{"any octet", []string{"a\x00\xff\n"}, "a\x00\xff|commit"},
		{"nothing", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPipe()
			for _, w := range tt.writes {
				fmt.Fprint(p, w)
			}
			p.Close()
			o := NewOutbuf(Limits{}, Defaults(), nil)
			rec := &recorder{}
			if err := newReader(p, o, rec, Defaults()).run(); err != nil {
				t.Fatal(err)
			}
			if got := rec.take(); got != tt.want {
				t.Errorf("got %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestReaderLineLimit(t *testing.T) {
	p := newPipe()
	fmt.Fprint(p, "ok\n"+strings.Repeat("x", 1<<20+1))
	rec := &recorder{}
	err := newReader(p, NewOutbuf(Limits{}, Defaults(), nil), rec, Defaults()).run()
	var le *lineError
	if !errors.As(err, &le) || le.Size <= 1<<20 {
		t.Fatalf("got %v, want a lineError", err)
	}
	if got := rec.take(); got != "ok|commit" {
		t.Errorf("got %q", got)
	}
}

func TestReaderBatches(t *testing.T) {
	type write struct {
		after time.Duration
		text  string
	}
	us := time.Microsecond
	for _, tt := range []struct {
		name   string
		hold   bool
		writes []write
		want   string
	}{
		{"two writes 60 µs apart", false, []write{{0, "a\n"}, {60 * us, "b\n"}}, "a|b|commit"},
		{"two writes 200 µs apart", false, []write{{0, "a\n"}, {200 * us, "b\n"}}, "a|commit|b|commit"},
		{
			"at most a millisecond", false,
			[]write{
				{0, "0\n"},
				{140 * us, "1\n"},
				{140 * us, "2\n"},
				{140 * us, "3\n"},
				{140 * us, "4\n"},
				{140 * us, "5\n"},
				{140 * us, "6\n"},
				{140 * us, "7\n"},
				{140 * us, "8\n"},
			},
			"0|1|2|3|4|5|6|7|commit|8|commit",
		},
		{"a first batch waits longer", true, []write{{0, "a\n"}, {9 * time.Millisecond, "b\n"}}, "a|b|commit"},
		{"but not for ever", true, []write{{0, "a\n"}, {11 * time.Millisecond, "b\n"}}, "a|commit|b|commit"},
		{"half a line opens no batch", false, []write{{0, "a"}, {time.Second, "b\n"}}, "ab|commit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipe()
				rec := &recorder{hold: tt.hold}
				go func() {
					for _, w := range tt.writes {
						time.Sleep(w.after)
						fmt.Fprint(p, w.text)
					}
					time.Sleep(time.Second)
					p.Close()
				}()
				if err := newReader(p, NewOutbuf(Limits{}, Defaults(), nil), rec, Defaults()).run(); err != nil {
					t.Fatal(err)
				}
				if got := rec.take(); got != tt.want {
					t.Errorf("got %q\nwant %q", got, tt.want)
				}
			})
		})
	}
}

// TestReaderPauses: a client that takes no answers is not read, until it does.
func TestReaderPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := NewOutbuf(Limits{}, Defaults(), nil)
		l := o.open()
		p := newPipe()
		a := NewAnswers(o)
		rec := &recorder{}
		rec.exec = func(string) {
			a.Text(func(dst []byte) []byte { return append(dst, strings.Repeat("answer\n", 100_000)...) })
			o.Answer(a)
		}
		done := make(chan error, 1)
		go func() { done <- newReader(p, o, rec, Defaults()).run() }()
		for range 3 {
			fmt.Fprint(p, "show\n")
			time.Sleep(time.Second)
		}
		if got, want := rec.take(), "show|commit|show|commit"; got != want {
			t.Errorf("before the answers are taken: %q, want %q", got, want)
		}
		answers, _, _ := o.take(l, nil, false)
		if len(answers) != 700_000 {
			t.Errorf("took %d octets", len(answers))
		}
		o.tookAnswers(l)
		synctest.Wait()
		time.Sleep(time.Second)
		if got, want := rec.take(), "show|commit"; got != want {
			t.Errorf("after: %q, want %q", got, want)
		}
		o.close(l)
		p.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestQuiet(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s := newSource(r)
	begin := time.Now()
	if !s.quiet(200 * time.Microsecond) {
		t.Error("an empty pipe is not quiet")
	}
	// It asks for less than that, as the kernel is late on most days, but not on all.
	if took := time.Since(begin); took < 150*time.Microsecond {
		t.Errorf("quiet took %v", took)
	}
	fmt.Fprint(w, "x")
	if s.quiet(time.Minute) {
		t.Error("a pipe with an octet in it is quiet")
	}
	if _, err := io.ReadFull(r, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if s.quiet(time.Minute) {
		t.Error("a closed pipe is quiet")
	}
	if n := testing.AllocsPerRun(10, func() { s.quiet(time.Microsecond) }); n > 0 {
		t.Errorf("quiet allocates %v times", n)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("announce route 10.0.0.0/24 next-hop self\nx\r\n\n tail"), uint8(3))
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		p := newPipe()
		rec := &recorder{}
		r := newReader(p, NewOutbuf(Limits{}, Defaults(), nil), rec, Defaults())
		go func() {
			for rest := data; len(rest) > 0; {
				n := min(len(rest), int(step)+1)
				fmt.Fprint(p, string(rest[:n]))
				rest = rest[n:]
			}
			p.Close()
		}()
		if err := r.run(); err != nil {
			t.Fatal(err)
		}
		var want []string
		for line := range strings.Lines(string(data)) {
			if s, ok := strings.CutSuffix(line, "\n"); ok {
				want = append(want, strings.TrimSuffix(s, "\r"))
			}
		}
		var got []string
		for _, s := range rec.log {
			if s != "commit" {
				got = append(got, s)
			}
		}
		if !slices.Equal(got, want) && !slices.Contains(want, "commit") {
			t.Errorf("got %q\nwant %q", got, want)
		}
	})
}
