package daemon

import (
	"bufio"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestControlSocket: a socket that nobody listens to is replaced, anything else stays.
func TestControlSocket(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(path("file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	live, err := net.Listen("unix", path("live"))
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path("stale"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	stale.Close()
	for name, want := range map[string]string{
		"new": "", "stale": "",
		"file":                      "there is something else of that name",
		"live":                      "another daemon listens there",
		"absent/socket":             "no such file or directory",
		strings.Repeat("long", 100): "file name too long",
		strings.Repeat("x", 120):    "the path of a socket has at most 107 octets",
	} {
		c := Control{Socket: path(name), Mode: 0o640, UID: -1, GID: -1}
		l, err := c.listen()
		if err != nil {
			if err.Error() != want {
				t.Errorf("%.20s: %v, want %q", name, err, want)
			}
			continue
		}
		if info, err := os.Stat(c.Socket); err != nil || info.Mode() != fs.ModeSocket|0o640 || want != "" {
			t.Errorf("%.20s: %v, %v", name, info.Mode(), err)
		}
		l.Close()
	}
}

// TestOperators: they may address every neighbor, are told why, and hear of the end.
func TestOperators(t *testing.T) {
	text := "neighbor 127.0.0.9 { router-id 192.0.2.9; local-address 127.0.0.1; local-as 1; peer-as 2; passive; family { ipv4 unicast; } }"
	socket := filepath.Join(t.TempDir(), "s")
	d, err := New(&Config{
		Loader: &Loader{}, Sources: []Source{{Path: "x", Text: &text}}, Logger: slog.New(slog.DiscardHandler),
		Control: Control{Socket: socket, Mode: 0o600, UID: -1, GID: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- d.Run(t.Context()) }()
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	lines := bufio.NewReader(conn)
	for _, tt := range [][]string{
		{"neighbor 127.0.0.9 announce route 10.0.0.0/24 next-hop 192.0.2.1", "done"},
		{"show adj-rib out", "127.0.0.9 ipv4 unicast 10.0.0.0/24 next-hop 192.0.2.1", "done"},
		{
			"peer * routes list",
			`[{"index": "303130313031303164697361626c6564180a0000", "route": "10.0.0.0/24 next-hop 192.0.2.1", "neighbor": "neighbor 127.0.0.9 ` +
				`local-ip 127.0.0.1 local-as 1 peer-as 2 router-id 192.0.2.9 family-allowed in-open"}]`,
			"done", // a helper would not get it
		},
		{"neighbor 127.0.0.8 teardown 4", "error: no peer matches 127.0.0.8; of those that there are, 127.0.0.9 has another address", "error"},
		{"shutdown", "shutdown in progress", "done", "shutdown"},
	} {
		fmt.Fprintln(conn, tt[0])
		for _, want := range tt[1:] {
			if line, err := lines.ReadString('\n'); line != want+"\n" {
				t.Errorf("%s: %q, %v, want %q", tt[0], line, err, want)
			}
		}
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(socket); err == nil {
		t.Error("the socket is still there")
	}
}
