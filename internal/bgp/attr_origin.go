package bgp

import (
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// originAttr is ORIGIN (RFC 4271 §4.3 a): one octet.
type originAttr struct{}

const originIGP = 0

func (originAttr) check(v []byte, _ *Negotiated) error {
	if len(v) != 1 {
		return errLength
	}
	if int(v[0]) >= len(originTable) {
		return errValue
	}
	return nil
}

func (originAttr) parse(c *lex.Cursor, dst []byte) []byte {
	w := c.Word()
	for i, name := range originTable {
		if strings.EqualFold(w, name) {
			return append(dst, byte(i))
		}
	}
	c.Fail("igp, egp or incomplete")
	return dst
}

func (originAttr) appendText(dst, v []byte, _ *Face) []byte {
	return append(append(dst, " origin "...), originTable[v[0]]...)
}

func (originAttr) appendJSON(dst, v []byte, _ *Face) []byte {
	return append(append(append(dst, `"origin": "`...), originTable[v[0]]...), '"')
}
