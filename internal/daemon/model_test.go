package daemon

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/speaker"
	"github.com/herald-bgp/herald/internal/tcp"
)

var (
	seed      = flag.Uint64("seed", 0, "seed of the first sequence of the model test")
	sequences = flag.Int("sequences", 150, "number of sequences")
)

// TestModel plays random sequences of commands of two helpers, of what routers do, and
// of reloads, and compares what the routers end up with, by the messages that they
// got, with what plain maps say.
func TestModel(t *testing.T) {
	for i := range uint64(*sequences) {
		s := *seed + i
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, rand.New(rand.NewPCG(s, 1)))
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

// router is a neighbor: what it is meant to have, and what it has.
type router struct {
	name     string
	addr     netip.Addr
	families []bgp.Family
	limit    int  // of paths; 0: none
	restarts bool // graceful restart

	// What it is meant to have.
	present bool
	hold    int // hold-time of its section
	conf    []configured
	want    map[string]wanted
	dogs    map[string]bool // state of watchdogs, where a command said one

	mu      sync.Mutex // guards what follows: the session has its own goroutine
	refuses bool       // connections
	deaf    time.Time  // until then it does not read
	conn    net.Conn
	eors    int
	have    map[string]held
	fault   error
}

// configured is a route of a configuration.
type configured struct {
	entry
	dog    string
	parked bool
}

// entry is a route: how it is written, and how it is read.
type entry struct {
	family bgp.Family
	words  string // as a command; a configuration writes flow routes in another section
	key    string
	value  string
}

type wanted struct {
	value string
	conf  bool // the configuration owns it
}

// held is a route that a router has. A stale one goes with the next End-of-RIB, one that
// is marked with the next EoRR.
type held struct {
	value         string
	stale, marked bool
}

// script is a helper program.
type script struct {
	name    string
	serves  []*router
	lines   *io.PipeWriter
	mu      sync.Mutex
	answers bytes.Buffer
	ended   chan struct{}
}

// end is the daemon's end of the pipes of a helper.
type end struct {
	*io.PipeReader
	s *script
}

func (e end) Write(b []byte) (int, error) {
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	return e.s.answers.Write(b)
}

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
		r.name, r.hold, r.present = r.addr.String(), 90, true
		r.want, r.have, r.dogs = map[string]wanted{}, map[string]held{}, map[string]bool{}
		w.routers = append(w.routers, r)
		r.conf = w.routes(r)
		r.reload()
	}
	w.configure()
	d, err := New(&Config{
		Loader: &Loader{}, Sources: []Source{{Path: "model.conf", Text: &w.text}},
		Logger: slog.New(slog.NewTextHandler(&w.daemon, nil)), Ack: true,
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, w.text)
	}
	w.d = d
	d.speaker = speaker.New(speaker.Config{
		Out: d.out, Observer: d.hub, Logger: d.log, AttachAPI: d.hub.Neighbor, Dial: w.dial,
	})
	for _, p := range d.current.Processes {
		d.running[p.Name] = p // they run here
	}
	ctx, cancel := context.WithCancel(t.Context())
	w.cancel = cancel
	go func() { w.end <- d.Run(ctx) }()
	w.helpers = []*script{{name: "a", serves: w.routers[:2]}, {name: "b", serves: w.routers[1:]}}
	for _, s := range w.helpers {
		w.start(s)
	}
	return w
}

