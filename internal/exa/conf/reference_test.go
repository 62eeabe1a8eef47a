package conf

import (
	"regexp"
	"strings"
	"testing"
)

// TestReference compares docs/configuration.md with the tables: every word is in
// the first column of its section there, and no other; the example loads.
func TestReference(t *testing.T) {
	page := read(t, "../../../docs/configuration.md")
	_, example, _ := strings.Cut(page, "```\n")
	example, _, _ = strings.Cut(example, "```")
	if cfg := load(t, example); len(cfg.Warnings) > 0 {
		t.Error(cfg.Warnings)
	}
	quoted := regexp.MustCompile("`([^`]*)`")
	for section, table := range map[string][]row{
		"neighbor": neighborTable[:], "template": templateTable[:], "family": familyTable[:], "capability": capabilityTable[:],
		"add-path": addPathTable[:], "nexthop": nexthopTable[:], "tcp-ao": tcpAOTable[:], "operational": operationalTable[:],
		"process": processTable[:], "api": apiTable[:], "receive and send": messageTable[:],
		"static": staticTable[:], "announce": announceTable[:], "flow": flowTable[:],
	} {
		_, text, found := strings.Cut(page, "\n## "+section+"\n")
		text, _, _ = strings.Cut(text, "\n## ")
		if !found {
			t.Errorf("no section %s", section)
		}
		words := map[string]bool{}
		for line := range strings.Lines(text) {
			if first, _, ok := strings.Cut(strings.TrimPrefix(line, "| "), " |"); ok {
				for _, m := range quoted.FindAllStringSubmatch(first, -1) {
					words[m[1]] = true
				}
			}
		}
		has := map[string]bool{}
		for i := range table {
			if table[i].old.Change != 0 {
				continue
			}
			has[table[i].word] = true
			if !words[table[i].word] {
				t.Errorf("%s: %s is missing", section, table[i].word)
			}
		}
		for w := range words {
			if !has[w] {
				t.Errorf("%s: %s is no word", section, w)
			}
		}
	}
}
