package daemon

import (
	"errors"
	"fmt"
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/api"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/rib"
	"github.com/herald-bgp/herald/internal/speaker"
)

// The methods of api.Daemon: what commands do.

var errNotUp = errors.New("none of these neighbors is established")

// Announce implements api.Daemon.
func (d *Daemon) Announce(c *api.Caller, to *rib.PeerSet, r rib.Route) error {
	if err := d.mayRoute(c, to, &r); err != nil {
		return err
	}
	if d.out.Announce(to, &r, c.Owner) == 0 {
		d.unconfigured(c, &r)
	}
	return nil
}

// Withdraw implements api.Daemon.
func (d *Daemon) Withdraw(c *api.Caller, to *rib.PeerSet, r rib.Route) error {
	if err := d.mayRoute(c, to, &r); err != nil {
		return err
	}
	if d.out.Withdraw(to, &r) == 0 {
		d.unconfigured(c, &r)
	}
	return nil
}

// mayRoute checks the rights, and that "self" is an address of the route's family.
func (d *Daemon) mayRoute(c *api.Caller, to *rib.PeerSet, r *rib.Route) error {
	if err := d.may(c, to); err != nil {
		return err
	}
	if r.NextHop.Self() && r.Family.AFI == bgp.AFIIPv6 && to.Meets(d.viewNow().ipv4) {
		return errors.New(`use of "next-hop self": the route (ipv6) does not have the same family as the BGP tcp session (ipv4)`)
	}
	return nil
}

// unconfigured logs a route that no peer takes. ExaBGP: the command is done.
func (d *Daemon) unconfigured(c *api.Caller, r *rib.Route) {
	d.log.Error("no neighbor has the family of the route", "family", r.Family, "helper", c.Name)
}

// Commit implements api.Daemon.
func (d *Daemon) Commit(c *api.Caller) {
	d.out.Commit(c.Owner)
	d.out.Wake()
}

// FirstPending implements api.Daemon.
func (d *Daemon) FirstPending(to *rib.PeerSet) bool { return d.out.FirstPending(to) }

// Sync implements api.Daemon.
func (d *Daemon) Sync(to *rib.PeerSet, done func()) { d.out.Sync(to, done) }

// Flush implements api.Daemon.
func (d *Daemon) Flush(c *api.Caller, to *rib.PeerSet) error {
	if err := d.may(c, to); err != nil {
		return err
	}
	d.out.Flush(to)
	return nil
}

// Clear implements api.Daemon.
func (d *Daemon) Clear(c *api.Caller, to *rib.PeerSet) error {
	if err := d.may(c, to); err != nil {
		return err
	}
	d.out.Clear(to)
	return nil
}

// ClearIn implements api.Daemon.
func (d *Daemon) ClearIn(c *api.Caller, to *rib.PeerSet) error {
	return d.each(c, to, func(p *speaker.Peer) { p.In().Clear() })
}

// Watchdog implements api.Daemon. ExaBGP: of all peers, and never an error.
func (d *Daemon) Watchdog(c *api.Caller, name string, up bool) error {
	<-d.ready // a helper may say so before there are peers
	if !d.out.Watchdog(rib.AllPeers(), name, up) {
		d.log.Warn("no configured route has this watchdog", "watchdog", name, "helper", c.Name)
	}
	return nil
}

// EOR implements api.Daemon.
func (d *Daemon) EOR(c *api.Caller, to *rib.PeerSet, f bgp.Family) error {
	if err := d.may(c, to); err != nil {
		return err
	}
	if d.out.EOR(to, f) == 0 {
		return errNotUp
	}
	return nil
}

