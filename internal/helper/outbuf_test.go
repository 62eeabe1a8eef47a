package helper

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// told records what an Outbuf tells about its client.
type told struct {
	mu  sync.Mutex
	log []string
}

func (s *told) hear(behind bool, dropped uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, fmt.Sprintf("%t %d", behind, dropped))
}

// want compares what was told since the last call.
func (s *told) want(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.log, want) {
		t.Errorf("told %q, want %q", s.log, want)
	}
	s.log = nil
}

// taker takes from an Outbuf what a client would read, in the pace of a test.
type taker struct {
	t *testing.T
	o *Outbuf
	l *life
}

// take takes one chunk of events, and all answers that are ready.
func (k *taker) take() (answers, events string) {
	k.t.Helper()
	a, e, _ := k.o.take(k.l, nil, false)
	if a != nil {
		k.o.tookAnswers(k.l)
	}
	got := string(e)
	if e != nil {
		k.o.tookEvents(k.l, e)
	}
	return string(a), got
}

// smallFigures make buffers that a test can fill.
func smallFigures() Figures {
	f := Defaults()
	f.Events, f.Reserve, f.Answers = 1000, 100, 1000
	return f
}

func newTaker(t *testing.T, p Policy, hear func(bool, uint64)) *taker {
	t.Helper()
	o := NewOutbuf(Limits{Policy: p}, smallFigures(), hear)
	return &taker{t: t, o: o, l: o.open()}
}

// line is an event of n octets with its newline.
func line(n int) []byte { return append(bytes.Repeat([]byte{'x'}, n-1), '\n') }

func TestOutbufNumbers(t *testing.T) {
	k := newTaker(t, Drop, nil)
	var n, m uint64
	k.o.Event([]byte("a "), &n, []byte(" b\n"), nil)
	k.o.Event([]byte("a "), &m, []byte(" c\n"), nil)
	k.o.Event(nil, nil, []byte("text\n"), nil)
	k.o.State([]byte("s "), &n, []byte("\n"))
	k.o.Event(nil, &n, line(990), nil) // has no room: dropped, but numbered
	k.o.State(nil, &n, []byte(" end\n"))
	const want = "a 1 b\na 1 c\ntext\ns 2\n4 end\n"
	if _, got := k.take(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := k.o.Load(); got.Dropped != 1 || got.Events != 0 {
		t.Errorf("load %+v", got)
	}
}

func TestOutbufWithoutClient(t *testing.T) {
	o := NewOutbuf(Limits{}, smallFigures(), nil)
	for range 5 {
		o.Event(nil, nil, line(1000), nil) // nobody waits for nobody
	}
	if !o.Room(nil) {
		t.Error("no room")
	}
	o.State(nil, nil, line(10))
	if got := o.Load(); got.Open || got.Events != 0 || got.Dropped != 6 {
		t.Errorf("load %+v", got)
	}
}

func TestOutbufBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTaker(t, Block, nil)
		done := make(chan struct{})
		var order []string
		go func() {
			k.o.Event(nil, nil, line(1000), done)
			order = append(order, "first")
			k.o.Event(nil, nil, line(1000), done)
			order = append(order, "second")
			k.o.Event(nil, nil, line(1000), done) // takes what is reserved when it must not wait
			order = append(order, "third")
			if k.o.Room(done) {
				t.Error("room in a full buffer")
			}
		}()
		synctest.Wait()
		if got := strings.Join(order, " "); got != "first" {
			t.Fatalf("before anything is taken: %q", got)
		}
		k.take()
		synctest.Wait()
		if got := strings.Join(order, " "); got != "first second" {
			t.Fatalf("after a line was taken: %q", got)
		}
		close(done)
		synctest.Wait()
		if got := k.o.Load(); got.Dropped != 1 {
			t.Errorf("a line beyond the reserve is dropped: %+v", got)
		}
		k.o.close(k.l)
	})
}

