package capture_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/capture"
)

// totals counts routes by family: "1/128".
type totals struct {
	Announced map[string]int `json:"announced"`
	Withdrawn map[string]int `json:"withdrawn"`
}

func newTotals() totals { return totals{map[string]int{}, map[string]int{}} }

func (c *totals) add(u *bgp.Update) {
	for counts, sections := range map[*map[string]int][]bgp.Section{&c.Announced: u.Reach, &c.Withdrawn: u.Unreach} {
		for _, s := range sections {
			for _, _, ok := s.Next(); ok; _, _, ok = s.Next() {
				(*counts)[familyKey(s.Family)]++
			}
		}
	}
}

// addWire counts what the octets say, whatever RFC 7606 makes of the message.
func (c *totals) addWire(body []byte, n *bgp.Negotiated) {
	size := func(b []byte) int { return int(b[0])<<8 | int(b[1]) }
	count := func(to map[string]int, f bgp.Family, b []byte) {
		s := bgp.Section{Family: f, NLRI: b, PathID: n.ReceivesPathID(f)}
		for _, _, ok := s.Next(); ok; _, _, ok = s.Next() {
			to[familyKey(f)]++
		}
	}
	withdrawn := body[2 : 2+size(body)]
	body = body[2+len(withdrawn):]
	attrs := bgp.AttrBlock(body[2 : 2+size(body)])
	count(c.Withdrawn, bgp.IPv4Unicast, withdrawn)
	count(c.Announced, bgp.IPv4Unicast, body[2+len(attrs):])
	for a := range attrs.All() {
		switch v := a.Value; a.Code {
		case bgp.AttrMPUnreach:
			count(c.Withdrawn, bgp.Family{AFI: bgp.AFI(size(v)), SAFI: bgp.SAFI(v[2])}, v[3:])
		case bgp.AttrMPReach:
			count(c.Announced, bgp.Family{AFI: bgp.AFI(size(v)), SAFI: bgp.SAFI(v[2])}, v[5+int(v[3]):])
		default:
		}
	}
}

func familyKey(f bgp.Family) string { return fmt.Sprintf("%d/%d", f.AFI, f.SAFI) }

// corpusExpected is what other programs say of a file.
type corpusExpected struct {
	File      string
	BGPDump   *dumpCounts
	Agreement *struct {
		Disputed []struct{ N int } `json:"updates_in_disagreement_or_undecoded"`
		Totals   totals            `json:"agreed_totals"`
	}
}

// dumpCounts is what the lines of bgpdump -m are about: routes that are announced (A),
// withdrawn (W) or in a table (B), by family, and states.
type dumpCounts struct {
	Families   map[string]int `json:"by_operation_and_family"`
	Operations map[string]int `json:"by_operation"`
}

// corpusMessage is a message as the corpus has it as a line.
type corpusMessage struct {
	N     int
	Type  string
	Hex   string
	AS4   *bool
	AP    [][2]int
	ExtNH [][3]int
	BMP   *struct{}
	Flags []string

	Session json.RawMessage // another kind of line
	Meta    json.RawMessage
}

