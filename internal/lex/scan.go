package lex

import "strings"

func (c *Cursor) classes() *[256]byte {
	if c.line {
		return &commandClass
	}
	return &fileClass
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
				c.FailAt(c.wordOff, "the statement is not ended, expected ';', '{' or '}' before the end of the line")
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
			case c.escapedEnd():
				c.off += 2
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
		c.FailAt(c.wordOff, "the statement is not ended, expected ';', '{' or '}' before the end of the file")
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

// escapedEnd: a backslash and an n stand at off, between the words of a command, which
// is how helpers of ExaBGP 3.4 write a block of several lines in one.
func (c *Cursor) escapedEnd() bool {
	return c.line && strings.HasPrefix(c.src[c.off:], `\n`)
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
		case quote == 0 && c.escapedEnd():
			t.text = string(word)
			return t
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
			c.FailAt(start, "the quote is not closed before the end of the line")
			return token{}
		case quote != 0:
			word = append(word, b)
			c.off++
		case b == '"' || b == '\'':
			quote = b
			c.off++
		case b == '#' && !c.line:
			c.FailAt(start, "the statement is not ended before the comment, expected ';', '{' or '}'")
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
		c.FailAt(start, "the quote is not closed")
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
				d = strings.IndexByte("0123456789abcdefABCDEF", c.src[c.off+i])
			}
			if d > 15 {
				d -= 6
			}
			if d < 0 {
				c.FailAt(c.off-2, `the escape \u needs 4 hexadecimal digits`)
				return word, false
			}
			r = r<<4 | rune(d)
		}
		c.off += 4
		return append(word, string(r)...), true
	}
	return append(word, b), true
}
