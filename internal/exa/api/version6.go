package api

import (
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// Translator writes commands of API version 4 in the words of version 6.
type Translator struct {
	plain, selected node // without and behind a selector
	cur             lex.Cursor
}

// NewTranslator makes one from the table of commands.
func NewTranslator() *Translator {
	t := &Translator{}
	for i := range commandTable {
		if r := &commandTable[i]; r.v4 != "" {
			t.plain.add(r.v4, r)
			t.selected.add(r.after, r)
		}
	}
	return t
}

// Command returns a line in the words of version 6: the line itself when it has them
// already, or is no command. What follows the words of the command stays as it is.
func (t *Translator) Command(line string) string {
	t.cur.Reset(line)
	if t.cur.Accept("neighbor") {
		return t.behind(line)
	}
	r, end := t.find(line, &t.plain)
	first, rest, more := strings.Cut(line, " ")
	switch {
	case r != nil && r.v4 == r.v6:
		return "peer * " + r.v6 + line[end:]
	case r != nil:
		return r.v6 + line[end:]
	case more && strings.TrimSpace(rest) != "" && (first == "announce" || first == "withdraw"):
		return "peer * " + line // of a word that neither version knows
	}
	return line
}

// behind translates what follows the word neighbor.
func (t *Translator) behind(line string) string {
	selector := t.selector(line)
	if selector == "" {
		return line
	}
	start := t.offset(line)
	r, end := t.find(line, &t.selected)
	switch {
	case start == len(line):
		return "peer " + selector
	case r != nil && r.after == r.v4:
		return "peer " + selector + " " + r.v6 + line[end:]
	}
	return "peer " + selector + " " + line[start:]
}

// find takes the words of a command, as many as belong to one.
func (t *Translator) find(line string, at *node) (r *row, end int) {
	for {
		child := at.child(t.cur.Peek())
		if child == nil {
			return at.row, end
		}
		at = child
		t.cur.Word()
		end = t.behindWord(line)
	}
}

// offset returns where the words that are left begin.
func (t *Translator) offset(line string) int {
	t.cur.Peek()
	return len(line) - len(t.cur.Rest())
}

// behindWord returns where the word just taken ends.
func (t *Translator) behindWord(line string) int { return len(line) - len(t.cur.Rest()) }

// selector takes the selector of version 4 and writes that of version 6, which has
// brackets around several; "" for a mistake.
func (t *Translator) selector(line string) string {
	var items []string
	for {
		start := t.offset(line)
		var end int
		switch {
		case t.cur.Accept("["):
			for t.cur.Word() != "]" {
				if !t.cur.More() {
					return ""
				}
			}
			end = t.behindWord(line)
		case isAddress(t.cur.Word()):
			end = t.behindWord(line)
			for isKey(t.cur.Peek()) {
				t.cur.Word()
				t.cur.Word()
				end = t.behindWord(line)
			}
		default:
			return ""
		}
		items = append(items, line[start:end])
		if !t.cur.Accept(",") {
			break
		}
		t.cur.Accept("neighbor")
	}
	// The star stands alone without brackets.
	if len(items) == 1 && (items[0] == "*" || items[0][0] != '*') {
		return items[0]
	}
	return "[" + strings.Join(items, ", ") + "]"
}
