// Package conf reads ExaBGP's configuration language into plain values.
//
// The language is sections and words: every section is a table of rows, a row is
// a word and the function that reads its statement or its block. Templates are
// replayed: what a template says is read again behind what the neighbor says, so
// that a value of the template wins and lists grow, as in ExaBGP.
//
//	cfg, err := conf.Load("herald.conf", text, conf.Options{})
//
// An error says FILE:LINE:COL, the word that was found and what was expected.
// There is no partial result.
package conf

import (
	"strings"
	"unicode/utf8"

	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/lex"
)

// Options are what the meaning of a file depends on beside its text.
type Options struct {
	// Passive says that all peers are passive (exabgp.bgp.passive).
	Passive bool
	// Program finds the program of a process; the error says why it cannot be
	// run. Nil takes the word as it is.
	Program func(word string) (string, error)
	// Self is the path of this program: it stands in for ExaBGP's health check and
	// `migrate api` where Program does not find them. Empty: nothing does.
	Self string
	// Old hears of every form of an older version that the file has, in the order of
	// the file.
	Old func(Old)
}

// Load reads the text of a file; name is for errors.
func Load(name, text string, o Options) (*config.Config, error) {
	p := &parser{
		c:         lex.NewFile(name, text),
		opts:      o,
		cfg:       &config.Config{},
		templates: map[string]*draft{},
		keys:      map[string]bool{},
		names:     map[string]bool{},
		apiNames:  map[string]bool{},
	}
	p.addRoute = p.add
	p.route.Warn = func(_ *lex.Cursor, what string) { p.warn("%s", what) }
	p.route.Renamed = func(from, to string) { p.outdated(&Old{Change: RenameInRoute, From: from, To: to}) }
	if p.checkText(text) {
		p.file()
	}
	if p.err != nil {
		return nil, p.err
	}
	if err := p.c.Err(); err != nil {
		return nil, err
	}
	return p.cfg, nil
}

// checkText reports whether the text is UTF-8, as it has to be. ExaBGP: a byte
// order mark is part of the first word.
func (p *parser) checkText(text string) bool {
	if strings.HasPrefix(text, "\uFEFF") {
		p.failAt(pos{1, 1}, "unexpected byte order mark, expected UTF-8 without one")
		return false
	}
	if utf8.ValidString(text) {
		return true
	}
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD") {
			at := pos{1 + strings.Count(text[:i], "\n"), i - strings.LastIndexByte(text[:i], '\n')}
			p.failAt(at, "unexpected octet 0x%02x, expected UTF-8", text[i])
			break
		}
	}
	return false
}

// file reads the sections of the file.
func (p *parser) file() {
	p.block("the file", rootTable[:])
	if p.failed() {
		return
	}
	if !p.begun {
		p.failAt(pos{1, 1}, "the file says nothing, expected neighbor, template or process")
		return
	}
	// ExaBGP: a '}' too many hides the rest of the file.
	if at := p.here(); p.c.Next() {
		p.warnAt(at, "everything behind this line is ignored: there is a '}' too many")
	}
	p.checkUses()
}
