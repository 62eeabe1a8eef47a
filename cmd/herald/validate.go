package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/daemon"
	"github.com/herald-bgp/herald/internal/exa/conf"
)

// validateFlags are those of `herald validate`.
type validateFlags struct {
	neighbor, route, verbose bool
	diff                     string // the file that is loaded before; "": none
}

// newValidate is `herald validate`, and `herald configuration validate`.
func newValidate(a *app) *cobra.Command {
	var f validateFlags
	cmd := &cobra.Command{
		Use:   "validate [-n] [-r] [-v] [--diff OLD] FILE…",
		Short: "Check configuration files",
		Long: `Read configurations as the server does, helper programs included, and say what is wrong
or odd: file, line, column, word, and what was expected. The first mistake ends it.

With --diff it prints what a reload (SIGUSR1) from OLD to FILE does: sessions that are
added, removed, restarted or kept, with the settings that differ; routes that are
announced (+) and withdrawn (-); helpers that are started, stopped and kept. It is what
the daemon does itself: the same code compares.`,
		Example: "  herald validate router.conf\n  herald validate -nr router.conf\n  herald validate --diff router.conf router.conf.new",
		Args:    atLeastOne,
		RunE:    func(_ *cobra.Command, args []string) error { return a.validate(&f, args) },
	}
	cmd.Flags().BoolVarP(&f.neighbor, "neighbor", "n", false, "write every neighbor as a configuration, read it again, and compare")
	cmd.Flags().BoolVarP(&f.route, "route", "r", false, "encode and decode every route, and compare")
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "log everything")
	cmd.Flags().StringVar(&f.diff, "diff", "", "print what a reload does when the `file` is loaded before")
	accepted(cmd, "pdb p")
	return cmd
}

// newConfiguration is `herald configuration …`.
func newConfiguration(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "configuration COMMAND",
		Short: "Work with configuration files",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return errors.Join(cmd.Help(), errSaid)
		},
	}
	cmd.AddCommand(newValidate(a), newExport(a), newExample(a))
	for _, c := range cmd.Commands() {
		c.DisableFlagsInUseLine = true
	}
	return cmd
}

func atLeastOne(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return &usageError{cmd.UseLine(), errors.New("the following arguments are required: FILE")}
	}
	return nil
}

func (a *app) validate(f *validateFlags, files []string) error {
	s, err := a.loadSettings()
	if err != nil {
		return err
	}
	if f.verbose {
		s.verbose()
	}
	log, closer, err := newLog(s, a.stderr, os.Getpid())
	if err != nil {
		return err
	}
	defer closer.Close()
	log = log.With(sourceKey, "configuration")
	var old *config.Config
	if f.diff != "" {
		if old, err = a.validateFile(s, log, f, f.diff); err != nil {
			return err
		}
	}
	for _, name := range files {
		cfg, err := a.validateFile(s, log, f, name)
		if err != nil {
			return err
		}
		if old != nil {
			if err := printPlan(a.stdout, old, cfg); err != nil {
				return err
			}
			old = cfg
		}
	}
	return nil
}

func (a *app) validateFile(s *settings, log *slog.Logger, f *validateFlags, name string) (*config.Config, error) {
	src, err := a.source(name)
	if err != nil {
		return nil, err
	}
	log.Info("loading", "file", name)
	loader, err := a.loader(s)
	if err != nil {
		return nil, err
	}
	cfg, err := loader.Load(src)
	if err != nil {
		return nil, fmt.Errorf("%s is not a valid config file: %w", name, err)
	}
	for _, w := range cfg.Warnings {
		log.Warn(w) //nolint:sloglint // the text is the message
	}
	for _, n := range cfg.Neighbors {
		if err := f.check(loader, cfg, n); err != nil {
			return nil, fmt.Errorf("%s: neighbor %s: %w", name, n.Session.Peer, err)
		}
		if f.neighbor {
			log.Info("neighbor", "name", n.Name(), "routes", n.Routes.Len())
		}
	}
	log.Info("valid", "file", name, "neighbors", len(cfg.Neighbors), "processes", len(cfg.Processes), "routes", routeCount(cfg))
	return cfg, nil
}

// check sends a neighbor, and its routes, there and back.
func (f *validateFlags) check(loader *daemon.Loader, cfg *config.Config, n *config.Neighbor) error {
	if f.neighbor {
		if err := checkNeighbor(cfg, n, loader.Passive); err != nil {
			return err
		}
	}
	if f.route {
		if err := checkRoutes(n); err != nil {
			return fmt.Errorf("invalid route: %w", err)
		}
	}
	return nil
}

var errOtherNeighbor = errors.New("written as a configuration and read again, it is another")

// checkNeighbor writes a neighbor as a configuration, reads it again and compares.
func checkNeighbor(cfg *config.Config, n *config.Neighbor, passive bool) error {
	var text []byte
	for i := range cfg.Processes {
		text = conf.AppendProcess(text, &cfg.Processes[i])
	}
	text, err := conf.AppendNeighborRoutes(text, n)
	if err != nil {
		return err
	}
	again, err := conf.Load("its own configuration", string(text), conf.Options{Passive: passive})
	if err != nil {
		return err
	}
	if len(again.Neighbors) != 1 || !n.Equal(again.Neighbors[0]) {
		return errOtherNeighbor
	}
	return nil
}

func routeCount(cfg *config.Config) int {
	n := 0
	for _, peer := range cfg.Neighbors {
		n += peer.Routes.Len()
	}
	return n
}

// loader reads configurations as the settings and the environment say.
func (a *app) loader(s *settings) (*daemon.Loader, error) {
	cwd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	l := &daemon.Loader{Passive: s.bgp.passive, Programs: daemon.Programs{CWD: cwd}}
	l.Self, _ = os.Executable()
	l.Programs.Path, _ = a.env.get("PATH")
	l.Programs.Etc, _ = a.env.get("EXABGP_ETC")
	return l, nil
}

// source finds a configuration file; "-" is the standard input.
func (a *app) source(name string) (daemon.Source, error) {
	if name == "-" {
		b, err := io.ReadAll(a.stdin)
		if err != nil {
			return daemon.Source{}, fmt.Errorf("the standard input cannot be read: %w", err)
		}
		text := string(b)
		return daemon.Source{Path: "stdin", Text: &text}, nil
	}
	candidates := []string{name}
	if rest, ok := strings.CutPrefix(name, "etc/exabgp/"); ok {
		candidates = append(candidates, filepath.Join("/etc/exabgp", rest))
	}
	reason := errNoFile
	for _, c := range candidates {
		switch info, err := os.Stat(c); {
		case err == nil && info.Mode().IsRegular():
			// The working directory changes later. Links are kept: they may be switched.
			path, err := filepath.Abs(c)
			return daemon.Source{Path: path}, err
		case err == nil:
			reason = errors.New("no regular file")
		case !errors.Is(err, fs.ErrNotExist):
			reason = errnoOf(err)
		}
	}
	return daemon.Source{}, fmt.Errorf("%s is not an exabgp config file (%w)", name, reason)
}

var errNoFile = errors.New("file not found")
