package bgp

import "strconv"

// unknownCap shows the octets of a capability that has no row, or none in the
// dialect of the reader. The last instance stands for all.
type unknownCap struct{}

// Ranges of codes as ExaBGP sees them, which is not what IANA says any more.
const (
	capUnassigned = 70
	capReserved   = 128
)

func (unknownCap) check([]byte) error { return nil }

func (unknownCap) appendJSON(dst []byte, v *capView) []byte {
	raw, _ := v.open.last(v.code)
	dst = append(dst, `{ "name": "unknown", "iana": "`...)
	dst = appendUint(append(dst, iana(v.code)...), `", "value": `, v.code)
	return append(appendHex(append(dst, `, "raw": "`...), raw, upperHex), `" }`...)
}

func (unknownCap) appendText(dst []byte, v *capView) []byte {
	dst = append(append(dst, iana(v.code)...), ' ')
	if v.face.Dialect.Main() {
		return append(dst, v.code.String()...)
	}
	return strconv.AppendUint(dst, uint64(v.code), 10)
}

func iana(c CapCode) string {
	switch {
	case c >= capReserved:
		return "reserved"
	case c >= capUnassigned:
		return "unassigned"
	}
	return "unknown"
}
