package bgp

import (
	"net/netip"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

func TestAppendAttrs(t *testing.T) {
	internal := &Negotiated{LocalAS: 65533, PeerAS: 65533, ASN4: true}
	external := &Negotiated{LocalAS: 65533, PeerAS: 65000, ASN4: true}
	two := &Negotiated{LocalAS: 65533, PeerAS: 65000}
	twoLong := &Negotiated{LocalAS: 4200000001, PeerAS: 65000}
	twoInternal := &Negotiated{LocalAS: 65533, PeerAS: 65533}
	withAIGP := &Negotiated{LocalAS: 65533, PeerAS: 65000, ASN4: true, AIGP: true}
	const nh = "192.0.2.1"
	for _, tt := range []struct {
		name, words string
		n           *Negotiated
		nextHop     string
		want        string
	}{
		{"iBGP defaults", "", internal, nh, "40010100 400200 400304c0000201 400504 00000064"},
		{"eBGP defaults", "", external, nh, "40010100 40020602010000fffd 400304c0000201"},
		{"no next hop", "", internal, "", "40010100 400200 400504 00000064"},
		{"eBGP, two octets", "", two, nh, "40010100 4002040201fffd 400304c0000201"},
		{"eBGP, two octets, long local AS", "", twoLong, nh, "40010100 40020402015ba0 c011060201fa56ea01 400304c0000201"},
		{
			"everything", "origin incomplete as-path [ 65001 ] med 5 local-preference 200 atomic-aggregate aggregator ( 65000:192.0.2.3 ) community [ 65000:1 no-export ] originator-id 192.0.2.4 cluster-list [ 192.0.2.5 192.0.2.6 ] extended-community target:65000:1 aigp 100 large-community 65000:1:2",
			internal, nh,
			"40010102 40020602010000fde9 400304c0000201 80040400000005 400504000000c8 400600 c007080000fde8c0000203 c00808fde80001ffffff01 800904c0000204 800a08c0000205c0000206 c010080002fde800000001 801a0b01000b0000000000000064 c0200c0000fde80000000100000002",
		},
		{
			"what stays inside", "local-preference 200 originator-id 192.0.2.4 cluster-list 192.0.2.5 aigp 100",
			external, nh, "40010100 40020602010000fffd 400304c0000201",
		},
		{"AIGP enabled", "aigp 100", withAIGP, nh, "40010100 40020602010000fffd 400304c0000201 801a0b01000b0000000000000064"},
		{"the path is sent as given", "as-path [ 1 2 ]", external, nh, "40010100 40020a02020000000100000002 400304c0000201"},
		{"an empty path as well", "as-path [ ]", external, nh, "40010100 400200 400304c0000201"},
		{"path without long numbers", "as-path [ 100 ]", twoInternal, nh, "40010100 40020402010064 400304c0000201 40050400000064"},
		{
			"aggregator with a long number", "aggregator ( 100000:192.0.2.3 ) community 65000:1", two, nh,
			"40010100 4002040201fffd 400304c0000201 c007065ba0c0000203 c01208000186a0c0000203 c00804fde80001",
		},
		{
			"path and set with long numbers", "as-path [ 65536 1 ] ( 70000 )", two, nh,
			"40010100 40020a 0202 5ba0 0001 0101 5ba0 c01110 0202 00010000 00000001 0101 00011170 400304c0000201",
		},
		{"raw attribute of a default", "attribute [ 0x01 0x40 0x07 ] attribute [ 0x03 0x40 0x01 ]", external, nh, "40010107 40020602010000fffd 40030101"},
		{"raw path that is none", "attribute [ 0x02 0x40 0x0201fde8 ]", two, nh, "40010100 4002040201fde8 400304c0000201"},
		{"extended length is kept", "attribute [ 0x99 0x70 0x0102 ]", internal, nh, "40010100 400200 400304c0000201 40050400000064 70990002 0102"},
		{"code 255", "attribute [ 0xff 0xc0 0x ]", internal, "", "40010100 400200 40050400000064 c0ff00"},
		{"code 0", "attribute [ 0x00 0xc0 0x ]", internal, "", "c00000 40010100 400200 40050400000064"},
	} {
		var nextHop netip.Addr
		if tt.nextHop != "" {
			nextHop = netip.MustParseAddr(tt.nextHop)
		}
		a := attrsOf(t, tt.words)
		got := appendAttrs([]byte("x"), a, tt.n, nextHop, false)
		if want := "x" + string(bgptest.Hex(tt.want)); string(got) != want {
			t.Errorf("%s:\n%x, want\n%x", tt.name, got, want)
		}
	}
}
