package api

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/exa/conf"
	"github.com/herald-bgp/herald/internal/rib"
)

// formWords are the words of a route of each family, as they stand behind its name.
var formWords = map[string]string{
	"ipv4 unicast":      "10.0.0.0/24 next-hop 192.0.2.1",
	"ipv4 multicast":    "10.0.0.0/24 next-hop 192.0.2.1",
	"ipv4 nlri-mpls":    "10.0.0.0/24 next-hop 192.0.2.1 label 5",
	"ipv4 mcast-vpn":    "s-pmsi-ad source * group 232.1.1.1 rd 1:1 originator 192.0.2.1 next-hop 192.0.2.1",
	"ipv4 sr-policy":    "distinguisher 1 color 2 endpoint 192.0.2.3 next-hop 192.0.2.1 preference 5",
	"ipv4 mup":          "mup-dsd 192.0.2.3 rd 1:1 next-hop 192.0.2.1",
	"ipv4 mpls-vpn":     "10.0.0.0/24 next-hop 192.0.2.1 label 5 rd 1:1",
	"ipv4 rtc":          "default next-hop 192.0.2.1",
	"ipv4 flow":         "destination 10.0.0.0/24 discard",
	"ipv4 flow-vpn":     "destination 10.0.0.0/24 rd 1:1 discard",
	"ipv6 unicast":      "2001:db8::/32 next-hop ::1",
	"ipv6 multicast":    "2001:db8::/32 next-hop ::1",
	"ipv6 nlri-mpls":    "2001:db8::/32 next-hop ::1 label 5",
	"ipv6 mcast-vpn":    "source-ad source ::1 group ff0e::1 rd 1:1 next-hop 192.0.2.1",
	"ipv6 sr-policy":    "distinguisher 1 color 2 endpoint ::3 next-hop ::1 preference 5",
	"ipv6 mup":          "mup-dsd ::3 rd 1:1 next-hop ::1",
	"ipv6 mpls-vpn":     "2001:db8::/32 next-hop ::1 label 5 rd 1:1",
	"ipv6 flow":         "destination 2001:db8::/32 discard",
	"ipv6 flow-vpn":     "destination 2001:db8::/32 rd 1:1 discard",
	"l2vpn vpls":        "rd 1:1 endpoint 5 base 16 offset 1 size 8 next-hop 192.0.2.1",
	"l2vpn evpn":        "multicast 192.0.2.1 rd 1:1 next-hop 192.0.2.1",
	"l2vpn flow-vpn":    "ethernet-type arp rd 1:1 discard",
	"bgp-ls bgp-ls":     "node protocol bgp local [ bgp-router-id 192.0.2.1 ] next-hop 192.0.2.1",
	"bgp-ls bgp-ls-vpn": "node protocol bgp local [ bgp-router-id 192.0.2.1 ] rd 1:1 next-hop 192.0.2.1",
}

// form is one way to write a route: the section of a configuration, where "%" is the
// route, and what stands between announce or withdraw and the words of the route.
type form struct{ section, begin string }

// formsOf returns the ways to write routes of a family. In commands 224.0.0.0/4 is never
// multicast where the family is not named.
func formsOf(f bgp.Family) []form {
	afi, safi := string(f.AFI.AppendText(nil)), string(f.SAFI.AppendText(nil))
	forms := []form{{"announce { " + afi + " { % } }", afi + " " + safi}}
	if f.AFI == bgp.AFIL2VPN {
		forms = append(forms, form{"l2vpn { % }", afi + " " + safi})
	}
	switch {
	case f.SAFI == bgp.SAFIUnicast, f.SAFI == bgp.SAFILabel, f.SAFI == bgp.SAFIVPN:
		forms = append(forms, form{"static { % }", "route"})
	case f.SAFI == bgp.SAFIFlow, f.SAFI == bgp.SAFIFlowVPN && f.AFI != bgp.AFIL2VPN:
		forms = append(forms, form{"flow { % }", "flow route"})
	case f.SAFI == bgp.SAFIVPLS:
		forms = append(forms, form{"l2vpn { % }", "vpls"})
	case f.SAFI == bgp.SAFISRPolicy:
		forms = append(forms, form{"static { % }", "sr-policy"})
	}
	return forms
}

// TestRouteForms: every form of a route that configurations have is a command, of version 4
// and of version 6, and all of them mean the same.
func TestRouteForms(t *testing.T) {
	for _, f := range bgp.Families() {
		words := formWords[f.String()]
		if words == "" {
			t.Errorf("%s: no route", f)
			continue
		}
		forms := formsOf(f)
		if _, _, named := bgp.RouteFamily(string(f.SAFI.AppendText(nil))); named && len(forms) < 2 {
			t.Errorf("%s: its own word is not tried", f)
		}
		var want rib.Route
		for i, o := range forms {
			got := configuredForm(t, f, o, words)
			if i == 0 {
				want = got
			}
			if got.Family != f || !sameRoute(&got, &want) {
				t.Errorf("%s %s is %s, want %s", o.section, words, routeText(got), routeText(want))
			}
			for _, d := range []bgp.Dialect{bgp.Dialect42, bgp.Dialect5, bgp.Dialect4, bgp.Dialect6} {
				for _, begin := range []string{"announce ", "neighbor * withdraw ", "peer * announce "} {
					commandForm(t, d, begin+o.begin+" "+words, &want)
				}
			}
		}
	}
}

func sameRoute(a, b *rib.Route) bool {
	return a.Family == b.Family && bytes.Equal(a.NLRI, b.NLRI) && a.NextHop == b.NextHop && a.Attrs == b.Attrs
}

// configuredForm returns the route that a configuration has.
func configuredForm(t *testing.T, f bgp.Family, o form, words string) (route rib.Route) {
	t.Helper()
	families := ""
	if !slices.Contains(bgp.DefaultFamilies(), f) {
		families = "family { " + f.String() + "; } "
	}
	_, statement, ok := strings.Cut(o.begin, " ") // the section names what comes first
	if !ok {
		statement = o.begin
	}
	body := strings.Replace(o.section, "%", statement+" "+words+";", 1)
	cfg, err := conf.Load("test.conf", "neighbor 192.0.2.9 { router-id 192.0.2.8; local-address 192.0.2.8; local-as 1; peer-as 1; "+families+body+" }", conf.Options{})
	if err != nil {
		t.Errorf("%v in %s", err, body)
		return route
	}
	for r := range cfg.Neighbors[0].Routes.All() {
		route = r
	}
	return route
}

// commandForm executes a command, which marks a route.
func commandForm(t *testing.T, d bgp.Dialect, command string, want *rib.Route) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, d)
		answer := b.do(command)
		if m := b.d.marked; len(m) != 1 || !sameRoute(&m[0], want) || !strings.HasSuffix(answer, done) {
			t.Errorf("%v, %s: %s, answered %s", d, command, b.d.take(), answer)
		}
	})
}
