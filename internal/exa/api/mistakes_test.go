package api

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/rib"
)

// TestNoMatch: every command that takes a selector is refused for one that matches no
// neighbor, does nothing, and the reason names each neighbor and what it lacks.
func TestNoMatch(t *testing.T) {
	const why = "log: no peer matches 127.0.0.3 peer-as 9; of those that 'p1' may address, " +
		"127.0.0.2 has another address, 127.0.0.3 has peer-as 65534"
	for i := range commandTable {
		r := &commandTable[i]
		if r.after == "" || r.empty {
			continue
		}
		for _, d := range []bgp.Dialect{bgp.Dialect42, bgp.Dialect5, bgp.Dialect4, bgp.Dialect6} {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, d)
				for _, selector := range []string{"neighbor 127.0.0.3 peer-as 9 ", "peer 127.0.0.3 peer-as 9 "} {
					got := b.do(selector + r.after + " " + r.args)
					if did := b.d.take(); did != why {
						t.Errorf("%v %s%s: did %q", d, selector, r.after, did)
					}
					if !strings.HasSuffix(got, failed) {
						t.Errorf("%v %s%s: answered %q", d, selector, r.after, got)
					}
				}
			})
		}
	}
}

// TestWhyNoMatch: what is said of neighbors that a selector does not match.
func TestWhyNoMatch(t *testing.T) {
	for _, tt := range []struct{ selector, want string }{
		{"peer 127.0.0.9", "127.0.0.2 has another address, 127.0.0.3 has another address"},
		{"peer [127.0.0.2 local-as 7, 127.0.0.2 local-ip 1.1.1.1]", "127.0.0.2 has local-as 65533, 127.0.0.3 has another address"},
		{"peer [127.0.0.2 local-as 65533 peer-as 1, 127.0.0.2 local-as 1]", "127.0.0.2 has peer-as 65533, 127.0.0.3 has another address"},
		{"peer [127.0.0.2 foo]", "127.0.0.2 has no 'foo' in its name, 127.0.0.3 has another address"},
		{"peer []", "127.0.0.2 is not named, 127.0.0.3 is not named"},
		{"neighbor 127.0.0.3 router-id 9.9.9.9", "127.0.0.2 has another address, 127.0.0.3 has router-id 1.2.3.5"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, bgp.Dialect5)
			b.do(tt.selector + " announce eor")
			_, got, _ := strings.Cut(b.d.take(), "may address, ")
			if got != tt.want {
				t.Errorf("%s: %q, want %q", tt.selector, got, tt.want)
			}
		})
	}
}

// TestForeignMatch: a neighbor that the selector matches and that belongs to another
// process is named.
func TestForeignMatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, bgp.Dialect6)
		b.d.peers = &Peers{List: b.d.all.List[:1], All: rib.Peers(2)}
		const want = "error: no peer matches 127.0.0.3; of those that 'p1' may address, 127.0.0.2 has another address; " +
			"127.0.0.3 matches, but no api block of it lists the process\nerror\n"
		if got := b.do("peer 127.0.0.3 teardown 4"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestMistypedCommands: of every command, each word that lacks its last letter is named
// with the one that is meant, unless it is a word of its own.
func TestMistypedCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, bgp.Dialect5)
		b.hub.settings.Explain = true
		for i := range commandTable {
			r := &commandTable[i]
			for prefix, words := range map[string]string{"": r.v4, " ": r.v6, "neighbor * ": r.after, "peer * ": r.after} {
				list := strings.Fields(words)
				for n, w := range list {
					if w == "in" || w == "neighbor" || w == "peer" {
						continue // "i" could be anything; "neighbo 127.0.0.2 …" is no command
					}
					bad := w[:len(w)-1]
					line := strings.TrimSpace(prefix + strings.Join(list[:n], " ") + " " + bad)
					got := b.do(line)
					if w == "attributes" || w == "ipv6" { // "attribute" is a word, and "ipv" nearer to another
						continue
					}
					if !strings.Contains(got, "unknown word '"+bad+"'") || !strings.Contains(got, "did you mean '"+w+"'?") {
						t.Errorf("%s: %q", line, got)
					}
				}
			}
		}
	})
}

// suggests reports whether an answer says that a word is meant, or the only one.
func suggests(answer, word string) bool {
	return strings.Contains(answer, "did you mean '"+word+"'?") || strings.Contains(answer, "expected '"+word+"'\n")
}

