package bgp

import _ "embed"

// flowKind is how the value of a component is written.
type flowKind uint8

const (
	flowPrefix flowKind = iota
	flowNumber          // tests of a number
	flowBits            // tests of a bit mask
	flowMAC
)

// single reports whether a component has one value instead of tests.
func (k flowKind) single() bool { return k == flowPrefix || k == flowMAC }

// flowRow is a component of flow rules.
type flowRow struct {
	name4, name6 string // its key and word in text and JSON; "" when the AFI lacks it
	nameL2       string // the same in L2VPN
	kind         flowKind
	names        []flowName
	value        string // what ExaBGP calls a value that it has no name for
	rfc          string
}

// flowName is a name of a value.
type flowName struct {
	value uint16
	name  string
}

// flowTable has a row per component, by type (RFC 8955 §4.2.2, RFC 8956 §3,
// draft-ietf-idr-flowspec-l2vpn-05). In L2VPN there are no prefixes, as in GoBGP: no
// octet tells of which version they would be.
var flowTable = [...]flowRow{
	1:  {name4: "destination-ipv4", name6: "destination-ipv6", kind: flowPrefix, rfc: "RFC 8955 §4.2.2.1, RFC 8956 §3.1"},
	2:  {name4: "source-ipv4", name6: "source-ipv6", kind: flowPrefix, rfc: "RFC 8955 §4.2.2.2, RFC 8956 §3.2"},
	3:  {name4: "protocol", name6: "next-header", nameL2: "protocol", kind: flowNumber, names: flowProtocols, value: "protocol", rfc: "RFC 8955 §4.2.2.3, RFC 8956 §3.3"},
	4:  {name4: "port", name6: "port", nameL2: "port", kind: flowNumber, rfc: "RFC 8955 §4.2.2.4"},
	5:  {name4: "destination-port", name6: "destination-port", nameL2: "destination-port", kind: flowNumber, rfc: "RFC 8955 §4.2.2.5"},
	6:  {name4: "source-port", name6: "source-port", nameL2: "source-port", kind: flowNumber, rfc: "RFC 8955 §4.2.2.6"},
	7:  {name4: "icmp-type", name6: "icmp-type", nameL2: "icmp-type", kind: flowNumber, names: flowICMPTypes, value: "icmp type", rfc: "RFC 8955 §4.2.2.7, RFC 8956 §3.4"},
	8:  {name4: "icmp-code", name6: "icmp-code", nameL2: "icmp-code", kind: flowNumber, rfc: "RFC 8955 §4.2.2.8, RFC 8956 §3.5"},
	9:  {name4: "tcp-flags", name6: "tcp-flags", nameL2: "tcp-flags", kind: flowBits, names: flowTCPFlags, value: "tcp flag", rfc: "RFC 8955 §4.2.2.9"},
	10: {name4: "packet-length", name6: "packet-length", nameL2: "packet-length", kind: flowNumber, rfc: "RFC 8955 §4.2.2.10"},
	11: {name4: "dscp", name6: "traffic-class", nameL2: "dscp", kind: flowNumber, rfc: "RFC 8955 §4.2.2.11"},
	12: {name4: "fragment", name6: "fragment", nameL2: "fragment", kind: flowBits, names: flowFragments, value: "fragment", rfc: "RFC 8955 §4.2.2.12, RFC 8956 §3.6"},
	13: {name6: "flow-label", kind: flowNumber, rfc: "RFC 8956 §3.7"},
	14: {nameL2: "ethernet-type", kind: flowNumber, names: flowEtherTypes, value: "ethernet type", rfc: flowL2},
	15: {nameL2: "source-mac", kind: flowMAC, rfc: flowL2},
	16: {nameL2: "destination-mac", kind: flowMAC, rfc: flowL2},
	17: {nameL2: "llc-dsap", kind: flowNumber, rfc: flowL2},
	18: {nameL2: "llc-ssap", kind: flowNumber, rfc: flowL2},
	19: {nameL2: "llc-control", kind: flowNumber, rfc: flowL2},
	20: {nameL2: "snap", kind: flowNumber, rfc: flowL2},
	21: {nameL2: "vlan-id", kind: flowNumber, rfc: flowL2},
	22: {nameL2: "vlan-cos", kind: flowNumber, rfc: flowL2},
	23: {nameL2: "inner-vlan-id", kind: flowNumber, rfc: flowL2},
	24: {nameL2: "inner-vlan-cos", kind: flowNumber, rfc: flowL2},
}

