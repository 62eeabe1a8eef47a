package helper

import "time"

// restarts decides when a program that has ended is started again: at once, a few
// times; after that with growing pauses, until it has run for long enough.
type restarts struct {
	fig   Figures
	times []time.Time   // of the restarts within the window
	pause time.Duration // the last one; 0 as long as restarts happen at once
	limit bool          // has been reached
}

// next returns how long to wait, and whether the limit has just been reached. A
// program that could not be started at all is not tried again at once.
func (r *restarts) next(now time.Time, failed bool) (pause time.Duration, limit bool) {
	if n := len(r.times); n > 0 && now.Sub(r.times[n-1]) >= r.fig.Window {
		*r = restarts{fig: r.fig}
	}
	for len(r.times) > 0 && now.Sub(r.times[0]) >= r.fig.Window {
		r.times = r.times[1:]
	}
	used := len(r.times) >= r.fig.Restarts
	if r.pause > 0 || used || failed {
		r.pause = min(max(2*r.pause, r.fig.MinPause), r.fig.MaxPause)
	}
	limit = used && !r.limit
	r.limit = r.limit || used
	r.times = append(r.times, now.Add(r.pause))
	return r.pause, limit
}
