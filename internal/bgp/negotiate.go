package bgp

import (
	"net/netip"
	"slices"
	"strconv"
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
	Role        Role              // ours in a session with another AS (RFC 9234)
	PathsLimit  map[Family]uint16 // most paths a prefix that the peer takes; nil when it set none

	// GracefulRestart is what the peer announced; nil unless both sides did.
	GracefulRestart *GracefulRestart

	// Local settings that change encoding: Negotiate copies them.
	AIGP          bool     // AIGP attributes may be sent to and are read from this peer (RFC 7311)
	WithdrawLast  bool     // MP_UNREACH_NLRI stands after the attributes, as ExaBGP 5.0 and 4.2 write it
	V6NextHopV4   []Family // families configured with "nexthop { ipv6 … ipv4; }"
	Self          Self
	LinkLocalAddr netip.Addr // ours, appended to IPv6 next hops when LinkLocal; the zero Addr: none
}

// Negotiate makes what a session depends on from our OPEN, the peer's, and the
// local settings in own, whose other fields do not count.
func Negotiate(local, remote *Open, own *Negotiated) *Negotiated {
	n := &Negotiated{
		LocalAS: local.ASN(), PeerAS: remote.asnFor(local),
		LocalID: local.ID, PeerID: remote.ID,
		HoldTime:     time.Duration(min(local.HoldTime, remote.HoldTime)) * time.Second,
		MaxMessage:   MaxMessage,
		ASN4:         bothHave(local, remote, CapASN4),
		Refresh:      negotiateRefresh(local, remote),
		Operational:  bothHave(local, remote, CapOperational),
		MultiSession: bothHave(local, remote, CapMultiSession),
		LinkLocal:    bothHave(local, remote, CapLinkLocal),
		Families:     intersect(remote.multiprotocol(), local.multiprotocol()),
		NextHops:     intersect(local.nextHops(), remote.nextHops()),

		AIGP: own.AIGP, WithdrawLast: own.WithdrawLast, V6NextHopV4: own.V6NextHopV4, Self: own.Self,
		LinkLocalAddr: own.LinkLocalAddr,
	}
	if bothHave(local, remote, CapExtendedMessage) {
		n.MaxMessage = MaxExtendedMessage
	}
	if local.Has(CapGracefulRestart) {
		n.GracefulRestart = remote.gracefulRestart()
	}
	if !n.IBGP() {
		n.Role, _ = local.role()
	}
	n.negotiateAddPath(local, remote)
	return n
}

// negotiateAddPath fills in the path identifiers of each direction (RFC 7911 §4).
func (n *Negotiated) negotiateAddPath(local, remote *Open) {
	for _, m := range local.addPaths() {
		if !n.Has(m.family) {
			continue
		}
		theirs := remote.addPath(m.family)
		if m.mode&addPathSend != 0 && theirs&addPathReceive != 0 {
			n.AddPathSend = append(n.AddPathSend, m.family)
		}
		if m.mode&addPathReceive != 0 && theirs&addPathSend != 0 {
			n.AddPathRecv = append(n.AddPathRecv, m.family)
		}
	}
	for _, l := range remote.pathsLimits() {
		if !n.SendsPathID(l.family) {
			continue
		}
		if n.PathsLimit == nil {
			n.PathsLimit = map[Family]uint16{}
		}
		n.PathsLimit[l.family] = l.limit
	}
}

// negotiateRefresh gives the best mode that both understand. Cisco's older code
// asks for the same messages.
func negotiateRefresh(local, remote *Open) RefreshMode {
	switch {
	case bothHave(local, remote, CapEnhancedRefresh):
		return RefreshEnhanced
	case local.Has(CapRouteRefresh) && (remote.Has(CapRouteRefresh) || remote.Has(CapRouteRefreshCisco)):
		return RefreshNormal
	}
	return RefreshAbsent
}

func bothHave(a, b *Open, c CapCode) bool { return a.Has(c) && b.Has(c) }

// intersect returns what is in both, in the order of a.
func intersect[T comparable](a, b []T) []T {
	var both []T
	for _, v := range a {
		if slices.Contains(b, v) {
			both = append(both, v)
		}
	}
	return both
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

// TakesNextHop reports whether the peer expects routes of f to have h for a next
// hop: an IPv6 address for IPv4 routes only where both sides say so (RFC 8950 §4).
func (n *Negotiated) TakesNextHop(f Family, h NextHop) bool {
	r, _ := h.Resolve(f, n.Self)
	row := f.row()
	return f.AFI != AFIIPv4 || row == nil || !row.extNextHop || !r.Addr().Is6() ||
		slices.Contains(n.NextHops, NextHopPair{f, AFIIPv6})
}

// AppendJSON appends the JSON object of a negotiated event; n may be nil, before
// the OPENs are known.
func (n *Negotiated) AppendJSON(dst []byte, f *Face) []byte {
	if n == nil {
		n = &Negotiated{MaxMessage: MaxMessage}
	}
	dst = appendUint(dst, `{ "message_size": `, n.MaxMessage)
	dst = appendUint(dst, `, "hold_time": `, int(n.HoldTime/time.Second))
	dst = strconv.AppendBool(append(dst, `, "asn4": `...), n.ASN4)
	dst = strconv.AppendBool(append(dst, `, "multisession": `...), n.MultiSession)
	dst = strconv.AppendBool(append(dst, `, "operational": `...), n.Operational)
	dst = append(append(dst, `, "refresh": "`...), n.Refresh.String()...)
	l := listStyleOf(f)
	dst = appendNames(append(dst, `", "families": `...), n.Families, l)
	dst = appendNames(append(dst, `, "nexthop": `...), n.NextHops, l)
	dst = append(append(dst, `, "add_path": {`...), l.pad...)
	dst = appendNames(append(dst, `"send": `...), n.AddPathSend, l)
	dst = appendNames(append(dst, `, "receive": `...), n.AddPathRecv, l)
	return append(append(append(dst, l.pad...), '}'), " }"...)
}

// listStyle is how a dialect writes a list of names: ["a", "b"] or [ "a" ,"b" ].
type listStyle struct{ pad, between string }

func listStyleOf(f *Face) listStyle {
	if f.Dialect == Dialect42 {
		return listStyle{" ", " ,"}
	}
	return listStyle{"", ", "}
}

// appendNames appends a JSON list of families or of next hop pairs.
func appendNames[T interface {
	appendName(dst []byte, between byte) []byte
}](dst []byte, vs []T, l listStyle) []byte {
	dst = append(append(dst, '['), l.pad...)
	for i, v := range vs {
		if i > 0 {
			dst = append(dst, l.between...)
		}
		dst = append(v.appendName(append(dst, '"'), ' '), '"')
	}
	return append(append(dst, l.pad...), ']')
}
