package helper

import (
	"errors"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// polled asks with ppoll(2): the timers of the Go runtime are rounded to a
// millisecond where epoll waits for them, which is too coarse here.
type polled struct {
	pollable
	raw  syscall.RawConn
	ask  func(fd uintptr)
	fds  [1]unix.PollFd
	left unix.Timespec
	none bool
}

func newPolled(r pollable, raw syscall.RawConn) source {
	p := &polled{pollable: r, raw: raw}
	p.ask = p.poll // once: a closure for each call would be an allocation
	return p
}

func (p *polled) quiet(d time.Duration) bool {
	p.left = unix.NsecToTimespec(d.Nanoseconds())
	p.none = false
	return p.raw.Control(p.ask) == nil && p.none
}

func (p *polled) poll(fd uintptr) {
	p.fds[0] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN}
	for {
		// The kernel leaves in p.left what is left, for when a signal comes between.
		n, err := unix.Ppoll(p.fds[:], &p.left, nil)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		p.none = err == nil && n == 0
		return
	}
}