// corpusAll gives every file of the corpus that has an expectation of its own.
func corpusAll(t *testing.T, yield func(root string, e *corpusExpected)) {
	t.Helper()
	root := bgptest.Shared(t, "corpus")
	for _, dir := range []string{"mrt", "pcap", "malformed/tcpdump"} {
		err := filepath.WalkDir(filepath.Join(root, "expected", dir), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".json" {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			var e corpusExpected
			if err := json.Unmarshal(text, &e); err != nil || e.File == "" {
				return nil //nolint:nilerr // the output of another program
			}
			yield(root, &e)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// corpusMessages reads the messages of a file as the corpus has them as lines.
func corpusMessages(t *testing.T, name string) []corpusMessage {
	t.Helper()
	if name += ".msgs.jsonl"; !exists(name) {
		if name += ".gz"; !exists(name) {
			return nil
		}
	}
	var all []corpusMessage
	bgptest.Lines(t, name, func(line []byte) {
		var m corpusMessage
		if json.Unmarshal(line, &m) == nil && m.Session == nil && m.Meta == nil {
			all = append(all, m)
		}
	})
	return all
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// TestCorpusMessages reads every capture of the corpus, and compares its messages
// with those that the corpus has as lines, and the number of their routes with what
// independent decoders agree on.
func TestCorpusMessages(t *testing.T) {
	files, messages := 0, 0
	corpusAll(t, func(root string, e *corpusExpected) {
		if e.Agreement == nil {
			return
		}
		t.Run(e.File, func(t *testing.T) {
			name := filepath.Join(root, e.File)
			want := corpusMessages(t, name)
			var got []readMessage
			if slices.ContainsFunc(want, func(m corpusMessage) bool { return m.BMP != nil }) {
				got = takeMessages(t, want) // BMP is not read: its messages are
			} else {
				got = readMessages(t, name)
				if why := corpusMessagesDiffer[e.File]; why != "" {
					t.Logf("messages not compared: %s", why)
				} else {
					sameMessages(t, want, got)
				}
			}
			files, messages = files+1, messages+len(got)
			if why := corpusRoutesDiffer[e.File]; why != "" {
				t.Logf("routes not compared: %s", why)
			} else {
				countRoutes(t, e, want, got)
			}
		})
	})
	t.Logf("%d files, %d messages", files, messages)
	if files < 70 {
		t.Error("only a few")
	}
}

// readMessage is a message that was read, and with what.
type readMessage struct {
	octets  []byte
	session *bgp.Negotiated
}

func readMessages(t *testing.T, name string) []readMessage {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	in, err := capture.Open(file, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all []readMessage
	for {
		it, err := in.Capture.Next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			return all
		}
		if it.Message != nil {
			all = append(all, readMessage{bytes.Clone(it.Message), it.Session})
		}
	}
}

// takeMessages makes of lines what a capture would give.
func takeMessages(t *testing.T, lines []corpusMessage) []readMessage {
	t.Helper()
	var all []readMessage
	for _, m := range lines {
		octets, err := hex.DecodeString(m.Hex)
		if err != nil {
			t.Fatal(err)
		}
		n := &bgp.Negotiated{LocalAS: 1, PeerAS: 1, ASN4: m.AS4 == nil || *m.AS4, Families: bgp.Families()}
		for _, f := range n.Families {
			n.NextHops = append(n.NextHops, bgp.NextHopPair{Family: f, AFI: bgp.AFIIPv6}, bgp.NextHopPair{Family: f, AFI: bgp.AFIIPv4})
		}
		for _, f := range m.AP {
			n.AddPathRecv = append(n.AddPathRecv, bgp.Family{AFI: bgp.AFI(f[0]), SAFI: bgp.SAFI(f[1])})
		}
		all = append(all, readMessage{octets, n})
	}
	return all
}

// sameMessages compares messages, and how those are to be read that can only be read so.
func sameMessages(t *testing.T, want []corpusMessage, got []readMessage) {
	t.Helper()
	want = slices.DeleteFunc(slices.Clone(want), func(m corpusMessage) bool {
		return m.Type == "RAW" || len(m.Flags) > 0 // not whole
	})
	var wantHex, gotHex []string
	for _, m := range want {
		wantHex = append(wantHex, m.Hex)
	}
	for _, m := range got {
		gotHex = append(gotHex, hex.EncodeToString(m.octets))
	}
	if diff := cmp.Diff(wantHex, gotHex); diff != "" {
		t.Errorf("messages (-want +got)\n%.4000s", diff)
		return
	}
	for i, m := range want {
		if m.Type == "UPDATE" && m.AS4 != nil && hasPath(m.Hex) && got[i].session.ASN4 != *m.AS4 {
			t.Errorf("message %d: AS numbers of four octets: %v, want %v", m.N, got[i].session.ASN4, *m.AS4)
		}
	}
}

// hasPath reports whether the size of AS numbers matters in a message.
func hasPath(text string) bool {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) < 23 {
		return false
	}
	var u bgp.Update
	n := &bgp.Negotiated{ASN4: true, Families: bgp.Families()}
	if bgp.ParseUpdate(&u, b[bgp.HeaderLen:], n) != nil {
		return true
	}
	return slices.ContainsFunc(u.Attrs, func(a bgp.AttrView) bool { return a.Code == bgp.AttrASPath && len(a.Value) > 0 }) || u.Fault != nil
}

// countRoutes compares the number of routes in messages on which decoders agree.
func countRoutes(t *testing.T, e *corpusExpected, lines []corpusMessage, got []readMessage) {
	t.Helper()
	disputed := map[string]bool{}
	for _, d := range e.Agreement.Disputed {
		for _, m := range lines {
			if m.N == d.N {
				disputed[m.Hex] = true
			}
		}
	}
	counts, faults := newTotals(), map[string]int{}
	var u bgp.Update
	for i, m := range got {
		text := hex.EncodeToString(m.octets)
		if bgp.MessageType(m.octets[bgp.HeaderLen-1]) != bgp.TypeUpdate || disputed[text] {
			continue
		}
		if err := bgp.ParseUpdate(&u, m.octets[bgp.HeaderLen:], m.session); err != nil && err.Subcode != 2 {
			t.Errorf("message %d: %v: %s", i, err, text)
			continue
		}
		if u.Fault != nil && u.Fault.Action == bgp.ActionWithdraw {
			faults[fmt.Sprint(u.Fault.Attr, ": ", u.Fault.Err)]++
			counts.addWire(m.octets[bgp.HeaderLen:], m.session)
			continue
		}
		counts.add(&u)
	}
	if len(faults) > 0 {
		t.Logf("RFC 7606 makes withdraws of announces, counted as such here: %v", faults)
	}
	if diff := cmp.Diff(e.Agreement.Totals, counts); diff != "" {
		t.Errorf("routes (-want +got)\n%s", diff)
	}
}

// TestCorpusDump compares what MRT files hold with what bgpdump finds in them.
func TestCorpusDump(t *testing.T) {
	files := 0
	corpusAll(t, func(root string, e *corpusExpected) {
		if e.BGPDump == nil {
			return
		}
		files++
		t.Run(e.File, func(t *testing.T) {
			if why := corpusDumpDiffers[e.File]; why != "" {
				t.Skip("NOT COMPARED: ", why)
			}
			want := *e.BGPDump
			want.Operations = map[string]int{"STATE": want.Operations["STATE"]}
			if diff := cmp.Diff(want, dump(t, filepath.Join(root, e.File))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	})
	if files < 20 {
		t.Error("only a few")
	}
}

// dump counts as bgpdump does.
func dump(t *testing.T, name string) dumpCounts {
	t.Helper()
	c := dumpCounts{Families: map[string]int{}, Operations: map[string]int{"STATE": 0}}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	in, err := capture.Open(file, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var u bgp.Update
	for {
		it, err := in.Capture.Next()
		if errors.Is(err, io.EOF) {
			return c
		}
		switch {
		case err != nil:
			t.Fatal(err)
		case it.State != "":
			c.Operations["STATE"]++
		case it.Err != nil || bgp.MessageType(it.Message[bgp.HeaderLen-1]) != bgp.TypeUpdate:
		default:
			if err := bgp.ParseUpdate(&u, it.Message[bgp.HeaderLen:], it.Session); err != nil {
				t.Errorf("%s: %v", it.Place(), err)
				continue
			}
			c.lines(&u, it.Table)
		}
	}
}

// lines counts the lines that an UPDATE has.
func (c *dumpCounts) lines(u *bgp.Update, table bool) {
	each := func(operation string, sections []bgp.Section) {
		for _, s := range sections {
			if s.Family.SAFI != bgp.SAFIUnicast && s.Family.SAFI != bgp.SAFIMulticast {
				continue // bgpdump knows no others
			}
			family := map[bgp.AFI]string{bgp.AFIIPv4: "ipv4", bgp.AFIIPv6: "ipv6"}[s.Family.AFI]
			for _, _, ok := s.Next(); ok; _, _, ok = s.Next() {
				c.Families[operation+" "+family]++
			}
		}
	}
	if table {
		each("B", u.Reach)
	} else {
		each("A", u.Reach)
	}
	each("W", u.Unreach)
}

// corpusDumpDiffers are the files in which bgpdump finds something else, with who is right.
var corpusDumpDiffers = map[string]string{
	"mrt/bgpipe/sample.mrt":               "Herald is right, as GoBGP, bgpfix and ExaBGP: one peer sends path identifiers in records of a subtype that has none (RFC 8050 §3)",
	"mrt/mrtparse/bird6_bgp":              "Herald is right, as the others: path identifiers in records of a subtype that has none (RFC 8050 §3)",
	"mrt/bgpkit/updates.20001104.0124.gz": "Herald is right: 42 changes of state are records cut to eight octets, which name neither peer nor states (RFC 6396 §4.4.1)",
}

// corpusMessagesDiffer are the files whose messages are not those of the corpus, with
// who is right.
var corpusMessagesDiffer = map[string]string{
	"pcap/tcpdump/bgp-role.pcapng": "segments are missing: Herald waits for them before it gives those behind (RFC 9293 §3.10.7.4), " +
		"the corpus does not; the messages are the same in another order",
	"malformed/tcpdump/bgp-infinite-loop.pcap": "Herald is right: an UPDATE of 19 octets has a bad length (RFC 4271 §6.1)",
	"malformed/tcpdump/bgp-bgp_capabilities_print-oobr-1.pcap": "Herald is right: the packet is a later fragment (RFC 791 §3.1), " +
		"whose octets are no TCP header",
	"malformed/tcpdump/bgp-as-path-oobr.pcap": "nobody is right: messages are damaged, and both guess the size of their AS numbers; " +
		"Herald goes by the messages before",
}

// corpusRoutesDiffer are the files in which others find other routes, with who is right.
var corpusRoutesDiffer = map[string]string{
	"malformed/tcpdump/bgp-addpath.pcap": "Herald is right: MP_REACH_NLRI stands twice, which ends a session (RFC 7606 §3g)",
}
