package bgp

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"github.com/herald-bgp/herald/internal/lex"
)

// Values of TLVs in JSON. They passed fits.

func lsNumberValue(dst, v []byte, _ *lsRow, _ *Face) []byte {
	return strconv.AppendUint(dst, bigEndian(v), 10)
}

// bigEndian returns the number of up to eight octets.
func bigEndian(v []byte) (n uint64) {
	for _, o := range v {
		n = n<<8 | uint64(o)
	}
	return n
}

// lsMaskValue: ExaBGP: 4.2 makes a list of it. Pinned by 5.10 of the specification.
func lsMaskValue(dst, v []byte, r *lsRow, f *Face) []byte {
	if f.Dialect == Dialect42 {
		return append(lsNumberValue(append(dst, '['), v, r, f), ']')
	}
	return lsNumberValue(dst, v, r, f)
}

// lsNumbersValue is a list of numbers of the row's unit.
func lsNumbersValue(dst, v []byte, r *lsRow, _ *Face) []byte {
	dst = append(dst, '[')
	for sep := ""; len(v) > 0; v = v[r.unit:] {
		dst = strconv.AppendUint(append(dst, sep...), bigEndian(v[:r.unit]), 10)
		sep = ", "
	}
	return append(dst, ']')
}

// lsAlgorithmsValue: ExaBGP: none is algorithm 0 (RFC 8402 §3.1.1).
func lsAlgorithmsValue(dst, v []byte, r *lsRow, f *Face) []byte {
	if len(v) == 0 {
		return append(dst, "[0]"...)
	}
	return lsNumbersValue(dst, v, r, f)
}

func lsFloatValue(dst, v []byte, _ *lsRow, _ *Face) []byte {
	return appendPythonFloat(dst, float64(math.Float32frombits(u32(v, 0))))
}

func lsFloatsValue(dst, v []byte, r *lsRow, f *Face) []byte {
	dst = append(dst, '[')
	for sep := ""; len(v) > 0; v = v[4:] {
		dst = lsFloatValue(append(dst, sep...), v, r, f)
		sep = ", "
	}
	return append(dst, ']')
}

// appendPythonFloat appends a number as Python's repr has it. Infinities and what is
// no number are null, for JSON has none.
func appendPythonFloat(dst []byte, v float64) []byte {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return append(dst, "null"...)
	}
	if a := math.Abs(v); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.AppendFloat(dst, v, 'e', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, v, 'f', -1, 64)
	if slices.Contains(dst[start:], '.') {
		return dst
	}
	return append(dst, ".0"...)
}

func lsAddrValue(dst, v []byte, _ *lsRow, _ *Face) []byte {
	return append(appendAddr(append(dst, '"'), v), '"')
}

func lsNameValue(dst, v []byte, _ *lsRow, _ *Face) []byte { return AppendJSONString(dst, string(v)) }

// lsOpaqueValue: ExaBGP: 5.0 has the octets as characters. Pinned by 5.10 of the
// specification.
func lsOpaqueValue(dst, v []byte, r *lsRow, f *Face) []byte {
	if f.Dialect.Main() {
		return append(appendHex(append(dst, '"'), v, lowerHex), '"')
	}
	return lsNameValue(dst, v, r, f)
}

// lsAreaValue: ExaBGP: the octets of an area are one number, in 4.2 digits. Pinned by
// bgp-ls-7.
func lsAreaValue(dst, v []byte, _ *lsRow, f *Face) []byte {
	dst = append(dst, '"')
	switch {
	case f.Dialect == Dialect42:
		dst = appendHex(dst, v, lowerHex)
	case len(v) > maxArea:
		dst = appendHex(append(dst, "0x"...), v, lowerHex)
	default:
		dst = appendDecimal(dst, v)
	}
	return append(dst, '"')
}

// maxArea is the most octets of an area address (ISO 10589).
const maxArea = 20

