package bgp

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/lex"
)

func unhex(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

var (
	ipv4Label = Family{AFIIPv4, SAFILabel}
	ipv6Label = Family{AFIIPv6, SAFILabel}
	ipv4VPN   = Family{AFIIPv4, SAFIVPN}
	ipv6VPN   = Family{AFIIPv6, SAFIVPN}
)

// The faces of an NLRI in main (JSON, text) and in 5.0.
func TestNLRIFaces(t *testing.T) {
	nextHop := []byte{192, 0, 2, 1}
	for _, v := range []struct {
		name   string
		family Family
		pathID string
		nlri   string
		key    string // without path identifier
		json6  string
		json5  string // empty: as json6
		text6  string
		text5  string
	}{
		{
			"unicast", IPv4Unicast, "", "18 0a0001", "180a0001",
			`{ "nlri": "10.0.1.0/24" }`, "", "10.0.1.0/24", "10.0.1.0/24 next-hop 192.0.2.1",
		},
		{
			"path identifier", IPv4Unicast, "00000000", "18 0a0001", "180a0001",
			`{ "nlri": "10.0.1.0/24", "path-information": "0.0.0.0" }`, "",
			"10.0.1.0/24 path-information 0.0.0.0", "10.0.1.0/24 path-information 0.0.0.0 next-hop 192.0.2.1",
		},
		{
			"default", IPv6Unicast, "", "00", "00",
			`{ "nlri": "::/0" }`, "", "::/0", "::/0 next-hop 192.0.2.1",
		},
		{
			"host bits", IPv4Unicast, "", "0c ac1f", "0cac10",
			`{ "nlri": "172.16.0.0/12" }`, "", "172.16.0.0/12", "172.16.0.0/12 next-hop 192.0.2.1",
		},
		{
			"label", ipv4Label, "", "30 000641 0a0001", "180a0001",
			`{ "nlri": "10.0.1.0/24", "label": [ [100, 1601] ] }`, `{ "nlri": "10.0.1.0/24", "label": [ [100] ] }`,
			"10.0.1.0/24 label 100 (1601)", "10.0.1.0/24 label 100 next-hop 192.0.2.1",
		},
		{
			"two labels", ipv4Label, "01020304", "48 000640 000c81 0a0001", "180a0001",
			`{ "nlri": "10.0.1.0/24", "path-information": "1.2.3.4", "label": [ [100, 1600], [200, 3201] ] }`,
			`{ "nlri": "10.0.1.0/24", "path-information": "1.2.3.4", "label": [ [100], [200] ] }`,
			"10.0.1.0/24 path-information 1.2.3.4 label [ 100 (1600) 200 (3201) ]",
			"10.0.1.0/24 path-information 1.2.3.4 label [ 100 200 ] next-hop 192.0.2.1",
		},
		{
			"label without bottom bit", ipv4Label, "", "30 000640 0a0002", "180a0002", // RFC 8277 §2.2
			`{ "nlri": "10.0.2.0/24", "label": [ [100, 1600] ] }`, `{ "nlri": "10.0.2.0/24", "label": [ [100] ] }`,
			"10.0.2.0/24 label 100 (1600)", "10.0.2.0/24 label 100 next-hop 192.0.2.1",
		},
		{
			"label 0x800000 of a withdraw", ipv4Label, "", "30 800000 0a0001", "180a0001", // RFC 8277 §2.4
			`{ "nlri": "10.0.1.0/24", "label": [ [524288, 8388608] ] }`, `{ "nlri": "10.0.1.0/24", "label": [ [524288] ] }`,
			"10.0.1.0/24 label 524288 (8388608)", "10.0.1.0/24 label 524288 next-hop 192.0.2.1",
		},
		{
			"label 0 of a withdraw", ipv4Label, "", "30 000000 0a0001", "180a0001",
			`{ "nlri": "10.0.1.0/24", "label": [ [0] ] }`, "",
			"10.0.1.0/24 label 0", "10.0.1.0/24 label 0 next-hop 192.0.2.1",
		},
		{
			"labelled, no label", ipv4Label, "", "10 0a00", "100a00",
			`{ "nlri": "10.0.0.0/16" }`, "", "10.0.0.0/16", "10.0.0.0/16 next-hop 192.0.2.1",
		},
		{
			"labelled IPv6", ipv6Label, "", "38 000641 20010db8", "2020010db8",
			`{ "nlri": "2001:db8::/32", "label": [ [100, 1601] ] }`, `{ "nlri": "2001:db8::/32", "label": [ [100] ] }`,
			"2001:db8::/32 label 100 (1601)", "2001:db8::/32 label 100 next-hop 192.0.2.1",
		},
		{
			"VPN", ipv4VPN, "", "70 000641 0000fde8000000c8 0a0001", "580000fde8000000c80a0001",
			`{ "nlri": "10.0.1.0/24", "label": [ [100, 1601] ], "rd": "65000:200" }`,
			`{ "nlri": "10.0.1.0/24", "label": [ [100] ], "rd": "65000:200" }`,
			"10.0.1.0/24 label 100 (1601) rd 65000:200", "10.0.1.0/24 label 100 next-hop 192.0.2.1 rd 65000:200",
		},
		{
			"VPN, label without bottom bit", ipv4VPN, "", "70 000640 0000fde800000001 0a0001", "580000fde8000000010a0001",
			`{ "nlri": "10.0.1.0/24", "label": [ [100, 1600] ], "rd": "65000:1" }`,
			`{ "nlri": "10.0.1.0/24", "label": [ [100] ], "rd": "65000:1" }`,
			"10.0.1.0/24 label 100 (1600) rd 65000:1", "10.0.1.0/24 label 100 next-hop 192.0.2.1 rd 65000:1",
		},
		{
			"VPN, two labels", ipv4VPN, "", "88 000640 000101 0000fde800000001 0a0001", "580000fde8000000010a0001",
			`{ "nlri": "10.0.1.0/24", "label": [ [100, 1600], [16, 257] ], "rd": "65000:1" }`,
			`{ "nlri": "10.0.1.0/24", "label": [ [100], [16] ], "rd": "65000:1" }`,
			"10.0.1.0/24 label [ 100 (1600) 16 (257) ] rd 65000:1", "10.0.1.0/24 label [ 100 16 ] next-hop 192.0.2.1 rd 65000:1",
		},
		{
			"VPN, unknown rd", ipv4VPN, "", "70 000641 00030001000a00c8 0a0001", "5800030001000a00c80a0001",
			`{ "nlri": "10.0.1.0/24", "label": [ [100, 1601] ], "rd": "0x00030001000A00C8" }`,
			`{ "nlri": "10.0.1.0/24", "label": [ [100] ], "rd": "0x00030001000A00C8" }`,
			"10.0.1.0/24 label 100 (1601) rd 0x00030001000A00C8", "10.0.1.0/24 label 100 next-hop 192.0.2.1 rd 0x00030001000A00C8",
		},
		{
			"VPN, rd of an address", ipv4VPN, "", "70 000641 0001c00002090007 0a0000", "580001c000020900070a0000",
			`{ "nlri": "10.0.0.0/24", "label": [ [100, 1601] ], "rd": "192.0.2.9:7" }`,
			`{ "nlri": "10.0.0.0/24", "label": [ [100] ], "rd": "192.0.2.9:7" }`,
			"10.0.0.0/24 label 100 (1601) rd 192.0.2.9:7", "10.0.0.0/24 label 100 next-hop 192.0.2.1 rd 192.0.2.9:7",
		},
		{
			"VPN, no label", ipv4VPN, "", "58 0000fde800000001 0a010c", "580000fde8000000010a010c", // ExaBGP's withdraw without label
			`{ "nlri": "10.1.12.0/24", "rd": "65000:1" }`, "",
			"10.1.12.0/24 rd 65000:1", "10.1.12.0/24 next-hop 192.0.2.1 rd 65000:1",
		},
		{
			"VPN default", ipv4VPN, "", "58 000641 0000fde8000000c8", "400000fde8000000c8",
			`{ "nlri": "0.0.0.0/0", "label": [ [100, 1601] ], "rd": "65000:200" }`,
			`{ "nlri": "0.0.0.0/0", "label": [ [100] ], "rd": "65000:200" }`,
			"0.0.0.0/0 label 100 (1601) rd 65000:200", "0.0.0.0/0 label 100 next-hop 192.0.2.1 rd 65000:200",
		},
		{
			"VPN IPv6", ipv6VPN, "", "78 000641 0002000100020007 20010db8", "60000200010002000720010db8",
			`{ "nlri": "2001:db8::/32", "label": [ [100, 1601] ], "rd": "65538:7" }`,
			`{ "nlri": "2001:db8::/32", "label": [ [100] ], "rd": "65538:7" }`,
			"2001:db8::/32 label 100 (1601) rd 65538:7", "2001:db8::/32 label 100 next-hop 192.0.2.1 rd 65538:7",
		},
		{
			"unknown family",
			Family{99, 99},
			"", "0102ab", "0102ab",
			`{ "raw": "0102AB" }`, "", "0x0102AB", "0x0102AB",
		},
	} {
		t.Run(v.name, func(t *testing.T) {
			nlri := unhex(t, v.nlri)
			var id []byte
			if v.pathID != "" {
				id = unhex(t, v.pathID)
			}
			s := Section{Family: v.family, NLRI: append(bytes.Clone(id), nlri...), PathID: id != nil}
			gotID, got, ok := s.Next()
			if !ok || !bytes.Equal(gotID, id) || !bytes.Equal(got, nlri) || len(s.NLRI) != 0 {
				t.Fatalf("Next = %x, %x, %v, %d octets left", gotID, got, ok, len(s.NLRI))
			}
			kept := AppendKeptNLRI(nil, v.family, id, nlri)
			if key := AppendNLRIKey(nil, v.family, kept); hex.EncodeToString(key[PathIDLen:]) != v.key {
				t.Errorf("key %x, want %s", key[PathIDLen:], v.key)
			}
			if v.json5 == "" {
				v.json5 = v.json6
			}
			for _, f := range []struct {
				dialect    Dialect
				json, text string
			}{{Dialect6, v.json6, v.text6}, {Dialect4, v.json6, v.text6}, {Dialect5, v.json5, v.text5}, {Dialect42, v.json5, v.text5}} {
				face := Face{Dialect: f.dialect, NextHop: nextHop, PathID: id}
				if json := string(AppendNLRIJSON(nil, v.family, nlri, &face)); json != f.json {
					t.Errorf("%v: JSON %s\nwant %s", f.dialect, json, f.json)
				}
				if text := string(AppendNLRIText(nil, v.family, nlri, &face)); text != f.text {
					t.Errorf("%v: text %s\nwant %s", f.dialect, text, f.text)
				}
			}
		})
	}
}

func TestCompactJSON(t *testing.T) {
	nlri := unhex(t, "18 0a0001")
	if got := string(AppendNLRIJSON(nil, IPv4Unicast, nlri, &Face{Compact: true})); got != `"10.0.1.0/24"` {
		t.Errorf("compact: %s", got)
	}
	face := Face{Compact: true, PathID: []byte{0, 0, 0, 1}}
	if got := string(AppendNLRIJSON(nil, IPv4Unicast, nlri, &face)); got != `{ "nlri": "10.0.1.0/24", "path-information": "0.0.0.1" }` {
		t.Errorf("compact with path identifier: %s", got)
	}
}

func TestSectionErrors(t *testing.T) {
	for _, v := range []struct {
		name   string
		family Family
		nlri   string
		pathID bool
		want   error
	}{
		{"too long", IPv4Unicast, "21 0a00000000", false, errLength},
		{"too long IPv6", IPv6Unicast, "81 20010db800000000000000000000000000", false, errLength},
		{"truncated", IPv4Unicast, "18 0a00", false, errShort},
		{"truncated second", IPv4Unicast, "180a0000 20 0a0000", false, errShort},
		{"truncated path identifier", IPv4Unicast, "000000", true, errShort},
		{"path identifier alone", IPv4Unicast, "00000001", true, errShort},
		{"VPN without rd", ipv4VPN, "18 000641", false, errLength},
		{"truncated VPN", ipv4VPN, "70 000641 0000fde800000001 0a00", false, errShort},
		{"whole", IPv4Unicast, "00 180a0000", false, nil},
	} {
		s := Section{Family: v.family, NLRI: unhex(t, v.nlri), PathID: v.pathID}
		if lost, err := s.check(); err != v.want || lost != nil { //nolint:errorlint // bare sentinels
			t.Errorf("%s: %v, %v, want %v", v.name, lost, err, v.want)
		}
	}
}

// build makes the NLRI of words that follow a prefix.
func build(f Family, withdraw bool, words string) (Family, []byte, error) {
	var b NLRIBuilder
	var c lex.Cursor
	b.Reset(f, withdraw)
	c.Reset(words)
	b.SetPrefix(c.Prefix())
	for w := c.Word(); w != ""; w = c.Word() {
		if !b.Word(w, &c) {
			c.Failf("'%s' is not a word", w)
		}
	}
	if c.Err() != nil {
		return Family{}, nil, c.Err()
	}
	return b.Finish(nil)
}

func TestNLRIBuilder(t *testing.T) {
	shape := Family{}
	for _, v := range []struct {
		family   Family
		withdraw bool
		words    string
		want     Family
		kept     string // or the error
	}{
		{shape, false, "10.0.0.0/24", IPv4Unicast, "00000000 180a0000"},
		{shape, false, "10.0.0.1", IPv4Unicast, "00000000 200a000001"},
		{shape, false, "0.0.0.0/0", IPv4Unicast, "00000000 00"},
		{shape, false, "224.1.0.0/16", IPv4Unicast, "00000000 10e001"},
		{shape, false, "2001:db8::/32 path-information 1.2.3.4", IPv6Unicast, "01020304 2020010db8"},
		{shape, false, "10.0.0.0/24 path-information 4294967295", IPv4Unicast, "ffffffff 180a0000"},
		{shape, false, "10.0.0.0/24 label 100", ipv4Label, "00000000 30 000641 0a0000"},
		{shape, false, "10.0.0.0/24 label [ ]", IPv4Unicast, "00000000 180a0000"},
		{shape, false, "10.0.0.0/24 label [ 100 200 ]", ipv4Label, "00000000 48 000640 000c81 0a0000"},
		{shape, false, "10.0.0.0/24 rd 65000:1 label 100", ipv4VPN, "00000000 70 000641 0000fde800000001 0a0000"},
		{shape, false, "10.0.0.0/24 label 100 route-distinguisher 192.0.2.9:7", ipv4VPN, "00000000 70 000641 0001c00002090007 0a0000"},
		{shape, false, "2001:db8::/32 label 1048575 rd 70000:7", ipv6VPN, "00000000 78 fffff1 0002000111700007 20010db8"},
		{shape, true, "10.0.0.0/24 rd 65000:1", ipv4VPN, "00000000 70 800000 0000fde800000001 0a0000"},
		{ipv4Label, true, "10.0.0.0/24", ipv4Label, "00000000 30 800000 0a0000"},
		{ipv4Label, true, "10.0.0.0/24 label 5", ipv4Label, "00000000 30 000051 0a0000"},
		{Family{AFIIPv6, SAFIMulticast}, false, "ff0e::/16", Family{AFIIPv6, SAFIMulticast}, "00000000 10ff0e"},

		{shape, false, "10.0.0.0/24 rd 65000:1", shape, "labeled route announce requires labels: 10.0.0.0/24 rd 65000:1"},
		{ipv4Label, false, "10.0.0.0/24", shape, "labeled route announce requires labels: 10.0.0.0/24"},
		{ipv4VPN, false, "10.0.0.0/24 label 5", shape, "VPN route requires rd: 10.0.0.0/24"},
		{IPv4Unicast, false, "2001:db8::/32", shape, "'2001:db8::/32' is not an IPv4 prefix"},
		{IPv6Unicast, false, "10.0.0.0/24", shape, "'10.0.0.0/24' is not an IPv6 prefix"},
		{IPv4Unicast, false, "10.0.0.0/24 label 5", shape, "'label' is not a word"},
		{IPv4Unicast, false, "10.0.0.0/24 rd 1:1", shape, "an rd is not part of such a route"},
		{shape, false, "10.0.0.0/24 label 1048576", shape, "unexpected '1048576', expected an MPLS label from 0 to 1048575"},
		{shape, false, "10.0.0.0/24 label [ 1", shape, "unexpected end of command, expected ']'"},
		{shape, false, "10.0.0.0/24 rd 70000:70000", shape, "unexpected '70000:70000', expected a route distinguisher: <asn>:<number> or <ipv4>:<number>"},
		{shape, false, "10.0.0.0/24 rd foo", shape, "unexpected 'foo', expected a route distinguisher: <asn>:<number> or <ipv4>:<number>"},
		{shape, false, "10.0.0.0/24 rd 1.2.3.4:65536", shape, "unexpected '1.2.3.4:65536', expected a route distinguisher: <asn>:<number> or <ipv4>:<number>"},
		{shape, false, "10.0.0.0/24 path-information foo", shape, "unexpected 'foo', expected a path identifier: a number or four octets as 0.0.0.1"},
		{shape, false, "10.0.0.0/24 path-information 4294967296", shape, "unexpected '4294967296', expected a path identifier: a number or four octets as 0.0.0.1"},
		{shape, false, "2001:db8::1/128 rd 1:1 label [ 1 2 3 ]", shape, "3 labels leave no room for 2001:db8::1/128 in an NLRI"},
		{Family{AFIIPv4, 66}, false, "10.0.0.0/24", shape, "routes of this family cannot be written in words"},
	} {
		f, kept, err := build(v.family, v.withdraw, v.words)
		if v.want == shape {
			if err == nil || err.Error() != v.kept {
				t.Errorf("%v %q: %v, want %s", v.family, v.words, err, v.kept)
			}
			continue
		}
		if err != nil || f != v.want || !bytes.Equal(kept, unhex(t, v.kept)) {
			t.Errorf("%v %q: %v %x, %v, want %v %s", v.family, v.words, f, kept, err, v.want, v.kept)
		}
	}
}

func TestNLRIAllocs(t *testing.T) {
	s := Section{Family: ipv6VPN, NLRI: unhex(t, "78 000641 0000fde800000001 20010db8  78 000641 0000fde800000001 20010db9")}
	face := Face{}
	dst := make([]byte, 0, 1024)
	n := testing.AllocsPerRun(100, func() {
		walk := s
		for _, nlri, ok := walk.Next(); ok; _, nlri, ok = walk.Next() {
			dst = AppendNLRIJSON(dst[:0], s.Family, nlri, &face)
			dst = AppendNLRIText(dst[:0], s.Family, nlri, &face)
			kept := AppendKeptNLRI(dst[:0], s.Family, nil, nlri)
			dst = AppendNLRIKey(kept, s.Family, kept)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations per walk, want 0", n)
	}
}

// Whatever a section holds, its NLRI can be shown and kept, and what is kept is
// canonical and found again by its key.
func FuzzSection(f *testing.F) {
	for i := range familyTable {
		f.Add(uint8(i), false, []byte{0x18, 10, 0, 1, 0x30, 0, 6, 0x41, 10, 0, 1})
		f.Add(uint8(i), true, []byte{0, 0, 0, 1, 0x70, 0, 6, 0x41, 0, 0, 0xfd, 0xe8, 0, 0, 0, 1, 10, 0, 0})
	}
	f.Fuzz(func(t *testing.T, row uint8, pathID bool, b []byte) {
		s := Section{Family: familyTable[int(row)%len(familyTable)].family, NLRI: b, PathID: pathID}
		_, err := s.check()
		walk, all := s, []byte(nil)
		for id, nlri, ok := walk.Next(); ok; id, nlri, ok = walk.Next() {
			all = append(append(all, id...), nlri...)
			for _, d := range []Dialect{Dialect5, Dialect6} {
				face := Face{Dialect: d, PathID: id}
				AppendNLRIJSON(nil, s.Family, nlri, &face)
				AppendNLRIText(nil, s.Family, nlri, &face)
			}
			kept := AppendKeptNLRI(nil, s.Family, id, nlri)
			again := AppendKeptNLRI(nil, s.Family, kept[:PathIDLen], kept[PathIDLen:])
			if !bytes.Equal(kept, again) {
				t.Errorf("%x is kept as %x, that as %x", nlri, kept, again)
			}
			one := Section{Family: s.Family, NLRI: kept[PathIDLen:]}
			if _, got, ok := one.Next(); !ok || len(got) != len(kept)-PathIDLen {
				t.Errorf("%v: kept %x cannot be read", s.Family, kept)
			}
			if key := AppendNLRIKey(nil, s.Family, kept); len(key) < PathIDLen {
				t.Errorf("key %x", key)
			}
		}
		if err == nil && len(all) > len(b) {
			t.Errorf("%d octets of NLRI in %d", len(all), len(b))
		}
	})
}

func BenchmarkSectionJSON(b *testing.B) {
	s := Section{Family: IPv6Unicast, NLRI: bytes.Repeat([]byte{0x30, 0x20, 1, 0xd, 0xb8, 0, 1}, 10)}
	face := Face{}
	var dst []byte
	for b.Loop() {
		walk := s
		dst = dst[:0]
		for _, nlri, ok := walk.Next(); ok; _, nlri, ok = walk.Next() {
			dst = AppendNLRIJSON(dst, s.Family, nlri, &face)
		}
	}
}
