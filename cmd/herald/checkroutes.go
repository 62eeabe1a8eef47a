package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/rib"
)

// routeChecker encodes routes as for an iBGP session with everything negotiated,
// decodes the messages and compares.
type routeChecker struct {
	session *bgp.Negotiated
	packer  bgp.Packer
	update  bgp.Update
}

// checkRoutes returns the error of the first route of a neighbor that does not
// survive the wire.
func checkRoutes(n *config.Neighbor) error {
	c := newRouteChecker(n)
	for r := range n.Routes.All() {
		if err := c.check(&r); err != nil {
			return fmt.Errorf("%s: %w", routeText(&r), err)
		}
	}
	return nil
}

func newRouteChecker(n *config.Neighbor) *routeChecker {
	s := n.Session
	s.LocalAS = max(s.LocalAS, 1)
	s.PeerAS = s.LocalAS
	if !s.Local.IsValid() { // a stand-in for what the session will have
		s.Local = s.Peer.Addr()
	}
	s.Capability.ASN4, s.Capability.AIGP = true, true
	s.Capability.AddPathReceive = s.Capability.AddPathSend
	return &routeChecker{session: s.Mirrored()}
}

var (
	errNotSent  = errors.New("it would not be sent")
	errChanged  = errors.New("it is not what comes out of its own message")
	errLostAttr = errors.New("an attribute is lost or changed in its own message")
)

func (c *routeChecker) check(r *rib.Route) error {
	c.packer.Reset(c.session, false)
	if err := packRoute(&c.packer, r, false); err != nil {
		return err
	}
	message := c.packer.Octets()
	if len(message) <= bgp.HeaderLen {
		return errNotSent
	}
	if err := bgp.ParseUpdate(&c.update, message[bgp.HeaderLen:], c.session); err != nil {
		if isGeneric(err, r) {
			return nil
		}
		return err
	}
	switch {
	case c.update.Fault != nil:
		return c.update.Fault
	case c.update.Lost != nil:
		return c.update.Lost
	case len(c.update.Reach) != 1 || !c.same(&c.update.Reach[0], r):
		return errChanged
	}
	for a := range bgp.AttrBlock(r.Attrs.Octets()).All() {
		kept := func(b bgp.AttrView) bool { return b.Code == a.Code && bytes.Equal(b.Value, a.Value) }
		if !slices.ContainsFunc(c.update.Attrs, kept) {
			return errLostAttr
		}
	}
	return nil
}

// isGeneric reports whether the error is about a well-known attribute that nobody
// knows: whoever writes "attribute [ 0x99 0x40 … ]" wants to see what peers do.
func isGeneric(err *bgp.Error, r *rib.Route) bool {
	has := func(a bgp.AttrView) bool { return a.Code == err.Attr }
	return err.ShowsWhole() && slices.ContainsFunc(slices.Collect(bgp.AttrBlock(r.Attrs.Octets()).All()), has)
}

// same reports whether a section holds exactly the route.
func (c *routeChecker) same(s *bgp.Section, r *rib.Route) bool {
	id, nlri, ok := s.Next()
	if !ok || s.Family != r.Family || !bytes.Equal(nlri, r.NLRI[bgp.PathIDLen:]) {
		return false
	}
	return id == nil || bytes.Equal(id, r.NLRI[:bgp.PathIDLen])
}

func routeText(r *rib.Route) string {
	var w route.Writer
	return string(w.AppendWords(append(r.Family.AFI.AppendText(nil), ' '), r))
}
