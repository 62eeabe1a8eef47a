package bgp

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/herald-bgp/herald/internal/lex"
)

// ipNLRI is the NLRI of the families whose routes are IP prefixes: unicast and
// multicast (RFC 4760 §5), with labels (RFC 8277 §2), with labels and a route
// distinguisher (RFC 4364 §4.3.4).
//
//	0: length in bits of all that follows (1)
//	1: labels (3 each)   only with label
//	   RD (8)            only with rd
//	   prefix, in as many octets as it needs
type ipNLRI struct {
	bits      int // of an address: 32 or 128
	label, rd bool
}

// ipView is an NLRI of ipNLRI taken apart.
type ipView struct {
	labels, rd, prefix []byte
	bits               int // of the prefix
}

// head returns the bits of the route distinguisher.
func (k ipNLRI) head() int {
	if k.rd {
		return 8 * rdLen
	}
	return 0
}

func (k ipNLRI) next(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, errShort
	}
	bits := int(b[0])
	if !k.label && bits > k.bits || bits < k.head() {
		return 0, errLength
	}
	n := 1 + (bits+7)/8
	if n > len(b) {
		return 0, errShort
	}
	return n, nil
}

// view takes a valid NLRI apart.
func (k ipNLRI) view(nlri []byte) ipView {
	bits, b := int(nlri[0]), nlri[1:]
	l := labelLen * k.stack(bits, b)
	r := l + k.head()/8
	return ipView{labels: b[:l], rd: b[l:r], prefix: b[r:], bits: bits - 8*r}
}

// stack counts the labels of an NLRI of so many bits. RFC 8277 §2.2 has one and no
// use for the bottom bit; ExaBGP writes several and ends them by it, and withdraws
// without any. So the bottom bit counts only where what follows can be the rest of
// an NLRI; without one, it is a single label.
func (k ipNLRI) stack(bits int, b []byte) int {
	if !k.label {
		return 0
	}
	rest := bits - k.head()
	most := rest / (8 * labelLen)
	least := max(0, rest-k.bits+8*labelLen-1) / (8 * labelLen)
	for n := max(1, least); n <= most; n++ {
		if k.bottom(b, n) && (!k.rd || knownRD(b[labelLen*n:])) {
			return n
		}
	}
	if k.rd && least == 0 && knownRD(b) {
		return 0
	}
	return max(least, min(1, most))
}

// bottom reports whether label n, from 1, is the last of its stack. RFC 8277 §2.4:
// a withdraw has 0x800000 instead of a label, RFC 3107 speakers also 0.
func (k ipNLRI) bottom(b []byte, n int) bool {
	l := u24(b, labelLen*(n-1))
	return l&labelBottom != 0 || n == 1 && (l == labelWithdrawn || l == 0)
}

func (k ipNLRI) appendKey(dst, nlri []byte) []byte {
	if !k.label || len(nlri) == 0 {
		return append(dst, nlri...)
	}
	l := len(k.view(nlri).labels)
	dst = append(dst, nlri[0]-byte(8*l))
	return append(dst, nlri[1+l:]...)
}

func (k ipNLRI) word(s *scratch, w string, c *lex.Cursor) bool {
	if w != "label" || !k.label {
		return false
	}
	s.labels = s.labels[:0]
	for w := range c.List {
		v, ok := lex.ParseUint(w, labelMax)
		if !ok {
			c.Fail("an MPLS label from 0 to 1048575")
			return true
		}
		s.labels = append(s.labels, uint32(v))
	}
	return true
}

var errNotVPN = errors.New("an rd is not part of such a route")

// choose: without a family given, prefix and words tell it.
func (k ipNLRI) choose(f Family, s *scratch) (Family, error) {
	if f != (Family{}) {
		if s.hasRD && !k.rd {
			return f, errNotVPN
		}
		return f, nil
	}
	f = IPv4Unicast
	a := s.prefix.Addr()
	if a.Is6() {
		f.AFI = AFIIPv6
	}
	switch {
	case s.hasRD:
		f.SAFI = SAFIVPN
	case len(s.labels) > 0:
		f.SAFI = SAFILabel
	case s.multicast && a.Is4() && a.IsMulticast():
		f.SAFI = SAFIMulticast
	}
	return f, nil
}

