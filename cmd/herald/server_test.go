package main

import (
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"

	sd "github.com/coreos/go-systemd/v22/daemon"
)

// TestServerFlags: what flags change, and what the settings keep.
func TestServerFlags(t *testing.T) {
	tests := []struct {
		env      environment
		flags    serverFlags
		attempts int
		passive  bool
		level    level
	}{
		{nil, serverFlags{}, 0, false, "INFO"},
		{nil, serverFlags{once: true}, 1, false, "INFO"},
		{environment{"exabgp_tcp_attempts=3"}, serverFlags{once: true}, 3, false, "INFO"},
		{nil, serverFlags{passive: true, verbose: true}, 0, true, "DEBUG"},
		{environment{"exabgp_bgp_passive=true"}, serverFlags{debug: true}, 0, true, "DEBUG"},
	}
	for _, tt := range tests {
		s, err := loadSettings(tt.env, "/opt/bin/herald", "/nonexistent")
		if err != nil {
			t.Fatal(err)
		}
		tt.flags.apply(s)
		if s.tcp.attempts != tt.attempts || s.bgp.passive != tt.passive || s.log.level != tt.level {
			t.Errorf("%v %+v: attempts %d, passive %v, level %s", tt.env, tt.flags, s.tcp.attempts, s.bgp.passive, s.log.level)
		}
	}
}

// TestDropNothing: who is not root has nothing to drop, whatever its group.
func TestDropNothing(t *testing.T) {
	before := os.Getuid()
	if err := dropPrivileges(1000, "nobody", slog.New(slog.DiscardHandler)); err != nil || os.Getuid() != before {
		t.Errorf("%v, user %d", err, os.Getuid())
	}
}

func TestTellSupervisor(t *testing.T) {
	addr := &net.UnixAddr{Name: filepath.Join(t.TempDir(), "notify"), Net: "unixgram"}
	c, err := net.ListenUnixgram(addr.Net, addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	t.Setenv("NOTIFY_SOCKET", addr.Name)
	tellSupervisor(slog.New(slog.DiscardHandler), sd.SdNotifyReady)
	b := make([]byte, 100)
	n, err := c.Read(b)
	if err != nil || string(b[:n]) != "READY=1" {
		t.Errorf("told %q, %v", b[:n], err)
	}
}
