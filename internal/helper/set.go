package helper

import (
	"log/slog"
	"slices"
	"strings"
	"sync"
)

// Spec is a helper program.
type Spec struct {
	Name    string
	Run     []string // program and arguments
	Respawn bool     // start it again when it ends
	Limits  Limits   // of what waits for it
}

// Config is what a Set needs to know. The zero Figures stand for Defaults.
type Config struct {
	Log *slog.Logger
	Env []string // environment of the programs; TERM is set to dumb
	// Attach makes the executor of a program's lines, for each start anew.
	Attach func(name string, o *Outbuf) Lines
	// Lost, when not nil, hears of a program that cannot be started, or that has
	// used up its restarts. It is called from the program's goroutine.
	Lost func(name string, err error)
	// InheritStderr leaves the programs our standard error. Otherwise what they
	// write there is logged, line by line.
	InheritStderr bool
	Figures       Figures
}

// Set is the helper programs of a speaker. Its methods may be called from any
// goroutine.
type Set struct {
	cfg    Config
	launch func(Spec) (*child, error)
	wg     sync.WaitGroup

	mu      sync.Mutex
	running map[string]*process
	outbufs map[string]*Outbuf
}

// NewSet returns a Set without programs.
func NewSet(cfg Config) *Set {
	if cfg.Figures == (Figures{}) {
		cfg.Figures = Defaults()
	}
	s := &Set{cfg: cfg, running: map[string]*process{}, outbufs: map[string]*Outbuf{}}
	s.launch = s.exec
	return s
}

// Outbuf returns the Outbuf of a name. There is always one and it stays the same,
// whether a program of that name runs or not.
func (s *Set) Outbuf(name string) *Outbuf {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.outbuf(name)
}

func (s *Set) outbuf(name string) *Outbuf {
	o := s.outbufs[name]
	if o == nil {
		log := s.cfg.Log.With("helper", name)
		o = NewOutbuf(Limits{}, s.cfg.Figures, func(behind bool, dropped uint64) {
			if behind {
				log.Warn("the helper does not read its input: events for it are dropped")
				return
			}
			log.Warn("the helper has read its input: it missed events", "dropped", dropped)
		})
		s.outbufs[name] = o
	}
	return o
}

// Start runs a program, unless one of the name runs already. When it returns, events
// for the program are kept, or it is known that it cannot be started.
func (s *Set) Start(spec Spec) {
	s.mu.Lock()
	p := s.running[spec.Name]
	if p == nil {
		p = s.start(spec)
	}
	s.mu.Unlock()
	<-p.begun
}

// Replace ends the program of the name, if it runs, and starts the new one without
// waiting for that. It returns like Start.
func (s *Set) Replace(spec Spec) {
	s.mu.Lock()
	if p := s.running[spec.Name]; p != nil {
		p.stop(false)
	}
	p := s.start(spec)
	s.mu.Unlock()
	<-p.begun
}

// Ended reports whether the program of the name has ended and is not started again.
func (s *Set) Ended(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.running[name]
	return p != nil && p.ended.Load()
}

// SetLimits changes the limits of what waits for a program, whether it runs or not.
func (s *Set) SetLimits(name string, l Limits) { s.Outbuf(name).setLimits(l) }

func (s *Set) start(spec Spec) *process {
	o := s.outbuf(spec.Name)
	o.setLimits(spec.Limits)
	p := newProcess(s, spec, o)
	s.running[spec.Name] = p
	s.wg.Go(p.run)
	return p
}

// Stop ends a program: SIGTERM, then SIGKILL. It does not wait.
func (s *Set) Stop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.running[name]; p != nil {
		p.stop(false)
		delete(s.running, name)
	}
}

// Shutdown ends all programs and waits for them: what waits for them is delivered
// and their input closed first, so that they may leave by themselves.
func (s *Set) Shutdown() {
	s.mu.Lock()
	for name, p := range s.running {
		p.stop(true)
		delete(s.running, name)
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// Status is a helper program at a moment.
type Status struct {
	Name     string
	PID      int // 0 while it does not run
	Restarts int
	Load
}

// Status returns the running programs, by name.
func (s *Set) Status() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Status, 0, len(s.running))
	for name, p := range s.running {
		out = append(out, Status{
			Name: name, PID: int(p.pid.Load()), Restarts: int(p.restarts.Load()), Load: p.out.Load(),
		})
	}
	slices.SortFunc(out, func(a, b Status) int { return strings.Compare(a.Name, b.Name) })
	return out
}
