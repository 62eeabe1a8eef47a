package route

import (
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Commands of BGP-LS routes and the bodies of their UPDATEs: no ExaBGP writes them.
func TestEncodeBGPLS(t *testing.T) {
	const (
		attrs = "4001010040020040050400000064"
		local = "01000012" + "020000040000fc00" + "020300060000c0000209"
	)
	for _, v := range []struct{ command, want string }{
		{
			"announce bgp-ls bgp-ls node protocol isis-l2 identifier 7 local [ autonomous-system 64512 router-id 0000c0000209 ] next-hop self bgp-ls [ node-name r9 ]",
			"00000046" + attrs + "801d06" + "040200027239" + "800e2c" + "400447" + "047f000001" + "00" + "0001001f" + "020000000000000007" + local,
		},
		{
			"announce bgp-ls bgp-ls-vpn node rd 64512:1 protocol isis-l2 local [ autonomous-system 64512 router-id 0000c0000209 ] next-hop 2001:db8::9",
			"00000059" + attrs + "800e48" + "400448" + "18000000000000000020010db8000000000000000000000009" + "00" + "00010027" + "0000fc0000000001" + "020000000000000000" + local,
		},
		{
			"withdraw bgp-ls bgp-ls node protocol isis-l2 identifier 7 local [ autonomous-system 64512 router-id 0000c0000209 ]",
			"00000029" + "800f26" + "400447" + "0001001f" + "020000000000000007" + local,
		},
	} {
		got, err := encode(ibgp(), v.command)
		if err != nil || len(got) != 1 || got[0][len("004302"):] != v.want {
			t.Errorf("%s: %v\ngot  %s\nwant %s", v.command, err, got, v.want)
		}
	}
	if _, err := encode(ibgp(), "announce bgp-ls bgp-ls node protocol bgp local [ ]"); err == nil || err.Error() != "announce requires nexthop" {
		t.Error(err)
	}
	if f := (bgp.Family{AFI: bgp.AFIBGPLS, SAFI: bgp.SAFIBGPLSVPN}); f.Shown().String() != "bgp-ls bgp-ls" {
		t.Error(f.Shown())
	}
}
