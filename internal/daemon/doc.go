// Package daemon is the whole: it loads a configuration, brings speaker, helper
// programs and hub to it, and does it again at a reload, as a difference that
// keeps sessions. What may change at run time (neighbors made by command, which
// version of the files is loaded) lives here.
//
//	d, err := daemon.New(cfg)   // configuration loaded, listeners open
//	// privileges may be dropped here
//	d.Start()                   // helpers run
//	err = d.Run(ctx)            // sessions, until a signal or the last peer is given up
//
// Commands come in by the methods of api.Daemon: rights are checked there, and
// nowhere else. Requests that take their time (reload, restart, shutdown) are
// noted and done by the goroutine of Run, one at a time: none is lost.
package daemon
