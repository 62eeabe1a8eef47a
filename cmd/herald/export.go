package main

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/herald-bgp/herald/internal/exa/conf"
)

// newExport is `herald configuration export`.
func newExport(a *app) *cobra.Command {
	output, indent := "", 2
	cmd := &cobra.Command{
		Use:   "export [-o FILE] [-i INDENT] FILE",
		Short: "Print what a configuration says as JSON",
		Long: `Print the neighbors and processes of a configuration as JSON: templates are resolved,
and what is not said has its default. The keys of TCP MD5 and TCP-AO are left out.`,
		Example: "  herald configuration export router.conf",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{cmd.UseLine(), errors.New("expected one FILE")}
			}
			return a.export(args[0], output, indent)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write it to this `file`")
	cmd.Flags().IntVarP(&indent, "indent", "i", 2, "blanks of an `indent`, 0 for one line")
	accepted(cmd, "pdb p")
	return cmd
}

func (a *app) export(name, output string, indent int) error {
	s, err := a.loadSettings()
	if err != nil {
		return err
	}
	log, closer, err := newLog(s, a.stderr, os.Getpid())
	if err != nil {
		return err
	}
	defer closer.Close()
	cfg, err := a.validateFile(s, log.With(sourceKey, "configuration"), &validateFlags{}, name)
	if err != nil {
		return err
	}
	doc := conf.Export(cfg)
	if output == "" {
		return printJSON(a.stdout, doc, max(indent, 0))
	}
	f, err := os.Create(output)
	if err != nil {
		return err
	}
	return errors.Join(printJSON(f, doc, max(indent, 0)), f.Close())
}