// Refresh implements api.Daemon. ExaBGP: a family that was not negotiated, or a
// peer without the capability, is no error.
func (d *Daemon) Refresh(c *api.Caller, to *rib.PeerSet, f bgp.Family) error {
	up := false
	err := d.each(c, to, func(p *speaker.Peer) {
		if st := p.Status(); st.Negotiated == nil {
			return
		}
		up = true
		if err := p.Refresh(bgp.RouteRefresh{Family: f}); err != nil {
			d.log.Error("route refresh not sent", "family", f, "peer", p.Name(), "reason", err)
		}
	})
	if err == nil && !up {
		err = errNotUp
	}
	return err
}

// Operational implements api.Daemon. ExaBGP: a peer without the capability is no error.
func (d *Daemon) Operational(c *api.Caller, to *rib.PeerSet, m *bgp.Operational) error {
	return d.each(c, to, func(p *speaker.Peer) {
		if err := p.Operational(m); err != nil {
			d.log.Info("operational message not sent", "peer", p.Name(), "reason", err)
		}
	})
}

// Teardown implements api.Daemon.
func (d *Daemon) Teardown(c *api.Caller, to *rib.PeerSet, subcode uint8) error {
	return d.each(c, to, func(p *speaker.Peer) { p.Teardown(subcode) })
}

// each calls f with the peers of a set, when the caller may address them all.
func (d *Daemon) each(c *api.Caller, to *rib.PeerSet, f func(p *speaker.Peer)) error {
	if err := d.may(c, to); err != nil {
		return err
	}
	for _, p := range d.viewNow().peers {
		if to.Has(p.ID()) {
			f(p)
		}
	}
	return nil
}

// Create implements api.Daemon.
func (d *Daemon) Create(_ *api.Caller, n *config.Neighbor) error {
	n.Resolve()
	if err := n.Validate(d.cfg.Loader.Passive); err != nil {
		return err
	}
	<-d.ready
	d.mu.Lock()
	defer d.mu.Unlock()
	name := n.Name()
	same := func(m *config.Neighbor) bool { return m.Name() == name }
	if slices.ContainsFunc(d.created, same) || slices.ContainsFunc(d.current.Neighbors, same) {
		return fmt.Errorf("peer already exists: %s", name)
	}
	d.created = append(d.created, n)
	d.apply([]config.Change{{Kind: config.Add, Name: name, New: n}})
	return nil
}

// Delete implements api.Daemon. Neighbors of the configuration come back with a reload.
func (d *Daemon) Delete(c *api.Caller, to *rib.PeerSet) error {
	if err := d.may(c, to); err != nil {
		return err
	}
	var changes []config.Change
	for _, p := range d.viewNow().peers {
		if to.Has(p.ID()) {
			changes = append(changes, config.Change{Kind: config.Remove, Name: p.Name(), Old: p.Neighbor()})
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	gone := func(n *config.Neighbor) bool {
		return slices.ContainsFunc(changes, func(c config.Change) bool { return c.Name == n.Name() })
	}
	rest := *d.current
	rest.Neighbors = slices.DeleteFunc(slices.Clone(rest.Neighbors), gone)
	d.current, d.created = &rest, slices.DeleteFunc(d.created, gone)
	d.apply(changes)
	return nil
}

// WalkOut implements api.Daemon.
func (d *Daemon) WalkOut(id rib.PeerID, f func(r *rib.Route) bool) {
	d.out.Walk(id, func(r *rib.Route, _ rib.Owner) bool { return f(r) })
}

// WalkIn implements api.Daemon.
func (d *Daemon) WalkIn(id rib.PeerID, f func(r *rib.Route) bool) {
	if p := d.viewNow().byID[id]; p != nil {
		p.In().Walk(f)
	}
}

// Reload implements api.Daemon.
func (d *Daemon) Reload(*api.Caller) { d.request(reload) }

// Restart implements api.Daemon.
func (d *Daemon) Restart(*api.Caller) { d.request(restart) }

// Shutdown implements api.Daemon.
func (d *Daemon) Shutdown(*api.Caller) { d.shutdown() }

// Helpers implements api.Daemon.
func (d *Daemon) Helpers() []helper.Status { return d.helpers.Status() }
