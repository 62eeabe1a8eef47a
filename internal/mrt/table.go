package mrt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
)

// PeerTable is the peers that the entries of a TABLE_DUMP_V2 name by their number
// (RFC 6396 §4.3.1). It owns its octets.
type PeerTable struct {
	Collector netip.Addr // BGP identifier of the collector
	View      string
	Peers     []Session
}

// PeerTable reads a record of kind PeerIndex.
//
//	0: collector (4)  4: length of the name (2)  6: name of the view  then: count (2), peers
func (r *Record) PeerTable() (*PeerTable, error) {
	if r.Kind() != PeerIndex {
		return nil, r.bodyError(errKind)
	}
	b := r.Body
	if len(b) < 6 {
		return nil, r.bodyError(errShort)
	}
	end := 6 + u16(b, 4)
	if len(b) < end+2 {
		return nil, r.bodyError(errShort)
	}
	t := &PeerTable{Collector: addr(b[:4]), View: string(b[6:end])}
	count := u16(b, end)
	for b = b[end+2:]; len(t.Peers) < count; {
		p, n := tablePeer(b)
		if n == 0 {
			return nil, r.bodyError(errShort)
		}
		t.Peers = append(t.Peers, p)
		b = b[n:]
	}
	return t, nil
}

// tablePeer reads the peer that begins b, and tells its length; 0 when it is cut.
//
//	0: type (1)  1: BGP identifier (4)  5: address (4 or 16)  then: AS (2 or 4)
func tablePeer(b []byte) (s Session, n int) {
	if len(b) == 0 {
		return s, 0
	}
	size, as := 4, 2
	if b[0]&1 != 0 {
		size = 16
	}
	if b[0]&2 != 0 {
		as = 4
	}
	if n = 5 + size + as; len(b) < n {
		return s, 0
	}
	s.Peer, s.Local = addr(b[5:5+size]), noAddr(size)
	s.PeerAS = uint32(u16(b, n-2))
	if as == 4 {
		s.PeerAS |= uint32(u16(b, n-4)) << 16
	}
	return s, n
}

func noAddr(size int) netip.Addr {
	if size == 16 {
		return netip.IPv6Unspecified()
	}
	return netip.IPv4Unspecified()
}

// RIB is what peers announced for one NLRI: a view. It is reused.
type RIB struct {
	Family bgp.Family
	NLRI   []byte // without path identifier
	ASN4   bool   // AS numbers in attributes have four octets

	entries []byte
	left    int    // entries not given yet
	old     bool   // of a TABLE_DUMP, whose only entry has a form of its own
	addPath bool   // each entry has its path identifier
	pathID  []byte // of all entries
	nlri    [17]byte
}

// Entry is what one peer announced: a view.
type Entry struct {
	Session
	Number     int // of the peer in the PeerTable; -1 of a TABLE_DUMP
	Originated time.Time
	PathID     []byte // four octets; nil when there are no path identifiers
	Attrs      []byte // MP_REACH_NLRI may be abbreviated: see AppendUpdate
}

// RIB reads a record of kind Table into t.
func (r *Record) RIB(t *RIB) error {
	row := r.row()
	if row == nil || row.kind != Table {
		return r.bodyError(errKind)
	}
	*t = RIB{Family: row.family, ASN4: row.as4, addPath: row.addPath}
	var err error
	switch {
	case r.Type == TypeTableDump:
		err = t.tableDump(r.Body)
	case row.family == (bgp.Family{}):
		err = t.generic(r.Body)
	default:
		err = t.prefix(r.Body)
	}
	if err != nil {
		return r.bodyError(err)
	}
	return nil
}

// tableDump reads the body of a TABLE_DUMP (RFC 6396 §4.2):
//
//	0: view (2)  2: number (2)  4: prefix (4 or 16)  then: length of the prefix (1), status (1),
//	originated (4), peer (4 or 16), AS (2), length of the attributes (2), attributes
func (t *RIB) tableDump(b []byte) error {
	size := 4
	if t.Family.AFI == bgp.AFIIPv6 {
		size = 16
	}
	if len(b) < 4+size+1 {
		return errShort
	}
	t.nlri[0] = b[4+size]
	copy(t.nlri[1:], b[4:4+size])
	n, ok := prefixLen(t.nlri[:1+size], size)
	if !ok {
		return errNLRI
	}
	t.NLRI, t.entries, t.left, t.old = t.nlri[:n], b[4+size+1:], 1, true
	return nil
}

