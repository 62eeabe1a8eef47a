package route

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// encoder turns commands into messages, as if a RIB stood between.
type encoder struct {
	parser  Parser
	packer  bgp.Packer
	grouped bool
	use     Use
	routes  []rib.Route
}

// encode gives the messages of one command, in hexadecimal from the length on.
func encode(n *bgp.Negotiated, command string) ([]string, error) {
	e := encoder{parser: Parser{Bare: true}}
	e.packer.Reset(n, true)
	command, e.grouped = strings.CutPrefix(command, "group ")
	parts := []string{command}
	if e.grouped {
		parts = strings.Split(command, ";")
	}
	for _, part := range parts {
		if err := e.command(strings.TrimSpace(part)); err != nil {
			return e.messages(), err
		}
	}
	err := e.pack()
	return e.messages(), err
}

func (e *encoder) command(text string) error {
	var c lex.Cursor
	c.Reset(text)
	e.use = Announce
	if c.Accept("withdraw") {
		e.use = Withdraw
	} else if !c.Accept("announce") && e.grouped { // attributes of a group
		c.Word()
		return e.parser.Group(&c)
	}
	return e.parser.Statement(&c, e.use, func(r rib.Route) {
		r.NLRI = bytes.Clone(r.NLRI)
		e.routes = append(e.routes, r)
	})
}

// pack packs the routes, each run of those that are alike but for their NLRI together.
func (e *encoder) pack() error {
	for len(e.routes) > 0 {
		first := e.routes[0]
		n := slices.IndexFunc(e.routes, func(r rib.Route) bool {
			return r.Family != first.Family || r.Attrs != first.Attrs || r.NextHop != first.NextHop
		})
		if n < 0 {
			n = len(e.routes)
		}
		if err := e.packAlike(e.routes[:n]); err != nil {
			return err
		}
		e.routes = e.routes[n:]
	}
	return nil
}

func (e *encoder) packAlike(routes []rib.Route) error {
	r := routes[0]
	if len(r.NLRI) == 0 {
		return e.packer.AttrsOnly(r.Family, r.Attrs, r.NextHop)
	}
	if e.use == Withdraw {
		e.packer.Withdraw(r.Family, r.Attrs, r.NextHop, len(routes))
	} else if err := e.packer.Announce(r.Family, r.Attrs, r.NextHop, len(routes)); err != nil {
		return err
	}
	for _, r := range routes {
		if err := e.packer.Add(r.NLRI); err != nil {
			return err
		}
	}
	e.packer.End()
	return nil
}

func (e *encoder) messages() []string {
	var out []string
	for b := e.packer.Octets(); len(b) > 0; {
		size := int(b[16])<<8 | int(b[17])
		out = append(out, hex.EncodeToString(b[16:size]))
		b = b[size:]
	}
	return out
}

func ibgp() *bgp.Negotiated {
	return &bgp.Negotiated{
		LocalAS: 65533, PeerAS: 65533, ASN4: true, MaxMessage: bgp.MaxMessage, Families: bgp.Families(),
		Self: bgp.Self{Local: netip.MustParseAddr("127.0.0.1"), RouterID: netip.MustParseAddr("1.2.3.4")},
	}
}

