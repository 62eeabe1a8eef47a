package tcp

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// systemTTL is what the system begins with.
const systemTTL = 64

// setMD5 turns signatures on. FreeBSD takes the keys from its security association
// database (setkey(8)), by the addresses of both ends, so that a socket option
// cannot carry one; and one option covers all peers of a listener.
func setMD5(fd int, _ netip.Prefix, key string) error {
	if key == "" {
		return nil
	}
	return unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_MD5SIG, 1)
}

func bindToDevice(int, bool, string) error { return errUnsupported }

func setMinTTL(fd int, v6 bool, ttl int) error {
	if v6 {
		return errUnsupported
	}
	return unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MINTTL, ttl)
}
