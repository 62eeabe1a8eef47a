package bgp

import (
	"errors"

	"github.com/herald-bgp/herald/internal/lex"
)

// mvpnNLRI is the NLRI of MCAST-VPN (RFC 6514 §4):
//
//	0: route type (1)  1: length of what follows (1)  2: that
//
//	Source Active A-D (5)                     RD (8), source, group
//	Shared Tree Join (6), Source Tree Join (7)  RD (8), source AS (4), RP or source, group
//
// An address stands behind its length in bits (1). The other types, 1 to 4, are shown
// as octets.
type mvpnNLRI struct{ afi AFI }

const mvpnHead = 2

// Places of scratch.num, bits of scratch.given, and places of scratch.addr.
const (
	mvpnType = iota
	mvpnSourceAS
	mvpnRoot
	mvpnGroup

	mvpnRootAddr  = 0
	mvpnGroupAddr = 1
)

// mvpnView is a route of a type in the table, taken apart.
type mvpnView struct {
	row                     *mvpnRow
	rd, source, root, group []byte // source: the AS number
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

// view takes an NLRI apart. The row is nil when its type is not in the table; ok is
// false when it is and the rest does not fit.
func (k mvpnNLRI) view(nlri []byte) (v mvpnView, ok bool) {
	row := mvpnRowOf(nlri[0])
	if row == nil {
		return v, true
	}
	b := nlri[mvpnHead:]
	head := rdLen
	if row.as {
		head += 4
	}
	if len(b) < head {
		return v, false
	}
	v.row, v.rd, v.source = row, b[:rdLen], b[rdLen:head]
	v.root, b, ok = cutAddr(b[head:])
	if !ok {
		return v, false
	}
	v.group, b, ok = cutAddr(b)
	return v, ok && len(b) == 0
}

func mvpnRowOf(code byte) *mvpnRow {
	for i := range mvpnTable {
		if mvpnTable[i].code == code {
			return &mvpnTable[i]
		}
	}
	return nil
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
	case w == row.root:
		s.address(mvpnRootAddr, mvpnRoot, c)
	case w == "group":
		s.address(mvpnGroupAddr, mvpnGroup, c)
	case w == "source-as" && row.as:
		s.number(mvpnSourceAS, c.Uint(1<<32-1))
	default:
		return false
	}
	return true
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

var errMVPNType = errors.New("mcast-vpn nlri lacks its type, expected source-ad, shared-join or source-join")

func (mvpnNLRI) finish(dst []byte, s *scratch) ([]byte, error) {
	if !s.has(mvpnType) {
		return dst, errMVPNType
	}
	row := &mvpnTable[s.num[mvpnType]]
	switch {
	case !s.has(mvpnRoot):
		return dst, missingWord("mcast-vpn", row.root)
	case !s.has(mvpnGroup):
		return dst, missingWord("mcast-vpn", "group")
	case !s.hasRD:
		return dst, missingWord("mcast-vpn", "rd")
	case row.as && !s.has(mvpnSourceAS):
		return dst, missingWord("mcast-vpn", "source-as")
	}
	at := len(dst)
	dst = append(append(dst, row.code, 0), s.rd[:]...)
	if row.as {
		dst = appendU32(dst, s.num[mvpnSourceAS])
	}
	for _, a := range [...]int{mvpnRootAddr, mvpnGroupAddr} {
		dst = appendAddrOctets(append(dst, byte(s.addr[a].BitLen())), s.addr[a])
	}
	dst[at+1] = byte(len(dst) - at - mvpnHead)
	return dst, nil
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
	if v.row.as {
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

func (k mvpnNLRI) appendWords(dst, nlri []byte) []byte {
	v, ok := k.view(nlri)
	if !ok || v.row == nil {
		return dst
	}
	dst = append(append(append(append(dst, v.row.word...), ' '), v.row.root...), ' ')
	dst = appendAddr(append(appendAddr(dst, v.root), " group "...), v.group)
	dst = appendRD(append(dst, " rd "...), v.rd)
	if v.row.as {
		dst = appendUint(dst, " source-as ", u32(v.source, 0))
	}
	return dst
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
	if v.row.as { // ExaBGP: a string
		dst = appendUint(dst, `", "source-as": "`, u32(v.source, 0))
	}
	dst = appendAddr(append(dst, `", "source": "`...), v.root)
	dst = append(appendAddr(append(dst, `", "group": "`...), v.group), '"')
	return append(appendPathIDJSON(dst, f), '}')
}
