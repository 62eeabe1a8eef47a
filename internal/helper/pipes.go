package helper

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"sync"
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
)

// answerPipe is the pipe that answers go to. It is open while an answer is being
// written: who reads sees its end.
type answerPipe struct {
	path string
	lost bool // the reader has gone in the middle of an answer

	mu sync.Mutex
	f  *os.File // nil while it is not open
}

// answer writes some of the answers.
func (p *answerPipe) answer(b []byte) {
	last := endsAnswer(b)
	defer func() {
		if last {
			p.close()
			p.lost = false
		}
	}()
	if p.lost {
		return
	}
	f := p.open()
	if f == nil {
		p.lost = true
		return
	}
	_ = f.SetWriteDeadline(time.Now().Add(readerStalled)) // a pipe has one
	if _, err := f.Write(b); err != nil {
		p.close()
		p.lost = true
	}
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

// open returns the pipe, for which it waits a moment until somebody reads; nil when
// nobody does.
func (p *answerPipe) open() *os.File {
	p.mu.Lock()
	f := p.f
	p.mu.Unlock()
	if f != nil {
		return f
	}
	for deadline := time.Now().Add(readerWait); ; time.Sleep(readerPause) {
		f, err := os.OpenFile(p.path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		switch {
		case err == nil && isPipe(f) != nil: // somebody has put a file there
			f.Close()
			return nil
		case err == nil:
			p.mu.Lock()
			p.f = f
			p.mu.Unlock()
			return f
		case time.Now().After(deadline):
			return nil
		}
	}
}

func (p *answerPipe) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.f != nil {
		p.f.Close()
		p.f = nil
	}
}
