package encode

import (
	"strconv"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
)

// appendTextUpdate appends an UPDATE: a line for each route, between two others.
func (e *Encoder) appendTextUpdate(dst []byte, p *event.Peer, d event.Direction, m *event.Message) []byte {
	w := textUpdate{Encoder: e, update: m.Update, start: len(dst)}
	dst = append(e.appendTextHead(dst, p, d), "update "...)
	w.prefix = len(dst) - w.start
	dst = append(dst, "start\n"...)
	if m.Update.EOR {
		dst = w.appendEOR(dst)
	} else {
		dst = w.appendRoutes(dst)
	}
	if e.Raw {
		dst = append(appendTextRaw(dst, m), '\n')
	}
	return append(append(w.appendPrefix(dst), "end"...), endText...)
}

// textUpdate is what the lines of one UPDATE share, each as a part of the output:
// what was written once is copied from there.
type textUpdate struct {
	*Encoder
	update      *bgp.Update
	start       int // of the first line, whose first octets are the prefix of all
	prefix      int
	attrs, tail int // the attributes, once written, and where they end
}

func (w *textUpdate) appendPrefix(dst []byte) []byte {
	return append(dst, dst[w.start:w.start+w.prefix]...)
}

func (w *textUpdate) appendAttrs(dst []byte) []byte {
	if w.tail > 0 {
		return append(dst, dst[w.attrs:w.tail]...)
	}
	w.attrs = len(dst)
	dst = w.update.AppendAttrsText(dst, w.newFace())
	w.tail = len(dst)
	return dst
}

func (w *textUpdate) appendEOR(dst []byte) []byte {
	f := w.update.EORFamily
	dst = strconv.AppendUint(append(w.appendPrefix(dst), "route eor "...), uint64(f.AFI), 10)
	dst = strconv.AppendUint(append(dst, '/'), uint64(f.SAFI), 10)
	return append(f.AppendText(append(dst, " ("...)), ")\n"...)
}

// appendRoutes appends a line for each route. ExaBGP: main writes announces before
// withdraws; 5.0 and 4.2 keep the order in which the message is read: the fields
// of IPv4 unicast, then the multiprotocol attributes, withdraws first.
func (w *textUpdate) appendRoutes(dst []byte) []byte {
	reach, unreach := w.update.Reach, w.update.Unreach
	if w.Dialect.Main() {
		return w.appendWithdraws(w.appendAnnounces(dst, reach), unreach)
	}
	r, u := fields(reach), fields(unreach)
	dst = w.appendAnnounces(w.appendWithdraws(dst, unreach[:u]), reach[:r])
	return w.appendAnnounces(w.appendWithdraws(dst, unreach[u:]), reach[r:])
}

// fields counts the sections that begin a list and come from a field of the
// message: those of IPv4 unicast.
func fields(sections []bgp.Section) int {
	n := 0
	for n < len(sections) && sections[n].Family == bgp.IPv4Unicast {
		n++
	}
	return n
}

func (w *textUpdate) appendAnnounces(dst []byte, sections []bgp.Section) []byte {
	for i := range sections {
		for h := range w.hops(&sections[i]) {
			dst = w.appendAnnounce(dst, &sections[i], hop(&sections[i], h))
		}
	}
	return dst
}

func (w *textUpdate) appendAnnounce(dst []byte, s *bgp.Section, nextHop []byte) []byte {
	walk := *s
	for {
		pathID, nlri, ok := walk.Next()
		if !ok {
			return dst
		}
		f := w.newFace()
		f.NextHop, f.PathID = nextHop, pathID
		dst = bgp.AppendNLRIText(append(w.appendPrefix(dst), "announced "...), s.Family, nlri, f)
		if w.Dialect.Main() { // in the others it is a part of the route
			dst = appendHop(append(dst, " next-hop "...), nextHop)
		}
		dst = append(w.appendAttrs(dst), '\n')
	}
}

func (w *textUpdate) appendWithdraws(dst []byte, sections []bgp.Section) []byte {
	for i := range sections {
		walk := sections[i]
		for {
			pathID, nlri, ok := walk.Next()
			if !ok {
				break
			}
			f := w.newFace()
			f.Withdraw, f.PathID = true, pathID
			if w.old() {
				f.NextHop = hop(&sections[i], 0) // ExaBGP: of an announce that RFC 7606 made a withdraw
			}
			dst = bgp.AppendNLRIText(append(w.appendPrefix(dst), "withdrawn "...), sections[i].Family, nlri, f)
			dst = append(dst, '\n')
		}
	}
	return dst
}
