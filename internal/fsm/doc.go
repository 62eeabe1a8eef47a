// Package fsm is the BGP finite state machine (RFC 4271 §8) of one peer, pure: no
// clock, socket, goroutine or log. What happens goes in as an Event, what has to
// be done comes out as a list of Actions, in order.
//
//	for e := range events {
//		for _, a := range machine.Step(e) {
//			do(a)
//		}
//	}
//
// A Machine holds both connections that a peer may have, the one we opened (Out)
// and the one it opened (In), so that collision resolution (RFC 4271 §6.8) is a
// comparison of two fields.
//
// The state that is reported is that of the connection that is further along. The
// order of reports is ExaBGP's: ACTIVE IDLE connected CONNECT OPENSENT negotiated
// OPENCONFIRM ESTABLISHED up, and down IDLE.
//
// The conversations in testdata are the specification by example.
package fsm
