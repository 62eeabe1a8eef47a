package bgp

import "slices"

// extLayout is how the value of an extended community is shown.
type extLayout uint8

const (
	layoutNone     extLayout = iota // it is not: the row is for input alone
	layout2x4                       // two octets, four octets
	layout2xIP                      // two octets, IPv4 address
	layoutIPx2                      // IPv4 address, two octets
	layoutOriginIP                  // the same, in ExaBGP's order
	layout4x2                       // four octets, two octets
	layout4                         // four octets
	layoutL2Info
	layoutFloat
	layoutPackets
	layoutAction
	layoutLastOctet
	layoutSequence
	layoutTunnel
	layoutInterfaceSet
	layoutNextHop
	layoutCopy
)

// extCommunityRow is a subtype of extended communities.
type extCommunityRow struct {
	kind   [2]byte // type without its two high bits and the two after them; subtype
	text   string  // how it is shown: this, then
	layout extLayout
	lacks  []Dialect // these show octets

	word   string                                    // how it is written: keyword,
	long   string                                    // keyword instead when the first field is long,
	head   [2]byte                                   // type and subtype,
	fields string                                    // and the sizes of its fields; f: IEEE 754 in four octets
	value  func(dst []byte, v string) ([]byte, bool) // or what makes all octets of the value,
	apart  bool                                      // which stands in a word of its own
	words  func(dst, e []byte) []byte                // the value that makes e; nil: its text is in words
	rfc    string
}

func (r *extCommunityRow) shown(d Dialect) bool {
	return !slices.Contains(r.lacks, d)
}

