package interop_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The tests of this file are about helper programs that stop reading. ExaBGP stands
// still then, or keeps everything in memory.

// long asks for the tests at full length: minutes, and a machine that has little else
// to do.
var long = flag.Bool("long", false, "run the deadlock tests at full length")

// deaf is a program that never reads its standard input.
const deaf = "/bin/sleep 3600"

// TestDeafHelper: a helper never reads while a hundred thousand UPDATEs for it arrive.
// The session stays, another helper is answered at once and announces, and memory is
// bounded.
func TestDeafHelper(t *testing.T) {
	length, hold, limit := 20*time.Second, 3*time.Second, time.Second
	if *long {
		length, hold, limit = 3*time.Minute, 9*time.Second, 100*time.Millisecond
	} else {
		t.Parallel()
	}
	const updates = 100_000
	r := newRouter(t, hold)
	h := speak(t, "herald", herald, r.port(), r.speakerOf(`
		api deaf { processes [ deaf ]; neighbor-changes; receive { parsed; update; } }
		api quick { processes [ quick ]; neighbor-changes; }`, `
process deaf { run `+deaf+`; encoder json; }
process quick { run HELPER; encoder json; }`))
	r.established()
	h.hear(`"state": "up"`)
	h.tell("announce route 198.51.100.1/32 next-hop self")
	h.hear("done")
	r.until(1, patience)
	before := h.rss()

	began := time.Now()
	go r.flood(updates)
	w := watch{speaker: h, router: r, limit: limit}
	for i := 0; time.Since(began) < length; i++ {
		w.announce(i)
		r.isUp()
		time.Sleep(50 * time.Millisecond)
	}

	w.wire()
	apart := time.Duration(r.apart.Load())
	t.Logf("%d commands, answered within %v (less what programs waited for a processor: %v), on the wire within %v",
		len(w.sent), w.slowest, w.own, w.latest)
	t.Logf("RSS %.1f MiB before, %.1f MiB at most; %d keepalives in %v, at most %v apart", mib(before), mib(w.rss),
		r.keepalives.Load(), time.Since(began).Round(time.Second), apart.Round(time.Millisecond))
	t.Logf("%s", h.ask("queue-status"))
	neighbors := h.ask("show neighbor summary")
	t.Logf("%s", neighbors)
	const bound = (16 + 10) << 20
	if w.rss-before > bound {
		t.Errorf("memory grew by %.1f MiB, expected at most %d", mib(w.rss-before), bound>>20)
	}
	if want := int64(length / (hold / 3)); r.keepalives.Load() < want {
		t.Errorf("%d keepalives, expected %d", r.keepalives.Load(), want)
	}
	if *long && !strings.HasSuffix(neighbors, " "+strconv.Itoa(updates)) {
		t.Errorf("expected %d UPDATEs to be read once the helper has stalled", updates)
	}
	for w.down == "" && len(h.lines) > 0 {
		w.note(<-h.lines)
	}
	if w.down != "" {
		t.Errorf("a helper was told %s", w.down)
	}
}

// watch gives commands to a speaker and notes what comes of them.
type watch struct {
	*speaker
	router *router
	limit  time.Duration // for an answer

	sent    []time.Time   // by command
	slowest time.Duration // answer
	own     time.Duration // the same without what is the machine's fault
	latest  time.Duration // from command to wire
	rss     int64         // at most
	down    string
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
			w.note(line)
		case <-timeout:
			w.Fatalf("command %d is not answered", i)
		}
	}
	took := time.Since(at)
	w.slowest = max(w.slowest, took)
	// That a busy machine lets programs wait is not the speaker's fault.
	own := max(0, took-(w.delay()-waited))
	w.own = max(w.own, own)
	if own > w.limit {
		w.Errorf("command %d was answered after %v, without waiting for a processor %v", i, took, own)
	}
	w.rss = max(w.rss, w.speaker.rss())
}

// note looks for events that must not come.
func (w *watch) note(line string) {
	if strings.Contains(line, `"state": "down"`) {
		w.down = line
	}
}

// wire waits until all that was announced has been sent, and notes how long it took.
func (w *watch) wire() {
	w.Helper()
	w.router.until(1+len(w.sent), patience)
	for i, at := range w.sent {
		came, ok := w.router.seen(host(172, i))
		if !ok {
			w.Errorf("route %d was not sent", i)
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
