package health

import "time"

// State is what is thought of the service.
type State uint8

// The states. Of Init, Rising and Falling nothing is announced; Exit is announced
// by who ends the machine.
const (
	Init State = iota
	Rising
	Falling
	Up
	Down
	Disabled
	Exit
)

// String returns the name that hooks are given.
func (s State) String() string {
	return [...]string{"INIT", "RISING", "FALLING", "UP", "DOWN", "DISABLED", "EXIT"}[s]
}

func (s State) announced() bool { return s == Up || s == Down || s == Disabled }

// Verdict is what a check has found.
type Verdict uint8

// The verdicts.
const (
	Failed  Verdict = iota // the check says so, or took too long
	Passed                 // the check says so, or there is none
	Unknown                // the check could not be run, which says nothing about the service
	Off                    // the service is disabled; nothing was checked
)

// Rules say when the state changes, and how often to check.
type Rules struct {
	Rise, Fall int           // checks in a row until UP and DOWN; 0 is 1
	Interval   time.Duration // between checks; 0: there is none after the first announcement
	Fast       time.Duration // between checks while RISING or FALLING
	Debounce   bool          // announce a state when it is entered only, not after each check
}

// Machine is the health of one service. It is not safe for concurrent use.
type Machine struct {
	rules  Rules
	state  State
	count  int // checks in a row that agree, while RISING or FALLING
	missed bool
}

// NewMachine returns a Machine in the state Init.
func NewMachine(r Rules) *Machine { return &Machine{rules: r} }

// Step is what follows from a check.
type Step struct {
	State    State
	Entered  bool          // just now: who wants to know is told first
	Announce bool          // the routes are written as the state says
	Wait     time.Duration // until the next check
	Last     bool          // there is no next check
}

// Next takes the verdict of a check.
func (m *Machine) Next(v Verdict) Step {
	to, count := m.next(v)
	if to == Rising && m.rules.Rise <= 1 {
		to = Up
	}
	if to == Falling && m.rules.Fall <= 1 {
		to = Down
	}
	s := Step{State: to, Entered: to != m.state, Wait: m.rules.Interval}
	m.state, m.count = to, count
	s.Announce = to.announced() && (s.Entered || m.missed || !m.rules.Debounce)
	if s.Announce {
		m.missed = false
	}
	if to == Rising || to == Falling {
		s.Wait = m.rules.Fast
	}
	s.Last = to.announced() && m.rules.Interval == 0
	return s
}

// next returns the state after a verdict, and how many checks in a row agree in it.
func (m *Machine) next(v Verdict) (State, int) {
	switch {
	case v == Off:
		return Disabled, 0
	case m.state == Disabled:
		return Init, 0 // whatever the check found
	case v == Unknown:
		return m.state, m.count
	}
	passed := v == Passed
	switch m.state {
	case Rising:
		if passed {
			return m.another(m.rules.Rise, Up)
		}
		return Falling, 1
	case Falling:
		if !passed {
			return m.another(m.rules.Fall, Down)
		}
		return Rising, 1
	case Up:
		if passed {
			return Up, 0
		}
		return Falling, 1
	case Down:
		if !passed {
			return Down, 0
		}
		return Rising, 1
	default:
		if passed {
			return Rising, 1
		}
		return Falling, 1
	}
}

// another counts a check that agrees with the ones before; enough of them settle it.
func (m *Machine) another(enough int, settled State) (State, int) {
	if m.count+1 >= enough {
		return settled, 0
	}
	return m.state, m.count + 1
}

// Missed reports that what was announced last did not arrive: it is announced again
// after the next check.
func (m *Machine) Missed() { m.missed = true }
