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
// parentheses stand alone, and there are no comments.
var (
	fileClass = classes(" \t\r\v\f", "\n", ",[]", `"'\#`)
	// A line feed cannot occur in a command; it is a blank for good measure.
	commandClass = classes(" \t\r\v\f\n", "", ",[]()", `"'\`)
)

func classes(blanks, newlines, singles, specials string) *[256]byte {
	var t [256]byte
	for class, set := range map[byte]string{
		blank: blanks, newline: newlines, single: singles, closer: ";{}", special: specials,
	} {
		for i := range len(set) {
			t[set[i]] = class
		}
	}
	return &t
}
