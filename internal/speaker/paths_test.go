package speaker

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/rib"
)

// addPath is add-path in both directions, with a limit of ours.
func addPath(limit uint16) func(*config.Neighbor) {
	return func(n *config.Neighbor) {
		n.Session.Capability.AddPathSend, n.Session.Capability.AddPathReceive = true, true
		n.Session.Capability.RouteRefresh = true
		n.Session.PathsLimit = map[bgp.Family]uint16{bgp.IPv4Unicast: limit}
	}
}

// theirPaths is the same in the peer's OPEN.
func theirPaths(limit uint16) func(*bgp.OpenConfig) {
	return func(c *bgp.OpenConfig) {
		c.AddPathSend, c.AddPathReceive, c.RouteRefresh = true, true, true
		c.PathsLimit = map[bgp.Family]uint16{bgp.IPv4Unicast: limit}
	}
}

// path is a path of one of few prefixes.
func path(prefix, id, med int) *rib.Route {
	r := route(prefix)
	r.NLRI[3] = byte(id)
	r.Attrs = bgp.MakeAttrs([]byte{0x80, 4, 4, 0, 0, 0, byte(med)})
	return r
}

// holder is a peer that takes every UPDATE, and never has more paths than its limit.
type holder struct {
	t     *testing.T
	limit int
	paths map[string]map[string]bool // by prefix
}

func (h *holder) read(r *remote) {
	session := &bgp.Negotiated{
		ASN4: true, MaxMessage: bgp.MaxMessage, Families: []bgp.Family{bgp.IPv4Unicast},
		AddPathRecv: []bgp.Family{bgp.IPv4Unicast},
	}
	h.paths = map[string]map[string]bool{}
	for {
		t, body, err := r.read()
		if err != nil {
			return
		}
		if t != bgp.TypeUpdate {
			continue
		}
		var u bgp.Update
		if err := bgp.ParseUpdate(&u, body, session); err != nil {
			h.t.Error(err)
			return
		}
		for _, s := range u.Unreach {
			for id, nlri, ok := s.Next(); ok; id, nlri, ok = s.Next() {
				delete(h.paths[string(nlri)], string(id))
			}
		}
		for _, s := range u.Reach {
			for id, nlri, ok := s.Next(); ok; id, nlri, ok = s.Next() {
				p := h.paths[string(nlri)]
				if p == nil {
					p = map[string]bool{}
					h.paths[string(nlri)] = p
				}
				if p[string(id)] = true; len(p) > h.limit {
					h.t.Errorf("%d paths of %x", len(p), nlri)
				}
			}
		}
	}
}

// A peer with a limit of two paths never has more, whatever is announced, withdrawn,
// sent again or lost; and has two wherever there are two.
func TestPathsLimit(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table(addPath(9)))
		var h *holder
		var r *remote
		connect := func() {
			r, h = l.session(ln, theirPaths(2)), &holder{t: t, limit: 2}
			go h.read(r)
		}
		connect()
		rnd := rand.New(rand.NewPCG(1, 1))
		meant := map[string]map[int]bool{}
		for step := range 2000 {
			p, id := rnd.IntN(3), rnd.IntN(6)
			key := fmt.Sprint(p)
			if meant[key] == nil {
				meant[key] = map[int]bool{}
			}
			switch n := rnd.IntN(100); {
			case n < 50:
				l.out.Announce(rib.AllPeers(), path(p, id, rnd.IntN(3)), owner)
				meant[key][id] = true
			case n < 85:
				l.out.Withdraw(rib.AllPeers(), path(p, id, 0))
				delete(meant[key], id)
			case n < 88:
				l.out.Flush(rib.AllPeers())
			case n < 91:
				r.send(bgp.RouteRefresh{Family: bgp.IPv4Unicast}.Append(nil))
			case n < 92:
				l.out.Clear(rib.AllPeers())
				clear(meant)
			case n < 93:
				r.conn.Close()
				connect()
			default:
				l.out.Commit(owner)
			}
			l.out.Wake()
			if step%20 > 0 {
				continue
			}
			time.Sleep(2 * firstLongest)
			r.keepalive()
			synctest.Wait()
			for p := range 3 {
				n := len(h.paths[string(path(p, 0, 0).NLRI[4:])])
				if want := min(2, len(meant[fmt.Sprint(p)])); n != want {
					t.Fatalf("step %d: %d paths of prefix %d, want %d", step, n, p, want)
				}
			}
		}
	})
}

