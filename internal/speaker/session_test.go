package speaker

import (
	"context"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/fsm"
	"github.com/herald-bgp/herald/internal/rib"
)

// hears compares what the observer heard since the last time.
func (l *lab) hears(want string) {
	l.t.Helper()
	synctest.Wait()
	if got := l.rec.take(); got != want {
		l.t.Errorf("heard\n%s\nwant\n%s", got, want)
	}
}

const upEvents = "ACTIVE IDLE connected CONNECT >open OPENSENT <open negotiated OPENCONFIRM >keepalive <keepalive ESTABLISHED up"

func TestUp(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.session(ln)
		l.hears(upEvents)

		p := l.s.Peers()[0]
		st := p.Status()
		if st.State != fsm.Established || st.Negotiated == nil || st.Sessions != 1 || st.Remote.Addr() != theirAddr {
			t.Errorf("status %+v", st)
		}
		c := p.SessionCounters()
		if c.Sent.Open != 1 || c.Sent.Keepalive != 1 || c.Received.Open+c.Received.Keepalive != 2 {
			t.Errorf("counters %+v", c)
		}
		r.conn.Close()
		l.hears("down(connection lost) IDLE ACTIVE IDLE")
		if st := p.Status(); st.State != fsm.Idle || st.Negotiated != nil {
			t.Errorf("status %+v", st)
		}
	})
}

func TestReceivedUpdates(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.session(ln)
		r.drain()
		l.rec.take()
		// In three pieces, with pauses: nothing is lost.
		m := anUpdate()
		for _, b := range [][]byte{m[:7], m[7:30], m[30:]} {
			r.send(b)
			time.Sleep(29 * time.Second)
		}
		// Many in one piece, more than the first buffer holds.
		r.send(slices.Repeat(m, 200))
		l.hears(">keepalive <update >keepalive" + strings.Repeat(" <update", 200))
		if c := l.s.Peers()[0].stats.read(); c.PrefixesAnnounced != 201 || c.Received.Update != 201 {
			t.Errorf("counters %+v", c)
		}
	})
}

func TestHoldTimer(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.session(ln)
		start := time.Now()
		time.AfterFunc(80*time.Second, r.keepalive)
		for range 5 { // every 30 s
			r.expect(bgp.TypeKeepalive)
		}
		r.expectNotification(4, 0)
		if got := time.Since(start); got != 170*time.Second {
			t.Errorf("expired after %v, want the hold time after the last message", got)
		}
		r.expectEnd()
		l.hears(upEvents + " >keepalive >keepalive <keepalive >keepalive >keepalive >keepalive " +
			">notification(Hold timer expired / Unspecific) down(sent NOTIFICATION Hold timer expired / Unspecific) IDLE ACTIVE IDLE")
	})
}

// A peer whose messages we do not take, because a helper does not, is not silent;
// and it gets its KEEPALIVEs meanwhile.
func TestBlockedObserver(t *testing.T) {
	release := make(chan struct{})
	inLab(t, nil, func(l *lab) {
		release = make(chan struct{})
		l.rec.block = func(s string) <-chan struct{} {
			if s == "<update" {
				return release
			}
			return nil
		}
		ln := l.listen()
		l.apply(neighbor())
		r := l.session(ln)
		l.rec.take()
		r.send(anUpdate())
		for range 20 { // ten minutes
			r.expect(bgp.TypeKeepalive)
		}
		synctest.Wait()
		close(release)
		r.keepalive()
		l.hears(strings.Repeat(">keepalive ", 20) + "<update <keepalive")
		if l.s.Peers()[0].Status().State != fsm.Established {
			t.Error("the session did not survive a slow helper")
		}
		r.drain()
		// From now on the peer is silent.
		time.Sleep(2 * time.Minute)
		if l.s.Peers()[0].Status().State == fsm.Established {
			t.Error("the session survives a silent peer")
		}
	})
}

