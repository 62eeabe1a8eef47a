package rib

import (
	"encoding/binary"
	"runtime"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
)

// routeAt makes the i-th of many IPv4 routes, in place.
func routeAt(r *Route, i int, attrs []bgp.Attrs) {
	if r.NLRI == nil {
		r.NLRI = make([]byte, 8)
		r.Family = bgp.IPv4Unicast
	}
	r.NLRI[4] = 24
	r.NLRI[5], r.NLRI[6], r.NLRI[7] = byte(i>>16), byte(i>>8), byte(i)
	r.Attrs = attrs[i%len(attrs)]
}

func attrSetsOf(n int) []bgp.Attrs {
	var out []bgp.Attrs
	for i := range n {
		out = append(out, bgp.MakeAttrs(binary.BigEndian.AppendUint32([]byte{0x80, 4, 4}, uint32(i))))
	}
	return out
}

func outWithPeers(n int, up bool) *Out {
	o := NewOut()
	for range n {
		id := o.AddPeer(PeerConfig{Families: []bgp.Family{bgp.IPv4Unicast}, AdjRIBOut: true, Wake: func() {}})
		if up {
			o.Up(id, Session{Families: []bgp.Family{bgp.IPv4Unicast}})
		}
	}
	return o
}

func fill(o *Out, n int, attrs []bgp.Attrs) {
	var r Route
	all := AllPeers()
	for i := range n {
		routeAt(&r, i, attrs)
		o.Announce(all, &r, 1)
		if i&1023 == 1023 {
			o.Commit(1)
		}
	}
	o.Commit(1)
}

func drainAll(o *Out, id PeerID, b *Batch) (n int) {
	for more := true; more; {
		more = o.Drain(id, b, 8192)
		n += b.Len()
		if !b.Empty() {
			o.Written(id, b)
		}
	}
	return n
}

