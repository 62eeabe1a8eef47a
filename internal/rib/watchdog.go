package rib

// watchdog is the configured routes of a peer that carry one name.
type watchdog struct {
	state  dogState
	routes Routes
}

// dogState is what the last command for the name said. Until there is one, each
// route is up or parked as its configuration says.
type dogState uint8

const (
	dogUnset dogState = iota
	dogUp
	dogDown
)

// announces reports whether a route is to be announced.
func (s dogState) announces(parked bool) bool { return s == dogUp || s == dogUnset && !parked }

// watch files a configured route with its watchdog, and reports whether it is to be
// announced. What was said to the name before a reload still holds.
func (p *peer) watch(dogs map[string]*watchdog, r *Route) bool {
	d := dogs[r.Watchdog]
	if d == nil {
		d = &watchdog{}
		if old := p.dogs[r.Watchdog]; old != nil {
			d.state = old.state
		}
		dogs[r.Watchdog] = d
	}
	d.routes.Append(*r)
	return d.state.announces(r.Parked)
}

// Watchdog announces or withdraws the configured routes that carry the name; said
// again, it does nothing. It returns whether any of the peers has one.
func (o *Out) Watchdog(peers *PeerSet, name string, up bool) (found bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, b := range o.banks {
		for lane := range lanesOf(peers.eight(i)) {
			if p := b.peers[lane]; p != nil && p.dogs[name] != nil {
				found = true
				o.setWatchdog(p, p.dogs[name], up)
			}
		}
	}
	o.tidy()
	return found
}

func (o *Out) setWatchdog(p *peer, d *watchdog, up bool) {
	p.changes++
	was := d.state
	d.state = dogDown
	if up {
		d.state = dogUp
	}
	for r := range d.routes.All() {
		if was.announces(r.Parked) == up {
			continue
		}
		fam, _ := o.table.family(r.Family) // known since Replace
		if up {
			head, id := o.version(fam, &r, Configuration)
			if id == none {
				continue
			}
			if o.announceLane(p.bank, p.lane, head, id) {
				o.owe(p.bank, p.bit(), id)
			}
			o.spareChain(head)
			continue
		}
		head, with := o.withdrawn(fam, &r, p.bank.fams[fam].live&p.bit() != 0)
		if head != none {
			o.withdrawLane(p.bank, p.lane, head, with)
			o.spareChain(head)
		}
	}
}
