package bgp

import (
	"bytes"

	"github.com/herald-bgp/herald/internal/lex"
)

// attrWordWriter is a codec whose text is not in the words that make the attribute.
type attrWordWriter interface {
	// appendWords appends " keyword value"; nothing when the value, which passed
	// check, has no words.
	appendWords(dst, v []byte) []byte
}

// familyAttrWriter is a codec of NLRI whose routes have words of their own for an attribute.
type familyAttrWriter interface {
	// appendAttrWords appends them, each behind a space; false when the attribute, whose
	// value passed check, is another one.
	appendAttrWords(dst []byte, a *AttrView) ([]byte, bool)
}

// AppendAttrWords appends an attribute in the words that make it in routes of a family,
// behind a space; the zero Family is any. Not every value has such words: what was
// appended is to be read again.
func AppendAttrWords(dst []byte, f Family, a *AttrView) []byte {
	r := a.Code.row()
	if r == nil || r.codec == nil || r.codec.check(a.Value, nil) != nil {
		return appendGenericText(dst, a) // as it was given
	}
	if k, ok := f.codec().(familyAttrWriter); ok {
		if dst, ok := k.appendAttrWords(dst, a); ok {
			return dst
		}
	}
	if w, ok := r.codec.(attrWordWriter); ok {
		return w.appendWords(dst, a.Value)
	}
	return r.codec.appendText(dst, a.Value, &Face{Dialect: Dialect42})
}

// AppendAttrOctets appends any attribute octet by octet, without the flag of a long length,
// which its value tells.
func AppendAttrOctets(dst []byte, a *AttrView) []byte {
	generic := *a
	generic.Flags &^= FlagExtended
	return appendGenericText(dst, &generic)
}

// appendWords: an empty path needs none.
func (asPathAttr) appendWords(dst, v []byte) []byte {
	if len(v) == 0 {
		return dst
	}
	dst = append(dst, " as-path"...)
	for s := range segments(v) {
		if s.confed() {
			dst = append(append(dst, ' '), confedWord...)
		}
		open, end := " [ ", " ]" // events have them the other way round
		if s.kind == segmentSet || s.kind == segmentConfedSet {
			open, end = " ( ", " )"
		}
		dst = append(s.appendNumbers(append(dst, open...), " "), end...)
	}
	return dst
}

func (extCommunityAttr) appendWords(dst, v []byte) []byte {
	return appendRecordWords(append(dst, " extended-community "...), v, extCommunityLen, appendExtCommunityWords)
}

func (ipv6ExtCommunityAttr) appendWords(dst, v []byte) []byte {
	return appendRecordWords(append(dst, " extended-community-ipv6 "...), v, ipv6ExtCommunityLen, append0x)
}

// appendRecordWords appends records of a size in their order, within brackets unless
// there is one.
func appendRecordWords(dst, v []byte, size int, put func(dst, e []byte) []byte) []byte {
	if len(v) == size {
		return put(dst, v)
	}
	dst = append(dst, "[ "...)
	for i := 0; i+size <= len(v); i += size {
		dst = append(put(dst, v[i:i+size]), ' ')
	}
	return append(dst, ']')
}

// appendExtCommunityWords appends the words of a community; its octets when there are none.
func appendExtCommunityWords(dst, e []byte) []byte {
	start := len(dst)
	for i := range extCommunityTable {
		r := &extCommunityTable[i]
		if r.word == "" || r.kind[1] != e[1] { // a keyword may make several types
			continue
		}
		if dst = r.appendWords(dst, e); makesExtCommunity(string(dst[start:]), e) {
			return dst
		}
		dst = dst[:start]
	}
	return append0x(dst, e)
}

// makesExtCommunity reports whether words make a community.
func makesExtCommunity(words string, e []byte) bool {
	var room [extCommunityLen]byte
	var c lex.Cursor
	c.Reset(words)
	got, ok := appendExtCommunity(room[:0], c.Word(), &c)
	return ok && c.Err() == nil && !c.More() && bytes.Equal(got, e)
}

// appendWords appends the keyword and the value in the words that make it, or the text
// of the community, which often are the same.
func (r *extCommunityRow) appendWords(dst, e []byte) []byte {
	switch {
	case r.value == nil:
		return r.appendFieldWords(append(dst, r.word...), e[2:])
	case r.words == nil:
		return appendExtCommunityText(dst, e, &Face{Dialect: Dialect6})
	}
	start := len(dst) + len(r.word)
	dst = r.words(append(append(dst, r.word...), ':'), e)
	if len(dst) == start+1 { // a value of nothing
		return dst[:start]
	}
	return dst
}

