package bgp

import "github.com/herald-bgp/herald/internal/lex"

// u32Attr is an attribute of one number: MED, LOCAL_PREF (RFC 4271 §4.3 d, e).
type u32Attr struct{ text, json string } // what stands before the number

const u32Len = 4

func (u32Attr) check(v []byte, _ *Negotiated) error { return checkLen(v, u32Len) }

func (u32Attr) parse(c *lex.Cursor, dst []byte) []byte { return appendU32(dst, c.Uint(1<<32-1)) }

func (a u32Attr) appendText(dst, v []byte, _ *Face) []byte { return appendUint(dst, a.text, u32(v, 0)) }

func (a u32Attr) appendJSON(dst, v []byte, _ *Face) []byte { return appendUint(dst, a.json, u32(v, 0)) }

// checkLen wants exactly n octets.
func checkLen(v []byte, n int) error {
	if len(v) != n {
		return errLength
	}
	return nil
}

// checkRecords wants records of size octets, one at least.
func checkRecords(v []byte, size int) error {
	if len(v) == 0 || len(v)%size != 0 {
		return errLength
	}
	return nil
}
