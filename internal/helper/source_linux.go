package helper

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// timerSlack is how much later than asked for the kernel lets ppoll(2) return, so that
// it can wake several sleepers at once: see PR_SET_TIMERSLACK in prctl(2).
const timerSlack = 50 * time.Microsecond

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
	p.left = unix.NsecToTimespec(max(d-timerSlack, 0).Nanoseconds())
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

// unreadOf returns what counts the octets in a pipe that its other end has not read;
// nil for anything else.
func unreadOf(w io.Writer) func() int {
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	raw, err := f.SyscallConn()
	if err != nil {
		return nil
	}
	return func() (n int) {
		err := raw.Control(func(fd uintptr) { n, _ = unix.IoctlGetInt(int(fd), unix.TIOCINQ) }) // FIONREAD
		if err != nil {
			return 0
		}
		return n
	}
}
