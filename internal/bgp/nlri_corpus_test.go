package bgp

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// corpusRecord is a message, or what other programs make of one.
type corpusRecord struct {
	ID    string
	N     *int
	Hex   string
	AS4   *bool
	Built struct{ Update string }

	GoBGP struct {
		OK      bool
		Ann, Wd map[string][]any
	}
	ExaBGP struct {
		Message struct {
			Update struct {
				Announce map[string]map[string][]any
				Withdraw map[string][]any
			}
		}
	}
}

func (r *corpusRecord) key() string {
	if r.N != nil {
		return "message " + string(appendUint(nil, "", *r.N))
	}
	return r.ID
}

// corpusLines gives the records of a file of JSON lines, which may be compressed.
func corpusLines(t *testing.T, name string, yield func(r *corpusRecord)) {
	t.Helper()
	bgptest.Lines(t, name, func(line []byte) {
		var r corpusRecord
		if json.Unmarshal(line, &r) == nil {
			yield(&r)
		}
	})
}

// corpusFiles gives each file of messages with that of the expected results.
func corpusFiles(t *testing.T) map[string]string {
	t.Helper()
	root := bgptest.Shared(t, "corpus")
	files := map[string]string{}
	for _, base := range []string{root, filepath.Join(root, "more")} {
		hex, _ := filepath.Glob(filepath.Join(base, "hex", "*.jsonl"))
		for _, f := range hex {
			files[f] = filepath.Join(base, "expected", "hex", strings.TrimSuffix(filepath.Base(f), ".jsonl")+".verdicts.jsonl")
		}
		captures, _ := filepath.Glob(filepath.Join(base, "pcap", "*", "*.msgs.jsonl"))
		for _, f := range captures {
			rel, _ := filepath.Rel(base, f)
			files[f] = filepath.Join(base, "expected", strings.TrimSuffix(rel, ".msgs.jsonl")+".decoded.jsonl")
		}
	}
	for f, expected := range files {
		if _, err := os.Stat(expected); err != nil {
			if _, err := os.Stat(expected + ".gz"); err != nil {
				delete(files, f)
				continue
			}
			files[f] = expected + ".gz"
		}
	}
	return files
}

// counts counts the routes of families that GoBGP sees, by direction and family, and
// says whether ExaBGP sees as many. GoBGP does not know MCAST-VPN, and ExaBGP knows no
// RTC routes but whole ones: then the other is right.
func (r *corpusRecord) counts(families []Family) (counts map[string]int, agree bool) {
	counts = map[string]int{}
	exabgp := map[string]int{}
	for _, f := range families {
		name, key := f.String(), fmt.Sprintf("%d/%d", f.AFI, f.SAFI)
		counts["announce "+name] = len(r.GoBGP.Ann[key])
		counts["withdraw "+name] = len(r.GoBGP.Wd[key])
		for _, routes := range r.ExaBGP.Message.Update.Announce[name] {
			exabgp["announce "+name] += len(routes)
		}
		exabgp["withdraw "+name] = len(r.ExaBGP.Message.Update.Withdraw[name])
	}
	none := func(_ string, n int) bool { return n == 0 }
	maps.DeleteFunc(counts, none)
	maps.DeleteFunc(exabgp, none)
	switch {
	case len(exabgp) > 0 && families[0].SAFI == SAFIMVPN:
		return exabgp, true
	case len(exabgp) == 0 && families[0].SAFI == SAFIRTC:
		return counts, r.GoBGP.OK
	}
	return counts, r.GoBGP.OK && maps.Equal(counts, exabgp)
}

// testCorpusRoutes decodes the routes of families in the corpus: there are as many as
// GoBGP and ExaBGP find where these agree, and they read as in ExaBGP. At least few
// messages have some; those that excused says something about are not compared.
func testCorpusRoutes(t *testing.T, families []Family, few int, excused func(r *corpusRecord, u *Update) bool) {
	t.Helper()
	agreed, disputed := 0, 0
	for file, expected := range corpusFiles(t) {
		verdicts := map[string]*corpusRecord{}
		corpusLines(t, expected, func(r *corpusRecord) { verdicts[r.key()] = r })
		corpusLines(t, file, func(r *corpusRecord) {
			u, v := r.update(), verdicts[r.key()]
			if u == nil || v == nil {
				return
			}
			counts, routes := u.routesOf(t, families)
			switch want, agree := v.counts(families); {
			case len(want) == 0 && len(counts) == 0:
			case !agree, excused(v, u):
				t.Logf("%s, %s: %v, lost: %v; GoBGP %v, agreed: %v", filepath.Base(file), r.key(), counts, u.Lost, want, agree)
				disputed++
			case !maps.Equal(counts, want):
				t.Errorf("%s, %s: %v, want %v", file, r.key(), counts, want)
			default:
				agreed++
				sameRoutes(t, routes, &v.ExaBGP.Message.Update)
			}
		})
	}
	t.Logf("%d messages agree; of %d the number of routes is disputed", agreed, disputed)
	if agreed < few {
		t.Error("only a few")
	}
}

// incomplete excuses messages that lack attributes: RFC 7606 §3d makes withdraws of them.
func incomplete(_ *corpusRecord, u *Update) bool {
	return u.Fault != nil && u.Fault.Action == ActionWithdraw
}

// update parses the record; nil when it is no UPDATE that can be read.
func (r *corpusRecord) update() *Update {
	if r.Built.Update != "" {
		r.Hex = r.Built.Update
	}
	raw, err := bgptest.ParseHex(r.Hex)
	if err != nil || len(raw) <= HeaderLen || MessageType(raw[HeaderLen-1]) != TypeUpdate {
		return nil
	}
	n := external()
	n.Families, n.ASN4 = Families(), r.AS4 == nil || *r.AS4
	var u Update
	if ParseUpdate(&u, raw[HeaderLen:], n) != nil {
		return nil
	}
	return &u
}

// routesOf counts the routes of families and gives their JSON, by direction and family.
func (u *Update) routesOf(t *testing.T, families []Family) (counts map[string]int, routes map[string][]any) {
	t.Helper()
	counts, routes = map[string]int{}, map[string][]any{}
	for name, sections := range map[string][]Section{"announce ": u.Reach, "withdraw ": u.Unreach} {
		for _, s := range sections {
			if !slices.Contains(families, s.Family) {
				continue
			}
			key := name + s.Family.String()
			for _, nlri, ok := s.Next(); ok; _, nlri, ok = s.Next() {
				counts[key]++
				var js any
				if err := json.Unmarshal(AppendNLRIJSON(nil, s.Family, nlri, &Face{Dialect: Dialect6}), &js); err != nil {
					t.Error(err)
				}
				routes[key] = append(routes[key], js)
			}
		}
	}
	return counts, routes
}

// sameRoutes compares routes with those that ExaBGP shows, if it does.
func sameRoutes(t *testing.T, routes map[string][]any, u *struct {
	Announce map[string]map[string][]any
	Withdraw map[string][]any
},
) {
	t.Helper()
	if len(u.Announce)+len(u.Withdraw) == 0 {
		return
	}
	for key, got := range routes {
		direction, family, _ := strings.Cut(key, " ")
		want := u.Withdraw[family]
		if direction == "announce" {
			want = nil
			for _, list := range u.Announce[family] {
				want = append(want, list...)
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", key, got, want)
		}
	}
}
