package rib

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestScripts plays the conversations of testdata. A block is commands, a line
// "----", and what they print; blocks stand apart by an empty line.
//
//	peer NAME [families F,F…] [self ADDR] [no-adj-rib-out] [manual-eor]
//	up NAME [families F,F…] [enhanced] [restart] [limit N] [rate N]
//	down NAME                remove NAME
//	announce|withdraw PEERS ROUTE [owner N]             commit N       clear|flush PEERS
//	refresh NAME FAMILY      eor PEERS FAMILY           watchdog PEERS NAME up|down
//	configure NAME           the routes in the indented lines that follow
//	drain NAME [LIMIT]       written NAME               sync PEERS     wake
//	refuse NAME ROUTE        of what has been drained
//	show NAME                first PEERS                stats NAME
//
// PEERS is names with commas, or *. Drain goes on until nothing is left, unless it
// has a limit; what it drains counts as written when "written" says so.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) { play(t, f) })
	}
}

func play(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &script{out: NewOut(), ids: map[string]PeerID{}, drained: map[PeerID][]*Batch{}}
	var got strings.Builder
	for i, block := range strings.Split(strings.TrimRight(string(text), "\n"), "\n\n") {
		if i > 0 {
			got.WriteByte('\n')
		}
		commands, _, found := strings.Cut(block, "----")
		got.WriteString(commands)
		if !found { // a comment
			got.WriteByte('\n')
			continue
		}
		s.printed.Reset()
		lines := strings.Split(strings.TrimRight(commands, "\n"), "\n")
		for n := 0; n < len(lines); {
			end := n + 1
			for end < len(lines) && strings.HasPrefix(lines[end], " ") {
				end++
			}
			s.run(t, strings.Fields(lines[n]), lines[n+1:end])
			n = end
		}
		got.WriteString("----\n" + s.printed.String())
	}
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := strings.Split(string(text), "\n")
	for i, line := range strings.Split(got.String(), "\n") {
		if i >= len(want) || line != want[i] {
			t.Fatalf("%s:%d: got %q, all of it:\n%s", file, i+1, line, got.String())
		}
	}
}

type script struct {
	out     *Out
	ids     map[string]PeerID
	selves  map[string]bgp.Self
	drained map[PeerID][]*Batch
	printed strings.Builder
}

func (s *script) print(format string, args ...any) { fmt.Fprintf(&s.printed, format+"\n", args...) }

func (s *script) peers(w string) *PeerSet {
	if w == "*" {
		return AllPeers()
	}
	set := &PeerSet{}
	for n := range strings.SplitSeq(w, ",") {
		set.Add(s.ids[n])
	}
	return set
}

func (s *script) run(t *testing.T, w, more []string) {
	t.Helper()
	if len(w) == 0 || w[0] == "#" {
		return
	}
	o := s.out
	switch w[0] {
	case "peer":
		s.peer(w[1], w[2:])
	case "up":
		o.Up(s.ids[w[1]], s.session(w[1], w[2:]))
	case "down":
		o.Down(s.ids[w[1]])
		delete(s.drained, s.ids[w[1]])
	case "remove":
		o.RemovePeer(s.ids[w[1]])
	case "announce", "withdraw":
		owner := Owner(1)
		if n := len(w); w[n-2] == "owner" {
			v, _ := strconv.Atoi(w[n-1])
			owner, w = Owner(v), w[:n-2]
		}
		r, err := parseRoute(w[2:])
		if err != nil {
			t.Fatal(w, err)
		}
		if w[0] == "announce" {
			o.Announce(s.peers(w[1]), &r, owner)
		} else {
			o.Withdraw(s.peers(w[1]), &r)
		}
	case "commit":
		v, _ := strconv.Atoi(w[1])
		o.Commit(Owner(v))
	case "clear":
		o.Clear(s.peers(w[1]))
	case "flush":
		o.Flush(s.peers(w[1]))
	case "refresh":
		if !o.Refresh(s.ids[w[1]], testFamilies[w[2]]) {
			s.print("refused")
		}
	case "eor":
		s.print("%d established", o.EOR(s.peers(w[1]), testFamilies[w[2]]))
	case "watchdog":
		if !o.Watchdog(s.peers(w[1]), w[2], w[3] == "up") {
			s.print("no such watchdog")
		}
	case "configure":
		l := &Routes{}
		for _, line := range more {
			r, err := parseRoute(strings.Fields(line))
			if err != nil {
				t.Fatal(line, err)
			}
			l.Append(r)
		}
		o.Replace(s.ids[w[1]], l)
	case "drain":
		s.drain(s.ids[w[1]], w[2:])
	case "written":
		for _, b := range s.drained[s.ids[w[1]]] {
			o.Written(s.ids[w[1]], b)
		}
		delete(s.drained, s.ids[w[1]])
	case "refuse":
		s.refuse(t, s.ids[w[1]], w[2:])
	case "sync":
		o.Sync(s.peers(w[1]), func() { s.print("synced") })
	case "wake":
		o.Wake()
	case "show":
		o.Walk(s.ids[w[1]], func(r *Route, owner Owner) bool {
			s.print("%s owner %d", routeText(r), owner)
			return true
		})
	case "first":
		s.print("%t", o.FirstPending(s.peers(w[1])))
	case "stats":
		s.print("sent %d, table %d", sentTo(o, s.ids[w[1]]), o.table.live())
	default:
		t.Fatalf("unknown command %q", w)
	}
}

