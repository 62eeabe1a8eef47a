package bgp

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/lex"
)

// TestFlowCorpus decodes the flow routes of the corpus.
func TestFlowCorpus(t *testing.T) {
	// RFC 8955 §4.2: the others accept an unordered rule.
	unordered := func(_ *corpusRecord, u *Update) bool { return errors.Is(u.Lost, errOrder) }
	testCorpusRoutes(t, []Family{flow4, flow4VPN, flow6, flow6VPN, flowL2VPN}, 60, unordered)
}

// specRow is a vector of the specification: a family or case, and a message.
var specRow = regexp.MustCompile("(?m)^\\| (ipv[46] flow(?:-vpn)?|[0-9]+) \\| (.*?) \\| `([0-9a-f]{20,})` \\|(.*)$")

// TestFlowSpecVectors reads the messages of wire.md 6.2 and 6.4. What a route says in
// words makes the same octets, and malformed ones are passed over.
func TestFlowSpecVectors(t *testing.T) {
	text, err := os.ReadFile(bgptest.Shared(t, "spec", "wire.md"))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, m := range specRow.FindAllSubmatch(text, -1) {
		title, rest := string(m[2]), string(m[4])
		if !strings.Contains(string(m[1])+title, "flow") || strings.HasPrefix(title, "evpn") {
			continue
		}
		count++
		n := external()
		n.Families = Families()
		var u Update
		if err := ParseUpdate(&u, bgptest.Hex(string(m[3]))[3:], n); err != nil {
			t.Errorf("%s %s: %v", m[1], title, err)
			continue
		}
		sections := slices.Concat(u.Reach, u.Unreach)
		if strings.Contains(rest, "skip") {
			if len(sections) > 0 || u.Lost == nil {
				t.Errorf("%s %s: %v, %v", m[1], title, sections, u.Lost)
			}
			continue
		}
		if len(sections) != 1 {
			t.Errorf("%s %s: %d sections", m[1], title, len(sections))
			continue
		}
		if title == "flow v4 dst-port 4 byte value" || title == "flow v6 label 4byte" {
			continue // not the shortest form
		}
		sameInWords(t, sections[0])
	}
	if count < 20 {
		t.Errorf("only %d vectors", count)
	}
}

// sameInWords makes the route that s begins with of its text.
func sameInWords(t *testing.T, s Section) {
	t.Helper()
	_, nlri, _ := s.Next()
	words := strings.TrimPrefix(string(AppendNLRIText(nil, s.Family, nlri, &Face{Dialect: Dialect6})), "flow")
	var b NLRIBuilder
	var c lex.Cursor
	f, kept, err := flowRoute(&b, s.Family, words, &c)
	if err != nil || f != s.Family || !bytes.Equal(kept[PathIDLen:], nlri) {
		t.Errorf("%x: %s: %v, %v, %x", nlri, words, f, err, kept)
	}
}

// specNLRI is a line of events.md 9.6: an NLRI and its object, or two blanks, a
// dialect and another object.
var specNLRI = regexp.MustCompile(`(?m)^(?:([0-9a-f]+)  |    ([45]) )(\{.*\}|no route)$`)

