package tcp

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// systemTTL goes back to the default of the system.
const systemTTL = -1

// setMD5 sets the key of MD5 signatures (RFC 2385), or removes it when it is empty.
func setMD5(fd int, peers netip.Prefix, key string) error {
	sig := unix.TCPMD5Sig{Keylen: uint16(len(key))}
	copy(sig.Key[:], key)
	addr := peers.Addr().Unmap()
	putSockaddr(&sig.Addr, addr)
	if peers.IsSingleIP() {
		return unix.SetsockoptTCPMD5Sig(fd, unix.IPPROTO_TCP, unix.TCP_MD5SIG, &sig)
	}
	sig.Flags = unix.TCP_MD5SIG_FLAG_PREFIX
	sig.Prefixlen = uint8(peers.Bits())
	return unix.SetsockoptTCPMD5Sig(fd, unix.IPPROTO_TCP, unix.TCP_MD5SIG_EXT, &sig)
}

// putSockaddr writes a as sockaddr_in or sockaddr_in6, whose port the kernel does
// not look at here:
//
//	in:  0: port (2)  2: address (4)
//	in6: 0: port (2)  2: flow (4)  6: address (16)
func putSockaddr(s *unix.SockaddrStorage, a netip.Addr) {
	if a.Is4() {
		s.Family = unix.AF_INET
		b := a.As4()
		copy(s.Data[2:], b[:])
		return
	}
	s.Family = unix.AF_INET6
	b := a.As16()
	copy(s.Data[6:], b[:])
}

func bindToDevice(fd int, _ bool, device string) error { return unix.BindToDevice(fd, device) }

func setTTL(fd int, v6 bool, ttl int) error {
	if v6 {
		return unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_UNICAST_HOPS, ttl)
	}
	return unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_TTL, ttl)
}

// setMinTTL has the kernel drop what comes from further away (RFC 5082).
func setMinTTL(fd int, v6 bool, ttl int) error {
	if v6 {
		return unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MINHOPCOUNT, ttl)
	}
	return unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MINTTL, ttl)
}
