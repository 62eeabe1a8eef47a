package bgp

import (
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/lex"
)

// buildAttrs takes the words of a command, or of a file.
func buildAttrs(b *AttrBuilder, c *lex.Cursor) (Attrs, error) {
	b.Reset()
	for c.More() {
		if w := c.Word(); !b.Word(w, c) {
			c.Failf("unexpected '%s', expected an attribute", w)
		}
	}
	return b.Attrs(), c.Err()
}

func attrsOf(tb testing.TB, words string) Attrs {
	tb.Helper()
	var b AttrBuilder
	var c lex.Cursor
	c.Reset(words)
	a, err := buildAttrs(&b, &c)
	if err != nil {
		tb.Fatalf("%s: %v", words, err)
	}
	return a
}

func TestAttrWords(t *testing.T) {
	testAttrWords(t, []attrWordVector{
		{"", ""},
		{"origin IGP", "40010100"},
		{"origin egp", "40010101"},
		{"med 0", "80040400000000"},
		{"local-preference 4294967295", "400504ffffffff"},
		{"atomic-aggregate", "400600"},
		{"aggregator 65000:1.2.3.4", "c007080000fde801020304"},
		{"aggregator (65000:1.2.3.4)", "c007080000fde801020304"},
		{"aggregator ( 4200000000:1.2.3.4 )", "c00708fa56ea0001020304"},
		{"aggregator ( 1.0:1.2.3.4) med 1", "80040400000001 c007080001000001020304"},
		{"originator-id 9.9.9.9", "80090409090909"},
		{"cluster-list 1.1.1.1", "800a0401010101"},
		{"cluster-list [ 2.2.2.2 1.1.1.1 ]", "800a080202020201010101"},
		{"aigp 100", "801a0b01000b0000000000000064"},
		{"aigp 0xFFFFFFFFFFFFFFFF", "801a0b01000bffffffffffffffff"},

		{"community 65000:1", "c00804fde80001"},
		{"community [ no-export 65000:2 65000:1 65000:1 ]", "c00810 fde80001 fde80001 fde80002 ffffff01"},
		{"community [65000:1,65000:2]", "c00808 fde80001 fde80002"},
		{"community [ 0xFFFF029A 1 NO_ADVERTISE nopeer no-peer BlackHole no-export-subconfed ]", "c0081c 00000001 ffff029a ffff029a ffffff02 ffffff03 ffffff04 ffffff04"},
		{"community [ ]", ""},
		{"community [ ] community 1:2", "c0080400010002"},
		{"large-community 1:2:3", "c0200c 00000001 00000002 00000003"},
		{"large-community [ 1:2:3 0x1 1:2:3 18446744073709551616 0 ]", "c02030 000000000000000000000000 000000000000000000000001 000000010000000000000000 000000010000000200000003"},
		{"large-community 79228162514264337593543950335", "c0200c ffffffffffffffffffffffff"},
		{"extended-community [ target:65000:2 65000:1 ]", "c01010 0002fde800000001 0002fde800000002"},
		{"extended-community target:65000:2 med 1 extended-community origin:1:1 extended-community target:65000:1", "80040400000001 c01018 0002fde800000001 0002fde800000002 0003000100000001"},
		{"extended-community-ipv6 0x000220010DB80000000000000000000000090064", "c01914 0002 20010db8000000000000000000000009 0064"},

		{"as-path 65001", "400206 0201 0000fde9"},
		{"as-path 1.0 med 1", "400206 0201 00010000 80040400000001"},
		{"as-path [ ]", "400200"},
		{"as-path [ 4200000000 65002 ]", "40020a 0202 fa56ea00 0000fdea"},
		{"as-path [1,2, 3]", "40020e 0203 00000001 00000002 00000003"},
		{"as-path ( 1 2 )", "40020a 0102 00000001 00000002"},
		{"as-path [ 1 ] ( 2 3 ) [ 4 ]", "400216 0201 00000001 0102 00000002 00000003 0201 00000004"},
		{"as-path confed [ 64512 64513 ] confed ( 64514 ) [ 1 ] ( 2 )", "40021c 0302 0000fc00 0000fc01 0401 0000fc02 0201 00000001 0101 00000002"},
		{"as-path confed [ 64512 ( 64513 ) ] med 1", "40020c 0301 0000fc00 0401 0000fc01 80040400000001"},
		{"as-path [ 1 ( 2 3 ) ]", "400210 0201 00000001 0102 00000002 00000003"},
		{"as-path [ 1 [ 2 3 ] ]", "400210 0201 00000001 0102 00000002 00000003"},
		{"as-path [ 1 (2 3) 4 ] med 1", "400216 0201 00000001 0102 00000002 00000003 0201 00000004 80040400000001"},

		{"med 5 origin igp", "40010100 80040400000005"},
		{"med 5 med 6", "80040400000005"},
		{"attribute [ 0x99 0xc0 0x0102 ]", "c099020102"},
		{"attribute [ 0x99 0x70 0x0102 ]", "709900020102"},
		{"attribute [ 0x99 0xC0 0x ]", "c09900"},
		{"attribute [ 0x08 0xc0 0x00020002 ] community 1:1", "c0080400020002"},
		{"community 1:1 attribute [ 0x08 0xc0 0x00020002 ]", "c0080400010001"},
		{"attribute [ 0x08 0xc0 0x00020002000100 ]", "c0080700020002000100"},
		{"extended-community 1:1 attribute [ 0x10 0xc0 0x00 ]", "c010080002000100000001"},
		{"attribute [ 0x10 0xc0 0x00 ] extended-community 1:1", "c0100100"},
		{"attribute [ 0x99 0xc0 0x" + strings.Repeat("00", 256) + " ]", "d0990100" + strings.Repeat("00", 256)},
	})
}