// The room of a path that no message can hold goes to the next one.
func TestPathsLimitRefused(t *testing.T) {
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table(addPath(9)))
		r, h := l.session(ln, theirPaths(1)), &holder{t: t, limit: 1}
		go h.read(r)
		big := path(0, 1, 0)
		big.Attrs = bgp.MakeAttrs(append([]byte{0xd0, 99, 0x10, 0}, make([]byte, 4096)...))
		l.out.Announce(rib.AllPeers(), big, owner)
		l.out.Announce(rib.AllPeers(), path(0, 2, 0), owner)
		l.out.Wake()
		time.Sleep(time.Second)
		synctest.Wait()
		if !h.paths[string(big.NLRI[4:])]["\x00\x00\x00\x02"] {
			t.Errorf("the peer has %v", h.paths)
		}
	})
}

// A peer that sends more paths than we want is reported once; nothing is dropped.
func TestPathsAudit(t *testing.T) {
	update := func(withdraw bool, id, prefix byte) []byte {
		if withdraw {
			return message(bgp.TypeUpdate, []byte{0, 8, 0, 0, 0, id, 24, 10, 0, prefix, 0, 0})
		}
		attrs := []byte{0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfd, 0xea, 0x40, 3, 4, 192, 0, 2, 2}
		body := append([]byte{0, 0, 0, byte(len(attrs))}, attrs...)
		return message(bgp.TypeUpdate, append(body, 0, 0, 0, id, 24, 10, 0, prefix))
	}
	for _, tt := range []struct {
		name     string
		audit    bool
		updates  [][]byte
		warnings int
	}{
		{"within", true, [][]byte{update(false, 1, 0), update(false, 2, 0), update(false, 1, 0), update(false, 3, 1)}, 0},
		{"replaced", true, [][]byte{update(false, 1, 0), update(false, 2, 0), update(true, 1, 0), update(false, 3, 0)}, 0},
		{"unknown withdraw", true, [][]byte{update(false, 1, 0), update(false, 2, 0), update(true, 7, 0), update(false, 3, 0)}, 1},
		{"often", true, [][]byte{update(false, 1, 0), update(false, 2, 0), update(false, 3, 0), update(false, 4, 0)}, 1},
		{"not asked for", false, [][]byte{update(false, 1, 0), update(false, 2, 0), update(false, 3, 0)}, 0},
	} {
		var log strings.Builder
		inLab(t, func(c *Config) {
			c.PathsAudit, c.Logger = tt.audit, slog.New(slog.NewTextHandler(&log, nil))
		}, func(l *lab) {
			ln := l.listen()
			l.apply(neighbor(addPath(2), func(n *config.Neighbor) { n.Session.AdjRIBIn = true }))
			r := l.session(ln, theirPaths(0))
			r.drain()
			for _, u := range tt.updates {
				r.send(u)
			}
			synctest.Wait()
			if n := l.s.Peers()[0].SessionCounters().Received.Update; n != uint64(len(tt.updates)) {
				t.Errorf("%s: %d UPDATEs read", tt.name, n)
			}
		})
		if n := strings.Count(log.String(), "more paths"); n != tt.warnings {
			t.Errorf("%s: %d warnings:\n%s", tt.name, n, log.String())
		}
		if tt.warnings > 0 && !strings.Contains(log.String(), "prefix=10.0.0.0/24 limit=2") {
			t.Errorf("%s: %s", tt.name, log.String())
		}
	}
}

// Without a limit of ours nothing is counted.
func TestNoAudit(t *testing.T) {
	p := &Peer{s: &Speaker{cfg: Config{PathsAudit: true}}}
	n := neighbor()
	n.Session.Local = netip.Addr{}
	p.neighbor.Store(n)
	if newAudit(p, &bgp.Negotiated{AddPathRecv: []bgp.Family{bgp.IPv4Unicast}}) != nil {
		t.Error("an audit without limits")
	}
}