// appendDecimal appends the number of up to 20 octets.
func appendDecimal(dst, v []byte) []byte {
	const nine = 1_000_000_000
	var limbs [maxArea / 4]uint32
	for i := range v {
		at := len(v) - 1 - i
		limbs[len(limbs)-1-i/4] |= uint32(v[at]) << (8 * (i % 4))
	}
	var digits [6]uint32 // in groups of nine, the last first
	n := 0
	for {
		var rest uint64
		zero := true
		for i, l := range limbs {
			rest = rest<<32 | uint64(l)
			limbs[i] = uint32(rest / nine)
			rest %= nine
			zero = zero && limbs[i] == 0
		}
		digits[n] = uint32(rest)
		if n++; zero {
			break
		}
	}
	dst = appendUint(dst, "", digits[n-1])
	for n -= 2; n >= 0; n-- {
		for power := uint32(nine / 10); power > 0; power /= 10 {
			dst = append(dst, '0'+byte(digits[n]/power%10))
		}
	}
	return dst
}

// lsFlagsValue is an object of the flags of the row, the first octet from its highest
// bit on, and "RSV", which is 0 whatever the bits left are.
func lsFlagsValue(dst, v []byte, r *lsRow, _ *Face) []byte {
	return appendFlags(dst, v[0], r.flags)
}

func appendFlags(dst []byte, octet byte, names []string) []byte {
	dst = append(dst, '{')
	for i, name := range names {
		dst = append(append(dst, '"'), name...)
		dst = append(append(dst, `": `...), '0'+octet>>(7-i)&1)
		dst = append(dst, ", "...)
	}
	return append(dst, `"RSV": 0}`...)
}

func lsIDsValue(dst, v []byte, _ *lsRow, _ *Face) []byte {
	dst = appendUint(dst, `{"local-id": `, u32(v, 0))
	return append(appendUint(dst, `, "remote-id": `, u32(v, 4)), '}')
}

// appendAnomalous ends an object with the A flag of RFC 8571 §2.
func appendAnomalous(dst []byte, octet byte) []byte {
	return append(strconv.AppendBool(append(dst, `, "anomalous": `...), octet&0x80 != 0), '}')
}

func lsDelayValue(dst, v []byte, _ *lsRow, _ *Face) []byte {
	return appendAnomalous(appendUint(dst, `{"delay-us": `, u24(v, 1)), v[0])
}

func lsMinMaxDelayValue(dst, v []byte, _ *lsRow, _ *Face) []byte {
	dst = appendUint(dst, `{"min-delay-us": `, u24(v, 1))
	return appendAnomalous(appendUint(dst, `, "max-delay-us": `, u24(v, 5)), v[0])
}

func lsVariationValue(dst, v []byte, _ *lsRow, _ *Face) []byte { return appendUint(dst, "", u24(v, 1)) }

func lsLossValue(dst, v []byte, _ *lsRow, _ *Face) []byte {
	const unit = 0.000003 // percent
	dst = appendPythonFloat(append(dst, `{"loss-percent": `...), float64(u24(v, 1))*unit)
	return appendAnomalous(dst, v[0])
}

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

// Values in text.

// pythonValue makes of JSON from start on what Python prints: quotes, constants, and a
// string alone without quotes. Bare takes the brackets and quotes off a list.
func pythonValue(dst []byte, start int, bare bool) []byte {
	v := dst[start:]
	if len(v) > 1 && v[0] == '"' {
		return append(dst[:start], v[1:len(v)-1]...)
	}
	n := 0
	quoted := false
	for i, o := range v {
		switch {
		case o == '"':
			quoted = !quoted
			if o = '\''; bare {
				continue
			}
		case bare && !quoted && (o == '[' || o == ']'):
			continue
		case quoted || i < 2 || v[i-1] != ' ' || v[i-2] != ':':
		case o == 't' || o == 'f' || o == 'n': // true, false
			o -= 'a' - 'A'
		}
		v[n] = o
		n++
	}
	return dst[:start+n]
}

