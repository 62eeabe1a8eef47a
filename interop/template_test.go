package interop_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestTemplates: the helper programs of examples/ announce, say what they hear and what
// is refused, withdraw when a signal ends them, and leave by themselves when the speaker
// does.
func TestTemplates(t *testing.T) {
	examples, err := filepath.Abs("../examples")
	if err != nil {
		t.Fatal(err)
	}
	heard := "127.0.0.2 announces ipv4 unicast 10.0.0.0/32"
	for _, tt := range []struct {
		name  string
		run   func(t *testing.T, dir string) string
		hears string // of a route of the router
	}{
		{"sh", shellTemplate, "127.0.0.2 speaks of 10.0.0.0/32"},
		{"python", pythonTemplate, heard},
		{"go", goTemplate, heard},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRouter(t, 9*time.Second)
			w := &watch{router: r}
			w.speaker = speak(t, "herald", herald, r.port(), r.speakerOf(`
				api { processes [ mine quick ]; neighbor-changes; receive { parsed; update; } }`, `
process mine { run `+tt.run(t, examples)+` 198.51.100.0/24 nonsense 203.0.113.0/25; encoder json; }
process quick { run HELPER; encoder json; }`))
			r.established()
			w.hear(`"state": "up"`)
			r.has("198.51.100.0/24", "203.0.113.0/25")
			w.printed("refused: announce route nonsense")
			w.printed("127.0.0.2 is up")
			r.flood(1)
			w.printed(tt.hears)

			_, byName := w.processes()
			if err := syscall.Kill(byName["mine"].pid, syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			w.printed("refused: withdraw route nonsense")
			w.printed("ended by a signal")
			w.printed("the helper has ended and is started again", "mine", "exit status 0")
			r.has("198.51.100.0/24", "203.0.113.0/25") // of its next life

			// While it waits for nothing but its input.
			for p := byName["mine"]; p.events-p.dropped < 1 || p.commands < 8; p = byName["mine"] {
				_, byName = w.processes()
			}
			began := time.Now()
			w.signal(syscall.SIGTERM)
			<-w.end
			took := time.Since(began)
			w.printed("the speaker has gone")
			if took > time.Second {
				t.Errorf("ended after %v", took)
			}
			log, err := os.ReadFile(w.log)
			if err != nil {
				t.Fatal(err)
			}
			for _, bad := range []string{"Traceback", "panic", "not an event"} {
				if strings.Contains(string(log), bad) {
					t.Errorf("the log has %q", bad)
				}
			}
		})
	}
}

func shellTemplate(_ *testing.T, dir string) string { return "/bin/sh " + dir + "/helper.sh" }

func pythonTemplate(t *testing.T, dir string) string {
	t.Helper()
	return need(t, "python3") + " " + dir + "/helper.py"
}

func goTemplate(t *testing.T, dir string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "helper")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, dir+"/helper.go").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}
