package conf

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestExample: the example loads without a warning, has every word, and so it does with
// any one of its comments.
func TestExample(t *testing.T) {
	for _, alone := range []bool{false, true} {
		text := Example(alone)
		variants := uncommented(text)
		if len(variants) < 8 {
			t.Errorf("%d comments", len(variants))
		}
		for _, variant := range append(variants, text) {
			if alone && regexp.MustCompile(`(?m)^ *(inherit|processes) `).MatchString(variant) || strings.Contains(variant, "\n    all ") {
				continue // all is alone, and a name needs what it names
			}
			if cfg := load(t, variant); len(cfg.Warnings) > 0 {
				t.Error(cfg.Warnings, variant)
			}
		}
	}
	text := Example(false)
	for head, table := range reference {
		for i := range table {
			r := &table[i]
			if r.old.Change == 0 && head != "template" && !regexp.MustCompile(`(?m)^ *(# )?`+r.word+` `).MatchString(text) {
				t.Errorf("the example has no %s %s", head, r.word)
			}
		}
	}
}

// uncommented returns the text with each of its commented statements and sections.
func uncommented(text string) []string {
	comment := regexp.MustCompile(`^( *)# ([a-z0-9-]+ [^ ]+ *# .*|})$`)
	lines := strings.Split(text, "\n")
	var out []string
	var open []string // the variant of a section whose end is to come
	for i, line := range lines {
		if !comment.MatchString(line) {
			continue
		}
		variant := open
		if open == nil {
			variant = slices.Clone(lines)
		}
		variant[i] = comment.ReplaceAllString(line, "$1$2")
		switch word, _, _ := strings.Cut(strings.TrimSpace(variant[i]), " #"); {
		case strings.HasSuffix(strings.TrimSpace(word), "{"):
			open = variant
		case open == nil || word == "}":
			out = append(out, strings.Join(variant, "\n"))
			open = nil
		}
	}
	return out
}
