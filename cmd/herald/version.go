package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/exa/encode"
)

// heraldVersion is this program's own version: that of the build, else of the module.
func heraldVersion() string {
	info, ok := debug.ReadBuildInfo()
	if version != "" {
		return strings.TrimPrefix(version, "v")
	}
	if ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return strings.TrimPrefix(info.Main.Version, "v")
	}
	return "devel"
}

// shownVersion is what commands and events answer: exabgp_version when it is set.
func (s *settings) shownVersion() string {
	if s.version != "" {
		return s.version
	}
	return encode.Release(bgp.Dialect(s.api.version))
}

// newVersion is `herald version`.
func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := a.loadSettings()
			if err != nil {
				return err
			}
			return printVersion(a, s)
		},
	}
}

// printVersion writes the lines of ExaBGP's, with Herald's own behind the first.
func printVersion(a *app, s *settings) error {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return err
	}
	text := func(b []byte) string { return unix.ByteSliceToString(b) }
	from, err := os.Executable()
	if err != nil {
		from = a.argv0
	}
	_, err = fmt.Fprintf(a.stdout, "ExaBGP : %s\nHerald : %s\nGo     : %s\nUname  : %s %s %s %s %s\nFrom   : %s\n",
		s.shownVersion(), heraldVersion(), runtime.Version(),
		text(u.Sysname[:]), text(u.Nodename[:]), text(u.Release[:]), text(u.Version[:]), text(u.Machine[:]), from)
	return err
}
