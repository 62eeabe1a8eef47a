package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEnvTable: names are unique, defaults can be read and are printed as they are.
func TestEnvTable(t *testing.T) {
	seen := map[string]bool{}
	s := &settings{}
	for _, r := range envTable {
		if seen[r.name] || r.section() == "" || r.key() == "" || r.help == "" {
			t.Errorf("row %q", r.name)
		}
		seen[r.name] = true
		if err := setValue(r.field(s), r.preset); err != nil {
			t.Errorf("%s: default %q: %v", r.name, r.preset, err)
		}
		text, _ := formatValue(r.field(s))
		again := &settings{}
		if err := setValue(r.field(again), text); err != nil {
			t.Errorf("%s: %q cannot be read again: %v", r.name, text, err)
		}
		if back, _ := formatValue(r.field(again)); back != text {
			t.Errorf("%s: %q became %q", r.name, text, back)
		}
	}
}

func TestValues(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"daemon.umask", "0137", "0o137"},
		{"daemon.umask", "0o22", "0o22"},
		{"daemon.umask", "22", "0o22"},
		{"daemon.umask", "0", "0o0"},
		{"daemon.umask", "8", "error"},
		{"daemon.umask", "77777", "error"},
		{"log.level", "warning", "WARNING"},
		{"log.level", "loud", "error"},
		{"log.all", "YES", "true"},
		{"log.all", "2", "false"},
		{"tcp.port", "'1790'", "1790"},
		{"tcp.port", "bgp", "error"},
		{"tcp.port", "65536", "error"},
		{"tcp.bind", " 127.0.0.1   ::1 ", "127.0.0.1 ::1"},
		{"tcp.bind", "localhost", "error"},
		{"api.version", "4.2", "4.2"},
		{"api.version", "3", "error"},
		{"api.encoder", "xml", "error"},
		{"reactor.speed", "0.5", "0.5"},
	}
	for _, tt := range tests {
		env := environment{"exabgp." + tt.name + "=" + tt.value}
		s, err := loadSettings(env, "herald", "/nonexistent")
		got := "error"
		if err == nil {
			for _, r := range envTable {
				if r.name == tt.name {
					got, _ = formatValue(r.field(s))
				}
			}
		} else if !strings.Contains(err.Error(), tt.name) {
			t.Errorf("%v", err)
		}
		if got != tt.want {
			t.Errorf("%s %q: %s, want %s (%v)", tt.name, tt.value, got, tt.want, err)
		}
	}
}

// TestConnectPort: a variable alone changes the port to connect to.
func TestConnectPort(t *testing.T) {
	file := filepath.Join(t.TempDir(), "exabgp.env")
	if err := os.WriteFile(file, []byte("[exabgp.tcp]\nport = 1790\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		env           environment
		port, connect int
	}{
		{nil, 1790, 0},
		{environment{"exabgp_tcp_port="}, 179, 0},
		{environment{"exabgp_tcp_port=1791"}, 1791, 1791},
		{environment{"exabgp_tcp_port=1791", "exabgp.tcp.port=179"}, 179, 179},
	} {
		s, err := loadSettings(tt.env, "herald", file)
		if err != nil || s.tcp.port != tt.port || s.tcp.connect != tt.connect {
			t.Errorf("%v: listen on %d, connect to %d (%v)", tt.env, s.tcp.port, s.tcp.connect, err)
		}
	}
}

func TestEnvFilePath(t *testing.T) {
	tests := []struct {
		env               environment
		argv0, flag, want string
	}{
		{nil, "/usr/sbin/exabgp", "", "/etc/exabgp/exabgp.env"},
		{nil, "/usr/local/bin/herald", "", "/etc/exabgp/exabgp.env"},
		{nil, "/opt/exabgp/sbin/exabgp", "", "/opt/exabgp/etc/exabgp/exabgp.env"},
		{environment{"EXABGP_ROOT=/srv"}, "/usr/sbin/exabgp", "", "/srv/etc/exabgp/exabgp.env"},
		{environment{"EXABGP_ENVFILE=/a"}, "/usr/sbin/exabgp", "", "/a"},
		{environment{"EXABGP_ENVFILE=/a"}, "/usr/sbin/exabgp", "/b", "/b"},
	}
	for _, tt := range tests {
		if got := envFilePath(tt.env, tt.argv0, tt.flag); got != tt.want {
			t.Errorf("%v %s: %s, want %s", tt.env, tt.argv0, got, tt.want)
		}
	}
}

func TestPIDFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	remove, err := writePIDFile(path, os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writePIDFile(path, os.Getpid()); err == nil || !strings.Contains(err.Error(), "runs already") {
		t.Errorf("of a live process: %v", err)
	}
	remove()
	for i, text := range []string{"", "x\n", "-1\n", "4194305\n"} {
		ok := i == 3 // a process that is gone
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		remove, err := writePIDFile(path, 1)
		if (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
		if err == nil {
			remove()
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file stays")
	}
}

func FuzzParseINI(f *testing.F) {
	f.Add("[exabgp.tcp]\nport = 1790\n; a comment\n# another\nbind = '127.0.0.1 ::1'\n")
	f.Add("[]\n=\n")
	f.Add("key = value")
	f.Fuzz(func(t *testing.T, text string) {
		values, err := parseINI("f", strings.NewReader(text))
		if err != nil && values != nil {
			t.Fatal("values with an error")
		}
	})
}
