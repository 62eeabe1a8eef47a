package tcp

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// AckNow acknowledges at once what has been received. A peer that sends small
// messages without TCP_NODELAY holds the next one back until the last is
// acknowledged, which the system does only after some 40 ms where we are silent.
func AckNow(conn net.Conn) {
	c, ok := conn.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return // closed
	}
	_ = raw.Control(func(fd uintptr) {
		// To fail is to wait, as without it.
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_QUICKACK, 1)
	})
}
