package conf

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// TestFamilyPages reads the examples of docs/families: configurations, where "…"
// stands for the settings of a neighbor, and commands, one a line.
func TestFamilyPages(t *testing.T) {
	pages, err := filepath.Glob("../../../docs/families/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	for _, page := range pages {
		t.Run(filepath.Base(page), func(t *testing.T) {
			configurations := 0
			for i, block := range strings.Split(read(t, page), "```\n") {
				switch {
				case i%2 == 0: // not an example
				case strings.HasPrefix(block, "neighbor"):
					configurations++
					cfg := load(t, strings.ReplaceAll(block, "…", must))
					if len(cfg.Warnings) > 0 || cfg.Neighbors[0].Routes.Len() == 0 {
						t.Errorf("%v, %d routes", cfg.Warnings, cfg.Neighbors[0].Routes.Len())
					}
					roundTrip(t, cfg)
				default:
					for line := range strings.Lines(block) {
						command(t, strings.TrimSpace(line))
					}
				}
			}
			if configurations == 0 {
				t.Error("no example of a configuration")
			}
		})
	}
}

// command reads a command of routes.
func command(t *testing.T, text string) {
	t.Helper()
	var c lex.Cursor
	c.Reset(text)
	use := route.Announce
	if c.Word() == "withdraw" {
		use = route.Withdraw
	}
	n := 0
	p := route.Parser{}
	if err := p.Statement(&c, use, func(rib.Route) { n++ }); err != nil || n == 0 {
		t.Errorf("%s: %d routes, %v", text, n, err)
	}
}
