// Package lex reads the words of ExaBGP's configuration files and API commands.
//
// Both are streams of statements: words, then one of ";" "{" "}". A Cursor walks
// them without allocating: a word is a part of the input, unless quotes or
// escapes made it differ. The first error sticks, with file, line, column and
// the offending word, so a parser reads several values and asks Err once:
//
//	c := lex.NewFile("herald.conf", text)
//	for c.Next() {
//		switch w := c.Word(); w {
//		case "hold-time":
//			hold = c.Uint(65535)
//		…
//		}
//	}
//	if err := c.Err(); err != nil { … }
package lex

import (
	"fmt"
	"strings"
)

// Error is a mistake in a file or a command: where, which word, what was expected.
type Error struct {
	File      string // empty for a command
	Line, Col int    // from 1, Col in octets
	Msg       string // one sentence, lower case: the offending word, and what was expected
}

// Error gives "FILE:LINE:COL: message" for a file, the message alone for a command.
func (e *Error) Error() string {
	if e.File == "" {
		return e.Msg
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg)
}

// Cursor walks the words of one file or one command. The zero value is an empty command.
type Cursor struct {
	file string
	src  string
	line bool // the input is one command: "(" and ")" are words, the end is a ";"

	off       int    // next octet to read
	word      string // the last word taken
	wordOff   int    // where it started
	peeked    bool
	peek      token
	end       byte // terminator of the statement, 0 while it has words left
	statement bool // Next has been called
	open      bool // a word of the statement was read: it must end before its line does
	err       *Error

	at place // the last place that was asked for
}

// token is a word, a terminator or the end of the input.
type token struct {
	text string
	off  int
	kind byte // 'w' word, one of ; { }, 0 at the end of the input
}

// place is a line and where it begins.
type place struct{ off, line, start int }

// NewFile returns a Cursor before the first statement of a file. Name is for errors.
func NewFile(name, text string) *Cursor {
	return &Cursor{file: name, src: text}
}

// Reset makes c read one command, as a statement already begun: Word gives its
// first word. Words are parts of text, so text must not change while they are used.
func (c *Cursor) Reset(text string) {
	*c = Cursor{src: text, line: true, statement: true}
}

// Next goes to the next statement, past what is left of the current one. It is
// false at the end of the input and after an error.
func (c *Cursor) Next() bool {
	if c.err != nil {
		return false
	}
	if c.statement {
		c.End()
	}
	c.end, c.statement, c.open = 0, true, false
	t := c.scan()
	if c.err != nil || t.kind == 0 {
		return false
	}
	if c.line && t.off == len(c.src) { // the ";" that a command needs no more
		c.end = eof
		return false
	}
	c.peek, c.peeked, c.open = t, true, t.kind == 'w'
	return true
}

// Word takes the next word of the statement; "" at its end, and after an error.
func (c *Cursor) Word() string {
	t, ok := c.next()
	if !ok {
		c.word = ""
		return ""
	}
	c.word = t.text
	return t.text
}

// Peek returns the next word of the statement without taking it; "" at its end.
func (c *Cursor) Peek() string {
	if c.err != nil || c.end != 0 {
		return ""
	}
	if !c.peeked {
		c.peek, c.peeked = c.scan(), true
	}
	if c.peek.kind != 'w' {
		return ""
	}
	return c.peek.text
}

// More reports whether the statement has another word.
func (c *Cursor) More() bool {
	c.Peek()
	return c.err == nil && c.end == 0 && c.peeked && c.peek.kind == 'w'
}

// Accept takes the next word when it is w.
func (c *Cursor) Accept(w string) bool {
	if c.Peek() != w || !c.More() {
		return false
	}
	c.Word()
	return true
}

// Expect takes the next word, which must be w.
func (c *Cursor) Expect(w string) bool {
	if got := c.Word(); got != w {
		c.Failf("unexpected %s, expected '%s'", c.found(), w)
		return false
	}
	return true
}

