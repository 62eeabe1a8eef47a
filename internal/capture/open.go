package capture

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/mrt"
	"github.com/herald-bgp/herald/internal/pcap"
)

// Options say what a capture does not.
type Options struct {
	// Families are those whose routes are read. Nil: all.
	Families []bgp.Family
	// Session decides what is read where the capture does not tell: the size of AS
	// numbers, which families have path identifiers, and what their next hops may be.
	// Nil: these are worked out.
	Session *bgp.Negotiated
	AddPath bool // NLRI have path identifiers where nothing tells
	ASN2    bool // AS numbers have two octets where nothing tells
}

// paths is the families with path identifiers where the capture does not tell, and
// whether that is no guess.
func (o *Options) paths() (paths []bgp.Family, sure bool) {
	switch {
	case o.AddPath:
		return bgp.Families(), true
	case o.Session != nil:
		return o.Session.AddPathRecv, true
	}
	return nil, false
}

// Input is an open file: text, or a capture.
type Input struct {
	Text    *bufio.Reader
	Capture *Reader
}

var (
	errXZ   = errors.New("compressed by xz: xz -dc FILE | herald decode")
	errZstd = errors.New("compressed by zstd: zstd -dc FILE | herald decode")
	errKind = errors.New("neither MRT nor a packet capture nor text")
)

// sniffLen is how many octets tell what a file is.
const sniffLen = 12

// Open finds out what r holds. What is compressed by gzip or bzip2 is decompressed.
func Open(r io.Reader, o Options) (*Input, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	for range 2 {
		head, err := in.Peek(sniffLen)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		var plain io.Reader
		switch {
		case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
			if plain, err = gzip.NewReader(in); err != nil {
				return nil, fmt.Errorf("gzip: %w", err)
			}
		case bytes.HasPrefix(head, []byte("BZh")):
			plain = bzip2.NewReader(in)
		case bytes.HasPrefix(head, []byte("\xfd7zXZ")):
			return nil, errXZ
		case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			return nil, errZstd
		default:
			return open(in, head, o)
		}
		in = bufio.NewReaderSize(plain, 64<<10)
	}
	return nil, errors.New("compressed twice")
}

func open(in *bufio.Reader, head []byte, o Options) (*Input, error) {
	r := &Reader{}
	switch {
	case pcap.IsCapture(head):
		p, err := pcap.NewReader(in)
		if err != nil {
			return nil, err
		}
		r.source = newPackets(p, o)
	case isMRT(head):
		r.source = newRecords(mrt.NewReader(in), o)
	case isText(head):
		return &Input{Text: in}, nil
	default:
		return nil, errKind
	}
	return &Input{Capture: r}, nil
}

// isMRT reports whether head is that of an MRT record: a known type, and a length
// that one may have.
func isMRT(head []byte) bool {
	if len(head) < sniffLen || binary.BigEndian.Uint32(head[8:]) > mrt.MaxRecord {
		return false
	}
	switch t := binary.BigEndian.Uint16(head[4:]); {
	case t <= 17 && t >= 5, t == 32, t == 33, t == 48, t == 49: // IANA: also those that Herald passes over
		return binary.BigEndian.Uint16(head[6:]) < 32
	}
	return false
}

func isText(head []byte) bool {
	for _, o := range head {
		if o >= 0x7f || o < ' ' && o != '\n' && o != '\r' && o != '\t' {
			return false
		}
	}
	return true
}
