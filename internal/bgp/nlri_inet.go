package bgp

import "github.com/herald-bgp/herald/internal/lex"

type genericNLRI struct{}
type inetNLRI struct {
	genericNLRI
	bits int
}
type labelNLRI struct {
	genericNLRI
	bits int
}
type vpnNLRI struct {
	genericNLRI
	bits int
}

func (genericNLRI) next(b []byte) (n int, err error)              { return 0, errShort }
func (genericNLRI) appendKey(dst, nlri []byte) []byte             { return dst }
func (genericNLRI) word(s *scratch, w string, c *lex.Cursor) bool { return false }
func (genericNLRI) finish(dst []byte, s *scratch) ([]byte, error) { return dst, nil }
func (genericNLRI) appendText(dst, nlri []byte, f *Face) []byte   { return dst }
func (genericNLRI) appendJSON(dst, nlri []byte, f *Face) []byte   { return dst }