// start has the daemon read a helper.
func (w *world) start(s *script) {
	in, lines := io.Pipe()
	s.lines, s.ended = lines, make(chan struct{})
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
		if !r.present {
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

// reload is what a reload makes of what a router is meant to have.
func (r *router) reload() {
	maps.DeleteFunc(r.dogs, func(n string, _ bool) bool {
		return !slices.ContainsFunc(r.conf, func(c configured) bool { return c.dog == n })
	})
	listed := map[string]bool{}
	for _, c := range slices.Backward(r.conf) {
		if !r.announces(&c) || listed[c.key] {
			continue
		}
		listed[c.key] = true
		if have, ok := r.want[c.key]; !ok || have.conf {
			r.want[c.key] = wanted{c.value, true}
		}
	}
	maps.DeleteFunc(r.want, func(k string, v wanted) bool { return v.conf && !listed[k] })
}

// announces reports whether a configured route is announced, as its watchdog is.
func (r *router) announces(c *configured) bool {
	if c.dog == "" {
		return true
	}
	if up, said := r.dogs[c.dog]; said {
		return up
	}
	return !c.parked
}

func (r *router) takes(f bgp.Family) bool { return slices.Contains(r.families, f) }

// play plays a sequence.
func (w *world) play(steps int) error {
	time.Sleep(time.Duration(w.rnd.IntN(3)) * time.Second)
	for range steps {
		if err := w.step(); err != nil {
			return err
		}
	}
	return w.settle()
}

func (w *world) step() error {
	r := w.routers[w.rnd.IntN(len(w.routers))]
	switch n := w.rnd.IntN(100); {
	case n < 35:
		return w.announce()
	case n < 53:
		return w.withdraw()
	case n < 57:
		return w.flush()
	case n < 60:
		return w.clear()
	case n < 63:
		return w.watchdog()
	case n < 66:
		w.refresh(r)
	case n < 69:
		w.hangUp(r)
	case n < 71:
		return w.teardown()
	case n < 73:
		w.refuse(r)
	case n < 75:
		w.deafen(r)
	case n < 80:
		w.reload(r)
	case n < 96:
		w.wait()
	default:
		return w.settle()
	}
	return nil
}

// wait lets some time pass: none, less than what is waited for after a command, more.
func (w *world) wait() {
	pause := []time.Duration{0, 100 * time.Microsecond, 3 * time.Millisecond, 50 * time.Millisecond, 2 * time.Second}[w.rnd.IntN(5)]
	w.say("wait %v", pause)
	time.Sleep(pause)
}

// command has a helper write lines, in one write or one after another.
func (w *world) command(s *script, lines ...string) error {
	text := strings.Join(lines, "\n") + "\n"
	w.say("%s: %s", s.name, strings.TrimSuffix(text, "\n"))
	if _, err := io.WriteString(s.lines, text); err != nil {
		return err
	}
	synctest.Wait()
	return nil
}

// some chooses whom a helper addresses: all that it may, or one.
func (w *world) some() (*script, string, []*router) {
	s := w.helpers[w.rnd.IntN(len(w.helpers))]
	mine := slices.DeleteFunc(slices.Clone(s.serves), func(r *router) bool { return !r.present })
	if w.rnd.IntN(3) > 0 {
		return s, "", mine
	}
	r := mine[w.rnd.IntN(len(mine))]
	return s, "neighbor " + r.name + " ", []*router{r}
}

func (w *world) announce() error {
	s, selector, to := w.some()
	var lines []string
	for range 1 + w.rnd.IntN(3) {
		e := w.anyEntry()
		lines = append(lines, selector+"announce "+e.words)
		for _, r := range to {
			if r.takes(e.family) {
				r.want[e.key] = wanted{e.value, false}
			}
		}
	}
	return w.command(s, lines...)
}

func (w *world) withdraw() error {
	s, selector, to := w.some()
	e := w.anyEntry()
	for _, r := range to {
		delete(r.want, e.key)
	}
	lines := []string{selector + "withdraw " + e.words}
	if w.rnd.IntN(3) == 0 { // and announced again at once
		lines = append(lines, selector+"announce "+e.words)
		for _, r := range to {
			if r.takes(e.family) {
				r.want[e.key] = wanted{e.value, false}
			}
		}
	}
	return w.command(s, lines...)
}

func (w *world) flush() error {
	s, selector, _ := w.some()
	return w.command(s, selector+"flush adj-rib out")
}

func (w *world) clear() error {
	s, selector, to := w.some()
	for _, r := range to {
		clear(r.want)
	}
	return w.command(s, selector+"clear adj-rib out")
}

func (w *world) watchdog() error {
	dog, up := []string{"x", "y"}[w.rnd.IntN(2)], w.rnd.IntN(2) == 0
	for _, r := range w.routers {
		if !r.present {
			continue
		}
		var turned []configured
		known := false
		for _, c := range r.conf {
			if c.dog == dog {
				known = true
				if r.announces(&c) != up {
					turned = append(turned, c)
				}
			}
		}
		if known {
			r.dogs[dog] = up
		}
		for _, c := range turned {
			if up {
				r.want[c.key] = wanted{c.value, true}
			} else {
				delete(r.want, c.key)
			}
		}
	}
	return w.command(w.helpers[w.rnd.IntN(2)], map[bool]string{true: "announce", false: "withdraw"}[up]+" watchdog "+dog)
}

func (w *world) teardown() error {
	s, selector, to := w.some()
	if selector == "" {
		selector = "neighbor " + to[0].name + " "
	}
	return w.command(s, selector+"teardown 4")
}

// reload changes a section, or takes it out, or puts it back, and loads that.
func (w *world) reload(r *router) {
	switch n := w.rnd.IntN(10); {
	case n < 6 || r == w.routers[1] && n > 7: // the one that both helpers serve stays
		r.conf = w.routes(r)
	case n < 8:
		r.hold = 120 - r.hold + 60
	case r.present:
		r.present = false
		r.conf = nil
		clear(r.want)
		clear(r.dogs)
	default:
		r.present = true
	}
	w.configure()
	for _, r := range w.routers {
		if r.present {
			r.reload()
		}
	}
	w.say("reload\n%s", w.text)
	w.d.Reload(nil)
	synctest.Wait()
}

// refresh, hangUp, refuse and deafen are what a router does.

func (w *world) refresh(r *router) {
	f := r.families[w.rnd.IntN(len(r.families))]
	w.say("%s asks for %s", r.name, f)
	r.mu.Lock()
	conn := r.conn
	r.mu.Unlock()
	if conn != nil {
		_, _ = conn.Write(bgp.RouteRefresh{Family: f}.Append(nil))
	}
	synctest.Wait()
}

func (w *world) hangUp(r *router) {
	w.say("%s hangs up", r.name)
	r.mu.Lock()
	if r.conn != nil {
		r.conn.Close()
	}
	r.mu.Unlock()
	synctest.Wait()
}

func (w *world) refuse(r *router) {
	r.mu.Lock()
	r.refuses = !r.refuses
	w.say("%s refuses: %t", r.name, r.refuses)
	r.mu.Unlock()
}

func (w *world) deafen(r *router) {
	pause := time.Duration(1+w.rnd.IntN(5)) * time.Second
	w.say("%s does not read for %v", r.name, pause)
	r.mu.Lock()
	r.deaf = time.Now().Add(pause)
	r.mu.Unlock()
}

// settle waits until all is said, and compares.
func (w *world) settle() error {
	w.say("settle")
	for _, r := range w.routers {
		r.mu.Lock()
		r.refuses = false
		r.mu.Unlock()
	}
	for range 300 {
		if w.established() {
			break
		}
		time.Sleep(time.Second)
	}
	time.Sleep(10 * time.Second)
	synctest.Wait()
	for _, s := range w.helpers {
		s.mu.Lock()
		answers := s.answers.String()
		s.answers.Reset()
		s.mu.Unlock()
		if strings.Trim(answers, "done\n") != "" {
			return fmt.Errorf("%s is answered %q\n%s", s.name, answers, w.daemon.text.String())
		}
	}
	for _, r := range w.routers {
		if err := r.check(); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) established() bool {
	for _, r := range w.routers {
		r.mu.Lock()
		up := r.conn != nil && r.eors == len(r.families)
		r.mu.Unlock()
		if !up && r.present {
			return false
		}
	}
	return true
}

// check compares what a router has with what it is meant to have.
func (r *router) check() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fault != nil || !r.present {
		return r.fault
	}
	has, meant := map[string]string{}, map[string]string{}
	for k, h := range r.have {
		if h.stale || h.marked {
			return fmt.Errorf("%s waits for the end of %s", r.name, k)
		}
		has[k] = h.value
	}
	for k, v := range r.want {
		meant[k] = v.value
	}
	if r.limit > 0 {
		r.keepWithin(meant)
	}
	if !maps.Equal(has, meant) {
		return fmt.Errorf("%s has\n%v, is meant to have\n%v", r.name, has, meant)
	}
	return nil
}

// keepWithin leaves of the paths of each prefix as many as the limit allows: those
// that the router has.
func (r *router) keepWithin(meant map[string]string) {
	n := map[string]int{}
	for k := range meant {
		if _, ok := r.have[k]; ok {
			n[prefixOf(k)]++
		}
	}
	for k := range meant {
		if _, ok := r.have[k]; !ok && n[prefixOf(k)] == r.limit && strings.HasPrefix(k, "v4") {
			delete(meant, k)
		}
	}
}

func prefixOf(key string) string {
	prefix, _, _ := strings.Cut(key, " id ")
	return prefix
}

// dial connects the daemon to a router.
func (w *world) dial(_ context.Context, to netip.AddrPort, _ *tcp.Options) (net.Conn, error) {
	for _, r := range w.routers {
		if r.addr != to.Addr() {
			continue
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.refuses {
			break
		}
		here, there := net.Pipe()
		go r.serve(there)
		return &pipe{here, to}, nil
	}
	return nil, errors.New("connection refused")
}

// pipe is a connection that has addresses.
type pipe struct {
	net.Conn
	to netip.AddrPort
}

func (p *pipe) LocalAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort("192.0.2.9:50000"))
}
func (p *pipe) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(p.to) }

