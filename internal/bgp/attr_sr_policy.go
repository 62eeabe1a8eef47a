package bgp

import (
	"strconv"

	"github.com/herald-bgp/herald/internal/lex"
)

// The tunnel of a SR policy (RFC 9830 §2.4): sub-TLVs of the Tunnel Encapsulation
// attribute.
//
//	Preference (12)            flags (1), reserved (1), preference (4)
//	Binding SID (13)           flags (1), reserved (1), nothing, a label stack entry (4) or a SID (16)
//	Priority (15)              priority (1), reserved (1)
//	SRv6 Binding SID (20)      flags (1), reserved (1), SID (16), perhaps a behavior (8)
//	Segment List (128)         reserved (1), Weight (9), segments
//	Candidate Path Name (129), Policy Name (130)   reserved (1), text
//
// The TLVs in a segment list have a length of one octet. Weight is flags (1), reserved
// (1), weight (4). A segment is flags (1), algorithm or reserved (1), the fields of its
// type, and a SID that may lack: a label stack entry (4), or an IPv6 address (16)
// perhaps with a behavior.
//
//	behavior: endpoint behavior (2), reserved (2), lengths of locator block, locator
//	node, function and argument (1 each)
const (
	policyPreference     = 12
	policyBindingSID     = 13
	policyPriority       = 15
	policySRv6BindingSID = 20
	policySegmentList    = 128
	policyPathName       = 129
	policyName           = 130

	segmentWeight = 9
)

const (
	policyHead    = 2 // flags and reserved octet of most values
	weightLen     = 6
	labelEntryLen = 4
	sidLen        = 16
	behaviorLen   = 8
	defaultWeight = 1
)

// Flags. ExaBGP: a binding SID is sent with 0x10 and the bottom bit; RFC 9830 §2.4.2
// knows neither. Pinned by conf-sr-policy.
const (
	bindingSpecified = 0x10
	bindingBehavior  = 0x20 // RFC 9830 §2.4.3: a behavior follows the SID
	segmentAlgorithm = 0x40 // RFC 9830 §2.4.4.2.3: the algorithm counts
	segmentBehavior  = 0x10 // a behavior follows the SID
)

// segmentType is what a segment is made of.
type segmentType struct {
	code      byte
	letter    byte
	fields    []segmentField
	algorithm bool   // the second octet is one
	sid       string // word of the SID; empty: "sid"
	needed    bool   // the SID may not lack
	srv6      bool   // it is an IPv6 address
	key       string // of a label in JSON
	entry     bool   // the label's entry is shown whole, and takes part in the stack
}

// segmentField is an address of 4 or 16 octets, or an interface (4) when size is 0.
type segmentField struct {
	word, key string
	size      int
}

func (f *segmentField) octets() int {
	if f.size == 0 {
		return 4
	}
	return f.size
}

// segmentTypeOf returns the type of a code, nil when it is unknown.
func segmentTypeOf(code byte) *segmentType {
	for i := range segmentTypes {
		if segmentTypes[i].code == code {
			return &segmentTypes[i]
		}
	}
	return nil
}

// head returns the octets before the SID.
func (s *segmentType) head() int {
	n := policyHead
	for i := range s.fields {
		n += s.fields[i].octets()
	}
	return n
}

func (s *segmentType) valid(v []byte) bool {
	switch rest := len(v) - s.head(); {
	case rest == 0:
		return !s.needed
	case s.srv6:
		return rest == sidLen || rest == sidLen+behaviorLen
	default:
		return rest == labelEntryLen
	}
}

// validPolicy checks a sub-TLV. RFC 9830 §5: a malformed one costs the route.
func validPolicy(kind byte, v []byte) bool {
	switch kind {
	case policyPreference:
		return len(v) == 6
	case policyBindingSID:
		return len(v) == policyHead || len(v) == policyHead+labelEntryLen || len(v) == policyHead+sidLen
	case policyPriority:
		return len(v) == 2
	case policySRv6BindingSID:
		return len(v) == policyHead+sidLen || len(v) == policyHead+sidLen+behaviorLen
	case policySegmentList:
		return validSegmentList(v)
	case policyPathName, policyName:
		return len(v) > 0
	}
	return true
}

