package speaker

import (
	"net/netip"
	"testing"

	"github.com/herald-bgp/herald/internal/config"
)

// A link-local address is of no use to a peer that is further away.
func TestLinkLocalAddress(t *testing.T) {
	s := New(Config{})
	fe80 := netip.MustParseAddr("fe80::1")
	for _, v := range []struct {
		ttl  *uint8
		want netip.Addr
	}{{nil, fe80}, {new(uint8(1)), fe80}, {new(uint8(2)), netip.Addr{}}} {
		n := neighbor(func(n *config.Neighbor) { n.Session.LocalLinkLocal, n.Session.OutgoingTTL = fe80, v.ttl })
		if got := s.own(&n.Session, ourAddr).LinkLocalAddr; got != v.want {
			t.Errorf("got %v, want %v", got, v.want)
		}
	}
}
