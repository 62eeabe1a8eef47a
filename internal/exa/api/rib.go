package api

import (
	"bytes"
	"net/netip"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/rib"
)

// flushOut sends again what the peers have been sent.
func flushOut(c *Client) error {
	if err := c.trailingSelector(); err != nil {
		return err
	}
	c.touch(c.to.set)
	return c.hub.daemon.Flush(&c.caller, c.to.set)
}

// clearOut withdraws it.
func clearOut(c *Client) error {
	if err := c.trailingSelector(); err != nil {
		return err
	}
	c.touch(c.to.set)
	return c.hub.daemon.Clear(&c.caller, c.to.set)
}

// clearIn forgets what was received from the peers.
func clearIn(c *Client) error {
	if err := c.trailingSelector(); err != nil {
		return err
	}
	return c.hub.daemon.ClearIn(&c.caller, c.to.set)
}

// trailingSelector reads the selector that may stand behind the command: with its
// word, or an address alone.
func (c *Client) trailingSelector() error {
	w := c.cur.Peek()
	if c.to == nil && w != "" {
		var err error
		switch {
		case w == "neighbor" || w == "peer":
			c.cur.Word()
			c.to, err = c.selector(w)
		case isAddress(w):
			c.to, err = c.selector("")
		default:
			err = c.unexpectedWord(c.cur.Word(), "neighbor", "peer", "an address")
		}
		if err != nil {
			return err
		}
	}
	return c.selected()
}

func showOut(c *Client) error { return c.showRIB(c.hub.daemon.WalkOut) }
func showIn(c *Client) error  { return c.showRIB(c.hub.daemon.WalkIn) }

// showRIB lists the routes of all peers, whoever asks, or of one. ExaBGP: words about
// kinds of routes are understood and mean all.
func (c *Client) showRIB(walk func(rib.PeerID, func(*rib.Route) bool)) error {
	s := routeLine{client: c, json: c.wantsJSON()}
	filter := ""
	for c.cur.More() {
		switch w := c.cur.Word(); w {
		case "extensive":
			s.extensive = true
		case "routes", "static", "inet", "flow", "l2vpn", "neighbor", "peer":
		default:
			// Deviation: ExaBGP takes any word for a neighbor that is not there.
			if !isAddress(w) {
				return c.unexpectedWord(w, "extensive", "an address")
			}
			filter = strings.Clone(w)
		}
	}
	for _, p := range c.hub.daemon.Peers(nil).List {
		s.address = addressOf(p)
		if filter != "" && filter != "*" && filter != s.address {
			continue
		}
		s.peer = p
		walk(p.ID, func(r *rib.Route) bool {
			c.text(func(dst []byte) []byte { return s.append(dst, r) })
			return true
		})
	}
	return nil
}

// addressOf returns the address of a neighbor as its name has it.
func addressOf(p *Peer) string {
	address, _, _ := strings.Cut(strings.TrimPrefix(p.Name, "neighbor "), " ")
	return address
}

// routeLine writes routes of a RIB, a line each.
type routeLine struct {
	client    *Client
	peer      *Peer
	address   string
	json      bool
	extensive bool
	hop       [16]byte
}

func (l *routeLine) append(dst []byte, r *rib.Route) []byte {
	if len(r.NLRI) <= bgp.PathIDLen {
		return dst // attributes alone
	}
	switch {
	case l.json && l.client.hub.settings.RoutesV2:
		return l.appendV2(dst, r)
	case l.json:
		return l.appendJSON(dst, r)
	}
	d := l.client.dialect
	switch {
	case l.extensive:
		dst = append(dst, l.peer.Name...)
	case d == bgp.Dialect42:
		dst = append(append(dst, "neighbor "...), l.address...)
	default:
		dst = append(dst, l.address...)
	}
	dst = r.Family.AppendText(append(dst, ' '))
	face := bgp.Face{Dialect: d, Show: true}
	hop := l.nextHop(r)
	if !d.Main() {
		face.NextHop = hop
	}
	dst = bgp.AppendNLRIText(append(dst, ' '), r.Family, r.NLRI[bgp.PathIDLen:], &face)
	if l.extensive {
		if a, ok := netip.AddrFromSlice(hop); ok && d.Main() {
			dst = a.AppendTo(append(dst, " next-hop "...))
		}
		dst = r.Attrs.AppendText(dst, &face)
	}
	return append(dst, '\n')
}