func validSegmentList(v []byte) bool {
	if len(v) == 0 {
		return false
	}
	for v = v[1:]; len(v) > 0; {
		kind, value, rest, ok := cutTLV11(v)
		if !ok || kind == segmentWeight && len(value) != weightLen {
			return false
		}
		if s := segmentTypeOf(kind); s != nil && !s.valid(value) {
			return false
		}
		v = rest
	}
	return true
}

// policyAppender appends the value of a sub-TLV that the words after its keyword mean.
type policyAppender func(c *lex.Cursor, dst []byte) []byte

// parse appends a tunnel of one sub-TLV.
func (w *policyWord) parse(c *lex.Cursor, dst []byte) []byte {
	at := len(dst)
	dst = append(appendU16(dst, tunnelSRPolicy), 0, 0, w.kind, 0)
	if w.kind >= 128 {
		dst = append(dst, 0)
	}
	value := len(dst)
	dst = w.append(c, dst)
	n := len(dst) - value
	switch {
	case w.kind < 128: // they are short
		dst[value-1] = byte(n)
	case n > maxAttrValue:
		c.Failf("'%s' takes %d octets, expected at most %d", w.word, n, maxAttrValue)
	default:
		putU16(dst[value-2:], n)
	}
	return closeTunnel(dst, at, c)
}

func appendPreference(c *lex.Cursor, dst []byte) []byte {
	return appendU32(append(dst, 0, 0), c.Uint(1<<32-1))
}

func appendPriority(c *lex.Cursor, dst []byte) []byte {
	return append(dst, byte(c.Uint(255)), 0)
}