// lsNameWords is a name as it is, in 5.0 that of a link as octets.
func lsNameWords(dst, v []byte, f *Face) []byte { return AppendTextString(dst, v, f) }

func lsLinkNameWords(dst, v []byte, f *Face) []byte {
	if f.Dialect.Main() {
		return AppendTextString(dst, v, f)
	}
	return appendPythonBytes(dst, v)
}

func lsOpaqueWords(dst, v []byte, f *Face) []byte {
	if f.Dialect.Main() {
		return appendHex(dst, v, lowerHex)
	}
	return appendPythonBytes(dst, v)
}

// lsFloatsWords: ExaBGP: 5.0 has a tuple.
func lsFloatsWords(dst, v []byte, f *Face) []byte {
	start := len(dst)
	dst = lsFloatsValue(dst, v, nil, f)
	if f.Dialect == Dialect5 {
		dst[start], dst[len(dst)-1] = '(', ')'
	}
	return dst
}

// lsQuotedWords: ExaBGP: 4.2 has the address in quotes.
func lsQuotedWords(dst, v []byte, f *Face) []byte {
	if f.Dialect == Dialect42 {
		return append(appendAddr(append(dst, '\''), v), '\'')
	}
	return appendAddr(dst, v)
}

// appendPythonBytes appends octets as Python's repr has them: b'…'.
func appendPythonBytes(dst, v []byte) []byte {
	quote := byte('\'')
	for _, o := range v {
		if o == '\'' {
			quote = '"'
		}
		if o == '"' {
			quote = '\''
			break
		}
	}
	dst = append(dst, 'b', quote)
	for _, o := range v {
		switch {
		case o == '\\' || o == quote:
			dst = append(dst, '\\', o)
		case o == '\t':
			dst = append(dst, `\t`...)
		case o == '\n':
			dst = append(dst, `\n`...)
		case o == '\r':
			dst = append(dst, `\r`...)
		case o < ' ' || o > '~':
			dst = append(dst, '\\', 'x', lowerHex[o>>4], lowerHex[o&15])
		default:
			dst = append(dst, o)
		}
	}
	return append(dst, quote)
}

// Words of a route that make values.

// lsReadNumber takes a number of so many octets.
func lsReadNumber(octets int) func(dst []byte, c *lex.Cursor) []byte {
	return func(dst []byte, c *lex.Cursor) []byte { return appendNumber(dst, c, c.Word(), octets) }
}

// lsReadNumbers takes one number or a list.
func lsReadNumbers(octets int) func(dst []byte, c *lex.Cursor) []byte {
	return func(dst []byte, c *lex.Cursor) []byte {
		for w := range c.List {
			dst = appendNumber(dst, c, w, octets)
		}
		return dst
	}
}

func appendNumber(dst []byte, c *lex.Cursor, w string, octets int) []byte {
	v, ok := parseUint(w, 1<<(8*octets-1)<<1-1)
	if !ok {
		c.Failf("unexpected '%s', expected a number of %d octets, decimal or 0x…", w, octets)
	}
	for i := octets - 1; i >= 0; i-- {
		dst = append(dst, byte(v>>(8*i)))
	}
	return dst
}

// lsReadFloats takes a number with a fraction, or a list: octets a second.
func lsReadFloats(dst []byte, c *lex.Cursor) []byte {
	for w := range c.List {
		v, err := strconv.ParseFloat(w, 32)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			c.Fail("a number, as 125000000 or 1.25e9")
		}
		dst = binary.BigEndian.AppendUint32(dst, math.Float32bits(float32(v)))
	}
	return dst
}

func lsReadText(dst []byte, c *lex.Cursor) []byte { return append(dst, c.Word()...) }

func lsReadAddr(dst []byte, c *lex.Cursor) []byte { return appendAddrOctets(dst, c.Addr()) }
