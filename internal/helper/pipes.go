package helper

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// pipePair is a pair of named pipes as one connection. Clients come and go without a
// word: each is one line of the first, and whoever reads the second.
type pipePair struct {
	*os.File // the first, open for both directions: it has no end
	out      answerPipe
	skip     bool // what is left of an overlong line
}

// openInput opens the pipe that commands come from.
func openInput(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if err := isPipe(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func isPipe(f *os.File) error {
	info, err := f.Stat()
	if err == nil && info.Mode()&fs.ModeNamedPipe == 0 {
		err = fmt.Errorf("%s is not a named pipe", f.Name())
	}
	return err
}

// checkPipe reports whether there is a named pipe that can be written to.
func checkPipe(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return isPipe(f)
}

// Read implements io.Reader.
func (p *pipePair) Read(b []byte) (int, error) {
	for {
		n, err := p.File.Read(b)
		p.out.asked.Add(1)
		if !p.skip {
			return n, err
		}
		i := bytes.IndexByte(b[:n], '\n')
		if i >= 0 {
			p.skip = false
			n = copy(b, b[i+1:n])
		}
		if i >= 0 && n > 0 || err != nil {
			return n, err
		}
	}
}

// Write implements io.Writer. Answers that nobody takes are lost, and no error.
func (p *pipePair) Write(b []byte) (int, error) {
	p.out.answer(b)
	return len(b), nil
}

// Close implements io.Closer: it ends one life of the connection. The input is closed
// by who ends the pair.
func (p *pipePair) Close() error {
	p.out.close()
	return nil
}

// How long somebody who has given a command may take until he reads the answer, and
// between two readings. Then nobody is there, as behind echo: what is kept for longer
// would be read by the next one, as an answer to his command.
const (
	readerPause   = 10 * time.Millisecond // between two looks
	readerWait    = 250 * time.Millisecond
	readerStalled = 5 * time.Second
	// Who begins to read after the command was given, and gives one of his own within
	// this time, as exabgpcli does, waits for the answer to that one.
	readerAsks = 100 * time.Millisecond
	// From an answer to the end that its reader sees: a client that finds the answer to
	// somebody else's command, and then the end, would not wait for its own. Debian's
	// exabgpcli reads that end for ever.
	readerEnd = 500 * time.Millisecond
)

// answerPipe is the pipe that answers go to. It is open while answers are being written,
// and for a moment longer: who reads sees its end.
type answerPipe struct {
	path   string
	lost   bool          // the reader has gone in the middle of an answer
	middle bool          // an answer has begun and not ended
	asked  atomic.Uint64 // reads of commands

	mu   sync.Mutex
	f    *os.File // nil while it is not open
	last *time.Timer
}

// answer writes some of the answers.
func (p *answerPipe) answer(b []byte) {
	p.hold()
	if !p.lost {
		p.lost = !p.write(b)
	}
	if p.middle = !endsAnswer(b); !p.middle {
		p.lost = false
		p.release()
	}
}

// write writes to who reads, for whom it waits a moment at the beginning of an answer.
func (p *answerPipe) write(b []byte) bool {
	for fresh := false; ; fresh = true {
		f := p.current()
		if f == nil {
			fresh = true
			if f = p.open(); f == nil {
				return false
			}
		}
		_ = f.SetWriteDeadline(time.Now().Add(readerStalled)) // a pipe has one
		_, err := f.Write(b)
		if err == nil {
			return true
		}
		p.close()
		if fresh || p.middle || !errors.Is(err, syscall.EPIPE) {
			return false
		}
		// The reader of the answer before has left: this one is for another.
	}
}

// hold keeps the pipe open for another answer.
func (p *answerPipe) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last != nil {
		p.last.Stop()
		p.last = nil
	}
}

// release closes the pipe in a while.
func (p *answerPipe) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.f == nil {
		return
	}
	var t *time.Timer
	t = time.AfterFunc(readerEnd, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.last == t { // else it is held, or was closed meanwhile
			p.shut()
		}
	})
	p.last = t
}

func (p *answerPipe) current() *os.File {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.f
}

// endsAnswer reports whether the last line of b ends the answer to a command.
func endsAnswer(b []byte) bool {
	b = bytes.TrimSuffix(b, []byte{'\n'})
	word, _, _ := bytes.Cut(b[bytes.LastIndexByte(b, '\n')+1:], []byte(" @")) // the identifier of the command
	switch string(word) {
	case "done", "error", "shutdown":
		return true
	}
	return false
}

// open opens the pipe, for which it waits a moment until somebody reads; nil when
// nobody does, or who does waits for another answer.
func (p *answerPipe) open() *os.File {
	late := false
	before := p.asked.Load()
	for deadline := time.Now().Add(readerWait); ; time.Sleep(readerPause) {
		asked := p.asked.Load()
		f, err := os.OpenFile(p.path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		switch {
		case err == nil && isPipe(f) != nil: // somebody has put a file there
			f.Close()
			return nil
		case err == nil:
			p.mu.Lock()
			p.f = f
			p.mu.Unlock()
			if late && p.asks(before) {
				return nil
			}
			return f
		case time.Now().After(deadline):
			return nil
		}
		late, before = true, asked
	}
}

// asks reports whether somebody gives a command soon, or has since there had been so
// many reads of commands.
func (p *answerPipe) asks(before uint64) bool {
	for deadline := time.Now().Add(readerAsks); time.Now().Before(deadline); time.Sleep(readerPause) {
		if p.asked.Load() != before {
			return true
		}
	}
	return false
}

func (p *answerPipe) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shut()
}

func (p *answerPipe) shut() {
	if p.f != nil {
		p.f.Close()
		p.f, p.last = nil, nil
	}
}
