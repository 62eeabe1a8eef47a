package route

import (
	"bytes"
	"net/netip"
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/rib"
)

// UpdateWriter writes the routes of an UPDATE as the commands that make them. Each is read
// again, and stays only when what it makes is what the UPDATE has. It is reused; the
// zero value is ready.
type UpdateWriter struct {
	Writer

	update *bgp.Update
	dst    []byte
	attrs  []byte // as words, once they are asked for
}

// Append appends the commands, a line each, that announce and withdraw the routes of
// u. False: one of them has no words, and nothing is appended.
func (w *UpdateWriter) Append(dst []byte, u *bgp.Update) ([]byte, bool) {
	w.begin(dst, u)
	for i := range u.Reach {
		if !w.announce(&u.Reach[i]) {
			return dst, false
		}
	}
	for i := range u.Unreach {
		if !w.withdraw(&u.Unreach[i]) {
			return dst, false
		}
	}
	return w.dst, true
}

// AppendAttrs appends the words of the attributes of u, a space before each.
func (w *UpdateWriter) AppendAttrs(dst []byte, u *bgp.Update) []byte {
	w.begin(nil, u)
	return append(append(dst, w.nextHopAttr()...), w.attributes()...)
}

func (w *UpdateWriter) begin(dst []byte, u *bgp.Update) { w.update, w.dst, w.attrs = u, dst, nil }

// announce adds the commands of one section; false when there are none. Several
// routes of nothing but a prefix share one.
func (w *UpdateWriter) announce(s *bgp.Section) bool {
	if w.attrs == nil {
		w.attrs = w.attributes()
	}
	tail := append(nextHopWords(s.NextHop), w.attrs...)
	if w.shared(s, tail) {
		return true
	}
	return w.each(s, Announce, tail)
}

// attributes returns the words of the attributes but the next hop.
func (w *UpdateWriter) attributes() []byte {
	words, f := []byte{}, w.family()
	for i := range w.update.Attrs {
		a := &w.update.Attrs[i]
		if a.Code != bgp.AttrNextHop {
			words = w.appendAttr(words, f, a)
		}
	}
	return words
}

// family is that of all routes of the UPDATE; zero when there are several.
func (w *UpdateWriter) family() (f bgp.Family) {
	for i, s := range slices.Concat(w.update.Reach, w.update.Unreach) {
		switch {
		case i == 0:
			f = s.Family
		case s.Family != f:
			return bgp.Family{}
		}
	}
	return f
}

// shared adds one command for all routes of a section, as ExaBGP does.
func (w *UpdateWriter) shared(s *bgp.Section, tail []byte) bool {
	if s.PathID || s.Family.SAFI != bgp.SAFIUnicast && s.Family.SAFI != bgp.SAFIMulticast {
		return false
	}
	var list []byte
	n, walk := 0, *s
	for {
		_, nlri, ok := walk.Next()
		if !ok {
			break
		}
		n++
		list = bgp.AppendNLRIWords(append(list, ' '), s.Family, nlri, wordsFace(nil, false))
	}
	if n < 2 {
		return false
	}
	return w.add(s, Announce, [][]byte{[]byte("announce attributes"), tail, []byte(" nlri"), list})
}

// withdraw adds the commands of one section; false when there are none.
func (w *UpdateWriter) withdraw(s *bgp.Section) bool {
	if !w.withdrawAttrs() {
		return w.each(s, Withdraw, nil)
	}
	if w.attrs == nil {
		w.attrs = append(w.nextHopAttr(), w.attributes()...)
	}
	return w.each(s, Withdraw, w.attrs)
}

// withdrawAttrs reports whether the attributes are those of the withdraws, as some
// families have them.
func (w *UpdateWriter) withdrawAttrs() bool {
	u := w.update
	return len(u.Reach) == 0 && len(u.Attrs) > 0 && u.Fault == nil
}

// nextHopAttr returns the words of NEXT_HOP.
func (w *UpdateWriter) nextHopAttr() []byte {
	for i := range w.update.Attrs {
		if a := &w.update.Attrs[i]; a.Code == bgp.AttrNextHop {
			return nextHopWords(a.Value)
		}
	}
	return nil
}

