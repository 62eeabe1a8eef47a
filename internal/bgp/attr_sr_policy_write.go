package bgp

import (
	"bytes"

	"github.com/herald-bgp/herald/internal/lex"
)

// Words of SR policies as they are written: attr_sr_policy_word.go reads them.

// appendAttrWords appends the sub-TLVs of SR policy tunnels in the words of the family.
func (srPolicyNLRI) appendAttrWords(dst []byte, a *AttrView) ([]byte, bool) {
	if a.Code != AttrTunnelEncap {
		return dst, false
	}
	var seen codes
	for v := a.Value; len(v) > 0; {
		kind, tunnel, rest, _ := cutTLV22(v)
		v = rest
		if kind != tunnelSRPolicy || len(tunnel) == 0 {
			dst = append(appendTunnelOctets(append(dst, " tunnel-encap [ "...), kind, tunnel), " ]"...)
			continue
		}
		for len(tunnel) > 0 {
			sub, _, more, _ := cutSubTLV(tunnel)
			octets := tunnel[:len(tunnel)-len(more)]
			tunnel = more
			start := len(dst)
			if sub == policySegmentList || seen.add(sub) { // the others may be given once
				dst = appendPolicyWords(append(dst, ' '), octets)
			}
			if !makesPolicy(string(dst[start:]), octets) {
				dst = append(dst[:start], " tunnel-encap [ "...)
				dst = append(appendTunnelOctets(dst, tunnelSRPolicy, octets), " ]"...)
			}
		}
	}
	return dst, true
}

// makesPolicy reports whether words make a sub-TLV.
func makesPolicy(words string, sub []byte) bool {
	var room [64]byte
	var c lex.Cursor
	c.Reset(words)
	w := policyWordOf(c.Word())
	if w == nil {
		return false
	}
	got := w.parse(&c, room[:0])
	return c.Err() == nil && !c.More() && bytes.Equal(got[4:], sub)
}

// appendPolicyWords appends the keyword of a sub-TLV and its value; nothing when it has no words.
func appendPolicyWords(dst, sub []byte) []byte {
	kind, v, _, _ := cutSubTLV(sub)
	for i := range policyWords {
		if w := &policyWords[i]; w.kind == kind {
			return w.write(append(append(dst, w.word...), ' '), v)
		}
	}
	return dst
}

func writePreference(dst, v []byte) []byte { return appendUint(dst, "", u32(v, policyHead)) }

func writePriority(dst, v []byte) []byte { return appendUint(dst, "", v[0]) }

func writeBindingSID(dst, v []byte) []byte {
	switch sid := v[policyHead:]; {
	case len(sid) == 0:
		return append(dst, "null"...)
	case len(sid) != labelEntryLen:
		return dst
	case v[0] == bindingSpecified:
		return appendUint(dst, "mpls ", u32(sid, 0)>>12)
	default:
		return appendUint(dst, "label ", u32(sid, 0)>>12)
	}
}

func writeSRv6BindingSID(dst, v []byte) []byte {
	return appendSIDWords(dst, v[policyHead:])
}

// appendSIDWords appends an SRv6 SID, perhaps with a behavior.
func appendSIDWords(dst, sid []byte) []byte {
	dst = appendAddr(dst, sid[:sidLen])
	if behavior := sid[sidLen:]; len(behavior) > 0 {
		dst = appendUint(dst, " endpoint-behavior ", u16(behavior, 0))
		for _, o := range behavior[4:] {
			dst = appendUint(dst, " ", o)
		}
	}
	return dst
}

func writePolicyName(dst, v []byte) []byte { return lsWriteText(dst, v[1:]) }

func writeSegmentList(dst, v []byte) []byte {
	dst = appendUint(dst, "weight ", segmentListWeight(v))
	for v = v[1:]; len(v) > 0; {
		kind, value, rest, _ := cutTLV11(v)
		if s := segmentTypeOf(kind); s != nil {
			dst = append(append(dst, " segment type-"...), s.letter|0x20)
			dst = s.appendWords(dst, value)
		}
		v = rest
	}
	return dst
}

// appendWords appends the fields of a segment, its algorithm and SID.
func (s *segmentType) appendWords(dst, v []byte) []byte {
	at := policyHead
	for i := range s.fields {
		f := &s.fields[i]
		dst = append(append(append(dst, ' '), f.word...), ' ')
		if f.size == 0 {
			dst = appendUint(dst, "", u32(v, at))
		} else {
			dst = appendAddr(dst, v[at:at+f.size])
		}
		at += f.octets()
	}
	if s.algorithm {
		dst = appendUint(dst, " algorithm ", v[1])
	}
	sid := v[at:]
	if len(sid) == 0 {
		return dst
	}
	word := s.sidWord()
	if s.entry && u32(sid, 0)&entryBottom == 0 {
		word = "label" // the other sets the bit in the last of a list
	}
	dst = append(append(append(dst, ' '), word...), ' ')
	if s.srv6 {
		return appendSIDWords(dst, sid)
	}
	return appendUint(dst, "", u32(sid, 0)>>12)
}
