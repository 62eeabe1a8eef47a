package route

import (
	"bytes"
	"fmt"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// Writer writes routes in words, and reads each again to be sure of them. It is
// reused; the zero value is ready.
type Writer struct {
	parser  Parser
	builder bgp.AttrBuilder
	nlri    bgp.NLRIBuilder // for words of a family that mean attributes
	cursor  lex.Cursor
	flags   uint8 // of the attribute that makesAttr made last
}

// wordsFace is what the words of routes are written with: those of 4.2, whose text
// commands are made of.
func wordsFace(pathID []byte, withdraw bool) *bgp.Face {
	return &bgp.Face{Dialect: bgp.Dialect42, PathID: pathID, Withdraw: withdraw, Show: true}
}

// Append appends a route in the words that Family reads behind the word of its AFI:
// "unicast 10.0.0.0/24 next-hop 192.0.2.1 med 5". The error says that none make it.
func (w *Writer) Append(dst []byte, r *rib.Route) ([]byte, error) {
	start := len(dst)
	if dst = w.AppendWords(dst, r); !w.makes(string(dst[start:]), r) {
		return dst[:start], fmt.Errorf("no words make the route %s", dst[start:])
	}
	return dst, nil
}

// AppendWords is Append for people: nothing is read again but attributes.
func (w *Writer) AppendWords(dst []byte, r *rib.Route) []byte {
	var pathID []byte
	if id := r.NLRI[:bgp.PathIDLen]; !bytes.Equal(id, make([]byte, bgp.PathIDLen)) {
		pathID = id
	}
	nlri := bytes.TrimSpace(bgp.AppendNLRIWords(nil, r.Family, r.NLRI[bgp.PathIDLen:], wordsFace(pathID, false)))
	first, rest, _ := bytes.Cut(nlri, []byte{' '})
	if _, _, named := bgp.RouteFamily(string(first)); named { // the family stands before it already
		nlri = rest
	}
	dst = append(append(r.Family.SAFI.AppendText(dst), ' '), nlri...)
	switch {
	case r.NextHop.Self():
		dst = append(dst, " next-hop self"...)
	case r.NextHop.Addr().IsValid():
		dst = r.NextHop.Addr().AppendTo(append(dst, " next-hop "...))
	}
	for a := range bgp.AttrBlock(r.Attrs.Octets()).All() {
		dst = w.attr(dst, r.Family, &a)
	}
	if r.Watchdog != "" {
		dst = append(append(dst, " watchdog "...), r.Watchdog...)
	}
	if r.Parked {
		dst = append(dst, " withdraw"...)
	}
	return dst
}

// makes reports whether words make exactly a route.
func (w *Writer) makes(words string, r *rib.Route) bool {
	n, same := 0, false
	w.cursor.Reset(words)
	err := w.parser.Family(&w.cursor, r.Family.AFI, File, func(s rib.Route) {
		n++
		same = s.Family == r.Family && bytes.Equal(s.NLRI, r.NLRI) && s.NextHop == r.NextHop && s.Attrs == r.Attrs &&
			s.Watchdog == r.Watchdog && s.Parked == r.Parked
	})
	return err == nil && n == 1 && same
}

// appendAttr appends " word value" of an attribute of a route of a family, of any when
// that is zero. One whose words do not make what it is, is written octet by octet.
func (w *Writer) appendAttr(dst []byte, f bgp.Family, a *bgp.AttrView) []byte {
	start := len(dst)
	if dst = bgp.AppendAttrWords(dst, f, a); !w.makesAttr(string(dst[start:]), f, a) {
		dst = bgp.AppendAttrOctets(dst[:start], a)
	}
	return dst
}

// attr is appendAttr for an attribute of ours, whose flags are to stay as well.
func (w *Writer) attr(dst []byte, f bgp.Family, a *bgp.AttrView) []byte {
	start := len(dst)
	if dst = w.appendAttr(dst, f, a); w.flags != a.Flags {
		dst = bgp.AppendAttrOctets(dst[:start], a)
	}
	return dst
}

// makesAttr reports whether words make exactly an attribute, flags aside; none make an empty AS path.
func (w *Writer) makesAttr(words string, f bgp.Family, a *bgp.AttrView) bool {
	w.flags = 0 // no words have none
	w.cursor.Reset(words)
	w.builder.Reset()
	w.nlri.Attrs = &w.builder
	w.nlri.Reset(f, false)
	for word := w.cursor.Word(); word != ""; word = w.cursor.Word() {
		if !w.builder.Word(word, &w.cursor) && !w.nlri.Word(word, &w.cursor) {
			return false
		}
	}
	if w.cursor.Err() != nil {
		return false
	}
	n := 0
	for b := range bgp.AttrBlock(w.builder.Attrs().Octets()).All() {
		if n++; b.Code != a.Code || !bytes.Equal(b.Value, a.Value) {
			return false
		}
		w.flags = b.Flags
	}
	return n == 1 || n == 0 && a.Code == bgp.AttrASPath && len(a.Value) == 0
}
