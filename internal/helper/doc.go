// Package helper runs line clients: the helper programs of a configuration, and
// whoever else speaks in lines, such as a CLI socket. It knows lines, not BGP.
//
// A client has two goroutines. The reader executes each line where it lies in the
// read buffer, and ends a batch when the client has been quiet for a moment. The
// writer takes what waits in the client's Outbuf.
//
//	stdout ──► reader ── Exec(line) … Commit() ──► Lines (the hub of exa/api)
//	stdin  ◄── writer ◄─ Outbuf ◄── answers of Lines, events of the hub
//
// Nobody waits for a client but its own reader and, for as long as the client is
// not stalled, whoever has an event for it and no room. A Set starts, restarts and
// ends the helper programs:
//
//	set := helper.NewSet(helper.Config{Log: log, Env: env, Attach: attach})
//	set.Start(helper.Spec{Name: "watch", Run: []string{"/etc/herald/watch"}, Respawn: true})
//	…
//	set.Shutdown()
//
// Operators does the same for clients that come by themselves, by a Unix socket or
// a pair of named pipes.
package helper

// Lines executes the lines of one client. Its methods are called by the client's
// reader, one at a time.
type Lines interface {
	// Exec executes a line. The line is borrowed: it is valid during the call.
	Exec(line []byte)
	// Hold reports that what has been executed since the last Commit should wait
	// for the long hold-off.
	Hold() bool
	// Commit ends a batch: answers leave, and what was changed takes effect.
	Commit()
}
