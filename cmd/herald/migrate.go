package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/herald-bgp/herald/internal/exa/migrate"
)

// versions are the options -f and -t.
type versions struct{ from, to string }

// flags defines them.
func (v *versions) flags(cmd *cobra.Command, from string) {
	cmd.Flags().StringVarP(&v.from, "from", "f", from, "`version` that the input is of")
	cmd.Flags().StringVarP(&v.to, "to", "t", "main", "`version` to write it for")
}

// parse checks them: least is the first version that there is.
func (v *versions) parse(cmd *cobra.Command, least migrate.Version) (from, to migrate.Version, err error) {
	for _, o := range []struct {
		option, name string
		least, most  migrate.Version
		to           *migrate.Version
	}{{"from", v.from, least, migrate.V5, &from}, {"to", v.to, least + 1, migrate.Main, &to}} {
		var known []string
		for k := o.least; k <= o.most; k++ {
			known = append(known, k.String())
		}
		if !slices.Contains(known, o.name) {
			return 0, 0, &usageError{cmd.UseLine(), fmt.Errorf("argument --%s: expected one of %s, found '%s'", o.option, strings.Join(known, ", "), o.name)}
		}
		*o.to, _ = migrate.ParseVersion(o.name)
	}
	return from, to, nil
}

// forwards refuses the way back, in ExaBGP's words.
func (a *app) forwards(from, to migrate.Version) error {
	if from < to {
		return nil
	}
	return a.failed("Cannot migrate backwards from %s to %s", from, to)
}

// failed says what is wrong as ExaBGP's migrate does.
func (a *app) failed(format string, args ...any) error {
	fmt.Fprintf(a.stderr, "Error: "+format+"\n", args...)
	return errSaid
}

// newMigrate is `herald migrate …`.
func newMigrate(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate COMMAND",
		Short: "Rewrite what was written for older versions",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return errors.Join(cmd.Help(), errSaid)
		},
	}
	for _, c := range []*cobra.Command{newMigrateConf(a), newMigrateAPI(a)} {
		c.DisableFlagsInUseLine = true
		cmd.AddCommand(c)
	}
	return cmd
}

// migrateConf is `herald migrate conf` with its options.
type migrateConf struct {
	versions
	options                  migrate.Options
	output                   string
	inPlace, dryRun, verbose bool
}

func newMigrateConf(a *app) *cobra.Command {
	var m migrateConf
	cmd := &cobra.Command{
		Use:   "conf [-f VERSION] [-t VERSION] [-o FILE | -i | -n] [-v] [-w] FILE…",
		Short: "Rewrite configuration files",
		Long: `Rewrite configurations of ExaBGP 3.4, 4 and 5 in the words of a later version: what they
say stays the same, and so do comments and layout. VERSION is 3.4, 4, 5 or main; without
options it is everything that is not the current spelling.

The result goes to the standard output, to a file, or takes the place of the file, of
which a copy is kept as FILE.DATE-TIME.bak. What is a mistake rather than an old spelling
stays, and is a warning.`,
		Example: "  herald migrate conf -n router.conf\n  herald migrate conf -i -f 3.4 router.conf",
		Args:    atLeastOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := exclusive(cmd.Flags().Changed, "output", "inplace"); err != nil {
				return &usageError{cmd.UseLine(), err}
			}
			if m.output != "" && len(args) > 1 {
				return &usageError{cmd.UseLine(), errors.New("argument --output: takes one file")}
			}
			if m.inPlace && slices.Contains(args, "-") {
				return &usageError{cmd.UseLine(), errors.New("argument --inplace: the standard input has no place")}
			}
			var err error
			if m.options.From, m.options.To, err = m.parse(cmd, migrate.V34); err != nil {
				return err
			}
			return a.migrateConf(&m, args)
		},
	}
	fl := cmd.Flags()
	m.flags(cmd, "3.4")
	fl.StringVarP(&m.output, "output", "o", "", "write the result to this `file`")
	fl.BoolVarP(&m.inPlace, "inplace", "i", false, "replace the file, and keep a copy")
	fl.BoolVarP(&m.dryRun, "dry-run", "n", false, "say what would change")
	fl.BoolVarP(&m.verbose, "verbose", "v", false, "say what changes on the standard error")
	fl.BoolVarP(&m.options.WrapAPI, "wrap-api", "w", false, "run helper programs by migrate api, which translates for them")
	return cmd
}

func (a *app) migrateConf(m *migrateConf, files []string) error {
	if err := a.forwards(m.options.From, m.options.To); err != nil {
		return err
	}
	for v := m.options.From; m.verbose && v < m.options.To; v++ {
		fmt.Fprintf(a.stderr, "Migrating config %s -> %s...\n", v, v+1)
	}
	for _, name := range files {
		text, mode, err := a.readConf(name)
		if err != nil {
			return err
		}
		if name == "-" {
			name = "stdin"
		}
		r, err := migrate.Conf(name, text, m.options)
		if err != nil {
			return err
		}
		for _, w := range r.Warnings {
			fmt.Fprintf(a.stderr, "warning: %s\n", w)
		}
		if err := a.deliver(m, name, text, r, mode); err != nil {
			return err
		}
	}
	return nil
}

// readConf reads a configuration, and how it may be accessed.
func (a *app) readConf(name string) (text string, mode fs.FileMode, err error) {
	if name == "-" {
		b, err := io.ReadAll(a.stdin)
		return string(b), 0o600, err
	}
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", 0, a.failed("file not found: %s", name)
	} else if err != nil {
		return "", 0, err
	}
	b, err := os.ReadFile(name)
	return string(b), info.Mode().Perm(), err
}

