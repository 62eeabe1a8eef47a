package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var updateGolden = flag.Bool("update", false, "rewrite the pages that come from tables")

// variables are those that the environment file does not have.
var variables = [...]struct{ name, about string }{
	{"exabgp_version", "the version that herald version tells and, behind ExaBGP/, the software version capability"},
	{"exabgp_api_socketpath", "path of the client socket, for daemon and client"},
	{"exabgp_api_max_clients", "clients of the socket at a time, 128 unless set"},
	{"exabgp_cli_socket", "folder of the client socket; empty: there is none"},
	{"exabgp_cli_pipe", "folder of the named pipes"},
	{"exabgp_cli_transport", "pipe or socket: how the client reaches the daemon"},
	{"exabgp_cli_history", "false: herald cli keeps no history"},
	{"EXABGP_ROOT", "folder that the program is installed in"},
	{"EXABGP_ENVFILE", "the environment file; --env-file wins"},
	{"EXABGP_ETC", "another folder where etc/exabgp/PROGRAM of a process section is looked for"},
}

const settingsHead = `# Settings

Settings are those of ExaBGP, under their names: from the highest precedence a variable
` + "`exabgp.SECTION.KEY`, a variable `exabgp_SECTION_KEY`, a line `KEY = VALUE` below `[exabgp.SECTION]`" + `
in the environment file, the default. Options of the command line come on top.

The environment file is that of ` + "`--env-file`, else of `$EXABGP_ENVFILE`, else `etc/exabgp/exabgp.env`" + `
below ` + "`$EXABGP_ROOT`" + ` or the folder that the program is installed in; for a program in
` + "`/usr` or `/usr/local` it is `/etc/exabgp/exabgp.env`. `herald env > FILE`" + ` writes one.

True is ` + "`1`, `yes`, `on`, `enable` or `true`" + `, in any case; everything else is false.
"Accepted" settings steer nothing here: they may stay where they are.

| setting | default | |
|---|---|---|
`

// TestSettingsPage keeps docs/settings.md as the table is.
func TestSettingsPage(t *testing.T) {
	var b strings.Builder
	b.WriteString(settingsHead)
	for _, r := range sortedEnv() {
		preset := "`" + r.preset + "`"
		if r.preset == "" {
			preset = "none"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.name, preset, r.help)
	}
	b.WriteString("\nVariables that the environment file does not have:\n\n| variable | |\n|---|---|\n")
	listed := map[string]bool{}
	for _, v := range variables {
		listed[v.name] = true
		fmt.Fprintf(&b, "| `%s` | %s |\n", v.name, v.about)
	}
	for _, name := range otherVariables(t) {
		if !listed[name] {
			t.Errorf("variables has no %s", name)
		}
	}
	const page = "../../docs/settings.md"
	if *updateGolden {
		if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil || string(got) != b.String() {
		t.Errorf("%s is not what the table says (%v): make docs", page, err)
	}
}

// otherVariables returns the variables that the code of this package looks for, by name.
func otherVariables(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`env\.get\("((?i:exabgp)_\w+)"\)`).FindAllSubmatch(text, -1) {
			names = append(names, string(m[1]))
		}
	}
	if len(names) < 9 {
		t.Errorf("only %q", names)
	}
	return names
}

// TestCommandLine: docs/command-line.md, with the page of decode, has every command
// as its help has it, and every flag of all but healthcheck.
func TestCommandLine(t *testing.T) {
	b, err := os.ReadFile("../../docs/command-line.md")
	if err != nil {
		t.Fatal(err)
	}
	decode, err := os.ReadFile("../../docs/decode.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b) + string(decode)
	var check func(c *cobra.Command)
	check = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			check(sub)
		}
		use := strings.TrimPrefix(c.UseLine(), "herald ")
		switch {
		case c.Name() == "server": // the word may lack
			use = strings.TrimPrefix(use, "server ")
		case c.HasSubCommands(), c.Name() == "help":
			return
		case c.Parent().Name() == "shell": // they stand together
			use = "`" + c.Name() + "`"
		case c.CommandPath() == "herald configuration validate": // it stands beside the other
			use = "configuration validate"
		}
		if !strings.Contains(page, use) && !strings.Contains(page, "`"+c.CommandPath()+"`") {
			t.Errorf("there is no %s", c.UseLine())
		}
		if c.Name() == "healthcheck" { // the page leaves them to the help
			return
		}
		c.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
			short := f.Shorthand != "" && strings.Contains(page, "`-"+f.Shorthand)
			if !f.Hidden && !short && !strings.Contains(page, "--"+f.Name) {
				t.Errorf("%s: there is no --%s", c.CommandPath(), f.Name)
			}
		})
	}
	check(newRoot(&app{argv0: "herald"}))
}
