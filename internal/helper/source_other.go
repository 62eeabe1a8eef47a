//go:build unix && !linux

package helper

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// polled waits with the runtime's poller: kqueue's timers are exact.
type polled struct {
	pollable
	raw syscall.RawConn
}

func newPolled(r pollable, raw syscall.RawConn) source { return &polled{r, raw} }

func (p *polled) quiet(d time.Duration) bool {
	if err := p.SetReadDeadline(time.Now().Add(d)); err != nil {
		return true
	}
	defer p.SetReadDeadline(time.Time{})
	err := p.raw.Read(func(fd uintptr) bool {
		fds := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(fds[:], 0)
		return err != nil || n > 0
	})
	return errors.Is(err, os.ErrDeadlineExceeded)
}

// unreadOf returns nil: only Linux counts what a pipe holds at its writing end.
func unreadOf(io.Writer) func() int { return nil }
