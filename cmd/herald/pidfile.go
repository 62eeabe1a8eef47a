package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// writePIDFile creates the file that says we run; "" creates none. It refuses
// when the file names a live process, and replaces that of a dead one.
func writePIDFile(path string, pid int) (remove func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	for {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if err == nil {
			_, err = fmt.Fprintf(f, "%d\n", pid)
			if err = errors.Join(err, f.Close()); err != nil {
				return nil, fmt.Errorf("pid file: %w", err)
			}
			return func() { os.Remove(path) }, nil
		}
		if !errors.Is(err, os.ErrExist) {
			return nil, fmt.Errorf("pid file: %w", err)
		}
		if err := removeStale(path); err != nil {
			return nil, err
		}
	}
}

// removeStale removes a pid file whose process is gone.
func removeStale(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("pid file: %w", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || pid <= 0 {
		return fmt.Errorf("pid file %s exists and holds no process number", path)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("pid file %s: process %d runs already", path, pid)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("pid file: %w", err)
	}
	return nil
}
