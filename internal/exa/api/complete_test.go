package api

import (
	"fmt"
	"strings"
	"testing"
)

func TestComplete(t *testing.T) {
	for _, tt := range []struct{ words, want string }{
		{"show", "adj-rib neighbor process"},
		{"show adj-rib", "in out"},
		{"rib", "clear flush show"},
		{"daemon", "reload restart shutdown status"},
		{"teardown", "(SUBCODE)"},
		{"announce route", "(PREFIX next-hop ADDRESS|self [ATTRIBUTE...])"},
		{"announce route 10.0.0.0/24 next-hop", "(PREFIX next-hop ADDRESS|self [ATTRIBUTE...])"},
		{"peer", "create delete list show ADDRESS"},
		{"neighbor", "ADDRESS"},
		{"peer list", ""},
		{"peer 10.0.0.1", "announce clear family-allowed flush group local-as local-ip peer-as rib router-id routes show teardown withdraw"},
		{"peer 10.0.0.1 peer-as 1", "announce clear family-allowed flush group local-as local-ip peer-as rib router-id routes show teardown withdraw"},
		{"peer [10.0.0.1, 10.0.0.2 peer-as 3] clear", "adj-rib"},
		{"neighbor 10.0.0.1 , neighbor 10.0.0.2 teardown", "(SUBCODE)"},
		{"nonsense", ""},
		{"show nonsense", ""},
	} {
		c := Complete(strings.Fields(tt.words))
		got := strings.Join(c.Words, " ")
		if c.Addresses {
			got += " ADDRESS"
		}
		if c.Args != "" {
			got += fmt.Sprintf(" (%s)", c.Args)
		}
		if got = strings.TrimSpace(got); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.words, got, tt.want)
		}
	}
	if c := Complete(nil); len(c.Words) < 10 {
		t.Errorf("%v", c)
	}
}
