package helper

import (
	"errors"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// child is a program that runs.
type child struct {
	pid    int
	stdin  io.WriteCloser
	stdout io.ReadCloser
	stderr io.ReadCloser        // nil when it is not ours to read
	wait   func() error         // until it has ended; once
	signal func(syscall.Signal) // to its process group
	left   func() bool          // whether something of the group runs, after wait
}

var errKilled = errors.New("it does not read its input")

// process is a helper program over all its restarts. Its goroutine is run.
type process struct {
	set  *Set
	spec Spec
	out  *Outbuf
	log  *slog.Logger

	first sync.Once
	begun chan struct{} // closed once the first start has succeeded or failed

	once     sync.Once
	stopped  chan struct{} // closed by stop
	farewell bool          // whether stop was friendly; read after stopped

	pid, restarts atomic.Int64
	ended         atomic.Bool // for good, without stop
}

func newProcess(s *Set, spec Spec, o *Outbuf) *process {
	return &process{
		set: s, spec: spec, out: o, log: s.cfg.Log.With("helper", spec.Name),
		begun: make(chan struct{}), stopped: make(chan struct{}),
	}
}

func (p *process) begin() { p.first.Do(func() { close(p.begun) }) }

func (p *process) stop(farewell bool) {
	p.once.Do(func() {
		p.farewell = farewell
		close(p.stopped)
	})
}

// run starts the program again and again, as the rules allow, until stop.
func (p *process) run() {
	fig := p.set.cfg.Figures
	history := restarts{fig: fig}
	for {
		c, err := p.set.launch(p.spec)
		if err != nil {
			p.begin()
			p.log.Error("the helper cannot be started", "program", p.spec.Run[0], "error", err)
			p.lost(err)
		} else {
			p.log.Info("helper started", "pid", c.pid)
			p.pid.Store(int64(c.pid))
			err = p.live(c)
			p.pid.Store(0)
		}
		if p.isStopped() {
			return
		}
		if !p.spec.Respawn {
			p.ended.Store(true)
			p.log.Warn("the helper has ended and is not started again", "reason", reason(err))
			return
		}
		pause, limit := history.next(time.Now(), c == nil)
		if limit {
			p.log.Error("the helper keeps ending: it is started again after a pause from now on",
				"restarts", fig.Restarts, "within", fig.Window, "reason", reason(err))
			p.lost(err)
		} else if c != nil {
			p.log.Warn("the helper has ended and is started again", "reason", reason(err), "pause", pause)
		}
		if !p.sleep(pause) {
			return
		}
		p.restarts.Add(1)
	}
}

func (p *process) lost(err error) {
	if p.set.cfg.Lost != nil {
		p.set.cfg.Lost(p.spec.Name, err)
	}
}

func reason(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}

func (p *process) isStopped() bool {
	select {
	case <-p.stopped:
		return true
	default:
		return false
	}
}

func (p *process) sleep(d time.Duration) bool {
	if d == 0 {
		return !p.isStopped()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-p.stopped:
		return false
	}
}

// live is one life of the program: from its start until it has been reaped and its
// pipes are closed. The error says why it ended.
func (p *process) live(c *child) error {
	l := p.out.open()
	p.begin()
	r := newReader(newSource(c.stdout), p.out, p.set.cfg.Attach(p.spec.Name, p.out), p.set.cfg.Figures)
	// What has been attached is the client of the life above, unless Replace has begun the
	// next one between these lines.
	r.deaf.Store(p.isStopped())
	var (
		wg      sync.WaitGroup
		wrote   = make(chan struct{})
		logged  = make(chan struct{})
		read    = make(chan struct{})
		exited  = make(chan error, 1)
		readErr error // valid once read is closed
		why     error
	)
	wg.Go(func() {
		defer close(wrote)
		if err := write(newSink(c.stdin), p.out, l); err != nil {
			// ExaBGP: a helper that closes its stdin alone goes on giving commands.
			p.log.Debug("the helper has closed its input", "error", err)
			p.out.close(l)
		}
	})
	wg.Go(func() {
		readErr = r.run()
		close(read)
	})
	wg.Go(func() {
		defer close(logged)
		if c.stderr != nil {
			logLines(c.stderr, p.log)
		}
	})
	wg.Go(func() { exited <- c.wait() })

	fig := &p.set.cfg.Figures
	patience := time.Duration(0)
	select {
	case <-read: // it closed its output, which counts as its end, or broke the rules
		if why = readErr; why == nil {
			patience = fig.LastRead
		}
	case err := <-exited:
		exited <- err
		p.lastWords(read)
	case <-l.kill:
		why = errKilled
	case <-p.stopped:
		r.deaf.Store(true)
		if p.farewell {
			p.sayFarewell(l, wrote)
			patience = fig.Farewell
		}
	}
	// The end of its input comes before a signal: what it asks is not answered any more.
	p.out.close(l)
	c.stdin.Close()
	p.settle(c, exited, patience)
	c.stdout.Close()
	err := <-exited
	p.lastComplaint(c, logged)
	wg.Wait()
	if c.left() {
		p.set.wg.Go(func() { p.sweep(c) }) // the next life need not wait for that
	}
	if why != nil {
		return why
	}
	return err
}

// settle waits until the program has ended: patience for it to do so by itself,
// then SIGTERM, then SIGKILL. The exit stays in exited.
func (p *process) settle(c *child, exited chan error, patience time.Duration) {
	if len(exited) > 0 {
		return
	}
	for _, step := range []struct {
		wait   time.Duration
		signal syscall.Signal
	}{{patience, syscall.SIGTERM}, {p.set.cfg.Figures.Grace, syscall.SIGKILL}} {
		t := time.NewTimer(step.wait)
		select {
		case err := <-exited:
			t.Stop()
			exited <- err
			return
		case <-t.C:
			c.signal(step.signal)
		}
	}
	exited <- <-exited
}

// lastWords lets the reader finish after the program has ended: its last lines are
// still in the pipe. A child of it may hold the pipe open.
func (p *process) lastWords(read <-chan struct{}) {
	t := time.NewTimer(p.set.cfg.Figures.LastRead)
	defer t.Stop()
	select {
	case <-read:
	case <-t.C:
	}
}

// sweepPause is the time between two looks at a process group that has been told to end.
const sweepPause = 20 * time.Millisecond

// sweep ends what the program has left in its process group: SIGTERM, then SIGKILL.
func (p *process) sweep(c *child) {
	c.signal(syscall.SIGTERM)
	for begin := time.Now(); time.Since(begin) < p.set.cfg.Figures.Grace; time.Sleep(sweepPause) {
		if !c.left() {
			return
		}
	}
	p.log.Warn("what the helper has started does not end: it is killed", "group", c.pid)
	c.signal(syscall.SIGKILL)
	for begin := time.Now(); c.left() && time.Since(begin) < p.set.cfg.Figures.LastRead; {
		time.Sleep(sweepPause)
	}
}

// lastComplaint lets what the program wrote to its standard error be logged.
func (p *process) lastComplaint(c *child, logged <-chan struct{}) {
	if c.stderr == nil {
		return
	}
	t := time.NewTimer(p.set.cfg.Figures.LastRead)
	defer t.Stop()
	select {
	case <-logged:
	case <-t.C:
	}
	c.stderr.Close()
}

// sayFarewell lets the writer deliver what waits, for a short time.
func (p *process) sayFarewell(l *life, wrote <-chan struct{}) {
	p.out.leave(l)
	t := time.NewTimer(p.set.cfg.Figures.Farewell)
	defer t.Stop()
	select {
	case <-wrote:
	case <-t.C:
	}
}
