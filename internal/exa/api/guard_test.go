package api

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/rib"
)

// quietClient executes commands with nobody to answer.
func quietClient(d bgp.Dialect) *Client {
	fake := newFake()
	fake.quiet = true
	o := helper.NewOutbuf(helper.Limits{}, helper.Defaults(), nil)
	h := NewHub(fake, Settings{Dialect: d, Ack: true, UUID: "8d1f4c1e"}, slog.New(slog.DiscardHandler), func(string) *helper.Outbuf { return o })
	h.SetProcesses([]config.Process{{Name: "p1", JSON: true}, {Name: "p2"}})
	return h.Attach("p1", o).(*Client)
}

// hotLines are commands that a helper writes by the million.
func hotLines() [][]byte {
	return [][]byte{
		[]byte("announce route 10.1.2.0/24 next-hop 192.0.2.1 med 100"),
		[]byte("neighbor 127.0.0.2 announce route 10.1.2.0/24 next-hop self community [ 65000:1 65000:2 ]"),
		[]byte("peer [127.0.0.2, 127.0.0.3] announce ipv4 unicast 10.1.2.0/24 next-hop 192.0.2.1"),
		[]byte("announce attributes next-hop 192.0.2.1 med 5 nlri 10.0.0.0/24 10.0.1.0/24"),
		[]byte("withdraw route 10.1.2.0/24"),
		[]byte("announce route 10.1.2.0/24 next-hop 192.0.2.1 med 100 async"),
	}
}

func TestCommandAllocs(t *testing.T) {
	for _, line := range hotLines() {
		c := quietClient(bgp.Dialect5)
		run := func() {
			c.Exec(line)
			c.Commit()
		}
		run()
		if got := testing.AllocsPerRun(100, run); got > 0 {
			t.Errorf("%s: %v allocations", line, got)
		}
	}
}

func testUpdate(tb testing.TB) (*event.Message, *bgp.Negotiated) {
	tb.Helper()
	body, err := hex.DecodeString("0000001540010100400200400304010101014005040000006418" + "0a0000180a0001")
	if err != nil {
		tb.Fatal(err)
	}
	raw := append(append(bytes.Repeat([]byte{0xff}, 16), 0, byte(19+len(body)), 2), body...)
	n := testNegotiated()
	u := &bgp.Update{}
	if err := bgp.ParseUpdate(u, raw[bgp.HeaderLen:], n); err != nil {
		tb.Fatal(err)
	}
	return &event.Message{Type: bgp.TypeUpdate, Raw: raw, Update: u}, n
}

// fanHub has one neighbor and three helpers that hear its UPDATEs, nobody reads.
func fanHub() (*Hub, *event.Peer, []*helper.Outbuf) {
	outs := map[string]*helper.Outbuf{}
	var list []*helper.Outbuf
	h := NewHub(newFake(), Settings{Host: "lab", PID: 100, PPID: 1}, slog.New(slog.DiscardHandler), func(name string) *helper.Outbuf {
		if outs[name] == nil {
			outs[name] = helper.NewOutbuf(helper.Limits{Policy: helper.Drop}, helper.Defaults(), nil)
			list = append(list, outs[name])
		}
		return outs[name]
	})
	h.SetProcesses([]config.Process{{Name: "j1", JSON: true}, {Name: "j2", JSON: true}, {Name: "t1"}})
	p := testPeer(h, config.API{
		Processes: []string{"j1", "j2", "t1"},
		Receive:   config.Messages{Parsed: true, Packets: true, Update: true},
	})
	return h, p, list
}

func TestFanOutAllocs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, bgp.Dialect5)
		p := testPeer(s.Hub, config.API{
			Processes: []string{"j1", "j2", "t1"},
			Receive:   config.Messages{Parsed: true, Packets: true, Update: true},
		})
		m, n := testUpdate(t)
		run := func() {
			s.Packet(p, event.Receive, m, n, nil)
			s.Message(p, event.Receive, m, n, nil)
		}
		run()
		if got := testing.AllocsPerRun(100, run); got > 0 {
			t.Errorf("%v allocations", got)
		}
	})
}

