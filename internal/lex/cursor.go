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
	"net/netip"
	"strings"
)

// Error is a mistake in a file or a command: where, which word, what was expected.
type Error struct {
	File      string // empty for a command
	Line, Col int    // from 1
	Word      string // the offending word; empty at the end of a statement
	Msg       string // one sentence, lower case
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
	c.failAt(c.wordOff, c.word, format, args...)
}

// Fail records that the last word taken is not what was expected: "a number from 0 to 255".
func (c *Cursor) Fail(expected string) {
	c.Failf("unexpected %s, expected %s", c.found(), expected)
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

func (c *Cursor) failAt(off int, word, format string, args ...any) {
	if c.err != nil {
		return
	}
	line, col := c.pos(off)
	c.err = &Error{File: c.file, Line: line, Col: col, Word: strings.Clone(word), Msg: fmt.Sprintf(format, args...)}
}

func (c *Cursor) classes() *[256]byte {
	if c.line {
		return commandClass
	}
	return fileClass
}

// scan reads one token. A statement must end on the line it started on.
func (c *Cursor) scan() token {
	class := c.classes()
	for c.off < len(c.src) {
		switch class[c.src[c.off]] {
		case blank:
			c.off++
		case newline:
			if c.open {
				c.failAt(c.wordOff, c.word, "the statement is not ended, expected ';', '{' or '}' before the end of the line")
				return token{}
			}
			c.off++
		case single:
			c.off++
			return token{c.src[c.off-1 : c.off], c.off - 1, 'w'}
		case closer:
			c.off++
			return token{"", c.off - 1, c.src[c.off-1]}
		case special:
			switch {
			case c.src[c.off] == '#':
				c.skipComment()
			case c.src[c.off] == '\\' && c.continued(c.off):
				c.joinRow()
			default:
				return c.slowWord(c.off)
			}
		default:
			return c.fastWord(class)
		}
	}
	if c.line && c.end == 0 {
		return token{off: c.off, kind: ';'}
	}
	if c.open {
		c.failAt(c.wordOff, c.word, "the statement is not ended, expected ';', '{' or '}' before the end of the file")
	}
	return token{}
}

func (c *Cursor) skipComment() {
	for c.off < len(c.src) && c.src[c.off] != '\n' {
		if c.src[c.off] == '\\' && c.continued(c.off) {
			c.joinRow()
			continue
		}
		c.off++
	}
}

// continued: the backslash at i is the last non-blank of its line.
func (c *Cursor) continued(i int) bool {
	if c.line {
		return false
	}
	for i++; i < len(c.src) && fileClass[c.src[i]] == blank; i++ {
	}
	return i >= len(c.src) || c.src[i] == '\n'
}

// joinRow skips a backslash and the end of its line.
func (c *Cursor) joinRow() {
	for c.off++; c.off < len(c.src) && c.src[c.off] != '\n'; c.off++ {
	}
	if c.off < len(c.src) {
		c.off++
	}
}

// fastWord reads a word without quotes and escapes: a part of the input.
func (c *Cursor) fastWord(class *[256]byte) token {
	start, i := c.off, c.off+1
	for i < len(c.src) && class[c.src[i]] == plain {
		i++
	}
	if i < len(c.src) && class[c.src[i]] == special {
		return c.slowWord(start)
	}
	c.off = i
	return token{c.src[start:i], start, 'w'}
}

// slowWord reads a word with quotes or escapes into new memory.
func (c *Cursor) slowWord(start int) token {
	t := token{off: start, kind: 'w'}
	var word []byte
	var quote byte
	class := c.classes()
	for c.off < len(c.src) {
		b := c.src[c.off]
		switch {
		case b == '\\' && c.continued(c.off):
			c.joinRow()
		case b == '\\':
			var ok bool
			if word, ok = c.escape(word); !ok {
				return token{}
			}
		case quote != 0 && b == quote:
			c.off++
			t.text = string(word)
			return t
		case quote != 0 && b == '\n':
			c.failAt(start, string(word), "the quote is not closed before the end of the line")
			return token{}
		case quote != 0:
			word = append(word, b)
			c.off++
		case b == '"' || b == '\'':
			quote = b
			c.off++
		case b == '#' && !c.line:
			c.failAt(start, string(word), "the statement is not ended before the comment, expected ';', '{' or '}'")
			return token{}
		case class[b] != plain && class[b] != special:
			t.text = string(word)
			return t
		default:
			word = append(word, b)
			c.off++
		}
	}
	if quote != 0 {
		c.failAt(start, string(word), "the quote is not closed")
		return token{}
	}
	t.text = string(word)
	return t
}

// escape reads the backslash at off and what it stands for.
func (c *Cursor) escape(word []byte) ([]byte, bool) {
	c.off++
	if c.off >= len(c.src) {
		return append(word, '\\'), true
	}
	b := c.src[c.off]
	c.off++
	switch b {
	case 'b':
		b = '\b'
	case 'f':
		b = '\f'
	case 'n':
		b = '\n'
	case 'r':
		b = '\r'
	case 't':
		b = '\t'
	case 'u':
		var r rune
		for i := range 4 {
			d := -1
			if c.off+i < len(c.src) {
				d = strings.IndexByte("0123456789abcdef", c.src[c.off+i]|0x20)
			}
			if d < 0 {
				c.failAt(c.off-2, `\u`, `the escape \u needs 4 hexadecimal digits`)
				return word, false
			}
			r = r<<4 | rune(d)
		}
		c.off += 4
		return append(word, string(r)...), true
	}
	return append(word, b), true
}

// Uint takes a decimal number of at most max. A leading "+" and "_" between
// digits are allowed, as ExaBGP's files may have them.
func (c *Cursor) Uint(max uint64) uint64 {
	v, ok := ParseUint(c.Word(), max)
	if !ok {
		c.Failf("unexpected %s, expected a number from 0 to %d", c.found(), max)
	}
	return v
}

// ParseUint reads a decimal number of at most max.
func ParseUint(w string, max uint64) (uint64, bool) {
	if len(w) > 1 && w[0] == '+' {
		w = w[1:]
	}
	if w == "" {
		return 0, false
	}
	var v uint64
	for i := range len(w) {
		d := uint64(w[i] - '0')
		if d > 9 {
			if w[i] == '_' && i > 0 && i < len(w)-1 {
				continue
			}
			return 0, false
		}
		if v > max/10 || d > max-v*10 {
			return 0, false
		}
		v = v*10 + d
	}
	return v, true
}

// Bool takes true, enable, enabled, yes, 1 or their opposites, in any case;
// bare when the statement is over.
func (c *Cursor) Bool(bare bool) bool {
	if !c.More() {
		return bare
	}
	switch strings.ToLower(c.Word()) {
	case "true", "enable", "enabled", "yes", "1":
		return true
	case "false", "disable", "disabled", "no", "0":
		return false
	}
	c.Fail("true, false, enable, disable, enabled, disabled, yes or no")
	return false
}

// Addr takes an IPv4 or IPv6 address without a zone.
func (c *Cursor) Addr() netip.Addr {
	a, err := netip.ParseAddr(c.Word())
	if err != nil || a.Zone() != "" {
		c.Fail("an IP address")
		return netip.Addr{}
	}
	return a
}

// Addr4 takes an IPv4 address.
func (c *Cursor) Addr4() netip.Addr {
	a, err := netip.ParseAddr(c.Word())
	if err != nil || !a.Is4() {
		c.Fail("an IPv4 address")
		return netip.Addr{}
	}
	return a
}

// Prefix takes an address with a length, or without one for a host. Bits beyond
// the length must be zero.
func (c *Cursor) Prefix() netip.Prefix {
	w := c.Word()
	addr, bits, cut := strings.Cut(w, "/")
	a, err := netip.ParseAddr(addr)
	if err != nil || a.Zone() != "" {
		c.Fail("an IP prefix")
		return netip.Prefix{}
	}
	n := uint64(a.BitLen())
	if cut {
		var ok bool
		if n, ok = ParseUint(bits, n); !ok {
			c.Failf("unexpected '%s', expected a prefix length from 0 to %d", w, a.BitLen())
			return netip.Prefix{}
		}
	}
	p := netip.PrefixFrom(a, int(n))
	if p.Masked() != p {
		c.Failf("'%s' is not a valid network, expected %s", w, p.Masked())
		return netip.Prefix{}
	}
	return p
}

// List gives the words of "[ a b ]", or the single next word. Commas are passed over.
func (c *Cursor) List(yield func(w string) bool) {
	if c.Peek() != "[" {
		if w := c.Word(); w != "" {
			yield(w)
		} else {
			c.Fail("a value or a list in [ ]")
		}
		return
	}
	c.Word()
	for c.err == nil {
		switch w := c.Word(); w {
		case "]":
			return
		case ",":
		case "":
			c.Fail("']'")
			return
		default:
			if !yield(w) {
				return
			}
		}
	}
}
