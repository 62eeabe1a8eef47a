package tcp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Options of the kernel (linux/tcp.h), since Linux 6.7.
const (
	tcpAOAddKey = 38
	tcpAODelKey = 39
)

// Sizes and places in struct tcp_ao_add and struct tcp_ao_del:
//
//	add: 0: address (128)  128: algorithm (64)  192: ifindex (4)  196: flags (4)  200: reserved (2)
//	     202: prefix  203: send id  204: receive id  205: octets of the MAC  206: key flags  207: key length  208: key (80)
//	del: 0: address (128)  128: ifindex (4)  132: flags (4)  136: reserved (2)
//	     138: prefix  139: send id  140: receive id  141: current key  142: rnext  143: key flags
const (
	aoAddLen = 288
	aoDelLen = 144

	aoAddAlgorithm = 128
	aoAddPrefix    = 202
	aoAddKey       = 208
	aoDelPrefix    = 138
)

// aoMACLen is the length of a MAC in octets: 96 bits for all algorithms, which is
// what other systems expect of a key without another one (RFC 5926 §3.2).
const aoMACLen = 12

// aoAlgorithm returns the kernel's name of an algorithm.
func aoAlgorithm(name string) string {
	switch name {
	case "hmac-sha-1-96":
		return "hmac(sha1)"
	case "aes-128-cmac-96":
		return "cmac(aes128)" // with a key of any length (RFC 5926 §3.1.1.2)
	case "hmac-sha-256":
		return "hmac(sha256)"
	}
	return ""
}

// addAO has the kernel sign with TCP-AO (RFC 5925). An accepted connection has its
// listener's keys already; one that was made without takes none any more.
func addAO(fd int, peers netip.Prefix, k Key) error {
	b, err := aoAdd(peers, k)
	if err != nil {
		return err
	}
	err = unix.SetsockoptString(fd, unix.IPPROTO_TCP, tcpAOAddKey, string(b))
	switch {
	case errors.Is(err, unix.EEXIST):
		return nil
	case errors.Is(err, unix.ENOPROTOOPT):
		return fmt.Errorf("the kernel does not have TCP-AO, which takes Linux 6.7 with CONFIG_TCP_AO: %w", err)
	case errors.Is(err, unix.ENOENT):
		return fmt.Errorf("the kernel does not have %s: %w", k.Algorithm, err)
	}
	return err
}

func removeAO(fd int, peers netip.Prefix, k Key) error {
	return unix.SetsockoptString(fd, unix.IPPROTO_TCP, tcpAODelKey, string(aoDel(peers, k)))
}

// aoAdd makes a struct tcp_ao_add.
func aoAdd(peers netip.Prefix, k Key) ([]byte, error) {
	algorithm := aoAlgorithm(k.Algorithm)
	if algorithm == "" {
		return nil, fmt.Errorf("unknown algorithm %q", k.Algorithm)
	}
	b := make([]byte, aoAddLen)
	putPeers(b, peers)
	copy(b[aoAddAlgorithm:], algorithm)
	v := b[aoAddPrefix:aoAddKey]
	v[0], v[1], v[2], v[3], v[5] = byte(peers.Bits()), k.ID, k.ID, aoMACLen, byte(len(k.Secret))
	copy(b[aoAddKey:], k.Secret)
	return b, nil
}

// aoDel makes a struct tcp_ao_del.
func aoDel(peers netip.Prefix, k Key) []byte {
	b := make([]byte, aoDelLen)
	putPeers(b, peers)
	v := b[aoDelPrefix:]
	v[0], v[1], v[2] = byte(peers.Bits()), k.ID, k.ID
	return b
}

// putPeers writes the address of a prefix as a sockaddr, whose family is in the
// order of the machine.
func putPeers(b []byte, peers netip.Prefix) {
	var s unix.SockaddrStorage
	putSockaddr(&s, peers.Masked().Addr())
	binary.NativeEndian.PutUint16(b, s.Family)
	copy(b[2:], s.Data[:])
}
