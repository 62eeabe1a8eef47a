package bgp

import (
	"errors"
	"net/netip"
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// mupNLRI is the NLRI of Mobile User Plane (draft-ietf-bess-mup-safi §3.1):
//
//	0: architecture (1)  1: route type (2)  3: length of what follows (1)  4: that
//
// For 3GPP 5G, architecture 1:
//
//	Interwork Segment Discovery (1)  RD (8), length (1), prefix
//	Direct Segment Discovery (2)     RD (8), address
//	Type 1 Session Transformed (3)   RD (8), length (1), prefix, TEID (4), QFI (1),
//	                                 length (1), endpoint, perhaps length (1), source
//	Type 2 Session Transformed (4)   RD (8), length (1), endpoint, TEID
//
// Lengths are in bits, that of type 4 includes the TEID. Other routes are shown as octets.
type mupNLRI struct{ afi AFI }

const (
	mup5G   = 1
	mupHead = 4

	mupISD  = 1
	mupDSD  = 2
	mupT1ST = 3
	mupT2ST = 4
)

// Places of scratch.num, bits of scratch.given, and places of scratch.addr.
const (
	mupType = iota
	mupBits // of the prefix
	mupTEID
	mupTEIDBits
	mupQFI
	mupEndpoint
	mupSource

	mupAddr         = 0
	mupEndpointAddr = 1
	mupSourceAddr   = 2
)

// mupView is a route of a known type, taken apart.
type mupView struct {
	kind             int
	rd, prefix       []byte // prefix, or address of type 2 and 4
	bits             int    // of the prefix; of type 4 with the TEID
	teid             uint32
	leading          bool // the TEID is in the form of the draft
	qfi              byte
	endpoint, source []byte
}

func (k mupNLRI) bits() int {
	if k.afi == AFIIPv6 {
		return 128
	}
	return 32
}

func (k mupNLRI) next(b []byte) (int, error) {
	if len(b) < mupHead || len(b) < mupHead+int(b[3]) {
		return 0, errShort
	}
	n := mupHead + int(b[3])
	if _, ok := k.view(b[:n]); !ok {
		return n, malformed{errLength}
	}
	return n, nil
}

// view takes an NLRI apart. Its kind is 0 when it is not of a known type; ok is false
// when it is and the rest does not fit.
func (k mupNLRI) view(nlri []byte) (v mupView, ok bool) {
	kind := u16(nlri, 1)
	if nlri[0] != mup5G || kind == 0 || kind >= len(mupTable) {
		return v, true
	}
	b := nlri[mupHead:]
	if len(b) < rdLen {
		return v, false
	}
	v.kind, v.rd = kind, b[:rdLen]
	b = b[rdLen:]
	switch kind {
	case mupISD:
		b, ok = v.cutPrefix(b, k.bits())
	case mupDSD:
		v.prefix, b, ok = b, nil, len(b) == 4 || len(b) == 16
	case mupT1ST:
		b, ok = v.cutSession(b, k.bits())
	default:
		b, ok = v.cutTunnel(b, k.bits())
	}
	return v, ok && len(b) == 0
}

// cutPrefix cuts a prefix behind its length, of at most so many bits.
func (v *mupView) cutPrefix(b []byte, most int) (rest []byte, ok bool) {
	if len(b) == 0 || int(b[0]) > most {
		return b, false
	}
	v.bits = int(b[0])
	n := 1 + (v.bits+7)/8
	if len(b) < n {
		return b, false
	}
	v.prefix = b[1:n]
	return b[n:], true
}

// cutSession cuts what a route of type 3 has behind its RD. ExaBGP: a length of the
// source of 0 is refused; it means that there is none.
func (v *mupView) cutSession(b []byte, most int) (rest []byte, ok bool) {
	b, ok = v.cutPrefix(b, most)
	if !ok || len(b) < 5 {
		return b, false
	}
	v.teid, v.qfi = u32(b, 0), b[4]
	v.endpoint, b, ok = cutAddr(b[5:])
	switch {
	case !ok || len(b) == 0:
	case b[0] == 0:
		b = b[1:]
	default:
		v.source, b, ok = cutAddr(b)
	}
	return b, ok
}

// cutTunnel cuts what a route of type 4 has behind its RD. TLVs may follow.
//
// The draft has the TEID as the end of a string of bits. ExaBGP: it is a number, with
// the zeros of its octets in front (conf-srv6-mup). One that cannot be that, because
// bits before its length are set, is read as the draft has it.
func (v *mupView) cutTunnel(b []byte, address int) (rest []byte, ok bool) {
	if len(b) == 0 || int(b[0]) < address || int(b[0]) > address+32 {
		return b, false
	}
	v.bits = int(b[0])
	end, bits := 1+address/8, v.bits-address
	n := end + (bits+7)/8
	if len(b) < n {
		return b, false
	}
	v.prefix = b[1:end]
	for _, o := range b[end:n] {
		v.teid = v.teid<<8 | uint32(o)
	}
	if spare := (8 - bits%8) % 8; uint64(v.teid) >= 1<<bits {
		v.teid >>= spare
		v.leading = true
	}
	return nil, true
}

// appendKey: of a route of type 3 RD and prefix are what it is about, the rest may
// change (draft-ietf-bess-mup-safi §3.1.3).
func (k mupNLRI) appendKey(dst, nlri []byte) []byte {
	if v, ok := k.view(nlri); ok && v.kind == mupT1ST {
		return append(dst, nlri[:mupHead+rdLen+1+len(v.prefix)]...)
	}
	return append(dst, nlri...)
}

func (k mupNLRI) word(s *scratch, w string, c *lex.Cursor) bool {
	for i := range mupTable {
		if mupTable[i].word == w && w != "" {
			s.mupRoute(i, c)
			return true
		}
	}
	if !s.has(mupType) {
		return false
	}
	switch kind := s.num[mupType]; {
	case w == "teid" && kind == mupT1ST:
		s.number(mupTEID, c.Uint(1<<32-1))
	case w == "teid" && kind == mupT2ST:
		s.tunnelID(c)
	case w == "teid-prefix" && kind == mupT2ST:
		s.tunnelPrefix(c)
	case w == "qfi" && kind == mupT1ST:
		s.number(mupQFI, c.Uint(63))
	case w == "endpoint" && kind == mupT1ST:
		s.address(mupEndpointAddr, mupEndpoint, c)
	case w == "source" && kind == mupT1ST:
		s.address(mupSourceAddr, mupSource, c)
	default:
		return false
	}
	return true
}

// mupRoute takes what a route of a type is about: a prefix or an address.
func (s *scratch) mupRoute(kind int, c *lex.Cursor) {
	s.number(mupType, uint64(kind))
	if kind == mupDSD || kind == mupT2ST {
		s.address(mupAddr, mupBits, c)
		return
	}
	p := c.Prefix()
	if c.Err() == nil && p.Addr().Is6() != (s.afi == AFIIPv6) {
		c.Failf("'%s' is not a prefix of the family", p)
	}
	s.addr[mupAddr] = p.Addr()
	s.number(mupBits, uint64(max(p.Bits(), 0)))
}

// tunnelArg takes a number and a length.
func tunnelArg(c *lex.Cursor) (teid, bits uint64) {
	number, length, _ := strings.Cut(c.Word(), "/")
	teid, ok := lex.ParseUint(number, 1<<32-1)
	bits, ok2 := lex.ParseUint(length, 32)
	if !ok || !ok2 {
		c.Fail("<teid>/<length>, with a length from 0 to 32")
	}
	return teid, bits
}

// tunnelID takes a tunnel identifier and its length in bits: "12345/32".
func (s *scratch) tunnelID(c *lex.Cursor) {
	teid, bits := tunnelArg(c)
	if teid >= 1<<bits {
		c.Failf("TEID %d cannot be stored in %d bits", teid, bits)
	}
	s.number(mupTEID, teid)
	s.number(mupTEIDBits, bits)
}

// tunnelPrefix takes the leading bits of a tunnel identifier, as the draft sends them:
// "12288/20" for 12288 to 16383.
func (s *scratch) tunnelPrefix(c *lex.Cursor) {
	teid, bits := tunnelArg(c)
	if teid<<bits&(1<<32-1) != 0 {
		c.Failf("TEID %d has bits behind the first %d", teid, bits)
	}
	s.number(mupTEID, teid>>(32-(bits+7)/8*8))
	s.number(mupTEIDBits, bits)
}

var errMUPType = errors.New("mup nlri lacks its type, expected mup-isd, mup-dsd, mup-t1st or mup-t2st")

func (k mupNLRI) finish(dst []byte, s *scratch) ([]byte, error) {
	kind := s.num[mupType]
	switch {
	case !s.has(mupType):
		return dst, errMUPType
	case !s.hasRD:
		return dst, missingWord("mup", "rd")
	case kind >= mupT1ST && !s.has(mupTEID):
		return dst, missingWord("mup", "teid")
	case kind == mupT1ST && !s.has(mupQFI):
		return dst, missingWord("mup", "qfi")
	case kind == mupT1ST && !s.has(mupEndpoint):
		return dst, missingWord("mup", "endpoint")
	}
	at := len(dst)
	dst = appendU16(append(dst, mup5G), kind)
	dst = append(append(dst, 0), s.rd[:]...)
	addr := s.addr[mupAddr]
	switch kind {
	case mupDSD:
		dst = appendAddrOctets(dst, addr)
	case mupT2ST:
		dst = append(dst, byte(addr.BitLen()+int(s.num[mupTEIDBits])))
		dst = appendAddrOctets(dst, addr)
		for n := int(s.num[mupTEIDBits]+7) / 8; n > 0; n-- {
			dst = append(dst, byte(s.num[mupTEID]>>(8*(n-1))))
		}
	default:
		bits := int(s.num[mupBits])
		dst = appendPrefixOctets(append(dst, byte(bits)), netip.PrefixFrom(addr, bits))
	}
	if kind == mupT1ST {
		dst = append(appendU32(dst, s.num[mupTEID]), byte(s.num[mupQFI]))
		for _, given := range [...][2]int{{mupEndpoint, mupEndpointAddr}, {mupSource, mupSourceAddr}} {
			if a := s.addr[given[1]]; s.has(given[0]) {
				dst = appendAddrOctets(append(dst, byte(a.BitLen())), a)
			}
		}
	}
	dst[at+3] = byte(len(dst) - at - mupHead)
	return dst, nil
}

func (k mupNLRI) appendText(dst, nlri []byte, f *Face) []byte {
	if !f.Show {
		return appendFamilyText(dst, Family{k.afi, SAFIMUP})
	}
	v, _ := k.view(nlri)
	if v.kind == 0 {
		return appendHex(append(dst, "mup:unknown:0x"...), nlri[mupHead:], lowerHex)
	}
	dst = append(append(append(dst, "mup:"...), mupTable[v.kind].short...), "::"...)
	dst = append(appendRD(dst, v.rd), ':')
	switch v.kind {
	case mupDSD:
		return appendAddr(dst, v.prefix)
	case mupT2ST:
		dst = append(appendUint(dst, "", v.bits), ':')
		return append(appendUint(appendAddr(dst, v.prefix), ":", v.teid), ':')
	}
	dst = appendUint(k.appendPrefix(dst, &v), "/", v.bits)
	if v.kind == mupISD {
		return dst
	}
	dst = appendUint(appendUint(dst, ":", v.teid), ":", v.qfi)
	dst = appendUint(appendAddr(append(dst, ':'), v.endpoint), "/", 8*len(v.endpoint))
	if len(v.source) > 0 {
		dst = appendUint(appendAddr(append(dst, ':'), v.source), "/", 8*len(v.source))
	}
	return dst
}

// appendPrefix appends the address of a prefix.
func (k mupNLRI) appendWords(dst, nlri []byte, _ *Face) []byte {
	v, _ := k.view(nlri)
	if v.kind == 0 {
		return dst
	}
	dst = append(append(dst, mupTable[v.kind].word...), ' ')
	switch v.kind {
	case mupISD, mupT1ST:
		dst = appendUint(k.appendPrefix(dst, &v), "/", v.bits)
	default:
		dst = appendAddr(dst, v.prefix)
	}
	dst = appendRDWords(append(dst, " rd "...), v.rd)
	switch v.kind {
	case mupT1ST:
		dst = appendUint(appendUint(dst, " teid ", v.teid), " qfi ", v.qfi)
		dst = appendAddr(append(dst, " endpoint "...), v.endpoint)
		if len(v.source) > 0 {
			dst = appendAddr(append(dst, " source "...), v.source)
		}
	case mupT2ST:
		bits := v.bits - k.bits()
		if v.leading {
			dst = appendUint(dst, " teid-prefix ", v.teid<<(32-bits))
		} else {
			dst = appendUint(dst, " teid ", v.teid)
		}
		dst = appendUint(dst, "/", bits)
	}
	return dst
}

func (k mupNLRI) appendPrefix(dst []byte, v *mupView) []byte {
	var a [16]byte
	copy(a[:], v.prefix)
	return appendAddr(dst, a[:k.bits()/8])
}

// appendJSON: TEID and QFI are strings in ExaBGP, and a source that is not there "b”"
// (conf-srv6-mup).
func (k mupNLRI) appendJSON(dst, nlri []byte, f *Face) []byte {
	v, _ := k.view(nlri)
	if v.kind == 0 {
		dst = appendUint(appendUint(dst, `{ "arch": `, nlri[0]), `, "code": `, u16(nlri, 1))
		return append(k.appendRaw(append(dst, ", "...), nlri, f), " }"...)
	}
	dst = append(append(append(dst, `{ "name": "`...), mupTable[v.kind].name...), `", `...)
	dst = appendUint(dst, `"arch": 1, "code": `, v.kind)
	switch v.kind {
	case mupDSD:
		dst = append(appendAddr(append(dst, `, "ip": "`...), v.prefix), `", `...)
	case mupT2ST:
		dst = appendUint(dst, `, "endpoint_len": `, v.bits)
		dst = append(appendAddr(append(dst, `, "endpoint_ip": "`...), v.prefix), `", `...)
	default:
		dst = appendUint(dst, `, "prefix_ip_len": `, v.bits)
		dst = append(k.appendPrefix(append(dst, `, "prefix_ip": "`...), &v), `", `...)
	}
	if v.kind == mupT1ST {
		dst = appendUint(appendUint(dst, `"teid": "`, v.teid), `", "qfi": "`, v.qfi)
		dst = append(dst, `", `...)
	}
	dst = append(appendRD(append(dst, `"rd": "`...), v.rd), `", `...)
	switch v.kind {
	case mupT1ST:
		dst = appendMUPAddr(dst, `"endpoint_ip_len": `, `, "endpoint_ip": "`, v.endpoint)
		dst = appendMUPAddr(dst, `"source_ip_len": `, `, "source_ip": "`, v.source)
	case mupT2ST:
		dst = append(appendUint(dst, `"teid": "`, v.teid), `", `...)
	}
	return append(k.appendRaw(dst, nlri, f), " }"...)
}

func appendMUPAddr(dst []byte, length, key string, addr []byte) []byte {
	dst = append(appendUint(dst, length, 8*len(addr)), key...)
	if len(addr) == 0 {
		return append(dst, `b''", `...)
	}
	return append(appendAddr(dst, addr), `", `...)
}

func (mupNLRI) appendRaw(dst, nlri []byte, f *Face) []byte {
	dst = append(appendHex(append(dst, `"raw": "`...), nlri, upperHex), '"')
	return appendPathIDJSON(dst, f)
}
