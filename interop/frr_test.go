package interop_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// frrBGPD is where Debian's package has it: beside OpenBGPD's bgpd in /usr/sbin.
const frrBGPD = "/usr/lib/frr/bgpd"

// frr is the bgpd of FRR 8.4 alone, without zebra.
type frr struct {
	*daemon
	dir string
}

const frrConf = `
log stdout informational
router bgp 65000
 bgp router-id 127.0.0.2
 bgp cluster-id 127.0.0.2
 no bgp ebgp-requires-policy
 no bgp default ipv4-unicast
 no bgp network import-check
 neighbor herald peer-group
 neighbor herald passive
 neighbor herald disable-connected-check
 neighbor herald timers %[1]d %[2]d
`

const frrOutside = `
 neighbor herald remote-as 65001
 neighbor 127.0.0.1 peer-group herald
 address-family ipv4 unicast
  network 203.0.113.0/24
  neighbor herald activate
  %s
 exit-address-family
 address-family ipv6 unicast
  network 2001:db8:2::/48
  neighbor herald activate
  neighbor herald route-map six out
 exit-address-family
route-map six permit 10
 set ipv6 next-hop global 2001:db8::2
`

const frrInside = `
 neighbor herald remote-as 65000
 neighbor 127.0.0.1 peer-group herald
 neighbor 127.0.0.3 peer-group herald
 address-family %s
  neighbor herald activate
  neighbor herald route-reflector-client
 exit-address-family
`

// frrFamily returns FRR's name of a family.
func frrFamily(family string) string {
	afi, safi, _ := strings.Cut(family, " ")
	switch safi {
	case "nlri-mpls":
		safi = "labeled-unicast"
	case "mpls-vpn":
		safi = "vpn"
	case "flow":
		safi = "flowspec"
	}
	return afi + " " + safi
}

func startFRR(t *testing.T, s setup) *frr {
	t.Helper()
	conf := fmt.Sprintf(frrConf, s.holdTime()/3, s.holdTime())
	if s.password != "" {
		conf += " neighbor herald password " + s.password + "\n"
	}
	if s.role != "" {
		conf += " neighbor herald local-role " + s.role + "\n"
	}
	if s.restart {
		conf += " bgp graceful-restart\n"
	}
	if s.family == "" {
		conf += fmt.Sprintf(frrOutside, map[bool]string{true: "neighbor herald addpath-tx-all-paths"}[s.addPath])
	} else {
		conf += fmt.Sprintf(frrInside, frrFamily(s.family))
	}
	f := &frr{dir: t.TempDir()}
	file := filepath.Join(f.dir, "bgpd.conf")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	f.daemon = start(t, "frr", nil, frrBGPD, "-S", "-Z", "-n", "-l", "127.0.0.2", "-p", strconv.Itoa(s.port), "-P", "0",
		"-f", file, "-i", filepath.Join(f.dir, "pid"), "--vty_socket", f.dir)
	return f
}

// ask returns the answer to a command.
func (f *frr) ask(command string) string {
	f.Helper()
	return f.output(need(f.T, "vtysh"), "--vty_socket", f.dir, "-d", "bgpd", "-c", command)
}

func (f *frr) shown(family string) string {
	name := frrFamily(family)
	switch {
	case family == "":
		return f.ask("show bgp ipv4 unicast json detail") + f.ask("show bgp ipv6 unicast json detail")
	case strings.HasSuffix(name, " vpn"):
		return f.ask("show bgp " + name)
	case strings.HasSuffix(name, "evpn"):
		return f.ask("show bgp " + name + " route detail")
	case strings.HasSuffix(name, "flowspec"):
		return f.ask("show bgp " + name + " detail")
	default:
		return f.ask("show bgp " + name + " json detail")
	}
}

func (f *frr) refresh() { f.ask("clear bgp 127.0.0.1 soft in") }
