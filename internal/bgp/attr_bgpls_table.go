package bgp

import "github.com/herald-bgp/herald/internal/lex"

// lsRow is a TLV of the BGP-LS attribute.
type lsRow struct {
	code    int
	key     string // in JSON, and in routes where it can be read
	old     string // in JSON of 5.0 and 4.2, where it differs
	text    string // in text,
	text5   string // in that of 5.0
	text42  string // and of 4.2, where they differ
	repeats bool   // it may stand several times; main makes a list of the values
	list5   bool   // and so does 5.0
	group   int    // the code that it is gathered under together with the next one; 0: alone
	lacks   uint8  // dialects that do not know it: a bit each
	flat    uint8  // dialects that show members instead of a value: a bit each

	min, max uint8 // length; no maximum when that is 0
	unit     uint8 // a multiple of this
	addr     bool  // an IPv4 or an IPv6 address
	valid    func(v []byte) bool

	flags   []string                                      // of the first octet, from the highest bit on
	value   func(dst, v []byte, r *lsRow, f *Face) []byte // appends JSON
	members func(dst, v []byte, f *Face) []byte           // appends members of the attribute
	words   func(dst, v []byte, f *Face) []byte           // text, where it is not the JSON as Python has it
	line    func(dst, v []byte, f *Face) []byte           // text with what stands before the value
	form    lsWords                                       // in routes; zero: octets behind "tlv"
	rfc     string
}

// lsWords is how the value of a TLV stands in a route: what reads it, and what writes it.
type lsWords struct {
	read  func(dst []byte, c *lex.Cursor) []byte
	write func(dst, v []byte) []byte
}

var (
	lsFloatsForm = lsWords{lsReadFloats, lsWriteFloats}
	lsTextForm   = lsWords{lsReadText, lsWriteText}
	lsAddrForm   = lsWords{lsReadAddr, appendAddr}
	lsOctetsForm = lsWords{lsHexArg, append0x}
)

// Codes that the code names.
const (
	lsLocalRouter4  = 1028
	lsLocalRouter6  = 1029
	lsRemoteRouter4 = 1030
)

const (
	lacks5 = 1<<Dialect5 | 1<<Dialect42
	lacks4 = 1 << Dialect42
	all    = 1<<Dialect5 | 1<<Dialect42 | 1<<Dialect4 | 1<<Dialect6
)

// Flags that several functions name.
var (
	lsAdjacencyFlags  = []string{"F", "B", "V", "L", "S", "P"} // RFC 8667 §2.2.1
	lsPrefixSIDFlags  = []string{"R", "N", "P", "E", "V", "L"} // RFC 8667 §2.1.1
	lsCapabilityFlags = []string{"I", "V"}                     // RFC 8667 §3.1
	lsEndXFlags       = []string{"B", "S", "P"}                // RFC 9352 §8.1
	lsLocatorFlags    = []string{"D"}                          // RFC 9352 §7.1
)

