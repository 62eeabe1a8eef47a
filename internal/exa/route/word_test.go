package route

import (
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/lex"
)

// TestNLRIWords: every word that is suggested for a route of a family is taken by it,
// alone or behind another.
func TestNLRIWords(t *testing.T) {
	takes := func(f bgp.Family, words ...string) bool {
		var b bgp.NLRIBuilder
		var attrs bgp.AttrBuilder
		b.Attrs = &attrs
		b.Reset(f, false)
		ok := false
		for _, w := range words {
			var c lex.Cursor // nothing follows: what counts is whether the word is known
			c.Reset("")
			ok = b.Word(w, &c)
		}
		return ok
	}
	all := wordsOf(bgp.Family{AFI: bgp.AFIIPv4}) // those of no family
	for _, f := range bgp.Families() {
		words := wordsOf(f)[len(all)-len(strings.Fields(nlriWords[0].words)):]
		if len(words) == 0 {
			t.Errorf("%v has no words", f)
		}
		for _, w := range words {
			if !takes(f, w) && !slices.ContainsFunc(words, func(first string) bool { return takes(f, first, w) }) {
				t.Errorf("%v does not know %q", f, w)
			}
		}
	}
}