// TestOutbufReserve: what is sent, and states, have room when other events have none.
func TestOutbufReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTaker(t, Block, nil)
		k.o.Event(nil, nil, line(1000), nil)
		k.o.Sent(nil, nil, line(100), nil)
		k.o.State(nil, nil, line(100))
		k.o.State(nil, nil, line(1)) // the reserve is used up
		if got := k.o.Load(); got.Events != 1200 || got.Dropped != 1 {
			t.Errorf("load %+v", got)
		}
	})
}

func TestOutbufKill(t *testing.T) {
	k := newTaker(t, Kill, nil)
	k.o.Event(nil, nil, line(1000), nil)
	k.o.Event(nil, nil, line(1), nil)
	select {
	case <-k.l.kill:
	default:
		t.Error("the client is not ended")
	}
}

func TestOutbufLargeLine(t *testing.T) {
	k := newTaker(t, Block, nil)
	k.o.Event(nil, nil, line(5000), nil) // alone, it must go through
	if _, got := k.take(); len(got) != 5000 {
		t.Errorf("took %d octets", len(got))
	}
}

// TestOutbufStalled: a client that takes nothing for 30 s holds up nobody any more,
// and counts again once it has caught up.
func TestOutbufStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s told
		k := newTaker(t, Block, s.hear)
		k.o.Event(nil, nil, line(1000), nil)
		begin := time.Now()
		k.o.Event(nil, nil, line(500), nil)
		if took := time.Since(begin); took != 30*time.Second {
			t.Errorf("the event waited %v", took)
		}
		k.o.Event(nil, nil, line(500), nil)
		if !k.o.Room(nil) {
			t.Error("no room at a stalled client")
		}
		k.o.State(nil, nil, line(10))
		if got := k.o.Load(); !got.Stalled || got.Dropped != 2 || got.Events != 1010 {
			t.Errorf("stalled: %+v", got)
		}
		k.take()
		if got := k.o.Load(); got.Stalled {
			t.Errorf("caught up: %+v", got)
		}
		k.o.Event(nil, nil, line(500), nil)
		if got := k.o.Load(); got.Events != 500 {
			t.Errorf("after that: %+v", got)
		}
		s.want(t, "true 0", "false 2")
	})
}

// TestOutbufsStallTogether: who has events for many clients that do not read waits for
// 30 s in all, whatever they are and however soon each is full.
func TestOutbufsStallTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var deaf []*taker
		for range 10 {
			deaf = append(deaf, newTaker(t, Block, nil))
		}
		begin := time.Now()
		for range 1000 {
			for i, k := range deaf {
				k.o.Event(nil, nil, line(10+10*i), nil)
				if !k.o.Room(nil) {
					t.Error("no room")
				}
			}
		}
		if took := time.Since(begin); took != 30*time.Second {
			t.Errorf("waited for %v", took)
		}
		for i, k := range deaf {
			if got := k.o.Load(); !got.Stalled || got.Dropped == 0 {
				t.Errorf("client %d: %+v", i, got)
			}
		}
	})
}

// TestOutbufTime: a client has its 30 s from when there is something to take, not from
// the last time that there was.
func TestOutbufTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTaker(t, Block, nil)
		k.o.Event(nil, nil, line(500), nil)
		k.take()
		time.Sleep(time.Hour)
		k.o.Event(nil, nil, line(1000), nil)
		time.Sleep(10 * time.Second)
		begin := time.Now()
		k.o.Event(nil, nil, line(1000), nil)
		if took := time.Since(begin); took != 20*time.Second {
			t.Errorf("waited for %v", took)
		}
	})
}

// TestOutbufStaleJudge: a judge that comes after its client has gone says nothing
// about the next one.
func TestOutbufStaleJudge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s told
		k := newTaker(t, Block, s.hear)
		stop := make(chan struct{})
		fill := func() {
			k.o.Event(nil, nil, line(1000), nil)
			k.o.Event(nil, nil, line(1000), stop)
		}
		go fill()
		time.Sleep(10 * time.Second)
		k.o.open()
		synctest.Wait()
		go fill()
		synctest.Wait()
		k.o.judge()
		if k.o.Load().Stalled {
			t.Error("stalled at once")
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if !k.o.Load().Stalled {
			t.Error("not stalled after 30 s")
		}
		s.want(t, "true 0")
		close(stop)
	})
}

