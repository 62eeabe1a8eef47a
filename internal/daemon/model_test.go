package daemon

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest/poison"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/speaker"
)

var (
	seed      = flag.Uint64("seed", 0, "seed of the first sequence of the model test")
	sequences = flag.Int("sequences", 150, "number of sequences")
)

// TestModel plays random sequences of commands of two helpers that come and go, of what
// routers do, and of reloads, and compares what the routers end up with, by the messages
// that they got, with what plain maps say. Each command is answered, once.
func TestModel(t *testing.T) {
	for i := range uint64(*sequences) {
		s := *seed + i
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, rand.New(rand.NewPCG(s, 1)))
			w.begin()
			err := w.play(60)
			w.close()
			if err != nil {
				t.Errorf("seed %d:\n%s%v", s, w.log.String(), err)
			}
		})
		if t.Failed() {
			return
		}
	}
}

// world is a daemon, its helpers and the routers that it speaks with.
type world struct {
	t       *testing.T
	rnd     *rand.Rand
	d       *Daemon
	end     chan error
	cancel  func()
	text    string // the configuration
	routers []*router
	helpers []*script
	log     strings.Builder
	daemon  record // log of the daemon
}

// script is a helper program.
type script struct {
	name    string
	serves  []*router
	lines   *io.PipeWriter
	told    int           // commands of this life
	deaf    chan struct{} // not nil: it does not read until that is closed
	mu      sync.Mutex
	answers bytes.Buffer
	heard   time.Time // the last of them
	ended   chan struct{}
}

// end is the daemon's end of the pipes of a helper.
type end struct {
	*io.PipeReader
	s *script
}

func (e end) Write(b []byte) (int, error) {
	if e.s.deaf != nil {
		<-e.s.deaf
	}
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	e.s.heard = time.Now()
	return e.s.answers.Write(b)
}

// newWorld makes one that begin sets going.
func newWorld(t *testing.T, rnd *rand.Rand) *world {
	t.Helper()
	w := &world{t: t, rnd: rnd, end: make(chan error, 1)}
	flow := bgp.Family{AFI: bgp.AFIIPv4, SAFI: bgp.SAFIFlow}
	for i, r := range []*router{
		{families: []bgp.Family{bgp.IPv4Unicast, bgp.IPv6Unicast, flow}, restarts: true},
		{families: []bgp.Family{bgp.IPv4Unicast, flow}},
		{families: []bgp.Family{bgp.IPv4Unicast, bgp.IPv6Unicast}, limit: 2},
	} {
		r.addr = netip.AddrFrom4([4]byte{192, 0, 2, byte(i + 1)})
		r.name, r.hold, r.listed, r.present = r.addr.String(), 90, true, true
		r.want, r.have, r.dogs = map[string]wanted{}, map[string]held{}, map[string]bool{}
		w.routers = append(w.routers, r)
		r.conf = w.routes(r)
		r.reload()
	}
	w.configure()
	w.helpers = []*script{{name: "a", serves: w.routers[:2]}, {name: "b", serves: w.routers[1:]}}
	return w
}

