package bgp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// Places of the words in scratch.num. The descriptors are gathered in
// scratch.octets, in the order of the wire.
const (
	lsTypeWord = iota
	lsProtocolWord
	lsIdentifierWord
	lsLocalWord
	lsRemoteWord
)

// maxTLV is the longest value of a TLV with two octets of length.
const maxTLV = 1<<16 - 1

func lsWord(s *scratch, w string, c *lex.Cursor) bool {
	switch w {
	case "node":
		s.lsType(w, 1, c)
	case "link":
		s.lsType(w, 2, c)
	case "prefix":
		s.lsPrefix(c)
	case "srv6-sid":
		s.lsType(w, 6, c)
		s.octets = appendLS(s.octets, 0, lsSRv6SID, c, lsAddress(16))
	case "protocol":
		s.number(lsProtocolWord, lsProtocol(c))
	case "identifier":
		s.number(lsIdentifierWord, c.Uint(1<<64-1))
	case "local":
		s.given |= 1 << lsLocalWord
		s.octets = appendLS(s.octets, 0, lsLocalNode, c, lsNodeArg)
	case "remote":
		s.given |= 1 << lsRemoteWord
		s.octets = appendLS(s.octets, 0, lsRemoteNode, c, lsNodeArg)
	case "tlv":
		s.octets = appendLS(s.octets, 0, int(c.Uint(maxTLV)), c, lsHexArg)
	case "raw":
		s.raw(c)
	default:
		return s.lsDescriptor(w, c)
	}
	return true
}

// lsType takes a type of NLRI.
func (s *scratch) lsType(w string, code int, c *lex.Cursor) {
	if s.has(lsTypeWord) {
		c.Failf("'%s': the route has a type already", w)
	}
	s.number(lsTypeWord, uint64(code))
}

// lsPrefix takes a prefix: its family tells the type.
func (s *scratch) lsPrefix(c *lex.Cursor) {
	p := c.Prefix()
	code := 3
	if p.Addr().Is6() {
		code = 4
	}
	s.lsType("prefix", code, c)
	if c.Err() != nil {
		return
	}
	s.octets = appendLS(s.octets, 0, lsReachability, c, func(dst []byte, _ *lex.Cursor) []byte {
		return appendPrefixOctets(append(dst, byte(p.Bits())), p)
	})
}

func lsProtocol(c *lex.Cursor) uint64 {
	w := c.Word()
	for i, name := range lsProtocolTable {
		if name == w && name != "" {
			return uint64(i)
		}
	}
	v, ok := lex.ParseUint(w, 255)
	if !ok {
		c.Fail("isis-l1, isis-l2, ospfv2, direct, static, ospfv3, bgp or the number of a protocol")
	}
	return v
}

// lsDescriptor takes a descriptor of a link or prefix.
func (s *scratch) lsDescriptor(w string, c *lex.Cursor) bool {
	for i := range lsDescriptorTable {
		r := &lsDescriptorTable[i]
		if r.word != w {
			continue
		}
		code := r.code
		arg := r.arg
		if r.kind == lsAddr {
			a := c.Addr()
			if a.Is6() {
				code += lsInterface6 - lsInterface4
			}
			arg = func(dst []byte, _ *lex.Cursor) []byte { return appendAddrOctets(dst, a) }
		}
		s.octets = appendLS(s.octets, 0, code, c, arg)
		return true
	}
	return false
}

// arg takes the value of a descriptor.
func (r *lsDescriptor) arg(dst []byte, c *lex.Cursor) []byte {
	switch r.kind {
	case lsIDs:
		dst = appendU32(dst, c.Uint(1<<32-1))
		return appendU32(dst, c.Uint(1<<32-1))
	case lsTopology:
		for w := range c.List {
			v, ok := lex.ParseUint(w, 1<<16-1)
			if !ok {
				c.Fail("identifiers of topologies")
				break
			}
			dst = appendU16(dst, v)
		}
		return dst
	case lsAddr:
		return lsAddress(int(r.len), int(r.other))(dst, c)
	case lsRouter:
		return lsRouterArg(dst, c)
	default:
		if r.len == 1 {
			return append(dst, byte(c.Uint(255)))
		}
		return appendU32(dst, c.Uint(1<<32-1))
	}
}

// lsAddress takes an address of so many octets.
func lsAddress(sizes ...int) func(dst []byte, c *lex.Cursor) []byte {
	return func(dst []byte, c *lex.Cursor) []byte {
		a := c.Addr()
		for _, n := range sizes {
			if a.BitLen() == 8*n {
				return appendAddrOctets(dst, a)
			}
		}
		c.Fail("an address of the other family")
		return dst
	}
}

// lsNodeArg takes the descriptors of a node: "[ autonomous-system 64512 router-id 192.0.2.1 ]".
func lsNodeArg(dst []byte, c *lex.Cursor) []byte {
	start := len(dst)
	c.Expect("[")
	for c.Err() == nil {
		w := c.Word()
		if w == "]" {
			break
		}
		if w == "tlv" {
			dst = appendLS(dst, start, int(c.Uint(maxTLV)), c, lsHexArg)
			continue
		}
		r := lsNodeByWord(w)
		if r == nil {
			c.Fail("a descriptor of a node, tlv or ']'")
			break
		}
		dst = appendLS(dst, start, r.code, c, r.arg)
	}
	return dst
}

