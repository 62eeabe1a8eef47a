package interop_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The tests of this file are about helper programs that misbehave. ExaBGP stands still
// then, or keeps everything in memory.

// long asks for the tests at full length: minutes, and a machine that has little else
// to do.
var long = flag.Bool("long", false, "run the tests of helpers at full length")

// deaf is a program that never reads its standard input.
const deaf = "/bin/sleep 3600"

// TestMischief: whatever a helper does, the session stays, another helper is answered at
// once and announces, memory is bounded, nothing is miscounted, and in the end nothing
// of it is left.
func TestMischief(t *testing.T) {
	var all []string
	for _, m := range mischief {
		all = append(all, m.name)
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			withMischief(t, 16<<20, m.name)
		})
	}
	t.Run("all", func(t *testing.T) {
		t.Parallel()
		withMischief(t, 4<<20, all...)
	})
}

// withMischief runs a speaker with helpers that misbehave, each with its backlog, and
// one that does not, while many UPDATEs arrive.
func withMischief(t *testing.T, backlog int, names ...string) {
	t.Helper()
	length, limit, updates := 10*time.Second, time.Second, 50_000
	if *long {
		length, limit, updates = 3*time.Minute, 100*time.Millisecond, 100_000
	}
	// Until a helper that does not read is stalled, it holds up the router.
	whole := *long || !slices.ContainsFunc([]string{"deaf", "slow", "stopped"}, func(name string) bool {
		return slices.Contains(names, name)
	})
	const hold = 9 * time.Second
	r := newRouter(t, hold)
	w := &watch{router: r, limit: limit, dir: t.TempDir(), names: names}
	mark := "HERALD_MISCHIEF=" + w.dir
	w.speaker = speak(t, "herald", herald, r.port(), w.conf(backlog), mark)
	r.established()
	w.hear(`"state": "up"`)
	w.tell("announce route 198.51.100.1/32 next-hop self")
	w.hear("done")
	before := w.rss()

	began := time.Now()
	flooded := make(chan bool, 1)
	go func() { flooded <- r.flood(updates) }()
	for i := 0; time.Since(began) < length; i++ {
		w.announce(i)
		r.isUp()
		time.Sleep(50 * time.Millisecond)
	}
	took := time.Since(began)
	w.wire()

	apart := time.Duration(r.apart.Load())
	slices.Sort(w.took)
	at := func(percent int) time.Duration { return w.took[len(w.took)*percent/100].Round(10 * time.Microsecond) }
	t.Logf("%d commands, answered within %v at p50, %v at p99, %v (less what programs waited for a processor: %v), on the wire within %v",
		len(w.sent), at(50), at(99), w.took[len(w.took)-1], w.own, w.latest)
	t.Logf("RSS %.1f MiB before, %.1f MiB at most; %d keepalives in %v, at most %v apart", mib(before), mib(w.most),
		r.keepalives.Load(), took.Round(time.Second), apart.Round(time.Millisecond))
	if bound := int64(len(names)*backlog + 10<<20); w.most-before > bound {
		t.Errorf("memory grew by %.1f MiB, expected at most %.1f", mib(w.most-before), mib(bound))
	}
	const late = time.Second // of a machine that is busy
	if want := int64(took/(hold/3)) - 1; r.keepalives.Load() < want || apart > hold/3+late {
		t.Errorf("%d keepalives, at most %v apart; expected %d", r.keepalives.Load(), apart, want)
	}
	if whole {
		select {
		case ok := <-flooded:
			if !ok {
				t.Error("the session has ended")
			}
		case <-time.After(patience):
			t.Errorf("%d UPDATEs of %d were read", r.sent.Load(), updates)
		}
	}
	w.counts(whole)
	if slices.Contains(names, "huge") {
		w.printed("the helper has ended", "octets without an end", "huge")
	}
	w.noneLeft(mark)
	for _, name := range names {
		// The last life of those that read has heard everything.
		if heard, reads := sums(w.report(name))["updates"]; reads && whole && heard != int(r.sent.Load()) {
			t.Errorf("%s has read %d events, expected %d", name, heard, r.sent.Load())
		}
	}
}

