package interop_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// gobgp is GoBGP 3.10.
type gobgp struct {
	*daemon
	dir string
}

const gobgpGlobal = `
[global.config]
  as = 65000
  router-id = "127.0.0.2"
  port = %d
  local-address-list = ["127.0.0.2"]
`

const gobgpNeighbor = `
[[neighbors]]
  [neighbors.config]
    neighbor-address = "%s"
    peer-as = %d
    auth-password = "%s"
  [neighbors.transport.config]
    passive-mode = true
    local-address = "127.0.0.2"
  [neighbors.timers.config]
    hold-time = %d
`

const gobgpReflects = `
  [neighbors.route-reflector.config]
    route-reflector-client = true
    route-reflector-cluster-id = "127.0.0.2"
`

const gobgpRestart = `
  [neighbors.graceful-restart.config]
    enabled = true
    restart-time = 60
`

// gobgpFamily returns GoBGP's names of a family, in the configuration and for its client,
// which knows fewer.
func gobgpFamily(family string) (conf, client string) {
	afi, safi, _ := strings.Cut(family, " ")
	switch safi {
	case "unicast":
		return afi + "-unicast", afi
	case "multicast":
		return afi + "-multicast", ""
	case "nlri-mpls":
		return afi + "-labelled-unicast", afi + "-mpls"
	case "mpls-vpn":
		return "l3vpn-" + afi + "-unicast", "vpn" + strings.TrimPrefix(afi, "ip")
	case "flow":
		return afi + "-flowspec", afi + "-flowspec"
	case "flow-vpn":
		if afi == "l2vpn" {
			return "l2vpn-flowspec", "l2vpn-flowspec"
		}
		return "l3vpn-" + afi + "-flowspec", afi + "-l3vpn-flowspec"
	case "evpn":
		return "l2vpn-evpn", "evpn"
	case "vpls":
		return "l2vpn-vpls", ""
	case "sr-policy":
		return afi + "-srpolicy", ""
	case "mup":
		return afi + "-mup", afi + "-mup"
	case "bgp-ls":
		return "ls", "ls"
	}
	return safi, safi
}

func startGoBGP(t *testing.T, s setup) *gobgp {
	t.Helper()
	conf := fmt.Sprintf(gobgpGlobal, s.port)
	neighbor := func(address string, as int, families ...string) {
		conf += fmt.Sprintf(gobgpNeighbor, address, as, s.password, s.holdTime())
		if s.family != "" {
			conf += gobgpReflects
		}
		if s.restart {
			conf += gobgpRestart
		}
		for _, family := range families {
			name, _ := gobgpFamily(family)
			conf += fmt.Sprintf("  [[neighbors.afi-safis]]\n    [neighbors.afi-safis.config]\n      afi-safi-name = \"%s\"\n", name)
			if s.addPath {
				conf += "    [neighbors.afi-safis.add-paths.config]\n      receive = true\n      send-max = 4\n"
			}
			if s.restart {
				conf += "    [neighbors.afi-safis.mp-graceful-restart.config]\n      enabled = true\n"
			}
		}
	}
	if s.family == "" {
		neighbor("127.0.0.1", 65001, "ipv4 unicast", "ipv6 unicast")
	} else {
		neighbor("127.0.0.1", 65000, s.family)
		neighbor("127.0.0.3", 65000, s.family)
	}
	g := &gobgp{dir: t.TempDir()}
	file := filepath.Join(g.dir, "gobgpd.toml")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	g.daemon = start(t, "gobgpd", nil, need(t, "gobgpd"), "-f", file, "--log-plain", "--pprof-disable", "--api-hosts", g.socket())
	if s.family == "" {
		g.add("-a", "ipv4", "203.0.113.0/24", "origin", "igp", "nexthop", "127.0.0.2")
		g.add("-a", "ipv6", "2001:db8:2::/48", "origin", "igp", "nexthop", "2001:db8::2")
	}
	return g
}

func (g *gobgp) socket() string { return "unix://" + filepath.Join(g.dir, "sock") }

