package capture

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
)

// Item is one thing that a capture holds: a view, valid until the next one is read.
// Exactly one of Message, State and Err is set.
type Item struct {
	At   int64  // where in the capture: an octet or the number of a packet
	Unit string // of At: "octet", "packet"

	Time time.Time
	// Peer is the session: Remote is who sent the message, Local who received it.
	// Only when Direction is Send the other way round.
	Peer      *event.Peer
	Direction event.Direction

	// Message is a whole message with header, whose length is that of its header.
	// Session is what it is to be read with. Table is set when the message never was
	// one: it says what an entry of a table does.
	Message []byte
	Session *bgp.Negotiated
	Table   bool

	State string // the session is in that state now: "IDLE"

	Err error // something could not be read, and is passed over
}

// Place says where an item stands: "octet 1234".
func (it *Item) Place() string { return fmt.Sprintf("%s %d", it.Unit, it.At) }

// Reader reads the items of a capture.
type Reader struct {
	source source
	item   Item
}

// source is a kind of capture.
type source interface {
	// next reads the next item. An error ends the capture, io.EOF as it should.
	next(it *Item) error
}

// Next reads the next item: a view that is valid until the next call. After the last
// one the error is io.EOF.
func (r *Reader) Next() (*Item, error) {
	r.item = Item{}
	if err := r.source.next(&r.item); err != nil {
		return nil, err
	}
	return &r.item, nil
}

// refusal is why a message cannot be given.
func refusal(from, to netip.Addr, err error) error {
	return fmt.Errorf("from %s to %s: %w", from, to, err)
}
