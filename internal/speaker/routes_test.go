package speaker

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/fsm"
	"github.com/herald-bgp/herald/internal/rib"
)

const owner rib.Owner = 1

// route returns a route of 10.0.i.0/24.
func route(i int) *rib.Route {
	return &rib.Route{
		Family: bgp.IPv4Unicast, NLRI: []byte{0, 0, 0, 0, 24, 10, byte(i >> 8), byte(i)},
		NextHop: bgp.NextHopAddr(netip.MustParseAddr("192.0.2.9")),
	}
}

func (l *lab) announce(from, to int) {
	for i := from; i < to; i++ {
		l.out.Announce(rib.AllPeers(), route(i), owner)
	}
	l.out.Commit(owner)
	l.out.Wake()
}

// routes reads UPDATEs until n routes have come, and returns them: "+10.0.0.0/24",
// "-10.0.0.0/24", "eor".
func (r *remote) routes(n int) []string {
	r.t.Helper()
	session := &bgp.Negotiated{ASN4: true, MaxMessage: bgp.MaxMessage, Families: []bgp.Family{bgp.IPv4Unicast}}
	var out []string
	for len(out) < n {
		t, body, err := r.read()
		if err != nil {
			r.t.Fatal(err)
		}
		if t == bgp.TypeKeepalive {
			continue
		}
		if t == bgp.TypeRouteRefresh {
			m, err := bgp.ParseRouteRefresh(body, session)
			if err != nil {
				r.t.Fatal(err)
			}
			out = append(out, fmt.Sprintf("refresh %d", m.Subtype))
			continue
		}
		if t != bgp.TypeUpdate {
			r.t.Fatalf("got %s %x", t, body)
		}
		var u bgp.Update
		if err := bgp.ParseUpdate(&u, body, session); err != nil {
			r.t.Fatal(err)
		}
		if u.EOR {
			out = append(out, "eor")
		}
		out = append(append(out, nlriText("-", u.Unreach)...), nlriText("+", u.Reach)...)
	}
	return out
}

func nlriText(sign string, sections []bgp.Section) (out []string) {
	for _, s := range sections {
		for _, nlri, ok := s.Next(); ok; _, nlri, ok = s.Next() {
			out = append(out, string(bgp.AppendNLRIText([]byte(sign), s.Family, nlri, &bgp.Face{Dialect: bgp.Dialect6})))
		}
	}
	return out
}

func (r *remote) expectRoutes(want ...string) {
	r.t.Helper()
	if got, want := strings.Join(r.routes(len(want)), " "), strings.Join(want, " "); got != want {
		r.t.Errorf("got %s, want %s", got, want)
	}
}

// table is neighbor with the End-of-RIB.
func table(change ...func(*config.Neighbor)) *config.Neighbor {
	return neighbor(append(change, func(n *config.Neighbor) { n.Live.ManualEOR = false })...)
}

func withRoutes(from, to int) func(*config.Neighbor) {
	return func(n *config.Neighbor) {
		for i := from; i < to; i++ {
			n.Routes.Append(*route(i))
		}
	}
}

func TestRoutes(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table(withRoutes(0, 2)))
		start := time.Now()
		r := l.session(ln)
		r.expectRoutes("+10.0.0.0/24", "+10.0.1.0/24", "eor")
		if got := time.Since(start); got != firstWait {
			t.Errorf("the first UPDATE left after %v", got)
		}
		l.hears(upEvents + " >update >update(eor ipv4 unicast)")
		l.announce(2, 3)
		r.expectRoutes("+10.0.2.0/24")

		// A reload announces and withdraws the difference; the announced one stays.
		l.apply(table(withRoutes(1, 2)))
		r.expectRoutes("-10.0.0.0/24")

		// The next session has them all.
		l.s.Peers()[0].Teardown(bgp.CeaseReset)
		r.expectNotification(6, 4)
		r.conn.Close()
		r = l.session(ln)
		r.expectRoutes("+10.0.1.0/24", "+10.0.2.0/24", "eor")
		synctest.Wait()
		if c := l.s.Peers()[0].SessionCounters(); c.Sent.Update != 2 {
			t.Errorf("%d UPDATEs counted", c.Sent.Update)
		}
		// And so has one with other settings.
		l.apply(table(withRoutes(1, 2), func(n *config.Neighbor) { n.Session.GroupUpdates = false }))
		r.expectNotification(6, 6)
		r.conn.Close()
		r = l.session(ln)
		r.expectRoutes("+10.0.1.0/24", "+10.0.2.0/24", "eor")
	})
}

