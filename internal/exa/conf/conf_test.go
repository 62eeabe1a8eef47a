package conf

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/config"
)

// must is what every neighbor has to say.
const must = "router-id 198.51.100.7; local-address 192.0.2.2; local-as 64500; peer-as 64501; "

func load(t *testing.T, text string) *config.Config {
	t.Helper()
	cfg, err := Load("test.conf", text, Options{})
	if err != nil {
		t.Fatalf("%v\nin %s", err, text)
	}
	return cfg
}

func neighbor(t *testing.T, body string) *config.Neighbor {
	t.Helper()
	cfg := load(t, "neighbor 192.0.2.1 { "+must+body+" }")
	if len(cfg.Neighbors) != 1 {
		t.Fatalf("%d neighbors", len(cfg.Neighbors))
	}
	return cfg.Neighbors[0]
}

// TestSession gives one statement and what it changes of the session.
func TestSession(t *testing.T) {
	ttl, restart, hold, most := uint8(4), uint16(120), uint16(180), uint16(4095)
	u4, u6 := bgp.IPv4Unicast, bgp.IPv6Unicast
	m4 := bgp.Family{AFI: bgp.AFIIPv4, SAFI: bgp.SAFIMulticast}
	l4 := bgp.Family{AFI: bgp.AFIIPv4, SAFI: bgp.SAFILabel}
	both := []bgp.Family{u4, u6}
	tests := []struct {
		body string
		want func(s *config.Session)
	}{
		{"", func(*config.Session) {}},
		{"local-as 1.1;", func(s *config.Session) { s.LocalAS = 65537 }},
		{"local-as auto; peer-as 0;", func(s *config.Session) { s.LocalAS, s.PeerAS = 0, 0 }},
		{"local-address auto;", func(s *config.Session) { s.Local, s.MD5IP = netip.Addr{}, netip.Addr{} }},
		{"md5-ip 192.0.2.9;", func(s *config.Session) { s.MD5IP = netip.MustParseAddr("192.0.2.9") }},
		{"peer-address 192.0.2.66;", func(s *config.Session) { s.Peer = netip.MustParsePrefix("192.0.2.66/32") }},
		{"hold-time 0;", func(s *config.Session) { s.HoldTime = 0 }},
		{"hold-time 65535;", func(s *config.Session) { s.HoldTime = 65535 * time.Second }},
		{"passive;", func(s *config.Session) { s.Passive = true }},
		{"passive no;", func(*config.Session) {}},
		{"listen 1790; connect 1791;", func(s *config.Session) { s.Listen, s.Connect = 1790, 1791 }},
		{"listen 0;", func(*config.Session) {}},
		{"outgoing-ttl 4; incoming-ttl disable;", func(s *config.Session) { s.OutgoingTTL = &ttl }},
		{"rate-limit 100;", func(s *config.Session) { s.RateLimit = 100 }},
		{"rate-limit disable;", func(*config.Session) {}},
		{"rate-limit -1;", func(*config.Session) {}},
		{"md5-password secret;", func(s *config.Session) { s.MD5Password = "secret" }},
		{"md5-password secret; md5-password;", func(*config.Session) {}},
		{"md5-base64 true; md5-password c2VjcmV0;", func(s *config.Session) { s.MD5Password = "secret" }},
		{"md5-base64 auto; md5-password c2VjcmV0;", func(s *config.Session) { s.MD5Password = "c2VjcmV0" }},
		{"tcp-ao { keyid 7; algorithm HMAC-SHA-1-96; password secret; }", func(s *config.Session) {
			s.TCPAO = config.TCPAO{KeyID: 7, Algorithm: "hmac-sha-1-96", Secret: "secret"}
		}},
		{"tcp-ao { keyid 0; base64 true; algorithm aes-128-cmac-96; password c2VjcmV0; }", func(s *config.Session) {
			s.TCPAO = config.TCPAO{Algorithm: "aes-128-cmac-96", Secret: "secret"}
		}},
		{"tcp-ao { } md5-password secret;", func(s *config.Session) { s.MD5Password = "secret" }},
		{"capability { role provider; }", func(s *config.Session) { s.Capability.Role = bgp.RoleProvider }},
		{"capability { role RS-client strict; }", func(s *config.Session) { s.Capability.Role, s.Capability.RoleStrict = bgp.RoleRSClient, true }},
		{"local-link-local fe80::7;", func(s *config.Session) { s.LocalLinkLocal = netip.MustParseAddr("fe80::7") }},
		{"source-interface eth0; host-name a; domain-name b.c;", func(s *config.Session) {
			s.SourceInterface, s.HostName, s.DomainName = "eth0", "a", "b.c"
		}},
		{"group-updates false; auto-flush false;", func(s *config.Session) { s.GroupUpdates, s.AutoFlush = false, false }},
		{"adj-rib-in; adj-rib-out;", func(s *config.Session) { s.AdjRIBIn, s.AdjRIBOut = false, false }},
		{"adj-rib-out; capability { route-refresh; }", func(s *config.Session) { s.Capability.RouteRefresh = true }},

		{"capability { asn4 disable; extended-message no; }", func(s *config.Session) { s.Capability = config.Capability{} }},
		{"capability { software-version; }", func(*config.Session) {}},
		{"capability { software-version true; link-local-nexthop yes; link-local-prefer 1; aigp; multi-session; operational; }", func(s *config.Session) {
			s.Capability = config.Capability{
				ASN4: true, ExtendedMessage: true, SoftwareVersion: true, LinkLocalNextHop: true,
				LinkLocalPrefer: true, AIGP: true, MultiSession: true, Operational: true,
			}
		}},
		{"capability { graceful-restart 120; }", func(s *config.Session) { s.Capability.GracefulRestart = &restart }},
		{"capability { graceful-restart; }", func(s *config.Session) { s.Capability.GracefulRestart = &hold }},
		{"capability { graceful-restart 5000; }", func(s *config.Session) { s.Capability.GracefulRestart = &most }},
		{"capability { graceful-restart disabled; }", func(*config.Session) {}},
		{"capability { add-path send/receive; }", func(s *config.Session) { s.Capability.AddPathSend, s.Capability.AddPathReceive = true, true }},
		{"capability { add-path Receive; }", func(s *config.Session) { s.Capability.AddPathReceive = true }},

		{"family { ipv6 unicast; ipv4 UNICAST; }", func(s *config.Session) { s.Families = both }},
		{"family { ipv6 unicast; } family { ipv4 unicast; ipv6 unicast; }", func(s *config.Session) { s.Families = both }},
		{"family { ipv4 labeled-unicast; all; }", func(s *config.Session) { s.Families = []bgp.Family{l4} }},
		{"family { all; }", func(*config.Session) {}},
		{"family { ipv4 unicast }", func(*config.Session) {}},
		{"family { ipv4 unicast; } add-path { ipv4 unicast limit 8; ipv6 unicast limit 9; }", func(s *config.Session) {
			s.Families, s.AddPath, s.PathsLimit = []bgp.Family{u4}, []bgp.Family{u4}, map[bgp.Family]uint16{u4: 8}
		}},
		{"family { ipv4 unicast; } add-path { all; }", func(s *config.Session) { s.Families, s.AddPath = []bgp.Family{u4}, []bgp.Family{u4} }},
		{"family { ipv4 unicast; ipv6 unicast; ipv4 multicast; } nexthop { ipv4 unicast ipv6; ipv4 unicast ipv6; ipv4 multicast ipv6; }", func(s *config.Session) {
			s.Families, s.Capability.NextHop = []bgp.Family{u4, m4, u6}, true
			s.NextHops = []bgp.NextHopPair{{Family: u4, AFI: bgp.AFIIPv6}}
		}},
		{"nexthop { ipv4 unicast ipv6; } capability { nexthop disable; }", func(*config.Session) {}},
		{"capability { nexthop; }", func(s *config.Session) { s.Capability.NextHop = true }},
	}
	for _, tt := range tests {
		got := neighbor(t, tt.body).Session
		want := config.New(netip.MustParsePrefix("192.0.2.1/32"))
		s := &want.Session
		s.RouterID = netip.MustParseAddr("198.51.100.7")
		s.Local = netip.MustParseAddr("192.0.2.2")
		s.LocalAS, s.PeerAS = 64500, 64501
		tt.want(s)
		want.Resolve()
		if d := cmp.Diff(*s, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b }), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); d != "" {
			t.Errorf("%s: %s", tt.body, d)
		}
	}
}