// appendBindingSID takes "mpls LABEL" or "null".
func appendBindingSID(c *lex.Cursor, dst []byte) []byte {
	switch c.Word() {
	case "null":
		return append(dst, 0, 0)
	case "mpls":
		return appendLabelEntry(append(dst, bindingSpecified, 0), c.Uint(labelMax), true)
	}
	c.Fail("mpls LABEL or null")
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

const entryBottom = 0x100

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
		dst = s.parse(c, append(dst, s.code, 0, 0, 0))
		dst[at+1] = byte(len(dst) - at - 2)
		if s.entry && len(dst)-at-2 > s.head() {
			bottom = len(dst) - 2
		}
	}
	if bottom > 0 {
		dst[bottom] |= entryBottom >> 8 // ExaBGP: RFC 9830 §2.4.4.2.1 has the sender clear it (conf-sr-policy)
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

// parse takes the fields of a segment, its algorithm and SID. dst ends with its flags
// and the octet behind them.
func (s *segmentType) parse(c *lex.Cursor, dst []byte) []byte {
	flags := len(dst) - policyHead
	for i := range s.fields {
		f := &s.fields[i]
		if !c.Expect(f.word) {
			return dst
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
	word := s.sid
	if word == "" {
		word = "sid"
	}
	if !s.needed && c.Peek() != word || !c.Expect(word) {
		return dst
	}
	if !s.srv6 {
		return appendLabelEntry(dst, c.Uint(labelMax), false)
	}
	dst = appendSID(c, dst)
	if c.Peek() == "endpoint-behavior" {
		dst[flags] |= segmentBehavior
		dst = appendBehavior(c, dst)
	}
	return dst
}

// appendPolicyJSON appends the member of a SR policy, its segment lists gathered at the
// end. RFC 9830 §2.4: of the other sub-TLVs there is one each.
func appendPolicyJSON(dst, v []byte) []byte {
	dst = append(dst, `"sr-policy": {`...)
	start := len(dst)
	var seen codes
	for rest := v; len(rest) > 0; {
		kind, value, next, _ := cutSubTLV(rest)
		if rest = next; kind == policySegmentList || !seen.add(kind) {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ", "...)
		}
		dst = appendPolicySubJSON(dst, kind, value)
	}
	lists := 0
	for rest := v; len(rest) > 0; {
		kind, value, next, _ := cutSubTLV(rest)
		if rest = next; kind != policySegmentList {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ", "...)
		}
		if lists == 0 {
			dst = append(dst, `"segment-lists": [`...)
		}
		lists++
		dst = appendSegmentListJSON(dst, value)
	}
	if lists > 0 {
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

func appendPolicySubJSON(dst []byte, kind byte, v []byte) []byte {
	switch kind {
	case policyPreference:
		return appendUint(dst, `"preference": `, u32(v, 2))
	case policyPriority:
		return appendUint(dst, `"priority": `, v[0])
	case policyBindingSID:
		return appendBindingJSON(append(dst, `"binding-sid": `...), v[policyHead:])
	case policySRv6BindingSID:
		return appendSRv6BindingJSON(append(dst, `"srv6-binding-sid": `...), v[policyHead:])
	case policyPathName:
		return AppendJSONString(append(dst, `"candidate-path-name": `...), string(v[1:]))
	case policyName:
		return AppendJSONString(append(dst, `"policy-name": `...), string(v[1:]))
	}
	dst = appendUint(dst, `"unknown-subtlv-`, kind)
	return append(appendHex(append(dst, `": "0x`...), v, upperHex), '"')
}

// appendBindingJSON: main reads the SID of an older draft as a label.
func appendBindingJSON(dst, sid []byte) []byte {
	switch len(sid) {
	case 0:
		return append(dst, "null"...)
	case labelEntryLen:
		return append(appendUint(dst, `{"type": "mpls", "label": `, u32(sid, 0)>>12), '}')
	}
	return append(appendAddr(append(dst, `{"type": "srv6", "sid": "`...), sid), `"}`...)
}

func appendSRv6BindingJSON(dst, v []byte) []byte {
	if len(v) == sidLen {
		return append(appendAddr(append(dst, '"'), v), '"')
	}
	dst = append(appendAddr(append(dst, `{"sid": "`...), v[:sidLen]), `", `...)
	return append(appendBehaviorJSON(dst, v[sidLen:]), '}')
}

// appendBehaviorJSON appends the members of a behavior.
func appendBehaviorJSON(dst, v []byte) []byte {
	dst = appendUint(dst, `"behavior": `, u16(v, 0))
	dst = appendUint(dst, `, "lb-length": `, v[4])
	dst = appendUint(dst, `, "ln-length": `, v[5])
	dst = appendUint(dst, `, "fun-length": `, v[6])
	return appendUint(dst, `, "arg-length": `, v[7])
}

// segmentListWeight returns the weight of a segment list.
func segmentListWeight(v []byte) uint32 {
	for v = v[1:]; len(v) > 0; {
		kind, value, rest, _ := cutTLV11(v)
		if kind == segmentWeight {
			return u32(value, 2)
		}
		v = rest
	}
	return defaultWeight
}

func appendSegmentListJSON(dst, v []byte) []byte {
	dst = appendUint(dst, `{"weight": `, segmentListWeight(v))
	dst = append(dst, `, "segments": [`...)
	sep := ""
	for v = v[1:]; len(v) > 0; {
		kind, value, rest, _ := cutTLV11(v)
		if s := segmentTypeOf(kind); s != nil {
			dst = s.appendJSON(append(dst, sep...), value)
			sep = ", "
		}
		v = rest
	}
	return append(dst, "]}"...)
}

func (s *segmentType) appendJSON(dst, v []byte) []byte {
	dst = append(dst, `{"type": "`...)
	dst = append(dst, s.letter, '"')
	at := policyHead
	for i := range s.fields {
		f := &s.fields[i]
		dst = append(append(dst, ", "...), f.key...)
		if f.size == 0 {
			dst = appendUint(dst, "", u32(v, at))
		} else {
			dst = append(appendAddr(append(dst, '"'), v[at:at+f.size]), '"')
		}
		at += f.octets()
	}
	if s.algorithm {
		dst = appendUint(dst, `, "algorithm": `, v[1])
	}
	switch sid := v[at:]; {
	case len(sid) == 0:
	case !s.srv6:
		dst = s.appendLabelJSON(append(dst, ", "...), u32(sid, 0))
	default:
		dst = append(appendAddr(append(dst, `, "sid": "`...), sid[:sidLen]), '"')
		if len(sid) > sidLen && v[0]&segmentBehavior != 0 {
			dst = append(appendBehaviorJSON(append(dst, `, "endpoint-behavior": {`...), sid[sidLen:]), '}')
		}
	}
	return append(dst, '}')
}

func (s *segmentType) appendLabelJSON(dst []byte, entry uint32) []byte {
	dst = appendUint(append(dst, s.key...), "", entry>>12)
	if !s.entry {
		return dst
	}
	dst = appendUint(dst, `, "tc": `, entry>>9&7)
	dst = strconv.AppendBool(append(dst, `, "s": `...), entry&entryBottom != 0)
	return appendUint(dst, `, "ttl": `, entry&255)
}

// appendPolicyText appends "sr-policy {preference 10 segment-list weight 1 [16001]}".
func appendPolicyText(dst, v []byte, f *Face) []byte {
	sep := "sr-policy {"
	if len(v) == 0 {
		dst = append(dst, sep...)
	}
	for len(v) > 0 {
		kind, value, rest, _ := cutSubTLV(v)
		dst = appendPolicySubText(append(dst, sep...), kind, value, f)
		v, sep = rest, " "
	}
	return append(dst, '}')
}

func appendPolicySubText(dst []byte, kind byte, v []byte, f *Face) []byte {
	switch kind {
	case policyPreference:
		return appendUint(dst, "preference ", u32(v, 2))
	case policyPriority:
		return appendUint(dst, "priority ", v[0])
	case policyBindingSID:
		switch sid := v[policyHead:]; len(sid) {
		case 0:
			return append(dst, "binding-sid null"...)
		case labelEntryLen:
			return appendUint(dst, "binding-sid mpls ", u32(sid, 0)>>12)
		default:
			return appendAddr(append(dst, "binding-sid srv6 "...), sid)
		}
	case policySRv6BindingSID:
		dst = appendAddr(append(dst, "srv6-binding-sid "...), v[policyHead:policyHead+sidLen])
		if behavior := v[policyHead+sidLen:]; len(behavior) > 0 {
			dst = appendUint(dst, " endpoint-behavior ", u16(behavior, 0))
		}
		return dst
	case policyPathName: // ExaBGP: a quote in a name is not escaped; vector T9
		return append(AppendTextString(append(dst, `candidate-path-name "`...), v[1:], f), '"')
	case policyName:
		return append(AppendTextString(append(dst, `policy-name "`...), v[1:], f), '"')
	case policySegmentList:
		return appendSegmentListText(dst, v)
	}
	// Deviation: main writes the address of an object in its memory.
	dst = appendUint(dst, "unknown-subtlv-", kind)
	return appendHex(append(dst, " 0x"...), v, upperHex)
}

func appendSegmentListText(dst, v []byte) []byte {
	dst = appendUint(dst, "segment-list weight ", segmentListWeight(v))
	dst = append(dst, " ["...)
	sep := ""
	for v = v[1:]; len(v) > 0; {
		kind, value, rest, _ := cutTLV11(v)
		if s := segmentTypeOf(kind); s != nil {
			dst = s.appendText(append(dst, sep...), value)
			sep = " "
		}
		v = rest
	}
	return append(dst, ']')
}

// appendText appends a label, an SRv6 SID, or the ends of a link: "if1:10.0.0.1->10.0.0.2".
func (s *segmentType) appendText(dst, v []byte) []byte {
	at, arrow := policyHead, false
	for i := range s.fields {
		f := &s.fields[i]
		if arrow {
			dst = append(dst, "->"...)
		}
		if arrow = f.size > 0; arrow {
			dst = appendAddr(dst, v[at:at+f.size])
		} else {
			dst = append(appendUint(dst, "if", u32(v, at)), ':')
		}
		at += f.octets()
	}
	switch {
	case len(s.fields) > 0:
		return dst
	case s.srv6:
		return appendAddr(dst, v[at:at+sidLen])
	}
	return appendUint(dst, "", u32(v, at)>>12)
}