// TestMistypedArguments: the same for the words of arguments.
func TestMistypedArguments(t *testing.T) {
	for _, tt := range []struct{ line, word, meant string }{
		{"announce route 10.0.0.0/24 nexthop 1.1.1.1", "nexthop", "next-hop"},
		{"withdraw route 10.0.0.0/24 comunity 1:1", "comunity", "community"},
		{"announce attributes med 5 nlrii 10.0.0.0/24", "nlrii", "nlri"},
		{"withdraw attributes mde 5 nlri 10.0.0.0/24", "mde", "med"},
		{"announce ipv4 unicas 10.0.0.0/24 next-hop 1.1.1.1", "unicas", "unicast"},
		{"announce ipv4 unicast 10.0.0.0/24 path-informatio 1", "path-informatio", "path-information"},
		{"announce ipv6 mpls-vpn 2001:db8::/32 labell 5", "labell", "label"},
		{"announce ipv4 mup mup-isdd 10.0.0.0/24", "mup-isdd", "mup-isd"},
		{"announce ipv4 mcast-vpn sharedjoin", "sharedjoin", "shared-join"},
		{"announce ipv4 sr-policy distinguishe 1", "distinguishe", "distinguisher"},
		{"withdraw ipv6 mpls-vpnn 2001:db8::/32", "mpls-vpnn", "mpls-vpn"},
		{"announce flow rout { }", "rout", "route"},
		{"announce flow route { match { sourc 10.0.0.0/24; } }", "sourc", "source"},
		{"announce flow route { match { source 10.0.0.0/24; } then { discrad; } }", "discrad", "discard"},
		{"announce vpls rd 1:1 ofset 1", "ofset", "offset"},
		{"announce l2vpn evpnn", "evpnn", "evpn"},
		{"announce l2vpn evpn mac-ipp", "mac-ipp", "mac-ip"},
		{"announce bgp-ls bgp-ls nodee", "nodee", "node"},
		{"withdraw bgp-ls bgp-lss node", "bgp-lss", "bgp-ls"},
		{"announce eor ipv5 unicast", "ipv5", "ipv4"},
		{"announce eor ipv4 unicas", "unicas", "unicast"},
		{"announce route-refresh ip6 unicast", "ip6", "ipv6"},
		{"announce operational asm afii ipv4", "afii", "afi"},
		{"announce operational rpcq afi ipv4 safi unicast sequenc 5", "sequenc", "sequence"},
		{"show neighbor summar", "summar", "summary"},
		{"show adj-rib out extensiv", "extensiv", "extensive"},
		{"show adj-rib in extensiv json", "extensiv", "extensive"},
		{"flush adj-rib out neigbor 127.0.0.2", "neigbor", "neighbor"},
		{"clear adj-rib in pear 127.0.0.2", "pear", "peer"},
		{"neighbor 127.0.0.2 peer-ass 5 announce eor", "peer-ass", "peer-as"},
		{"create neighbor 1.1.1.1 local-addr 1.1.1.1", "local-addr", "local-address"},
		{"peer * routes lst", "", "list"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, bgp.Dialect5)
			b.hub.settings.Explain = true
			got := b.do(tt.line)
			if !strings.Contains(got, tt.word) || !suggests(got, tt.meant) || !strings.HasSuffix(got, failed) {
				t.Errorf("%s: %q", tt.line, got)
			}
		})
	}
}

// TestLongMistake: the log shows the beginning of a word that is as long as a line may be.
func TestLongMistake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, bgp.Dialect5)
		if got := b.do(strings.Repeat("x", 1<<19)); got != failed {
			t.Errorf("answered %q", got)
		}
		if did := b.d.take(); len(did) > 2*loggedCommand || !strings.HasPrefix(did, "log: unknown word 'xxx") {
			t.Errorf("%d octets logged, %.40q", len(did), did)
		}
	})
}

// TestWarnings: what is taken although some of it has no effect is said in the log.
func TestWarnings(t *testing.T) {
	for command, want := range map[string]string{
		"announce flow route { match { source-port =17 =19; } then { discard; } }": "'=19' is ignored",
		"announce flow route destination 10.0.0.0/24 rate-limit 100":               "a rate-limit below 9600",
		"announce flow route destination 10.0.0.0/24 rate-limit 9600":              "",
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, bgp.Dialect5)
			b.do(command)
			said, _, _ := strings.Cut(b.d.take(), "\n")
			if found := strings.Contains(said, want); !found || want == "" && strings.HasPrefix(said, "log:") {
				t.Errorf("%s: %q, want %q", command, said, want)
			}
		})
	}
}
