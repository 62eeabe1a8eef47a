package internal_test

import (
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	fenced    = regexp.MustCompile("(?ms)^```.*?^```$")
	pageLink  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	pageHead  = regexp.MustCompile(`(?m)^#+ (.*)$`)
	notInSlug = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// TestLinks: links between pages lead somewhere, to a head where they name one, and
// every page of docs can be reached from README.md.
func TestLinks(t *testing.T) {
	pages := map[string]string{} // without what is code
	err := filepath.WalkDir("..", func(name string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".md") {
			pages[filepath.ToSlash(name)] = fenced.ReplaceAllString(text(t, name), "")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	reached := map[string]bool{}
	var follow func(page string)
	follow = func(page string) {
		reached[page] = true
		for _, m := range pageLink.FindAllStringSubmatch(pages[page], -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			file, head, _ := strings.Cut(m[1], "#")
			to := page
			if file != "" {
				to = path.Join(path.Dir(page), file)
			}
			if !there(to) || head != "" && !hasHead(pages[to], head) {
				t.Errorf("%s: %s leads nowhere", page, m[1])
			}
			for other := range pages { // a folder stands for its pages
				if !reached[other] && (other == to || path.Dir(other) == to) {
					follow(other)
				}
			}
		}
	}
	follow("../README.md")
	for page := range pages {
		if !reached[page] && strings.HasPrefix(page, "../docs/") {
			t.Errorf("no page leads to %s", page)
		}
	}
}

// hasHead reports whether a page has a head with the name that GitHub gives it.
func hasHead(page, name string) bool {
	for _, m := range pageHead.FindAllStringSubmatch(page, -1) {
		slug := notInSlug.ReplaceAllString(strings.ToLower(m[1]), "")
		if strings.ReplaceAll(slug, " ", "-") == name {
			return true
		}
	}
	return false
}
