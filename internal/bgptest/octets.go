package bgptest

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// Hex returns the octets of a literal: hexadecimal digits in any grouping by
// blanks, line ends and colons. A # or // starts a comment that ends with its line.
//
//	bgptest.Hex(`
//		FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF  # marker
//		0017 02                              # length, UPDATE
//		0000 0000                            # End-of-RIB, IPv4 unicast
//	`)
//
// It panics where the literal is wrong: that is a mistake in the test.
func Hex(literal string) []byte {
	b, err := ParseHex(literal)
	if err != nil {
		panic("bgptest.Hex: " + err.Error())
	}
	return b
}

// ParseHex is Hex for text that is not a literal.
func ParseHex(text string) ([]byte, error) {
	var digits strings.Builder
	for line := range strings.Lines(text) {
		if i := strings.Index(line, "//"); i >= 0 {
			line = line[:i]
		}
		line, _, _ = strings.Cut(line, "#")
		for _, field := range strings.FieldsFunc(line, separates) {
			digits.WriteString(field)
		}
	}
	b, err := hex.DecodeString(digits.String())
	if err != nil {
		return nil, fmt.Errorf("%w in %q", err, text)
	}
	return b, nil
}

func separates(r rune) bool { return strings.ContainsRune(" \t\r\n:", r) }

// The lengths and types of RFC 4271 §4.1.
const (
	headerLen = 19
	markerLen = 16

	typeOpen      = 1
	typeUpdate    = 2
	typeKeepalive = 4
	typeRefresh   = 5
)

// Message returns a whole message of a type with a body.
func Message(kind byte, body []byte) []byte {
	n := headerLen + len(body)
	m := make([]byte, markerLen, n)
	for i := range m {
		m[i] = 0xFF
	}
	m = append(m, byte(n>>8), byte(n), kind)
	return append(m, body...)
}

// Format returns a message as a .ci file has it, without the marker: length,
// type and body, with colons between them.
func Format(m []byte) string {
	if len(m) >= headerLen {
		m = m[markerLen:]
	}
	if len(m) < 3 {
		return fmt.Sprintf("%X", m)
	}
	return fmt.Sprintf("%X:%X:%X", m[:2], m[2:3], m[3:])
}
