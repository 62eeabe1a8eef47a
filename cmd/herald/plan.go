package main

import (
	"bufio"
	"io"

	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/daemon"
	"github.com/herald-bgp/herald/internal/exa/conf"
	"github.com/herald-bgp/herald/internal/rib"
)

// printPlan prints what a reload from one configuration to another does: a line for
// each session and each helper, and below it what differs.
func printPlan(w io.Writer, old, new *config.Config) error {
	out := bufio.NewWriter(w)
	line := func(words ...string) {
		for _, s := range words {
			_, _ = out.WriteString(s) // an error stays until Flush
		}
		_ = out.WriteByte('\n')
	}
	plan := daemon.NewPlan(old, new)
	verbs := [...]string{config.Remove: "remove ", config.Add: "add ", config.Restart: "restart ", config.Update: "keep "}
	for i := range plan.Neighbors {
		c := &plan.Neighbors[i]
		line(verbs[c.Kind], c.Name)
		if c.Old != nil && c.New != nil {
			gone, come := conf.Differences(c.Old, c.New)
			for _, s := range gone {
				line("  - ", s)
			}
			for _, s := range come {
				line("  + ", s)
			}
		}
		daemon.Routes(c, func(withdraw bool, r *rib.Route) {
			if withdraw {
				line("  - ", routeText(r))
			} else {
				line("  + ", routeText(r))
			}
		})
	}
	verbs = [...]string{config.Remove: "stop ", config.Add: "start ", config.Restart: "restart ", config.Update: "keep "}
	for i := range plan.Processes {
		c := &plan.Processes[i]
		line(verbs[c.Kind], "process ", c.Name)
		if c.Kind == config.Update && !c.Old.Equal(c.New) {
			line("  its section has changed: it goes on as it is, SIGUSR2 starts it again")
		}
	}
	return out.Flush()
}
