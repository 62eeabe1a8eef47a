package bgp

import (
	"errors"
	"net/netip"

	"github.com/herald-bgp/herald/internal/lex"
)

// mvpnNLRI is the NLRI of MCAST-VPN (RFC 6514 §4):
//
//	0: route type (1)  1: length of what follows (1)  2: that
//
//	Intra-AS I-PMSI A-D (1)                   RD (8), originating router
//	Inter-AS I-PMSI A-D (2)                   RD (8), source AS (4)
//	S-PMSI A-D (3)                            RD (8), source, group, originating router
//	Leaf A-D (4)                              the NLRI of a route of type 1 to 3, originating router
//	Source Active A-D (5)                     RD (8), source, group
//	Shared Tree Join (6), Source Tree Join (7)  RD (8), source AS (4), RP or source, group
//
// Source, RP and group stand behind their length in bits (1), which may be zero for the
// wildcards of S-PMSI routes (RFC 6625); the length of an originating router, of either IP
// version (RFC 6515 §2), is what is left.
type mvpnNLRI struct{ afi AFI }

const (
	mvpnHead = 2
	mvpnLeaf = 4
)

// mvpnFields is what a route has behind its route distinguisher.
type mvpnFields uint8

const (
	mvpnHasAS mvpnFields = 1 << iota
	mvpnHasGroup
	mvpnHasOriginator
	mvpnWildcard // source and group may lack
)

// Places of scratch.num, bits of scratch.given, and places of scratch.addr.
const (
	mvpnType = iota
	mvpnSourceAS
	mvpnRoot
	mvpnGroup
	mvpnOriginator
	mvpnLeafRouter // its octets are those of the scratch

	mvpnRootAddr       = 0
	mvpnGroupAddr      = 1
	mvpnOriginatorAddr = 2
)

// mvpnView is a route of a type in the table, taken apart. What its type lacks is nil; a
// wildcard is empty.
type mvpnView struct {
	row                     *mvpnRow
	rd, source, root, group []byte // source: the AS number
	originator              []byte
}

func (k mvpnNLRI) next(b []byte) (int, error) {
	if len(b) < mvpnHead || len(b) < mvpnHead+int(b[1]) {
		return 0, errShort
	}
	n := mvpnHead + int(b[1])
	if _, ok := k.view(b[:n]); !ok {
		return n, malformed{errLength}
	}
	return n, nil
}

// view takes an NLRI apart for the faces. The row is nil when it is of a type that is
// shown as octets; ok is false when it is not and the rest does not fit.
func (k mvpnNLRI) view(nlri []byte) (v mvpnView, ok bool) {
	if row := mvpnRowOf(nlri[0]); row == nil || row.name == "" {
		return v, true
	}
	return k.fields(nlri)
}

// fields takes an NLRI apart.
func (k mvpnNLRI) fields(nlri []byte) (v mvpnView, ok bool) {
	row, b := mvpnRowOf(nlri[0]), nlri[mvpnHead:]
	if row == nil || len(b) < rdLen {
		return v, false
	}
	v.row, v.rd, b = row, b[:rdLen], b[rdLen:]
	if row.fields&mvpnHasAS != 0 {
		if len(b) < 4 {
			return v, false
		}
		v.source, b = b[:4], b[4:]
	}
	if row.fields&mvpnHasGroup != 0 {
		if v.root, b, ok = row.cutAddr(b); !ok {
			return v, false
		}
		if v.group, b, ok = row.cutAddr(b); !ok {
			return v, false
		}
	}
	if row.fields&mvpnHasOriginator != 0 {
		v.originator = b
		return v, len(b) == 4 || len(b) == 16
	}
	return v, len(b) == 0
}

func mvpnRowOf(code byte) *mvpnRow {
	for i := range mvpnTable {
		if mvpnTable[i].code == code {
			return &mvpnTable[i]
		}
	}
	return nil
}

// cutAddr cuts a source, RP or group.
func (r *mvpnRow) cutAddr(b []byte) (addr, rest []byte, ok bool) {
	if len(b) > 0 && b[0] == 0 && r.fields&mvpnWildcard != 0 {
		return b[1:1], b[1:], true
	}
	return cutAddr(b)
}

// cutAddr cuts an address behind its length in bits, 32 or 128.
func cutAddr(b []byte) (addr, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != 32 && b[0] != 128 || len(b) < 1+int(b[0])/8 {
		return nil, b, false
	}
	n := 1 + int(b[0])/8
	return b[1:n], b[n:], true
}

