package migrate

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/conf"
	"github.com/herald-bgp/herald/internal/rib"
)

var update = flag.Bool("update", false, "rewrite the expected results")

func read(tb testing.TB, file string) string {
	tb.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// TestGolden gives files of older versions, and what becomes of them.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.conf")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		r := migrated(t, filepath.Base(file), read(t, file), Options{To: Main})
		got := r.Text + "\nChanges:\n" + strings.Join(r.Changes, "\n") + "\n"
		golden := strings.TrimSuffix(file, ".conf") + ".want"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(read(t, golden), got); d != "" {
			t.Errorf("%s: %s", file, d)
		}
		if r.Warnings != nil {
			t.Errorf("%s: %q", file, r.Warnings)
		}
	}
}

// migrated rewrites a text and checks what holds for every result: it says the same,
// and to write it anew changes nothing.
func migrated(t *testing.T, name, text string, o Options) *Result {
	t.Helper()
	before, err := conf.Load(name, text, conf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Conf(name, text, o)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	after, err := conf.Load(name, r.Text, conf.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, r.Text)
	}
	if d := differ(before, after, text); d != "" {
		t.Errorf("%s\nbefore:\n%s\nafter:\n%s", d, text, r.Text)
	}
	for _, w := range r.Warnings {
		if strings.Contains(w, "is of ExaBGP") && o.From == V34 && o.To == Main && !strings.Contains(w, "'minimal'") {
			t.Errorf("%s in\n%s", w, r.Text)
		}
	}
	again, err := Conf(name, r.Text, o)
	if err != nil || again.Text != r.Text || again.Changes != nil {
		t.Errorf("again: %v, %q\n%s\n%s", err, again.Changes, r.Text, again.Text)
	}
	return r
}

// differ says what two configurations say differently. The flow component of 4.2
// that is written otherwise has other octets.
func differ(a, b *config.Config, text string) string {
	if d := cmp.Diff(a.Processes, b.Processes); d != "" {
		return d
	}
	if len(a.Neighbors) != len(b.Neighbors) {
		return "other neighbors"
	}
	for i, n := range a.Neighbors {
		m := b.Neighbors[i]
		switch {
		case !reflect.DeepEqual(n.Session, m.Session):
			return "other session of " + n.Name()
		case !reflect.DeepEqual(n.Live, m.Live):
			return "other description or messages of " + n.Name()
		case !reflect.DeepEqual(unnamed(n.API), unnamed(m.API)):
			return "other api of " + n.Name()
		case !strings.Contains(text, "not-a-fragment") && !reflect.DeepEqual(routes(n), routes(m)):
			return "other routes of " + n.Name()
		}
	}
	return ""
}

// unnamed leaves out the names of api blocks: a group's that is copied loses it.
func unnamed(apis []config.API) []config.API {
	apis = slices.Clone(apis)
	for i := range apis {
		apis[i].Name = ""
	}
	return apis
}

func routes(n *config.Neighbor) []rib.Route {
	if n.Routes == nil {
		return nil
	}
	return slices.Collect(n.Routes.All())
}

// TestCompat: every file that ExaBGP ships says the same when it is rewritten.
func TestCompat(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(bgptest.Shared(t, "compat", "etc"), "*.conf"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		text := read(t, file)
		for _, from := range []Version{V34, V4, V5} {
			r := migrated(t, filepath.Base(file), text, Options{From: from, To: Main})
			if r.Changes == nil && r.Text != text {
				t.Errorf("%s is written anew, and nothing changed", file)
			}
		}
	}
}

const head = "router-id 198.51.100.7; local-address 192.0.2.2; local-as 64500; peer-as 64501; "

// TestGroup gives groups whose statements and those of their neighbors meet.
func TestGroup(t *testing.T) {
	for _, tt := range []string{
		"hold-time 30; neighbor 192.0.2.1 { " + head + "hold-time 60; } neighbor 192.0.2.3 { " + head + "}",
		"hold-time 30; neighbor 192.0.2.1 { " + head + "} hold-time 60; neighbor 192.0.2.3 { " + head + "}",
		head + "neighbor 192.0.2.1 { } static { route 10.0.0.0/24 next-hop self; } static { route 10.1.0.0/24 next-hop self; } neighbor 192.0.2.3 { static { route 10.2.0.0/24 next-hop self; } }",
		head + "family { minimal; } static { route 10.0.0.0/24 next-hop self; } neighbor 192.0.2.1 { } neighbor 192.0.2.3 { family { ipv6 unicast; } } neighbor 192.0.2.4 { static { route 10.1.0.0/24 next-hop self label 3; } }",
		head + "family { ipv6 unicast; } neighbor 192.0.2.1 { family { } } neighbor 192.0.2.3 { family { minimal; ipv4 flow; } static { route 10.0.0.0/24 next-hop self; } }",
		head + "graceful-restart; capability { add-path send; } neighbor 192.0.2.1 { capability { graceful-restart 5; } graceful-restart 6; } neighbor 192.0.2.3 { capability { add-path receive; } }",
		head + "ttl-security 3; neighbor 192.0.2.1 { outgoing-ttl 4; } neighbor 192.0.2.3 { }",
		head + "api one { neighbor-changes; } neighbor 192.0.2.1 { api { fsm; } } neighbor 192.0.2.3 { }",
		head + "operational { asm afi ipv4 safi unicast advisory a; } tcp-ao { keyid 1; algorithm hmac-sha-256; } neighbor 192.0.2.1 { operational { asm afi ipv4 safi unicast advisory b; } tcp-ao { password p; } } neighbor 192.0.2.3 { tcp-ao { password q; keyid 2; } }",
		head + "neighbor 192.0.2.1 { inherit t; }  neighbor 192.0.2.3 { inherit t; hold-time 10; }",
		"neighbor 192.0.2.1 { " + head + "}",
		"neighbor 192.0.2.1 { " + head + "} # nothing is shared\n",
		head + "process p { run x; encoder text; } neighbor 192.0.2.1 { process q { run y; receive-routes; } } neighbor 192.0.2.3 { process q { run y; } }",
		head + "inherit nobody; neighbor 192.0.2.1 { }",
		"", "passive; lost",
	} {
		for _, name := range []string{"g", "", "t", "'a b'"} {
			text := "template { neighbor t { passive; } }\ngroup " + name + " { " + tt + "}\nneighbor 192.0.2.66 { " + head + "}"
			migrated(t, "f", text, Options{To: Main})
			migrated(t, "f", strings.NewReplacer("{ ", "{\n\t", "; ", ";\n\t", "} ", "}\n\t").Replace(text), Options{To: Main})
		}
	}
}

