package route

import (
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Commands of flow routes and the bodies of the UPDATEs that ExaBGP main makes of
// them, unless noted.
func TestEncodeFlow(t *testing.T) {
	ebgp, last := ibgp(), ibgp()
	ebgp.PeerAS = 65534
	last.WithdrawLast = true
	for _, v := range []struct {
		n       *bgp.Negotiated
		command string
		want    string
	}{
		{ibgp(), "announce ipv4 flow destination 10.5.0.0/24 discard", "000000274001010040020040050400000064c010088006000000000000800e0b00018500000501180a0500"},
		{ibgp(), "announce ipv4 flow-vpn rd 65000:1 destination 10.5.1.0/24 discard", "0000002f4001010040020040050400000064c010088006000000000000800e1300018600000d0000fde80000000101180a0501"},
		{ibgp(), "announce ipv6 flow destination 2001:db8::/32 discard", "000000294001010040020040050400000064c010088006000000000000800e0d00028500000701200020010db8"},
		{ibgp(), "announce flow route { match { destination 10.6.0.0/24; } then { discard; } }", "000000274001010040020040050400000064c010088006000000000000800e0b00018500000501180a0600"},
		{ibgp(), "announce flow route destination 10.6.1.0/24 discard", "000000274001010040020040050400000064c010088006000000000000800e0b00018500000501180a0601"},
		{
			ibgp(), "announce flow route { match { source 10.6.2.0/24; destination-port =80; protocol tcp; } then { rate-limit 9600; } }",
			"0000002d4001010040020040050400000064c010088006000046160000800e1100018500000b02180a0602038106058150",
		},
		{
			ibgp(), "announce flow route { rd 65000:1; match { source 10.6.3.0/24; } then { redirect 65000:12; } }",
			"0000002f4001010040020040050400000064c010088008fde80000000c800e1300018600000d0000fde80000000102180a0603",
		},
		{ibgp(), "announce flow route { match { source 2001:db8::/32/0; next-header tcp; } then { accept; } }", "000000214001010040020040050400000064800e1000028500000a02200020010db8038106"},
		{
			ibgp(), "announce flow route source 10.6.4.0/24 destination 10.6.5.0/24 destination-port [ =3128 >=8080&<=8088 ] protocol [ udp tcp ] redirect 1.2.3.4",
			"0000003f4001010040020040050400000064c010080800000000000000800e230001850401020304001901180a060502180a0604030111810605110c38131f90d51f98",
		},
		{ibgp(), "announce flow route { match { destination 10.0.20.0/24; } }", "0000001c4001010040020040050400000064800e0b00018500000501180a0014"},
		{ibgp(), "announce flow route { match { destination 10.0.0.0/24; } then { discard; }", "000000274001010040020040050400000064c010088006000000000000800e0b00018500000501180a0000"},
		{
			ibgp(), "announce flow route mine { next-hop self; scope { interface-set transitive:input:1234:5678; } match { destination 10.0.0.0/24; } then { redirect-to-nexthop; community 1:1; } }",
			"0000003a4001010040020040050400000064c0080400010001c010100702000004d2562e0800000000000000800e0f000185047f000001000501180a0000",
		},
		// draft-simpson: the address may be of the other family.
		{
			ibgp(), "announce ipv4 flow destination 10.0.0.0/24 redirect 2001:db8::1",
			"000000374001010040020040050400000064c010080800000000000000800e1b0001851020010db8000000000000000000000001000501180a0000",
		},
		{ebgp, "announce ipv4 flow destination 10.0.0.0/24 discard", "000000264001010040020602010000fffdc010088006000000000000800e0b00018500000501180a0000"},

		{ibgp(), "withdraw ipv4 flow destination 10.5.0.0/24 discard", "00000025800f090001850501180a05004001010040020040050400000064c010088006000000000000"},
		{last, "withdraw ipv4 flow destination 10.5.0.0/24 discard", "000000254001010040020040050400000064c010088006000000000000800f090001850501180a0500"},
		{ibgp(), "withdraw flow route { match { destination 10.6.0.0/24; } then { discard; } }", "00000025800f090001850501180a06004001010040020040050400000064c010088006000000000000"},
		{ibgp(), "withdraw flow route destination 10.6.1.0/24", "0000001a800f090001850501180a06014001010040020040050400000064"},
		{ibgp(), "withdraw flow route { match { destination 10.6.99.0/24; } then { } }", "0000001a800f090001850501180a06634001010040020040050400000064"},
		// main: refused, since an IPv6 rule came before it.
		{
			last, "withdraw flow route { match { source 10.6.2.0/24; destination-port =80; protocol tcp; } then { accept; } }",
			"000000204001010040020040050400000064800f0f0001850b02180a0602038106058150",
		},
		{ibgp(), "withdraw ipv4 flow destination 10.5.0.0/24 next-hop 9.9.9.9", "0000001a800f090001850501180a05004001010040020040050400000064"},
	} {
		messages, err := encode(v.n, v.command)
		for i, m := range messages {
			messages[i] = m[6:]
		}
		if got := strings.Join(messages, " "); err != nil || got != v.want {
			t.Errorf("%s: %v\n got %s\nwant %s", v.command, err, got, v.want)
		}
	}
}
