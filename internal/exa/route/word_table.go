package route

import (
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
)

// nlriWords are words of routes, by family, beside those of all routes. They are what a
// mistyped one may have meant. Without an AFI a row is that of all AFI that have no row
// before it.
var nlriWords = [...]struct {
	afi   bgp.AFI
	safi  bgp.SAFI
	words string
}{
	{0, 0, "label rd path-information nlri"}, // behind "route" and "attributes"
	{0, bgp.SAFIUnicast, "path-information"},
	{0, bgp.SAFIMulticast, "path-information"},
	{0, bgp.SAFILabel, "label path-information"},
	{0, bgp.SAFIVPN, "label rd path-information"},
	{0, bgp.SAFIMVPN, "source-ad shared-join source-join intra-as-ad inter-as-ad s-pmsi-ad leaf-ad group rp rd source-as originator raw"},
	{0, bgp.SAFIMUP, "mup-isd mup-dsd mup-t1st mup-t2st rd teid teid-prefix qfi endpoint source"},
	{0, bgp.SAFISRPolicy, "distinguisher color endpoint"},
	{0, bgp.SAFIRTC, "default origin-as route-target length"},
	{0, bgp.SAFIVPLS, "rd endpoint base offset size"},
	{0, bgp.SAFIEVPN, "ethernet-ad mac-ip multicast ethernet-segment prefix esi ethernet-tag ip gateway label vni rd raw"},
	{0, bgp.SAFIBGPLS, "node link prefix srv6-sid protocol identifier local remote tlv raw"},
	{0, bgp.SAFIBGPLSVPN, "node link prefix srv6-sid protocol identifier local remote tlv raw rd"},
	{0, bgp.SAFIFlow, flowWords + flowIPWords},
	{bgp.AFIL2VPN, bgp.SAFIFlowVPN, flowWords + flowL2Words + " rd"},
	{0, bgp.SAFIFlowVPN, flowWords + flowIPWords + " rd"},
}

const (
	flowWords = "protocol port destination-port source-port icmp-type icmp-code tcp-flags packet-length dscp fragment " +
		"accept discard rate-limit redirect redirect-to-nexthop redirect-to-nexthop-ietf copy mark action interface-set "
	flowIPWords = "destination source next-header traffic-class flow-label"
	flowL2Words = "ethernet-type source-mac destination-mac llc-dsap llc-ssap llc-control snap vlan-id vlan-cos " +
		"inner-vlan-id inner-vlan-cos"
)

// wordsOf returns the words that a route of a family may have.
func wordsOf(f bgp.Family) []string {
	words := append(bgp.AttrWords(), "next-hop", "split", "watchdog", "withdraw", "name")
	for i := range nlriWords {
		if r := &nlriWords[i]; r.safi == f.SAFI && (r.afi == 0 || r.afi == f.AFI) {
			return append(words, strings.Fields(r.words)...)
		}
	}
	return words
}