// TestOutbufDrop: the client that does not want others to wait for it gets what it
// has room for; that it loses events is said once, and once how many.
func TestOutbufDrop(t *testing.T) {
	var s told
	k := newTaker(t, Drop, s.hear)
	var n uint64
	for range 5 {
		k.o.Event(nil, &n, line(400), nil)
	}
	if got := k.o.Load(); got.Dropped != 3 || got.Stalled {
		t.Errorf("load %+v", got)
	}
	s.want(t, "true 0")
	if !k.o.Room(nil) {
		t.Error("Room waits")
	}
	k.take()
	s.want(t, "false 3")
	k.o.Event(nil, &n, line(400), nil)
	if got := k.o.Load(); got.Dropped != 3 || n != 6 {
		t.Errorf("%+v, number %d", got, n)
	}
	k.o.Event(nil, &n, line(900), nil)
	k.take()
	s.want(t, "true 0", "false 1")
}

// TestOutbufReport: lines about dropped events stand where the events are missing, and
// their counts are those of the events.
func TestOutbufReport(t *testing.T) {
	k := newTaker(t, Drop, nil)
	k.o.Report(func(dst []byte, events, total uint64) []byte {
		return fmt.Appendf(dst, "missed %d of %d\n", events, total)
	})
	k.o.Event(nil, nil, []byte("a\n"), nil)
	k.o.Event(nil, nil, line(990), nil)
	k.o.Event(nil, nil, line(400), nil)
	k.o.Event(nil, nil, line(400), nil)
	k.o.Event(nil, nil, []byte("b\n"), nil) // has room
	k.o.Event(nil, nil, line(400), nil)
	_, got := k.take()
	if want := "a\n" + string(line(990)) + "missed 2 of 2\nb\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// Nothing waits any more, so that the line cannot wait for an event.
	if _, got := k.take(); got != "missed 1 of 3\n" {
		t.Errorf("then %q", got)
	}
	k.o.Event(nil, nil, line(1000), nil)
	k.o.Event(nil, nil, line(400), nil)
	k.o.State(nil, nil, []byte("down\n"))
	if _, got := k.take(); got != string(line(1000))+"missed 1 of 4\ndown\n" {
		t.Errorf("before a state: %q", got)
	}

	// Another program has missed nothing.
	k.o.Event(nil, nil, line(1000), nil)
	k.o.Event(nil, nil, line(400), nil)
	k.l = k.o.open()
	k.o.Event(nil, nil, []byte("c\n"), nil)
	if _, got := k.take(); got != "c\n" {
		t.Errorf("the next program: %q", got)
	}
	if got := k.o.Load(); got.Dropped != 5 {
		t.Errorf("%+v", got)
	}
}

// TestOutbufReportTime: a client that has to take nothing but such a line has its 30 s.
func TestOutbufReportTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTaker(t, Block, nil)
		k.o.Report(func(dst []byte, _, _ uint64) []byte { return append(dst, "missed\n"...) })
		k.o.Event(nil, nil, line(1000), nil)
		k.o.Event(nil, nil, line(1000), nil) // it is stalled
		time.Sleep(time.Hour)
		k.take()
		begin := time.Now()
		k.o.Event(nil, nil, line(1000), nil)
		if took := time.Since(begin); took != 30*time.Second {
			t.Errorf("waited for %v", took)
		}
	})
}

// TestOutbufLimits: limits hold for who waits already.
func TestOutbufLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTaker(t, Block, nil)
		k.o.Event(nil, nil, line(1000), nil)
		var wg sync.WaitGroup
		wg.Go(func() { k.o.Event(nil, nil, line(1000), nil) })
		synctest.Wait()
		k.o.setLimits(Limits{Backlog: 2000})
		wg.Wait()
		if got := k.o.Load(); got.Events != 2000 {
			t.Errorf("with more room: %+v", got)
		}
		wg.Go(func() { k.o.Event(nil, nil, line(1), nil) })
		synctest.Wait()
		k.o.setLimits(Limits{Policy: Drop})
		wg.Wait()
		if got := k.o.Load(); got.Events != 2000 || got.Dropped != 1 {
			t.Errorf("dropping: %+v", got)
		}
	})
}

