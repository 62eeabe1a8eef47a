package bgp

import "github.com/herald-bgp/herald/internal/lex"

// PathIDLen is the length of the path identifier that begins a kept NLRI (RFC 7911 §3).
const PathIDLen = 4

// NLRIBlock is a run of NLRI on the wire: a view that borrows the message.
type NLRIBlock []byte

// nlriCodec reads and writes the NLRI of a family. NLRI come without path
// identifier: it is handled once, around the codec.
type nlriCodec interface {
	// next measures and validates the first NLRI in b. Its error is errShort,
	// errLength or errValue; wrapped in malformed, with its length, when only
	// this NLRI is lost.
	next(b []byte) (n int, err error)
	// appendKey appends the identity of the NLRI in a RIB: the octets without
	// what may change between announces of one route (labels).
	appendKey(dst, nlri []byte) []byte
	// word takes the word w and its arguments for the route in s; false when it
	// is not a word of the family. "rd" and "path-information" are common to all
	// families and handled around the codec.
	word(s *scratch, w string, c *lex.Cursor) bool
	// finish makes the octets of the words in s.
	finish(dst []byte, s *scratch) ([]byte, error)
	// appendText appends the route in ExaBGP's text, appendJSON its JSON object.
	appendText(dst, nlri []byte, f *Face) []byte
	appendJSON(dst, nlri []byte, f *Face) []byte
}

// malformed marks an error that costs only the NLRI it was found in, because the
// next one can still be found (RFC 7606 §5.4).
type malformed struct{ err error }

func (e malformed) Error() string { return "malformed NLRI: " + e.err.Error() }
func (e malformed) Unwrap() error { return e.err }

// Next takes the first NLRI of s: its path identifier, nil when s has none, and
// its octets, both borrowed. Malformed NLRI that RFC 7606 §5.4 passes over are
// not given; false at the end. It shortens s: walk a copy to keep it.
func (s *Section) Next() (pathID, nlri []byte, ok bool) {
	for len(s.NLRI) > 0 {
		pathID, nlri, err := s.next()
		if err == nil {
			return pathID, nlri, true
		}
	}
	return nil, nil, false
}

// next takes the first NLRI. After an error that is not malformed nothing is left.
func (s *Section) next() (pathID, nlri []byte, err error) {
	b := []byte(s.NLRI)
	if s.PathID {
		if len(b) < PathIDLen {
			s.NLRI = nil
			return nil, nil, errShort
		}
		pathID, b = b[:PathIDLen:PathIDLen], b[PathIDLen:]
	}
	n, err := s.Family.codec().next(b)
	if n <= 0 || n > len(b) { // an error without a length ends the walk
		s.NLRI = nil
		return nil, nil, err
	}
	s.NLRI = NLRIBlock(b[n:])
	return pathID, b[:n:n], err
}

// check walks a received section. Lost is the error of an NLRI that was passed
// over; err the one that leaves the section unreadable.
func (s Section) check() (lost, err error) {
	for len(s.NLRI) > 0 {
		_, _, e := s.next()
		if _, ok := e.(malformed); ok { //nolint:errorlint // codecs return it bare
			lost = e
		} else if e != nil {
			return lost, e
		}
	}
	return lost, nil
}

// AppendKeptNLRI appends the kept form of a received NLRI: the path identifier
// (zero when nil), then the NLRI in canonical form.
func AppendKeptNLRI(dst []byte, f Family, pathID, nlri []byte) []byte {
	if pathID == nil {
		dst = append(dst, 0, 0, 0, 0)
	} else {
		dst = append(dst, pathID...)
	}
	dst = append(dst, nlri...)
	// RFC 4271 §4.3: the bits behind the length are irrelevant. Labels and route
	// distinguisher are whole octets, so the length of the NLRI tells.
	switch f.codec().(type) {
	case ipNLRI, rtcNLRI:
		if len(nlri) > 0 {
			maskBits(dst[len(dst)-len(nlri)+1:], int(nlri[0]))
		}
	}
	return dst
}

// AppendNLRIKey appends the identity of a kept NLRI among those of its family:
// path identifier and NLRI, without labels.
func AppendNLRIKey(dst []byte, f Family, kept []byte) []byte {
	if len(kept) <= PathIDLen {
		return append(dst, kept...)
	}
	dst = append(dst, kept[:PathIDLen]...)
	return f.codec().appendKey(dst, kept[PathIDLen:])
}

// AppendNLRIText appends an NLRI (without path identifier, which is face.PathID) in
// ExaBGP's text: "10.0.0.0/24 label 100 rd 65000:1". The dialects 5 and 4.2 write
// the next hop inside it, when face has one; in the others it is not part of it.
func AppendNLRIText(dst []byte, f Family, nlri []byte, face *Face) []byte {
	return f.codec().appendText(dst, nlri, face)
}

// wordWriter is a codec whose text is not in the words that announce a route.
type wordWriter interface {
	// appendWords appends the words of an NLRI, without its path identifier; nothing
	// when it has none.
	appendWords(dst, nlri []byte, f *Face) []byte
}

// AppendNLRIWords appends an NLRI in the words that announce or withdraw it. Not
// every NLRI has such words: what was appended is to be read again.
func AppendNLRIWords(dst []byte, f Family, nlri []byte, face *Face) []byte {
	w, ok := f.codec().(wordWriter)
	if !ok {
		return AppendNLRIText(dst, f, nlri, face)
	}
	return appendPathIDText(w.appendWords(dst, nlri, face), face)
}

// AppendNLRIJSON appends the JSON of an NLRI (without path identifier, which is
// face.PathID): an object, or a string when face is compact.
func AppendNLRIJSON(dst []byte, f Family, nlri []byte, face *Face) []byte {
	return f.codec().appendJSON(dst, nlri, face)
}
