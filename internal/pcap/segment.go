package pcap

import (
	"encoding/binary"
	"net/netip"
)

// Segment is a TCP segment: a view.
type Segment struct {
	Src, Dst netip.AddrPort
	Seq, Ack uint32
	Flags    uint8
	Data     []byte // as far as it was captured
	Length   int    // of the data on the wire
}

// TCP flags.
const (
	flagFIN = 0x01
	flagSYN = 0x02
	flagRST = 0x04
	flagACK = 0x10
)

// Segment reads a packet as a TCP segment; false when it is none, is a fragment, or
// has headers that are not known or not whole.
func (p *Packet) Segment(s *Segment) bool {
	b, ok := network(p.Link, p.Data)
	if !ok || len(b) == 0 {
		return false
	}
	switch b[0] >> 4 {
	case 4:
		return s.ipv4(b)
	case 6:
		return s.ipv6(b)
	}
	return false
}

// Link types, and protocols as Ethernet numbers them.
const (
	linkNull     LinkType = 0
	linkEthernet LinkType = 1
	linkPPP      LinkType = 9
	linkRawBSD   LinkType = 12
	linkRawOBSD  LinkType = 14
	linkRaw      LinkType = 101
	linkCHDLC    LinkType = 104
	linkLoop     LinkType = 108
	linkSLL      LinkType = 113
	linkJuniper  LinkType = 178
	linkIPv4     LinkType = 228
	linkIPv6     LinkType = 229
	linkSLL2     LinkType = 276

	etherIPv4 = 0x0800
	etherIPv6 = 0x86dd
	etherVLAN = 0x8100
	etherQinQ = 0x88a8
	etherOld  = 0x9100 // of QinQ before IEEE 802.1ad

	pppIPv4 = 0x21 // RFC 1332
	pppIPv6 = 0x57 // RFC 5072

	juniperMagic = 0x4d4743
)

// network returns the IP packet in a packet.
func network(link LinkType, b []byte) ([]byte, bool) {
	switch link {
	case linkEthernet: // destination (6), source (6), type (2)
		return etherPayload(b, 12)
	case linkSLL: // kind (2), ARPHRD (2), address (10), protocol (2)
		return etherPayload(b, 14)
	case linkSLL2: // protocol (2), reserved (2), interface (4), ARPHRD (2), kind (1), address (9)
		if len(b) < 20 {
			return nil, false
		}
		switch binary.BigEndian.Uint16(b) {
		case etherIPv4, etherIPv6:
			return b[20:], true
		case etherVLAN, etherQinQ, etherOld:
			return etherPayload(b, 22)
		}
		return nil, false
	case linkCHDLC: // address (1), control (1), protocol (2)
		return etherPayload(b, 2)
	case linkPPP:
		return pppPayload(b)
	case linkJuniper:
		return juniperPayload(b)
	case linkNull, linkLoop: // address family (4): the version of IP says the same
		if len(b) < 4 {
			return nil, false
		}
		return b[4:], true
	case linkRaw, linkRawBSD, linkRawOBSD, linkIPv4, linkIPv6:
		return b, true
	}
	return nil, false
}

// etherPayload returns what follows an EtherType at an offset, and VLAN tags.
func etherPayload(b []byte, at int) ([]byte, bool) {
	for len(b) >= at+2 {
		switch binary.BigEndian.Uint16(b[at:]) {
		case etherIPv4, etherIPv6:
			return b[at+2:], true
		case etherVLAN, etherQinQ, etherOld:
			at += 4
		default:
			return nil, false
		}
	}
	return nil, false
}

// pppPayload returns what follows the protocol of PPP, with address and control
// before it or without.
func pppPayload(b []byte) ([]byte, bool) {
	if len(b) >= 2 && b[0] == 0xff && b[1] == 3 {
		b = b[2:]
	}
	if len(b) < 2 {
		return nil, false
	}
	p := binary.BigEndian.Uint16(b)
	return b[2:], p == pppIPv4 || p == pppIPv6
}

// juniperPayload returns what follows the head of a capture on Juniper's routers.
//
//	0: magic (3)  3: flags (1)  4, when the first flag is set: length (2), extensions
//	   then an Ethernet frame
func juniperPayload(b []byte) ([]byte, bool) {
	if len(b) < 6 || binary.BigEndian.Uint32(b)>>8 != juniperMagic {
		return nil, false
	}
	at := 4
	if b[3]&0x80 != 0 {
		at += 2 + int(binary.BigEndian.Uint16(b[4:]))
	}
	return etherPayload(b, at+12)
}

const protocolTCP = 6

// ipv4 reads an IPv4 packet (RFC 791 §3.1).
//
//	0: version, header words  2: total length (2)  6: fragment (2)  9: protocol  12: source (4)  16: destination (4)
func (s *Segment) ipv4(b []byte) bool {
	if len(b) < 20 {
		return false
	}
	head, total := int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
	if head < 20 || b[9] != protocolTCP || binary.BigEndian.Uint16(b[6:])&0x3fff != 0 {
		return false
	}
	src, dst := addr4(b[12:]), addr4(b[16:])
	return s.tcp(src, dst, b, head, total)
}

func addr4(b []byte) netip.Addr { return netip.AddrFrom4([4]byte(b)) }

// ipv6 reads an IPv6 packet (RFC 8200 §3).
//
//	0: version  4: payload length (2)  6: next header  8: source (16)  24: destination (16)
func (s *Segment) ipv6(b []byte) bool {
	const head = 40
	if len(b) < head {
		return false
	}
	src, dst := netip.AddrFrom16([16]byte(b[8:])), netip.AddrFrom16([16]byte(b[24:]))
	total := int(binary.BigEndian.Uint16(b[4:]))
	if total > 0 {
		total += head
	}
	at, next := head, b[6]
	for next != protocolTCP {
		if len(b) < at+8 {
			return false
		}
		size := 8 * (int(b[at+1]) + 1)
		switch next {
		case 0, 43, 60: // hop-by-hop, routing, destination
		case 44: // fragment: whole ones only (RFC 6946)
			if binary.BigEndian.Uint16(b[at+2:])&0xfff9 != 0 {
				return false
			}
			size = 8
		case 51: // authentication (RFC 4302)
			size = 4 * (int(b[at+1]) + 2)
		default:
			return false
		}
		next, at = b[at], at+size
	}
	return s.tcp(src, dst, b, at, total)
}

// tcp reads the TCP segment (RFC 9293 §3.1) at an offset of the IP packet b, whose
// length is total by its header. What follows that is padding of the link layer.
//
//	0: ports (2, 2)  4: sequence number (4)  8: acknowledgment (4)  12: header words  13: flags
func (s *Segment) tcp(src, dst netip.Addr, b []byte, at, total int) bool {
	if total == 0 { // the kernel's own large packets, not segmented yet
		total = len(b)
	}
	if len(b) < at+20 {
		return false
	}
	t := b[at:]
	head := at + int(t[12]>>4)*4
	if head < at+20 || head > total {
		return false
	}
	*s = Segment{
		Src: netip.AddrPortFrom(src, binary.BigEndian.Uint16(t)),
		Dst: netip.AddrPortFrom(dst, binary.BigEndian.Uint16(t[2:])),
		Seq: binary.BigEndian.Uint32(t[4:]), Ack: binary.BigEndian.Uint32(t[8:]),
		Flags: t[13], Length: total - head,
	}
	if end := min(total, len(b)); head < end {
		s.Data = b[head:end]
	}
	return true
}
