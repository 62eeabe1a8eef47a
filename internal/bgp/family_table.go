package bgp

// The families that code names; the family table has all of them.
var (
	IPv4Unicast = Family{AFIIPv4, SAFIUnicast}
	IPv6Unicast = Family{AFIIPv6, SAFIUnicast}
)

// familyRow is all that Herald knows of a family beside the code of its NLRI.
type familyRow struct {
	family Family
	codec  nlriCodec

	word          string // its routes follow this word without an AFI: announce vpls …
	behind        string // and this one behind it: announce flow route …
	anyAFI        bool   // where they do, they tell their AFI themselves
	shown         SAFI   // that events name instead, as in ExaBGP; 0: its own
	unnamed       bool   // known, but a family block cannot name it
	ours          bool   // ExaBGP lacks it: a neighbor has it only where its family block names it
	grouped       bool   // NLRI share an UPDATE in groups of any size (RIB sections, ExaBGP's rule)
	withdrawAttrs bool   // a withdraw carries attributes beside MP_UNREACH_NLRI, as in ExaBGP
	nextHopAttr   bool   // NEXT_HOP is written beside MP_REACH_NLRI when the next hop is IPv4, as in ExaBGP
	nextHopRD     bool   // the next hop in MP_REACH_NLRI begins with eight octets of route distinguisher
	nextHopV4     bool   // an IPv4 next hop keeps its four octets in an IPv6 family
	linkLocal     bool   // our link-local address may follow the next hop (RFC 2545 §3)
	noNextHop     bool   // the next hop may have length 0
	addPath       uint8  // place in the ADD-PATH capability, from 1; 0: no path identifiers (RFC 7911)
	extNextHop    bool   // may stand in the Extended Next Hop capability with an IPv6 next hop (RFC 8950)

	blocks   []string // that the block of a route may hold: match { … }
	nextHops []uint8  // lengths of a received next hop, route distinguisher included
	rfc      string
}

