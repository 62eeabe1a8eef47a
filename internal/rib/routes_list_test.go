package rib

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/bgp"
)

func TestRoutesKeepOrder(t *testing.T) {
	hop := bgp.NextHopAddr(netip.MustParseAddr("192.0.2.1"))
	one, two := bgp.MakeAttrs([]byte{1}), bgp.MakeAttrs([]byte{2})
	want := []Route{
		{Family: bgp.IPv4Unicast, NLRI: []byte{1}, NextHop: hop, Attrs: one},
		{Family: bgp.IPv4Unicast, NLRI: []byte{1, 2}, NextHop: hop, Attrs: one, Watchdog: "a", Parked: true},
		{Family: bgp.IPv6Unicast, NLRI: []byte{}, NextHop: bgp.NextHopSelf, Attrs: two},
		{Family: bgp.IPv4Unicast, NLRI: []byte{1}, NextHop: hop, Attrs: one},
	}
	var l Routes
	for _, r := range want {
		nlri := append([]byte(nil), r.NLRI...)
		r.NLRI = nlri
		l.Append(r)
		clear(nlri) // it is copied
	}
	var got []Route
	for r := range l.All() {
		got = append(got, r)
	}
	same := cmp.Comparer(func(a, b Route) bool {
		return string(a.NLRI) == string(b.NLRI) && a.Family == b.Family && a.NextHop == b.NextHop &&
			a.Attrs == b.Attrs && a.Watchdog == b.Watchdog && a.Parked == b.Parked
	})
	if d := cmp.Diff(want, got, same); d != "" || l.Len() != len(want) {
		t.Error(d)
	}
}
