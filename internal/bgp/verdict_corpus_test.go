package bgp

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// verdictRecord is a message out of a test suite, or what others make of one: whether
// they read it, or end the session.
type verdictRecord struct {
	ID  string
	Hex string
	AS4 *bool
	AP  [][2]uint16

	GoBGP, ExaBGP struct{ OK bool }
}

// verdictsDiffer are the messages that GoBGP and ExaBGP agree on and Herald sees
// otherwise, with the reason why Herald is right.
var verdictsDiffer = map[string]string{
	"gobgp/003":     "RFC 9252 §7: a malformed SRv6 service costs the routes, not the session",
	"routecore/027": "RFC 4760 §7: routes of a family that is not negotiated are passed over",

	"opendaylight/039": "as routecore/027",
	"opendaylight/040": "as routecore/027",
	"opendaylight/041": "as routecore/027",
	"opendaylight/042": "as routecore/027",
	"opendaylight/177": "as routecore/027",
}

// TestCorpusVerdicts: where GoBGP and ExaBGP agree whether a message can be read,
// Herald does too.
func TestCorpusVerdicts(t *testing.T) {
	root := bgptest.Shared(t, "corpus")
	agreed, used := 0, map[string]bool{}
	for _, dir := range []string{"", "more"} {
		for _, kind := range []string{"hex", "malformed"} {
			files, err := filepath.Glob(filepath.Join(root, dir, kind, "tests-*.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				verdicts := map[string]*verdictRecord{}
				name := strings.TrimSuffix(filepath.Base(f), ".jsonl") + ".verdicts.jsonl"
				verdictRecords(t, filepath.Join(root, dir, "expected", kind, name), func(r *verdictRecord) { verdicts[r.ID] = r })
				verdictRecords(t, f, func(r *verdictRecord) {
					v := verdicts[r.ID]
					if v == nil || v.GoBGP.OK != v.ExaBGP.OK {
						return
					}
					err := r.read(t)
					switch {
					case verdictsDiffer[r.ID] != "":
						used[r.ID] = true
						if (err == nil) == v.GoBGP.OK {
							t.Errorf("%s is no exception", r.ID)
						}
					case (err == nil) != v.GoBGP.OK:
						t.Errorf("%s: %v, want readable: %v: %s", r.ID, err, v.GoBGP.OK, r.Hex)
					default:
						agreed++
					}
				})
			}
		}
	}
	t.Logf("%d messages", agreed)
	if agreed < 500 || len(used) != len(verdictsDiffer) {
		t.Errorf("only %d agree; exceptions: %v", agreed, used)
	}
}

func verdictRecords(t *testing.T, name string, yield func(r *verdictRecord)) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var r verdictRecord
		if json.Unmarshal([]byte(line), &r) == nil && r.ID != "" {
			yield(&r)
		}
	}
}

// read returns the error that ends a session with everything negotiated, if any.
func (r *verdictRecord) read(t *testing.T) error {
	t.Helper()
	raw, err := bgptest.ParseHex(r.Hex)
	if err != nil {
		t.Fatal(err)
	}
	kind, size, e := ParseHeader(raw, MaxExtendedMessage)
	if e != nil {
		return e
	}
	if size != len(raw) {
		return errLength
	}
	n := &Negotiated{LocalAS: 1, PeerAS: 1, Families: Families(), ASN4: r.AS4 == nil || *r.AS4, AIGP: true}
	for _, f := range n.Families {
		n.NextHops = append(n.NextHops, NextHopPair{f, AFIIPv4}, NextHopPair{f, AFIIPv6})
	}
	for _, f := range r.AP {
		n.AddPathRecv = append(n.AddPathRecv, Family{AFI(f[0]), SAFI(f[1])})
	}
	switch body := raw[HeaderLen:]; kind {
	case TypeOpen:
		_, e = ParseOpen(body)
	case TypeUpdate:
		var u Update
		e = ParseUpdate(&u, body, n)
	case TypeRouteRefresh:
		_, e = ParseRouteRefresh(body, n)
	case TypeOperational:
		_, e = ParseOperational(body)
	case TypeNotification, TypeKeepalive:
	default:
		e = UnknownType(kind, Dialect6)
	}
	if e != nil {
		return e
	}
	return nil
}
