package interop_test

import (
	"cmp"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestUnicast: routes of both families, both ways, and withdrawn. FRR and GoBGP refuse a
// next hop in 127.0.0.0/8.
func TestUnicast(t *testing.T) {
	each(t, "unicast", func(d driver) {
		t := d.T
		port := freePort(t)
		p := d.start(t, setup{port: port})
		h := heraldWith(t, port, "")
		h.tell(
			"announce route 198.51.100.0/24 next-hop 192.0.2.1",
			"announce ipv6 unicast 2001:db8:1::/48 next-hop 2001:db8::1",
		)
		shows(t, p, "198.51.100.0/24", "2001:db8:1::/48", "2001:db8::1")
		shows(t, h, `ipv4 unicast { "nlri": "203.0.113.0/24" } next-hop 127.0.0.2 { "origin": "igp", "as-path": `)
		shows(t, h, `ipv6 unicast { "nlri": "2001:db8:2::/48" } next-hop `+cmp.Or(d.hop6, "2001:db8::2")+` { "origin": "igp", "as-path": `)
		h.tell("withdraw route 198.51.100.0/24", "withdraw ipv6 unicast 2001:db8:1::/48")
		hides(t, p, "198.51.100.0/24")
		hides(t, p, "2001:db8:1::/48")
	})
}

func TestMD5(t *testing.T) {
	each(t, "md5", func(d driver) {
		t := d.T
		for _, tt := range []struct {
			key string
			up  bool
		}{{"secret", true}, {"other", false}} {
			port := freePort(t)
			d.start(t, setup{port: port, password: "secret"})
			h := heraldWith(t, port, "md5-password "+tt.key+";")
			limit := patience
			if !tt.up {
				limit = 2 * time.Second
			}
			if _, up := h.hearWithin(limit, `"state": "up"`); up != tt.up {
				t.Errorf("with key %s up: got %v, want %v", tt.key, up, tt.up)
			}
		}
	})
}

// TestAddPath: two paths to one prefix stay two (RFC 7911).
func TestAddPath(t *testing.T) {
	each(t, "add-path", func(d driver) {
		t := d.T
		port := freePort(t)
		p := d.start(t, setup{port: port, addPath: true})
		h := heraldWith(t, port, "capability { add-path send/receive; }")
		h.tell(
			"announce route 198.51.100.0/24 next-hop 192.0.2.1 path-information 0.0.0.1",
			"announce route 198.51.100.0/24 next-hop 192.0.2.2 path-information 0.0.0.2",
		)
		shows(t, p, "192.0.2.1", "192.0.2.2")
		shows(t, h, `ipv4 unicast { "nlri": "203.0.113.0/24", "path-information": "`)
		h.tell("withdraw route 198.51.100.0/24 path-information 0.0.0.1")
		hides(t, p, "192.0.2.1")
		shows(t, p, "198.51.100.0/24", "192.0.2.2")
	})
}

// TestHoldTimer: a peer that falls silent is given up after the hold time, and gets
// everything again when it speaks.
func TestHoldTimer(t *testing.T) {
	each(t, "hold", func(d driver) {
		t := d.T
		port := freePort(t)
		p := d.start(t, setup{port: port, hold: 3})
		h := heraldWith(t, port, "")
		h.hear(`"state": "up"`)
		h.tell("announce route 198.51.100.0/24 next-hop 192.0.2.1")
		shows(t, p, "198.51.100.0/24")

		p.signal(syscall.SIGSTOP)
		began := time.Now()
		h.hear(`"state": "down"`)
		if after := time.Since(began); after < time.Second || after > 6*time.Second {
			t.Errorf("down after %v, want the hold time of 3s", after)
		}
		p.signal(syscall.SIGCONT)
		h.hear(`"state": "up"`)
		shows(t, p, "198.51.100.0/24")
	})
}

// TestRestart: whoever is killed gets everything again when it is back; what the other
// had from it is gone meanwhile.
func TestRestart(t *testing.T) {
	each(t, "restarts", func(d driver) {
		t := d.T
		port := freePort(t)
		p := d.start(t, setup{port: port})
		h := heraldWith(t, port, "")
		h.hear(`"state": "up"`)
		h.tell("announce route 198.51.100.0/24 next-hop 192.0.2.1")
		shows(t, p, "198.51.100.0/24")
		shows(t, h, "203.0.113.0/24")

		p.kill()
		hides(t, h, "203.0.113.0/24")
		p = d.start(t, setup{port: port})
		shows(t, p, "198.51.100.0/24")
		shows(t, h, "203.0.113.0/24")

		h.kill()
		hides(t, p, "198.51.100.0/24")
		h = heraldWith(t, port, "")
		h.tell("announce route 198.51.100.0/24 next-hop 192.0.2.1")
		shows(t, p, "198.51.100.0/24")
		shows(t, h, "203.0.113.0/24")
	})
}

// TestGracefulRestart: what Herald has announced outlives it (RFC 4724).
func TestGracefulRestart(t *testing.T) {
	const session = "capability { graceful-restart 60; }"
	each(t, "restart", func(d driver) {
		t := d.T
		port := freePort(t)
		p := d.start(t, setup{port: port, restart: true})
		h := heraldWith(t, port, session)
		h.tell("announce route 198.51.100.0/24 next-hop 192.0.2.1", "announce route 198.51.101.0/24 next-hop 192.0.2.1")
		shows(t, p, "198.51.100.0/24", "198.51.101.0/24")

		h.kill()
		time.Sleep(time.Second)
		if shown := p.shown(""); !strings.Contains(shown, "198.51.100.0/24") {
			t.Errorf("without Herald the daemon shows\n%s", shown)
		}
		h = heraldWith(t, port, session)
		h.tell("announce route 198.51.100.0/24 next-hop 192.0.2.1")
		hides(t, p, "198.51.101.0/24") // after the End-of-RIB
		shows(t, p, "198.51.100.0/24")
	})
}

// TestRefresh: both sides can ask for everything again (RFC 2918, RFC 7313). FRR ignores
// that until it has sent an End-of-RIB, and sends one only to those that restart
// gracefully.
func TestRefresh(t *testing.T) {
	each(t, "refresh", func(d driver) {
		t := d.T
		port := freePort(t)
		p := d.start(t, setup{port: port})
		h := heraldWith(t, port, "capability { route-refresh; graceful-restart 60; }")
		h.hear(`"203.0.113.0/24"`)
		h.tell("announce route 198.51.100.0/24 next-hop 192.0.2.1")
		shows(t, p, "198.51.100.0/24")

		if d.can("answer") {
			h.drain()
			h.tell("announce route-refresh ipv4 unicast")
			h.hear(`"203.0.113.0/24"`)
		}
		if r, ok := p.(refresher); ok {
			r.refresh()
			h.hear(`"type": "refresh"`, `"ipv4"`, `"unicast"`)
			shows(t, p, "198.51.100.0/24")
		}
	})
}

// TestRole: a provider's routes are marked, and two providers have no session (RFC 9234).
// ExaBGP 5.0 does not know the attribute, and so shows its octets.
func TestRole(t *testing.T) {
	each(t, "role", func(d driver) {
		t := d.T
		port := freePort(t)
		p := d.start(t, setup{port: port, role: "provider"})
		h := heraldWith(t, port, "capability { role customer strict; }")
		shows(t, h, `"203.0.113.0/24"`, `"attribute-0x23-0xE0": "0x0000fde8"`)
		h.tell("announce route 198.51.100.0/24 next-hop 192.0.2.1")
		shows(t, p, "198.51.100.0/24")

		port = freePort(t)
		d.start(t, setup{port: port, role: "provider"})
		h = heraldWith(t, port, "capability { role provider; }")
		h.hear(`"state": "down"`, "(2,11)")
	})
}

// TestExtendedMessage: a route that needs more than 4096 octets (RFC 8654).
func TestExtendedMessage(t *testing.T) {
	each(t, "extended", func(d driver) {
		t := d.T
		port := freePort(t)
		p := d.start(t, setup{port: port, extended: true})
		h := heraldWith(t, port, "capability { extended-message; }")
		var communities strings.Builder
		for i := range 2000 {
			fmt.Fprintf(&communities, " 65001:%d", 10000+i)
		}
		h.tell("announce route 198.51.100.0/24 next-hop 192.0.2.1 community [" + communities.String() + " ]")
		shows(t, p, "198.51.100.0/24", "10000", "11999")
	})
}

// TestManyRoutes: ten thousand routes to the daemon and on to another Herald, then
// withdrawn.
func TestManyRoutes(t *testing.T) {
	const n = 10_000
	each(t, "many", func(d driver) {
		t := d.T
		port := freePort(t)
		p := d.start(t, setup{port: port, family: "ipv4 unicast"})
		from := heraldInside(t, port, "127.0.0.1", "ipv4 unicast;")
		to := heraldInside(t, port, "127.0.0.3", "ipv4 unicast;")
		to.hear(`"state": "up"`)
		commands := make([]string, n)
		for i := range commands {
			commands[i] = fmt.Sprintf("announce route 20.%d.%d.0/24 next-hop 192.0.2.1", i/250, i%250)
		}
		from.tell(commands...)
		counted := func(want int) func(string) bool {
			return func(shown string) bool { return strings.Count(shown, `"20.`) == want }
		}
		until(t, to, "", counted(n))
		if shown := p.shown("ipv4 unicast"); strings.Count(shown, "20.39.") < 250 {
			t.Errorf("the daemon shows\n%s", tail([]byte(shown), 8<<10))
		}
		for i := range commands {
			commands[i] = "withdraw" + strings.TrimPrefix(commands[i], "announce")
		}
		from.tell(commands...)
		until(t, to, "", counted(0))
	})
}
