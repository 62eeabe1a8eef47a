package route

import (
	"net/netip"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Commands of EVPN routes and the bodies of their UPDATEs: no ExaBGP writes them.
func TestEncodeEVPN(t *testing.T) {
	six := ibgp()
	six.Self.Local = netip.MustParseAddr("2001:db8::9")
	const (
		attrs  = "4001010040020040050400000064"
		target = "c010080002fbf400000064"
		rd     = "0001c00002090064"
		esi    = "03112233445566778899"
	)
	for _, v := range []struct {
		n             *bgp.Negotiated
		command, want string
	}{
		{
			ibgp(), "announce l2vpn evpn mac-ip 02:00:5e:00:53:01 ip 192.0.2.10 rd 192.0.2.9:100 vni 10100 next-hop 192.0.2.9 extended-community target:64500:100",
			"0000004c" + attrs + target + "800e30" + "001946" + "04c0000209" + "00" + "0225" + rd + "00000000000000000000" + "00000000" + "3002005e005301" + "20c000020a" + "002774",
		},
		{
			six, "announce l2vpn evpn multicast 192.0.2.9 rd 192.0.2.9:100 next-hop self",
			"00000039" + attrs + "800e28" + "001946" + "1020010db8000000000000000000000009" + "00" + "0311" + rd + "00000000" + "20c0000209",
		},
		{
			ibgp(), "announce l2vpn evpn ethernet-segment 03:11:22:33:44:55:66:77:88:99 ip 192.0.2.9 rd 192.0.2.9:100 next-hop self",
			"00000033" + attrs + "800e22" + "001946" + "047f000001" + "00" + "0417" + rd + esi + "20c0000209",
		},
		{ibgp(), "withdraw l2vpn evpn multicast 192.0.2.9 rd 192.0.2.9:100 med 5", "00000019" + "800f16" + "001946" + "0311" + rd + "00000000" + "20c0000209"},
		{
			ibgp(), "withdraw l2vpn evpn mac-ip 02:00:5e:00:53:01 rd 192.0.2.9:100",
			"00000029" + "800f26" + "001946" + "0221" + rd + "00000000000000000000" + "00000000" + "3002005e005301" + "00" + "000000",
		},
	} {
		got, err := encode(v.n, v.command)
		if err != nil || len(got) != 1 || got[0][len("004302"):] != v.want {
			t.Errorf("%s: %v\ngot  %s\nwant %s", v.command, err, got, v.want)
		}
	}
	for _, v := range []struct{ command, err string }{
		{"announce l2vpn evpn multicast 192.0.2.9 rd 1:1", "announce requires nexthop"},
		{"announce l2vpn evpn multicast 192.0.2.9 next-hop 192.0.2.9", "multicast: rd is missing"},
		{"announce l2vpn evpn multicast 192.0.2.9 rd 1:1 next-hop 192.0.2.9 split /25", "a route without a prefix cannot be split"},
	} {
		if _, err := encode(ibgp(), v.command); err == nil || err.Error() != v.err {
			t.Errorf("%s: %v, want %s", v.command, err, v.err)
		}
	}
}