// ask returns the answer to a command.
func (g *gobgp) ask(words ...string) string {
	g.Helper()
	return g.output(need(g.T, "gobgp"), append([]string{"--target", g.socket()}, words...)...)
}

// add adds a route, as soon as the daemon listens.
func (g *gobgp) add(words ...string) {
	g.Helper()
	answer := ""
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		if answer = g.ask(append([]string{"global", "rib", "add"}, words...)...); answer == "" {
			return
		}
	}
	g.Fatalf("gobgp %q: %s", words, answer)
}

func (g *gobgp) shown(family string) string {
	if family == "" {
		return g.ask("neighbor", "127.0.0.1", "adj-in", "-a", "ipv4") + g.ask("neighbor", "127.0.0.1", "adj-in", "-a", "ipv6")
	}
	_, client := gobgpFamily(family)
	return g.ask("global", "rib", "-a", client)
}

// TestGoBGPOriginates: routes that GoBGP makes itself, as Herald reports them.
func TestGoBGPOriginates(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ family, name, words, want string }{
		{
			family: "ipv4 nlri-mpls", words: "203.0.113.0/24 100 nexthop 192.0.2.1",
			want: `"192.0.2.1": [ { "nlri": "203.0.113.0/24", "label": [ [100] ] } ]`,
		},
		{
			family: "ipv4 mpls-vpn", words: "203.0.113.0/24 label 100 rd 65000:1 rt 65000:1 nexthop 192.0.2.1",
			want: `"string": "target:65000:1" } ] }, "announce": { "ipv4 mpls-vpn": { "192.0.2.1": [ ` +
				`{ "nlri": "203.0.113.0/24", "label": [ [100] ], "rd": "65000:1" } ] }`,
		},
		{
			family: "ipv4 flow", words: "match destination 203.0.113.0/24 protocol tcp destination-port '==80' then discard",
			want: `"string": "rate-limit:0" } ] }, "announce": { "ipv4 flow": { "no-nexthop": [ { "destination-ipv4": [ "203.0.113.0/24" ], ` +
				`"protocol": [ "=tcp" ], "destination-port": [ "=80" ], `,
		},
		{
			family: "l2vpn evpn", name: "mac-ip",
			words: "macadv 02:00:5e:00:53:01 192.0.2.10 etag 0 label 100 rd 65000:1 rt 65000:1 encap vxlan nexthop 192.0.2.1",
			want: `"string": "encap:VXLAN" } ] }, "announce": { "l2vpn evpn": { "192.0.2.1": [ { "code": 2, "parsed": true, ` +
				`"raw": "02250000FDE80000000100000000000000000000000000003002005E00530120C000020A000064", `,
		},
		{
			family: "l2vpn evpn", name: "multicast", words: "multicast 192.0.2.9 etag 0 rd 65000:1 rt 65000:1 nexthop 192.0.2.1",
			want: `"announce": { "l2vpn evpn": { "192.0.2.1": [ { "code": 3, "parsed": true, "raw": "03110000FDE8000000010000000020C0000209", `,
		},
		{
			family: "l2vpn evpn", name: "prefix",
			words: "prefix 203.0.113.0/24 etag 0 label 100 rd 65000:1 rt 65000:1 nexthop 192.0.2.1",
			want: `"announce": { "l2vpn evpn": { "192.0.2.1": [ { "code": 5, "parsed": true, ` +
				`"raw": "05220000FDE800000001000000000000000000000000000018CB00710000000000000064", `,
		},
	} {
		t.Run(strings.TrimSpace(tt.family+" "+tt.name), func(t *testing.T) {
			t.Parallel()
			need(t, "gobgpd")
			need(t, "gobgp")
			port := freePort(t)
			g := startGoBGP(t, setup{port: port, family: tt.family})
			h := heraldInside(t, port, "127.0.0.1", tt.family+";")
			_, client := gobgpFamily(tt.family)
			g.add(append([]string{"-a", client}, strings.Fields(tt.words)...)...)
			if line := h.hear(`"announce": {`); !strings.Contains(line, tt.want) {
				t.Errorf("got %s, want %s", line, tt.want)
			}
		})
	}
}