// lsTable has a row per known TLV, by code.
var lsTable = [...]lsRow{
	{code: 258, key: "link-local-remote-identifiers", text: "Link Local/Remote Identifiers", lacks: lacks5, min: 8, max: 8, value: lsIDsValue, form: lsNumbersForm(4), rfc: "RFC 9552 §5.3.2"},

	{code: 1024, key: "node-flags", text: "Node Flags", text42: "nodeflags", min: 1, max: 1, flags: []string{"O", "T", "E", "B", "R", "V"}, value: lsFlagsValue, form: lsNumberForm(1), rfc: "RFC 9552 §5.3.1.1"},
	{code: 1025, key: "opaque", text: "Node Opaque attribute", text5: "Opaque Node Attribute", value: lsOpaqueValue, words: lsOpaqueWords, form: lsOctetsForm, rfc: "RFC 9552 §5.3.1.5"},
	{code: 1026, key: "node-name", text: "Node Name", text42: "nodename", max: 255, value: lsNameValue, words: lsNameWords, form: lsTextForm, rfc: "RFC 9552 §5.3.1.3"},
	{code: 1027, key: "area-ids", old: "area-id", text: "ISIS area ids", text5: "ISIS area id", text42: "ISIS area id", repeats: true, min: 1, value: lsAreaValue, form: lsOctetsForm, rfc: "RFC 9552 §5.3.1.2"},
	{code: lsLocalRouter4, key: "local-router-ids", old: "local-te-router-ids", text: "Local Router IDs", text5: "Local TE Router IDs", text42: "Local TE Router IDs", repeats: true, list5: true, group: lsLocalRouter4, addr: true, value: lsAddrValue, form: lsAddrForm, rfc: "RFC 9552 §5.3.1.4"},
	{code: lsLocalRouter6, key: "local-router-ids", old: "local-te-router-ids", text: "Local Router IDs", text5: "Local TE Router IDs", text42: "Local TE Router IDs", repeats: true, list5: true, group: lsLocalRouter4, addr: true, value: lsAddrValue, rfc: "RFC 9552 §5.3.1.4"},
	{code: lsRemoteRouter4, key: "remote-router-ids", old: "remote-te-router-id", text: "Remote Router ID", text5: "Remote TE Router ID", text42: "Remote TE Router ID", repeats: true, group: lsRemoteRouter4, addr: true, value: lsAddrValue, form: lsAddrForm, rfc: "RFC 9552 §5.3.2"},
	{code: 1031, key: "remote-router-ids", old: "remote-te-router-id", text: "Remote Router ID", text5: "Remote TE Router ID", text42: "Remote TE Router ID", repeats: true, group: lsRemoteRouter4, addr: true, value: lsAddrValue, rfc: "RFC 9552 §5.3.2"},
	{code: 1034, key: "sr-capability-flags", flat: all, min: 2, valid: validSRCapability, members: lsSRCapabilityMembers, line: lsSRCapabilityLine, rfc: "RFC 9085 §2.1.2"},
	{code: 1035, key: "sr-algorithms", text: "SrAlgorithms", unit: 1, value: lsAlgorithmsValue, form: lsNumbersForm(1), rfc: "RFC 9085 §2.1.3"},
	{code: 1038, key: "srv6-capabilities", lacks: lacks4, min: 4, value: lsSRv6CapabilityValue, line: lsSRv6CapabilityLine, form: lsNumberForm(4), rfc: "RFC 9514 §3.1"},

	{code: 1088, key: "admin-group-mask", text: "Admin Group mask", min: 4, max: 4, value: lsMaskValue, form: lsNumberForm(4), rfc: "RFC 9552 §5.3.2"},
	{code: 1089, key: "maximum-link-bandwidth", text: "Maximum link bandwidth", min: 4, max: 4, value: lsFloatValue, form: lsFloatsForm, rfc: "RFC 9552 §5.3.2"},
	{code: 1090, key: "maximum-reservable-link-bandwidth", text: "Maximum reservable link bandwidth", min: 4, max: 4, value: lsFloatValue, form: lsFloatsForm, rfc: "RFC 9552 §5.3.2"},
	{code: 1091, key: "unreserved-bandwidth", text: "Maximum link bandwidth", min: 32, max: 32, value: lsFloatsValue, words: lsFloatsWords, form: lsFloatsForm, rfc: "RFC 9552 §5.3.2"},
	{code: 1092, key: "te-metric", text: "TE Default Metric", min: 4, max: 4, value: lsNumberValue, form: lsNumberForm(4), rfc: "RFC 9552 §5.3.2.3"},
	{code: 1093, key: "link-protection-flags", text: "Link protection mask", min: 2, max: 2, flags: []string{"ExtraTrafic", "Unprotected", "Shared", "Dedicated 1:1", "Dedicated 1+1", "Enhanced"}, value: lsFlagsValue, form: lsNumberForm(2), rfc: "RFC 9552 §5.3.2"},
	{code: 1094, key: "mpls-mask", text: "MPLS Protocol mask", min: 1, max: 1, flags: []string{"LDP", "RSVP-TE"}, value: lsFlagsValue, form: lsNumberForm(1), rfc: "RFC 9552 §5.3.2.2"},
	{code: 1095, key: "igp-metric", text: "IGP Metric", min: 1, max: 3, value: lsNumberValue, form: lsNumberForm(3), rfc: "RFC 9552 §5.3.2.4"},
	{code: 1096, key: "shared-risk-link-groups", text: "link SRLG values", text42: "SRLG values on link are", unit: 4, value: lsNumbersValue, form: lsNumbersForm(4), rfc: "RFC 9552 §5.3.2.5"},
	{code: 1097, key: "opaque-link", text: "Opaque Link attribute", text5: "Opaque Link Attribute", text42: "Link Opaque attribute", value: lsOpaqueValue, words: lsOpaqueWords, form: lsOctetsForm, rfc: "RFC 9552 §5.3.2.6"},
	{code: 1098, key: "link-name", text: "Link Name", text42: "linkname", max: 255, value: lsNameValue, words: lsLinkNameWords, form: lsTextForm, rfc: "RFC 9552 §5.3.2.7"},
	{code: 1099, key: "sr-adjs", old: "sr-adj", repeats: true, flat: lacks4, min: 4, flags: lsAdjacencyFlags, value: lsAdjacencyValue, members: lsAdjacencyMembers, line: lsAdjacencyLine, rfc: "RFC 9085 §2.2.1"},
	{code: 1100, key: "sr-adj-lan-sids", text: "sr-adj-lan-sids", repeats: true, list5: true, flat: lacks4, min: 10, flags: lsAdjacencyFlags, value: lsLANAdjacencyValue, members: lsLANAdjacencyMembers, line: lsLANAdjacencyLine, rfc: "RFC 9085 §2.2.2"},
	{code: 1106, key: "srv6-endx", repeats: true, list5: true, lacks: lacks4, min: endXLen, valid: validEndX, value: lsEndXValue, line: lsEndXLine, rfc: "RFC 9514 §4.1"},
	{code: 1107, key: "srv6-lan-endx-isis", repeats: true, list5: true, lacks: lacks4, min: endXLen + endXISIS, valid: validEndXISIS, value: lsEndXISISValue, line: lsEndXISISLine, rfc: "RFC 9514 §4.2"},
	{code: 1108, key: "srv6-lan-endx-ospf", repeats: true, list5: true, lacks: lacks4, min: endXLen + endXOSPF, valid: validEndXOSPF, value: lsEndXOSPFValue, line: lsEndXOSPFLine, rfc: "RFC 9514 §4.2"},
	{code: 1114, key: "unidirectional-link-delay", text: "Unidirectional Link Delay", lacks: lacks5, min: 4, max: 4, value: lsDelayValue, form: lsNumberForm(4), rfc: "RFC 8571 §2.1"},
	{code: 1115, key: "minmax-unidirectional-link-delay", text: "Min/Max Unidirectional Link Delay", lacks: lacks5, min: 8, max: 8, value: lsMinMaxDelayValue, form: lsNumbersForm(4), rfc: "RFC 8571 §2.2"},
	{code: 1116, key: "unidirectional-delay-variation", text: "Unidirectional Delay Variation", lacks: lacks5, min: 4, max: 4, value: lsVariationValue, form: lsNumberForm(4), rfc: "RFC 8571 §2.3"},
	{code: 1117, key: "unidirectional-link-loss", text: "Unidirectional Link Loss", lacks: lacks5, min: 4, max: 4, value: lsLossValue, form: lsNumberForm(4), rfc: "RFC 8571 §2.4"},
	{code: 1118, key: "unidirectional-residual-bandwidth", text: "Unidirectional Residual Bandwidth", lacks: lacks5, min: 4, max: 4, value: lsFloatValue, form: lsFloatsForm, rfc: "RFC 8571 §2.5"},
	{code: 1119, key: "unidirectional-available-bandwidth", text: "Unidirectional Available Bandwidth", lacks: lacks5, min: 4, max: 4, value: lsFloatValue, form: lsFloatsForm, rfc: "RFC 8571 §2.6"},
	{code: 1120, key: "unidirectional-utilized-bandwidth", text: "Unidirectional Utilized Bandwidth", lacks: lacks5, min: 4, max: 4, value: lsFloatValue, form: lsFloatsForm, rfc: "RFC 8571 §2.7"},

	{code: 1152, key: "igp-flags", text: "IGP flags", min: 1, max: 1, flags: []string{"D", "N", "L", "P"}, value: lsFlagsValue, form: lsNumberForm(1), rfc: "RFC 9552 §5.3.3.1"},
	{code: 1153, key: "igp-route-tags", text: "IGP Route Tags", unit: 4, value: lsNumbersValue, form: lsNumbersForm(4), rfc: "RFC 9552 §5.3.3.2"},
	{code: 1154, key: "igp-extended-route-tags", text: "IGP Extended Route Tags", unit: 8, value: lsNumbersValue, form: lsNumbersForm(8), rfc: "RFC 9552 §5.3.3.3"},
	{code: 1155, key: "prefix-metric", text: "prefix_metric", min: 4, max: 4, value: lsNumberValue, form: lsNumberForm(4), rfc: "RFC 9552 §5.3.3.4"},
	{code: 1156, key: "ospf-forwarding-address", text: "Ospf forwarding address", addr: true, value: lsAddrValue, words: lsQuotedWords, form: lsAddrForm, rfc: "RFC 9552 §5.3.3.5"},
	{code: 1157, key: "opaque-prefix", text: "Opaque Prefix Attribute", text42: "Prefix Opaque attribute", value: lsOpaqueValue, words: lsOpaqueWords, form: lsOctetsForm, rfc: "RFC 9552 §5.3.3.6"},
	{code: 1158, key: "sr-prefix-sids", repeats: true, flat: lacks5, min: 4, value: lsPrefixSIDValue, members: lsPrefixSIDMembers, line: lsPrefixSIDLine, rfc: "RFC 9085 §2.3.1"},
	{code: 1162, key: "srv6-locators", old: "srv6-locator", repeats: true, lacks: lacks4, min: 8, flags: lsLocatorFlags, value: lsLocatorValue, line: lsLocatorLine, rfc: "RFC 9514 §5.1"},
	{code: 1170, key: "sr-prefix-attribute-flags", text: "Prefix Attr Flags", text42: "prefix_attr_flags", min: 1, flags: []string{"X", "R", "N"}, value: lsFlagsValue, form: lsNumberForm(1), rfc: "RFC 9085 §2.3.2"},
	{code: 1171, key: "sr-source-router-id", text: "Source router identifier", addr: true, value: lsAddrValue, form: lsAddrForm, rfc: "RFC 9085 §2.3.3"},
	{code: 1250, key: "srv6-endpoint-behavior", lacks: lacks4, min: 4, value: lsBehaviorValue, line: lsBehaviorLine, rfc: "RFC 9514 §7.1"},
	{code: 1252, key: "srv6-sid-structure", lacks: lacks4, min: 4, max: 4, value: lsStructureValue, line: lsStructureLine, form: lsNumbersForm(1), rfc: "RFC 9514 §8"},
}
