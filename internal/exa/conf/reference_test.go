package conf

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// reference is the tables of the sections of docs/configuration.md.
var reference = map[string][]row{
	"neighbor": neighborTable[:], "template": templateTable[:], "family": familyTable[:], "capability": capabilityTable[:],
	"add-path": addPathTable[:], "nexthop": nexthopTable[:], "tcp-ao": tcpAOTable[:], "operational": operationalTable[:],
	"process": processTable[:], "api": apiTable[:], "receive and send": messageTable[:],
	"static": staticTable[:], "announce": announceTable[:], "flow": flowTable[:],
}

// TestReferencePage keeps the tables of docs/configuration.md as those of the language
// are: the first below the head of a section. The example loads.
func TestReferencePage(t *testing.T) {
	const name = "../../../docs/configuration.md"
	page := read(t, name)
	_, example, _ := strings.Cut(page, "```\n")
	example, _, _ = strings.Cut(example, "```")
	if cfg := load(t, example); len(cfg.Warnings) > 0 {
		t.Error(cfg.Warnings)
	}
	var out strings.Builder
	var table []row // of the section, until it is written
	written := false
	for line := range strings.SplitAfterSeq(page, "\n") {
		head, isHead := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "## ")
		if isHead {
			table, written = reference[head], false
		}
		switch {
		case table == nil || !strings.HasPrefix(line, "|"):
			out.WriteString(line)
		case !written:
			writeTable(&out, table)
			written = true
		}
		if written && !strings.HasPrefix(line, "|") {
			table = nil
		}
	}
	for head, table := range reference {
		if !strings.Contains(out.String(), "\n## "+head+"\n") {
			t.Errorf("no section %s", head)
		}
		for i := range table {
			if r := &table[i]; r.old.Change == 0 && r.about == "" {
				t.Errorf("%s: %s does not say what it means", head, r.word)
			}
		}
	}
	if *update {
		if err := os.WriteFile(name, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if out.String() != page {
		t.Errorf("%s is not what the tables say: make docs", name)
	}
}

// writeTable writes the rows of a section; the third column only where a word has a
// default or is needed.
func writeTable(out *strings.Builder, table []row) {
	const third = 2
	width := third
	var lines [][]string
	for i := range table {
		r := &table[i]
		if r.old.Change != 0 {
			continue
		}
		unset := r.unset
		if r.needed {
			unset = "required"
		}
		if unset != "" {
			width = third + 1
		}
		lines = append(lines, []string{"`" + r.word + "`", r.what(), unset})
	}
	head := []string{"word", "value", "without it"}
	fmt.Fprintf(out, "| %s |\n|%s\n", strings.Join(head[:width], " | "), strings.Repeat("---|", width))
	for _, cells := range lines {
		fmt.Fprintf(out, "| %s |\n", strings.Join(cells[:width], " | "))
	}
}