// The message behind the peer's KEEPALIVE is reported before our first UPDATE.
func TestFirstMessageIsReportedFirst(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table(withRoutes(0, 1)))
		r := l.accept(ln)
		r.expect(bgp.TypeOpen)
		r.send(theirOpen().Append(nil))
		r.expect(bgp.TypeKeepalive)
		start := time.Now()
		r.send(append(bgp.AppendKeepalive(nil), anUpdate()...))
		r.expectRoutes("+10.0.0.0/24", "eor")
		if got := time.Since(start); got != 0 {
			t.Errorf("waited for %v although the message had come", got)
		}
		l.hears(upEvents + " <update >update >update(eor ipv4 unicast)")
	})
}

// It is so when dealing with the message takes longer than the wait for one, but not
// at any price.
func TestFirstMessageTakesLong(t *testing.T) {
	for _, tt := range []struct{ takes, after time.Duration }{
		{50 * time.Millisecond, 50 * time.Millisecond},
		{time.Second, firstLongest},
	} {
		inLab(t, nil, func(l *lab) {
			release := make(chan struct{})
			l.rec.block = func(s string) <-chan struct{} {
				if s == "<update" {
					return release
				}
				return nil
			}
			ln := l.listen()
			l.apply(table(withRoutes(0, 1)))
			r := l.session(ln)
			start := time.Now()
			time.AfterFunc(tt.takes, func() { close(release) })
			r.send(anUpdate())
			r.expectRoutes("+10.0.0.0/24", "eor")
			if got := time.Since(start); got != tt.after {
				t.Errorf("a message that takes %v: the first UPDATE left after %v, want %v", tt.takes, got, tt.after)
			}
			<-release
		})
	}
}

func TestRefresh(t *testing.T) {
	refresh := func(n *config.Neighbor) { n.Session.Capability.RouteRefresh = true }
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table(refresh, withRoutes(0, 1)))
		r := l.session(ln, func(c *bgp.OpenConfig) { c.RouteRefresh = true })
		r.expectRoutes("+10.0.0.0/24", "eor")
		synctest.Wait()
		l.rec.take()
		r.send(bgp.RouteRefresh{Family: bgp.IPv4Unicast}.Append(nil))
		r.expectRoutes("refresh 1", "+10.0.0.0/24", "refresh 2")
		l.hears("<route-refresh >route-refresh >update >route-refresh")
		// Markers and families that were not negotiated ask for nothing.
		r.send(bgp.RouteRefresh{Family: bgp.IPv4Unicast, Subtype: bgp.RefreshBegin}.Append(nil))
		r.send(bgp.RouteRefresh{Family: bgp.IPv6Unicast}.Append(nil))
		l.hears("<route-refresh <route-refresh")

		p := l.s.Peers()[0]
		if err := p.Refresh(bgp.RouteRefresh{Family: bgp.IPv4Unicast}); err != nil {
			t.Error(err)
		}
		r.expectRoutes("refresh 0")
		if err := p.Refresh(bgp.RouteRefresh{Family: bgp.IPv6Unicast}); !errors.Is(err, errNotNegotiated) {
			t.Errorf("a refresh of a family that was not negotiated: %v", err)
		}
		// The peer does not read: what commands ask for does not take the room of KEEPALIVEs.
		for n := 0; ; n++ {
			if err := p.Refresh(bgp.RouteRefresh{Family: bgp.IPv4Unicast}); err != nil {
				if !errors.Is(err, errBusy) || n < requestQueue {
					t.Errorf("%d messages: %v", n, err)
				}
				break
			}
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		for range requestQueue + 1 {
			r.expectRoutes("refresh 0")
		}
		r.expect(bgp.TypeKeepalive)
		r.expect(bgp.TypeKeepalive)
		l.hears(">route-refresh" + strings.Repeat(" >route-refresh", requestQueue+1) + " >keepalive >keepalive")
		r.conn.Close()
		synctest.Wait()
		if err := p.Refresh(bgp.RouteRefresh{Family: bgp.IPv4Unicast}); !errors.Is(err, errNotUp) {
			t.Errorf("a refresh without a session: %v", err)
		}
	})
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table(refresh))
		l.session(ln).drain()
		if err := l.s.Peers()[0].Refresh(bgp.RouteRefresh{Family: bgp.IPv4Unicast}); !errors.Is(err, errNotNegotiated) {
			t.Errorf("a refresh that the peer does not understand: %v", err)
		}
	})
}