// TestSessionMistakes gives settings of a session that do not go together, or say half.
// TestOwnFamilies: a family that ExaBGP lacks is in an OPEN only where it is named.
func TestOwnFamilies(t *testing.T) {
	own := "l2vpn flow-vpn"
	for body, want := range map[string]bool{"": false, "family { all; }": false, "family { " + own + "; }": true} {
		got := texts(neighbor(t, body).Session.Families)
		if slices.Contains(got, own) != want {
			t.Errorf("%q: %v", body, got)
		}
	}
}

func TestSessionMistakes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"tcp-ao { keyid 1; }", "incomplete tcp-ao, missing algorithm, password"},
		{"tcp-ao { base64; }", "incomplete tcp-ao, missing keyid, algorithm, password"},
		{"tcp-ao { keyid 256; }", "unexpected '256', expected a key id from 0 to 255"},
		{"tcp-ao { algorithm md5; }", "unexpected 'md5', expected hmac-sha-1-96, aes-128-cmac-96 or hmac-sha-256"},
		{"tcp-ao { keyid 1; algorithm hmac-sha-256; password se!cret; base64 yes; }", "the password of tcp-ao is not base64, as base64 says"},
		{"tcp-ao { keyid 1; algorithm hmac-sha-256; password " + strings.Repeat("x", 81) + "; }", "the password of tcp-ao has 81 octets, expected at most 80"},
		{"capability { role upstream; }", "unexpected 'upstream', expected provider, rs, rs-client, customer or peer"},
		{"peer-as 64500; capability { role peer; }", "role is for neighbors in another AS: local-as and peer-as are the same"},
		{"md5-password a; tcp-ao { keyid 1; algorithm hmac-sha-256; password b; }", "md5-password and tcp-ao are mutually exclusive"},
	} {
		_, err := Load("f", "neighbor 192.0.2.1 { "+must+tt.text+" }", Options{})
		if err == nil || !strings.HasSuffix(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.text, err)
		}
	}
	// What a template says is merged.
	cfg := load(t, "template { neighbor t { tcp-ao { keyid 3; algorithm hmac-sha-256; } } } neighbor 192.0.2.1 { "+must+"inherit t; tcp-ao { password p; } }")
	if got, want := cfg.Neighbors[0].Session.TCPAO, (config.TCPAO{KeyID: 3, Algorithm: "hmac-sha-256", Secret: "p"}); got != want {
		t.Errorf("%+v", got)
	}
}