// serve is a session of a router.
func (r *router) serve(conn net.Conn) {
	defer conn.Close()
	open := &bgp.OpenConfig{
		AS: 65001, ID: r.addr, HoldTime: 90 * time.Second, Families: r.families, ASN4: true, RouteRefresh: true,
		AddPathSend: true, AddPathReceive: true, AddPath: []bgp.Family{bgp.IPv4Unicast},
	}
	if r.limit > 0 {
		open.PathsLimit = map[bgp.Family]uint16{bgp.IPv4Unicast: uint16(r.limit)}
	}
	if r.restarts {
		open.GracefulRestart = new(uint16(120))
	}
	_, _, err := readMessage(conn)
	if err != nil {
		return
	}
	_, _ = conn.Write(bgp.NewOpen(open).Append(nil))
	_, _ = conn.Write(bgp.AppendKeepalive(nil))
	session := &bgp.Negotiated{
		ASN4: true, MaxMessage: bgp.MaxMessage, Families: r.families, AddPathRecv: []bgp.Family{bgp.IPv4Unicast},
	}
	for {
		r.mu.Lock()
		deaf := time.Until(r.deaf)
		r.mu.Unlock()
		time.Sleep(deaf)
		t, body, err := readMessage(conn)
		if err != nil || t == bgp.TypeNotification {
			break
		}
		if t == bgp.TypeKeepalive {
			r.begin(conn)
			_, _ = conn.Write(bgp.AppendKeepalive(nil))
			continue
		}
		r.mu.Lock()
		if r.conn != conn {
			err = io.EOF
		} else if err := r.apply(t, body, session); err != nil && r.fault == nil {
			r.fault = fmt.Errorf("%s: %w", r.name, err)
		}
		r.mu.Unlock()
		if err != nil {
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn == conn {
		r.conn = nil
	}
}

func readMessage(conn net.Conn) (bgp.MessageType, []byte, error) {
	head := make([]byte, bgp.HeaderLen)
	if _, err := io.ReadFull(conn, head); err != nil {
		return 0, nil, err
	}
	t, n, bad := bgp.ParseHeader(head, bgp.MaxMessage)
	if bad != nil {
		return 0, nil, bad
	}
	body := make([]byte, n-bgp.HeaderLen)
	_, err := io.ReadFull(conn, body)
	return t, body, err
}

// begin is the first KEEPALIVE of a session: what an earlier one has left is stale, or
// gone.
func (r *router) begin(conn net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn == conn {
		return
	}
	if r.conn != nil {
		r.conn.Close() // what is still on its way there does not count
	}
	r.conn, r.eors = conn, 0
	for k, h := range r.have {
		if !r.restarts {
			delete(r.have, k)
			continue
		}
		h.stale, h.marked = true, false
		r.have[k] = h
	}
}

// apply takes a message.
func (r *router) apply(t bgp.MessageType, body []byte, n *bgp.Negotiated) error {
	if t == bgp.TypeRouteRefresh {
		m, err := bgp.ParseRouteRefresh(body, n)
		if err != nil {
			return err
		}
		r.refreshed(&m)
		return nil
	}
	var u bgp.Update
	if err := bgp.ParseUpdate(&u, body, n); err != nil {
		return err
	}
	if u.Fault != nil || u.Lost != nil {
		return fmt.Errorf("malformed UPDATE %x", body)
	}
	if u.EOR {
		r.eors++
		maps.DeleteFunc(r.have, func(k string, h held) bool { return h.stale && word(u.EORFamily) == strings.Fields(k)[0] })
	}
	for _, s := range u.Unreach {
		for id, nlri, ok := s.Next(); ok; id, nlri, ok = s.Next() {
			delete(r.have, keyOf(s.Family, id, nlri))
		}
	}
	for _, s := range u.Reach {
		for id, nlri, ok := s.Next(); ok; id, nlri, ok = s.Next() {
			k := keyOf(s.Family, id, nlri)
			r.have[k] = held{value: valueOf(&u, &s)}
			if err := r.count(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// refreshed marks what has to be repeated, and drops what was not.
func (r *router) refreshed(m *bgp.RouteRefresh) {
	for k, h := range r.have {
		switch {
		case strings.Fields(k)[0] != word(m.Family):
		case m.Subtype == bgp.RefreshBegin:
			h.marked = true
			r.have[k] = h
		case m.Subtype == bgp.RefreshEnd && h.marked:
			delete(r.have, k)
		}
	}
}

// count checks the limit of the paths of a prefix.
func (r *router) count(key string) error {
	n := 0
	for k := range r.have {
		if prefixOf(k) == prefixOf(key) {
			n++
		}
	}
	if r.limit > 0 && n > r.limit {
		return fmt.Errorf("%d paths of %s", n, prefixOf(key))
	}
	return nil
}

// word names a family in a key.
func word(f bgp.Family) string {
	switch {
	case f.SAFI == bgp.SAFIFlow:
		return "flow"
	case f.AFI == bgp.AFIIPv6:
		return "v6"
	}
	return "v4"
}

func keyOf(f bgp.Family, id, nlri []byte) string {
	text := string(bgp.AppendNLRIText(nil, f, nlri, &bgp.Face{Dialect: bgp.Dialect6}))
	switch word(f) {
	case "flow":
		i := slices.IndexFunc(strings.Fields(text), func(w string) bool { return strings.Contains(w, "/") })
		text = strings.Fields(text)[i]
	case "v4":
		text += fmt.Sprintf(" id %d", id[3])
	}
	return word(f) + " " + text
}

// valueOf is what tells versions of a route apart.
func valueOf(u *bgp.Update, s *bgp.Section) string {
	var med, community string
	for _, a := range u.Attrs {
		switch a.Code {
		case bgp.AttrMED:
			med = fmt.Sprintf("med %d", a.Value[3])
		case bgp.AttrExtCommunity:
			community = fmt.Sprintf("%x", a.Value)
		default:
		}
	}
	if s.Family.SAFI == bgp.SAFIFlow {
		return community
	}
	hop, _ := netip.AddrFromSlice(s.NextHop[:min(len(s.NextHop), 16)])
	return med + " " + hop.String()
}
