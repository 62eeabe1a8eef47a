package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"log/syslog"
	"net"
	"os"
	"strings"
	"time"
)

// sourceKey is the attribute that names the part of the program a line comes
// from: ExaBGP's first column, and what its log switches are about.
const sourceKey = "source"

// logHandler writes ExaBGP's line: source, message, then attributes as key=value.
// Each record goes out in one write.
type logHandler struct {
	queue  *logQueue
	opts   *logOptions
	source string
	attrs  string // of With, ready to append
	group  string // prefix of keys
}

// logOptions is what the log settings say.
type logOptions struct {
	least slog.Level
	long  bool            // time and process number before the line
	off   map[string]bool // sources that are switched off
	pid   int
}

// Levels above and below slog's own.
const (
	levelCritical = slog.LevelError + 4
	levelNotSet   = slog.LevelDebug - 4
)

func (l level) slog() slog.Level {
	switch l {
	case "FATAL", "CRITICAL":
		return levelCritical
	case "ERROR":
		return slog.LevelError
	case "WARNING":
		return slog.LevelWarn
	case "DEBUG":
		return slog.LevelDebug
	case "NOTSET":
		return levelNotSet
	}
	return slog.LevelInfo
}

// newLog makes the log that the settings ask for. The Closer ends it.
func newLog(s *settings, stderr io.Writer, pid int) (*slog.Logger, io.Closer, error) {
	if !s.log.enable {
		return slog.New(slog.DiscardHandler), io.NopCloser(nil), nil
	}
	opts := &logOptions{least: s.log.level.slog(), long: !s.log.short, off: s.silentSources(), pid: pid}
	w, isFile, err := openLog(s.log.destination, stderr)
	if err != nil {
		return nil, nil, err
	}
	opts.long = opts.long || isFile
	h := &logHandler{opts: opts, source: "daemon"}
	h.queue = newLogQueue(
		func(r logRecord) { _, _ = w.Write(r.text) }, // there is nowhere to say that it fails
		func(records int) logRecord {
			attrs := appendAttr(nil, "", slog.Int("records", records))
			return logRecord{text: opts.appendLines(nil, time.Now(), slog.LevelWarn, h.source, logLost, attrs)}
		})
	return slog.New(h), h.queue, nil
}

// logsToStderr reports whether helpers may share our standard error, as in ExaBGP.
func (s *settings) logsToStderr() bool {
	return !s.log.enable || s.log.destination == "stdout" || s.log.destination == "stderr"
}

// silentSources are those whose switch is off.
func (s *settings) silentSources() map[string]bool {
	off := map[string]bool{}
	for source, on := range map[string]bool{
		"configuration": s.log.configuration, "reactor": s.log.reactor, "daemon": s.log.daemon,
		"processes": s.log.processes, "network": s.log.network, "statistics": s.log.statistics,
		"wire": s.log.packets, "rib": s.log.rib, "message": s.log.message, "timer": s.log.timers,
		"routes": s.log.routes, "parser": s.log.parser,
	} {
		off[source] = !on && !s.log.all
	}
	return off
}

// openLog opens a destination. ExaBGP: "stdout" is the standard error too.
func openLog(destination string, stderr io.Writer) (w io.Writer, isFile bool, err error) {
	path, isPath := strings.CutPrefix(destination, "file:")
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, false, fmt.Errorf("log.destination: %w", err)
		}
		path, isPath = home+"/"+rest, true
	}
	host, isHost := strings.CutPrefix(destination, "host:")
	switch {
	case destination == "stdout" || destination == "stderr":
		return stderr, false, nil
	case destination == "syslog":
		w, err = syslog.New(syslog.LOG_DAEMON|syslog.LOG_INFO, "herald")
	case isHost:
		if _, _, err := net.SplitHostPort(host); err != nil {
			host = net.JoinHostPort(host, "514")
		}
		w, err = syslog.Dial("udp", host, syslog.LOG_DAEMON|syslog.LOG_INFO, "herald")
	case isPath || strings.HasPrefix(path, "/"):
		w, err = openRotated(path)
		isFile = true
	default:
		fmt.Fprintf(stderr, "invalid log destination '%s', expected stdout, stderr, syslog, host:ADDRESS or an absolute file path; falling back to stderr\n", destination)
		return stderr, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("log.destination '%s': %w", destination, err)
	}
	return w, isFile, nil
}

