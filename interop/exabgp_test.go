package interop_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The peer of these tests: ExaBGP 4.2, AS 65000 at 127.0.0.2, which waits for Herald.
const exabgpConf = `
process test {
	run HELPER;
	encoder json;
}
neighbor 127.0.0.1 {
	router-id 127.0.0.2;
	local-address 127.0.0.2;
	local-as 65000;
	peer-as 65001;
	hold-time 9;
	passive true;
	SESSION
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
	static {
		route 203.0.113.0/24 next-hop 127.0.0.2;
		route 2001:db8:2::/48 next-hop 2001:db8::2;
	}
}
`

func exabgpAt(t *testing.T, port int) *speaker {
	t.Helper()
	return exabgpWith(t, port, "")
}

func exabgpWith(t *testing.T, port int, session string) *speaker {
	t.Helper()
	conf := strings.Replace(exabgpConf, "SESSION", session, 1)
	return speak(t, "exabgp", need(t, "exabgp"), port, conf, "exabgp_tcp_bind=127.0.0.2")
}

func TestExaBGPRoutes(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	e := exabgpAt(t, port)
	h := heraldWith(t, port, "")
	h.hear(`"state": "up"`)
	h.tell(
		"announce route 198.51.100.0/24 next-hop self med 10 community [ 65001:1 ]",
		"announce ipv6 unicast 2001:db8:1::/48 next-hop 2001:db8::1",
	)
	hearPacket(e, update(`
		0000 0022
		400101 00                      # ORIGIN igp
		400206 0201 0000FDE9           # AS_PATH 65001
		400304 7F000001                # NEXT_HOP 127.0.0.1
		800404 0000000A                # MED 10
		C00804 FDE90001                # COMMUNITY 65001:1
		18 C63364
	`))
	hearPacket(e, update(`
		0000 002C
		400101 00
		400206 0201 0000FDE9
		800E1C 000201 10 20010DB8000000000000000000000001 00  30 20010DB80001
	`))
	hearPacket(h, update(`
		0000 0014
		400101 00
		400206 0201 0000FDE8
		400304 7F000002
		18 CB0071
	`))
	hearPacket(h, update(`
		0000 002C
		400101 00
		400206 0201 0000FDE8
		800E1C 000201 10 20010DB8000000000000000000000002 00  30 20010DB80002
	`))

	h.tell("withdraw route 198.51.100.0/24", "withdraw ipv6 unicast 2001:db8:1::/48")
	hearPacket(e, update(`0004 18 C63364 0000`))
	hearPacket(e, update(`0000 000D 800F0A 000201 30 20010DB80001`))
}

// TestExaBGPRestart: a peer that is killed gets everything again when it is back.
func TestExaBGPRestart(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	e := exabgpAt(t, port)
	h := heraldWith(t, port, "")
	h.hear(`"state": "up"`)
	h.tell("announce route 198.51.100.0/24 next-hop self")
	e.hear(`"198.51.100.0/24"`)

	e.kill()
	h.hear(`"state": "down"`)
	e = exabgpAt(t, port)
	h.hear(`"state": "up"`)
	e.hear(`"198.51.100.0/24"`)
	h.hear(`"203.0.113.0/24"`)
}

func TestExaBGPMD5(t *testing.T) {
	for _, tt := range []struct {
		key string
		up  bool
	}{{"secret", true}, {"other", false}} {
		t.Run(tt.key, func(t *testing.T) {
			t.Parallel()
			port := freePort(t)
			exabgpWith(t, port, fmt.Sprintf("md5-password secret; md5-base64 false; listen %d;", port))
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

// TestExaBGPAddPath: two paths to one prefix stay two.
func TestExaBGPAddPath(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	e := exabgpWith(t, port, "capability { add-path send/receive; }")
	h := heraldWith(t, port, "capability { add-path send/receive; }")
	h.hear(`"state": "up"`)
	h.tell(
		"announce route 198.51.100.0/24 next-hop self path-information 0.0.0.1",
		"announce route 198.51.100.0/24 next-hop self med 20 path-information 0.0.0.2",
	)
	e.hear(`"198.51.100.0/24"`, `"0.0.0.1"`)
	e.hear(`"198.51.100.0/24"`, `"0.0.0.2"`)
	h.hear(`"203.0.113.0/24"`, `"0.0.0.0"`)
}

// TestExaBGPHoldTimer: a peer that is silent for the hold time is given up, and
// gets everything again when it speaks.
func TestExaBGPHoldTimer(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	e := exabgpWith(t, port, "hold-time 3;")
	h := heraldWith(t, port, "")
	h.hear(`"state": "up"`)
	h.tell("announce route 198.51.100.0/24 next-hop self")
	e.hear(`"198.51.100.0/24"`)

	e.signal(syscall.SIGSTOP)
	began := time.Now()
	h.hear(`"state": "down"`)
	if after := time.Since(began); after < time.Second || after > 6*time.Second {
		t.Errorf("down after %v, want the hold time of 3s", after)
	}
	e.signal(syscall.SIGCONT)
	h.hear(`"state": "up"`)
	e.hear(`"198.51.100.0/24"`)
}

// TestExaBGPMany: ten thousand routes each way.
func TestExaBGPMany(t *testing.T) {
	t.Parallel()
	const n = 10_000
	ours, theirs := make([]string, n), make([]string, n)
	for i := range n {
		ours[i] = fmt.Sprintf("announce route 20.%d.%d.0/24 next-hop 192.0.2.1", i/250, i%250)
		theirs[i] = fmt.Sprintf("announce route 10.%d.%d.0/24 next-hop 192.0.2.2", i/250, i%250)
	}
	port := freePort(t)
	e := exabgpAt(t, port)
	h := heraldWith(t, port, "")
	h.hear(`"state": "up"`)
	h.tell(ours...)
	hearPrefixes(e, "20.", n)
	e.tell(theirs...)
	hearPrefixes(h, "10.", n)
}

// hearPrefixes waits for n different prefixes that begin so.
func hearPrefixes(s *speaker, begin string, n int) {
	s.Helper()
	seen := make(map[string]bool, n)
	for len(seen) < n {
		for part := range strings.SplitSeq(s.hear(`"`+begin), `"`) {
			if strings.HasPrefix(part, begin) && strings.HasSuffix(part, "/24") {
				seen[part] = true
			}
		}
	}
}
