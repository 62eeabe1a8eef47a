package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLogLines gives settings and the lines that they make of the same calls.
func TestLogLines(t *testing.T) {
	tests := []struct {
		name string
		set  func(s *settings)
		want string
	}{
		{"short", func(*settings) {}, `daemon          plain n=1 text="a b"
network         session up peer=192.0.2.1
configuration   error: first
configuration   second error=bad
network         warning: group a.b=1 a.c=2
`},
		{"long", func(s *settings) { s.log.short = false; s.log.network = false }, `00:00:00 42     daemon          plain n=1 text="a b"
00:00:00 42     configuration   error: first
00:00:00 42     configuration   second error=bad
`},
		{"level", func(s *settings) { s.log.level = "ERROR" }, `configuration   error: first
configuration   second error=bad
`},
		{"all", func(s *settings) { s.log.level, s.log.all, s.log.network, s.log.rib = "DEBUG", true, false, false }, `daemon          plain n=1 text="a b"
network         session up peer=192.0.2.1
rib             detail
configuration   error: first
configuration   second error=bad
network         warning: group a.b=1 a.c=2
`},
		{"none", func(s *settings) { s.log.enable = false }, ""},
	}
	for _, tt := range tests {
		s, err := loadSettings(nil, "/opt/bin/herald", "/nonexistent")
		if err != nil {
			t.Fatal(err)
		}
		tt.set(s)
		var out bytes.Buffer
		log, closer, err := newLog(s, &out, 42)
		if err != nil {
			t.Fatal(err)
		}
		log.Info("plain", "n", 1, "text", "a b")
		network := log.With(sourceKey, "network")
		network.With("peer", "192.0.2.1").Info("session up")
		log.With(sourceKey, "rib").Debug("detail")
		log.With(sourceKey, "configuration").Error("first\nsecond", "error", errors.New("bad"))
		network.WithGroup("a").With("b", 1).Warn("group", "c", 2)
		closer.Close()
		got := regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d`).ReplaceAllString(out.String(), "00:00:00")
		if got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

func TestLogDestinations(t *testing.T) {
	dir := t.TempDir()
	var stderr bytes.Buffer
	for _, destination := range []string{dir + "/a.log", "file:" + dir + "/a.log"} {
		w, isFile, err := openLog(destination, &stderr)
		if err != nil || !isFile {
			t.Fatalf("%s: %v", destination, err)
		}
		if _, err := w.Write([]byte("line\n")); err != nil {
			t.Error(err)
		}
	}
	if b, err := os.ReadFile(dir + "/a.log"); string(b) != "line\nline\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if _, _, err := openLog(dir+"/nosuch/a.log", &stderr); err == nil || !strings.HasPrefix(err.Error(), "log.destination '") {
		t.Errorf("%v", err)
	}
	w, _, err := openLog("a.log", &stderr)
	if w != &stderr || err != nil || !strings.Contains(stderr.String(), "invalid log destination 'a.log'") {
		t.Errorf("%v, %s", err, stderr.String())
	}
}

// TestLogToHost: "host:" is syslog over UDP.
func TestLogToHost(t *testing.T) {
	l, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w, isFile, err := openLog("host:"+l.LocalAddr().String(), io.Discard)
	if err != nil || isFile {
		t.Fatalf("a file: %v, %v", isFile, err)
	}
	if _, err := w.Write([]byte("line\n")); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1000)
	n, _, err := l.ReadFrom(b)
	// RFC 3164 §4.1.1: facility daemon (3), severity info (6).
	if got := string(b[:n]); err != nil || !strings.HasPrefix(got, "<30>") || !strings.HasSuffix(got, " line\n") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestLogRotation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	f, err := openRotated(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	line := append(bytes.Repeat([]byte("x"), logFileSize/2), '\n')
	for i := range 10 {
		line[0] = byte('0' + i)
		if _, err := f.Write(line); err != nil {
			t.Fatal(err)
		}
	}
	for name, first := range map[string]byte{"": '9', ".1": '8', ".2": '7', ".3": '6'} {
		b, err := os.ReadFile(path + name)
		if err != nil || len(b) != len(line) || b[0] != first {
			t.Errorf("%s: %d octets, %v", name, len(b), err)
		}
	}
	if _, err := os.Stat(path + ".4"); err == nil {
		t.Error("too many files")
	}
}
