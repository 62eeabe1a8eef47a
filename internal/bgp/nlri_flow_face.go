package bgp

// appendText appends "flow source-ipv4 10.0.0.0/24 protocol [ =tcp =udp ] rd 65000:1".
func (k flowNLRI) appendText(dst, nlri []byte, f *Face) []byte {
	v := k.view(nlri)
	dst = append(dst, "flow"...)
	for rules := v.rules; len(rules) > 0; {
		var c flowComponent
		c, rules = k.cut(rules, v.short)
		dst = append(append(append(dst, ' '), c.name...), ' ')
		dst = c.appendText(dst, f)
	}
	if k.rd {
		dst = appendRD(append(dst, " rd "...), v.rd)
	}
	return appendNextHopText(dst, f)
}

// appendWords appends the text in what the grammar takes: numbers where ExaBGP says that
// a value is unknown, and IPv6 prefixes in the form that they have.
func (k flowNLRI) appendWords(dst, nlri []byte, _ *Face) []byte {
	v := k.view(nlri)
	if !k.l2 { // the word of IPv4 and IPv6
		dst = append(dst, "flow"...)
	}
	for rules := v.rules; len(rules) > 0; {
		var c flowComponent
		c, rules = k.cut(rules, v.short)
		c.words = true
		dst = append(append(append(dst, ' '), c.name...), ' ')
		dst = c.appendText(dst, &Face{Dialect: Dialect6})
	}
	if k.rd {
		dst = appendRDWords(append(dst, " rd "...), v.rd)
	}
	return dst
}

// appendJSON appends a member for each component, then the text of the whole.
//
// ExaBGP: main has no blank behind the brace; 4.2, 5.0 and version 4 have the next
// hop inside, which stands before the route as well. Pinned by vector F72.
func (k flowNLRI) appendJSON(dst, nlri []byte, f *Face) []byte {
	v := k.view(nlri)
	dst = append(dst, '{')
	if !f.Dialect.Main() {
		dst = append(dst, ' ')
	}
	for rules := v.rules; len(rules) > 0; {
		var c flowComponent
		c, rules = k.cut(rules, v.short)
		dst = append(append(append(dst, '"'), c.name...), `": [ `...)
		dst = append(c.appendJSON(dst, f), ` ], `...)
	}
	if k.rd {
		dst = append(appendRD(append(dst, `"rd": "`...), v.rd), `", `...)
	}
	if f.NextHop != nil && f.Dialect != Dialect6 {
		dst = append(appendAddr(append(dst, `"next-hop": "`...), f.NextHop), `", `...)
	}
	return append(k.appendText(append(dst, `"string": "`...), nlri, f), `" }`...)
}

// flowComponent is a component of a valid rule.
type flowComponent struct {
	*flowRow
	name      string
	v6, short bool
	words     bool   // shown as it is written
	octets    []byte // behind the type
}

// cut takes the first component of a valid rule.
func (k flowNLRI) cut(rules []byte, short bool) (c flowComponent, rest []byte) {
	n, _ := k.measure(rules, short)
	r := &flowTable[rules[0]]
	return flowComponent{flowRow: r, name: k.name(r), v6: k.v6, short: short, octets: rules[1:n]}, rules[n:]
}

// next takes the first test of what is left of the component.
//
// ExaBGP: the first of all is shown with "&" when its bit says so, which is to be
// ignored (RFC 8955 §4.2.1.1). Pinned by the corpus.
func (c *flowComponent) next() (t flowTerm) {
	t.op = c.octets[0] &^ (flowEnd | flowSize)
	n := 1 + flowWidth(c.octets[0])
	for _, o := range c.octets[1:n] {
		t.value = t.value<<8 | uint64(o)
	}
	c.octets = c.octets[n:]
	return t
}

// flowTerm is one test: an operator without length and end, and a value.
type flowTerm struct {
	op    byte
	value uint64
}

func (t flowTerm) and() bool { return t.op&flowAnd != 0 }

// appendText appends "=80", or "[ >=80&<=88 =443 ]" for several tests.
func (c flowComponent) appendText(dst []byte, f *Face) []byte {
	if c.kind.single() {
		return c.appendSingle(dst)
	}
	list := c.octets[0]&flowEnd == 0
	if list {
		dst = append(dst, "[ "...)
	}
	for first := true; len(c.octets) > 0; first = false {
		t := c.next()
		switch {
		case first && c.words:
			t.op &^= flowAnd
		case !first && !t.and():
			dst = append(dst, ' ')
		}
		dst = c.appendTerm(dst, t, f)
	}
	if list {
		dst = append(dst, " ]"...)
	}
	return dst
}

// appendJSON appends the elements of a list, tests that belong together in one.
func (c flowComponent) appendJSON(dst []byte, f *Face) []byte {
	switch {
	case c.kind.single():
		return append(c.appendSingle(append(dst, '"')), '"')
	case c.kind == flowBits && f.Dialect == Dialect42:
		return c.appendBitsJSON42(dst, f)
	}
	for first := true; len(c.octets) > 0; first = false {
		t := c.next()
		switch {
		case first:
			dst = append(dst, '"')
		case !t.and():
			dst = append(dst, `", "`...)
		}
		dst = c.appendTerm(dst, t, f)
	}
	return append(dst, '"')
}

