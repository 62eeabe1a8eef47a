package main

import (
	"fmt"
	"time"

	"github.com/herald-bgp/herald/internal/event"
)

// commands prints an UPDATE as the commands that announce and withdraw its routes,
// or as JSON when there are none that do.
func (d *decoder) commands(m *event.Message, now time.Time) bool {
	line, ok := d.writer.Append(d.line[:0], m.Update)
	if d.line = line; !ok || m.Update.EOR {
		fmt.Fprintln(d.out, "# could not generate API command, falling back to JSON")
		d.print(m, now)
		return true
	}
	d.write()
	return len(d.line) > 0
}