// familyTable has a row per family, by AFI and SAFI: the order of the OPEN.
var familyTable = [...]familyRow{
	{family: Family{AFIIPv4, SAFIUnicast}, codec: ipNLRI{bits: 32}, grouped: true, addPath: 1, extNextHop: true, nextHops: []uint8{4}, rfc: "RFC 4271"},
	{family: Family{AFIIPv4, SAFIMulticast}, codec: ipNLRI{bits: 32}, extNextHop: true, nextHops: []uint8{4}, rfc: "RFC 4760"},
	{family: Family{AFIIPv4, SAFILabel}, codec: ipNLRI{bits: 32, label: true}, withdrawAttrs: true, nextHopAttr: true, addPath: 3, extNextHop: true, nextHops: []uint8{4}, rfc: "RFC 8277"},
	{family: Family{AFIIPv4, SAFIMVPN}, codec: mvpnNLRI{AFIIPv4}, grouped: true, withdrawAttrs: true, nextHopAttr: true, nextHops: []uint8{4}, rfc: "RFC 6514"},
	{family: Family{AFIIPv4, SAFISRPolicy}, codec: srPolicyNLRI{AFIIPv4}, word: "sr-policy", anyAFI: true, withdrawAttrs: true, nextHops: []uint8{4}, rfc: "RFC 9830"},
	{family: Family{AFIIPv4, SAFIMUP}, codec: mupNLRI{AFIIPv4}, withdrawAttrs: true, nextHopAttr: true, addPath: 7, nextHops: []uint8{4, 16}, rfc: "draft-ietf-bess-mup-safi"},
	{family: Family{AFIIPv4, SAFIVPN}, codec: ipNLRI{bits: 32, label: true, rd: true}, withdrawAttrs: true, nextHopAttr: true, nextHopRD: true, addPath: 5, extNextHop: true, nextHops: []uint8{12}, rfc: "RFC 4364"},
	{family: Family{AFIIPv4, SAFIRTC}, codec: rtcNLRI{}, nextHops: []uint8{4, 16}, rfc: "RFC 4684"},
	{family: Family{AFIIPv4, SAFIFlow}, codec: flowNLRI{}, word: "flow", behind: "route", anyAFI: true, blocks: flowBlocks, withdrawAttrs: true, noNextHop: true, nextHops: []uint8{0, 4, 16}, rfc: "RFC 8955"},
	{family: Family{AFIIPv4, SAFIFlowVPN}, codec: flowNLRI{rd: true}, blocks: flowBlocks, withdrawAttrs: true, noNextHop: true, nextHops: []uint8{0, 4, 16}, rfc: "RFC 8955"},
	{family: Family{AFIIPv6, SAFIUnicast}, codec: ipNLRI{bits: 128}, nextHopAttr: true, linkLocal: true, addPath: 2, nextHops: []uint8{16, 32}, rfc: "RFC 2545"},
	{family: Family{AFIIPv6, SAFIMulticast}, codec: ipNLRI{bits: 128}, unnamed: true, nextHopAttr: true, linkLocal: true, nextHops: []uint8{16, 32}, rfc: "RFC 4760"},
	{family: Family{AFIIPv6, SAFILabel}, codec: ipNLRI{bits: 128, label: true}, withdrawAttrs: true, nextHopAttr: true, linkLocal: true, addPath: 4, nextHops: []uint8{16, 32}, rfc: "RFC 8277"},
	{family: Family{AFIIPv6, SAFIMVPN}, codec: mvpnNLRI{AFIIPv6}, grouped: true, nextHopV4: true, withdrawAttrs: true, nextHopAttr: true, nextHops: []uint8{4, 16}, rfc: "RFC 6514, RFC 6515"},
	{family: Family{AFIIPv6, SAFISRPolicy}, codec: srPolicyNLRI{AFIIPv6}, withdrawAttrs: true, nextHops: []uint8{16}, rfc: "RFC 9830"},
	{family: Family{AFIIPv6, SAFIMUP}, codec: mupNLRI{AFIIPv6}, withdrawAttrs: true, addPath: 8, nextHops: []uint8{4, 16}, rfc: "draft-ietf-bess-mup-safi"},
	// RFC 4659 §3.2.1: 48 octets with a link-local address, each half behind its route distinguisher.
	{family: Family{AFIIPv6, SAFIVPN}, codec: ipNLRI{bits: 128, label: true, rd: true}, withdrawAttrs: true, nextHopAttr: true, nextHopRD: true, addPath: 6, nextHops: []uint8{24, 40, 48}, rfc: "RFC 4659"},
	{family: Family{AFIIPv6, SAFIFlow}, codec: flowNLRI{v6: true}, blocks: flowBlocks, withdrawAttrs: true, noNextHop: true, nextHops: []uint8{0, 4, 16, 32}, rfc: "RFC 8956"},
	{family: Family{AFIIPv6, SAFIFlowVPN}, codec: flowNLRI{v6: true, rd: true}, blocks: flowBlocks, withdrawAttrs: true, noNextHop: true, nextHops: []uint8{0, 4, 16, 32}, rfc: "RFC 8956"},
	{family: Family{AFIL2VPN, SAFIVPLS}, codec: vplsNLRI{}, word: "vpls", withdrawAttrs: true, nextHops: []uint8{4}, rfc: "RFC 4761"},
	{family: Family{AFIL2VPN, SAFIEVPN}, codec: evpnNLRI{}, nextHops: []uint8{4, 16}, rfc: "RFC 7432, RFC 9136"},
	{family: Family{AFIL2VPN, SAFIFlowVPN}, codec: flowNLRI{l2: true, rd: true}, ours: true, blocks: flowBlocks, withdrawAttrs: true, noNextHop: true, nextHops: []uint8{0, 4, 16}, rfc: "draft-ietf-idr-flowspec-l2vpn"},
	{family: Family{AFIBGPLS, SAFIBGPLS}, codec: bgplsNLRI{}, nextHops: []uint8{4, 16}, rfc: "RFC 9552"},
	{family: Family{AFIBGPLS, SAFIBGPLSVPN}, codec: bgplsNLRI{vpn: true}, shown: SAFIBGPLS, nextHopRD: true, nextHops: []uint8{12, 24}, rfc: "RFC 9552"},
}

type afiRow struct {
	afi  AFI
	name string
}

var afiTable = [...]afiRow{{AFIIPv4, "ipv4"}, {AFIIPv6, "ipv6"}, {AFIL2VPN, "l2vpn"}, {AFIBGPLS, "bgp-ls"}}

type safiRow struct {
	safi  SAFI
	name  string
	alias string // also understood in files and commands
}

var safiTable = [...]safiRow{
	{SAFIUnicast, "unicast", ""},
	{SAFIMulticast, "multicast", ""},
	{SAFILabel, "nlri-mpls", "labeled-unicast"},
	{SAFIMVPN, "mcast-vpn", ""},
	{SAFIVPLS, "vpls", ""},
	{SAFIEVPN, "evpn", ""},
	{SAFIBGPLS, "bgp-ls", ""},
	{SAFIBGPLSVPN, "bgp-ls-vpn", ""},
	{SAFISRPolicy, "sr-policy", ""},
	{SAFIMUP, "mup", ""},
	{SAFIVPN, "mpls-vpn", ""},
	{SAFIRTC, "rtc", ""},
	{SAFIFlow, "flow", ""},
	{SAFIFlowVPN, "flow-vpn", ""},
}
