package conf

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	exampleHead = `# Every word of a configuration, as an example that can be loaded: its default where
# it has one, else a value. What stands in a comment needs something of the machine, or
# excludes something else.

`
	// exampleTemplate is what the template of the example says: routes override nothing.
	exampleTemplate = "static { route 203.0.113.0/24 next-hop self; }"

	exampleColumn = 44 // of what a word means
)

// Example returns a configuration with every word, each with what it means: the whole
// file, or the neighbor alone. It loads without a warning.
func Example(neighborOnly bool) string {
	e := example{alone: neighborOnly}
	e.dst = append(e.dst, exampleHead...)
	for i := range rootTable {
		r := &rootTable[i]
		if r.old.Change == 0 && (!neighborOnly || r.word == neighborSection) {
			e.section(r)
			e.dst = append(e.dst, '\n')
		}
	}
	return string(bytes.TrimRight(e.dst, "\n")) + "\n"
}

// example writes the rows of tables as a configuration.
type example struct {
	writer
	alone bool // names of other sections mean nothing
	off   int  // how many sections that are a comment are open
}

func (e *example) table(rows []row) {
	for i := range rows {
		switch r := &rows[i]; {
		case r.old.Change != 0:
		case r.is != "":
			e.statement(r)
		default:
			e.section(r)
		}
	}
}

// statement writes a word with a value; that of an AFI once for each of its SAFIs.
func (e *example) statement(r *row) {
	off := r.off || e.alone && (r.is == "name" || r.is == "names")
	if r.is == "safi" {
		word, safis := r.word, r.safis()
		for _, safi := range safis {
			e.line(off, word+" "+safi+";", r)
			r = nil // once is enough
		}
		return
	}
	value := r.like
	if value == "" {
		value = plain(r.unset)
	}
	e.line(off, r.word+" "+value+";", r)
}

func (e *example) section(r *row) {
	head := r.word
	if r.in != nil && r.like != "" {
		head += " " + r.like
	}
	if r.off {
		e.off++
	}
	e.line(false, head+" {", r)
	e.depth++
	switch {
	case r.in == nil:
		e.line(false, r.like+";", nil)
	case r.word == neighborSection && e.depth > 1:
		e.line(false, exampleTemplate, nil)
	default:
		e.table(r.in)
	}
	e.depth--
	e.line(false, "}", nil)
	if r.off {
		e.off--
	}
}

// line writes a line and, behind or above it, what its row means.
func (e *example) line(off bool, text string, r *row) {
	if off || e.off > 0 {
		text = "# " + text
	}
	meaning := ""
	if r != nil {
		meaning = "# " + r.meaning()
	}
	room := exampleColumn - 2*e.depth - utf8.RuneCountInString(text)
	e.indent()
	if meaning != "" && room < 1 {
		e.dst = append(append(e.dst, meaning...), '\n')
		meaning = ""
		e.indent()
	}
	e.dst = append(e.dst, text...)
	if meaning != "" {
		e.dst = fmt.Appendf(e.dst, "%*s%s", room, "", meaning)
	}
	e.dst = append(e.dst, '\n')
}

// meaning is a row for people who read text.
func (r *row) meaning() string {
	text := plain(r.what())
	if r.needed {
		text += " (required)"
	} else if _, err := strconv.ParseBool(plain(r.unset)); err != nil && r.unset != "" && plain(r.unset) != r.like {
		text += " (default: " + plain(r.unset) + ")"
	}
	return text
}

// links are those of Markdown, and what points to another place of the page.
var links = regexp.MustCompile(`, \[below\]\(.*\)|\[([^]]*)\]\([^)]*\)`)

// plain takes the marks of Markdown away.
func plain(text string) string {
	return strings.ReplaceAll(links.ReplaceAllString(text, "$1"), "`", "")
}
