package bgp

import (
	"net/netip"
	"slices"
	"time"
)

// RefreshMode is which ROUTE-REFRESH both sides understand.
type RefreshMode uint8

// The refresh modes (RFC 2918, RFC 7313).
const (
	RefreshAbsent RefreshMode = iota
	RefreshNormal
	RefreshEnhanced
)

func (m RefreshMode) String() string {
	return [...]string{"absent", "normal", "enhanced"}[m]
}

// Message size limits (RFC 4271 §4.1, RFC 8654).
const (
	MaxMessage         = 4096
	MaxExtendedMessage = 65535
)

// Negotiated is what two OPENs agree on: everything that reading and writing on a
// session depends on. It is made once per session and never changes.
type Negotiated struct {
	LocalAS, PeerAS uint32 // four-octet numbers
	LocalID, PeerID netip.Addr
	HoldTime        time.Duration // the smaller one; 0: no keepalives
	MaxMessage      int           // 4096 or 65535
	ASN4            bool          // AS numbers take four octets (RFC 6793)
	Refresh         RefreshMode
	Operational     bool
	MultiSession    bool
	LinkLocal       bool // link-local next hop capability (77)

	Families    []Family          // both sides have them; in the peer's order
	AddPathSend []Family          // NLRI we send begin with a path identifier (RFC 7911)
	AddPathRecv []Family          // NLRI we receive do
	NextHops    []NextHopPair     // RFC 8950
	PathsLimit  map[Family]uint16 // most paths a prefix that the peer takes; nil when it set none

	// Local settings that change encoding.
	AIGP          bool     // AIGP attributes may be sent to and are read from this peer (RFC 7311)
	WithdrawLast  bool     // MP_UNREACH_NLRI stands after the attributes (DESIGN 2.3)
	V6NextHopV4   []Family // families configured with "nexthop { ipv6 … ipv4; }"
	Self          Self
	LinkLocalAddr netip.Addr // our link-local address, appended to IPv6 next hops when LinkLocal
}

// NextHopPair is an entry of the Extended Next Hop capability: routes of Family
// may have a next hop of AFI (RFC 8950 §4).
type NextHopPair struct {
	Family Family
	AFI    AFI
}

// IBGP reports whether both sides are in one AS.
func (n *Negotiated) IBGP() bool { return n.LocalAS == n.PeerAS }

// Has reports whether routes of f may be exchanged.
func (n *Negotiated) Has(f Family) bool { return slices.Contains(n.Families, f) }

// SendsPathID reports whether NLRI of f that we send begin with a path identifier.
func (n *Negotiated) SendsPathID(f Family) bool { return slices.Contains(n.AddPathSend, f) }

// ReceivesPathID reports whether NLRI of f that we receive begin with a path identifier.
func (n *Negotiated) ReceivesPathID(f Family) bool { return slices.Contains(n.AddPathRecv, f) }
