package rib

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

func TestPeerSet(t *testing.T) {
	s := Peers(3, 64, 130)
	var got []PeerID
	for id := range s.Each() {
		got = append(got, id)
	}
	if fmt.Sprint(got) != "[3 64 130]" || s.Has(4) || !s.Has(130) || s.Has(1000) || s.All() {
		t.Errorf("%v", got)
	}
	if all := AllPeers(); !all.Has(12345) || !all.All() {
		t.Error("not all")
	}
}

// sentTo counts the routes that a peer has of us.
func sentTo(o *Out, id PeerID) (n int) {
	p := o.peer(id)
	for e := range o.table.n {
		if p.isUp() && p.bank.marks(e, p.lane)&sent != 0 {
			n++
		}
	}
	return n
}

func isEmpty(o *Out) bool { return o.table.live() == 0 && len(o.table.sets.index) == 0 }

// Places of removed peers are given again, and nothing of theirs is left.
func TestPlaces(t *testing.T) {
	o := outWithPeers(20, true)
	r, _ := parseRoute(strings.Fields("10.0.0.0/8 med 1"))
	o.Announce(AllPeers(), &r, 1)
	for id := range PeerID(20) {
		o.RemovePeer(id)
	}
	if !isEmpty(o) {
		t.Error("something is left in the table")
	}
	if id := o.AddPeer(PeerConfig{}); id != 0 {
		t.Errorf("place %d", id)
	}
	o.RemovePeer(99) // who is not there
	o.Up(99, Session{})
	o.Down(99)
	o.Replace(99, nil)
	o.Reconfigure(99, PeerConfig{})
	if o.Drain(99, &Batch{}, 1) || o.Refresh(99, bgp.IPv4Unicast) || o.Announce(Peers(99), &r, 1) != 0 || o.Withdraw(Peers(99), &r) != 0 {
		t.Error("a peer that is not there does something")
	}
}

func TestReconfigure(t *testing.T) {
	o := NewOut()
	both := []bgp.Family{bgp.IPv4Unicast, testFamilies["flow"]}
	id := o.AddPeer(PeerConfig{Families: both, AdjRIBOut: true})
	for _, w := range []string{"10.0.0.0/8 med 1", "flow 10.0.0.0/8 med 1"} {
		r, _ := parseRoute(strings.Fields(w))
		o.Announce(AllPeers(), &r, 1)
	}
	o.Reconfigure(id, PeerConfig{Families: both[:1], AdjRIBOut: true})
	o.Up(id, Session{Families: both[:1]})
	b := &Batch{}
	o.Drain(id, b, 10)
	if b.Len() != 1 || o.table.live() != 1 {
		t.Errorf("%d routes, %d kept", b.Len(), o.table.live())
	}
}

// A peer that does not read its log reads the table instead: the log stays bounded,
// and what it ends up with is right.
func TestSlowPeer(t *testing.T) {
	o := outWithPeers(2, true)
	batch := &Batch{}
	drainAll(o, 0, batch)
	drainAll(o, 1, batch)
	attrs := attrSetsOf(7)
	var r Route
	for i := range 20 * minLog {
		routeAt(&r, i%100, attrs)
		r.Attrs = attrs[i%7]
		o.Announce(AllPeers(), &r, 1)
		o.Commit(1)
		if i%50 == 0 {
			drainAll(o, 0, batch)
		}
	}
	if n := len(o.banks[0].log); n > minLog {
		t.Errorf("log of %d", n)
	}
	o.EOR(Peers(1), bgp.IPv4Unicast)
	if n := drainAll(o, 1, batch); n != 100 || batch.Len() > 100 {
		t.Errorf("%d routes", n)
	}
	if drainAll(o, 0, batch); len(o.banks[0].log) != 0 || sentTo(o, 1) != 100 {
		t.Errorf("log of %d, sent %d", len(o.banks[0].log), sentTo(o, 1))
	}
}