// nextHop returns the octets of the next hop, "self" as this peer is sent it.
func (l *routeLine) nextHop(r *rib.Route) []byte {
	s := &l.peer.Config.Session
	hop, _ := r.NextHop.Resolve(r.Family, bgp.Self{Local: s.Local, RouterID: s.RouterID})
	a := hop.Addr()
	if !a.IsValid() {
		return nil
	}
	return append(l.hop[:0], a.AsSlice()...)
}

// appendJSON writes a line that names the route, with more when it is extensive. ExaBGP:
// 5.0 leaves out routes without a prefix.
func (l *routeLine) appendJSON(dst []byte, r *rib.Route) []byte {
	d := l.client.dialect
	text := string(bgp.AppendNLRIText(nil, r.Family, r.NLRI[bgp.PathIDLen:], &bgp.Face{Dialect: d, Show: true}))
	key := "nlri"
	if hasPrefix(r.Family) {
		key = "prefix"
		text, _, _ = strings.Cut(text, " ")
	} else if !d.Main() {
		return dst
	}
	family := func(dst []byte) []byte {
		return append(r.Family.AppendText(append(dst, `"family": "`...)), '"')
	}
	nlri := func(dst []byte) []byte {
		return bgp.AppendJSONString(append(append(append(dst, '"'), key...), `": `...), text)
	}
	dst = bgp.AppendJSONString(append(dst, '{'), l.address)
	dst = append(dst, `: {"routes": [{`...)
	if d.Main() {
		dst = nlri(append(family(dst), ", "...))
	} else {
		dst = family(append(nlri(dst), ", "...))
	}
	if l.extensive {
		// Deviation: main repeats the table of "show neighbor", 5.0 adds nothing.
		dst = l.appendHopJSON(append(dst, ", "...), r)
		dst = l.appendAttributes(append(dst, ", "...), r)
	}
	return append(dst, "}]}}\n"...)
}

// appendV2 writes a line of the setting show-routes-format v2: the whole route.
func (l *routeLine) appendV2(dst []byte, r *rib.Route) []byte {
	face := &bgp.Face{Dialect: l.client.dialect}
	if id := r.NLRI[:bgp.PathIDLen]; string(id) != "\x00\x00\x00\x00" {
		face.PathID = id
	}
	dst = bgp.AppendJSONString(append(dst, `{"peer": {"address": `...), l.address)
	dst = append(dst, `}, "route": {"nlri": {`...)
	nlri := bgp.AppendNLRIJSON(nil, r.Family, r.NLRI[bgp.PathIDLen:], face)
	members := bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimPrefix(nlri, []byte("{")), []byte("}")))
	switch {
	case hasPrefix(r.Family):
		dst = append(append(dst, `"prefix"`...), bytes.TrimPrefix(members, []byte(`"nlri"`))...)
	case r.Family.SAFI == bgp.SAFIFlow || r.Family.SAFI == bgp.SAFIFlowVPN:
		dst = append(append(dst, `"rules": `...), nlri...)
	default:
		dst = append(dst, members...)
	}
	dst = l.appendHopJSON(append(dst, ", "...), r)
	dst = r.Family.AFI.AppendText(append(dst, `, "family": {"afi": "`...))
	dst = r.Family.SAFI.AppendText(append(dst, `", "safi": "`...))
	dst = l.appendAttributes(append(dst, `"}}, `...), r)
	return append(dst, "}}\n"...)
}

func (l *routeLine) appendHopJSON(dst []byte, r *rib.Route) []byte {
	a, ok := netip.AddrFromSlice(l.nextHop(r))
	if !ok {
		return append(dst, `"nexthop": null`...)
	}
	return append(a.AppendTo(append(dst, `"nexthop": "`...)), '"')
}

// appendAttributes writes the attributes as events have them.
func (l *routeLine) appendAttributes(dst []byte, r *rib.Route) []byte {
	dst = r.Attrs.AppendJSON(append(dst, `"attributes": {`...), &bgp.Face{Dialect: l.client.dialect})
	return append(dst, '}')
}

// hasPrefix reports whether routes of a family are prefixes.
func hasPrefix(f bgp.Family) bool {
	switch f.SAFI {
	case bgp.SAFIUnicast, bgp.SAFIMulticast, bgp.SAFILabel, bgp.SAFIVPN:
		return true
	default:
		return false
	}
}
