package route

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

// concerns reports whether a command announces or withdraws routes, or gives a group
// its attributes.
func concerns(command string) bool {
	parts := strings.Split(command, ";")
	w := strings.Fields(parts[len(parts)-1])
	switch {
	case len(w) > 1 && w[0] == "attributes":
		return true
	case len(w) < 3 || w[0] != "announce" && w[0] != "withdraw":
		return false
	}
	return slices.Contains([]string{"route", "attribute", "attributes", "ipv4", "ipv6", "vpls", "flow"}, w[1])
}

// sessions are the files whose session has more than the usual.
var sessions = map[string]func(n *bgp.Negotiated){
	"conf-addpath":          addPath,
	"conf-path-information": addPath,
	"api-attributes-path":   addPath,
	"api-open":              addPath,
	"conf-no-asn4":          func(n *bgp.Negotiated) { n.ASN4 = false },
	"extended-nexthop":      func(n *bgp.Negotiated) { n.V6NextHopV4 = []bgp.Family{bgp.IPv6Unicast} },
	"conf-llnh-update": func(n *bgp.Negotiated) {
		n.LinkLocal, n.LinkLocalAddr = true, netip.MustParseAddr("fe80::1")
	},
}

func addPath(n *bgp.Negotiated) { n.AddPathSend = bgp.Families() }

// session makes the session of a test file of the JSON beside its messages.
func session(t *testing.T, name, text string) *bgp.Negotiated {
	t.Helper()
	var event struct {
		Neighbor struct {
			Address struct{ Local string }
			ASN     struct{ Local, Peer uint32 }
			ID      string `json:"router-id"`
		}
	}
	n := ibgp()
	for line := range strings.Lines(text) {
		_, body, ok := strings.Cut(line, ":json:")
		if !ok {
			continue
		}
		if err := json.Unmarshal([]byte(body), &event); err != nil {
			t.Fatal(err)
		}
		n.LocalAS, n.PeerAS = event.Neighbor.ASN.Local, event.Neighbor.ASN.Peer
		n.Self.Local = netip.MustParseAddr(event.Neighbor.Address.Local)
		n.Self.RouterID = netip.MustParseAddr(event.Neighbor.ID)
		break
	}
	if more := sessions[name]; more != nil {
		more(n)
	}
	return n
}

// Every command of ExaBGP's functional tests gives the message that follows it.
func TestCompat(t *testing.T) {
	shared := cmp.Or(os.Getenv("HERALD_SHARED"), "../../../../shared")
	total := 0
	for _, dir := range []string{"encoding", "api"} {
		files, _ := filepath.Glob(filepath.Join(shared, "compat", dir, "*.ci"))
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".ci")
			t.Run(name, func(t *testing.T) { total += compat(t, name, file) })
		}
	}
	if total == 0 {
		t.Skipf("NOT RUN: no command in %s/compat; HERALD_SHARED names another place", shared)
	}
	t.Logf("%d commands", total)
}

func compat(t *testing.T, name, file string) (total int) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	n := session(t, name, string(text))
	command := ""
	for line := range strings.Lines(string(text)) {
		_, line, _ = strings.Cut(strings.TrimSpace(line), ":")
		kind, body, _ := strings.Cut(line, ":")
		switch {
		case kind == "cmd":
			command = strings.TrimPrefix(body, "neighbor * ")
		case kind == "raw" && command != "" && concerns(command):
			want := strings.ToLower(strings.ReplaceAll(body, ":", ""))[32:]
			got, err := encode(n, command)
			if err != nil || len(got) != 1 || got[0] != want {
				t.Errorf("%s: %v\n got %s\nwant %s", command, err, got, want)
			}
			total++
			command = ""
		}
	}
	return total
}
