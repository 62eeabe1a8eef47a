package speaker

import (
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
)

// Roles that do not go together end the session (RFC 9234 §4.2); with those that do
// a route is marked, or does not go out.
func TestRoles(t *testing.T) {
	role := func(r bgp.Role, strict bool) func(*config.Neighbor) {
		return func(n *config.Neighbor) {
			n.Session.Capability.Role, n.Session.Capability.RoleStrict = r, strict
		}
	}
	for _, tt := range []struct {
		ours, theirs bgp.Role
		strict, up   bool
	}{
		{bgp.RoleProvider, bgp.RoleCustomer, true, true},
		{bgp.RoleProvider, bgp.RoleNone, false, true},
		{bgp.RoleProvider, bgp.RoleNone, true, false},
		{bgp.RoleProvider, bgp.RolePeer, false, false},
	} {
		inLab(t, nil, func(l *lab) {
			ln := l.listen()
			l.apply(table(role(tt.ours, tt.strict), withRoutes(0, 1)))
			r := l.accept(ln)
			r.expect(bgp.TypeOpen)
			r.send(theirOpen(func(c *bgp.OpenConfig) { c.Role = tt.theirs }).Append(nil))
			if !tt.up {
				r.expectNotification(bgp.CodeOpen, 11)
				return
			}
			r.expect(bgp.TypeKeepalive)
			r.keepalive()
			var u bgp.Update
			if err := bgp.ParseUpdate(&u, r.expect(bgp.TypeUpdate), &bgp.Negotiated{ASN4: true, Families: []bgp.Family{bgp.IPv4Unicast}}); err != nil {
				t.Fatal(err)
			}
			marked := false
			for _, a := range u.Attrs {
				marked = marked || a.Code == bgp.AttrOTC
			}
			if !marked {
				t.Error("the route has no otc")
			}
			r.drain()
		})
	}
}
