// Package api is the line interface that helper programs and operators use: the
// hub that turns what a speaker does into their events, and the commands that
// they give.
//
//	lines ──► Client.Exec ── command table ── exa/route ──► Daemon (Announce, Withdraw, …)
//	                 └── answers ──► helper.Outbuf ◄── events ── Hub ◄── speaker (event.Observer)
//
// Both grammars of ExaBGP, verb first and noun first, are always understood. What
// is answered depends on the dialect. A command is a row of the command table; its
// code is in the file of its noun.
//
// The package knows words. What they do, and whether the caller may, is up to the
// Daemon.
package api
