package interop_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// speaker is Herald, or ExaBGP, with one helper program that is the test.
type speaker struct {
	*daemon
	helper net.Conn
	lines  chan string       // of the helper's standard input
	events atomic.Int64      // of those lines, JSON
	told   int               // commands
	table  map[string]string // routes by family and NLRI, for shown
}

// speak starts a speaker of ExaBGP's kind. In conf the word HELPER stands for the
// command line of the helper program.
func speak(t *testing.T, name, path string, port int, conf string, env ...string) *speaker {
	t.Helper()
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, "helper.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, name+".conf")
	conf = strings.ReplaceAll(conf, "HELPER", self+" helper "+l.Addr().String())
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	env = append([]string{
		"exabgp_tcp_port=" + strconv.Itoa(port), "exabgp_api_cli=false",
		"exabgp_daemon_user=" + me.Username, "exabgp_daemon_drop=false",
	}, env...)
	s := &speaker{daemon: start(t, name, env, path, file), lines: make(chan string, 1<<16), table: map[string]string{}}

	helpers := make(chan net.Conn, 1)
	go func() {
		if conn, err := l.Accept(); err == nil {
			helpers <- conn
		}
	}()
	select {
	case s.helper = <-helpers:
	case <-s.end:
		t.Fatalf("%s ended", name)
	case <-time.After(patience):
		t.Fatalf("the helper of %s did not start", name)
	}
	t.Cleanup(func() { s.helper.Close() })
	go s.read()
	return s
}

func (s *speaker) read() {
	defer close(s.lines)
	r := bufio.NewReaderSize(s.helper, 1<<20)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if line[0] == '{' {
			s.events.Add(1)
		}
		s.lines <- strings.TrimSuffix(line, "\n")
	}
}

// tell writes commands in one write.
func (s *speaker) tell(commands ...string) {
	s.Helper()
	s.told += len(commands)
	if _, err := s.helper.Write([]byte(strings.Join(commands, "\n") + "\n")); err != nil {
		s.Fatal(err)
	}
}

// hear returns the next line that holds all of the words.
func (s *speaker) hear(words ...string) string {
	s.Helper()
	line, ok := s.hearWithin(patience, words...)
	if !ok {
		s.Fatalf("%s was not told %q, but\n%s", s.name, words, line)
	}
	return line
}

// hearWithin returns the line, or all that was heard instead.
func (s *speaker) hearWithin(limit time.Duration, words ...string) (string, bool) {
	timeout := time.After(limit)
	var others []string
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				return strings.Join(others, "\n"), false
			}
			others = append(others, line)
			if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) }) {
				return line, true
			}
		case <-timeout:
			return strings.Join(others, "\n"), false
		}
	}
}

// event is what shown reads of a JSON event.
type event struct {
	Neighbor struct {
		State   string
		Message struct {
			Update struct {
				Attribute json.RawMessage
				Announce  map[string]map[string][]json.RawMessage // by family and next hop
				Withdraw  map[string][]json.RawMessage
			}
		}
	}
}

// drain forgets what has been told.
func (s *speaker) drain() { s.shown("") }

// shown returns the routes that all events up to now amount to, one a line.
func (s *speaker) shown(string) string {
	s.Helper()
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				s.Fatalf("the helper of %s has ended", s.name)
			}
			s.note(line)
			continue
		default:
		}
		return strings.Join(slices.Sorted(maps.Values(s.table)), "\n")
	}
}

// note enters an event into the table.
func (s *speaker) note(line string) {
	s.Helper()
	if !strings.HasPrefix(line, "{") {
		return
	}
	var e event
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		s.Fatalf("%s: %v: %s", s.name, err, line)
	}
	if e.Neighbor.State == "down" {
		clear(s.table)
	}
	update := e.Neighbor.Message.Update
	for family, routes := range update.Withdraw {
		for _, nlri := range routes {
			delete(s.table, family+" "+string(nlri))
		}
	}
	for family, hops := range update.Announce {
		for hop, routes := range hops {
			for _, nlri := range routes {
				key := family + " " + string(nlri)
				s.table[key] = fmt.Sprintf("%s next-hop %s %s", key, hop, update.Attribute)
			}
		}
	}
}

// heraldAt is the configuration of Herald that meets the daemons, all of them at
// 127.0.0.2 in AS 65000.
const heraldAt = `
process test {
	run HELPER;
	encoder json;
}
neighbor 127.0.0.2 {
	router-id %[1]s;
	local-address %[1]s;
	local-as %[2]d;
	peer-as 65000;
	hold-time 9;
	%[3]s
	family {
		%[4]s
	}
	api {
		processes [ test ];
		neighbor-changes;
		receive {
			parsed;
			packets;
			update;
			refresh;
		}
	}
}
`

// unicast is the families of most tests.
const unicast = "ipv4 unicast; ipv6 unicast;"

// heraldWith starts Herald as an external neighbor, AS 65001 at 127.0.0.1, with words
// of its neighbor section.
func heraldWith(t *testing.T, port int, session string) *speaker {
	t.Helper()
	return speak(t, "herald", herald, port, fmt.Sprintf(heraldAt, "127.0.0.1", 65001, session, unicast))
}

// heraldInside starts Herald as an internal neighbor at an address.
func heraldInside(t *testing.T, port int, address, families string) *speaker {
	t.Helper()
	return speak(t, "herald "+address, herald, port, fmt.Sprintf(heraldAt, address, 65000, "", families))
}
