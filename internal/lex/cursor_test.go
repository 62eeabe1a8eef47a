package lex

import (
	"errors"
	"strings"
	"testing"
)

// statements renders a whole file: words joined by "|", then the terminator.
func statements(text string) (string, error) {
	c := NewFile("f", text)
	var out []string
	for c.Next() {
		var words []string
		for c.More() {
			words = append(words, c.Word())
		}
		end := c.End()
		if end != 0 {
			words = append(words, string(end))
		}
		out = append(out, strings.Join(words, "|"))
	}
	return strings.Join(out, "\n"), c.Err()
}

func TestFile(t *testing.T) {
	for _, tt := range []struct{ name, in, want, err string }{
		{"statements", "neighbor 1.1.1.1 {\n\trouter-id 1.2.3.4;\n}\n", "neighbor|1.1.1.1|{\nrouter-id|1.2.3.4|;\n}", ""},
		{"no blank before brace", "neighbor 1.1.1.1{ local-as 1; }", "neighbor|1.1.1.1|{\nlocal-as|1|;\n}", ""},
		{"list", "processes [a,b ];", "processes|[|a|,|b|]|;", ""},
		{"parentheses are plain", "aggregator (65000:1.2.3.4);", "aggregator|(65000:1.2.3.4)|;", ""},
		{"comment", "# one ; two\na 1;# text\n", "a|1|;", ""},
		{"comment continued", "# one \\\n two;\na;", "a|;", ""},
		{"continued", "next-\\\nhop 1.1.1.1 \\  \n  self;", "next-hop|1.1.1.1|self|;", ""},
		{"quotes", `description "a; b # c" 'd "e"' pre"mid dle"post;`, `description|a; b # c|d "e"|premid dle|post|;`, ""},
		{"escapes", `a \u0041\q\;;`, "a|Aq;|;", ""},
		{"empty statements", ";;", ";\n;", ""},
		{"crlf", "a 1;\r\nb 2;\r\n", "a|1|;\nb|2|;", ""},
		{"line end", "a 1\nb 2;", "a|1", "f:1:3: the statement is not ended, expected ';', '{' or '}' before the end of the line"},
		{"file end", "a 1;\nb 2", "a|1|;\nb|2", "f:2:3: the statement is not ended, expected ';', '{' or '}' before the end of the file"},
		{"open quote", "a \"b\nc;", "a", "f:1:3: the quote is not closed before the end of the line"},
		{"comment in word", "a b# c\n;", "a", "f:1:3: the statement is not ended before the comment, expected ';', '{' or '}'"},
		{"escape of a control character", "a \\u004\x11;", "a", `f:1:3: the escape \u needs 4 hexadecimal digits`},
		{"escape in capitals", `a \u004A;`, "a|J|;", ""},
		{"bad escape", `a \u12;`, "a", `f:1:3: the escape \u needs 4 hexadecimal digits`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := statements(tt.in)
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if msg := errText(err); msg != tt.err {
				t.Errorf("error %q, want %q", msg, tt.err)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestCommand(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"announce route 10.0.0.0/24\tnext-hop  self", "announce|route|10.0.0.0/24|next-hop|self"},
		{"a [b,c](d)", "a|[|b|,|c|]|(|d|)"},
		{"a # b", "a|#|b"},
		{`a\n b\n\nc\n`, "a|b|c"},
		{`a\x "b\nc"`, "ax|b\nc"},
		{"a;", "a"},
		{"", ""},
	} {
		var c Cursor
		c.Reset(tt.in)
		var words []string
		for c.More() {
			words = append(words, c.Word())
		}
		if got := strings.Join(words, "|"); got != tt.want || c.End() != ';' || c.Err() != nil {
			t.Errorf("%q: got %q, end %q, error %v", tt.in, got, c.End(), c.Err())
		}
	}
}

func TestValues(t *testing.T) {
	for _, tt := range []struct {
		in   string
		take func(c *Cursor)
		err  string
	}{
		{"70000", func(c *Cursor) { c.Uint(65535) }, "unexpected '70000', expected a number from 0 to 65535"},
		{"", func(c *Cursor) { c.Uint(1) }, "unexpected end of command, expected a number from 0 to 1"},
		{"1.2.3.400", func(c *Cursor) { c.Addr() }, "unexpected '1.2.3.400', expected an IP address"},
		{"::1", func(c *Cursor) { c.Addr4() }, "unexpected '::1', expected an IPv4 address"},
		{"10.0.0.1/24", func(c *Cursor) { c.Prefix() }, "'10.0.0.1/24' is not a valid network, expected 10.0.0.0/24"},
		{"10.0.0.0/33", func(c *Cursor) { c.Prefix() }, "unexpected '10.0.0.0/33', expected a prefix length from 0 to 32"},
		{"[ a b", func(c *Cursor) {
			for range c.List {
			}
		}, "unexpected end of command, expected ']'"},
		{"maybe", func(c *Cursor) { c.Bool(true) }, "unexpected 'maybe', expected true, false, enable, disable, enabled, disabled, yes or no"},
	} {
		var c Cursor
		c.Reset(tt.in)
		tt.take(&c)
		if got := errText(c.Err()); got != tt.err {
			t.Errorf("%q: error %q, want %q", tt.in, got, tt.err)
		}
	}
	var c Cursor
	c.Reset("18446744073709551615 on")
	if v := c.Uint(1<<64 - 1); v != 1<<64-1 || c.Err() != nil {
		t.Errorf("largest number: %d, %v", v, c.Err())
	}
}

// The statements of a command end with its text, with and without a last ";".
func TestCommandStatements(t *testing.T) {
	for text, want := range map[string]int{"": 0, "a": 0, "a;": 0, "a; b": 1, "a { b; c; }": 3, "a { b; ": 1} {
		var c Cursor
		c.Reset(text)
		n := 0
		for n <= len(text) && c.Next() {
			n++
		}
		if n != want || c.Err() != nil {
			t.Errorf("%q: %d statements behind the first, want %d (%v)", text, n, want, c.Err())
		}
	}
}

func TestCommandAllocs(t *testing.T) {
	var c Cursor
	n := testing.AllocsPerRun(100, func() {
		c.Reset("announce route 10.0.0.0/24 next-hop 192.0.2.1 med 100 community [ 65000:1 65000:2 ]")
		for c.More() {
			c.Word()
		}
	})
	if n != 0 {
		t.Errorf("%v allocations per command, want 0", n)
	}
}

func FuzzFile(f *testing.F) {
	f.Add("neighbor 1.1.1.1 {\n a \"b\" 'c' \\u0041; # d\n}\n")
	f.Add("a \\\nb;")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := statements(text)
		if e, ok := errors.AsType[*Error](err); ok && (e.Line < 1 || e.Col < 1) {
			t.Errorf("error without a place: %+v", e)
		}
	})
}

