package speaker

import (
	"time"

	"github.com/herald-bgp/herald/internal/fsm"
)

// timerCount is the slots that timers need: one for each of the peer's, two for
// each of a connection's.
const timerCount = 2 * (int(fsm.KeepaliveTimer) + 1)

// timers is the timers of a machine on one of the system's. The zero Time is a
// timer that is not armed.
type timers struct {
	at    [timerCount]time.Time
	timer *time.Timer
}

func newTimers() timers {
	t := time.NewTimer(0)
	t.Stop()
	return timers{timer: t}
}

func slot(t fsm.Timer, c fsm.Conn) int { return 2*int(t) + int(c) }

func (t *timers) arm(tm fsm.Timer, c fsm.Conn, after time.Duration) {
	t.at[slot(tm, c)] = time.Now().Add(after)
}

func (t *timers) disarm(tm fsm.Timer, c fsm.Conn) { t.at[slot(tm, c)] = time.Time{} }

// next sets the system's timer for the one that expires first.
func (t *timers) next() {
	var first time.Time
	for _, at := range t.at {
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if first.IsZero() {
		t.timer.Stop()
		return
	}
	t.timer.Reset(time.Until(first))
}

// expired disarms and returns a timer that has expired; false when none has.
func (t *timers) expired(now time.Time) (fsm.Timer, fsm.Conn, bool) {
	for i, at := range t.at {
		if !at.IsZero() && !at.After(now) {
			t.at[i] = time.Time{}
			return fsm.Timer(i / 2), fsm.Conn(i % 2), true
		}
	}
	return 0, 0, false
}
