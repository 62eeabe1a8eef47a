package api

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/rib"
)

// TestLongAnswer: a table is answered in pieces while the client reads, and its
// reader waits when it does not.
func TestLongAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, bgp.Dialect5)
		b.addRoute(t, "route 10.0.0.0/24 next-hop 192.0.2.1")
		one := b.d.routes[2][0]
		for range 100_000 {
			b.d.routes[2] = append(b.d.routes[2], one)
		}
		b.w.out = make(chan string) // nobody takes anything yet
		done := make(chan struct{})
		go func() {
			defer close(done)
			b.Exec([]byte("show adj-rib out 127.0.0.2"))
			b.Commit()
		}()
		synctest.Wait()
		if got := b.out.Load().Answers; got > 2<<20 {
			t.Errorf("%d octets of answers wait", got)
		}
		select {
		case <-done:
			t.Error("a table of 5 MB fits into 1 MiB")
		default:
		}
		var text strings.Builder
		for !strings.HasSuffix(text.String(), "done\n") {
			text.WriteString(<-b.w.out)
		}
		<-done
		if got := strings.Count(text.String(), "127.0.0.2 ipv4 unicast 10.0.0.0/24 next-hop 192.0.2.1\n"); got != 100_001 {
			t.Errorf("%d routes", got)
		}
	})
}

// TestManyAnswers: the same for many commands in one batch.
func TestManyAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, bgp.Dialect5)
		helpLines := strings.Count(b.do("help"), "\n")
		b.w.out = make(chan string)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 2000 {
				b.Exec([]byte("help"))
			}
			b.Commit()
		}()
		synctest.Wait()
		if got := b.out.Load().Answers; got > 2<<20 {
			t.Errorf("%d octets of answers wait", got)
		}
		lines := 0
		for n := 0; n < 2000; {
			text := <-b.w.out
			lines += strings.Count(text, "\n")
			n = lines / helpLines
		}
		<-done
	})
}

// TestHold: only a batch that changed something for a peer in its first batch waits.
func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, bgp.Dialect5)
		b.d.pending = true
		b.Exec([]byte("version"))
		if b.Hold() {
			t.Error("a question is held")
		}
		b.Exec([]byte("announce route 10.0.0.0/24 next-hop 192.0.2.1"))
		if !b.Hold() {
			t.Error("a route is not held")
		}
		b.Commit()
		if b.Hold() {
			t.Error("an empty batch is held")
		}
	})
}

// TestSelectionsChange: what was selected is selected again when neighbors change.
func TestSelectionsChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, bgp.Dialect4)
		if got := b.do("neighbor 127.0.0.3 announce eor"); got != done {
			t.Errorf("got %q", got)
		}
		all := b.d.peers
		b.d.peers = &Peers{List: all.List[:1], All: rib.Peers(2)}
		if got := b.do("neighbor 127.0.0.3 announce eor", "announce eor"); got != failed+done {
			t.Errorf("got %q", got)
		}
		if got := b.d.take(); !strings.HasSuffix(got, "eor 2 ipv4 unicast\ncommit") {
			t.Errorf("did %q", got)
		}
	})
}
