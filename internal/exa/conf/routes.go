package conf

import (
	"errors"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// routes is the routes of a neighbor or template while its block is read.
type routes struct {
	list   *rib.Routes
	shared bool       // list belongs to a template: copy before a change
	first  []firstUse // where the first route of each family stands, by family and self
}

// firstUse is the first route of a family, with or without "next-hop self".
type firstUse struct {
	family bgp.Family
	self   bool
	at     pos
}

// add appends a copy of r, which stands at a place of the file.
func (l *routes) add(r rib.Route, at pos) {
	l.own()
	r.Watchdog = strings.Clone(r.Watchdog) // the words are parts of the file
	l.list.Append(r)
	l.noteUse(firstUse{r.Family, r.NextHop.Self(), at})
}

func (l *routes) noteUse(u firstUse) {
	for i := range l.first {
		if l.first[i].family == u.family && l.first[i].self == u.self {
			return
		}
	}
	l.first = append(l.first, u)
}

// own makes the list ours to change.
func (l *routes) own() {
	switch {
	case l.list == nil:
		l.list = &rib.Routes{}
	case l.shared:
		l.list, l.shared = copyOf(l.list, nil), false
	}
}

// copyOf copies the routes that keep wants; nil wants all.
func copyOf(from *rib.Routes, keep func(*rib.Route) bool) *rib.Routes {
	to := &rib.Routes{}
	for r := range from.All() {
		if keep == nil || keep(&r) {
			to.Append(r)
		}
	}
	return to
}

// inherit appends the routes of a template. A neighbor without any shares its
// list: nobody changes it any more.
func (l *routes) inherit(t *routes) {
	for _, u := range t.first {
		l.noteUse(u)
	}
	switch {
	case t.list.Len() == 0:
	case l.list.Len() == 0:
		l.list, l.shared = t.list, true
	default:
		l.own()
		for r := range t.list.All() {
			l.list.Append(r)
		}
	}
}

func (p *parser) static()   { p.section("static", staticTable[:]) }
func (p *parser) announce() { p.section("announce", announceTable[:]) }

func (p *parser) readRoute() {
	p.routeAt = p.here()
	p.failRoute(p.route.Route(p.c, route.File, p.addRoute))
}

func (p *parser) readAttributes() {
	p.routeAt = p.here()
	p.failRoute(p.route.Attributes(p.c, route.File, p.addRoute))
}

func (p *parser) readFlow() { p.readOf("flow") }

// readFamily reads a route of the family whose word was just taken.
func (p *parser) readFamily() { p.readOf(p.word) }

func (p *parser) readOf(word string) {
	p.routeAt = p.here()
	f, _, _ := bgp.RouteFamily(word)
	p.failRoute(p.route.Of(p.c, f, route.File, p.addRoute))
}

// l2vpn reads the routes of an l2vpn block: "vpls NAME { … }" or "vpls …;".
func (p *parser) l2vpn() { p.routesOf(bgp.AFIL2VPN, p.word, true) }

// announceAFI reads the routes of one AFI: "unicast 10.0.0.0/24 …;".
func (p *parser) announceAFI(afi bgp.AFI) { p.routesOf(afi, "announce/"+p.word, false) }

// routesOf reads a section of routes of one AFI, which may have blocks.
func (p *parser) routesOf(afi bgp.AFI, section string, blocks bool) {
	if !p.opened() {
		return
	}
	for !p.failed() && p.c.Next() {
		start := *p.c
		end := p.begin()
		if end == 0 {
			return
		}
		if end == '{' && !blocks {
			p.c.Failf("unexpected section '%s' in %s, expected a route that ends with ';'", p.word, section)
			return
		}
		p.routeAt = p.here()
		*p.c = start // the grammar of routes reads the SAFI itself
		p.failRoute(p.route.Family(p.c, afi, route.File, p.addRoute))
	}
}

// add takes a route of the statement being read.
func (p *parser) add(r rib.Route) { p.n.routes.add(r, p.routeAt) }

// failRoute records the error of a route.
func (p *parser) failRoute(err error) {
	if err == nil || p.failed() {
		return
	}
	if e, ok := errors.AsType[*lex.Error](err); ok {
		p.err = e
		return
	}
	p.failAt(p.routeAt, "%v", err)
}

// acceptRoutes gives the neighbor its routes, once they fit its settings.
func (p *parser) acceptRoutes(n *draft) {
	s := &n.Session
	has := func(f bgp.Family) bool { return slices.Contains(s.Families, f) }
	drop := false
	for _, u := range n.routes.first {
		switch {
		case has(u.family):
		case u.family == bgp.IPv4Unicast:
			drop = true // ExaBGP: without a word
		default:
			p.failAt(u.at, "the route is of family %s, expected a family of the neighbor's family block", u.family)
		}
		if u.self && u.family.AFI == bgp.AFIIPv6 && s.Peer.Addr().Is4() {
			p.failAt(u.at, "next-hop self: a route of family %s needs a session over IPv6", u.family)
		}
	}
	if drop {
		n.routes.list = copyOf(n.routes.list, func(r *rib.Route) bool { return has(r.Family) })
	}
	if n.routes.list != nil {
		n.Routes = n.routes.list
	}
}
