package rib

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

// received makes an UPDATE of routes in one family: "[-]ROUTE", of parseRoute.
func received(t *testing.T, lines ...string) *bgp.Update {
	t.Helper()
	u := &bgp.Update{}
	for _, l := range lines {
		l, withdrawn := strings.CutPrefix(l, "-")
		r, err := parseRoute(strings.Fields(l))
		if err != nil {
			t.Fatal(l, err)
		}
		s := bgp.Section{Family: r.Family, NLRI: r.NLRI[4:]}
		if binary.BigEndian.Uint32(r.NLRI) != 0 {
			s.NLRI, s.PathID = r.NLRI, true
		}
		if withdrawn {
			u.Unreach = append(u.Unreach, s)
			continue
		}
		s.NextHop = r.NextHop.Addr().AsSlice()
		u.Reach = append(u.Reach, s)
		u.Attrs = slices.Collect(bgp.AttrBlock(r.Attrs.Octets()).All())
		u.Attrs = append(u.Attrs, bgp.AttrView{Code: bgp.AttrNextHop, Flags: bgp.FlagTransitive, Value: []byte{9, 9, 9, 9}})
	}
	return u
}

func walked(in *In) (lines []string) {
	in.Walk(func(r *Route) bool {
		lines = append(lines, routeText(r))
		return true
	})
	return lines
}

func TestAdjRIBIn(t *testing.T) {
	var in In
	steps := []struct {
		what   string
		update []string
		want   string
	}{
		{"nothing", []string{"-10.0.0.0/24"}, ""},
		{"new", []string{"10.0.0.0/24 nh 1.1.1.1 med 1", "10.0.1.0/24 nh 1.1.1.1 med 1"}, "10.0.0.0/24 nh 1.1.1.1 med 1|10.0.1.0/24 nh 1.1.1.1 med 1"},
		{"replaced in its place", []string{"10.0.0.0/24 nh 2.2.2.2"}, "10.0.0.0/24 nh 2.2.2.2|10.0.1.0/24 nh 1.1.1.1 med 1"},
		{"path identifiers", []string{"10.0.0.0/24 id 5 nh 2.2.2.2"}, "10.0.0.0/24 nh 2.2.2.2|10.0.1.0/24 nh 1.1.1.1 med 1|10.0.0.0/24 id 5 nh 2.2.2.2"},
		{"withdrawn", []string{"-10.0.1.0/24", "-10.0.0.0/24 id 5", "-10.0.9.0/24"}, "10.0.0.0/24 nh 2.2.2.2"},
		{"withdrawn and announced", []string{"10.0.0.0/24 nh 3.3.3.3", "-10.0.0.0/24"}, "10.0.0.0/24 nh 3.3.3.3"},
		{"by family", []string{"label 10.0.0.0/24 label 7 nh 1.1.1.1"}, "10.0.0.0/24 nh 3.3.3.3|label 10.0.0.0/24 label 7 nh 1.1.1.1"},
		{"another label", []string{"label 10.0.0.0/24 label 8 nh 1.1.1.1"}, "10.0.0.0/24 nh 3.3.3.3|label 10.0.0.0/24 label 8 nh 1.1.1.1"},
		{"withdrawn by any label", []string{"-label 10.0.0.0/24 label 9"}, "10.0.0.0/24 nh 3.3.3.3"},
	}
	for _, s := range steps {
		in.Update(received(t, s.update...))
		if got := strings.Join(walked(&in), "|"); got != s.want {
			t.Errorf("%s: got %s, want %s", s.what, got, s.want)
		}
	}
	in.Update(received(t, "flow 10.0.0.0/24 nh 1.1.1.1", "10.2.0.0/24 nh 1.1.1.1"))
	if n := in.table.live(); n != 3 {
		t.Errorf("%d routes", n)
	}
	if n := len(in.table.sets.index); n != 2 {
		t.Errorf("%d sets of attributes", n)
	}
	in.Clear()
	if in.table != nil || walked(&in) != nil {
		t.Error("not empty")
	}
}

func TestAdjRIBInLinkLocalNextHop(t *testing.T) {
	u := received(t, "unicast6 2001:db8::/32 nh 2001:db8::1")
	u.Reach[0].NextHop = append(u.Reach[0].NextHop, make([]byte, 16)...)
	var in In
	in.Update(u)
	if got := fmt.Sprint(walked(&in)); got != "[unicast6 2001:db8::/32 nh 2001:db8::1]" {
		t.Error(got)
	}
}

// A walk goes on in its place when the table is compacted or emptied meanwhile.
func TestWalkWhileRoutesGo(t *testing.T) {
	var in In
	for i := range 3000 {
		in.Update(received(t, fmt.Sprintf("10.%d.%d.0/24 nh 1.1.1.1", i>>8, i&255)))
	}
	in.table.holes = 100
	var seen []string
	in.Walk(func(r *Route) bool {
		seen = append(seen, routeText(r))
		if len(seen) == 1500 {
			for i := range 1400 {
				in.Update(received(t, fmt.Sprintf("-10.%d.%d.0/24", i>>8, i&255)))
			}
		}
		return true
	})
	if len(seen) != 3000 {
		t.Errorf("saw %d routes", len(seen))
	}
	slices.Sort(seen)
	if n := len(slices.Compact(seen)); n != 3000 {
		t.Errorf("saw %d different routes", n)
	}
	n := 0
	in.Walk(func(*Route) bool {
		if n++; n == 10 {
			in.Clear()
			in.Update(received(t, "11.0.0.0/8 nh 1.1.1.1"))
		}
		return true
	})
	if n > walkRoutes {
		t.Errorf("saw %d routes after the table was emptied", n)
	}
}