func BenchmarkAnnounce(b *testing.B) {
	c := quietClient(bgp.Dialect5)
	line := hotLines()[0]
	b.ReportAllocs()
	for b.Loop() {
		c.Exec(line)
		c.Commit()
	}
}

// ribDaemon has a real table below.
type ribDaemon struct {
	*fakeDaemon
	table *rib.Out
}

func (d *ribDaemon) Announce(c *Caller, to *rib.PeerSet, r rib.Route) error {
	d.table.Announce(to, &r, c.Owner)
	return nil
}

// BenchmarkAnnounceRIB is the way of a line into the Adj-RIB-Out of two peers, over a
// thousand prefixes.
func BenchmarkAnnounceRIB(b *testing.B) {
	c := quietClient(bgp.Dialect5)
	d := &ribDaemon{c.hub.daemon.(*fakeDaemon), rib.NewOut()}
	c.hub.daemon = d
	d.peers = &Peers{All: &rib.PeerSet{}}
	for range 2 {
		id := d.table.AddPeer(rib.PeerConfig{Families: []bgp.Family{bgp.IPv4Unicast}, Wake: func() {}, AdjRIBOut: true})
		d.peers.List = append(d.peers.List, &Peer{ID: id})
		d.peers.All.Add(id)
	}
	line := []byte("announce route 10.0.0.0/32 next-hop 192.0.2.1 med 100")
	octet := len("announce route 10.0.0.")
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n++
		line[octet-2], line[octet] = '0'+byte(n/10%10), '0'+byte(n%10)
		line[octet-4] = '0' + byte(n/100%10)
		c.Exec(line)
	}
}

func BenchmarkAnnounceSelected(b *testing.B) {
	c := quietClient(bgp.Dialect5)
	line := hotLines()[1]
	b.ReportAllocs()
	for b.Loop() {
		c.Exec(line)
		c.Commit()
	}
}

func BenchmarkFanOut(b *testing.B) {
	h, p, _ := fanHub()
	m, n := testUpdate(b)
	b.ReportAllocs()
	for b.Loop() {
		h.Message(p, event.Receive, m, n, nil)
	}
}

// TestGroupLimit: a group that grows too large is discarded, once, and what follows is
// executed at once.
func TestGroupLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, bgp.Dialect6)
		b.do("group start")
		line := []byte("announce route 10.0.0.0/24 next-hop 1.1.1.1")
		for range maxGroupCommands {
			b.Exec(line)
		}
		b.Commit()
		b.read()
		const want = `{"error": "group buffer limit reached, group discarded"}` + "\nerror\n"
		if got := b.do(string(line)); got != want {
			t.Errorf("answered %q", got)
		}
		if b.group != nil {
			t.Error("the group is still there")
		}
		b.d.take()
		b.do("peer * " + string(line))
		if got := b.d.take(); !strings.Contains(got, "announce 23") {
			t.Errorf("after it: %q", got)
		}
	})
}

// FuzzExec: no line does harm, and every one is answered.
func FuzzExec(f *testing.F) {
	for _, l := range hotLines() {
		f.Add(string(l), uint8(0))
	}
	for i := range commandTable {
		r := &commandTable[i]
		for _, words := range []string{r.v4, r.v6, "peer * " + r.after, "neighbor 127.0.0.2 " + r.after} {
			f.Add(fmt.Sprint(words, " ", r.args), uint8(i))
			f.Add(words, uint8(i))
		}
	}
	f.Add("peer * group announce route 10.0.0.0/24 next-hop 1.1.1.1 ; { ; \" ; withdraw", uint8(3))
	f.Add("announce route 10.0.0.0/24 next-hop 1.1.1.1 sync \xff", uint8(2))
	f.Add("@7 routes list", uint8(1))
	f.Add("@\xff @ version", uint8(1))
	f.Fuzz(func(t *testing.T, line string, d uint8) {
		c := quietClient(bgp.Dialect(d % 4))
		c.ack = true
		c.Exec([]byte(line))
		if c.ack && !c.silent && c.answers.Size() == 0 && !c.waits && !bytes.HasPrefix(bytes.TrimLeft([]byte(line), " \t\r\v\f"), []byte("debug ")) {
			t.Errorf("%q is not answered", line)
		}
		c.Commit()
	})
}