// attrWordVector is words and the attributes, or the error, that they give.
type attrWordVector struct{ words, want string }

func testAttrWords(t *testing.T, vectors []attrWordVector) {
	t.Helper()
	for _, tt := range vectors {
		a := attrsOf(t, tt.words)
		if want := string(bgptest.Hex(tt.want)); a.Octets() != want {
			t.Errorf("%s:\n%x, want\n%x", tt.words, a.Octets(), want)
		}
		// In a file parentheses are part of words.
		var b AttrBuilder
		c := lex.NewFile("f", tt.words+";")
		if c.Next(); tt.words != "" {
			if in, err := buildAttrs(&b, c); err != nil || in != a {
				t.Errorf("%s: in a file %x, %v", tt.words, in.Octets(), err)
			}
		}
	}
}

func TestAttrWordErrors(t *testing.T) {
	testAttrWordErrors(t, []attrWordVector{
		{"origin foo", "unexpected 'foo', expected igp, egp or incomplete"},
		{"med -1", "unexpected '-1', expected a number from 0 to 4294967295"},
		{"med", "unexpected end of command, expected a number from 0 to 4294967295"},
		{"local-preference 4294967296", "unexpected '4294967296', expected a number from 0 to 4294967295"},
		{"aggregator 65000", "unexpected '65000', expected an AS number and an IPv4 address: 65000:192.0.2.1"},
		{"aggregator 65000:::1", "unexpected '65000:::1', expected an AS number and an IPv4 address: 65000:192.0.2.1"},
		{"aggregator ( 65000:1.2.3.4 med", "unexpected 'med', expected ')'"},
		{"originator-id ::1", "unexpected '::1', expected an IPv4 address"},
		{"cluster-list [ ]", "unexpected ']', expected an IPv4 address"},
		{"cluster-list [ 1.2.3 ]", "unexpected '1.2.3', expected an IPv4 address"},
		{"cluster-list 1.2.3.256", "unexpected '1.2.3.256', expected an IPv4 address"},
		{"aigp 0x", "unexpected '0x', expected a number of 64 bits, decimal or 0x…"},
		{"community 1:65536", "unexpected '1:65536', expected a community: 65000:1, a number of 32 bits, or a well-known name"},
		{"community 65536:1", "unexpected '65536:1', expected a community: 65000:1, a number of 32 bits, or a well-known name"},
		{"community [ 1:2:3 ]", "unexpected '1:2:3', expected a community: 65000:1, a number of 32 bits, or a well-known name"},
		{"community 4294967296", "unexpected '4294967296', expected a community: 65000:1, a number of 32 bits, or a well-known name"},
		{"community llgr-stale", "unexpected 'llgr-stale', expected a community: 65000:1, a number of 32 bits, or a well-known name"},
		{"community [ 1:2", "unexpected end of command, expected ']'"},
		{"large-community 1:2", "unexpected '1:2', expected a large community: 65000:1:2, or a number of 96 bits"},
		{"large-community 1:2:3:4", "unexpected '1:2:3:4', expected a large community: 65000:1:2, or a number of 96 bits"},
		{"large-community 79228162514264337593543950336", "unexpected '79228162514264337593543950336', expected a large community: 65000:1:2, or a number of 96 bits"},
		{"extended-community foo:1:2", "unexpected 'foo:1:2', expected an extended community: target:65000:1, origin:65000:1, or 0x and 16 hexadecimal digits"},
		{"as-path foo", "unexpected 'foo', expected an AS number, '[', '(' or confed"},
		{"as-path", "unexpected end of command, expected an AS number, '[', '(' or confed"},
		{"as-path confed 64512", "unexpected '64512', expected '[' or '('"},
		{"as-path [ 1 foo ]", "unexpected 'foo', expected an AS number or ']'"},
		{"as-path [ 4294967296 ]", "unexpected '4294967296', expected an AS number or ']'"},
		{"as-path [ 1", "unexpected end of command, expected an AS number or ']'"},
		{"as-path [ 1 ( 2 ]", "unexpected ']', expected an AS number or ')'"},
		{"attribute 0x01", "unexpected '0x01', expected '['"},
		{"attribute [ 25 0xc0 0x ]", "unexpected '25', expected an octet in hexadecimal digits, as 0x40"},
		{"attribute [ 0x100 0xc0 0x ]", "unexpected '0x100', expected an octet in hexadecimal digits, as 0x40"},
		{"attribute [ 0x99 0xc0 0x123 ]", "unexpected '0x123', expected the value of the attribute: 0x and whole octets in hexadecimal digits"},
		{"attribute [ 0x99 0xc0 0x12 med", "unexpected 'med', expected ']'"},
		{"next-hop 1.2.3.4", "unexpected 'next-hop', expected an attribute"},
		{"as4-path 1", "unexpected 'as4-path', expected an attribute"},
	})
}

