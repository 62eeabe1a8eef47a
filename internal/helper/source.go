package helper

import (
	"io"
	"syscall"
	"time"
)

// newSource makes a source of a pipe or a socket. A reader that is neither counts as
// quiet once it has been read.
func newSource(r io.Reader) source {
	switch r := r.(type) {
	case source:
		return r
	case pollable:
		if raw, err := r.SyscallConn(); err == nil {
			return newPolled(r, raw)
		}
	}
	return plain{r}
}

// pollable is a file or a connection that the kernel can be asked about.
type pollable interface {
	io.Reader
	syscall.Conn
	SetReadDeadline(t time.Time) error
}

type plain struct{ io.Reader }

func (plain) quiet(time.Duration) bool { return true }
