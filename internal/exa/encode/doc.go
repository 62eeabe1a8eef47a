// Package encode turns what a speaker reports into the lines that ExaBGP writes to
// its helper programs.
//
// A line is an envelope and a body. The body is the same for all subscribers of
// one Format, so it is encoded once for them. The envelope has what differs: the
// counter. Only JSON has an envelope.
//
//	event ── Encoder.AppendMessage(body, …) ──► body, once a Format
//	                                              │
//	         Envelope.AppendHead(line, now, n) ──►┴─► line, once a subscriber
//
// Everything appends. What an UPDATE costs allocates nothing.
package encode
