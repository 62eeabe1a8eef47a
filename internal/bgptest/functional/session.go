package functional

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// grace is how long the peer may still find messages of a program that has ended: long
// against what a busy machine keeps a goroutine waiting.
const grace = 3 * time.Second

// session runs a case of encoding or api: the program against the scripted peer. It
// is right when all messages were, and the program ends because its peer has gone.
func (r *run) session(ctx context.Context, c *Case) error {
	l, err := c.Script.Listen(ctx)
	if err != nil {
		return err
	}
	defer l.Close()

	p, err := r.start(ctx, c, sessionSettings(c, l))
	if err != nil {
		return err
	}
	err = r.judge(ctx, c, l, p)
	p.stop()
	if failure := p.helperFailure(); failure != "" {
		err = errors.Join(errors.New(failure), err)
	}
	if err != nil && r.config.Log {
		r.printf("%s", p.printed())
	}
	return err
}

// cli runs a case of cli: a helper gives commands, without any peer, and ends the
// program. It is right when the helper says SUCCESS and the program ends well.
func (r *run) cli(ctx context.Context, c *Case) error {
	settings := []string{
		"exabgp_api_version=6", "exabgp_api_cli=false", "exabgp_tcp_bind=",
		"exabgp_tcp_port=1", // nobody answers there
	}
	p, err := r.start(ctx, c, settings)
	if err != nil {
		return err
	}
	select {
	case <-p.ended:
	case <-ctx.Done():
		err = errors.New("the program did not end")
	}
	p.stop()
	switch failure := p.helperFailure(); {
	case err != nil:
	case failure != "":
		err = errors.New(failure)
	case !p.cmd.ProcessState.Success():
		err = fmt.Errorf("the program ended with %s: %s", p.cmd.ProcessState, p.tail())
	case !strings.Contains(p.printed(), "SUCCESS"):
		err = fmt.Errorf("its helper did not say SUCCESS: %s", p.tail())
	}
	if err != nil && r.config.Log {
		r.printf("%s", p.printed())
	}
	return err
}

func (r *run) sessionArgs(c *Case) []string {
	args := []string{"-d", "-p"}
	for _, file := range c.Files {
		args = append(args, r.tree.etc(file))
	}
	return args
}

func sessionSettings(c *Case, l net.Listener) []string {
	port := l.Addr().(*net.TCPAddr).Port
	return []string{
		"exabgp_tcp_port=" + strconv.Itoa(port),
		"exabgp_tcp_bind=",
		"exabgp_tcp_connections=" + strconv.Itoa(c.Script.Connections),
		"exabgp_api_cli=false",
		"exabgp_api_socketname=exabgp-test-" + strconv.Itoa(port),
		"exabgp_debug_rotate=true",
		"exabgp_debug_configuration=true",
	}
}

// judge waits for both verdicts: the peer's, and the end of the program.
func (r *run) judge(ctx context.Context, c *Case, l net.Listener, p *process) error {
	play, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	verdict := make(chan error, 1)
	go func() {
		verdict <- bgptest.Play(play, l, c.Script, bgptest.Options{
			Signal: p.signal, Strict: r.config.Strict, Log: r.trace(c),
		})
	}()

	select {
	case err := <-verdict:
		if err != nil {
			return err
		}
	case <-p.ended:
		select {
		case err := <-verdict:
			return err
		case <-time.After(grace):
			cancel(nil)
			return fmt.Errorf("the program ended early (%s): %w; %s", p.cmd.ProcessState, <-verdict, p.tail())
		}
	}
	select {
	case <-p.ended:
		return nil
	case <-ctx.Done():
		return errors.New("all messages were right, but the program did not end with its session")
	}
}

// trace returns what shows the messages of a case, nil unless asked to.
func (r *run) trace(c *Case) func(string, ...any) {
	if !r.config.Trace {
		return nil
	}
	began := time.Now()
	return func(format string, args ...any) {
		r.printf("%s %7.3f %s\n", c.ID(), time.Since(began).Seconds(), fmt.Sprintf(format, args...))
	}
}
