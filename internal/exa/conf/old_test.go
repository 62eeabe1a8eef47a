package conf

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/exa/route"
)

// TestOldGroup loads a file of ExaBGP 3.4: what a group says holds for the neighbors
// behind it, and what a neighbor says wins.
func TestOldGroup(t *testing.T) {
	cfg := load(t, `
group office {
	router-id 198.51.100.7;
	local-address 192.0.2.2;
	local-as 64500;
	peer-as 64501;
	hold-time 30;
	graceful-restart;
	family {
		inet4 unicast;
		inet6 unicast;
	}
	process announcer {
		run /opt/announce.py --all;
		encoder json;
		parse-routes;
	}
	static { route 10.0.0.0/24 next-hop 192.0.2.9; }
	neighbor 192.0.2.1 {
		md5 secret;
		hold-time 60;
		family { inet4 unicast; }
		static { route 10.1.0.0/24 next-hop 192.0.2.9; }
	}
	static { route 10.2.0.0/24 next-hop 192.0.2.9; }
	neighbor 192.0.2.3 {
		peer-as 64502;
		ttl-security 3;
	}
}
neighbor 192.0.2.4 {
	`+must+`
	family { minimal; }
	route-refresh; add-path send/receive; multi-session; asn4 disable; aigp true;
	process watcher { run watch; encoder text; receive { parsed; updates; neighbor-changes; } send-packets; }
	static { route 10.3.0.0/24 next-hop 192.0.2.9; }
}
`)
	if len(cfg.Neighbors) != 3 || len(cfg.Processes) != 2 {
		t.Fatalf("%d neighbors, %d processes", len(cfg.Neighbors), len(cfg.Processes))
	}
	a, b, c := cfg.Neighbors[0], cfg.Neighbors[1], cfg.Neighbors[2]
	if s := a.Session; s.HoldTime != time.Minute || s.PeerAS != 64501 || s.MD5Password != "secret" || *s.Capability.GracefulRestart != 60 || !slices.Equal(texts(s.Families), []string{"ipv4 unicast"}) {
		t.Errorf("%+v", s)
	}
	if s := b.Session; s.HoldTime != 30*time.Second || s.PeerAS != 64502 || *s.OutgoingTTL != 3 || s.MD5Password != "" || !slices.Equal(texts(s.Families), []string{"ipv4 unicast", "ipv6 unicast"}) {
		t.Errorf("%+v", s)
	}
	if s := c.Session; !s.Capability.RouteRefresh || !s.Capability.AddPathSend || !s.Capability.AIGP || s.Capability.ASN4 || !s.Capability.MultiSession || !slices.Equal(texts(s.Families), []string{"ipv4 unicast"}) {
		t.Errorf("%+v", s)
	}
	if a.Routes.Len() != 2 || b.Routes.Len() != 2 || c.Routes.Len() != 1 {
		t.Errorf("%d, %d, %d routes", a.Routes.Len(), b.Routes.Len(), c.Routes.Len())
	}
	for _, n := range cfg.Neighbors[:2] {
		if len(n.API) != 1 || !n.API[0].Serves("announcer") || !n.API[0].NeighborChanges || !n.API[0].Receive.Parsed || !n.API[0].Receive.Update {
			t.Errorf("%+v", n.API)
		}
	}
	if w := c.API[0]; !w.Serves("watcher") || !w.NeighborChanges || !w.Receive.Update || !w.Send.Packets {
		t.Errorf("%+v", w)
	}

	var got []string
	for _, w := range cfg.Warnings {
		_, what, _ := strings.Cut(w, ": ")
		word, _, _ := strings.Cut(what, " is of ExaBGP 3.4, write ")
		got = append(got, strings.Trim(word, "'"))
	}
	want := []string{
		"group", "graceful-restart", "inet4", "inet6", "process", "parse-routes", "md5", "inet4", "ttl-security",
		"minimal", "route-refresh", "add-path", "multi-session", "asn4", "aigp", "process", "updates", "neighbor-changes", "send-packets",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestOldNames gives what 3.4's tools and their successors know of old forms.
func TestOldNames(t *testing.T) {
	var old []Old
	const text = "process p { run x; }\nneighbor 192.0.2.1 { " + must + "process p; capability { route refresh; } }"
	cfg, err := Load("f", text, Options{Old: func(o Old) { old = append(old, o) }})
	if err != nil {
		t.Fatal(err)
	}
	n := cfg.Neighbors[0]
	if !n.API[0].Serves("p") || !n.Session.Capability.RouteRefresh {
		t.Errorf("%+v", n)
	}
	want := []Old{{Change: NoEncoder, From: "process"}, {Change: ProcessName, From: "process"}, {Change: Rename, From: "route refresh", To: "route-refresh"}}
	for i, o := range old {
		if i >= len(want) || o.Change != want[i].Change || o.From != want[i].From || o.To != want[i].To || !strings.HasPrefix(text[o.Offset:], o.From) {
			t.Errorf("%+v", o)
		}
	}
	if len(old) != len(want) || len(cfg.Warnings) != len(want) || !strings.Contains(cfg.Warnings[2], "'route refresh' is of ExaBGP 4, write route-refresh") {
		t.Errorf("%q", cfg.Warnings)
	}
	// A neighbor's families take the place of its group's, minimal ones too.
	cfg = load(t, "group g { "+must+"family { minimal; } static { route 10.0.0.0/24 next-hop self; } neighbor 192.0.2.1 { family { ipv6 unicast; } } neighbor 192.0.2.3 { } }")
	for i, want := range []string{"ipv6 unicast", "ipv4 unicast"} {
		if got := texts(cfg.Neighbors[i].Session.Families); !slices.Equal(got, []string{want}) {
			t.Errorf("%q, want %s", got, want)
		}
	}
}

// TestOldRun gives programs with their arguments in quotes, as 3.4 wants them.
func TestOldRun(t *testing.T) {
	for _, tt := range []struct {
		run  string
		want []string
		to   string // "" when it is no old form
	}{
		{`"/opt/send.py 3 10"`, []string{"/opt/send.py", "3", "10"}, "/opt/send.py 3 10"},
		{`'/opt/send.py --name "two words"'`, []string{"/opt/send.py", "--name", "two words"}, `/opt/send.py --name "two words"`},
		{`"/opt/send.py  a\\ b '' c;d"`, []string{"/opt/send.py", "a b", "", "c;d"}, `/opt/send.py "a b" "" "c;d"`},
		{`"/opt/with space"`, []string{"/opt/with space"}, ""},
		{`"/opt/send.py 3" 10`, []string{"/opt/send.py 3", "10"}, ""},
		{`"/opt/send.py 'open"`, []string{"/opt/send.py 'open"}, ""},
		{`" "`, []string{" "}, ""},
		{`/opt/send.py`, []string{"/opt/send.py"}, ""},
	} {
		var old []Old
		text := "process p { run " + tt.run + "; encoder text; }"
		program := func(w string) (string, error) {
			if w == "/opt/send.py" || w == "/opt/with space" || tt.to == "" {
				return w, nil
			}
			return "", errors.New("not found")
		}
		cfg, err := Load("f", text, Options{Program: program, Old: func(o Old) { old = append(old, o) }})
		if err != nil {
			t.Errorf("%s: %v", tt.run, err)
			continue
		}
		if got := cfg.Processes[0].Run; !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q", tt.run, got)
		}
		if (len(old) == 1) != (tt.to != "") || len(old) == 1 && (old[0].Change != Unquoted || old[0].To != tt.to || !strings.HasPrefix(text[old[0].Offset:], "run")) {
			t.Errorf("%s: %+v", tt.run, old)
		}
	}
}

// TestOldMistakes gives what is wrong in 3.4's language, too.
func TestOldMistakes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"process { run x; encoder text; }", "the process section '' has no run, or no name"},
		{"process p { encoder text; }", "the process section 'p' has no run, or no name"},
		{"process p { run x; encoder text; } process p { run y; encoder text; }", "a process section called 'p' already exists"},
		{"process p { pares-routes; }", "unexpected statement 'pares-routes' in process, expected encoder, neighbor-changes or run"},
		{"process , { run x; }", "unexpected ',', expected the name of a process"},
		{"process;", "unexpected ';', expected the name of a process"},
		{"process nobody;", "an api called 'nobody' is used by neighbor '192.0.2.1' but not defined"},
		{"capability { route reflesh; }", "unexpected 'reflesh', expected 'refresh'"},
		{"family { inet5 unicast; }", "unexpected statement 'inet5'"},
	} {
		_, err := Load("f", "neighbor 192.0.2.1 { "+must+tt.text+" }", Options{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.text, err)
		}
	}
	// A program of several neighbors is one.
	const p = "process p { run x; encoder text; peer-updates; } "
	cfg := load(t, "neighbor 192.0.2.1 { "+must+p+" } neighbor 192.0.2.3 { "+must+p+" }")
	if len(cfg.Processes) != 1 {
		t.Errorf("%d processes", len(cfg.Processes))
	}
}

