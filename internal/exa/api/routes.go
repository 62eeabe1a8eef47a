package api

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/rib"
)

// The commands "peer SELECTOR routes": routes with an index, by which they can be
// removed again. ExaBGP: the answer is a line of JSON in every dialect and for every
// encoder, and no "done" follows it.

// routes reads [AFI [SAFI]] list|add|remove. ExaBGP: a family before add and remove
// is passed over.
func routes(c *Client) error {
	var f bgp.Family
	w := c.cur.Word()
	if afi, ok := bgp.ParseAFI(w); ok {
		f.AFI = afi
		w = c.cur.Word()
		if safi, ok := bgp.ParseSAFI(w); ok {
			f.SAFI = safi
			w = c.cur.Word()
		}
	}
	switch w {
	case "list":
		return c.routesList(f)
	case "add":
		return c.routesAdd()
	case "remove":
		return c.routesRemove()
	}
	return complainOf(w, "routes requires action: list, add, or remove", "list", "add", "remove")
}

// lineOnly ends an answer that has said all. Operators get their "done": without it
// a client would wait.
func (c *Client) lineOnly() { c.silent = !c.caller.Operator }

// routesList lists the routes of the selected peers that are of the family, as far
// as there is one.
func (c *Client) routesList(f bgp.Family) error {
	if err := c.finish(); err != nil {
		return err
	}
	c.lineOnly()
	if !c.answered() {
		return nil
	}
	between := "["
	for _, p := range c.to.peers {
		c.hub.daemon.WalkOut(p.ID, func(r *rib.Route) bool {
			if f.AFI != 0 && r.Family.AFI != f.AFI || f.SAFI != 0 && r.Family.SAFI != f.SAFI {
				return true
			}
			c.text(func(dst []byte) []byte {
				o := &jsonObject{dst: append(dst, between...)}
				o.open("")
				o.str("index", routeIndex(r))
				o.str("route", routeWords(r))
				o.str("neighbor", p.Name)
				o.close()
				return o.dst
			})
			between = ", "
			return true
		})
	}
	if between == "[" {
		between = "[]\n"
	} else {
		between = "]\n"
	}
	c.text(func(dst []byte) []byte { return append(dst, between...) })
	return nil
}

// routesAdd announces routes and tells their indices.
func (c *Client) routesAdd() error {
	if !c.cur.More() {
		return complain("routes add requires route specification")
	}
	var said []string
	start, err := c.routeWords(route.Announce, func(r *rib.Route) {
		o := &jsonObject{}
		o.open("")
		o.str("index", routeIndex(r))
		o.str("route", routeWords(r))
		o.raw("success", "true")
		o.close()
		said = append(said, string(o.dst))
	})
	if invalid, ok := errors.AsType[*route.InvalidError](err); ok {
		// ExaBGP: a route that lacks something is an answer, not an error.
		why := invalid.Error()
		_, text, _ := strings.Cut(why, ": ")
		o := &jsonObject{}
		o.open("")
		o.str("route", text)
		o.raw("success", "false")
		o.str("error", why)
		o.close()
		said, err = []string{string(o.dst)}, nil
	}
	if err != nil {
		return c.badSpecification(start, err)
	}
	c.sayRoutes(said)
	return nil
}

// routesRemove withdraws routes that are given in words, or by their index.
func (c *Client) routesRemove() error {
	if !c.cur.More() {
		return complain("routes remove requires route spec or index")
	}
	if c.cur.Accept("index") {
		return c.routesRemoveIndex()
	}
	var said []string
	start, err := c.routeWords(route.Withdraw, func(r *rib.Route) {
		o := &jsonObject{}
		o.open("")
		o.raw("removed", "true")
		o.str("route", routeWords(r))
		o.str("index", routeIndex(r))
		o.close()
		said = append(said, string(o.dst))
	})
	if err != nil {
		return c.badSpecification(start, err)
	}
	c.sayRoutes(said)
	return nil
}

