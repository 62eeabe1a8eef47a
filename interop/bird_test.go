package interop_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// The session of all tests: Herald, AS 65001 at 127.0.0.1, connects to BIRD, AS
// 65000 at 127.0.0.2.
const heraldConf = `
process test {
	run HELPER;
	encoder json;
}
neighbor 127.0.0.2 {
	router-id 127.0.0.1;
	local-address 127.0.0.1;
	local-as 65001;
	peer-as 65000;
	hold-time 9;
	%s
	family {
		ipv4 unicast;
		ipv6 unicast;
	}
	api {
		processes [ test ];
		neighbor-changes;
		receive {
			parsed;
			packets;
			update;
		}
	}
}
`

const birdConf = `
log stderr all;
router id 127.0.0.2;
mrtdump "DIR/dump.mrt";
mrtdump protocols { messages };

protocol device { }
protocol static four { ipv4; %[2]s }
protocol static six { ipv6; route 2001:db8:2::/48 unreachable; }
protocol bgp peer {
	local 127.0.0.2 port %[1]d as 65000;
	neighbor 127.0.0.1 as 65001;
	multihop;
	strict bind yes;
	passive yes;
	enable extended messages no;
	hold time 9;
	error wait time 1, 2;
	%[3]s
	ipv4 {
		import all;
		export where source = RTS_STATIC;
		next hop self;
		%[4]s
	};
	ipv6 {
		import all;
		export where source = RTS_STATIC;
		next hop address 2001:db8::2;
	};
}
`

const oneRoute = "route 203.0.113.0/24 unreachable;"

func birdWith(t *testing.T, port int, routes, session, channel string) *bird {
	t.Helper()
	return fly(t, fmt.Sprintf(birdConf, port, routes, session, channel))
}

func heraldWith(t *testing.T, port int, session string) *speaker {
	t.Helper()
	return speak(t, "herald", herald, port, fmt.Sprintf(heraldConf, session))
}

// update returns a whole UPDATE.
func update(body string) []byte { return bgptest.Message(2, bgptest.Hex(body)) }

func TestBirdRoutes(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	b := birdWith(t, port, oneRoute, "", "")
	h := heraldWith(t, port, "")
	h.hear(`"state": "up"`)
	h.tell(
		"announce route 198.51.100.0/24 next-hop self med 10 community [ 65001:1 ]",
		"announce ipv6 unicast 2001:db8:1::/48 next-hop 2001:db8::1",
	)

	b.shows([]string{"198.51.100.0/24", "BGP.med: 10", "BGP.community: (65001,1)", "BGP.as_path: 65001"},
		"show", "route", "all", "protocol", "peer")
	b.shows([]string{"2001:db8:1::/48", "BGP.next_hop: 2001:db8::1"}, "show", "route", "all", "protocol", "peer")
	b.wants(update(`
		0000 0022
		400101 00                      # ORIGIN igp
		400206 0201 0000FDE9           # AS_PATH 65001
		400304 7F000001                # NEXT_HOP 127.0.0.1
		800404 0000000A                # MED 10
		C00804 FDE90001                # COMMUNITY 65001:1
		18 C63364
	`))
	b.wants(update(`
		0000 002C
		400101 00
		400206 0201 0000FDE9
		800E1C 000201 10 20010DB8000000000000000000000001 00  30 20010DB80001
	`))

	// BIRD writes MP_REACH_NLRI in front of the other attributes, with a length of two octets.
	hearPacket(h, update(`
		0000 0014
		400101 00
		400206 0201 0000FDE8
		400304 7F000002
		18 CB0071
	`))
	hearPacket(h, update(`
		0000 002D
		900E001C 000201 10 20010DB8000000000000000000000002 00  30 20010DB80002
		400101 00
		400206 0201 0000FDE8
	`))

	h.tell("withdraw route 198.51.100.0/24", "withdraw ipv6 unicast 2001:db8:1::/48")
	b.until(func(s string) bool { return !strings.Contains(s, "198.51.100.0/24") }, "show", "route")
	b.wants(update(`0004 18 C63364 0000`))
	b.wants(update(`0000 000D 800F0A 000201 30 20010DB80001`))
}

// hearPacket waits for the event of a message, told by its octets.
func hearPacket(h *speaker, message []byte) {
	h.Helper()
	h.hear(fmt.Sprintf("%X", message[19:]))
}

