package bgp

import (
	"bytes"
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
		dst = r.form.read(append(appendU16(dst, r.code), 0, 0), c)
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
		if r := &lsTable[i]; r.form.read != nil && r.key == w {
			return r
		}
	}
	return nil
}

// appendWords: names where they make the same TLV, else its octets.
func (bgplsAttr) appendWords(dst, v []byte) []byte {
	dst = append(dst, " bgp-ls [ "...)
	for len(v) > 0 {
		_, _, rest, ok := cutTLV22(v)
		if !ok {
			break
		}
		dst = append(appendLSWords(dst, v[:len(v)-len(rest)]), ' ')
		v = rest
	}
	return append(dst, ']')
}

// appendLSWords appends the words of one TLV.
func appendLSWords(dst, tlv []byte) []byte {
	start := len(dst)
	code, value, _, _ := cutTLV22(tlv)
	if i := lsIndexOf(code); i >= 0 {
		r := &lsTable[i]
		if lead := lsIndexOf(r.group); lead >= 0 { // its row has the form
			r = &lsTable[lead]
		}
		if r.form.write != nil && r.fits(value) {
			dst = append(append(dst, r.key...), ' ')
			named := len(dst)
			if dst = r.form.write(dst, value); len(dst) > named && makesLS(string(dst[start:]), tlv) {
				return dst
			}
			dst = dst[:start]
		}
	}
	return append0x(append(appendUint(dst, "tlv ", code), ' '), value)
}

// makesLS reports whether words make a TLV.
func makesLS(words string, tlv []byte) bool {
	var room [64]byte
	var c lex.Cursor
	c.Reset(words)
	got := parseLS(&c, c.Word(), room[:0])
	return c.Err() == nil && !c.More() && bytes.Equal(got, tlv)
}

// Values in words.

// lsNumberForm is a number of so many octets.
func lsNumberForm(octets int) lsWords {
	return lsWords{
		read: func(dst []byte, c *lex.Cursor) []byte { return appendNumber(dst, c, c.Word(), octets) },
		write: func(dst, v []byte) []byte {
			if len(v) > octets {
				return dst
			}
			return appendUint(dst, "", bigEndian(v))
		},
	}
}

// lsNumbersForm is one number or a list.
func lsNumbersForm(octets int) lsWords {
	return lsWords{
		read: func(dst []byte, c *lex.Cursor) []byte {
			for w := range c.List {
				dst = appendNumber(dst, c, w, octets)
			}
			return dst
		},
		write: func(dst, v []byte) []byte {
			return appendRecordWords(dst, v, octets, func(dst, e []byte) []byte { return appendUint(dst, "", bigEndian(e)) })
		},
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

func lsWriteFloats(dst, v []byte) []byte {
	return appendRecordWords(dst, v, 4, func(dst, e []byte) []byte {
		return strconv.AppendFloat(dst, float64(math.Float32frombits(u32(e, 0))), 'g', -1, 32)
	})
}

func lsReadText(dst []byte, c *lex.Cursor) []byte { return append(dst, c.Word()...) }

// lsWriteText appends a name that is one word whatever stands around it.
func lsWriteText(dst, v []byte) []byte {
	for _, o := range v {
		switch {
		case 'a' <= o|0x20 && o|0x20 <= 'z', '0' <= o && o <= '9', o == '-', o == '_', o == '.', o == ':', o == '/':
		default:
			return dst
		}
	}
	return append(dst, v...)
}

func lsReadAddr(dst []byte, c *lex.Cursor) []byte { return appendAddrOctets(dst, c.Addr()) }