// Wherever a helper blocks: the KEEPALIVEs come on time, the session lives as long as
// that takes, and its end does not wait.
func TestHelperBlocksNoKeepalive(t *testing.T) {
	refresh := bgp.RouteRefresh{Family: bgp.IPv4Unicast}.Append(nil)
	for _, tt := range []struct {
		at   string // the call that blocks; "room": that of the writer
		send []byte // by the peer
	}{
		{"<update", anUpdate()},
		{"packet <update", anUpdate()},
		{"<keepalive", bgp.AppendKeepalive(nil)},
		{"packet <route-refresh", refresh},
		{"<route-refresh", refresh},
		{"room", nil},
		{"room", anUpdate()}, // both directions
	} {
		t.Run(tt.at, func(t *testing.T) {
			inLab(t, nil, func(l *lab) {
				never, always := make(chan struct{}), make(chan struct{})
				close(always)
				var full atomic.Bool
				l.rec.block = func(s string) <-chan struct{} {
					if full.Load() && (s == tt.at || tt.at == "room" && s == "<update") {
						return never
					}
					return nil
				}
				l.rec.room = func() <-chan struct{} {
					if full.Load() && tt.at == "room" {
						return never
					}
					return always
				}
				ln := l.listen()
				l.apply(neighbor(func(n *config.Neighbor) { n.Session.Capability.RouteRefresh = true }))
				r := l.session(ln, func(c *bgp.OpenConfig) { c.RouteRefresh = true })
				start := time.Now()
				full.Store(true)
				l.announce(0, 1)
				if tt.at != "room" {
					r.expectRoutes("+10.0.0.0/24")
				}
				if tt.send != nil {
					r.send(tt.send)
				}
				go func() { // what more it says waits, as in a TCP window
					for range 130 {
						time.Sleep(29 * time.Second)
						if _, err := r.conn.Write(bgp.AppendKeepalive(nil)); err != nil {
							return
						}
					}
				}()
				for i := range 120 { // an hour
					r.expect(bgp.TypeKeepalive)
					if got, want := time.Since(start), time.Duration(i+1)*30*time.Second; got != want {
						t.Fatalf("KEEPALIVE %d after %v, want %v", i, got, want)
					}
				}
				if l.s.Peers()[0].Status().State != fsm.Established {
					t.Fatal("the session did not survive")
				}
				end := time.Now()
				l.s.Peers()[0].Teardown(bgp.CeaseReset)
				r.expectNotification(6, 4)
				r.conn.Close()
				l.accept(ln)
				if got := time.Since(end); got != 0 {
					t.Errorf("the end took %v", got)
				}
				time.Sleep(time.Minute) // until the peer has noticed
			})
		})
	}
}

// RFC 9687: the peer sends KEEPALIVEs and takes nothing.
func TestSendHoldTimer(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.session(ln)
		l.rec.take()
		start := time.Now()
		for l.s.Peers()[0].Status().State == fsm.Established {
			r.keepalive()
			time.Sleep(10 * time.Second)
		}
		// The KEEPALIVE after 30 s was the first that nobody took.
		if got := time.Since(start); got < minSendHold+30*time.Second || got > minSendHold+50*time.Second {
			t.Errorf("ended after %v", got)
		}
		if got := l.rec.take(); !strings.HasSuffix(got, "down(sent NOTIFICATION Send hold timer expired / Unspecific) IDLE ACTIVE IDLE") {
			t.Errorf("heard %s", got)
		}
	})
}

func TestMalformed(t *testing.T) {
	for name, tt := range map[string]struct {
		send          []byte
		code, subcode uint8
	}{
		"marker":       {bgptest.Hex("00 FFFFFFFFFF FFFFFFFFFF FFFFFFFFFF 0013 04"), 1, 1},
		"length":       {bgptest.Hex("FFFFFFFFFF FFFFFFFFFF FFFFFFFFFF FF 0012 04"), 1, 2},
		"unknown type": {bgptest.Hex("FFFFFFFFFF FFFFFFFFFF FFFFFFFFFF FF 0013 FF"), 1, 3},
		"update":       {message(bgp.TypeUpdate, []byte{0, 0, 0, 99}), 3, 1},
		"open":         {theirOpen().Append(nil), 5, 3},
	} {
		t.Run(name, func(t *testing.T) {
			inLab(t, nil, func(l *lab) {
				ln := l.listen()
				l.apply(neighbor())
				r := l.session(ln)
				r.send(tt.send)
				r.expectNotification(tt.code, tt.subcode)
				r.expectEnd()
			})
		})
	}
}