func (s *script) peer(name string, w []string) {
	c := PeerConfig{Families: []bgp.Family{bgp.IPv4Unicast}, AdjRIBOut: true, Wake: func() { s.print("wake %s", name) }}
	self := bgp.Self{Local: netip.MustParseAddr("127.0.0.1"), RouterID: netip.MustParseAddr("1.2.3.4")}
	for i, x := range w {
		switch x {
		case "families":
			c.Families = families(w[i+1])
		case "self":
			self.Local = netip.MustParseAddr(w[i+1])
		case "no-adj-rib-out":
			c.AdjRIBOut = false
		case "manual-eor":
			c.ManualEOR = true
		}
	}
	if s.selves == nil {
		s.selves = map[string]bgp.Self{}
	}
	s.ids[name], s.selves[name] = s.out.AddPeer(c), self
}

func families(w string) (fs []bgp.Family) {
	for f := range strings.SplitSeq(w, ",") {
		fs = append(fs, testFamilies[f])
	}
	return fs
}

func (s *script) session(name string, w []string) Session {
	p := s.out.peer(s.ids[name])
	x := Session{Families: p.Families, Self: s.selves[name]}
	for i, word := range w {
		switch word {
		case "families":
			x.Families = families(w[i+1])
		case "enhanced":
			x.Enhanced = true
		case "restart":
			x.Restart = true
		case "rate":
			x.Rate, _ = strconv.Atoi(w[i+1])
		case "limit":
			n, _ := strconv.Atoi(w[i+1])
			x.PathsLimit = limitAll(x.Families, uint16(n))
		}
	}
	return x
}

// limitAll is one limit for all families.
func limitAll(fs []bgp.Family, n uint16) map[bgp.Family]uint16 {
	m := map[bgp.Family]uint16{}
	for _, f := range fs {
		m[f] = n
	}
	return m
}

func (s *script) drain(id PeerID, w []string) {
	limit, more := 8192, true
	if len(w) > 0 {
		limit, _ = strconv.Atoi(w[0])
	}
	for more {
		b := &Batch{}
		if more = s.out.Drain(id, b, limit); !b.Empty() {
			s.drained[id] = append(s.drained[id], b)
			s.batch(b)
		}
		if len(w) > 0 {
			if more {
				s.print("more")
			}
			return
		}
	}
}

// refuse says that a route in the last batch could not be written.
func (s *script) refuse(t *testing.T, id PeerID, w []string) {
	t.Helper()
	want, err := parseRoute(w)
	if err != nil {
		t.Fatal(w, err)
	}
	b := s.drained[id][len(s.drained[id])-1]
	for i := range b.Runs {
		r := &b.Runs[i]
		for j := range r.N {
			x := Route{Family: r.Family, NLRI: b.NLRI(r, j), Attrs: r.Attrs, NextHop: r.NextHop}
			if routeText(&x) == routeText(&want) && s.out.Refused(id, b, r, j) {
				s.print("withdraw")
			}
		}
	}
}

func (s *script) batch(b *Batch) {
	for i := range b.Runs {
		r := &b.Runs[i]
		if r.N == 0 {
			s.print("%s %s", r.Kind, familyWord(r.Family))
		}
		for j := range r.N {
			x := Route{Family: r.Family, NLRI: b.NLRI(r, j), Attrs: r.Attrs, NextHop: r.NextHop}
			s.print("%s %s", r.Kind, routeText(&x))
		}
	}
}
