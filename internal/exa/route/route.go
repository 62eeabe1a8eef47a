// Package route reads routes in the words of ExaBGP: one grammar for configuration
// files and for commands.
//
//	route 10.0.0.0/24 next-hop 192.0.2.1 med 100 community [ 65000:1 no-export ]
//	attributes next-hop self local-preference 50 nlri 10.0.0.0/24 2001:db8::/32
//	ipv4 mpls-vpn 10.0.0.0/24 next-hop 192.0.2.1 rd 65000:1 label 100
package route

import (
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
// { } block, and gives the routes to yield: none when it returns an error. What a
// route borrows is valid during the call of yield.
type Parser struct {
	// Bare allows `attributes` without nlri: a route without NLRI, which asks for
	// an UPDATE of nothing but attributes.
	Bare bool

	nlri bgp.NLRIBuilder
}

// InvalidError is a route that could be read and cannot be used: something is
// missing or does not go together.
type InvalidError struct{ *lex.Error }

// Statement reads a route with the word that begins it: route, attributes,
// attribute, ipv4, ipv6, l2vpn or the word of a family of its own.
func (p *Parser) Statement(c *lex.Cursor, use Use, yield func(rib.Route)) error { return nil }

// Route reads `PREFIX words…` or `PREFIX { word…; }`, behind "route".
func (p *Parser) Route(c *lex.Cursor, use Use, yield func(rib.Route)) error { return nil }

// Attributes reads `words… nlri PREFIX…`, behind "attributes".
func (p *Parser) Attributes(c *lex.Cursor, use Use, yield func(rib.Route)) error { return nil }

// Family reads `SAFI …`, behind the word of an AFI.
func (p *Parser) Family(c *lex.Cursor, afi bgp.AFI, use Use, yield func(rib.Route)) error {
	return nil
}

// Group reads `words…`, behind "attributes" at the start of a group: attributes
// that all routes get which do not have them themselves, until Ungroup. Its next
// hop is that of withdraws without one.
func (p *Parser) Group(c *lex.Cursor) error { return nil }

// Ungroup ends what Group began.
func (p *Parser) Ungroup() {}