// FuzzAppendQuoted: a word in quotes is read as it was, in a file and in a command.
func FuzzAppendQuoted(f *testing.F) {
	f.Add("a \"b\" 'c' \\ # ; { }\n\t\x00")
	f.Add("")
	f.Fuzz(func(t *testing.T, word string) {
		text := string(AppendQuoted(nil, word))
		file := NewFile("f", text+" end;")
		var command Cursor
		command.Reset(text + " end")
		if !file.Next() {
			t.Fatal(file.Err())
		}
		for _, c := range []*Cursor{file, &command} {
			if got, end := c.Word(), c.Word(); got != word || end != "end" || c.Err() != nil {
				t.Errorf("%s: %q, %q, %v", text, got, end, c.Err())
			}
		}
	})
}

func TestBool(t *testing.T) {
	for _, tt := range []struct {
		in             string
		bare, want, ok bool
	}{
		{"", true, true, true},
		{"", false, false, true},
		{"Enable", false, true, true},
		{"1", false, true, true},
		{"disabled", true, false, true},
		{"NO", true, false, true},
		{"2", true, false, false},
	} {
		var c Cursor
		c.Reset(tt.in)
		if got := c.Bool(tt.bare); got != tt.want || c.Err() == nil != tt.ok {
			t.Errorf("%q: %v, %v", tt.in, got, c.Err())
		}
	}
}

