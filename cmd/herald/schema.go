package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/exa/api"
	"github.com/herald-bgp/herald/internal/exa/conf"
)

// newSchema is `herald schema`.
func newSchema(a *app) *cobra.Command {
	compact := false
	cmd := &cobra.Command{
		Use:   "schema [export] [SECTION] [--compact]",
		Short: "Print the configuration language as a JSON Schema",
		Long: `Print the words of configuration files, and what their values are, as a JSON Schema
(draft-07): all sections, or one. It is made of the tables that files are read with.`,
		Example:   "  herald schema > herald.schema.json\n  herald schema export capability --compact",
		ValidArgs: append([]string{"export"}, conf.Sections()...),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && args[0] == "export" {
				args = args[1:]
			}
			if len(args) > 1 {
				return &usageError{cmd.UseLine(), fmt.Errorf("unrecognized arguments: %s", strings.Join(args[1:], " "))}
			}
			section := strings.Join(args, "")
			s, ok := conf.Schema(section)
			if !ok {
				fmt.Fprintf(a.stderr, "Unknown section: %s\nAvailable sections: %s\n", section, strings.Join(conf.Sections(), ", "))
				return errSaid
			}
			indent := 2
			if compact {
				indent = 0
			}
			return printJSON(a.stdout, s, indent)
		},
	}
	cmd.Flags().BoolVar(&compact, "compact", false, "print it in one line")
	return cmd
}

// newExample is `herald configuration example`.
func newExample(a *app) *cobra.Command {
	parts := []string{"full", "neighbor"}
	return &cobra.Command{
		Use:   "example [full|neighbor]",
		Short: "Print a configuration with every word",
		Long: `Print a configuration with every word and what it means, or a neighbor alone. It can be
loaded as it is, and is made of the tables that files are read with.`,
		Example:   "  herald configuration example > example.conf\n  herald configuration example neighbor",
		ValidArgs: parts,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 1 && !slices.Contains(parts, args[0]) {
				return &usageError{cmd.UseLine(), errors.New("expected full or neighbor")}
			}
			_, err := io.WriteString(a.stdout, conf.Example(slices.Contains(args, "neighbor")))
			return err
		},
	}
}

// printJSON prints a value with its keys sorted, indented unless that is 0.
func printJSON(w io.Writer, v any, indent int) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", strings.Repeat(" ", indent))
	return e.Encode(v)
}

// shells returns those that completion is made for.
func shells() []string { return []string{"bash", "zsh", "fish"} }

var errNoShell = errors.New("there is completion for bash, zsh and fish")

// writeCompletion writes the script that asks the program itself what may follow.
func writeCompletion(root *cobra.Command, shell string, w io.Writer) error {
	switch {
	case !slices.Contains(shells(), shell):
		return errNoShell
	case shell == "bash":
		return root.GenBashCompletionV2(w, true)
	case shell == "zsh":
		return root.GenZshCompletion(w)
	default:
		return root.GenFishCompletion(w, true)
	}
}

// completeCommand completes the words of a command of the API.
func completeCommand(_ *cobra.Command, words []string, _ string) ([]string, cobra.ShellCompDirective) {
	return api.Complete(words).Words, cobra.ShellCompDirectiveNoFileComp
}

// completeFamily completes "ipv4 unicast".
func completeFamily(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return conf.FamilyNames(bgp.Families()), cobra.ShellCompDirectiveNoFileComp
}
