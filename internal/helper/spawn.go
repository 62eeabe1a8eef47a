package helper

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// exec starts a program as ExaBGP does: directly, without a shell, in a process
// group of its own, with pipes as its standard input and output.
func (s *Set) exec(spec Spec) (*child, error) {
	cmd := exec.Command(spec.Run[0], spec.Run[1:]...)
	cmd.Dir = "/"
	cmd.Env = environment(s.cfg.Env)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}

	var p pipes
	defer p.closeTheirs()
	var err error
	if cmd.Stdin, err = p.toChild(); err != nil {
		return nil, err
	}
	if cmd.Stdout, err = p.fromChild(); err != nil {
		return nil, err
	}
	cmd.Stderr = os.Stderr
	if !s.cfg.InheritStderr {
		if cmd.Stderr, err = p.fromChild(); err != nil {
			return nil, err
		}
	}
	if err := cmd.Start(); err != nil {
		p.closeOurs()
		return nil, err
	}
	c := &child{pid: cmd.Process.Pid, stdin: p.ours[0], stdout: p.ours[1], wait: cmd.Wait}
	c.signal = func(sig syscall.Signal) {
		_ = syscall.Kill(-c.pid, sig) // nobody left is as good
		if sig == syscall.SIGTERM {
			_ = syscall.Kill(-c.pid, syscall.SIGCONT) // or one that is stopped does not hear it
		}
	}
	c.left = func() bool { return groupLeft(c.pid) }
	if !s.cfg.InheritStderr {
		c.stderr = p.ours[2]
	}
	return c, nil
}

// groupLeft reports whether there is a process in a group whose leader has been reaped.
// As the first process of a container we are the parent of orphans: it reaps those.
func groupLeft(group int) bool {
	for {
		pid, err := syscall.Wait4(-group, nil, syscall.WNOHANG, nil)
		if pid <= 0 && !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	return !errors.Is(syscall.Kill(-group, 0), syscall.ESRCH)
}

// environment is the daemon's, without what means only the daemon.
func environment(env []string) []string {
	out := make([]string, 0, len(env)+1)
	for _, e := range env {
		if !strings.HasPrefix(e, "TERM=") && !strings.HasPrefix(e, "exabgp_cli_pipe=") {
			out = append(out, e)
		}
	}
	return append(out, "TERM=dumb")
}

// pipes are the pipes of a program that is being started: our ends and its ends.
type pipes struct{ ours, theirs []*os.File }

func (p *pipes) toChild() (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		p.closeOurs()
		return nil, err
	}
	p.ours, p.theirs = append(p.ours, w), append(p.theirs, r)
	return r, nil
}

func (p *pipes) fromChild() (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		p.closeOurs()
		return nil, err
	}
	p.ours, p.theirs = append(p.ours, r), append(p.theirs, w)
	return w, nil
}

func (p *pipes) closeTheirs() { closeAll(p.theirs) }
func (p *pipes) closeOurs()   { closeAll(p.ours) }

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// logLines logs what a program writes to its standard error, until all who hold it
// have closed it, or r is closed. Overlong lines are logged in pieces.
func logLines(r io.Reader, log *slog.Logger) {
	var damper Damper
	lines := bufio.NewReaderSize(r, 4<<10)
	for {
		line, _, err := lines.ReadLine()
		if err != nil {
			return
		}
		if damper.Pass(log, "lines of standard error") {
			log.Warn("helper writes to its standard error", "line", string(line))
		}
	}
}
