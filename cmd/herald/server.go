package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"syscall"
	"time"

	sd "github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/daemon"
	"github.com/herald-bgp/herald/internal/lex"
)

// serverFlags are those of `herald server`.
type serverFlags struct {
	debug, verbose, once, passive bool
	signal                        int
}

// newServer is `herald server`.
func newServer(a *app) *cobra.Command {
	var f serverFlags
	cmd := &cobra.Command{
		Use:   "server [-d] [-v] [-1] [-P] [-s SECONDS] FILE…",
		Short: "Run the speaker",
		Long: `Run the speaker with a configuration; "-" is the standard input. Several configurations
run in a process each, unless the setting debug.rotate makes them successive versions of
one: each reload takes the next.

SIGUSR1 reloads the configuration: sessions whose settings did not change go on. SIGUSR2
starts helper programs again as well, and SIGALRM every session. A configuration with a
mistake changes nothing. SIGTERM, SIGHUP and SIGINT end it.`,
		Example: "  herald server router.conf\n  herald server -d -1 router.conf",
		Args:    atLeastOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			return meant(cmd.Root(), args[0], a.server(&f, args))
		},
	}
	fl := cmd.Flags()
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "log everything")
	fl.BoolVarP(&f.debug, "debug", "d", false, "log everything")
	accepted(cmd, "pdb p", "memory m")
	fl.BoolVarP(&f.once, "once", "1", false, "one attempt for each peer: tcp.attempts 1")
	fl.BoolVarP(&f.passive, "passive", "P", false, "never connect: bgp.passive true")
	fl.IntVarP(&f.signal, "signal", "s", 0, "reload once, after so many `seconds`")
	return cmd
}

// meant adds to the error of a file that is not there the command that was meant.
func meant(root *cobra.Command, word string, err error) error {
	if !errors.Is(err, errNoFile) {
		return err
	}
	var known []string
	for _, c := range root.Commands() {
		known = append(known, c.Name())
	}
	if near := lex.Nearest(word, known); near != "" {
		return fmt.Errorf("%w, did you mean the command %s?", err, near)
	}
	return err
}

// verbose logs everything.
func (s *settings) verbose() {
	s.log.all, s.log.level, s.log.short = true, "DEBUG", false
}

// apply changes the settings as the flags say.
func (f *serverFlags) apply(s *settings) {
	if f.verbose || f.debug {
		s.verbose()
	}
	if f.once && s.tcp.attempts == 0 {
		s.tcp.attempts = 1
	}
	s.bgp.passive = s.bgp.passive || f.passive
}

// server runs the speaker, in the order of ExaBGP: settings and files, log,
// listeners, configuration, privileges, helpers, pid file, sessions.
func (a *app) server(f *serverFlags, files []string) error {
	s, err := a.loadSettings()
	if err != nil {
		return err
	}
	f.apply(s)
	if len(files) > 1 && slices.Contains(files, "-") {
		return &usageError{"herald server FILE…", errors.New("the standard input cannot be one of several configurations")}
	}
	signals := make(chan os.Signal, 8) // those that come early wait
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGALRM)
	defer signal.Stop(signals)
	var sources []daemon.Source
	for _, name := range files {
		src, err := a.source(name)
		if err != nil {
			return err
		}
		sources = append(sources, src)
	}
	loader, err := a.loader(s)
	if err != nil {
		return err
	}
	if len(sources) > 1 && !s.debug.rotate {
		return a.forEach(f, files, signals)
	}
	unix.Umask(int(s.daemon.umask))
	log, closer, err := newLog(s, a.stderr, os.Getpid())
	if err != nil {
		return err
	}
	defer closer.Close()
	a.greet(s, log)
	control, err := a.control(s, log.With(sourceKey, "cli"))
	if err != nil {
		return err
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	return a.serve(s, log, &daemon.Config{
		Loader: loader, Sources: sources, Logger: log, Env: a.env,
		Dialect: bgp.Dialect(s.api.version), Version: heraldVersion(), Software: s.software(),
		Bind: s.tcp.bind, Port: uint16(s.tcp.port), Connect: uint16(s.tcp.connect), Attempts: s.tcp.attempts,
		OpenWait: time.Duration(s.bgp.openwait) * time.Second, Delay: s.tcp.delay,
		PathsAudit: s.bgp.pathsLimitAudit,
		Ack:        s.api.ack, Compact: s.api.compact, Explain: s.api.explain, RoutesV2: s.api.showRoutesFormat == "v2", Respawn: s.api.respawn, Terminate: s.api.terminate,
		InheritStderr: s.logsToStderr(), Control: *control,
	}, signals, time.Duration(f.signal)*time.Second)
}

