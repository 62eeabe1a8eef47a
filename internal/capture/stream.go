package capture

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/pcap"
)

// stream is what one end of a connection sends, cut into messages.
type stream struct {
	from  netip.Addr
	other *stream // what comes back

	known  bool   // it is BGP
	ignore bool   // it is not
	search bool   // where a message begins is not known
	lost   bool   // octets are missing, and that was not told yet
	part   []byte // the beginning of a message: a copy
	given  bool   // part was given as a message
	data   []byte // octets behind part: a view, but while the stream is looked at

	open  *bgp.Open // of who sends
	peer  *event.Peer
	guess guess
}

// marker begins a message (RFC 4271 §4.1).
const marker = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"

var (
	errLost   = errors.New("octets are missing from the capture")
	errMarker = errors.New("no message where one should begin")
)

// largePart is how much room a stream keeps while it needs none.
const largePart = 4096

// take takes the octets that follow.
func (st *stream) take(c *pcap.Chunk) {
	st.drop()
	if c.Lost && st.known {
		st.lost = len(st.part) > 0 || !st.search
		st.part, st.search = st.part[:0], true
	}
	if c.Start || st.search && len(st.part) == 0 && bytes.HasPrefix(c.Data, []byte(marker)) {
		st.search = false // what begins so is to be a message
	}
	st.data = c.Data
}

// unfinished returns the error of a message whose end did not come.
func (st *stream) unfinished() error {
	if st.drop(); st.search || len(st.part) == 0 {
		return nil
	}
	return fmt.Errorf("%d octets of a message: %w", len(st.part), errLost)
}

// drop forgets the message that was given.
func (st *stream) drop() {
	if !st.given {
		return
	}
	st.part, st.given = st.part[:0], false
	if cap(st.part) > largePart {
		st.part = nil
	}
}

// frame returns the next message, valid until the next call, or the error of what
// should be one; neither when that needs more octets.
func (st *stream) frame() (message []byte, err error) {
	st.drop()
	if st.lost {
		st.lost = false
		return nil, errLost
	}
	for !st.search || st.find() {
		b, kept := st.data, len(st.part) > 0
		if kept {
			b = st.part
		}
		size, err := measure(b)
		switch {
		case err != nil:
			return nil, st.stray(err)
		case len(b) < size:
			if len(st.data) == 0 {
				return nil, nil
			}
			n := min(size-len(st.part), len(st.data))
			st.part, st.data = append(st.part, st.data[:n]...), st.data[n:]
			continue
		case kept:
			st.given = true
		default:
			st.data = st.data[size:]
		}
		st.known = true
		return b[:size], nil
	}
	return nil, nil
}

// measure returns the length of the message that b begins with; that of a header
// while it is not known.
func measure(b []byte) (int, error) {
	if n := min(len(b), len(marker)); string(b[:n]) != marker[:n] {
		return 0, errMarker
	}
	if len(b) < bgp.HeaderLen {
		return bgp.HeaderLen, nil
	}
	_, size, err := bgp.ParseHeader(b, bgp.MaxExtendedMessage)
	if err != nil {
		return 0, err
	}
	return size, nil
}

// stray makes the stream look for the next message. That it never was BGP is no error.
func (st *stream) stray(err error) error {
	if !st.known {
		*st = stream{from: st.from, other: st.other, peer: st.peer, guess: st.guess, ignore: true}
		return nil
	}
	st.join()
	st.data, st.search = st.data[1:], true
	return err
}

// join puts part and data together, in data.
func (st *stream) join() {
	if len(st.part) > 0 {
		st.data, st.part = append(st.part, st.data...), nil
	}
}

// find looks for the header of a message, and drops what precedes it; false when
// there is none.
func (st *stream) find() bool {
	st.join()
	for b := st.data; ; b = b[1:] {
		i := bytes.Index(b, []byte(marker))
		if i < 0 {
			i = len(bytes.TrimRight(b, "\xff")) // the beginning of one, maybe
		}
		if b = b[i:]; len(b) < bgp.HeaderLen {
			st.part, st.data = bytes.Clone(b), nil
			return false
		}
		if t, _, err := bgp.ParseHeader(b, bgp.MaxExtendedMessage); err == nil && t.Known() {
			st.data, st.search = b, false
			return true
		}
	}
}