// appendTerm appends an operator and a value.
func (c *flowComponent) appendTerm(dst []byte, t flowTerm, f *Face) []byte {
	if c.kind == flowBits {
		var plus [1]byte
		return c.appendBits(appendBitOperator(dst, t.op), t.value, append(plus[:0], '+'), f)
	}
	test := t.op & flowTest
	switch {
	case int(test) >= len(flowNumberTexts):
		return c.appendNumber(appendHex(dst, []byte{t.op}, upperHex), t.value, f)
	case t.and():
		dst = append(dst, '&')
	case test == 0, int(test) == len(flowNumberTexts)-1: // ExaBGP: a value only behind "&"
		return append(dst, flowNumberTexts[test]...)
	}
	return c.appendNumber(append(dst, flowNumberTexts[test]...), t.value, f)
}

// appendBitOperator appends "!", in hexadecimal digits an operator that has bits which
// mean nothing.
func appendBitOperator(dst []byte, op byte) []byte {
	test := op & flowTest
	if int(test) >= len(flowBitTexts) {
		return appendHex(dst, []byte{op}, upperHex)
	}
	if op&flowAnd != 0 {
		dst = append(dst, '&')
	}
	return append(dst, flowBitTexts[test]...)
}

// appendNumber appends a value, by its name where it has one. ExaBGP 4.2 says what
// else it is.
func (c *flowComponent) appendNumber(dst []byte, v uint64, f *Face) []byte {
	for i := range c.names {
		if n := &c.names[i]; uint64(n.value) == v {
			return append(dst, n.name...)
		}
	}
	if c.value != "" && f.Dialect == Dialect42 {
		return c.appendUnknown(dst, v)
	}
	return appendUint(dst, "", v)
}

func (c *flowComponent) appendUnknown(dst []byte, v uint64) []byte {
	return appendUint(append(append(dst, "unknown "...), c.value...), " type ", v)
}

// appendBits appends the names of bits, with between between them. ExaBGP: bits without
// a name are shown as the whole value, behind the others.
func (c *flowComponent) appendBits(dst []byte, v uint64, between []byte, f *Face) []byte {
	switch {
	case v == 0 && c.fragment() && f.Dialect == Dialect42:
		return append(dst, flowNotAFragment...)
	case c.words && (v == 0 || v&^c.named() != 0):
		return appendUint(dst, "", v)
	}
	start, rest := len(dst), v
	for i := range c.names {
		bit := uint64(c.names[i].value)
		if v&bit == 0 {
			continue
		}
		if len(dst) > start {
			dst = append(dst, between...)
		}
		dst = append(dst, c.names[i].name...)
		rest &^= bit
	}
	if rest == 0 {
		return dst
	}
	if len(dst) > start {
		dst = append(dst, between...)
	}
	return c.appendUnknown(dst, v)
}

// named returns the bits that have a name.
func (c *flowComponent) named() (bits uint64) {
	for i := range c.names {
		bits |= uint64(c.names[i].value)
	}
	return bits
}

func (c *flowComponent) fragment() bool { return c.flowRow == &flowTable[flowFragment] }

// appendBitsJSON42 appends bit masks as 4.2 does: each name is an element with the
// operator, and "!is-fragment" has another name.
func (c flowComponent) appendBitsJSON42(dst []byte, f *Face) []byte {
	start := len(dst)
	for len(c.octets) > 0 {
		t := c.next()
		switch {
		case t.value == 0 && !c.fragment():
			continue // Deviation: 4.2 leaves a comma without an element
		case len(dst) == start:
			dst = append(dst, '"')
		case t.and():
			dst = dst[:len(dst)-1]
		default:
			dst = append(dst, `, "`...)
		}
		if c.fragment() && t == (flowTerm{flowNot, flowIsFragment}) { // "!is-fragment"
			dst = append(append(dst, flowNotAFragment...), '"')
			continue
		}
		var room [8]byte // for `", "&!=`
		between := appendBitOperator(append(room[:0], `", "`...), t.op)
		dst = append(dst, between[len(`", "`):]...)
		dst = append(c.appendBits(dst, t.value, between, f), '"')
	}
	return dst
}

// appendSingle appends the value of a component that is no list of tests.
func (c *flowComponent) appendSingle(dst []byte) []byte {
	if c.kind == flowMAC {
		return appendColons(dst, c.octets[1:], lowerHex)
	}
	return c.appendPrefix(dst)
}

// appendPrefix appends "10.0.0.0/24", in IPv6 with the offset: "2001:db8::/32/0".
func (c *flowComponent) appendPrefix(dst []byte) []byte {
	var a [16]byte
	bits, b := int(c.octets[0]), c.octets[1:]
	if !c.v6 {
		copy(a[:4], b)
		clearBits(a[:4], bits)
		return appendUint(appendAddr(dst, a[:4]), "/", bits)
	}
	offset, b := int(b[0]), b[1:]
	if c.short {
		for i := range bits - offset {
			at := offset + i
			a[at/8] |= b[i/8] << (i % 8) & 0x80 >> (at % 8)
		}
	} else {
		copy(a[:], b)
		clearBits(a[:], bits)
	}
	if c.words && c.short {
		return appendUint(appendUint(appendAddr(dst, a[:]), "/", offset), "-", bits)
	}
	return appendUint(appendUint(appendAddr(dst, a[:]), "/", bits), "/", offset)
}

// clearBits clears what stands behind the first bits of b.
func clearBits(b []byte, bits int) {
	for i := (bits + 7) / 8; i < len(b); i++ {
		b[i] = 0
	}
	if r := bits & 7; r != 0 {
		b[bits/8] &= 0xff << (8 - r)
	}
}
