package bgp

import (
	"encoding/binary"

	"github.com/herald-bgp/herald/internal/lex"
)

// aigpAttr is AIGP (RFC 7311 §3): TLVs, of which the first of type 1 counts.
//
//	0: type 1  1: length 11 (2)  3: metric (8)
type aigpAttr struct{}

const (
	aigpType = 1
	aigpLen  = 11
)

// metric returns the value of the AIGP TLV. RFC 7311 §3.4: TLVs must fill the
// attribute, the first of type 1 must have length 11, the others are passed over.
func (aigpAttr) metric(v []byte) (metric uint64, err error) {
	found := false
	for len(v) > 0 {
		if len(v) < 3 {
			return 0, errShort
		}
		n := u16(v, 1)
		if n < 3 || n > len(v) {
			return 0, errLength
		}
		if v[0] == aigpType && !found {
			if n != aigpLen {
				return 0, errLength
			}
			metric, found = u64(v, 3), true
		}
		v = v[n:]
	}
	if !found {
		return 0, errValue
	}
	return metric, nil
}

func (a aigpAttr) check(v []byte, _ *Negotiated) error {
	_, err := a.metric(v)
	return err
}

func (aigpAttr) parse(c *lex.Cursor, dst []byte) []byte {
	v, ok := parseUint(c.Word(), 1<<64-1)
	if !ok {
		c.Fail("a number of 64 bits, decimal or 0x…")
	}
	return binary.BigEndian.AppendUint64(append(dst, aigpType, 0, aigpLen), v)
}

func (a aigpAttr) appendText(dst, v []byte, _ *Face) []byte {
	return a.appendHex(append(dst, " aigp 0x"...), v)
}

// ExaBGP: the metric is a string of 16 digits. Pinned by vector A28b.
func (a aigpAttr) appendJSON(dst, v []byte, _ *Face) []byte {
	return append(a.appendHex(append(dst, `"aigp": "0x`...), v), '"')
}

func (a aigpAttr) appendHex(dst, v []byte) []byte {
	metric, _ := a.metric(v)
	for shift := 60; shift >= 0; shift -= 4 {
		dst = append(dst, lowerHex[metric>>shift&15])
	}
	return dst
}
