package bgp

import "github.com/herald-bgp/herald/internal/lex"

// policyAppender appends the value of a sub-TLV that the words after its keyword mean.
type policyAppender func(c *lex.Cursor, dst []byte) []byte

// policyWordOf returns the row of a word, nil when it is none.
func policyWordOf(word string) *policyWord {
	for i := range policyWords {
		if policyWords[i].word == word {
			return &policyWords[i]
		}
	}
	return nil
}

// parse appends a tunnel of one sub-TLV.
func (w *policyWord) parse(c *lex.Cursor, dst []byte) []byte {
	at := len(dst)
	dst = append(appendU16(dst, tunnelSRPolicy), 0, 0, w.kind, 0)
	if w.kind >= 128 {
		dst = append(dst, 0)
	}
	start := len(dst)
	dst = w.value(c, dst)
	n := len(dst) - start
	switch {
	case w.kind < 128: // they are short
		dst[start-1] = byte(n)
	case n > maxAttrValue:
		c.Failf("'%s' takes %d octets, expected at most %d", w.word, n, maxAttrValue)
	default:
		putU16(dst[start-2:], n)
	}
	return closeTunnel(dst, at, c)
}

func appendPreference(c *lex.Cursor, dst []byte) []byte {
	return appendU32(append(dst, 0, 0), c.Uint(1<<32-1))
}

func appendPriority(c *lex.Cursor, dst []byte) []byte {
	return append(dst, byte(c.Uint(255)), 0)
}

// appendBindingSID takes "mpls LABEL", which is ExaBGP's form, "label LABEL", which is
// that of RFC 9830 §2.4.2, or "null".
func appendBindingSID(c *lex.Cursor, dst []byte) []byte {
	switch c.Word() {
	case "null":
		return append(dst, 0, 0)
	case "label":
		return appendLabelEntry(append(dst, 0, 0), c.Uint(labelMax), false)
	case "mpls":
		return appendLabelEntry(append(dst, bindingSpecified, 0), c.Uint(labelMax), true)
	}
	c.Fail("mpls LABEL, label LABEL or null")
	return dst
}

// appendLabelEntry appends a label stack entry (RFC 3032 §2.1) with a TTL of 0.
func appendLabelEntry(dst []byte, label uint64, bottom bool) []byte {
	label <<= 12
	if bottom {
		label |= entryBottom
	}
	return appendU32(dst, label)
}

func appendSRv6BindingSID(c *lex.Cursor, dst []byte) []byte {
	at := len(dst)
	dst = appendSID(c, append(dst, 0, 0))
	if c.Peek() == "endpoint-behavior" {
		dst[at] |= bindingBehavior
		dst = appendBehavior(c, dst)
	}
	return dst
}

func appendPolicyName(c *lex.Cursor, dst []byte) []byte {
	w := c.Word()
	if w == "" {
		c.Fail("a name")
	}
	return append(append(dst, 0), w...)
}

// appendSID takes an IPv6 address.
func appendSID(c *lex.Cursor, dst []byte) []byte { return appendAddrOf(c, dst, sidLen) }

// appendAddrOf takes an address of size octets.
func appendAddrOf(c *lex.Cursor, dst []byte, size int) []byte {
	a := c.Addr()
	if c.Err() == nil && a.BitLen() != 8*size {
		c.Fail(map[bool]string{true: "an IPv4 address", false: "an IPv6 address"}[size == 4])
	}
	if c.Err() != nil {
		return dst
	}
	return appendAddrOctets(dst, a)
}

// appendBehavior takes "endpoint-behavior BEHAVIOR LB LN FUN ARG".
func appendBehavior(c *lex.Cursor, dst []byte) []byte {
	c.Word()
	behavior, ok := parseUint(c.Word(), 1<<16-1)
	if !ok {
		c.Fail("an endpoint behavior from 0 to 65535, decimal or 0x…")
	}
	dst = append(appendU16(dst, behavior), 0, 0)
	for range 4 {
		dst = append(dst, byte(c.Uint(255)))
	}
	return dst
}

// appendSegmentList takes "weight N segment … segment …".
func appendSegmentList(c *lex.Cursor, dst []byte) []byte {
	c.Expect("weight")
	dst = appendU32(append(dst, 0, segmentWeight, weightLen, 0, 0), c.Uint(1<<32-1))
	bottom := 0 // of the last label of the stack; 0: there is none
	for c.Accept("segment") {
		s := segmentWord(c.Word())
		if s == nil {
			c.Fail("a type of segment, type-a to type-k")
			return dst
		}
		at := len(dst)
		var marked bool
		dst, marked = s.parse(c, append(dst, s.code, 0, 0, 0))
		dst[at+1] = byte(len(dst) - at - 2)
		switch {
		case marked:
			bottom = len(dst) - 2
		case s.entry && len(dst)-at-2 > s.head():
			bottom = 0
		}
	}
	if bottom > 0 {
		// ExaBGP: RFC 9830 §2.4.4.2.1 has the sender clear it (conf-sr-policy), as the
		// word "label" does.
		dst[bottom] |= entryBottom >> 8
	}
	return dst
}

// segmentWord returns the type of the word "type-a".
func segmentWord(w string) *segmentType {
	const prefix = "type-"
	if len(w) != len(prefix)+1 || w[:len(prefix)] != prefix {
		return nil
	}
	for i := range segmentTypes {
		if segmentTypes[i].letter|0x20 == w[len(prefix)] {
			return &segmentTypes[i]
		}
	}
	return nil
}

// sidWord returns the word of the SID.
func (s *segmentType) sidWord() string {
	if s.sid == "" {
		return "sid"
	}
	return s.sid
}

// parse takes the fields of a segment, its algorithm and SID. dst ends with its flags
// and the octet behind them. Marked is a label that has the bit of the bottom when it is
// the last of its list.
func (s *segmentType) parse(c *lex.Cursor, dst []byte) (out []byte, marked bool) {
	flags := len(dst) - policyHead
	for i := range s.fields {
		f := &s.fields[i]
		if !c.Expect(f.word) {
			return dst, false
		}
		if f.size == 0 {
			dst = appendU32(dst, c.Uint(1<<32-1))
		} else {
			dst = appendAddrOf(c, dst, f.size)
		}
	}
	if s.algorithm && c.Expect("algorithm") {
		if dst[flags+1] = byte(c.Uint(255)); dst[flags+1] != 0 {
			dst[flags] |= segmentAlgorithm
		}
	}
	word := s.sidWord()
	switch {
	case s.entry && c.Accept("label"):
		return appendLabelEntry(dst, c.Uint(labelMax), false), false
	case !s.needed && c.Peek() != word || !c.Expect(word):
		return dst, false
	case !s.srv6:
		return appendLabelEntry(dst, c.Uint(labelMax), false), s.entry
	}
	dst = appendSID(c, dst)
	if c.Peek() == "endpoint-behavior" {
		dst[flags] |= segmentBehavior
		dst = appendBehavior(c, dst)
	}
	return dst, false
}