// A route that comes and goes takes one slot of the index, and many do not make it grow.
func TestTableSlots(t *testing.T) {
	tab := makeTable()
	fam, _ := tab.family(bgp.IPv4Unicast)
	for i := range 4000 {
		k := tab.ident(fam, []byte{0, 0, 0, 0, 24, 10, 0, 0})
		id, _ := tab.insert(&k, none, 0, 0)
		k = tab.ident(fam, []byte{0, 0, 0, 0, 24, 11, byte(i >> 8), byte(i)})
		other, _ := tab.insert(&k, none, 0, 0)
		if tab.find(&k) != other {
			t.Fatal("not found")
		}
		tab.remove(id)
		tab.remove(other)
		if tab.find(&k) != none {
			t.Fatal("a removed entry is found")
		}
	}
	if len(tab.slots) != 16 || tab.used-tab.left != 0 {
		t.Errorf("%d slots, %d used, %d left", len(tab.slots), tab.used, tab.left)
	}
}

// TestTable inserts, changes and removes at random, and compares with a map.
func TestTable(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	tab := makeTable()
	tab.holes = 10
	fam, _ := tab.family(bgp.IPv4Unicast)
	known := map[string]uint32{}
	for range 50_000 {
		n := []byte{0, 0, 0, 0, 24, 10, byte(rnd.IntN(3)), byte(rnd.Uint32())}
		k := tab.ident(fam, n)
		id := tab.find(&k)
		if _, ok := known[string(n)]; ok != (id != none) {
			t.Fatalf("%x: found %t", n, !ok)
		}
		med := rnd.Uint32N(20)
		set := attrSetKey{attrs: attrSetsOf(20)[med]}
		switch {
		case rnd.IntN(2) == 0 && id != none:
			tab.remove(id)
			delete(known, string(n))
		default:
			s := tab.sets.id(set)
			tab.replace(&k, s)
			known[string(n)] = med
		}
		if tab.sparse() {
			tab.compact()
		}
	}
	if tab.live() != len(known) || int(tab.used-tab.left) != len(known) {
		t.Errorf("%d live, %d slots, %d known", tab.live(), tab.used-tab.left, len(known))
	}
	for n, med := range known {
		k := tab.ident(fam, []byte(n))
		if id := tab.find(&k); id == none || tab.sets.at(tab.at(id).set).attrs != attrSetsOf(20)[med] {
			t.Fatalf("%x: wrong attributes", n)
		}
	}
}

func TestEntrySize(t *testing.T) {
	if n := reflect.TypeFor[entry]().Size(); n != entrySize {
		t.Errorf("%d octets", n)
	}
}

func TestLimits(t *testing.T) {
	o := outWithPeers(1, true)
	r := Route{Family: bgp.IPv4Unicast, NLRI: make([]byte, maxNLRI+1)}
	if n := o.Announce(AllPeers(), &r, 1); n != 0 {
		t.Errorf("took an NLRI of %d octets", len(r.NLRI))
	}
	r.NLRI = make([]byte, maxNLRI)
	if n := o.Announce(AllPeers(), &r, 1); n != 1 {
		t.Error("did not take an NLRI of the greatest length")
	}
	r.NLRI = nil
	o.Announce(AllPeers(), &r, 1)
	drainAll(o, 0, &Batch{})
	tab := makeTable()
	for i := range 300 {
		if _, ok := tab.family(bgp.Family{AFI: bgp.AFI(i)}); ok != (i < 256) {
			t.Errorf("family %d: %t", i, ok)
		}
	}
}

// BenchmarkAdjRIBIn takes a million routes in UPDATEs of ten.
func BenchmarkAdjRIBIn(b *testing.B) {
	const n = 1_000_000
	for b.Loop() {
		before := heap()
		var in In
		u := bgp.Update{Attrs: []bgp.AttrView{{Code: 2, Flags: 0x40, Value: make([]byte, 20)}, {Code: 4, Flags: 0x80, Value: make([]byte, 4)}}}
		nlri := make([]byte, 0, 40)
		u.Reach = []bgp.Section{{Family: bgp.IPv4Unicast, NextHop: []byte{1, 1, 1, 1}}}
		for i := 0; i < n; {
			nlri = nlri[:0]
			binary.BigEndian.PutUint32(u.Attrs[1].Value, uint32(i/10))
			for range 10 {
				nlri = append(nlri, 24, byte(i>>16), byte(i>>8), byte(i))
				i++
			}
			u.Reach[0].NLRI = nlri
			in.Update(&u)
		}
		if in.table.live() != n {
			b.Fatal(in.table.live())
		}
		b.ReportMetric(float64(heap()-before)/n, "B/route")
		runtime.KeepAlive(&in)
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/n, "ns/route")
}