// RFC 4271 §6.4: a malformed NOTIFICATION is not answered.
func TestMalformedNotification(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.session(ln)
		r.send(message(bgp.TypeNotification, []byte{6}))
		r.expectEnd()
	})
}

func TestBadOpen(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.accept(ln)
		r.expect(bgp.TypeOpen)
		r.send(theirOpen(func(c *bgp.OpenConfig) { c.AS = 65003 }).Append(nil))
		r.expectNotification(2, 2)
		r.expectEnd()
		l.hears("ACTIVE IDLE connected CONNECT >open OPENSENT <open >notification(OPEN message error / Bad Peer AS) " +
			"down(sent NOTIFICATION OPEN message error / Bad Peer AS) IDLE ACTIVE IDLE")
	})
}

// What the peer sends behind its KEEPALIVE is dealt with before our first UPDATE.
func TestFirstMessageFirst(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.accept(ln)
		r.expect(bgp.TypeOpen)
		r.send(theirOpen().Append(nil))
		r.expect(bgp.TypeKeepalive)
		r.send(append(bgp.AppendKeepalive(nil), message(255, nil)...))
		r.expectNotification(1, 3)
		r.expectEnd()
	})
}

// The peer has sent what we have not read when we end the session: it gets the
// NOTIFICATION all the same, and we close once it does, or after a while.
func TestNotificationIsDelivered(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.session(ln)
		l.s.Peers()[0].Teardown(bgp.CeaseReset)
		synctest.Wait()
		done := make(chan struct{})
		go func() { // a peer that is in the middle of a table
			defer close(done)
			for range 100 {
				if _, err := r.conn.Write(anUpdate()); err != nil {
					return
				}
			}
		}()
		n := r.expectNotification(6, 4)
		if string(n.Data) != "\x14Administrative Reset" {
			t.Errorf("data %q", n.Data)
		}
		<-done
		start := time.Now()
		r.expectEnd()
		if got := time.Since(start); got != lingerTime {
			t.Errorf("closed after %v", got)
		}
	})
}

// A teardown comes back at once.
func TestTeardown(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		start := time.Now()
		for range 3 {
			r := l.session(ln)
			l.rec.take()
			l.s.Peers()[0].Teardown(bgp.CeaseReset)
			r.expectNotification(6, 4)
			r.conn.Close()
			l.hears(">notification(Cease / Administrative Reset) down(sent NOTIFICATION Cease / Administrative Reset) IDLE ACTIVE IDLE")
		}
		if got := time.Since(start); got != 0 {
			t.Errorf("took %v", got)
		}
	})
}

// A peer that does not read cannot be told: that takes a second, not more.
func TestTeardownOfStuckPeer(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		l.session(ln)
		start := time.Now()
		l.s.Peers()[0].Teardown(bgp.CeaseReset)
		l.accept(ln)
		if got := time.Since(start); got != closeGrace {
			t.Errorf("took %v", got)
		}
	})
}

func TestReconnect(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		start := time.Now()
		l.apply(neighbor())
		time.Sleep(time.Minute)
		// A round is fifty tries; the next two follow at once, and after 1 s.
		var at []time.Duration
		for _, d := range l.net.dialed() {
			at = append(at, d.Sub(start))
		}
		for i, want := range map[int]time.Duration{
			0: 0, 1: 100 * time.Millisecond, 49: 4900 * time.Millisecond,
			50: 4900 * time.Millisecond, 100: 10800 * time.Millisecond, 150: 17700 * time.Millisecond,
		} {
			if at[i] != want {
				t.Errorf("try %d after %v, want %v", i, at[i], want)
			}
		}
		l.hears(strings.TrimSpace(strings.Repeat("ACTIVE IDLE IDLE ", strings.Count(l.rec.peek(), "ACTIVE")-1) + "ACTIVE IDLE"))
	})
}

func TestAttempts(t *testing.T) {
	inLab(t, func(c *Config) { c.Attempts = 2 }, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		l.session(ln).conn.Close()
		synctest.Wait()
		select {
		case <-l.s.Done():
			t.Fatal("done after the first of two attempts")
		default:
		}
		l.session(ln).conn.Close()
		<-l.s.Done()
		if n := len(l.s.Peers()); n != 0 {
			t.Errorf("%d peers left", n)
		}
	})
}