func (w *watch) report(name string) string { return filepath.Join(w.dir, name) }

// conf is the configuration of a speaker with helpers that misbehave.
func (w *watch) conf(backlog int) string {
	self, err := os.Executable()
	if err != nil {
		w.router.Fatal(err)
	}
	processes := "process quick { run HELPER; encoder json; }\n"
	for _, name := range w.names {
		processes += fmt.Sprintf("process %s { run %s misbehave %[1]s %[3]s; encoder json; backlog %[4]d; }\n",
			name, self, w.report(name), backlog)
	}
	return w.router.speakerOf(`
		api quick { processes [ quick ]; neighbor-changes; }
		api others { processes [ `+strings.Join(w.names, " ")+` ]; neighbor-changes; receive { parsed; update; } }`, processes)
}

// process is a line of the answer to "show process".
type process struct{ pid, restarts, commands, refused, events, dropped int }

// processes asks how the helpers do.
func (w *watch) processes() (answer string, byName map[string]process) {
	w.Helper()
	answer = w.ask("show process")
	byName = map[string]process{}
	for line := range strings.SplitSeq(answer, "; ") {
		name, rest, _ := strings.Cut(line, ": ")
		var p process
		if _, err := fmt.Sscanf(rest, "pid %d, %d restarts, %d commands, %d refused, %d events, %d dropped",
			&p.pid, &p.restarts, &p.commands, &p.refused, &p.events, &p.dropped); err != nil {
			w.Fatalf("%q: %v", line, err)
		}
		byName[name] = p
	}
	return answer, byName
}

// counts compares what the speaker has counted with what the helpers and the router
// have. The latter go on, so that it may take a few tries.
func (w *watch) counts(whole bool) {
	w.Helper()
	var answer string
	for began := time.Now(); time.Since(began) < patience; time.Sleep(50 * time.Millisecond) {
		var wrong []string
		compare := func(name, what string, got, want int) {
			if got != want {
				wrong = append(wrong, fmt.Sprintf("%s: %s %d, expected %d", name, what, got, want))
			}
		}
		var byName map[string]process
		answer, byName = w.processes()
		states := int(w.events.Load())
		quick := byName["quick"]
		compare("quick", "commands", quick.commands, w.told)
		compare("quick", "refused", quick.refused, 0)
		compare("quick", "events", quick.events, states)
		compare("quick", "dropped", quick.dropped, 0)
		for i, m := range mischief {
			if !slices.Contains(w.names, m.name) {
				continue
			}
			got, want := byName[m.name], sums(w.report(m.name))
			compare(m.name, "restarts", got.restarts, want["starts"]-1)
			compare(m.name, "commands", got.commands, want["commands"])
			compare(m.name, "refused", got.refused, want["refused"])
			compare(m.name, "swallowed", want["swallowed"], 0)
			routes := want["commands"] - want["refused"]
			if m.name == "midline" {
				routes /= 2 // every other is always the same
			}
			compare(m.name, "routes", w.router.count(byte(mischiefNetwork+i)), routes)
			if whole {
				compare(m.name, "events", got.events+got.dropped, states+int(w.router.sent.Load()))
			}
		}
		if len(wrong) == 0 {
			w.Logf("%s", answer)
			return
		}
		answer += "\n" + strings.Join(wrong, "\n")
	}
	w.Errorf("%s", answer)
}

// noneLeft ends the speaker: it leaves no process behind.
func (w *watch) noneLeft(mark string) {
	w.Helper()
	if zombies := w.children("Z"); len(zombies) > 0 {
		time.Sleep(100 * time.Millisecond) // for one that has just ended
		if still := w.children("Z"); len(still) > 0 && slices.Equal(zombies, still) {
			w.Errorf("zombies: %v", zombies)
		}
	}
	w.terminate()
	environments, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		w.Fatal(err)
	}
	for _, file := range environments {
		if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), mark+"\x00") {
			command, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
			w.Errorf("%s is left: %q", filepath.Dir(file), command)
		}
	}
}

