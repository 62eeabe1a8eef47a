package interop_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// openBGPD is where Debian's package has it: FRR has a bgpd, too.
const openBGPD = "/usr/sbin/bgpd"

// openbgpd is OpenBGPD 7.7.
type openbgpd struct {
	*daemon
	dir string
}

const openbgpdConf = `
AS 65000
router-id 127.0.0.2
socket "%s"
listen on 127.0.0.2 port %d
fib-update no
nexthop qualify via default
holdtime %d
allow from any
allow to any
`

const openbgpdNeighbor = `
neighbor %s {
	remote-as %d
	passive
	local-address 127.0.0.2
	multihop 10
	%s
}
`

// The folder that openbgpd's system service makes, which the daemon makes its root.
const openbgpdRoot = "/run/openbgpd"

func startOpenBGPD(t *testing.T, s setup) *openbgpd {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: OpenBGPD must be started by root")
	}
	if err := os.Mkdir(openbgpdRoot, 0o755); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
	o := &openbgpd{dir: t.TempDir()}
	conf := fmt.Sprintf(openbgpdConf, o.socket(), s.port, s.holdTime())
	var session []string
	if s.password != "" {
		session = append(session, "tcp md5sig password "+s.password)
	}
	if s.role != "" {
		session = append(session, "announce policy "+s.role)
	}
	if s.addPath {
		session = append(session, "announce add-path recv yes", "announce add-path send all")
	}
	if s.family == "ipv6 unicast" || s.family == "ipv6 mpls-vpn" {
		// It hands on no route whose next hop the machine cannot reach. This sends nothing.
		conn, err := net.Dial("udp", "[2001:db8::1]:9")
		if err != nil {
			t.Skip("SKIPPED: this machine has no IPv6 route")
		}
		conn.Close()
	}
	families := "announce IPv4 unicast\n\tannounce IPv6 unicast"
	switch s.family {
	case "", "ipv4 unicast", "ipv6 unicast":
	case "ipv4 mpls-vpn":
		families = "announce IPv4 vpn"
	case "ipv6 mpls-vpn":
		families = "announce IPv6 vpn"
	default:
		t.Fatalf("OpenBGPD has no %s", s.family)
	}
	session = append(session, families)
	if s.family == "" {
		conf += "network 203.0.113.0/24\nnetwork 2001:db8:2::/48\n"
		conf += fmt.Sprintf(openbgpdNeighbor, "127.0.0.1", 65001, strings.Join(session, "\n\t"))
	} else {
		session = append(session, "route-reflector 127.0.0.2")
		conf += fmt.Sprintf(openbgpdNeighbor, "127.0.0.1", 65000, strings.Join(session, "\n\t"))
		conf += fmt.Sprintf(openbgpdNeighbor, "127.0.0.3", 65000, strings.Join(session, "\n\t"))
	}
	file := filepath.Join(o.dir, "bgpd.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil { // it refuses what others can write
		t.Fatal(err)
	}
	o.daemon = start(t, "openbgpd", nil, openBGPD, "-d", "-v", "-f", file)
	return o
}

func (o *openbgpd) socket() string { return filepath.Join(o.dir, "sock") }

// ask returns the answer to a command.
func (o *openbgpd) ask(words ...string) string {
	o.Helper()
	return o.output(need(o.T, "bgpctl"), append([]string{"-s", o.socket()}, words...)...)
}

func (o *openbgpd) shown(string) string {
	return o.ask("show", "rib", "neighbor", "127.0.0.1", "in", "detail")
}

func (o *openbgpd) refresh() { o.ask("neighbor", "127.0.0.1", "refresh") }