func TestList(t *testing.T) {
	for _, tt := range []struct{ in, want, rest, err string }{
		{"[ a, b c ] d", "a b c", "d", ""},
		{"a b", "a", "b", ""},
		{"[ ]", "", "", ""},
		{"", "", "", "unexpected end of command, expected a value or a list in [ ]"},
		{"[ a stop b ]", "a stop", "b", ""},
	} {
		var c Cursor
		c.Reset(tt.in)
		var words []string
		for w := range c.List {
			if words = append(words, w); w == "stop" {
				break
			}
		}
		if got := strings.Join(words, " "); got != tt.want || c.Word() != tt.rest || errText(c.Err()) != tt.err {
			t.Errorf("%q: %q, %v", tt.in, got, c.Err())
		}
	}
}

// TestWords: what takes words one by one.
func TestWords(t *testing.T) {
	var c Cursor
	c.Reset("one two three; four")
	if c.Accept("two") || !c.Accept("one") || !c.Expect("two") || c.Offset() != 4 || c.Rest() != " three; four" {
		t.Errorf("%q, %v", c.Rest(), c.Err())
	}
	if c.Expect("four") || errText(c.Err()) != "unexpected 'three', expected 'four'" {
		t.Error(c.Err())
	}
	for word, want := range map[string]string{
		"uncast": "unexpected 'uncast', did you mean 'unicast'?",
		"x":      "unexpected 'x', expected unicast or multicast",
	} {
		c.Reset(word)
		c.Word()
		if c.FailWord([]string{"unicast", "multicast"}); errText(c.Err()) != want {
			t.Error(c.Err())
		}
	}
	for text, want := range map[string]bool{"0": true, "+7": true, "1_000": true, "1000": true, "1001": false, "": false, "_1": false, "1_": false, "+": false, "x": false} {
		if _, ok := ParseUint(text, 1000); ok != want {
			t.Errorf("%q is a number: %v", text, ok)
		}
	}
}

func BenchmarkCommand(b *testing.B) {
	var c Cursor
	for b.Loop() {
		c.Reset("announce route 10.0.0.0/24 next-hop 192.0.2.1 med 100")
		for c.More() {
			c.Word()
		}
	}
}

func TestEnds(t *testing.T) {
	for _, text := range []string{
		"a b;", "a b {", "a }", "}", ";", "{", "a 'b;' c {", "a \\\n b;", "a b", "a # b;", "", "a\n;", "a [ b, c ];",
	} {
		for taken := range 3 {
			c, plain := NewFile("f", text), NewFile("f", text)
			for _, c := range []*Cursor{c, plain} {
				c.Next()
				for range taken {
					c.Word()
				}
			}
			line, col := c.Pos()
			got, want := c.Ends(), plain.End()
			if got != want {
				t.Errorf("%q after %d words: %q, want %q", text, taken, got, want)
			}
			if l, k := c.Pos(); l != line || k != col || c.Word() != again(text, taken) {
				t.Errorf("%q after %d words: something was taken", text, taken)
			}
		}
	}
}

func TestEndsOfCommand(t *testing.T) {
	for text, want := range map[string]byte{"": ';', "a b": ';', "a b;": ';', "a { b; }": '{', "a }": '}', "a 'b;'": ';', "a [ b ] {": '{'} {
		var c Cursor
		c.Reset(text)
		for range 2 {
			if got, end := c.Ends(), plainEnd(c); got != want || end != want {
				t.Errorf("%q: Ends %q, End %q, want %q", text, got, end, want)
			}
			c.Peek()
		}
	}
}

func plainEnd(c Cursor) byte { return c.End() }

// again returns the word behind n others.
func again(text string, n int) string {
	c := NewFile("f", text)
	c.Next()
	for range n {
		c.Word()
	}
	return c.Word()
}
