package bgp

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/herald-bgp/herald/internal/lex"
)

// Places of the words in scratch.num.
const (
	evpnKindWord = iota
	evpnESIHigh
	evpnESILow
	evpnTagWord
	evpnMACWord
	evpnPrefixBits  // with addr[2]
	evpnIPWord      // addr[0]
	evpnGatewayWord // addr[1]
	evpnLabelWord
)

// evpnTagMax is MAX-ET, of the route of a whole segment (RFC 7432 §8.2.1).
const evpnTagMax = 1<<32 - 1

func (k evpnNLRI) word(s *scratch, w string, c *lex.Cursor) bool {
	switch w {
	case "esi":
		evpnESIArg(s, c)
	case "ethernet-tag":
		if w := c.Word(); w == "max" {
			s.number(evpnTagWord, evpnTagMax)
		} else if v, ok := lex.ParseUint(w, evpnTagMax); ok {
			s.number(evpnTagWord, v)
		} else {
			c.Fail("an Ethernet tag: a number, or max for all of a segment")
		}
	case "ip":
		s.addr[0] = c.Addr()
		s.given |= 1 << evpnIPWord
	case "gateway":
		s.addr[1] = c.Addr()
		s.given |= 1 << evpnGatewayWord
	case "label":
		evpnLabels(s, c, labelMax, func(v uint32) uint32 { return v<<4 | labelBottom })
	case "vni":
		evpnLabels(s, c, 1<<24-1, func(v uint32) uint32 { return v })
	case "raw":
		s.raw(c)
	default:
		return evpnKind(s, w, c)
	}
	return true
}

// evpnKind takes the word of a route type, with the argument that it has.
func evpnKind(s *scratch, w string, c *lex.Cursor) bool {
	for i := range evpnTable {
		r := &evpnTable[i]
		if r.word != w {
			continue
		}
		if s.has(evpnKindWord) {
			c.Failf("'%s': the route has a type already", w)
		}
		s.number(evpnKindWord, uint64(r.kind))
		switch {
		case r.fields&evpnMAC != 0:
			evpnMACArg(s, c)
		case r.fields&evpnPrefix != 0:
			p := c.Prefix()
			s.addr[2], s.num[evpnPrefixBits] = p.Addr(), uint64(max(p.Bits(), 0))
		case r.fields&evpnESI != 0:
			evpnESIArg(s, c)
		default:
			s.addr[0] = c.Addr()
			s.given |= 1 << evpnIPWord
		}
		return true
	}
	return false
}

// evpnESIArg takes the ten octets of an Ethernet segment identifier, "-" for zero.
func evpnESIArg(s *scratch, c *lex.Cursor) {
	var esi [esiLen]byte
	if w := c.Word(); w != "-" && !parseColons(esi[:], w) {
		c.Fail("an Ethernet segment identifier: ten octets as 00:11:22:33:44:55:66:77:88:99, or -")
	}
	s.number(evpnESIHigh, uint64(u16(esi[:], 0)))
	s.number(evpnESILow, u64(esi[:], 2))
}

// macExpected says what a MAC address is.
const macExpected = "a MAC address, as 02:00:5e:00:53:01"

func evpnMACArg(s *scratch, c *lex.Cursor) {
	var mac [8]byte
	if !parseColons(mac[8-macLen:], c.Word()) {
		c.Fail(macExpected)
	}
	s.number(evpnMACWord, u64(mac[:], 0))
}

// parseColons reads octets of two hexadecimal digits each, with colons between them.
func parseColons(dst []byte, w string) bool {
	if len(w) != 3*len(dst)-1 {
		return false
	}
	for i := range dst {
		h, l := hexDigit(w[3*i]), hexDigit(w[3*i+1])
		if h|l > 15 || 3*i+2 < len(w) && w[3*i+2] != ':' {
			return false
		}
		dst[i] = byte(h<<4 | l)
	}
	return true
}

// appendColons is its reverse.
func appendColons(dst, b []byte, digits string) []byte {
	for i, o := range b {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = append(dst, digits[o>>4], digits[o&15])
	}
	return dst
}

// evpnLabels takes one label field or a list; each keeps 24 bits.
func evpnLabels(s *scratch, c *lex.Cursor, most uint64, field func(uint32) uint32) {
	for w := range c.List {
		v, ok := lex.ParseUint(w, most)
		if !ok {
			c.Failf("unexpected '%s', expected a number from 0 to %d", w, most)
			return
		}
		s.labels = append(s.labels, field(uint32(v)))
	}
	s.given |= 1 << evpnLabelWord
}

var errEVPNKind = errors.New("an EVPN route needs its type: mac-ip, multicast, prefix, ethernet-ad, ethernet-segment or raw")

