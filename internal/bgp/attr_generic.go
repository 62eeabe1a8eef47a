package bgp

// appendGenericText appends an attribute as the octets it is.
func appendGenericText(dst []byte, a *AttrView) []byte {
	dst = appendHex(append(dst, " attribute [ 0x"...), []byte{byte(a.Code)}, upperHex)
	dst = appendHex(append(dst, " 0x"...), []byte{a.Flags}, upperHex)
	dst = appendHex(append(dst, " 0x"...), a.Value, lowerHex)
	return append(dst, " ]"...)
}

// appendGenericJSON appends `"attribute-0x63-0xE0": "0xdeadbeef"`.
func appendGenericJSON(dst []byte, a *AttrView) []byte {
	dst = appendHex(append(dst, `"attribute-0x`...), []byte{byte(a.Code)}, upperHex)
	dst = appendHex(append(dst, "-0x"...), []byte{a.Flags}, upperHex)
	dst = appendHex(append(dst, `": "0x`...), a.Value, lowerHex)
	return append(dst, '"')
}
