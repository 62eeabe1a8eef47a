package helper

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
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
	k.o.Event([]byte("a "), &n, []byte(" b\n"), 0, nil)
	k.o.Event([]byte("a "), &m, []byte(" c\n"), 0, nil)
	k.o.Event(nil, nil, []byte("text\n"), 0, nil)
	k.o.State([]byte("s "), &n, []byte("\n"))
	k.o.Event(nil, &n, line(990), 0, nil) // has no room: dropped, but numbered
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
		o.Event(nil, nil, line(1000), 0, nil) // nobody waits for nobody
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
			k.o.Event(nil, nil, line(1000), 0, done)
			order = append(order, "first")
			k.o.Event(nil, nil, line(1000), 0, done)
			order = append(order, "second")
			k.o.Event(nil, nil, line(1000), 0, done) // takes what is reserved when it must not wait
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
		k.o.Event(nil, nil, line(1000), 0, nil)
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
	k.o.Event(nil, nil, line(1000), 0, nil)
	k.o.Event(nil, nil, line(1), 0, nil)
	select {
	case <-k.l.kill:
	default:
		t.Error("the client is not ended")
	}
}

func TestOutbufLargeLine(t *testing.T) {
	k := newTaker(t, Block, nil)
	k.o.Event(nil, nil, line(5000), 0, nil) // alone, it must go through
	if _, got := k.take(); len(got) != 5000 {
		t.Errorf("took %d octets", len(got))
	}
}

// TestOutbufStalled: a client that takes nothing for 30 s holds up nobody any more,
// and counts again once it has caught up.
// TestOutbufDrop: the client that does not want others to wait for it gets what it
// has room for; that it loses events is said once, and once how many.
func TestOutbufDrop(t *testing.T) {
	var s told
	k := newTaker(t, Drop, s.hear)
	var n uint64
	for range 5 {
		k.o.Event(nil, &n, line(400), 0, nil)
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
	k.o.Event(nil, &n, line(400), 0, nil)
	if got := k.o.Load(); got.Dropped != 3 || n != 6 {
		t.Errorf("%+v, number %d", got, n)
	}
	k.o.Event(nil, &n, line(900), 0, nil)
	k.take()
	s.want(t, "true 0", "false 1")
}

// TestOutbufReport: lines about dropped events stand where the events are missing, and
// their counts are those of the events.
func TestOutbufReport(t *testing.T) {
	k := newTaker(t, Drop, nil)
	missed := func(dst []byte, events, total uint64) []byte {
		return fmt.Appendf(dst, "missed %d of %d\n", events, total)
	}
	k.o.Report(missed)
	k.o.Event(nil, nil, []byte("a\n"), 0, nil)
	k.o.Event(nil, nil, line(990), 0, nil)
	k.o.Event(nil, nil, line(400), 0, nil)
	k.o.Event(nil, nil, line(400), 0, nil)
	k.o.Event(nil, nil, []byte("b\n"), 0, nil) // has room
	k.o.Event(nil, nil, line(400), 0, nil)
	_, got := k.take()
	if want := "a\n" + string(line(990)) + "missed 2 of 2\nb\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// Nothing waits any more, so that the line cannot wait for an event.
	if _, got := k.take(); got != "missed 1 of 3\n" {
		t.Errorf("then %q", got)
	}
	k.o.Event(nil, nil, line(1000), 0, nil)
	k.o.Event(nil, nil, line(400), 0, nil)
	k.o.State(nil, nil, []byte("down\n"))
	if _, got := k.take(); got != string(line(1000))+"missed 1 of 4\ndown\n" {
		t.Errorf("before a state: %q", got)
	}

	// Another program has missed nothing.
	k.o.Event(nil, nil, line(1000), 0, nil)
	k.o.Event(nil, nil, line(400), 0, nil)
	k.l = k.o.open()
	k.o.Event(nil, nil, []byte("c\n"), 0, nil)
	if _, got := k.take(); got != "c\n" {
		t.Errorf("the next program: %q", got)
	}
	if got := k.o.Load(); got.Dropped != 5 {
		t.Errorf("%+v", got)
	}

	// Nor does one that asks while it runs hear of what it missed before.
	k.o.Report(nil)
	k.o.Event(nil, nil, line(1000), 0, nil)
	k.o.Event(nil, nil, line(400), 0, nil)
	k.o.Report(missed)
	k.o.Event(nil, nil, line(400), 0, nil)
	k.o.Report(missed) // as a reload does
	k.take()
	if _, got := k.take(); got != "missed 1 of 7\n" {
		t.Errorf("who asked late: %q", got)
	}
}

// TestOutbufReportTime: a client that has to take nothing but such a line has its 30 s.
func TestOutbufReportTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTaker(t, Block, nil)
		k.o.Report(func(dst []byte, _, _ uint64) []byte { return append(dst, "missed\n"...) })
		k.o.Event(nil, nil, line(1000), 0, nil)
		k.o.Event(nil, nil, line(1000), 0, nil) // it is stalled
		time.Sleep(time.Hour)
		k.take()
		begin := time.Now()
		k.o.Event(nil, nil, line(1000), 0, nil)
		if took := time.Since(begin); took != 30*time.Second {
			t.Errorf("waited for %v", took)
		}
	})
}

// TestOutbufLimits: limits hold for who waits already.
func TestOutbufLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTaker(t, Block, nil)
		k.o.Event(nil, nil, line(1000), 0, nil)
		var wg sync.WaitGroup
		wg.Go(func() { k.o.Event(nil, nil, line(1000), 0, nil) })
		synctest.Wait()
		k.o.setLimits(Limits{Backlog: 2000})
		wg.Wait()
		if got := k.o.Load(); got.Events != 2000 {
			t.Errorf("with more room: %+v", got)
		}
		wg.Go(func() { k.o.Event(nil, nil, line(1), 0, nil) })
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
					o.Event(nil, nil, line(32<<10), 0, stop)
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
		a := NewAnswers(o)
		asked := a.Ticket()
		o.Answer(a)
		a.Line("done\n")
		second := o.open() // the first writer ends
		ends.Wait()
		asked.Fill("done\n") // who has asked has gone
		o.Answer(a)
		o.close(first) // too late
		o.Event(nil, nil, []byte("x\n"), 0, nil)
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

func TestOutbufAllocs(t *testing.T) {
	o := NewOutbuf(Limits{}, Defaults(), nil)
	l := o.open()
	a := NewAnswers(o)
	head, tail := []byte(`{ "counter": `), bytes.Repeat([]byte("x"), 300)
	var n uint64
	var scratch []byte
	round := func() {
		for range 100 {
			o.Event(head, &n, tail, 0, nil)
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
		o.Event(head, &n, tail, 0, nil)
	}
	o.close(l)
}