func (k evpnNLRI) finish(dst []byte, s *scratch) ([]byte, error) {
	if s.has(rawWord) {
		return s.finishRaw(dst, k)
	}
	r := evpnRowOf(byte(s.num[evpnKindWord]))
	if r == nil {
		return dst, errEVPNKind
	}
	if err := r.accept(s); err != nil {
		return dst, fmt.Errorf("%s: %w", r.word, err)
	}
	start := len(dst)
	dst = append(append(dst, r.kind, 0), s.rd[:]...)
	if r.fields&evpnESI != 0 {
		dst = appendU16(dst, s.num[evpnESIHigh])
		dst = appendU32(appendU32(dst, s.num[evpnESILow]>>32), s.num[evpnESILow])
	}
	if r.fields&evpnTag != 0 {
		dst = appendU32(dst, s.num[evpnTagWord])
	}
	if r.fields&evpnMAC != 0 {
		dst = append(dst, 8*macLen)
		dst = appendU32(appendU16(dst, s.num[evpnMACWord]>>32), s.num[evpnMACWord])
	}
	dst = r.appendAddrs(dst, s)
	if r.fields&evpnLabel != 0 && len(s.labels) == 0 {
		dst = append(dst, 0, 0, 0)
	}
	for _, l := range s.labels {
		dst = appendU24(dst, l)
	}
	dst[start+1] = byte(len(dst) - start - evpnHead)
	return dst, nil
}

// appendAddrs appends the address, or prefix and gateway.
func (r *evpnRow) appendAddrs(dst []byte, s *scratch) []byte {
	switch {
	case r.fields&evpnPrefix != 0:
		dst = appendAddrOctets(append(dst, byte(s.num[evpnPrefixBits])), s.addr[2])
		if s.has(evpnGatewayWord) {
			return appendAddrOctets(dst, s.addr[1])
		}
		var none [16]byte
		return append(dst, none[:s.addr[2].BitLen()/8]...)
	case r.fields&evpnIP == 0:
		return dst
	case !s.has(evpnIPWord):
		return append(dst, 0)
	}
	return appendAddrOctets(append(dst, byte(s.addr[0].BitLen())), s.addr[0])
}

// accept says what is wrong with the words for a route of the row's type.
func (r *evpnRow) accept(s *scratch) error {
	for _, p := range []struct {
		place  int
		fields evpnFields
		word   string
	}{
		{evpnESILow, evpnESI, "esi"},
		{evpnTagWord, evpnTag, "ethernet-tag"},
		{evpnIPWord, evpnIP, "ip"},
		{evpnGatewayWord, evpnPrefix, "gateway"},
		{evpnLabelWord, evpnLabel, "label or vni"},
	} {
		if s.has(p.place) && r.fields&p.fields == 0 {
			return fmt.Errorf("such a route has no %s", p.word)
		}
	}
	most := 1
	if r.fields&evpnLabel2 != 0 {
		most = 2
	}
	switch {
	case !s.hasRD:
		return errors.New("rd is missing")
	case r.fields&evpnIP != 0 && r.fields&evpnNoIP == 0 && !s.has(evpnIPWord):
		return errors.New("ip, the originating router, is missing")
	case len(s.labels) > most:
		return fmt.Errorf("%d labels, at most %d are possible", len(s.labels), most)
	case len(s.labels) == 0 && r.fields&evpnMAC != 0 && !s.withdraw:
		return errors.New("label or vni is missing")
	case s.has(evpnGatewayWord) && s.addr[1].BitLen() != s.addr[2].BitLen():
		return fmt.Errorf("gateway %s is not of the family of the prefix", s.addr[1])
	}
	return nil
}

// appendWords appends the words of a route, which finish reads back to the same octets.
func (k evpnNLRI) appendWords(dst, nlri []byte, _ *Face) []byte {
	r := evpnRowOf(nlri[0])
	var v evpnView
	err := errValue
	if r != nil && r.fields != 0 {
		v, err = r.view(nlri)
	}
	if err != nil || !v.wordy() {
		return appendRawWords(dst, nlri)
	}
	dst = append(append(dst, r.word...), ' ')
	ip, esi := " ip ", " esi "
	switch {
	case v.mac != nil:
		dst = appendColons(dst, v.mac, upperHex)
	case v.gateway != nil:
		dst, ip = appendUint(appendAddr(dst, v.ip), "/", v.ipBits[0]), ""
	case v.esi != nil:
		dst, esi = appendESI(dst, v.esi), ""
	default:
		dst, ip = appendAddr(dst, v.ip), ""
	}
	if len(v.ip) > 0 && ip != "" {
		dst = appendAddr(append(dst, ip...), v.ip)
	}
	dst = appendRDWords(append(dst, " rd "...), v.rd)
	if v.esi != nil && esi != "" && !allZero(v.esi) {
		dst = appendESI(append(dst, esi...), v.esi)
	}
	if v.tag != nil {
		dst = appendUint(dst, " ethernet-tag ", u32(v.tag, 0))
	}
	if v.gateway != nil && !allZero(v.gateway) {
		dst = appendAddr(append(dst, " gateway "...), v.gateway)
	}
	return appendLabelWords(dst, v.labels)
}

// appendLabelWords appends a label where the field is as label makes it, else all of it.
func appendLabelWords(dst, labels []byte) []byte {
	for ; len(labels) > 0; labels = labels[labelLen:] {
		if raw := u24(labels, 0); raw&15 == labelBottom {
			dst = appendUint(dst, " label ", raw>>4)
		} else {
			dst = appendUint(dst, " vni ", raw)
		}
	}
	return dst
}

// wordy reports whether words can make the same octets.
func (v *evpnView) wordy() bool {
	if v.gateway != nil {
		p := netip.PrefixFrom(addrOf(v.ip), int(v.ipBits[0]))
		if p.Masked() != p {
			return false
		}
	}
	return v.mac == nil || v.macBits[0] == 8*macLen
}
