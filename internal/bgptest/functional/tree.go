package functional

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// tree is the folder of one run, laid out as ExaBGP is installed: bin/herald,
// etc/exabgp with the configurations and run/ with the helper programs. Everything
// in it is a copy that everybody may read and run.
type tree struct {
	dir    string
	binary string
}

// plant makes a tree. helpers is a folder that holds run/; empty leaves those of the data.
func plant(d *Data, binary, helpers string) (*tree, error) {
	dir, err := os.MkdirTemp("", "functional-")
	if err != nil {
		return nil, err
	}
	t := &tree{dir: dir, binary: filepath.Join(dir, "bin", filepath.Base(binary))}
	if err := t.fill(d, binary, helpers); err != nil {
		t.remove()
		return nil, err
	}
	return t, nil
}

func (t *tree) fill(d *Data, binary, helpers string) error {
	if err := copyFile(t.binary, binary, 0o755); err != nil {
		return err
	}
	if err := copyDir(t.etc(""), d.etc); err != nil {
		return err
	}
	if helpers != "" {
		if err := copyDir(t.etc("run"), filepath.Join(helpers, "run")); err != nil {
			return err
		}
	}
	if err := t.stand(); err != nil {
		return err
	}
	if err := os.WriteFile(t.fallback(), []byte(fallback), 0o644); err != nil {
		return err
	}
	return filepath.WalkDir(t.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			err = os.Chmod(path, 0o755)
		}
		return err
	})
}

// etc returns the path of a configuration or helper program.
func (t *tree) etc(name string) string { return filepath.Join(t.dir, "etc", "exabgp", name) }

// fallback returns the path of the configuration for vectors whose file has no
// neighbor.
func (t *tree) fallback() string { return filepath.Join(t.dir, "fallback.conf") }

const fallback = `neighbor 127.0.0.1 {
	router-id 10.0.0.2;
	local-address 127.0.0.1;
	local-as 65533;
	peer-as 65533;
	family {
		all;
	}
}
`

func (t *tree) remove() { os.RemoveAll(t.dir) }

// stand puts a program that does nothing where a configuration names one that is not
// there: a program must exist for its configuration to be valid, and no session test
// starts those.
func (t *tree) stand() error {
	for _, conf := range glob(t.etc("*.conf")) {
		text, err := os.ReadFile(conf)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(line), ";"))
			if len(words) < 2 || words[0] != "run" || !strings.HasPrefix(words[1], "./run/") {
				continue
			}
			program := t.etc(words[1])
			if _, err := os.Stat(program); err == nil {
				continue
			}
			if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(program, []byte("#!/bin/sh\nexec cat >/dev/null\n"), 0o755); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyDir copies the files of a folder, and of those in it.
func copyDir(to, from string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		mode := fs.FileMode(0o644)
		if info, err := e.Info(); err != nil {
			return err
		} else if info.Mode()&0o111 != 0 {
			mode = 0o755
		}
		return copyFile(filepath.Join(to, name), path, mode)
	})
}

func copyFile(to, from string, mode fs.FileMode) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("copying: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, b, mode)
}
