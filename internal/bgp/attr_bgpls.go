package bgp

// bgplsAttr is the BGP-LS attribute (RFC 9552 §5.3): TLVs about the object of the NLRI.
//
//	0: type (2)  2: length (2)  4: value
//
// lsTable has those that are known; others are kept and shown as octets.
type bgplsAttr struct{}

// check: RFC 9552 §8.2.2: lengths that do not fit cost the attribute; so does a TLV
// that may stand once when it stands twice (§5.3.2).
func (bgplsAttr) check(v []byte, _ *Negotiated) error {
	var seen uint64 // a bit per row
	for len(v) > 0 {
		code, value, rest, ok := cutTLV22(v)
		if !ok {
			return errShort
		}
		v = rest
		i := lsIndexOf(code)
		if i < 0 {
			continue
		}
		r := &lsTable[i]
		switch {
		case !r.fits(value):
			return errLength
		case r.repeats:
		case seen&(1<<i) != 0:
			return errValue
		default:
			seen |= 1 << i
		}
	}
	return nil
}

// lsIndexOf returns the place of a code in the table, which is sorted; -1 when it is
// not known.
func lsIndexOf(code int) int {
	low, high := 0, len(lsTable)
	for low < high {
		if middle := (low + high) / 2; lsTable[middle].code < code {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < len(lsTable) && lsTable[low].code == code {
		return low
	}
	return -1
}

// fits reports whether a value has a length, and a shape, that its type may have.
func (r *lsRow) fits(v []byte) bool {
	n := len(v)
	switch {
	case n < int(r.min) || r.max > 0 && n > int(r.max):
		return false
	case r.unit > 0 && n%int(r.unit) != 0:
		return false
	case r.addr && n != 4 && n != 16:
		return false
	}
	return r.valid == nil || r.valid(v)
}

// lsTLV is a TLV as a dialect sees it.
type lsTLV struct {
	code   int
	row    *lsRow // nil when the dialect does not know it
	value  []byte
	behind []byte // the TLVs that follow
}

// cutLS takes the first TLV.
func cutLS(b []byte, d Dialect) (t lsTLV, ok bool) {
	t.code, t.value, t.behind, ok = cutTLV22(b)
	if i := lsIndexOf(t.code); ok && i >= 0 && lsTable[i].lacks&(1<<d) == 0 {
		t.row = &lsTable[i]
	}
	return t, ok
}

// gathered reports whether the dialect makes a list of all TLVs like t.
func (t *lsTLV) gathered(d Dialect) bool {
	switch {
	case t.row == nil:
		return d != Dialect42
	case d.Main():
		return t.row.repeats
	case d == Dialect5:
		return t.row.list5
	}
	return t.row.code == lsLocalRouter4 || t.row.code == lsLocalRouter6
}

// like reports whether u is gathered with t.
func (t *lsTLV) like(u *lsTLV) bool {
	return t.code == u.code || t.row != nil && u.row != nil && t.row.group > 0 && t.row.group == u.row.group
}

// lsCodes is sets of codes that have no row: those that stand in an attribute, those
// that repeat, and those that have been shown. A peer chooses how many there are: what
// is gathered must not be looked for again and again.
type lsCodes struct{ once, twice, shown [(maxTLV + 1) / 64]uint64 }

func (s *lsCodes) fill(v []byte) {
	for len(v) > 0 {
		code, _, rest, ok := cutTLV22(v)
		if !ok {
			return
		}
		bit := uint64(1) << (code % 64)
		s.twice[code/64] |= s.once[code/64] & bit
		s.once[code/64] |= bit
		v = rest
	}
}

// lsSeen is what of an attribute has been shown.
type lsSeen struct {
	rows  uint64 // a bit per leader of a group
	codes *lsCodes
}

// first reports whether t is the first of those like it.
func (s *lsSeen) first(t *lsTLV) bool {
	if t.row == nil {
		return addBit(&s.codes.shown[t.code/64], t.code%64)
	}
	leader := t.code
	if t.row.group > 0 {
		leader = t.row.group
	}
	return addBit(&s.rows, lsIndexOf(leader))
}

// addBit sets a bit; false when it was.
func addBit(set *uint64, bit int) bool {
	before := *set
	*set |= 1 << bit
	return before != *set
}

// alone reports whether no other TLV is like t, as far as that is known.
func (s *lsSeen) alone(t *lsTLV) bool {
	return t.row == nil && s.codes.twice[t.code/64]&(1<<(t.code%64)) == 0
}

// lsShow is what of an attribute is to be shown, and how.
type lsShow struct{ lists, singles, text bool }

// appendJSON: ExaBGP: main has lists first. Pinned by vector K91.
func (bgplsAttr) appendJSON(dst, v []byte, f *Face) []byte {
	dst = append(dst, `"bgp-ls": { `...)
	start := len(dst)
	if f.Dialect.Main() {
		dst = showLS(dst, start, v, f, lsShow{lists: true})
		dst = showLS(dst, start, v, f, lsShow{singles: true})
	} else {
		dst = showLS(dst, start, v, f, lsShow{lists: true, singles: true})
	}
	return append(dst, " }"...)
}

// appendText: ExaBGP: values as Python prints them; main does not gather.
func (bgplsAttr) appendText(dst, v []byte, f *Face) []byte {
	dst = append(dst, " bgp-ls "...)
	return showLS(dst, len(dst), v, f, lsShow{lists: true, singles: true, text: true})
}

// showLS appends TLVs to what begins at start. Of those that are gathered the first
// shows all.
func showLS(dst []byte, start int, v []byte, f *Face, what lsShow) []byte {
	for b := v; len(b) > 0; {
		t, ok := cutLS(b, f.Dialect)
		if !ok {
			break
		}
		if t.row == nil { // rare: room for the codes is made for these alone
			return showOtherLS(dst, start, v, f, what)
		}
		b = t.behind
	}
	return showSeenLS(dst, start, v, f, what, &lsSeen{})
}

func showOtherLS(dst []byte, start int, v []byte, f *Face, what lsShow) []byte {
	var codes lsCodes
	codes.fill(v)
	return showSeenLS(dst, start, v, f, what, &lsSeen{codes: &codes})
}

func showSeenLS(dst []byte, start int, v []byte, f *Face, what lsShow, s *lsSeen) []byte {
	for len(v) > 0 {
		t, ok := cutLS(v, f.Dialect)
		if !ok {
			break
		}
		v = t.behind
		gathered := t.gathered(f.Dialect) && !(what.text && f.Dialect.Main())
		if gathered && (!what.lists || !s.first(&t)) || !gathered && !what.singles {
			continue
		}
		if gathered && s.alone(&t) {
			t.behind = nil
		}
		if len(dst) > start {
			dst = append(dst, ", "...)
		}
		if what.text {
			dst = t.appendText(dst, f, gathered)
		} else {
			dst = t.appendJSON(dst, f, gathered)
		}
	}
	return dst
}

// appendJSON appends the member of a TLV, of all like it when they are gathered.
func (t *lsTLV) appendJSON(dst []byte, f *Face, gathered bool) []byte {
	switch {
	case t.row == nil && !gathered: // ExaBGP: 4.2 does not show it
		return append(appendUint(append(dst, `"attribute-not-implemented": "`...), "", t.code), '"')
	case t.row == nil:
		dst = appendUint(dst, `"generic-lsid-`, t.code)
	case t.row.members != nil && t.row.flat&(1<<f.Dialect) != 0:
		return t.row.members(dst, t.value, f)
	default:
		dst = append(append(dst, '"'), t.row.name(f.Dialect)...)
	}
	dst = append(dst, `": `...)
	if !gathered {
		return t.row.value(dst, t.value, t.row, f)
	}
	return t.appendList(dst, f)
}

// appendList appends the values of t and of those like it.
func (t *lsTLV) appendList(dst []byte, f *Face) []byte {
	dst = append(dst, '[')
	sep := ""
	for u, ok := *t, true; ok; u, ok = cutLS(u.behind, f.Dialect) {
		if !t.like(&u) {
			continue
		}
		dst = append(dst, sep...)
		sep = ", "
		if u.row == nil {
			dst = append(appendHex(append(dst, `"0x`...), u.value, upperHex), '"')
		} else {
			dst = u.row.value(dst, u.value, u.row, f)
		}
	}
	return append(dst, ']')
}

// appendText appends the text of a TLV, of all like it when they are gathered.
func (t *lsTLV) appendText(dst []byte, f *Face, gathered bool) []byte {
	r := t.row
	switch {
	case r == nil:
		return append(appendUint(dst, "Attribute with code [ ", t.code), " ] not implemented"...)
	case gathered && r.text == "":
		sep := ""
		for u, ok := *t, true; ok; u, ok = cutLS(u.behind, f.Dialect) {
			if t.like(&u) {
				dst = r.line(append(dst, sep...), u.value, f)
				sep = ", " // Deviation: 5.0 ends the line here
			}
		}
		return dst
	case r.line != nil && !gathered:
		return r.line(dst, t.value, f)
	}
	dst = append(append(dst, r.label(f.Dialect)...), ": "...)
	start := len(dst)
	switch {
	case r.words != nil:
		return r.words(dst, t.value, f)
	case gathered:
		dst = t.appendList(dst, f)
	default:
		dst = r.value(dst, t.value, r, f)
	}
	return pythonValue(dst, start, gathered && f.Dialect == Dialect42)
}

// name is the key of the row in JSON.
func (r *lsRow) name(d Dialect) string {
	if r.old != "" && !d.Main() {
		return r.old
	}
	return r.key
}

// label is what the text of the row begins with.
func (r *lsRow) label(d Dialect) string {
	switch {
	case d == Dialect42 && r.text42 != "":
		return r.text42
	case d == Dialect5 && r.text5 != "":
		return r.text5
	}
	return r.text
}
