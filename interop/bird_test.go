package interop_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// bird is BIRD 2, with its control socket.
type bird struct {
	*daemon
	dir string
}

const birdConf = `
log stderr all;
router id 127.0.0.2;
mrtdump "DIR/dump.mrt";
mrtdump protocols { messages };

protocol device { }
template bgp herald {
	local 127.0.0.2 port %d as 65000;
	multihop;
	strict bind yes;
	passive yes;
	hold time %d;
	error wait time 1, 2;
	%s
}
`

const birdOutside = `
protocol static four { ipv4; route 203.0.113.0/24 unreachable; }
protocol static more { ipv4 { preference 50; }; route 203.0.113.0/24 blackhole; }
protocol static six { ipv6; route 2001:db8:2::/48 unreachable; }
protocol bgp peer from herald {
	neighbor 127.0.0.1 as 65001;
	ipv4 {
		import all;
		export where source = RTS_STATIC;
		next hop self;
		%s
	};
	ipv6 {
		import all;
		export where source = RTS_STATIC;
		next hop address 2001:db8::2;
	};
}
`

const birdInside = `
%[1]s
protocol bgp peer from herald {
	neighbor 127.0.0.1 as 65000;
	rr client;
	rr cluster id 127.0.0.2;
	%[2]s import all; export where source = RTS_BGP; };
}
protocol bgp second from herald {
	neighbor 127.0.0.3 as 65000;
	rr client;
	rr cluster id 127.0.0.2;
	%[2]s import all; export where source = RTS_BGP; };
}
`

// birdChannel returns the beginning of the channel for a family, and what it needs. Labelled and VPN
// routes need a way to their next hops.
func birdChannel(family string) (channel, tables string) {
	const ways = `
protocol static four { ipv4; route 192.0.2.0/24 via "lo"; }
protocol static six { ipv6; route 2001:db8::/64 via "lo"; }`
	switch family {
	case "ipv4 unicast", "ipv6 unicast":
		return family[:4] + " {", ways
	case "ipv4 multicast":
		return family + " { table master4;", ways
	case "ipv4 nlri-mpls", "ipv6 nlri-mpls":
		return family[:4] + " mpls {", ways
	case "ipv4 mpls-vpn", "ipv6 mpls-vpn":
		vpn := "vpn" + family[3:4]
		return vpn + " mpls {", vpn + " table vpntab;" + ways
	case "ipv4 flow", "ipv6 flow":
		flow := "flow" + family[3:4]
		return flow + " {", flow + " table flowtab;"
	}
	return "", ""
}

func startBird(t *testing.T, s setup) *bird {
	t.Helper()
	var session []string
	if s.password != "" {
		session = append(session, fmt.Sprintf("password %q;", s.password))
	}
	if s.role != "" {
		session = append(session, fmt.Sprintf("local role %s;", s.role))
	}
	if s.restart {
		session = append(session, "graceful restart on;")
	}
	session = append(session, "enable extended messages "+map[bool]string{true: "yes;", false: "no;"}[s.extended])
	conf := fmt.Sprintf(birdConf, s.port, s.holdTime(), strings.Join(session, "\n\t")) + s.extra
	switch channel, tables := birdChannel(s.family); {
	case s.family == "":
		conf += fmt.Sprintf(birdOutside, map[bool]string{true: "add paths on;"}[s.addPath])
	case channel == "":
		t.Fatalf("BIRD has no %s", s.family)
	default:
		conf += fmt.Sprintf(birdInside, tables, channel)
	}
	b := &bird{dir: t.TempDir()}
	file := filepath.Join(b.dir, "bird.conf")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(conf, "DIR", b.dir)), 0o644); err != nil {
		t.Fatal(err)
	}
	b.daemon = start(t, "bird", nil, need(t, "bird"), "-f", "-c", file, "-s", b.socket(), "-P", filepath.Join(b.dir, "pid"))
	return b
}

func (b *bird) socket() string { return filepath.Join(b.dir, "ctl") }

// ask returns the answer to a command.
func (b *bird) ask(words ...string) string {
	b.Helper()
	return b.output(need(b.T, "birdc"), append([]string{"-s", b.socket()}, words...)...)
}

func (b *bird) shown(string) string { return b.ask("show", "route", "all", "protocol", "peer") }

func (b *bird) refresh() { b.ask("reload", "in", "peer") }

// received returns the BGP messages in the file of `mrtdump` (RFC 6396 §4.4.3, RFC 8050 §3).
func (b *bird) received() [][]byte {
	b.Helper()
	file, err := os.ReadFile(filepath.Join(b.dir, "dump.mrt"))
	if err != nil {
		b.Fatal(err)
	}
	const (
		header  = 12                // time, type, subtype, length
		session = 4 + 4 + 2 + 2 + 8 // AS numbers, interface, AFI, IPv4 addresses
	)
	var messages [][]byte
	for len(file) >= header {
		kind, length := file[4:8], int(file[10])<<8|int(file[11])
		if len(file) < header+length {
			break
		}
		if (bytes.Equal(kind, []byte{0, 16, 0, 4}) || bytes.Equal(kind, []byte{0, 16, 0, 9})) && length > session {
			messages = append(messages, file[header+session:header+length])
		}
		file = file[header+length:]
	}
	return messages
}

// wants fails unless BIRD received exactly this message, however often.
func (b *bird) wants(message []byte) {
	b.Helper()
	var got []string
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		got = nil
		for _, m := range b.received() {
			if bytes.Equal(m, message) {
				return
			}
			got = append(got, fmt.Sprintf("%X", m))
		}
	}
	b.Errorf("bird did not receive %X, but\n%s", message, strings.Join(got, "\n"))
}

// update returns a whole UPDATE.
func update(body string) []byte { return bgptest.Message(2, bgptest.Hex(body)) }

// TestBirdOctets: BIRD has received exactly these messages, and Herald those.
func TestBirdOctets(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	need(t, "bird")
	need(t, "birdc")
	b := startBird(t, setup{port: port})
	h := heraldWith(t, port, "")
	h.hear(`"state": "up"`)
	h.tell(
		"announce route 198.51.100.0/24 next-hop self med 10 community [ 65001:1 ]",
		"announce ipv6 unicast 2001:db8:1::/48 next-hop 2001:db8::1",
	)

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
	b.wants(update(`0004 18 C63364 0000`))
	b.wants(update(`0000 000D 800F0A 000201 30 20010DB80001`))
}

// hearPacket waits for the event of a message, told by its octets.
func hearPacket(h *speaker, message []byte) {
	h.Helper()
	h.hear(fmt.Sprintf("%X", message[19:]))
}
