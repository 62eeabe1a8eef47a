package bgp

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/lex"
)

// faceVector is an NLRI of a family with words of its own and its faces.
type faceVector struct {
	name   string
	family Family
	nlri   string
	key    string // empty: the NLRI itself
	json6  string
	json5  string // empty: as json6
	text6  string
	text5  string // empty: as text6
	show   string // what people get to see; empty: as text6
}

// testFaces compares faces, with a next hop of 192.0.2.1, and the key.
func testFaces(t *testing.T, vectors []faceVector) {
	t.Helper()
	or := func(s, fallback string) string {
		if s == "" {
			return fallback
		}
		return s
	}
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			s := Section{Family: v.family, NLRI: bgptest.Hex(v.nlri)}
			id, nlri, ok := s.Next()
			if !ok || len(s.NLRI) > 0 {
				t.Fatalf("%v, %x is left", ok, s.NLRI)
			}
			kept := AppendKeptNLRI(nil, v.family, id, nlri)
			key := AppendNLRIKey(nil, v.family, kept)[PathIDLen:]
			if want := bgptest.Hex(or(v.key, v.nlri)); !bytes.Equal(key, want) {
				t.Errorf("key %x, want %x", key, want)
			}
			for _, f := range []struct {
				dialect    Dialect
				json, text string
			}{
				{Dialect6, v.json6, v.text6},
				{Dialect4, v.json6, v.text6},
				{Dialect5, or(v.json5, v.json6), or(v.text5, v.text6)},
				{Dialect42, or(v.json5, v.json6), or(v.text5, v.text6)},
			} {
				face := Face{Dialect: f.dialect, NextHop: []byte{192, 0, 2, 1}}
				got := AppendNLRIJSON(nil, v.family, nlri, &face)
				if string(got) != f.json || !json.Valid(got) {
					t.Errorf("%v: JSON %s\nwant %s", f.dialect, got, f.json)
				}
				if text := string(AppendNLRIText(nil, v.family, nlri, &face)); text != f.text {
					t.Errorf("%v: text %s\nwant %s", f.dialect, text, f.text)
				}
			}
			face := Face{Dialect: Dialect6, Show: true}
			if text := string(AppendNLRIText(nil, v.family, nlri, &face)); text != or(v.show, v.text6) {
				t.Errorf("shown as %s\nwant %s", text, or(v.show, v.text6))
			}
		})
	}
}

// nextVector is octets, the length of the first NLRI in them, and what is wrong with it.
type nextVector struct {
	octets string
	n      int
	err    error
}

// testNext measures NLRI. An error with a length is malformed.
func testNext(t *testing.T, f Family, vectors []nextVector) {
	t.Helper()
	for _, v := range vectors {
		n, err := f.codec().next(bgptest.Hex(v.octets))
		want := v.err
		if want != nil && v.n > 0 {
			want = malformed{want}
		}
		if n != v.n || err != want { //nolint:errorlint // codecs return them bare
			t.Errorf("%s: %d, %v, want %d, %v", v.octets, n, err, v.n, want)
		}
	}
}

// wordVector is the words of an announce and its NLRI, or the error.
type wordVector struct{ words, nlri, err string }

// testWords builds NLRI of words.
func testWords(t *testing.T, f Family, vectors []wordVector) {
	t.Helper()
	for _, v := range vectors {
		_, got, _, err := buildNLRI(f, false, v.words)
		switch {
		case v.err != "":
			if err == nil || err.Error() != v.err {
				t.Errorf("%s: %x, %v, want %s", v.words, got, err, v.err)
			}
		case err != nil || !bytes.Equal(got, bgptest.Hex(v.nlri)):
			t.Errorf("%s: %x, %v, want %s", v.words, got, err, v.nlri)
		}
	}
}

// buildNLRI makes the NLRI of words, without path identifier, and its attributes.
func buildNLRI(f Family, withdraw bool, words string) (Family, []byte, Attrs, error) {
	var b NLRIBuilder
	var a AttrBuilder
	var c lex.Cursor
	b.Attrs = &a
	b.Reset(f, withdraw)
	c.Reset(words)
	for w := c.Word(); w != ""; w = c.Word() {
		if !b.Word(w, &c) {
			c.Failf("'%s' is not a word of such a route", w)
		}
	}
	if c.Err() != nil {
		return f, nil, Attrs{}, c.Err()
	}
	f, kept, err := b.Finish(nil)
	if err != nil {
		return f, nil, Attrs{}, err
	}
	return f, kept[PathIDLen:], a.Attrs(), nil
}

