package bgptest

import (
	"encoding/binary"
	"errors"
	"slices"
)

// The OPEN of RFC 4271 §4.2, as offsets in the whole message.
const (
	openAS     = headerLen + 1
	openID     = headerLen + 5
	openParams = headerLen + 9
	openLen    = headerLen + 10

	paramCapability = 2
	capASN4         = 65
)

var errOpen = errors.New("the first message is no whole OPEN")

// mirror returns the OPEN with which the peer answers: the one it was sent, so that
// everything that is offered is agreed to, with another router id or, where the
// script asks for it, another AS number.
func (s *Script) mirror(open []byte) ([]byte, error) {
	if len(open) < openLen {
		return nil, errOpen
	}
	m := slices.Clone(open)
	if s.ASN == 0 {
		m[openID+3]++
	} else {
		binary.BigEndian.PutUint16(m[openAS:], s.ASN)
		if v := asn4(m[openLen:]); v != nil {
			binary.BigEndian.PutUint32(v, uint32(s.ASN))
		}
	}
	if s.UnknownCapability {
		m = append(m, paramCapability, 12, 66, 10)
		m = append(m, "loremipsum"...)
		m[openParams] += 14
		binary.BigEndian.PutUint16(m[markerLen:], uint16(len(m)))
	}
	return m, nil
}

// asn4 returns the value of the four-octet AS number capability (RFC 6793).
// ExaBGP: it is found only as the first one of an optional parameter.
func asn4(params []byte) []byte {
	for len(params) >= 2 {
		kind, n := params[0], 2+int(params[1])
		if n > len(params) {
			return nil
		}
		if kind == paramCapability && n >= 8 && params[2] == capASN4 {
			return params[4:8]
		}
		params = params[n:]
	}
	return nil
}
