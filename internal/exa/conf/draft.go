package conf

import (
	"encoding/base64"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/lex"
)

// draft is a neighbor, or a neighbor of a template, while its block is read.
type draft struct {
	*config.Neighbor
	at       pos    // of its peer-address or name
	template string // its name when it is one; "" for a neighbor

	said       []string     // "section word" of what was given a value, by the neighbor or a template
	replaying  string       // the template that is being replayed; "" while the block itself is read
	statements []lex.Cursor // of a template: its statements, but for routes
	inherit    []named

	families  []bgp.Family
	all       bool  // the family block that is open said "all"
	nextHop   *bool // capability nexthop; nil: when there is a nexthop block
	nextHops  []bgp.NextHopPair
	hasBlock  bool // a nexthop block with something in it
	addPaths  []bgp.Family
	minimal   bool // the family block said "minimal"
	md5Base64 bool
	md5At     pos
	tcpAO     tcpAO
	routes    routes
}

// named is a name and its place.
type named struct {
	name string
	at   pos
}

// note keeps what a statement of a neighbor, or of a block in it, means for inheritance.
func (n *draft) note(p *parser, section string, r *row, start lex.Cursor) {
	if n.template != "" && section == neighborSection && !r.routes && r.word != "inherit" && r.word != neighborSection {
		n.statements = append(n.statements, start)
	}
	if r.read == nil || section != neighborSection && section != capabilitySection {
		return
	}
	key := section + " " + r.word
	if n.replaying != "" && n.has(key) && r.word != "inherit" {
		p.warnAt(p.here(), "template '%s' overrides %s of neighbor %s", n.replaying, r.word, n.Session.Peer.Addr())
	}
	n.said = append(n.said, key)
}

func (n *draft) has(key string) bool { return slices.Contains(n.said, key) }

// replay reads the statements of a template or group again, into the neighbor.
func (p *parser) replay(t *draft) {
	outer, n := p.c, p.n
	n.replaying = t.template
	for _, c := range t.statements {
		if p.c = &c; !p.statement(neighborSection, neighborTable[:]) {
			break
		}
	}
	n.replaying = ""
	if e, ok := errors.AsType[*lex.Error](p.c.Err()); ok && p.err == nil {
		p.err = e
	}
	p.c = outer
}

// finish turns a neighbor's draft, whose block is read, into the neighbor.
func (p *parser) finish(n *draft) {
	for _, i := range n.inherit {
		if t := p.templates[i.name]; t != nil {
			p.replay(t)
			n.routes.inherit(&t.routes)
		} else {
			p.warnAt(i.at, "template '%s' is not defined before its use: it is ignored", i.name)
		}
	}
	if p.failed() {
		return
	}
	var missing []string
	for i := range neighborTable {
		if r := &neighborTable[i]; r.needed && !n.has(neighborSection+" "+r.word) {
			missing = append(missing, r.word)
		}
	}
	if missing != nil {
		p.failAt(n.at, "incomplete neighbor, missing %s", strings.Join(missing, ", "))
		return
	}
	p.resolve(n)
	p.acceptTCPAO(n)
	if err := n.Validate(p.opts.Passive); err != nil {
		p.failAt(n.at, "%v", err)
	}
	if key := n.Key(); p.keys[key] {
		p.failAt(n.at, "duplicate peer definition %s", n.Session.Peer.Addr())
	} else {
		p.keys[key] = true
	}
	p.password(n)
	p.acceptRoutes(n)
	// ExaBGP: it goes on with two, and every connection is the first one's.
	if name := n.Name(); p.names[name] {
		p.warnAt(n.at, "a neighbor before it differs in nothing but listen: this one is ignored")
	} else {
		p.names[name] = true
		p.cfg.Neighbors = append(p.cfg.Neighbors, n.Neighbor)
	}
}

// resolve settles what depends on several blocks.
func (p *parser) resolve(n *draft) {
	s := &n.Session
	if n.minimal {
		for _, u := range n.routes.first {
			n.families = append(n.families, u.family)
		}
	}
	slices.SortFunc(n.families, bgp.Family.Compare)
	s.Families = slices.Compact(n.families)
	if s.Capability.RouteRefresh && !s.AdjRIBOut {
		p.warnAt(n.at, "adj-rib-out is on: route-refresh needs it")
	}
	n.Resolve()
	s.Capability.NextHop = n.hasBlock
	if n.nextHop != nil {
		s.Capability.NextHop = *n.nextHop
	}
	has := func(f bgp.Family) bool { return slices.Contains(s.Families, f) }
	if s.Capability.NextHop {
		for _, h := range n.nextHops {
			if has(h.Family) && has(bgp.Family{AFI: h.AFI, SAFI: h.Family.SAFI}) {
				s.NextHops = append(s.NextHops, h)
			}
		}
	}
	if n.addPaths != nil {
		s.AddPath = slices.DeleteFunc(n.addPaths, func(f bgp.Family) bool { return !has(f) })
		maps.DeleteFunc(s.PathsLimit, func(f bgp.Family, _ uint16) bool { return !has(f) })
		if len(s.PathsLimit) == 0 {
			s.PathsLimit = nil
		}
	}
}

// password decodes the MD5 key.
func (p *parser) password(n *draft) {
	s := &n.Session
	if !n.md5Base64 || s.MD5Password == "" {
		return
	}
	key, err := base64.StdEncoding.Strict().DecodeString(s.MD5Password)
	if err != nil || len(key) == 0 {
		p.failAt(n.md5At, "the md5-password is not base64, as md5-base64 says")
		return
	}
	s.MD5Password = string(key)
}
