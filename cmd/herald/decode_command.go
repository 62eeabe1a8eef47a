package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
)

// commands prints an UPDATE as the commands that announce and withdraw its routes,
// or as JSON when there are none that do.
func (d *decoder) commands(m *event.Message, now time.Time) bool {
	if m.Update.EOR || !hasCommand(m.Update.Reach) || !hasCommand(m.Update.Unreach) {
		fmt.Fprintln(d.out, "# could not generate API command, falling back to JSON")
		d.print(m, now)
		return true
	}
	d.line = d.line[:0]
	// Text of 4.2 is what commands are made of; in the others it is for reading.
	f := &bgp.Face{Dialect: bgp.Dialect42}
	attrs := m.Update.AppendAttrsText(nil, f)
	for i := range m.Update.Reach {
		d.announce(&m.Update.Reach[i], attrs)
	}
	for i := range m.Update.Unreach {
		d.withdraw(&m.Update.Unreach[i])
	}
	d.write()
	return len(d.line) > 0
}

// hasCommand reports whether the routes of all sections are of a kind that the
// word "route" announces.
func hasCommand(sections []bgp.Section) bool {
	for i := range sections {
		switch f := sections[i].Family; {
		case f.AFI != bgp.AFIIPv4 && f.AFI != bgp.AFIIPv6:
			return false
		case f.SAFI != bgp.SAFIUnicast && f.SAFI != bgp.SAFIMulticast && f.SAFI != bgp.SAFILabel && f.SAFI != bgp.SAFIVPN:
			return false
		}
	}
	return true
}

// announce adds the commands of one section. Several routes of nothing but a
// prefix share one.
func (d *decoder) announce(s *bgp.Section, attrs []byte) {
	routes := routeTexts(s)
	if len(routes) > 1 && !s.PathID && (s.Family.SAFI == bgp.SAFIUnicast || s.Family.SAFI == bgp.SAFIMulticast) {
		d.line = append(append(d.line, "announce attributes next-hop "...), globalHop(s)...)
		d.line = append(append(d.line, attrs...), " nlri "...)
		d.line = append(append(d.line, bytes.Join(routes, []byte(" "))...), '\n')
		return
	}
	for _, r := range routes {
		d.line = append(append(append(d.line, "announce "...), routeWord(s.Family)...), ' ')
		d.line = append(append(d.line, r...), " next-hop "...)
		d.line = append(append(append(d.line, globalHop(s)...), attrs...), '\n')
	}
}

func (d *decoder) withdraw(s *bgp.Section) {
	for _, r := range routeTexts(s) {
		d.line = append(append(append(d.line, "withdraw "...), routeWord(s.Family)...), ' ')
		d.line = append(append(d.line, r...), '\n')
	}
}

// routeTexts returns the routes of a section, without their next hop.
func routeTexts(s *bgp.Section) [][]byte {
	var texts [][]byte
	f := &bgp.Face{Dialect: bgp.Dialect42}
	walk := *s
	for {
		pathID, nlri, ok := walk.Next()
		if !ok {
			return texts
		}
		f.PathID = pathID
		texts = append(texts, bgp.AppendNLRIText(nil, s.Family, nlri, f))
	}
}

// routeWord is the word of a command for routes of a family.
func routeWord(f bgp.Family) string {
	if f == bgp.IPv6Unicast {
		return f.String()
	}
	return "route"
}

// globalHop is the text of the next hop, without a link-local address behind it.
func globalHop(s *bgp.Section) string {
	b := s.NextHop
	if len(b) == 32 {
		b = b[:16]
	}
	a, ok := netip.AddrFromSlice(b)
	if !ok {
		return "self"
	}
	return a.String()
}
