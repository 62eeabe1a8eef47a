package encode

import (
	"bytes"

	"github.com/herald-bgp/herald/internal/bgp"
)

// appendJSONUpdate appends the object of an UPDATE: attributes, then what is
// announced, then what is withdrawn.
func (e *Encoder) appendJSONUpdate(dst []byte, u *bgp.Update) []byte {
	if u.EOR {
		// Deviation: ExaBGP main writes something that is not JSON.
		dst = u.EORFamily.AFI.AppendText(append(dst, `{ "eor": { "afi" : "`...))
		dst = u.EORFamily.SAFI.AppendText(append(dst, `", "safi" : "`...))
		return append(dst, `" } }`...)
	}
	dst = append(dst, `{ "update": { `...)
	empty := len(dst)

	const attribute = `"attribute": { `
	dst = append(dst, attribute...)
	dst = u.AppendAttrsJSON(dst, e.newFace())
	if len(dst) == empty+len(attribute) {
		dst = dst[:empty]
	} else {
		dst = append(dst, " }"...)
	}
	dst = e.appendJSONPart(dst, empty, `"announce": { `, u.Reach, (*Encoder).appendJSONAnnounce)
	dst = e.appendJSONPart(dst, empty, `"withdraw": { `, u.Unreach, (*Encoder).appendJSONWithdraw)
	return append(dst, " } }"...)
}

// appendJSONPart appends the member of an object, begun at start, that holds all
// sections by family, in the order of their first appearance. Without NLRI there
// is no member.
func (e *Encoder) appendJSONPart(dst []byte, start int, key string, sections []bgp.Section, each func(*Encoder, []byte, []bgp.Section) []byte) []byte {
	end, first := len(dst), true
	for i := range sections {
		s := &sections[i]
		if len(s.NLRI) == 0 || familyBefore(sections[:i], s.Family) {
			continue
		}
		switch {
		case !first:
			dst = append(dst, ", "...)
		case end > start:
			dst = append(append(dst, ", "...), key...)
		default:
			dst = append(dst, key...)
		}
		first = false
		dst = append(s.Family.Shown().AppendText(append(dst, '"')), `": `...)
		dst = each(e, dst, sections[i:])
	}
	if first {
		return dst
	}
	return append(dst, " }"...)
}

func familyBefore(sections []bgp.Section, f bgp.Family) bool {
	for i := range sections {
		if sections[i].Family == f && len(sections[i].NLRI) > 0 {
			return true
		}
	}
	return false
}

// appendJSONWithdraw appends the list of what sections withdraw in the family of
// the first.
func (e *Encoder) appendJSONWithdraw(dst []byte, sections []bgp.Section) []byte {
	dst = append(dst, "[ "...)
	start := len(dst)
	for i := range sections {
		if sections[i].Family == sections[0].Family {
			dst = e.appendJSONRoutes(dst, start, &sections[i], nil, true)
		}
	}
	return append(dst, " ]"...)
}

// appendJSONAnnounce appends the object of what sections announce in the family of
// the first, by next hop in the order of their first appearance.
func (e *Encoder) appendJSONAnnounce(dst []byte, sections []bgp.Section) []byte {
	dst = append(dst, "{ "...)
	start := len(dst)
	for i := range sections {
		s := &sections[i]
		if s.Family != sections[0].Family || len(s.NLRI) == 0 {
			continue
		}
		for h := range e.hops(s) {
			nextHop := hop(s, h)
			if e.hopBefore(sections[:i], s.Family, nextHop) {
				continue
			}
			if len(dst) > start {
				dst = append(dst, ", "...)
			}
			dst = append(appendHop(append(dst, '"'), nextHop), `": [ `...)
			list := len(dst)
			for j := i; j < len(sections); j++ {
				if t := &sections[j]; t.Family == s.Family && e.hasHop(t, nextHop) {
					dst = e.appendJSONRoutes(dst, list, t, nextHop, false)
				}
			}
			dst = append(dst, " ]"...)
		}
	}
	return append(dst, " }"...)
}

func (e *Encoder) hopBefore(sections []bgp.Section, f bgp.Family, nextHop []byte) bool {
	for i := range sections {
		if s := &sections[i]; s.Family == f && len(s.NLRI) > 0 && e.hasHop(s, nextHop) {
			return true
		}
	}
	return false
}

func (e *Encoder) hasHop(s *bgp.Section, nextHop []byte) bool {
	for h := range e.hops(s) {
		if bytes.Equal(hop(s, h), nextHop) {
			return true
		}
	}
	return false
}

// appendJSONRoutes appends the routes of a section to a list that begins at start.
func (e *Encoder) appendJSONRoutes(dst []byte, start int, s *bgp.Section, nextHop []byte, withdraw bool) []byte {
	f := e.newFace()
	f.NextHop, f.Withdraw = nextHop, withdraw
	walk := *s
	for {
		pathID, nlri, ok := walk.Next()
		if !ok {
			return dst
		}
		if len(dst) > start {
			dst = append(dst, ", "...)
		}
		f.PathID = pathID
		dst = bgp.AppendNLRIJSON(dst, s.Family, nlri, f)
	}
}