// End skips the words left in the statement and returns what ended it: ';', '{'
// or '}'; 0 at the end of the input and after an error.
func (c *Cursor) End() byte {
	for c.err == nil && c.end == 0 {
		if _, ok := c.next(); !ok && c.end == 0 {
			break
		}
	}
	if c.err != nil || c.end == eof {
		return 0
	}
	return c.end
}

// Ends tells what will end the statement, as End does, without taking anything.
func (c *Cursor) Ends() byte {
	if c.err == nil && c.end == 0 && (!c.peeked || c.peek.kind == 'w') {
		class := c.classes()
		i := c.off
		for ; i < len(c.src); i++ {
			switch class[c.src[i]] {
			case plain, blank, single:
				continue
			case closer:
				return c.src[i]
			}
			break // quotes, escapes, comments and ends of lines take the long way
		}
		if c.line && i == len(c.src) {
			return ';'
		}
	}
	ahead := *c
	return ahead.End()
}

// eof in Cursor.end: the input ended.
const eof = 1

// next takes a token; ok is false when the statement is over or failed.
func (c *Cursor) next() (token, bool) {
	if c.err != nil || c.end != 0 {
		return token{}, false
	}
	t := c.peek
	if c.peeked {
		c.peeked = false
	} else {
		t = c.scan()
	}
	if c.err != nil {
		return token{}, false
	}
	c.wordOff = t.off
	switch t.kind {
	case 'w':
		return t, true
	case 0:
		c.end = eof
	default:
		c.end = t.kind
	}
	c.open = false
	return token{}, false
}

// Err returns the first error, nil when there is none.
func (c *Cursor) Err() error {
	if c.err == nil { // a typed nil is not nil
		return nil
	}
	return c.err
}

// Pos returns line and column of the last word taken, from 1.
func (c *Cursor) Pos() (line, col int) { return c.pos(c.wordOff) }

// pos counts lines from the last place that was asked for: a file that is read in
// order is counted once.
func (c *Cursor) pos(off int) (line, col int) {
	if off < c.at.off || c.at.line == 0 {
		c.at = place{line: 1}
	}
	passed := c.src[c.at.off:off]
	if n := strings.Count(passed, "\n"); n > 0 {
		c.at.line += n
		c.at.start = c.at.off + strings.LastIndexByte(passed, '\n') + 1
	}
	c.at.off = off
	return c.at.line, off - c.at.start + 1
}

// File returns the name given to NewFile.
func (c *Cursor) File() string { return c.file }

// Offset returns the octet at which the last word taken starts, for slicing the input.
func (c *Cursor) Offset() int { return c.wordOff }

// Rest returns the input behind the last word taken, blanks included. It is for
// commands, whose tail belongs to another grammar.
func (c *Cursor) Rest() string {
	if c.peeked {
		return c.src[c.peek.off:]
	}
	return c.src[c.off:]
}

// Failf records an error at the last word taken, unless there is one already.
func (c *Cursor) Failf(format string, args ...any) {
	c.FailAt(c.wordOff, format, args...)
}

// FailAt is Failf at an earlier word, which starts at an Offset.
func (c *Cursor) FailAt(offset int, format string, args ...any) {
	if c.err == nil {
		line, col := c.pos(offset)
		c.err = &Error{File: c.file, Line: line, Col: col, Msg: fmt.Sprintf(format, args...)}
	}
}

// Fail records that the last word taken is not what was expected: "a number from 0 to 255".
func (c *Cursor) Fail(expected string) {
	c.Failf("unexpected %s, expected %s", c.found(), expected)
}

// FailWord records that the last word taken is none of those that may stand there, and
// which one it may be meant to be.
func (c *Cursor) FailWord(known []string) {
	if near := Nearest(c.word, known); near != "" && near != c.word {
		c.Failf("unexpected %s, did you mean '%s'?", c.found(), near)
		return
	}
	c.Fail(OneOf(known))
}

func (c *Cursor) found() string {
	if c.word == "" && c.end != 0 {
		switch c.end {
		case eof:
			return "end of input"
		case ';':
			if c.line {
				return "end of command"
			}
		}
		return "'" + string(c.end) + "'"
	}
	return "'" + c.word + "'"
}