// TestOperational gives statements of an operational block, and their messages.
func TestOperational(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`adm afi ipv4 safi unicast advisory "going down at noon";`, "operational ADM afi ipv4 safi unicast advisory \"going down at noon\""},
		{"asm afi ipv6 safi unicast advisory hello;", `operational ASM afi ipv6 safi unicast advisory "hello"`},
		{"rpcq afi ipv4 safi unicast sequence 4294967295;", "operational RPCQ afi ipv4 safi unicast"},
		{"lpcp afi ipv4 safi unicast router-id 192.0.2.9 sequence 1 counter 2;", "operational LPCP afi ipv4 safi unicast router-id 192.0.2.9 sequence 1 counter 2"},
	} {
		got := neighbor(t, "operational { "+tt.text+" }").Live.Operational
		if len(got) != 1 || string(got[0].AppendText(nil, &bgp.Face{})) != tt.want {
			t.Errorf("%s: %v", tt.text, got)
		}
	}
	_, err := Load("f", "neighbor 192.0.2.1 { "+must+"operational { apcp afi ipv4 safi unicast sequence 1; } }", Options{})
	if err == nil || !strings.Contains(err.Error(), "expected 'counter'") && !strings.Contains(err.Error(), "expected counter") {
		t.Error(err)
	}
	two := neighbor(t, "operational { asm afi ipv4 safi unicast advisory a; } operational { adm afi ipv4 safi unicast advisory b; }")
	if len(two.Live.Operational) != 2 {
		t.Errorf("two blocks: %v", two.Live.Operational)
	}
}

