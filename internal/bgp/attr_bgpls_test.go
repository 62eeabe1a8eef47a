package bgp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/lex"
)

// tlv22 makes a TLV in hexadecimal.
func tlv22(code int, value string) string {
	return fmt.Sprintf("%04x%04x%x", code, len(bgptest.Hex(value)), bgptest.Hex(value))
}

// lsSpecRow is a row of the table of spec/events.md 5.10: code, value, JSON of main,
// what is different in others, text of main.
var lsSpecRow = regexp.MustCompile("(?m)^\\| ([0-9]+)∗? \\| `(.*?)` \\| (.*?) \\| (.*?) \\| ?(.*?) ?\\|$")

// lsSpecDeviates are rows that Herald does not follow, by code and value.
var lsSpecDeviates = map[string]string{
	"1108 0013000000000a000001fc000000000000000000000000000001": "RFC 9514 §4.2: the SID stands behind the neighbor",
	"1038 40000000":                   "RFC 9352 §2: the O flag",
	"1100 300000000a0a0a0a0a0a0003e9": "the JSON of 5.0 in every dialect",
}

// TestLSSpec compares with what ExaBGP makes of each TLV.
func TestLSSpec(t *testing.T) {
	text, err := os.ReadFile(bgptest.Shared(t, "spec", "events.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(text), "### 5.10")
	part, _, _ = strings.Cut(part, "Unknown codes")
	rows := lsSpecRow.FindAllStringSubmatch(part, -1)
	if len(rows) < 60 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, m := range rows {
		code, _ := strconv.Atoi(m[1])
		if lsSpecDeviates[m[1]+" "+m[2]] != "" {
			continue
		}
		value := bgptest.Hex(tlv22(code, strings.Replace(m[2], "(empty)", "", 1)))
		main := lsQuoted(m[3])
		if main == "" {
			if (bgplsAttr{}).check(value, nil) == nil {
				t.Errorf("%s %s is accepted", m[1], m[2])
			}
			continue
		}
		if err := (bgplsAttr{}).check(value, nil); err != nil {
			t.Errorf("%s %s: %v", m[1], m[2], err)
			continue
		}
		five, four := main, ""
		for other := range strings.SplitSeq(m[4], "; ") {
			marks, js, _ := strings.Cut(other, " ")
			if strings.HasPrefix(js, "E4 ") { // both
				marks, js = "E5 E4", js[3:]
			}
			js = lsOther(code, value, js, marks)
			if strings.Contains(marks, "E5") {
				five = js
			}
			if strings.Contains(marks, "E4") {
				four = js
			}
		}
		if four == "" {
			four = five
		}
		for _, v := range []struct {
			d    Dialect
			want string
		}{{Dialect6, main}, {Dialect4, main}, {Dialect5, five}, {Dialect42, four}} {
			got := string((bgplsAttr{}).appendJSON(nil, value, &Face{Dialect: v.d}))
			if v.want != "none" && !lsSame(t, got, `"bgp-ls": { `+v.want+` }`) {
				t.Errorf("%s %s, dialect %v:\n got %s\nwant %s", m[1], m[2], v.d, got, v.want)
			}
		}
		want := lsQuoted(m[5])
		if label, ok := strings.CutSuffix(want, "V"); ok {
			_, js, _ := strings.Cut(main, ": ")
			if r := &lsTable[lsIndexOf(code)]; r.repeats { // its text is of one
				js = js[1 : len(js)-1]
			}
			want = label + string(pythonValue([]byte(js), 0, false))
			if code == 1026 || code == 1098 {
				want = label + string(value[4:])
			}
		}
		if got := string((bgplsAttr{}).appendText(nil, value, &Face{Dialect: Dialect6})); got != " bgp-ls "+want {
			t.Errorf("%s %s:\n got %q\nwant %q", m[1], m[2], got, " bgp-ls "+want)
		}
	}
}

// lsQuoted takes the quotes of a cell off; "" when it has none.
func lsQuoted(cell string) string {
	if len(cell) > 1 && cell[0] == '`' {
		return strings.Trim(cell, "`")
	}
	return ""
}

// lsOther is what the cell about other versions says of one: "none" when nothing can
// be compared.
func lsOther(code int, value []byte, js, marks string) string {
	switch {
	case js == "–" && strings.Contains(marks, "E5"):
		return fmt.Sprintf(`"generic-lsid-%d": ["0x%X"]`, code, value[4:])
	case js == "–":
		return fmt.Sprintf(`"attribute-not-implemented": "%d"`, code)
	case !strings.HasPrefix(js, "`"), code == 1026, code == 1098: // dies; not JSON
		return "none"
	}
	return lsQuoted(js)
}

func lsSame(t *testing.T, got, want string) bool {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte("{"+got+"}"), &g); err != nil {
		return false
	}
	if err := json.Unmarshal([]byte("{"+want+"}"), &w); err != nil {
		t.Errorf("%s: %v", want, err)
	}
	return reflect.DeepEqual(g, w)
}

// TestLSFaces is attributes of several TLVs, and what differs between dialects.
func TestLSFaces(t *testing.T) {
	const (
		noFlags  = `{"F": 0, "B": 0, "V": 0, "L": 0, "S": 0, "P": 0, "RSV": 0}`
		noFlagsP = `{'F': 0, 'B': 0, 'V': 0, 'L': 0, 'S': 0, 'P': 0, 'RSV': 0}`
	)
	for _, v := range []struct {
		name, value string
		json        [3]string // of main, 5.0 and 4.2
		text        [3]string
	}{
		{
			"none", "",
			[3]string{"", "", ""},
			[3]string{"", "", ""},
		},
		{
			"lists come first in main", tlv22(1095, "0a") + tlv22(1029, "20010db8000000000000000000000001") + tlv22(7000, "01") + tlv22(1028, "c0000201") + tlv22(7000, "02"),
			[3]string{
				`"local-router-ids": ["2001:db8::1", "192.0.2.1"], "generic-lsid-7000": ["0x01", "0x02"], "igp-metric": 10`,
				`"igp-metric": 10, "local-te-router-ids": ["2001:db8::1", "192.0.2.1"], "generic-lsid-7000": ["0x01", "0x02"]`,
				`"igp-metric": 10, "local-te-router-ids": ["2001:db8::1", "192.0.2.1"], "attribute-not-implemented": "7000", "attribute-not-implemented": "7000"`,
			},
			[3]string{
				"IGP Metric: 10, Local Router IDs: 2001:db8::1, Attribute with code [ 7000 ] not implemented, Local Router IDs: 192.0.2.1, Attribute with code [ 7000 ] not implemented",
				"IGP Metric: 10, Local TE Router IDs: ['2001:db8::1', '192.0.2.1'], Attribute with code [ 7000 ] not implemented",
				"IGP Metric: 10, Local TE Router IDs: 2001:db8::1, 192.0.2.1, Attribute with code [ 7000 ] not implemented, Attribute with code [ 7000 ] not implemented",
			},
		},
		{
			"octets and names", tlv22(1025, "00277f") + tlv22(1097, "6127") + tlv22(1098, "6c22") + tlv22(1157, "5c0a"),
			[3]string{
				`"opaque": "00277f", "opaque-link": "6127", "link-name": "l\"", "opaque-prefix": "5c0a"`,
				`"opaque": "\u0000'\u007f", "opaque-link": "a'", "link-name": "l\"", "opaque-prefix": "\\\n"`,
				`"opaque": "\u0000'\u007f", "opaque-link": "a'", "link-name": "l\"", "opaque-prefix": "\\\n"`,
			},
			[3]string{
				`Node Opaque attribute: 00277f, Opaque Link attribute: 6127, Link Name: l", Opaque Prefix Attribute: 5c0a`,
				`Opaque Node Attribute: b"\x00'\x7f", Opaque Link Attribute: b"a'", Link Name: b'l"', Opaque Prefix Attribute: b'\\\n'`,
				`Node Opaque attribute: b"\x00'\x7f", Link Opaque attribute: b"a'", linkname: b'l"', Prefix Opaque attribute: b'\\\n'`,
			},
		},
		{
			"numbers", tlv22(1088, "00000101") + tlv22(1096, "00000007") + tlv22(1156, "c0000209") + tlv22(1170, "20"),
			[3]string{
				`"admin-group-mask": 257, "shared-risk-link-groups": [7], "ospf-forwarding-address": "192.0.2.9", "sr-prefix-attribute-flags": {"X": 0, "R": 0, "N": 1, "RSV": 0}`,
				`"admin-group-mask": 257, "shared-risk-link-groups": [7], "ospf-forwarding-address": "192.0.2.9", "sr-prefix-attribute-flags": {"X": 0, "R": 0, "N": 1, "RSV": 0}`,
				`"admin-group-mask": [257], "shared-risk-link-groups": [7], "ospf-forwarding-address": "192.0.2.9", "sr-prefix-attribute-flags": {"X": 0, "R": 0, "N": 1, "RSV": 0}`,
			},
			[3]string{
				"Admin Group mask: 257, link SRLG values: [7], Ospf forwarding address: 192.0.2.9, Prefix Attr Flags: {'X': 0, 'R': 0, 'N': 1, 'RSV': 0}",
				"Admin Group mask: 257, link SRLG values: [7], Ospf forwarding address: 192.0.2.9, Prefix Attr Flags: {'X': 0, 'R': 0, 'N': 1, 'RSV': 0}",
				"Admin Group mask: [257], SRLG values on link are: [7], Ospf forwarding address: '192.0.2.9', prefix_attr_flags: {'X': 0, 'R': 0, 'N': 1, 'RSV': 0}",
			},
		},
		{
			"adjacencies", tlv22(1099, "00050000000007d0") + tlv22(1099, "20000000010203"),
			[3]string{
				`"sr-adjs": [{"flags": ` + noFlags + `, "sids": [2000], "weight": 5, "undecoded-sids": []}, {"flags": {"F": 0, "B": 0, "V": 1, "L": 0, "S": 0, "P": 0, "RSV": 0}, "sids": [], "weight": 0, "undecoded-sids": ["0x010203"]}]`,
				`"sr-adj": {"flags": ` + noFlags + `, "sids": [2000], "weight": 5, "undecoded-sids": []}, "sr-adj": {"flags": {"F": 0, "B": 0, "V": 1, "L": 0, "S": 0, "P": 0, "RSV": 0}, "sids": [], "weight": 0, "undecoded-sids": ["0x010203"]}`,
				`"sr-adj-flags": ` + noFlags + `, "sids": [[2000]], "undecoded-sids": [], "sr-adj-weight": 5, "sr-adj-flags": {"F": 0, "B": 0, "V": 1, "L": 0, "S": 0, "P": 0, "RSV": 0}, "sids": [], "undecoded-sids": ["0x010203"], "sr-adj-weight": 0`,
			},
			[3]string{
				"adj_flags: " + noFlagsP + ", sids: [2000], undecoded_sid (), adj_flags: {'F': 0, 'B': 0, 'V': 1, 'L': 0, 'S': 0, 'P': 0, 'RSV': 0}, sids: [], undecoded_sid ('0x010203',)",
				"adj_flags: " + noFlagsP + ", sids: [2000], undecoded_sid [], adj_flags: {'F': 0, 'B': 0, 'V': 1, 'L': 0, 'S': 0, 'P': 0, 'RSV': 0}, sids: [], undecoded_sid ['0x010203']",
				"adj_flags: " + noFlagsP + ", sids: [2000], undecoded_sid [], adj_flags: {'F': 0, 'B': 0, 'V': 1, 'L': 0, 'S': 0, 'P': 0, 'RSV': 0}, sids: [], undecoded_sid ['0x010203']",
			},
		},
		{
			"adjacencies on a LAN", tlv22(1100, "00050000 0000c0000209 000007d0 000007d1") + tlv22(1100, "00000000 0000c000020a"),
			[3]string{
				`"sr-adj-lan-sids": [{"flags": ` + noFlags + `, "weight": 5, "system-id": "0000c0000209", "sids": [2000, 2001], "undecoded": []}, {"flags": ` + noFlags + `, "weight": 0, "system-id": "0000c000020a", "sids": [], "undecoded": []}]`,
				`"sr-adj-lan-sids": [{"flags": ` + noFlags + `, "weight": 5, "system-id": "0000c0000209", "sids": [2000, 2001], "undecoded": []}, {"flags": ` + noFlags + `, "weight": 0, "system-id": "0000c000020a", "sids": [], "undecoded": []}]`,
				`"sr-adj-lan-flags": ` + noFlags + `, "sids": [2000, 2001], "undecoded-sids": [], "sr-adj-lan-weight": 5, "sr-adj-lan-flags": ` + noFlags + `, "sids": [], "undecoded-sids": [], "sr-adj-lan-weight": 0`,
			},
			[3]string{
				"sr-adj-lan-sids: [{'flags': " + noFlagsP + ", 'weight': 5, 'system-id': '0000c0000209', 'sid': 2001, 'undecoded': []}], sr-adj-lan-sids: [{'flags': " + noFlagsP + ", 'weight': 0, 'system-id': '0000c000020a', 'sid': 0, 'undecoded': []}]",
				"sr-adj-lan-sids: [{'flags': " + noFlagsP + ", 'weight': 5, 'system-id': '0000c0000209', 'sids': [2000, 2001], 'undecoded': []}, {'flags': " + noFlagsP + ", 'weight': 0, 'system-id': '0000c000020a', 'sids': [], 'undecoded': []}]",
				"sr_adj_lan_flags: " + noFlagsP + ", sids: [2000, 2001], undecoded_sid: [], sr_adj_lan_flags: " + noFlagsP + ", sids: [], undecoded_sid: []",
			},
		},
		{
			"ranges", tlv22(1034, "8000 0003e8 0489 0003 003e80 000064 0489 0004 00000005"),
			[3]string{
				`"sr-capability-flags": {"I": 1, "V": 0, "RSV": 0}, "sids": [[1000, 16000], [100, 5]]`,
				`"sr-capability-flags": {"I": 1, "V": 0, "RSV": 0}, "sids": [[1000, 16000], [100, 5]]`,
				`"sr-capability-flags": {"I": 1, "V": 0, "RSV": 0}, "sids": [[1000, 16000], [100, 5]]`,
			},
			[3]string{
				"SR Capability Flags: {'I': 1, 'V': 0, 'RSV': 0}, sids: [[1000, 16000], [100, 5]]",
				"SR Capability Flags: {'I': 1, 'V': 0, 'RSV': 0}, sids: [[1000, 16000], [100, 5]]",
				"sr_capability_flags: {'I': 1, 'V': 0, 'RSV': 0}, sids: [(1000, 16000), (100, 5)]",
			},
		},
		{ // RFC 9514 §3.1, §4.2
			"SRv6", tlv22(1038, "40000000") + tlv22(1108, "0039 80 00 05 00 c0000209 20010db8000000000000000000000005 04e4 0004 20101000 1b58 0001 ff"),
			[3]string{
				`"srv6-lan-endx-ospf": [{"flags": {"B": 1, "S": 0, "P": 0, "RSV": 0}, "neighbor-id": "192.0.2.9", "behavior": 57, "algorithm": 0, "weight": 5, "sid": "2001:db8::5", "srv6-sid-structure": {"loc_block_len": 32, "loc_node_len": 16, "func_len": 16, "arg_len": 0}, "unknown-subtlv-7000": "0xFF"}], "srv6-capabilities": {"flags": {"O": 1}}`,
				`"srv6-capabilities": {"flags": {"O": 1}}, "srv6-lan-endx-ospf": [{"flags": {"B": 1, "S": 0, "P": 0, "RSV": 0}, "neighbor-id": "192.0.2.9", "behavior": 57, "algorithm": 0, "weight": 5, "sid": "2001:db8::5", "srv6-sid-structure": {"loc_block_len": 32, "loc_node_len": 16, "func_len": 16, "arg_len": 0}, "7000-undecoded": "0xFF"}]`,
				`"attribute-not-implemented": "1038", "attribute-not-implemented": "1108"`,
			},
			[3]string{
				"flags: {'O': 1}, behavior: 57, neighbor-id: 192.0.2.9, flags: {'B': 1, 'S': 0, 'P': 0, 'RSV': 0}, algorithm: 0, weight: 5, sid: 2001:db8::5",
				"flags: {'O': 1}, behavior: 57, neighbor-id: 192.0.2.9, flags: {'B': 1, 'S': 0, 'P': 0, 'RSV': 0}, algorithm: 0, weight: 5, sid: 2001:db8::5",
				"Attribute with code [ 1038 ] not implemented, Attribute with code [ 1108 ] not implemented",
			},
		},
		{
			"floats", tlv22(1089, "7f800000") + tlv22(1090, "00000001") + tlv22(1117, "80ffffff"),
			[3]string{
				`"maximum-link-bandwidth": null, "maximum-reservable-link-bandwidth": 1.401298464324817e-45, "unidirectional-link-loss": {"loss-percent": 50.331645, "anomalous": true}`,
				`"generic-lsid-1117": ["0x80FFFFFF"], "maximum-link-bandwidth": null, "maximum-reservable-link-bandwidth": 1.401298464324817e-45`,
				`"maximum-link-bandwidth": null, "maximum-reservable-link-bandwidth": 1.401298464324817e-45, "attribute-not-implemented": "1117"`,
			},
			[3]string{
				"Maximum link bandwidth: null, Maximum reservable link bandwidth: 1.401298464324817e-45, Unidirectional Link Loss: {'loss-percent': 50.331645, 'anomalous': True}",
				"Maximum link bandwidth: null, Maximum reservable link bandwidth: 1.401298464324817e-45, Attribute with code [ 1117 ] not implemented",
				"Maximum link bandwidth: null, Maximum reservable link bandwidth: 1.401298464324817e-45, Attribute with code [ 1117 ] not implemented",
			},
		},
		{
			"long areas", tlv22(1027, "49000000000000000000000000000000000000ff") + tlv22(1027, "49000000000000000000000000000000000000ff00"),
			[3]string{
				`"area-ids": ["416756326270140285269019503079252579823762014463", "0x49000000000000000000000000000000000000ff00"]`,
				`"area-id": "416756326270140285269019503079252579823762014463", "area-id": "0x49000000000000000000000000000000000000ff00"`,
				`"area-id": "49000000000000000000000000000000000000ff", "area-id": "49000000000000000000000000000000000000ff00"`,
			},
			[3]string{
				"ISIS area ids: 416756326270140285269019503079252579823762014463, ISIS area ids: 0x49000000000000000000000000000000000000ff00",
				"ISIS area id: 416756326270140285269019503079252579823762014463, ISIS area id: 0x49000000000000000000000000000000000000ff00",
				"ISIS area id: 49000000000000000000000000000000000000ff, ISIS area id: 49000000000000000000000000000000000000ff00",
			},
		},
	} {
		value := bgptest.Hex(v.value)
		if err := (bgplsAttr{}).check(value, nil); err != nil {
			t.Errorf("%s: %v", v.name, err)
			continue
		}
		for i, d := range []Dialect{Dialect6, Dialect5, Dialect42} {
			f := &Face{Dialect: d}
			if got, want := string((bgplsAttr{}).appendJSON(nil, value, f)), `"bgp-ls": { `+v.json[i]+" }"; !lsSame(t, got, want) {
				t.Errorf("%s, %v:\n got %s\nwant %s", v.name, d, got, want)
			}
			if got, want := string((bgplsAttr{}).appendText(nil, value, f)), " bgp-ls "+v.text[i]; got != want {
				t.Errorf("%s, %v:\n got %s\nwant %s", v.name, d, got, want)
			}
		}
	}
}

// TestLSCheck: RFC 9552 §8.2.2: what is malformed costs the attribute.
func TestLSCheck(t *testing.T) {
	for _, v := range []struct {
		value string
		want  error
	}{
		{"0404", errShort},
		{"0404 0005 c0", errShort},
		{tlv22(9999, "") + tlv22(9999, ""), nil},
		{tlv22(1092, "0000000a") + tlv22(1092, "0000000a"), errValue},
		{tlv22(1027, "4900") + tlv22(1027, "4901"), nil},
		{tlv22(1024, ""), errLength},
		{tlv22(1024, "0000"), errLength},
		{tlv22(1026, strings.Repeat("61", 256)), errLength},
		{tlv22(1027, ""), errLength},
		{tlv22(1029, "0a00"), errLength},
		{tlv22(1034, "00"), errLength},
		{tlv22(1034, "0000 0003e8"), errLength},
		{tlv22(1034, "0000 0003e8 0489 0002 0001"), errLength},
		{tlv22(1034, "0000 0003e8 048a 0003 000001"), errLength},
		{tlv22(1034, "0000"), nil},
		{tlv22(1095, "00000001"), errLength},
		{tlv22(1096, "000001"), errLength},
		{tlv22(1096, ""), nil},
		{tlv22(1099, "000000"), errLength},
		{tlv22(1106, strings.Repeat("00", 21)), errLength},
		{tlv22(1106, strings.Repeat("00", 23)), errLength},
		{tlv22(1106, strings.Repeat("00", 22)+"04e40003201010"), errLength},
		{tlv22(1107, strings.Repeat("00", 27)), errLength},
		{tlv22(1108, strings.Repeat("00", 25)), errLength},
		{tlv22(1154, strings.Repeat("00", 12)), errLength},
		{tlv22(1252, "0000000000"), errLength},
	} {
		if err := (bgplsAttr{}).check(bgptest.Hex(v.value), nil); err != v.want { //nolint:errorlint // codecs return them bare
			t.Errorf("%s: %v, want %v", v.value, err, v.want)
		}
	}
}

func TestLSWords(t *testing.T) {
	for _, v := range []struct{ words, value, err string }{
		{"[ ]", "", ""},
		{"[ node-name r1 igp-metric 10 tlv 1099 0x00000000000007d0 ]", tlv22(1026, "7231") + tlv22(1095, "00000a") + tlv22(1099, "00000000000007d0"), ""},
		{"[ local-router-ids 192.0.2.1 local-router-ids 2001:db8::1 remote-router-ids 2001:db8::2 ]", tlv22(1028, "c0000201") + tlv22(1029, "20010db8000000000000000000000001") + tlv22(1031, "20010db8000000000000000000000002"), ""},
		{"[ node-flags 0x80 link-protection-flags 256 opaque 0x0102 area-ids 0x490001 ]", tlv22(1024, "80") + tlv22(1093, "0100") + tlv22(1025, "0102") + tlv22(1027, "490001"), ""},
		{"[ maximum-link-bandwidth 1.25e9 sr-algorithms [ 0 128 ] shared-risk-link-groups 7 ]", tlv22(1089, "4e9502f9") + tlv22(1035, "0080") + tlv22(1096, "00000007"), ""},
		{"[ unreserved-bandwidth [ 0 0 0 0 0 0 0 1 ] ]", tlv22(1091, strings.Repeat("00", 28)+"3f800000"), ""},
		{"[ igp-extended-route-tags [ 1 18446744073709551615 ] ospf-forwarding-address 192.0.2.9 ]", tlv22(1154, "0000000000000001ffffffffffffffff") + tlv22(1156, "c0000209"), ""},
		{"[ tlv 9999 0x tlv 1095 0x0a ]", tlv22(9999, "") + tlv22(1095, "0a"), ""},

		{"node-name r1", "", "unexpected 'node-name', expected '['"},
		{"[ node-name r1", "", "unexpected end of command, expected the name of a TLV in JSON, tlv or ']'"},
		{"[ node-nam r1 ]", "", "unexpected 'node-nam', expected the name of a TLV in JSON, tlv or ']'"},
		{"[ sr-adjs 5 ]", "", "unexpected 'sr-adjs', expected the name of a TLV in JSON, tlv or ']'"},
		{"[ node-flags 256 ]", "", "unexpected '256', expected a number of 1 octets, decimal or 0x…"},
		{"[ igp-metric 16777216 ]", "", "unexpected '16777216', expected a number of 3 octets, decimal or 0x…"},
		{"[ maximum-link-bandwidth inf ]", "", "unexpected 'inf', expected a number, as 125000000 or 1.25e9"},
		{"[ maximum-link-bandwidth [ 1 2 ] ]", "", "such a value of 8 octets is not one of TLV 1089"},
		{"[ tlv 1092 0x00 ]", "", "such a value of 1 octets is not one of TLV 1092"},
		{"[ tlv 65536 0x00 ]", "", "unexpected '65536', expected a number from 0 to 65535"},
		{"[ tlv 1092 00 ]", "", "unexpected '00', expected octets: 0x and two hexadecimal digits each"},
	} {
		var c lex.Cursor
		c.Reset(v.words)
		got := (bgplsAttr{}).parse(&c, nil)
		switch err := c.Err(); {
		case v.err != "":
			if err == nil || err.Error() != v.err {
				t.Errorf("%s: %v, want %s", v.words, err, v.err)
			}
		case err != nil || !bytes.Equal(got, bgptest.Hex(v.value)):
			t.Errorf("%s: %x, %v, want %s", v.words, got, err, v.value)
		}
	}
}

// TestLSWritten: TLVs are written by name, and as octets where their names would make
// others.
func TestLSWritten(t *testing.T) {
	for _, v := range []struct{ value, words string }{
		{"", "[ ]"},
		{tlv22(1026, "7231") + tlv22(1095, "00000a") + tlv22(1099, "00000000000007d0"), "[ node-name r1 igp-metric 10 tlv 1099 0x00000000000007D0 ]"},
		{tlv22(1029, "20010db8000000000000000000000001") + tlv22(1028, "c0000201"), "[ local-router-ids 2001:db8::1 local-router-ids 192.0.2.1 ]"},
		{tlv22(1089, "4e9502f9") + tlv22(1035, "0080") + tlv22(1096, "00000007"), "[ maximum-link-bandwidth 1.25e+09 sr-algorithms [ 0 128 ] shared-risk-link-groups 7 ]"},
		{tlv22(1025, "0102") + tlv22(1154, "ffffffffffffffff"), "[ opaque 0x0102 igp-extended-route-tags 18446744073709551615 ]"},
		{tlv22(1095, "0a") + tlv22(1096, ""), "[ tlv 1095 0x0A shared-risk-link-groups [ ] ]"},
		{tlv22(1026, "7220") + tlv22(1098, ""), "[ tlv 1026 0x7220 tlv 1098 0x ]"},
		{tlv22(1089, "7fc00000") + tlv22(1090, "7f800000"), "[ tlv 1089 0x7FC00000 tlv 1090 0x7F800000 ]"},
		{tlv22(1170, "4001"), "[ tlv 1170 0x4001 ]"},
	} {
		value := bgptest.Hex(v.value)
		got := string(bgplsAttr{}.appendWords(nil, value))
		if got != " bgp-ls "+v.words {
			t.Errorf("%s is written %s, want %s", v.value, got, v.words)
		}
		if a := attrsOf(t, got); v.value != "" && !strings.HasSuffix(a.Octets(), string(value)) {
			t.Errorf("%s makes %x", got, a.Octets())
		}
	}
}

func TestLSTable(t *testing.T) {
	if len(lsTable) > 64 {
		t.Error("a row has no bit")
	}
	for i := range lsTable {
		r := &lsTable[i]
		if i > 0 && lsTable[i-1].code >= r.code || lsIndexOf(r.code) != i {
			t.Errorf("%d is out of order", r.code)
		}
		if r.key == "" || r.rfc == "" || r.value == nil && r.members == nil || r.text == "" && r.line == nil {
			t.Errorf("%d lacks something", r.code)
		}
		if r.value == nil && r.flat != all || r.flat != 0 && r.members == nil || r.list5 && !r.repeats {
			t.Errorf("%d contradicts itself", r.code)
		}
		if r.group > 0 && r.group != r.code && lsTable[i-1].group != r.group {
			t.Errorf("%d: its group is not the code before it", r.code)
		}
	}
	if lsIndexOf(0) >= 0 || lsIndexOf(1101) >= 0 || lsIndexOf(65535) >= 0 {
		t.Error("a code without a row has one")
	}
}

// TestLSMany: the time that an attribute takes does not grow faster than it does.
func TestLSMany(t *testing.T) {
	var v []byte
	for i := range 1 << 14 {
		v = append(appendU16(v, 20000+i), 0, 0)
	}
	dst := (bgplsAttr{}).appendJSON(nil, v, &Face{})
	if n := bytes.Count(dst, []byte("generic-lsid-")); n != 1<<14 || !json.Valid(append(append([]byte("{"), dst...), '}')) {
		t.Errorf("%d members", n)
	}
}

func TestLSAllocs(t *testing.T) {
	v := bgptest.Hex(tlv22(1026, "7231") + tlv22(1028, "c0000201") + tlv22(1089, "4e9502f9") + tlv22(1034, "8000 0003e8 0489 0003 003e80") + tlv22(1099, "00000000000007d0") + tlv22(1162, "8000000000000000") + tlv22(7000, "01"))
	dst := make([]byte, 0, 4096)
	for _, d := range dialects {
		f := &Face{Dialect: d}
		if n := testing.AllocsPerRun(100, func() {
			dst = (bgplsAttr{}).appendJSON(dst[:0], v, f)
			dst = (bgplsAttr{}).appendText(dst[:0], v, f)
		}); n != 0 {
			t.Errorf("%v: %v allocations", d, n)
		}
	}
}

func BenchmarkLSJSON(b *testing.B) {
	v := bgptest.Hex(tlv22(1026, "7231") + tlv22(1028, "c0000201") + tlv22(1089, "4e9502f9") + tlv22(1092, "0000000a") + tlv22(1095, "00000a") + tlv22(1099, "00000000000007d0"))
	var dst []byte
	f := &Face{}
	b.ReportAllocs()
	for b.Loop() {
		dst = (bgplsAttr{}).appendJSON(dst[:0], v, f)
	}
}

// FuzzLS reads octets as an attribute, and words as those of one: what is accepted can
// be shown, and what words make is accepted.
func FuzzLS(f *testing.F) {
	for i := range lsTable {
		r := &lsTable[i]
		value := make([]byte, max(int(r.min), int(r.max)))
		f.Add(bgptest.Hex(tlv22(r.code, fmt.Sprintf("%x", value))), "[ "+r.key+" 5 ]")
	}
	f.Add(bgptest.Hex(tlv22(1034, "8000 0003e8 0489 0003 003e80")+tlv22(7000, "01")+tlv22(7000, "02")), "[ node-name r1 local-router-ids ::1 tlv 1099 0x00000000 ]")
	f.Fuzz(func(t *testing.T, v []byte, words string) {
		checkLS(t, v)
		var c lex.Cursor
		c.Reset(words)
		made := (bgplsAttr{}).parse(&c, nil)
		if c.Err() != nil {
			return
		}
		if err := (bgplsAttr{}).check(made, nil); err != nil && err != errValue { //nolint:errorlint // codecs return them bare
			t.Errorf("%s makes %x: %v", words, made, err)
		}
		checkLS(t, made)
	})
}

func checkLS(t *testing.T, v []byte) {
	t.Helper()
	if len(v) > maxTLV || (bgplsAttr{}).check(v, nil) != nil {
		return
	}
	for _, d := range dialects {
		f := &Face{Dialect: d}
		if js := append(append([]byte("{"), (bgplsAttr{}).appendJSON(nil, v, f)...), '}'); !json.Valid(js) {
			t.Errorf("%x, %v: not JSON: %s", v, d, js)
		}
		if text := (bgplsAttr{}).appendText(nil, v, f); bytes.IndexByte(text, '\n') >= 0 {
			t.Errorf("%x, %v: text %q", v, d, text)
		}
	}
}
