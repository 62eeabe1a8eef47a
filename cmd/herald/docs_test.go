package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
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
		t.Errorf("%s is not what the table says (%v): go test ./cmd/herald -run TestSettingsPage -update", page, err)
	}
}