func TestPassive(t *testing.T) {
	inLab(t, func(c *Config) { c.Bind = []netip.Addr{ourAddr} }, func(l *lab) {
		l.apply(neighbor(func(n *config.Neighbor) { n.Session.Passive = true }))
		r := l.connect(theirAddr).handshake()
		l.hears("connected " + strings.Replace(upEvents, "connected ", "", 1))
		r.drain()
		time.Sleep(time.Second)
		second := l.connect(theirAddr)
		second.expectNotification(6, 7)
		second.expectEnd()
		stranger := l.connect(netip.MustParseAddr("192.0.2.99"))
		stranger.expectNotification(6, 5)
		stranger.expectEnd()
		if len(l.net.dialed()) != 3 {
			t.Error("a passive peer was connected to")
		}
	})
}

// Both sides connect; the identifiers decide (RFC 4271 §6.8).
func TestCollision(t *testing.T) {
	for _, tt := range []struct {
		name, id string
		theirs   bool // the peer's connection stays
	}{{"higher", "203.0.113.1", true}, {"lower", "10.0.0.2", false}} {
		t.Run(tt.name, func(t *testing.T) {
			inLab(t, func(c *Config) { c.Bind = []netip.Addr{ourAddr} }, func(l *lab) {
				ln := l.listen()
				l.apply(neighbor())
				ours := l.accept(ln)
				theirs := l.connect(theirAddr)
				open := theirOpen(func(c *bgp.OpenConfig) { c.ID = netip.MustParseAddr(tt.id) }).Append(nil)
				for _, r := range []*remote{ours, theirs} {
					r.expect(bgp.TypeOpen)
				}
				ours.send(open)
				ours.expect(bgp.TypeKeepalive)
				stays, goes := ours, theirs
				if tt.theirs {
					stays, goes = theirs, ours
				}
				go func() { _, _ = theirs.conn.Write(open) }()
				goes.expectNotification(6, 7)
				goes.conn.Close()
				if tt.theirs {
					stays.expect(bgp.TypeKeepalive)
				}
				stays.keepalive()
				synctest.Wait()
				if l.s.Peers()[0].Status().State != fsm.Established {
					t.Error("no session")
				}
			})
		})
	}
}

func TestAutomaticLocalAS(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor(func(n *config.Neighbor) { n.Session.LocalAS, n.Session.PeerAS = 0, 0 }))
		r := l.accept(ln)
		r.send(theirOpen().Append(nil))
		o, err := bgp.ParseOpen(r.expect(bgp.TypeOpen))
		if err != nil || o.ASN() != 65002 {
			t.Errorf("OPEN of AS %d, %v", o.ASN(), err)
		}
		r.expect(bgp.TypeKeepalive)
		r.keepalive()
		l.hears("ACTIVE IDLE connected CONNECT <open >open OPENSENT negotiated OPENCONFIRM >keepalive <keepalive ESTABLISHED up")
	})
}

func TestAutomaticLocalAddress(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor(func(n *config.Neighbor) {
			n.Session.Local, n.Session.RouterID = netip.Addr{}, netip.MustParseAddr("198.51.100.9")
		}))
		p := l.s.Peers()[0]
		if p.Event().Local.IsValid() {
			t.Error("the local address is known before there is a connection")
		}
		l.session(ln)
		if got := p.Event().Local; got != ourAddr {
			t.Errorf("local address %v", got)
		}
		if got := p.Status().Negotiated.Self.Local; got != ourAddr {
			t.Errorf("next-hop self is %v", got)
		}
	})
}

func TestShutdown(t *testing.T) {
	for _, graceful := range []bool{false, true} {
		inLab(t, nil, func(l *lab) {
			ln := l.listen()
			l.apply(neighbor(func(n *config.Neighbor) {
				if graceful {
					n.Session.Capability.GracefulRestart = new(uint16(120))
				}
			}))
			r := l.session(ln, func(c *bgp.OpenConfig) {
				if graceful {
					c.GracefulRestart = new(uint16(120))
				}
			})
			go func() {
				if err := l.s.Shutdown(context.Background()); err != nil {
					t.Error(err)
				}
			}()
			if !graceful {
				r.expectNotification(6, 2)
			}
			r.expectEnd()
			l.rec.take()
		})
	}
}

