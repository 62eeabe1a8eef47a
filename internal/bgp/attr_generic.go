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

// appendUnnamedText and appendUnnamedJSON append the value of an attribute that a
// dialect does not know, as it shows those: with the Partial flag, and with that of
// a long length where the value needs it.

func appendUnnamedText(dst []byte, code AttrCode, v []byte) []byte {
	return appendGenericText(dst, &AttrView{Code: code, Flags: unnamedFlags(v), Value: v})
}

func appendUnnamedJSON(dst []byte, code AttrCode, v []byte) []byte {
	return appendGenericJSON(dst, &AttrView{Code: code, Flags: unnamedFlags(v), Value: v})
}

func unnamedFlags(v []byte) uint8 {
	if len(v) > 255 {
		return optionalTrans | FlagPartial | FlagExtended
	}
	return optionalTrans | FlagPartial
}
