package bgp

import (
	"errors"

	"github.com/herald-bgp/herald/internal/lex"
)

// rtcNLRI is the NLRI of route target membership (RFC 4684 §4), a prefix of up to 96
// bits. The one of length 0 is the default: all route targets.
//
//	0: length in bits, 0 or 32 to 96 (1)  1: origin AS (4)  5: route target (8)
type rtcNLRI struct{}

const (
	rtcMin  = 32
	rtcMax  = 96
	rtcFull = 1 + rtcMax/8
)

// Places of scratch.num and bits of scratch.given.
const (
	rtcDefault = iota
	rtcOrigin
	rtcTarget
	rtcLength
)

func (rtcNLRI) next(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, errShort
	}
	bits := int(b[0])
	n := 1 + (bits+7)/8
	switch {
	case n > len(b):
		return 0, errShort
	case bits != 0 && bits < rtcMin || bits > rtcMax:
		return n, malformed{errLength}
	}
	return n, nil
}

func (rtcNLRI) appendKey(dst, nlri []byte) []byte { return append(dst, nlri...) }

func (rtcNLRI) word(s *scratch, w string, c *lex.Cursor) bool {
	switch w {
	case "default":
		s.given |= 1 << rtcDefault
	case "origin-as":
		as, ok := parseASN(c.Word())
		if !ok {
			c.Fail("an AS number")
		}
		s.number(rtcOrigin, uint64(as))
	case "route-target":
		target, ok := appendExtCommunity(s.octets[:0], c.Word(), c)
		if !ok {
			c.Fail("a route target: target:65000:1, 65000:1, or 0x and 16 hexadecimal digits")
		}
		s.octets = target
		s.given |= 1 << rtcTarget
	case "length":
		n, ok := lex.ParseUint(c.Word(), rtcMax)
		if !ok || n < rtcMin {
			c.Fail("a number from 32 to 96")
		}
		s.number(rtcLength, n)
	default:
		return false
	}
	return true
}

var (
	errRTCDefault = errors.New("the default rtc route has no other words")
	errRTCLength  = errors.New("an rtc route without route-target has length 32")
)

func (rtcNLRI) finish(dst []byte, s *scratch) ([]byte, error) {
	switch {
	case s.hasRD:
		return dst, errNotVPN
	case s.has(rtcDefault) && s.given != 1<<rtcDefault:
		return dst, errRTCDefault
	case s.has(rtcDefault):
		return append(dst, 0), nil
	case !s.has(rtcOrigin):
		return dst, missingWord("rtc", "origin-as")
	case !s.has(rtcTarget) && s.has(rtcLength) && s.num[rtcLength] != rtcMin:
		return dst, errRTCLength
	}
	bits := rtcMax
	switch {
	case s.has(rtcLength):
		bits = int(s.num[rtcLength])
	case !s.has(rtcTarget):
		bits = rtcMin
	}
	at := len(dst)
	dst = appendU32(append(dst, byte(bits)), s.num[rtcOrigin])
	if s.has(rtcTarget) {
		dst = append(dst, s.octets...)
	}
	dst = dst[:at+1+(bits+7)/8]
	maskBits(dst[at+1:], bits)
	return dst, nil
}

// target returns the octets of the route target, padded with zeros; false when there
// is none.
func (rtcNLRI) target(nlri []byte) (t [extCommunityLen]byte, ok bool) {
	if nlri[0] <= rtcMin {
		return t, false
	}
	copy(t[:], nlri[5:])
	maskBits(t[:], int(nlri[0])-rtcMin)
	return t, true
}

func (k rtcNLRI) appendText(dst, nlri []byte, f *Face) []byte {
	if !f.Show {
		return appendFamilyText(dst, Family{AFIIPv4, SAFIRTC})
	}
	if nlri[0] == 0 {
		return append(dst, "rtc wildcard"...)
	}
	dst = appendUint(dst, "rtc ", u32(nlri, 1))
	if t, ok := k.target(nlri); ok {
		dst = appendExtCommunityText(append(dst, ':'), t[:], f)
	}
	if len(nlri) < rtcFull || nlri[0] < rtcMax {
		dst = appendUint(dst, "/", nlri[0])
	}
	return dst
}

// appendWords implements wordWriter.
func (k rtcNLRI) appendWords(dst, nlri []byte, _ *Face) []byte {
	if nlri[0] == 0 {
		return append(dst, "default"...)
	}
	dst = appendUint(dst, "origin-as ", u32(nlri, 1))
	t, ok := k.target(nlri)
	if ok {
		dst = appendExtCommunityWords(append(dst, " route-target "...), t[:])
	}
	if ok && nlri[0] < rtcMax {
		dst = appendUint(dst, " length ", nlri[0])
	}
	return dst
}

// appendJSON: ExaBGP knows the lengths 0 and 96 alone; the others say so.
func (k rtcNLRI) appendJSON(dst, nlri []byte, f *Face) []byte {
	dst = append(dst, `{ "origin": `...)
	if nlri[0] == 0 {
		dst = append(dst, '0')
	} else {
		dst = appendUint(dst, "", u32(nlri, 1))
	}
	dst = append(dst, `, "route-target": `...)
	if t, ok := k.target(nlri); ok {
		dst = append(appendExtCommunityText(append(dst, '"'), t[:], f), '"')
	} else {
		dst = append(dst, "null"...)
	}
	if nlri[0] != 0 && nlri[0] != rtcMax {
		dst = appendUint(dst, `, "length": `, nlri[0])
	}
	return append(appendPathIDJSON(dst, f), " }"...)
}
