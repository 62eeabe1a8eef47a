package daemon

import (
	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/rib"
)

// Plan is what a reload does that leads from one configuration to another, when
// helpers and operators have changed nothing meanwhile.
type Plan struct {
	Neighbors []config.Change
	Processes []config.ProcessChange
}

// NewPlan compares two configurations as a reload compares them.
func NewPlan(old, new *config.Config) *Plan {
	running := make(map[string]config.Process, len(old.Processes))
	for _, p := range old.Processes {
		running[p.Name] = p
	}
	never := func(was, is *config.Process) bool { return startsAgain(reload, bgp.Dialect5, was, is) }
	return &Plan{Neighbors: config.Diff(old, new), Processes: config.DiffProcesses(running, new, never)}
}

// planBatch is how many routes are looked at at once.
const planBatch = 1000

// Routes calls yield with each route that the peer of a neighbor, which is not removed, is
// announced or withdrawn: an Adj-RIB-Out is given the configured routes of the one, then
// those of the other. What yield is given is borrowed.
func Routes(c *config.Change, yield func(withdraw bool, r *rib.Route)) {
	if c.New == nil {
		return
	}
	out := rib.NewOut()
	id := out.AddPeer(rib.PeerConfig{Families: bgp.Families(), AdjRIBOut: true, ManualEOR: true})
	if c.Old != nil {
		out.Replace(id, c.Old.Routes)
	}
	out.Up(id, rib.Session{Families: bgp.Families()})
	var b rib.Batch
	drain := func(each func(run *rib.Run)) {
		for more := true; more; {
			more = out.Drain(id, &b, planBatch)
			for i := range b.Runs {
				each(&b.Runs[i])
			}
			out.Written(id, &b)
		}
	}
	drain(func(*rib.Run) {})
	out.Replace(id, c.New.Routes)
	drain(func(run *rib.Run) {
		for i := range run.N {
			yield(run.Kind == rib.Withdraw, &rib.Route{Family: run.Family, NLRI: b.NLRI(run, i), Attrs: run.Attrs, NextHop: run.NextHop})
		}
	})
}
