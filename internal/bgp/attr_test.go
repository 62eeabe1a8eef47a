package bgp

import (
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// faces is what main, 5.0 and 4.2 show; an empty one is that before it.
type faces [3]string

func (f faces) at(column int) string {
	for column > 0 && f[column] == "" {
		column--
	}
	return f[column]
}

// TestAttrFaces shows each attribute in the four dialects side by side: main
// (6 and 4), 5.0, 4.2.
func TestAttrFaces(t *testing.T) {
	testAttrFaces(t, []attrFaceVector{
		{"origin", "40010100", faces{`"origin": "igp"`}, faces{" origin igp"}},
		{"origin incomplete", "40010102", faces{`"origin": "incomplete"`}, faces{" origin incomplete"}},
		{"as-path empty", "400200", faces{""}, faces{""}},
		{
			"as-path", "40020a 02 02 0000fdea fedcba98",
			faces{
				`"as-path": {"0": {"element": "as-sequence", "value": [65002, 4275878552]}}`, "",
				`"as-path": [ 65002, 4275878552 ], "confederation-path": []`,
			},
			faces{" as-path ( 65002 4275878552 )", "", " as-path [ 65002 4275878552 ]"},
		},
		{
			"as-path with a set", "400210 02 01 0000fdea 01 02 00000001 00000002",
			faces{
				`"as-path": {"0": {"element": "as-sequence", "value": [65002]}, "1": {"element": "as-set", "value": [1, 2]}}`, "",
				`"as-path": [ 65002 ], "as-set": [ 1, 2 ], "confederation-path": []`,
			},
			faces{" as-path ( 65002 ) [ 1 2 ]", "", " as-path [ 65002 ( 1 2 ) ]"},
		},
		{
			"as-path of a set", "400206 01 01 00000007",
			faces{
				`"as-path": {"0": {"element": "as-set", "value": [7]}}`, "",
				`"as-path": [], "as-set": [ 7 ], "confederation-path": []`,
			},
			faces{" as-path [ 7 ]", "", " as-path [ ( 7 )]"},
		},
		{
			"as-path with confederations", "400216 03 02 0000fde8 0000fde9 04 01 0000fdec 02 01 0000fdea",
			faces{
				`"as-path": {"0": {"element": "as-confed-sequence", "value": [65000, 65001]}, "1": {"element": "as-confed-set", "value": [65004]}, "2": {"element": "as-sequence", "value": [65002]}}`,
				`"as-path": {"0": {"element": "as-sequence", "value": [65000, 65001]}, "1": {"element": "as-sequence", "value": [65004]}, "2": {"element": "as-sequence", "value": [65002]}}`,
				`"as-path": [ 65002 ], "confederation-path": [ 65000, 65001 ], "confederation-set": [ 65004 ]`,
			},
			faces{" as-path {( 65000 65001 )} {[ 65004 ]} ( 65002 )", "", " as-path [ 65002 ][ 65000 65001 ( 65004 ) ]"},
		},
		{"med", "800404 ffffffff", faces{`"med": 4294967295`}, faces{" med 4294967295"}},
		{"local-preference", "400504 00000064", faces{`"local-preference": 100`}, faces{" local-preference 100"}},
		{"atomic-aggregate", "400600", faces{`"atomic-aggregate": true`}, faces{" atomic-aggregate"}},
		{"aggregator", "c00708 0000fdea 0a000009", faces{`"aggregator": "65002:10.0.0.9"`}, faces{" aggregator ( 65002:10.0.0.9 )"}},
		{"community", "c00804 fdea0001", faces{`"community": [ [ 65002, 1 ] ]`}, faces{" community 65002:1"}},
		{
			"communities", "c00828 fdea0002 fdea0001 ffffff01 ffffff02 ffffff03 ffffff04 ffff029a ffff0000 ffff0006 ffff0001",
			faces{
				`"community": [ [ 65002, 2 ], [ 65002, 1 ], [ 65535, 65281 ], [ 65535, 65282 ], [ 65535, 65283 ], [ 65535, 65284 ], [ 65535, 666 ], [ 65535, 0 ], [ 65535, 6 ], [ 65535, 1 ] ]`,
				`"community": [ [ 65002, 1 ], [ 65002, 2 ], [ 65535, 0 ], [ 65535, 1 ], [ 65535, 6 ], [ 65535, 666 ], [ 65535, 65281 ], [ 65535, 65282 ], [ 65535, 65283 ], [ 65535, 65284 ] ]`,
				`"community": [ [ 65002, 2 ], [ 65002, 1 ], [ 65535, 65281 ], [ 65535, 65282 ], [ 65535, 65283 ], [ 65535, 65284 ], [ 65535, 666 ], [ 65535, 0 ], [ 65535, 6 ], [ 65535, 1 ] ]`,
			},
			faces{" community [ 65002:1 65002:2 65535:0 65535:1 65535:6 blackhole no-export no-advertise no-export-subconfed no-peer ]"},
		},
		{"originator-id", "800904 0a000007", faces{`"originator-id": "10.0.0.7"`}, faces{" originator-id 10.0.0.7"}},
		{
			"cluster-list of one", "800a04 0a000001",
			faces{`"cluster-list": [ "10.0.0.1" ]`},
			faces{" cluster-list 10.0.0.1", " cluster-list [ 10.0.0.1 ]"},
		},
		{
			"cluster-list", "800a08 0a000002 0a000001",
			faces{`"cluster-list": [ "10.0.0.2", "10.0.0.1" ]`},
			faces{" cluster-list [ 10.0.0.2 10.0.0.1 ]"},
		},
		{
			"extended-community", "c01018 8008fde800000064 0002fde800000064 0002000000000001",
			faces{
				`"extended-community": [ { "value": 9225903009542701156, "string": "redirect:65000:100" }, { "value": 842122827661412, "string": "target:65000:100" }, { "value": 562949953421313, "string": "target:0:1" } ]`,
				`"extended-community": [ { "value": 562949953421313, "string": "target:0:1" }, { "value": 842122827661412, "string": "target:65000:100" }, { "value": 9225903009542701156, "string": "redirect:65000:100" } ]`,
				`"extended-community": [ { "value": 9225903009542701156, "string": "redirect:65000:100" }, { "value": 842122827661412, "string": "target:65000:100" }, { "value": 562949953421313, "string": "target:0:1" } ]`,
			},
			faces{" extended-community [ target:0:1 target:65000:100 redirect:65000:100 ]"},
		},
		{
			"extended-community-ipv6", "c01914 0002 20010db8000000000000000000000009 0064",
			faces{
				`"extended-community-ipv6": [ { "value": 47389442064591062288541496103088308189986916, "string": "0x000220010DB80000000000000000000000090064" } ]`, "",
				`"attribute-0x19-0xC0": "0x220010DB80000000000000000000000090064"`,
			},
			faces{
				" extended-community-ipv6 0x000220010DB80000000000000000000000090064", "",
				" attribute [ 0x19 0xC0 0x220010DB80000000000000000000000090064 ]",
			},
		},
		{
			"redirect to an IPv6 next hop", "c01914 000c 20010db8000000000000000000000009 0000",
			faces{
				`"extended-community-ipv6": [ { "value": 270396894049897293703898678829571923249790976, "string": "redirect-to-nexthop-ietf 2001:db8::9" } ]`, "",
				`"attribute-0x19-0xC0": "redirect-to-nexthop-ietf 2001:db8::9"`,
			},
			faces{
				" extended-community-ipv6 redirect-to-nexthop-ietf 2001:db8::9", "",
				" attribute [ 0x19 0xC0 redirect-to-nexthop-ietf 2001:db8::9 ]",
			},
		},
		{
			"two of extended-community-ipv6", "c01928 0099 20010db8000000000000000000000009 0000 000d 20010db8000000000000000000000009 0001",
			faces{
				`"extended-community-ipv6": [ { "value": 3414801967042715156660434955272990895593029632, "string": "0x009920010DB80000000000000000000000090000" }, { "value": 292697639248427916845434397102220284755771393, "string": "0x000D20010DB80000000000000000000000090001" } ]`,
				`"extended-community-ipv6": [ { "value": 292697639248427916845434397102220284755771393, "string": "0x000D20010DB80000000000000000000000090001" }, { "value": 3414801967042715156660434955272990895593029632, "string": "0x009920010DB80000000000000000000000090000" } ]`,
				`"attribute-0x19-0xC0": "[ 0xD20010DB80000000000000000000000090001 0x9920010DB80000000000000000000000090000 ]"`,
			},
			faces{
				" extended-community-ipv6 [ 0x000D20010DB80000000000000000000000090001 0x009920010DB80000000000000000000000090000 ]", "",
				" attribute [ 0x19 0xC0 [ 0xD20010DB80000000000000000000000090001 0x9920010DB80000000000000000000000090000 ] ]",
			},
		},
		{"aigp", "801a0b 01 000b 00000000000003e8", faces{`"aigp": "0x00000000000003e8"`}, faces{" aigp 0x00000000000003e8"}},
		{
			"large-community", "c02024 0000000a0000000200000003 00000001ffffffff00000000 0000000a0000000200000003",
			faces{
				`"large-community": [ [ 10, 2 , 3 ], [ 1, 4294967295 , 0 ] ]`,
				`"large-community": [ [ 1, 4294967295 , 0 ], [ 10, 2 , 3 ] ]`,
				`"large-community": [ [ 10, 2 , 3 ], [ 1, 4294967295 , 0 ] ]`,
			},
			faces{" large-community [ 1:4294967295:0 10:2:3 ]"},
		},
		{"large-community twice the same", "c02018 0000000a0000000200000003 0000000a0000000200000003", faces{`"large-community": [ [ 10, 2 , 3 ] ]`}, faces{" large-community 10:2:3"}},
		{"unknown", "e06304 deadbeef", faces{`"attribute-0x63-0xE0": "0xdeadbeef"`}, faces{" attribute [ 0x63 0xE0 0xdeadbeef ]"}},
		{"unknown, empty", "c06300", faces{`"attribute-0x63-0xC0": "0x"`}, faces{" attribute [ 0x63 0xC0 0x ]"}},
		{"not what its code says", "800403 000001", faces{`"attribute-0x04-0x80": "0x000001"`}, faces{" attribute [ 0x04 0x80 0x000001 ]"}},
		{"other flags than its code has", "c00404 00000001", faces{`"attribute-0x04-0xC0": "0x00000001"`}, faces{" attribute [ 0x04 0xC0 0x00000001 ]"}},
	})
}

// attrFaceVector is an attribute and its faces.
type attrFaceVector struct {
	name, octets string
	json, text   faces
}

func testAttrFaces(t *testing.T, vectors []attrFaceVector) {
	t.Helper()
	for _, tt := range vectors {
		a := MakeAttrs(bgptest.Hex(tt.octets))
		for i, d := range [...]Dialect{Dialect6, Dialect4, Dialect5, Dialect42} {
			f := &Face{Dialect: d}
			column := max(0, i-1)
			if got, want := string(a.AppendJSON([]byte("x"), f)), "x"+tt.json.at(column); got != want {
				t.Errorf("%s, dialect %d: JSON\n%s, want\n%s", tt.name, d, got, want)
			}
			if got, want := string(a.AppendText([]byte("x"), f)), "x"+tt.text.at(column); got != want {
				t.Errorf("%s, dialect %d: text\n%s, want\n%s", tt.name, d, got, want)
			}
		}
	}
}

func TestUpdateFaces(t *testing.T) {
	const base = "40010100 40020602010000fdea 400304c0000201"
	for _, tt := range []struct {
		name, withdrawn, attrs, nlri string
		json, json5, text            string
	}{
		{
			"plain", "", base, "180a0001",
			`"origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65002]}}`, "", " origin igp as-path ( 65002 )",
		},
		{
			"next-hop when it also withdraws", "080b", base, "180a0001",
			`"origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65002]}}, "next-hop": "192.0.2.1"`,
			`"origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65002]}}`, " origin igp as-path ( 65002 )",
		},
		{
			"treat-as-withdraw", "", base + "80040100", "180a0001",
			`"origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65002]}}, "error": "treat-as-withdraw"`, "",
			" origin igp as-path ( 65002 ) error treat-as-withdraw",
		},
		{
			"treat-as-withdraw of an empty attribute", "", base + "c00800", "180a0001",
			`"origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65002]}}, "error": "treat-as-withdraw due to community"`, "",
			" origin igp as-path ( 65002 ) error treat-as-withdraw due to community",
		},
		{
			"discard", "", base + "c0070300fdea", "180a0001",
			`"origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65002]}}, "error": "discard"`, "",
			" origin igp as-path ( 65002 ) error discard",
		},
		{"nothing but an error", "", "c0", "180a0001", `"error": "treat-as-withdraw"`, "", " error treat-as-withdraw"},
		{
			"unknown", "", base + "c06304deadbeef 806404deadbeef d0650001ff", "180a0001",
			`"origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65002]}}, "attribute-0x63-0xE0": "0xdeadbeef", "attribute-0x65-0xF0": "0xff"`, "",
			" origin igp as-path ( 65002 ) attribute [ 0x63 0xE0 0xdeadbeef ] attribute [ 0x65 0xF0 0xff ]",
		},
		{"empty path", "", "40010100 400200 400304c0000201", "180a0001", `"origin": "igp"`, "", " origin igp"},
	} {
		withdrawn, attrs := bgptest.Hex(tt.withdrawn), bgptest.Hex(tt.attrs)
		body := append(appendU16(nil, len(withdrawn)), withdrawn...)
		body = append(append(appendU16(body, len(attrs)), attrs...), bgptest.Hex(tt.nlri)...)
		var u Update
		if err := ParseUpdate(&u, body, external()); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		json5 := tt.json5
		if json5 == "" {
			json5 = tt.json
		}
		for d, want := range map[Dialect]string{Dialect6: tt.json, Dialect4: tt.json, Dialect5: json5} {
			if got := string(u.AppendAttrsJSON(nil, &Face{Dialect: d})); got != want {
				t.Errorf("%s, dialect %d: JSON\n%s, want\n%s", tt.name, d, got, want)
			}
		}
		if got := string(u.AppendAttrsText(nil, &Face{})); got != tt.text {
			t.Errorf("%s: text\n%s, want\n%s", tt.name, got, tt.text)
		}
	}
}
