package conf

import (
	"fmt"
	"slices"

	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// row is a word of a section: how its statement is read, how its block is, or both.
type row struct {
	word string
	read func(p *parser) // words up to ';'
	open func(p *parser) // words up to '{', then the block

	is     string // what the value of the statement is, for the schema
	in     []row  // of the block; nil: words of routes
	needed bool   // a section without the statement is incomplete

	about string // what the value means, as docs/configuration.md has it
	unset string // what holds without the statement
	like  string // a value; of a section its name, or its statement when there is no table
	off   bool   // a comment in the example: other words forbid it, or the machine may

	old    Old  // when an older version has it: what to write instead
	routes bool // the block holds routes: they are inherited as they are, not replayed
}

// parser reads one file. The pointers say which block is open.
type parser struct {
	c         *lex.Cursor
	opts      Options
	cfg       *config.Config
	err       *lex.Error // of a check that is not about the word just read
	templates map[string]*draft
	keys      map[string]bool // of neighbors
	names     map[string]bool
	apiNames  map[string]bool
	uses      []use // of process names

	begun    bool   // a statement was read
	unclosed bool   // the file ended in a section
	word     string // its first word
	proc     *process
	n        *draft
	api      *config.API
	messages *config.Messages

	route    route.Parser
	addRoute func(rib.Route) // p.add, made once
	routeAt  pos
}

// pos is the place of a word.
type pos struct{ line, col int }

// use is a process name in an api block.
type use struct {
	at       pos
	process  string
	neighbor *draft
}

func (p *parser) here() pos {
	line, col := p.c.Pos()
	return pos{line, col}
}

// failAt records an error at a word read earlier, unless there is one already.
func (p *parser) failAt(at pos, format string, args ...any) {
	if p.err == nil && p.c.Err() == nil {
		p.err = &lex.Error{File: p.c.File(), Line: at.line, Col: at.col, Msg: fmt.Sprintf(format, args...)}
	}
}

func (p *parser) failed() bool { return p.err != nil || p.c.Err() != nil }

func (p *parser) warnAt(at pos, format string, args ...any) {
	e := lex.Error{File: p.c.File(), Line: at.line, Col: at.col, Msg: fmt.Sprintf(format, args...)}
	p.cfg.Warnings = append(p.cfg.Warnings, e.Error())
}

// warn warns at the last word taken: once, not again where a template is replayed.
func (p *parser) warn(format string, args ...any) {
	if p.n == nil || p.n.replaying == "" {
		p.warnAt(p.here(), format, args...)
	}
}

// block reads statements up to the '}' of the section or the end of the file; ended
// says that it was the end of the file.
func (p *parser) block(section string, table []row) (ended bool) {
	for !p.failed() && p.c.Next() {
		if !p.statement(section, table) {
			return false
		}
	}
	return !p.failed()
}

// statement reads one; false when it ended the section.
func (p *parser) statement(section string, table []row) bool {
	start := *p.c
	end := p.begin()
	if end == 0 {
		return false
	}
	word := p.word
	r := find(table, word, end)
	if r == nil {
		p.unknown(section, table, word, end)
		return false
	}
	if p.n != nil {
		p.n.note(p, section, r, start)
	}
	if r.old.Change != 0 {
		p.outdated(&r.old)
	}
	if end == ';' {
		r.read(p)
		p.surplus(word)
	} else {
		r.open(p)
	}
	return !p.failed()
}

// begin takes the first word of a statement and says what ends the statement, ';'
// or '{': the section is over otherwise.
func (p *parser) begin() byte {
	end := p.c.Ends()
	p.begun, p.word = true, p.c.Word()
	if end == ';' || end == '{' {
		return end
	}
	// ExaBGP: words before a '}' are lost.
	if end == '}' && p.word != "" {
		p.warn("'%s' is ignored: its statement has no ';'", p.word)
	}
	p.c.End()
	return 0
}

// surplus warns of words that nobody took. ExaBGP drops them.
func (p *parser) surplus(word string) {
	if p.c.More() {
		p.warn("'%s' is ignored: '%s' takes no more words", p.c.Word(), word)
	}
	p.c.End()
}

// opened takes the '{' of a block; the words before it that nobody took are
// dropped, as in ExaBGP.
func (p *parser) opened() bool { return p.c.End() == '{' && !p.failed() }

func find(table []row, word string, end byte) *row {
	for i := range table {
		if r := &table[i]; r.word == word && (end == ';' && r.read != nil || end == '{' && r.open != nil) {
			return r
		}
	}
	return nil
}

// unknown says which words the section has, or the one that was probably meant.
func (p *parser) unknown(section string, table []row, word string, end byte) {
	what := "statement"
	if end == '{' {
		what = "section"
	}
	var known []string
	for i := range table {
		r := &table[i]
		if r.word == word { // a statement where a section is, or the reverse
			known = []string{word + map[bool]string{true: " { … }", false: " …;"}[end == ';']}
			break
		}
		if r.old.Change == 0 && (end == ';' && r.read != nil || end == '{' && r.open != nil) {
			known = append(known, r.word)
		}
	}
	if near := lex.Nearest(word, known); near != "" {
		known = []string{near}
	}
	hint := ""
	if h, ok := removed[word]; ok {
		hint = ": " + h
	}
	if word == "" {
		p.c.Failf("unexpected '%c', expected a word of the %s section", end, section)
		return
	}
	slices.Sort(known)
	if len(known) == 0 {
		p.c.Failf("unexpected %s '%s' in %s%s", what, word, section, hint)
		return
	}
	p.c.Failf("unexpected %s '%s' in %s, expected %s%s", what, word, section, lex.OneOf(known), hint)
}

// name takes a name of letters, digits, dot, dash and underscore.
func (p *parser) name(what string) string {
	w := p.c.Word()
	for _, r := range w {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
		default:
			p.c.Failf("unexpected '%c' in the %s name '%s', expected letters, digits, '.', '-' and '_'", r, what, w)
			return ""
		}
	}
	return w
}

// list takes "[ a b ]" or "[ a, b ]".
func (p *parser) list(take func(w string)) {
	if !p.c.Expect("[") {
		return
	}
	for !p.failed() {
		switch w := p.c.Word(); w {
		case "]":
			return
		case ",":
		case "":
			p.c.Fail("']'")
		default:
			take(w)
		}
	}
}
