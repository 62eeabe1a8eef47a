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
		Use:   "decode [-n] [-m] [-c FILE] [-f \"AFI SAFI\"] [-i] [HEX | CAPTURE…]",
		Short: "Show what messages say: hexadecimal, MRT files, packet captures",
		Long: `Show what BGP messages say, a line of JSON each.

The messages are the argument, in hexadecimal, or stand in files, else in the standard
input ("-"). What a file is tells its content: MRT, pcap or pcapng, or lines of
hexadecimal; MRT and captures also compressed by gzip or bzip2. In hexadecimal the type
of a message is that of its header; without one it is the body of an UPDATE.

Of a capture the neighbor of a line is who sent the message, and its time that of the
capture. Whether AS numbers have four octets and whether routes have path identifiers
is taken from MRT records and from the OPENs of a session; where neither tells it is
worked out, or given by --asn2 and -i.`,
		Example: `  herald decode FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001304
  herald decode updates.20260101.0000.gz
  tcpdump -U -w - port 179 | herald decode`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.args = args; len(args) == 0 && a.onTerminal() {
				return errors.Join(cmd.Help(), errSaid)
			}
			return a.decode(&o)
		},
	}
	fl := cmd.Flags()
	fl.BoolVarP(&o.nlri, "nlri", "n", false, "the octets are NLRI of the family")
	fl.BoolVarP(&o.command, "command", "m", false, "print commands that announce the same")
	fl.BoolVarP(&o.pathInformation, "path-information", "i", false, "NLRI begin with path identifiers")
	fl.BoolVar(&o.twoOctets, "asn2", false, "AS numbers have two octets where a capture does not tell")
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
