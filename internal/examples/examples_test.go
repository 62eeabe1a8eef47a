package examples_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/exa/conf"
	"github.com/herald-bgp/herald/internal/exa/encode"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

var update = flag.Bool("update", false, "write the pages, and octets and JSON to examples that have none")

// must is what the neighbor of the examples has to say.
const must = "router-id 198.51.100.7; local-address 192.0.2.9; local-as 64500; peer-as 64500;"

// TestExamples: the configuration and the command of an example give its octets, and
// the octets its JSON and a command that gives them again.
func TestExamples(t *testing.T) {
	for _, p := range readTable(t) {
		t.Run(p.name, func(t *testing.T) {
			for _, part := range p.parts {
				if part.example != nil {
					t.Run(part.example.title, part.example.test)
				}
			}
			if *update {
				if err := os.WriteFile("testdata/"+p.name+".txt", []byte(p.format()), 0o644); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func (e *example) test(t *testing.T) {
	n := load(t, e.configuration)
	message, err := runCommand(n.Session.Mirrored(), e.command)
	if err != nil {
		t.Fatal(err)
	}
	if *update && e.octets == "" {
		e.octets = annotate(message[bgp.HeaderLen:])
	}
	if want := bgptest.Message(byte(bgp.TypeUpdate), bgptest.Hex(e.octets)); !bytes.Equal(message, want) {
		t.Errorf("the command gives\n%X\nwant\n%X", message, want)
	}
	if e.configuration != "" {
		if m := configured(t, n); !bytes.Equal(m, message) {
			t.Errorf("the configuration gives\n%X\nthe command\n%X", m, message)
		}
		if m := configured(t, written(t, n)); !bytes.Equal(m, message) {
			t.Errorf("written as configuration it gives\n%X\nthe command\n%X", m, message)
		}
	}
	e.rewritten(t, n.Session.Mirrored(), message)
	got := decode(t, n, message)
	if *update && e.json == "" {
		e.json = wrap(got)
	}
	if diff := cmp.Diff(compact(e.json), compact(got)); diff != "" {
		t.Errorf("JSON (-want +got)\n%s", diff)
	}
}

// rewritten checks that the words which decode -m writes of a message make its octets.
func (e *example) rewritten(t *testing.T, n *bgp.Negotiated, message []byte) {
	t.Helper()
	if strings.Contains(e.command, " attribute [") {
		return // who passes on what it does not know sets the Partial flag (RFC 4271 §5)
	}
	var u bgp.Update
	if err := bgp.ParseUpdate(&u, message[bgp.HeaderLen:], n); err != nil {
		t.Fatal(err)
	}
	var w route.UpdateWriter
	words, ok := w.Append(nil, &u)
	if !ok {
		t.Errorf("there is no command for\n%X", message)
		return
	}
	again, err := runCommand(n, string(words))
	if err != nil || !bytes.Equal(again, message) {
		t.Errorf("%s gives\n%X, %v, want\n%X", words, again, err, message)
	}
	if strings.Contains(string(words), " attribute [") {
		t.Errorf("%q is written %q", e.command, words)
	}
}

// load loads the configuration of an example; without one, that of a neighbor that
// takes all families.
func load(t *testing.T, body string) *config.Neighbor {
	t.Helper()
	n := read(t, neighbor(must, body))
	if body == "" {
		n.Session.Families = bgp.Families()
	}
	return n
}

// read reads a configuration with one neighbor.
func read(t *testing.T, text string) *config.Neighbor {
	t.Helper()
	cfg, err := conf.Load("example.conf", text, conf.Options{})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if len(cfg.Warnings) > 0 {
		t.Errorf("%v in\n%s", cfg.Warnings, text)
	}
	return cfg.Neighbors[0]
}

// written writes a neighbor as a configuration, and reads it again.
func written(t *testing.T, n *config.Neighbor) *config.Neighbor {
	t.Helper()
	text, err := conf.AppendNeighborRoutes(nil, n)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, string(text))
}

// neighbor writes the section of the neighbor.
func neighbor(must, body string) string {
	return "neighbor 192.0.2.1 {\n\t" + must + "\n" + indent(body) + "}\n"
}

func indent(body string) string {
	var b strings.Builder
	for line := range strings.Lines(body) {
		b.WriteString("\t" + line)
	}
	return b.String()
}

// configured gives the message of the only route of a neighbor.
func configured(t *testing.T, n *config.Neighbor) []byte {
	t.Helper()
	var message []byte
	for r := range n.Routes.All() {
		if message != nil {
			t.Fatal("there is more than one route")
		}
		var err error
		if message, err = pack(n.Session.Mirrored(), route.Announce, &r); err != nil {
			t.Fatal(err)
		}
	}
	return message
}

// runCommand gives the message of the only route of a command.
func runCommand(n *bgp.Negotiated, text string) (message []byte, err error) {
	var c lex.Cursor
	c.Reset(strings.TrimSpace(text))
	use := route.Announce
	if c.Word() == "withdraw" {
		use = route.Withdraw
	}
	var p route.Parser
	var wrong error
	err = p.Statement(&c, use, func(r rib.Route) {
		if message != nil {
			wrong = fmt.Errorf("there is more than one route")
			return
		}
		message, wrong = pack(n, use, &r)
	})
	if err == nil {
		err = wrong
	}
	return message, err
}

func pack(n *bgp.Negotiated, use route.Use, r *rib.Route) ([]byte, error) {
	if !n.Has(r.Family) {
		return nil, fmt.Errorf("the session has no routes of %s", r.Family)
	}
	var p bgp.Packer
	n.WithdrawLast = true // of the default dialect
	p.Reset(n, false)
	if use == route.Withdraw {
		p.Withdraw(r.Family, r.Attrs, r.NextHop, 1)
	} else if err := p.Announce(r.Family, r.Attrs, r.NextHop, 1); err != nil {
		return nil, err
	}
	if err := p.Add(r.NLRI); err != nil {
		return nil, err
	}
	p.End()
	return p.Octets(), nil
}

// decode gives the JSON of a message.
func decode(t *testing.T, n *config.Neighbor, message []byte) string {
	t.Helper()
	session := n.Session.Mirrored()
	var u bgp.Update
	if err := bgp.ParseUpdate(&u, message[bgp.HeaderLen:], session); err != nil {
		t.Fatal(err)
	}
	e := encode.Encoder{Format: encode.Format{Dialect: bgp.Dialect5, JSON: true}}
	m := event.Message{Type: bgp.TypeUpdate, Raw: message, Update: &u}
	p := event.Peer{Local: n.Session.Local, Remote: n.Session.Peer.Addr(), LocalAS: n.Session.LocalAS, PeerAS: n.Session.PeerAS}
	line := e.AppendMessage([]byte("{"), &p, event.Receive, &m, session)
	var parsed struct {
		Neighbor struct {
			Message struct{ Update json.RawMessage }
		}
	}
	if err := json.Unmarshal(line, &parsed); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return string(parsed.Neighbor.Message.Update)
}

// compact leaves out blanks; what is not JSON stays as it is.
func compact(text string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil {
		return text
	}
	return b.String()
}