// TestOldRouteWords: words of routes that 3.4 had, and rates that routers do not take.
func TestOldRouteWords(t *testing.T) {
	cfg := load(t, `neighbor 192.0.2.1 { `+must+` family { ipv4 unicast; ipv4 flow; }
	static {
		route 10.0.0.0/24 next-hop 192.0.2.9 as-sequence [ 1 2 ];
		route 10.1.0.0/24 next-hop 192.0.2.9 watchdog dog withdrawn;
		route 10.2.0.0/24 next-hop 192.0.2.9 extended-community [ target4:70000:1 origin4:70000:1 l2info:19:0:1500:111 ];
	}
	flow {
		route { match { source 10.0.0.0/24; } then { rate-limit 9599; } }
		route { match { source 10.1.0.0/24; } then { rate-limit 9600; } }
		route { match { source 10.2.0.0/24; } then { rate-limit 5 packets; } }
		route { match { source 10.3.0.0/24; } then { rate-limit 0; } }
		route { match { source 10.4.0.0/24; } then { rate-limit 1000000000001; } }
	}
}`)
	var words []string
	for r := range cfg.Neighbors[0].Routes.All() {
		words = append(words, string(new(route.Writer).AppendWords(nil, &r)))
	}
	if d := cmp.Diff([]string{
		"unicast 10.0.0.0/24 next-hop 192.0.2.9 as-path [ 1 2 ]",
		"unicast 10.1.0.0/24 next-hop 192.0.2.9 watchdog dog withdraw",
		"unicast 10.2.0.0/24 next-hop 192.0.2.9 extended-community [ target4:70000:1 origin4:70000:1 l2info:19:0:1500:111 ]",
	}, words[:3]); d != "" {
		t.Error(d)
	}
	var got []string
	for _, w := range cfg.Warnings {
		_, what, _ := strings.Cut(w, ": ")
		got = append(got, what)
	}
	if d := cmp.Diff([]string{
		"'as-sequence' is of ExaBGP 3.4, write as-path",
		"'withdrawn' is of ExaBGP 3.4, write withdraw",
		"a rate-limit below 9600 bytes per second may not work",
		"the rate-limit is more than can be sent: it is 1000000000000 bytes per second",
	}, got); d != "" {
		t.Error(d)
	}
}