var extCommunityTable = [...]extCommunityRow{
	{kind: [2]byte{0x00, 0x02}, text: "target:", layout: layout2x4, word: "target", long: "target4", head: [2]byte{0x00, 0x02}, fields: "24", rfc: "RFC 4360 §4"},
	{kind: [2]byte{0x01, 0x02}, text: "target:", layout: layoutIPx2, word: "target4", head: [2]byte{0x01, 0x02}, fields: "42", rfc: "RFC 4360 §4"},
	{kind: [2]byte{0x02, 0x02}, text: "target:", layout: layout4x2, word: "target-as4", head: [2]byte{0x02, 0x02}, fields: "42", rfc: "RFC 5668"},
	{kind: [2]byte{0x00, 0x03}, text: "origin:", layout: layout2xIP, word: "origin", long: "origin4", head: [2]byte{0x00, 0x03}, fields: "24", rfc: "RFC 4360 §5"},
	{kind: [2]byte{0x01, 0x03}, text: "origin:", layout: layoutOriginIP, word: "origin4", head: [2]byte{0x01, 0x03}, fields: "42", rfc: "RFC 4360 §5"},
	{kind: [2]byte{0x02, 0x03}, text: "origin:", layout: layout4x2, word: "origin-as4", head: [2]byte{0x02, 0x03}, fields: "42", rfc: "RFC 5668"},
	{kind: [2]byte{0x00, 0x04}, word: "bandwidth", head: [2]byte{0x40, 0x04}, fields: "2f", rfc: "draft-ietf-idr-link-bandwidth"}, // ExaBGP: never shown by name
	{kind: [2]byte{0x00, 0x06}, text: "rate-limit:", layout: layoutFloat, word: "rate-limit", value: appendRate, rfc: "RFC 8955 §7.1"},
	{kind: [2]byte{0x00, 0x07}, text: "action ", layout: layoutAction, word: "action", value: appendTrafficAction, apart: true, rfc: "RFC 8955 §7.3"},
	{kind: [2]byte{0x00, 0x08}, text: "redirect:", layout: layout2x4, word: "redirect", value: appendRedirect, words: appendRedirectWords, rfc: "RFC 8955 §7.4"},
	{kind: [2]byte{0x00, 0x09}, text: "mark ", layout: layoutLastOctet, word: "mark", value: appendMark, apart: true, rfc: "RFC 8955 §7.5"},
	{kind: [2]byte{0x00, 0x0a}, text: "l2info:", layout: layoutL2Info, word: "l2info", head: [2]byte{0x80, 0x0a}, fields: "1122", rfc: "RFC 4761 §3.2.4"},
	{kind: [2]byte{0x00, 0x0c}, text: "rate-limit:", layout: layoutPackets, lacks: []Dialect{Dialect5, Dialect42}, rfc: "RFC 8955 §7.2"},
	{kind: [2]byte{0x01, 0x0c}, layout: layoutNextHop, word: "redirect-to-nexthop-ietf", value: appendRedirectIP, apart: true, rfc: "draft-ietf-idr-flowspec-redirect-ip"},
	{kind: [2]byte{0x00, 0x13}, text: "rtrecord:", layout: layout2x4, rfc: "draft-ietf-bess-service-chaining"},
	{kind: [2]byte{0x01, 0x13}, text: "rtrecord:", layout: layoutIPx2, rfc: "draft-ietf-bess-service-chaining"},
	{kind: [2]byte{0x02, 0x13}, text: "rtrecord:", layout: layout4x2, rfc: "draft-ietf-bess-service-chaining"},
	{kind: [2]byte{0x03, 0x0c}, text: "encap:", layout: layoutTunnel, word: "encap", value: appendEncap, words: appendEncapWords, rfc: "RFC 9012 §4.1"},
	{kind: [2]byte{0x03, 0x0d}, word: "default-gateway", value: appendDefaultGateway, words: appendNothing, rfc: "RFC 7432 §7.8"},
	{kind: [2]byte{0x03, 0x14}, text: "consistentHashSortOrder:", layout: layout4, rfc: "draft-ietf-bess-service-chaining"},
	{kind: [2]byte{0x06, 0x00}, text: "mac-mobility:", layout: layoutSequence, word: "mac-mobility", value: appendMACMobility, rfc: "RFC 7432 §7.7"},
	{kind: [2]byte{0x06, 0x01}, word: "esi-label", value: appendESILabel, words: appendESILabelWords, rfc: "RFC 7432 §7.5"},
	{kind: [2]byte{0x06, 0x02}, word: "es-import", value: appendESImport, words: appendMACWords, rfc: "RFC 7432 §7.6"},
	{kind: [2]byte{0x06, 0x03}, word: "router-mac", value: appendRouterMAC, words: appendMACWords, rfc: "RFC 9135 §8.1"},
	{kind: [2]byte{0x07, 0x02}, text: "interface-set:", layout: layoutInterfaceSet, word: "interface-set", value: appendInterfaceSetWord, words: appendInterfaceSetWords, rfc: "draft-ietf-idr-flowspec-interfaceset"},
	{kind: [2]byte{0x08, 0x00}, layout: layoutCopy, word: "redirect-to-nexthop", value: appendRedirectToNextHop, rfc: "draft-simpson-idr-flowspec-redirect"},
	{kind: [2]byte{0x08, 0x00}, word: "copy-to-nexthop", value: appendCopyToNextHop, rfc: "draft-simpson-idr-flowspec-redirect"},
	{kind: [2]byte{0x0c, 0x00}, text: "mup:", layout: layout2x4, lacks: []Dialect{Dialect42}, word: "mup", head: [2]byte{0x0c, 0x00}, fields: "24", rfc: "draft-ietf-bess-mup-safi"},
}

// tunnelTable is the names of tunnel types (RFC 9012, IANA bgp-tunnel-encapsulation).
var tunnelTable = [...]string{
	0: "Default", 1: "L2TPv3", 2: "GRE", 7: "IP-in-IP", 8: "VXLAN", 9: "NVGRE", 10: "MPLS", 12: "VXLAN-GPE", 13: "MPLS-in-UDP",
}

// trafficActionTable is the names of the traffic action bits.
var trafficActionTable = [...]string{"", "terminal", "sample", "sample-terminal"}

// interfaceSetTable is the names of the directions.
var interfaceSetTable = [...]string{1: "input", 2: "output", 3: "input-output"}
