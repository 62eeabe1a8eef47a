package api

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// createPeer adds a neighbor until the next reload:
//
//	ADDRESS local-address|local-ip ADDRESS local-as AS peer-as AS [router-id ID]
//	[family-allowed FAMILY[/FAMILY…]] [graceful-restart SECONDS] [group-updates BOOL] [api PROCESS]…
func createPeer(c *Client) error {
	n, err := c.newNeighbor()
	if err != nil {
		return complain(err.Error())
	}
	if err := c.hub.daemon.Create(&c.caller, n); err != nil {
		return complain(err.Error())
	}
	c.peers = nil
	return nil
}

// complain is a refusal whose reason main says.
func complain(why string) error { return &refusal{said: why, why: why} }

// complainOf is complain about a word, with what it may be meant to be.
func complainOf(word, said string, known ...string) error {
	r := &refusal{said: said, why: said}
	if near := lex.Nearest(word, known); near != "" {
		r.why += ", did you mean '" + near + "'?"
	}
	return r
}

func (c *Client) newNeighbor() (*config.Neighbor, error) {
	w := c.cur.Word()
	if w == "" {
		return nil, complain("no neighbor selector")
	}
	a, err := netip.ParseAddr(w)
	if err != nil {
		return nil, complain("invalid IP address " + strings.Clone(w))
	}
	n := config.New(netip.PrefixFrom(a, a.BitLen()))
	n.Session.Families = []bgp.Family{bgp.IPv4Unicast}
	var seen []string
	for c.cur.More() {
		w := strings.Clone(c.cur.Word())
		if w == "local-ip" {
			w = "local-address"
		}
		if slices.Contains(seen, w) && w != "api" {
			return nil, complain("duplicate parameter: " + w)
		}
		seen = append(seen, w)
		if err := c.neighborWord(n, w); err != nil {
			return nil, err
		}
	}
	if err := c.cur.Err(); err != nil {
		return nil, err
	}
	var missing []string
	for _, w := range []string{"local-address", "local-as", "peer-as"} {
		if !slices.Contains(seen, w) {
			missing = append(missing, w)
		}
	}
	if len(missing) > 0 {
		return nil, complain("missing required parameters: " + strings.Join(missing, ", "))
	}
	return n, nil
}

// neighborWord reads one parameter of a new neighbor.
func (c *Client) neighborWord(n *config.Neighbor, w string) error {
	cur, s := &c.cur, &n.Session
	const maxAS = 1<<32 - 1
	switch w {
	case "local-address":
		s.Local = cur.Addr()
	case "local-as":
		s.LocalAS = uint32(cur.Uint(maxAS))
	case "peer-as":
		s.PeerAS = uint32(cur.Uint(maxAS))
	case "router-id":
		s.RouterID = cur.Addr4()
	case "family-allowed":
		return c.families(n, strings.Clone(cur.Word()))
	case "graceful-restart":
		seconds := uint16(cur.Uint(4095))
		s.Capability.GracefulRestart = &seconds
	case "group-updates":
		s.GroupUpdates = cur.Bool(true)
	case "api":
		name := strings.Clone(cur.Word())
		if name == "" {
			return complain("api needs the name of a process")
		}
		// Deviation: ExaBGP gives rights alone, no event can be asked for.
		n.API = append(n.API, config.API{Processes: []string{name}, NeighborChanges: true})
	default:
		return complainOf(w, "unknown parameter: "+w, "local-address", "local-ip", "local-as", "peer-as", "router-id",
			"family-allowed", "graceful-restart", "group-updates", "api")
	}
	return cur.Err()
}

// families reads "ipv4-unicast/ipv6-unicast"; in-open stands for the default.
func (c *Client) families(n *config.Neighbor, list string) error {
	if list == "in-open" {
		return nil
	}
	n.Session.Families = nil
	for w := range strings.SplitSeq(list, "/") {
		a, s, ok := strings.Cut(w, "-")
		if !ok {
			return complain("invalid family format " + w + ", expected <afi>-<safi>")
		}
		afi, known := bgp.ParseAFI(a)
		safi, also := bgp.ParseSAFI(s)
		f := bgp.Family{AFI: afi, SAFI: safi}
		if !known || !also || !f.Configurable() {
			return complain("unknown family " + w)
		}
		n.Session.Families = append(n.Session.Families, f)
	}
	slices.SortFunc(n.Session.Families, bgp.Family.Compare)
	return nil
}

// deletePeer removes the selected neighbors. Deviation: ExaBGP's never finds one.
func deletePeer(c *Client) error {
	w := c.cur.Peek()
	if w == "neighbor" || w == "peer" {
		c.cur.Word()
	}
	to, err := c.selector("")
	if r, ok := errors.AsType[*refusal](err); ok && r.none {
		r.said = "no neighbors match the selector"
	}
	if err != nil {
		return err
	}
	if err := c.finish(); err != nil {
		return err
	}
	c.to = to
	c.toPeersAfterwards(func(to *rib.PeerSet) error { return c.hub.daemon.Delete(&c.caller, to) })
	return nil
}
