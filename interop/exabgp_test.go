package interop_test

import (
	"fmt"
	"strings"
	"testing"
)

// The configuration of ExaBGP 4.2, which waits for Herald.
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
	hold-time %d;
	passive true;
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
	static {
		route 203.0.113.0/24 next-hop 127.0.0.2;
		route 2001:db8:2::/48 next-hop 2001:db8::2;
	}
}
`

func startExaBGP(t *testing.T, s setup) *speaker {
	t.Helper()
	var session []string
	if s.password != "" {
		session = append(session, fmt.Sprintf("md5-password %s; md5-base64 false; listen %d;", s.password, s.port))
	}
	if s.addPath {
		session = append(session, "capability { add-path send/receive; }")
	}
	conf := fmt.Sprintf(exabgpConf, s.holdTime(), strings.Join(session, "\n\t"))
	return speak(t, "exabgp", need(t, "exabgp"), s.port, conf, "exabgp_tcp_bind=127.0.0.2")
}

// TestExaBGPOctets: ExaBGP has received exactly these messages, and Herald those.
func TestExaBGPOctets(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	e := startExaBGP(t, setup{port: port})
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
	e := startExaBGP(t, setup{port: port})
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