// prefix reads the body of an AFI/SAFI-specific table (RFC 6396 §4.3.2):
//
//	0: number (4)  4: prefix  then: count (2), entries
func (t *RIB) prefix(b []byte) error {
	if len(b) < 5 {
		return errShort
	}
	size := 4
	if t.Family.AFI == bgp.AFIIPv6 {
		size = 16
	}
	n, ok := prefixLen(b[4:], size)
	if !ok {
		return errNLRI
	}
	t.NLRI = b[4 : 4+n : 4+n]
	return t.counted(b[4+n:])
}

// prefixLen returns the length of the prefix that begins b, whose address has size octets.
func prefixLen(b []byte, size int) (n int, ok bool) {
	n = 1 + (int(b[0])+7)/8
	return n, n <= 1+size && n <= len(b)
}

// counted reads the count of the entries.
func (t *RIB) counted(b []byte) error {
	if len(b) < 2 {
		return errShort
	}
	t.left, t.entries = u16(b, 0), b[2:]
	return nil
}

// generic reads the body of a RIB_GENERIC (RFC 6396 §4.3.3):
//
//	0: number (4)  4: AFI (2)  6: SAFI (1)  7: NLRI  then: count (2), entries
func (t *RIB) generic(b []byte) error {
	if len(b) < 8 {
		return errShort
	}
	t.Family = bgp.Family{AFI: bgp.AFI(u16(b, 4)), SAFI: bgp.SAFI(b[6])}
	if !t.Family.Known() {
		return errFamily // nobody knows where the NLRI ends
	}
	b = b[7:]
	if !t.addPath {
		return t.genericAs(b, false)
	}
	// RFC 8050 §4.2 has the path identifier in front of the NLRI. GoBGP and OpenBGPD,
	// which are what writes such records, have one in each entry as in the tables of
	// §4.1. Whichever fits the record to its last octet is meant.
	if err := t.genericAs(b, false); err == nil && t.fits() {
		return nil
	}
	t.addPath = false
	return t.genericAs(b, true)
}

func (t *RIB) genericAs(b []byte, pathID bool) error {
	s := bgp.Section{Family: t.Family, NLRI: b, PathID: pathID}
	id, nlri, ok := s.Next()
	if !ok {
		return errNLRI
	}
	t.pathID, t.NLRI = id, nlri
	return t.counted(b[len(id)+len(nlri):])
}

// fits reports whether the entries fill the record.
func (t *RIB) fits() bool {
	walk := *t
	for {
		_, ok, err := walk.Next(nil)
		if err != nil {
			return false
		}
		if !ok {
			return len(walk.entries) == 0
		}
	}
}

// Next takes the next entry; false at the end. Peers may be nil: then the entries
// of a TABLE_DUMP_V2 have no Session.
//
//	0: number of the peer (2)  2: originated (4)  then, with add-path: path identifier (4),
//	length of the attributes (2), attributes
func (t *RIB) Next(peers *PeerTable) (e Entry, ok bool, err error) {
	if t.left == 0 {
		return e, false, nil
	}
	t.left--
	if t.old {
		return t.oldEntry()
	}
	head := 8
	if t.addPath {
		head = 12
	}
	b := t.entries
	if len(b) < head {
		return e, false, t.entryError(errShort)
	}
	e.Number, e.PathID = u16(b, 0), t.pathID
	e.Originated = originated(b[2:])
	if t.addPath {
		e.PathID = b[6:10:10]
	}
	end := head + u16(b, head-2)
	if len(b) < end {
		return e, false, t.entryError(errShort)
	}
	e.Attrs, t.entries = b[head:end:end], b[end:]
	if peers != nil {
		if e.Number >= len(peers.Peers) {
			return e, false, t.entryError(errPeer)
		}
		e.Session = peers.Peers[e.Number]
	}
	return e, true, nil
}

// oldEntry reads what a TABLE_DUMP has behind its prefix.
func (t *RIB) oldEntry() (e Entry, ok bool, err error) {
	size := 4
	if t.Family.AFI == bgp.AFIIPv6 {
		size = 16
	}
	b := t.entries
	head := 5 + size + 4
	if len(b) < head || len(b) < head+u16(b, head-2) {
		return e, false, t.entryError(errShort)
	}
	e.Number, e.Originated = -1, originated(b[1:])
	e.Peer, e.Local = addr(b[5:5+size]), noAddr(size)
	e.PeerAS = uint32(u16(b, head-4))
	e.Attrs = b[head : head+u16(b, head-2)]
	return e, true, nil
}

// entryError ends the walk: nobody knows where the next entry begins.
func (t *RIB) entryError(err error) error {
	t.left = 0
	return fmt.Errorf("entry of a table: %w", err)
}

func originated(b []byte) time.Time { return time.Unix(int64(binary.BigEndian.Uint32(b)), 0).UTC() }

