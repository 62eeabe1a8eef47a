package bgp

import (
	"math"
	"net/netip"
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// Values of the extended communities that are actions of flow rules. Each function
// appends the eight octets of a value in words; false when it is not one.

// maxRate is the highest rate: ExaBGP's, a terabyte per second.
const maxRate = 1_000_000_000_000

// appendRate reads "1000", in bytes per second (RFC 8955 §7.1), or "1000:packets"
// (§7.2).
func appendRate(dst []byte, v string) ([]byte, bool) {
	if n, cut := strings.CutSuffix(v, ":packets"); cut {
		return appendPacketRate(dst, n)
	}
	return appendRateOf(append(dst, 0x80, 0x06), v)
}

func appendPacketRate(dst []byte, v string) ([]byte, bool) {
	return appendRateOf(append(dst, 0x80, 0x0c), v)
}

// appendRateOf: AS number (2), for information; rate (4), IEEE 754. A rate below
// zero would count as zero.
func appendRateOf(dst []byte, v string) ([]byte, bool) {
	n, ok := lex.ParseUint(v, math.MaxUint64)
	rate := math.Float32bits(float32(min(n, maxRate)))
	return appendU32(append(dst, 0, 0), rate), ok
}

// appendTrafficAction reads "sample", "terminal" or both (RFC 8955 §7.3). ExaBGP:
// any word that contains one of them.
func appendTrafficAction(dst []byte, v string) ([]byte, bool) {
	var bits byte
	if strings.Contains(v, "terminal") {
		bits |= 1
	}
	if strings.Contains(v, "sample") {
		bits |= 2
	}
	return append(dst, 0x80, 0x07, 0, 0, 0, 0, 0, bits), bits != 0
}

// appendMark reads a DSCP (RFC 8955 §7.5).
func appendMark(dst []byte, v string) ([]byte, bool) {
	n, ok := lex.ParseUint(v, 63)
	return append(dst, 0x80, 0x09, 0, 0, 0, 0, 0, byte(n)), ok
}

// appendRedirect reads a route target (RFC 8955 §7.4): "65000:1", "70000:1" or
// "192.0.2.1:1".
//
// Deviation: ExaBGP refuses the last one.
func appendRedirect(dst []byte, v string) ([]byte, bool) {
	left, right, cut := strings.Cut(v, ":")
	if ip, ok := parseAddr4(left); ok {
		n, ok := lex.ParseUint(right, 1<<16-1)
		return appendU16(append(append(dst, 0x81, 0x08), ip[:]...), n), ok
	}
	as, ok := lex.ParseUint(left, 1<<32-1)
	if !cut || !ok {
		return dst, false
	}
	if as > 0xffff {
		n, ok := lex.ParseUint(right, 1<<16-1)
		return appendU16(appendU32(append(dst, 0x82, 0x08), as), n), ok
	}
	return appendExtField(appendU16(append(dst, 0x80, 0x08), as), right, '4')
}

// appendRedirectWords is its reverse.
func appendRedirectWords(dst, e []byte) []byte {
	switch e[0] & 0x0f {
	case 0:
		return appendUint(appendUint(dst, "", u16(e, 2)), ":", u32(e, 4))
	case 1:
		dst = appendAddr(dst, e[2:6])
	default:
		dst = appendUint(dst, "", u32(e, 2))
	}
	return appendUint(dst, ":", u16(e, 6))
}

// appendRedirectToNextHop and appendCopyToNextHop are the actions of
// draft-simpson-idr-flowspec-redirect, on the next hop of the route. They have no value.
func appendRedirectToNextHop(dst []byte, v string) ([]byte, bool) {
	return append(dst, 0x08, 0, 0, 0, 0, 0, 0, 0), v == ""
}

func appendCopyToNextHop(dst []byte, v string) ([]byte, bool) {
	return append(dst, 0x08, 0, 0, 0, 0, 0, 0, 1), v == ""
}

// appendRedirectIP reads an IPv4 address to redirect to
// (draft-ietf-idr-flowspec-redirect-ip).
func appendRedirectIP(dst []byte, v string) ([]byte, bool) {
	ip, ok := parseAddr4(v)
	return append(append(append(dst, 0x01, 0x0c), ip[:]...), 0, 0), ok
}

// appendInterfaceSetWord reads "transitive:input:65000:1", where the first field may
// be left out: a set of interfaces (draft-ietf-idr-flowspec-interfaceset §3).
func appendInterfaceSetWord(dst []byte, v string) ([]byte, bool) {
	kind, rest, cut := strings.Cut(v, ":")
	head := byte(0x07)
	switch kind {
	case "non-transitive":
		head |= extNonTransitive
	case "transitive":
	default:
		rest, cut = v, true
	}
	name, rest, cut2 := strings.Cut(rest, ":")
	as, group, cut3 := strings.Cut(rest, ":")
	direction := interfaceDirection(name)
	a, ok := lex.ParseUint(as, 1<<32-1)
	g, ok2 := lex.ParseUint(group, interfaceGroupMax)
	dst = appendU16(appendU32(append(dst, head, 0x02), a), direction<<interfaceGroupBits|g)
	return dst, cut && cut2 && cut3 && ok && ok2 && direction > 0
}

// appendInterfaceSetWords is its reverse.
func appendInterfaceSetWords(dst, e []byte) []byte {
	if e[0]&extNonTransitive != 0 {
		dst = append(dst, "non-transitive:"...)
	}
	return appendInterfaceSet(dst, e)
}

// interfaceDirection returns the two bits of a direction; 0 when there is none of
// that name.
func interfaceDirection(name string) uint64 {
	for i, n := range interfaceSetTable {
		if n != "" && n == name {
			return uint64(i)
		}
	}
	return 0
}

// extCommunity adds the extended community that put makes of v. When that fails,
// something else was expected.
func (b *AttrBuilder) extCommunity(c *lex.Cursor, put func(dst []byte, v string) ([]byte, bool), v, expected string) {
	start := len(b.values)
	values, ok := put(b.values, v)
	if !ok {
		c.Fail(expected)
	}
	b.values = values
	b.addRecord(AttrExtCommunity, start, c)
}

// ipv6ExtCommunity adds an IPv6 address specific community (RFC 5701 §2).
func (b *AttrBuilder) ipv6ExtCommunity(c *lex.Cursor, subtype byte, a netip.Addr, n uint64) {
	start := len(b.values)
	b.values = append(b.values, 0x00, subtype)
	b.values = appendU16(appendAddrOctets(b.values, a), n)
	b.addRecord(AttrIPv6ExtCommunity, start, c)
}

// addRecord adds what was appended to values since start to the list of an attribute.
func (b *AttrBuilder) addRecord(code AttrCode, start int, c *lex.Cursor) {
	r := &attrTable[code]
	b.add(givenAttr{code: code, flags: r.flags, start: start}, r, c)
}
