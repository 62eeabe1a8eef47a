package bgp

import (
	"encoding/binary"
	"net/netip"
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// Places of a scratch that flow routes use: given has a bit per component,
// num[flowAFIAt] is the AFI of its prefixes, and num[flowFormAt] the form of their
// offsets, 0 while there are none.
const (
	flowAFIAt = iota
	flowFormAt
)

func (s *scratch) flowAFI() AFI { return AFI(s.num[flowAFIAt]) }

func (k flowNLRI) word(s *scratch, w string, c *lex.Cursor) bool {
	if s.block == "" || s.block == "match" {
		for i := range flowWordTable {
			if fw := &flowWordTable[i]; fw.word == w && k.takes(fw.id) {
				s.component(fw, c)
				return true
			}
		}
	}
	return s.flowAction(w, c)
}

// takes reports whether routes of the AFI have the word of a component. Whether they are
// of IPv4 or IPv6 may still be open.
func (k flowNLRI) takes(id byte) bool {
	r := &flowTable[id]
	return r.nameL2 != "" && k.l2 || r.name6 != "" && !k.l2
}

// component takes the value of a component.
func (s *scratch) component(fw *flowWord, c *lex.Cursor) {
	start := len(s.octets)
	s.octets = append(s.octets, fw.id, 0, 0, 0, 0)
	last, kind := 0, flowTable[fw.id].kind
	switch kind {
	case flowPrefix:
		s.prefixComponent(fw.id, c)
	case flowMAC:
		s.macComponent(fw, c)
	case flowNumber, flowBits:
		for w := range c.List {
			if last = s.tests(fw, w); last < 0 {
				c.Fail(fw.expect)
				break
			}
			last -= start + flowRecordHead
		}
	}
	s.given |= 1 << fw.id
	r := s.octets[start:]
	size := len(r) - flowRecordHead
	switch {
	case size == 0:
		c.Fail("a value")
	case size > flowMax:
		c.Failf("%v", errFlowLong)
	}
	if c.Err() != nil {
		s.octets = s.octets[:start]
		return
	}
	binary.BigEndian.PutUint16(r[1:], uint16(size))
	binary.BigEndian.PutUint16(r[3:], uint16(last))
	if !kind.single() {
		r[flowRecordHead+last] |= flowEnd
	}
}

// macComponent takes a MAC address.
func (s *scratch) macComponent(fw *flowWord, c *lex.Cursor) {
	mac := [1 + macLen]byte{macLen}
	switch {
	case !parseColons(mac[1:], c.Word()):
		c.Fail(macExpected)
	case s.has(int(fw.id)): // as of prefixes
		c.Failf("a flow route has one %s", fw.word)
	}
	s.octets = append(s.octets, mac[:]...)
}

// prefixComponent takes a prefix: 10.0.0.0/24, 2001:db8::/32, 2001:db8::/32/0 with an
// offset, or 2001:db8::/16-32 with an offset and a length, as RFC 8956 writes them: that
// one leaves out the octets before the offset.
func (s *scratch) prefixComponent(id byte, c *lex.Cursor) {
	p, offset, short, ok := parseFlowPrefix(c.Word())
	if !ok {
		c.Fail("a prefix: 10.0.0.0/24, 2001:db8::/32, or 2001:db8::/32/0 with an offset, 2001:db8::/0-32 in the form of RFC 8956")
		return
	}
	afi := AFIIPv4
	if p.Addr().Is6() {
		afi = AFIIPv6
	}
	switch {
	case s.has(int(id)): // RFC 8955 §4.2: a component may appear once
		c.Failf("a flow route has one %s", flowNLRI{v6: afi == AFIIPv6}.name(&flowTable[id]))
		return
	case s.afi != 0 && s.afi != afi, s.flowAFI() != 0 && s.flowAFI() != afi:
		c.Failf("'%s' is not of the family of the flow route", p)
		return
	}
	s.num[flowAFIAt] = uint64(afi)
	s.octets = append(s.octets, byte(p.Bits()))
	if afi == AFIIPv6 {
		s.octets = append(s.octets, byte(offset))
	}
	if short {
		s.octets = appendBitsFrom(s.octets, p, offset)
	} else {
		s.octets = appendPrefixOctets(s.octets, p)
	}
	if offset > 0 {
		s.offsetForm(short, c)
	}
}

// offsetForm makes c fail when offsets of one rule are of both forms: no reader could
// tell which is which.
func (s *scratch) offsetForm(short bool, c *lex.Cursor) {
	form := map[bool]uint64{false: 1, true: 2}[short]
	if other := s.num[flowFormAt]; other != 0 && other != form {
		c.Failf("the offsets of a flow route are all of one form")
	}
	s.num[flowFormAt] = form
}

// appendBitsFrom appends the bits of a prefix from an offset on.
func appendBitsFrom(dst []byte, p netip.Prefix, offset int) []byte {
	a := p.Addr().As16()
	at := len(dst)
	for i := offset; i < p.Bits(); i++ {
		if (i-offset)%8 == 0 {
			dst = append(dst, 0)
		}
		dst[at+(i-offset)/8] |= a[i/8] << (i % 8) & 0x80 >> ((i - offset) % 8)
	}
	return dst
}

// parseFlowPrefix reads a prefix, whose length may not be left out, and its offset.
// Short is the form of RFC 8956. Bits behind the length do not matter, and are cleared.
func parseFlowPrefix(w string) (p netip.Prefix, offset int, short, ok bool) {
	addr, w, ok := strings.Cut(w, "/")
	if !ok {
		return p, 0, false, false
	}
	a, err := netip.ParseAddr(addr)
	if err != nil || a.Zone() != "" {
		return p, 0, false, false
	}
	from, length, short := strings.Cut(w, "-")
	given := short
	if !short {
		length, from, given = strings.Cut(w, "/")
	}
	bits, ok := lex.ParseUint(length, uint64(a.BitLen()))
	if !ok {
		return p, 0, short, false
	}
	if given {
		o, ok := lex.ParseUint(from, 127)
		if !ok || a.Is4() || o > 0 && o >= bits {
			return p, 0, short, false
		}
		offset = int(o)
	}
	return netip.PrefixFrom(a, int(bits)).Masked(), offset, short, true
}

// tests takes tests that "&" joins, and returns the offset of the last operator;
// -1 when they are not tests.
func (s *scratch) tests(fw *flowWord, w string) (last int) {
	and := byte(0)
	for more := true; more; and = flowAnd {
		var test string
		test, w, more = strings.Cut(w, "&")
		op, v, ok := fw.test(test)
		if !ok {
			return -1
		}
		last = len(s.octets)
		switch {
		case v > 0xffffffff:
			s.octets = binary.BigEndian.AppendUint64(append(s.octets, and|0x30|op), v)
		case v > 0xffff:
			s.octets = appendU32(append(s.octets, and|0x20|op), v)
		case v > 0xff:
			s.octets = appendU16(append(s.octets, and|0x10|op), v)
		default:
			s.octets = append(s.octets, and|op, byte(v))
		}
	}
	return last
}

// test reads an operator and a value: ">=1024", "!=tcp", "80", "syn+ack".
func (fw *flowWord) test(w string) (op byte, v uint64, ok bool) {
	if flowTable[fw.id].kind == flowBits {
		op, w = cutOperator(w, flowBitOperators[:], 0)
		v, ok = fw.bits(w)
		return op, v, ok
	}
	op, rest := cutOperator(w, flowNumberOperators[:], 1)
	if v, ok = fw.number(rest); ok || rest != w {
		return op, v, ok
	}
	// The tests that always or never hold: a value may follow, or not.
	for _, op := range []byte{7, 0} {
		if rest, cut := strings.CutPrefix(w, flowNumberTexts[op]); cut {
			v, ok = fw.number(rest)
			return op, v, ok || rest == ""
		}
	}
	return op, 0, false
}

// cutOperator takes the operator that w begins with; without one, plain is meant.
func cutOperator(w string, operators []flowOperator, plain byte) (op byte, rest string) {
	for _, o := range operators {
		if rest, ok := strings.CutPrefix(w, o.text); ok {
			return o.bits, rest
		}
	}
	return plain, w
}

// bits reads names and numbers that "+" joins.
func (fw *flowWord) bits(w string) (v uint64, ok bool) {
	for more := true; more; {
		var name string
		name, w, more = strings.Cut(w, "+")
		n, ok := fw.number(name)
		if !ok {
			return 0, false
		}
		v |= n
	}
	return v, true
}

// number reads a value: decimal, "0x…" or a name.
func (fw *flowWord) number(w string) (v uint64, ok bool) {
	if w == "" || w[0] == '+' {
		return 0, false
	}
	if v, ok := parseUint(w, fw.max); ok {
		return v, true
	}
	if v, ok := flowValue(flowTable[fw.id].names, w); ok {
		return v, true
	}
	if v, ok := flowValue(fw.names, w); ok || !fw.ports {
		return v, ok
	}
	return portNamed(w)
}

func flowValue(names []flowName, w string) (v uint64, ok bool) {
	for i := range names {
		if len(w) == len(names[i].name) && compareName(w, names[i].name) == 0 {
			return uint64(names[i].value), true
		}
	}
	return 0, false
}

// compareName orders w and a name of a table. Case does not count in w, and "_" is "-".
func compareName(w, name string) int {
	for i := range min(len(w), len(name)) {
		b := w[i]
		switch {
		case 'A' <= b && b <= 'Z':
			b |= 0x20
		case b == '_':
			b = '-'
		}
		if b != name[i] {
			return int(b) - int(name[i])
		}
	}
	return len(w) - len(name)
}

// portNamed looks a port up among the lines of flowPorts.
func portNamed(w string) (v uint64, ok bool) {
	low, high := 0, len(flowPorts)
	for low < high {
		middle := (low + high) / 2
		start := low + strings.LastIndexByte(flowPorts[low:middle], '\n') + 1
		line, _, _ := strings.Cut(flowPorts[start:high], "\n")
		name, port, _ := strings.Cut(line, " ")
		switch d := compareName(w, name); {
		case d < 0:
			high = start
		case d > 0:
			low = start + len(line) + 1
		default:
			return lex.ParseUint(port, 65535)
		}
	}
	return 0, false
}
