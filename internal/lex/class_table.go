package lex

// class of an octet outside quotes.
const (
	plain byte = iota
	blank
	newline
	single // a word of its own
	closer // ends the statement
	special
)

// fileClass and commandClass give the class of every octet. In a command
// parentheses stand alone, there are no comments, and a line feed, which cannot
// occur, is a blank.
var (
	fileClass = [256]byte{
		' ': blank, '\t': blank, '\r': blank, '\v': blank, '\f': blank, '\n': newline,
		',': single, '[': single, ']': single, ';': closer, '{': closer, '}': closer,
		'"': special, '\'': special, '\\': special, '#': special,
	}
	commandClass = [256]byte{
		' ': blank, '\t': blank, '\r': blank, '\v': blank, '\f': blank, '\n': blank,
		',': single, '[': single, ']': single, '(': single, ')': single,
		';': closer, '{': closer, '}': closer,
		'"': special, '\'': special, '\\': special,
	}
)
