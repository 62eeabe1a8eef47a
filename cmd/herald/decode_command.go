package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// commands prints an UPDATE as the commands that announce and withdraw its routes,
// or as JSON when there are none that do.
func (d *decoder) commands(m *event.Message, now time.Time) bool {
	w := commandWriter{update: m.Update, dst: d.line[:0]}
	ok := !m.Update.EOR
	for i := range m.Update.Reach {
		ok = ok && w.announce(&m.Update.Reach[i])
	}
	for i := range m.Update.Unreach {
		ok = ok && w.withdraw(&m.Update.Unreach[i])
	}
	d.line = w.dst
	if !ok {
		fmt.Fprintln(d.out, "# could not generate API command, falling back to JSON")
		d.print(m, now)
		return true
	}
	d.write()
	return len(d.line) > 0
}

// commandWriter writes commands for the routes of an UPDATE. Each is read again, and
// stays only when what it makes is what the UPDATE has.
type commandWriter struct {
	update *bgp.Update
	dst    []byte
	attrs  []byte // as words
	parser route.Parser
	writer route.Writer
	cursor lex.Cursor
}

// announce adds the commands of one section; false when there are none. Several
// routes of nothing but a prefix share one.
func (w *commandWriter) announce(s *bgp.Section) bool {
	if w.attrs == nil {
		w.attrs = w.attributes()
	}
	tail := append(nextHopWords(s), w.attrs...)
	if w.shared(s, tail) {
		return true
	}
	return w.each(s, route.Announce, tail)
}

// attributes returns the words of the attributes. Those whose words do not make what
// they were are written octet by octet.
func (w *commandWriter) attributes() []byte {
	words := []byte{}
	for i := range w.update.Attrs {
		a := &w.update.Attrs[i]
		if a.Code == bgp.AttrNextHop {
			continue
		}
		words = w.writer.AppendAttr(words, a)
	}
	return words
}

// shared adds one command for all routes of a section, as ExaBGP does.
func (w *commandWriter) shared(s *bgp.Section, tail []byte) bool {
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
		list = bgp.AppendNLRIWords(append(list, ' '), s.Family, nlri, route.WordsFace(nil, false))
	}
	if n < 2 {
		return false
	}
	return w.add(s, route.Announce, [][]byte{[]byte("announce attributes"), tail, []byte(" nlri"), list})
}

// withdraw adds the commands of one section; false when there are none.
func (w *commandWriter) withdraw(s *bgp.Section) bool { return w.each(s, route.Withdraw, nil) }

// each adds a command for each route of a section.
func (w *commandWriter) each(s *bgp.Section, use route.Use, tail []byte) bool {
	verb := "announce "
	if use == route.Withdraw {
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
		text := bytes.TrimSpace(bgp.AppendNLRIWords(nil, s.Family, nlri, route.WordsFace(pathID, use == route.Withdraw)))
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

// nextHopWords are those of a section, without a link-local address behind a global one.
func nextHopWords(s *bgp.Section) []byte {
	b := s.NextHop
	if len(b) == 32 {
		b = b[:16]
	}
	a, ok := netip.AddrFromSlice(b)
	if !ok {
		return nil
	}
	return a.AppendTo([]byte(" next-hop "))
}

// add adds a command in parts, if it makes the routes of the section.
func (w *commandWriter) add(s *bgp.Section, use route.Use, parts [][]byte) bool {
	start := len(w.dst)
	for _, p := range parts {
		w.dst = append(w.dst, p...)
	}
	if !w.makes(string(w.dst[start:]), s, use) {
		w.dst = w.dst[:start]
		return false
	}
	w.dst = append(w.dst, '\n')
	return true
}

// makes reports whether a command makes exactly the routes of a section.
func (w *commandWriter) makes(command string, s *bgp.Section, use route.Use) bool {
	w.cursor.Reset(command)
	w.cursor.Word() // announce or withdraw
	walk, same := *s, true
	err := w.parser.Statement(&w.cursor, use, func(r rib.Route) {
		pathID, nlri, ok := walk.Next()
		same = same && ok && r.Family == s.Family && sameNLRI(&r, pathID, nlri, use) &&
			(use == route.Withdraw || sameAttrs(w.update.Attrs, bgp.AttrBlock(r.Attrs.Octets())))
	})
	_, _, more := walk.Next()
	return err == nil && same && !more
}

// sameNLRI compares a route with an NLRI; that of a withdraw by what identifies it.
func sameNLRI(r *rib.Route, pathID, nlri []byte, use route.Use) bool {
	kept := bgp.AppendKeptNLRI(nil, r.Family, pathID, nlri)
	if use == route.Withdraw {
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
