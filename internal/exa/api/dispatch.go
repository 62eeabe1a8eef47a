package api

import (
	"errors"
	"fmt"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/lex"
)

// row is a command.
type row struct {
	v4, v6 string // its words in both grammars; "" when a grammar lacks it
	after  string // its words behind a selector; "" when it takes none
	args   string // what follows the words, for the help
	about  string // what it does, for docs/api.md and the help in JSON
	run    func(*Client) error
	empty  bool // also for a selector that matches no neighbor
}

// commands finds rows by the words of a line, longest match first.
type commands struct {
	table           []row
	plain, selected node // without and behind a selector
}

// node is a word of commands, and the words that may follow it.
type node struct {
	word string
	row  *row
	next []*node
}

func newCommands(table []row) *commands {
	c := commands{table: table}
	for i := range table {
		r := &table[i]
		c.plain.add(r.v4, r)
		c.plain.add(r.v6, r)
		c.selected.add(r.after, r)
	}
	return &c
}

func (n *node) add(words string, r *row) {
	if words == "" {
		return
	}
	for w := range strings.FieldsSeq(words) {
		child := n.child(w)
		if child == nil {
			child = &node{word: w}
			n.next = append(n.next, child)
		}
		n = child
	}
	n.row = r
}

// child finds a word. There are few: comparing beats hashing.
func (n *node) child(w string) *node {
	for _, c := range n.next {
		if c.word == w {
			return c
		}
	}
	return nil
}

// dispatch reads the selector, if there is one, and the words of the command.
func (c *Client) dispatch() (*row, error) {
	var nobody error
	at := &c.hub.commands.plain
	switch first := c.cur.Peek(); first {
	case "neighbor", "peer":
		c.cur.Word()
		// "peer show" and its like are commands, "peer 10.0.0.1 show" has a selector.
		child, next := at.child(first), c.cur.Peek()
		if child != nil && child.child(next) != nil {
			at = child
			break
		}
		var err error
		c.to, err = c.selector(first)
		if r, ok := errors.AsType[*refusal](err); ok && r.none {
			nobody, c.to = err, &target{}
		} else if err != nil {
			if child != nil && !isAddress(next) && lex.Nearest(next, child.words()) != "" {
				err = &refusal{why: unknownWord(child.words(), first, next)}
			}
			return nil, err
		}
		at = &c.hub.commands.selected
	}
	last := ""
	for {
		child := at.child(c.cur.Peek())
		if child == nil {
			break
		}
		at, last = child, c.cur.Word()
	}
	switch {
	case nobody != nil && (at.row == nil || !at.row.empty):
		return nil, nobody
	case at.row == nil:
		return nil, c.unknown(at, last)
	}
	return at.row, nil
}

// unknown says that a word is not one of those that may stand there.
func (c *Client) unknown(at *node, last string) error {
	known := at.words()
	if at == &c.hub.commands.selected && lex.Nearest(c.cur.Peek(), known) == "" && !isKey(c.cur.Peek()) {
		if key := lex.Nearest(c.cur.Peek(), selectorKeys[:]); key != "" {
			known = []string{key} // of a selector that goes on
		}
	}
	r := &refusal{why: unknownWord(known, last, c.cur.Peek())}
	// ExaBGP: main knows these two by name, other mistakes are a plain error.
	if (last == "announce" || last == "withdraw") && c.cur.More() {
		r.said = fmt.Sprintf("unknown %s type: %s", last, c.cur.Peek())
	}
	if err := c.cur.Err(); err != nil {
		r.why = err.Error()
	}
	return r
}

func unknownWord(known []string, last, word string) string {
	where := ""
	if last != "" {
		where = " after '" + last + "'"
	}
	if word == "" {
		return fmt.Sprintf("the command is not complete%s, expected %s", where, lex.OneOf(known))
	}
	if near := lex.Nearest(word, known); near != "" {
		return fmt.Sprintf("unknown word '%s'%s, did you mean '%s'?", word, where, near)
	}
	return fmt.Sprintf("unknown word '%s'%s, expected %s", word, where, lex.OneOf(known))
}

// unexpected is a mistake at a word of a selector or an argument.
func (c *Client) unexpected(word, expected string) error {
	if err := c.cur.Err(); err != nil {
		return &refusal{why: err.Error()}
	}
	found := "'" + word + "'"
	if word == "" {
		found = "end of command"
	}
	return &refusal{why: fmt.Sprintf("unexpected %s, expected %s", found, expected)}
}

// unexpectedWord is a mistake at a word that is one of a few.
func (c *Client) unexpectedWord(word string, known ...string) error {
	if near := lex.Nearest(word, known); near != "" && near != word && c.cur.Err() == nil {
		return &refusal{why: fmt.Sprintf("unexpected '%s', did you mean '%s'?", word, near)}
	}
	return c.unexpected(word, lex.OneOf(known))
}

// finish refuses words behind a complete command.
func (c *Client) finish() error {
	if c.cur.More() {
		return c.unexpected(c.cur.Word(), "the end of the command")
	}
	if err := c.cur.Err(); err != nil {
		return &refusal{why: err.Error()}
	}
	return nil
}

func (c *Client) dialect6() bool { return c.dialect == bgp.Dialect6 }

// wantsJSON reports whether the answer has JSON form. ExaBGP: always in API version
// 6, otherwise when the command ends with the word.
func (c *Client) wantsJSON() bool { return c.mode.json || c.dialect6() && !c.mode.text }

// normalise writes a line as ExaBGP does: single blanks, and blanks around brackets
// and commas.
func normalise(line string) string {
	var b strings.Builder
	for i := range len(line) {
		switch ch := line[i]; ch {
		case '[', '(':
			b.WriteByte(ch)
			b.WriteByte(' ')
		case ']', ')':
			b.WriteByte(' ')
			b.WriteByte(ch)
		case ',':
			b.WriteString(" , ")
		default:
			b.WriteByte(ch)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
