package conf

import (
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/lex"
)

// family reads a family block. Several blocks, inherited ones too, are merged;
// only within one is a repetition an error.
func (p *parser) family() {
	n := p.n
	before := n.families
	n.families, n.all = nil, false
	p.section("family", familyTable[:])
	n.families = append(before, n.families...)
}

// allFamilies takes "all". ExaBGP: behind a family it is ignored.
func (p *parser) allFamilies() {
	if len(p.n.families) > 0 {
		p.warn("'all' is ignored: it does not stand first")
		return
	}
	p.n.families, p.n.all = bgp.DefaultFamilies(), true
}

func (p *parser) addFamily() {
	f, ok := p.familyNamed()
	switch {
	case !ok:
	case p.n.all:
		p.c.Failf("unexpected family %s behind all, expected no other family", f)
	case slices.Contains(p.n.families, f):
		p.c.Failf("duplicate family %s", f)
	default:
		p.n.families = append(p.n.families, f)
	}
}

// familyNamed takes the SAFI behind the AFI that was just taken.
func (p *parser) familyNamed() (bgp.Family, bool) {
	afi, _ := bgp.ParseAFI(p.word)
	f, ok := bgp.ParseFamily(afi, p.c.Word())
	if !ok || !f.Configurable() {
		p.c.FailWord(bgp.SAFINames(afi))
		return f, false
	}
	return f, true
}

// addPath reads an add-path block.
func (p *parser) addPath() { p.section("add-path", addPathTable[:]) }

func (p *parser) addAddPath() {
	f, ok := p.familyNamed()
	if !ok {
		return
	}
	if !slices.Contains(p.n.addPaths, f) {
		p.n.addPaths = append(p.n.addPaths, f)
	} else if p.n.replaying == "" {
		p.c.Failf("duplicate add-path family %s", f)
	}
	if !p.c.More() || !p.c.Expect("limit") {
		return
	}
	limit, ok := lex.ParseUint(p.c.Word(), 65535)
	if !ok || limit == 0 {
		p.c.Fail("a number of paths from 1 to 65535")
		return
	}
	if p.n.Session.PathsLimit == nil {
		p.n.Session.PathsLimit = map[bgp.Family]uint16{}
	}
	p.n.Session.PathsLimit[f] = uint16(limit)
}

// nexthop reads "ipv4 unicast ipv6" (RFC 8950).
func (p *parser) nexthop() {
	afi, _ := bgp.ParseAFI(p.word)
	safi, ok := bgp.ParseSAFI(p.c.Word())
	if !ok || !slices.Contains(nexthopSAFIs[:], safi) {
		p.c.Fail("unicast, multicast, nlri-mpls, labeled-unicast or mpls-vpn")
		return
	}
	over, name := bgp.AFIIPv6, "ipv6"
	if afi == bgp.AFIIPv6 {
		over, name = bgp.AFIIPv4, "ipv4"
	}
	if !p.c.Expect(name) {
		return
	}
	p.n.hasBlock = true
	h := bgp.NextHopPair{Family: bgp.Family{AFI: afi, SAFI: safi}, AFI: over}
	if !slices.Contains(p.n.nextHops, h) {
		p.n.nextHops = append(p.n.nextHops, h)
	}
}