func lsNodeByWord(w string) *lsDescriptor {
	for i := range lsNodeTable {
		if lsNodeTable[i].word == w {
			return &lsNodeTable[i]
		}
	}
	return nil
}

// lsRouterArg takes the identifier of a router: that of a system, or an address, or of
// a pseudonode a system and its number, or two addresses; others in octets.
func lsRouterArg(dst []byte, c *lex.Cursor) []byte {
	start := len(dst)
	for w := range c.List {
		a, isAddr := parseAddr4(w)
		ok := true
		switch {
		case isAddr:
			dst = append(dst, a[:]...)
		case strings.HasPrefix(w, "0x"):
			dst, ok = appendHexDigits(dst, w)
		default:
			if ok = len(w) == 12 || len(w) == 14; ok {
				dst, ok = appendDigits(dst, w)
			}
		}
		if !ok {
			c.Fail("the identifier of a router: an address, two addresses, 12 or 14 hexadecimal digits, or 0x and octets")
			return dst[:start]
		}
	}
	return dst
}

// lsHexArg takes octets.
func lsHexArg(dst []byte, c *lex.Cursor) []byte {
	dst, ok := appendHexDigits(dst, c.Word())
	if !ok {
		c.Fail("octets: 0x and two hexadecimal digits each")
	}
	return dst
}

// appendLS appends a TLV whose value value takes from c, and puts it at its place
// among those since start: by ascending type, then value (RFC 9552 §5.1).
func appendLS(dst []byte, start, code int, c *lex.Cursor, value func(dst []byte, c *lex.Cursor) []byte) []byte {
	at := len(dst)
	dst = value(append(appendU16(dst, code), 0, 0), c)
	n := len(dst) - at
	if n-4 > maxTLV {
		c.Failf("%d octets do not fit a TLV", n-4)
		return dst[:at]
	}
	binary.BigEndian.PutUint16(dst[at+2:], uint16(n-4))
	place := start
	for place < at && !lsBefore(dst[at:], dst[place:]) {
		place += 4 + u16(dst, place+2)
	}
	if place == at {
		return dst
	}
	dst = append(dst, dst[at:]...)
	copy(dst[place+n:], dst[place:at])
	copy(dst[place:], dst[at+n:])
	return dst[:at+n]
}

// lsBefore reports whether the TLV that a begins with stands before that of b.
func lsBefore(a, b []byte) bool {
	x, xv, _, _ := cutTLV22(a)
	y, yv, _, _ := cutTLV22(b)
	return x < y || x == y && bytes.Compare(xv, yv) < 0
}

// lsSorted reports whether TLVs are whole and stand as appendLS puts them.
func lsSorted(b []byte) bool {
	for len(b) > 0 {
		_, _, rest, ok := cutTLV22(b)
		if !ok || len(rest) > 0 && lsBefore(rest, b) {
			return false
		}
		b = rest
	}
	return true
}

// build makes the octets of the words.
func (k bgplsNLRI) build(dst []byte, s *scratch) ([]byte, error) {
	if s.has(rawWord) {
		return s.finishRaw(dst, k)
	}
	r := bgplsRowOf(int(s.num[lsTypeWord]))
	switch {
	case r == nil:
		return dst, errors.New("a BGP-LS route needs its type: node, link, prefix, srv6-sid or raw")
	case k.vpn && !s.hasRD:
		return dst, fmt.Errorf("%s: rd is missing", r.word)
	case !k.vpn && s.hasRD:
		return dst, fmt.Errorf("%s: %w", r.word, errNotVPN)
	case !s.has(lsProtocolWord):
		return dst, fmt.Errorf("%s: protocol is missing", r.word)
	case !s.has(lsLocalWord):
		return dst, fmt.Errorf("%s: local, the descriptors of the node, is missing", r.word)
	case r.word == "link" && !s.has(lsRemoteWord):
		return dst, fmt.Errorf("%s: remote, the descriptors of the other node, is missing", r.word)
	}
	start := len(dst)
	dst = append(appendU16(dst, r.code), 0, 0)
	if k.vpn {
		dst = append(dst, s.rd[:]...)
	}
	dst = append(dst, byte(s.num[lsProtocolWord]))
	dst = binary.BigEndian.AppendUint64(dst, s.num[lsIdentifierWord])
	dst = append(dst, s.octets...)
	n := len(dst) - start - bgplsHead
	if n > maxTLV {
		return dst, fmt.Errorf("%s: %d octets of descriptors are too many", r.word, n)
	}
	binary.BigEndian.PutUint16(dst[start+2:], uint16(n))
	if _, err := k.next(dst[start:]); err != nil {
		return dst, fmt.Errorf("%s: a descriptor is not one of the protocol: %w", r.word, errors.Unwrap(err))
	}
	return dst, nil
}

