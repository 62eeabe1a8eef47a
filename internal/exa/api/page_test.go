package api

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/lex"
)

const (
	page        = "../../../docs/api.md"
	pageEffects = "testdata/page.golden" // what the daemon was asked to do by the examples
	pageTables  = "<!-- commands "
	pageEvents  = "<!-- events -->"
)

// TestPage keeps docs/api.md as the commands are: a table between "<!-- commands WORD… -->"
// and "<!-- end -->" has the rows that begin with the words ("_" is a blank), and in a
// block of code
//
//	> COMMAND    is given to a daemon with two neighbors, 127.0.0.2 and 127.0.0.3, of
//	             which the first is up; "```6" has API version 6
//
// and what follows is its answer. Every command has an example.
func TestPage(t *testing.T) {
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	w := &pageWriter{t: t, shown: map[*row]int{}, run: map[*row]bool{}}
	synctest.Test(t, func(t *testing.T) {
		w.t = t
		w.rewrite(string(want))
	})
	for i := range commandTable {
		r := &commandTable[i]
		if n := w.shown[r]; n != 1 && !r.twin() {
			t.Errorf("%d tables have %s", n, cmp.Or(r.v4, r.v6, r.after))
		}
		if !w.run[r] && !r.twin() {
			t.Errorf("there is no example of %s", cmp.Or(r.v4, r.v6, r.after))
		}
	}
	effects, err := os.ReadFile(pageEffects)
	if err != nil && !*update {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(page, w.out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(pageEffects, w.did.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := w.out.String(); got != string(want) {
		t.Errorf("%s is not what the commands are: make docs\n%s", page, diff(string(want), got))
	}
	if got := w.did.String(); got != string(effects) {
		t.Errorf("the examples do something else\n%s", diff(string(effects), got))
	}
}

// twin reports whether another row has the same words, and this one is for those behind
// a selector alone.
func (r *row) twin() bool {
	return r.v4 == "" && r.v6 != "" && r.after != ""
}

// pageWriter writes the page again.
type pageWriter struct {
	t     *testing.T
	out   bytes.Buffer
	did   bytes.Buffer
	bench *bench // of the block of code; nil outside of one
	shown map[*row]int
	run   map[*row]bool
}

func (w *pageWriter) rewrite(text string) {
	const end = "<!-- end -->"
	generated, answered := false, false // what is there is passed over, up to end or the next fence
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == end:
			generated = false
		case generated:
			continue
		case strings.HasPrefix(line, "```"):
			w.fence(line)
			answered = false
		case w.bench != nil && strings.HasPrefix(line, "> "):
			w.example(line)
			answered = true
			continue
		case answered:
			continue
		case strings.HasPrefix(line, pageTables):
			fmt.Fprintln(&w.out, line)
			w.table(strings.Fields(strings.TrimSuffix(strings.TrimPrefix(line, pageTables), "-->")))
			generated = true
			continue
		case line == pageEvents:
			fmt.Fprintln(&w.out, line)
			w.events()
			generated = true
			continue
		}
		fmt.Fprintln(&w.out, line)
	}
}

// events writes an event of each kind.
func (w *pageWriter) events() {
	s := newStage(w.t, bgp.Dialect5)
	all := config.Messages{Parsed: true, Open: true, Update: true, Notification: true, Keepalive: true, Refresh: true, Operational: true}
	p := testPeer(s.Hub, config.API{
		Processes: []string{"j1", "t1"}, NeighborChanges: true, Negotiated: true, FSM: true, Signal: true, Receive: all,
	})
	u, n := testUpdate(w.t)
	receive := func(m *event.Message) { s.Message(p, event.Receive, m, n, nil) }
	for _, e := range []struct {
		word string
		do   func()
	}{
		{"neighbor-changes", func() { s.State(p, event.Up, event.Reason{}) }},
		{"neighbor-changes", func() { s.State(p, event.Down, event.Reason{Cause: event.Lost}) }},
		{"fsm", func() { s.FSM(p, "OPENSENT") }},
		{"signal", func() { s.Signal(p, 10, "SIGUSR1") }},
		{"negotiated", func() { s.Negotiated(p, n) }},
		{"receive { parsed; update; }", func() { receive(u) }},
		{"receive { parsed; open; }", func() { receive(messageOf(w.t, n, bgp.TypeOpen, "04fdea005a0a0000090802064104 0000fdea")) }},
		{"receive { parsed; keepalive; }", func() { receive(keepalive()) }},
		{"receive { parsed; refresh; }", func() { receive(messageOf(w.t, n, bgp.TypeRouteRefresh, "00010001")) }},
		{"receive { parsed; notification; }", func() { receive(messageOf(w.t, n, bgp.TypeNotification, "0602")) }},
		{"receive { parsed; operational; }", func() { receive(messageOf(w.t, n, bgp.TypeOperational, "0003000b0001010102030400000005")) }},
		{"", s.Shutdown},
	} {
		e.do()
		synctest.Wait()
		title := "`" + e.word + "`"
		if e.word == "" {
			title = "Every program, at the end of the daemon"
		}
		fmt.Fprintf(&w.out, "%s:\n\n```json\n%s```\n\n", title, s.drain("j1"))
		if text := s.drain("t1"); text != "" {
			fmt.Fprintf(&w.out, "```text\n%s```\n\n", strings.ReplaceAll(text, "\n\n", "\n"))
		}
	}
}

// fence begins or ends a block of code.
func (w *pageWriter) fence(line string) {
	if w.bench != nil {
		w.bench = nil
		return
	}
	d := bgp.Dialect5
	if other, ok := bgp.ParseDialect(strings.TrimPrefix(line, "```")); ok {
		d = other
	}
	w.bench = newBench(w.t, d)
	w.bench.hub.settings.Explain = true
	w.bench.addRoute(w.t, "route 10.0.0.0/24 next-hop 192.0.2.1 med 100")
	w.bench.d.helpers = []helper.Status{{
		Name: "watch", PID: 71, Restarts: 2,
		Load: helper.Load{Lines: 9, Events: 4000, Queued: 40, Dropped: 3, Commands: 6, Refused: 1, Stalled: true},
	}}
}

// longAnswer is how many lines of an answer are more than anybody wants to read.
const longAnswer = 40

// example gives a command, and writes it with its answer.
func (w *pageWriter) example(line string) {
	command := strings.TrimPrefix(line, "> ")
	fmt.Fprintln(&w.out, line)
	answer := w.bench.do(command)
	shown := answer
	if lines := strings.SplitAfter(answer, "\n"); len(lines) > longAnswer {
		shown = strings.Join(lines[:longAnswer/2], "") + "…\n" + strings.Join(lines[len(lines)-2:], "")
	}
	w.out.WriteString(shown)
	fmt.Fprintln(&w.did, line)
	w.did.WriteString(w.bench.d.take() + "\n")
	if r := w.rowOf(command); r != nil && (!strings.HasSuffix(answer, failed) || r.v4 == "crash") {
		w.run[r] = true
	}
}

// rowOf returns the row that executes a command.
func (w *pageWriter) rowOf(command string) *row {
	c := quietClient(bgp.Dialect5)
	c.line = []byte(command)
	if c.takeID() != nil {
		return nil
	}
	c.cur = lex.Cursor{}
	c.cur.ResetBytes(c.line)
	r, err := c.dispatch()
	if err != nil {
		return nil
	}
	return r
}

// table writes the rows that begin with the words.
func (w *pageWriter) table(words []string) {
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "_", " ")
	}
	fmt.Fprint(&w.out, "| command | noun first | |\n|---|---|---|\n")
	for i := range commandTable {
		r := &commandTable[i]
		first := cmp.Or(r.v4, r.v6, r.after)
		begins := func(word string) bool { return strings.HasPrefix(first+" ", word+" ") }
		if r.twin() || !slices.ContainsFunc(words, begins) {
			continue
		}
		w.shown[r]++
		command := first + " " + r.args
		switch {
		case r.v4 == "" && r.v6 == "":
			command = "SELECTOR " + command
		case r.after == first:
			command = "[SELECTOR] " + command
		}
		var others []string
		if r.v6 != "" && r.v6 != first {
			others = append(others, "`"+r.v6+"`")
		}
		if r.after != "" && r.after != first {
			others = append(others, "`SELECTOR "+r.after+"`")
		}
		other := strings.Join(others, ", ")
		fmt.Fprintf(&w.out, "| `%s` | %s | %s |\n", strings.TrimSpace(strings.ReplaceAll(command, "|", `\|`)), other, r.about)
	}
}
