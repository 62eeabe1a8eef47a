package helper

import "time"

// wait gives up the lock until there is room, or the client is stalled; false when
// done was closed instead. A buffer that somebody waits for is watched.
func (o *Outbuf) wait(patience time.Duration, done <-chan struct{}) bool {
	if o.room == nil {
		o.room, o.within = make(chan struct{}), o.fig.StallTime
	}
	if patience > 0 {
		o.within = min(o.within, patience)
	}
	if !o.watch() {
		return true
	}
	room := o.room
	o.mu.Unlock()
	defer o.mu.Lock()
	select {
	case <-room:
		return true
	case <-done:
		return false
	}
}

// giveTime lets the time begin in which a client has to take something.
func (o *Outbuf) giveTime() { o.since, o.mark = time.Now(), o.taken }

// watch sees to it that the client is judged when its time is over; false when that
// is now, and it is stalled.
func (o *Outbuf) watch() bool {
	left := o.within - time.Since(o.since)
	switch {
	case left <= 0:
		o.stalled = true
		release(&o.room)
		return false
	case o.timer == nil:
		o.timer = time.AfterFunc(left, o.judge)
	default:
		o.timer.Reset(left)
	}
	return true
}

// judge decides whether a client that somebody waits for has stalled, or has taken
// enough meanwhile. It may come late, when the client is another.
func (o *Outbuf) judge() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.life != nil && !o.stalled && o.room != nil {
		o.watch()
	}
}