// deliver prints or writes a result.
func (a *app) deliver(m *migrateConf, name, old string, r *migrate.Result, mode fs.FileMode) error {
	if m.dryRun {
		fmt.Fprintf(a.stdout, "Migration: %s -> %s\n", m.options.From, m.options.To)
		if len(r.Changes) == 0 {
			fmt.Fprintln(a.stdout, "No changes needed.")
			return nil
		}
		fmt.Fprintf(a.stdout, "Changes (%d):\n", len(r.Changes))
		printChanges(a.stdout, r.Changes)
		return nil
	}
	if m.verbose && len(r.Changes) > 0 {
		fmt.Fprintf(a.stderr, "Applied %d changes:\n", len(r.Changes))
		printChanges(a.stderr, r.Changes)
	}
	switch {
	case m.inPlace && r.Text == old:
		fmt.Fprintf(a.stderr, "No changes needed: %s\n", name)
	case m.inPlace:
		backup := name + "." + time.Now().Format("20060102-150405") + ".bak"
		if err := writeNew(backup, old, mode); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(r.Text), mode); err != nil {
			return err
		}
		fmt.Fprintf(a.stderr, "Migrated %s (backup: %s)\n", name, backup)
	case m.output != "":
		if err := os.WriteFile(m.output, []byte(r.Text), mode); err != nil {
			return err
		}
		fmt.Fprintf(a.stderr, "Migrated config written to %s\n", m.output)
	default:
		_, err := io.WriteString(a.stdout, r.Text)
		return err
	}
	return nil
}

func printChanges(w io.Writer, changes []string) {
	for _, c := range changes {
		fmt.Fprintf(w, "  - %s\n", c)
	}
}

// writeNew writes a file that must not be there yet.
func writeNew(name, text string, mode fs.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// migrateAPI is `herald migrate api` with its options.
type migrateAPI struct {
	versions
	exec, verbose bool
}

func newMigrateAPI(a *app) *cobra.Command {
	var m migrateAPI
	cmd := &cobra.Command{
		Use:   "api [-f VERSION] [-t VERSION] [-v] [INPUT | --exec COMMAND [ARGUMENT…]]",
		Short: "Translate commands and events of helper programs",
		Long: `Translate the commands and the JSON that helper programs write from one API version to a
later one, line by line: the argument, else the standard input. VERSION is 4, 5 or main,
which is API version 6.

With --exec, the last option, a helper program is run: what it writes is translated, and
the events that it reads are translated back. Signals reach it, and its exit status is
the command's. In a configuration:

  run herald migrate api -f 4 -t main --exec /etc/exabgp/helper.py;`,
		Example: "  herald migrate api \"neighbor 192.0.2.1 announce eor\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			from, to, err := m.parse(cmd, migrate.V4)
			if err != nil {
				return err
			}
			if !m.exec && len(args) > 1 {
				return &usageError{cmd.UseLine(), fmt.Errorf("unrecognized arguments: %s", strings.Join(args[1:], " "))}
			}
			if err := a.forwards(from, to); err != nil {
				return err
			}
			var note func(string)
			if m.verbose {
				note = func(change string) { fmt.Fprintln(a.stderr, change) }
			}
			if m.exec && len(args) > 0 {
				b := migrate.Bridge{From: from, To: to, Note: note, Stdin: a.stdin, Stdout: a.stdout, Stderr: a.stderr}
				return a.bridge(cmd.Context(), &b, args)
			}
			return a.migrateLines(cmd, migrate.Forward(from, to, note), args)
		},
	}
	m.flags(cmd, "4")
	cmd.Flags().BoolVarP(&m.exec, "exec", "e", false, "run the helper program that follows")
	cmd.Flags().BoolVarP(&m.verbose, "verbose", "v", false, "say each change on the standard error as it is made")
	return cmd
}

// takeExec ends the options of `migrate api` behind --exec: what follows belongs to
// the program that is run.
func takeExec(args []string) []string {
	at := slices.Index(args, "migrate")
	if at < 0 || at > 2 || at+1 == len(args) || args[at+1] != "api" { // --env-file may stand before it
		return args
	}
	for i := at; i < len(args); i++ {
		arg := args[i]
		program, joined := strings.CutPrefix(arg, "--exec=")
		switch {
		case joined:
			return slices.Concat(args[:i], []string{"--exec", "--", program}, args[i+1:])
		case arg == "--exec" || arg == "-e":
			return slices.Insert(slices.Clone(args), i+1, "--")
		case arg == "--":
			return args
		}
	}
	return args
}

// migrateLines translates the argument, or else the standard input.
func (a *app) migrateLines(cmd *cobra.Command, t *migrate.Translator, args []string) error {
	in := a.stdin
	if len(args) > 0 {
		in = strings.NewReader(args[0])
	} else if a.onTerminal() {
		return errors.Join(cmd.Help(), errSaid)
	}
	out := bufio.NewWriter(a.stdout)
	lines, err := t.Copy(out, &flushing{in, out})
	if lines == 0 && err == nil {
		fmt.Fprintln(out) // ExaBGP: nothing is an empty line
	}
	return errors.Join(err, out.Flush())
}

// bridge runs a helper program of another version.
func (a *app) bridge(ctx context.Context, b *migrate.Bridge, command []string) error {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2)
	defer signal.Stop(signals)
	b.Signals = signals
	status, err := b.Run(ctx, command)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, exec.ErrNotFound):
		return a.failed("command not found: %s", command[0])
	case errors.Is(err, fs.ErrPermission):
		return a.failed("permission denied: %s", command[0])
	case err != nil:
		return err
	case status != 0:
		return &statusError{status}
	}
	return nil
}

// statusError ends the program with the exit status of one that it ran.
type statusError struct{ status int }

func (e *statusError) Error() string { return fmt.Sprintf("exit status %d", e.status) }
