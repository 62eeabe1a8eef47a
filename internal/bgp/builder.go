package bgp

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/herald-bgp/herald/internal/lex"
)

// scratch gathers the words of one route: they interleave, and the family is
// known last. Each family's finish makes its octets from it.
type scratch struct {
	withdraw bool // the route is to be withdrawn: what only an announce needs may lack
	afi      AFI  // of the section or command that the route stands in; 0 when only the prefix tells
	prefix   netip.Prefix
	rd       [rdLen]byte
	hasRD    bool
	pathID   uint32
	labels   []uint32

	// Room for the words of families with a block of their own; each codec names
	// the places it uses.
	num    [8]uint64
	given  uint32 // a bit per word that was given
	octets []byte // what the words made so far
}

func (s *scratch) reset() {
	*s = scratch{labels: s.labels[:0], octets: s.octets[:0]}
}

// NLRIBuilder makes the NLRI of a route from its words, which may come in any
// order. It is reused; the zero value needs a Reset.
//
//	b.Reset(bgp.Family{}, withdraw)
//	b.SetPrefix(c.Prefix())
//	for c.More() { w := c.Word(); b.Word(w, c) … }
//	family, kept, err := b.Finish(kept[:0])
//
// SetPrefix and Finish may be repeated: the other words stay.
type NLRIBuilder struct {
	s      scratch
	family Family // forced by the block or command; zero: from the words
	codec  nlriCodec

	// Multicast makes ipv4 multicast of a prefix in 224.0.0.0/4, as in a static
	// section; only when the words choose the family. Reset clears it.
	Multicast bool
}

// Reset begins a route. The zero Family leaves the choice to prefix and words: an
// rd makes it a VPN route, a label a labelled one.
func (b *NLRIBuilder) Reset(f Family, withdraw bool) {
	b.s.reset()
	b.s.withdraw, b.s.afi = withdraw, f.AFI
	b.family, b.Multicast = f, false
	b.codec = ipNLRI{label: true, rd: true} // takes the words of all that can be chosen
	if f != (Family{}) {
		b.codec = f.codec()
	}
}

// TakesPrefix reports whether routes of the family begin with a prefix.
func (b *NLRIBuilder) TakesPrefix() bool {
	_, ok := b.codec.(ipNLRI)
	return ok
}

// SetPrefix sets the prefix of the route.
func (b *NLRIBuilder) SetPrefix(p netip.Prefix) { b.s.prefix = p }

// Word takes the word w and, from c, its arguments; false when it is not a word
// of such routes. A bad argument is an error of c.
func (b *NLRIBuilder) Word(w string, c *lex.Cursor) bool {
	if b.codec.word(&b.s, w, c) {
		return true
	}
	switch w {
	case "rd", "route-distinguisher":
		rd, ok := parseRD(c.Word())
		if !ok {
			c.Fail("a route distinguisher: <asn>:<number> or <ipv4>:<number>")
		}
		b.s.rd, b.s.hasRD = rd, true
	case "path-information":
		b.s.pathID = parsePathID(c)
	default:
		return false
	}
	return true
}

// parsePathID takes a path identifier: a number or a dotted quad.
func parsePathID(c *lex.Cursor) uint32 {
	w := c.Word()
	if v, ok := lex.ParseUint(w, 1<<32-1); ok {
		return uint32(v)
	}
	if a, err := netip.ParseAddr(w); err == nil && a.Is4() {
		o := a.As4()
		return u32(o[:], 0)
	}
	c.Fail("a path identifier: a number or four octets as 0.0.0.1")
	return 0
}

var errNotVPN = errors.New("an rd is not part of such a route")

// Finish appends the kept NLRI of the words and tells its family.
func (b *NLRIBuilder) Finish(dst []byte) (Family, []byte, error) {
	f, codec := b.family, b.codec
	if f == (Family{}) {
		f = b.shape()
		codec = f.codec()
	} else if k, ok := codec.(ipNLRI); ok && b.s.hasRD && !k.rd {
		return f, dst, errNotVPN
	}
	start := len(dst)
	dst, err := codec.finish(appendU32(dst, b.s.pathID), &b.s)
	if err != nil {
		return f, dst[:start], err
	}
	return f, dst, nil
}

// shape is the family that prefix and words choose.
func (b *NLRIBuilder) shape() Family {
	f := Family{AFIIPv4, SAFIUnicast}
	a := b.s.prefix.Addr()
	if a.Is6() {
		f.AFI = AFIIPv6
	}
	switch {
	case b.s.hasRD:
		f.SAFI = SAFIVPN
	case len(b.s.labels) > 0:
		f.SAFI = SAFILabel
	case b.Multicast && a.Is4() && a.IsMulticast():
		f.SAFI = SAFIMulticast
	}
	return f
}

// RouteFamily gives the family whose routes follow the word w itself, without an
// AFI before it: "vpls", in `announce vpls …`.
func RouteFamily(w string) (Family, bool) {
	for i := range familyTable {
		if r := &familyTable[i]; r.word != "" && r.word == w {
			return r.family, true
		}
	}
	return Family{}, false
}

// ParseFamily reads the SAFI w behind the word of an AFI: "unicast" behind "ipv4".
// Its error says what could have stood there.
func ParseFamily(afi AFI, w string) (Family, error) {
	safi, ok := ParseSAFI(w)
	f := Family{afi, safi}
	if !ok || !f.Known() {
		return f, fmt.Errorf("'%s' is not a family of %s", w, afi.AppendText(nil))
	}
	return f, nil
}