// appendWords appends the words of a route, which finish reads back to the same octets.
func (k bgplsNLRI) appendWords(dst, nlri []byte, _ *Face) []byte {
	v, err := k.view(nlri)
	if err != nil || v.row == nil || !v.wordy() {
		return appendRawWords(dst, nlri)
	}
	dst = append(dst, v.row.word...)
	switch v.row.word {
	case "prefix":
		b := v.descriptor(lsReachability)
		dst = appendUint(v.appendReachability(append(dst, ' '), b), "/", b[0])
	case "srv6-sid":
		dst = appendAddr(append(dst, ' '), v.descriptor(lsSRv6SID))
	}
	if v.rd != nil {
		dst = appendRDWords(append(dst, " rd "...), v.rd)
	}
	if int(v.protocol) < len(lsProtocolTable) && lsProtocolTable[v.protocol] != "" {
		dst = append(append(dst, " protocol "...), lsProtocolTable[v.protocol]...)
	} else {
		dst = appendUint(dst, " protocol ", v.protocol)
	}
	dst = appendUint(dst, " identifier ", v.identifier)
	for b := v.descriptors; len(b) > 0; {
		code, value, rest, _ := cutTLV22(b)
		dst = v.appendDescriptorWords(dst, code, value)
		b = rest
	}
	return dst
}

// wordy reports whether words can make the same octets: the descriptors stand in
// order, and the type has just those that it needs.
func (v *bgplsView) wordy() bool {
	if !lsSorted(v.descriptors) || v.descriptor(lsLocalNode) == nil {
		return false
	}
	prefixes, sids := 0, 0
	for b := v.descriptors; len(b) > 0; {
		code, value, rest, _ := cutTLV22(b)
		switch code {
		case lsLocalNode, lsRemoteNode:
			if !lsSorted(value) {
				return false
			}
		case lsReachability:
			prefixes++
			if v.row.bits > 0 && !v.plainPrefix(value) {
				return false
			}
		case lsSRv6SID:
			sids++
		}
		b = rest
	}
	switch v.row.word {
	case "link":
		return v.descriptor(lsRemoteNode) != nil
	case "prefix":
		return prefixes == 1
	case "srv6-sid":
		return sids == 1
	}
	return true
}

// plainPrefix reports whether a prefix has just the octets and bits that it needs.
func (v *bgplsView) plainPrefix(b []byte) bool {
	bits := int(b[0])
	if len(b) != 1+(bits+7)/8 {
		return false
	}
	return bits&7 == 0 || b[len(b)-1]&(0xff>>(bits&7)) == 0
}

// appendDescriptorWords appends the words of a descriptor; none of that behind the type.
func (v *bgplsView) appendDescriptorWords(dst []byte, code int, b []byte) []byte {
	switch code {
	case lsLocalNode:
		return appendNodeWords(append(dst, " local"...), b)
	case lsRemoteNode:
		return appendNodeWords(append(dst, " remote"...), b)
	case lsReachability:
		if v.row.bits > 0 {
			return dst
		}
	case lsSRv6SID:
		if v.row.word == "srv6-sid" {
			return dst
		}
	}
	r := lsDescriptorOf(code)
	if r == nil || r.word == "" || r.len != 0 && int(r.len) != len(b) {
		return appendTLVWords(dst, code, b)
	}
	dst = append(append(append(dst, ' '), r.word...), ' ')
	switch r.kind {
	case lsIDs:
		return appendUint(appendUint(dst, "", u32(b, 0)), " ", u32(b, 4))
	case lsTopology:
		dst = append(dst, '[')
		for ; len(b) > 0; b = b[2:] {
			dst = appendUint(dst, " ", uint16(u16(b, 0)))
		}
		return append(dst, " ]"...)
	case lsAddr:
		return appendAddr(dst, b)
	default:
		return appendUint(dst, "", b[0])
	}
}

func appendTLVWords(dst []byte, code int, b []byte) []byte {
	return appendHex(append(appendUint(dst, " tlv ", code), " 0x"...), b, upperHex)
}

func appendNodeWords(dst, b []byte) []byte {
	dst = append(dst, " ["...)
	for len(b) > 0 {
		code, value, rest, _ := cutTLV22(b)
		r := lsNodeOf(code)
		if b = rest; r == nil {
			dst = appendTLVWords(dst, code, value)
			continue
		}
		dst = append(append(append(dst, ' '), r.word...), ' ')
		switch r.kind {
		case lsAddr:
			dst = appendAddr(dst, value)
		case lsRouter:
			dst = appendRouterWords(dst, value)
		default:
			dst = appendUint(dst, "", u32(value, 0))
		}
	}
	return append(dst, " ]"...)
}

func appendRouterWords(dst, b []byte) []byte {
	switch len(b) {
	case 4:
		return appendAddr(dst, b)
	case 6, 7:
		return appendHex(dst, b, lowerHex)
	case 8:
		dst = appendAddr(append(dst, "[ "...), b[:4])
		return append(appendAddr(append(dst, ' '), b[4:]), " ]"...)
	}
	return append0x(dst, b)
}
