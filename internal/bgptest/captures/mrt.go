package captures

import (
	"encoding/binary"
	"net/netip"
)

// Ends are who speaks in a record.
type Ends struct {
	PeerAS, LocalAS uint32
	Peer, Local     string // addresses of one family
}

// Record returns an MRT record: its type, subtype and body. Micros is written of an
// ET type, 17, alone.
func Record(seconds, micros uint32, kind, subtype uint16, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, seconds)
	b = binary.BigEndian.AppendUint16(b, kind)
	b = binary.BigEndian.AppendUint16(b, subtype)
	if kind == 17 {
		b = binary.BigEndian.AppendUint32(b, uint32(4+len(body)))
		b = binary.BigEndian.AppendUint32(b, micros)
	} else {
		b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	}
	return append(b, body...)
}

// BGP4MP returns the body of a message or, with the two states as octets, of a
// change of state; as4 says how AS numbers are written.
func BGP4MP(e Ends, as4 bool, octets []byte) []byte {
	var b []byte
	for _, as := range []uint32{e.PeerAS, e.LocalAS} {
		if as4 {
			b = binary.BigEndian.AppendUint32(b, as)
		} else {
			b = binary.BigEndian.AppendUint16(b, uint16(as))
		}
	}
	peer, local := addr(e.Peer), addr(e.Local)
	afi := uint16(1)
	if len(peer) == 16 {
		afi = 2
	}
	b = binary.BigEndian.AppendUint16(append(b, 0, 0), afi)
	return append(append(append(b, peer...), local...), octets...)
}

// PeerIndex returns the body of a PEER_INDEX_TABLE.
func PeerIndex(collector, view string, peers ...Ends) []byte {
	b := binary.BigEndian.AppendUint16(addr(collector), uint16(len(view)))
	b = binary.BigEndian.AppendUint16(append(b, view...), uint16(len(peers)))
	for _, p := range peers {
		a := addr(p.Peer)
		kind := byte(2)
		if len(a) == 16 {
			kind = 3
		}
		b = append(b, kind, 192, 0, 2, 254)
		b = binary.BigEndian.AppendUint32(append(b, a...), p.PeerAS)
	}
	return b
}

// Entry is one of a table.
type Entry struct {
	Peer       uint16
	Originated uint32
	PathID     []byte // none, or four octets
	Attrs      []byte
}

// Table returns the body of a table of TABLE_DUMP_V2: what precedes the entries, as
// the prefix, and they.
func Table(number uint32, head []byte, entries ...Entry) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, number), head...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(entries)))
	for _, e := range entries {
		b = binary.BigEndian.AppendUint16(b, e.Peer)
		b = append(binary.BigEndian.AppendUint32(b, e.Originated), e.PathID...)
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(e.Attrs))), e.Attrs...)
	}
	return b
}

func addr(s string) []byte { return netip.MustParseAddr(s).AsSlice() }
