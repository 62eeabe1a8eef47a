package bgp

import "github.com/herald-bgp/herald/internal/lex"

// otcAttr is Only to Customer (RFC 9234 §5): the AS number of who set it.
type otcAttr struct{}

func (otcAttr) check(v []byte, n *Negotiated) error {
	if len(v) != u32Len {
		return errLength
	}
	if n != nil && u32(v, 0) == 0 { // RFC 7607 §2
		return errValue
	}
	return nil
}

func (otcAttr) parse(c *lex.Cursor, dst []byte) []byte {
	as, ok := parseASN(c.Word())
	if !ok || as == 0 {
		c.Fail("an AS number from 1 to 4294967295")
	}
	return appendU32(dst, as)
}

// ExaBGP: the attribute is an unknown one, and is shown as its octets. Vector 84.
func (otcAttr) appendText(dst, v []byte, _ *Face) []byte {
	return appendUnnamedText(dst, AttrOTC, v)
}

func (otcAttr) appendJSON(dst, v []byte, _ *Face) []byte {
	return appendUnnamedJSON(dst, AttrOTC, v)
}

// appendWords: words that announce it have its name.
func (otcAttr) appendWords(dst, v []byte) []byte { return appendUint(dst, " otc ", u32(v, 0)) }
