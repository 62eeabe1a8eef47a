package examples_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
)

// annotate writes the body of an UPDATE in lines that say what they are.
func annotate(body []byte) string {
	var b strings.Builder
	withdrawn := int(binary.BigEndian.Uint16(body))
	octets(&b, body[:2+withdrawn], "withdrawn routes")
	body = body[2+withdrawn:]
	size := 2 + int(binary.BigEndian.Uint16(body))
	octets(&b, body[:2], fmt.Sprintf("%d octets of path attributes", size-2))
	attrs, nlri := body[2:size], body[size:]
	for v := range bgp.AttrBlock(attrs).All() {
		octets(&b, v.Append(nil), v.Code.String())
	}
	if len(nlri) > 0 {
		octets(&b, nlri, "NLRI")
	}
	return b.String()
}

// octets writes octets in lines of at most perLine, with a remark behind the first.
func octets(b *strings.Builder, v []byte, remark string) {
	const perLine, column = 32, 40
	for len(v) > 0 {
		n := min(perLine, len(v))
		line := fmt.Sprintf("%X", v[:n])
		if remark != "" {
			line = fmt.Sprintf("%-*s  # %s", column, line, remark)
		}
		b.WriteString(line + "\n")
		v, remark = v[n:], ""
	}
}

// wrap breaks the lines of JSON: members of the two outer objects have one each.
func wrap(text string) string {
	const outer = 2
	var b bytes.Buffer
	depth, quoted := 0, false
	line := func() {
		b.Truncate(len(bytes.TrimRight(b.Bytes(), " ")))
		b.WriteString("\n" + strings.Repeat("  ", depth))
	}
	for i := range len(text) {
		c := text[i]
		if c == '"' && text[max(i-1, 0)] != '\\' {
			quoted = !quoted
		}
		broken := !quoted && depth <= outer
		switch {
		case quoted:
			b.WriteByte(c)
		case c == '{' || c == '[':
			depth++
			b.WriteByte(c)
			if depth <= outer {
				line()
			}
		case c == '}' || c == ']':
			depth--
			if broken {
				line()
			}
			b.WriteByte(c)
		case c == ',' && broken:
			b.WriteByte(c)
			line()
		case c == ' ' && bytes.HasSuffix(b.Bytes(), []byte(" ")): // of the new line
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "\n"
}
