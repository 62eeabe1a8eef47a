package bgp

import "net/netip"

// AppendAttrs appends the attributes of a route as they are written on a session,
// by ascending code: those of a, the defaults they lack (ORIGIN igp, AS_PATH,
// LOCAL_PREF on iBGP), NEXT_HOP when nextHop is valid, and without what must not
// leave (LOCAL_PREF and reflection attributes on eBGP, AIGP unless enabled). To a
// two-octet speaker AS numbers are narrowed, and AS4_PATH and AS4_AGGREGATOR stand
// right behind what they complete (RFC 6793). MP_REACH_NLRI and MP_UNREACH_NLRI are
// the caller's.
func AppendAttrs(dst []byte, a Attrs, n *Negotiated, nextHop netip.Addr) []byte { return dst }
