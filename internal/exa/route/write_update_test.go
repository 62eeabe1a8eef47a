package route

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/rib"
)

// corpusUpdate is an UPDATE of the test data, and what tells how to read it.
type corpusUpdate struct {
	ID    string
	N     int
	Hex   string
	Built struct{ Update string }
	AS4   *bool
	AP    [][2]uint16
}

// session is one that takes everything.
func (c *corpusUpdate) session() *bgp.Negotiated {
	n := ibgp()
	n.ASN4, n.AIGP, n.Families = c.AS4 == nil || *c.AS4, true, bgp.Families()
	for _, f := range n.Families {
		n.NextHops = append(n.NextHops, bgp.NextHopPair{Family: f, AFI: bgp.AFIIPv6}, bgp.NextHopPair{Family: f, AFI: bgp.AFIIPv4})
	}
	for _, f := range c.AP {
		n.AddPathRecv = append(n.AddPathRecv, bgp.Family{AFI: bgp.AFI(f[0]), SAFI: bgp.SAFI(f[1])})
	}
	return n
}

// eachUpdate gives the UPDATEs of ExaBGP's functional tests and of the corpus that can
// be read.
func eachUpdate(t *testing.T, yield func(place string, u *bgp.Update)) {
	t.Helper()
	var u bgp.Update
	parse := func(place, text string, n *bgp.Negotiated) {
		b, err := bgptest.ParseHex(text)
		if err != nil || len(b) < bgp.HeaderLen || bgp.MessageType(b[bgp.HeaderLen-1]) != bgp.TypeUpdate {
			return
		}
		if err := bgp.ParseUpdate(&u, b[bgp.HeaderLen:], n); err == nil || err.ShowsWhole() {
			yield(place, &u)
		}
	}
	files, _ := filepath.Glob(filepath.Join(bgptest.Shared(t, "compat"), "*", "*.ci"))
	for _, name := range files {
		base := strings.TrimSuffix(filepath.Base(name), ".ci")
		n := (&corpusUpdate{}).session()
		if more := sessions[base]; more != nil {
			more(n)
			n.AddPathRecv = n.AddPathSend
		}
		bgptest.Lines(t, name, func(line []byte) {
			if _, text, ok := strings.Cut(string(line), ":raw:"); ok {
				parse(base, text, n)
			}
		})
	}
	root := bgptest.Shared(t, "corpus")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "expected":
			return fs.SkipDir
		case !strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".jsonl"):
			return nil
		}
		bgptest.Lines(t, path, func(line []byte) {
			var c corpusUpdate
			if json.Unmarshal(line, &c) == nil { // others describe the file
				if c.Built.Update != "" {
					c.Hex = c.Built.Update
				}
				parse(fmt.Sprint(strings.TrimPrefix(path, root), " ", c.ID, " ", c.N), c.Hex, c.session())
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// exception is a kind of octets that words do not make: they mean the same as those that
// words make.
type exception struct {
	what, rfc string
	attr      func(a *bgp.AttrView) bool
	nlri      func(f bgp.Family, b []byte) bool
	count     int
}

// exceptions is all of them.
func exceptions() []exception {
	family := func(safis ...bgp.SAFI) func(f bgp.Family, b []byte) bool {
		return func(f bgp.Family, _ []byte) bool { return slices.Contains(safis, f.SAFI) }
	}
	return []exception{
		{what: "communities out of order: words make a sorted set", rfc: "RFC 1997, RFC 4360 §2", attr: func(a *bgp.AttrView) bool {
			size := map[bgp.AttrCode]int{bgp.AttrCommunity: 4, bgp.AttrExtCommunity: 8}[a.Code]
			return size > 0 && !ascending(a.Value, size)
		}},
		{what: "large communities that repeat, or out of order", rfc: "RFC 8092 §5", attr: func(a *bgp.AttrView) bool {
			return a.Code == bgp.AttrLargeCommunity && !ascending(a.Value, 12)
		}},
		{what: "label with a traffic class or without the bit of the bottom, both ignored", rfc: "RFC 8277 §2.2", nlri: func(f bgp.Family, b []byte) bool {
			return f.SAFI == bgp.SAFIVPN && b[3]&15 != 1
		}},
		{what: "flow values longer than they need, bits of operators that are ignored", rfc: "RFC 8955 §4.2.1.1", nlri: family(bgp.SAFIFlow, bgp.SAFIFlowVPN)},
		{what: "source of no length in a MUP route, which means none", rfc: "draft-ietf-bess-mup-safi §3.1.3", nlri: func(f bgp.Family, b []byte) bool {
			return f.SAFI == bgp.SAFIMUP && b[2] == 3 && b[len(b)-1] == 0
		}},
	}
}

func ascending(v []byte, size int) bool {
	chunks := slices.Collect(slices.Chunk(v, size))
	for i := 1; i < len(chunks); i++ {
		if c := bytes.Compare(chunks[i-1], chunks[i]); c > 0 || c == 0 && size == 12 {
			return false
		}
	}
	return true
}

// TestRoundTrip turns every UPDATE of the test data into commands and these into routes:
// each NLRI and each attribute has the octets it had, but for the exceptions.
func TestRoundTrip(t *testing.T) {
	r := roundTrip{T: t, exceptions: exceptions()}
	eachUpdate(t, r.update)
	for _, e := range r.exceptions {
		if t.Logf("%d: %s (%s)", e.count, e.what, e.rfc); e.count == 0 {
			t.Errorf("%s: there are none", e.what)
		}
	}
	t.Logf("%d attributes and %d routes make the same", r.attrs, r.routes)
	if r.attrs < 80_000 || r.routes < 75_000 {
		t.Error("only a few")
	}
}

type roundTrip struct {
	*testing.T
	UpdateWriter
	place         string
	attrs, routes int // that are the same
	exceptions    []exception
}

func (r *roundTrip) update(place string, u *bgp.Update) {
	r.place = place
	r.begin(nil, u)
	for i := range u.Attrs {
		if u.Attrs[i].Code != bgp.AttrNextHop {
			r.attr(&u.Attrs[i])
		}
	}
	attrs := r.attributes()
	for i := range u.Reach {
		r.section(&u.Reach[i], Announce, append(nextHopWords(u.Reach[i].NextHop), attrs...))
	}
	for i := range u.Unreach {
		var tail []byte
		if r.withdrawAttrs() {
			tail = append(r.nextHopAttr(), attrs...)
		}
		r.section(&u.Unreach[i], Withdraw, tail)
	}
}

func (r *roundTrip) attr(a *bgp.AttrView) {
	words := string(bgp.AppendAttrWords(nil, r.family(), a))
	if r.makesAttr(words, r.family(), a) {
		r.attrs++
		return
	}
	for i := range r.exceptions {
		if e := &r.exceptions[i]; e.attr != nil && e.attr(a) {
			e.count++
			if octets := string(bgp.AppendAttrOctets(nil, a)); !r.makesAttr(octets, bgp.Family{}, a) {
				r.Errorf("%s: %s is not %x", r.place, octets, a.Value)
			}
			return
		}
	}
	r.Errorf("%s: %s: %x has no words but %q", r.place, a.Code, a.Value, words)
}

func (r *roundTrip) section(s *bgp.Section, use Use, tail []byte) {
	walk := *s
	for {
		one := walk
		pathID, nlri, ok := walk.Next()
		if !ok {
			return
		}
		one.NLRI = one.NLRI[:len(one.NLRI)-len(walk.NLRI)]
		if r.dst = r.dst[:0]; r.each(&one, use, tail) {
			r.routes++
			continue
		}
		r.exceptional(s.Family, pathID, nlri, use, tail)
	}
}

// exceptional finds the exception that an NLRI is.
func (r *roundTrip) exceptional(f bgp.Family, pathID, nlri []byte, use Use, tail []byte) {
	r.Helper()
	words := string(bgp.AppendNLRIWords(nil, f, nlri, wordsFace(pathID, use == Withdraw)))
	for i := range r.exceptions {
		e := &r.exceptions[i]
		if e.nlri == nil || !e.nlri(f, nlri) {
			continue
		}
		e.count++
		if again := r.again(f, words, pathID != nil, use, tail); !slices.Contains(again, words) {
			r.Errorf("%s: %s: %x reads %q, made anew %q", r.place, e.what, nlri, words, again)
		}
		return
	}
	r.Errorf("%s: %v %s: %x has no words but %q", r.place, use, f, nlri, words)
}

// again gives the words of the routes that words make.
func (r *roundTrip) again(f bgp.Family, words string, paths bool, use Use, tail []byte) (again []string) {
	for _, before := range routeWords(f) {
		r.cursor.Reset(before + words + string(tail))
		err := r.parser.Statement(&r.cursor, use, func(got rib.Route) {
			pathID, nlri := got.NLRI[:bgp.PathIDLen], got.NLRI[bgp.PathIDLen:]
			if !paths {
				pathID = nil
			}
			if got.Family == f {
				again = append(again, string(bgp.AppendNLRIWords(nil, f, nlri, wordsFace(pathID, use == Withdraw))))
			}
		})
		if err != nil {
			again = append(again, err.Error())
		}
	}
	return again
}
