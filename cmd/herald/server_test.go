package main

import "testing"

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