func TestConfigurationChanges(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.session(ln)
		l.rec.take()

		// Nothing but Live: the session goes on.
		l.apply(neighbor(func(n *config.Neighbor) { n.Live.Description = "a friend" }))
		l.hears("")
		p := l.s.Peers()[0]
		if p.Neighbor().Live.Description != "a friend" {
			t.Error("the description did not change")
		}

		// The session changes: it ends and comes back.
		l.apply(neighbor(func(n *config.Neighbor) { n.Session.HoldTime = 30 * time.Second }))
		r.expectNotification(6, 6)
		r.conn.Close()
		r = l.accept(ln)
		o, err := bgp.ParseOpen(r.expect(bgp.TypeOpen))
		if err != nil || o.HoldTime != 30 {
			t.Errorf("OPEN %+v, %v", o, err)
		}
		r.send(theirOpen().Append(nil))
		r.expect(bgp.TypeKeepalive)
		r.keepalive()
		l.hears(">notification(Cease / Other Configuration Change) " +
			"down(sent NOTIFICATION Cease / Other Configuration Change) IDLE " + upEvents)
		if q := l.s.Peers()[0]; len(l.s.Peers()) != 1 || q == p || q.ID() != p.ID() {
			t.Error("the new peer does not have the place of the old one")
		}

		// Another name: one peer goes, another one comes.
		l.apply(neighbor(func(n *config.Neighbor) { n.Session.LocalAS = 65009 }))
		r.expectNotification(6, 3)
		r.conn.Close()
		r = l.session(ln)
		l.apply()
		r.expectNotification(6, 3)
		r.conn.Close()
		synctest.Wait()
		if n := len(l.s.Peers()); n != 0 {
			t.Errorf("%d peers left", n)
		}
	})
}

// A session that has nothing to announce needs nobody's leave: whatever somebody does with the
// Adj-RIB-Out, KEEPALIVEs are sent and what comes is reported.
func TestSessionBesideLockedTable(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.session(ln)
		time.Sleep(time.Second)
		l.rec.take()

		locked := (*sync.Mutex)(reflect.ValueOf(l.out).Elem().FieldByName("mu").Addr().UnsafePointer())
		locked.Lock()
		defer locked.Unlock()
		for range 10 {
			start := time.Now()
			r.expect(bgp.TypeKeepalive)
			if d := time.Since(start); d > 30*time.Second {
				t.Errorf("a KEEPALIVE after %v", d)
			}
			synctest.Wait()
			r.keepalive()
			r.send(anUpdate())
			synctest.Wait()
			l.hears(">keepalive <keepalive <update")
		}
	})
}

// Commands count as given after a reload once it has been applied, also while the session
// that it ends lasts.
func TestCommandWhileSessionEnds(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table(withRoutes(0, 4)))
		r := l.session(ln)
		r.routes(5)
		synctest.Wait()

		// The peer does not read: the NOTIFICATION takes closeGrace.
		first := l.s.Peers()[0]
		l.apply(table(withRoutes(1, 4), func(n *config.Neighbor) { n.Session.HoldTime = 30 * time.Second }))
		synctest.Wait()
		select {
		case <-first.done:
			t.Fatal("the session has ended already")
		default:
		}
		l.out.Withdraw(rib.AllPeers(), route(1))
		changed := route(2)
		changed.NextHop = bgp.NextHopAddr(netip.MustParseAddr("192.0.2.8"))
		l.out.Announce(rib.AllPeers(), changed, owner)
		l.announce(4, 5)

		// A second reload comes before the first one's session can begin.
		l.apply(table(withRoutes(2, 4), func(n *config.Neighbor) { n.Session.HoldTime = 60 * time.Second }))
		l.out.Withdraw(rib.AllPeers(), route(3))

		r = l.session(ln)
		r.expectRoutes("+10.0.2.0/24", "+10.0.4.0/24", "eor")
		r.drain()
		l.announce(5, 6)
		synctest.Wait()
		if n := l.s.Peers()[0].SessionCounters().Sent.Update; n != 4 {
			t.Errorf("%d UPDATEs sent", n)
		}
	})
}