// appendFieldWords appends fields, each behind ':'.
func (r *extCommunityRow) appendFieldWords(dst, v []byte) []byte {
	for _, size := range r.fields {
		switch size {
		case '1':
			dst, v = appendUint(dst, ":", v[0]), v[1:]
		case '2':
			dst, v = appendUint(dst, ":", u16(v, 0)), v[2:]
		case 'f':
			dst, v = appendFloat(append(dst, ':'), u32(v, 0)), v[4:]
		default:
			dst, v = appendUint(dst, ":", u32(v, 0)), v[4:]
		}
	}
	return dst
}

func (pmsiAttr) appendWords(dst, v []byte) []byte {
	dst = append(dst, " pmsi ( "...)
	if kind := int(v[1]); kind < len(pmsiTable) {
		dst = append(dst, pmsiTable[kind].word...)
	} else {
		dst = appendUint(dst, "", kind)
	}
	switch id := v[pmsiHead:]; len(id) {
	case 0:
	case 4, 16:
		dst = appendAddr(append(dst, ' '), id)
	default:
		dst = appendHex(append(dst, " 0x"...), id, upperHex)
	}
	switch raw := u24(v, 2); {
	case raw&15 != 0: // all 24 bits count
		dst = appendUint(dst, " vni ", raw)
	case raw != 0:
		dst = appendUint(dst, " label ", raw>>4)
	}
	if v[0] != 0 {
		dst = appendUint(dst, " flags ", v[0])
	}
	return append(dst, " )"...)
}

func (tunnelEncapAttr) appendWords(dst, v []byte) []byte {
	dst = append(dst, " tunnel-encap [ "...)
	for len(v) > 0 {
		kind, value, rest, _ := cutTLV22(v)
		dst = append(appendTunnelOctets(dst, kind, value), ' ')
		v = rest
	}
	return append(dst, ']')
}

func appendTunnelOctets(dst []byte, kind int, value []byte) []byte {
	return appendHex(append(appendUint(dst, "", kind), ":0x"...), value, upperHex)
}

// appendWords: the TLVs in their order. A service alone has words of its own.
func (prefixSIDAttr) appendWords(dst, v []byte) []byte {
	if plainService(v) {
		return appendServiceWords(dst, v)
	}
	dst = append(dst, " bgp-prefix-sid [ "...)
	var seen codes
	for len(v) > 0 {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		switch {
		case kind == sidLabelIndex && value[0] == 0 && seen.add(kind):
			dst = appendSIDFlags(appendUint(dst, "", u32(value, 3)), u16(value, 1))
		case kind == sidSRGB && seen.add(kind):
			dst = appendSIDFlags(appendSRGBText(dst, value), u16(value, 0))
		default:
			dst = append(appendUint(dst, "tlv ", kind), " 0x"...)
			dst = append(appendHex(dst, value, upperHex), ' ')
			continue
		}
		if len(v) > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, ' ')
	}
	return append(dst, ']')
}

func appendSIDFlags(dst []byte, flags int) []byte {
	if flags == 0 {
		return dst
	}
	return appendUint(dst, " flags ", flags)
}

// plainService reports whether the attribute is nothing but a service of one SID, with no
// flags and perhaps a structure.
func plainService(v []byte) bool {
	kind, service, rest, _ := cutTLV12(v)
	if kind != sidL3Service && kind != sidL2Service || len(rest) > 0 || service[0] != 0 {
		return false
	}
	sub, sid, rest, ok := cutTLV12(service[serviceHead:])
	if !ok || sub != serviceSID || len(rest) > 0 || sid[0]|sid[17]|sid[20] != 0 {
		return false
	}
	sub, _, rest, ok = cutTLV12(sid[serviceSIDLen:])
	return len(sid) == serviceSIDLen || ok && sub == sidStructure && len(rest) == 0
}

// appendServiceWords appends the words of a plain service.
func appendServiceWords(dst, v []byte) []byte {
	kind, service, _, _ := cutTLV12(v)
	_, sid, _, _ := cutTLV12(service[serviceHead:])
	word := "l3-service "
	if kind == sidL2Service {
		word = "l2-service "
	}
	dst = appendAddr(append(append(dst, " bgp-prefix-sid-srv6 ( "...), word...), sid[1:17])
	dst = appendHexUint(append(dst, " 0x"...), u16(sid, 18))
	if _, structure, _, ok := cutTLV12(sid[serviceSIDLen:]); ok {
		between := " ["
		for _, o := range structure {
			dst, between = appendUint(dst, between, o), ","
		}
		dst = append(dst, ']')
	}
	return append(dst, " )"...)
}
