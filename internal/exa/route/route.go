// Package route reads routes in the words of ExaBGP: one grammar for configuration
// files and for commands.
//
//	route 10.0.0.0/24 next-hop 192.0.2.1 med 100 community [ 65000:1 no-export ]
//	route 10.0.0.0/24 { next-hop self; split /26; }
//	attributes next-hop self local-preference 50 nlri 10.0.0.0/24 2001:db8::/32
//	ipv4 mpls-vpn 10.0.0.0/24 next-hop 192.0.2.1 rd 65000:1 label 100
//
// Words come in any order and end up in two builders of package bgp, for the NLRI
// and for the attributes; what is neither (split, watchdog …) is kept here.
package route

import (
	"errors"
	"net/netip"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// Use says what the routes are read for.
type Use uint8

// The uses. In a file, routes may have a watchdog, and 224.0.0.0/4 is multicast.
const (
	Announce Use = iota // a command
	Withdraw            // a command
	File
)

// Parser reads routes. It is reused: one is enough for a helper or a file. The
// zero value is ready.
//
// Each method reads what follows its word, to the end of the statement or of its
// { } block, and gives the routes to yield: none when it returns an error, which is
// also that of the Cursor. What a route borrows is valid during the call of yield.
// A command must end with its statement.
type Parser struct {
	// Bare allows `attributes` without nlri: a route without NLRI, which asks for
	// an UPDATE of nothing but attributes.
	Bare bool
	// Warn, unless nil, hears what is passed over, as ExaBGP does. The Cursor is at
	// the word.
	Warn func(c *lex.Cursor, what string)
	// Renamed, unless nil, hears of words that ExaBGP 3.4 had for others. The Cursor
	// is at the word.
	Renamed func(from, to string)

	start    int // offset of its prefix, or of the word that it begins with
	use      Use
	family   bgp.Family // zero: the words decide
	nlri     bgp.NLRIBuilder
	attrs    bgp.AttrBuilder
	nextHop  bgp.NextHop // the last one given
	firstHop bgp.NextHop
	watchdog string
	parked   bool
	split    int // length of the pieces; 0: whole
	prefixes []netip.Prefix
	kept     []byte

	group    string // words whose attributes all routes share
	groupHop bgp.NextHop
	shared   lex.Cursor
}

// InvalidError is a route that could be read and cannot be used: something is
// missing or does not go together.
type InvalidError struct{ Err *lex.Error }

func (e *InvalidError) Error() string { return e.Err.Error() }
func (e *InvalidError) Unwrap() error { return e.Err }

// invalid makes c fail where the route begins, and an InvalidError of it.
func (p *Parser) invalid(c *lex.Cursor, format string, args ...any) error {
	c.FailAt(p.start, format, args...)
	e, ok := errors.AsType[*lex.Error](c.Err())
	if !ok {
		return c.Err()
	}
	return &InvalidError{e}
}

// Statement reads a route with the word that begins it: route, attributes,
// attribute, ipv4, ipv6, l2vpn or the word of a family of its own.
func (p *Parser) Statement(c *lex.Cursor, use Use, yield func(rib.Route)) error {
	w := c.Word()
	switch w {
	case "route":
		return p.Route(c, use, yield)
	case "attributes", "attribute":
		return p.Attributes(c, use, yield)
	}
	if afi, ok := bgp.ParseAFI(w); ok {
		return p.Family(c, afi, use, yield)
	}
	if f, behind, ok := bgp.RouteFamily(w); ok {
		if behind != "" && !c.Expect(behind) {
			return c.Err()
		}
		return p.Of(c, f, use, yield)
	}
	c.Fail("what to announce or withdraw: route, attributes, ipv4 …")
	return c.Err()
}

// Route reads `PREFIX words…` or `PREFIX { word…; }`, behind "route".
func (p *Parser) Route(c *lex.Cursor, use Use, yield func(rib.Route)) error {
	return p.read(c, bgp.Family{}, use, yield)
}

// Family reads `SAFI …`, behind the word of an AFI.
func (p *Parser) Family(c *lex.Cursor, afi bgp.AFI, use Use, yield func(rib.Route)) error {
	w := c.Word()
	f, ok := bgp.ParseFamily(afi, w)
	if !ok {
		c.FailWord(bgp.SAFINames(afi))
		return c.Err()
	}
	return p.read(c, f, use, yield)
}

// Of reads a route of a family that its statement does not name: what follows the
// words of bgp.RouteFamily.
func (p *Parser) Of(c *lex.Cursor, f bgp.Family, use Use, yield func(rib.Route)) error {
	return p.read(c, f, use, yield)
}

// Attributes reads `words… nlri PREFIX…`, behind "attributes".
func (p *Parser) Attributes(c *lex.Cursor, use Use, yield func(rib.Route)) error {
	p.reset(c, bgp.Family{}, use)
	listed := false
	for w := c.Word(); w != ""; w = c.Word() {
		if w == "nlri" {
			listed = true
			p.list(c)
			break
		}
		p.word(w, c)
	}
	closed(c)
	if err := p.end(c); err != nil {
		return err
	}
	switch {
	case len(p.prefixes) > 0:
		return p.routes(c, yield)
	case listed:
		return p.invalid(c, "attributes need a prefix behind nlri")
	case p.Bare:
	case use == File: // Deviation: ExaBGP sends an UPDATE of attributes alone, which is of no use
		p.warn(c, "attributes without nlri and prefixes announce nothing")
		return nil
	default:
		return p.invalid(c, "attributes need nlri and prefixes")
	}
	yield(rib.Route{Family: bgp.IPv4Unicast, NextHop: p.nextHop, Attrs: p.attrs.Attrs()})
	return nil
}

// list reads the prefixes behind nlri.
func (p *Parser) list(c *lex.Cursor) {
	for c.More() {
		p.prefixes = append(p.prefixes, c.Prefix())
	}
}

// Group reads `words…`, behind "attributes" at the start of a group of commands:
// attributes for all routes until Ungroup. Its next hop serves withdraws alone.
// ExaBGP: they win over those of a route, but for extended communities, which are
// put together; nlri may follow, and is ignored.
func (p *Parser) Group(c *lex.Cursor) error {
	p.Ungroup()
	group := strings.Clone(c.Rest())
	p.reset(c, bgp.Family{}, Announce)
	p.share(c)
	if c.Err() == nil {
		p.group = group
	}
	return c.Err()
}

// Ungroup ends what Group began.
func (p *Parser) Ungroup() { p.group, p.groupHop = "", bgp.NextHop{} }

// share takes the words of a group.
func (p *Parser) share(c *lex.Cursor) {
	for w := c.Word(); w != "" && w != "nlri"; w = c.Word() {
		switch {
		case w == "next-hop":
			p.groupHop = nextHop(c)
		case !p.attrs.Word(w, c):
			known := append(bgp.AttrWords(), "next-hop")
			if near := lex.Nearest(w, known); near != "" && near != w {
				c.Failf("'%s' is not an attribute, did you mean '%s'?", w, near)
				return
			}
			c.Failf("'%s' is not an attribute", w)
		}
	}
}

func (p *Parser) reset(c *lex.Cursor, f bgp.Family, use Use) {
	p.start, p.use, p.family = c.Offset(), use, f
	p.attrs.Reset()
	p.nlri.Attrs, p.nlri.Multicast = &p.attrs, use == File
	p.nlri.Reset(f, use == Withdraw)
	p.nextHop, p.firstHop, p.watchdog, p.parked, p.split = bgp.NextHop{}, bgp.NextHop{}, "", false, 0
	p.prefixes = p.prefixes[:0]
	if p.group != "" {
		p.shared.Reset(p.group)
		p.share(&p.shared)
	}
}

// read reads one statement of a route.
func (p *Parser) read(c *lex.Cursor, f bgp.Family, use Use, yield func(rib.Route)) error {
	p.reset(c, f, use)
	var prefix netip.Prefix
	if p.nlri.TakesPrefix() {
		prefix, p.start = c.Prefix(), c.Offset()
	}
	if c.Ends() == '{' {
		// ExaBGP: words between the prefix and a block are dropped, known or not.
		// Without a prefix they are a name.
		if prefix.IsValid() {
			p.surplus(c, "it stands before a block")
		}
		c.End()
		p.block(c)
	} else {
		for w := c.Word(); w != ""; w = c.Word() {
			p.word(w, c)
		}
		closed(c)
	}
	p.prefixes = append(p.prefixes, prefix)
	if err := p.end(c); err != nil {
		return err
	}
	return p.routes(c, yield)
}

// block reads `word…; word…; }` and the blocks between. The end of the input closes
// it too.
func (p *Parser) block(c *lex.Cursor) {
	for c.Next() {
		switch c.Ends() {
		case '}': // ExaBGP: words that no ";" ends are dropped
			p.surplus(c, "its statement has no ';'")
			c.End()
			return
		case '{':
			p.inner(c)
			continue
		}
		if w := c.Word(); w != "" {
			p.word(w, c) // ExaBGP: what stands behind its value is ignored
			p.surplus(c, "'", w, "' takes no more words")
		}
	}
}

// surplus warns of the next word of the statement, if there is one, and says why
// it is ignored.
func (p *Parser) surplus(c *lex.Cursor, why ...string) {
	if p.Warn != nil && c.More() {
		p.warn(c, "'"+c.Word()+"' is ignored: "+strings.Join(why, ""))
	}
}

func (p *Parser) warn(c *lex.Cursor, what string) {
	if p.Warn != nil {
		p.Warn(c, what)
	}
}

// inner reads a block in that of a route: `match { … }`.
func (p *Parser) inner(c *lex.Cursor) {
	w := c.Word()
	if !p.nlri.Open(w) {
		hint := ""
		if near := lex.Nearest(w, p.nlri.Blocks()); near != "" && near != w {
			hint = ", did you mean '" + near + "'?"
		}
		c.Failf("'%s' does not begin a block of such a route%s", w, hint)
		return
	}
	c.End()
	p.block(c)
	p.nlri.Close()
}

// closed makes c fail unless the statement ends with a semicolon or the input.
func closed(c *lex.Cursor) {
	if end := c.End(); c.Err() == nil && end != ';' && end != 0 {
		c.Failf("unexpected '%c', expected ';'", end)
	}
}

// end makes sure that a command ends with its statement.
func (p *Parser) end(c *lex.Cursor) error {
	if p.use != File && c.Err() == nil && c.Next() {
		c.Word()
		c.Fail("nothing behind the command")
	}
	return c.Err()
}

// word takes the word w of a route, with its arguments.
func (p *Parser) word(w string, c *lex.Cursor) {
	switch w {
	case "next-hop":
		if p.nextHop = nextHop(c); p.firstHop.IsZero() {
			p.firstHop = p.nextHop
		}
	case "split":
		p.split = splitLen(c)
	case "name": // for the reader of the file
		value(c, "a name")
	case "watchdog":
		p.watchdog = watchdog(c)
	case "withdraw":
		p.parked = true
	case "as-sequence":
		p.renamed(w, "as-path", c)
	case "withdrawn":
		p.renamed(w, "withdraw", c)
	default:
		if w == "rate-limit" && p.Warn != nil {
			p.rate(c)
		}
		if !p.attrs.Word(w, c) && !p.nlri.Word(w, c) {
			p.unknown(w, c)
		}
	}
}

// renamed takes a word that ExaBGP had up to 3.4 for another.
func (p *Parser) renamed(w, now string, c *lex.Cursor) {
	if p.Renamed != nil {
		p.Renamed(w, now)
	}
	p.word(now, c)
}

// The bytes per second that routers take. ExaBGP: others are warned of.
const (
	leastRate = 9600
	mostRate  = 1_000_000_000_000
)

// rate warns of a rate that will not work. The words stay in c.
func (p *Parser) rate(c *lex.Cursor) {
	at := *c
	v, ok := lex.ParseUint(at.Word(), 1<<64-1)
	switch {
	case !ok || v == 0 || at.Accept("packets"):
	case v < leastRate:
		p.warn(c, "a rate-limit below 9600 bytes per second may not work")
	case v > mostRate:
		p.warn(c, "the rate-limit is more than can be sent: it is 1000000000000 bytes per second")
	}
}

// unknown makes c fail at a word that nobody takes.
func (p *Parser) unknown(w string, c *lex.Cursor) {
	if near := lex.Nearest(w, wordsOf(p.family)); near != "" && near != w {
		c.Failf("'%s' is not a word of such a route, did you mean '%s'?", w, near)
		return
	}
	c.Failf("'%s' is not a word of such a route", w)
}

func nextHop(c *lex.Cursor) bgp.NextHop {
	w := c.Word()
	if strings.EqualFold(w, "self") {
		return bgp.NextHopSelf
	}
	a, err := netip.ParseAddr(w)
	if err != nil || a.Zone() != "" {
		c.Fail("an IP address or 'self'")
	}
	return bgp.NextHopAddr(a)
}

func splitLen(c *lex.Cursor) int {
	w := c.Word()
	n, ok := lex.ParseUint(strings.TrimPrefix(w, "/"), 128)
	if !ok || w[0] != '/' {
		c.Fail("a prefix length such as /24")
	}
	return int(n)
}

func watchdog(c *lex.Cursor) string {
	w := value(c, "the name of a watchdog")
	if w == "announce" || w == "withdraw" {
		c.Failf("'%s' is a reserved word, a watchdog needs another name", w)
	}
	return w
}

func value(c *lex.Cursor, what string) string {
	w := c.Word()
	if w == "" {
		c.Fail(what)
	}
	return w
}
