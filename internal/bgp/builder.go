package bgp

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/herald-bgp/herald/internal/lex"
)

// scratch gathers the words of one route: they interleave, and the family is
// known last. Each family's finish makes its octets from it.
type scratch struct {
	withdraw  bool   // the route is to be withdrawn: what only an announce needs may lack
	multicast bool   // IPv4 prefixes in 224.0.0.0/4 are multicast where the words choose the family
	afi       AFI    // of the section or command that the route stands in; 0 when only its words tell
	block     string // the block of the route that is open, "" for none
	prefix    netip.Prefix
	rd        [rdLen]byte
	hasRD     bool
	pathID    uint32
	labels    []uint32

	// What words of the family mean beside its NLRI.
	attrs   *AttrBuilder // takes attributes; nil: such words are refused
	nextHop NextHop

	// Room for the words of families with a block of their own; each codec names
	// the places it uses.
	num    [8]uint64
	addr   [3]netip.Addr
	given  uint32 // a bit per word that was given
	octets []byte // what the words made so far
}

// number keeps v in a place of num, and that its word was given.
func (s *scratch) number(place int, v uint64) {
	s.num[place] = v
	s.given |= 1 << place
}

// has reports whether the word of a place was given.
func (s *scratch) has(place int) bool { return s.given&(1<<place) != 0 }

// missingWord says what a route of a family lacks, in ExaBGP's words.
func missingWord(family, word string) error { return fmt.Errorf("%s nlri %s missing", family, word) }

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
	family Family // of the section or command; its AFI, or all of it, is zero where the words tell
	codec  nlriCodec
	blocks []string // that a route of the family may have

	// Attrs takes the attributes that words of some families mean, as the actions
	// of flow routes do. Without it such words are not understood.
	Attrs *AttrBuilder
	// Multicast makes ipv4 multicast of a prefix in 224.0.0.0/4, as in a static
	// section; only when the words choose the family.
	Multicast bool
}

// chooser is a codec whose words have a say in the family of a route.
type chooser interface {
	// choose gives the family of the words in s, in a section or command of f.
	choose(f Family, s *scratch) (Family, error)
}

// Reset begins a route. The zero Family leaves the choice to prefix and words: an
// rd makes it a VPN route, a label a labelled one. A family without AFI, as
// RouteFamily gives it, leaves the AFI to the words.
func (b *NLRIBuilder) Reset(f Family, withdraw bool) {
	b.s.reset()
	b.s.withdraw, b.s.multicast, b.s.afi, b.s.attrs = withdraw, b.Multicast, f.AFI, b.Attrs
	b.family, b.codec, b.blocks = f, genericNLRI{}, nil
	switch r := f.open(); {
	case f == (Family{}):
		b.codec = ipNLRI{label: true, rd: true} // takes the words of all that can be chosen
	case r != nil && r.codec != nil:
		b.codec, b.blocks = r.codec, r.blocks
	}
}

// Open begins the block w of a route, as `match { … }` of a flow route; false when
// such a route has none of that name there. Close ends it.
func (b *NLRIBuilder) Open(w string) bool {
	if !slices.Contains(b.Blocks(), w) {
		return false
	}
	b.s.block = w
	return true
}

// Blocks returns the words that Open takes now.
func (b *NLRIBuilder) Blocks() []string {
	if b.s.block != "" {
		return nil
	}
	return b.blocks
}

// Close ends the block that Open began.
func (b *NLRIBuilder) Close() { b.s.block = "" }

// NextHop is the next hop that words of the family meant, as the redirect of a flow
// route; the zero NextHop for none.
func (b *NLRIBuilder) NextHop() NextHop { return b.s.nextHop }

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

// Finish appends the kept NLRI of the words and tells its family.
func (b *NLRIBuilder) Finish(dst []byte) (Family, []byte, error) {
	f, codec := b.family, b.codec
	if k, ok := codec.(chooser); ok {
		chosen, err := k.choose(f, &b.s)
		if err != nil {
			return chosen, dst, err
		}
		if chosen != f {
			f, codec = chosen, chosen.codec()
		}
	}
	start := len(dst)
	dst, err := codec.finish(appendU32(dst, b.s.pathID), &b.s)
	if err != nil {
		return f, dst[:start], err
	}
	return f, dst, nil
}

// RouteFamily gives the family whose routes follow the word w itself, without an
// AFI before it, and the word that must stand between, if any: `announce vpls …`,
// `announce flow route …`. The AFI is zero where the route tells it.
func RouteFamily(w string) (f Family, behind string, ok bool) {
	for i := range familyTable {
		r := &familyTable[i]
		if r.word == "" || r.word != w {
			continue
		}
		if f = r.family; r.anyAFI {
			f.AFI = 0
		}
		return f, r.behind, true
	}
	return Family{}, "", false
}
