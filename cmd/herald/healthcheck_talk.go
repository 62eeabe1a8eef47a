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
	"sync"
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
	mu     *sync.Mutex
	least  slog.Level
	stderr io.Writer      // nil for none
	syslog *syslog.Writer // nil for none
	attrs  string
}

// newHealthLog makes the log. ExaBGP: -d does without syslog; here, so does a machine
// that has none.
func newHealthLog(o *healthOptions, stderr io.Writer) *slog.Logger {
	h := &healthLog{mu: &sync.Mutex{}, least: slog.LevelInfo, stderr: stderr}
	if o.debug {
		h.least = slog.LevelDebug
	}
	if o.silent {
		h.stderr = nil
	}
	log := slog.New(h)
	if o.debug || o.noSyslog {
		return log
	}
	tag := "healthcheck"
	if o.name != "" {
		tag += "-" + o.name
	}
	where, err := facility(o.facility)
	if err == nil {
		h.syslog, err = syslog.New(where|syslog.LOG_INFO, tag)
	}
	if err != nil {
		log.Debug("no syslog", "error", err)
	}
	return log
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
	name, send := "INFO", (*syslog.Writer).Info
	switch {
	case r.Level < slog.LevelInfo:
		name, send = "DEBUG", (*syslog.Writer).Debug
	case r.Level >= slog.LevelError:
		name, send = "ERROR", (*syslog.Writer).Err
	case r.Level >= slog.LevelWarn:
		name, send = "WARNING", (*syslog.Writer).Warning
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stderr != nil {
		fmt.Fprintf(h.stderr, "%s[healthcheck] %s\n", name, line)
	}
	if h.syslog != nil {
		return send(h.syslog, string(line))
	}
	return nil
}
