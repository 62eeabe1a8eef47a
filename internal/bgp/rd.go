package bgp

import (
	"net/netip"
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// Route distinguisher (RFC 4364 §4.2):
//
//	0: type (2)
//	2: type 0: AS number (2), number (4)
//	   type 1: IPv4 address (4), number (2)
//	   type 2: AS number (4), number (2)
const rdLen = 8

const (
	rdAS2  = 0
	rdIPv4 = 1
	rdAS4  = 2
)

// parseRD reads "65000:1", "192.0.2.1:1", "70000:1", or "0x" and 16 digits. The text
// chooses the type: a dotted quad 1, an AS number of two octets 0, a longer one 2.
func parseRD(w string) (rd [rdLen]byte, ok bool) {
	if strings.HasPrefix(w, "0x") {
		b, ok := appendHexDigits(rd[:0], w)
		return rd, ok && len(b) == rdLen
	}
	left, right, cut := strings.Cut(w, ":")
	if !cut {
		return rd, false
	}
	n, ok := lex.ParseUint(right, 1<<32-1)
	if !ok {
		return rd, false
	}
	if strings.IndexByte(left, '.') >= 0 {
		a, err := netip.ParseAddr(left)
		if err != nil || !a.Is4() || n > 0xffff {
			return rd, false
		}
		dst := appendAddrOctets(append(rd[:0], 0, rdIPv4), a)
		appendU16(dst, n)
		return rd, true
	}
	as, ok := lex.ParseUint(left, 1<<32-1)
	switch {
	case !ok:
		return rd, false
	case as <= 0xffff:
		appendU32(appendU16(append(rd[:0], 0, rdAS2), as), n)
	case n <= 0xffff:
		appendU16(appendU32(append(rd[:0], 0, rdAS4), as), n)
	default:
		return rd, false
	}
	return rd, true
}

// appendRD appends the text of the route distinguisher at the front of b.
func appendRD(dst, b []byte) []byte {
	switch u16(b, 0) {
	case rdAS2:
		dst = appendUint(dst, "", uint16(u16(b, 2)))
		return appendUint(dst, ":", u32(b, 4))
	case rdIPv4:
		dst = appendAddr(dst, b[2:6])
		return appendUint(dst, ":", uint16(u16(b, 6)))
	case rdAS4:
		dst = appendUint(dst, "", u32(b, 2))
		return appendUint(dst, ":", uint16(u16(b, 6)))
	}
	return append0x(dst, b[:rdLen])
}

// knownRD reports whether b begins with a route distinguisher of a known type.
func knownRD(b []byte) bool { return len(b) >= rdLen && u16(b, 0) <= rdAS4 }

// appendRDWords appends what parseRD makes the same of: the text, but for a short AS
// number of type 2.
func appendRDWords(dst, rd []byte) []byte {
	if u16(rd, 0) == rdAS4 && u32(rd, 2) <= 0xffff {
		return append0x(dst, rd[:rdLen])
	}
	return appendRD(dst, rd)
}
