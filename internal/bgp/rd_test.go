package bgp

import (
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

func TestRD(t *testing.T) {
	for _, tt := range []struct{ word, octets, text string }{ // text: empty for word
		{"65000:1", "0000fde800000001", ""},
		{"192.0.2.1:7", "0001c00002010007", ""},
		{"70000:1", "0002000111700001", ""},
		{"0x0003000000000001", "0003000000000001", ""},
		{"0x0000fde800000001", "0000fde800000001", "65000:1"},
		{"0x0002000003e80007", "0002000003e80007", "1000:7"},
		{"70000:65536", "", ""},
		{"192.0.2.1:65536", "", ""},
		{"65000", "", ""},
		{"65000:-1", "", ""},
		{"0x0003", "", ""},
		{"0x000300000000000100", "", ""},
		{"0xg003000000000001", "", ""},
	} {
		rd, ok := parseRD(tt.word)
		if ok != (tt.octets != "") || ok && string(rd[:]) != string(bgptest.Hex(tt.octets)) {
			t.Errorf("%s: %x, %v", tt.word, rd, ok)
		}
		if text := string(appendRD(nil, rd[:])); ok && text != tt.word && text != tt.text {
			t.Errorf("%s is shown as %s", tt.word, text)
		}
		if words := string(appendRDWords(nil, rd[:])); ok {
			if again, _ := parseRD(words); again != rd {
				t.Errorf("%s is written %s", tt.word, words)
			}
		}
	}
}