func (k ipNLRI) finish(dst []byte, s *scratch) ([]byte, error) {
	if s.prefix.Addr().BitLen() != k.bits {
		return dst, fmt.Errorf("'%s' is not an IPv%d prefix", s.prefix, 4+2*(k.bits/128))
	}
	switch {
	case k.rd && !s.hasRD:
		return dst, fmt.Errorf("VPN route requires rd: %s", s.prefix)
	case k.label && len(s.labels) == 0 && !s.withdraw && s.hasRD:
		return dst, fmt.Errorf("labeled route announce requires labels: %s rd %s", s.prefix, appendRD(nil, s.rd[:]))
	case k.label && len(s.labels) == 0 && !s.withdraw:
		return dst, fmt.Errorf("labeled route announce requires labels: %s", s.prefix)
	}
	labels := len(s.labels)
	if k.label && labels == 0 {
		labels = 1
	}
	bits := s.prefix.Bits() + 8*labelLen*labels + k.head()
	if bits > 255 {
		return dst, fmt.Errorf("%d labels leave no room for %s in an NLRI", labels, s.prefix)
	}
	dst = append(dst, byte(bits))
	if k.label && len(s.labels) == 0 {
		// Deviation: ExaBGP leaves the label out, which RFC 8277 §2.4 has no room for.
		dst = appendU24(dst, uint32(labelWithdrawn))
	}
	dst = appendLabels(dst, s.labels)
	if k.rd {
		dst = append(dst, s.rd[:]...)
	}
	return appendPrefixOctets(dst, s.prefix), nil
}

// appendPrefixOctets appends as many octets of p as its length needs.
func appendPrefixOctets(dst []byte, p netip.Prefix) []byte {
	n := len(dst) + (p.Bits()+7)/8
	return appendAddrOctets(dst, p.Addr())[:n]
}

// appendText: the dialects 5 and 4.2 have the next hop before the route distinguisher.
func (k ipNLRI) appendText(dst, nlri []byte, f *Face) []byte {
	v := k.view(nlri)
	dst = appendPathIDText(k.appendPrefix(dst, v), f)
	if len(v.labels) > 0 {
		dst = appendLabelsText(append(dst, " label "...), v.labels, f)
	}
	dst = appendNextHopText(dst, f)
	if k.rd {
		dst = appendRD(append(dst, " rd "...), v.rd)
	}
	return dst
}

// appendWords: a withdraw without a label has the one of RFC 8277 §2.4.
func (k ipNLRI) appendWords(dst, nlri []byte, f *Face) []byte {
	v := k.view(nlri)
	dst = k.appendPrefix(dst, v)
	if len(v.labels) > 0 && !(f.Withdraw && len(v.labels) == labelLen && u24(v.labels, 0) == labelWithdrawn) {
		dst = appendLabelsText(append(dst, " label "...), v.labels, f)
	}
	if k.rd {
		dst = appendRDWords(append(dst, " rd "...), v.rd)
	}
	return dst
}

// appendNextHopText appends the next hop in the dialects where it belongs to the
// text of the NLRI.
func appendNextHopText(dst []byte, f *Face) []byte {
	if f.NextHop == nil || f.Dialect.Main() {
		return dst
	}
	return appendAddr(append(dst, " next-hop "...), f.NextHop)
}

func (k ipNLRI) appendJSON(dst, nlri []byte, f *Face) []byte {
	v := k.view(nlri)
	if f.Compact && f.PathID == nil && !k.label {
		return append(k.appendPrefix(append(dst, '"'), v), '"')
	}
	dst = k.appendPrefix(append(dst, `{ "nlri": "`...), v)
	dst = appendPathIDJSON(append(dst, '"'), f)
	if len(v.labels) > 0 {
		dst = appendLabelsJSON(append(dst, `, "label": `...), v.labels, f)
	}
	if k.rd {
		dst = append(appendRD(append(dst, `, "rd": "`...), v.rd), '"')
	}
	return append(dst, " }"...)
}

// appendPrefix appends "10.0.0.0/24". RFC 4271 §4.3: bits behind the length are
// irrelevant, and are not shown.
func (k ipNLRI) appendPrefix(dst []byte, v ipView) []byte {
	var a [16]byte
	n := copy(a[:], v.prefix)
	if r := v.bits & 7; r != 0 {
		a[n-1] &= 0xff << (8 - r)
	}
	return appendUint(appendAddr(dst, a[:k.bits/8]), "/", v.bits)
}
