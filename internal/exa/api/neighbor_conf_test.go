package api

import (
	"net/netip"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/conf"
)

// TestConfiguration: what "show neighbor configuration" shows can be read again.
func TestConfiguration(t *testing.T) {
	const process = "process watch { run /bin/true; encoder json; } process w2 { run /bin/true; encoder text; }\n"
	for _, body := range []string{
		"local-address 192.0.2.2; local-as 1; peer-as 2;",
		"router-id 1.2.3.4; local-address auto; local-as auto; peer-as auto; family { all; }",
		`description "a \"quoted\" \\ éç	tab"; local-address 192.0.2.2; local-as 1.1; peer-as 2; hold-time 0; passive;
		listen 1790; connect 1791; source-interface eth0; host-name a; domain-name b.c; rate-limit 10; manual-eor true;
		outgoing-ttl 3; incoming-ttl 4; md5-ip 192.0.2.9; local-link-local fe80::7;
		group-updates false; auto-flush false; adj-rib-in false;
		capability { asn4 disable; extended-message disable; route-refresh; graceful-restart 60; software-version;
			nexthop; link-local-nexthop true; link-local-prefer true; add-path send/receive; multi-session; operational; aigp; role rs-client strict; }
		family { ipv4 unicast; ipv6 unicast; ipv4 flow; }
		nexthop { ipv4 unicast ipv6; }
		add-path { ipv4 unicast limit 7; ipv6 unicast; }
		api one { processes [ watch w2 ]; neighbor-changes; negotiated; fsm; signal;
			send { parsed; packets; open; update; }
			receive { consolidate; notification; keepalive; refresh; operational; } }`,
		`local-address 192.0.2.2; local-as 1; peer-as 2; capability { add-path receive; } family { ipv4 unicast; }
		api { processes-match [ "w\\d?" "^\\w+$" ]; receive { parsed; update; } }`,
	} {
		first := read(t, process+"neighbor 192.0.2.1 { "+body+" }")
		shown := appendConfiguration(nil, &Peer{Name: first.Name(), Config: first})
		again := read(t, process+string(shown))
		ignore := cmpopts.IgnoreFields(config.Neighbor{}, "Routes")
		text := cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
		prefix := cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })
		if d := cmp.Diff(first, again, ignore, text, prefix, cmp.Comparer(func(a, b *regexp.Regexp) bool { return a.String() == b.String() })); d != "" {
			t.Errorf("%s\nshown as\n%s", d, shown)
		}
	}
}

func read(t *testing.T, text string) *config.Neighbor {
	t.Helper()
	cfg, err := conf.Load("test.conf", text, conf.Options{})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return cfg.Neighbors[0]
}
