package bgp

import "strconv"

// Segment routing (RFC 9085). SIDs are labels of three octets or indexes of four, as
// the flags V and L tell.

// sidSize returns the size of a SID for the flags V and L; 0 when they do not tell.
func sidSize(v, l bool) int {
	switch {
	case v && l:
		return 3
	case !v && !l:
		return 4
	}
	return 0
}

func adjacencySize(octet byte) int { return sidSize(octet&0x20 != 0, octet&0x10 != 0) }
func prefixSIDSize(octet byte) int { return sidSize(octet&0x08 != 0, octet&0x04 != 0) }

// appendSIDs appends a list of SIDs of a size, and gives what is left. The flags of
// OSPF have other places: what does not fit is shown as octets and not malformed.
func appendSIDs(dst, b []byte, size int, open, end string) (out, rest []byte) {
	dst = append(dst, '[')
	for sep := ""; size > 0 && len(b) >= size; b = b[size:] {
		dst = append(append(dst, sep...), open...)
		dst = append(strconv.AppendUint(dst, bigEndian(b[:size]), 10), end...)
		sep = ", "
	}
	return append(dst, ']'), b
}

// appendUndecoded appends a list of what appendSIDs left.
func appendUndecoded(dst, b []byte) []byte {
	if len(b) == 0 {
		return append(dst, "[]"...)
	}
	return append(appendHex(append(dst, `["0x`...), b, upperHex), `"]`...)
}

func lsAdjacencyValue(dst, v []byte, r *lsRow, _ *Face) []byte {
	dst = appendFlags(append(dst, `{"flags": `...), v[0], r.flags)
	dst, rest := appendSIDs(append(dst, `, "sids": `...), v[4:], adjacencySize(v[0]), "", "")
	dst = appendUint(dst, `, "weight": `, v[1])
	return append(appendUndecoded(append(dst, `, "undecoded-sids": `...), rest), '}')
}

// lsAdjacencyMembers: ExaBGP: 4.2 writes members. Pinned by 5.10 of the specification.
func lsAdjacencyMembers(dst, v []byte, _ *Face) []byte {
	dst = appendFlags(append(dst, `"sr-adj-flags": `...), v[0], lsAdjacencyFlags)
	dst, rest := appendSIDs(append(dst, `, "sids": `...), v[4:], adjacencySize(v[0]), "[", "]")
	dst = appendUndecoded(append(dst, `, "undecoded-sids": `...), rest)
	return appendUint(dst, `, "sr-adj-weight": `, v[1])
}

func lsAdjacencyLine(dst, v []byte, f *Face) []byte {
	start := len(dst)
	dst = appendFlags(append(dst, "adj_flags: "...), v[0], lsAdjacencyFlags)
	dst, rest := appendSIDs(append(dst, ", sids: "...), v[4:], adjacencySize(v[0]), "", "")
	dst = appendUndecodedText(append(dst, ", undecoded_sid "...), rest, f)
	return pythonValue(dst, start, false)
}

// appendUndecodedText: ExaBGP: in main it is a tuple.
func appendUndecodedText(dst, b []byte, f *Face) []byte {
	if !f.Dialect.Main() {
		return appendUndecoded(dst, b)
	}
	if len(b) == 0 {
		return append(dst, "()"...)
	}
	return append(appendHex(append(dst, `("0x`...), b, upperHex), `",)`...)
}

// lsLANAdjacencyValue: Deviation: main loses all but the flags; as 5.0.
func lsLANAdjacencyValue(dst, v []byte, r *lsRow, _ *Face) []byte {
	dst = appendLANAdjacency(dst, v, r.flags)
	dst, rest := appendSIDs(append(dst, `, "sids": `...), v[10:], adjacencySize(v[0]), "", "")
	return append(appendUndecoded(append(dst, `, "undecoded": `...), rest), '}')
}