func TestBirdMD5(t *testing.T) {
	for _, tt := range []struct {
		key string
		up  bool
	}{{"secret", true}, {"other", false}} {
		t.Run(tt.key, func(t *testing.T) {
			t.Parallel()
			port := freePort(t)
			birdWith(t, port, oneRoute, `password "secret";`, "")
			h := heraldWith(t, port, "md5-password "+tt.key+";")
			limit := patience
			if !tt.up {
				limit = 2 * time.Second
			}
			if _, up := h.hearWithin(limit, `"state": "up"`); up != tt.up {
				t.Errorf("up: got %v, want %v", up, tt.up)
			}
		})
	}
}

func TestBirdAddPath(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	b := birdWith(t, port, oneRoute+"\n}\nprotocol static more { ipv4 { preference 50; }; route 203.0.113.0/24 blackhole;",
		"", "add paths on;")
	h := heraldWith(t, port, "capability { add-path send/receive; }")
	h.hear(`"state": "up"`)
	h.tell(
		"announce route 198.51.100.0/24 next-hop 192.0.2.1 path-information 0.0.0.1",
		"announce route 198.51.100.0/24 next-hop 192.0.2.2 path-information 0.0.0.2",
	)
	b.shows([]string{"192.0.2.1", "192.0.2.2"}, "show", "route", "all", "for", "198.51.100.0/24")
	b.wants(update(`
		0000 0014 400101 00 400206 0201 0000FDE9 400304 C0000201
		00000001 18 C63364
	`))
	path := regexp.MustCompile(`"nlri": "203\.0\.113\.0/24", "path-information": "([0-9.]+)"`)
	paths := make(map[string]bool)
	for len(paths) < 2 {
		for _, found := range path.FindAllStringSubmatch(h.hear(`"203.0.113.0/24"`, `"path-information"`), -1) {
			paths[found[1]] = true
		}
	}
	h.tell("withdraw route 198.51.100.0/24 path-information 0.0.0.1")
	b.until(func(s string) bool { return !strings.Contains(s, "192.0.2.1") && strings.Contains(s, "192.0.2.2") },
		"show", "route", "all", "for", "198.51.100.0/24")
}

// TestBirdHoldTimer: a peer that falls silent is given up after the hold time, and
// gets everything again when it is back.
func TestBirdHoldTimer(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	b := birdWith(t, port, oneRoute, "hold time 3;", "")
	h := heraldWith(t, port, "")
	h.hear(`"state": "up"`)
	h.tell("announce route 198.51.100.0/24 next-hop self")
	b.shows([]string{"198.51.100.0/24"}, "show", "route")

	b.signal(syscall.SIGSTOP)
	began := time.Now()
	h.hear(`"state": "down"`)
	if after := time.Since(began); after < time.Second || after > 6*time.Second {
		t.Errorf("down after %v, want the hold time of 3s", after)
	}
	b.signal(syscall.SIGCONT)
	h.hear(`"state": "up"`)
	b.shows([]string{"198.51.100.0/24"}, "show", "route")
}

// TestBirdRestart: a peer that is killed gets everything again when it is back.
func TestBirdRestart(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	b := birdWith(t, port, oneRoute, "", "")
	h := heraldWith(t, port, "")
	h.hear(`"state": "up"`)
	h.tell("announce route 198.51.100.0/24 next-hop self")
	b.shows([]string{"198.51.100.0/24"}, "show", "route")

	b.kill()
	h.hear(`"state": "down"`)
	b = birdWith(t, port, oneRoute, "", "")
	h.hear(`"state": "up"`)
	b.shows([]string{"198.51.100.0/24"}, "show", "route")
	h.hear(`"203.0.113.0/24"`)
}

// TestBirdMany: ten thousand routes each way, and back.
func TestBirdMany(t *testing.T) {
	t.Parallel()
	const n = 10_000
	var routes strings.Builder
	commands := make([]string, n)
	for i := range n {
		fmt.Fprintf(&routes, "route 10.%d.%d.0/24 unreachable;\n", i/250, i%250)
		commands[i] = fmt.Sprintf("announce route 20.%d.%d.0/24 next-hop 192.0.2.1", i/250, i%250)
	}
	port := freePort(t)
	b := birdWith(t, port, routes.String(), "", "")
	h := heraldWith(t, port, "")

	h.tell(commands...)
	hearPrefixes(h, "10.", n)
	counted := func(want int) func(string) bool {
		return func(answer string) bool {
			return strings.Contains(answer, strconv.Itoa(want)+" of ")
		}
	}
	b.until(counted(n), "show", "route", "protocol", "peer", "count")

	for i := range commands {
		commands[i] = "withdraw" + strings.TrimPrefix(commands[i], "announce")
	}
	h.tell(commands...)
	b.until(counted(0), "show", "route", "protocol", "peer", "count")
}
