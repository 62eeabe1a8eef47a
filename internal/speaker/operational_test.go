package speaker

import (
	"net/netip"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
)

// OPERATIONAL messages of the configuration begin a session whose peer takes them,
// and say who they are from.
func TestOperational(t *testing.T) {
	configured := func(n *config.Neighbor) {
		n.Session.Capability.Operational = true
		n.Live.Operational = []*bgp.Operational{
			{Type: bgp.OperationalASM, Family: bgp.IPv4Unicast, Advisory: []byte("hello")},
			{Type: bgp.OperationalRPCQ, Family: bgp.IPv4Unicast, Sequence: 7},
		}
	}
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table(configured))
		r := l.session(ln, func(c *bgp.OpenConfig) { c.Operational = true })
		want := func(m bgp.OperationalType, from netip.Addr) {
			t.Helper()
			o, err := bgp.ParseOperational(r.expect(bgp.TypeOperational))
			if err != nil || o.Type != m || o.RouterID != from {
				t.Errorf("%+v, %v", o, err)
			}
		}
		want(bgp.OperationalASM, netip.Addr{})
		want(bgp.OperationalRPCQ, ourAddr)
		r.expectRoutes("eor")
		if err := l.s.Peers()[0].Operational(&bgp.Operational{Type: bgp.OperationalLPCQ, Family: bgp.IPv4Unicast}); err != nil {
			t.Fatal(err)
		}
		want(bgp.OperationalLPCQ, ourAddr)
	})
	inLab(t, nil, func(l *lab) {
		ln := l.listen()
		l.apply(table(configured))
		l.session(ln).expectRoutes("eor") // it does not take them
	})
}
