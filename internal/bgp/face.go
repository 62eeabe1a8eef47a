package bgp

import "strconv"

// Dialect is the version of ExaBGP whose answers and event shapes are wanted.
// The grammar of commands does not depend on it.
type Dialect uint8

// The dialects, named by the value of exabgp_api_version. The zero value is ExaBGP 5.0.
const (
	Dialect5  Dialect = iota // ExaBGP 5.0
	Dialect42                // ExaBGP 4.2
	Dialect4                 // ExaBGP main, API version 4
	Dialect6                 // ExaBGP main, API version 6
)

// ParseDialect reads a value of exabgp_api_version.
func ParseDialect(w string) (Dialect, bool) {
	switch w {
	case "5", "5.0":
		return Dialect5, true
	case "4.2":
		return Dialect42, true
	case "4":
		return Dialect4, true
	case "6":
		return Dialect6, true
	}
	return Dialect5, false
}

// String gives the value of exabgp_api_version.
func (d Dialect) String() string {
	switch d {
	case Dialect42:
		return "4.2"
	case Dialect4:
		return "4"
	case Dialect6:
		return "6"
	case Dialect5:
	}
	return "5"
}

// Main reports whether the dialect is one of ExaBGP main.
func (d Dialect) Main() bool { return d == Dialect4 || d == Dialect6 }

// Face is what the text and JSON of a route element depend on beside its octets.
// One Face is reused for the elements of a message; PathID changes with each NLRI.
type Face struct {
	Dialect  Dialect
	Withdraw bool   // the NLRI is withdrawn
	Compact  bool   // setting exabgp.api.compact
	Show     bool   // text for people: the route itself also where ExaBGP's events tell only its family
	NextHop  []byte // address octets (4 or 16) of the route's next hop; nil when it has none
	PathID   []byte // four octets when path identifiers were negotiated (RFC 7911), else nil
}

// octet helpers: all append, none allocates.

const (
	lowerHex = "0123456789abcdef"
	upperHex = "0123456789ABCDEF"
)

// appendUint appends s, then v in decimal.
func appendUint[T ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int](dst []byte, s string, v T) []byte {
	return strconv.AppendUint(append(dst, s...), uint64(v), 10)
}

// appendHex appends b in hexadecimal with the given digits.
func appendHex(dst, b []byte, digits string) []byte {
	for _, o := range b {
		dst = append(dst, digits[o>>4], digits[o&15])
	}
	return dst
}

// append0x appends b as a word: 0x0102.
func append0x(dst, b []byte) []byte { return appendHex(append(dst, "0x"...), b, upperHex) }

// AppendJSONString appends s as a JSON string of ASCII characters only, as
// Python's json.dumps writes it. Octets that are not UTF-8 become U+FFFD.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r == '\b':
			dst = append(dst, `\b`...)
		case r == '\f':
			dst = append(dst, `\f`...)
		case r >= 0x20 && r < 0x7f:
			dst = append(dst, byte(r))
		case r > 0xffff: // a surrogate pair
			r -= 0x10000
			dst = appendEscape(dst, 0xd800+r>>10)
			dst = appendEscape(dst, 0xdc00+r&0x3ff)
		default:
			dst = appendEscape(dst, r)
		}
	}
	return append(dst, '"')
}

func appendEscape(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', lowerHex[r>>12&15], lowerHex[r>>8&15], lowerHex[r>>4&15], lowerHex[r&15])
}

// appendHexUint appends v in hexadecimal, without leading zeros.
func appendHexUint(dst []byte, v int) []byte { return strconv.AppendUint(dst, uint64(v), 16) }
