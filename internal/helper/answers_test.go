package helper

import (
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

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
	k.o.Event(nil, nil, []byte("event\n"), 0, nil)
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
			o.Event(nil, nil, []byte("event\n"), 0, nil)
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
