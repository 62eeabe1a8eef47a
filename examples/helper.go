// A helper program to begin with, in Go: it announces the prefixes that are its
// arguments, says what it hears, and withdraws them when it is told to end.
//
//		process mine { run ./helper 198.51.100.0/24; encoder json; }
//		neighbor 192.0.2.1 { ... api { processes [ mine ]; neighbor-changes; receive { parsed; update; } } }
//
//	  - Standard output is for commands alone, one a line. What else you want to say goes to
//	    standard error, which ends up in the log.
//	  - Standard input is answers and events. Programs that you call get neither, unless you
//	    hand them over.
//	  - Read without end. What you do not read is kept for you, up to a limit; then the
//	    neighbor has to wait, and in the end you miss events ("counter" has gaps then). Do
//	    slow work in a goroutine of its own, and never in one that holds up the reader.
//	  - A neighbor that goes and comes back is sent your routes again: you need not. But when
//	    this program is started again, it knows nothing of what it did before: say all of it.
//	  - It runs in the folder "/", with TERM=dumb, and often as the user nobody.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	log.SetFlags(0) // the speaker's log has the time
	// A write to a standard output that is closed ends a Go program, unless it asks for
	// the signal: then it is an error like others.
	signal.Ignore(syscall.SIGPIPE)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)

	s := &speaker{lines: make(chan []byte), stop: stop}
	go s.read()
	err := run(s, os.Args[1:])
	if errors.Is(err, errStop) {
		s.stop = nil // a second signal changes nothing
		for _, prefix := range os.Args[1:] {
			if s.ask("withdraw route "+prefix) != nil {
				break
			}
		}
	}
	log.Println(err)
}

// run announces and listens until there is a reason to end.
func run(s *speaker, prefixes []string) error {
	for _, prefix := range prefixes {
		if err := s.ask("announce route " + prefix + " next-hop self"); err != nil {
			return err
		}
	}
	for {
		line, err := s.event()
		if err != nil {
			return err
		}
		handle(line)
	}
}

var (
	errStop = errors.New("ended by a signal")
	// The speaker ends, or this program is no longer wanted. In a tenth of a second comes
	// SIGTERM, two seconds later SIGKILL.
	errGone = errors.New("the speaker has gone")
)

// speaker is commands, their answers, and events.
type speaker struct {
	lines  chan []byte // closed at the end of input
	stop   <-chan os.Signal
	events [][]byte // that came before an answer
	owed   int      // answers to come: a signal may end the wait for one
}

// read reads lines of any length, which a bufio.Scanner does not.
func (s *speaker) read() {
	defer close(s.lines)
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		s.lines <- line[:len(line)-1]
	}
}

func (s *speaker) line() ([]byte, error) {
	select {
	case line, ok := <-s.lines:
		if !ok {
			return nil, errGone
		}
		return line, nil
	case <-s.stop:
		return nil, errStop
	}
}

// ask gives a command and waits for its answer; why one is refused is in the log.
// Answers come in the order of the commands, each one line, with events in between.
func (s *speaker) ask(command string) error {
	s.owed++
	if _, err := fmt.Println(command); err != nil {
		return errGone
	}
	done := false
	for s.owed > 0 {
		line, err := s.line()
		if err != nil {
			return err
		}
		switch string(line) {
		case "done", "error":
			s.owed--
			done = string(line) == "done"
		default:
			s.events = append(s.events, line)
		}
	}
	if !done {
		log.Println("refused:", command)
	}
	return nil
}

// event returns the next event.
func (s *speaker) event() ([]byte, error) {
	if len(s.events) == 0 {
		return s.line()
	}
	line := s.events[0]
	s.events = s.events[1:]
	return line, nil
}

// event is as much of an event as this program cares for.
type event struct {
	Type     string `json:"type"`
	Neighbor struct {
		Address struct {
			Peer string `json:"peer"`
		} `json:"address"`
		State   string `json:"state"`
		Message struct {
			Update struct {
				Announce map[string]map[string][]json.RawMessage `json:"announce"` // family, next hop
				Withdraw map[string][]json.RawMessage            `json:"withdraw"`
			} `json:"update"`
		} `json:"message"`
	} `json:"neighbor"`
}

func handle(line []byte) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		log.Printf("not an event: %q: %v", line, err)
		return
	}
	peer := e.Neighbor.Address.Peer
	switch e.Type {
	case "state":
		log.Printf("%s is %s", peer, e.Neighbor.State)
	case "update":
		update := &e.Neighbor.Message.Update
		for family, hops := range update.Announce {
			for _, routes := range hops {
				for _, route := range routes {
					log.Printf("%s announces %s %s", peer, family, nlri(route))
				}
			}
		}
		for family, routes := range update.Withdraw {
			for _, route := range routes {
				log.Printf("%s withdraws %s %s", peer, family, nlri(route))
			}
		}
	}
}

// nlri returns the prefix of a route: an object, whose other keys depend on the family,
// or with the setting api.compact a string.
func nlri(route json.RawMessage) string {
	var object struct {
		NLRI string `json:"nlri"`
	}
	if json.Unmarshal(route, &object) == nil && object.NLRI != "" {
		return object.NLRI
	}
	return string(route)
}
