package daemon

import (
	"os"
	"path/filepath"
	"testing"
)

func TestPrograms(t *testing.T) {
	dir := t.TempDir()
	make := func(name string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"), mode.Perm()); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	both, path := make("conf/both", 0o755), make("path/both", 0o755)
	script := make("conf/run/a.sh", 0o755)
	etc := make("etc/exabgp/b.sh", 0o755)
	plain, setuid := make("conf/plain", 0o644), make("conf/setuid", 0o755|os.ModeSetuid)
	p := Programs{Conf: dir + "/conf", CWD: dir, Path: dir + "/first:" + dir + "/path", Etc: ""}
	tests := []struct{ word, want, err string }{
		{both, both, ""},
		{"both", path, ""}, // the last place wins
		{"./run/a.sh", script, ""},
		{"run/a.sh", script, ""},
		{"etc/exabgp/b.sh", etc, ""},
		{"nosuch", "", `can not locate the program "nosuch"`},
		{"plain", "", `can not run the program "` + plain + `": it is not executable for this user`},
		{"setuid", "", `refusing to run setuid programs "` + setuid + `"`},
		{"run", "", `can not execute directories "` + dir + `/conf/run"`},
		{"/dev/null", "", `program must be a regular file "/dev/null"`},
	}
	for _, tt := range tests {
		got, err := p.find(tt.word)
		text := ""
		if err != nil {
			text = err.Error()
		} else if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.word, got, tt.want)
		}
		if text != tt.err {
			t.Errorf("%s: error %q, want %q", tt.word, text, tt.err)
		}
	}
	p.Etc = dir + "/conf/run"
	if got, err := p.find("etc/exabgp/a.sh"); got != script || err != nil {
		t.Errorf("$EXABGP_ETC: %s, %v", got, err)
	}
}
