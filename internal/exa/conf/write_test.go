package conf

import (
	"bytes"
	"iter"
	"net/netip"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/rib"
)

// TestWrite: a neighbor that is written can be read again, with all that it may have.
func TestWrite(t *testing.T) {
	const process = "process watch { run /bin/true; encoder json; } process w2 { run /bin/true -x \"a b\"; encoder text; respawn false; version 4.2; backlog 1M; when-full drop; report-dropped; }\n" +
		`process "a b" { run /bin/true; encoder text; } process 'k]#' { run /bin/true; encoder text; } `
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
		api one { processes [ watch w2 "a b", 'k]#' ]; neighbor-changes; negotiated; fsm; signal;
			send { parsed; packets; open; update; }
			receive { consolidate; notification; keepalive; refresh; operational; } }`,
		"local-address 192.0.2.2; local-as 1; peer-as 2; md5-password \"a \\\"b\"; md5-ip 192.0.2.3; family { ipv4 unicast; } add-path { ipv6 unicast; }",
		"local-address 192.0.2.2; local-as 1; peer-as 2; md5-base64 true; md5-password /wABAg==; family { all; } add-path { ipv6 unicast limit 3; all; }",
		`local-address 192.0.2.2; local-as 1; peer-as 2; tcp-ao { keyid 7; algorithm aes-128-cmac-96; password "a b;"; }
		operational { asm afi ipv4 safi unicast advisory "a \"text\" {"; rpcq afi ipv6 safi unicast sequence 7;
			lpcp afi ipv4 safi mpls-vpn router-id 1.2.3.4 sequence 8 counter 4294967295; }
		static { route 10.0.0.0/24 next-hop self med 5 watchdog dog withdraw; route 10.0.0.0/22 next-hop 2001:db8::1 split /24 community [ no-export 1:2 ] otc 64511;
			route 10.1.0.0/24 next-hop 192.0.2.9 path-information 0.0.0.7 attribute [ 0x99 0xc0 0x0102 ]; }`,
		"local-address 192.0.2.2; local-as 1; peer-as 2; tcp-ao { keyid 0; algorithm hmac-sha-256; base64 true; password /wABAg==; }",
		`local-address 192.0.2.2; local-as 1; peer-as 2; capability { add-path receive; } family { ipv4 unicast; }
		api { processes-match [ "w\\d?" "^\\w+$" ]; receive { parsed; update; } }`,
	} {
		roundTrip(t, load(t, process+"neighbor 192.0.2.1 { "+body+" }"))
	}
}

// TestWriteFiles: every configuration that there is, can be written and read again.
func TestWriteFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(bgptest.Shared(t, "compat", "etc"), "*.conf"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range append(files, "../../../examples/hello.conf", "../../../examples/router.conf") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			cfg, err := Load(file, read(t, file), Options{})
			if err != nil {
				t.Fatal(err)
			}
			roundTrip(t, cfg)
		})
	}
}

// roundTrip writes processes and each neighbor, and reads them again.
func roundTrip(t *testing.T, cfg *config.Config) {
	t.Helper()
	var processes []byte
	for i := range cfg.Processes {
		processes = AppendProcess(processes, &cfg.Processes[i])
	}
	for _, n := range cfg.Neighbors {
		text, err := AppendNeighborRoutes(processes, n)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Load("written", string(text), Options{})
		if err != nil || len(again.Neighbors) != 1 {
			t.Fatalf("%v in\n%s", err, text)
		}
		if d := difference(n, again.Neighbors[0]); d != "" {
			t.Errorf("%s\nwritten as\n%s", d, text)
		}
		if d := cmp.Diff(cfg.Processes, again.Processes); d != "" {
			t.Errorf("%s\nwritten as\n%s", d, text)
		}
	}
}

// difference compares two neighbors, routes as well.
func difference(a, b *config.Neighbor) string {
	return cmp.Diff(a, b,
		cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
		cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
		cmp.Comparer(func(a, b *regexp.Regexp) bool { return a.String() == b.String() }),
		cmp.Comparer(func(a, b *rib.Routes) bool {
			return slices.EqualFunc(slices.Collect(a.All()), slices.Collect(b.All()), func(r, s rib.Route) bool {
				same := bytes.Equal(r.NLRI, s.NLRI)
				r.NLRI, s.NLRI = nil, nil
				return same && reflect.DeepEqual(r, s)
			})
		}))
}

// TestDifferences changes every setting that there is, and finds it named.
func TestDifferences(t *testing.T) {
	old := load(t, "neighbor 192.0.2.1 { "+must+" }").Neighbors[0]
	for path, change := range changes(reflect.ValueOf(config.Neighbor{}), nil) {
		n := load(t, "neighbor 192.0.2.1 { "+must+" }").Neighbors[0]
		n.Session.TCPAO = config.TCPAO{KeyID: 1, Algorithm: "hmac-sha-256", Secret: "s"}
		n.Session.Capability.Role = bgp.RolePeer
		n.Session.AddPath = []bgp.Family{bgp.IPv4Unicast}
		n.API = []config.API{{Name: "one", FSM: true}}
		*old = *n
		old.API = slices.Clone(n.API)
		change(reflect.ValueOf(n).Elem())
		gone, come := Differences(old, n)
		if path != "Routes" && path != "Session.Peer" && len(gone)+len(come) == 0 {
			t.Errorf("a change of %s is not named", path)
		}
		for _, line := range slices.Concat(gone, come) {
			if (strings.HasPrefix(line, "md5-password") || strings.HasPrefix(line, "tcp-ao password")) && strings.Contains(line, "secret") {
				t.Errorf("a key is shown: %s", line)
			}
		}
	}
}

// changes walks the settings below a value: the path of each, and what changes it.
func changes(v reflect.Value, index []int) iter.Seq2[string, func(reflect.Value)] {
	return func(yield func(string, func(reflect.Value)) bool) {
		for i := range v.NumField() {
			field, at := v.Type().Field(i), append(slices.Clone(index), i)
			inner := v.Field(i)
			if field.Type == reflect.TypeFor[[]config.API]() {
				for path, change := range changes(reflect.ValueOf(config.API{}), nil) {
					if !yield("API."+path, func(n reflect.Value) { change(n.FieldByIndex(at).Index(0)) }) {
						return
					}
				}
				continue
			}
			if field.Type.Kind() == reflect.Struct && field.Type != reflect.TypeFor[netip.Addr]() && field.Type != reflect.TypeFor[netip.Prefix]() {
				for path, change := range changes(inner, at) {
					if !yield(field.Name+"."+path, change) {
						return
					}
				}
				continue
			}
			if !yield(field.Name, func(n reflect.Value) { alter(n.FieldByIndex(at)) }) {
				return
			}
		}
	}
}

// alter gives a setting another value.
func alter(v reflect.Value) {
	values := []any{
		netip.MustParseAddr("fe80::77"), netip.MustParsePrefix("198.51.100.0/25"), "secret", bgp.RoleCustomer, uint16(7777), uint8(77), uint32(77), 77,
		77 * time.Second, new(uint8), new(uint16),
		[]string{"x"},
		[]*regexp.Regexp{regexp.MustCompile("x")},
		[]bgp.Family{bgp.IPv6Unicast},
		map[bgp.Family]uint16{bgp.IPv4Unicast: 7},
		[]bgp.NextHopPair{{Family: bgp.IPv4Unicast, AFI: bgp.AFIIPv6}},
		[]*bgp.Operational{{Type: bgp.OperationalASM, Family: bgp.IPv4Unicast}},
		&rib.Routes{},
	}
	for _, value := range values {
		if w := reflect.ValueOf(value); w.Type() == v.Type() {
			v.Set(w)
			return
		}
	}
	v.SetBool(!v.Bool())
}
