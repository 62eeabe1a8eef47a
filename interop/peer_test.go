package interop_test

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// setup says how a daemon is to meet Herald. All are AS 65000 at 127.0.0.2, wait for
// Herald to connect, and do not ask what policy it has.
type setup struct {
	port int

	// Two internal neighbors, 127.0.0.1 and 127.0.0.3, between which the daemon
	// reflects routes of a family; when there is none an external one, AS 65001 at
	// 127.0.0.1, which gets 203.0.113.0/24 and 2001:db8:2::/48, next hop 2001:db8::2.
	family string

	hold     int // seconds; 9 unless given
	password string
	role     string // RFC 9234
	addPath  bool
	extended bool // messages of RFC 8654
	restart  bool // graceful restart

	extra string // of BIRD's own configuration
}

func (s setup) holdTime() int {
	if s.hold == 0 {
		return 9
	}
	return s.hold
}

// peer is a daemon that runs.
type peer interface {
	// shown returns the routes that it has from Herald, of a family or of all, as it
	// shows them.
	shown(family string) string
	signal(syscall.Signal)
	kill()
}

// refresher is a peer that can be told to ask for routes again.
type refresher interface{ refresh() }

// driver runs a daemon.
type driver struct {
	*testing.T // of the test that each runs

	name     string
	start    func(*testing.T, setup) peer
	programs []string
	lacks    string // names of tests of what it cannot do
	hop6     string // next hop of its IPv6 route, unless 2001:db8::2
}

// drivers returns the daemons that Herald meets, in the versions of Debian 12.
func drivers() []driver {
	return []driver{
		{name: "bird", start: asPeer(startBird), programs: []string{"bird", "birdc"}},
		{name: "exabgp", start: asPeer(startExaBGP), programs: []string{"exabgp"}, lacks: "families many extended restart refresh role"},
		{name: "frr", start: asPeer(startFRR), programs: []string{frrBGPD, "vtysh"}},
		// GoBGP 3.10 knows neither RFC 9234 nor RFC 8654, and softresetin looks only
		// at the routes that it has.
		{name: "gobgp", start: asPeer(startGoBGP), programs: []string{"gobgpd", "gobgp"}, lacks: "role extended"},
		// OpenBGPD sets a key only where the kernel has PF_KEY; it does not answer a
		// ROUTE-REFRESH, saying that the family, which it shows as negotiated, is not;
		// and in spite of a filter IPv6 routes have its own address as next hop. VPN
		// routes that are withdrawn, by Herald as by GoBGP, it keeps.
		{name: "openbgpd", start: asPeer(startOpenBGPD), programs: []string{"bgpctl", openBGPD}, lacks: "md5 extended restart answer withdraw-vpn", hop6: "::1"},
	}
}

func asPeer[P peer](start func(*testing.T, setup) P) func(*testing.T, setup) peer {
	return func(t *testing.T, s setup) peer {
		t.Helper()
		return start(t, s)
	}
}

func (d driver) can(test string) bool { return !slices.Contains(strings.Fields(d.lacks), test) }

// each runs a test, in parallel, with every daemon that can do something.
func each(t *testing.T, what string, test func(driver)) {
	t.Helper()
	t.Parallel()
	for _, d := range drivers() {
		if !d.can(what) {
			continue
		}
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			for _, program := range d.programs {
				need(t, program)
			}
			d.T = t
			test(d)
		})
	}
}

// until waits until what a daemon shows is right.
func until(t *testing.T, p peer, family string, right func(shown string) bool) {
	t.Helper()
	for began := time.Now(); ; {
		asked := time.Now()
		shown := p.shown(family)
		if right(shown) {
			return
		}
		if time.Since(began) > patience {
			t.Fatalf("the daemon shows\n%s", shown)
		}
		time.Sleep(max(20*time.Millisecond, time.Since(asked)))
	}
}

// shows waits until a daemon shows all of the words.
func shows(t *testing.T, p peer, words ...string) {
	t.Helper()
	until(t, p, "", func(shown string) bool {
		for _, w := range words {
			if !strings.Contains(shown, w) {
				return false
			}
		}
		return true
	})
}

// hides waits until a daemon does not show a word.
func hides(t *testing.T, p peer, word string) {
	t.Helper()
	until(t, p, "", func(shown string) bool { return !strings.Contains(shown, word) })
}
