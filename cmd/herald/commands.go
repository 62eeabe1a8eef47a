package main

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// newDecode is `herald decode`.
func newDecode(a *app) *cobra.Command {
	var o decodeOptions
	cmd := &cobra.Command{
		Use:   "decode [-n] [-m] [-c FILE] [-f \"AFI SAFI\"] [-i] [HEX]",
		Short: "Show what messages in hexadecimal say",
		Long: "Show what messages in hexadecimal say: the argument, or each line of the standard input.\n" +
			"The type of a message is that of its header; without one it is the body of an UPDATE.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.payload = strings.Join(args, ""); o.payload == "" && a.onTerminal() {
				return errors.Join(cmd.Help(), errSaid)
			}
			return a.decode(&o)
		},
	}
	fl := cmd.Flags()
	fl.BoolVarP(&o.nlri, "nlri", "n", false, "the octets are NLRI of the family")
	fl.BoolVarP(&o.command, "command", "m", false, "print commands that announce the same")
	fl.BoolVarP(&o.pathInformation, "path-information", "i", false, "NLRI begin with path identifiers")
	fl.StringVarP(&o.family, "family", "f", "", "the only family of the session: \"ipv4 unicast\"")
	fl.StringVarP(&o.configuration, "configuration", "c", "", "the session is the first neighbor of this file")
	accepted(cmd, "update u", "open o", "json j", "generic g", "debug d", "pdb p")
	return cmd
}

// accepted defines flags that ExaBGP has and that change nothing here.
func accepted(cmd *cobra.Command, flags ...string) {
	for _, f := range flags {
		name, short, _ := strings.Cut(f, " ")
		cmd.Flags().BoolP(name, short, false, "accepted")
	}
}

// onTerminal reports whether a person would have to type the input.
func (a *app) onTerminal() bool {
	f, ok := a.stdin.(*os.File)
	return ok && isTerminal(f)
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
