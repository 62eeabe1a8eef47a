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

	scratch []byte // widened and merged attributes
}

// AttrView is one attribute of a received UPDATE. Value is canonical; Flags are as received.
type AttrView struct {
	Code  AttrCode
	Flags uint8
	Value []byte
}

// Section is the NLRI of one family that an UPDATE announces with one next hop,
// or withdraws.
type Section struct {
	Family  Family
	NextHop []byte    // address octets: 4, 16, or 32 with a link-local one; nil for none and for withdraws
	NLRI    NLRIBlock // with path identifiers when PathID
	PathID  bool
}
