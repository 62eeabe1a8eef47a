package migrate

import (
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// node is a statement or a section, with all octets that belong to it. Written one
// after the other they are the file.
type node struct {
	lead string // blanks and comments before it
	head string // its words as they stand, and what follows before the end
	end  byte   // ';', '{', or 0 when the head has its own
	tail string // the comment behind the end, on its line

	body  []*node // of a section
	last  string  // what stands before its '}': blanks, comments, words of no statement
	after string  // the comment behind its '}'

	word string // the first word
	off  int    // where it stands in the text; -1 when it is new
}

// newNode returns a statement that was not there.
func newNode(lead, head string) *node { return &node{lead: lead, head: head, end: ';', off: -1} }

// parse reads a text that exa/conf has read without a mistake. The root is no
// section: it has a body, and what is behind it as last.
func parse(text string) (*node, error) {
	c := lex.NewFile("", text)
	root := &node{off: -1}
	open := []*node{root}
	pos := 0 // what is before it has its node
	for c.Next() {
		start, word := -1, ""
		for c.More() {
			if w := c.Word(); start < 0 {
				start, word = c.Offset(), w
			}
		}
		end, at := c.End(), c.Offset()
		if start < 0 {
			start = at
		}
		top := open[len(open)-1]
		switch {
		case end == ';' || end == '{':
			n := &node{lead: text[pos:start], head: text[start:at], end: end, word: word, off: start}
			n.tail = comment(text[at+1:])
			pos = at + 1 + len(n.tail)
			top.body = append(top.body, n)
			if end == '{' {
				open = append(open, n)
			}
		case end == '}' && len(open) > 1:
			top.last = text[pos:at]
			top.after = comment(text[at+1:])
			pos = at + 1 + len(top.after)
			open = open[:len(open)-1]
		case end == '}': // one too many: exa/conf ignores the rest
			root.last = text[pos:]
			return root, nil
		}
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	top := open[len(open)-1]
	top.last = text[pos:]
	if len(open) > 1 { // its '}' is missing
		top.last = strings.TrimRight(top.last, " \t\n") + "\n"
		if strings.HasSuffix(top.last, "\\\n") {
			top.last += "\n" // the comment goes on in the next line
		}
		for _, n := range open[1 : len(open)-1] {
			n.last = "\n"
		}
	}
	return root, nil
}

// comment returns the comment that the text begins with, blanks before it included;
// "" when the line has none, or when it goes on in the next one.
func comment(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if rest := strings.TrimLeft(line, " \t"); !strings.HasPrefix(rest, "#") || strings.Contains(rest, `\`) {
		return ""
	}
	return line
}

// String writes the file.
func (n *node) String() string {
	var p printer
	p.body(n)
	return p.b.String()
}

// printer writes nodes.
type printer struct {
	b       strings.Builder
	comment bool // the line ends with a comment
}

func (p *printer) text(s string) {
	if s == "" {
		return
	}
	if p.comment && s[0] != '\n' {
		p.b.WriteByte('\n')
	}
	p.comment = false
	p.b.WriteString(s)
}

func (p *printer) trailing(s string) {
	p.text(s)
	p.comment = s != ""
}

func (p *printer) body(n *node) {
	for _, child := range n.body {
		p.text(child.lead)
		p.text(child.head)
		if child.end != 0 {
			p.text(string(child.end))
		}
		p.trailing(child.tail)
		if child.end == '{' {
			p.body(child)
			p.text("}")
			p.trailing(child.after)
		}
	}
	p.text(n.last)
}

// words returns the words of a head and where each begins and ends in it.
func (n *node) words() []span {
	c := lex.NewFile("", n.head+";")
	var words []span
	for c.Next() {
		for c.More() {
			w := c.Word()
			words = append(words, span{w, c.Offset(), len(n.head) + 1 - len(c.Rest())})
		}
	}
	return words
}

// span is a word of a head.
type span struct {
	text       string
	begin, end int
}

// replace writes other words in the place of those from the i-th to before the j-th.
func (n *node) replace(i, j int, with string) {
	w := n.words()
	if i < j && j <= len(w) {
		rest := n.head[w[j-1].end:]
		if rest != "" && strings.IndexByte(" \t\r\n\v\f,[]", rest[0]) < 0 {
			rest = " " + rest // behind a quote a word may begin without a blank
		}
		n.head = n.head[:w[i].begin] + with + rest
	}
	if i == 0 {
		n.word, _, _ = strings.Cut(with, " ")
	}
}

// indent returns the blanks before a node that begins a line.
func (n *node) indent() (blanks string, lines bool) {
	i := strings.LastIndexByte(n.lead, '\n')
	if i < 0 && n.off != len(n.lead) {
		return "", false
	}
	blanks = n.lead[i+1:]
	if strings.Trim(blanks, " \t") != "" {
		return "", false
	}
	return blanks, true
}

// beside returns what stands before a new node next to n.
func (n *node) beside() string {
	if blanks, lines := n.indent(); lines {
		return "\n" + blanks
	}
	return " "
}

// inside returns what stands before a new node in the section n, and before its
// '}' when it is new, too.
func (n *node) inside(unit string) (lead, last string) {
	if blanks, lines := n.indent(); lines {
		return "\n" + blanks + unit, "\n" + blanks
	}
	return " ", " "
}

// leadIn returns what stands before a new node in a section that is there.
func (n *node) leadIn(unit string) string {
	if len(n.body) > 0 {
		return n.body[0].beside()
	}
	lead, _ := n.inside(unit)
	return lead
}

// shift moves the lines of a node from one indentation to another.
func (n *node) shift(from, to string) {
	if from == to {
		return
	}
	n.lead = shifted(n.lead, from, to)
	n.last = shifted(n.last, from, to)
	for _, child := range n.body {
		child.shift(from, to)
	}
}

func shifted(text, from, to string) string {
	lines := strings.Split(text, "\n")
	for i := 1; i < len(lines); i++ {
		if rest, ok := strings.CutPrefix(lines[i], from); ok && (rest != "" || i == len(lines)-1) {
			lines[i] = to + rest
		}
	}
	return strings.Join(lines, "\n")
}

// clone copies a node, to stand elsewhere as well.
func (n *node) clone() *node {
	c := *n
	c.body = make([]*node, len(n.body))
	for i, child := range n.body {
		c.body[i] = child.clone()
	}
	return &c
}

// unit returns the indentation of one level that the file uses.
func unit(root *node) string {
	for _, n := range root.body {
		for _, child := range n.body {
			outer, ok := n.indent()
			inner, also := child.indent()
			if rest, deeper := strings.CutPrefix(inner, outer); ok && also && deeper && rest != "" {
				return rest
			}
		}
	}
	return "    "
}

// each calls do for every node below n, with the first words of the sections around it.
func (n *node) each(do func(n *node, path []string)) { n.walk(nil, do) }

func (n *node) walk(path []string, do func(n *node, path []string)) {
	for _, child := range n.body {
		do(child, path)
		child.walk(append(path, child.word), do)
	}
}

// comments rewrites what stands between the statements.
func (n *node) comments(rewrite func(string) string) {
	for _, text := range []*string{&n.lead, &n.tail, &n.last, &n.after} {
		*text = rewrite(*text)
	}
	for _, child := range n.body {
		child.comments(rewrite)
	}
}
