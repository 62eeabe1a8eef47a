package helper

import "time"

// restarts decides when a program that has ended is started again.
type restarts struct {
	fig    Figures
	times  []time.Time // of the restarts within the window
	pause  time.Duration
	warned bool
}

// next returns how long to wait, and whether the limit has just been reached. A
// program that could not be started at all is not tried again at once.
func (r *restarts) next(now time.Time, failed bool) (pause time.Duration, limit bool) {
	i := 0
	for i < len(r.times) && now.Sub(r.times[i]) >= r.fig.Window {
		i++
	}
	r.times = r.times[i:]
	if len(r.times) == 0 {
		r.pause, r.warned = 0, false // it has run, or been waited for, long enough
	}
	used := len(r.times) >= r.fig.Restarts
	if !used && !failed {
		r.times = append(r.times, now)
		return 0, false
	}
	r.pause = min(max(2*r.pause, r.fig.MinPause), r.fig.MaxPause)
	r.times = append(r.times, now.Add(r.pause))
	limit = used && !r.warned
	r.warned = r.warned || used
	return r.pause, limit
}
