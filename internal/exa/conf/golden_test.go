package conf

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/rib"
)

// goldenFiles are the configurations whose UPDATEs TestGolden compares: those of
// families with words of their own, and of structured attributes.
var goldenFiles = []string{
	"conf-flow", "conf-flow-redirect", "api-flow-merge",
	"conf-l2vpn", "conf-mvpn", "conf-srv6-mup", "conf-srv6-mup-v3", "conf-prefix-sid", "conf-prefix-sid-srv6",
	"conf-sr-policy", "conf-sr-policy-all-types", "conf-sr-policy-simple", "conf-sr-policy-static",
}

// TestGolden makes the UPDATEs of configurations and compares them with those that
// ExaBGP sends, from the appendix of spec/config.md.
func TestGolden(t *testing.T) {
	want := goldenUpdates(t)
	for _, name := range goldenFiles {
		t.Run(name, func(t *testing.T) {
			if len(want[name]) == 0 {
				t.Fatal("no vectors")
			}
			file := bgptest.Shared(t, "compat", "etc", name+".conf")
			cfg, err := Load(filepath.Base(file), read(t, file), Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := updates(t, cfg.Neighbors[0])
			slices.Sort(got) // ExaBGP's order is that of its sections
			slices.Sort(want[name])
			if d := cmp.Diff(want[name], got); d != "" {
				t.Error(d)
			}
		})
	}
}

// goldenUpdates reads the bodies of UPDATEs by the names of files.
func goldenUpdates(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(bgptest.Shared(t, "spec", "config.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text2, _ := strings.Cut(string(text), "# Appendix A")
	all, name := map[string][]string{}, ""
	for line := range strings.Lines(text2) {
		if body, ok := strings.CutPrefix(line, " U "); ok {
			all[name] = append(all[name], strings.TrimSpace(body))
		} else if !strings.HasPrefix(line, " ") {
			name, _, _ = strings.Cut(line, " ")
		}
	}
	return all
}

// updates packs the routes of a neighbor as a RIB would: grouped by attributes in
// the order of their first appearance.
func updates(t *testing.T, n *config.Neighbor) []string {
	t.Helper()
	s := &n.Session
	session := &bgp.Negotiated{
		LocalAS: s.LocalAS, PeerAS: s.PeerAS, ASN4: true, MaxMessage: bgp.MaxMessage, Families: s.Families,
		Self: bgp.Self{Local: s.Local, RouterID: s.RouterID},
	}
	var groups [][]rib.Route
	for r := range n.Routes.All() {
		i := slices.IndexFunc(groups, func(g []rib.Route) bool {
			return g[0].Family == r.Family && g[0].Attrs == r.Attrs && g[0].NextHop == r.NextHop
		})
		if i < 0 {
			i, groups = len(groups), append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	var p bgp.Packer
	p.Reset(session, s.GroupUpdates)
	for _, g := range groups {
		if err := p.Announce(g[0].Family, g[0].Attrs, g[0].NextHop, len(g)); err != nil {
			t.Fatal(err)
		}
		for _, r := range g {
			if err := p.Add(r.NLRI); err != nil {
				t.Fatal(err)
			}
		}
		p.End()
	}
	var out []string
	for b := p.Octets(); len(b) > 0; {
		size := int(b[16])<<8 | int(b[17])
		out = append(out, hex.EncodeToString(b[bgp.HeaderLen:size]))
		b = b[size:]
	}
	return out
}
