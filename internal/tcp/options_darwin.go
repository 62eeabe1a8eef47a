package tcp

import (
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// systemTTL is what the system begins with.
const systemTTL = 64

func setMD5(_ int, _ netip.Prefix, key string) error {
	if key == "" {
		return nil
	}
	return errUnsupported
}

func bindToDevice(fd int, v6 bool, device string) error {
	i, err := net.InterfaceByName(device)
	if err != nil {
		return err
	}
	if v6 {
		return unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_BOUND_IF, i.Index)
	}
	return unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_BOUND_IF, i.Index)
}

func setMinTTL(int, bool, int) error { return errUnsupported }
