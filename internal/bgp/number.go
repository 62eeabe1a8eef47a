package bgp

import "github.com/herald-bgp/herald/internal/lex"

// hexDigit returns the value of a hexadecimal digit; more than 15 for anything else.
func hexDigit(c byte) uint64 {
	switch {
	case '0' <= c && c <= '9':
		return uint64(c - '0')
	case 'a' <= c && c <= 'f':
		return uint64(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return uint64(c-'A') + 10
	}
	return 255
}

// cutBase returns the digits of a number and their base: 16 after "0x".
func cutBase(w string) (digits string, base uint64) {
	if len(w) > 1 && w[0] == '0' && w[1]|0x20 == 'x' {
		return w[2:], 16
	}
	return w, 10
}

// parseUint reads a number of at most max, decimal or "0x…".
func parseUint(w string, max uint64) (uint64, bool) {
	digits, base := cutBase(w)
	if base == 10 {
		return lex.ParseUint(w, max)
	}
	var v uint64
	for i := range len(digits) {
		d := hexDigit(digits[i])
		if d > 15 || v > max>>4 || v<<4|d > max {
			return 0, false
		}
		v = v<<4 | d
	}
	return v, digits != ""
}

// appendHexDigits appends the octets of hexadecimal digits after "0x"; false when
// they are not whole octets. On failure dst is as it was.
func appendHexDigits(dst []byte, w string) ([]byte, bool) {
	digits, base := cutBase(w)
	if base != 16 {
		return dst, false
	}
	return appendDigits(dst, digits)
}

// appendDigits does the same without "0x".
func appendDigits(dst []byte, digits string) ([]byte, bool) {
	if len(digits)%2 != 0 {
		return dst, false
	}
	start := len(dst)
	for i := 0; i < len(digits); i += 2 {
		h, l := hexDigit(digits[i]), hexDigit(digits[i+1])
		if h|l > 15 {
			return dst[:start], false
		}
		dst = append(dst, byte(h<<4|l))
	}
	return dst, true
}

// parseAddr4 reads a dotted quad.
func parseAddr4(w string) (ip [4]byte, ok bool) {
	n, digits := 0, 0
	v := 0
	for i := range len(w) {
		switch c := w[i]; {
		case c == '.' && digits > 0 && n < 3:
			ip[n], n, v, digits = byte(v), n+1, 0, 0
		case '0' <= c && c <= '9' && (digits == 0 || v > 0):
			if v, digits = v*10+int(c-'0'), digits+1; v > 255 {
				return ip, false
			}
		default:
			return ip, false
		}
	}
	ip[3] = byte(v)
	return ip, n == 3 && digits > 0
}
