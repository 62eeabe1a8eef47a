// Package mrt reads MRT files (RFC 6396, RFC 8050): what route collectors and
// daemons write of the messages, the states and the tables of their peers.
//
// A Reader walks the records of a stream, and knows nothing of what is in them. A
// record is then read as what its Kind says:
//
//	io.Reader ── Reader.Next ──► Record ─┬─ Message      a BGP message and its session
//	                                     ├─ StateChange  of a session
//	                                     ├─ PeerTable    whom RIB entries name by number
//	                                     └─ RIB ─ Next ─► Entry ─ AppendUpdate ─► a BGP message
//
// Everything is a view of the record, which borrows the buffer of the Reader: it is
// valid until the next call of Next. Only a PeerTable owns its octets. What cannot
// be read of one record does no harm to the next.
package mrt
