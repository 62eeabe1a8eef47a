package daemon

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
)

// play plays a sequence.
func (w *world) play(steps int) error {
	time.Sleep(time.Duration(w.rnd.IntN(3)) * time.Second)
	for range steps {
		if err := w.step(); err != nil {
			return err
		}
	}
	return w.settle()
}

func (w *world) step() error {
	r := w.routers[w.rnd.IntN(len(w.routers))]
	switch n := w.rnd.IntN(100); {
	case n < 30:
		return w.announce()
	case n < 35:
		return w.group()
	case n < 51:
		return w.withdraw()
	case n < 53:
		return w.exit()
	case n < 57:
		return w.flush()
	case n < 60:
		return w.clear()
	case n < 63:
		return w.watchdog()
	case n < 66:
		w.refresh(r)
	case n < 69:
		w.hangUp(r)
	case n < 71:
		return w.teardown()
	case n < 73:
		w.refuse(r)
	case n < 75:
		w.deafen(r)
	case n < 76 && r != w.routers[1]:
		return w.delete(r)
	case n < 80:
		w.reload(r)
	case n < 96:
		w.wait()
	default:
		return w.settle()
	}
	return nil
}

// wait lets some time pass: none, less than what is waited for after a command, more.
func (w *world) wait() {
	pause := []time.Duration{0, 100 * time.Microsecond, 3 * time.Millisecond, 50 * time.Millisecond, 2 * time.Second}[w.rnd.IntN(5)]
	w.say("wait %v", pause)
	time.Sleep(pause)
}

// command has a helper write lines, in one write.
func (w *world) command(s *script, lines ...string) error {
	err := w.write(s, lines...)
	synctest.Wait()
	return err
}

// write does so without waiting for what comes of it. Some answers wait until the routes
// have been sent.
func (w *world) write(s *script, lines ...string) error {
	for i := range lines {
		if w.rnd.IntN(6) == 0 {
			lines[i] += " sync"
		}
	}
	text := strings.Join(lines, "\n") + "\n"
	w.say("%s: %s", s.name, strings.TrimSuffix(text, "\n"))
	s.told += len(lines)
	_, err := io.WriteString(s.lines, text)
	return err
}

// some chooses whom a helper addresses: all that it may, or one.
func (w *world) some() (*script, string, []*router) {
	s := w.helpers[w.rnd.IntN(len(w.helpers))]
	mine := slices.DeleteFunc(slices.Clone(s.serves), func(r *router) bool { return !r.present })
	if w.rnd.IntN(3) > 0 {
		return s, "", mine
	}
	r := mine[w.rnd.IntN(len(mine))]
	return s, "neighbor " + r.name + " ", []*router{r}
}

func (w *world) announce() error {
	s, selector, to := w.some()
	var lines []string
	for range 1 + w.rnd.IntN(3) {
		lines = append(lines, selector+announced(w.anyEntry(), to))
	}
	return w.command(s, lines...)
}

// announced is the command that announces a route; routers are meant to have it then.
func announced(e entry, to []*router) string {
	for _, r := range to {
		if r.takes(e.family) {
			r.want[e.key] = wanted{e.value, false}
		}
	}
	return "announce " + e.words
}

// withdrawn is the command that withdraws it.
func withdrawn(e entry, to []*router) string {
	for _, r := range to {
		delete(r.want, e.key)
	}
	return "withdraw " + e.words
}

func (w *world) withdraw() error {
	s, selector, to := w.some()
	e := w.anyEntry()
	lines := []string{selector + withdrawn(e, to)}
	if w.rnd.IntN(3) == 0 { // and announced again at once
		lines = append(lines, selector+announced(e, to))
	}
	return w.command(s, lines...)
}

// group announces and withdraws together, in lines or in one.
func (w *world) group() error {
	s, selector, to := w.some()
	var parts []string
	for range 1 + w.rnd.IntN(4) {
		if e := w.anyEntry(); w.rnd.IntN(3) > 0 {
			parts = append(parts, announced(e, to))
		} else {
			parts = append(parts, withdrawn(e, to))
		}
	}
	if selector != "" {
		return w.command(s, selector+"group "+strings.Join(parts, " ; "))
	}
	return w.command(s, slices.Concat([]string{"group start"}, parts, []string{"group end"})...)
}

// exit ends a helper and starts it again. What it has said in whole lines stands, a group
// or a line that it had not ended does not.
func (w *world) exit() error {
	s, selector, to := w.some()
	if err := w.write(s, selector+announced(w.anyEntry(), to)); err != nil {
		return err
	}
	unfinished := "announce route 10.0.1.0/24 next-hop 192.0.2.3"
	if w.rnd.IntN(2) == 0 {
		unfinished = "group start\n" + unfinished + "\nwithdraw route 10.0.2.0/24\n"
	}
	w.say("%s: %s\n%s ends", s.name, unfinished, s.name)
	if _, err := io.WriteString(s.lines, unfinished); err != nil {
		return err
	}
	s.lines.Close()
	<-s.ended
	w.start(s)
	return nil
}

