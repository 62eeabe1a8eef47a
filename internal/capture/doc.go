// Package capture gives the BGP messages of a capture, MRT or packets, each with who
// sent it to whom and with what their session had negotiated.
//
//	io.Reader ── Open ──► Input: text, or a Reader
//	Reader.Next ──► Item: a message, a state, or what could not be read
//
// What a file is tells its content, also of a compressed one.
//
// A capture is read to be seen whole: every family counts as negotiated, with next
// hops of either kind, and nothing is dropped because it comes from an external
// peer. What decides how octets are read comes from where it is written: from the
// subtype of an MRT record, or from both OPENs of a session. Where neither tells,
// a guess works it out from messages that can be read in one way only.
package capture
