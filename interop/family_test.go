package interop_test

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// familyCase is a route that Herald announces to a daemon, which shows it and reflects
// it to another Herald.
type familyCase struct {
	family, name string
	command      string            // behind "announce "
	update       string            // of the other's event, without what a reflector adds
	shown        map[string]string // by daemon; empty where its tools do not show the family
}

// TestFamilies: a route of each family and type that a daemon supports is shown by it as
// it was meant, and comes back with nothing changed (RFC 4456 §8: but for ORIGINATOR_ID and
// CLUSTER_LIST).
func TestFamilies(t *testing.T) {
	each(t, "families", func(d driver) {
		t := d.T
		for _, tt := range familyCases() {
			want, ok := tt.shown[d.name]
			if !ok {
				continue
			}
			t.Run(strings.TrimSpace(tt.family+" "+tt.name), func(t *testing.T) {
				t.Parallel()
				tt.run(t, d, want)
			})
		}
	})
}

func (c familyCase) run(t *testing.T, d driver, want string) {
	t.Helper()
	port := freePort(t)
	p := d.start(t, setup{port: port, family: c.family})
	from := heraldInside(t, port, "127.0.0.1", c.family+";")
	to := heraldInside(t, port, "127.0.0.3", c.family+";")
	from.tell("announce " + c.command)
	c.reflected(t, to)
	for line := range strings.SplitSeq(strings.TrimSpace(want), "\n") {
		until(t, p, c.family, func(shown string) bool { return strings.Contains(steady(shown), strings.TrimSpace(line)) })
	}
	if strings.HasSuffix(c.family, "mpls-vpn") && !d.can("withdraw-vpn") {
		return
	}
	from.tell("withdraw " + c.command)
	to.hear(`"withdraw": { "` + c.family + `": [ `)
}

// reflected waits for an event with the update.
func (c familyCase) reflected(t *testing.T, to *speaker) {
	t.Helper()
	var want map[string]any
	if err := json.Unmarshal([]byte(c.update), &want); err != nil {
		t.Fatal(err)
	}
	attributes, _ := want["attribute"].(map[string]any)
	if attributes == nil {
		attributes = map[string]any{}
	}
	if attributes["originator-id"] == nil {
		attributes["originator-id"] = "127.0.0.1"
	}
	attributes["cluster-list"] = []any{"127.0.0.2"}
	line := to.hear(`"update": {`, `"announce": {`)
	var e struct {
		Neighbor struct {
			Message struct{ Update map[string]any }
		}
	}
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	if !reflect.DeepEqual(e.Neighbor.Message.Update, want) {
		t.Errorf("reflected: got %s, want\n%s", line, c.update)
	}
}

// steady returns what a daemon shows without times and layout.
func steady(shown string) string {
	for _, changes := range []struct{ what, to string }{
		{`"lastUpdate":\{.*?\},`, ""},
		{`[ \t]+`, " "},
		{` \d\d:\d\d:\d\d(\.\d+)? `, " TIME "},
		{` \(via [^)]*\)`, ""}, // OpenBGPD: as this machine has routes
	} {
		shown = regexp.MustCompile(changes.what).ReplaceAllString(shown, changes.to)
	}
	return shown
}
