package pcap

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// Blocks of pcapng (draft-ietf-opsawg-pcapng).
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockOld       = 2 // Packet Block
	blockSimple    = 3
	blockPacket    = 6 // Enhanced Packet Block

	byteOrderMagic = 0x1a2b3c4d

	optResolution = 9
	optOffset     = 14

	maxInterfaces = 1 << 16 // numbers of interfaces in the old form take 16 bits
)

// netInterface is an interface of a section: what its packets begin with and how
// their time is counted.
type netInterface struct {
	link   LinkType
	snap   uint32 // longest captured packet; 0: no limit
	ticks  uint64 // in a second
	offset int64  // seconds to add
}

// nextNG reads blocks up to the next one that is a packet.
//
//	0: type (4)  4: length of the block (4)  8: body, padded to four octets  then: length (4)
func (p *Reader) nextNG() (*Packet, error) {
	for {
		if err := p.more(); err != nil {
			return nil, err
		}
		t, body, err := p.block()
		if err != nil {
			return nil, p.at(err)
		}
		is := false
		switch t {
		case blockSection:
			p.interfaces = p.interfaces[:0]
		case blockInterface:
			err = p.addInterface(body)
		case blockPacket, blockOld:
			is, err = true, p.enhanced(t, body)
		case blockSimple:
			is, err = true, p.simple(body)
		}
		if err != nil {
			return nil, p.at(err)
		}
		if is {
			return &p.packet, nil
		}
	}
}

// block reads a block.
func (p *Reader) block() (t uint32, body []byte, err error) {
	h, err := p.in.Peek(12)
	if err != nil {
		return 0, nil, broken(err)
	}
	if binary.BigEndian.Uint32(h) == blockSection { // the same in either order
		switch {
		case binary.BigEndian.Uint32(h[8:]) == byteOrderMagic:
			p.order = binary.BigEndian
		case binary.LittleEndian.Uint32(h[8:]) == byteOrderMagic:
			p.order = binary.LittleEndian
		default:
			return 0, nil, errMagic
		}
	}
	if p.order == nil {
		return 0, nil, errMagic
	}
	t = p.order.Uint32(h)
	size := p.order.Uint32(h[4:])
	if size < 12 || size%4 != 0 || size > maxPacket {
		return 0, nil, fmt.Errorf("block of %d octets", size)
	}
	b, err := p.take(int(size))
	if err != nil {
		return 0, nil, err
	}
	return t, b[8 : size-4], nil
}

// addInterface reads an Interface Description Block.
//
//	0: link type (2)  2: reserved (2)  4: snapshot length (4)  8: options
func (p *Reader) addInterface(b []byte) error {
	if len(b) < 8 {
		return errShort
	}
	if len(p.interfaces) == maxInterfaces {
		return fmt.Errorf("more than %d interfaces", maxInterfaces)
	}
	i := netInterface{link: LinkType(p.order.Uint16(b)), snap: p.order.Uint32(b[4:]), ticks: 1e6}
	for b = b[8:]; len(b) >= 4; {
		code, size := p.order.Uint16(b), int(p.order.Uint16(b[2:]))
		padded := 4 + (size+3)&^3
		if code == 0 || padded > len(b) {
			break
		}
		v := b[4 : 4+size]
		switch {
		case code == optResolution && size == 1:
			i.ticks = resolution(v[0])
		case code == optOffset && size == 8:
			i.offset = int64(p.order.Uint64(v))
		}
		b = b[padded:]
	}
	p.interfaces = append(p.interfaces, i)
	return nil
}

// resolution gives the ticks in a second: 10^v, or 2^v where the upper bit is set.
func resolution(v byte) uint64 {
	if v&0x80 != 0 {
		return 1 << min(v&0x7f, 63)
	}
	return uint64(math.Pow10(int(min(v, 19))))
}

// enhanced reads an Enhanced Packet Block, or the old Packet Block, whose interface
// takes two octets and is followed by a count of drops.
//
//	0: interface (4)  4: time, upper half (4)  8: lower half (4)  12: captured (4)  16: length (4)  20: packet
func (p *Reader) enhanced(t uint32, b []byte) error {
	if len(b) < 20 {
		return errShort
	}
	number := p.order.Uint32(b)
	if t == blockOld {
		number = uint32(p.order.Uint16(b))
	}
	i, err := p.interfaceOf(number)
	if err != nil {
		return err
	}
	size := p.order.Uint32(b[12:])
	if int64(size) > int64(len(b)-20) {
		return errShort
	}
	p.packet.Time = i.time(uint64(p.order.Uint32(b[4:]))<<32 | uint64(p.order.Uint32(b[8:])))
	p.packet.Link, p.packet.Data = i.link, b[20:20+size]
	return nil
}

// simple reads a Simple Packet Block, which has no time, of the first interface.
//
//	0: length (4)  4: packet
func (p *Reader) simple(b []byte) error {
	if len(b) < 4 {
		return errShort
	}
	i, err := p.interfaceOf(0)
	if err != nil {
		return err
	}
	size := int64(p.order.Uint32(b))
	if i.snap != 0 {
		size = min(size, int64(i.snap))
	}
	size = min(size, int64(len(b)-4))
	p.packet.Time, p.packet.Link, p.packet.Data = time.Unix(0, 0).UTC(), i.link, b[4:4+size]
	return nil
}

func (p *Reader) interfaceOf(number uint32) (*netInterface, error) {
	if int64(number) >= int64(len(p.interfaces)) {
		return nil, fmt.Errorf("interface %d is not described", number)
	}
	return &p.interfaces[number], nil
}

// time converts ticks.
func (i *netInterface) time(ticks uint64) time.Time {
	seconds, rest := ticks/i.ticks, ticks%i.ticks
	nanos := float64(rest) / float64(i.ticks) * 1e9
	if i.ticks <= 1e9 && 1e9%i.ticks == 0 {
		nanos = float64(rest * (1e9 / i.ticks))
	}
	return time.Unix(int64(seconds)+i.offset, int64(nanos)).UTC()
}