// TestOutbufSlow: a client that reads, however slowly, is not stalled as long as it
// takes enough.
func TestOutbufSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s told
		fig := Defaults()
		fig.Events = 64 << 10
		o := NewOutbuf(Limits{}, fig, s.hear)
		k := &taker{t: t, o: o, l: o.open()}
		stop := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					o.Event(nil, nil, line(32<<10), stop)
					time.Sleep(time.Millisecond)
				}
			}
		})
		for range 20 {
			time.Sleep(3 * time.Second)
			k.take()
		}
		if got := o.Load(); got.Stalled || got.Dropped > 0 {
			t.Errorf("32 KiB in 3 s: %+v", got)
		}
		time.Sleep(time.Minute)
		if got := o.Load(); !got.Stalled {
			t.Errorf("nothing in a minute: %+v", got)
		}
		close(stop)
		wg.Wait()
		o.close(k.l)
	})
}

func TestAnswers(t *testing.T) {
	k := newTaker(t, Block, nil)
	a := NewAnswers(k.o)
	a.Line("done\n")
	a.Line("done\n")
	a.Line("error\n")
	a.Text(func(dst []byte) []byte { return append(dst, "text 1\n"...) })
	a.Text(func(dst []byte) []byte { return append(dst, "text 2\n"...) })
	first, second := a.Ticket(), a.Ticket()
	a.Line("done\n")
	k.o.Answer(a)
	a.Line("done\n")
	k.o.Answer(a)
	k.o.Event(nil, nil, []byte("event\n"), nil)
	if got := k.o.Load().Lines; got != 10 {
		t.Errorf("%d lines wait", got)
	}
	if got, ev := k.take(); got != "done\ndone\nerror\ntext 1\ntext 2\n" || ev != "event\n" {
		t.Errorf("before the tickets are filled: %q, %q", got, ev)
	}
	second.Fill("second\n")
	k.o.State(nil, nil, []byte("event\n"))
	if got, _ := k.take(); got != "" {
		t.Errorf("out of order: %q", got)
	}
	first.Fill("first\n")
	first.Fill("again\n")
	if got, _ := k.take(); got != "first\nsecond\ndone\ndone\n" {
		t.Errorf("after: %q", got)
	}
	if got := k.o.Load(); got.Answers != 0 {
		t.Errorf("load %+v", got)
	}
}

// TestAnswersAreCounted: a client that never reads its answers costs a slot for all
// its "done", and is not read any more once others are too many.
func TestAnswersAreCounted(t *testing.T) {
	k := newTaker(t, Block, nil)
	a := NewAnswers(k.o)
	for range 1_000_000 {
		a.Line("done\n")
		k.o.Answer(a)
	}
	if got := k.o.Load().Answers; got != slotCost {
		t.Errorf("a million answers cost %d", got)
	}
	if n := len(k.o.answers.slots); n != 1 {
		t.Errorf("%d slots", n)
	}
	total := 0
	for total < 5_000_000 {
		got, _ := k.take()
		if strings.Trim(got, "done\n") != "" || !strings.HasSuffix(got, "done\n") {
			t.Fatalf("torn: %.20q", got)
		}
		total += len(got)
	}
}

func TestOutbufLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := NewOutbuf(Limits{}, smallFigures(), nil)
		first := o.open()
		var ends sync.WaitGroup
		ends.Go(func() {
			if err := write(newSink(io.Discard), o, first); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		second := o.open() // the first writer ends
		ends.Wait()
		o.close(first) // too late
		o.Event(nil, nil, []byte("x\n"), nil)
		if !o.Load().Open {
			t.Error("the old life ended the new one")
		}
		o.leave(second)
		var buf bytes.Buffer
		if err := write(newSink(&buf), o, second); err != nil || buf.String() != "x\n" {
			t.Errorf("%q, %v", buf.String(), err)
		}
	})
}

