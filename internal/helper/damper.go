package helper

import (
	"log/slog"
	"time"
)

// Damper keeps one source of records from filling the log. It lets the first records
// of a period through, and says how many it did not. The zero value is ready. It
// belongs to one goroutine.
type Damper struct {
	begin time.Time
	n     int // records since begin
}

// A traceback, or a file of bad commands, is shown in full.
const (
	damperPeriod = 10 * time.Second
	damperBurst  = 500
)

// Pass reports whether a record may be logged. When there begin to be too many, a record
// of its own says so, and another, before the first of the next period, how many of what
// were left out.
func (d *Damper) Pass(log *slog.Logger, what string) bool {
	if now := time.Now(); now.Sub(d.begin) >= damperPeriod {
		if left := d.n - damperBurst; left > 0 {
			log.Warn("some were not logged", "what", what, "left_out", left)
		}
		d.begin, d.n = now, 0
	}
	d.n++
	if d.n == damperBurst+1 {
		log.Warn("there are too many to log: the others are left out", "what", what, "within", damperPeriod)
	}
	return d.n <= damperBurst
}
