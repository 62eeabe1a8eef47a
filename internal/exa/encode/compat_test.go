package encode

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/exa/conf"
)

// TestCompat decodes the messages of ExaBGP's functional tests and compares with
// the JSON that stands behind them.
func TestCompat(t *testing.T) {
	var count compatCount
	for _, dir := range []string{"encoding", "api"} {
		files, err := filepath.Glob(filepath.Join(bgptest.Shared(t, "compat", dir), "*.ci"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, name := range files {
			t.Run(filepath.Base(name), func(t *testing.T) { count.file(t, name) })
		}
	}
	t.Logf("%d JSON lines match", count.matched)
	if count.matched < 400 {
		t.Error("only a few")
	}
}

type compatCount struct{ matched int }

func (c *compatCount) file(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	script, err := bgptest.ParseScript(name, string(text))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(script.Lines, func(l bgptest.Line) bool { return l.Kind == bgptest.JSON }) {
		return
	}
	p, n := compatSession(t, script.Files)
	var raw []byte
	for _, l := range script.Lines {
		switch l.Kind {
		case bgptest.Raw:
			raw = l.Octets
		case bgptest.JSON, bgptest.JSONv4, bgptest.JSONv6:
			if raw == nil || bgp.MessageType(raw[18]) != bgp.TypeUpdate {
				continue
			}
			for _, d := range []bgp.Dialect{bgp.Dialect4, bgp.Dialect6} {
				if l.Kind == bgptest.JSONv4 && d != bgp.Dialect4 || l.Kind == bgptest.JSONv6 && d != bgp.Dialect6 {
					continue
				}
				c.line(t, fmt.Sprintf("%s:%d", filepath.Base(name), l.Row), l.Text, decodeLine(d, p, n, raw))
			}
		case bgptest.Cmd, bgptest.Notify, bgptest.Signal:
		}
	}
}

// compatSession is the session of the first neighbor of a test's configuration
// with a peer that is configured the same.
func compatSession(t *testing.T, files []string) (*event.Peer, *bgp.Negotiated) {
	t.Helper()
	name := bgptest.Shared(t, "compat", "etc", files[0])
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := conf.Load(name, string(text), conf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Neighbors) == 0 {
		t.Skip("NOT TESTED: no neighbor")
	}
	s := &cfg.Neighbors[0].Session
	p := &event.Peer{Local: s.Local, Remote: s.Peer.Addr(), LocalAS: s.LocalAS, PeerAS: s.PeerAS, RouterID: s.RouterID}
	return p, mirror(s)
}

func mirror(s *config.Session) *bgp.Negotiated {
	o := bgp.NewOpen(&bgp.OpenConfig{
		AS: s.LocalAS, ID: s.RouterID, HoldTime: s.HoldTime, Families: s.Families,
		ASN4: s.Capability.ASN4, ExtendedMessage: s.Capability.ExtendedMessage,
		AddPathSend: s.Capability.AddPathSend, AddPathReceive: s.Capability.AddPathReceive, AddPath: s.AddPath,
		NextHop: s.Capability.NextHop, NextHops: s.NextHops,
	})
	own := &bgp.Negotiated{AIGP: s.Capability.AIGP}
	for _, p := range s.NextHops {
		if p.Family.AFI == bgp.AFIIPv6 && p.AFI == bgp.AFIIPv4 {
			own.V6NextHopV4 = append(own.V6NextHopV4, p.Family)
		}
	}
	return bgp.Negotiate(o, o, own)
}

// decodeLine is the line of a received UPDATE, or what is wrong with it.
func decodeLine(d bgp.Dialect, p *event.Peer, n *bgp.Negotiated, raw []byte) []byte {
	m := &event.Message{Type: bgp.TypeUpdate, Raw: raw, Update: new(bgp.Update)}
	// RFC 4271 §6.3: an unknown well-known attribute ends the session, but can be shown.
	if err := bgp.ParseUpdate(m.Update, raw[bgp.HeaderLen:], n); err != nil && (err.Code != 3 || err.Subcode != 2) {
		return []byte(err.Error())
	}
	e := &Encoder{Format: Format{Dialect: d, JSON: true}, Decode: true}
	line := NewEnvelope(d, "vm", 1, 2).AppendHead(nil, time.Now(), 1)
	return e.AppendMessage(line, p, event.Receive, m, n)
}

// line compares the line made of a message with the text of a test.
func (c *compatCount) line(t *testing.T, place, text string, line []byte) {
	t.Helper()
	want, err := values([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := values(line); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %s\nwant %s", place, line, text)
		return
	}
	c.matched++
}

// values parses a line and removes what differs from run to run.
func values(line []byte) (map[string]any, error) {
	var v map[string]any
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if dec.More() {
		return nil, errors.New("more than one value")
	}
	for _, k := range []string{"exabgp", "time", "host", "pid", "ppid", "counter"} {
		delete(v, k)
	}
	return v, nil
}