// AppendUpdate appends the UPDATE, header included, that announces what an entry of
// the table says. Mandatory attributes that it lacks, as routes of the collector's own
// do, become an incomplete origin, an empty AS path and the unspecified next hop.
func (t *RIB) AppendUpdate(dst []byte, e *Entry) ([]byte, error) {
	start := len(dst)
	dst = append(appendHeader(dst, bgp.TypeUpdate, 0), 0, 0, 0, 0)
	attrs := len(dst)
	m := mandatoryOf(e.Attrs)
	// In NEXT_HOP the unspecified address would make a withdraw of the route.
	classic := t.Family == bgp.IPv4Unicast && m.reach == nil && m.nextHop != nil && !unspecified(m.nextHop)
	if !classic {
		dst = t.appendReach(dst, e, m.hop(t.Family))
	}
	dst = m.appendMissing(dst)
	dst = appendOthers(dst, e.Attrs, classic)
	end := len(dst)
	if classic {
		dst = append(append(dst, e.PathID...), t.NLRI...)
	}
	if len(dst)-start > bgp.MaxExtendedMessage {
		return dst[:start], fmt.Errorf("entry of a table: %w", errSize)
	}
	binary.BigEndian.PutUint16(dst[attrs-2:], uint16(end-attrs))
	binary.BigEndian.PutUint16(dst[start+16:], uint16(len(dst)-start))
	return dst, nil
}

// mandatory is what an entry has of the attributes that a route needs.
type mandatory struct {
	origin, path bool
	nextHop      []byte // of NEXT_HOP
	reach        []byte // of MP_REACH_NLRI
}

func mandatoryOf(attrs bgp.AttrBlock) (m mandatory) {
	for a := range attrs.All() {
		switch a.Code {
		case bgp.AttrOrigin:
			m.origin = true
		case bgp.AttrASPath:
			m.path = true
		case bgp.AttrNextHop:
			m.nextHop = a.Value
		case bgp.AttrMPReach:
			m.reach = abbreviated(a.Value)
		default:
		}
	}
	return m
}

// hop returns the next hop for MP_REACH_NLRI.
func (m *mandatory) hop(f bgp.Family) []byte {
	switch {
	case m.reach != nil:
		return m.reach
	case m.nextHop != nil:
		return m.nextHop
	case f.NoNextHop():
		return nil
	case f.AFI == bgp.AFIIPv6:
		return make([]byte, 16)
	}
	return make([]byte, 4)
}

func (m *mandatory) appendMissing(dst []byte) []byte {
	if !m.origin {
		dst = append(dst, bgp.FlagTransitive, byte(bgp.AttrOrigin), 1, originIncomplete)
	}
	if !m.path {
		dst = append(dst, bgp.FlagTransitive, byte(bgp.AttrASPath), 0)
	}
	return dst
}

const originIncomplete = 2

func unspecified(b []byte) bool { return bytes.Count(b, []byte{0}) == len(b) }

// appendOthers appends attributes but for the multiprotocol ones, and NEXT_HOP unless
// it is wanted. What is malformed at their end stays.
func appendOthers(dst []byte, attrs bgp.AttrBlock, nextHop bool) []byte {
	for a := range attrs.All() {
		n := 3 + len(a.Value)
		if a.Flags&bgp.FlagExtended != 0 {
			n++
		}
		switch a.Code {
		case bgp.AttrMPReach, bgp.AttrMPUnreach:
		case bgp.AttrNextHop:
			if nextHop {
				dst = append(dst, attrs[:n]...)
			}
		default:
			dst = append(dst, attrs[:n]...)
		}
		attrs = attrs[n:]
	}
	return append(dst, attrs...)
}

// abbreviated returns the next hop in an MP_REACH_NLRI of a table: its length and
// octets are all that the value has (RFC 6396 §4.3.4). Some writers leave it whole.
func abbreviated(v []byte) []byte {
	if len(v) > 4 && int(v[0]) != len(v)-1 {
		v = v[3:]
	}
	if len(v) == 0 || len(v) < 1+int(v[0]) {
		return nil
	}
	return v[1 : 1+int(v[0])]
}

// appendReach appends MP_REACH_NLRI (RFC 4760 §3).
func (t *RIB) appendReach(dst []byte, e *Entry, nextHop []byte) []byte {
	size := 5 + len(nextHop) + len(e.PathID) + len(t.NLRI)
	dst = append(dst, bgp.FlagOptional|bgp.FlagExtended, byte(bgp.AttrMPReach))
	dst = binary.BigEndian.AppendUint16(dst, uint16(size))
	dst = binary.BigEndian.AppendUint16(dst, uint16(t.Family.AFI))
	dst = append(dst, byte(t.Family.SAFI), byte(len(nextHop)))
	dst = append(append(dst, nextHop...), 0)
	return append(append(dst, e.PathID...), t.NLRI...)
}