// terminate ends a program as a supervisor does.
func (d *daemon) terminate() {
	d.Helper()
	began := time.Now()
	d.signal(syscall.SIGTERM)
	select {
	case <-d.end:
		d.Logf("ended after %v", time.Since(began).Round(time.Millisecond))
	case <-time.After(patience):
		d.Errorf("%s does not end", d.name)
	}
}

// children returns the children of a program that are in a state, on Linux.
func (d *daemon) children(state string) []string {
	pid := strconv.Itoa(d.cmd.Process.Pid)
	list, err := os.ReadFile("/proc/" + pid + "/task/" + pid + "/children")
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(strings.Fields(string(list)), func(child string) bool {
		stat, err := os.ReadFile("/proc/" + child + "/stat")
		return err != nil || !strings.Contains(string(stat), ") "+state+" ")
	})
}

// watch gives commands to a speaker and notes what comes of them.
type watch struct {
	*speaker
	router *router
	limit  time.Duration // for an answer
	dir    string        // of the reports of the others
	names  []string      // of the others

	sent   []time.Time     // by command
	took   []time.Duration // until the answer; sorted in the end
	own    time.Duration   // the slowest answer, without what is the machine's fault
	latest time.Duration   // from command to wire
	most   int64           // memory
}

// announce announces a route and waits for the answer.
func (w *watch) announce(i int) {
	w.Helper()
	waited := w.delay()
	at := time.Now()
	w.sent = append(w.sent, at)
	w.tell(fmt.Sprintf("announce route %s next-hop self", host(172, i)))
	timeout := time.After(patience)
	for answered := false; !answered; {
		select {
		case line, ok := <-w.lines:
			if !ok {
				w.Fatal("the helper has ended")
			}
			answered = line == "done"
			if strings.Contains(line, `"state": "down"`) {
				w.Errorf("a helper was told %s", line)
			}
		case <-timeout:
			w.Fatalf("command %d is not answered", i)
		}
	}
	took := time.Since(at)
	w.took = append(w.took, took)
	// That a busy machine lets programs wait is not the speaker's fault.
	own := max(0, took-(w.delay()-waited))
	w.own = max(w.own, own)
	if own > w.limit {
		w.Errorf("command %d was answered after %v, without waiting for a processor %v", i, took, own)
	}
	w.most = max(w.most, w.rss())
}

// wire waits until all that was announced has been sent, and notes how long it took.
func (w *watch) wire() {
	w.Helper()
	deadline := time.Now().Add(patience)
	for i, at := range w.sent {
		came, ok := w.router.seen(host(172, i))
		for ; !ok && time.Now().Before(deadline); came, ok = w.router.seen(host(172, i)) {
			time.Sleep(10 * time.Millisecond)
		}
		if !ok {
			w.Fatalf("route %d was not sent", i)
		}
		w.latest = max(w.latest, came.Sub(at))
	}
}

// delay returns how long programs that could run have waited for a processor, on Linux:
// the speaker, its helpers, and this one. Several may have waited at once.
func (d *daemon) delay() time.Duration {
	pids := []string{"self", strconv.Itoa(d.cmd.Process.Pid)}
	if children, err := os.ReadFile(fmt.Sprintf("/proc/%s/task/%[1]s/children", pids[1])); err == nil {
		pids = append(pids, strings.Fields(string(children))...)
	}
	var sum time.Duration
	for _, pid := range pids {
		threads, err := filepath.Glob("/proc/" + pid + "/task/*/schedstat")
		if err != nil {
			d.Fatal(err)
		}
		for _, file := range threads {
			var ran, waited time.Duration
			if text, err := os.ReadFile(file); err == nil {
				if _, err := fmt.Sscan(string(text), &ran, &waited); err != nil {
					d.Fatal(err)
				}
			}
			sum += waited
		}
	}
	return sum
}