// TestTemplate gives a template and a neighbor that inherits it.
func TestTemplate(t *testing.T) {
	const text = `
template {
	neighbor base { hold-time 30; capability { add-path send; } family { ipv6 unicast; } api one { processes [ p ]; } }
	neighbor more { hold-time 60; peer-as 64999; inherit base; family { ipv4 multicast; } description "from more"; }
}
process p { run /bin/true; encoder json; }
neighbor 192.0.2.1 { ` + must + ` hold-time 90; family { ipv4 unicast; } inherit [ base, more ]; capability { add-path receive; } }
neighbor 192.0.2.3 { ` + must + ` inherit base; }
neighbor 192.0.2.4 { ` + must + ` inherit unknown; inherit late; }
template { neighbor late { hold-time 30; } }
`
	cfg := load(t, text)
	a, b, c := cfg.Neighbors[0], cfg.Neighbors[1], cfg.Neighbors[2]
	families := []string{"ipv4 unicast", "ipv4 multicast", "ipv6 unicast"}
	if got := texts(a.Session.Families); !slices.Equal(got, families) {
		t.Errorf("families %v", got)
	}
	if s := a.Session; s.HoldTime != time.Minute || s.PeerAS != 64999 || a.Live.Description != "from more" || s.Capability.AddPathReceive || !s.Capability.AddPathSend {
		t.Errorf("the last template does not win: %+v", s)
	}
	if len(a.API) != 1 || len(b.API) != 1 || &a.API[0] == &b.API[0] || a.API[0].Name != "one" {
		t.Errorf("api %+v, %+v", a.API, b.API)
	}
	if got := texts(b.Session.Families); !slices.Equal(got, families[2:]) {
		t.Errorf("a template leaks into another: %v", got)
	}
	if b.Session.HoldTime != 30*time.Second || b.Session.PeerAS != 64501 || b.Live.Description != "" {
		t.Errorf("inherit in a template was followed: %+v", b)
	}
	if c.Session.HoldTime != 180*time.Second {
		t.Errorf("an unknown template has hold time %v", c.Session.HoldTime)
	}
	want := []string{
		"template 'base' overrides hold-time of neighbor 192.0.2.1",
		"template 'base' overrides add-path of neighbor 192.0.2.1",
		"template 'more' overrides hold-time of neighbor 192.0.2.1",
		"template 'more' overrides peer-as of neighbor 192.0.2.1",
		"template 'unknown' is not defined before its use: it is ignored",
		"template 'late' is not defined before its use: it is ignored",
	}
	for i, w := range cfg.Warnings {
		cfg.Warnings[i] = w[strings.Index(w, ": ")+2:]
	}
	if d := cmp.Diff(want, cfg.Warnings); d != "" {
		t.Error(d)
	}
}

func texts(families []bgp.Family) []string {
	var out []string
	for _, f := range families {
		out = append(out, f.String())
	}
	return out
}

func TestProcess(t *testing.T) {
	d := bgp.Dialect42
	cfg := load(t, `process w { run ./watch.py "a b" [1,2]; encoder JSON; respawn no; version 4.2; }
neighbor 192.0.2.1 { `+must+`
	api { processes [ w ]; neighbor-changes; send { parsed; update; } receive { packets true; keepalive no; } }
	api second { processes-match [ "w+" ]; fsm off } }`)
	want := config.Process{Name: "w", Run: []string{"./watch.py", "a b", "[", "1", ",", "2", "]"}, JSON: true, Dialect: &d}
	if d := cmp.Diff(want, cfg.Processes[0]); d != "" {
		t.Error(d)
	}
	api := cfg.Neighbors[0].API
	if len(api) != 2 || !api[0].NeighborChanges || !api[0].Send.Parsed || !api[0].Send.Update || !api[0].Receive.Packets || api[0].Receive.Keepalive {
		t.Errorf("%+v", api)
	}
	if !api[1].Serves("ww") || api[1].Serves("aw") || !api[0].Serves("w") {
		t.Errorf("rights: %+v", api)
	}
}

// TestBacklog gives statements of a process section, and what may wait for it.
func TestBacklog(t *testing.T) {
	for _, tt := range []struct {
		text string
		want config.Process
	}{
		{"", config.Process{}},
		{"backlog 65536;", config.Process{Backlog: 64 << 10}},
		{"backlog 64k; when-full drop;", config.Process{Backlog: 64 << 10, WhenFull: config.Drop}},
		{"backlog 4M; when-full Kill;", config.Process{Backlog: 4 << 20, WhenFull: config.Kill}},
		{"report-dropped;", config.Process{Report: true}},
		{"report-dropped false;", config.Process{}},
		{"backlog 1G; when-full block;", config.Process{Backlog: 1 << 30}},
	} {
		got := load(t, "process w { run x; encoder text; "+tt.text+" }").Processes[0]
		if got.Backlog != tt.want.Backlog || got.WhenFull != tt.want.WhenFull || got.Report != tt.want.Report {
			t.Errorf("%s: %d, %d, %t", tt.text, got.Backlog, got.WhenFull, got.Report)
		}
	}
	for _, size := range []string{"", "k", "1023", "63k", "1025M", "2G", "18446744073709551615G", "16T", "-1", "64 k"} {
		_, err := Load("f", "process w { run x; backlog "+size+"; }", Options{})
		if size == "64 k" {
			size = "64"
		}
		want := "unexpected '" + size + "', expected a size from 64K to 1G, such as 16M"
		if size == "" {
			want = "expected a size"
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", size, err)
		}
	}
}

