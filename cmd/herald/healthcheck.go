package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/health"
)

// newHealthcheck is `herald healthcheck`, a helper program.
func newHealthcheck(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "healthcheck [OPTION]…",
		Short: "Announce a service while it is up: a helper program",
		Long: "Check a service again and again, and announce its addresses while it is up. It is a helper program:\n\n" +
			"    process watch { run herald healthcheck --cmd \"curl -sf http://127.0.0.1/\" --label haproxy; encoder text; }\n\n" +
			"Without --ip the addresses are those of the loopback interface, with --label those whose label begins so.\n" +
			"The file of --config has an option on each line: NAME = VALUE or NAME.",
		DisableFlagParsing:    true, // argparse has spellings of its own
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			o, help, err := parseHealthOptions(args)
			if help {
				return cmd.Help()
			}
			if err != nil {
				return &usageError{cmd.UseLine(), err}
			}
			return a.healthcheck(o)
		},
	}
	new(healthOptions).define(cmd)
	return cmd
}

// healthcheck watches a service until it is told to stop.
func (a *app) healthcheck(o *healthOptions) error {
	signal.Ignore(syscall.SIGPIPE) // a daemon that has gone is an error of a write
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	log, closer := newHealthLog(o, a.stderr)
	defer closer.Close()
	if o.pid != "" {
		if err := os.WriteFile(o.pid, fmt.Appendf(nil, "%d\n", os.Getpid()), 0o644); err != nil {
			return err
		}
	}
	addresses := &addressSetup{
		log: log, run: runIP, sudo: o.sudo, interfaces: o.interfaces,
		filter: health.Filter{Label: o.label, Exact: o.labelExact},
	}
	if err := o.findAddresses(ctx, addresses); err != nil {
		return err
	}
	if err := becomeUser(o.user, o.group); err != nil {
		return err
	}
	dialect, ack := a.daemonTerms(log)
	service, err := o.service(o.selector(dialect))
	if err != nil {
		return err
	}
	w := &watch{
		log: log, machine: health.NewMachine(o.rules()), service: service, disable: o.disable,
		check: func(ctx context.Context) health.Verdict { return runCheck(ctx, log, o.command, o.timeout()) },
		hooks: func(ctx context.Context, st health.State) { runHooks(ctx, log, o.hooks(st), a.env, st) },
		out:   newStation(a, ack && !o.noAck, log), addresses: addresses, setup: o.ipSetup(), dynamic: o.ipDynamic,
	}
	return w.run(ctx)
}

// findAddresses looks for the addresses of the service when none are given, and sets
// up those that are missing.
func (o *healthOptions) findAddresses(ctx context.Context, s *addressSetup) error {
	if len(o.ips) == 0 {
		found, err := s.found(ctx)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fmt.Errorf("no address of the service was found: give --ip, or addresses to the loopback interface")
		}
		o.ips = found
	}
	if !o.ipSetup() && !o.ipDynamic {
		return nil
	}
	if err := s.plan(o.ips); err != nil {
		return err
	}
	if !o.ipSetup() {
		return nil
	}
	return s.add(ctx)
}

// daemonTerms is how the daemon speaks: its settings are in our environment.
func (a *app) daemonTerms(log *slog.Logger) (d bgp.Dialect, ack bool) {
	s, err := a.loadSettings()
	if err != nil {
		log.Debug("the settings cannot be read", "error", err)
		return bgp.Dialect5, true
	}
	return bgp.Dialect(s.api.version), s.api.ack
}

// selector is what stands before each command. ExaBGP: 4.2 has none for all
// neighbors, 5.0 says neighbor, main says peer.
func (o *healthOptions) selector(d bgp.Dialect) string {
	word := "neighbor "
	if d.Main() {
		word = "peer "
	}
	switch {
	case len(o.neighbors) > 0:
		return word + strings.Join(o.neighbors, ", "+word)
	case d == bgp.Dialect42:
		return ""
	}
	return word + "*"
}

// watch is the loop of a health check.
type watch struct {
	log     *slog.Logger
	machine *health.Machine
	service *health.Service
	disable string // file that disables the service while it exists; "" for none
	check   func(context.Context) health.Verdict
	hooks   func(context.Context, health.State)
	out     *station

	addresses      *addressSetup
	setup, dynamic bool // addresses are ours to set up; come and go with the service
}

// run checks and announces until ctx is done, or, without an interval, until the
// first announcement.
func (w *watch) run(ctx context.Context) error {
	for {
		v := w.verdict(ctx)
		if ctx.Err() != nil {
			return w.exit()
		}
		s := w.machine.Next(v)
		if s.Entered {
			w.log.Info("the service has another state", "state", s.State)
			w.hooks(ctx, s.State)
		}
		if s.Announce {
			if err := w.announce(ctx, s); err != nil {
				return err
			}
		}
		if s.Last {
			w.log.Info("interval is zero: leaving after the announcement")
			return nil
		}
		if !sleep(ctx, s.Wait) {
			return w.exit()
		}
	}
}

func (w *watch) verdict(ctx context.Context) health.Verdict {
	if w.disable != "" {
		if _, err := os.Stat(w.disable); err == nil {
			return health.Off
		}
	}
	return w.check(ctx)
}

// announce writes the commands of a state. Addresses are there before their routes,
// and go after them.
//
// Deviation: an address that cannot be restored is not announced, and one that has
// gone is restored when the service comes up: the instance before, which may take it
// away while this one starts, is not asked.
func (w *watch) announce(ctx context.Context, s health.Step) error {
	if s.State == health.Up && (w.dynamic || w.setup && s.Entered) {
		if err := w.addresses.add(ctx); err != nil {
			w.log.Error("the service is not announced: its addresses cannot be set up", "error", err)
			w.machine.Missed()
			return nil
		}
	}
	arrived, err := w.out.tell(ctx, w.service.Commands(s.State))
	if err != nil {
		return err
	}
	if !arrived {
		w.machine.Missed()
	}
	if s.State != health.Up && w.dynamic {
		w.addresses.remove(ctx)
	}
	return nil
}

// exitTime is what is left to say goodbye: the daemon kills a helper after two seconds.
const exitTime = time.Second

// exit withdraws the service and takes its addresses away.
func (w *watch) exit() error {
	w.log.Info("leaving: the service is withdrawn")
	ctx, cancel := context.WithTimeout(context.Background(), exitTime)
	defer cancel()
	if _, err := w.out.tell(ctx, w.service.Commands(health.Exit)); err != nil {
		w.log.Warn("the service could not be withdrawn", "error", err)
	}
	if w.setup || w.dynamic {
		w.addresses.remove(ctx)
	}
	return nil
}

// sleep waits; false when ctx was done before that.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// isHealthcheck reports whether the program was called by one of the names that
// ExaBGP's health check has.
func isHealthcheck(name string) bool {
	name = strings.TrimSuffix(filepath.Base(name), ".py")
	return name == "healthcheck" || strings.HasSuffix(name, "-healthcheck")
}
