package conf

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the messages of testdata/mistakes")

// TestMistakes reads files with one mistake each. The file's ".txt" holds the message.
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/mistakes/*.conf")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text := read(t, file)
			cfg, err := Load(filepath.Base(file), text, Options{})
			if err == nil || cfg != nil {
				t.Fatalf("loaded, %v", cfg)
			}
			golden := strings.TrimSuffix(file, ".conf") + ".txt"
			got := err.Error() + "\n"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := read(t, golden); got != want {
				t.Errorf("\n got %swant %s", got, want)
			}
		})
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
