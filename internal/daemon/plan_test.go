package daemon

import (
	"fmt"
	"slices"
	"syscall"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/conf"
	"github.com/herald-bgp/herald/internal/rib"
)

// TestPlan makes reloads and compares them with what their plans said.
func TestPlan(t *testing.T) {
	port := freePort(t)
	run(t, waiting(port))
	const two = "static { route 10.0.0.0/24 next-hop self; route 10.0.1.0/24 next-hop self med 5; } "
	const watch = "process watch { run /bin/cat; encoder json; }\n"
	files := []string{
		calling(port, two),
		calling(port, "description x; static { route 10.0.1.0/24 next-hop self med 6; route 10.0.2.0/24 next-hop self; } ") + other,
		watch + calling(port, "hold-time 30; "+two),
		"process watch { run /bin/cat -u; encoder json; }\nprocess other { run /bin/cat; encoder text; }\n" + calling(port, "hold-time 30; "),
		watch + calling(port, "hold-time 30; static { route 10.0.0.0/24 next-hop self watchdog dog withdraw; route 10.0.9.0/24 next-hop self watchdog dog; }"),
		other,
	}
	f := run(t, files[0])
	f.up("127.0.0.1")
	was := files[0]
	for i, is := range append(files[1:], files[0]) {
		plan := NewPlan(parse(t, was), parse(t, is))
		count := map[config.ChangeKind]int{}
		var want []string
		for _, c := range plan.Neighbors {
			count[c.Kind]++
			if c.New != nil && c.New.Session.Peer.Addr().String() == "127.0.0.1" {
				want = planned(&c, f.sent("127.0.0.1"))
			}
		}
		f.log.reset()
		f.write(is)
		f.Signal(syscall.SIGUSR1)
		f.logged(fmt.Sprintf("added=%d removed=%d restarted=%d kept=%d",
			count[config.Add], count[config.Remove], count[config.Restart], count[config.Update]))
		if want != nil {
			f.up("127.0.0.1")
			f.until("its routes", func() bool { return slices.Equal(sorted(f.sent("127.0.0.1")), sorted(want)) })
		}
		var helpers []string
		for _, p := range plan.Processes {
			if p.Kind != config.Remove {
				helpers = append(helpers, p.Name)
			}
		}
		if got := f.names(); !slices.Equal(got, sorted(helpers)) {
			t.Errorf("%d: helpers %v, planned %v", i, got, helpers)
		}
		was = is
	}
}

// planned applies the routes of a plan to what was sent.
func planned(c *config.Change, sent []string) []string {
	if c.Kind == config.Add {
		sent = nil
	}
	Routes(c, func(withdraw bool, r *rib.Route) {
		text := string(bgp.AppendNLRIText(nil, r.Family, r.NLRI[bgp.PathIDLen:], &bgp.Face{}))
		sent = slices.DeleteFunc(sent, func(s string) bool { return s == text })
		if !withdraw {
			sent = append(sent, text)
		}
	})
	return sent
}

func parse(t *testing.T, text string) *config.Config {
	t.Helper()
	cfg, err := conf.Load("test.conf", text, conf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

// names returns the helpers that run.
func (f *fixture) names() []string {
	var out []string
	for _, s := range f.helpers.Status() {
		out = append(out, s.Name)
	}
	return out
}