func TestOrderOfPeers(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		of := func(a string) *config.Neighbor {
			return neighbor(func(n *config.Neighbor) { n.Session.Peer = netip.MustParsePrefix(a + "/32") })
		}
		order := func(want string) {
			t.Helper()
			var got []string
			for _, p := range l.s.Peers() {
				got = append(got, strings.TrimPrefix(p.addr.String(), "192.0.2."))
			}
			if s := strings.Join(got, " "); s != want {
				t.Errorf("order %s, want %s", s, want)
			}
		}
		l.apply(of("192.0.2.11"), of("192.0.2.12"), of("192.0.2.13"))
		order("11 12 13")
		l.apply(of("192.0.2.13"), of("192.0.2.14"), of("192.0.2.11"))
		order("13 14 11")
		// A neighbor that is added alone stands last.
		n := of("192.0.2.10")
		if err := l.s.Apply([]config.Change{{Kind: config.Add, Name: n.Name(), New: n}}); err != nil {
			t.Fatal(err)
		}
		order("13 14 11 10")
	})
}

func TestRange(t *testing.T) {
	inLab(t, func(c *Config) { c.Bind = []netip.Addr{ourAddr} }, func(l *lab) {
		subnet := neighbor(func(n *config.Neighbor) {
			n.Session.Peer = netip.MustParsePrefix("192.0.2.0/25")
			n.Session.Passive = true
		})
		l.apply(subnet)
		a := l.connect(netip.MustParseAddr("192.0.2.17")).handshake()
		b := l.connect(netip.MustParseAddr("192.0.2.18")).handshake(func(c *bgp.OpenConfig) { c.ID = netip.MustParseAddr("10.0.0.3") })
		synctest.Wait()
		if n := len(l.s.Peers()); n != 2 || l.s.Peers()[0].Event().Remote.String() != "192.0.2.17" {
			t.Fatalf("%d peers", n)
		}
		a.conn.Close()
		time.Sleep(time.Minute)
		if n := len(l.s.Peers()); n != 1 {
			t.Errorf("%d peers after one has gone", n)
		}
		// In two ranges: nobody's.
		l.apply(subnet, neighbor(func(n *config.Neighbor) {
			n.Session.Peer = netip.MustParsePrefix("192.0.2.16/28")
			n.Session.Passive = true
		}))
		l.connect(netip.MustParseAddr("192.0.2.19")).expectNotification(6, 5)
		b.drain()
		l.apply()
		time.Sleep(time.Minute)
		if n := len(l.s.Peers()); n != 0 {
			t.Errorf("%d peers after the range has gone", n)
		}
	})
}

// A peer of a range that has changed while it connected is not added.
func TestChangedRange(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		l.apply(neighbor(func(n *config.Neighbor) {
			n.Session.Peer, n.Session.Passive = netip.MustParsePrefix("192.0.2.0/25"), true
		}))
		old := l.s.ranges[0]
		l.apply()
		p := newPeer(l.s, member(old.neighbor, theirAddr))
		p.rangeName = old.name
		if l.s.add(p, old) || len(l.s.Peers()) != 0 {
			t.Error("it is there")
		}
		if id := l.out.AddPeer(rib.PeerConfig{}); id != p.id {
			t.Error("its place is taken")
		}
	})
}

