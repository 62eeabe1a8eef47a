package bgp

import (
	"net/netip"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/lex"
)

// typical is the body of an UPDATE as full tables have them: five attributes, ten prefixes.
func typical() []byte {
	attrs := bgptest.Hex("40010100 400212 0204 0000fdea 00000d1c 00001b1b 0003f940 400304c0000201 80040400000064 c0080c fdea0001 fdea0065 0d1c07d6")
	body := append(appendU16([]byte{0, 0}, len(attrs)), attrs...)
	for i := range 10 {
		body = append(body, 24, 10, byte(i), 7)
	}
	return body
}

const typicalWords = "origin igp as-path [ 65002 3356 7003 260416 ] med 100 local-preference 200 community [ 65002:1 65002:101 3356:2006 ]"

// zeroAllocs fails when f allocates.
func zeroAllocs(t *testing.T, what string, f func()) {
	t.Helper()
	f() // the first one makes the buffers
	if n := testing.AllocsPerRun(100, f); n != 0 {
		t.Errorf("%s: %v allocations, want none", what, n)
	}
}

func parseOrFail(t *testing.T, u *Update, body []byte, n *Negotiated) {
	t.Helper()
	if err := ParseUpdate(u, body, n); err != nil {
		t.Fatal(err)
	}
}

func TestAttrAllocs(t *testing.T) {
	n, two := external(), external()
	two.ASN4 = false
	body := typical()
	old := bgptest.Hex("0000 002a 40010100 400206 0202 5ba0 fdea 400304c0000201 c00706 5ba0 0a000009 c0110a 0202 00010000 0000fdea 080a")
	withdraw := bgptest.Hex("0002 0809 0014 40010109 40020602010000fdea 400304c0000201 080a")
	var u, u2, u3 Update
	zeroAllocs(t, "ParseUpdate", func() { parseOrFail(t, &u, body, n) })
	zeroAllocs(t, "ParseUpdate of a two-octet speaker", func() { parseOrFail(t, &u2, old, two) })
	zeroAllocs(t, "ParseUpdate of a treat-as-withdraw", func() { parseOrFail(t, &u3, withdraw, n) })
	if u.Fault != nil || u2.Fault != nil || u3.Fault == nil {
		t.Fatal(u.Fault, u2.Fault, u3.Fault)
	}

	unordered := attrsOf(t, "attribute [ 0x08 0xc0 0x000200020001000100030003 ] attribute [ 0x20 0xc0 0x000000020000000000000000000000010000000000000000 ] extended-community [ target:1:1 target:2:2 ] cluster-list 1.1.1.1 originator-id 1.1.1.1 aggregator 1:1.1.1.1 aigp 5 extended-community-ipv6 0x000220010DB80000000000000000000000090064 attribute [ 0x99 0xc0 0x01 ]")
	dst := make([]byte, 0, 1<<12)
	for _, d := range dialects {
		f := &Face{Dialect: d}
		zeroAllocs(t, "Update.AppendAttrsJSON", func() { dst = u.AppendAttrsJSON(dst[:0], f) })
		zeroAllocs(t, "Update.AppendAttrsText", func() { dst = u.AppendAttrsText(dst[:0], f) })
		zeroAllocs(t, "Attrs.AppendJSON", func() { dst = unordered.AppendJSON(dst[:0], f) })
		zeroAllocs(t, "Attrs.AppendText", func() { dst = unordered.AppendText(dst[:0], f) })
	}

	a := attrsOf(t, typicalWords)
	nextHop := netip.MustParseAddr("192.0.2.1")
	zeroAllocs(t, "AppendAttrs", func() { dst = appendAttrs(dst[:0], a, n, nextHop, false) })
	zeroAllocs(t, "AppendAttrs to a two-octet speaker", func() { dst = appendAttrs(dst[:0], a, two, nextHop, false) })

	var b AttrBuilder
	var c lex.Cursor
	zeroAllocs(t, "AttrBuilder with a set that repeats", func() {
		c.Reset(typicalWords)
		if _, err := buildAttrs(&b, &c); err != nil {
			t.Fatal(err)
		}
	})
	alternate := [...]string{"med 1 community 1:1", "med 2 large-community 1:2:3"}
	i := 0
	zeroAllocs(t, "AttrBuilder with two sets in turn", func() {
		c.Reset(alternate[i&1])
		i++
		if _, err := buildAttrs(&b, &c); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkParseUpdate(b *testing.B) {
	n, body := external(), typical()
	var u Update
	for b.Loop() {
		if err := ParseUpdate(&u, body, n); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseUpdateAS2(b *testing.B) {
	n := external()
	n.ASN4 = false
	body := bgptest.Hex("0000 002a 40010100 400206 0202 5ba0 fdea 400304c0000201 c00706 5ba0 0a000009 c0110a 0202 00010000 0000fdea 080a")
	var u Update
	for b.Loop() {
		if err := ParseUpdate(&u, body, n); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAttrsJSON(b *testing.B) {
	var u Update
	if err := ParseUpdate(&u, typical(), external()); err != nil {
		b.Fatal(err)
	}
	var dst []byte
	f := &Face{}
	for b.Loop() {
		dst = u.AppendAttrsJSON(dst[:0], f)
	}
}

func BenchmarkAttrsText(b *testing.B) {
	var u Update
	if err := ParseUpdate(&u, typical(), external()); err != nil {
		b.Fatal(err)
	}
	var dst []byte
	f := &Face{}
	for b.Loop() {
		dst = u.AppendAttrsText(dst[:0], f)
	}
}

func BenchmarkAppendAttrs(b *testing.B) {
	a, n, nextHop := attrsOf(b, typicalWords), external(), netip.MustParseAddr("192.0.2.1")
	var dst []byte
	for b.Loop() {
		dst = appendAttrs(dst[:0], a, n, nextHop, false)
	}
}

func BenchmarkAttrBuilder(b *testing.B) {
	var builder AttrBuilder
	var c lex.Cursor
	for b.Loop() {
		c.Reset(typicalWords)
		if _, err := buildAttrs(&builder, &c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAttrBuilderMED(b *testing.B) {
	var builder AttrBuilder
	var c lex.Cursor
	for b.Loop() {
		c.Reset("med 100")
		if _, err := buildAttrs(&builder, &c); err != nil {
			b.Fatal(err)
		}
	}
}
