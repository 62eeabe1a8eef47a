package bgp

import (
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// aggregatorAttr is AGGREGATOR with a four-octet AS number (RFC 4271 §4.3 g,
// RFC 6793), and AS4_AGGREGATOR:
//
//	0: AS number (4)  4: IPv4 address (4)
type aggregatorAttr struct{}

const (
	aggregatorLen  = 8
	aggregator2Len = 6 // of a two-octet speaker
)

func (aggregatorAttr) check(v []byte, n *Negotiated) error {
	if len(v) != aggregatorLen {
		return errLength
	}
	if n != nil && u32(v, 0) == 0 { // RFC 7607 §2
		return errValue
	}
	return nil
}

// parse takes "ASN:IP", alone or in parentheses, which are words of their own in
// a command and part of a word in a file.
func (aggregatorAttr) parse(c *lex.Cursor, dst []byte) []byte {
	w := c.Word()
	open := strings.HasPrefix(w, "(")
	if w == "(" {
		w = c.Word()
	} else {
		w = strings.TrimPrefix(w, "(")
	}
	as, ip, _ := strings.Cut(strings.TrimSuffix(w, ")"), ":")
	asn, ok := parseASN(as)
	addr, ok2 := parseAddr4(ip)
	switch {
	case !ok || !ok2 || !open && strings.HasSuffix(w, ")"):
		c.Fail("an AS number and an IPv4 address: 65000:192.0.2.1")
		return dst
	case open && !strings.HasSuffix(w, ")"):
		c.Expect(")")
	}
	return append(appendU32(dst, asn), addr[:]...)
}

func (aggregatorAttr) appendText(dst, v []byte, _ *Face) []byte {
	return append(appendAggregator(append(dst, " aggregator ( "...), v), " )"...)
}

func (aggregatorAttr) appendJSON(dst, v []byte, _ *Face) []byte {
	return append(appendAggregator(append(dst, `"aggregator": "`...), v), '"')
}

func appendAggregator(dst, v []byte) []byte {
	return appendAddr(append(appendUint(dst, "", u32(v, 0)), ':'), v[4:8])
}
