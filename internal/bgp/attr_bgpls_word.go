package bgp

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/herald-bgp/herald/internal/lex"
)

// parse takes "[ node-name r1 igp-metric 10 tlv 1099 0x30000000… ]": the names are
// those of the JSON.
func (bgplsAttr) parse(c *lex.Cursor, dst []byte) []byte {
	c.Expect("[")
	for c.Err() == nil {
		w := c.Word()
		if w == "]" {
			break
		}
		dst = parseLS(c, w, dst)
	}
	return dst
}

// parseLS takes one TLV.
func parseLS(c *lex.Cursor, w string, dst []byte) []byte {
	start := len(dst)
	if w == "tlv" {
		code := int(c.Uint(maxTLV))
		dst = lsHexArg(append(appendU16(dst, code), 0, 0), c)
	} else {
		r := lsRowByWord(w)
		if r == nil {
			c.Fail("the name of a TLV in JSON, tlv or ']'")
			return dst
		}
		dst = r.read(append(appendU16(dst, r.code), 0, 0), c)
		if r.group == r.code && len(dst)-start == 4+16 { // the same of an IPv6 address
			putU16(dst[start:], r.code+1)
		}
	}
	n := len(dst) - start - 4
	if n > maxTLV {
		c.Failf("%d octets do not fit a TLV", n)
		return dst[:start]
	}
	putU16(dst[start+2:], n)
	if i := lsIndexOf(u16(dst, start)); i >= 0 && c.Err() == nil && !lsTable[i].fits(dst[start+4:]) {
		c.Failf("such a value of %d octets is not one of TLV %d", n, lsTable[i].code)
	}
	return dst
}

func lsRowByWord(w string) *lsRow {
	for i := range lsTable {
		if r := &lsTable[i]; r.read != nil && r.key == w {
			return r
		}
	}
	return nil
}

// Values in words.

// lsReadNumber takes a number of so many octets.
func lsReadNumber(octets int) func(dst []byte, c *lex.Cursor) []byte {
	return func(dst []byte, c *lex.Cursor) []byte { return appendNumber(dst, c, c.Word(), octets) }
}

// lsReadNumbers takes one number or a list.
func lsReadNumbers(octets int) func(dst []byte, c *lex.Cursor) []byte {
	return func(dst []byte, c *lex.Cursor) []byte {
		for w := range c.List {
			dst = appendNumber(dst, c, w, octets)
		}
		return dst
	}
}

func appendNumber(dst []byte, c *lex.Cursor, w string, octets int) []byte {
	v, ok := parseUint(w, 1<<(8*octets-1)<<1-1)
	if !ok {
		c.Failf("unexpected '%s', expected a number of %d octets, decimal or 0x…", w, octets)
	}
	for i := octets - 1; i >= 0; i-- {
		dst = append(dst, byte(v>>(8*i)))
	}
	return dst
}

// lsReadFloats takes a number with a fraction, or a list: octets a second.
func lsReadFloats(dst []byte, c *lex.Cursor) []byte {
	for w := range c.List {
		v, err := strconv.ParseFloat(w, 32)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			c.Fail("a number, as 125000000 or 1.25e9")
		}
		dst = binary.BigEndian.AppendUint32(dst, math.Float32bits(float32(v)))
	}
	return dst
}

func lsReadText(dst []byte, c *lex.Cursor) []byte { return append(dst, c.Word()...) }

func lsReadAddr(dst []byte, c *lex.Cursor) []byte { return appendAddrOctets(dst, c.Addr()) }
