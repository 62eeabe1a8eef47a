package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os/exec"
	"os/user"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/herald-bgp/herald/internal/health"
)

// What a health check runs: the check, hooks, and the commands that set addresses up.

// shell prepares a command of a person's, in a process group of its own that is
// killed as a whole when ctx is done. Its standard input is empty: ours is the
// daemon's answers.
func shell(ctx context.Context, command string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second // for what it left running, which may hold its output
	return cmd
}

// checkOutput is how much of a check's output is kept for the log.
const checkOutput = 4 << 10

// limited keeps the beginning of what is written.
type limited struct{ kept []byte }

func (l *limited) Write(b []byte) (int, error) {
	l.kept = append(l.kept, b[:min(len(b), checkOutput-len(l.kept))]...)
	return len(b), nil
}

// runCheck runs the check, for timeout at most unless that is zero. Without a command
// the service is up.
func runCheck(ctx context.Context, log *slog.Logger, command string, timeout time.Duration) health.Verdict {
	if command == "" {
		return health.Passed
	}
	limit := ctx
	if timeout > 0 {
		var cancel context.CancelFunc
		limit, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	cmd := shell(limit, command)
	var out limited
	cmd.Stdout, cmd.Stderr = &out, &out
	log.Debug("checking", "command", command)
	if err := cmd.Start(); err != nil {
		// Deviation: ExaBGP's ends. It says nothing about the service.
		log.Warn("the check cannot be run", "error", err)
		return health.Unknown
	}
	err := cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return health.Unknown
	case limit.Err() != nil:
		log.Warn("the check takes too long and is killed", "timeout", timeout, "command", command)
		return health.Failed
	case err == nil || errors.Is(err, exec.ErrWaitDelay):
		log.Debug("the check succeeded", "output", strings.TrimSpace(string(out.kept)))
		return health.Passed
	}
	log.Warn("the check failed", "reason", err)
	if text := strings.TrimSpace(string(out.kept)); text != "" {
		log.Info("output of the check", "output", text)
	}
	return health.Failed
}

// hookTime is how long a hook is waited for. Deviation: ExaBGP waits for ever, and
// a hook that hangs keeps the service announced.
const hookTime = 60 * time.Second

// runHooks runs commands, one after another, with STATE in their environment. One
// that takes too long is left running.
func runHooks(ctx context.Context, log *slog.Logger, commands []string, env environment, st health.State) {
	for _, command := range commands {
		log.Debug("running a hook", "state", st, "command", command)
		cmd := shell(context.WithoutCancel(ctx), command)
		cmd.Env = append(slices.Clone(env), "STATE="+st.String())
		if err := cmd.Start(); err != nil {
			log.Warn("the hook cannot be run", "command", command, "error", err)
			continue
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		t := time.NewTimer(hookTime)
		select {
		case err := <-ended:
			if err != nil {
				log.Debug("the hook failed", "command", command, "reason", err)
			}
		case <-t.C:
			log.Warn("the hook takes too long and is not waited for", "command", command, "after", hookTime)
		case <-ctx.Done():
		}
		t.Stop()
	}
}

// addressSetup is the addresses of the service on this machine.
type addressSetup struct {
	log        *slog.Logger
	run        func(ctx context.Context, words ...string) (string, error)
	sudo       bool
	filter     health.Filter
	interfaces map[netip.Prefix]string

	addresses []netip.Prefix          // to be there while the service is up
	on        map[netip.Prefix]string // the interface of each
}

// loopback is the interface of addresses that have no other.
func loopback() string {
	if runtime.GOOS == "linux" {
		return "lo"
	}
	return "lo0"
}

// plan says which addresses are to be there. ExaBGP: those of a network, one by one.
// Deviation: they are all on the network's interface.
func (s *addressSetup) plan(networks []netip.Prefix) error {
	all, err := health.Expand(networks)
	if err != nil {
		return err
	}
	s.addresses, s.on = all, map[netip.Prefix]string{}
	for _, a := range all {
		s.on[a] = loopback()
		for _, n := range networks {
			if name := s.interfaces[n]; name != "" && n.Contains(a.Addr()) {
				s.on[a] = name
			}
		}
	}
	return nil
}

// found returns the addresses of the loopback interface that the filter takes.
func (s *addressSetup) found(ctx context.Context) ([]netip.Prefix, error) {
	list, err := s.list(ctx, loopback())
	if err != nil {
		return nil, err
	}
	var out []netip.Prefix
	for _, a := range list {
		if s.filter.Match(a) && !slices.Contains(out, a.Prefix) {
			out = append(out, a.Prefix)
		}
	}
	return out, nil
}

// list returns the addresses of an interface. Labels are known on Linux alone.
func (s *addressSetup) list(ctx context.Context, name string) ([]health.Address, error) {
	if runtime.GOOS == "linux" {
		text, err := s.run(ctx, "ip", "-o", "address", "show", "dev", name)
		return health.ParseAddresses(text, name), err
	}
	i, err := net.InterfaceByName(name)
	if err != nil {
		return nil, err
	}
	addrs, err := i.Addrs()
	if err != nil {
		return nil, err
	}
	var out []health.Address
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			out = append(out, health.Address{Prefix: p})
		}
	}
	return out, nil
}

