package bgp

import (
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

func TestOTC(t *testing.T) {
	testAttrWords(t, []attrWordVector{{"otc 65000", "c02304 0000fde8"}, {"otc 1.0", "c02304 00010000"}})
	testAttrWordErrors(t, []attrWordVector{
		{"otc 0", "unexpected '0', expected an AS number from 1 to 4294967295"},
		{"otc foo", "unexpected 'foo', expected an AS number from 1 to 4294967295"},
	})
	testAttrFaces(t, []attrFaceVector{
		{"OTC", "c02304 0000fde8", faces{`"attribute-0x23-0xE0": "0x0000fde8"`}, faces{" attribute [ 0x23 0xE0 0x0000fde8 ]"}},
	})
	for _, tt := range []struct {
		value string
		want  error
	}{{"0000fde8", nil}, {"0000fd", errLength}, {"0000fde800", errLength}, {"00000000", errValue}} {
		if err := (otcAttr{}).check(bgptest.Hex(tt.value), external()); err != tt.want { //nolint:errorlint // codecs return them bare
			t.Errorf("%s: %v, want %v", tt.value, err, tt.want)
		}
	}
}