// BenchmarkMillion announces a million routes of 1000 sets of attributes to a peer,
// then drains them.
func BenchmarkMillion(b *testing.B) {
	const n = 1_000_000
	attrs := attrSetsOf(1000)
	for b.Loop() {
		before := heap()
		o := outWithPeers(1, true)
		fill(o, n, attrs)
		inserted := b.Elapsed()
		if got := drainAll(o, 0, &Batch{}); got != n {
			b.Fatal(got)
		}
		drained := b.Elapsed()
		b.ReportMetric(float64(heap()-before)/n, "B/route")
		start := time.Now()
		runtime.GC()
		b.ReportMetric(float64(time.Since(start).Microseconds()), "us/GC")
		b.ReportMetric(float64(drained-inserted)/n, "ns/drain")
		runtime.KeepAlive(o)
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/n, "ns/all")
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkAnnounceNew(b *testing.B) {
	attrs := attrSetsOf(1)
	var r Route
	i, all := 0, AllPeers()
	o := outWithPeers(1, true)
	for b.Loop() {
		if i == 1<<20 {
			o, i = outWithPeers(1, true), 0
		}
		routeAt(&r, i*7919&(1<<20-1), attrs)
		o.Announce(all, &r, 1)
		i++
	}
}

func BenchmarkAnnounceKnown(b *testing.B) {
	const n = 1 << 20
	attrs := attrSetsOf(1)
	o := outWithPeers(1, true)
	fill(o, n, attrs)
	drainAll(o, 0, &Batch{})
	var r Route
	i, all := 0, AllPeers()
	for b.Loop() {
		routeAt(&r, i*7919&(n-1), attrs)
		o.Announce(all, &r, 1)
		i++
	}
}

func BenchmarkUpMillion(b *testing.B) {
	const n = 1_000_000
	o := outWithPeers(1, false)
	fill(o, n, attrSetsOf(100_000))
	batch := &Batch{}
	for b.Loop() {
		o.Up(0, Session{Families: []bgp.Family{bgp.IPv4Unicast}})
		drainAll(o, 0, batch)
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/n, "ns/route")
}

// BenchmarkFanOut marks 10,000 routes for many peers, then drains them all.
func BenchmarkFanOut(b *testing.B) {
	for _, peers := range []int{100, 500} {
		b.Run(map[int]string{100: "100", 500: "500"}[peers], func(b *testing.B) {
			const n = 10_000
			attrs := attrSetsOf(10)
			var marking time.Duration
			for b.Loop() {
				b.StopTimer()
				before := heap()
				o := outWithPeers(peers, true)
				batch := &Batch{}
				for i := range peers {
					drainAll(o, PeerID(i), batch)
				}
				b.StartTimer()
				start := time.Now()
				fill(o, n, attrs)
				marking += time.Since(start)
				for i := range peers {
					if got := drainAll(o, PeerID(i), batch); got != n {
						b.Fatal(got)
					}
				}
				b.StopTimer()
				b.ReportMetric(float64(heap()-before)/n, "B/route")
				runtime.KeepAlive(o)
				b.StartTimer()
			}
			b.ReportMetric(float64(marking)/float64(b.N)/n, "ns/mark")
			b.ReportMetric(float64(b.Elapsed()-marking)/float64(b.N)/n/float64(peers), "ns/drain")
		})
	}
}

// BenchmarkChange changes 1000 routes of 100 peers; what drains them is not measured.
func BenchmarkChange(b *testing.B) {
	const peers, n = 100, 1000
	o := outWithPeers(peers, true)
	attrs, batch := attrSetsOf(2), &Batch{}
	for i := 0; b.Loop(); i++ {
		fill(o, n, attrs[i&1:i&1+1])
		b.StopTimer()
		for id := range PeerID(peers) {
			drainAll(o, id, batch)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/n, "ns/route")
}

func BenchmarkReplaceMillion(b *testing.B) {
	l := &Routes{}
	var r Route
	attrs := attrSetsOf(10)
	for i := range 1_000_000 {
		routeAt(&r, i, attrs)
		l.Append(r)
	}
	for b.Loop() {
		o := outWithPeers(1, false)
		o.Replace(0, l)
		o.Replace(0, l)
	}
}

// BenchmarkReplaceWait measures how long an announce for another peer waits at most while
// a million routes are loaded, and then replaced by others.
func BenchmarkReplaceWait(b *testing.B) {
	lists := [2]*Routes{{}, {}}
	var r Route
	attrs := attrSetsOf(10)
	for i := range 1_000_000 {
		routeAt(&r, i, attrs)
		lists[0].Append(r)
		r.Attrs = attrs[(i+1)%10]
		lists[1].Append(r)
	}
	var longest time.Duration
	for b.Loop() {
		o := outWithPeers(2, false)
		done := make(chan struct{})
		go func() {
			defer close(done)
			o.Replace(0, lists[0])
			o.Replace(0, lists[1])
		}()
		var other Route
		to := Peers(1)
		for ended := false; !ended; {
			select {
			case <-done:
				ended = true
			default:
			}
			routeAt(&other, 1<<22, attrs)
			start := time.Now()
			o.Announce(to, &other, 1)
			longest = max(longest, time.Since(start))
			time.Sleep(100 * time.Microsecond)
		}
	}
	b.ReportMetric(float64(longest)/float64(time.Millisecond), "ms/longest")
}

// BenchmarkHold measures how long the operations that walk over everything have the lock,
// at a million routes.
func BenchmarkHold(b *testing.B) {
	l := &Routes{}
	var r Route
	attrs := attrSetsOf(10)
	for i := range 1_000_000 {
		routeAt(&r, i, attrs)
		l.Append(r)
	}
	took := map[string]time.Duration{}
	least := func(name string, f func()) {
		start := time.Now()
		f()
		d := time.Since(start)
		if was, ok := took[name]; !ok || d < was {
			took[name] = d
		}
	}
	for b.Loop() {
		o := outWithPeers(1, false)
		o.Replace(0, l)
		least("clear-down", func() { o.Clear(AllPeers()) }) // and compacts
		o.Replace(0, l)
		least("up", func() { o.Up(0, Session{Families: []bgp.Family{bgp.IPv4Unicast}}) })
		drainAll(o, 0, &Batch{})
		least("clear-up", func() { o.Clear(AllPeers()) })
		least("down", func() { o.Down(0) })
		o.Replace(0, l)
		least("grow", func() { o.table.rehash(2 * len(o.table.slots)) })
		least("remove-peer", func() { o.RemovePeer(0) })
	}
	for name, d := range took {
		b.ReportMetric(float64(d)/float64(time.Millisecond), "ms/"+name)
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	attrs := attrSetsOf(2)
	o := outWithPeers(9, true)
	fill(o, 5000, attrs)
	batch := &Batch{}
	for i := range 9 {
		drainAll(o, PeerID(i), batch)
	}
	var r Route
	all := AllPeers()
	if n := testing.AllocsPerRun(100, func() {
		for i := range 50 {
			routeAt(&r, i, attrs)
			o.Announce(all, &r, 1)
		}
		o.Commit(1)
	}); n != 0 {
		t.Errorf("announce of what is known: %v allocations", n)
	}
	turn := 0
	if n := testing.AllocsPerRun(100, func() {
		turn++
		for i := range 50 {
			routeAt(&r, i, attrs[turn&1:])
			r.Attrs = attrs[turn&1]
			o.Announce(all, &r, 1)
		}
		o.Commit(1)
		for i := range 9 {
			drainAll(o, PeerID(i), batch)
		}
	}); n > 1 { // a chunk now and then, until compaction
		t.Errorf("change and drain: %v allocations", n)
	}
}
