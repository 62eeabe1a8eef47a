package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/daemon"
)

// validateFlags are those of `herald validate`.
type validateFlags struct {
	neighbor, route, verbose bool
}

// newValidate is `herald validate`, and `herald configuration validate`.
func newValidate(a *app) *cobra.Command {
	var f validateFlags
	cmd := &cobra.Command{
		Use:   "validate [-n] [-r] [-v] FILE…",
		Short: "Check configuration files",
		Long: `Read configurations as the server does, helper programs included, and say what is wrong
or odd: file, line, column, word, and what was expected. The first mistake ends it.`,
		Example: "  herald validate router.conf\n  herald validate -r router.conf",
		Args:    atLeastOne,
		RunE:    func(_ *cobra.Command, args []string) error { return a.validate(&f, args) },
	}
	cmd.Flags().BoolVarP(&f.neighbor, "neighbor", "n", false, "print the neighbors")
	cmd.Flags().BoolVarP(&f.route, "route", "r", false, "encode and decode every route, and compare")
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "log everything")
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
	validate := newValidate(a)
	validate.DisableFlagsInUseLine = true
	cmd.AddCommand(validate)
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
	for _, name := range files {
		if err := a.validateFile(s, log, f, name); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) validateFile(s *settings, log *slog.Logger, f *validateFlags, name string) error {
	src, err := a.source(name)
	if err != nil {
		return err
	}
	log.Info("loading", "file", name)
	loader, err := a.loader(s)
	if err != nil {
		return err
	}
	cfg, err := loader.Load(src)
	if err != nil {
		return fmt.Errorf("%s is not a valid config file: %w", name, err)
	}
	for _, w := range cfg.Warnings {
		log.Warn(w) //nolint:sloglint // the text is the message
	}
	for _, n := range cfg.Neighbors {
		if f.neighbor {
			log.Info("neighbor", "name", n.Name(), "routes", n.Routes.Len())
		}
		if f.route {
			if err := checkRoutes(n); err != nil {
				return fmt.Errorf("%s has an invalid route: neighbor %s: %w", name, n.Session.Peer.Addr(), err)
			}
		}
	}
	log.Info("valid", "file", name, "neighbors", len(cfg.Neighbors), "processes", len(cfg.Processes), "routes", routeCount(cfg))
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
	for _, c := range candidates {
		if info, err := os.Stat(c); err == nil && info.Mode().IsRegular() {
			// The working directory changes later. Links are kept: they may be switched.
			path, err := filepath.Abs(c)
			return daemon.Source{Path: path}, err
		}
	}
	return daemon.Source{}, fmt.Errorf("%s is not an exabgp config file (file not found)", name)
}
