package capture

import (
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
)

// sessions makes what messages are read with. Messages of most sessions share few:
// they are kept.
type sessions struct {
	base  bgp.Negotiated // all but ASN4 and AddPathRecv
	plain [2]*bgp.Negotiated
	paths [2]*bgp.Negotiated
}

func newSessions(o Options) *sessions {
	s := &sessions{}
	if o.Session != nil {
		s.base = *o.Session
	} else {
		for _, f := range bgp.Families() {
			for _, afi := range []bgp.AFI{bgp.AFIIPv4, bgp.AFIIPv6} {
				s.base.NextHops = append(s.base.NextHops, bgp.NextHopPair{Family: f, AFI: afi})
			}
		}
	}
	if s.base.Families = o.Families; o.Families == nil {
		s.base.Families = bgp.Families()
	}
	// As between routers of one AS: what only they may exchange is shown, whoever sent it.
	s.base.LocalAS, s.base.PeerAS = 1, 1
	s.base.AIGP, s.base.MaxMessage, s.base.Refresh = true, bgp.MaxExtendedMessage, bgp.RefreshEnhanced
	s.base.AddPathRecv = nil
	for i := range 2 {
		s.plain[i] = s.with(i == 1, nil)
		s.paths[i] = s.with(i == 1, s.base.Families)
	}
	return s
}

// get returns the session with path identifiers in all families, or in none.
func (s *sessions) get(asn4, addPath bool) *bgp.Negotiated {
	kept := &s.plain
	if addPath {
		kept = &s.paths
	}
	if asn4 {
		return kept[1]
	}
	return kept[0]
}

// with returns the session with path identifiers in some families.
func (s *sessions) with(asn4 bool, paths []bgp.Family) *bgp.Negotiated {
	n := s.base
	n.ASN4, n.AddPathRecv = asn4, slices.Clone(paths)
	return &n
}
