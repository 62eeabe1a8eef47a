package bgp

import (
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// asTrans stands for AS numbers that do not fit in two octets (RFC 6793 §9).
const asTrans = 23456

// parseASN reads an AS number: decimal, or "high.low" (RFC 5396).
func parseASN(w string) (uint32, bool) {
	high, low, dotted := strings.Cut(w, ".")
	if !dotted {
		v, ok := lex.ParseUint(w, 1<<32-1)
		return uint32(v), ok
	}
	h, ok := lex.ParseUint(high, 1<<16-1)
	l, ok2 := lex.ParseUint(low, 1<<16-1)
	return uint32(h<<16 | l), ok && ok2
}
