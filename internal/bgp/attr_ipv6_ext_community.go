package bgp

import "github.com/herald-bgp/herald/internal/lex"

// ipv6ExtCommunityAttr is IPv6 Address Specific EXTENDED COMMUNITIES (RFC 5701 §2):
//
//	0: type  1: subtype  2: IPv6 address (16)  18: value (2)
type ipv6ExtCommunityAttr struct{}

const (
	ipv6ExtCommunityLen = 20
	ipv6RedirectNextHop = 0x0c // subtype, draft-ietf-idr-flowspec-redirect-ip
	ipv6Redirect        = 0x0d // subtype, RFC 8956 §6.1
	maxIPv6ExtCommunity = 49   // decimal digits of 160 bits
	decimalChunk        = 1_000_000_000
	decimalChunkDigits  = 9
)

func (ipv6ExtCommunityAttr) check(v []byte, _ *Negotiated) error {
	return checkRecords(v, ipv6ExtCommunityLen)
}

// parse takes communities as octets, the form that all of them can be shown in.
// Flow actions write theirs with words of their own.
func (ipv6ExtCommunityAttr) parse(c *lex.Cursor, dst []byte) []byte {
	for w := range c.List {
		start := len(dst)
		var ok bool
		if dst, ok = appendHexDigits(dst, w); !ok || len(dst) != start+ipv6ExtCommunityLen {
			c.Fail("0x and 40 hexadecimal digits")
			break
		}
	}
	return dst
}

func (ipv6ExtCommunityAttr) appendText(dst, v []byte, f *Face) []byte {
	if f.Dialect == Dialect42 { // ExaBGP: 4.2 does not know the attribute by name; vectors E91 to E94
		dst = append(dst, " attribute [ 0x19 0xC0 "...)
		return append(appendRecords(dst, v, ipv6ExtCommunityLen, f, appendIPv6ExtCommunity), " ]"...)
	}
	return appendRecords(append(dst, " extended-community-ipv6 "...), v, ipv6ExtCommunityLen, f, appendIPv6ExtCommunity)
}

func (ipv6ExtCommunityAttr) appendJSON(dst, v []byte, f *Face) []byte {
	var copied span
	switch {
	case f.Dialect == Dialect42:
		dst = appendRecords(append(dst, `"attribute-0x19-0xC0": "`...), v, ipv6ExtCommunityLen, f, appendIPv6ExtCommunity)
		return append(dst, '"')
	case !f.Dialect.Main():
		dst, v, copied = orderedRecords(dst, v, ipv6ExtCommunityLen, false)
	}
	sep := `"extended-community-ipv6": [ { "value": `
	for i := 0; i < len(v); i += ipv6ExtCommunityLen {
		e := v[i : i+ipv6ExtCommunityLen]
		dst = appendBigUint(append(dst, sep...), e)
		dst = append(appendIPv6ExtCommunity(append(dst, `, "string": "`...), e, f), '"')
		sep = ` }, { "value": `
	}
	return copied.cut(append(dst, " } ]"...))
}

func appendIPv6ExtCommunity(dst, e []byte, f *Face) []byte {
	if e[0]&0x0f == 0 && e[1] == ipv6RedirectNextHop {
		return appendRedirectNextHop(dst, e[2:18], e[19])
	}
	dst = append(dst, "0x"...)
	start := len(dst)
	dst = appendHex(dst, e, upperHex)
	if f.Dialect == Dialect42 { // ExaBGP: the octets are one number there; vector E91
		n := start
		for n < len(dst)-1 && dst[n] == '0' {
			n++
		}
		dst = append(dst[:start], dst[n:]...)
	}
	return dst
}

// appendBigUint appends the octets of an IPv6 extended community as one decimal number.
func appendBigUint(dst, e []byte) []byte {
	var limbs [ipv6ExtCommunityLen / 4]uint32
	for i := range limbs {
		limbs[i] = u32(e, i*4)
	}
	var digits [maxIPv6ExtCommunity + decimalChunkDigits]byte
	at := len(digits)
	for zero := false; !zero; {
		var rest uint64
		zero = true
		for i, l := range limbs {
			rest = rest<<32 | uint64(l)
			limbs[i] = uint32(rest / decimalChunk)
			rest %= decimalChunk
			zero = zero && limbs[i] == 0
		}
		for range decimalChunkDigits {
			at--
			digits[at] = byte('0' + rest%10)
			rest /= 10
		}
	}
	for at < len(digits)-1 && digits[at] == '0' {
		at++
	}
	return append(dst, digits[at:]...)
}
