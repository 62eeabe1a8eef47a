package helper

import "io"

// keptAnswers is the largest buffer for answers whose memory is kept for the next.
const keptAnswers = 512 << 10

// write is the writer of one life of an Outbuf: it ends when the life does, when it
// is leaving and nothing waits, or when the client cannot be written to any more.
func write(w io.Writer, o *Outbuf, l *life) error {
	var scratch []byte
	for {
		// Answers are asked for before each chunk of events: they do not stand
		// behind megabytes of them.
		answers, events := o.take(l, scratch)
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
		}
		if events != nil {
			if _, err := w.Write(events); err != nil {
				return err
			}
			o.tookEvents(l, events)
		}
	}
}
