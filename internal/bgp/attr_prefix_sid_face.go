package bgp

// appendJSON: of repeated TLVs of a known type the first counts (RFC 9252 §7).
func (prefixSIDAttr) appendJSON(dst, v []byte, f *Face) []byte {
	dst = append(dst, `"bgp-prefix-sid": { `...)
	sep := ""
	var seen codes
	for len(v) > 0 {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		if !seen.add(kind) {
			continue
		}
		dst = append(dst, sep...)
		sep = ", "
		switch kind {
		case sidLabelIndex:
			dst = appendUint(dst, `"sr-label-index": `, u32(value, 3))
		case sidSRGB:
			dst = appendSRGB(append(dst, `"sr-srgbs": [`...), value[srgbHead:], "[", ", ", "]")
			dst = append(dst, ']')
		case sidL3Service:
			dst = appendServiceJSON(append(dst, `"l3-service": [ `...), value, f)
		case sidL2Service:
			dst = appendServiceJSON(append(dst, `"l2-service": [ `...), value, f)
		default:
			dst = appendUint(dst, `"attribute-not-implemented-`, kind)
			dst = append(appendHex(append(dst, `": "0x`...), value, upperHex), '"')
		}
	}
	return append(dst, " }"...)
}

// appendSRGB appends ranges, each within open and end.
func appendSRGB(dst, v []byte, open, between, end string) []byte {
	for i := 0; i < len(v); i += srgbLen {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendUint(append(dst, open...), "", u24(v, i))
		dst = append(appendUint(append(dst, between...), "", u24(v, i+3)), end...)
	}
	return dst
}

// appendServiceJSON appends the sub-TLVs of a service and the end of its list.
// ExaBGP: 5.0 leaves out those it does not know; vectors S8, S20.
func appendServiceJSON(dst, v []byte, f *Face) []byte {
	sep := ""
	for v = v[serviceHead:]; len(v) > 0; {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		switch {
		case kind == serviceSID:
			dst = appendServiceSIDJSON(append(dst, sep...), value, f)
		case f.Dialect.Main():
			dst = appendUint(append(dst, sep...), `{"type": `, kind)
			dst = append(appendHex(append(dst, `, "raw": "`...), value, lowerHex), `"}`...)
		default:
			continue
		}
		sep = ", "
	}
	return append(dst, " ]"...)
}

func appendServiceSIDJSON(dst, v []byte, f *Face) []byte {
	dst = appendAddr(append(dst, `{ "sid": "`...), v[1:17])
	dst = appendUint(dst, `", "flags": `, v[17])
	dst = appendUint(dst, `, "endpoint_behavior": `, u16(v, 18))
	var seen codes
	for v = v[serviceSIDLen:]; len(v) > 0; {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		switch {
		case !seen.add(kind):
		case kind == sidStructure:
			dst = appendSIDStructure(dst, value)
		case f.Dialect.Main():
			// Deviation: main writes an object without a key, which is not JSON.
			dst = appendUint(dst, `, "unknown-subsubtlv-`, kind)
			dst = append(appendHex(append(dst, `": "0x`...), value, lowerHex), '"')
		}
	}
	return append(dst, " }"...)
}

func appendSIDStructure(dst, v []byte) []byte {
	dst = appendUint(dst, `, "structure": {"locator-block-length": `, v[0])
	dst = appendUint(dst, `, "locator-node-length": `, v[1])
	dst = appendUint(dst, `, "function-length": `, v[2])
	dst = appendUint(dst, `, "argument-length": `, v[3])
	dst = appendUint(dst, `, "transposition-length": `, v[4])
	return append(appendUint(dst, `, "transposition-offset": `, v[5]), '}')
}

// appendText: with a label index the other TLVs but for the SRGB are not shown.
func (a prefixSIDAttr) appendText(dst, v []byte, f *Face) []byte {
	dst = append(dst, " bgp-prefix-sid [ "...)
	index, srgb := a.find(v, sidLabelIndex), a.find(v, sidSRGB)
	switch {
	case index != nil:
		dst = appendUint(dst, "", u32(index, 3))
		if srgb != nil {
			dst = appendSRGBText(append(dst, ", "...), srgb)
		}
		return append(dst, " ]"...)
	case srgb != nil && f.Dialect == Dialect42:
		dst = append(dst, "None, "...) // ExaBGP: vector S3
	}
	sep := ""
	var seen codes
	for len(v) > 0 {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		if !seen.add(kind) {
			continue
		}
		dst = append(dst, sep...)
		sep = ", "
		switch kind {
		case sidSRGB:
			dst = appendSRGBText(dst, value)
		case sidL3Service:
			dst = appendServiceText(append(dst, "l3-service [ "...), value)
		case sidL2Service:
			dst = appendServiceText(append(dst, "l2-service [ "...), value)
		default:
			dst = append(appendUint(dst, "Attribute with code [ ", kind), " ] not implemented"...)
		}
	}
	return append(dst, " ]"...)
}

// find returns the value of the first TLV of a type, nil when there is none.
func (prefixSIDAttr) find(v []byte, kind byte) []byte {
	for len(v) > 0 {
		k, value, rest, ok := cutTLV12(v)
		if !ok || k == kind {
			return value
		}
		v = rest
	}
	return nil
}

func appendSRGBText(dst, v []byte) []byte {
	dst = appendSRGB(append(dst, "[ "...), v[srgbHead:], "( ", ",", " )")
	return append(dst, " ]"...)
}

// ExaBGP: the bracket of a SID is not closed; vector S4.
func appendServiceText(dst, v []byte) []byte {
	sep := ""
	for v = v[serviceHead:]; len(v) > 0; {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		dst = append(dst, sep...)
		sep = ", "
		if kind != serviceSID {
			dst = append(appendUint(dst, "SRv6 Service Sub-TLV type ", kind), " not implemented"...)
			continue
		}
		dst = appendAddr(append(dst, "sid-information [ sid:"...), value[1:17])
		dst = appendUint(dst, " flags:", value[17])
		dst = append(appendHexUint(append(dst, " endpoint_behavior:0x"...), u16(value, 18)), ' ')
		dst = appendSubSubText(dst, value[serviceSIDLen:])
	}
	return append(dst, " ]"...)
}

func appendSubSubText(dst, v []byte) []byte {
	sep := " [ "
	for len(v) > 0 {
		kind, value, rest, _ := cutTLV12(v)
		v = rest
		dst = append(dst, sep...)
		sep = ", "
		if kind != sidStructure {
			dst = append(appendUint(dst, "SRv6 Service Data Sub-Sub-TLV type ", kind), " not implemented"...)
			continue
		}
		between := "sid-structure ["
		for _, o := range value {
			dst = appendUint(dst, between, o)
			between = ","
		}
		dst = append(dst, ']')
	}
	if sep == ", " {
		dst = append(dst, " ]"...)
	}
	return dst
}