// The components that code names.
const (
	flowDestination = 1
	flowSource      = 2
	flowFragment    = 12
	flowLabel       = 13
)

const flowL2 = "draft-ietf-idr-flowspec-l2vpn-05"

// flowWord is a word that writes a component.
type flowWord struct {
	word   string
	id     byte // of the component
	max    uint64
	names  []flowName // of its values, beside those of the component
	ports  bool       // values may be names of ports
	expect string     // what a value is
}

var flowWordTable = [...]flowWord{
	{word: "destination", id: flowDestination},
	{word: "destination-ipv4", id: flowDestination},
	{word: "destination-ipv6", id: flowDestination},
	{word: "source", id: flowSource},
	{word: "source-ipv4", id: flowSource},
	{word: "source-ipv6", id: flowSource},
	{word: "protocol", id: 3, max: 255, expect: "a protocol: a number up to 255, or a name such as tcp"},
	{word: "next-header", id: 3, max: 255, expect: "a protocol: a number up to 255, or a name such as tcp"},
	{word: "port", id: 4, max: 65535, ports: true, expect: "a port: a number up to 65535, or a name such as http"},
	{word: "destination-port", id: 5, max: 65535, ports: true, expect: "a port: a number up to 65535, or a name such as http"},
	{word: "source-port", id: 6, max: 65535, ports: true, expect: "a port: a number up to 65535, or a name such as http"},
	{word: "icmp-type", id: 7, max: 255, expect: "an ICMP type: a number up to 255, or a name such as echo-request"},
	{word: "icmp-code", id: 8, max: 255, names: flowICMPCodes, expect: "an ICMP code: a number up to 255, or a name such as host-unreachable"},
	{word: "tcp-flags", id: 9, max: 65535, names: flowTCPAliases, expect: "TCP flags: names such as syn+ack, or a number up to 65535"},
	{word: "packet-length", id: 10, max: 65535, expect: "a length up to 65535"},
	{word: "dscp", id: 11, max: 63, expect: "a DSCP up to 63"},
	{word: "traffic-class", id: 11, max: 255, expect: "a traffic class up to 255"},
	{word: "fragment", id: flowFragment, max: 65535, names: flowFragmentAliases, expect: "fragment bits: names such as is-fragment, or a number up to 65535"},
	{word: "flow-label", id: flowLabel, max: 1<<20 - 1, expect: "a flow label up to 1048575"},
	{word: "ethernet-type", id: 14, max: 65535, expect: "an Ethernet type: a number up to 65535, or a name such as arp"},
	{word: "source-mac", id: 15},
	{word: "destination-mac", id: 16},
	{word: "llc-dsap", id: 17, max: 255, expect: "an LLC address up to 255"},
	{word: "llc-ssap", id: 18, max: 255, expect: "an LLC address up to 255"},
	{word: "llc-control", id: 19, max: 65535, expect: "an LLC control field up to 65535"},
	{word: "snap", id: 20, max: 1<<40 - 1, expect: "a SNAP field up to 1099511627775"},
	{word: "vlan-id", id: 21, max: 4095, expect: "a VLAN up to 4095"},
	{word: "vlan-cos", id: 22, max: 7, expect: "a class of service up to 7"},
	{word: "inner-vlan-id", id: 23, max: 4095, expect: "a VLAN up to 4095"},
	{word: "inner-vlan-cos", id: 24, max: 7, expect: "a class of service up to 7"},
}

// flowBlocks is the blocks of a flow route.
var flowBlocks = []string{"match", "then", "scope"}

// flowOperator is an operator before a value.
type flowOperator struct {
	text string
	bits byte
}

// flowNumberOperators is the operators of numbers (RFC 8955 §4.2.1.1), those first
// that others begin with.
var flowNumberOperators = [...]flowOperator{{"!=", 6}, {">=", 3}, {"<=", 5}, {"=", 1}, {">", 2}, {"<", 4}}

