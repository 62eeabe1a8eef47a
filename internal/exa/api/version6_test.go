package api

import "testing"

// TestTranslator gives commands of API version 4 and what they are in version 6.
func TestTranslator(t *testing.T) {
	tr := NewTranslator()
	for _, tt := range []struct{ in, want string }{
		{"announce route 10.0.0.0/24 next-hop self", "peer * announce route 10.0.0.0/24 next-hop self"},
		{"announce  route\t10.0.0.0/24  next-hop self", "peer * announce route\t10.0.0.0/24  next-hop self"},
		{"announce flow route { match { source 10.0.0.0/24; } then { discard; } }", "peer * announce flow route { match { source 10.0.0.0/24; } then { discard; } }"},
		{"announce something else", "peer * announce something else"},
		{"withdraw watchdog", "peer * withdraw watchdog"},
		{"announce", "announce"},
		{"neighbor 10.0.0.1 announce route 10.0.0.0/24 next-hop self", "peer 10.0.0.1 announce route 10.0.0.0/24 next-hop self"},
		{"neighbor 10.0.0.1 local-as 1 peer-as 2  teardown 4", "peer 10.0.0.1 local-as 1 peer-as 2 teardown 4"},
		{"neighbor 10.0.0.1, neighbor 10.0.0.2 router-id 1.2.3.4 announce eor", "peer [10.0.0.1, 10.0.0.2 router-id 1.2.3.4] announce eor"},
		{"neighbor 10.0.0.1 , 10.0.0.2 announce eor", "peer [10.0.0.1, 10.0.0.2] announce eor"},
		{"neighbor [10.0.0.1, 10.0.0.2 peer-as 1] announce eor", "peer [10.0.0.1, 10.0.0.2 peer-as 1] announce eor"},
		{"neighbor * announce eor", "peer * announce eor"},
		{"neighbor * peer-as 65001 announce eor", "peer [* peer-as 65001] announce eor"},
		{"neighbor 10.0.0.1 flush adj-rib out", "peer 10.0.0.1 rib flush out"},
		{"neighbor 10.0.0.1 clear adj-rib in json", "peer 10.0.0.1 rib clear in json"},
		{"neighbor 10.0.0.1 show summary", "peer 10.0.0.1 show summary"},
		{"neighbor 10.0.0.1 nonsense", "peer 10.0.0.1 nonsense"},
		{"neighbor 10.0.0.1", "peer 10.0.0.1"},
		{"neighbor [10.0.0.1", "neighbor [10.0.0.1"},
		{"neighbor localhost announce eor", "neighbor localhost announce eor"},
		{"neighbor", "neighbor"},
		{"teardown 4", "peer * teardown 4"},
		{"show neighbor", "peer show"},
		{"show neighbor 10.0.0.1 summary json", "peer show 10.0.0.1 summary json"},
		{"show adj-rib out extensive", "rib show out extensive"},
		{"show adj-rib", "show adj-rib"},
		{"create neighbor 10.0.0.1 local-as 1", "peer create 10.0.0.1 local-as 1"},
		{"delete neighbor 10.0.0.1", "peer delete 10.0.0.1"},
		{"flush adj-rib out", "rib flush out"},
		{"silence-ack", "session ack silence"},
		{"ping 1 2", "session ping 1 2"},
		{"version", "system version"},
		{"version6", "version6"},
		{"api version 6", "system api version 6"},
		{"shutdown", "daemon shutdown"},
		{"# shutdown", "# shutdown"},
		{"peer * announce route 10.0.0.0/24 next-hop self", "peer * announce route 10.0.0.0/24 next-hop self"},
		{"daemon shutdown", "daemon shutdown"},
		{"group start", "group start"},
		{"nonsense \\u12 'open", "nonsense \\u12 'open"},
		{"", ""},
	} {
		got := tr.Command(tt.in)
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
		if again := tr.Command(got); again != got {
			t.Errorf("%q again: %q", got, again)
		}
	}
}