func appendLANAdjacency(dst, v []byte, flags []string) []byte {
	dst = appendFlags(append(dst, `{"flags": `...), v[0], flags)
	dst = appendUint(dst, `, "weight": `, v[1])
	return append(appendHex(append(dst, `, "system-id": "`...), v[4:10], lowerHex), '"')
}

func lsLANAdjacencyMembers(dst, v []byte, _ *Face) []byte {
	dst = appendFlags(append(dst, `"sr-adj-lan-flags": `...), v[0], lsAdjacencyFlags)
	dst, rest := appendSIDs(append(dst, `, "sids": `...), v[10:], adjacencySize(v[0]), "", "")
	dst = appendUndecoded(append(dst, `, "undecoded-sids": `...), rest)
	return appendUint(dst, `, "sr-adj-lan-weight": `, v[1])
}

// lsLANAdjacencyLine is the text of main, with the last SID alone, and of 4.2.
func lsLANAdjacencyLine(dst, v []byte, f *Face) []byte {
	size, start := adjacencySize(v[0]), len(dst)
	if f.Dialect == Dialect42 {
		dst = appendFlags(append(dst, "sr_adj_lan_flags: "...), v[0], lsAdjacencyFlags)
		dst, rest := appendSIDs(append(dst, ", sids: "...), v[10:], size, "", "")
		return pythonValue(appendUndecoded(append(dst, ", undecoded_sid: "...), rest), start, false)
	}
	dst = append(dst, "sr-adj-lan-sids: ["...)
	dst = append(appendLANAdjacency(dst, v, lsAdjacencyFlags), `, "sid": `...)
	b, last := v[10:], uint64(0)
	for ; size > 0 && len(b) >= size; b = b[size:] {
		last = bigEndian(b[:size])
	}
	dst = strconv.AppendUint(dst, last, 10)
	dst = append(appendUndecoded(append(dst, `, "undecoded": `...), b), "}]"...)
	return pythonValue(dst, start, false)
}

func lsPrefixSIDValue(dst, v []byte, r *lsRow, f *Face) []byte {
	return append(r.members(append(dst, '{'), v, f), '}')
}

// lsPrefixSIDMembers: ExaBGP: 5.0 and 4.2 write members.
func lsPrefixSIDMembers(dst, v []byte, _ *Face) []byte {
	dst = appendFlags(append(dst, `"sr-prefix-flags": `...), v[0], lsPrefixSIDFlags)
	dst, rest := appendSIDs(append(dst, `, "sids": `...), v[4:], prefixSIDSize(v[0]), "", "")
	dst = appendUndecoded(append(dst, `, "undecoded-sids": `...), rest)
	return appendUint(dst, `, "sr-algorithm": `, v[1])
}

func lsPrefixSIDLine(dst, v []byte, f *Face) []byte {
	start := len(dst)
	dst = appendFlags(append(dst, "prefix_flags: "...), v[0], lsPrefixSIDFlags)
	dst, rest := appendSIDs(append(dst, ", sids: "...), v[4:], prefixSIDSize(v[0]), "", "")
	dst = appendUndecodedText(append(dst, ", undecoded_sid: "...), rest, f)
	return pythonValue(dst, start, false)
}

// SR Capabilities (RFC 9085 §2.1.2): flags (1), reserved (1), then ranges of size (3)
// and a SID/Label sub-TLV each.
const (
	lsSIDLabel  = 1161
	srRangeHead = 3
)

func validSRCapability(v []byte) bool {
	for v = v[2:]; len(v) > 0; {
		if len(v) < srRangeHead {
			return false
		}
		code, label, rest, ok := cutTLV22(v[srRangeHead:])
		if !ok || code != lsSIDLabel || len(label) != 3 && len(label) != 4 {
			return false
		}
		v = rest
	}
	return true
}

func lsSRCapabilityMembers(dst, v []byte, _ *Face) []byte {
	dst = appendFlags(append(dst, `"sr-capability-flags": `...), v[0], lsCapabilityFlags)
	return appendSRRanges(append(dst, `, "sids": `...), v, "[", "]")
}

