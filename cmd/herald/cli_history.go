package main

import (
	"os"
	"strings"
)

// historySize is how many lines are kept.
const historySize = 1000

// history is the lines that were typed, in a file between two sessions. It is what
// term.Terminal asks for.
type history struct {
	path  string // "" for none
	lines []string
}

// loadHistory reads a file, which need not be there.
func loadHistory(path string) *history {
	h := &history{path: path}
	if path == "" {
		return h
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return h
	}
	for line := range strings.Lines(string(text)) {
		h.Add(strings.TrimSuffix(line, "\n"))
	}
	return h
}

// Add adds a line, unless it repeats the last one.
func (h *history) Add(line string) {
	if line = strings.TrimSpace(line); line == "" || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	if len(h.lines) > historySize {
		h.lines = h.lines[1:]
	}
}

// Len returns how many lines there are.
func (h *history) Len() int { return len(h.lines) }

// At returns a line; 0 is the last one.
func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }

// save writes the file. Commands may hold what is nobody else's business.
func (h *history) save() error {
	if h.path == "" || len(h.lines) == 0 {
		return nil
	}
	return os.WriteFile(h.path, []byte(strings.Join(h.lines, "\n")+"\n"), 0o600)
}
