package helper

import (
	"errors"
	"log/slog"
	"maps"
	"net"
	"os"
	"sync"
	"time"
)

// OperatorsConfig is what Operators need to know. The zero Figures stand for Defaults.
type OperatorsConfig struct {
	Log *slog.Logger
	// Attach makes the executor of a client's lines.
	Attach func(o *Outbuf) Lines
	// Max is how many clients of sockets are served at once; 0: 128.
	Max     int
	Figures Figures
}

// defaultMax is how many clients of a socket are served at once. Each may hold a
// megabyte of lines and one of answers.
const defaultMax = 128

// Operators serves people and their tools: clients of Unix sockets, many at once, and
// whoever writes into a pair of named pipes. Its methods may be called from any
// goroutine.
type Operators struct {
	cfg OperatorsConfig
	wg  sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	count   int                   // clients of sockets
	hangUps map[*Outbuf]func()    // each ends the input of a client
	doors   map[net.Listener]bool // open listeners
}

// NewOperators returns Operators that serve nobody yet.
func NewOperators(cfg OperatorsConfig) *Operators {
	if cfg.Figures == (Figures{}) {
		cfg.Figures = Defaults()
	}
	if cfg.Max <= 0 {
		cfg.Max = defaultMax
	}
	return &Operators{cfg: cfg, hangUps: map[*Outbuf]func(){}, doors: map[net.Listener]bool{}}
}

// Listen serves the clients that connect to l, which it closes in the end.
func (s *Operators) Listen(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		l.Close()
		return
	}
	s.doors[l] = true
	s.wg.Go(func() { s.accept(l) })
}

// acceptPause is how long a listener rests after an error, such as too many open files.
const acceptPause = 100 * time.Millisecond

func (s *Operators) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
			s.wg.Go(func() { s.client(conn) })
		case errors.Is(err, net.ErrClosed):
			return
		default:
			s.cfg.Log.Error("a client cannot be accepted", "error", err)
			time.Sleep(acceptPause)
		}
	}
}

// client serves one connection.
func (s *Operators) client(conn net.Conn) {
	o := NewOutbuf(Limits{}, s.cfg.Figures, nil)
	hangUp := func() {
		conn.SetWriteDeadline(time.Now().Add(s.cfg.Figures.Grace)) // for one that does not read
		endInput(conn)
	}
	if !s.enter(o, hangUp) {
		// ExaBGP: it says "done" behind this.
		conn.SetDeadline(time.Now().Add(s.cfg.Figures.Grace))
		_, _ = conn.Write([]byte("error: maximum concurrent clients reached\nerror\n"))
		conn.Close()
		return
	}
	defer s.leave(o)
	if err := Serve(conn, o, s.cfg.Attach, s.cfg.Figures); err != nil {
		s.cfg.Log.Debug("a client is gone", "reason", err)
	}
}

// endInput lets a client be answered what it has asked, and hear nothing after that.
func endInput(conn net.Conn) {
	if half, ok := conn.(interface{ CloseRead() error }); ok && half.CloseRead() == nil {
		return
	}
	conn.Close()
}

// enter takes a client on; false when there are too many, or it is too late.
func (s *Operators) enter(o *Outbuf, hangUp func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.count >= s.cfg.Max {
		return false
	}
	s.count++
	s.hangUps[o] = hangUp
	return true
}

func (s *Operators) leave(o *Outbuf) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count--
	delete(s.hangUps, o)
}

// Pipes serves whoever writes lines into the named pipe in; answers go to who reads
// the named pipe out. Both must exist.
func (s *Operators) Pipes(in, out string) error {
	input, err := openInput(in)
	if err != nil {
		return err
	}
	if err := checkPipe(out); err != nil {
		input.Close()
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		input.Close()
		return nil
	}
	o := NewOutbuf(Limits{}, s.cfg.Figures, nil)
	p := &pipePair{File: input, out: answerPipe{path: out}}
	s.hangUps[o] = func() { input.Close() }
	s.wg.Go(func() { s.servePipes(p, o) })
	return nil
}

// servePipes begins again after somebody who breaks the rules: the next one is another.
func (s *Operators) servePipes(p *pipePair, o *Outbuf) {
	defer p.File.Close()
	for {
		err := Serve(p, o, s.cfg.Attach, s.cfg.Figures)
		if _, rules := errors.AsType[*lineError](err); !rules {
			if !errors.Is(err, os.ErrClosed) {
				s.cfg.Log.Error("the named pipes are not served any more", "error", err)
			}
			return
		}
		s.cfg.Log.Warn("what is written to the named pipe is passed over", "reason", err)
		p.skip = true
	}
}

// Close tells all clients that the daemon stops, lets them be answered what they
// have asked, and waits for their end.
func (s *Operators) Close() {
	s.mu.Lock()
	s.closed = true
	for l := range s.doors {
		l.Close()
	}
	clear(s.doors)
	clients := maps.Clone(s.hangUps)
	s.mu.Unlock()
	for o, hangUp := range clients {
		o.State([]byte("shutdown\n"), nil, nil)
		hangUp()
	}
	s.wg.Wait()
}
