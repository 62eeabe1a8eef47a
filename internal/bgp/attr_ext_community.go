package bgp

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// extCommunityAttr is EXTENDED COMMUNITIES (RFC 4360 §2):
//
//	0: type  1: subtype (in most types)  2: value (6)
type extCommunityAttr struct{}

const (
	extCommunityLen = 8

	interfaceGroupBits = 14
	interfaceGroupMax  = 1<<interfaceGroupBits - 1
)

func (extCommunityAttr) check(v []byte, _ *Negotiated) error {
	return checkRecords(v, extCommunityLen)
}

func (extCommunityAttr) parse(c *lex.Cursor, dst []byte) []byte {
	for w := range c.List {
		var ok bool
		if dst, ok = appendExtCommunity(dst, w, c); !ok {
			c.Fail("an extended community: target:65000:1, origin:65000:1, or 0x and 16 hexadecimal digits")
			break
		}
	}
	return dst
}

// appendExtCommunity appends the octets of "target:65000:1" and its like, of
// "65000:1", a target as well, or of "0x" and 16 digits. The value of some is the
// next word of c: "mark 10".
func appendExtCommunity(dst []byte, w string, c *lex.Cursor) ([]byte, bool) {
	if strings.HasPrefix(w, "0x") {
		start := len(dst)
		dst, ok := appendHexDigits(dst, w)
		return dst, ok && len(dst) == start+extCommunityLen
	}
	name, fields := "target", w
	if w != "" && hexDigit(w[0]) > 9 { // it begins with a keyword
		name, fields, _ = strings.Cut(w, ":")
	}
	r := extCommunityWord(name, fields)
	switch {
	case r == nil:
		return dst, false
	case r.value == nil:
		return r.appendFields(dst, fields)
	case r.apart && fields == "":
		fields = c.Word()
	}
	return r.value(dst, fields)
}

// appendFields appends the octets of fields with ":" between.
func (r *extCommunityRow) appendFields(dst []byte, fields string) ([]byte, bool) {
	start := len(dst)
	dst = append(dst, r.head[0], r.head[1])
	for i, size := range r.fields {
		field, rest, more := strings.Cut(fields, ":")
		if more != (i < len(r.fields)-1) {
			return dst, false
		}
		var ok bool
		if dst, ok = appendExtField(dst, field, size); !ok {
			return dst, false
		}
		fields = rest
	}
	for len(dst) < start+extCommunityLen {
		dst = append(dst, 0)
	}
	return dst, true
}

// extCommunityWord returns the row of a keyword; of its form with a long first
// field when that does not fit in two octets, is dotted, or ends in "L".
func extCommunityWord(name, fields string) *extCommunityRow {
	for i := range extCommunityTable {
		r := &extCommunityTable[i]
		if r.word == "" || r.word != name {
			continue
		}
		if r.long != "" {
			first, _, _ := strings.Cut(fields, ":")
			// ExaBGP: a long AS number becomes an IPv4 address specific community,
			// type 0x01. Pinned by conf-extended-attributes.
			if _, ok := lex.ParseUint(first, 1<<16-1); !ok {
				return extCommunityWord(r.long, fields)
			}
		}
		return r
	}
	return nil
}

// appendExtField appends a field of the given size: a number, which may end in
// "L", a dotted quad in four octets, or 'f' for a number sent as IEEE 754.
func appendExtField(dst []byte, w string, size rune) ([]byte, bool) {
	if ip, ok := parseAddr4(w); ok && size == '4' {
		return append(dst, ip[:]...), true
	}
	w = strings.TrimSuffix(w, "L")
	limit := uint64(1<<32 - 1)
	switch size {
	case '1':
		limit = 1<<8 - 1
	case '2':
		limit = 1<<16 - 1
	}
	v, ok := lex.ParseUint(w, limit)
	switch size {
	case '1':
		dst = append(dst, byte(v))
	case '2':
		dst = appendU16(dst, v)
	case '4':
		dst = appendU32(dst, v)
	default:
		dst = appendU32(dst, uint64(math.Float32bits(float32(v))))
	}
	return dst, ok
}

func (extCommunityAttr) appendText(dst, v []byte, f *Face) []byte {
	return appendRecords(append(dst, " extended-community "...), v, extCommunityLen, f, appendExtCommunityText)
}

// ExaBGP: 5.0 alone sorts them in JSON. Pinned by vector E90.
func (extCommunityAttr) appendJSON(dst, v []byte, f *Face) []byte {
	var copied span
	if f.Dialect == Dialect5 {
		dst, v, copied = orderedRecords(dst, v, extCommunityLen, false)
	}
	sep := `"extended-community": [ { "value": `
	for i := 0; i < len(v); i += extCommunityLen {
		e := v[i : i+extCommunityLen]
		dst = appendUint(dst, sep, u64(e, 0))
		dst = append(appendExtCommunityText(append(dst, `, "string": "`...), e, f), '"')
		if r := extCommunityRowOf(e, f.Dialect); r != nil && r.layout == layoutInterfaceSet && f.Dialect.Main() {
			dst = strconv.AppendBool(append(dst, `, "transitive": `...), e[0]&extNonTransitive == 0)
		}
		sep = ` }, { "value": `
	}
	return copied.cut(append(dst, " } ]"...))
}