// routeWords marks the routes of a statement, and calls each with them.
func (c *Client) routeWords(use route.Use, each func(*rib.Route)) (start int, err error) {
	start = c.offset()
	c.cur.ResetBytes(c.line[start:])
	c.withdraw = use == route.Withdraw
	err = c.parser.Statement(&c.cur, use, func(r rib.Route) {
		if c.route(r); c.fail == nil {
			each(&r)
		}
	})
	if err == nil {
		err = c.fail
	}
	return start, err
}

func (c *Client) badSpecification(start int, err error) error {
	text := normalise(string(bytes.TrimSpace(c.line[start:])))
	return &refusal{said: "Could not parse route: " + text, why: err.Error()}
}

// sayRoutes answers one object alone, and several in a list.
func (c *Client) sayRoutes(objects []string) {
	c.lineOnly()
	switch {
	case !c.answered():
	case len(objects) == 1:
		c.say(objects[0])
	default:
		c.say("[" + strings.Join(objects, ", ") + "]")
	}
}

// routesRemoveIndex withdraws the route of an index. Deviation: ExaBGP knows those
// of "routes add" alone.
func (c *Client) routesRemoveIndex() error {
	index := strings.Clone(c.cur.Word())
	if _, err := hex.DecodeString(index); err != nil || index == "" {
		return complain("Invalid hex index: " + index)
	}
	if err := c.finish(); err != nil {
		return err
	}
	removed, err := c.withdrawIndex(strings.ToLower(index))
	if err != nil {
		return err
	}
	c.lineOnly()
	if c.answered() {
		c.say(fmt.Sprintf(`{"removed": %t, "index": "%s"}`, removed, index))
	}
	return nil
}

// withdrawIndex withdraws a route from those of the selected peers that have it.
func (c *Client) withdrawIndex(index string) (bool, error) {
	var found rib.Route
	from := &rib.PeerSet{}
	for _, p := range c.to.peers {
		c.hub.daemon.WalkOut(p.ID, func(r *rib.Route) bool {
			if routeIndex(r) != index {
				return true
			}
			found = *r
			found.NLRI = slices.Clone(r.NLRI)
			from.Add(p.ID)
			return false
		})
	}
	if found.NLRI == nil {
		return false, nil
	}
	c.touch(from)
	return true, c.hub.daemon.Withdraw(&c.caller, from, found)
}

// routeIndex is the name of a route: hexadecimal of AFI and SAFI in text, twice, the
// path identifier or the word disabled where the family has one, and the identity of
// the NLRI.
func routeIndex(r *rib.Route) string {
	key := bgp.AppendNLRIKey(nil, r.Family, r.NLRI)
	family := fmt.Sprintf("%02x%02x", uint16(r.Family.AFI), uint8(r.Family.SAFI))
	b := []byte(family + family)
	id := key[:min(bgp.PathIDLen, len(key))]
	switch {
	case slices.ContainsFunc(id, func(b byte) bool { return b != 0 }):
		b = append(b, id...)
	case hasPrefix(r.Family):
		b = append(b, "disabled"...)
	}
	return hex.EncodeToString(append(b, key[len(id):]...))
}

// routeWords is a route as these commands show it, whatever the dialect: 5.0 and 4.2
// do not have them.
func routeWords(r *rib.Route) string {
	face := &bgp.Face{Dialect: bgp.Dialect4, Show: true}
	var b []byte
	if len(r.NLRI) > bgp.PathIDLen {
		if id := r.NLRI[:bgp.PathIDLen]; string(id) != "\x00\x00\x00\x00" {
			face.PathID = id
		}
		b = bgp.AppendNLRIText(b, r.Family, r.NLRI[bgp.PathIDLen:], face)
	}
	switch a := r.NextHop.Addr(); {
	case r.NextHop.Self():
		b = append(b, " next-hop self"...)
	case a.IsValid():
		b = a.AppendTo(append(b, " next-hop "...))
	}
	return string(r.Attrs.AppendText(b, face))
}
