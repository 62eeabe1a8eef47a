package functional

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// systemPath stands before the caller's PATH: a program that became another user
// may not be able to look into the caller's own folders.
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// environ returns what every program under test is given, and settings behind it.
// Settings of the caller for ExaBGP do not take part.
func (r *run) environ(settings ...string) []string {
	env := slices.DeleteFunc(os.Environ(), func(s string) bool {
		key, _, _ := strings.Cut(s, "=")
		return strings.HasPrefix(strings.ToLower(key), "exabgp") || key == "PYTHONPATH" || key == "PATH"
	})
	env = append(env,
		"PATH="+systemPath+":"+os.Getenv("PATH")+":"+r.tree.etc(""),
		"PYTHONDONTWRITEBYTECODE=1",
		"HERALD_BINARY="+r.tree.binary,
		fmt.Sprintf("exabgp_log_enable=%t", r.config.Log),
		"exabgp_version=5.0.0-0+test",
	)
	if r.data.Main {
		env = append(env, "exabgp_api_version=4")
	}
	if r.config.Checkout != "" && r.config.Helpers == "" {
		env = append(env, "PYTHONPATH="+r.config.Checkout+"/src") // one helper imports ExaBGP's health check
	}
	return append(env, settings...)
}

// process is a program under test.
type process struct {
	cmd   *exec.Cmd
	out   *os.File
	ended chan struct{} // closed when the program has ended
}

// start runs the program with its output in a file of its own: with Repeat a case may
// run twice at a time.
func (r *run) start(ctx context.Context, c *Case, settings []string) (*process, error) {
	out, err := os.CreateTemp(r.tree.dir, c.Suite+"-"+c.Name+"-*.log")
	if err != nil {
		return nil, err
	}
	// The program is ended by stop, politely, and not with the context.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), r.tree.binary, r.sessionArgs(c)...)
	cmd.Dir = r.tree.dir
	cmd.Env = r.environ(settings...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		out.Close()
		return nil, err
	}
	p := &process{cmd: cmd, out: out, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		_ = cmd.Wait() // the state is in cmd
	}()
	return p, nil
}

// stop ends the program if it has not ended by itself.
func (p *process) stop() {
	defer p.out.Close()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		select {
		case <-p.ended:
			return
		default:
		}
		_ = syscall.Kill(-p.cmd.Process.Pid, signal) // its group; it may just have ended
		select {
		case <-p.ended:
			return
		case <-time.After(2 * time.Second):
		}
	}
}

// signal sends a signal by the name that scripts have for it.
func (p *process) signal(name string) error {
	signals := map[string]syscall.Signal{
		"sigusr1": syscall.SIGUSR1, "sigusr2": syscall.SIGUSR2,
		"sighup": syscall.SIGHUP, "sigalrm": syscall.SIGALRM, "sigterm": syscall.SIGTERM,
	}
	s, ok := signals[name]
	if !ok {
		return errors.New("unknown signal")
	}
	return p.cmd.Process.Signal(s)
}

// tail returns the end of what the program printed, on one line.
func (p *process) tail() string {
	lines := strings.FieldsFunc(p.printed(), func(c rune) bool { return c == '\n' })
	if len(lines) == 0 {
		return "it printed nothing"
	}
	return short(strings.Join(lines[max(0, len(lines)-3):], " | "), 400)
}

func (p *process) printed() string {
	b, err := os.ReadFile(p.out.Name())
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// helperFailure returns what a helper program found wrong; "" for nothing.
func (p *process) helperFailure() string {
	for line := range strings.Lines(p.printed()) {
		if strings.HasPrefix(line, "helper failed: ") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// output is what a command printed when it has ended.
type output struct {
	stdout, stderr string
	status         int
}

// command runs the program to its end.
func (r *run) command(ctx context.Context, stdin io.Reader, settings, args []string) (*output, error) {
	cmd := exec.CommandContext(ctx, r.tree.binary, args...)
	cmd.Dir = r.tree.dir
	cmd.Env = r.environ(settings...)
	cmd.Stdin = stdin
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("still running: %w", ctx.Err())
	case err != nil && !errors.As(err, &exit):
		return nil, err
	}
	return &output{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}, nil
}
