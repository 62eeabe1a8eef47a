package bgp

import (
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestNegotiate(t *testing.T) {
	ours, theirs := minimal(), minimal()
	theirs.AS, theirs.ID, theirs.HoldTime = 70000, netip.MustParseAddr("10.0.0.9"), 90*time.Second
	for _, tt := range []struct {
		name  string
		edit  func()
		plain bool // the peer has no capability
		want  func(*Negotiated)
	}{
		{name: "smallest"},
		{name: "peer without capabilities", plain: true, want: func(n *Negotiated) {
			n.PeerAS, n.ASN4, n.MaxMessage = 23456, false, MaxMessage
		}},
		{name: "no hold time", edit: func() { theirs.HoldTime = 0 }, want: func(n *Negotiated) { n.HoldTime = 0 }},
		{name: "we know two octets", edit: func() { ours.ASN4 = false }, want: func(n *Negotiated) { n.PeerAS, n.ASN4 = 23456, false }},
		{
			name: "families in the peer's order",
			edit: func() {
				ours.Families = []Family{IPv4Unicast, ipv4VPN, IPv6Unicast}
				theirs.Families = []Family{IPv6Unicast, {AFIBGPLS, SAFIBGPLS}, IPv4Unicast, IPv6Unicast}
			},
			want: func(n *Negotiated) { n.Families = []Family{IPv6Unicast, IPv4Unicast} },
		},
		{
			name: "no common family", edit: func() { theirs.Families = []Family{IPv6Unicast} },
			want: func(n *Negotiated) { n.Families = nil },
		},
		{
			name: "our refresh only", edit: func() { ours.RouteRefresh = true },
		},
		{
			name: "switches",
			edit: func() {
				for _, c := range []*OpenConfig{&ours, &theirs} {
					c.RouteRefresh, c.Operational, c.MultiSession, c.LinkLocal = true, true, true, true
				}
			},
			want: func(n *Negotiated) {
				n.Refresh, n.Operational, n.MultiSession, n.LinkLocal = RefreshEnhanced, true, true, true
			},
		},
		{
			name: "nexthop",
			edit: func() {
				ours.NextHop, ours.NextHops = true, []NextHopPair{{IPv4Unicast, AFIIPv6}, {ipv4VPN, AFIIPv6}}
				theirs.NextHop, theirs.NextHops = true, []NextHopPair{{ipv4VPN, AFIIPv6}}
			},
			want: func(n *Negotiated) { n.NextHops = []NextHopPair{{ipv4VPN, AFIIPv6}} },
		},
		{
			name: "add-path",
			edit: func() {
				ours.Families = []Family{IPv4Unicast, IPv6Unicast, ipv4VPN}
				theirs.Families = []Family{IPv4Unicast, IPv6Unicast}
				ours.AddPathSend, ours.AddPathReceive = true, true
				theirs.AddPathReceive = true
				theirs.PathsLimit = map[Family]uint16{IPv6Unicast: 7}
			},
			want: func(n *Negotiated) {
				n.Families = []Family{IPv4Unicast, IPv6Unicast}
				n.AddPathSend = []Family{IPv4Unicast, IPv6Unicast}
				n.PathsLimit = map[Family]uint16{IPv6Unicast: 7}
			},
		},
		{
			name: "add-path, other direction",
			edit: func() { ours.AddPathReceive, theirs.AddPathSend = true, true },
			want: func(n *Negotiated) { n.AddPathRecv = []Family{IPv4Unicast} },
		},
		{
			name: "add-path of both senders",
			edit: func() { ours.AddPathSend, theirs.AddPathSend = true, true },
		},
		{
			name: "graceful restart",
			edit: func() {
				short, long := uint16(10), uint16(300)
				ours.GracefulRestart, theirs.GracefulRestart, theirs.Restarted = &short, &long, true
			},
			want: func(n *Negotiated) {
				n.GracefulRestart = &GracefulRestart{Restarted: true, Time: 300 * time.Second, Families: []RestartFamily{{IPv4Unicast, true}}}
			},
		},
		{
			name: "graceful restart of the peer alone",
			edit: func() { long := uint16(300); theirs.GracefulRestart = &long },
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, p := ours, theirs
			defer func() { ours, theirs = o, p }()
			if tt.edit != nil {
				tt.edit()
			}
			want := &Negotiated{
				LocalAS: 65533, PeerAS: 70000, LocalID: ours.ID, PeerID: theirs.ID,
				HoldTime: 90 * time.Second, MaxMessage: MaxExtendedMessage, ASN4: true,
				Families: []Family{IPv4Unicast},
				AIGP:     true, Self: Self{Local: netip.MustParseAddr("192.0.2.1")},
			}
			own := *want
			if tt.want != nil {
				tt.want(want)
			}
			remote := NewOpen(&theirs)
			if tt.plain {
				remote.Capabilities = nil
			}
			remote.addPathLimit(theirs.PathsLimit)
			if got := Negotiate(NewOpen(&ours), remote, &own); !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// addPathLimit adds a PATHS-LIMIT that stands also in an OPEN that only receives.
func (o *Open) addPathLimit(limits map[Family]uint16) {
	o.Capabilities = slices.DeleteFunc(o.Capabilities, func(c Capability) bool { return c.Code == CapPathsLimit })
	var v []byte
	for f, l := range limits {
		v = appendU16(append(appendU16(v, f.AFI), byte(f.SAFI)), l)
	}
	if v != nil {
		o.add(CapPathsLimit, v)
	}
}

func TestNegotiateRefresh(t *testing.T) {
	open := func(codes ...CapCode) *Open {
		o := &Open{}
		for _, c := range codes {
			o.add(c, nil)
		}
		return o
	}
	for _, tt := range []struct {
		local, remote *Open
		want          RefreshMode
	}{
		{open(), open(CapRouteRefresh, CapEnhancedRefresh), RefreshAbsent},
		{open(CapRouteRefresh, CapEnhancedRefresh), open(), RefreshAbsent},
		{open(CapRouteRefresh, CapEnhancedRefresh), open(CapRouteRefresh), RefreshNormal},
		{open(CapRouteRefresh, CapEnhancedRefresh), open(CapRouteRefreshCisco), RefreshNormal},
		{open(CapRouteRefresh, CapEnhancedRefresh), open(CapEnhancedRefresh), RefreshEnhanced},
	} {
		if got := negotiateRefresh(tt.local, tt.remote); got != tt.want {
			t.Errorf("%v and %v: %v, want %v", tt.local.Capabilities, tt.remote.Capabilities, got, tt.want)
		}
	}
}

func TestNegotiatedJSON(t *testing.T) {
	n := &Negotiated{
		MaxMessage: 65535, HoldTime: 90 * time.Second, ASN4: true, Operational: true, Refresh: RefreshEnhanced,
		Families:    []Family{IPv4Unicast, IPv6Unicast, ipv4VPN},
		NextHops:    []NextHopPair{{IPv4Unicast, AFIIPv6}},
		AddPathSend: []Family{IPv4Unicast, IPv6Unicast}, AddPathRecv: []Family{IPv4Unicast},
	}
	const spaced = `{ "message_size": 65535, "hold_time": 90, "asn4": true, "multisession": false, "operational": true, "refresh": "enhanced", "families": [ "ipv4 unicast" ,"ipv6 unicast" ,"ipv4 mpls-vpn" ], "nexthop": [ "ipv4 unicast ipv6" ], "add_path": { "send": [ "ipv4 unicast" ,"ipv6 unicast" ], "receive": [ "ipv4 unicast" ] } }`
	const dense = `{ "message_size": 65535, "hold_time": 90, "asn4": true, "multisession": false, "operational": true, "refresh": "enhanced", "families": ["ipv4 unicast", "ipv6 unicast", "ipv4 mpls-vpn"], "nexthop": ["ipv4 unicast ipv6"], "add_path": {"send": ["ipv4 unicast", "ipv6 unicast"], "receive": ["ipv4 unicast"]} }`
	for d, want := range map[Dialect]string{Dialect42: spaced, Dialect5: dense, Dialect4: dense, Dialect6: dense} {
		if got := string(n.AppendJSON(nil, &Face{Dialect: d})); got != want {
			t.Errorf("dialect %v:\ngot  %s\nwant %s", d, got, want)
		}
	}
	var none *Negotiated
	const unset = `{ "message_size": 4096, "hold_time": 0, "asn4": false, "multisession": false, "operational": false, "refresh": "absent", "families": [], "nexthop": [], "add_path": {"send": [], "receive": []} }`
	if got := string(none.AppendJSON(nil, &Face{})); got != unset {
		t.Errorf("got  %s\nwant %s", got, unset)
	}
}
