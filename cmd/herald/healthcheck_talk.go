package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"log/syslog"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// station is the connection of a helper program with its daemon. Answers are read
// all the time: one that nobody waits for must not fill the pipe.
type station struct {
	w    io.Writer
	log  *slog.Logger
	wait bool // for answers
	sent int64

	heard atomic.Int64  // answers
	done  atomic.Bool   // what the last one says
	wake  chan struct{} // has something when heard has changed
	gone  chan struct{} // closed when no answer will come any more
}

// answerTime is how long an answer is waited for.
const answerTime = 5 * time.Second

// newStation speaks through our standard input and output. ExaBGP: on a terminal no
// answer is waited for.
func newStation(a *app, ack bool, log *slog.Logger) *station {
	s := &station{w: a.stdout, log: log, wait: ack, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	if f, ok := a.stdout.(*os.File); ok && isTerminal(f) {
		s.wait = false
	}
	go s.listen(a.stdin)
	return s
}

// listen takes lines until the end. Events are passed over.
func (s *station) listen(r io.Reader) {
	defer close(s.gone)
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		done, ok := answerOf(lines.Text())
		if !ok {
			continue
		}
		s.done.Store(done)
		s.heard.Add(1)
		select {
		case s.wake <- struct{}{}:
		default: // it has not been looked at yet
		}
	}
	_, _ = io.Copy(io.Discard, r)
}

// answerOf reads an answer, in text or as an object.
func answerOf(line string) (done, ok bool) {
	word := line
	if strings.HasPrefix(line, "{") && strings.Contains(line, `"answer"`) {
		var o struct{ Answer string }
		if json.Unmarshal([]byte(line), &o) == nil {
			word = o.Answer
		}
	}
	return word == "done", word == "done" || word == "error"
}

// tell writes commands. It reports whether all of them were done, as far as that is
// asked; an error means that nobody listens.
func (s *station) tell(ctx context.Context, commands []string) (bool, error) {
	all, late := true, false
	for _, c := range commands {
		s.log.Debug("command", "line", c)
		if _, err := io.WriteString(s.w, c+"\n"); err != nil {
			return false, fmt.Errorf("the daemon does not listen: %w", err)
		}
		s.sent++
		switch {
		case !s.wait:
		case late: // of many answers that do not come, one is waited for
			all = false
		default:
			done := s.hear(ctx, c)
			late = s.heard.Load() < s.sent
			all = all && done
		}
	}
	return all, nil
}

// hear waits for the answer to the last command, and reports whether it was done.
func (s *station) hear(ctx context.Context, command string) bool {
	t := time.NewTimer(answerTime)
	defer t.Stop()
	for s.heard.Load() < s.sent {
		select {
		case <-s.wake:
		case <-s.gone:
			s.wait = false // a person, or a daemon that ends
			return true
		case <-t.C:
			s.log.Warn("the daemon does not answer: --no-ack if it never does", "command", command)
			return false
		case <-ctx.Done():
			return false
		}
	}
	if !s.done.Load() {
		s.log.Warn("the daemon refuses a command", "command", command)
	}
	return s.done.Load()
}

// healthLog writes LEVEL[healthcheck] MESSAGE, to the standard error and to syslog.
type healthLog struct {
	queue *logQueue
	least slog.Level
	attrs string
}

// newHealthLog makes the log. ExaBGP: -d does without syslog; here, so does a machine
// that has none. The Closer ends it.
func newHealthLog(o *healthOptions, stderr io.Writer) (*slog.Logger, io.Closer) {
	if o.silent {
		stderr = io.Discard
	}
	h := &healthLog{least: slog.LevelInfo}
	if o.debug {
		h.least = slog.LevelDebug
	}
	system, err := o.openSyslog()
	h.queue = newLogQueue(func(r logRecord) { writeHealth(stderr, system, r) }, func(records int) logRecord {
		return logRecord{slog.LevelWarn, appendAttr([]byte(logLost), "", slog.Int("records", records))}
	})
	log := slog.New(h)
	if err != nil {
		log.Debug("no syslog", "error", err)
	}
	return log, h.queue
}

// openSyslog returns nil when syslog is not asked for.
func (o *healthOptions) openSyslog() (*syslog.Writer, error) {
	if o.debug || o.noSyslog {
		return nil, nil
	}
	tag := "healthcheck"
	if o.name != "" {
		tag += "-" + o.name
	}
	where, err := facility(o.facility)
	if err != nil {
		return nil, err
	}
	return syslog.New(where|syslog.LOG_INFO, tag)
}

// writeHealth writes a record; system is nil where there is no syslog. There is nowhere
// to say that it fails.
func writeHealth(stderr io.Writer, system *syslog.Writer, r logRecord) {
	name, send := "INFO", (*syslog.Writer).Info
	switch {
	case r.level < slog.LevelInfo:
		name, send = "DEBUG", (*syslog.Writer).Debug
	case r.level >= slog.LevelError:
		name, send = "ERROR", (*syslog.Writer).Err
	case r.level >= slog.LevelWarn:
		name, send = "WARNING", (*syslog.Writer).Warning
	}
	fmt.Fprintf(stderr, "%s[healthcheck] %s\n", name, r.text)
	if system != nil {
		_ = send(system, string(r.text))
	}
}

// Enabled implements slog.Handler.
func (h *healthLog) Enabled(_ context.Context, l slog.Level) bool { return l >= h.least }

// WithAttrs implements slog.Handler.
func (h *healthLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	for _, a := range attrs {
		c.attrs = string(appendAttr([]byte(c.attrs), "", a))
	}
	return &c
}

// WithGroup implements slog.Handler. Nobody here has groups.
func (h *healthLog) WithGroup(string) slog.Handler { return h }

// Handle implements slog.Handler.
func (h *healthLog) Handle(_ context.Context, r slog.Record) error {
	line := append([]byte(r.Message), h.attrs...)
	r.Attrs(func(a slog.Attr) bool {
		line = appendAttr(line, "", a)
		return true
	})
	h.queue.add(logRecord{r.Level, line})
	return nil
}
