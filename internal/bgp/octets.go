package bgp

import (
	"encoding/binary"
	"net/netip"
)

// Lengths become int before arithmetic; the caller has checked them.

func u16(b []byte, i int) int    { return int(binary.BigEndian.Uint16(b[i:])) }
func u24(b []byte, i int) uint32 { return uint32(b[i])<<16 | uint32(b[i+1])<<8 | uint32(b[i+2]) }
func u32(b []byte, i int) uint32 { return binary.BigEndian.Uint32(b[i:]) }
func u64(b []byte, i int) uint64 { return binary.BigEndian.Uint64(b[i:]) }

func appendU16[T ~int | ~uint16 | ~uint32 | ~uint64](dst []byte, v T) []byte {
	return binary.BigEndian.AppendUint16(dst, uint16(v))
}

func appendU24[T ~int | ~uint32 | ~uint64](dst []byte, v T) []byte {
	return append(dst, byte(v>>16), byte(v>>8), byte(v))
}

func appendU32[T ~int | ~uint32 | ~uint64](dst []byte, v T) []byte {
	return binary.BigEndian.AppendUint32(dst, uint32(v))
}

// addrOf makes an address of 4 or 16 octets.
func addrOf(b []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(b)
	return a
}

// appendOctet appends o in decimal: every prefix of a full table is four of them.
func appendOctet(dst []byte, o byte) []byte {
	switch {
	case o >= 100:
		return append(dst, '0'+o/100, '0'+o/10%10, '0'+o%10)
	case o >= 10:
		return append(dst, '0'+o/10, '0'+o%10)
	}
	return append(dst, '0'+o)
}

// appendAddr appends the text of an address of 4 or 16 octets (RFC 5952).
func appendAddr(dst, b []byte) []byte {
	if len(b) == 4 {
		dst = append(appendOctet(dst, b[0]), '.')
		dst = append(appendOctet(dst, b[1]), '.')
		dst = append(appendOctet(dst, b[2]), '.')
		return appendOctet(dst, b[3])
	}
	return addrOf(b).AppendTo(dst)
}

// appendAddrOctets appends the 4 or 16 octets of a.
func appendAddrOctets(dst []byte, a netip.Addr) []byte {
	if a.Is4() {
		b := a.As4()
		return append(dst, b[:]...)
	}
	b := a.As16()
	return append(dst, b[:]...)
}

// putU16 and putU24 write v over the front of b.

func putU16[T ~int | ~uint16 | ~uint64](b []byte, v T) { binary.BigEndian.PutUint16(b, uint16(v)) }

func putU24[T ~uint32 | ~uint64](b []byte, v T) { b[0], b[1], b[2] = byte(v>>16), byte(v>>8), byte(v) }

// maskBits clears what stands behind the length of a prefix in its last octet.
func maskBits(b []byte, bits int) {
	if r := bits & 7; r != 0 && bits/8 < len(b) {
		b[bits/8] &= 0xff << (8 - r)
	}
}
