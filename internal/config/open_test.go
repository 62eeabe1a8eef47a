package config

import (
	"net/netip"
	"reflect"
	"slices"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

// full is a neighbor with every setting that an OPEN or a session depends on.
func full() *Neighbor {
	return peer("2001:db8::1", func(n *Neighbor) {
		restart := uint16(120)
		s := &n.Session
		s.Local, s.LocalLinkLocal = netip.MustParseAddr("2001:db8::2"), netip.MustParseAddr("fe80::2")
		s.HostName, s.DomainName = "host", "example.org"
		s.Families = []bgp.Family{bgp.IPv4Unicast, bgp.IPv6Unicast}
		s.AddPath = s.Families[:1]
		s.PathsLimit = map[bgp.Family]uint16{bgp.IPv4Unicast: 4}
		s.NextHops = []bgp.NextHopPair{
			{Family: bgp.IPv4Unicast, AFI: bgp.AFIIPv6}, {Family: bgp.IPv6Unicast, AFI: bgp.AFIIPv4},
		}
		s.Capability = Capability{
			ASN4: true, ExtendedMessage: true, RouteRefresh: true, Operational: true, MultiSession: true,
			LinkLocalNextHop: true, AIGP: true, NextHop: true, AddPathSend: true, AddPathReceive: true,
			GracefulRestart: &restart, Role: bgp.RolePeer,
		}
	})
}

// TestOpenConfig: every setting arrives, but for those that are the caller's.
func TestOpenConfig(t *testing.T) {
	s := &full().Session
	v := reflect.ValueOf(*s.OpenConfig())
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if left := name == "Restarted" || name == "SoftwareVersion"; v.Field(i).IsZero() != left {
			t.Errorf("%s: %v", name, v.Field(i))
		}
	}
}

func TestMirrored(t *testing.T) {
	s := &full().Session
	n := s.Mirrored()
	if n.LocalAS != 64500 || n.PeerAS != 64501 || !n.ASN4 || !n.AIGP || n.Role != bgp.RolePeer || n.MaxMessage != bgp.MaxExtendedMessage {
		t.Errorf("%+v", n)
	}
	if !slices.Equal(n.Families, s.Families) || !slices.Equal(n.AddPathSend, s.AddPath) || !slices.Equal(n.AddPathRecv, s.AddPath) {
		t.Errorf("families %v, add-path %v %v", n.Families, n.AddPathSend, n.AddPathRecv)
	}
	if !slices.Equal(n.V6NextHopV4, []bgp.Family{bgp.IPv6Unicast}) || !slices.Equal(n.NextHops, s.NextHops[:1]) {
		t.Errorf("next hops %v, %v", n.NextHops, n.V6NextHopV4)
	}
	if n.Self != (bgp.Self{Local: s.Local, RouterID: s.RouterID}) || n.LinkLocalAddr != s.LocalLinkLocal {
		t.Errorf("own addresses %v %v", n.Self, n.LinkLocalAddr)
	}
	far := uint8(2)
	if s.OutgoingTTL = &far; s.Own().LinkLocalAddr.IsValid() {
		t.Error("a link-local address for a peer that is further away")
	}
}
