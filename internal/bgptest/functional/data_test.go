package functional

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// compat opens the test data of ExaBGP, which does not lie in the repository.
func compat(t *testing.T) *Data {
	t.Helper()
	d, err := Open(bgptest.Shared(t, "compat"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCounts pins that every case of ExaBGP's own runners is found.
func TestCounts(t *testing.T) {
	d := compat(t)
	cases, err := d.Cases(Suites())
	if err != nil {
		t.Fatal(err)
	}
	files, vectors := make(map[string]int), make(map[string]int)
	for _, c := range cases {
		files[c.Suite]++
		vectors[c.Suite] += len(c.Vectors)
	}
	for suite, want := range map[string]int{Encoding: 40, API: 40, Decoding: 22, Parsing: 103, Migrate: 7} {
		if files[suite] != want {
			t.Errorf("%s: got %d cases, want %d", suite, files[suite], want)
		}
	}
	for suite, want := range map[string]int{JSON: 249, APIEncode: 363, SelfCheck: 366} {
		if vectors[suite] != want {
			t.Errorf("%s: got %d vectors, want %d", suite, vectors[suite], want)
		}
	}
}

// TestHelpers pins that there is a program of ours for every one that a session test starts.
func TestHelpers(t *testing.T) {
	d := compat(t)
	cases, err := d.Cases([]string{Encoding, API})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		for _, file := range c.Files {
			text, err := os.ReadFile(filepath.Join(d.etc, file))
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(text)) {
				words := strings.Fields(strings.TrimRight(line, "; \n"))
				if len(words) != 2 || words[0] != "run" {
					continue
				}
				info, err := os.Stat(filepath.Join("..", "..", "..", "testdata", "helpers", words[1]))
				if err != nil || info.Mode()&0o111 == 0 {
					t.Errorf("%s: no program %s", c.ID(), words[1])
				}
			}
		}
	}
}

func TestJSONVectors(t *testing.T) {
	s, err := bgptest.ParseScript("x.ci", `
1:raw:FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:0017:02:00000000
1:raw:FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:0018:02:0000000000
1:json:{"a":1}
2:jsv6:{"a":2}
1:raw:FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:001802:0000000000
1:json:{"a":3}
`)
	if err != nil {
		t.Fatal(err)
	}
	got := jsonVectors(s.Lines)
	if len(got) != 1 || got[0].JSON4 != `{"a":1}` || got[0].JSON6 != `{"a":2}` {
		t.Errorf("got %+v", got)
	}
}

func TestCommandVectors(t *testing.T) {
	s, err := bgptest.ParseScript("x.ci", "1:raw:00\n1:cmd:announce a:b\n1:raw:01\n1:raw:02\n")
	if err != nil {
		t.Fatal(err)
	}
	got := commandVectors(s.Lines)
	if len(got) != 1 || got[0].Command != "announce a:b" || got[0].Octets[0] != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestOpenOldLayout(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"etc/exabgp/a.conf":      "",
		"qa/encoding/conf-a.ci":  "a.conf b.conf\n",
		"qa/encoding/conf-a.msg": "option:tcp_connections:2\n1:raw:00\n",
		"qa/encoding/api-b.ci":   "a.conf\n",
		"qa/encoding/api-b.msg":  "1:raw:00\n",
		"qa/decoding/ipv4-1":     "update ipv4 unicast\nFF 00\n{\"a\": 1}\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	cases, err := d.Cases([]string{Encoding, API, Decoding, Parsing})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range cases {
		ids = append(ids, c.ID())
	}
	if want := []string{"encoding/conf-a", "api/api-b", "decoding/ipv4-1", "parsing/a"}; !slices.Equal(ids, want) {
		t.Errorf("got %q, want %q", ids, want)
	}
	if c := cases[0]; !slices.Equal(c.Files, []string{"a.conf", "b.conf"}) || c.Script.Connections != 2 {
		t.Errorf("got %+v", c)
	}
	if c := cases[2]; c.Kind != "update" || c.Family != "ipv4 unicast" || c.Packet != "FF00" {
		t.Errorf("got %+v", c)
	}
}

// TestMigrationMistakes gives a file of the migrate suite that nobody could run.
func TestMigrationMistakes(t *testing.T) {
	_, err := parseMigration("x.mi", "from:4\n\nexpected:x\n")
	if err == nil || !strings.HasPrefix(err.Error(), "x.mi:3: unexpected 'expected', expected from,") {
		t.Error(err)
	}
	if _, err := (&MigrationPattern{Text: "^("}).matches(""); err == nil {
		t.Error("a broken expression is no mistake")
	}
}
