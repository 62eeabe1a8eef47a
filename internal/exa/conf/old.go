package conf

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/config"
)

// What is in this file is the language of ExaBGP 3.4, where later versions have
// other words for it. Rows of tables that are old say what to write instead.

// group reads "group NAME { … }": settings for the neighbors in it.
func (p *parser) group() {
	name := p.c.Word()
	g := &draft{Neighbor: config.New(netip.Prefix{}), template: "group " + strings.Clone(name), at: p.here()}
	p.n = g
	p.section(neighborSection, slices.Concat(neighborTable[:], groupTable[:]))
	p.n = nil
}

// groupNeighbor reads a neighbor of a group, which has what the group said before
// it. Deviation from templates, as in 3.4: what the neighbor says wins, and its
// family block replaces that of the group.
func (p *parser) groupNeighbor() {
	g := p.n
	p.neighborOf(g)
	p.n = g
}

// oldProcess reads a process section in a neighbor or a group: a program, and the
// events it gets.
func (p *parser) oldProcess() {
	at, name := p.here(), p.c.Word()
	p.proc = &process{Process: config.Process{Name: strings.Clone(name), Respawn: true}}
	p.api = &config.API{}
	p.section("process", oldProcessTable[:])
	if p.failed() {
		return
	}
	if name != "" {
		p.api.Processes = []string{p.proc.Name}
	}
	p.n.API = append(p.n.API, *p.api)
	if p.n.replaying != "" { // the process is there, of the group
		return
	}
	switch old := p.cfg.Process(name); {
	case p.proc.Run == nil && (name == "" || old != nil):
	case p.proc.Run == nil, name == "":
		p.failAt(at, "the process section '%s' has no run, or no name", name)
	case old == nil:
		p.cfg.Processes = append(p.cfg.Processes, p.proc.Process)
	case !old.Equal(&p.proc.Process):
		p.failAt(at, "a process section called '%s' already exists", name)
	}
}

// oldEvents returns how a word for events is read: in 3.4 it takes no value.
func oldEvents(set func(a *config.API)) func(*parser) {
	return func(p *parser) {
		p.c.Bool(true)
		set(p.api)
	}
}

// oldFamily reads "inet4 unicast" as "ipv4 unicast".
func (p *parser) oldFamily(afi string) {
	p.word = afi
	p.addFamily()
}