// TestFloodingHelper: a helper gives a million commands and never reads an answer. All
// are executed and sent, and its answers cost nothing.
func TestFloodingHelper(t *testing.T) {
	n := 100_000
	if *long {
		n = 1_000_000
	} else {
		t.Parallel()
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r := newRouter(t, 90*time.Second)
	began := time.Now()
	h := speak(t, "herald", herald, r.port(), r.speakerOf("api { processes [ flood quick ]; neighbor-changes; }", `
process quick { run HELPER; encoder json; }
process flood { run `+self+` flood `+strconv.Itoa(n)+`; encoder json; }`))
	r.until(n, 2*time.Minute)
	t.Logf("%d commands on the wire %v after the start, in %d UPDATEs; RSS %.1f MiB, %.1f MiB at most", n,
		time.Since(began).Round(time.Millisecond), r.updates.Load(), mib(h.rss()), mib(h.memory("VmHWM")))
	for i := range n {
		if _, ok := r.seen(host(10, i)); !ok {
			t.Fatalf("route %d was not sent", i)
		}
	}
	queues := h.ask("queue-status")
	t.Logf("%s", queues)
	if !strings.Contains(queues, "flood: ") || strings.Contains(queues, "dropped") {
		t.Error(queues)
	}
	const most = 150 << 20
	if got := h.memory("VmHWM"); got > most {
		t.Errorf("%.1f MiB, expected at most %d", mib(got), most>>20)
	}
	r.isUp()
}

// flood is a helper program that writes commands and does not read.
func flood(count string) int {
	n, err := strconv.Atoi(count)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	out := bufio.NewWriterSize(os.Stdout, 64<<10)
	for i := range n {
		fmt.Fprintf(out, "announce route %s next-hop self\n", host(10, i))
	}
	if err := out.Flush(); err != nil {
		return 1
	}
	select {} // until the speaker ends it
}

// TestHelperIsKilled: a helper that is to be killed when it does not read is, and
// started again; the session does not notice.
func TestHelperIsKilled(t *testing.T) {
	t.Parallel()
	r := newRouter(t, 90*time.Second)
	h := speak(t, "herald", herald, r.port(), r.speakerOf(`
		api deaf { processes [ deaf ]; receive { parsed; update; } }
		api quick { processes [ quick ]; neighbor-changes; }`, `
process deaf { run `+deaf+`; encoder json; backlog 64K; when-full kill; }
process quick { run HELPER; encoder json; }`))
	r.established()
	h.hear(`"state": "up"`)
	r.flood(1000)
	h.printed("the helper has ended and is started again", "it does not read its input")
	h.tell("announce route 198.51.100.1/32 next-hop self")
	r.until(1, patience)
	r.isUp()
}

// printed waits until the log of the speaker has a line with all of the words.
func (s *speaker) printed(words ...string) {
	s.Helper()
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(s.log)
		if err != nil {
			s.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			has := true
			for _, w := range words {
				has = has && strings.Contains(line, w)
			}
			if has {
				return
			}
		}
	}
	s.Errorf("no line of the log has %q", words)
}

// ask returns the answer to a command, without its end.
func (s *speaker) ask(command string) string {
	s.Helper()
	s.tell(command)
	var answer []string
	timeout := time.After(patience)
	for {
		select {
		case line, ok := <-s.lines:
			switch {
			case !ok:
				s.Fatal("the helper has ended")
			case line == "done":
				return strings.Join(answer, "; ")
			case !strings.HasPrefix(line, "{"):
				answer = append(answer, line)
			}
		case <-timeout:
			s.Fatalf("%s is not answered", command)
		}
	}
}

// rss returns the octets of memory that a program holds.
func (d *daemon) rss() int64 { return d.memory("VmRSS") }

// memory returns a figure of Linux about the memory of a program; 0 elsewhere.
func (d *daemon) memory(name string) int64 {
	d.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				d.Fatal(err)
			}
			return kib << 10
		}
	}
	return 0
}

func mib(n int64) float64 { return float64(n) / (1 << 20) }