// flowBitOperators is the operators of bit masks (RFC 8955 §4.2.1.2).
var flowBitOperators = [...]flowOperator{{"!=", 3}, {"=", 1}, {"!", 2}}

// flowNumberTexts and flowBitTexts are the operators by their bits.
var (
	flowNumberTexts = [...]string{"false", "=", ">", ">=", "<", "<=", "!=", "true"}
	flowBitTexts    = [...]string{"", "=", "!", "!="}
)

var flowProtocols = []flowName{
	{1, "icmp"},
	{2, "igmp"},
	{6, "tcp"},
	{8, "egp"},
	{17, "udp"},
	{46, "rsvp"},
	{47, "gre"},
	{50, "esp"},
	{51, "ah"},
	{89, "ospf"},
	{94, "ipip"},
	{103, "pim"},
	{132, "sctp"},
}

var flowEtherTypes = []flowName{
	{0x0800, "ipv4"},
	{0x0806, "arp"},
	{0x8035, "rarp"},
	{0x8100, "vlan"},
	{0x86dd, "ipv6"},
	{0x8847, "mpls"},
	{0x8848, "mpls-multicast"},
	{0x8863, "pppoe-discovery"},
	{0x8864, "pppoe-session"},
	{0x888e, "eapol"},
	{0x88a8, "service-vlan"},
	{0x88cc, "lldp"},
	{0x88e5, "macsec"},
	{0x88e7, "backbone-service"},
}

var flowICMPTypes = []flowName{
	{0, "echo-reply"},
	{3, "unreachable"},
	{5, "redirect"},
	{8, "echo-request"},
	{9, "router-advertisement"},
	{10, "router-solicit"},
	{11, "time-exceeded"},
	{12, "parameter-problem"},
	{13, "timestamp"},
	{14, "timestamp-reply"},
	{40, "photuris"},
	{41, "experimental-mobility"},
	{42, "extended-echo-request"},
	{43, "extended-echo-reply"},
	{253, "experimental-one"},
	{254, "experimental-two"},
}

// flowICMPCodes are understood, and shown as numbers: what one means depends on the type.
var flowICMPCodes = []flowName{
	{0, "network-unreachable"},
	{1, "host-unreachable"},
	{2, "protocol-unreachable"},
	{3, "port-unreachable"},
	{4, "fragmentation-needed"},
	{5, "source-route-failed"},
	{6, "destination-network-unknown"},
	{7, "destination-host-unknown"},
	{8, "source-host-isolated"},
	{9, "destination-network-prohibited"},
	{10, "destination-host-prohibited"},
	{11, "network-unreachable-for-tos"},
	{12, "host-unreachable-for-tos"},
	{13, "communication-prohibited-by-filtering"},
	{14, "host-precedence-violation"},
	{15, "precedence-cutoff-in-effect"},
	{0, "redirect-for-network"},
	{1, "redirect-for-host"},
	{2, "redirect-for-tos-and-net"},
	{3, "redirect-for-tos-and-host"},
	{0, "ttl-eq-zero-during-transit"},
	{1, "ttl-eq-zero-during-reassembly"},
	{1, "required-option-missing"},
	{2, "ip-header-bad"},
}

var flowTCPFlags = []flowName{
	{0x01, "fin"}, {0x02, "syn"}, {0x04, "rst"}, {0x08, "push"}, {0x10, "ack"}, {0x20, "urg"}, {0x40, "ece"}, {0x80, "cwr"}, {0x100, "ns"},
}

var flowTCPAliases = []flowName{{0x20, "urgent"}}

var flowFragments = []flowName{{1, "dont-fragment"}, {2, "is-fragment"}, {4, "first-fragment"}, {8, "last-fragment"}}

// flowFragmentAliases: ExaBGP 4.2 has a name for no bit at all.
var flowFragmentAliases = []flowName{{0, flowNotAFragment}}

const (
	flowNotAFragment = "not-a-fragment"
	flowIsFragment   = 2
)

// flowPorts is the IANA service names, a line "name port" each, in ascending order:
// current names and some that were registered once. A name of several ports has
// the highest.
//
//go:embed flow_ports.txt
var flowPorts string
