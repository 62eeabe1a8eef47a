package bgp

import (
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

func TestPMSIWords(t *testing.T) {
	testAttrWords(t, []attrWordVector{
		{"pmsi ( none )", "c01605 00 00 000000"},
		{"pmsi ( ingress-replication 192.0.2.1 label 62 )", "c01609 00 06 0003e0 c0000201"},
		{"pmsi ( ingress-replication 2001:db8::1 vni 10000 flags 1 ) med 1", "80040400000001 c01615 01 06 002710 20010db8000000000000000000000001"},
		{"pmsi ( pim-ssm 192.0.2.1 232.0.0.1 )", "c0160d 00 03 000000 c0000201 e8000001"},
		{"pmsi (rsvp-te-p2mp 0x0000000a 0x00000001 192.0.2.1 label 1048575)", "c01611 00 01 fffff0 0000000a 00000001 c0000201"},
		{"pmsi ( mldp-p2mp 0x0600 )", "c01607 00 02 000000 0600"},
		{"pmsi ( 11 0x01 flags 255 )", "c01606 ff 0b 000000 01"},
	})
	testAttrWordErrors(t, []attrWordVector{
		{"pmsi none", "unexpected 'none', expected '('"},
		{"pmsi ( foo )", "unexpected 'foo', expected a type of tunnel: ingress-replication, pim-ssm …, or a number from 0 to 255"},
		{"pmsi ( ingress-replication )", "a tunnel of this type does not have an identifier of 0 octets"},
		{"pmsi ( pim-sm 192.0.2.1 )", "a tunnel of this type does not have an identifier of 4 octets"},
		{"pmsi ( none label 1048576 )", "unexpected '1048576', expected a number from 0 to 1048575"},
		{"pmsi ( none vni 16777216 )", "unexpected '16777216', expected a number from 0 to 16777215"},
		{"pmsi ( none flags 256 )", "unexpected '256', expected a number from 0 to 255"},
		{"pmsi ( none 0x1 )", "unexpected '0x1', expected an address, 0x…, label, vni, flags or ')'"},
		{"pmsi ( none label 1", "unexpected end of command, expected an address, 0x…, label, vni, flags or ')'"},
	})
}

func TestPMSIFaces(t *testing.T) {
	testAttrFaces(t, []attrFaceVector{
		{"no tunnel", "c01605 00 00 000640", faces{`"pmsi": "pmsi:notunnel:0:100:"`}, faces{" pmsi pmsi:notunnel:0:100:"}},
		{
			"ingress replication", "c01609 01 06 000640 0a000001",
			faces{`"pmsi": "pmsi:ingressreplication:1:100:10.0.0.1"`, `"pmsi": "pmsi:ingressreplication:1:100(1600):10.0.0.1"`},
			faces{" pmsi pmsi:ingressreplication:1:100:10.0.0.1", " pmsi pmsi:ingressreplication:1:100(1600):10.0.0.1"},
		},
		{
			"VNI", "c01609 00 06 002711 0a000001",
			faces{`"pmsi": "pmsi:ingressreplication:0:625(10001):10.0.0.1"`},
			faces{" pmsi pmsi:ingressreplication:0:625(10001):10.0.0.1"},
		},
		{
			"IPv6", "c01615 00 06 000641 20010000000000000000000000000001",
			faces{`"pmsi": "pmsi:ingressreplication:0:100(1601):0x20010000000000000000000000000001"`, `"pmsi": "pmsi:ingressreplication:0:100:0x20010000000000000000000000000001"`},
			faces{" pmsi pmsi:ingressreplication:0:100(1601):0x20010000000000000000000000000001", " pmsi pmsi:ingressreplication:0:100:0x20010000000000000000000000000001"},
		},
		{"unknown", "c01607 00 63 000000 abcd", faces{`"pmsi": "pmsi:unknown:0:0:0xABCD"`}, faces{" pmsi pmsi:unknown:0:0:0xABCD"}},
	})
}

func TestPMSICheck(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  error
	}{
		{"00 00 000000", nil},
		{"00 00 0000", errLength},
		{"00 06 000000 0a000001", nil},
		{"00 06 000000 0a00000100", errLength},
		{"00 06 000000 20010000000000000000000000000001", nil},
		{"00 03 000000 0a000001 e0000001", nil},
		{"00 05 000000 0a000001", errLength},
		{"00 01 000000 000000000000000000000000", nil},
		{"00 01 000000 00000000", errLength},
		{"00 02 000000 0600", nil},
		{"00 ff 000000", nil},
	} {
		if err := (pmsiAttr{}).check(bgptest.Hex(tt.value), nil); err != tt.want { //nolint:errorlint // codecs return them bare
			t.Errorf("%s: %v, want %v", tt.value, err, tt.want)
		}
	}
}

func FuzzPMSI(f *testing.F) {
	f.Add(bgptest.Hex("00 06 000640 0a000001"))
	f.Add(bgptest.Hex("00 03 000641 0a000001 e0000001"))
	fuzzAttr(f, AttrPMSI)
}