// TestHealthcheckStandsIn: where ExaBGP's health check, or its migrate api, is not there,
// Herald's runs.
func TestHealthcheckStandsIn(t *testing.T) {
	find := func(w string) (string, error) {
		if w == "python3" {
			return "/usr/bin/python3", nil
		}
		return "", errors.New("can not locate the program \"" + w + "\"")
	}
	for _, tt := range []struct{ run, want string }{
		{"exabgp-healthcheck --name web", "/usr/bin/herald healthcheck --name web"},
		{"/usr/sbin/exabgp-healthcheck --name web", "/usr/bin/herald healthcheck --name web"},
		{"exabgp healthcheck --name web", "/usr/bin/herald healthcheck --name web"},
		{"python -m exabgp healthcheck --name web", "/usr/bin/herald healthcheck --name web"},
		{"python3 -m exabgp healthcheck --name web", "/usr/bin/python3 -m exabgp healthcheck --name web"},
		{"exabgp migrate api -f 4 --exec x", "/usr/bin/herald migrate api -f 4 --exec x"},
		{"exabgp migrate conf", ""},
		{"python -m exabgp", ""},
		{"python -m other healthcheck", ""},
		{"exabgp server", ""},
	} {
		text := "process w { run " + tt.run + "; encoder text; }"
		cfg, err := Load("f", text, Options{Program: find, Self: "/usr/bin/herald"})
		if tt.want == "" {
			if err == nil {
				t.Errorf("%s: accepted", tt.run)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.run, err)
			continue
		}
		if got := strings.Join(cfg.Processes[0].Run, " "); got != tt.want {
			t.Errorf("%s: runs %s", tt.run, got)
		}
		if stands := strings.HasPrefix(tt.want, "/usr/bin/herald"); stands != (len(cfg.Warnings) == 1) {
			t.Errorf("%s: warnings %q", tt.run, cfg.Warnings)
		}
		if _, err := Load("f", text, Options{Program: find}); (err == nil) != (tt.run[:7] == "python3") {
			t.Errorf("%s without one: %v", tt.run, err)
		}
	}
}

// TestProgram checks where the error of a program stands.
func TestProgram(t *testing.T) {
	find := func(w string) (string, error) {
		if w == "watch" {
			return "/opt/watch", nil
		}
		return "", errors.New("can not locate the program \"" + w + "\"")
	}
	cfg, err := Load("f", "process w { run watch x; }", Options{Program: find})
	if err != nil || cfg.Processes[0].Run[0] != "/opt/watch" {
		t.Errorf("%v, %v", cfg, err)
	}
	_, err = Load("f", "process w {\n\trun wacht;\n}", Options{Program: find})
	if err == nil || err.Error() != `f:2:6: can not locate the program "wacht"` {
		t.Errorf("%v", err)
	}
}

