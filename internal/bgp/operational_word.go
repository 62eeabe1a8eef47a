package bgp

import (
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// ParseOperationalWords reads what follows the type of an OPERATIONAL message:
//
//	afi AFI safi SAFI advisory TEXT
//	afi AFI safi SAFI [router-id ID] sequence N [counter N]
//
// The counter belongs to replies. Without a router-id it is that of whoever sends
// it. A mistake is the cursor's error.
func ParseOperationalWords(t OperationalType, c *lex.Cursor) *Operational {
	o := &Operational{Type: t}
	var ok bool
	if c.Expect("afi") {
		if o.Family.AFI, ok = ParseAFI(c.Word()); !ok {
			c.Fail("an address family")
		}
	}
	if c.Expect("safi") {
		if o.Family.SAFI, ok = ParseSAFI(c.Word()); !ok {
			c.Fail("a subsequent address family")
		}
	}
	kind := t.row().kind
	if kind == operationalAdvisory {
		if c.Expect("advisory") {
			o.Advisory = []byte(c.Word())
		}
		return o
	}
	if c.Accept("router-id") {
		o.RouterID = c.Addr4()
	}
	if c.Expect("sequence") {
		o.Sequence = uint32(c.Uint(1<<32 - 1))
	}
	if kind == operationalCounter && c.Expect("counter") {
		o.Counter = uint32(c.Uint(1<<32 - 1))
	}
	return o
}

// AppendWords appends the type in lower case and what ParseOperationalWords reads.
func (o *Operational) AppendWords(dst []byte) []byte {
	dst = append(dst, strings.ToLower(o.Type.String())...)
	dst = o.Family.AFI.AppendText(append(dst, " afi "...))
	dst = o.Family.SAFI.AppendText(append(dst, " safi "...))
	kind := o.Type.row().kind
	if kind == operationalAdvisory {
		return lex.AppendQuoted(append(dst, " advisory "...), string(o.Advisory))
	}
	if o.RouterID.IsValid() {
		dst = o.RouterID.AppendTo(append(dst, " router-id "...))
	}
	dst = appendUint(dst, " sequence ", o.Sequence)
	if kind == operationalCounter {
		dst = appendUint(dst, " counter ", o.Counter)
	}
	return dst
}
