package migrate

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Bridge runs a helper program of one API version for a daemon of a later one.
type Bridge struct {
	From, To       Version
	Note           func(change string) // hears of every change of what the helper says; may be nil
	Stdin          io.Reader           // what the daemon says
	Stdout, Stderr io.Writer
	Signals        <-chan os.Signal // passed on to the helper
}

// statusInterrupted is the exit status after an interrupt.
const statusInterrupted = 130

// killAfter is how long a helper may take to end whose output nobody takes any more.
const killAfter = 5 * time.Second

// Run runs the helper to its end and returns its exit status, 128 and the signal when
// a signal ended it. Its lines are translated one by one; who does not read holds up
// who writes. An error is that of starting it, or of a stream.
//
// What reads Stdin ends with Stdin, which may be after Run.
func (b *Bridge) Run(ctx context.Context, command []string) (status int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = killAfter
	cmd.Stderr = b.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	go func() {
		defer in.Close()
		_, _ = back(b.From, b.To).Copy(in, b.Stdin) // the helper may read nothing, or be gone
	}()
	ended := make(chan struct{})
	interrupted := make(chan bool)
	go func() { interrupted <- b.pass(cmd.Process, ended) }()

	_, err = Forward(b.From, b.To, b.Note).Copy(b.Stdout, out)
	if err != nil {
		cancel() // nobody takes what it says
	}
	werr := cmd.Wait()
	close(ended)
	if exit, ok := errors.AsType[*exec.ExitError](werr); ok {
		status = exit.ExitCode()
		if w, ok := exit.Sys().(syscall.WaitStatus); ok && w.Signaled() {
			status = 128 + int(w.Signal())
		}
	} else if err == nil {
		err = werr
	}
	if <-interrupted {
		status = statusInterrupted
	}
	return status, err
}

// pass passes signals on until the helper has ended, and reports whether one was an
// interrupt.
func (b *Bridge) pass(p *os.Process, ended <-chan struct{}) (interrupted bool) {
	for {
		select {
		case s := <-b.Signals:
			interrupted = interrupted || s == os.Interrupt
			_ = p.Signal(s) // it may just have ended
		case <-ended:
			return interrupted
		}
	}
}