// each adds a command for each route of a section.
func (w *UpdateWriter) each(s *bgp.Section, use Use, tail []byte) bool {
	verb := "announce "
	if use == Withdraw {
		verb = "withdraw "
	}
	walk := *s
	for {
		one := walk
		pathID, nlri, ok := walk.Next()
		if !ok {
			return true
		}
		one.NLRI = one.NLRI[:len(one.NLRI)-len(walk.NLRI)]
		text := bytes.TrimSpace(bgp.AppendNLRIWords(nil, s.Family, nlri, wordsFace(pathID, use == Withdraw)))
		found := false
		for _, words := range routeWords(s.Family) {
			if found = w.add(&one, use, [][]byte{[]byte(verb), []byte(words), text, tail}); found {
				break
			}
		}
		if !found {
			return false
		}
	}
}

// routeWords are what may stand before a route of a family: what ExaBGP writes first.
func routeWords(f bgp.Family) []string {
	afi := string(f.AFI.AppendText(nil)) + " "
	family := f.String() + " "
	if f.AFI == bgp.AFIIPv4 {
		return []string{"route ", family, afi, ""}
	}
	return []string{family, "route ", afi, ""}
}

// hop is the address of a next hop, without a link-local one behind a global one:
// that is of the session (RFC 2545 §3).
func hop(b []byte) netip.Addr {
	if len(b) == 32 {
		b = b[:16]
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

func nextHopWords(b []byte) []byte {
	a := hop(b)
	if !a.IsValid() {
		return nil
	}
	return a.AppendTo([]byte(" next-hop "))
}

// add adds a command in parts, if it makes the routes of the section.
func (w *UpdateWriter) add(s *bgp.Section, use Use, parts [][]byte) bool {
	start := len(w.dst)
	for _, p := range parts {
		w.dst = append(w.dst, p...)
	}
	if !w.makesSection(string(w.dst[start:]), s, use) {
		w.dst = w.dst[:start]
		return false
	}
	w.dst = append(w.dst, '\n')
	return true
}

// makesSection reports whether a command makes exactly the routes of a section.
func (w *UpdateWriter) makesSection(command string, s *bgp.Section, use Use) bool {
	w.cursor.Reset(command)
	w.cursor.Word() // announce or withdraw
	walk, same := *s, true
	err := w.parser.Statement(&w.cursor, use, func(r rib.Route) {
		pathID, nlri, ok := walk.Next()
		same = same && ok && r.Family == s.Family && sameNLRI(&r, pathID, nlri, use)
		if use == Announce || w.withdrawAttrs() {
			same = same && sameAttrs(w.update.Attrs, bgp.AttrBlock(r.Attrs.Octets()))
		}
		if use == Announce {
			same = same && r.NextHop == bgp.NextHopAddr(hop(s.NextHop))
		}
	})
	_, _, more := walk.Next()
	return err == nil && same && !more
}

// sameNLRI compares a route with an NLRI; that of a withdraw by what identifies it.
func sameNLRI(r *rib.Route, pathID, nlri []byte, use Use) bool {
	kept := bgp.AppendKeptNLRI(nil, r.Family, pathID, nlri)
	if use == Withdraw {
		return bytes.Equal(bgp.AppendNLRIKey(nil, r.Family, kept), bgp.AppendNLRIKey(nil, r.Family, r.NLRI))
	}
	return bytes.Equal(kept, r.NLRI)
}

// sameAttrs compares attributes, NEXT_HOP aside. An empty AS path is none.
func sameAttrs(views []bgp.AttrView, block bgp.AttrBlock) bool {
	n := 0
	for a := range block.All() {
		found := false
		for i := range views {
			found = found || views[i].Code == a.Code && bytes.Equal(views[i].Value, a.Value)
		}
		if !found {
			return false
		}
		n++
	}
	for i := range views {
		if v := &views[i]; v.Code == bgp.AttrNextHop || v.Code == bgp.AttrASPath && len(v.Value) == 0 {
			n++
		}
	}
	return n == len(views)
}
