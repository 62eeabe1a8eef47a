package bgp

// TLVs of attributes have a type and a length in octets, of one or two octets each.

// cutTLV12 cuts a TLV with a type of one octet and a length of two.
func cutTLV12(b []byte) (kind byte, value, rest []byte, ok bool) {
	if len(b) < 3 {
		return 0, nil, nil, false
	}
	end := 3 + u16(b, 1)
	if end > len(b) {
		return 0, nil, nil, false
	}
	return b[0], b[3:end], b[end:], true
}

// cutTLV22 cuts a TLV with a type and a length of two octets.
func cutTLV22(b []byte) (kind int, value, rest []byte, ok bool) {
	if len(b) < 4 {
		return 0, nil, nil, false
	}
	end := 4 + u16(b, 2)
	if end > len(b) {
		return 0, nil, nil, false
	}
	return u16(b, 0), b[4:end], b[end:], true
}

// cutTLV11 cuts a TLV with a type and a length of one octet.
func cutTLV11(b []byte) (kind byte, value, rest []byte, ok bool) {
	if len(b) < 2 {
		return 0, nil, nil, false
	}
	end := 2 + int(b[1])
	if end > len(b) {
		return 0, nil, nil, false
	}
	return b[0], b[2:end], b[end:], true
}

// codes is a set of types of one octet.
type codes [4]uint64

// add puts a type into the set; false when it was there.
func (s *codes) add(code byte) bool {
	word, bit := &s[code>>6], uint64(1)<<(code&63)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}
