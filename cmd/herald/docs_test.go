package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var updateGolden = flag.Bool("update", false, "rewrite the pages that come from tables")

const settingsHead = `# Settings

Settings are those of ExaBGP, under their names: from the highest precedence a variable
` + "`exabgp.SECTION.KEY`, a variable `exabgp_SECTION_KEY`, a line `KEY = VALUE` below `[exabgp.SECTION]`" + `
in the environment file, the default. Options of the command line come on top.

The environment file is that of ` + "`--env-file`, else of `$EXABGP_ENVFILE`, else `etc/exabgp/exabgp.env`" + `
below ` + "`$EXABGP_ROOT`" + ` or the folder that the program is installed in; for a program in
` + "`/usr` or `/usr/local` it is `/etc/exabgp/exabgp.env`. `herald env > FILE`" + ` writes one.

True is ` + "`1`, `yes`, `on`, `enable` or `true`" + `, in any case; everything else is false.
"Accepted" settings steer nothing here: they may stay where they are.

` + "`exabgp_version`" + ` is no setting: where it is set, its value is what the software version
capability says, behind ` + "`ExaBGP/`." + `

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
