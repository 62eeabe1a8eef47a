package bgp

// Protocols that an object was learned by (RFC 9552 §5.2).
const (
	lsISISL1 = 1
	lsISISL2 = 2
	lsOSPFv2 = 3
	lsOSPFv3 = 6
)

// lsProtocolTable is their words; others are numbers.
var lsProtocolTable = [...]string{
	lsISISL1: "isis-l1", lsISISL2: "isis-l2", lsOSPFv2: "ospfv2", 4: "direct", 5: "static", lsOSPFv3: "ospfv3", 7: "bgp",
}

// bgplsRow is a type of NLRI.
type bgplsRow struct {
	code  int
	word  string // in routes
	name  string // in JSON
	needs int    // a descriptor without which it is malformed
	bits  int    // of an address, where the object is a prefix
	rfc   string
}

var bgplsTable = [...]bgplsRow{
	{code: 1, word: "node", name: "bgpls-node", needs: lsLocalNode, rfc: "RFC 9552 §5.2"},
	{code: 2, word: "link", name: "bgpls-link", rfc: "RFC 9552 §5.2"},
	{code: 3, word: "prefix", name: "bgpls-prefix-v4", needs: lsReachability, bits: 32, rfc: "RFC 9552 §5.2"},
	{code: 4, word: "prefix", name: "bgpls-prefix-v6", needs: lsReachability, bits: 128, rfc: "RFC 9552 §5.2"},
	{code: 6, word: "srv6-sid", name: "bgpls-srv6sid", needs: lsLocalNode, rfc: "RFC 9514 §6"},
}

// bgplsRowOf returns the row of a type, nil when it is not known.
func bgplsRowOf(code int) *bgplsRow {
	for i := range bgplsTable {
		if bgplsTable[i].code == code {
			return &bgplsTable[i]
		}
	}
	return nil
}

// lsDescriptor is a descriptor of a link, prefix or SID, or of a node.
type lsDescriptor struct {
	code  int
	word  string // in routes; also of a second code, for the other family
	key   string // in JSON
	len   uint8  // of the value in octets; 0: any
	other uint8  // or this
	unit  uint8  // or so many of this
	kind  lsForm
	rfc   string
}

// lsForm is how the value of a descriptor is written.
type lsForm uint8

const (
	lsOctets   lsForm = iota
	lsNumber          // 12
	lsString          // "12"
	lsAddr            // "10.0.0.1"
	lsIDs             // 1 2
	lsTopology        // several of 12 bits
	lsRouter          // of a node, by its protocol
)

// lsDescriptorTable is the descriptors but for those of nodes and prefixes.
var lsDescriptorTable = [...]lsDescriptor{
	{code: lsLinkID, word: "link-identifiers", len: 8, kind: lsIDs, rfc: "RFC 9552 §5.2.2"},
	{code: lsInterface4, word: "interface-address", len: 4, other: 16, kind: lsAddr, rfc: "RFC 9552 §5.2.2"},
	{code: lsNeighbor4, word: "neighbor-address", len: 4, other: 16, kind: lsAddr, rfc: "RFC 9552 §5.2.2"},
	{code: lsInterface6, word: "interface-address", len: 16, other: 4, kind: lsAddr, rfc: "RFC 9552 §5.2.2"},
	{code: lsNeighbor6, word: "neighbor-address", len: 16, other: 4, kind: lsAddr, rfc: "RFC 9552 §5.2.2"},
	{code: lsMultiTopo, word: "multi-topology-ids", unit: 2, kind: lsTopology, rfc: "RFC 9552 §5.2.2.1"},
	{code: lsOSPFRoute, word: "ospf-route-type", len: 1, kind: lsNumber, rfc: "RFC 9552 §5.2.3.1"},
	{code: lsSRv6SID, len: 16, kind: lsAddr, rfc: "RFC 9514 §6.1"},
}

// lsNodeTable is the descriptors of a node.
var lsNodeTable = [...]lsDescriptor{
	{code: lsNodeAS, word: "autonomous-system", key: `"autonomous-system": `, len: 4, kind: lsNumber, rfc: "RFC 9552 §5.2.1.4"},
	{code: lsNodeBGPLS, word: "bgp-ls-identifier", key: `"bgp-ls-identifier": `, len: 4, kind: lsString, rfc: "RFC 9552 §5.2.1.4"},
	{code: lsNodeArea, word: "ospf-area-id", key: `"ospf-area-id": `, len: 4, other: 16, kind: lsAddr, rfc: "RFC 9552 §5.2.1.4"},
	{code: lsNodeRouter, word: "router-id", key: `"router-id": `, kind: lsRouter, rfc: "RFC 9552 §5.2.1.4"},
	{code: 516, word: "bgp-router-id", key: `"bgp-router-id": `, len: 4, kind: lsAddr, rfc: "RFC 9086 §4.1"},
	{code: 517, word: "confederation-member", key: `"confederation-member": `, len: 4, kind: lsNumber, rfc: "RFC 9086 §4.1"},
}

func lsDescriptorOf(code int) *lsDescriptor { return findDescriptor(lsDescriptorTable[:], code) }
func lsNodeOf(code int) *lsDescriptor       { return findDescriptor(lsNodeTable[:], code) }

func findDescriptor(table []lsDescriptor, code int) *lsDescriptor {
	for i := range table {
		if table[i].code == code {
			return &table[i]
		}
	}
	return nil
}

// fits reports whether a value may have n octets.
func (r *lsDescriptor) fits(n int) bool {
	switch {
	case r.unit != 0:
		return n > 0 && n%int(r.unit) == 0
	case r.len == 0:
		return true
	}
	return n == int(r.len) || r.other != 0 && n == int(r.other)
}

// lsLinkTable is the lists in the JSON of a link.
var lsLinkTable = [...]lsList{
	{`, "interface-addresses": `, `, "interface-address": `, [2]int{lsInterface4, lsInterface6}},
	{`, "neighbor-addresses": `, `, "neighbor-address": `, [2]int{lsNeighbor4, lsNeighbor6}},
	{`, "multi-topology-ids": `, "", [2]int{lsMultiTopo, lsMultiTopo}},
	{`, "link-identifiers": `, "", [2]int{lsLinkID, lsLinkID}},
}
