package config

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

func TestValidate(t *testing.T) {
	set := func(f func(s *Session)) func(n *Neighbor) { return func(n *Neighbor) { f(&n.Session) } }
	v6 := netip.MustParseAddr("2001:db8::2")
	tests := []struct {
		n       *Neighbor
		passive bool
		want    string // "": it is valid
	}{
		{peer("192.0.2.1"), false, ""},
		{peer("192.0.2.1", set(func(s *Session) { s.Peer = netip.Prefix{} })), false, "missing peer-address"},
		{peer("192.0.2.1", set(func(s *Session) { s.Listen = 179 })), false, "missing local-address"},
		{peer("2001:db8::1", set(func(s *Session) { s.Local, s.RouterID = v6, netip.Addr{} })), false, "missing router-id"},
		{peer("192.0.2.1", set(func(s *Session) { s.Local = v6 })), false, "local-address 2001:db8::2 and peer-address 192.0.2.1"},
		{peer("192.0.2.1", set(func(s *Session) { s.LocalLinkLocal = v6 })), false, "(fe80::/10)"},
		{peer("192.0.2.0/24"), false, "the range 192.0.2.0/24 needs passive"},
		{peer("192.0.2.0/24"), true, ""},
		{peer("192.0.2.0/24", set(func(s *Session) { s.Passive = true })), false, ""},
	}
	for _, tt := range tests {
		got := ""
		if err := tt.n.Validate(tt.passive); err != nil {
			got = err.Error()
		}
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.n.Name(), got, tt.want)
		}
	}
}

func TestKey(t *testing.T) {
	n := peer("192.0.2.1")
	if n.Key() != n.Name() {
		t.Errorf("%s", n.Key())
	}
	n.Session.Listen = 1790
	if got := n.Key(); got != "peer-ip 192.0.2.1 listen 1790" {
		t.Errorf("%s", got)
	}
}

func TestServes(t *testing.T) {
	a := &API{Processes: []string{"watch"}, ProcessesMatch: []*regexp.Regexp{regexp.MustCompile("b+"), regexp.MustCompile("c$")}}
	for name, want := range map[string]bool{"watch": true, "watch2": false, "b": true, "bx": true, "ab": false, "c": true, "ac": false} {
		if a.Serves(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

func TestProcessEqual(t *testing.T) {
	five, six := bgp.Dialect5, bgp.Dialect6
	base := Process{Name: "a", Run: []string{"/bin/cat", "-u"}, JSON: true, Dialect: &five}
	c := &Config{Processes: []Process{base}}
	if c.Process("a") != &c.Processes[0] || c.Process("b") != nil {
		t.Error("a process is not found by its name")
	}
	for what, change := range map[string]func(p *Process){
		"name": func(p *Process) { p.Name = "b" }, "run": func(p *Process) { p.Run = p.Run[:1] },
		"encoder": func(p *Process) { p.JSON = false }, "respawn": func(p *Process) { p.Respawn = true },
		"version": func(p *Process) { p.Dialect = &six }, "no version": func(p *Process) { p.Dialect = nil },
	} {
		other := base
		if !base.Equal(&other) {
			t.Error("not equal to itself")
		}
		if change(&other); base.Equal(&other) || other.Equal(&base) {
			t.Errorf("another %s is equal", what)
		}
	}
}
