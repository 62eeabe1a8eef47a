package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/exa/conf"
)

// Options say what a configuration is rewritten from and to.
type Options struct {
	From, To Version
	WrapAPI  bool // helper programs are run by `migrate api --exec`; for Main alone
}

// Result is a configuration that has been rewritten.
type Result struct {
	Text    string
	Changes []string // a sentence each
	// Warnings are those that reading the text gives: mistakes, which are kept, and
	// forms that a version after To does not have.
	Warnings []string
}

// Conf rewrites the text of a configuration file; name is for errors. What it says
// stays the same, and so do comments and layout. An error is that of conf.Load.
func Conf(name, text string, o Options) (*Result, error) {
	r := &rewriter{name: name, text: text, o: o}
	crlf := strings.Count(text, "\n")
	if crlf == strings.Count(text, "\r\n") && crlf > 0 {
		r.text = strings.ReplaceAll(text, "\r\n", "\n")
	} else {
		crlf = 0
	}
	passes := []func(*rewriter){(*rewriter).groups, (*rewriter).processes, (*rewriter).statements}
	if o.From > V34 {
		passes = passes[2:]
	}
	for _, pass := range passes {
		if err := r.pass(pass); err != nil {
			return nil, err
		}
	}
	cfg, err := conf.Load(name, r.text, conf.Options{})
	if err != nil {
		return nil, fmt.Errorf("the result cannot be read: %w", err)
	}
	if crlf > 0 {
		r.text = strings.ReplaceAll(r.text, "\n", "\r\n")
	}
	return &Result{Text: r.text, Changes: r.changes, Warnings: cfg.Warnings}, nil
}

// rewriter rewrites one file, in passes: each reads what the one before it wrote.
type rewriter struct {
	name, text string
	o          Options
	changes    []string

	// Of a pass.
	root      *node
	unit      string            // indentation of one level
	old       map[int]*conf.Old // by where it starts; those from before o.From are left out
	named     map[*node]bool    // api blocks whose name is in use
	respelled map[string]string // words that comments may name, and what they are now
	dirty     bool
}

func (r *rewriter) pass(rewrite func(*rewriter)) error {
	r.old, r.named, r.respelled, r.dirty = map[int]*conf.Old{}, map[*node]bool{}, map[string]string{}, false
	note := func(o conf.Old) {
		if since, _ := ParseVersion(o.Since); since >= r.o.From && since < r.o.To {
			r.old[o.Offset] = &o
		}
	}
	if _, err := conf.Load(r.name, r.text, conf.Options{Old: note}); err != nil {
		return err
	}
	root, err := parse(r.text)
	if err != nil {
		return err
	}
	r.root, r.unit = root, unit(root)
	if rewrite(r); r.dirty {
		r.text = root.String()
	}
	return nil
}

// crosses reports whether the way goes over the step that follows a version.
func (r *rewriter) crosses(v Version) bool { return r.o.From <= v && v < r.o.To }

func (r *rewriter) change(what string) {
	r.dirty = true
	r.changes = append(r.changes, what)
}

// changed notes that words are written otherwise: once a file.
func (r *rewriter) changed(from, to string) {
	what := "Changed '" + from + "' to '" + to + "'"
	if r.dirty = true; !slices.Contains(r.changes, what) {
		r.changes = append(r.changes, what)
	}
}