// TestEnds gives files that end early or late, and other line ends.
func TestEnds(t *testing.T) {
	for text, want := range map[string]string{
		"neighbor 192.0.2.1 { " + head + "md5 x; # key":                  "neighbor 192.0.2.1 { " + head + "md5-password x; # key\n}",
		"neighbor 192.0.2.1 { " + head + "md5 x; } } md5 y; {":           "neighbor 192.0.2.1 { " + head + "md5-password x; } } md5 y; {",
		"neighbor 192.0.2.1 {\r\n" + head + "graceful-restart;\r\n}\r\n": "neighbor 192.0.2.1 {\r\n" + head + "capability { graceful-restart; }\r\n}\r\n",
	} {
		if r := migrated(t, "f", text, Options{To: Main}); r.Text != want {
			t.Errorf("%q\n%q", r.Text, want)
		}
	}
}

// TestUnquotedRun gives programs with their arguments in quotes.
func TestUnquotedRun(t *testing.T) {
	for text, want := range map[string]string{
		"process p { run \"x 'a b' 1\"; encoder text; }":                              "x \"a b\" 1; encoder text; }",
		"neighbor 192.0.2.1 { " + head + "process p { run 'x  1' ; encoder text; } }": "x 1 ; encoder text; }",
	} {
		if r := migrated(t, "f", text, Options{To: Main}); !strings.Contains(r.Text, "{ run "+want) {
			t.Errorf("%s", r.Text)
		}
		r, err := Conf("f", text, Options{To: Main, WrapAPI: true})
		want = strings.Replace(want, " ;", ";", 1)
		if err != nil || !strings.Contains(r.Text, "{ run exabgp migrate api -f 4 -t main --exec "+want) {
			t.Errorf("%v: %s", err, r.Text)
		}
	}
}

// TestMinimal gives what stands for the families of routes, and where it has to stay.
func TestMinimal(t *testing.T) {
	for _, tt := range []struct{ body, want string }{
		{"family { minimal; } static { route 10.0.0.0/24 next-hop self; }", "family { ipv4 unicast; }"},
		{"family { ipv4 unicast; minimal; inet6 unicast; } static { route 10.0.0.0/24 next-hop self; route 10.0.0.0/24 next-hop self label 3; }", "family { ipv4 unicast; ipv4 labeled-unicast; ipv6 unicast; }"},
		{"family { all; }", "family { all; }"},
		{"family { minimal; all; }", "family { all; }"},
		{"family { minimal; } announce { ipv6 { multicast ff00::/16 next-hop ::1; } }", "family { minimal; }"},
	} {
		r := migrated(t, "f", "neighbor 192.0.2.1 { "+head+tt.body+" }", Options{To: Main})
		if !strings.Contains(r.Text, tt.want) {
			t.Errorf("%s: %s", tt.body, r.Text)
		}
	}
}

// TestSteps: what a step has rewritten is not what another has.
func TestSteps(t *testing.T) {
	const text = "process p { run x; }\nneighbor 192.0.2.1 { " + head + "family { ipv4 nlri-mpls; ipv4 flow; } capability { route-refresh; route refresh; } flow { route { fragment not-a-fragment; discard; } } }\n"
	for _, tt := range []struct {
		o    Options
		want []string
	}{
		{Options{V34, V4, true}, []string{"encoder text", "route-refresh enable; route refresh"}},
		{Options{V4, V5, true}, []string{"route-refresh; route-refresh;", "!is-fragment", "nlri-mpls", "run x;"}},
		{Options{V5, Main, true}, []string{"labeled-unicast", "route refresh", "{ run exabgp migrate api -f 5 -t main --exec x; }"}},
		{Options{V34, Main, true}, []string{"labeled-unicast", "run exabgp migrate api -f 4 -t main --exec x;"}},
	} {
		r, err := Conf("f", text, tt.o)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range tt.want {
			if !strings.Contains(r.Text, w) {
				t.Errorf("%v: no %q in %s", tt.o, w, r.Text)
			}
		}
	}
}

func FuzzConf(f *testing.F) {
	files, err := filepath.Glob("testdata/*.conf")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add(read(f, file))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := conf.Load("f", text, conf.Options{}); err == nil {
			migrated(t, "f", text, Options{To: Main})
		} else if _, err := Conf("f", text, Options{To: Main}); err == nil {
			t.Errorf("a mistake is lost: %q", text)
		}
	})
}