// appendSRRanges appends pairs of the size of a range and its first label.
func appendSRRanges(dst, v []byte, open, end string) []byte {
	dst = append(dst, '[')
	sep := ""
	for v = v[2:]; len(v) > srRangeHead; {
		_, label, rest, ok := cutTLV22(v[srRangeHead:])
		if !ok {
			break
		}
		first := bigEndian(label)
		if len(label) == 3 {
			first &= labelMax
		}
		dst = appendUint(append(append(dst, sep...), open...), "", u24(v, 0))
		dst = append(appendUint(dst, ", ", first), end...)
		sep, v = ", ", rest
	}
	return append(dst, ']')
}

func lsSRCapabilityLine(dst, v []byte, f *Face) []byte {
	label, open, end, start := "SR Capability Flags: ", "[", "]", len(dst)
	if f.Dialect == Dialect42 {
		label, open, end = "sr_capability_flags: ", "(", ")"
	}
	dst = appendFlags(append(dst, label...), v[0], lsCapabilityFlags)
	return pythonValue(appendSRRanges(append(dst, ", sids: "...), v, open, end), start, false)
}

// SRv6 (RFC 9514).

// lsSRv6CapabilityValue: Deviation: ExaBGP looks for the O flag in the wrong octet
// (RFC 9352 §2).
func lsSRv6CapabilityValue(dst, v []byte, _ *lsRow, _ *Face) []byte {
	return append(append(append(dst, `{"flags": {"O": `...), '0'+v[0]>>6&1), "}}"...)
}

func lsSRv6CapabilityLine(dst, v []byte, _ *Face) []byte {
	return append(append(append(dst, "flags: {'O': "...), '0'+v[0]>>6&1), '}')
}

func lsBehaviorValue(dst, v []byte, _ *lsRow, _ *Face) []byte {
	dst = appendUint(dst, `{"endpoint-behavior": `, uint16(u16(v, 0)))
	return append(appendUint(append(dst, `, "flags": []`...), `, "algorithm": `, v[3]), '}')
}

func lsBehaviorLine(dst, v []byte, _ *Face) []byte {
	dst = appendUint(dst, "srv6-endpoint-behavior [0x", uint16(u16(v, 0))) // ExaBGP: it is decimal
	return append(appendUint(append(dst, ", flags: []"...), ", algorithm: ", v[3]), ']')
}

func lsStructureValue(dst, v []byte, _ *lsRow, _ *Face) []byte {
	dst = appendUint(dst, `{"loc_block_len": `, v[0])
	dst = appendUint(dst, `, "loc_node_len": `, v[1])
	dst = appendUint(dst, `, "func_len": `, v[2])
	return append(appendUint(dst, `, "arg_len": `, v[3]), '}')
}

func lsStructureLine(dst, v []byte, _ *Face) []byte {
	dst = appendUint(dst, "sid-structure [", v[0])
	for _, o := range v[1:4] {
		dst = appendUint(dst, ",", o)
	}
	return append(dst, ",]"...)
}

func lsLocatorValue(dst, v []byte, r *lsRow, _ *Face) []byte {
	dst = appendFlags(append(dst, `{"flags": `...), v[0], r.flags)
	dst = appendUint(dst, `, "algorithm": `, v[1])
	return append(appendUint(dst, `, "metric": `, u32(v, 4)), '}')
}

func lsLocatorLine(dst, v []byte, _ *Face) []byte {
	start := len(dst)
	dst = pythonValue(appendFlags(append(dst, "flags: "...), v[0], lsLocatorFlags), start, false)
	return appendUint(appendUint(dst, ", algorithm: ", v[1]), ", metric: ", u32(v, 4))
}

// An End.X SID (RFC 9514 §4.1, §4.2): behavior (2), flags, algorithm, weight, reserved
// (1 each), on a LAN the neighbor (6 in IS-IS, 4 in OSPF), SID (16), sub-TLVs.
const (
	endXHead  = 6
	endXLen   = endXHead + 16
	endXISIS  = 6
	endXOSPF  = 4
	lsSIDForm = 1252 // SRv6 SID Structure
)

