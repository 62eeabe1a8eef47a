package internal_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// names is what pages may refer to.
type names struct {
	tests    map[string]bool // functions of tests and fuzz targets
	required []string        // patterns of testdata/required.txt
	targets  string          // the Makefile
}

// TestPages: the files and tests that docs/compat.md and docs/rfc.md name exist, and
// each row of compat.md names a test.
func TestPages(t *testing.T) {
	n := readNames(t)
	for _, cells := range rows(t, "../docs/compat.md") {
		pinned := false
		for _, word := range quoted(cells[len(cells)-1]) {
			exists, isTest := n.find(word, "")
			pinned = pinned || isTest
			if !exists {
				t.Errorf("compat.md: %s: there is no %s", cells[0], word)
			}
		}
		if !pinned {
			t.Errorf("compat.md: %s: no test is named", cells[0])
		}
	}
	for _, cells := range rows(t, "../docs/rfc.md") {
		for _, cell := range cells[2:] {
			folder := ""
			for _, word := range quoted(cell) {
				if exists, _ := n.find(word, folder); !exists {
					t.Errorf("rfc.md: %s: there is no %s", cells[0], word)
				}
				if strings.Contains(word, "/") {
					folder = path.Dir(word)
				}
			}
		}
	}
}

// find looks for what a word of a page means; files may be those of a folder. It
// says, too, whether that is a test.
func (n *names) find(word, folder string) (exists, isTest bool) {
	word = strings.TrimPrefix(word, "interop: ")
	name, suite := strings.CutPrefix(word, "functional: ")
	test, part, _ := strings.Cut(word, "/")
	target, isTarget := strings.CutPrefix(word, "make ")
	switch {
	case strings.HasPrefix(word, "Test"), strings.HasPrefix(word, "Fuzz"):
		return n.tests[test] && (test != "TestScripts" || there("../cmd/herald/testdata/script/"+part+".txtar")), true
	case suite, n.isRequired(word):
		return n.isRequired(name), true
	case isTarget:
		return strings.Contains(n.targets, "\n"+target+":"), true
	case there("exa/conf/testdata/mistakes/" + word + ".conf"):
		return true, true
	default:
		return there(word) || there("../"+word) || there(path.Join(folder, word)), strings.Contains(word, "testdata/")
	}
}

// isRequired reports whether a case of the functional suites, or a pattern of some,
// is one that must pass.
func (n *names) isRequired(name string) bool {
	return slices.ContainsFunc(n.required, func(required string) bool {
		_, required, _ = strings.Cut(required, "/")
		forth, _ := path.Match(name, required)
		back, _ := path.Match(required, name)
		return forth || back
	})
}

func there(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

var testName = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)

func readNames(t *testing.T) *names {
	t.Helper()
	n := &names{tests: map[string]bool{}, targets: text(t, "../Makefile")}
	for line := range strings.Lines(text(t, "../testdata/required.txt")) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			n.required = append(n.required, line)
		}
	}
	err := filepath.WalkDir("..", func(name string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, "_test.go") {
			for _, m := range testName.FindAllStringSubmatch(text(t, name), -1) {
				n.tests[m[1]] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// rows gives the cells of the tables of a page, without their heads.
func rows(t *testing.T, page string) [][]string {
	t.Helper()
	var out [][]string
	head := true
	for line := range strings.Lines(text(t, page)) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "|") {
			head = true
			continue
		}
		if strings.HasPrefix(line, "|---") {
			head = false
		} else if !head {
			out = append(out, strings.Split(strings.Trim(line, "| "), " | "))
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s has no table", page)
	}
	return out
}

var backquoted = regexp.MustCompile("`([^`]+)`")

func quoted(cell string) []string {
	var out []string
	for _, m := range backquoted.FindAllStringSubmatch(cell, -1) {
		out = append(out, m[1])
	}
	return out
}

func text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