func (w *world) begin() {
	w.t.Helper()
	d, err := New(&Config{
		Loader: &Loader{}, Sources: []Source{{Path: "model.conf", Text: &w.text}},
		Logger: slog.New(slog.NewTextHandler(&w.daemon, nil)), Ack: true,
	})
	if err != nil {
		w.t.Fatalf("%v\n%s", err, w.text)
	}
	w.d = d
	d.speaker = speaker.New(speaker.Config{
		Out: d.out, Observer: poison.Observer{Observer: d.hub}, Logger: d.log, AttachAPI: d.hub.Neighbor, Dial: w.dial,
	})
	for _, p := range d.current.Processes {
		d.running[p.Name] = p // they run here
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	w.cancel = cancel
	go func() { w.end <- d.Run(ctx) }()
	for _, s := range w.helpers {
		w.start(s)
	}
}

// start has the daemon read a helper.
func (w *world) start(s *script) {
	in, lines := io.Pipe()
	s.lines, s.ended, s.told = lines, make(chan struct{}), 0
	s.mu.Lock()
	s.answers.Reset()
	s.mu.Unlock()
	o := w.d.helpers.Outbuf(s.name)
	go func() {
		defer close(s.ended)
		_ = helper.Serve(end{in, s}, o, func(o *helper.Outbuf) helper.Lines { return w.d.hub.Attach(s.name, o) }, helper.Defaults())
	}()
}

func (w *world) close() {
	w.cancel()
	if err := <-w.end; err != nil {
		w.t.Error(err)
	}
	for _, s := range w.helpers {
		s.lines.Close()
		<-s.ended
	}
}

func (w *world) say(format string, args ...any) { fmt.Fprintf(&w.log, format+"\n", args...) }

// Routes are few, so that they meet.

func (w *world) entry(f bgp.Family) entry {
	n, med := 1+w.rnd.IntN(3), w.rnd.IntN(3)
	e := entry{family: f}
	switch {
	case f.SAFI == bgp.SAFIFlow:
		then, community := "discard", "8006000000000000"
		if med > 0 {
			then, community = "rate-limit 9600", "8006000046160000"
		}
		e.words = fmt.Sprintf("flow route { match { destination 10.0.%d.0/24; } then { %s; } }", n, then)
		e.key, e.value = fmt.Sprintf("flow 10.0.%d.0/24", n), community
	case f.AFI == bgp.AFIIPv6:
		e.words = fmt.Sprintf("route 2001:db8:%d::/48 next-hop 2001:db8::1 med %d", n, med)
		e.key, e.value = fmt.Sprintf("v6 2001:db8:%d::/48", n), fmt.Sprintf("med %d 2001:db8::1", med)
	default:
		id, hop := w.rnd.IntN(4), 1+w.rnd.IntN(2)
		e.words = fmt.Sprintf("route 10.0.%d.0/24 next-hop 192.0.2.%d med %d path-information 0.0.0.%d", n, hop, med, id)
		e.key, e.value = fmt.Sprintf("v4 10.0.%d.0/24 id %d", n, id), fmt.Sprintf("med %d 192.0.2.%d", med, hop)
	}
	return e
}

func (w *world) anyEntry() entry {
	return w.entry(w.routers[0].families[w.rnd.IntN(3)])
}

// routes are those of a neighbor's section.
func (w *world) routes(r *router) (list []configured) {
	for range w.rnd.IntN(5) {
		c := configured{entry: w.entry(r.families[w.rnd.IntN(len(r.families))])}
		if c.family.SAFI != bgp.SAFIFlow && w.rnd.IntN(3) == 0 {
			c.dog, c.parked = []string{"x", "y"}[w.rnd.IntN(2)], w.rnd.IntN(2) == 0
		}
		list = append(list, c)
	}
	// A configuration lists its flow routes apart: they are last here too.
	slices.SortStableFunc(list, func(a, b configured) int { return int(a.family.SAFI) - int(b.family.SAFI) })
	return list
}

// configure writes the configuration.
func (w *world) configure() {
	var b strings.Builder
	b.WriteString("process a { run /bin/cat; encoder text; }\nprocess b { run /bin/cat; encoder text; }\n")
	for i, r := range w.routers {
		if !r.listed {
			continue
		}
		fmt.Fprintf(&b, "neighbor %s {\n router-id 192.0.2.9; local-address 192.0.2.9; local-as 65001; peer-as 65001; hold-time %d;\n", r.name, r.hold)
		b.WriteString(" capability { route-refresh enable; add-path send/receive;")
		if r.restarts {
			b.WriteString(" graceful-restart 120;")
		}
		b.WriteString(" }\n add-path { ipv4 unicast; }\n family {")
		for _, f := range r.families {
			b.WriteString(" " + f.String() + ";")
		}
		fmt.Fprintf(&b, " }\n api { processes [ %s ]; }\n", []string{"a", "a b", "b"}[i])
		for _, c := range r.conf {
			switch {
			case c.family.SAFI == bgp.SAFIFlow:
				fmt.Fprintf(&b, " %s }\n", strings.Replace(c.words, "flow route", "flow { route", 1))
				continue
			case c.parked:
				fmt.Fprintf(&b, " static { %s watchdog %s withdraw; }\n", c.words, c.dog)
			case c.dog != "":
				fmt.Fprintf(&b, " static { %s watchdog %s; }\n", c.words, c.dog)
			default:
				fmt.Fprintf(&b, " static { %s; }\n", c.words)
			}
		}
		b.WriteString("}\n")
	}
	w.text = b.String()
}
