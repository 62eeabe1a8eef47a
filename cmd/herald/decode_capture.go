package main

import (
	"errors"
	"io"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/capture"
	"github.com/herald-bgp/herald/internal/event"
)

// items prints what a capture holds; false when some of it could not be read, which
// stderr says.
func (d *decoder) items(c *capture.Reader) bool {
	valid := true
	for {
		it, err := c.Next()
		switch {
		case errors.Is(err, io.EOF):
			return valid
		case err != nil:
			d.complain("", err)
			return false
		}
		if err := d.item(it); err != nil {
			d.complain(it.Place(), err)
			valid = valid && errors.Is(err, capture.ErrKind)
		}
	}
}

// item prints one thing that a capture holds.
func (d *decoder) item(it *capture.Item) error {
	d.session = session{it.Peer, it.Direction, it.Session}
	switch {
	case it.Err != nil:
		return it.Err
	case it.State != "":
		d.head(it.Time)
		d.line = d.encoder.AppendFSM(d.line, d.peer, it.State)
		d.write()
		return nil
	}
	m := &d.message
	*m = event.Message{Type: bgp.MessageType(it.Message[bgp.HeaderLen-1]), Raw: it.Message}
	if err := d.parse(m, it.Message[bgp.HeaderLen:]); err != nil {
		return err
	}
	if d.options.command {
		if m.Update != nil {
			d.commands(m, it.Time)
		}
		return nil
	}
	d.print(m, it.Time)
	return nil
}