// A peer that is owed nothing does not hold the log of those beside it.
func TestIdlePeer(t *testing.T) {
	o := outWithPeers(2, true)
	batch := &Batch{}
	drainAll(o, 0, batch)
	drainAll(o, 1, batch)
	attrs := attrSetsOf(3)
	var r Route
	for i := range 1000 {
		routeAt(&r, i, attrs)
		o.Announce(Peers(0), &r, 1)
		drainAll(o, 0, batch)
	}
	if n := len(o.banks[0].log); n != 0 {
		t.Errorf("log of %d", n)
	}
	o.Announce(AllPeers(), &r, 1)
	if n := drainAll(o, 1, batch); n != 1 {
		t.Errorf("%d routes", n)
	}
}

// A peer that reads nothing piles up no End-of-RIBs.
func TestEORsAreBounded(t *testing.T) {
	o := outWithPeers(1, true)
	for range 10 * maxEORs {
		o.EOR(AllPeers(), bgp.IPv4Unicast)
	}
	if n := len(o.peer(0).eors); n > maxEORs {
		t.Errorf("%d wait", n)
	}
}

// What a helper that never commits leaves behind is bounded too.
func TestFreshIsBounded(t *testing.T) {
	o := outWithPeers(1, true)
	o.fresh = [][]uint32{nil, make([]uint32, 0)}
	r, _ := parseRoute([]string{"10.0.0.0/8"})
	o.Announce(AllPeers(), &r, 1)
	for len(o.fresh[1]) < maxFresh {
		o.fresh[1] = append(o.fresh[1], o.fresh[1][0])
	}
	drainAll(o, 0, &Batch{})
	r, _ = parseRoute([]string{"11.0.0.0/8"})
	o.Announce(AllPeers(), &r, 1)
	if n := len(o.fresh[1]); n != 1 {
		t.Errorf("%d entries", n)
	}
}

// Big NLRI end a batch before its limit.
func TestBatchIsBoundedByOctets(t *testing.T) {
	o := outWithPeers(1, true)
	batch := &Batch{}
	drainAll(o, 0, batch)
	r := Route{Family: bgp.IPv4Unicast}
	for i := range 100 {
		r.NLRI = append([]byte{0, 0, 0, 0, 24, 1, 1, byte(i)}, make([]byte, 10_000)...)
		o.Announce(AllPeers(), &r, 1)
	}
	if more := o.Drain(0, batch, 8192); !more || batch.Len() > 30 {
		t.Errorf("%d routes", batch.Len())
	}
	if n := batch.Len() + drainAll(o, 0, batch); n != 100 {
		t.Errorf("%d routes", n)
	}
}

// Everything at once, for the race detector.
func TestConcurrency(t *testing.T) {
	o := outWithPeers(10, true)
	attrs := attrSetsOf(5)
	var wg, writers sync.WaitGroup
	stop := make(chan struct{})
	for id := range PeerID(10) {
		wg.Go(func() {
			b := &Batch{}
			for {
				drainAll(o, id, b)
				select {
				case <-stop:
					return
				default:
				}
				if id == 3 {
					o.Down(id)
					o.Up(id, Session{Families: []bgp.Family{bgp.IPv4Unicast}})
				}
				o.Walk(id, func(*Route, Owner) bool { return true })
			}
		})
	}
	synced := make(chan struct{}, 200)
	for owner := range Owner(2) {
		writers.Go(func() {
			var r Route
			for i := range 2000 {
				routeAt(&r, i%300, attrs)
				if i%3 == 0 {
					o.Withdraw(AllPeers(), &r)
				} else {
					o.Announce(AllPeers(), &r, owner+1)
				}
				if i%20 == 0 {
					o.Sync(AllPeers(), func() { synced <- struct{}{} })
					o.Commit(owner + 1)
					o.Wake()
				}
			}
		})
	}
	writers.Wait()
	for range 200 {
		<-synced
	}
	close(stop)
	wg.Wait()
}