// An ending session of one peer does not hold up the connections of another.
func TestAcceptDoesNotWait(t *testing.T) {
	inLab(t, func(c *Config) { c.Bind = []netip.Addr{ourAddr} }, func(l *lab) {
		other := netip.MustParseAddr("192.0.2.3")
		passive := func(a netip.Addr) *config.Neighbor {
			return neighbor(func(n *config.Neighbor) {
				n.Session.Peer, n.Session.Passive = netip.PrefixFrom(a, 32), true
			})
		}
		l.apply(passive(theirAddr), passive(other))
		l.connect(theirAddr).handshake()
		synctest.Wait()
		start := time.Now()
		l.s.Peers()[0].Teardown(bgp.CeaseReset) // it does not read
		synctest.Wait()
		again, third := l.connect(theirAddr), l.connect(theirAddr)
		l.connect(other).expect(bgp.TypeOpen)
		third.expectNotification(6, 5)
		if got := time.Since(start); got != 0 {
			t.Errorf("waited for %v", got)
		}
		again.expect(bgp.TypeOpen)
		if got := time.Since(start); got != closeGrace {
			t.Errorf("the peer itself after %v", got)
		}
		// A connection to one that has gone does not stay open.
		gone := l.s.Peers()[1]
		l.apply(passive(theirAddr))
		<-gone.done
		here, there := net.Pipe()
		gone.accept(there)
		(&remote{t, here}).expectNotification(6, 5)
		here.Close()
	})
}

// Of very many strangers not all are told why they are refused.
func TestStrangers(t *testing.T) {
	inLab(t, func(c *Config) { c.Bind = []netip.Addr{ourAddr} }, func(l *lab) {
		l.apply()
		var all []*remote
		for range maxRefusing + 1 {
			all = append(all, l.connect(theirAddr))
		}
		synctest.Wait()
		all[maxRefusing].expectEnd()
		for _, r := range all[:maxRefusing] {
			r.expectNotification(6, 5)
		}
	})
}

func TestListenOfNeighbor(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		at := netip.AddrPortFrom(ourAddr, 1790)
		l.apply(neighbor(func(n *config.Neighbor) { n.Session.Listen = 1790 }))
		if l.net.listeners[at] == nil {
			t.Error("not listening")
		}
		l.apply(neighbor())
		if l.net.listeners[at] != nil {
			t.Error("still listening")
		}
	})
}

// A connection that comes before the neighbors do waits for them.
func TestConnectionBeforeApply(t *testing.T) {
	inLab(t, func(c *Config) { c.Bind = []netip.Addr{ourAddr} }, func(l *lab) {
		n := neighbor(func(n *config.Neighbor) { n.Session.Passive = true })
		if err := l.s.Listen(n); err != nil {
			t.Fatal(err)
		}
		remotes := make(chan *remote)
		go func() { remotes <- l.connect(theirAddr) }()
		synctest.Wait()
		l.apply(n)
		(<-remotes).handshake()
		synctest.Wait()
		if st := l.s.Peers()[0].Status(); st.State != fsm.Established {
			t.Errorf("state %v", st.State)
		}
	})
}

// A hundred speakers in one process share nothing.
func TestHundredSpeakers(t *testing.T) {
	for range 100 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			inLab(t, nil, func(l *lab) {
				ln := l.listen()
				l.apply(neighbor())
				l.session(ln)
				l.hears(upEvents)
			})
		})
	}
}

// peek is take that leaves it there.
func (r *recorder) peek() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.heard, " ")
}

// A peer that sends everything at once, up to its NOTIFICATION, still gets the
// KEEPALIVE that answers its OPEN (api-notification).
func TestNotificationBehindOpen(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(neighbor())
		r := l.accept(ln)
		r.expect(bgp.TypeOpen)
		r.send(slices.Concat(theirOpen().Append(nil), bgp.AppendKeepalive(nil),
			bgp.Cease(bgp.CeaseShutdown, "bye").Append(nil)))
		r.expect(bgp.TypeKeepalive)
		r.expectEnd()
		l.hears("ACTIVE IDLE connected CONNECT >open OPENSENT <open negotiated OPENCONFIRM >keepalive <keepalive ESTABLISHED up " +
			"<notification(Cease / Administrative Shutdown) down(received NOTIFICATION Cease / Administrative Shutdown) IDLE ACTIVE IDLE")
	})
}

func TestAfterShutdown(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		if err := l.s.Shutdown(l.t.Context()); err != nil {
			t.Fatal(err)
		}
		n := neighbor()
		if err := l.s.Apply([]config.Change{{Kind: config.Add, Name: n.Name(), New: n}}); err == nil {
			t.Error("a speaker that was shut down takes neighbors")
		}
		if len(l.s.Peers()) != 0 {
			t.Error("it has a peer")
		}
	})
}
