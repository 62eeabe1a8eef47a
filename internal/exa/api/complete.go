package api

import (
	"slices"
	"strings"
)

// Completion is what may follow the beginning of a command.
type Completion struct {
	Words     []string // sorted
	Addresses bool     // the address of a neighbor
	Args      string   // how the command goes on that the words make; "" when they make none
}

// Complete tells what may follow words of a command, in both grammars, as the table
// of commands has it.
func Complete(words []string) Completion {
	c := newCommands(commandTable[:])
	at := &c.plain
	if len(words) > 0 && (words[0] == "neighbor" || words[0] == "peer") {
		at = at.child(words[0])
		switch {
		case len(words) == 1:
			next := Completion{Addresses: true}
			if at != nil {
				next.Words = at.words()
			}
			return next
		case at != nil && at.child(words[1]) != nil:
			words = words[1:]
		default:
			return c.completeSelected(skipSelector(words[1:]))
		}
	}
	return complete(at, words)
}

// completeSelected completes a command behind a selector, which may go on.
func (t *commands) completeSelected(words []string) Completion {
	if len(words) == 0 {
		next := complete(&t.selected, nil)
		next.Words = append(next.Words, selectorKeys[:]...)
		slices.Sort(next.Words)
		return next
	}
	return complete(&t.selected, words)
}

func complete(at *node, words []string) Completion {
	for _, w := range words {
		child := at.child(w)
		if child == nil {
			if at.row != nil && at.row.args != "" {
				return Completion{Args: at.row.args} // among the arguments
			}
			return Completion{}
		}
		at = child
	}
	next := Completion{Words: at.words()}
	if at.row != nil {
		next.Args = at.row.args
	}
	return next
}

// words returns the words that may follow.
func (n *node) words() []string {
	var out []string
	for _, child := range n.next {
		out = append(out, child.word)
	}
	slices.Sort(out)
	return out
}

// skipSelector returns what is behind a selector whose word has been read.
func skipSelector(words []string) []string {
	depth := 0
	for i := 0; i < len(words); i++ {
		w := words[i]
		depth += strings.Count(w, "[") - strings.Count(w, "]")
		switch {
		case depth > 0 || isAddress(w) || strings.ContainsAny(w, "[],") || w == "neighbor" || w == "peer":
		case isKey(w):
			i++
		default:
			return words[i:]
		}
	}
	return nil
}
