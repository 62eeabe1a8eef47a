// Package bgp is the BGP-4 protocol (RFC 4271 and its extensions) as values:
// messages, capabilities, address families, path attributes and NLRI, with their
// wire, text and JSON forms. It does no I/O, keeps no time, logs nothing, starts
// no goroutine and takes no lock.
//
// One representation: octets. What is kept (Attrs, NLRI) is canonical wire
// octets; what passes by (a received Update) is a view that borrows the read
// buffer. Text, JSON and RIB keys are functions of octets and of a Face.
//
// Families, attributes and capabilities are rows of literal tables
// (family_table.go, attr_table.go, cap_table.go); the code behind a row is one
// file named after it. Codes without a row survive as raw octets.
//
//	receive   Header ── ParseUpdate(body, *Negotiated) ──► Update{Attrs, Reach, Unreach}
//	                                                         │ AppendJSON, AppendText (Face)
//	send      Builder.Word(…) ──► NLRI, Attrs ── Packer(*Negotiated) ──► whole messages
//
// Canonical form of attributes: ascending code, four-octet AS numbers, no
// MP_REACH_NLRI, MP_UNREACH_NLRI, NEXT_HOP of a route (it is kept beside them), and no defaults.
// Canonical form of a kept NLRI: four octets of path identifier (zero when there
// is none), then the NLRI as on the wire.
package bgp
