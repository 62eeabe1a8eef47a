package main

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestFolders(t *testing.T) {
	m := &meeting{root: "/opt/herald", uid: 1000}
	want := "/run/exabgp /run/1000 /run /var/run/exabgp /var/run/1000 /var/run " +
		"/opt/herald/run/exabgp /opt/herald/run/1000 /opt/herald/run " +
		"/opt/herald/var/run/exabgp /opt/herald/var/run/1000 /opt/herald/var/run /run/user/1000"
	if got := strings.Join(m.folders(), " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	m.root = ""
	if got := m.folders(); len(got) != 7 || slices.Contains(got, "") {
		t.Errorf("%v", got)
	}
}

// TestMeeting: what daemon and client find.
func TestMeeting(t *testing.T) {
	dir := t.TempDir()
	run := filepath.Join(dir, "run")
	if err := os.Mkdir(run, 0o700); err != nil {
		t.Fatal(err)
	}
	const name = "herald-test-of-places"
	at := func(env ...string) *meeting {
		return &meeting{env: env, root: dir, uid: 1, pipe: name, socketNamed: name}
	}
	if found := at().sockets(); found != nil {
		t.Errorf("found %s", found)
	}
	l, err := net.Listen("unix", filepath.Join(run, name+".sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, end := range []string{".in", ".out"} {
		if in, out := at().pipes(); in+out != "" {
			t.Errorf("found %s and %s", in, out)
		}
		if err := syscall.Mkfifo(filepath.Join(run, name+end), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		env    string
		socket string
		off    bool
	}{
		{"", filepath.Join(run, name+".sock"), false},
		{"exabgp_cli_socket=", "", true},
		{"exabgp_cli_socket=/x/y", "/x/y/" + name + ".sock", false},
		{"exabgp_api_socketpath=/x/z", "/x/z", false},
	} {
		m := at(strings.Fields(tt.env)...)
		if got := strings.Join(m.sockets(), " "); got != tt.socket {
			t.Errorf("%s: socket %q, want %q", tt.env, got, tt.socket)
		}
		if _, off := m.namedSocket(); off != tt.off {
			t.Errorf("%s: off %t", tt.env, off)
		}
	}
	if in, out := at().pipes(); in != filepath.Join(run, name+".in") || out != filepath.Join(run, name+".out") {
		t.Errorf("pipes %s and %s", in, out)
	}
	if in, _ := at("exabgp_cli_pipe=" + dir).pipes(); in != "" {
		t.Errorf("pipes %s", in)
	}
}

// TestSeveralSockets: a socket that nobody listens at any more, or that is another
// user's, is passed over.
func TestSeveralSockets(t *testing.T) {
	dir := t.TempDir()
	left, live := filepath.Join(dir, "run/exabgp/h.sock"), filepath.Join(dir, "run/h.sock")
	if err := os.MkdirAll(filepath.Dir(left), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{left, live} {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if path == left {
			l.SetUnlinkOnClose(false)
			l.Close()
		}
	}
	a := &app{argv0: "herald", env: environment{"EXABGP_ROOT=" + dir}}
	c, err := a.connect(&transport{name: "h"})
	if err != nil || c.where != live {
		t.Fatalf("%+v, %v", c, err)
	}
	c.Close()
	m := &meeting{root: dir, uid: 1000, socketNamed: "h"}
	if err := os.Chmod(filepath.Dir(left), 0o500); err != nil {
		t.Fatal(err)
	}
	want := live
	if os.Getuid() == 0 { // who may write everywhere
		want = left
	}
	if got := m.newSocket(nil); got != want {
		t.Errorf("a new socket goes to %s, want %s", got, want)
	}
}

func TestControl(t *testing.T) {
	a := &app{argv0: "/nowhere/bin/herald", env: environment{
		"exabgp_cli_socket=" + t.TempDir(), "exabgp_api_socketmode=0600", "exabgp_api_socketgroup=root",
		"exabgp_api_max_clients=3", "exabgp_api_socketname=x",
	}}
	s, err := a.loadSettings()
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.control(s, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	if c.Mode != fs.FileMode(0o600) || c.GID != 0 || c.Max != 3 || filepath.Base(c.Socket) != "x.sock" {
		t.Errorf("%+v", c)
	}
	s.api.socketgroup = "no-such-group"
	if _, err := a.control(s, quietLog()); err == nil {
		t.Error("a group that does not exist")
	}
	s.api.cli = false
	if c, err := a.control(s, quietLog()); err != nil || c.Socket+c.In != "" {
		t.Errorf("%+v, %v", c, err)
	}
}
