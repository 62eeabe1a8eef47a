package bgp

import (
	"strings"
	"unicode/utf8"
)

// hostNameCap is the host's name (draft-walton-bgp-hostname-capability):
//
//	0: length  1: host name  then: length, domain name
type hostNameCap struct{}

// maxCapText is the longest text that ExaBGP puts in a capability.
const maxCapText = 64

func (hostNameCap) check(v []byte) error {
	host, rest, ok := capString(v)
	if !ok {
		return errShort
	}
	domain, _, ok := capString(rest)
	if !ok {
		return errShort
	}
	if !utf8.Valid(host) || !utf8.Valid(domain) {
		return errValue
	}
	return nil
}

// capString takes a text and its length octet from v.
func capString(v []byte) (s, rest []byte, ok bool) {
	if len(v) < 1 || len(v)-1 < int(v[0]) {
		return nil, nil, false
	}
	n := 1 + int(v[0])
	return v[1:n], v[n:], true
}

// hostName returns host and domain name of the OPEN; empty when it has none.
func (o *Open) hostName() (host, domain string) {
	v, ok := o.last(CapHostName)
	if !ok {
		return "", ""
	}
	h, rest, _ := capString(v)
	d, _, _ := capString(rest)
	return string(h), string(d)
}

func (hostNameCap) appendJSON(dst []byte, v *capView) []byte {
	host, domain := v.open.hostName()
	dst = appendJSONName(append(dst, `{ "host-name": `...), host, v)
	dst = appendJSONName(append(dst, `, "domain-name": `...), domain, v)
	return append(dst, " }"...)
}

// appendJSONName appends a name. ExaBGP: 5.0 shows one of its own that it lacks as null.
func appendJSONName(dst []byte, name string, v *capView) []byte {
	if name == "" && v.sent && v.face.Dialect == Dialect5 {
		return append(dst, "null"...)
	}
	return AppendJSONString(dst, name)
}

func (hostNameCap) appendText(dst []byte, v *capView) []byte {
	host, domain := v.open.hostName()
	dst = appendTextName(append(dst, "hostname("...), host, v)
	dst = appendTextName(append(dst, ' '), domain, v)
	return append(dst, ')')
}

func appendTextName(dst []byte, name string, v *capView) []byte {
	if name == "" && v.sent && v.face.Dialect == Dialect5 {
		return append(dst, "none"...)
	}
	return appendTextString(dst, []byte(strings.ToLower(name)), v.face)
}

func appendCapString(dst []byte, s string) []byte {
	s = cutUTF8(s, maxCapText)
	return append(append(dst, byte(len(s))), s...)
}

func offerHostName(o *Open, c *OpenConfig) {
	if c.HostName != "" {
		o.add(CapHostName, appendCapString(appendCapString(nil, c.HostName), c.DomainName))
	}
}
