package lex

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	known := []string{"hold-time", "local-as", "local-preference", "peer-as", "rd"}
	for word, want := range map[string]string{
		"hold-tme": "hold-time", "holdtime": "hold-time", "Hold-Time": "hold-time",
		"local-a": "local-as", "peeras": "peer-as", "dr": "rd",
		"local-pref": "local-preference", "loc": "local-as", "lo": "",
		"neighbor": "", "": "", strings.Repeat("peer-as", 10_000): "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("%.20s: %q, want %q", word, got, want)
		}
	}
}

func TestOneOf(t *testing.T) {
	for want, words := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		if got := OneOf(words); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
