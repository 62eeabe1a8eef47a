package bgp

import (
	"fmt"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// outcome says in a few words what became of an UPDATE.
func outcome(u *Update, err *Error) string {
	switch {
	case err != nil:
		return fmt.Sprintf("reset %d/%d", err.Code, err.Subcode)
	case u.Fault != nil && u.Fault.Action == ActionDiscard:
		return "discard " + u.Fault.Attr.String() + ", " + routes(u)
	case u.Fault != nil && u.Fault.Attr == 0:
		return fmt.Sprintf("withdraw %d/%d, %s", u.Fault.Code, u.Fault.Subcode, routes(u))
	case u.Fault != nil:
		return fmt.Sprintf("withdraw %d/%d %s, %s", u.Fault.Code, u.Fault.Subcode, u.Fault.Attr, routes(u))
	case u.EOR:
		return "end of " + u.EORFamily.String()
	}
	return routes(u)
}

func routes(u *Update) string {
	switch {
	case len(u.Reach) > 0 && len(u.Unreach) > 0:
		return "both"
	case len(u.Reach) > 0:
		return "announced"
	case len(u.Unreach) > 0:
		return "withdrawn"
	}
	return "nothing"
}

// external is an eBGP session of four-octet speakers.
func external() *Negotiated {
	return &Negotiated{LocalAS: 65533, PeerAS: 65000, ASN4: true, Families: []Family{IPv4Unicast, IPv6Unicast}}
}

// malformedUpdates is messages from their length on, and what RFC 7606 makes of them.
func malformedUpdates() []struct{ name, message, want string } {
	return []struct{ name, message, want string }{
		{"valid baseline", "002e02000000144001010040020602010000fde840030401010101100a09", "announced"},
		{"no attributes at all + NLRI", "001a0200000000100a09", "withdraw 3/3 origin, withdrawn"},
		{"missing ORIGIN", "002a020000001040020602010000fde840030401010101100a09", "withdraw 3/3 origin, withdrawn"},
		{"missing AS_PATH", "0025020000000b4001010040030401010101100a09", "withdraw 3/3 as-path, withdrawn"},
		{"missing NEXT_HOP", "0027020000000d4001010040020602010000fde8100a09", "withdraw 3/3 next-hop, withdrawn"},
		{"missing LOCAL_PREF", "002e02000000144001010040020602010000fde840030401010101100a09", "announced"},
		{"ORIGIN value 3", "002e02000000144001010340020602010000fde840030401010101100a09", "withdraw 3/6 origin, withdrawn"},
		{"ORIGIN length 2", "002f0200000015400102000040020602010000fde840030401010101100a09", "withdraw 3/5 origin, withdrawn"},
		{"ORIGIN length 0", "002d020000001340010040020602010000fde840030401010101100a09", "withdraw 3/5 origin, withdrawn"},
		{"ORIGIN flags optional 0xc0", "002e0200000014c001010040020602010000fde840030401010101100a09", "withdraw 3/4 origin, withdrawn"},
		{"ORIGIN flags partial 0x60", "002e02000000146001010040020602010000fde840030401010101100a09", "announced"},
		{"ORIGIN flags low bits 0x4f", "002e02000000144f01010040020602010000fde840030401010101100a09", "announced"},
		{"duplicate ORIGIN", "00320200000018400101004001010240020602010000fde840030401010101100a09", "announced"},
		{"AS_PATH segment type 5", "002e02000000144001010040020605010000fde840030401010101100a09", "withdraw 3/11 as-path, withdrawn"},
		{"AS_PATH segment overrun", "002e02000000144001010040020602020000fde840030401010101100a09", "withdraw 3/11 as-path, withdrawn"},
		{"AS_PATH segment length 0", "002a020000001040010100400202020040030401010101100a09", "withdraw 3/11 as-path, withdrawn"},
		{"AS_PATH one trailing byte", "002f02000000154001010040020702010000fde80240030401010101100a09", "withdraw 3/11 as-path, withdrawn"},
		{"AS_PATH empty eBGP", "0028020000000e4001010040020040030401010101100a09", "announced"},
		{"AS_PATH AS 0", "002e02000000144001010040020602010000000040030401010101100a09", "withdraw 3/11 as-path, withdrawn"},
		{"AS_PATH contains local AS (loop)", "003202000000184001010040020a02020000fde80000fffd40030401010101100a09", "announced"},
		{"AS_PATH first AS not peer", "002e02000000144001010040020602010000fde940030401010101100a09", "announced"},
		{"AS_PATH confed seq from eBGP", "002e02000000144001010040020603010000fde840030401010101100a09", "withdraw 3/11 as-path, withdrawn"},
		{"NEXT_HOP length 5", "002f02000000154001010040020602010000fde84003050101010101100a09", "withdraw 3/5 next-hop, withdrawn"},
		{"NEXT_HOP length 16", "003a02000000204001010040020602010000fde840031020010db8000000000000000000000001100a09", "withdraw 3/5 next-hop, withdrawn"},
		{"NEXT_HOP 0.0.0.0", "002e02000000144001010040020602010000fde840030400000000100a09", "withdraw 3/8 next-hop, withdrawn"},
		{"NEXT_HOP 224.0.0.1", "002e02000000144001010040020602010000fde8400304e0000001100a09", "withdraw 3/8 next-hop, withdrawn"},
		{"NEXT_HOP = our address", "002e02000000144001010040020602010000fde84003047f000001100a09", "announced"},
		{"MED length 3", "0034020000001a4001010040020602010000fde840030401010101800403000001100a09", "withdraw 3/5 med, withdrawn"},
		{"MED flags transitive 0xc0", "0035020000001b4001010040020602010000fde840030401010101c0040400000001100a09", "withdraw 3/4 med, withdrawn"},
		{"LOCAL_PREF over eBGP", "0035020000001b4001010040020602010000fde84003040101010140050400000064100a09", "discard local-preference, announced"},
		{"LOCAL_PREF length 3", "0034020000001a4001010040020602010000fde840030401010101400503000064100a09", "discard local-preference, announced"},
		{"ATOMIC_AGGREGATE length 1", "003202000000184001010040020602010000fde84003040101010140060100100a09", "discard atomic-aggregate, announced"},
		{"AGGREGATOR length 6 with AS4", "0037020000001d4001010040020602010000fde840030401010101c00706fde80a000001100a09", "discard aggregator, announced"},
		{"AGGREGATOR AS 0", "0039020000001f4001010040020602010000fde840030401010101c00708000000000a000001100a09", "discard aggregator, announced"},
		{"COMMUNITY length 5", "0036020000001c4001010040020602010000fde840030401010101c00805fde8000101100a09", "withdraw 3/5 community, withdrawn"},
		{"COMMUNITY length 0", "003102000000174001010040020602010000fde840030401010101c00800100a09", "withdraw 3/5 community, withdrawn"},
		{"COMMUNITY flags 0x40", "0035020000001b4001010040020602010000fde840030401010101400804fde80001100a09", "withdraw 3/4 community, withdrawn"},
		{"ORIGINATOR_ID over eBGP", "0035020000001b4001010040020602010000fde84003040101010180090401020304100a09", "discard originator-id, announced"},
		{"ORIGINATOR_ID length 3", "0034020000001a4001010040020602010000fde840030401010101800903010203100a09", "discard originator-id, announced"},
		{"CLUSTER_LIST length 5", "0036020000001c4001010040020602010000fde840030401010101800a050102030405100a09", "discard cluster-list, announced"},
		{"EXT_COMMUNITY length 7", "0038020000001e4001010040020602010000fde840030401010101c010070002fde8000000100a09", "withdraw 3/5 extended-community, withdrawn"},
		{"EXT_COMMUNITY length 0", "003102000000174001010040020602010000fde840030401010101c01000100a09", "withdraw 3/5 extended-community, withdrawn"},
		{"IPv6 EXT_COMMUNITY length 19", "0044020000002a4001010040020602010000fde840030401010101c0191300000000000000000000000000000000000000100a09", "withdraw 3/5 extended-community-ipv6, withdrawn"},
		{"LARGE_COMMUNITY length 11", "003c02000000224001010040020602010000fde840030401010101c0200b0000000000000000000000100a09", "withdraw 3/5 large-community, withdrawn"},
		{"LARGE_COMMUNITY duplicate", "0049020000002f4001010040020602010000fde840030401010101c02018000000010000000200000003000000010000000200000003100a09", "announced"},
		{"AS4_PATH to AS4 speaker", "0037020000001d4001010040020602010000fde840030401010101c011060201000186a0100a09", "discard as4-path, announced"},
		{"AS4_AGGREGATOR to AS4 speaker", "0039020000001f4001010040020602010000fde840030401010101c01208000186a00a000001100a09", "discard as4-aggregator, announced"},
		{"unknown well-known attr 99 flag 0x40", "003302000000194001010040020602010000fde8400304010101014063020102100a09", "reset 3/2"},
		{"unknown optional transitive 99", "003302000000194001010040020602010000fde840030401010101c063020102100a09", "announced"},
		{"unknown optional non-transitive 99", "003302000000194001010040020602010000fde8400304010101018063020102100a09", "announced"},
		{"attr length overruns total (last attr)", "002e02000000144001010040020602010000fde840030801010101100a09", "withdraw 3/1 next-hop, withdrawn"},
		{"attr header 1 byte left", "002f02000000154001010040020602010000fde84003040101010140100a09", "withdraw 3/1, withdrawn"},
		{"attr header 2 bytes left", "003002000000164001010040020602010000fde8400304010101014004100a09", "withdraw 3/1 med, withdrawn"},
		{"attr ext length 3 bytes left", "003102000000174001010040020602010000fde840030401010101500400100a09", "withdraw 3/1 med, withdrawn"},
		{"NLRI prefix length 33", "003102000000144001010040020602010000fde840030401010101210a09000001", "reset 3/10"},
		{"NLRI truncated", "002f02000000144001010040020602010000fde840030401010101200a0900", "reset 3/10"},
		{"withdrawn prefix length 33", "001d020006210a090000010000", "reset 3/10"},
		{"withdrawn truncated", "001a020003200a090000", "reset 3/10"},
		{"NLRI host bits set", "002e02000000144001010040020602010000fde8400304010101010cac1f", "announced"},
		{"MP_REACH twice", "005e02000000474001010040020602010000fde8800e1a0002011020010db8000000000000000000000001002020010db8800e1a0002011020010db8000000000000000000000001002020010db8", "reset 3/1"},
		{"MP_REACH unknown family 1/99", "0033020000001c4001010040020602010000fde8800e0c000163040101010100100a09", "nothing"},
		{"MP_REACH non negotiated 1/2", "0033020000001c4001010040020602010000fde8800e0c000102040101010100100a09", "nothing"},
		{"MP_UNREACH non negotiated 1/2", "00200200000009800f06000102100a09", "nothing"},
		{"MP_REACH nh len 8", "003902000000224001010040020602010000fde8800e120002010820010db800000000002020010db8", "reset 3/9"},
		{"MP_REACH nh len 48 v6 unicast", "0061020000004a4001010040020602010000fde8800e3a00020130202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020002020010db8", "reset 3/9"},
		{"MP_REACH reserved !=0", "0041020000002a4001010040020602010000fde8800e1a0002011020010db8000000000000000000000001012020010db8", "announced"},
		{"MP_REACH no NLRI", "003c02000000254001010040020602010000fde8800e150002011020010db800000000000000000000000100", "nothing"},
		{"MP_REACH too short", "002a02000000134001010040020602010000fde8800e03000201", "reset 3/9"},
		{"MP_REACH flags 0xc0", "0041020000002a4001010040020602010000fde8c00e1a0002011020010db8000000000000000000000001002020010db8", "withdraw 3/4 mp-reach-nlri, withdrawn"},
		{"MP_REACH prefix len 129", "004e02000000374001010040020602010000fde8800e270002011020010db800000000000000000000000100810000000000000000000000000000000000", "reset 3/10"},
		{"MP_REACH v6 valid", "0041020000002a4001010040020602010000fde8800e1a0002011020010db8000000000000000000000001002020010db8", "announced"},
		{"MP_REACH valid, missing ORIGIN", "003d020000002640020602010000fde8800e1a0002011020010db8000000000000000000000001002020010db8", "withdraw 3/3 origin, withdrawn"},
		{"MP_REACH v4 unicast valid", "0033020000001c4001010040020602010000fde8800e0c000101040101010100100a09", "announced"},
		{"MP_UNREACH only", "0022020000000b800f080002012020010db8", "withdrawn"},
		{"MP_UNREACH only, length byte form (short EOR)", "001d0200000006800f03000201", "end of ipv6 unicast"},
		{"EOR v6", "001e0200000007900f0003000201", "end of ipv6 unicast"},
		{"attrs but no NLRI", "002b02000000144001010040020602010000fde840030401010101", "nothing"},
		{"same prefix withdrawn and announced", "0031020003100a0900144001010040020602010000fde840030401010101100a09", "both"},
		{"AIGP (not enabled)", "003c02000000224001010040020602010000fde840030401010101801a0b01000b0000000000000064100a09", "announced"},
		{"PMSI length 4", "0035020000001b4001010040020602010000fde840030401010101c0160400060000100a09", "withdraw 3/5 pmsi, withdrawn"},
		{"prefix-sid bad TLV", "0037020000001d4001010040020602010000fde840030401010101c02806010007000000100a09", "discard bgp-prefix-sid, announced"},
		{"prefix-sid label-index len 6", "003a02000000204001010040020602010000fde840030401010101c02809010006000000000064100a09", "discard bgp-prefix-sid, announced"},
		{"tunnel encap truncated", "0034020000001a4001010040020602010000fde840030401010101c01703000f00100a09", "withdraw 3/9 tunnel-encap, withdrawn"},
		{"OTC attr 35", "0035020000001b4001010040020602010000fde840030401010101c023040000fde8100a09", "announced"},
		{"OTC attr 35 length 3", "0034020000001a4001010040020602010000fde840030401010101c0230300fde8100a09", "withdraw 3/5 otc, withdrawn"},
		{"AS_PATHLIMIT 21", "0036020000001c4001010040020602010000fde840030401010101c015050a0000fde8100a09", "announced"},
		{"ATTR_SET 128", "0039020000001f4001010040020602010000fde840030401010101c080080000fde840010100100a09", "announced"},
		{"attr 0 (reserved)", "003202000000184001010040020602010000fde840030401010101c0000100100a09", "announced"},
		{"attr 255", "003202000000184001010040020602010000fde840030401010101c0ff0100100a09", "announced"},
	}
}

func TestMalformed(t *testing.T) {
	var u Update // reused, as a session does
	for _, tt := range malformedUpdates() {
		err := ParseUpdate(&u, bgptest.Hex(tt.message)[3:], external())
		if got := outcome(&u, err); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestMalformedInternal has the attributes that RFC 7606 treats in another way
// from an internal peer.
func TestMalformedInternal(t *testing.T) {
	n := external()
	n.LocalAS = n.PeerAS
	for _, tt := range []struct{ name, attr, want string }{
		{"local-preference", "40050400000064", "announced"},
		{"local-preference short", "400503000064", "withdraw 3/5 local-preference, withdrawn"},
		{"originator-id", "80090401020304", "announced"},
		{"originator-id short", "800903010203", "withdraw 3/5 originator-id, withdrawn"},
		{"cluster-list", "800a0401020304", "announced"},
		{"cluster-list long", "800a050102030405", "withdraw 3/5 cluster-list, withdrawn"},
		{"cluster-list empty", "800a00", "withdraw 3/5 cluster-list, withdrawn"},
		{"AIGP", "801a0b01000b0000000000000064", "announced"},
		{"AIGP without TLV", "801a00", "discard aigp, announced"},
		{"AIGP behind another TLV", "801a0f 02 0004 00 01 000b 0000000000000064", "announced"},
		{"AIGP of length 10", "801a0a 01 000a 00000000000064", "discard aigp, announced"},
		{"AIGP truncated", "801a0a 01 000b 00000000000064", "discard aigp, announced"},
		{"discard, then withdraw", "40060100 800403000001", "withdraw 3/5 med, withdrawn"},
		{"withdraw, then discard", "800403000001 40060100", "withdraw 3/5 med, withdrawn"},
		{"withdraw, then reset", "800403000001 4063020102", "reset 3/2"},
		{"duplicate of a malformed one", "800403000001 80040400000001", "withdraw 3/5 med, withdrawn"},
		{"MP_REACH_NLRI cut off", "800e1a 0002 01 10 2001", "reset 3/1"},
		{"MP_UNREACH_NLRI twice", "800f03000201 800f03000201", "reset 3/1"},
		{"MP_UNREACH_NLRI short", "800f020002", "reset 3/9"},
		{"confederation segment", "", "announced"},
	} {
		path := "40020602010000fde8"
		if tt.attr == "" {
			path = "40020603010000fde8"
		}
		attrs := bgptest.Hex("40010100" + path + "400304c0000201" + tt.attr)
		body := append(appendU16([]byte{0, 0}, len(attrs)), attrs...)
		var u Update
		err := ParseUpdate(&u, append(body, 16, 10, 9), n)
		if got := outcome(&u, err); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
