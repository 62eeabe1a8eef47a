package bgp

import "github.com/herald-bgp/herald/internal/lex"

// atomicAggregateAttr is ATOMIC_AGGREGATE (RFC 4271 §4.3 f): no value.
type atomicAggregateAttr struct{}

func (atomicAggregateAttr) check(v []byte, _ *Negotiated) error    { return checkLen(v, 0) }
func (atomicAggregateAttr) parse(_ *lex.Cursor, dst []byte) []byte { return dst }
func (atomicAggregateAttr) appendText(dst, _ []byte, _ *Face) []byte {
	return append(dst, " atomic-aggregate"...)
}

func (atomicAggregateAttr) appendJSON(dst, _ []byte, _ *Face) []byte {
	return append(dst, `"atomic-aggregate": true`...)
}
