package tcp

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// Unread reports whether something can be read at once: octets, or the end of the
// connection. Without a socket nothing can.
func Unread(conn net.Conn) bool {
	c, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return false // closed
	}
	n := 0
	err = raw.Control(func(fd uintptr) {
		n, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0) // -1 with an error
	})
	return err == nil && n > 0
}