func (mvpnNLRI) appendKey(dst, nlri []byte) []byte { return append(dst, nlri...) }

func (mvpnNLRI) word(s *scratch, w string, c *lex.Cursor) bool {
	switch w {
	case "leaf-ad":
		s.octets = appendAddrOctets(s.octets[:0], c.Addr())
		s.given |= 1 << mvpnLeafRouter
		return true
	case "raw":
		s.raw(c)
		return true
	}
	for i := range mvpnTable {
		if mvpnTable[i].word == w {
			s.number(mvpnType, uint64(i))
			return true
		}
	}
	if !s.has(mvpnType) {
		return false
	}
	switch row := &mvpnTable[s.num[mvpnType]]; {
	case w == row.root && w != "":
		row.address(s, mvpnRootAddr, mvpnRoot, c)
	case w == "group" && row.fields&mvpnHasGroup != 0:
		row.address(s, mvpnGroupAddr, mvpnGroup, c)
	case w == "source-as" && row.fields&mvpnHasAS != 0:
		s.number(mvpnSourceAS, c.Uint(1<<32-1))
	case w == "originator" && row.fields&mvpnHasOriginator != 0:
		s.addr[mvpnOriginatorAddr] = c.Addr()
		s.given |= 1 << mvpnOriginator
	default:
		return false
	}
	return true
}

// address takes a source, RP or group; "*" where the type has wildcards.
func (r *mvpnRow) address(s *scratch, place, given int, c *lex.Cursor) {
	if r.fields&mvpnWildcard != 0 && c.Accept("*") {
		s.addr[place] = netip.Addr{}
		s.given |= 1 << given
		return
	}
	s.address(place, given, c)
}

// address takes an address of the section's family into a place of addr, and notes
// that its word was given.
func (s *scratch) address(place, given int, c *lex.Cursor) {
	a := c.Addr()
	if c.Err() == nil && a.Is6() != (s.afi == AFIIPv6) {
		c.Failf("'%s' is not an address of the family", a)
	}
	s.addr[place] = a
	s.given |= 1 << given
}

var (
	errMVPNType = errors.New("mcast-vpn nlri lacks its type, expected source-ad, shared-join, source-join, intra-as-ad, inter-as-ad, s-pmsi-ad or raw")
	errMVPNLeaf = errors.New("mcast-vpn nlri: leaf-ad goes with intra-as-ad, inter-as-ad or s-pmsi-ad")
)

func (k mvpnNLRI) finish(dst []byte, s *scratch) ([]byte, error) {
	if s.has(rawWord) {
		return s.finishRaw(dst, k)
	}
	if !s.has(mvpnType) {
		return dst, errMVPNType
	}
	row := &mvpnTable[s.num[mvpnType]]
	if err := row.accept(s); err != nil {
		return dst, err
	}
	start, leaf := len(dst), s.has(mvpnLeafRouter)
	if leaf {
		dst = append(dst, mvpnLeaf, 0)
	}
	dst = row.append(dst, s)
	if leaf {
		dst = append(dst, s.octets...)
		dst[start+1] = byte(len(dst) - start - mvpnHead)
	}
	return dst, nil
}

// accept says what a route of the row's type lacks.
func (r *mvpnRow) accept(s *scratch) error {
	group := r.fields&mvpnHasGroup != 0
	switch {
	case group && !s.has(mvpnRoot):
		return missingWord("mcast-vpn", r.root)
	case group && !s.has(mvpnGroup):
		return missingWord("mcast-vpn", "group")
	case !s.hasRD:
		return missingWord("mcast-vpn", "rd")
	case r.fields&mvpnHasAS != 0 && !s.has(mvpnSourceAS):
		return missingWord("mcast-vpn", "source-as")
	case r.fields&mvpnHasOriginator != 0 && !s.has(mvpnOriginator):
		return missingWord("mcast-vpn", "originator")
	case s.has(mvpnLeafRouter) && r.code >= mvpnLeaf:
		return errMVPNLeaf
	}
	return nil
}

// append appends a route of the row's type.
func (r *mvpnRow) append(dst []byte, s *scratch) []byte {
	start := len(dst)
	dst = append(append(dst, r.code, 0), s.rd[:]...)
	if r.fields&mvpnHasAS != 0 {
		dst = appendU32(dst, s.num[mvpnSourceAS])
	}
	if r.fields&mvpnHasGroup != 0 {
		for _, a := range s.addr[mvpnRootAddr : mvpnGroupAddr+1] {
			if dst = append(dst, byte(a.BitLen())); a.IsValid() {
				dst = appendAddrOctets(dst, a)
			}
		}
	}
	if r.fields&mvpnHasOriginator != 0 {
		dst = appendAddrOctets(dst, s.addr[mvpnOriginatorAddr])
	}
	dst[start+1] = byte(len(dst) - start - mvpnHead)
	return dst
}

