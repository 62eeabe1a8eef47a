package bgp

// Update is a received UPDATE as a view: everything in it borrows the message, or
// scratch of the Update itself, until the next ParseUpdate with the same Update.
//
// AS numbers have been widened to four octets and AS4_PATH and AS4_AGGREGATOR
// merged (RFC 6793); attributes that RFC 7606 discards are gone; when the whole
// UPDATE is treated as a withdraw, its announced sections stand in Unreach.
type Update struct {
	Attrs   []AttrView // ascending code; without MP_REACH_NLRI and MP_UNREACH_NLRI, with NEXT_HOP
	Reach   []Section  // announced: the NLRI field first, then MP_REACH_NLRI
	Unreach []Section  // withdrawn: the withdrawn routes field, MP_UNREACH_NLRI, then what RFC 7606 made so

	EOR       bool   // the message is an End-of-RIB marker (RFC 4724 §2)
	EORFamily Family // of this family

	// Fault is the strongest RFC 7606 error that did not end the session: Discard
	// or Withdraw, and the attribute that caused it. Nil when there is none.
	Fault *Error
	// Lost is the error of an NLRI that was passed over because only it was
	// malformed (RFC 7606 §5.4). Nil when there is none.
	Lost error

	fault   Error  // what Fault points to
	scratch []byte // widened and merged attributes
}

// Section is the NLRI of one family that an UPDATE announces with one next hop,
// or withdraws.
type Section struct {
	Family  Family
	NextHop []byte    // address octets: 4, 16, or 32 with a link-local one; nil for none and for withdraws, but for those that RFC 7606 made of an announce
	NLRI    NLRIBlock // with path identifiers when PathID
	PathID  bool
}

// ParseUpdate reads the body of an UPDATE into u, which is reused. It returns only
// errors that end the session; the others are in u.Fault (RFC 7606).
func ParseUpdate(u *Update, body []byte, n *Negotiated) *Error { return nil }

// AppendAttrsJSON appends the members of the "attribute" object, without its braces.
// After an RFC 7606 error one of them is "error".
func (u *Update) AppendAttrsJSON(dst []byte, f *Face) []byte { return dst }

// AppendAttrsText appends each attribute as " keyword value", NEXT_HOP left out.
func (u *Update) AppendAttrsText(dst []byte, f *Face) []byte { return dst }
