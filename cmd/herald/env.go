package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// newEnv is `herald env`.
func newEnv(a *app) *cobra.Command {
	var diff, plain bool
	cmd := &cobra.Command{
		Use:   "env [-d] [-e]",
		Short: "Print the settings, as an environment file or as variables",
		Long: `Print the settings in effect, in the form of an environment file. They come, from the
highest precedence, from variables exabgp.SECTION.KEY, from variables exabgp_SECTION_KEY,
and from the environment file.`,
		Example: "  herald env > /etc/exabgp/exabgp.env\n  exabgp_tcp_port=1790 herald env -d",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := a.loadSettings()
			if err != nil {
				return err
			}
			return printSettings(a.stdout, s, diff, plain)
		},
	}
	cmd.Flags().BoolVarP(&diff, "diff", "d", false, "only settings that differ from their default")
	cmd.Flags().BoolVarP(&plain, "env", "e", false, "as variables: exabgp.section.key='value'")
	return cmd
}

// printSettings writes the rows of the table by section, keys in alphabetical order.
func printSettings(w io.Writer, s *settings, diff, plain bool) error {
	out := bufio.NewWriter(w)
	preset := &settings{}
	section := ""
	for _, r := range sortedEnv() {
		if err := setValue(r.field(preset), r.preset); err != nil {
			return err
		}
		v, quoted := formatValue(r.field(s))
		was, _ := formatValue(r.field(preset))
		if r.section() == "debug" || diff && v == was {
			continue
		}
		if plain {
			fmt.Fprintf(out, "exabgp.%s='%s'\n", r.name, v)
			continue
		}
		if r.section() != section {
			section = r.section()
			fmt.Fprintf(out, "\n[exabgp.%s]\n", section)
		}
		if quoted {
			v = "'" + v + "'"
		}
		fmt.Fprintf(out, "%s = %s\n", r.key(), v)
	}
	return out.Flush()
}

// sortedEnv gives the rows in the order of sections in the table, keys sorted.
func sortedEnv() []envRow {
	rows := slices.Clone(envTable[:])
	order := map[string]int{}
	for i := range rows {
		if _, ok := order[rows[i].section()]; !ok {
			order[rows[i].section()] = i
		}
	}
	slices.SortStableFunc(rows, func(a, b envRow) int {
		if d := order[a.section()] - order[b.section()]; d != 0 {
			return d
		}
		return strings.Compare(a.key(), b.key())
	})
	return rows
}
