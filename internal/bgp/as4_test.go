package bgp

import (
	"bytes"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// TestAS4 has the attributes of a two-octet speaker behind ORIGIN and NEXT_HOP, and
// what they read as.
func TestAS4(t *testing.T) {
	n := external()
	n.ASN4 = false
	for _, tt := range []struct{ name, attrs, want string }{
		{"widened", "400204 0201 fdea", " as-path ( 65002 )"},
		{"numbers above 65535", "400208 0203 5ba0 5ba0 fdea c0110a 0202 fedcba98 0000fdea", " as-path ( 23456 4275878552 65002 )"},
		{"all in the sequence", "400208 0203 0001 5ba0 fdea c0110a 0202 00000002 0000fdea", " as-path ( 1 2 65002 )"},
		{"AS4_PATH first", "c0110a 0202 00000002 0000fdea 400208 0203 0001 5ba0 fdea", " as-path ( 1 2 65002 )"},
		{"AS4_PATH longer", "400204 0201 fdea c0110a 0202 00000002 0000fdea", " as-path ( 65002 )"},
		{"sets", "40020a 0202 0001 fdea 0101 0007 c01110 0202 00000002 0000fdea 0101 00000009", " as-path ( 2 65002 ) [ 9 ]"},
		{"a set counts once", "40020c 0101 0007 0203 0001 5ba0 fdea c0110a 0202 00010000 0000fdea", " as-path [ 7 ] ( 1 65536 65002 )"},
		{"a set at the cut", "40020c 0101 0007 0203 0001 5ba0 fdea c01106 0201 0000fdea", " as-path [ 7 ] ( 1 23456 65002 )"},
		{
			"leading confederation", "40020a 0301 fc00 0202 5ba0 fdea c0110a 0202 00010000 0000fdea",
			" as-path {( 64512 )} ( 65536 65002 )",
		},
		{"confederation in AS4_PATH", "400206 0202 5ba0 fdea c01110 0301 0000fc00 0202 00010000 0000fdea", " as-path ( 65536 65002 )"},
		{"AS4_PATH empty", "400204 0201 5ba0 c01100", " as-path ( 23456 ) error discard"},
		{"AS4_PATH cut off", "400204 0201 5ba0 c01105 0201 000100", " as-path ( 23456 ) error discard"},
		{"AS4_PATH with AS 0", "400204 0201 5ba0 c01106 0201 00000000", " as-path ( 23456 ) error discard"},
		{"AS 0", "400204 0201 0000", " error treat-as-withdraw"},
		{"cut off", "400205 0202 fdea 00", " error treat-as-withdraw"},
		{"aggregator", "400200 c00706 fdea 0a000009", " aggregator ( 65002:10.0.0.9 )"},
		{"aggregator of a four-octet speaker", "400200 c00708 0000fdea 0a000009", " error discard"},
		{"AS4_AGGREGATOR", "400200 c00706 5ba0 0a000009 c01208 fedcba98 0a00000a", " aggregator ( 4275878552:10.0.0.10 )"},
		{"AS4_AGGREGATOR stale, and AS4_PATH with it", "400204 0201 5ba0 c00706 fdea 0a000009 c01106 0201 00010000 c01208 fedcba98 0a00000a", " as-path ( 23456 ) aggregator ( 65002:10.0.0.9 )"},
		{"AS4_AGGREGATOR alone", "400204 0201 5ba0 c01106 0201 00010000 c01208 fedcba98 0a00000a", " as-path ( 65536 )"},
		{"AS4_AGGREGATOR short", "400200 c00706 5ba0 0a000009 c01207 fedcba98 0a0000", " aggregator ( 23456:10.0.0.9 ) error discard"},
	} {
		attrs := append(bgptest.Hex("40010100 400304c0000201"), bgptest.Hex(tt.attrs)...)
		body := append(appendU16([]byte{0, 0}, len(attrs)), attrs...)
		var u Update
		n := *n
		n.LocalAS = n.PeerAS // confederation segments are those of ours
		if err := ParseUpdate(&u, append(body, 8, 10), &n); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got, want := string(u.AppendAttrsText(nil, &Face{})), " origin igp"+tt.want; got != want {
			t.Errorf("%s: %s, want %s", tt.name, got, want)
		}
	}
}

// A sequence that would grow beyond 255 numbers is not continued.
func TestAS4LongPath(t *testing.T) {
	segment := func(n int) []byte {
		v := []byte{segmentSequence, byte(n)}
		for i := range n {
			v = appendU32(v, i+1)
		}
		return v
	}
	path, as4 := append(segment(200), segment(100)...), segment(100)
	if got, want := appendMergedPath(nil, path, as4), path; !bytes.Equal(got, want) {
		t.Errorf("merged path\n%x, want\n%x", got, want)
	}
	as4 = append(segment(55), segment(45)...)
	got := appendMergedPath(nil, path, as4)
	if got[1] != 255 || pathLength(got) != 300 || (asPathAttr{}).check(got, nil) != nil {
		t.Errorf("merged path %x", got)
	}
}