// delete takes a router out until the next reload.
func (w *world) delete(r *router) error {
	if !r.present {
		return nil
	}
	r.present = false
	clear(r.want)
	clear(r.dogs)
	s := w.helpers[0]
	if r == w.routers[2] {
		s = w.helpers[1]
	}
	return w.command(s, "delete neighbor "+r.name)
}

func (w *world) flush() error {
	s, selector, _ := w.some()
	return w.command(s, selector+"flush adj-rib out")
}

func (w *world) clear() error {
	s, selector, to := w.some()
	for _, r := range to {
		clear(r.want)
	}
	return w.command(s, selector+"clear adj-rib out")
}

func (w *world) watchdog() error {
	dog, up := []string{"x", "y"}[w.rnd.IntN(2)], w.rnd.IntN(2) == 0
	for _, r := range w.routers {
		if !r.present {
			continue
		}
		var turned []configured
		known := false
		for _, c := range r.conf {
			if c.dog == dog {
				known = true
				if r.announces(&c) != up {
					turned = append(turned, c)
				}
			}
		}
		if known {
			r.dogs[dog] = up
		}
		for _, c := range turned {
			if up {
				r.want[c.key] = wanted{c.value, true}
			} else {
				delete(r.want, c.key)
			}
		}
	}
	return w.command(w.helpers[w.rnd.IntN(2)], map[bool]string{true: "announce", false: "withdraw"}[up]+" watchdog "+dog)
}

func (w *world) teardown() error {
	s, selector, to := w.some()
	if selector == "" {
		selector = "neighbor " + to[0].name + " "
	}
	return w.command(s, selector+"teardown 4")
}

// reload changes a section, or takes it out, or puts it back, and loads that.
func (w *world) reload(r *router) {
	switch n := w.rnd.IntN(10); {
	case n < 6 || r == w.routers[1] && n > 7: // the one that both helpers serve stays
		r.conf = w.routes(r)
	case n < 8:
		r.hold = 120 - r.hold + 60
	case r.listed:
		r.listed = false
		r.conf = nil
		clear(r.want)
		clear(r.dogs)
	default:
		r.listed = true
	}
	w.configure()
	for _, r := range w.routers {
		if r.present = r.listed; r.present {
			r.reload()
		}
	}
	w.say("reload\n%s", w.text)
	w.d.Reload(nil)
	synctest.Wait()
}

// refresh, hangUp, refuse and deafen are what a router does.

func (w *world) refresh(r *router) {
	f := r.families[w.rnd.IntN(len(r.families))]
	w.say("%s asks for %s", r.name, f)
	r.mu.Lock()
	conn := r.conn
	r.mu.Unlock()
	if conn != nil {
		_, _ = conn.Write(bgp.RouteRefresh{Family: f}.Append(nil))
	}
	synctest.Wait()
}

func (w *world) hangUp(r *router) {
	w.say("%s hangs up", r.name)
	r.mu.Lock()
	if r.conn != nil {
		r.conn.Close()
	}
	r.mu.Unlock()
	synctest.Wait()
}

func (w *world) refuse(r *router) {
	r.mu.Lock()
	r.refuses = !r.refuses
	w.say("%s refuses: %t", r.name, r.refuses)
	r.mu.Unlock()
}

func (w *world) deafen(r *router) {
	pause := time.Duration(1+w.rnd.IntN(5)) * time.Second
	w.say("%s does not read for %v", r.name, pause)
	r.mu.Lock()
	r.deaf = time.Now().Add(pause)
	r.mu.Unlock()
}

// settle waits until all is said, and compares.
func (w *world) settle() error {
	w.say("settle")
	for _, r := range w.routers {
		r.mu.Lock()
		r.refuses = false
		r.mu.Unlock()
	}
	for range 300 {
		if w.established() {
			break
		}
		time.Sleep(time.Second)
	}
	time.Sleep(10 * time.Second)
	synctest.Wait()
	for _, s := range w.helpers {
		if err := s.check(); err != nil {
			return fmt.Errorf("%w\n%s", err, w.daemon.text.String())
		}
	}
	for _, r := range w.routers {
		if err := r.check(); err != nil {
			return err
		}
	}
	return nil
}

// check counts the answers of a helper's life.
func (s *script) check() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	done := 0
	for line := range strings.Lines(s.answers.String()) {
		switch {
		case line == "done\n":
			done++
		case !strings.HasPrefix(line, "group ") || strings.Contains(line, "error"):
			return fmt.Errorf("%s is answered %q", s.name, line)
		}
	}
	if done != s.told {
		return fmt.Errorf("%s is answered %d times, expected %d", s.name, done, s.told)
	}
	return nil
}

func (w *world) established() bool {
	for _, r := range w.routers {
		r.mu.Lock()
		up := r.conn != nil && r.eors == len(r.families)
		r.mu.Unlock()
		if !up && r.present {
			return false
		}
	}
	return true
}
