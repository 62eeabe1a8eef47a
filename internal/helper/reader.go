package helper

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// source is what a reader reads.
type source interface {
	io.Reader
	// quiet waits for d at most; it reports whether nothing came that Read would return.
	quiet(d time.Duration) bool
}

// lineError says that a client wrote more than a line may hold, without ending it.
type lineError struct{ Size int }

func (e *lineError) Error() string {
	return fmt.Sprintf("a line of %d octets without an end", e.Size)
}

// reader executes the lines of one client.
type reader struct {
	src   source
	out   *Outbuf
	lines Lines
	fig   Figures
	deaf  atomic.Bool // what is still read is not executed: the client is being ended

	buf     []byte // [start:end] has been read and not executed
	start   int
	scanned int // before it there is no newline
	end     int
}

const (
	idleBuffer = 4 << 10
	busyBuffer = 64 << 10
)

func newReader(src source, o *Outbuf, lines Lines, fig Figures) *reader {
	return &reader{src: src, out: o, lines: lines, fig: fig, buf: make([]byte, idleBuffer)}
}

// run reads until the end; nil for an end of file. A last line without newline is
// not executed.
func (r *reader) run() error {
	for {
		err := r.fill()
		if r.execute() {
			err = r.batch(err)
		}
		if err == nil {
			err = r.checkLine()
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// batch goes on executing until the client is quiet, then commits.
func (r *reader) batch(err error) error {
	begin := time.Now()
	for err == nil {
		quiet, longest := r.fig.Quiet, r.fig.Longest
		if r.lines.Hold() {
			quiet, longest = r.fig.HoldQuiet, r.fig.HoldLongest
		}
		d := min(quiet, longest-time.Since(begin))
		if d <= 0 || r.src.quiet(d) {
			break
		}
		err = r.fill()
		r.execute()
		if err == nil {
			err = r.checkLine()
		}
	}
	r.lines.Commit()
	r.out.AnswerRoom()
	return err
}

// fill reads once.
func (r *reader) fill() error {
	r.makeRoom()
	n, err := r.src.Read(r.buf[r.end:])
	r.end += n
	return err
}

// makeRoom moves what is left of the last read to the front, and gives the buffer
// the size that the client's writing asks for.
func (r *reader) makeRoom() {
	left := r.end - r.start
	size := len(r.buf)
	switch {
	case left == size:
		size *= 2
	case r.end == size && size < busyBuffer:
		size = busyBuffer // the last read filled it: the client is writing in bulk
	case size > busyBuffer && left < busyBuffer/2:
		size = busyBuffer
	case r.start == 0:
		return
	}
	to := r.buf
	if size != len(r.buf) {
		to = make([]byte, size)
	}
	copy(to, r.buf[r.start:r.end])
	r.scanned -= r.start
	r.buf, r.start, r.end = to, 0, left
}

// execute executes the complete lines that have been read; false when there is none.
func (r *reader) execute() bool {
	any := false
	for {
		i := bytes.IndexByte(r.buf[r.scanned:r.end], '\n')
		if i < 0 {
			r.scanned = r.end
			return any
		}
		line := r.buf[r.start : r.scanned+i]
		r.start = r.scanned + i + 1
		r.scanned = r.start
		if r.deaf.Load() {
			continue
		}
		any = true
		r.out.commands.Add(1)
		r.lines.Exec(bytes.TrimSuffix(line, []byte{'\r'}))
	}
}

func (r *reader) checkLine() error {
	if size := r.end - r.start; size > r.fig.MaxLine {
		return &lineError{Size: size}
	}
	return nil
}
