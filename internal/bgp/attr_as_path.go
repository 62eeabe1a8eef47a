package bgp

import "github.com/herald-bgp/herald/internal/lex"

// asPathAttr is AS_PATH with four-octet AS numbers (RFC 4271 §4.3 b, RFC 5065,
// RFC 6793): segments, one after another.
//
//	0: type  1: number of AS numbers  2: AS numbers (4 each)
type asPathAttr struct{}

// Types of path segments.
const (
	segmentSet       = 1
	segmentSequence  = 2
	segmentConfedSeq = 3 // RFC 5065 §3
	segmentConfedSet = 4
)

const maxSegment = 255 // AS numbers in a segment

func (asPathAttr) check(v []byte, n *Negotiated) error {
	for len(v) > 0 {
		seg, size, err := firstSegment(v, 4)
		if err != nil {
			return err
		}
		if n != nil {
			// RFC 5065 §5: confederation segments do not cross its border.
			if seg.confed() && !n.IBGP() {
				return errValue
			}
			if seg.hasZero() { // RFC 7607 §2
				return errValue
			}
		}
		v = v[size:]
	}
	return nil
}

// segment is a path segment with four-octet AS numbers.
type segment struct {
	kind byte
	as   []byte
}

// firstSegment returns the segment that v begins with, whose AS numbers take
// width octets, and its size (RFC 7606 §7.2).
func firstSegment(v []byte, width int) (s segment, size int, err error) {
	if len(v) < 2 {
		return s, 0, errShort
	}
	size = 2 + int(v[1])*width
	switch {
	case v[0] < segmentSet || v[0] > segmentConfedSet:
		return s, 0, errValue
	case size == 2:
		return s, 0, errLength
	case size > len(v):
		return s, 0, errShort
	}
	return segment{v[0], v[2:size]}, size, nil
}

// segments walks a checked path.
func segments(v []byte) func(yield func(segment) bool) {
	return func(yield func(segment) bool) {
		for len(v) > 0 {
			size := 2 + int(v[1])*4
			if !yield(segment{v[0], v[2:size]}) {
				return
			}
			v = v[size:]
		}
	}
}

func (s segment) confed() bool { return s.kind >= segmentConfedSeq }

func (s segment) hasZero() bool {
	for i := 0; i < len(s.as); i += 4 {
		if u32(s.as, i) == 0 {
			return true
		}
	}
	return false
}

// appendNumbers appends the AS numbers in text, with sep between two.
func (s segment) appendNumbers(dst []byte, sep string) []byte {
	between := ""
	for i := 0; i < len(s.as); i += 4 {
		dst = appendUint(dst, between, u32(s.as, i))
		between = sep
	}
	return dst
}

// segmentKinds is the types of a sequence and of a set.
type segmentKinds struct{ sequence, set byte }

// parse takes a single AS number, or segments: "[ 1 2 ]" is a sequence, "( 3 4 )"
// a set, one after another or, as in ExaBGP 4.2, the set within the sequence: in
// parentheses or brackets. Commas are passed over. An empty path is one, too. Those
// behind "confed" are of a confederation: "confed [ 64512 ] [ 1 2 ]".
//
// Deviation: ExaBGP means confederations by "{", which ends a statement in a file.
func (a asPathAttr) parse(c *lex.Cursor, dst []byte) []byte {
	p := bracketReader{c: c}
	if w := p.peek(); !opensSegment(w) {
		w = p.next()
		as, ok := parseASN(w)
		if !ok {
			c.Fail("an AS number, '[', '(' or confed")
		}
		return appendU32(append(dst, segmentSequence, 1), as)
	}
	for {
		dst = a.parsePart(&p, dst)
		if c.Err() != nil || !opensSegment(p.peek()) {
			if p.rest != "" {
				c.Fail("'[', '(' or a word of its own behind the AS path")
			}
			return dst
		}
	}
}

func opensSegment(w string) bool { return w == "[" || w == "(" || w == confedWord }

const confedWord = "confed"

// parsePart takes a sequence or a set.
func (a asPathAttr) parsePart(p *bracketReader, dst []byte) []byte {
	kinds, w := segmentKinds{segmentSequence, segmentSet}, p.next()
	if w == confedWord {
		kinds, w = segmentKinds{segmentConfedSeq, segmentConfedSet}, p.next()
	}
	switch w {
	case "[":
		return a.parseSequence(p, dst, kinds)
	case "(":
		return a.parseSegment(p, dst, kinds.set, ")")
	}
	p.c.Fail("'[' or '('")
	return dst
}

// parseSequence takes what stands between brackets, sets within it included.
func (a asPathAttr) parseSequence(p *bracketReader, dst []byte, kinds segmentKinds) []byte {
	for {
		dst = a.parseSegment(p, dst, kinds.sequence, "]")
		switch p.last {
		case "(":
			dst = a.parseSegment(p, dst, kinds.set, ")")
		case "[":
			dst = a.parseSegment(p, dst, kinds.set, "]")
		default:
			return dst
		}
		if p.c.Err() != nil {
			return dst
		}
	}
}

