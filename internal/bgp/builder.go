package bgp

import "net/netip"

// scratch gathers the words of one route: they interleave, and the family is
// known last. Each family's finish makes its octets from it.
type scratch struct {
	afi       AFI // of the section or command that the route stands in; 0 when only the prefix tells
	prefix    netip.Prefix
	rd        [8]byte
	hasRD     bool
	labels    []uint32
	hasLabel  bool
	pathID    uint32
	hasPathID bool
}
