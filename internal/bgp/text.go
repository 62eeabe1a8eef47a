package bgp

import (
	"net/netip"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// appendTextString appends octets that a peer chose to a line of text: what would
// break the line, or is not printable, is escaped; octets that are not UTF-8
// become U+FFFD.
//
// Deviation: 4.2 writes them as they are, which lets a peer forge an event.
func appendTextString(dst, s []byte, f *Face) []byte {
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		s = s[n:]
		switch {
		case unicode.IsPrint(r):
			dst = utf8.AppendRune(dst, r)
		case f.Dialect.Main():
			dst = appendPythonEscape(dst, r)
		default:
			dst = append(dst, `\x`...)
			if r < 0x10 {
				dst = append(dst, '0')
			}
			dst = strconv.AppendUint(dst, uint64(r), 16)
		}
	}
	return dst
}

// appendPythonEscape appends r as Python's repr of a string has it.
func appendPythonEscape(dst []byte, r rune) []byte {
	switch {
	case r == '\n':
		return append(dst, `\n`...)
	case r == '\r':
		return append(dst, `\r`...)
	case r == '\t':
		return append(dst, `\t`...)
	case r < 0x100:
		return append(dst, '\\', 'x', lowerHex[r>>4], lowerHex[r&15])
	case r < 0x10000:
		return appendEscape(dst, r)
	}
	dst = append(dst, '\\', 'U', '0', '0', '0')
	for shift := 16; shift >= 0; shift -= 4 {
		dst = append(dst, lowerHex[r>>shift&15])
	}
	return dst
}

// appendAddrText appends the text of a; "0.0.0.0" for none.
func appendAddrText(dst []byte, a netip.Addr) []byte {
	if !a.IsValid() {
		return append(dst, "0.0.0.0"...)
	}
	return a.AppendTo(dst)
}
