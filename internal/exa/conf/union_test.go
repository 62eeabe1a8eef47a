package conf

import (
	"strings"
	"testing"
)

// TestUnion gives what one of ExaBGP's versions accepts: statements of a neighbor,
// or a file when it begins with "file:". NEIGHBOR stands for a neighbor's head.
// An error is what is refused all the same.
func TestUnion(t *testing.T) {
	const vpn = "family { ipv4 unicast; ipv4 multicast; ipv4 nlri-mpls; ipv4 mpls-vpn; ipv4 flow; ipv4 flow-vpn; ipv4 mup; ipv4 mcast-vpn; ipv4 sr-policy; ipv6 unicast; ipv6 flow; l2vpn vpls; } "
	route := func(words string) string { return "static { route 10.0.0.0/24 next-hop 192.0.2.9 " + words + "; }" }
	announce := func(words string) string { return vpn + "announce { ipv4 { " + words + "; } }" }
	flow := func(words string) string { return vpn + "flow { route { " + words + " } }" }
	for _, tt := range []struct{ line, text, err string }{
		// config.md 14.1
		{"encoder omitted", "file: process p { run /bin/true; }", ""},
		{"local-address omitted or auto", "file: neighbor 192.0.2.1 { router-id 192.0.2.2; local-as 1; peer-as 2; } neighbor 192.0.2.3 { router-id 192.0.2.2; local-as 1; peer-as 2; local-address auto; }", ""},
		{"rate-limit disable", "rate-limit disable;", ""},
		{"rate-limit 0, negative", "rate-limit 0; rate-limit -5;", ""},
		{"yes no 1 0 as BOOL", "passive yes; adj-rib-in no; group-updates 1; auto-flush 0;", ""},
		{"ASN out of range", "peer-as 4294967296;", "expected an AS number"},
		{"listen 0", "listen 0;", ""},
		{"port > 65535", "listen 65536;", "65536"},
		{"graceful-restart 4096…65535", "capability { graceful-restart 65535; }", ""},
		{"host-name rules", "host-name 9_a..b-; domain-name -x;", ""},
		{"md5-password; bare", "md5-password;", ""},
		{"non-base64 key with md5-base64 true", "md5-base64 true; md5-password s!;", "base64"},
		{"source-interface", "source-interface eth0;", ""},
		{"software-version", "capability { software-version true; }", ""},
		{"processes-match", `api { processes-match [ "^p", q.* ]; }`, ""},
		{"mcast-vpn", announce("mcast-vpn shared-join rp 10.99.199.1 group 239.251.255.228 rd 65000:99999 source-as 65000 next-hop 192.0.2.9 extended-community [ target:192.168.94.12:5 ]"), ""},
		{"mup", announce("mup mup-isd 10.0.1.0/24 rd 100:100 next-hop 192.0.2.9 extended-community [ target:10:10 ] bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: 0x48 [64,24,16,0,0,0] )"), ""},
		{"family all", "family { all; }", ""},
		{"labeled-unicast", "family { ipv4 labeled-unicast; }", ""},
		{"labeled-unicast in announce", announce("labeled-unicast 10.0.0.0/24 label 5 next-hop 192.0.2.9"), ""},
		{"sr-policy", announce("sr-policy distinguisher 1 color 100 endpoint 192.0.2.7 next-hop 192.0.2.9"), ""},
		{"tcp-ao", "tcp-ao { keyid 1; algorithm hmac-sha-256; password p; }", ""},
		{"link-local-*", "local-link-local fe80::1; capability { link-local-nexthop true; link-local-prefer; }", ""},
		{"add-path limit", "add-path { ipv4 unicast limit 10; }", ""},
		{"rate-limit N packets", flow("match { source 10.0.0.0/24; } then { rate-limit 1000 packets; }"), ""},
		{"interface-set 3-part", flow("match { source 10.0.0.0/24; } scope { interface-set transitive:input:1234:5; } then { discard; }"), ""},
		{"flow inline rd", announce("flow-vpn rd 65000:1 source 10.0.0.0/24 discard"), ""},
		{"attribute in flow announce", announce("flow source 10.0.0.0/24 discard attribute [ 0x20 0xc0 0x000000010000000200000003 ]"), ""},
		{"large-community 0x", route("large-community 0x000000010000000200000003"), ""},
		{"undefined process in api", "api { processes [ nosuch ]; }", "an api called 'nosuch'"},
		{"duplicate nexthop entry", "nexthop { ipv4 unicast ipv6; ipv4 unicast ipv6; }", ""},
		{"route without next-hop / label", "static { route 10.0.0.0/24 med 5; }", "requires nexthop"},
		{"prefix length not a number", "static { route 10.0.0.0/x next-hop 192.0.2.9; }", "10.0.0.0/x"},
		{"label > 20 bits", vpn + route("label 1048576"), "1048576"},
		{"as-path single AS", route("as-path 65001"), ""},
		{"as-path AS > 65535", route("as-path [ 4200000000 1.5 ]"), ""},
		{"as-path ( … ), several segments", route("as-path [ 1 2 ] ( 3 4 ) [ 5 ]"), ""},
		{"as-path nested [ a ( b ) ]", route("as-path [ 1 ( 2 3 ) ]"), ""},
		{"as-path nested [ a [ b ] ]", route("as-path [ 1 [ 2 3 ] ]"), ""},
		{"as-path with commas", route("as-path [ 1, 2,3 ]"), ""},
		{"as-path empty", route("as-path [ ]"), ""},
		{"announce words of 6.2: path-information", announce("unicast 10.0.0.0/24 path-information 1.2.3.4 next-hop 192.0.2.9") + "announce { ipv4 { unicast 10.1.0.0/24 path-information 5 next-hop 192.0.2.9; } }", ""},
		{"announce words of 6.2: atomic-aggregate", announce("unicast 10.0.0.0/24 atomic-aggregate next-hop 192.0.2.9; unicast 10.1.0.0/24 next-hop 192.0.2.9 atomic-aggregate"), ""},
		{"announce words of 6.2: others", announce("unicast 10.0.0.0/24 next-hop 192.0.2.9 originator-id 192.0.2.7 cluster-list [ 192.0.2.7 192.0.2.8 ] aigp 5 name n watchdog w withdraw attribute [ 0x63 0xc0 0x01 ] split /25"), ""},
		{"announce words of 6.2: multicast", announce("multicast 224.0.0.0/24 next-hop 192.0.2.9"), ""},
		{"flow-vpn/rd in announce", announce("flow-vpn source 10.0.0.0/24 rd 1:1 discard"), ""},
		{"upper-case community names", route("community NO-EXPORT"), ""},
		{"fragment not-a-fragment", flow("match { fragment not-a-fragment; } then { discard; }"), ""},
		{"backslash escapes", `description "caf\u00e9";`, ""},
		{"next-hop self across families", "file: neighbor 2001:db8::1 { router-id 192.0.2.2; local-address 2001:db8::2; local-as 1; peer-as 2; static { route 10.0.0.0/24 next-hop self; } }", ""},
		{"redirect IPv6", vpn + "flow { route { match { source 2001:db8::/32; } then { redirect 2001:db8::9; } } }", ""},
		{"attributes … without nlri", "static { attributes next-hop 192.0.2.9 med 5; }", ""},

		// config.md 14.3
		{"1: an IPv6 /32 route", vpn + "static { route 2001:db8::/32 next-hop 2001:db8::9; }", ""},
		{"3: announce multicast", announce("multicast 224.1.0.0/16 next-hop 192.0.2.9"), ""},
		{"6: processes and processes-match", "file: process p { run /bin/true; encoder text; } NEIGHBOR api { processes [ p ]; processes-match [ p ]; } }", ""},
		{"6: nothing matches", "file: process p { run /bin/true; encoder text; } NEIGHBOR api { processes-match [ ^z ]; } }", ""},
		{"7: a message in operational", "operational { asm afi ipv4 safi unicast advisory \"x\"; }", ""},
		{"9: add-path all", "add-path { all; }", ""},
		{"13: community halves > 65535", route("community 65536:1"), "65536:1"},
		{"13: path-information ≥ 2^32", route("path-information 4294967296"), "4294967296"},
		{"14: source with a non-address", flow("match { source abc; } then { discard; }"), "abc"},
		{"15: redirect [v6]:nn", vpn + `flow { route { match { source 2001:db8::/32; } then { redirect "[2001:db8::1]:80"; } } }`, ""},
		{"16: surplus }", "file: NEIGHBOR } } junk", ""},
		{"16: words before }", "passive true }", ""},
		{"16: words after a scalar", "hold-time 30 40;", ""},
		{"17: md5-base64 auto", "md5-base64 auto;", ""},
		{"18: file ending with \\", "file: NEIGHBOR passive; } \\", ""},

		// Spellings of old files.
		{"upper-case origin", route("origin IGP") + route("origin Incomplete"), ""},
		{"bare community", route("community 65000:1 large-community 1:2:3 extended-community target:65000:1"), ""},
		{"last semicolon missing", "passive; hold-time 30 }", ""},
		{"last semicolon of a route missing", "static { route 10.0.0.0/24 next-hop 192.0.2.9 } ", ""},
		{"named family block", "family any { ipv4 unicast; }", ""},
		{"anonymous and repeated api blocks", "file: process p { run /bin/true; encoder text; } NEIGHBOR api { processes [ p ]; } api { processes [ p ]; receive { parsed; } } api x { processes [ p ]; } }", ""},
		{"inherit of an absent template", "inherit nothing;", ""},
		{"#! first line", "file: #!/usr/bin/env exabgp\nNEIGHBOR }", ""},
		{"no blank before {", "file: neighbor 192.0.2.1{ " + must + "family{ ipv4 unicast; } static{ route 10.0.0.0/24{ next-hop 192.0.2.9; } } }", ""},
		{"flat flow route", vpn + "flow { route source 10.0.0.0/24 destination 10.1.0.0/24 protocol tcp discard; }", ""},
		{"bracketed flow values", flow("match { port [ =80 =8080 ]; protocol [ tcp udp ]; source-port [ >1024&<2048 ]; } then { discard; }"), ""},
		{"flow route with a name", vpn + "flow { route optional-name { match { source 10.0.0.1/32; } then { rate-limit 9600; } } }", ""},
		{"attributes after a flow block", flow("match { source 10.0.0.0/24; } then { discard; community 65000:1; extended-community [ target:1:1 ]; }"), ""},
		{"attributes beside the blocks of a flow", flow("rd 1:1; next-hop 192.0.2.9; match { source 10.0.0.0/24; } then { discard; }"), ""},
		{"several neighbors for one address", "file: NEIGHBOR } neighbor 192.0.2.1 { router-id 192.0.2.2; local-as 7; peer-as 8; }", ""},
		{"several statements on one line, and a comment", "passive; hold-time 30; # and a comment", ""},
		{"attribute for attributes", "static { attribute next-hop 192.0.2.9 nlri 10.0.0.0/24 10.1.0.0/24; }", ""},
		{"aggregator with and without parentheses", route("aggregator 65000:192.0.2.7") + route("aggregator (65000:192.0.2.7)") + route("aggregator ( 65000:192.0.2.7 )"), ""},
		{"vpls flat and as a block", vpn + "l2vpn { vpls endpoint 5 base 10 offset 1 size 8 rd 192.0.2.7:1 next-hop 192.0.2.9; vpls site { endpoint 6; base 10; offset 1; size 8; rd 192.0.2.7:1; next-hop 192.0.2.9; } }", ""},
	} {
		text, file := strings.CutPrefix(tt.text, "file: ")
		if !file {
			text = "NEIGHBOR " + text + " }"
		}
		text = strings.ReplaceAll(text, "NEIGHBOR", "neighbor 192.0.2.1 { "+must)
		_, err := Load("f", text, Options{})
		switch {
		case err == nil && tt.err != "":
			t.Errorf("%s: accepted", tt.line)
		case err != nil && (tt.err == "" || !strings.Contains(err.Error(), tt.err)):
			t.Errorf("%s: %v\n%s", tt.line, err, text)
		}
	}
}
