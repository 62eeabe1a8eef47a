package pcap

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

const (
	bufferSize = 256 << 10

	// maxPacket is the longest packet or block that is read: more than any snapshot
	// length in use.
	maxPacket = 1 << 20
)

// Magic numbers, as a big-endian reader sees them.
const (
	magicMicro        = 0xa1b2c3d4
	magicMicroSwapped = 0xd4c3b2a1
	magicNano         = 0xa1b23c4d
	magicNanoSwapped  = 0x4d3cb2a1
	magicNG           = 0x0a0d0d0a
)

// IsCapture reports whether a file that begins with b, four octets or more, is one
// that a Reader reads.
func IsCapture(b []byte) bool {
	if len(b) < 4 {
		return false
	}
	switch binary.BigEndian.Uint32(b) {
	case magicMicro, magicMicroSwapped, magicNano, magicNanoSwapped, magicNG:
		return true
	}
	return false
}

// LinkType is what a packet begins with (https://www.tcpdump.org/linktypes.html).
type LinkType uint16

// Packet is one packet: a view.
type Packet struct {
	Number int64 // of the packet in the file, from 1
	Time   time.Time
	Link   LinkType
	Data   []byte // as far as it was captured
}

// Reader reads the packets of a file. It reads ahead.
type Reader struct {
	in     *bufio.Reader
	order  binary.ByteOrder
	buf    []byte
	packet Packet

	// pcap
	link LinkType
	nano bool
	// pcapng
	ng         bool
	interfaces []netInterface // of the section
}

var (
	errMagic = errors.New("neither pcap nor pcapng")
	errShort = errors.New("truncated")
)

// NewReader reads the head of a capture.
func NewReader(r io.Reader) (*Reader, error) {
	p := &Reader{in: bufio.NewReaderSize(r, bufferSize)}
	magic, err := p.in.Peek(4)
	if err != nil {
		return nil, broken(err)
	}
	switch binary.BigEndian.Uint32(magic) {
	case magicNG:
		p.ng = true
		return p, nil
	case magicMicro:
		p.order = binary.BigEndian
	case magicMicroSwapped:
		p.order = binary.LittleEndian
	case magicNano:
		p.order, p.nano = binary.BigEndian, true
	case magicNanoSwapped:
		p.order, p.nano = binary.LittleEndian, true
	default:
		return nil, errMagic
	}
	// 0: magic (4)  4: version (4)  8: time zone, accuracy (8)  16: snapshot length (4)  20: link type (4)
	h, err := p.take(24)
	if err != nil {
		return nil, err
	}
	p.link = LinkType(p.order.Uint32(h[20:])) // the upper half has other things
	return p, nil
}

// Next reads the next packet: a view that is valid until the next call. After the
// last one the error is io.EOF.
func (p *Reader) Next() (*Packet, error) {
	p.packet.Number++
	if p.ng {
		return p.nextNG()
	}
	// 0: seconds (4)  4: micro- or nanoseconds (4)  8: captured (4)  12: length (4)
	if err := p.more(); err != nil {
		return nil, err
	}
	h, err := p.take(16)
	if err != nil {
		return nil, p.at(err)
	}
	seconds, fraction, size := p.order.Uint32(h), int64(p.order.Uint32(h[4:])), p.order.Uint32(h[8:])
	if !p.nano {
		fraction *= 1000
	}
	if size > maxPacket {
		return nil, p.at(fmt.Errorf("%d octets are more than %d", size, maxPacket))
	}
	b, err := p.take(int(size))
	if err != nil {
		return nil, p.at(err)
	}
	p.packet.Time, p.packet.Link, p.packet.Data = time.Unix(int64(seconds), fraction).UTC(), p.link, b
	return &p.packet, nil
}

// more returns io.EOF at the end of the file.
func (p *Reader) more() error {
	_, err := p.in.Peek(1)
	return err
}

// take reads n octets.
func (p *Reader) take(n int) ([]byte, error) {
	if cap(p.buf) < n {
		p.buf = make([]byte, n, max(n, 64<<10))
	}
	b := p.buf[:n]
	_, err := io.ReadFull(p.in, b)
	return b, broken(err)
}

// broken is the error of a file that ends within something.
func broken(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (p *Reader) at(err error) error { return fmt.Errorf("packet %d: %w", p.packet.Number, err) }