// Commands and the bodies of the UPDATEs that ExaBGP main makes of them, unless
// noted. 5.0 writes MP_UNREACH_NLRI behind the attributes.
func TestEncode(t *testing.T) {
	addPath := ibgp()
	addPath.AddPathSend = bgp.Families()
	ebgp := ibgp()
	ebgp.PeerAS = 65534
	last := ibgp()
	last.WithdrawLast = true
	for _, v := range []struct {
		n       *bgp.Negotiated
		command string
		want    string
	}{
		{ibgp(), "announce route 10.0.0.0/24 next-hop 1.1.1.1", "00000015400101004002004003040101010140050400000064180a0000"},
		{ibgp(), "announce route 10.1.0.0/24 next-hop self", "00000015400101004002004003047f00000140050400000064180a0100"},
		{
			ibgp(), "announce route 10.1.1.0/24 next-hop 1.1.1.1 origin egp med 10 local-preference 200 as-path [ 1 2 3 ] community [ 65000:1 no-export ]",
			"000000354001010140020e0203000000010000000200000003400304010101018004040000000a400504000000c8c00808fde80001ffffff01180a0101",
		},
		{
			ibgp(), "announce route 10.1.2.0/24 next-hop 1.1.1.1 extended-community [ target:65000:1 origin:1.2.3.4:5 ] large-community [ 1:2:3 ]",
			"00000037400101004002004003040101010140050400000064c010100002fde8000000010103010203040005c0200c000000010000000200000003180a0102",
		},
		{
			ibgp(), "announce route 10.1.3.0/24 next-hop 1.1.1.1 aggregator ( 65000:1.2.3.4 ) atomic-aggregate originator-id 9.9.9.9 cluster-list [ 1.1.1.1 2.2.2.2 ]",
			"00000035400101004002004003040101010140050400000064400600c007080000fde80102030480090409090909800a080101010102020202180a0103",
		},
		{
			ibgp(), "announce route 10.1.4.0/24 next-hop 1.1.1.1 aigp 100 attribute [ 0x99 0xc0 0x0102 ]",
			"00000028400101004002004003040101010140050400000064801a0b01000b0000000000000064c099020102180a0104",
		},
		{
			ibgp(), "announce route 10.1.5.0/24 next-hop 1.1.1.1 split /26",
			"000000154001010040020040030401010101400504000000641a0a0105001a0a0105401a0a0105801a0a0105c0",
		},
		{ibgp(), "announce route 10.1.6.1 next-hop 1.1.1.1", "00000015400101004002004003040101010140050400000064200a010601"},
		{ibgp(), "announce route 10.1.7.0/24 med 5 next-hop 1.1.1.1 name foo", "0000001c40010100400200400304010101018004040000000540050400000064180a0107"},
		{ibgp(), "announce route 10.1.9.0/24 next-hop 1.1.1.1 watchdog dog withdraw", "00000015400101004002004003040101010140050400000064180a0109"},
		{ibgp(), "announce route 10.1.11.0/24 next-hop 1.1.1.1 label 100", "00000028400101004002004003040101010140050400000064800e10000104040101010100300006410a010b"},
		{
			ibgp(), "announce route 10.1.12.0/24 next-hop 1.1.1.1 rd 65000:1 label 100",
			"00000038400101004002004003040101010140050400000064800e200001800c00000000000000000101010100700006410000fde8000000010a010c",
		},
		{ibgp(), "announce route 10.1.13.0/24 next-hop 1.1.1.1 path-information 1.2.3.4", "00000015400101004002004003040101010140050400000064180a010d"},
		{ibgp(), "announce route 2001:db8::/32 next-hop 2001::1", "0000002b4001010040020040050400000064800e1a0002011020010000000000000000000000000001002020010db8"},
		{ibgp(), "announce route 2001:db8:1::/48 next-hop self", `use of "next-hop self": the route (ipv6) does not have the same family as the BGP tcp session (ipv4)`},
		{ibgp(), "announce route 10.1.14.0/24 next-hop 2001::1", "0000002a4001010040020040050400000064800e19000101102001000000000000000000000000000100180a010e"},
		{ibgp(), "announce route 0.0.0.0/0 next-hop 1.1.1.1", "0000001540010100400200400304010101014005040000006400"},
		{ibgp(), "announce ipv4 unicast 10.2.1.0/24 next-hop self med 3", "0000001c400101004002004003047f0000018004040000000340050400000064180a0201"},
		// RFC 4760: main refuses it, 5.0 writes it into the NLRI field.
		{ibgp(), "announce ipv4 multicast 10.2.2.0/24 next-hop 1.1.1.1", "0000001e4001010040020040050400000064800e0d000102040101010100180a0202"},
		{ibgp(), "announce ipv4 nlri-mpls 10.2.3.0/24 next-hop 1.1.1.1 label 100", "00000028400101004002004003040101010140050400000064800e10000104040101010100300006410a0203"},
		{
			ibgp(), "announce ipv4 mpls-vpn 10.2.5.0/24 next-hop 1.1.1.1 rd 65000:1 label 100",
			"00000038400101004002004003040101010140050400000064800e200001800c00000000000000000101010100700006410000fde8000000010a0205",
		},
		{ibgp(), "announce ipv6 unicast 2001:db8:2::/48 next-hop 2001::1", "0000002d4001010040020040050400000064800e1c0002011020010000000000000000000000000001003020010db80002"},
		{ibgp(), "announce ipv6 nlri-mpls 2001:db8:3::/48 next-hop 2001::1 label 100", "000000304001010040020040050400000064800e1f0002041020010000000000000000000000000001004800064120010db80003"},
		{
			ibgp(), "announce ipv6 mpls-vpn 2001:db8:4::/48 next-hop 2001::1 rd 65000:1 label 100",
			"000000404001010040020040050400000064800e2f0002801800000000000000002001000000000000000000000000000100880006410000fde80000000120010db80004",
		},
		{ibgp(), "announce attributes next-hop 1.1.1.1 med 100 nlri 10.7.0.0/24 10.7.1.0/24", "0000001c40010100400200400304010101018004040000006440050400000064180a0700180a0701"},
		{ibgp(), "announce attributes next-hop self local-preference 50 nlri 10.7.4.0/24", "00000015400101004002004003047f00000140050400000032180a0704"},
		{
			ibgp(), "announce attributes next-hop 2001::1 nlri 2001:db8:7::/48 2001:db8:8::/48",
			"0000002d4001010040020040050400000064800e1c0002011020010000000000000000000000000001003020010db80007 " +
				"0000002d4001010040020040050400000064800e1c0002011020010000000000000000000000000001003020010db80008",
		},
		// Each prefix in its family, and an IPv4 next hop mapped; ExaBGP mixes the families.
		{ibgp(), "announce attributes next-hop 1.1.1.1 nlri 10.7.5.0/24 2001:db8:9::/48", "00000015400101004002004003040101010140050400000064180a0705 " +
			"00000034400101004002004003040101010140050400000064800e1c0002011000000000000000000000ffff01010101003020010db80009"},
		{ibgp(), "announce attributes med 1 nlri 10.7.6.0/24", "announce requires nexthop: 10.7.6.0/24"},
		{ibgp(), "announce attributes next-hop 1.1.1.1 med 100", "0000001c40010100400200400304010101018004040000006440050400000064"},
		{ibgp(), "announce attributes next-hop 1.1.1.1 label 100 nlri 10.7.8.0/24", "00000028400101004002004003040101010140050400000064800e10000104040101010100300006410a0708"},
		{
			ibgp(), "announce attributes next-hop 1.1.1.1 rd 65000:1 label 100 nlri 10.7.9.0/24",
			"00000038400101004002004003040101010140050400000064800e200001800c00000000000000000101010100700006410000fde8000000010a0709",
		},

		{ibgp(), "withdraw route 10.0.1.0/24", "0004180a00010000"},
		{ibgp(), "withdraw route 10.0.2.0/24 next-hop 9.9.9.9 med 77", "0004180a00020000"},
		{last, "withdraw route 10.1.5.0/24 split /26", "00141a0a0105001a0a0105401a0a0105801a0a0105c00000"}, // main: one each
		{ibgp(), "withdraw route 10.1.11.0/24 next-hop 1.1.1.1 label 100", "00000022800f0a000104300006410a010b400101004002004003040101010140050400000064"},
		{last, "withdraw route 10.1.11.0/24 next-hop 1.1.1.1 label 100", "00000022400101004002004003040101010140050400000064800f0a000104300006410a010b"},
		{ibgp(), "withdraw route 10.1.12.0/24 next-hop 1.1.1.1 rd 65000:1 label 100", "0000002a800f12000180700006410000fde8000000010a010c400101004002004003040101010140050400000064"},
		// RFC 8277 §2.4: ExaBGP leaves the label out.
		{ibgp(), "withdraw route 10.1.12.0/24 rd 65000:1", "00000023800f12000180708000000000fde8000000010a010c4001010040020040050400000064"},
		{ibgp(), "withdraw ipv4 nlri-mpls 10.2.4.0/24", "0000001b800f0a000104308000000a02044001010040020040050400000064"},
		{ibgp(), "withdraw route 2001:db8::/32", "0000000b800f080002012020010db8"},
		{ibgp(), "withdraw ipv4 unicast 10.2.0.0/24", "0004180a02000000"},
		{ibgp(), "withdraw ipv4 multicast 10.2.2.0/24 next-hop 1.1.1.1", "0000000a800f07000102180a0202"},
		{ibgp(), "withdraw ipv4 nlri-mpls 10.2.3.0/24 label 100", "0000001b800f0a000104300006410a02034001010040020040050400000064"},
		{ibgp(), "withdraw ipv6 unicast 2001:db8:2::/48", "0000000d800f0a0002013020010db80002"},
		{ibgp(), "withdraw ipv6 mpls-vpn 2001:db8:4::/48 rd 65000:1 label 100", "00000026800f15000280880006410000fde80000000120010db800044001010040020040050400000064"},
		{ibgp(), "withdraw attributes next-hop 1.1.1.1 med 100 nlri 10.7.0.0/24 10.7.1.0/24", "0008180a0700180a07010000"}, // main: one each
		{ibgp(), "withdraw attributes nlri 10.7.2.0/24", "0004180a07020000"},

		{ibgp(), "announce vpls endpoint 5 base 10702 offset 1 size 8 rd 192.168.201.1:123 next-hop 192.168.201.1 origin igp", "0000002d4001010040020040050400000064800e1c00194104c0a8c9010000110001c0a8c901007b000500010008029ce1"},
		{
			ibgp(), "announce vpls rd 192.168.201.1:123 endpoint 6 base 10702 offset 1 size 8 next-hop 192.168.201.1 extended-community [ target:54591:6 l2info:19:0:1500:111 ]",
			"000000404001010040020040050400000064c010100002d53f00000006800a130005dc006f800e1c00194104c0a8c9010000110001c0a8c901007b000600010008029ce1",
		},
		{ibgp(), "announce vpls endpoint 5 base 10702 offset 1 size 8 rd 1.1.1.1:1 next-hop self", "0000002d4001010040020040050400000064800e1c001941047f0000010000110001010101010001000500010008029ce1"}, // ExaBGP: refused
		{ibgp(), "announce vpls endpoint 5 base 10702 offset 1 size 8 rd 1.1.1.1:1", "announce requires nexthop"},
		{ibgp(), "withdraw vpls endpoint 6 base 10702 offset 1 size 8 rd 192.168.201.1:123", "00000027800f1600194100110001c0a8c901007b000600010008029ce14001010040020040050400000064"},
		{last, "withdraw vpls endpoint 5 base 10702 offset 1 size 8 rd 192.168.201.1:123 next-hop 192.168.201.1", "000000274001010040020040050400000064800f1600194100110001c0a8c901007b000500010008029ce1"},

		{
			ibgp(), "announce ipv4 mcast-vpn shared-join rp 10.99.199.1 group 239.251.255.228 rd 65000:99999 source-as 65000 next-hop 10.10.6.3 extended-community [ target:192.168.94.12:5 ]",
			"00000044400101004002004003040a0a060340050400000064c010080102c0a85e0c0005800e21000105040a0a06030006160000fde80001869f0000fde8200a63c70120effbffe4",
		},
		{
			ibgp(), "announce ipv6 mcast-vpn source-ad source fd12::4 group ff0e::1 rd 65000:99999 next-hop 10.10.6.3",
			"0000004d400101004002004003040a0a060340050400000064800e35000205040a0a060300052a0000fde80001869f80fd12000000000000000000000000000480ff0e0000000000000000000000000001",
		},
		{ibgp(), "announce ipv4 mcast-vpn source-ad source 10.99.12.4 group 239.251.255.228 rd 65000:99999", "announce requires nexthop"},
		{ibgp(), "withdraw ipv4 mcast-vpn source-ad source 10.99.12.4 group 239.251.255.228 rd 65000:99999", "00000028800f1700010505120000fde80001869f200a630c0420effbffe44001010040020040050400000064"},
		{
			last, "withdraw ipv4 mcast-vpn shared-join rp 10.99.199.1 group 239.251.255.228 rd 65000:99999 source-as 65000 next-hop 10.10.6.3 extended-community [ target:192.168.94.12:5 ]",
			"0000003e400101004002004003040a0a060340050400000064c010080102c0a85e0c0005800f1b00010506160000fde80001869f0000fde8200a63c70120effbffe4",
		},
		{
			ibgp(), "group attributes origin egp community [ 1:2 ] ; withdraw ipv4 mcast-vpn source-ad source 10.99.12.4 group 239.251.255.228 rd 65000:99999",
			"0000002f800f1700010505120000fde80001869f200a630c0420effbffe44001010140020040050400000064c0080400010002",
		},

		{
			ibgp(), "announce ipv4 mup mup-isd 10.0.1.0/24 rd 100:100 next-hop 2001::1 extended-community [ target:10:10 ]",
			"000000414001010040020040050400000064c010080002000a0000000a800e250001551020010000000000000000000000000001000100010c0000006400000064180a0001",
		},
		{
			ibgp(), "announce ipv4 mup mup-t2st 10.0.0.1 rd 100:100 teid 12345/32 next-hop 10.0.0.2 extended-community [ target:10:10 ]",
			"00000041400101004002004003040a00000240050400000064c010080002000a0000000a800e1e000155040a00000200010004110000006400000064400a00000100003039",
		},
		{
			ibgp(), "announce ipv6 mup mup-t1st 2001::1/128 rd 100:100 teid 12345 qfi 9 endpoint 2001::2 next-hop 10.0.0.2",
			"000000594001010040020040050400000064800e480002551000000000000000000000ffff0a000002000100032f0000006400000064802001000000000000000000000000000100003039098020010000000000000000000000000002",
		},
		{ibgp(), "withdraw ipv4 mup mup-isd 10.0.1.0/24 rd 100:100 next-hop 2001::1", "00000024800f130001550100010c0000006400000064180a00014001010040020040050400000064"},
		{last, "withdraw ipv4 mup mup-isd 10.0.1.0/24 rd 100:100 next-hop 2001::1", "000000244001010040020040050400000064800f130001550100010c0000006400000064180a0001"},
		{ibgp(), "withdraw ipv4 mup mup-t2st 10.0.0.1 rd 100:100 teid 12345/32", "00000029800f18000155010004110000006400000064400a000001000030394001010040020040050400000064"},

		{ibgp(), "announce ipv4 sr-policy distinguisher 1 color 100 endpoint 10.0.0.1 next-hop 1.1.1.1 preference 10", "000000364001010040020040050400000064c0170c000f00080c0600000000000a800e160001490401010101006000000001000000640a000001"},
		{ibgp(), "announce ipv4 sr-policy distinguisher 1 color 100 endpoint 10.0.0.1 next-hop 1.1.1.1 community no-advertise", "0000002e4001010040020040050400000064c00804ffffff02800e160001490401010101006000000001000000640a000001"}, // ExaBGP: ignored
		{ibgp(), "announce ipv4 sr-policy distinguisher 1 color 100 endpoint 10.0.0.1 next-hop 1.1.1.1 foo", "'foo' is not a word of such a route"},
		{ibgp(), "announce route 10.0.0.0/24 next-hop 1.1.1.1 preference 10", "'preference' is not a word of such a route"},
		{ibgp(), "withdraw ipv4 sr-policy distinguisher 1 color 100 endpoint 10.0.0.1", "00000021800f100001496000000001000000640a0000014001010040020040050400000064"}, // ExaBGP: refused

		{ibgp(), "announce ipv4 rtc origin-as 65000 route-target target:65000:1 next-hop 192.0.2.1", "000000274001010040020040050400000064800e1600018404c000020100600000fde80002fde800000001"},
		{ibgp(), "withdraw ipv4 rtc default", "00000007800f0400018400"},
		{ibgp(), "announce ipv4 rtc default rd 1:1 next-hop 1.1.1.1", "an rd is not part of such a route"},

		{addPath, "announce route 10.0.0.0/24 next-hop 1.1.1.1", "0000001540010100400200400304010101014005040000006400000000180a0000"},
		{addPath, "announce route 10.0.0.0/24 next-hop 1.1.1.1 path-information 0.0.0.2", "0000001540010100400200400304010101014005040000006400000002180a0000"},
		{addPath, "announce attributes next-hop 1.1.1.1 path-information 3 nlri 10.0.1.0/24", "0000001540010100400200400304010101014005040000006400000003180a0001"},
		{addPath, "withdraw route 10.0.0.0/24", "000800000000180a00000000"},
		{addPath, "withdraw route 10.0.0.0/24 path-information 0.0.0.2 next-hop 9.9.9.9", "000800000002180a00000000"},
		{ebgp, "announce route 10.0.0.0/24 next-hop 1.1.1.1 med 5", "0000001b4001010040020602010000fffd4003040101010180040400000005180a0000"},
		{ebgp, "announce route 2001:db8::/32 next-hop 2001::1", "0000002a4001010040020602010000fffd800e1a0002011020010000000000000000000000000001002020010db8"},
	} {
		messages, err := encode(v.n, v.command)
		for i, m := range messages {
			messages[i] = m[6:]
		}
		got := strings.Join(messages, " ")
		if err != nil {
			got = err.Error()
		}
		if got != v.want {
			t.Errorf("%s\n got %s\nwant %s", v.command, got, v.want)
		}
	}
}