// software is the value of the software version capability.
func (s *settings) software() string {
	if s.version != "" {
		return "ExaBGP/" + s.version
	}
	return "Herald/" + heraldVersion()
}

// greet says who starts, and what is odd about it.
func (a *app) greet(s *settings, log *slog.Logger) {
	log = log.With(sourceKey, "startup")
	log.Info("herald starts", "version", heraldVersion(), "api_version", bgp.Dialect(s.api.version), "pid", os.Getpid())
	if s.fileAbsent && a.envFile != "" {
		log.Error("environment file missing: generate it with \"herald env > FILE\"", "file", s.file)
	}
	if s.daemon.daemonize {
		log.Warn("daemon.daemonize has no effect: run it under a supervisor")
	}
	if n := s.tcp.delay; n > 0 {
		log.Info("waiting for the minute", "multiple_of", n)
	}
}

// serve runs one daemon from its listeners to its end.
func (a *app) serve(s *settings, log *slog.Logger, cfg *daemon.Config, signals <-chan os.Signal, reload time.Duration) error {
	d, err := daemon.New(cfg)
	if err != nil {
		return err
	}
	if !s.daemon.drop {
		d.Start() // helpers keep the rights of root
	}
	if err := dropPrivileges(os.Getuid(), s.daemon.user, log.With(sourceKey, "daemon")); err != nil {
		return errors.Join(err, d.Close())
	}
	d.Start()
	remove, err := writePIDFile(s.daemon.pid, os.Getpid())
	if err != nil {
		return errors.Join(err, d.Close())
	}
	defer remove()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go passOn(ctx, d, signals, reload)
	tellSupervisor(log, sd.SdNotifyReady)
	defer tellSupervisor(log, sd.SdNotifyStopping)
	return d.Run(ctx)
}

// tellSupervisor tells systemd how the daemon is, if it asks.
func tellSupervisor(log *slog.Logger, state string) {
	if _, err := sd.SdNotify(false, state); err != nil {
		log.Warn("the supervisor cannot be told", "state", state, "error", err)
	}
}

// passOn gives signals to the daemon until ctx is done, and a SIGUSR1 of our own
// after the time reload, unless that is zero.
func passOn(ctx context.Context, d *daemon.Daemon, signals <-chan os.Signal, reload time.Duration) {
	var later <-chan time.Time
	if reload > 0 {
		later = time.After(reload)
	}
	for {
		select {
		case sig := <-signals:
			if n, ok := sig.(syscall.Signal); ok {
				d.Signal(n)
			}
		case <-later:
			d.Signal(syscall.SIGUSR1)
		case <-ctx.Done():
			return
		}
	}
}

// forEach runs a process for each configuration and waits for all of them, as
// ExaBGP does unless debug.rotate makes the files versions of one.
func (a *app) forEach(f *serverFlags, files []string, signals <-chan os.Signal) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	var children []child
	for _, file := range files {
		p, err := os.StartProcess(program, a.childArgs(f, file), &os.ProcAttr{Env: a.env, Files: []*os.File{nil, os.Stdout, os.Stderr}})
		if err != nil {
			err = fmt.Errorf("cannot run %s for %s: %w", program, file, err)
			for _, c := range children {
				err = errors.Join(err, c.Signal(syscall.SIGTERM))
			}
			return err
		}
		children = append(children, child{p, file})
	}
	return waitAll(children, signals)
}

// child is the process of a configuration.
type child struct {
	*os.Process
	file string
}

// childArgs is the command line of the process for one file.
func (a *app) childArgs(f *serverFlags, file string) []string {
	args := []string{a.argv0}
	if a.envFile != "" {
		args = append(args, "--env-file", a.envFile)
	}
	args = append(args, "server", "-s", strconv.Itoa(f.signal))
	if f.debug || f.verbose {
		args = append(args, "-d")
	}
	if f.once {
		args = append(args, "-1")
	}
	if f.passive {
		args = append(args, "-P")
	}
	return append(args, file)
}

// waitAll passes signals on to processes and waits for them.
func waitAll(children []child, signals <-chan os.Signal) error {
	results := make(chan error, len(children))
	for _, p := range children {
		go func() {
			state, err := p.Wait()
			if err == nil && !state.Success() {
				err = fmt.Errorf("%s: process %d: %s", p.file, p.Pid, state)
			}
			results <- err
		}()
	}
	var all error
	for left := len(children); left > 0; {
		select {
		case err := <-results:
			all = errors.Join(all, err)
			left--
		case sig := <-signals:
			for _, p := range children {
				_ = p.Signal(sig) // it may have ended
			}
		}
	}
	return all
}
