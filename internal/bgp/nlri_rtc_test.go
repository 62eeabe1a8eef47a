package bgp

import (
	"bytes"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

var ipv4RTC = Family{AFIIPv4, SAFIRTC}

func TestRTCFaces(t *testing.T) {
	const event = "afi ipv4 safi rtc"
	testFaces(t, []faceVector{
		{"default", ipv4RTC, "00", "", `{ "origin": 0, "route-target": null }`, "", event, "", "rtc wildcard"},
		{"full", ipv4RTC, "60 0000fde8 0002fde800000064", "", `{ "origin": 65000, "route-target": "target:65000:100" }`, "", event, "", "rtc 65000:target:65000:100"},
		{"address", ipv4RTC, "60 0000fde8 01020a0000010064", "", `{ "origin": 65000, "route-target": "target:10.0.0.1:100" }`, "", event, "", "rtc 65000:target:10.0.0.1:100"},
		{"origin alone", ipv4RTC, "20 0000fde8", "", `{ "origin": 65000, "route-target": null, "length": 32 }`, "", event, "", "rtc 65000/32"},
		{"an AS", ipv4RTC, "40 0000fde8 0002fde8", "", `{ "origin": 65000, "route-target": "target:65000:0", "length": 64 }`, "", event, "", "rtc 65000:target:65000:0/64"},
		{"odd length", ipv4RTC, "42 0000fde8 0002fde8 ff", "42 0000fde8 0002fde8 c0", `{ "origin": 65000, "route-target": "target:65000:3221225472", "length": 66 }`, "", event, "", "rtc 65000:target:65000:3221225472/66"},
		{"a type", ipv4RTC, "28 0000fde8 01", "", `{ "origin": 65000, "route-target": "0x0100000000000000", "length": 40 }`, "", event, "", "rtc 65000:0x0100000000000000/40"},
	})
}

func TestRTCNext(t *testing.T) {
	testNext(t, ipv4RTC, []nextVector{
		{"", 0, errShort},
		{"20 0000fd", 0, errShort},
		{"60 0000fde8 0002fde8000000", 0, errShort},
		{"1f 0000fde8", 5, errLength},
		{"01 80", 2, errLength},
		{"61 0000fde8 0002fde80000006400", 14, errLength},
		{"00 20", 1, nil},
		{"20 0000fde8 60", 5, nil},
		{"21 0000fde8 80", 6, nil},
	})
	// RFC 4684 §4: wire.md 127, one of 32 bits and one of 96.
	s := Section{Family: ipv4RTC, NLRI: bgptest.Hex("200000fde8600000fde80002fde800000001")}
	for _, want := range []string{"200000fde8", "600000fde80002fde800000001"} {
		if _, nlri, ok := s.Next(); !ok || !bytes.Equal(nlri, bgptest.Hex(want)) {
			t.Errorf("%x, want %s", nlri, want)
		}
	}
}

func TestRTCWords(t *testing.T) {
	testWords(t, ipv4RTC, []wordVector{
		{"default", "00", ""},
		{"origin-as 65000 route-target target:65000:100", "60 0000fde8 0002fde800000064", ""},
		{"route-target 10.0.0.1:100 origin-as 1.0", "60 00010000 01020a0000010064", ""},
		{"route-target 0x0102030405060708 origin-as 0", "60 00000000 0102030405060708", ""},
		{"origin-as 65000", "20 0000fde8", ""},
		{"origin-as 65000 length 32", "20 0000fde8", ""},
		{"origin-as 65000 route-target 65000:100 length 32", "20 0000fde8", ""},
		{"origin-as 65000 route-target 65000:100 length 64", "40 0000fde8 0002fde8", ""},
		{"origin-as 65000 route-target 65000:4294967295 length 66", "42 0000fde8 0002fde8 c0", ""},
		{"", "", "rtc nlri origin-as missing"},
		{"route-target 65000:100", "", "rtc nlri origin-as missing"},
		{"default origin-as 1", "", "the default rtc route has no other words"},
		{"origin-as 65000 length 33", "", "an rtc route without route-target has length 32"},
		{"origin-as 65000 length 31", "", "unexpected '31', expected a number from 32 to 96"},
		{"origin-as 65000 length 97", "", "unexpected '97', expected a number from 32 to 96"},
		{"origin-as foo", "", "unexpected 'foo', expected an AS number"},
		{"origin-as 1 route-target foo", "", "unexpected 'foo', expected a route target: target:65000:1, 65000:1, or 0x and 16 hexadecimal digits"},
		{"origin-as 1 rd 1:1", "", "an rd is not part of such a route"},
	})
}

func TestRTCCorpus(t *testing.T) {
	testCorpusRoutes(t, []Family{ipv4RTC}, 25, func(r *corpusRecord, u *Update) bool {
		return incomplete(r, u) || strings.Contains(r.ID, "Length=89") // ExaBGP shows all 96 bits
	})
}

func FuzzRTC(f *testing.F) {
	fuzzNLRI(f, ipv4RTC, "origin-as 65000 route-target 65000:100 length 64", "00", "60 0000fde8 0002fde800000064", "42 0000fde8 0002fde8 ff")
}
