package mrt

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

const (
	headerLen = 12

	// MaxRecord is the longest record that is read. Those of the largest tables take
	// some hundred thousand octets.
	MaxRecord = 16 << 20

	bufferSize = 256 << 10 // records that fit are not copied
	growBy     = 1 << 20   // larger ones grow in such steps: a length is no promise
)

// Reader reads the records of a stream. It reads ahead. Its memory does not depend
// on the length of the stream.
type Reader struct {
	in     *bufio.Reader
	offset int64
	unread int    // octets of the record in the buffer of in
	long   []byte // a record that does not fit there
	record Record
}

// NewReader makes a Reader of what is left of r.
func NewReader(r io.Reader) *Reader { return &Reader{in: bufio.NewReaderSize(r, bufferSize)} }

// Next reads the next record: a view that is valid until the next call. After the
// last one the error is io.EOF. Any other error ends the stream too, since where a
// record begins only the one before tells.
//
//	0: seconds (4)  4: type (2)  6: subtype (2)  8: length (4)
//	   then, of the ET types and counted in the length: microseconds (4)
func (r *Reader) Next() (*Record, error) {
	if _, err := r.in.Discard(r.unread); err != nil {
		return nil, r.failed(err)
	}
	r.unread = 0
	h, err := r.in.Peek(headerLen)
	if len(h) == 0 && err != nil {
		return nil, err
	}
	if err != nil {
		return nil, r.failed(err)
	}
	seconds := binary.BigEndian.Uint32(h)
	rec := &r.record
	*rec = Record{Offset: r.offset, Type: Type(u16(h, 4)), Subtype: uint16(u16(h, 6))}
	size := int64(binary.BigEndian.Uint32(h[8:]))
	if size > MaxRecord {
		return nil, fmt.Errorf("%s at octet %d has %d octets, more than %d", rec, rec.Offset, size, MaxRecord)
	}
	if rec.Body, err = r.body(int(size)); err != nil {
		return nil, r.failed(err)
	}
	r.offset += headerLen + size
	var micros uint32
	if rec.Type == TypeBGP4MPET {
		if len(rec.Body) < 4 {
			return nil, fmt.Errorf("%s at octet %d has %d octets, too few", rec, rec.Offset, size)
		}
		micros, rec.Body = binary.BigEndian.Uint32(rec.Body), rec.Body[4:]
	}
	rec.Time = time.Unix(int64(seconds), int64(micros)*1000).UTC()
	return rec, nil
}

// body returns what follows the header.
func (r *Reader) body(size int) ([]byte, error) {
	if whole := headerLen + size; whole <= r.in.Size() {
		b, err := r.in.Peek(whole)
		if err != nil {
			return nil, err
		}
		r.unread = whole
		return b[headerLen:], nil
	}
	if _, err := r.in.Discard(headerLen); err != nil {
		return nil, err
	}
	r.long = r.long[:0]
	for len(r.long) < size {
		at := len(r.long)
		end := min(size, at+growBy)
		if end > cap(r.long) {
			r.long = append(r.long, make([]byte, end-at)...)
		}
		r.long = r.long[:end]
		if _, err := io.ReadFull(r.in, r.long[at:]); err != nil {
			return nil, err
		}
	}
	return r.long, nil
}

// failed says where a stream broke off.
func (r *Reader) failed(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("MRT record at octet %d: %w", r.offset, err)
}

func u16(b []byte, at int) int { return int(b[at])<<8 | int(b[at+1]) }
