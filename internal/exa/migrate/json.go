package migrate

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// rename is a key of events that one version has otherwise, below or beside a key
// that contains another word.
type rename struct {
	from, to, context string
}

// renames returns what changes on the way between two versions, or on the way back.
func renames(from, to Version, back bool) []rename {
	var out []rename
	for i := range keyTable {
		k := &keyTable[i]
		switch {
		case from > k.step || to <= k.step:
		case back:
			out = append(out, rename{k.new, k.old, k.context})
		default:
			out = append(out, rename{k.old, k.new, k.context})
		}
	}
	return out
}

// events renames keys in lines of JSON.
type events struct {
	renames []rename
	note    func(change string) // may be nil

	src     string
	pos     int
	out     []byte
	parents []string // keys around the object being written
}

// line writes a line of JSON anew, as compactly as it goes and in ASCII, with keys
// renamed; false when it is no JSON object.
func (e *events) line(text string) (string, bool) {
	if !strings.HasPrefix(text, "{") || !json.Valid([]byte(text)) {
		return "", false
	}
	e.src, e.pos, e.out, e.parents = text, 0, e.out[:0], e.parents[:0]
	e.value()
	return string(e.out), true
}

// value writes the value at pos. That it is well-formed has been checked.
func (e *events) value() {
	e.blanks()
	switch c := e.src[e.pos]; c {
	case '{':
		e.object()
	case '[':
		e.take()
		for first := true; !e.closes(']'); first = false {
			e.comma(first)
			e.value()
		}
		e.take()
	case '"':
		e.out = appendString(e.out, e.quoted())
	default: // a number, true, false or null
		start := e.pos
		for e.pos < len(e.src) && !strings.ContainsRune(" \t\r\n,]}", rune(e.src[e.pos])) {
			e.pos++
		}
		e.out = append(e.out, e.src[start:e.pos]...)
	}
}

// object writes an object, with its keys renamed.
func (e *events) object() {
	begin := e.pos
	e.take()
	for first := true; !e.closes('}'); first = false {
		e.comma(first)
		e.blanks()
		key := e.quoted()
		e.out = appendString(e.out, e.renamed(key, begin))
		e.blanks()
		e.take() // ':'
		e.parents = append(e.parents, key)
		e.value()
		e.parents = e.parents[:len(e.parents)-1]
	}
	e.take()
}

// renamed returns a key of the object that begins at an offset as it is written.
func (e *events) renamed(key string, begin int) string {
	for i := range e.renames {
		if r := &e.renames[i]; r.from == key && e.within(r.context, begin) {
			if e.note != nil {
				e.note("Renamed '" + r.from + "' to '" + r.to + "'")
			}
			return r.to
		}
	}
	return key
}

// within reports whether a key around the object, or in it, contains a word.
func (e *events) within(context string, begin int) bool {
	contains := func(key string) bool { return strings.Contains(strings.ToLower(key), context) }
	if slices.ContainsFunc(e.parents, contains) {
		return true
	}
	// The keys of the object: strings of its own level before a ':'.
	ahead := events{src: e.src, pos: begin}
	level := 0
	for {
		switch c := ahead.src[ahead.pos]; c {
		case '{', '[':
			level++
		case '}', ']':
			if level--; level == 0 {
				return false
			}
		case '"':
			key := ahead.quoted()
			ahead.blanks()
			if level == 1 && ahead.src[ahead.pos] == ':' && contains(key) {
				return true
			}
			continue
		}
		ahead.pos++
	}
}

func (e *events) blanks() {
	for e.pos < len(e.src) && strings.IndexByte(" \t\r\n", e.src[e.pos]) >= 0 {
		e.pos++
	}
}

// take writes the octet at pos.
func (e *events) take() {
	e.out = append(e.out, e.src[e.pos])
	e.pos++
}

// closes reports whether the next octet is the end of an object or list.
func (e *events) closes(end byte) bool {
	e.blanks()
	return e.src[e.pos] == end
}

// comma takes the comma before all elements but the first.
func (e *events) comma(first bool) {
	if !first {
		e.take()
	}
}

// quoted takes a string and returns what it says.
func (e *events) quoted() string {
	start := e.pos
	e.pos++
	plain := true
	for e.src[e.pos] != '"' {
		if e.src[e.pos] == '\\' {
			plain = false
			e.pos++
		}
		e.pos++
	}
	e.pos++
	if plain {
		return e.src[start+1 : e.pos-1]
	}
	var s string
	_ = json.Unmarshal([]byte(e.src[start:e.pos]), &s) // it is valid
	return s
}

// appendString writes a string in ASCII.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	unit := func(u rune) { dst = append(dst, '\\', 'u', hex[u>>12&15], hex[u>>8&15], hex[u>>4&15], hex[u&15]) }
	dst = append(dst, '"')
	for i, c := range s {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', byte(c))
		case c >= ' ' && c <= '~':
			dst = append(dst, byte(c))
		case c < ' ' && strings.IndexByte("\b\f\n\r\t", byte(c)) >= 0:
			dst = append(dst, '\\', "bfnrt"[strings.IndexByte("\b\f\n\r\t", byte(c))])
		case c > 0xFFFF:
			high, low := utf16.EncodeRune(c)
			unit(high)
			unit(low)
		case c == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			unit(0xFFFD)
		default:
			unit(c)
		}
	}
	return append(dst, '"')
}
