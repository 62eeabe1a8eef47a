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
		Example: `  herald decode 0004180A00000000
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
	fl.StringVarP(&o.family, "family", "f", "", "the only `families` of the session: \"ipv4 unicast ipv6 unicast\"")
	_ = cmd.RegisterFlagCompletionFunc("family", completeFamily) // the flag is there
	fl.StringVarP(&o.configuration, "configuration", "c", "", "the session is the first neighbor of this `file`")
	accepted(cmd, "update u", "open o", "json j", "generic g", "debug d", "pdb p")
	return cmd
}

// newEncode is `herald encode`.
func newEncode(a *app) *cobra.Command {
	var o encodeOptions
	cmd := &cobra.Command{
		Use:   "encode [-f \"AFI SAFI\"] [-a AS] [-z AS] [-i] [-n] [--no-header] [-c FILE] [-F FILE] [COMMAND]",
		Short: "Show the messages of routes in hexadecimal",
		Long: `Show the messages of routes in hexadecimal, a line each.

A command is a route as in a configuration or a command of a helper program, with
"announce" or "withdraw" before it, or without. Commands are the arguments, else stand in
lines of a file or of the standard input. With a configuration and no command all routes
of all neighbors are shown, each as its neighbor would get it.`,
		Example: `  herald encode "route 10.0.0.0/24 next-hop 192.0.2.1"
  herald encode withdraw ipv6 unicast 2001:db8::/32
  herald encode -n "flow route { match { destination 10.0.0.0/24; } then { discard; } }"
  herald encode -c router.conf
  herald encode "route 10.0.0.0/24 next-hop 192.0.2.1" | herald decode`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.command = strings.Join(args, " ")
			if o.command == "" && o.configuration == "" && o.file == "" && a.onTerminal() {
				return errors.Join(cmd.Help(), errSaid)
			}
			return a.encode(&o)
		},
	}
	fl := cmd.Flags()
	fl.StringVarP(&o.family, "family", "f", "", "the only `families` of the session: \"ipv4 unicast ipv6 unicast\"")
	_ = cmd.RegisterFlagCompletionFunc("family", completeFamily) // the flag is there
	fl.Uint32VarP(&o.localAS, "local-as", "a", 65533, "our `AS` number")
	fl.Uint32VarP(&o.peerAS, "peer-as", "z", 65533, "the `AS` number of the peer")
	fl.BoolVarP(&o.pathInformation, "path-information", "i", false, "NLRI begin with path identifiers")
	fl.BoolVarP(&o.nlri, "nlri-only", "n", false, "print NLRI alone")
	fl.BoolVar(&o.noHeader, "no-header", false, "print messages without header")
	fl.StringVarP(&o.configuration, "configuration", "c", "", "the routes or, with commands, the session are of this `file`")
	fl.StringVarP(&o.file, "file", "F", "", "commands are the lines of this `file`, or of the standard input (-)")
	accepted(cmd, "debug d", "pdb p")
	return cmd
}

// accepted defines flags that ExaBGP has and that change nothing here.
func accepted(cmd *cobra.Command, flags ...string) {
	for _, f := range flags {
		name, short, _ := strings.Cut(f, " ")
		cmd.Flags().BoolP(name, short, false, "accepted")
		cmd.Flags().Lookup(name).Hidden = true
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
