package daemon

import (
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/helper"
)

// reload loads the next configuration and applies the difference. A configuration
// that cannot be loaded changes nothing.
//
// Deviation: ExaBGP forgets a reload that comes while routes are waiting to be
// sent. Here they are marks in a table, which a reload does not disturb.
func (d *Daemon) reload(kind request) {
	d.mu.Lock()
	next := (d.version + 1) % len(d.cfg.Sources)
	d.mu.Unlock()
	// Reading may take long: commands go on meanwhile.
	cfg, err := d.load(next)
	if err != nil {
		d.log.Error("the configuration is not reloaded", "error", err)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	old := &config.Config{Neighbors: slices.Concat(d.current.Neighbors, d.created)}
	changes := config.Diff(old, cfg)
	if kind == restart {
		for i := range changes {
			if changes[i].Kind == config.Update {
				changes[i].Kind = config.Restart
			}
		}
	}
	d.version, d.current, d.created = next, cfg, nil
	d.hub.SetProcesses(cfg.Processes)
	d.views.serve(cfg.Processes)
	d.apply(changes)
	d.views.forget()
	d.changeHelpers(kind)
	count := map[config.ChangeKind]int{}
	for _, c := range changes {
		count[c.Kind]++
	}
	d.log.Info("reloaded", "added", count[config.Add], "removed", count[config.Remove],
		"restarted", count[config.Restart], "kept", count[config.Update])
}

// apply changes the neighbors of a speaker that runs. A listener that cannot be opened,
// perhaps of another neighbor, does not stop that.
func (d *Daemon) apply(changes []config.Change) {
	if err := d.speaker.Apply(changes); err != nil {
		d.log.Error("not every listener could be opened", "error", err)
	}
}

// changeHelpers ends helpers that the configuration no longer has and starts new
// ones. One that has ended, and is not to be started again, is not, unless its section
// has changed. What may wait for a helper changes at once.
func (d *Daemon) changeHelpers(kind request) {
	again := func(was, is *config.Process) bool {
		return startsAgain(kind, d.cfg.Dialect, was, is) && (!d.helpers.Ended(is.Name) || !was.Equal(is))
	}
	for _, c := range config.DiffProcesses(d.running, d.current, again) {
		switch c.Kind {
		case config.Remove:
			d.helpers.Stop(c.Name)
			delete(d.running, c.Name)
			continue
		case config.Add:
			d.helpers.Start(d.spec(c.New))
		case config.Restart:
			d.helpers.Replace(d.spec(c.New))
		case config.Update:
			d.helpers.SetLimits(c.Name, limits(c.New))
			continue
		}
		d.running[c.Name] = *c.New
	}
}

// startsAgain reports whether a reload starts a helper again that runs. ExaBGP: SIGUSR1
// leaves one alone even when its section has changed; otherwise main starts the
// changed ones again, 5.0 and 4.2 all.
func startsAgain(kind request, dialect bgp.Dialect, was, is *config.Process) bool {
	return kind != reload && (!dialect.Main() || !was.Equal(is))
}

// startHelpers starts those that do not run yet, in the order of the file.
func (d *Daemon) startHelpers() {
	for i := range d.current.Processes {
		p := &d.current.Processes[i]
		if _, ok := d.running[p.Name]; !ok {
			d.running[p.Name] = *p
			d.helpers.Start(d.spec(p))
		}
	}
}

func (d *Daemon) spec(p *config.Process) helper.Spec {
	return helper.Spec{Name: p.Name, Run: p.Run, Respawn: p.Respawn && d.cfg.Respawn, Limits: limits(p)}
}

// limits says how much may wait for a helper.
func limits(p *config.Process) helper.Limits {
	policies := [...]helper.Policy{config.Block: helper.Block, config.Drop: helper.Drop, config.Kill: helper.Kill}
	return helper.Limits{Backlog: p.Backlog, Policy: policies[p.WhenFull]}
}

// lost hears of a helper that cannot be started or keeps ending.
func (d *Daemon) lost(name string, err error) {
	if d.cfg.Terminate {
		d.log.Error("a helper is lost, api.terminate ends the daemon", "helper", name, "error", err)
		d.shutdown()
	}
}