// While the helpers have no room for what is sent, nothing but KEEPALIVEs is.
func TestNoRoom(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		room := make(chan struct{})
		var full atomic.Bool
		open := make(chan struct{})
		close(open)
		l.rec.room = func() <-chan struct{} {
			if full.Load() {
				return room
			}
			return open
		}
		ln := l.listen()
		l.apply(table())
		r := l.session(ln)
		r.expectRoutes("eor")
		full.Store(true)
		l.announce(0, 10)
		for range 5 {
			r.expect(bgp.TypeKeepalive)
			r.keepalive()
		}
		full.Store(false)
		close(room)
		if n := len(r.routes(10)); n != 10 {
			t.Errorf("%d routes", n)
		}
		// Neither does it hold up the end of a session.
		full.Store(true)
		room = make(chan struct{})
		l.announce(10, 20)
		synctest.Wait()
		start := time.Now()
		l.s.Peers()[0].Teardown(bgp.CeaseReset)
		r.expectNotification(6, 4)
		if time.Since(start) != 0 {
			t.Error("the end of the session waited for a helper")
		}
		r.conn.Close()
	})
}

// A table goes out in few writes of whole messages, with the KEEPALIVEs between them.
func TestTable(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table())
		r := l.session(ln)
		r.expectRoutes("eor")
		const n = 50000
		l.announce(0, n)
		if got := len(r.routes(n)); got != n {
			t.Errorf("%d routes", got)
		}
		synctest.Wait()
		c := l.s.Peers()[0].stats.read()
		if c.Sent.Update > n/500 {
			t.Errorf("%d UPDATEs", c.Sent.Update)
		}
	})
}

// A long table to a slow peer: KEEPALIVEs come between the writes.
func TestKeepaliveDuringTable(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table(func(n *config.Neighbor) { n.Session.GroupUpdates = false }))
		r := l.session(ln)
		r.expectRoutes("eor")
		l.announce(0, 20000)
		keepalives := 0
		start := time.Now()
		for routes := 0; routes < 20000; {
			typ, _, err := r.read()
			if err != nil {
				t.Fatal(err)
			}
			switch typ {
			case bgp.TypeKeepalive:
				keepalives++
				r.keepalive()
			case bgp.TypeUpdate:
				routes++
				time.Sleep(10 * time.Millisecond)
			default:
				t.Fatalf("got %s", typ)
			}
		}
		if due := int(time.Since(start) / (30 * time.Second)); keepalives < due-1 {
			t.Errorf("%d keepalives in %v", keepalives, time.Since(start))
		}
	})
}