// parseSegment takes AS numbers up to end, or up to an opening bracket within a sequence.
func (asPathAttr) parseSegment(p *bracketReader, dst []byte, kind byte, end string) []byte {
	w := segmentWriter{dst: dst, kind: kind}
	sequence := kind == segmentSequence || kind == segmentConfedSeq
	for {
		switch word := p.next(); {
		case word == end, sequence && (word == "(" || word == "["):
			return w.dst
		case word == ",":
		default:
			as, ok := parseASN(word)
			if !ok {
				p.c.Fail("an AS number or '" + end + "'")
				return w.dst
			}
			w.add(as)
		}
	}
}

// segmentWriter appends AS numbers as segments of one kind.
type segmentWriter struct {
	dst  []byte
	kind byte
	head int // offset of the open segment's count, 0: none is open
}

func (w *segmentWriter) add(as uint32) {
	if w.head == 0 || w.dst[w.head] == maxSegment {
		w.dst = append(w.dst, w.kind, 0)
		w.head = len(w.dst) - 1
	}
	w.dst = appendU32(w.dst, as)
	w.dst[w.head]++
}

// bracketReader gives words with parentheses as words of their own, also where
// they are glued to others, as they are in a file.
type bracketReader struct {
	c    *lex.Cursor
	rest string // of the last word taken from c
	last string // word given last
}

func (p *bracketReader) next() string {
	if p.rest == "" {
		p.rest = p.c.Word()
	}
	p.last, p.rest = splitParen(p.rest)
	return p.last
}

func (p *bracketReader) peek() string {
	w := p.rest
	if w == "" {
		w = p.c.Peek()
	}
	w, _ = splitParen(w)
	return w
}

// done makes c fail when a word is glued to the last parenthesis.
func (p *bracketReader) done() {
	if p.rest != "" {
		p.c.Failf("unexpected '%s', expected a blank behind ')'", p.rest)
	}
}

// splitParen cuts a leading parenthesis, or what stands before one, from w.
func splitParen(w string) (first, rest string) {
	for i := range len(w) {
		if w[i] == '(' || w[i] == ')' {
			i = max(i, 1)
			return w[:i], w[i:]
		}
	}
	return w, ""
}

func (a asPathAttr) appendText(dst, v []byte, f *Face) []byte {
	if len(v) == 0 {
		return dst
	}
	dst = append(dst, " as-path"...)
	if f.Dialect == Dialect42 {
		return a.append42Text(dst, v)
	}
	for s := range segments(v) {
		r := &segmentTable[s.kind]
		dst = s.appendNumbers(append(dst, r.open...), " ")
		dst = append(dst, r.close...)
	}
	return dst
}

func (a asPathAttr) appendJSON(dst, v []byte, f *Face) []byte {
	if len(v) == 0 {
		return dst
	}
	if f.Dialect == Dialect42 {
		return a.append42JSON(dst, v)
	}
	sep, i := `"as-path": {"`, 0
	for s := range segments(v) {
		name := segmentTable[s.kind].name
		if !f.Dialect.Main() && s.confed() {
			name = segmentTable[segmentSequence].name // ExaBGP: 5.0 calls both so; vector A7
		}
		dst = append(append(appendUint(dst, sep, i), `": {"element": "`...), name...)
		dst = s.appendNumbers(append(dst, `", "value": [`...), ", ")
		dst = append(dst, "]}"...)
		sep, i = `, "`, i+1
	}
	return append(dst, '}')
}

// ExaBGP 4.2 keeps one list for each type of segment. Pinned by vectors A6, A7.

// append42Text writes "[ sequence ( set ) ]", then the same for confederations.
func (a asPathAttr) append42Text(dst, v []byte) []byte {
	dst = a.append42Path(append(dst, ' '), v, segmentSequence, segmentSet)
	if hasSegment(v, segmentConfedSeq) || hasSegment(v, segmentConfedSet) {
		dst = a.append42Path(dst, v, segmentConfedSeq, segmentConfedSet)
	}
	return dst
}

func (asPathAttr) append42Path(dst, v []byte, seq, set byte) []byte {
	dst = append(dst, "[ "...)
	if hasSegment(v, seq) {
		dst = append(appendKind(dst, v, seq, " "), ' ')
	}
	if hasSegment(v, set) {
		dst = append(appendKind(append(dst, "( "...), v, set, " "), " )"...)
		if hasSegment(v, seq) {
			dst = append(dst, ' ')
		}
	}
	return append(dst, ']')
}

func (asPathAttr) append42JSON(dst, v []byte) []byte {
	sep := ""
	for _, l := range segment42Table {
		given := hasSegment(v, l.kind)
		if !given && !l.always {
			continue
		}
		dst = append(append(append(dst, sep...), l.key...), '[')
		if given {
			dst = append(appendKind(append(dst, ' '), v, l.kind, ", "), ' ')
		}
		dst = append(dst, ']')
		sep = ", "
	}
	return dst
}

// appendKind appends the AS numbers of all segments of a kind.
func appendKind(dst, v []byte, kind byte, sep string) []byte {
	between := ""
	for s := range segments(v) {
		if s.kind == kind {
			dst = s.appendNumbers(append(dst, between...), sep)
			between = sep
		}
	}
	return dst
}

func hasSegment(v []byte, kind byte) bool {
	for s := range segments(v) {
		if s.kind == kind {
			return true
		}
	}
	return false
}