// While a long table is cleared others come between: it is cleared before or after what
// they do, never in the middle of it.
func TestClearLetsOthersIn(t *testing.T) {
	const n = 6_000
	attrs := attrSetsOf(2)
	list := &Routes{}
	var r Route
	for i := range n {
		routeAt(&r, i, attrs)
		list.Append(r)
	}
	for turn := range 12 {
		o := outWithPeers(2, true)
		o.Replace(0, list)
		var wg sync.WaitGroup
		wg.Go(func() { o.Clear(AllPeers()) })
		wg.Go(func() { o.Clear(Peers(0)) })
		switch turn % 4 {
		case 0:
			wg.Go(func() { o.Replace(0, list) })
		case 1:
			wg.Go(func() { o.Up(0, Session{Families: []bgp.Family{bgp.IPv4Unicast}}) })
		case 2:
			wg.Go(func() { o.RemovePeer(0) })
		}
		wg.Go(func() {
			var own Route
			for i := range 1000 {
				routeAt(&own, n+i, attrs)
				o.Announce(Peers(1), &own, 1)
				o.Withdraw(Peers(1), &own)
			}
		})
		wg.Wait()
		count := 0
		o.Walk(0, func(*Route, Owner) bool { count++; return true })
		if count != 0 && (count != n || turn%4 > 0) {
			t.Fatalf("turn %d: %d routes are left", turn, count)
		}
		o.Walk(1, func(*Route, Owner) bool { count = -1; return false })
		if count < 0 {
			t.Errorf("turn %d: routes are left that were withdrawn", turn)
		}
	}
}

// While a long list is loaded others come between: what they do counts as done before
// or after it.
func TestReplaceLetsOthersIn(t *testing.T) {
	const n = 6_000
	attrs := attrSetsOf(2)
	list := &Routes{}
	var r Route
	for i := range n {
		routeAt(&r, i, attrs)
		r.Watchdog = ""
		if i == n/2 || i == 0 {
			r.Watchdog, r.Parked = "x", true
		}
		list.Append(r)
		r.Parked = false
	}
	for turn := range 4 {
		o := outWithPeers(2, true)
		o.Replace(0, list)
		var wg sync.WaitGroup
		wg.Go(func() { o.Replace(0, list) })
		wg.Go(func() { o.Replace(1, list) })
		wg.Go(func() {
			var own Route
			for i := range 2000 {
				routeAt(&own, n+i, attrs)
				o.Announce(Peers(0), &own, 1)
				routeAt(&own, i, attrs[1:])
				o.Announce(Peers(1), &own, 1)
			}
		})
		wg.Go(func() {
			b := &Batch{}
			for range 20 {
				drainAll(o, 0, b)
			}
		})
		if turn%2 > 0 {
			wg.Go(func() { o.Watchdog(Peers(0), "x", true) })
		} else {
			wg.Go(func() { o.Clear(Peers(0)) })
		}
		wg.Wait()
		o.Replace(0, list)
		if turn%2 > 0 && (o.peer(0).dogs["x"].state != dogUp) {
			t.Error("the watchdog is not up")
		}
		count := map[Owner]int{}
		o.Walk(0, func(_ *Route, owner Owner) bool { count[owner]++; return true })
		want := n - 2
		if turn%2 > 0 {
			want = n
		}
		if count[Configuration] != want {
			t.Errorf("turn %d: %d configured routes, want %d", turn, count[Configuration], want)
		}
		o.Walk(1, func(_ *Route, owner Owner) bool { count[owner+10]++; return true })
		if count[11] != 2000 || count[10] < n-2002 {
			t.Errorf("turn %d: %v", turn, count)
		}
		o.Replace(0, nil)
		o.Replace(1, nil)
		o.Clear(AllPeers())
		drainAll(o, 0, &Batch{})
		drainAll(o, 1, &Batch{})
		if !isEmpty(o) {
			t.Fatal("something is left in the table")
		}
	}
}