func TestAnswersArePaced(t *testing.T) {
	answers := func(o *Outbuf, n int) {
		a := NewAnswers(o)
		for range n {
			a.Line("done\n")
		}
		o.Answer(a)
	}
	for _, c := range []struct {
		name  string
		given func(o *Outbuf)
		reads bool // whether the program reads, every 20 ms
		want  []string
		after time.Duration // when the last is written
	}{
		{"one", func(o *Outbuf) { answers(o, 1) }, false, []string{"done\n"}, 0},
		{"three to a reader", func(o *Outbuf) { answers(o, 3) }, true, []string{"done\n", "done\n", "done\n"}, 40 * time.Millisecond},
		{"two to nobody", func(o *Outbuf) { answers(o, 2) }, false, []string{"done\n", "done\n"}, pacePatience},
		{"many", func(o *Outbuf) { answers(o, fewAnswers+1) }, false, []string{strings.Repeat("done\n", fewAnswers+1)}, 0},
		{"beside an event", func(o *Outbuf) {
			o.Event(nil, nil, []byte("event\n"), nil)
			answers(o, 2)
		}, false, []string{"done\ndone\n", "event\n"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := NewOutbuf(Limits{}, Defaults(), nil)
				l := o.open()
				c.given(o)
				var (
					writes []string
					unread atomic.Int64
					last   time.Duration
					begin  = time.Now()
				)
				go func() {
					_ = write(sink{writerFunc(func(b []byte) (int, error) {
						writes, last = append(writes, string(b)), time.Since(begin)
						unread.Add(int64(len(b)))
						return len(b), nil
					}), func() int { return int(unread.Load()) }}, o, l)
				}()
				for range 20 {
					time.Sleep(20 * time.Millisecond)
					synctest.Wait()
					if c.reads {
						unread.Store(0)
					}
				}
				o.close(l)
				synctest.Wait()
				if !slices.Equal(writes, c.want) {
					t.Errorf("written %q, want %q", writes, c.want)
				}
				if last < c.after || last > c.after+paceLongest*2 {
					t.Errorf("the last after %v, want %v", last, c.after)
				}
			})
		})
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func TestUnread(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	unread := unreadOf(w)
	if unread == nil {
		t.Skip("this system does not count what a pipe holds")
	}
	var got []int
	look := func() { got = append(got, unread()) }
	look()
	if _, err := w.WriteString("done\ndone\n"); err != nil {
		t.Fatal(err)
	}
	look()
	if _, err := r.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	look()
	if want := []int{0, 10, 5}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestOutbufAllocs(t *testing.T) {
	o := NewOutbuf(Limits{}, Defaults(), nil)
	l := o.open()
	a := NewAnswers(o)
	head, tail := []byte(`{ "counter": `), bytes.Repeat([]byte("x"), 300)
	var n uint64
	var scratch []byte
	round := func() {
		for range 100 {
			o.Event(head, &n, tail, nil)
			a.Line("done\n")
		}
		o.Answer(a)
		answers, events, _ := o.take(l, scratch, false)
		scratch = answers
		o.tookAnswers(l)
		o.tookEvents(l, events)
	}
	round()
	if got := testing.AllocsPerRun(100, round); got > 0 {
		t.Errorf("%v allocations", got)
	}
}

func BenchmarkEvent(b *testing.B) {
	o := NewOutbuf(Limits{}, Defaults(), nil)
	l := o.open()
	go func() { _ = write(newSink(io.Discard), o, l) }()
	head, tail := []byte(`{ "counter": `), bytes.Repeat([]byte("x"), 400)
	var n uint64
	b.SetBytes(int64(len(head) + len(tail)))
	for b.Loop() {
		o.Event(head, &n, tail, nil)
	}
	o.close(l)
}
