package health

import (
	"strings"
	"testing"
	"time"
)

// play gives verdicts to a machine: + passed, - failed, ? unknown, x off, ! what was
// announced did not arrive. It returns the states: in lower case when nothing is
// announced of them, with a * when just entered.
func play(r Rules, verdicts string) string {
	m := NewMachine(r)
	var out []string
	for _, v := range verdicts {
		if v == '!' {
			m.Missed()
			continue
		}
		s := m.Next(map[rune]Verdict{'+': Passed, '-': Failed, '?': Unknown, 'x': Off}[v])
		name := s.State.String()
		if !s.Announce {
			name = strings.ToLower(name)
		}
		if s.Entered {
			name += "*"
		}
		out = append(out, name)
	}
	return strings.Join(out, " ")
}

func TestMachine(t *testing.T) {
	for _, tt := range []struct {
		name     string
		rules    Rules
		verdicts string
		want     string
	}{
		{"up", Rules{Rise: 3, Fall: 3}, "++++", "rising* rising UP* UP"},
		{"down", Rules{Rise: 3, Fall: 3}, "----", "falling* falling DOWN* DOWN"},
		{"at once", Rules{Rise: 1, Fall: 1}, "+-+", "UP* DOWN* UP*"},
		{"zero is one", Rules{}, "+-", "UP* DOWN*"},
		{"a single failure", Rules{Rise: 3, Fall: 2}, "+++-++++", "rising* rising UP* falling* rising* rising UP* UP"},
		{"in turns", Rules{Rise: 2, Fall: 2}, "+-+-", "rising* falling* rising* falling*"},
		{"back up", Rules{Rise: 2, Fall: 1}, "-+-++", "DOWN* rising* DOWN* rising* UP*"},
		{"disabled", Rules{Rise: 2, Fall: 2}, "++xx+++", "rising* UP* DISABLED* DISABLED init* rising* UP*"},
		{"disabled from the start", Rules{Rise: 1, Fall: 1}, "x-+", "DISABLED* init* UP*"},
		{"disabled while falling", Rules{Rise: 2, Fall: 3}, "-x--", "falling* DISABLED* init* falling*"},
		{"unknown says nothing", Rules{Rise: 1, Fall: 2}, "+??-?-", "UP* UP UP falling* falling DOWN*"},
		{"unknown at first", Rules{Rise: 1, Fall: 1}, "??+", "init init UP*"},
		{"debounce", Rules{Rise: 1, Fall: 2, Debounce: true}, "+++-+--x", "UP* up up falling* UP* falling* DOWN* DISABLED*"},
		{"debounce, missed", Rules{Rise: 1, Fall: 2, Debounce: true}, "+!++", "UP* UP up"},
		{"missed while falling", Rules{Rise: 1, Fall: 3, Debounce: true}, "+!-+", "UP* falling* UP*"},
		{"missed in disabled", Rules{Rise: 1, Fall: 1, Debounce: true}, "x!xx", "DISABLED* DISABLED disabled"},
	} {
		if got := play(tt.rules, tt.verdicts); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestWaits(t *testing.T) {
	r := Rules{Rise: 2, Fall: 2, Interval: 5 * time.Second, Fast: time.Second}
	m := NewMachine(r)
	for i, tt := range []struct {
		v    Verdict
		want time.Duration
	}{{Passed, r.Fast}, {Passed, r.Interval}, {Failed, r.Fast}, {Unknown, r.Fast}, {Off, r.Interval}, {Passed, r.Interval}} {
		if s := m.Next(tt.v); s.Wait != tt.want || s.Last {
			t.Errorf("%d: %+v", i, s)
		}
	}
	r.Interval = 0
	m = NewMachine(r)
	if s := m.Next(Passed); s.Last || s.Wait != r.Fast {
		t.Errorf("ends before it announces: %+v", s)
	}
	if s := m.Next(Passed); !s.Last || !s.Announce {
		t.Errorf("does not end: %+v", s)
	}
}
