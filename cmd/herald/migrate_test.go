package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runMigrate runs a command line of migrate.
func runMigrate(stdin string, args ...string) (stdout, stderr string, status int) {
	var out, complaints bytes.Buffer
	a := &app{argv0: "herald", stdin: strings.NewReader(stdin), stdout: &out, stderr: &complaints}
	status = a.run(append([]string{"migrate"}, args...))
	return out.String(), complaints.String(), status
}

func TestMigrateAPI(t *testing.T) {
	for _, tt := range []struct {
		args   string
		stdin  string
		want   string
		said   string
		status int
	}{
		{args: "api -f 4 -t main", stdin: "shutdown\n\nteardown 4", want: "daemon shutdown\n\npeer * teardown 4\n"},
		{args: "api", stdin: "", want: "\n"},
		{args: "api -v version", want: "system version\n", said: "Changed 'version' to 'system version'\n"},
		{args: "api -t 5 version", want: "version\n"},
		{args: "api -f 5 -t 5", said: "Error: Cannot migrate backwards from 5 to 5\n", status: 1},
		{args: "api -f 3.4", said: "expected one of 4, 5, found '3.4'", status: 2},
		{args: "api a b", said: "unrecognized arguments: b", status: 2},
		{args: "api --exec /bin/sh -c exit_3 --env-file x", status: 3},
		{args: "api -f 5 --exec=/bin/echo -f reload", want: "-f reload\n"},
		{args: "api -e /bin/cat", stdin: `{"ip-reachability-tlv": {"prefix": 1}}`, want: `{"ip-reachability-tlv":{"prefix":1}}` + "\n"},
		{args: "api -t 5 -e /bin/cat", stdin: "reload\n", want: "reload\n"},
		{args: "api -e no-such-program", said: "Error: command not found: no-such-program\n", status: 1},
		{args: "api -e /etc/passwd", said: "Error: permission denied: /etc/passwd\n", status: 1},
		{args: "", want: "conf        Rewrite configuration files", status: 1},
	} {
		args := strings.Fields(tt.args)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "_", " ")
		}
		out, said, status := runMigrate(tt.stdin, args...)
		if len(args) > 0 && out != tt.want || !strings.Contains(out, tt.want) || !strings.Contains(said, tt.said) || tt.said == "" && said != "" || status != tt.status {
			t.Errorf("%s: %q, %q, %d", tt.args, out, said, status)
		}
	}
}

// TestTakeExec: what follows --exec belongs to the program, wherever options stand.
func TestTakeExec(t *testing.T) {
	for args, want := range map[string]string{
		"migrate api -e x --env-file y":                "migrate api -e -- x --env-file y",
		"--env-file z migrate api --exec=x --version":  "--env-file z migrate api --exec -- x --version",
		"--env-file=z migrate api -f 4 --exec x -f -e": "--env-file=z migrate api -f 4 --exec -- x -f -e",
		"migrate api -- -e":                            "migrate api -- -e",
		"migrate conf -e":                              "migrate conf -e",
		"run migrate":                                  "run migrate",
	} {
		if got := strings.Join(takeExec(strings.Fields(args)), " "); got != want {
			t.Errorf("%s: %s, want %s", args, got, want)
		}
	}
}

func TestMigrateConf(t *testing.T) {
	const (
		old = "# kept\nneighbor 192.0.2.1 {\n\trouter-id 1.2.3.4; local-as 64500;\n\tpeer-as 64501;\n\tmd5 secret;\n}\n"
		now = "# kept\nneighbor 192.0.2.1 {\n\trouter-id 1.2.3.4; local-as 64500;\n\tpeer-as 64501;\n\tmd5-password secret;\n}\n"
	)
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	holds := func(name, want string) {
		t.Helper()
		b, err := os.ReadFile(name)
		if err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", name, b, err)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	conf, current, broken := write("old.conf", old), write("now.conf", now), write("broken.conf", "neighbor 192.0.2.1 {\n\tpasive;\n}\n")
	made := filepath.Join(dir, "made.conf")
	for _, tt := range []struct {
		stdin      string
		args       []string
		want, said string
		status     int
	}{
		{args: []string{conf}, want: now},
		{args: []string{"-f", "4", conf}, want: old, said: "warning: " + conf + ":5:2: 'md5' is of ExaBGP 3.4, write md5-password\n"},
		{args: []string{"-n", conf}, want: "Migration: 3.4 -> main\nChanges (1):\n  - Changed 'md5' to 'md5-password'\n"},
		{args: []string{"-n", "-t", "4", current}, want: "Migration: 3.4 -> 4\nNo changes needed.\n"},
		{args: []string{"-v", "-f", "3.4", "-t", "5", conf}, want: now, said: "Migrating config 3.4 -> 4...\nMigrating config 4 -> 5...\nApplied 1 changes:\n  - Changed 'md5' to 'md5-password'\n"},
		{args: []string{"-"}, stdin: old, want: now},
		{args: []string{conf, current}, want: now + now},
		{args: []string{"-o", made, conf}, said: "Migrated config written to " + made + "\n"},
		{args: []string{"-o", made, conf, conf}, said: "argument --output: takes one file", status: 2},
		{args: []string{"-o", made, "-i", conf}, said: "not allowed with --output", status: 2},
		{args: []string{}, said: "the following arguments are required: FILE", status: 2},
		{args: []string{"-f", "5", "-t", "4", conf}, said: "Error: Cannot migrate backwards from 5 to 4\n", status: 1},
		{args: []string{"-t", "6", conf}, said: "expected one of 4, 5, main, found '6'", status: 2},
		{args: []string{filepath.Join(dir, "none")}, said: "Error: file not found: " + filepath.Join(dir, "none") + "\n", status: 1},
		{args: []string{broken}, said: "error: " + broken + ":2:2: unexpected statement 'pasive' in neighbor, expected passive", status: 1},
		{args: []string{"-i", conf}, said: "Migrated " + conf + " (backup: " + conf + "."},
		{args: []string{"-i", conf}, said: "No changes needed: " + conf + "\n"},
		{args: []string{"-i", "-"}, said: "argument --inplace: the standard input has no place", status: 2},
	} {
		out, said, status := runMigrate(tt.stdin, append([]string{"conf"}, tt.args...)...)
		if out != tt.want || !strings.Contains(said, tt.said) || tt.said == "" && said != "" || status != tt.status {
			t.Errorf("%q: %q, %q, %d", tt.args, out, said, status)
		}
	}
	holds(made, now)
	holds(conf, now)
	backups, err := filepath.Glob(conf + ".*.bak")
	if err != nil || len(backups) != 1 {
		t.Fatalf("%q, %v", backups, err)
	}
	holds(backups[0], old)
}
