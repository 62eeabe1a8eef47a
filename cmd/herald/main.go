// Command herald is a programmable BGP speaker: it announces what helper
// programs, its configuration or an operator tell it to, and tells helpers what
// it hears.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// app is what commands are given of the process they run in: none reads it
// elsewhere, so that tests can run several in one process.
type app struct {
	argv0          string // as called, with its folder; "exabgp" behaves the same as "herald"
	stdin          io.Reader
	stdout, stderr io.Writer
	env            environment
	envFile        string // --env-file
}

// name is the program's name as called.
func (a *app) name() string { return filepath.Base(a.argv0) }

func (a *app) loadSettings() (*settings, error) { return loadSettings(a.env, a.argv0, a.envFile) }

// exit statuses.
const (
	exitOK    = 0
	exitError = 1 // something failed, and has been said
	exitUsage = 2 // the command line is wrong
)

// errSaid ends a command with status 1 when all has been said already.
var errSaid = errors.New("failed")

func main() {
	a := &app{argv0: programPath(os.Args[0]), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, env: os.Environ()}
	os.Exit(a.run(os.Args[1:]))
}

// programPath is where a program was found that was called by its name alone: its
// folder says where the environment file is.
func programPath(argv0 string) string {
	if path, err := exec.LookPath(argv0); err == nil {
		return path
	}
	return argv0
}

// run executes one command line and returns the exit status.
func (a *app) run(args []string) int {
	args = a.takeEnvFile(takeExec(args))
	switch {
	case isHealthcheck(a.argv0):
		args = append([]string{"healthcheck"}, args...)
	case isClient(a.argv0):
		args = append([]string{"cli"}, args...)
	}
	root := newRoot(a)
	root.SetArgs(impliedServer(root, args))
	err := root.Execute()
	usage, isUsage := errors.AsType[*usageError](err)
	ran, hasRun := errors.AsType[*statusError](err)
	switch {
	case err == nil:
		return exitOK
	case hasRun:
		return ran.status
	case errors.Is(err, errSaid):
		return exitError
	case isUsage:
		fmt.Fprintf(a.stderr, "usage: %s\n%s: error: %v\n", usage.line, a.name(), usage.err)
		return exitUsage
	}
	fmt.Fprintf(a.stderr, "error: %v\n", err)
	return exitError
}

// newRoot makes the tree of commands.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   a.name() + " [--env-file FILE] COMMAND | CONFIGURATION…",
		Short: "A programmable BGP speaker",
		Long: `A programmable BGP speaker: what it announces is decided by helper programs, a
configuration or an operator, and helper programs hear what routers say.

A first word that is no command is a configuration: herald router.conf is the same as
herald server router.conf. It takes the place of ExaBGP, and the command line of ExaBGP.`,
		Example:       "  herald validate router.conf\n  herald router.conf",
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := cmd.Help(); err != nil {
				return err
			}
			printHelp(a.stdout)
			return errSaid
		},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{line: cmd.UseLine(), err: flagError(err)}
	})
	root.PersistentFlags().StringVar(&a.envFile, "env-file", a.envFile, "environment `file`")
	// The use line of a command with others below it says so already.
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(), "\n  {{.CommandPath}} [command]", "", 1))
	root.CompletionOptions.DisableDefaultCmd = true // shell has it
	root.SetHelpCommand(newHelp())
	root.AddCommand(newServer(a), newRun(a), newCLI(a), newHealthcheck(a), newDecode(a), newEncode(a), newValidate(a), newConfiguration(a), newSchema(a), newShell(a), newMigrate(a), newEnv(a), newVersion(a))
	for _, c := range append(root.Commands(), root) {
		c.DisableFlagsInUseLine = true // they stand there already
	}
	return root
}

// newHelp is `herald help`.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:                   "help [COMMAND…]",
		Short:                 "Print the help of a command",
		DisableFlagsInUseLine: true,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if c, rest, err := cmd.Root().Find(args); err == nil && len(rest) == 0 {
				for _, sub := range c.Commands() {
					names = append(names, sub.Name())
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return &usageError{cmd.UseLine(), fmt.Errorf("there is no command %s", strings.Join(args, " "))}
			}
			return c.Help()
		},
	}
}

// flagError says in words of ours what is wrong with the value of an option.
func flagError(err error) error {
	bad, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err
	}
	expected := map[string]string{"int": "a number", "float64": "a number", "bool": "true or false"}[bad.GetFlag().Value.Type()]
	return fmt.Errorf("argument --%s: expected %s, found '%s'", bad.GetFlag().Name, expected, bad.GetValue())
}

// exclusive refuses more than one of some options.
func exclusive(set func(name string) bool, names ...string) error {
	given := slices.DeleteFunc(names, func(name string) bool { return !set(name) })
	if len(given) > 1 {
		return fmt.Errorf("argument --%s: not allowed with --%s", given[1], given[0])
	}
	return nil
}

// noArgs is for commands without arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return &usageError{cmd.UseLine(), fmt.Errorf("unrecognized arguments: %s", strings.Join(args, " "))}
	}
	return nil
}

// usageError is a mistake in the command line itself.
type usageError struct {
	line string
	err  error
}

func (e *usageError) Error() string { return e.err.Error() }

// takeEnvFile removes the first --env-file, which may stand anywhere.
func (a *app) takeEnvFile(args []string) []string {
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if v, ok := strings.CutPrefix(arg, "--env-file="); ok {
			a.envFile = v
			return slices.Delete(slices.Clone(args), i, i+1)
		}
		if arg == "--env-file" && i+1 < len(args) {
			a.envFile = args[i+1]
			return slices.Delete(slices.Clone(args), i, i+2)
		}
	}
	return args
}

// impliedServer puts "server" before arguments that name no command.
func impliedServer(root *cobra.Command, args []string) []string {
	if len(args) > 0 {
		if now, ok := oldOptions[args[0]]; ok {
			args = append(strings.Fields(now), args[1:]...)
			if last := len(args) - 1; now == "decode" && last > 1 && !isHex(args[last]) {
				args = slices.Insert(args, last, "-c") // ExaBGP: 4.2 has the configuration behind the message
			}
			return args
		}
	}
	if len(args) == 0 || args[0] == "healthcheck" || slices.Contains(args, "-h") || slices.Contains(args, "--help") {
		return args
	}
	known := func(c *cobra.Command) bool { return c.Name() == args[0] || c.HasAlias(args[0]) }
	if slices.ContainsFunc(root.Commands(), known) || slices.Contains([]string{"help", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}, args[0]) {
		return args
	}
	return append([]string{"server"}, args...)
}

// printHelp lists the settings, as ExaBGP does without an argument.
func printHelp(w io.Writer) {
	fmt.Fprint(w, "\nEnvironment values are:\n")
	for _, r := range sortedEnv() {
		if r.section() != "debug" {
			fmt.Fprintf(w, "    exabgp.%-22s %s. default (%s)\n", r.name, r.help, r.preset)
		}
	}
}
