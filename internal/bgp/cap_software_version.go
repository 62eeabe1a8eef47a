package bgp

import (
	"strings"
	"unicode/utf8"
)

// softwareVersionCap is the software's name and version
// (draft-abraitis-bgp-version-capability):
//
//	0: length  1: text
type softwareVersionCap struct{}

func (softwareVersionCap) check(v []byte) error {
	s, _, ok := capString(v)
	switch {
	case !ok:
		return errShort
	case !utf8.Valid(s):
		return errValue
	}
	return nil
}

// softwareVersion returns the text of the OPEN; empty when it has none.
func (o *Open) softwareVersion() string {
	v, _ := o.last(CapSoftwareVersion)
	s, _, _ := capString(v)
	return string(s)
}

func (softwareVersionCap) appendJSON(dst []byte, v *capView) []byte {
	dst = AppendJSONString(append(dst, `{ "software": `...), v.open.softwareVersion())
	return append(dst, " }"...)
}

func (softwareVersionCap) appendText(dst []byte, v *capView) []byte {
	s := []byte(strings.ToLower(v.open.softwareVersion()))
	return append(appendTextString(append(dst, "software("...), s, v.face), ')')
}

func offerSoftwareVersion(o *Open, c *OpenConfig) {
	if c.SoftwareVersion != "" {
		o.add(CapSoftwareVersion, appendCapString(nil, c.SoftwareVersion))
	}
}
