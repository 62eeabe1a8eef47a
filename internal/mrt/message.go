package mrt

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Session is who speaks in a record: the peer, and the collector. What the record
// does not tell is 0, or the unspecified address of the family.
type Session struct {
	Peer, Local     netip.Addr
	PeerAS, LocalAS uint32
}

// BGPMessage is a message of a session: a view.
type BGPMessage struct {
	Session
	ASN4    bool   // AS numbers in the message have four octets
	AddPath bool   // its NLRI have path identifiers (RFC 8050 §3)
	Sent    bool   // it is the collector's own (RFC 6396 §4.4.4)
	Octets  []byte // with the header; may be malformed
}

// Message reads a record of kind Message. Scratch is room for one that the record
// holds without header; it is returned, grown.
func (r *Record) Message(scratch []byte) (m BGPMessage, out []byte, err error) {
	row := r.row()
	if row == nil || row.kind != Message {
		return m, scratch, r.bodyError(errKind)
	}
	m.ASN4, m.AddPath, m.Sent = row.as4, row.addPath, row.local
	if row.t == TypeBGP {
		return r.bareMessage(m, row.message, scratch)
	}
	m.Session, m.Octets, err = r.session(row)
	if err != nil {
		return m, scratch, r.bodyError(err)
	}
	return m, scratch, nil
}

// session reads what precedes a message or states (RFC 6396 §4.4):
//
//	peer AS, local AS (2 or 4 each)  interface (2)  AFI (2)  peer, local address (4 or 16 each)
func (r *Record) session(row *recordRow) (s Session, rest []byte, err error) {
	b := r.Body
	if row.as4 {
		if len(b) < 12 {
			return s, nil, errShort
		}
		s.PeerAS, s.LocalAS = binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
		b = b[8:]
	} else {
		if len(b) < 8 {
			return s, nil, errShort
		}
		s.PeerAS, s.LocalAS = uint32(u16(b, 0)), uint32(u16(b, 2))
		b = b[4:]
	}
	afi := bgp.AFI(u16(b, 2))
	b = b[4:]
	var size int
	switch afi {
	case bgp.AFIIPv4:
		size = 4
	case bgp.AFIIPv6:
		size = 16
	default:
		return s, nil, errFamily
	}
	if len(b) < 2*size {
		return s, nil, errShort
	}
	s.Peer, s.Local = addr(b[:size]), addr(b[size:2*size])
	return s, b[2*size:], nil
}

// bareMessage reads a record of MRTd: peer AS (2), peer (4), local AS (2), local (4),
// then a message without header.
func (r *Record) bareMessage(m BGPMessage, t bgp.MessageType, scratch []byte) (BGPMessage, []byte, error) {
	b := r.Body
	if len(b) < 12 {
		return m, scratch, r.bodyError(errShort)
	}
	m.PeerAS, m.Peer = uint32(u16(b, 0)), addr(b[2:6])
	m.LocalAS, m.Local = uint32(u16(b, 6)), addr(b[8:12])
	b = b[12:]
	if len(b) > bgp.MaxExtendedMessage-bgp.HeaderLen {
		return m, scratch, r.bodyError(errSize)
	}
	scratch = appendHeader(scratch[:0], t, len(b))
	scratch = append(scratch, b...)
	m.Octets = scratch
	return m, scratch, nil
}

// appendHeader appends the header of a message with a body of size octets.
func appendHeader(dst []byte, t bgp.MessageType, size int) []byte {
	for range 16 {
		dst = append(dst, 0xff)
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(bgp.HeaderLen+size))
	return append(dst, byte(t))
}

// State is a state of the machine of RFC 4271 §8.2.2 by its number in a record.
type State uint16

// String gives the name as ExaBGP's events write it: "OPENSENT".
func (s State) String() string {
	if int(s) < len(stateNames) && stateNames[s] != "" {
		return stateNames[s]
	}
	return "STATE " + strconv.Itoa(int(s))
}

// Change is a change of state.
type Change struct {
	Session
	Old, New State
}

// StateChange reads a record of kind StateChange.
func (r *Record) StateChange() (c Change, err error) {
	row := r.row()
	if row == nil || row.kind != StateChange {
		return c, r.bodyError(errKind)
	}
	var rest []byte
	if row.t == TypeBGP {
		// peer AS (2), peer (4), old (2), new (2)
		if len(r.Body) < 10 {
			return c, r.bodyError(errShort)
		}
		c.PeerAS, c.Peer, c.Local = uint32(u16(r.Body, 0)), addr(r.Body[2:6]), netip.IPv4Unspecified()
		rest = r.Body[6:]
	} else if c.Session, rest, err = r.session(row); err != nil {
		return c, r.bodyError(err)
	}
	if len(rest) < 4 {
		return c, r.bodyError(errShort)
	}
	c.Old, c.New = State(u16(rest, 0)), State(u16(rest, 2))
	return c, nil
}

// addr makes an address of four or sixteen octets.
func addr(b []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(b)
	return a
}
