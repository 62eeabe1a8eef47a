package capture

import (
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
)

// guess is what is known about one direction of a session that the capture does not
// tell of. It believes a message that can be read in one way only; one that can be
// read in several, or in none, changes nothing.
type guess struct {
	sessions *sessions
	session  *bgp.Negotiated // what messages are read with

	asn4    bool // AS numbers have four octets, unless votes say that they have not
	sureASN bool // that is no guess
	votes   vote // for four octets

	paths     []bgp.Family // with path identifiers
	surePaths bool         // that is no guess
	families  []familyVote
}

// familyVote is what messages say about path identifiers of a family.
type familyVote struct {
	family bgp.Family
	votes  vote // for path identifiers
}

// vote counts messages that say yes against those that say no. The first one
// decides; after some that agree it takes as many to change that, so that a
// malformed message does no harm.
type vote int8

const maxVotes = 3

func (v *vote) add(yes bool) {
	if yes {
		*v = min(*v+1, maxVotes)
	} else {
		*v = max(*v-1, -maxVotes)
	}
}

// newGuess begins with AS numbers of a size, and path identifiers in paths.
func newGuess(s *sessions, asn4 bool, paths []bgp.Family) guess {
	g := guess{sessions: s, asn4: asn4, paths: paths}
	g.update()
	return g
}

// update makes the session of what is known.
func (g *guess) update() {
	asn4 := g.votes > 0 || g.votes == 0 && g.asn4
	if len(g.paths) == 0 {
		g.session = g.sessions.get(asn4, false)
		return
	}
	g.session = g.sessions.with(asn4, g.paths)
}

// forget ends what messages said: the session has begun again.
func (g *guess) forget() {
	g.votes, g.families = 0, g.families[:0]
	if !g.surePaths {
		g.paths = nil
	}
	g.update()
}

// see learns from the body of an UPDATE.
func (g *guess) see(body []byte) {
	if g.sureASN && g.surePaths {
		return
	}
	withdrawn, attrs, nlri, ok := fields(body)
	if !ok {
		return
	}
	changed := false
	if !g.surePaths {
		changed = g.block(bgp.IPv4Unicast, withdrawn) || changed
		changed = g.block(bgp.IPv4Unicast, nlri) || changed
	}
	width := widths{}
	for a := range attrs.All() {
		switch a.Code {
		case bgp.AttrMPReach, bgp.AttrMPUnreach:
			if f, b, ok := multiprotocol(&a); ok && !g.surePaths {
				changed = g.block(f, b) || changed
			}
		case bgp.AttrASPath, bgp.AttrAggregator, bgp.AttrAS4Path, bgp.AttrAS4Aggregator:
			width.see(&a)
		default:
		}
	}
	if asn4, ok := width.verdict(); ok && !g.sureASN {
		g.votes.add(asn4)
		changed = changed || asn4 != g.session.ASN4
	}
	if changed {
		g.update()
	}
}

// fields takes the body of an UPDATE apart.
func fields(body []byte) (withdrawn []byte, attrs bgp.AttrBlock, nlri []byte, ok bool) {
	withdrawn, rest, ok := sized(body)
	if !ok {
		return nil, nil, nil, false
	}
	block, nlri, ok := sized(rest)
	return withdrawn, block, nlri, ok
}

// sized cuts what a length of two octets says from b.
func sized(b []byte) (field, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	end := 2 + (int(b[0])<<8 | int(b[1]))
	if end > len(b) {
		return nil, nil, false
	}
	return b[2:end], b[end:], true
}

// multiprotocol returns the NLRI of MP_REACH_NLRI or MP_UNREACH_NLRI.
func multiprotocol(a *bgp.AttrView) (f bgp.Family, nlri []byte, ok bool) {
	v := a.Value
	if len(v) < 3 {
		return f, nil, false
	}
	f = bgp.Family{AFI: bgp.AFI(int(v[0])<<8 | int(v[1])), SAFI: bgp.SAFI(v[2])}
	if a.Code == bgp.AttrMPUnreach {
		return f, v[3:], true
	}
	if len(v) < 5 || len(v) < 5+int(v[3]) {
		return f, nil, false
	}
	return f, v[5+int(v[3]):], true
}

// block learns from NLRI whether those of the family have path identifiers; true
// when that changed.
func (g *guess) block(f bgp.Family, b []byte) bool {
	if len(b) == 0 || !f.Known() {
		return false
	}
	v := g.vote(f)
	asPlain := plausible(f, b, false)
	if asPlain && *v == -maxVotes {
		return false // as always: no need to try the other
	}
	asPaths := plausible(f, b, true)
	if asPlain == asPaths {
		return false
	}
	before := *v > 0
	v.add(asPaths)
	switch after := *v > 0; {
	case after == before:
		return false
	case after:
		g.paths = append(slices.Clip(g.paths), f)
	default:
		g.paths = slices.DeleteFunc(slices.Clone(g.paths), func(e bgp.Family) bool { return e == f })
	}
	return true
}

func (g *guess) vote(f bgp.Family) *vote {
	for i := range g.families {
		if g.families[i].family == f {
			return &g.families[i].votes
		}
	}
	g.families = append(g.families, familyVote{family: f})
	return &g.families[len(g.families)-1].votes
}

// plausible reports whether a router would send b as NLRI of the family: it can be
// read to its end, has no bits behind a prefix, and not only default routes with
// path identifiers, nor several without.
func plausible(f bgp.Family, b []byte, pathID bool) bool {
	s := bgp.Section{Family: f, NLRI: b, PathID: pathID}
	prefixes := f.SAFI == bgp.SAFIUnicast || f.SAFI == bgp.SAFIMulticast
	size, count, defaults := 0, 0, 0
	for {
		id, nlri, ok := s.Next()
		if !ok {
			break
		}
		size += len(id) + len(nlri)
		count++
		if !prefixes {
			continue
		}
		bits := int(nlri[0])
		if bits == 0 {
			defaults++
		}
		if bits%8 != 0 && nlri[len(nlri)-1]&(0xff>>(bits%8)) != 0 {
			return false
		}
	}
	switch {
	case size != len(b): // Next passes over what is malformed, and stops at the worst
		return false
	case pathID:
		return defaults == 0 || defaults < count
	}
	return defaults <= 1 // zeros of a path identifier look like more
}

// widths is which sizes of AS numbers the attributes of a message allow.
type widths struct{ not2, not4 bool }

// verdict is the size that is left, when only one is.
func (w widths) verdict() (asn4, ok bool) {
	return w.not2, w.not2 != w.not4
}

func (w *widths) see(a *bgp.AttrView) {
	switch a.Code {
	case bgp.AttrAS4Path, bgp.AttrAS4Aggregator:
		w.not4 = true // RFC 6793 §4.1: not between those who know four octets
	case bgp.AttrAggregator:
		w.not2 = w.not2 || len(a.Value) == 8
		w.not4 = w.not4 || len(a.Value) == 6
	default:
		if len(a.Value) > 0 {
			w.not2 = w.not2 || !isPath(a.Value, 2)
			w.not4 = w.not4 || !isPath(a.Value, 4)
		}
	}
}

// isPath reports whether v is an AS path of numbers of size octets.
func isPath(v []byte, size int) bool {
	for len(v) > 0 {
		if len(v) < 2 || v[0] < 1 || v[0] > 4 || v[1] == 0 {
			return false
		}
		end := 2 + int(v[1])*size
		if end > len(v) {
			return false
		}
		v = v[end:]
	}
	return true
}
