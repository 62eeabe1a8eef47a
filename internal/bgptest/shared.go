package bgptest

import (
	"os"
	"path/filepath"
	"testing"
)

// Shared returns the path of a file or folder among the test data that the
// repository does not hold: below HERALD_SHARED, by default ../shared from its
// root. Where there is none the test is skipped, but in CI it fails.
func Shared(tb testing.TB, elem ...string) string {
	tb.Helper()
	root := os.Getenv("HERALD_SHARED")
	if root == "" {
		root = filepath.Join(moduleRoot(tb), "..", "shared")
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") != "" {
			tb.Fatalf("no test data: %v (HERALD_SHARED says where they are)", err)
		}
		tb.Skipf("NOT TESTED, no test data: %v (HERALD_SHARED says where they are)", err)
	}
	return path
}

// moduleRoot returns the folder of go.mod: a test runs in that of its package.
func moduleRoot(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			tb.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}