// extNonTransitive is the bit of the type that says so (RFC 4360 §2).
const extNonTransitive = 0x40

// extCommunityRowOf returns the row that shows e, nil when its octets do.
//
// ExaBGP: the high bits of the type, IANA and non-transitive, do not count, so
// 0x0006 (OSPF route type) reads as a rate limit. Pinned by vectors 9.4.
func extCommunityRowOf(e []byte, d Dialect) *extCommunityRow {
	kind := [2]byte{e[0] & 0x0f, e[1]}
	for i := range extCommunityTable {
		if r := &extCommunityTable[i]; r.kind == kind && r.layout != layoutNone && r.shown(d) {
			return r
		}
	}
	return nil
}

// appendExtCommunityText appends "target:65000:1"; "0x" and 16 digits when the
// dialect has no words for it.
func appendExtCommunityText(dst, e []byte, f *Face) []byte {
	r := extCommunityRowOf(e, f.Dialect)
	if r == nil {
		return append0x(dst, e)
	}
	dst = append(dst, r.text...)
	switch r.layout {
	case layout2x4:
		return appendUint(appendUint(dst, "", uint32(u16(e, 2))), ":", u32(e, 4))
	case layout2xIP:
		return appendAddr(append(appendUint(dst, "", uint32(u16(e, 2))), ':'), e[4:8])
	case layoutIPx2:
		return appendUint(appendAddr(dst, e[2:6]), ":", uint32(u16(e, 6)))
	case layoutOriginIP:
		if !f.Dialect.Main() { // ExaBGP: 5.0 and 4.2 write them the other way round; vectors 9.4
			return appendAddr(append(appendUint(dst, "", uint32(u16(e, 6))), ':'), e[2:6])
		}
		return appendUint(appendAddr(dst, e[2:6]), ":", uint32(u16(e, 6)))
	case layout4x2:
		dst = appendUint(dst, "", u32(e, 2))
		if f.Dialect == Dialect42 { // ExaBGP: a mark of a long AS number; vectors 9.4
			dst = append(dst, 'L')
		}
		return appendUint(dst, ":", uint32(u16(e, 6)))
	case layoutL2Info:
		dst = appendUint(appendUint(dst, "", e[2]), ":", e[3])
		return appendUint(appendUint(dst, ":", uint32(u16(e, 4))), ":", uint32(u16(e, 6)))
	case layoutFloat:
		return appendFloat(dst, u32(e, 4))
	case layoutPackets:
		return append(appendFloat(dst, u32(e, 4)), ":packets"...)
	case layoutAction:
		return append(dst, trafficActionTable[e[7]&3]...)
	case layoutLastOctet:
		return appendUint(dst, "", e[7])
	case layoutSequence:
		dst = appendUint(dst, "", u32(e, 4))
		if e[2]&1 != 0 { // RFC 7432 §7.7: static
			dst = append(dst, ":sticky"...)
		}
		return dst
	case layout4:
		return appendUint(dst, "", u32(e, 2))
	case layoutTunnel:
		return appendTunnel(dst, u16(e, 6))
	case layoutInterfaceSet:
		return appendInterfaceSet(dst, e)
	case layoutNextHop:
		return appendRedirectNextHop(dst, e[2:6], e[7])
	case layoutCopy:
		if e[7]&1 != 0 {
			return append(dst, "copy-to-nexthop"...)
		}
		return append(dst, "redirect-to-nexthop"...)
	default:
		return dst
	}
}

// appendRedirectNextHop is the redirect to a next hop of draft-ietf-idr-flowspec-redirect-ip.
func appendRedirectNextHop(dst, addr []byte, flags byte) []byte {
	if flags&1 != 0 {
		return append(appendAddr(append(dst, "copy-to-nexthop-ietf "...), addr), " (with copy)"...)
	}
	return appendAddr(append(dst, "redirect-to-nexthop-ietf "...), addr)
}

func appendTunnel(dst []byte, kind int) []byte {
	if kind < len(tunnelTable) && tunnelTable[kind] != "" {
		return append(dst, tunnelTable[kind]...)
	}
	return appendUint(dst, "encap:UNKNOWN-", kind)
}

// appendInterfaceSet is draft-ietf-idr-flowspec-interfaceset §3: AS number,
// direction (2 bits), group (14 bits).
func appendInterfaceSet(dst, e []byte) []byte {
	group := binary.BigEndian.Uint16(e[6:])
	if d := group >> interfaceGroupBits; interfaceSetTable[d] != "" {
		dst = append(dst, interfaceSetTable[d]...)
	} else {
		dst = appendUint(dst, "", d)
	}
	dst = appendUint(dst, ":", u32(e, 2))
	return appendUint(dst, ":", group&interfaceGroupMax)
}

// appendFloat appends an IEEE 754 number without its fraction.
func appendFloat(dst []byte, bits uint32) []byte {
	v := math.Trunc(float64(math.Float32frombits(bits)))
	switch {
	case math.IsNaN(v), v == 0: // -0 as well
		return append(dst, '0')
	case math.IsInf(v, 0):
		v = math.Copysign(math.MaxFloat32, v)
	}
	return strconv.AppendFloat(dst, v, 'f', 0, 64)
}