// present returns those of the addresses that are on one of the interfaces, with
// the label. Deviation: IPv6 addresses have none.
func (s *addressSetup) present(ctx context.Context) (map[netip.Prefix]bool, error) {
	out := map[netip.Prefix]bool{}
	names := []string{loopback()}
	for _, name := range s.interfaces {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		list, err := s.list(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			if s.filter.Match(a) || a.Prefix.Addr().Is6() && (health.Filter{}).Match(a) {
				out[a.Prefix] = true
			}
		}
	}
	return out, nil
}

// add sets up the addresses that are missing.
func (s *addressSetup) add(ctx context.Context) error {
	present, err := s.present(ctx)
	if err != nil {
		return err
	}
	for _, a := range s.addresses {
		if present[a] {
			continue
		}
		s.log.Debug("setting up an address", "address", a, "interface", s.on[a])
		const exists = 2 // ip's status, also for other errors of the kernel
		_, err := s.change(ctx, "add", a)
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == exists {
			s.log.Debug("the address was there", "address", a)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// remove takes away those of the addresses that are there.
func (s *addressSetup) remove(ctx context.Context) {
	s.log.Info("taking the addresses of the service away")
	present, err := s.present(ctx)
	if err != nil {
		s.log.Warn("the addresses are not known", "error", err)
		return
	}
	for _, a := range s.addresses {
		if present[a] {
			if _, err := s.change(ctx, "delete", a); err != nil {
				s.log.Warn("an address cannot be taken away", "address", a, "error", err)
			}
		}
	}
}

func (s *addressSetup) change(ctx context.Context, verb string, a netip.Prefix) (string, error) {
	words := []string{"ip", "address", verb, a.String(), "dev", s.on[a]}
	if s.sudo {
		words = append([]string{"sudo"}, words...)
	}
	if s.filter.Label != "" {
		words = append(words, "label", s.on[a]+":"+s.filter.Label)
	}
	return s.run(ctx, words...)
}

// ipTime is what a command for addresses may take.
const ipTime = 10 * time.Second

// runIP runs a command and returns what it prints. An error holds what it complained of.
func runIP(ctx context.Context, words ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, ipTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.WaitDelay = time.Second
	var complaint limited
	cmd.Stderr = &complaint
	text, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(words, " "), err, strings.TrimSpace(string(complaint.kept)))
	}
	return string(text), nil
}

// becomeUser becomes another user, of another group, as far as they are given.
func becomeUser(name, group string) error {
	if group != "" {
		g, err := user.LookupGroup(group)
		if err != nil {
			return err
		}
		gid, err := strconv.Atoi(g.Gid)
		if err != nil {
			return err
		}
		if err := syscall.Setregid(gid, gid); err != nil {
			return fmt.Errorf("cannot become of the group '%s': %w", group, err)
		}
	}
	if name == "" {
		return nil
	}
	uid, _, ok := lookUp(name)
	if !ok {
		return fmt.Errorf("unknown user '%s'", name)
	}
	if syscall.Getuid() == 0 {
		// Deviation: ExaBGP's keeps the other groups of root.
		if err := syscall.Setgroups([]int{syscall.Getgid()}); err != nil {
			return fmt.Errorf("cannot leave the groups of root: %w", err)
		}
	}
	if err := syscall.Setreuid(uid, uid); err != nil {
		return fmt.Errorf("cannot become '%s': %w", name, err)
	}
	return nil
}
