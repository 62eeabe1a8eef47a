package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// encodeOptions are those of `herald encode`.
type encodeOptions struct {
	command         string // empty: one in each line of a file
	file            string // "-": the standard input
	family          string // "ipv4 unicast": the only one of the session; empty: all
	localAS, peerAS uint32
	pathInformation bool   // NLRI begin with path identifiers
	nlri            bool   // print NLRI alone
	noHeader        bool   // print messages without header
	configuration   string // file whose routes are printed, or whose first neighbor is the session
}

// encode prints the messages of commands, or of the routes of a configuration, in
// hexadecimal. What ExaBGP says about a mistake goes to stdout, the reason to stderr.
func (a *app) encode(o *encodeOptions) error {
	s, err := a.loadSettings()
	if err != nil {
		return err
	}
	e := &routeEncoder{options: o, dialect: bgp.Dialect(s.api.version), out: bufio.NewWriterSize(a.stdout, 64<<10), stderr: a.stderr}
	valid, err := a.encodeAll(o, e)
	if err != nil {
		fmt.Fprintf(e.out, "configuration error: %v\n", err)
		valid = false
	}
	return done(valid, e.out)
}

func (a *app) encodeAll(o *encodeOptions, e *routeEncoder) (valid bool, err error) {
	neighbors, err := encodeNeighbors(o)
	if err != nil {
		return false, err
	}
	if o.configuration != "" && o.command == "" && o.file == "" {
		for _, n := range neighbors {
			e.begin(&n.Session)
			for r := range n.Routes.All() {
				if err := e.route(&r, false); err != nil {
					return false, fmt.Errorf("neighbor %s: %s: %w", n.Session.Peer.Addr(), routeText(&r), err)
				}
			}
		}
		return true, nil
	}
	e.begin(&neighbors[0].Session)
	if o.command != "" {
		return e.command("command", o.command), nil
	}
	in, name := a.stdin, "stdin"
	if o.file != "" && o.file != "-" {
		f, err := os.Open(o.file)
		if err != nil {
			return false, err
		}
		defer f.Close()
		in, name = f, o.file
	}
	return e.lines(name, in)
}

// encodeNeighbors returns the neighbors of the configuration, else one that takes
// everything.
func encodeNeighbors(o *encodeOptions) ([]*config.Neighbor, error) {
	if o.configuration != "" {
		return neighborsOf(o.configuration)
	}
	n := openNeighbor()
	s := &n.Session
	s.LocalAS, s.PeerAS = o.localAS, o.peerAS
	if o.family != "" {
		families, err := parseFamilies(o.family)
		if err != nil {
			return nil, err
		}
		s.Families = families
	}
	if o.pathInformation {
		s.Capability.AddPathSend, s.Capability.AddPathReceive = true, true
	}
	return []*config.Neighbor{n}, nil
}

// routeEncoder prints routes as messages of a session.
type routeEncoder struct {
	options *encodeOptions
	dialect bgp.Dialect
	session *bgp.Negotiated
	packer  bgp.Packer
	parser  route.Parser
	cursor  lex.Cursor
	routes  []rib.Route // of one command; their octets are in kept
	kept    []byte
	line    []byte
	out     *bufio.Writer
	stderr  io.Writer
}

// begin begins a session.
func (e *routeEncoder) begin(s *config.Session) {
	e.session = s.Mirrored()
	e.session.WithdrawLast = !e.dialect.Main()
}

// lines encodes a command in each line; those that are empty or begin with # are
// passed over.
func (e *routeEncoder) lines(name string, in io.Reader) (valid bool, err error) {
	valid = true
	lines := bufio.NewScanner(&flushing{in, e.out})
	lines.Buffer(nil, maxPayloadLine)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line != "" && line[0] != '#' {
			valid = e.command(fmt.Sprintf("%s: line %d", name, n), line) && valid
		}
	}
	return valid, lines.Err()
}

// command encodes one command; false when it is none.
func (e *routeEncoder) command(place, text string) bool {
	err := e.parse(text)
	if err == nil {
		return true
	}
	fmt.Fprintf(e.out, "configuration error: Failed to parse route: %s\n", text)
	fmt.Fprintf(e.stderr, "%s: %v\n", place, err)
	return false
}

var errNoRoute = errors.New("it announces nothing")

// parse encodes one command: a route, with "announce" or "withdraw" before it, or
// without. Nothing is printed unless all of it can be.
func (e *routeEncoder) parse(text string) error {
	use := route.Announce
	e.cursor.Reset(text)
	switch {
	case e.cursor.Accept("withdraw"):
		use = route.Withdraw
	case e.cursor.Accept("announce"):
	}
	e.routes, e.kept = e.routes[:0], e.kept[:0]
	err := e.parser.Statement(&e.cursor, use, func(r rib.Route) {
		e.kept = append(e.kept, r.NLRI...)
		r.NLRI = e.kept[len(e.kept)-len(r.NLRI):]
		e.routes = append(e.routes, r)
	})
	if err != nil {
		return err
	}
	if len(e.routes) == 0 {
		return errNoRoute
	}
	for i := range e.routes {
		if err := e.route(&e.routes[i], use == route.Withdraw); err != nil {
			return err
		}
	}
	return nil
}

// route prints the message of a route.
func (e *routeEncoder) route(r *rib.Route, withdraw bool) error {
	switch {
	case r.Parked: // not announced until its watchdog says so
		return nil
	case !e.session.Has(r.Family):
		return fmt.Errorf("the session has no routes of %s", r.Family)
	case e.options.nlri:
		nlri := r.NLRI
		if !e.session.SendsPathID(r.Family) {
			nlri = nlri[bgp.PathIDLen:]
		}
		e.print(nlri)
		return nil
	}
	e.packer.Reset(e.session, false)
	if err := packRoute(&e.packer, r, withdraw); err != nil {
		return err
	}
	message := e.packer.Octets()
	if e.options.noHeader {
		message = message[bgp.HeaderLen:]
	}
	e.print(message)
	return nil
}

// packRoute writes the message of one route.
func packRoute(p *bgp.Packer, r *rib.Route, withdraw bool) error {
	if withdraw {
		p.Withdraw(r.Family, r.Attrs, r.NextHop, 1)
	} else if err := p.Announce(r.Family, r.Attrs, r.NextHop, 1); err != nil {
		return err
	}
	if err := p.Add(r.NLRI); err != nil {
		return err
	}
	p.End()
	return nil
}

// print prints octets in a line. What goes wrong stays in the writer and is found
// by its Flush.
func (e *routeEncoder) print(b []byte) {
	e.line = slices.Grow(e.line[:0], 2*len(b)+1)
	e.line = append(fmt.Appendf(e.line, "%X", b), '\n')
	_, _ = e.out.Write(e.line)
}
