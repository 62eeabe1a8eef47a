package bgp

import "bytes"

// Lists of communities are runs of records of one size. Some faces show them in
// order, others as they came; a view is never written to, so an ordered copy goes
// to the end of dst, is read from there, and is cut out again: no allocation.

// span is a stretch of dst to cut out.
type span struct{ start, end int }

func (s span) cut(dst []byte) []byte {
	if s.start == s.end {
		return dst
	}
	return append(dst[:s.start], dst[s.end:]...)
}

// orderedRecords returns the records of v in ascending order, without repeated ones
// when unique: v itself when they are. It gives the new dst and what to cut from it.
func orderedRecords(dst, v []byte, size int, unique bool) (out, records []byte, copied span) {
	s := span{len(dst), len(dst)}
	if ascending(v, size, unique) {
		return dst, v, s
	}
	dst = append(dst, v...)
	n := len(orderRecords(dst[s.start:], size, unique))
	s.end += n
	return dst[:s.end], dst[s.start:s.end], s
}

// orderRecords puts the records of v in ascending order in place, without repeated
// ones when unique, and returns what is left of v.
func orderRecords(v []byte, size int, unique bool) []byte {
	if ascending(v, size, unique) {
		return v
	}
	sortRecords(v, size)
	if !unique {
		return v
	}
	n := size
	for i := size; i < len(v); i += size {
		if !bytes.Equal(v[i:i+size], v[n-size:n]) {
			n += copy(v[n:], v[i:i+size])
		}
	}
	return v[:n]
}

func ascending(v []byte, size int, strictly bool) bool {
	for i := size; i < len(v); i += size {
		if c := bytes.Compare(v[i-size:i], v[i:i+size]); c > 0 || c == 0 && strictly {
			return false
		}
	}
	return true
}

// maxRecord is the longest record: an IPv6 extended community.
const maxRecord = 20

// sortRecords is a Shell sort: short lists are the rule, and the standard library
// sorts slices of values or by an interface, which allocates.
func sortRecords(v []byte, size int) {
	var r [maxRecord]byte
	n := len(v) / size
	gap := 1
	for gap < n/3 {
		gap = gap*3 + 1
	}
	for ; gap > 0; gap /= 3 {
		step := gap * size
		for i := step; i < len(v); i += size {
			copy(r[:size], v[i:])
			j := i
			for ; j >= step && bytes.Compare(r[:size], v[j-step:j-step+size]) < 0; j -= step {
				copy(v[j:j+size], v[j-step:])
			}
			copy(v[j:j+size], r[:size])
		}
	}
}

// containsRecord reports whether r is one of the records of v.
func containsRecord(v, r []byte) bool {
	for ; len(v) > 0; v = v[len(r):] {
		if bytes.Equal(v[:len(r)], r) {
			return true
		}
	}
	return false
}

// appendRecords appends the records of v in text, in ascending order: one as it
// is, several as "[ a b ]".
func appendRecords(dst, v []byte, size int, f *Face, text func(dst, record []byte, f *Face) []byte) []byte {
	if len(v) == size {
		return text(dst, v, f)
	}
	dst, v, copied := orderedRecords(dst, v, size, false)
	dst = append(dst, '[')
	for i := 0; i < len(v); i += size {
		dst = text(append(dst, ' '), v[i:i+size], f)
	}
	return copied.cut(append(dst, " ]"...))
}
