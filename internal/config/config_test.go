package config

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
)

func peer(addr string, change ...func(n *Neighbor)) *Neighbor {
	p, err := netip.ParsePrefix(addr)
	if err != nil {
		a := netip.MustParseAddr(addr)
		p = netip.PrefixFrom(a, a.BitLen())
	}
	n := New(p)
	n.Session.RouterID = netip.MustParseAddr("198.51.100.7")
	n.Session.LocalAS, n.Session.PeerAS = 64500, 64501
	for _, f := range change {
		f(n)
	}
	n.Resolve()
	return n
}

func TestName(t *testing.T) {
	tests := []struct {
		n    *Neighbor
		want string
	}{
		{peer("192.0.2.1"), "neighbor 192.0.2.1 local-ip auto local-as 64500 peer-as 64501 router-id 198.51.100.7 family-allowed in-open"},
		{peer("2001:db8::1", func(n *Neighbor) {
			n.Session.Local = netip.MustParseAddr("2001:db8::2")
			n.Session.LocalAS, n.Session.PeerAS = 0, 0
			n.Session.Capability.MultiSession = true
			n.Session.Families = []bgp.Family{bgp.IPv4Unicast, bgp.IPv6Unicast}
		}), "neighbor 2001:db8::1 local-ip 2001:db8::2 local-as auto peer-as auto router-id 198.51.100.7 family-allowed ipv4-unicast/ipv6-unicast"},
		{peer("192.0.2.0/24", func(n *Neighbor) {
			n.Session.Local = netip.MustParseAddr("192.0.2.2")
			n.Session.RouterID = netip.Addr{}
		}), "neighbor 192.0.2.0/24 local-ip 192.0.2.2 local-as 64500 peer-as 64501 router-id 192.0.2.2 family-allowed in-open"},
	}
	for _, tt := range tests {
		if got := tt.n.Name(); got != tt.want {
			t.Errorf("\n got %s\nwant %s", got, tt.want)
		}
	}
}

func TestDiff(t *testing.T) {
	ttl, same := uint8(9), uint8(9)
	withTTL := func(v *uint8) func(n *Neighbor) { return func(n *Neighbor) { n.Session.OutgoingTTL = v } }
	old := &Config{Neighbors: []*Neighbor{
		peer("192.0.2.1"), peer("192.0.2.2"), peer("192.0.2.3"), peer("192.0.2.4", withTTL(&ttl)), peer("192.0.2.5"),
	}}
	new := &Config{Neighbors: []*Neighbor{
		peer("192.0.2.6"),
		peer("192.0.2.4", withTTL(&same)),
		peer("192.0.2.3", func(n *Neighbor) { n.Live.Description = "a" }),
		peer("192.0.2.2", func(n *Neighbor) { n.Session.HoldTime = 0 }),
		peer("192.0.2.5", func(n *Neighbor) { n.Session.PeerAS = 64999 }),
	}}
	want := []struct {
		kind ChangeKind
		peer string
	}{
		{Remove, "192.0.2.1"},
		{Remove, "192.0.2.5"},
		{Add, "192.0.2.6"},
		{Update, "192.0.2.4"},
		{Update, "192.0.2.3"},
		{Restart, "192.0.2.2"},
		{Add, "192.0.2.5"},
	}
	got := Diff(old, new)
	if len(got) != len(want) {
		t.Fatalf("%d changes", len(got))
	}
	for i, w := range want {
		c := got[i]
		n := c.New
		if c.Kind == Remove {
			n = c.Old
		}
		if c.Kind != w.kind || n.Session.Peer.Addr().String() != w.peer || n.Name() != c.Name {
			t.Errorf("%d: %v %s, want %v %s", i, c.Kind, c.Name, w.kind, w.peer)
		}
		if (c.Old == nil) != (c.Kind == Add) || (c.New == nil) != (c.Kind == Remove) {
			t.Errorf("%d: %v with old %v, new %v", i, c.Kind, c.Old, c.New)
		}
	}
	if got := Diff(nil, old); len(got) != 5 || got[0].Kind != Add {
		t.Errorf("from nothing: %v", got)
	}
	if got := Diff(old, nil); len(got) != 5 || got[4].Kind != Remove {
		t.Errorf("to nothing: %v", got)
	}
}

func TestResolveRestartTime(t *testing.T) {
	for hold, want := range map[int]uint16{90: 90, 65535: 4095} {
		zero := uint16(0)
		n := peer("192.0.2.1", func(n *Neighbor) {
			n.Session.HoldTime = time.Duration(hold) * time.Second
			n.Session.Capability.GracefulRestart = &zero
		})
		if got := *n.Session.Capability.GracefulRestart; got != want {
			t.Errorf("hold time %d: restart time %d, want %d", hold, got, want)
		}
	}
}

func TestDiffProcesses(t *testing.T) {
	a, b, c := Process{Name: "a", Run: []string{"x"}}, Process{Name: "b", Run: []string{"x"}}, Process{Name: "c", Run: []string{"x"}}
	changed := b
	changed.Run = []string{"y"}
	running := map[string]Process{"c": c, "a": a, "b": b}
	var got []string
	for _, d := range DiffProcesses(running, &Config{Processes: []Process{{Name: "d"}, changed}}, func(was, is *Process) bool { return !was.Equal(is) }) {
		got = append(got, d.Kind.String()+" "+d.Name)
	}
	if want := []string{"remove a", "remove c", "add d", "restart b"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