// TestFlowSpecFaces compares with the objects of events.md 9.6.
func TestFlowSpecFaces(t *testing.T) {
	text, err := os.ReadFile(bgptest.Shared(t, "spec", "events.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(text), "### 9.6 FlowSpec")
	part, _, _ = strings.Cut(part, "F70 ")
	count, family, nlri := 0, flow4, []byte(nil)
	objects := map[Dialect]string{}
	check := func() {
		if nlri != nil {
			specFace(t, family, nlri, objects)
			count++
		}
	}
	for _, m := range specNLRI.FindAllStringSubmatch(part, -1) {
		switch {
		case m[2] == "5":
			objects[Dialect5] = m[3]
		case m[2] == "4":
			objects[Dialect42] = m[3]
		default:
			check()
			nlri = unhex(t, m[1])
			if strings.Contains(m[3], "ipv6") { // the last ones, from the first that says so
				family = flow6
			}
			objects = map[Dialect]string{Dialect6: m[3], Dialect4: m[3], Dialect5: m[3], Dialect42: m[3]}
		}
	}
	check()
	if count < 45 {
		t.Errorf("only %d vectors", count)
	}
}

func specFace(t *testing.T, f Family, nlri []byte, objects map[Dialect]string) {
	t.Helper()
	s := Section{Family: f, NLRI: nlri}
	_, nlri, ok := s.Next()
	if !ok {
		// RFC 8955 §4.2: main orders what comes unordered, and all show two prefixes.
		twice := bytes.Equal(s.NLRI, nil) && strings.Contains(objects[Dialect5], `", "10.0.2.0/24" ]`)
		if objects[Dialect5] != "no route" && objects[Dialect6] != "no route" && !twice {
			t.Errorf("no route, want %s", objects[Dialect5])
		}
		return
	}
	for d, want := range objects {
		got := string(AppendNLRIJSON(nil, f, nlri, &Face{Dialect: d}))
		if !d.Main() && !strings.HasPrefix(want, "{ ") {
			want = "{ " + want[1:]
		}
		if got != want && want != `{ "tcp-flags": [  ], "string": "flow tcp-flags " }` {
			t.Errorf("%x, dialect %v:\n got %s\nwant %s", nlri, d, got, want)
		}
	}
}

// FuzzFlow: octets that are a rule can be shown, and read back where words say the
// same; words that are a rule make octets that say the same words.
func FuzzFlow(f *testing.F) {
	for _, b := range []string{
		"0501180a0001", "0803810601180a0001", "0a06b10000000000000050", "050408508151", "0409901202", "0b02402020010db800000001",
		"05012a21b680", "1a0120002001 0db8 02807800000000000000000000000000000001", "0b0000fde800000001030106 81", "f00501180a0001", "00", "ffff",
		"3600000064000000640e9208000f06beefcafe1eaf100600000000000111825a1284641382c81494012c159607d01681021781c8188103",
	} {
		f.Add(uint8(len(b)), unhex(f, b), "")
	}
	for _, words := range []string{
		"destination 10.0.0.0/8 protocol [ tcp udp ] port [ >=1024&<=2048 =http ] tcp-flags [ syn rst&fin&!=push ]",
		"source ::1/128/120 next-header 58 traffic-class 3 flow-label [ 2013 1048575 ] fragment !is-fragment", "rd 1:1 dscp 46",
		"packet-length [ true&false5 ] icmp-type echo-reply icmp-code 3 fragment not-a-fragment protocol udp",
		"ethernet-type [ arp 0x9000 ] source-mac 02:00:5e:00:53:01 snap [ >0xaaaa030000&<256 ] vlan-id 7 rd 1:1",
	} {
		f.Add(uint8(len(words)), []byte(nil), words)
	}
	families := []Family{flow4, flow6, flow4VPN, flow6VPN, flowL2VPN}
	f.Fuzz(func(t *testing.T, which uint8, octets []byte, words string) {
		family := families[int(which)%len(families)]
		s := Section{Family: family, NLRI: octets}
		for _, nlri, ok := s.Next(); ok; _, nlri, ok = s.Next() {
			fuzzFlowOctets(t, family, nlri)
		}
		var b NLRIBuilder
		var c lex.Cursor
		for _, from := range []Family{flowAny, family} {
			f, kept, err := flowRoute(&b, from, words, &c)
			if err != nil {
				continue
			}
			s := Section{Family: f, NLRI: kept[PathIDLen:]}
			if _, nlri, ok := s.Next(); !ok || !bytes.Equal(nlri, kept[PathIDLen:]) {
				t.Errorf("%s: %x cannot be read", words, kept)
				continue
			}
			fuzzFlowOctets(t, f, kept[PathIDLen:])
			if inWords(f, kept[PathIDLen:]) {
				sameInWords(t, Section{Family: f, NLRI: kept[PathIDLen:]})
			}
		}
	})
}

func fuzzFlowOctets(t *testing.T, f Family, nlri []byte) {
	t.Helper()
	for _, d := range dialects {
		if js := AppendNLRIJSON(nil, f, nlri, &Face{Dialect: d}); !json.Valid(js) {
			t.Errorf("%x, dialect %v: %s", nlri, d, js)
		}
	}
	text := string(AppendNLRIText(nil, f, nlri, &Face{Dialect: Dialect6}))
	var b NLRIBuilder
	var c lex.Cursor
	_, kept, err := flowRoute(&b, f, strings.TrimPrefix(text, "flow"), &c)
	if err != nil || !inWords(f, nlri) {
		return // numbers that are too large have no word either
	}
	if again := string(AppendNLRIText(nil, f, kept[PathIDLen:], &Face{Dialect: Dialect6})); again != text {
		t.Errorf("%x: %s\nreads as %x: %s", nlri, text, kept, again)
	}
}

// inWords reports whether the text of a rule can be read back: bits without a name,
// no bits at all, and operators that mean nothing have no words.
func inWords(f Family, nlri []byte) bool {
	k, _ := f.codec().(flowNLRI)
	v := k.view(nlri)
	for rules := v.rules; len(rules) > 0; {
		var c flowComponent
		c, rules = k.cut(rules, v.short)
		for !c.kind.single() && len(c.octets) > 0 {
			t := c.next()
			if t.op&8 != 0 || c.kind == flowBits && (t.op&4 != 0 || t.value == 0 || strings.Contains(string(c.appendBits(nil, t.value, nil, &Face{})), "unknown")) {
				return false
			}
		}
	}
	return true
}