// Enabled implements slog.Handler.
func (h *logHandler) Enabled(_ context.Context, l slog.Level) bool {
	return l >= h.opts.least && !h.opts.off[h.source]
}

// WithAttrs implements slog.Handler.
func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	b := []byte(h.attrs)
	for _, a := range attrs {
		if a.Key == sourceKey {
			c.source = a.Value.String()
			continue
		}
		b = appendAttr(b, h.group, a)
	}
	c.attrs = string(b)
	return &c
}

// WithGroup implements slog.Handler.
func (h *logHandler) WithGroup(name string) slog.Handler {
	c := *h
	c.group += name + "."
	return &c
}

// Handle implements slog.Handler.
func (h *logHandler) Handle(_ context.Context, r slog.Record) error {
	source := h.source
	attrs := []byte(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == sourceKey {
			source = a.Value.String()
		} else {
			attrs = appendAttr(attrs, h.group, a)
		}
		return true
	})
	if h.opts.off[source] {
		return nil
	}
	h.queue.add(logRecord{text: h.opts.appendLines(nil, r.Time, r.Level, source, r.Message, attrs)})
	return nil
}

// appendLines appends the lines of a record: attributes stand behind the last, and
// before the first how bad it is.
func (o *logOptions) appendLines(b []byte, at time.Time, l slog.Level, source, message string, attrs []byte) []byte {
	var head []byte
	if o.long {
		head = at.AppendFormat(head, time.TimeOnly)
		head = fmt.Appendf(head, " %-6d ", o.pid)
	}
	head = fmt.Appendf(head, "%-15s ", source)
	lines := strings.Split(severity(l)+strings.TrimRight(message, "\n"), "\n")
	for i, line := range lines {
		b = append(append(b, head...), line...)
		if i == len(lines)-1 {
			b = append(b, attrs...)
		}
		b = append(b, '\n')
	}
	return b
}

// severity is what stands before a message that somebody should look at.
func severity(l slog.Level) string {
	switch {
	case l >= levelCritical:
		return "critical: "
	case l >= slog.LevelError:
		return "error: "
	case l >= slog.LevelWarn:
		return "warning: "
	}
	return ""
}

// appendAttr appends " key=value", quoted when it has a blank.
func appendAttr(b []byte, group string, a slog.Attr) []byte {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		for _, g := range v.Group() {
			b = appendAttr(b, group+a.Key+".", g)
		}
		return b
	}
	if a.Equal(slog.Attr{}) {
		return b
	}
	text := v.String()
	b = append(append(append(b, ' '), group...), a.Key...)
	b = append(b, '=')
	if text == "" || strings.ContainsAny(text, " \"\n") {
		return fmt.Appendf(b, "%q", text)
	}
	return append(b, text...)
}

// A log file is rotated when it has grown to logFileSize; logFiles older ones are kept.
const (
	logFileSize = 1 << 20
	logFiles    = 3
)

// rotatedFile is a log file that is renamed to .1, .2 and so on when it is full.
type rotatedFile struct {
	path string
	f    *os.File
	size int64
}

func openRotated(path string) (*rotatedFile, error) {
	r := &rotatedFile{path: path}
	return r, r.open()
}

func (r *rotatedFile) open() error {
	f, err := os.OpenFile(r.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return err
	}
	r.f, r.size = f, info.Size()
	return nil
}

// Write implements io.Writer.
func (r *rotatedFile) Write(b []byte) (int, error) {
	if r.size+int64(len(b)) > logFileSize && r.size > 0 {
		// A file that cannot be renamed goes on growing: better than a lost line.
		if err := r.rotate(); err != nil && r.f == nil {
			return 0, err
		}
	}
	n, err := r.f.Write(b)
	r.size += int64(n)
	return n, err
}

func (r *rotatedFile) rotate() error {
	for i := logFiles; i > 0; i-- {
		from := fmt.Sprintf("%s.%d", r.path, i-1)
		if i == 1 {
			from = r.path
		}
		if err := os.Rename(from, fmt.Sprintf("%s.%d", r.path, i)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	r.f.Close()
	r.f = nil
	return r.open()
}

// Close implements io.Closer.
func (r *rotatedFile) Close() error { return r.f.Close() }
