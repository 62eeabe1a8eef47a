package conf

import (
	"net/netip"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
)

// neighbor reads a neighbor section.
func (p *parser) neighbor() { p.neighborOf(nil) }

// neighborOf reads a neighbor of a group; nil: of none.
func (p *parser) neighborOf(g *draft) {
	n := &draft{}
	p.n = n
	peer := p.peer()
	n.at = p.here()
	n.Neighbor = config.New(peer)
	var families []bgp.Family
	minimal := false
	if g != nil {
		p.replay(g)
		families, n.families = n.families, nil
		minimal, n.minimal = n.minimal, false
	}
	p.section(neighborSection, neighborTable[:])
	if n.families == nil && !n.minimal {
		n.families, n.minimal = families, minimal
	}
	if !p.failed() {
		if g != nil {
			n.routes.inherit(&g.routes)
			g.routes.shared = true // what it says next is for others
		}
		p.finish(n)
	}
	p.n = nil
}

// template reads a template section.
func (p *parser) template() { p.section("template", templateTable[:]) }

// templateNeighbor reads a neighbor of a template. Its statements are read for
// their mistakes; what they say is read again where it is inherited.
func (p *parser) templateNeighbor() {
	name := p.name("template")
	switch {
	case p.failed():
		return
	case name == "":
		p.c.Fail("the name of a template")
		return
	case p.templates[name] != nil:
		p.c.Failf("the template name '%s' already exists", name)
		return
	}
	p.n = &draft{Neighbor: config.New(netip.Prefix{}), template: name, at: p.here()}
	p.section(neighborSection, neighborTable[:])
	p.templates[name], p.n = p.n, nil
}

// inherit takes the names of templates. They are applied when the block is read.
func (p *parser) inherit() {
	p.c.List(func(w string) bool {
		p.n.inherit = append(p.n.inherit, named{strings.Clone(w), p.here()})
		return true
	})
}

// section reads a block whose table is known, past its '{'.
func (p *parser) section(name string, table []row) {
	if !p.opened() {
		return
	}
	at := p.here()
	if p.block(name, table) && !p.unclosed {
		// ExaBGP: the end of the file closes every section.
		p.unclosed = true
		p.warnAt(at, "the %s section is not closed: what follows belongs to it", name)
	}
}

// operational reads an operational block.
func (p *parser) operational() { p.section("operational", operationalTable[:]) }

// operationalMessage reads a message, which is sent when a session begins.
//
// Deviation: in ExaBGP a file with a message fails to load.
func (p *parser) operationalMessage() {
	t, _ := bgp.ParseOperationalType(strings.ToUpper(p.word))
	o := bgp.ParseOperationalWords(t, p.c)
	if !p.failed() {
		p.n.Live.Operational = append(p.n.Live.Operational, o)
	}
}