// fuzzNLRI reads octets as NLRI of a family, and words as those of a route: what is
// read can be shown in every dialect, and what words make can be read.
func fuzzNLRI(f *testing.F, family Family, words string, octets ...string) {
	f.Helper()
	for _, o := range octets {
		f.Add(bgptest.Hex(o), words, false)
	}
	f.Fuzz(func(t *testing.T, b []byte, words string, withdraw bool) {
		s := Section{Family: family, NLRI: b}
		for _, nlri, ok := s.Next(); ok; _, nlri, ok = s.Next() {
			checkNLRI(t, family, nlri)
		}
		got, nlri, _, err := buildNLRI(family, withdraw, words)
		if err != nil {
			return
		}
		if n, err := got.codec().next(nlri); n != len(nlri) || err != nil {
			t.Errorf("%s: %x is read as %d octets, %v", words, nlri, n, err)
		}
		checkNLRI(t, got, nlri)
	})
}

func checkNLRI(t *testing.T, f Family, nlri []byte) {
	t.Helper()
	for _, d := range dialects {
		for _, face := range []Face{{Dialect: d}, {Dialect: d, Show: true, NextHop: []byte{192, 0, 2, 1}, PathID: []byte{0, 0, 0, 1}}} {
			if js := AppendNLRIJSON(nil, f, nlri, &face); !json.Valid(js) {
				t.Errorf("%s: not JSON: %s", hex.EncodeToString(nlri), js)
			}
			if text := AppendNLRIText(nil, f, nlri, &face); bytes.IndexByte(text, '\n') >= 0 {
				t.Errorf("%s: text %q", hex.EncodeToString(nlri), text)
			}
		}
	}
	kept := AppendKeptNLRI(nil, f, nil, nlri)
	if n, err := f.codec().next(kept[PathIDLen:]); n != len(nlri) || err != nil {
		t.Errorf("%x is kept as %x: %v", nlri, kept, err)
	}
	key := AppendNLRIKey(nil, f, kept)
	if again := AppendNLRIKey(nil, f, kept); !bytes.Equal(key, again) || len(key) < PathIDLen {
		t.Errorf("%x has keys %x and %x", nlri, key, again)
	}
}

// Reading and showing a route and its attributes allocates nothing, however
// structured they are.
func TestServiceAllocs(t *testing.T) {
	routes := []struct {
		family Family
		nlri   string
	}{
		{l2vpnVPLS, "0011 0001c0a8c901007b 0005 0001 0008 029ce1"},
		{ipv6MVPN, "07 2e 0000fde8000000c8 0000fde8 80 20010000000000000000000000000001 80 ff0e0000000000000000000000000001"},
		{ipv4MUP, "01 0003 1c 0000fde8000000c8 20 0a000001 00003039 09 20 0a000009 20 0a000008"},
		{ipv4RTC, "42 0000fde8 0002fde8 ff"},
		{ipv6Policy, "c0 00000001 00000064 20010db8000000000000000000000005"},
	}
	attrs := MakeAttrs(bgptest.Hex("c01609 00 06 0003e0 c0000201" +
		"c0171c 000f 0018 800009 00 0106 0000 00064040 0c06 0000 00000001 0f02 0500" +
		"c02825 050022 00 01001e 00 fc000000000100000000000000000000 00 0013 00 010006 201010001030"))
	face := Face{Show: true}
	dst := make([]byte, 0, 4096)
	for _, r := range routes {
		nlri := bgptest.Hex(r.nlri)
		n := testing.AllocsPerRun(100, func() {
			s := Section{Family: r.family, NLRI: nlri}
			for _, nlri, ok := s.Next(); ok; _, nlri, ok = s.Next() {
				dst = AppendNLRIJSON(dst[:0], r.family, nlri, &face)
				dst = AppendNLRIText(dst[:0], r.family, nlri, &face)
				kept := AppendKeptNLRI(dst[:0], r.family, nil, nlri)
				dst = AppendNLRIKey(kept, r.family, kept)
			}
			dst = attrs.AppendText(attrs.AppendJSON(dst[:0], &face), &face)
		})
		if n != 0 {
			t.Errorf("%s: %v allocations, want 0", r.family, n)
		}
	}
}
