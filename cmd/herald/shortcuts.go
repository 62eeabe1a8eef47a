package main

import (
	"slices"
	"strings"
)

// shortcut is a word that stands for a longer one, where when allows it.
type shortcut struct {
	short, word string
	when        func(before []string) bool
}

// expandShortcuts writes out the short words of a command, and puts "show" where the
// daemon expects it.
func expandShortcuts(command string) string {
	var words []string
	for token := range strings.FieldsSeq(command) {
		words = append(words, expandShortcut(token, words))
	}
	return strings.Join(showFirst(words), " ")
}

func expandShortcut(token string, before []string) string {
	for i := range shortcutTable {
		s := &shortcutTable[i]
		// One or two letters may be the beginning of any of the words.
		same := token == s.short || token == s.word || len(token) <= 2 && strings.HasPrefix(s.word, token)
		if same && s.when(before) {
			return s.word
		}
	}
	return token
}

// showFirst turns "neighbor X show O", "neighbor X adj-rib in show O" and "adj-rib in
// show O" around.
func showFirst(words []string) []string {
	at := slices.Index(words, "show")
	switch {
	case at == 4 && words[0] == "neighbor" && words[2] == "adj-rib" && isDirection(words[3]):
		return slices.Concat([]string{"show", "adj-rib", words[3], words[1]}, words[5:])
	case at >= 2 && words[0] == "neighbor":
		return slices.Concat([]string{"show", "neighbor"}, words[1:at], words[at+1:])
	case at == 2 && words[0] == "adj-rib" && isDirection(words[1]):
		return slices.Concat([]string{"show", "adj-rib", words[1]}, words[3:])
	}
	return words
}

func isDirection(w string) bool { return w == "in" || w == "out" }

// The places where shortcuts count.

func anywhere([]string) bool { return true }
func first(b []string) bool  { return len(b) == 0 }
func later(b []string) bool  { return len(b) > 0 }

// verb is the beginning, or behind the address of a neighbor.
func verb(b []string) bool {
	return first(b) || strings.Count(last(b), ".") == 3 || strings.Contains(last(b), ":")
}

func behind(words ...string) func([]string) bool {
	return func(b []string) bool { return len(b) > 0 && slices.Contains(words, last(b)) }
}

func somewhereBehind(word string) func([]string) bool {
	return func(b []string) bool { return slices.Contains(b, word) }
}

func last(b []string) string { return b[len(b)-1] }
