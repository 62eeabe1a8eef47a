package bgp

// A label in an NLRI has three octets: value (20 bits), traffic class (3), bottom
// of stack (1) (RFC 8277 §2.2).
const (
	labelLen       = 3
	labelMax       = 1<<20 - 1
	labelBottom    = 1
	labelWithdrawn = 0x800000 // RFC 8277 §2.4: in a withdraw, instead of a label
)

// appendLabels appends a stack of labels; the last one has the bottom bit.
func appendLabels(dst []byte, labels []uint32) []byte {
	for i, l := range labels {
		l <<= 4
		if i == len(labels)-1 {
			l |= labelBottom
		}
		dst = appendU24(dst, l)
	}
	return dst
}

// appendLabelsJSON appends "[ [100, 1601] ]". ExaBGP main shows the 24 bits beside
// the value, unless they are zero.
func appendLabelsJSON(dst, labels []byte, f *Face) []byte {
	sep := "[ ["
	for ; len(labels) >= labelLen; labels = labels[labelLen:] {
		raw := u24(labels, 0)
		dst = appendUint(dst, sep, raw>>4)
		if raw != 0 && f.Dialect.Main() {
			dst = appendUint(dst, ", ", raw)
		}
		dst = append(dst, ']')
		sep = ", ["
	}
	return append(dst, " ]"...)
}

// appendLabelsText appends "100" or "[ 100 200 ]", in ExaBGP main with the 24 bits
// behind each: "100 (1601)".
func appendLabelsText(dst, labels []byte, f *Face) []byte {
	several := len(labels) > labelLen
	if several {
		dst = append(dst, "[ "...)
	}
	for sep := ""; len(labels) >= labelLen; labels = labels[labelLen:] {
		raw := u24(labels, 0)
		dst = appendUint(dst, sep, raw>>4)
		if raw != 0 && f.Dialect.Main() {
			dst = append(appendUint(dst, " (", raw), ')')
		}
		sep = " "
	}
	if several {
		dst = append(dst, " ]"...)
	}
	return dst
}
