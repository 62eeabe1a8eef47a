package examples_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

// index is the page that lists the others.
const index = "README"

// TestPages keeps docs/families as testdata has it.
func TestPages(t *testing.T) {
	pages := readTable(t)
	for _, p := range pages {
		want := p.render()
		if p.name == index {
			want += list(pages)
		}
		name := "../../docs/families/" + p.name + ".md"
		if *update {
			if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(name)
		if err != nil || string(got) != want {
			t.Errorf("%s is not what the examples say (%v): make docs", name, err)
		}
	}
	files, err := os.ReadDir("../../docs/families")
	if err != nil || len(files) != len(pages) {
		t.Errorf("there are %d pages of %d (%v)", len(files), len(pages), err)
	}
}

func (p *page) render() string {
	var b strings.Builder
	for _, part := range p.parts {
		if e := part.example; e != nil {
			e.render(&b)
		} else {
			b.WriteString(part.text)
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func (e *example) render(b *strings.Builder) {
	fmt.Fprintf(b, "## %s\n\n%s.\n\n", e.title, e.rfc)
	if e.configuration != "" {
		block(b, "", neighbor("…", e.configuration))
	}
	block(b, "", e.command)
	block(b, "json", e.json)
	block(b, "", e.octets)
}

func block(b *strings.Builder, language, text string) {
	fmt.Fprintf(b, "```%s\n%s```\n\n", language, text)
}

// list lists the pages by their titles.
func list(pages []*page) string {
	text := "\n"
	for _, p := range pages {
		if p.name != index {
			text += fmt.Sprintf("- [%s](%s.md)\n", strings.Trim(p.parts[0].text, "# \n"), p.name)
		}
	}
	return text
}

// seen is what the messages of the examples hold.
type seen struct {
	families    []bgp.Family
	attributes  [256]bool
	communities map[[2]byte]bool // by type, without its two high bits, and subtype
	ls          map[uint16]bool  // TLVs of the BGP-LS attribute
	descriptors map[uint16]bool  // TLVs of BGP-LS routes and of the nodes in them
}

func see(t *testing.T) *seen {
	t.Helper()
	s := &seen{communities: map[[2]byte]bool{}, ls: map[uint16]bool{}, descriptors: map[uint16]bool{}}
	for _, e := range examples(readTable(t)) {
		n := load(t, e.configuration)
		var u bgp.Update
		if err := bgp.ParseUpdate(&u, e.message()[bgp.HeaderLen:], n.Session.Mirrored()); err != nil {
			t.Fatalf("%s: %v", e.title, err)
		}
		for _, section := range slices.Concat(u.Reach, u.Unreach) {
			s.families = append(s.families, section.Family)
			if section.Family.SAFI == bgp.SAFIBGPLS && section.NLRI[1] != 9 { // an unknown type
				const head = 4 + 1 + 8
				addTLVs(s.descriptors, section.NLRI[head:])
			}
		}
		body := e.message()[bgp.HeaderLen:]
		body = body[2+int(body[0])<<8+int(body[1]):]
		for a := range bgp.AttrBlock(body[2 : 2+int(body[0])<<8+int(body[1])]).All() {
			s.attributes[a.Code] = true
			switch a.Code {
			case bgp.AttrExtCommunity:
				for c := range slices.Chunk(a.Value, 8) {
					s.communities[[2]byte{c[0] & 0x0f, c[1]}] = true
				}
			case bgp.AttrBGPLS:
				addTLVs(s.ls, a.Value)
			default:
			}
		}
	}
	return s
}

// addTLVs notes the types of TLVs, and of those in the descriptors of nodes.
func addTLVs(to map[uint16]bool, v []byte) {
	for len(v) > 0 {
		code, end := binary.BigEndian.Uint16(v), 4+int(binary.BigEndian.Uint16(v[2:]))
		if to[code] = true; code == localNode || code == localNode+1 {
			addTLVs(to, v[4:end])
		}
		v = v[end:]
	}
}

// localNode is the TLV of a node's descriptors; that of the other end follows.
const localNode = 256

// TestComplete: there is an example of every family, of every attribute that has a
// name, of every extended community that has one, and of every TLV of BGP-LS that is
// known.
func TestComplete(t *testing.T) {
	s := see(t)
	for _, f := range bgp.Families() {
		if !slices.Contains(s.families, f) {
			t.Errorf("there is no example of %s", f)
		}
	}
	for code, is := range s.attributes {
		if name := bgp.AttrCode(code).String(); !is && !strings.HasPrefix(name, "attribute ") {
			t.Errorf("there is no example of %s", name)
		}
	}
	for kind := range namedCommunities(t) {
		if !s.communities[kind] {
			t.Errorf("there is no example of extended communities of type %X", kind)
		}
	}
	for code := range uint16(math.MaxUint16) {
		if knownLS(t, code) && !s.ls[code] {
			t.Errorf("there is no example of TLV %d of the BGP-LS attribute", code)
		}
		if knownDescriptor(t, code) && !s.descriptors[code] {
			t.Errorf("there is no example of the BGP-LS descriptor %d", code)
		}
	}
}

// knownLS reports whether a TLV is known: then it has another name than its number, or
// may not be empty.
func knownLS(t *testing.T, code uint16) bool {
	t.Helper()
	attr := []byte{0x80, byte(bgp.AttrBGPLS), 4, byte(code >> 8), byte(code), 0, 0}
	var u bgp.Update
	if err := bgp.ParseUpdate(&u, slices.Concat([]byte{0, 0, 0, byte(len(attr))}, attr), &bgp.Negotiated{ASN4: true}); err != nil {
		t.Fatal(err)
	}
	if len(u.Attrs) == 0 {
		return true
	}
	js := bgp.MakeAttrs(bgp.AttrBlock(attr)).AppendJSON(nil, &bgp.Face{Dialect: bgp.Dialect6})
	return !bytes.Contains(js, []byte("generic-lsid-"))
}

// namedCommunities returns those that some dialect shows by name, and those that can
// be written by name alone.
func namedCommunities(t *testing.T) map[[2]byte]bool {
	t.Helper()
	named := map[[2]byte]bool{
		{0x00, 0x04}: true, // link bandwidth
		{0x03, 0x0d}: true, // default gateway
		{0x06, 0x01}: true, // ESI label
		{0x06, 0x02}: true, // ES-Import
		{0x06, 0x03}: true, // router's MAC address
	}
	for kind := range 0x1000 {
		high, low := byte(kind>>8), byte(kind)
		attrs := bgp.MakeAttrs(bgp.AttrBlock{0xc0, byte(bgp.AttrExtCommunity), 8, high, low, 0, 0, 0, 0, 0, 0})
		for _, d := range []bgp.Dialect{bgp.Dialect4, bgp.Dialect5} {
			var parsed struct {
				Communities []struct{ String string } `json:"extended-community"`
			}
			text := "{" + string(attrs.AppendJSON(nil, &bgp.Face{Dialect: d})) + "}"
			if err := json.Unmarshal([]byte(text), &parsed); err != nil {
				t.Fatalf("%v in %s", err, text)
			}
			if !strings.HasPrefix(parsed.Communities[0].String, "0x") {
				named[[2]byte{high, low}] = true
			}
		}
	}
	return named
}

// knownDescriptor reports whether a TLV of a BGP-LS link or of its node is known.
func knownDescriptor(t *testing.T, code uint16) bool {
	t.Helper()
	tlv := []byte{byte(code >> 8), byte(code), 0, 0}
	return !genericDescriptor(t, slices.Concat([]byte{1, 0, 0, 0}, tlv)) || !genericDescriptor(t, slices.Concat([]byte{1, 0, 0, 4}, tlv))
}

// genericDescriptor reports whether a link with these descriptors has one that is shown
// by its number.
func genericDescriptor(t *testing.T, descriptors []byte) bool {
	t.Helper()
	nlri := slices.Concat([]byte{0, 2, 0, byte(9 + len(descriptors)), 2, 0, 0, 0, 0, 0, 0, 0, 0}, descriptors)
	f := bgp.Family{AFI: bgp.AFIBGPLS, SAFI: bgp.SAFIBGPLS}
	s := bgp.Section{Family: f, NLRI: nlri}
	if _, _, ok := s.Next(); !ok {
		return false
	}
	return bytes.Contains(bgp.AppendNLRIJSON(nil, f, nlri, &bgp.Face{}), []byte(`"generic-tlv-`))
}
