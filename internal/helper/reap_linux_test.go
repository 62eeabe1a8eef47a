package helper

import (
	"testing"

	"golang.org/x/sys/unix"
)

// adoptOrphans makes this process the parent of the orphans among its descendants, as
// the first process of a container is.
func adoptOrphans(t *testing.T) {
	t.Helper()
	set := func(on uintptr) {
		if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, on, 0, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	set(1)
	t.Cleanup(func() { set(0) })
}
