package route

import (
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
)

// nlriWords are words of routes, by SAFI, beside those of all routes. They are what a
// mistyped one may have meant.
var nlriWords = [...]struct {
	safi  bgp.SAFI
	words string
}{
	{0, "label rd path-information nlri"}, // behind "route" and "attributes"
	{bgp.SAFIUnicast, "path-information"},
	{bgp.SAFIMulticast, "path-information"},
	{bgp.SAFILabel, "label path-information"},
	{bgp.SAFIVPN, "label rd path-information"},
	{bgp.SAFIMVPN, "source-ad shared-join source-join group rp rd source-as"},
	{bgp.SAFIMUP, "mup-isd mup-dsd mup-t1st mup-t2st rd teid teid-prefix qfi endpoint source"},
	{bgp.SAFISRPolicy, "distinguisher color endpoint"},
	{bgp.SAFIRTC, "default origin-as route-target length"},
	{bgp.SAFIVPLS, "rd endpoint base offset size"},
	{bgp.SAFIEVPN, "ethernet-ad mac-ip multicast ethernet-segment prefix esi ethernet-tag ip gateway label vni rd raw"},
	{bgp.SAFIBGPLS, "node link prefix srv6-sid protocol identifier local remote tlv raw"},
	{bgp.SAFIBGPLSVPN, "node link prefix srv6-sid protocol identifier local remote tlv raw rd"},
	{bgp.SAFIFlow, flowWords},
	{bgp.SAFIFlowVPN, flowWords + " rd"},
}

const flowWords = "destination source protocol next-header port destination-port source-port icmp-type icmp-code " +
	"tcp-flags packet-length dscp traffic-class fragment flow-label accept discard rate-limit redirect " +
	"redirect-to-nexthop redirect-to-nexthop-ietf copy mark action interface-set"

// wordsOf returns the words that a route of a SAFI may have.
func wordsOf(s bgp.SAFI) []string {
	words := append(bgp.AttrWords(), "next-hop", "split", "watchdog", "withdraw", "name")
	for i := range nlriWords {
		if nlriWords[i].safi == s {
			words = append(words, strings.Fields(nlriWords[i].words)...)
		}
	}
	return words
}