func TestRateLimit(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table(func(n *config.Neighbor) { n.Session.GroupUpdates, n.Session.RateLimit = false, 5 }))
		r := l.session(ln)
		r.expectRoutes("eor")
		l.announce(0, 300)
		start := time.Now()
		go func() { // the session lives on meanwhile
			for range 5 {
				time.Sleep(20 * time.Second)
				_, _ = r.conn.Write(bgp.AppendKeepalive(nil))
			}
		}()
		r.routes(300)
		if got := time.Since(start); got < 59*time.Second || got > 61*time.Second {
			t.Errorf("300 UPDATEs at 5 a second took %v", got)
		}
		// The end of the session does not wait for the rest.
		l.announce(300, 600)
		synctest.Wait()
		start = time.Now()
		l.s.Peers()[0].Teardown(bgp.CeaseReset)
		for {
			typ, _, err := r.read()
			if err != nil {
				t.Fatal(err)
			}
			if typ == bgp.TypeNotification {
				break
			}
		}
		if got := time.Since(start); got > time.Second {
			t.Errorf("the NOTIFICATION took %v", got)
		}
		r.conn.Close()
		time.Sleep(4 * time.Minute)
	})
}

// Under a rate limit no second has more UPDATEs than that; they are full where routes
// share attributes, and a withdraw waits for two of them at most, not for a table.
func TestRateLimitWithdraw(t *testing.T) {
	const rate = 5
	for _, tt := range []struct {
		name   string
		group  bool
		shared bool // attributes
		within time.Duration
	}{
		{"one route each", false, true, time.Second + time.Second/rate},
		{"one group", true, true, 3 * time.Second / rate},
		{"other attributes each", true, false, 3 * time.Second / rate},
	} {
		inLab(t, nil, func(l *lab) {
			ln := l.listen()
			l.apply(table(func(n *config.Neighbor) { n.Session.GroupUpdates, n.Session.RateLimit = tt.group, rate }))
			r := l.session(ln)
			r.expectRoutes("eor")
			l.announce(0, 1)
			r.expectRoutes("+10.0.0.0/24")
			for i := 1; i < 20000; i++ {
				p := route(i)
				if !tt.shared {
					p.Attrs = bgp.MakeAttrs([]byte{0x80, 4, 4, 0, 0, byte(i >> 8), byte(i)})
				}
				l.out.Announce(rib.AllPeers(), p, owner)
			}
			l.out.Commit(owner)
			l.out.Wake()
			time.Sleep(time.Second / 2)
			l.out.Withdraw(rib.AllPeers(), route(0))
			l.out.Wake()
			start := time.Now()
			var sent []time.Duration
			gone := time.Duration(-1)
			for len(sent) < 10*rate && len(r.routesOf(&sent, start, &gone)) > 0 {
				if len(sent)%(20*rate) == 0 {
					r.keepalive()
				}
				if gone >= 0 && tt.group && tt.shared {
					break // the table is nearly out
				}
			}
			if gone < 0 || gone > tt.within {
				t.Errorf("%s: withdrawn after %v", tt.name, gone)
			}
			for i := rate + 1; i < len(sent); i++ { // the first one was on its way
				if took := sent[i] - sent[i-rate]; took < time.Second {
					t.Errorf("%s: %d UPDATEs in %v", tt.name, rate, took)
				}
			}
			r.drain()
		})
	}
}

// routesOf reads an UPDATE, and notes when it came and whether it withdraws.
func (r *remote) routesOf(sent *[]time.Duration, start time.Time, gone *time.Duration) []string {
	r.t.Helper()
	routes := r.routes(1)
	*sent = append(*sent, time.Since(start))
	if strings.HasPrefix(routes[0], "-") {
		*gone = time.Since(start)
	}
	return routes
}

