package bgp

import "strconv"

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
		return append(appendTextString(append(dst, `candidate-path-name "`...), v[1:], f), '"')
	case policyName:
		return append(appendTextString(append(dst, `policy-name "`...), v[1:], f), '"')
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
