// Package examples_test holds the examples of docs/families: one table, testdata, that
// is loaded as configuration and run as commands, encoded and decoded, read by tshark
// and by GoBGP's packet library, and printed to the pages.
package examples_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// page is a file of testdata: text, which goes to the page of its name as it stands,
// and examples in between.
type page struct {
	name  string
	parts []part
}

// part is a line of text, or an example.
type part struct {
	text    string
	example *example
}

// example is one route. In its file it stands between a line "=== TITLE | RFC" and a
// line "===", in sections that begin with their name in brackets.
type example struct {
	title, rfc    string
	configuration string // what a neighbor has beside its addresses; none for a withdraw
	command       string
	octets        string // body of the UPDATE, as bgptest.Hex reads it
	json          string // of the default dialect: the value of "update"
	tshark, gobgp string // opinions
}

const bracket = "==="

// section is a field of an example.
type section struct {
	name  string
	value *string
}

func (e *example) sections() []section {
	return []section{
		{"configuration", &e.configuration},
		{"command", &e.command},
		{"octets", &e.octets},
		{"json", &e.json},
		{"tshark", &e.tshark},
		{"gobgp", &e.gobgp},
	}
}

// readTable reads testdata.
func readTable(t *testing.T) []*page {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no examples", err)
	}
	var pages []*page
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := parsePage(strings.TrimSuffix(filepath.Base(file), ".txt"), string(text))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		pages = append(pages, p)
	}
	return pages
}

func parsePage(name, text string) (*page, error) {
	p := &page{name: name}
	var e *example
	var value *string // of the section
	for line := range strings.Lines(text) {
		title, isBracket := strings.CutPrefix(line, bracket)
		switch title = strings.TrimSpace(title); {
		case isBracket && title == "":
			e = nil
		case isBracket:
			e, value = &example{}, nil
			e.title, e.rfc, _ = strings.Cut(title, " | ")
			p.parts = append(p.parts, part{example: e})
		case e == nil:
			p.parts = append(p.parts, part{text: line})
		case e.begins(line) != nil:
			value = e.begins(line)
		case value == nil:
			return nil, fmt.Errorf("%s: %q is in no section", e.title, line)
		default:
			*value += line
		}
	}
	return p, nil
}

// begins returns the value of the section that a line begins, nil when it is none.
func (e *example) begins(line string) *string {
	for _, s := range e.sections() {
		if line == "["+s.name+"]\n" {
			return s.value
		}
	}
	return nil
}

// format is the opposite of parsePage.
func (p *page) format() string {
	var b strings.Builder
	for _, part := range p.parts {
		e := part.example
		if e == nil {
			b.WriteString(part.text)
			continue
		}
		fmt.Fprintf(&b, "%s %s | %s\n", bracket, e.title, e.rfc)
		for _, s := range e.sections() {
			if *s.value != "" {
				fmt.Fprintf(&b, "[%s]\n%s", s.name, *s.value)
			}
		}
		b.WriteString(bracket + "\n")
	}
	return b.String()
}

// examples are those of all pages.
func examples(pages []*page) []*example {
	var all []*example
	for _, p := range pages {
		for _, part := range p.parts {
			if part.example != nil {
				all = append(all, part.example)
			}
		}
	}
	return all
}

// TestTable: a file is written as it is read, and its examples are whole. A withdraw
// has no configuration.
func TestTable(t *testing.T) {
	pages := readTable(t)
	for _, p := range pages {
		text, err := os.ReadFile("testdata/" + p.name + ".txt")
		if err != nil || p.format() != string(text) {
			t.Errorf("%s.txt is not in order (%v)", p.name, err)
		}
	}
	var titles []string
	for _, e := range examples(pages) {
		if slices.Contains(titles, e.title) {
			t.Errorf("there are two examples %q", e.title)
		}
		titles = append(titles, e.title)
		if e.rfc == "" {
			t.Errorf("%s lacks its RFC", e.title)
		}
		withdraw := strings.HasPrefix(e.command, "withdraw ")
		for _, s := range e.sections() {
			if *s.value == "" && (!withdraw || s.name != "configuration") {
				t.Errorf("%s lacks its %s", e.title, s.name)
			}
		}
	}
}
