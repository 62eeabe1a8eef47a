package conf

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestSchema: every row says what its value is, and values of the schema load.
func TestSchema(t *testing.T) {
	walk(t, "", rootTable[:])
	s, ok := Schema("")
	if _, err := json.Marshal(s); err != nil || !ok {
		t.Fatal(err)
	}
	for _, name := range Sections() {
		if _, ok := Schema(name); !ok {
			t.Errorf("there is no %s", name)
		}
	}
	if _, ok := Schema("nosuch"); ok {
		t.Error("there is a section nosuch")
	}
	// What ExaBGP's schema has.
	for name := range strings.FieldsSeq("neighbor process template capability family static flow l2vpn operational") {
		if !slices.Contains(Sections(), name) {
			t.Errorf("there is no %s", name)
		}
	}
}

func walk(t *testing.T, path string, table []row) {
	t.Helper()
	for i := range table {
		r := &table[i]
		switch {
		case r.old.Change != 0:
		case r.read != nil && r.is == "":
			t.Errorf("%s%s does not say what its value is", path, r.word)
		case r.in != nil && path != "template ":
			walk(t, path+r.word+" ", r.in)
		}
	}
	if path != "neighbor " && path != "neighbor capability " {
		return
	}
	for i := range table {
		r := &table[i]
		if r.old.Change != 0 || r.is == "" || r.word == "inherit" || r.word == "peer-address" || r.word == "local-address" {
			continue
		}
		for _, v := range values(r.valueSchema()) {
			statement := fmt.Sprintf("%s %s;", r.word, v)
			if path == "neighbor capability " {
				statement = "capability { " + statement + " }"
			}
			text := "neighbor 192.0.2.1 { peer-as 2; local-as 1; router-id 1.2.3.4; local-address 192.0.2.2; " + statement + " }"
			if _, err := Load("schema", text, Options{}); err != nil && !strings.Contains(err.Error(), "local-link-local") {
				t.Errorf("%v in %s", err, text)
			}
		}
	}
}

// values gives values that a schema allows.
func values(s Object) []string {
	if kinds, ok := s["oneOf"].([]any); ok {
		var out []string
		for _, k := range kinds {
			out = append(out, values(k.(Object))...)
		}
		return out
	}
	switch s["type"] {
	case "boolean":
		return []string{"true", "false"}
	case "integer":
		return []string{fmt.Sprint(s["minimum"]), fmt.Sprint(s["maximum"])}
	case "array":
		return []string{"[ a b ]"}
	}
	if words, ok := s["enum"].([]string); ok {
		return words
	}
	switch p, _ := s["pattern"].(string); {
	case s["format"] != nil:
		return []string{"192.0.2.7"}
	case strings.Contains(p, "auto"):
		return []string{"auto", "65000", "1.5"}
	case strings.Contains(p, "strict"):
		return []string{"provider", "rs-client strict"}
	case p != "":
		return []string{"16M"}
	}
	return []string{"text"}
}
