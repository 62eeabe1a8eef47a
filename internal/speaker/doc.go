// Package speaker runs BGP sessions: it connects and listens, drives the state
// machine of each peer, hands what arrives to an event.Observer and writes what
// the Adj-RIB-Out owes.
//
//	s := speaker.New(speaker.Config{Out: rib.NewOut(), Observer: hub, Logger: log})
//	err := s.Listen(cfg.Neighbors...)         // optional: while privileged
//	err = s.Apply(config.Diff(nil, cfg))
//	defer s.Shutdown(ctx)
//
// A live peer is three goroutines:
//
//	run    owns the Machine, the timers and both connections; never waits, but up
//	       to closeGrace for the last NOTIFICATION of a session
//	read   frames and parses; once the session is up it reports UPDATEs itself and
//	       visits run with everything that is no UPDATE or KEEPALIVE
//	write  sends control messages first, then drains the Adj-RIB-Out
//
// An Observer that makes read wait stops the peer by its TCP window; that time is
// not charged to the peer's hold timer. Nothing makes a KEEPALIVE wait for longer
// than one write.
package speaker
