package main

import (
	"log/slog"
	"sync"
	"time"
)

// A log may be a pipe that nobody reads, a disk that hangs, a syslog that is busy: what
// waits for it is kept up to logBacklog octets, and when the program ends it has
// logFarewell to take that.
const (
	logBacklog  = 1 << 20
	logFarewell = time.Second
)

// logLost tells of records that had no room.
const logLost = "the log is not taken fast enough: some of it is lost"

// logRecord is a record as it is written.
type logRecord struct {
	level slog.Level
	text  []byte
}

// logQueue writes records in a goroutine of its own, so that nobody waits for the log.
// Records that have no room are lost, and counted.
type logQueue struct {
	write func(logRecord)
	lost  func(records int) logRecord // the record that tells of others
	wake  chan struct{}               // of capacity 1
	over  chan struct{}               // closed when all is written after Close

	mu      sync.Mutex
	waiting []logRecord
	octets  int // of them
	dropped int // since the last one of them
	closed  bool
}

func newLogQueue(write func(logRecord), lost func(records int) logRecord) *logQueue {
	q := &logQueue{write: write, lost: lost, wake: make(chan struct{}, 1), over: make(chan struct{})}
	go q.run()
	return q
}

// add takes a record, if there is room. Once one had none, no other has until the log
// has taken something: they stay in order.
func (q *logQueue) add(r logRecord) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.poke()
	if q.dropped > 0 || q.octets+len(r.text) > logBacklog {
		q.dropped++
		return
	}
	q.waiting = append(q.waiting, r)
	q.octets += len(r.text)
}

func (q *logQueue) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *logQueue) run() {
	defer close(q.over)
	for {
		q.mu.Lock()
		list, dropped, closed := q.waiting, q.dropped, q.closed
		q.waiting, q.octets, q.dropped = nil, 0, 0
		q.mu.Unlock()
		for _, r := range list {
			q.write(r)
		}
		switch {
		case dropped > 0:
			q.write(q.lost(dropped))
		case len(list) > 0:
		case closed:
			return
		default:
			<-q.wake
		}
	}
}

// Close lets what waits be written, for a while.
func (q *logQueue) Close() error {
	q.mu.Lock()
	q.closed = true
	q.poke()
	q.mu.Unlock()
	t := time.NewTimer(logFarewell)
	defer t.Stop()
	select {
	case <-q.over:
	case <-t.C:
	}
	return nil
}
