package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/rib"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden plays the conversations of testdata. A line
//
//	dialect 5        begins one, with an empty state
//	> COMMAND        gives a command; several in a row are one batch
//	. WORD           does something else: "down", "written", "v2", "route COMMAND"
//
// and is followed by what the daemon was asked to do (= or, for the log, #) and what
// the client was answered (<). Everything else is a comment.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got []byte
			synctest.Test(t, func(t *testing.T) { got = play(t, string(want)) })
			switch {
			case bytes.Equal(got, want):
			case *update:
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			default:
				t.Errorf("got\n%s", diff(string(want), string(got)))
			}
		})
	}
}

// play returns the conversation as it is now.
func play(t *testing.T, script string) []byte {
	t.Helper()
	var out bytes.Buffer
	b := newBench(t, bgp.Dialect5)
	var batch []string
	flush := func() {
		if len(batch) == 0 {
			return
		}
		answer := b.do(batch...)
		batch = nil
		for line := range strings.Lines(answer) {
			if (line[0] == '{' || strings.HasPrefix(line, "[{")) && !json.Valid([]byte(line)) {
				t.Errorf("not JSON: %s", line)
			}
		}
		report(&out, b.d.take(), answer)
	}
	for line := range strings.Lines(script) {
		line = strings.TrimSuffix(line, "\n")
		kind, rest, _ := strings.Cut(line, " ")
		if kind != ">" {
			flush()
		}
		switch kind {
		case "=", "#", "<":
			continue
		case "dialect":
			d, ok := bgp.ParseDialect(rest)
			if !ok {
				t.Fatalf("unknown %q", line)
			}
			b = newBench(t, d)
		case ">":
			batch = append(batch, rest)
		case ".":
			out.WriteString(line + "\n")
			b.happen(t, rest)
			report(&out, b.d.take(), b.read())
			continue
		}
		out.WriteString(line + "\n")
	}
	flush()
	return out.Bytes()
}

// happen does what is no command.
func (b *bench) happen(t *testing.T, what string) {
	t.Helper()
	verb, rest, _ := strings.Cut(what, " ")
	switch verb {
	case "down":
		b.d.down = true
	case "nobody":
		b.d.peers = &Peers{All: &rib.PeerSet{}}
	case "empty":
		b.d.peers = &Peers{All: &rib.PeerSet{}}
		b.d.all = b.d.peers
	case "stalled":
		b.d.helpers = []helper.Status{
			{Name: "p1", PID: 71, Restarts: 2, Load: helper.Load{Lines: 9, Events: 4000, Dropped: 3, Stalled: true, Queued: 40, Commands: 6, Refused: 1}},
			{Name: "p2", Load: helper.Load{Lines: 1, Answers: 50, Dropped: 2}},
		}
	case "written":
		for _, f := range b.d.synced {
			f()
		}
		b.d.synced = nil
	case "explain":
		b.hub.settings.Explain = true
	case "v2":
		b.hub.settings.RoutesV2 = true
	case "wait":
		synctestSleep(t, rest)
	case "route":
		b.addRoute(t, rest)
	default:
		t.Fatalf("unknown %q", what)
	}
}

func report(out *bytes.Buffer, did, answer string) {
	for line := range strings.Lines(did) {
		mark := "= "
		if reason, ok := strings.CutPrefix(line, "log: "); ok {
			mark, line = "# ", reason
		}
		out.WriteString(strings.TrimRight(mark+line, "\n") + "\n")
	}
	for line := range strings.Lines(answer) {
		out.WriteString(strings.TrimSuffix("< "+line, "\n") + "\n")
	}
}

// diff shows the first lines that differ.
func diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return strings.Join(g[max(0, i-3):min(len(g), i+3)], "\n") + "\nwant\n" + strings.Join(w[max(0, i-3):min(len(w), i+3)], "\n")
		}
	}
	return "one is shorter"
}