// TestLenient gives what ExaBGP accepts and ignores, and the warning about it.
func TestLenient(t *testing.T) {
	tests := []struct{ text, warning string }{
		{"neighbor 192.0.2.1 extra { " + must + "}", ""},
		{"neighbor 192.0.2.1 { " + must + "passive true false; }", "'false' is ignored: 'passive' takes no more words"},
		{"neighbor 192.0.2.1 { " + must + "passive }", "'passive' is ignored: its statement has no ';'"},
		{"neighbor 192.0.2.1 { " + must + "} } neighbor", "everything behind this line is ignored: there is a '}' too many"},
		{"neighbor 192.0.2.1 { " + must, "the neighbor section is not closed: what follows belongs to it"},
		{"template { neighbor t { passive; } neighbor 192.0.2.1 { " + must + "}", "the template section is not closed: what follows belongs to it"},
		{"neighbor 192.0.2.1 { " + must + "static { route 10.0.0.0/8 next-hop self;", "the static section is not closed: what follows belongs to it"},
		{"neighbor 192.0.2.1 { " + must + "tcp-ao { } flow { } operational { } announce { l2vpn { } } passive; }", ""},
		{"neighbor 192.0.2.1 { " + must + "family { ipv4 unicast } }", "'ipv4' is ignored: its statement has no ';'"},

		{static("route 10.0.0.0/24 next-hop self }"), "'route' is ignored: its statement has no ';'"},
		{static("route 10.0.0.0/24 { next-hop self; med 5 }"), "'med' is ignored: its statement has no ';'"},
		{static("route 10.0.0.0/24 { next-hop self 1; }"), "'1' is ignored: 'next-hop' takes no more words"},
		{static("route 10.0.0.0/24 med 5 { next-hop self; }"), "'med' is ignored: it stands before a block"},
		{static("route 2001:db8::/32 next-hop 2001:db8::1;"), ""}, // main: the neighbor is a range then
		{static("attributes med 5;"), "attributes without nlri and prefixes announce nothing"},
		{"neighbor 192.0.2.1 { " + must + "flow { route name { match { source 10.0.0.1/32; } then { discard; } } } }", ""},
		{
			"neighbor 192.0.2.1 { " + must + "flow { route name { match { source 10.0.0.1/32; port =80 } then { discard; } } } }",
			"'port' is ignored: its statement has no ';'",
		},
		{
			"neighbor 192.0.2.1 { " + must + "passive; listen 1790; } neighbor 192.0.2.1 { " + must + "passive; listen 1791; }",
			"a neighbor before it differs in nothing but listen: this one is ignored",
		},
		// Once, however often the template is used.
		{
			"template { neighbor t { passive 1 2; } } neighbor 192.0.2.1 { " + must + "inherit t; } neighbor 192.0.2.3 { " + must + "inherit t; }",
			"'2' is ignored: 'passive' takes no more words",
		},
	}
	for _, tt := range tests {
		var got []string
		for _, w := range load(t, tt.text).Warnings {
			place, what, _ := strings.Cut(w, ": ")
			if !strings.HasPrefix(place, "test.conf:1:") {
				t.Errorf("place %s", w)
			}
			got = append(got, what)
		}
		if got := strings.Join(got, "\n"); got != tt.warning {
			t.Errorf("%s: %q", tt.text, got)
		}
	}
}

// static is a neighbor with statements in a static block.
func static(statements string) string {
	return "neighbor 192.0.2.1 { " + must + "static { " + statements + " } }"
}

// TestCompat loads every file that ExaBGP ships.
func TestCompat(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(bgptest.Shared(t, "compat", "etc"), "*.conf"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		cfg, err := Load(filepath.Base(file), read(t, file), Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		for _, w := range cfg.Warnings {
			t.Log(w)
		}
	}
}

// FuzzLoad: there is a configuration or an error, and what was read can be written and
// read again, unless it has a route that no words make.
func FuzzLoad(f *testing.F) {
	f.Add(Example(false))
	files, err := filepath.Glob("testdata/*/*.conf")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, text string) {
		cfg, err := Load("f", text, Options{})
		if (cfg == nil) == (err == nil) {
			t.Fatalf("%v, %v", cfg, err)
		}
		if err == nil {
			rewrite(t, cfg)
		}
	})
}

// rewrite writes each neighbor and reads it again.
func rewrite(t *testing.T, cfg *config.Config) {
	t.Helper()
	var processes []byte
	for i := range cfg.Processes {
		processes = AppendProcess(processes, &cfg.Processes[i])
	}
	for _, n := range cfg.Neighbors {
		text, err := AppendNeighborRoutes(processes, n)
		if err != nil {
			continue
		}
		again, err := Load("written", string(text), Options{})
		if err != nil || len(again.Neighbors) != 1 || len(again.Processes) != len(cfg.Processes) {
			t.Fatalf("%v in\n%s", err, text)
		}
		for i := range cfg.Processes {
			if !cfg.Processes[i].Equal(&again.Processes[i]) {
				t.Fatalf("another process in\n%s", text)
			}
		}
		if d := difference(n, again.Neighbors[0]); d != "" {
			t.Fatalf("%s\nwritten as\n%s", d, text)
		}
	}
}
