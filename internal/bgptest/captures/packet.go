package captures

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// File writes packet captures.
type File struct {
	Order binary.AppendByteOrder // nil: big endian
	NG    bool                   // pcapng
	Nano  bool                   // nanoseconds
	Link  uint32                 // link type
	Snap  int                    // most octets of a packet; 0: all

	b []byte
}

func (f *File) order() binary.AppendByteOrder {
	if f.Order == nil {
		return binary.BigEndian
	}
	return f.Order
}

func (f *File) u32(v ...uint32) {
	for _, n := range v {
		f.b = f.order().AppendUint32(f.b, n)
	}
}

// Packet adds a packet.
func (f *File) Packet(at time.Time, data []byte) {
	f.begin()
	whole := len(data)
	if f.Snap > 0 && whole > f.Snap {
		data = data[:f.Snap]
	}
	unit := time.Microsecond
	if f.Nano {
		unit = time.Nanosecond
	}
	if !f.NG {
		f.u32(uint32(at.Unix()), uint32(at.Nanosecond()/int(unit)), uint32(len(data)), uint32(whole))
		f.b = append(f.b, data...)
		return
	}
	ticks := uint64(at.UnixNano()) / uint64(unit)
	padded := (len(data) + 3) &^ 3
	f.u32(6, uint32(32+padded), 0, uint32(ticks>>32), uint32(ticks), uint32(len(data)), uint32(whole))
	f.b = append(f.b, data...)
	f.b = append(f.b, make([]byte, padded-len(data))...)
	f.u32(uint32(32 + padded))
}

// begin writes the head of the file.
func (f *File) begin() {
	switch {
	case len(f.b) > 0:
	case f.NG:
		f.u32(0x0a0d0d0a, 28, 0x1a2b3c4d, 0x00010000, 0xffffffff, 0xffffffff, 28)
		f.u32(1, 28) // an interface
		f.b = f.order().AppendUint16(f.b, uint16(f.Link))
		f.b = append(f.b, 0, 0)
		f.u32(65535)
		f.b = f.order().AppendUint16(f.order().AppendUint16(f.b, 9), 1) // its resolution
		if f.Nano {
			f.b = append(f.b, 9, 0, 0, 0)
		} else {
			f.b = append(f.b, 6, 0, 0, 0)
		}
		f.u32(28)
	default:
		magic := uint32(0xa1b2c3d4)
		if f.Nano {
			magic = 0xa1b23c4d
		}
		f.u32(magic, 0x00020004, 0, 0, 65535, f.Link)
	}
}

// Bytes returns the file.
func (f *File) Bytes() []byte {
	f.begin()
	return f.b
}

// Segment is a TCP segment to write.
type Segment struct {
	Src, Dst string // "192.0.2.1:179"
	Seq, Ack uint32
	Flags    byte
	Data     []byte
}

// TCP flags.
const (
	FIN, SYN, RST, ACK = 1, 2, 4, 16
)

// IP returns the IP packet of a segment, without checksums.
func (s *Segment) IP() []byte {
	src, dst := netip.MustParseAddrPort(s.Src), netip.MustParseAddrPort(s.Dst)
	t := binary.BigEndian.AppendUint16(nil, src.Port())
	t = binary.BigEndian.AppendUint16(t, dst.Port())
	t = binary.BigEndian.AppendUint32(t, s.Seq)
	t = binary.BigEndian.AppendUint32(t, s.Ack)
	t = append(t, 6<<4, s.Flags, 0xff, 0xff, 0, 0, 0, 0, 1, 1, 1, 1) // with an option of four octets
	t = append(t, s.Data...)
	var b []byte
	if src.Addr().Is4() {
		b = binary.BigEndian.AppendUint16([]byte{0x45, 0}, uint16(20+len(t)))
		b = append(b, 0, 0, 0, 0, 64, 6, 0, 0)
	} else {
		b = binary.BigEndian.AppendUint16([]byte{0x60, 0, 0, 0}, uint16(len(t)))
		b = append(b, 6, 64)
	}
	b = append(append(b, src.Addr().AsSlice()...), dst.Addr().AsSlice()...)
	return append(b, t...)
}

// Ethernet returns the frame of an IP packet, behind VLAN tags, padded as short
// frames are.
func Ethernet(ip []byte, vlans ...uint16) []byte {
	b := make([]byte, 12)
	for _, v := range vlans {
		b = binary.BigEndian.AppendUint16(append(b, 0x81, 0x00), v)
	}
	b = append(binary.BigEndian.AppendUint16(b, EtherType(ip)), ip...)
	for len(b) < 60 {
		b = append(b, 0)
	}
	return b
}

// EtherType returns the type of an IP packet.
func EtherType(ip []byte) uint16 {
	if ip[0]>>4 == 6 {
		return 0x86dd
	}
	return 0x0800
}
