package bgp

// asn4Cap is Four-Octet AS Numbers (RFC 6793 §3): 0: AS (4).
type asn4Cap struct{}

// Deviation: a value of two octets, which ExaBGP takes, is an error.
func (asn4Cap) check(v []byte) error {
	if len(v) != 4 {
		return errLength
	}
	return nil
}

func (asn4Cap) appendJSON(dst []byte, v *capView) []byte {
	return append(appendUint(dst, `{ "name": "asn4", "asn4": `, v.open.ASN()), " }"...)
}

func (asn4Cap) appendText(dst []byte, v *capView) []byte {
	return append(appendUint(dst, "asn4(", v.open.ASN()), ')')
}

func offerASN4(o *Open, c *OpenConfig) {
	if c.ASN4 {
		o.add(CapASN4, appendU32(nil, c.AS))
	}
}
