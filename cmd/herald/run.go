package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// clientFlags are those of `herald run` and `herald cli`.
type clientFlags struct {
	transport
	root string
}

func (f *clientFlags) define(a *app, cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.name, "pipename", "", "`name` of the socket and of the named pipes, without what follows the dot")
	fl.BoolVar(&f.pipe, "pipe", false, "by named pipes")
	fl.BoolVar(&f.socket, "socket", false, "by the socket")
	accepted(cmd, "no-color")
	// Those of 4.2's exabgpcli.
	fl.StringVarP(&f.root, "root", "f", "", "`folder` that the daemon is installed in: EXABGP_ROOT")
	fl.StringVarP(&a.envFile, "env", "e", a.envFile, "environment `file`")
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := exclusive(fl.Changed, "pipe", "socket"); err != nil {
			return &usageError{cmd.UseLine(), err}
		}
		return nil
	}
}

// open connects as the flags say.
func (f *clientFlags) open(a *app) (*client, error) {
	if f.root != "" {
		root, err := filepath.Abs(f.root)
		if err != nil {
			return nil, err
		}
		a.env = append(slices.DeleteFunc(slices.Clone(a.env), func(kv string) bool {
			return strings.HasPrefix(kv, "EXABGP_ROOT=")
		}), "EXABGP_ROOT="+root)
	}
	return a.connect(&f.transport)
}

// newRun is `herald run`.
func newRun(a *app) *cobra.Command {
	var f clientFlags
	var batch string
	cmd := &cobra.Command{
		ValidArgsFunction: completeCommand,
		Use:               "run [--pipename NAME] [--pipe | --socket] [--batch FILE | COMMAND…]",
		Short:             "Give the daemon a command",
		Long: "Give a running daemon a command and print what it answers. Words may be shortened: s n su.\n" +
			"`herald run help` lists the commands.",
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runCommands(cmd, &f, batch, args)
		},
	}
	f.define(a, cmd)
	cmd.Flags().StringVar(&batch, "batch", "", "give the commands of a `file`, one on each line; - is the standard input")
	return cmd
}

func (a *app) runCommands(cmd *cobra.Command, f *clientFlags, batch string, args []string) error {
	if batch == "" && len(args) == 0 {
		fmt.Fprintf(a.stderr, "error: no command provided\nusage: %s\n", cmd.UseLine())
		return errSaid
	}
	c, err := f.open(a)
	if err != nil {
		return err
	}
	defer c.Close()
	if batch != "" {
		return a.runBatch(c, batch)
	}
	return a.runOne(c, strings.Join(args, " "))
}

// runOne gives one command. What is an answer goes to the standard output, what is
// wrong to the standard error.
func (a *app) runOne(c *client, given string) error {
	command := expandShortcuts(given)
	if command != strings.Join(strings.Fields(given), " ") {
		fmt.Fprintf(a.stdout, "command: %s\n", command)
	}
	if command == "reset" {
		return c.send(command) // ExaBGP: 5.0 does not answer
	}
	_, err := a.give(c, command, func(w io.Writer, line string) { fmt.Fprintln(w, line) })
	return err
}

var errStops = errors.New("the daemon stops, the command may not have been executed")

// give gives a command, shows the lines of its answer on the standard output, and says
// on the standard error what is wrong. It reports whether there was anything to show.
func (a *app) give(c *client, command string, show func(w io.Writer, line string)) (shown bool, err error) {
	said := false
	out := bufio.NewWriter(a.stdout)
	end, err := c.do(command, func(line string) {
		if reason, ok := strings.CutPrefix(line, "error: "); ok {
			fmt.Fprintf(a.stderr, "error: %s\n", reason)
			said = true
			return
		}
		show(out, line)
		shown = true
	})
	if e := out.Flush(); err == nil {
		err = e
	}
	switch {
	case err != nil:
		return shown, err
	case end == "shutdown":
		return shown, errStops
	case end == "error":
		if !said {
			fmt.Fprintln(a.stderr, "error: the daemon refuses the command: its log says why, and help lists the commands")
		}
		return shown, errSaid
	}
	return shown, nil
}

// runBatch gives the commands of a file. Blank lines and comments are passed over.
func (a *app) runBatch(c *client, name string) error {
	in := a.stdin
	if name != "-" {
		f, err := os.Open(name)
		if errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("batch file not found: %s", name)
		}
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	fmt.Fprintf(a.stdout, "Executing commands from %s...\n", name)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxCommand)
	row, count, wrong := 0, 0, 0
	for lines.Scan() {
		row++
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		count++
		fmt.Fprintf(a.stdout, "\n[%d] %s\n", row, line)
		switch err := a.runOne(c, line); {
		case errors.Is(err, errSaid):
			wrong++
		case err != nil:
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s:%d: %w", name, row+1, err)
	}
	fmt.Fprintf(a.stdout, "\nBatch execution complete: %d commands, %d errors\n", count, wrong)
	if wrong > 0 {
		return errSaid
	}
	return nil
}

// maxCommand is the longest line that a daemon takes.
const maxCommand = 1 << 20

// isClient reports whether the program was called by one of the names that ExaBGP's
// client has.
func isClient(name string) bool {
	name = filepath.Base(name)
	return name == "exabgpcli" || name == "exabgp-cli"
}