// Sync is over when its routes have been written, and when the session is lost.
func TestSync(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table())
		r := l.session(ln)
		r.expectRoutes("eor")
		var done atomic.Bool
		l.announce(0, 1)
		l.out.Sync(rib.AllPeers(), func() { done.Store(true) })
		synctest.Wait()
		if done.Load() {
			t.Error("synced although the peer has not taken the route")
		}
		r.expectRoutes("+10.0.0.0/24")
		synctest.Wait()
		if !done.Load() {
			t.Error("not synced although the route is written")
		}
		done.Store(false)
		l.announce(1, 2)
		l.out.Sync(rib.AllPeers(), func() { done.Store(true) })
		r.conn.Close()
		time.Sleep(2 * brokenGrace)
		if !done.Load() {
			t.Error("not synced although the session is lost")
		}
		if l.s.Peers()[0].Status().State == fsm.Established {
			t.Error("still established")
		}
	})
}

func TestAdjRIBIn(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table())
		r := l.session(ln)
		r.send(anUpdate())
		synctest.Wait()
		kept := func(p *Peer) (n int) {
			p.In().Walk(func(*rib.Route) bool { n++; return true })
			return n
		}
		p := l.s.Peers()[0]
		if n := kept(p); n != 1 {
			t.Errorf("%d routes", n)
		}
		r.conn.Close()
		synctest.Wait()
		if n := kept(p); n != 0 {
			t.Errorf("%d routes after the session", n)
		}
	})
}

// bulky returns route with an attribute that leaves no room for its NLRI in a message.
func bulky(i int) *rib.Route {
	r := route(i)
	const n = bgp.MaxMessage - 48
	r.Attrs = bgp.MakeAttrs(append([]byte{0xd0, 0x99, n >> 8, n & 0xff}, make([]byte, n)...))
	return r
}

// A route that no message can hold is not sent, and what it was to replace is withdrawn.
func TestTooLarge(t *testing.T) {
	log := &logged{}
	inLab(t, func(c *Config) { c.Logger = log.logger() }, func(l *lab) {
		ln := l.listen()
		l.apply(table())
		r := l.session(ln)
		r.expectRoutes("eor")
		l.announce(0, 1)
		r.expectRoutes("+10.0.0.0/24")
		log.take()
		for i := range 2 {
			l.out.Announce(rib.AllPeers(), bulky(i), owner)
		}
		l.announce(2, 3)
		r.expectRoutes("-10.0.0.0/24", "+10.0.2.0/24")
		synctest.Wait()
		if got := log.take(); strings.Count(got, "not sent") != 2 || !strings.Contains(got, "ipv4 unicast 10.0.1.0/24: 4072 octets") {
			t.Errorf("logged %s", got)
		}
		// Neither has it a next hop here.
		r6 := &rib.Route{Family: bgp.IPv4Unicast, NLRI: route(2).NLRI}
		l.out.Announce(rib.AllPeers(), r6, owner)
		l.out.Wake()
		r.expectRoutes("-10.0.2.0/24")
	})
}

// An IPv4 route with an IPv6 next hop is sent, with one word about it.
func TestForeignNextHop(t *testing.T) {
	log := &logged{}
	inLab(t, func(c *Config) { c.Logger = log.logger() }, func(l *lab) {
		ln := l.listen()
		l.apply(table())
		r := l.session(ln)
		r.expectRoutes("eor")
		log.take()
		for i := range 3 {
			foreign := route(i)
			foreign.NextHop = bgp.NextHopAddr(netip.MustParseAddr(fmt.Sprintf("2001:db8::%d", i)))
			l.out.Announce(rib.AllPeers(), foreign, owner)
		}
		l.out.Wake()
		for range 3 {
			r.expect(bgp.TypeUpdate)
		}
		synctest.Wait()
		if got := log.take(); strings.Count(got, "level=WARN") != 1 || !strings.Contains(got, "next_hop=2001:db8::") {
			t.Errorf("logged %s", got)
		}
		l.hears(upEvents + " >update(eor ipv4 unicast) >update >update >update")
	})
}

// logged keeps what is logged.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}
