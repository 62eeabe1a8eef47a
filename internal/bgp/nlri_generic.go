package bgp

import (
	"errors"

	"github.com/herald-bgp/herald/internal/lex"
)

// genericNLRI is the codec of families without one: where an NLRI ends is not
// known, so a whole block is one opaque NLRI.
type genericNLRI struct{}

var errNoGrammar = errors.New("routes of this family cannot be written in words")

func (genericNLRI) next(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, errShort
	}
	return len(b), nil
}

func (genericNLRI) appendKey(dst, nlri []byte) []byte { return append(dst, nlri...) }

func (genericNLRI) word(*scratch, string, *lex.Cursor) bool { return false }

func (genericNLRI) finish(dst []byte, _ *scratch) ([]byte, error) { return dst, errNoGrammar }

func (genericNLRI) appendText(dst, nlri []byte, _ *Face) []byte {
	return append0x(dst, nlri)
}

func (genericNLRI) appendJSON(dst, nlri []byte, f *Face) []byte {
	dst = appendHex(append(dst, `{ "raw": "`...), nlri, upperHex)
	return append(appendPathIDJSON(append(dst, '"'), f), " }"...)
}

// appendPathIDJSON and appendPathIDText append the path identifier as ExaBGP shows
// it, a dotted quad, when path identifiers were negotiated.

func appendPathIDJSON(dst []byte, f *Face) []byte {
	if f.PathID == nil {
		return dst
	}
	return append(appendAddr(append(dst, `, "path-information": "`...), f.PathID), '"')
}

func appendPathIDText(dst []byte, f *Face) []byte {
	if f.PathID == nil {
		return dst
	}
	return appendAddr(append(dst, " path-information "...), f.PathID)
}