func (k mvpnNLRI) appendText(dst, nlri []byte, f *Face) []byte {
	if !f.Show {
		return appendFamilyText(dst, Family{k.afi, SAFIMVPN})
	}
	v, _ := k.view(nlri)
	if v.row == nil {
		return appendHex(append(dst, "mvpn:unknown:0x"...), nlri[mvpnHead:], lowerHex)
	}
	dst = append(append(append(dst, "mvpn:"...), v.row.short...), "::"...)
	dst = appendRD(dst, v.rd)
	if v.source != nil {
		dst = appendUint(dst, ":", u32(v.source, 0))
	}
	dst = appendAddr(append(dst, ':'), v.root)
	return appendAddr(append(dst, ':'), v.group)
}

// appendFamilyText appends the text of a route that ExaBGP's events do not show: its
// family. Pinned by vectors MV11, R4, T0.
func appendFamilyText(dst []byte, f Family) []byte {
	dst = f.AFI.AppendText(append(dst, "afi "...))
	return f.SAFI.AppendText(append(dst, " safi "...))
}

// appendWords appends the words of a route. A Leaf A-D route is that which it answers,
// and leaf-ad.
func (k mvpnNLRI) appendWords(dst, nlri []byte, _ *Face) []byte {
	route, router, ok := cutLeaf(nlri)
	if !ok {
		return appendRawWords(dst, nlri)
	}
	v, ok := k.fields(route)
	if !ok || !k.ours(v.root) || !k.ours(v.group) {
		return appendRawWords(dst, nlri)
	}
	if router != nil {
		dst = append(appendAddr(append(dst, "leaf-ad "...), router), ' ')
	}
	dst = append(dst, v.row.word...)
	if v.row.fields&mvpnHasGroup != 0 {
		dst = append(append(append(dst, ' '), v.row.root...), ' ')
		dst = appendWildAddr(append(appendWildAddr(dst, v.root), " group "...), v.group)
	}
	dst = appendRDWords(append(dst, " rd "...), v.rd)
	if v.source != nil {
		dst = appendUint(dst, " source-as ", u32(v.source, 0))
	}
	if v.originator != nil {
		dst = appendAddr(append(dst, " originator "...), v.originator)
	}
	return dst
}

// cutLeaf takes a Leaf A-D route apart: the route that it answers, and who does. Another
// route is given as it is.
func cutLeaf(nlri []byte) (route, router []byte, ok bool) {
	if nlri[0] != mvpnLeaf {
		return nlri, nil, true
	}
	b := nlri[mvpnHead:]
	if len(b) < mvpnHead || len(b) < mvpnHead+int(b[1]) {
		return nil, nil, false
	}
	n := mvpnHead + int(b[1])
	route, router = b[:n], b[n:]
	return route, router, route[0] < mvpnLeaf && (len(router) == 4 || len(router) == 16)
}

// ours reports whether an address, if there is one, is of the family.
func (k mvpnNLRI) ours(addr []byte) bool {
	return len(addr) == 0 || len(addr) == 16 == (k.afi == AFIIPv6)
}

// appendWildAddr appends an address, "*" for none.
func appendWildAddr(dst, b []byte) []byte {
	if len(b) == 0 {
		return append(dst, '*')
	}
	return appendAddr(dst, b)
}

func (k mvpnNLRI) appendJSON(dst, nlri []byte, f *Face) []byte {
	v, _ := k.view(nlri)
	dst = appendUint(dst, `{ "code": `, nlri[0])
	if v.row == nil {
		dst = appendHex(append(dst, `, "parsed": false, "raw": "`...), nlri, upperHex)
		return append(appendPathIDJSON(append(dst, '"'), f), " }"...)
	}
	dst = appendHex(append(dst, `, "parsed": true, "raw": "`...), nlri, upperHex)
	dst = append(append(dst, `", "name": "`...), v.row.name...)
	dst = appendRD(append(dst, `", "rd": "`...), v.rd)
	if v.source != nil { // ExaBGP: a string
		dst = appendUint(dst, `", "source-as": "`, u32(v.source, 0))
	}
	dst = appendAddr(append(dst, `", "source": "`...), v.root)
	dst = append(appendAddr(append(dst, `", "group": "`...), v.group), '"')
	return append(appendPathIDJSON(dst, f), '}')
}
