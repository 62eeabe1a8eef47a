package helper

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestOutbufStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s told
		k := newTaker(t, Block, s.hear)
		k.o.Event(nil, nil, line(1000), 0, nil)
		begin := time.Now()
		k.o.Event(nil, nil, line(500), 0, nil)
		if took := time.Since(begin); took != 30*time.Second {
			t.Errorf("the event waited %v", took)
		}
		k.o.Event(nil, nil, line(500), 0, nil)
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
		k.o.Event(nil, nil, line(500), 0, nil)
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
				k.o.Event(nil, nil, line(10+10*i), 0, nil)
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
		k.o.Event(nil, nil, line(500), 0, nil)
		k.take()
		time.Sleep(time.Hour)
		k.o.Event(nil, nil, line(1000), 0, nil)
		time.Sleep(10 * time.Second)
		begin := time.Now()
		k.o.Event(nil, nil, line(1000), 0, nil)
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
			k.o.Event(nil, nil, line(1000), 0, nil)
			k.o.Event(nil, nil, line(1000), 0, stop)
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

// TestOutbufPatience: who cannot wait for long has a client judged sooner, and others who
// wait for it go on then too. Its time runs from when it last took enough.
func TestOutbufPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTaker(t, Block, nil)
		k.o.Event(nil, nil, line(1000), 0, nil)
		wait := func(patience, want time.Duration) {
			begin := time.Now()
			k.o.Event(nil, nil, line(500), patience, nil)
			if took := time.Since(begin); took != want {
				t.Errorf("who waits for %v at most waited for %v, want %v", patience, took, want)
			}
		}
		var waits sync.WaitGroup
		waits.Go(func() { wait(0, 15*time.Second) })
		waits.Go(func() { wait(time.Minute, 15*time.Second) })
		time.Sleep(5 * time.Second)
		waits.Go(func() { wait(9*time.Second, 10*time.Second) })
		time.Sleep(time.Second)
		k.o.mu.Lock()
		k.o.giveTime()
		k.o.mu.Unlock()
		waits.Wait()
		if got := k.o.Load(); !got.Stalled || got.Dropped != 3 {
			t.Errorf("%+v", got)
		}
	})
}
