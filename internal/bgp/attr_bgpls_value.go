package bgp

import (
	"math"
	"slices"
	"strconv"
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
