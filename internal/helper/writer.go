package helper

import (
	"io"
	"time"
)

// sink is what a writer writes to.
type sink struct {
	io.Writer
	unread func() int // octets written and not yet read; nil where nobody knows
}

func newSink(w io.Writer) sink { return sink{w, unreadOf(w)} }

// keptAnswers is the largest buffer for answers whose memory is kept for the next.
const keptAnswers = 512 << 10

// A few answers are written one by one, each when the one before has been read or
// the patience is over. Programs that ask select(2) for their next answer and then read
// a line through a buffer, as ExaBGP's own do, would find the second of two answers in
// their buffer only once a third has come.
const (
	fewAnswers   = 8
	paceFirst    = 50 * time.Microsecond // between two looks; twice as long each time
	paceLongest  = 5 * time.Millisecond
	pacePatience = 50 * time.Millisecond // for a program that does not read; less than Figures.Farewell
)

// awaitRead waits until what was written has been read.
func awaitRead(unread func() int, l *life) {
	pause := paceFirst
	for begin := time.Now(); unread() > 0 && time.Since(begin) < pacePatience; pause = min(2*pause, paceLongest) {
		select {
		case <-l.over:
			return
		case <-time.After(pause):
		}
	}
}

// write is the writer of one life of an Outbuf: it ends when the life does, when it
// is leaving and nothing waits, or when the client cannot be written to any more.
func write(w sink, o *Outbuf, l *life) error {
	var scratch []byte
	for {
		// Answers are asked for before each chunk of events: they do not stand
		// behind megabytes of them.
		answers, events, more := o.take(l, scratch, w.unread != nil)
		if answers == nil && events == nil {
			return nil
		}
		if answers != nil {
			if scratch = answers; cap(scratch) > keptAnswers {
				scratch = nil
			}
			if _, err := w.Write(answers); err != nil {
				return err
			}
			o.tookAnswers(l)
			if more {
				awaitRead(w.unread, l)
			}
		}
		if events != nil {
			if _, err := w.Write(events); err != nil {
				return err
			}
			o.tookEvents(l, events)
		}
	}
}
