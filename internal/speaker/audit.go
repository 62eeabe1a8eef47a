package speaker

import (
	"encoding/binary"
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
)

// audit is which paths a peer has announced of each prefix, in the families for which
// we said how many we take. Only the sender is bound to the limit
// (draft-abraitis-idr-addpath-paths-limit §3): what is beyond it is kept and reported,
// and said once. ExaBGP: so too, once a prefix.
type audit struct {
	limits map[bgp.Family]uint16
	paths  map[string][]uint32 // path identifiers, up to the limit, by family and NLRI

	kept, key []byte // scratch
}

// newAudit returns nil where nothing was announced, or nobody wants to know.
func newAudit(p *Peer, n *bgp.Negotiated) *audit {
	if !p.s.cfg.PathsAudit {
		return nil
	}
	a := &audit{limits: map[bgp.Family]uint16{}, paths: map[string][]uint32{}}
	for f, limit := range p.Neighbor().Session.PathsLimit {
		if n.ReceivesPathID(f) {
			a.limits[f] = limit
		}
	}
	if len(a.limits) == 0 {
		return nil
	}
	return a
}

// update takes an UPDATE, and returns the first route that is one too many.
func (a *audit) update(u *bgp.Update) (f bgp.Family, nlri []byte, over bool) {
	for _, s := range u.Unreach {
		if a.limits[s.Family] == 0 {
			continue
		}
		for id, nlri, ok := s.Next(); ok; id, nlri, ok = s.Next() {
			path := a.read(s.Family, id, nlri)
			ids := a.paths[string(a.key)]
			if i := slices.Index(ids, path); i >= 0 {
				ids = slices.Delete(ids, i, i+1)
				a.paths[string(a.key)] = ids
			}
			if len(ids) == 0 {
				delete(a.paths, string(a.key))
			}
		}
	}
	for _, s := range u.Reach {
		limit := int(a.limits[s.Family])
		if limit == 0 {
			continue
		}
		for id, nlri, ok := s.Next(); ok; id, nlri, ok = s.Next() {
			path := a.read(s.Family, id, nlri)
			ids := a.paths[string(a.key)]
			switch {
			case slices.Contains(ids, path):
			case len(ids) == limit:
				return s.Family, nlri, true
			default:
				a.paths[string(a.key)] = append(ids, path)
			}
		}
	}
	return bgp.Family{}, nil, false
}

// read returns the path identifier of an NLRI, and makes the key of the rest.
func (a *audit) read(f bgp.Family, id, nlri []byte) (path uint32) {
	a.kept = bgp.AppendKeptNLRI(a.kept[:0], f, id, nlri)
	a.key = binary.BigEndian.AppendUint16(a.key[:0], uint16(f.AFI))
	a.key = append(a.key, byte(f.SAFI))
	start := len(a.key)
	a.key = bgp.AppendNLRIKey(a.key, f, a.kept)
	path = binary.BigEndian.Uint32(a.key[start:])
	a.key = slices.Delete(a.key, start, start+bgp.PathIDLen)
	return path
}

// auditPaths warns when the peer sends more paths of a prefix than we want. After that
// nothing more is counted in the session.
func (r *reader) auditPaths() {
	f, nlri, over := r.audit.update(&r.update)
	if !over {
		return
	}
	text := bgp.AppendNLRIText(nil, f, nlri, &bgp.Face{Dialect: r.k.peer.s.cfg.Dialect})
	r.k.peer.log().Warn("the peer sends more paths of a prefix than our paths limit: said once a session",
		"family", f.String(), "prefix", string(text), "limit", r.audit.limits[f])
	r.audit = nil
}