func validEndX(v []byte) bool     { return validSubTLVs(v[endXLen:]) }
func validEndXISIS(v []byte) bool { return validSubTLVs(v[endXLen+endXISIS:]) }
func validEndXOSPF(v []byte) bool { return validSubTLVs(v[endXLen+endXOSPF:]) }

func validSubTLVs(b []byte) bool {
	for len(b) > 0 {
		code, value, rest, ok := cutTLV22(b)
		if !ok || code == lsSIDForm && len(value) < 4 {
			return false
		}
		b = rest
	}
	return true
}

func lsEndXValue(dst, v []byte, _ *lsRow, f *Face) []byte     { return appendEndX(dst, v, 0, f) }
func lsEndXISISValue(dst, v []byte, _ *lsRow, f *Face) []byte { return appendEndX(dst, v, endXISIS, f) }

// lsEndXOSPFValue: Deviation: ExaBGP reads the SID four octets early.
func lsEndXOSPFValue(dst, v []byte, _ *lsRow, f *Face) []byte { return appendEndX(dst, v, endXOSPF, f) }

func appendEndX(dst, v []byte, neighbor int, f *Face) []byte {
	dst = appendFlags(append(dst, `{"flags": `...), v[2], lsEndXFlags)
	if neighbor > 0 {
		dst = appendEndXNeighbor(append(dst, `, "neighbor-id": "`...), v[endXHead:endXHead+neighbor])
		dst = append(dst, '"')
	}
	dst = appendUint(dst, `, "behavior": `, uint16(u16(v, 0)))
	dst = appendUint(dst, `, "algorithm": `, v[3])
	dst = appendUint(dst, `, "weight": `, v[4])
	sid := v[endXHead+neighbor:]
	dst = append(appendAddr(append(dst, `, "sid": "`...), sid[:16]), '"')
	for b := sid[16:]; len(b) > 0; {
		code, value, rest, ok := cutTLV22(b)
		if !ok {
			break
		}
		if b = rest; code == lsSIDForm {
			dst = lsStructureValue(append(dst, `, "srv6-sid-structure": `...), value, nil, f)
			continue
		}
		dst = append(dst, ", "...)
		switch {
		case f.Dialect.Main():
			dst = append(appendUint(dst, `"unknown-subtlv-`, code), `": "0x`...)
		case neighbor > 0:
			dst = append(appendUint(append(dst, '"'), "", code), `-undecoded": "0x`...)
		default:
			dst = append(appendUint(dst, `"subtlv-not-implemented-`, code), `": "0x`...)
		}
		dst = append(appendHex(dst, value, upperHex), '"')
	}
	return append(dst, '}')
}

func appendEndXNeighbor(dst, b []byte) []byte {
	if len(b) == endXOSPF {
		return appendAddr(dst, b)
	}
	return appendHex(dst, b, lowerHex)
}

func lsEndXLine(dst, v []byte, _ *Face) []byte     { return appendEndXText(dst, v, 0) }
func lsEndXISISLine(dst, v []byte, _ *Face) []byte { return appendEndXText(dst, v, endXISIS) }
func lsEndXOSPFLine(dst, v []byte, _ *Face) []byte { return appendEndXText(dst, v, endXOSPF) }

func appendEndXText(dst, v []byte, neighbor int) []byte {
	dst = appendUint(dst, "behavior: ", uint16(u16(v, 0)))
	if neighbor > 0 {
		dst = appendEndXNeighbor(append(dst, ", neighbor-id: "...), v[endXHead:endXHead+neighbor])
	}
	start := len(dst)
	dst = pythonValue(appendFlags(append(dst, ", flags: "...), v[2], lsEndXFlags), start, false)
	dst = appendUint(appendUint(dst, ", algorithm: ", v[3]), ", weight: ", v[4])
	return appendAddr(append(dst, ", sid: "...), v[endXHead+neighbor:][:16])
}