func testAttrWordErrors(t *testing.T, vectors []attrWordVector) {
	t.Helper()
	for _, tt := range vectors {
		var b AttrBuilder
		var c lex.Cursor
		c.Reset(tt.words)
		_, err := buildAttrs(&b, &c)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v, want %s", tt.words, err, tt.want)
		}
	}
}

// A word glued behind a closing parenthesis of a file is not lost.
func TestASPathGlued(t *testing.T) {
	var b AttrBuilder
	c := lex.NewFile("f", "as-path (1)med 5;")
	c.Next()
	if _, err := buildAttrs(&b, c); err == nil {
		t.Error("no error")
	}
}

// A path longer than a segment takes several.
func TestLongASPath(t *testing.T) {
	a := attrsOf(t, "as-path ["+strings.Repeat(" 1", 300)+" ]")
	v, _ := AttrBlock(a.Octets()).first()
	if (asPathAttr{}).check(v.Value, nil) != nil || pathLength(v.Value) != 300 || v.Value[1] != 255 {
		t.Errorf("path %x", v.Value)
	}
}

func TestAttrsInterned(t *testing.T) {
	a, b := attrsOf(t, "med 5 community [ 2:2 1:1 ]"), attrsOf(t, "community [ 1:1 2:2 ] med 5")
	if a != b {
		t.Errorf("%x and %x differ", a.Octets(), b.Octets())
	}
	if attrsOf(t, "") != (Attrs{}) {
		t.Error("no attributes are not the zero value")
	}
}
