// Package internal_test checks what the packages import.
package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/herald-bgp/herald/"

// imports is which packages of ours a package may import directly. Imports go down
// only: a package that is not listed here may be imported by nobody below cmd.
var imports = map[string][]string{
	"lex":         {},
	"tcp":         {},
	"helper":      {},
	"health":      {},
	"pcap":        {},
	"examples":    {}, // tests alone
	"bgp":         {"lex"},
	"fsm":         {"bgp"},
	"rib":         {"bgp"},
	"event":       {"bgp"},
	"mrt":         {"bgp"},
	"capture":     {"bgp", "event", "mrt", "pcap"},
	"config":      {"bgp", "rib"},
	"exa/route":   {"lex", "bgp", "rib"},
	"exa/encode":  {"bgp", "event"},
	"exa/conf":    {"lex", "bgp", "rib", "exa/route", "config"},
	"speaker":     {"bgp", "fsm", "rib", "event", "config", "tcp"},
	"exa/api":     {"lex", "bgp", "rib", "event", "config", "exa/route", "exa/conf", "exa/encode", "speaker", "helper"},
	"exa/migrate": {"lex", "bgp", "exa/conf", "exa/api"},
	"metrics":     {"speaker"},
	"daemon": {
		"lex", "bgp", "fsm", "rib", "event", "config", "tcp", "speaker", "helper", "health", "metrics",
		"exa/route", "exa/encode", "exa/conf", "exa/api",
	},
}

// external is which modules of others a package may use besides the standard library.
var external = map[string][]string{
	"tcp":     {"golang.org/x/sys", "golang.org/x/net"},
	"speaker": {"golang.org/x/sys"},
	"helper":  {"golang.org/x/sys"},
	"metrics": {"github.com/prometheus/client_golang"},
	"daemon":  {"github.com/coreos/go-systemd"},
}

// pure is which packages do no I/O, keep no time, log nothing, start nothing.
var pure = []string{"lex", "bgp", "fsm", "rib", "config", "exa/route", "exa/encode", "health"}

var impure = []string{"net", "os", "os/exec", "log", "log/slog", "math/rand", "math/rand/v2", "syscall"}

type pkg struct {
	ImportPath string
	Imports    []string
}

func TestImports(t *testing.T) {
	for _, p := range list(t, module+"internal/...") {
		name, ours := strings.CutPrefix(p.ImportPath, module+"internal/")
		if !ours || name == "bgptest" || strings.HasPrefix(name, "bgptest/") {
			continue
		}
		allowed, known := imports[name]
		if !known {
			t.Errorf("%s has no row in the import table", name)
			continue
		}
		for _, i := range p.Imports {
			check(t, name, i, allowed)
		}
	}
}

func check(t *testing.T, name, imported string, allowed []string) {
	t.Helper()
	if short, ours := strings.CutPrefix(imported, module); ours {
		if short, inside := strings.CutPrefix(short, "internal/"); !inside || !slices.Contains(allowed, short) {
			t.Errorf("%s imports %s", name, imported)
		}
		return
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		if slices.Contains(pure, name) && slices.Contains(impure, imported) {
			t.Errorf("%s imports %s: it is to be pure", name, imported)
		}
		return
	}
	for _, m := range external[name] {
		if imported == m || strings.HasPrefix(imported, m+"/") {
			return
		}
	}
	t.Errorf("%s imports %s: no module of others is allowed there", name, imported)
}

// TestProgramHoldsNoTestCode: what is for tests alone is not compiled into the program.
func TestProgramHoldsNoTestCode(t *testing.T) {
	for _, p := range list(t, "-deps", module+"cmd/...") {
		if p.ImportPath == "testing" || strings.HasPrefix(p.ImportPath, module+"internal/bgptest") {
			t.Errorf("%s is compiled in", p.ImportPath)
		}
	}
}

// list runs go list over packages as they are compiled, tests left out.
func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", slices.Concat([]string{"list", "-json=ImportPath,Imports"}, args)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []pkg
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
}
