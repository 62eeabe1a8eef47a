package route

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// show is a route in one line: family, NLRI without path identifier, next hop,
// then what is unusual.
func show(r rib.Route) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s", r.Family)
	if len(r.NLRI) > 0 {
		fmt.Fprintf(&s, " %s", bgp.AppendNLRIText(nil, r.Family, r.NLRI[bgp.PathIDLen:], &bgp.Face{}))
		if id := hex.EncodeToString(r.NLRI[:bgp.PathIDLen]); id != "00000000" {
			fmt.Fprintf(&s, " id %s", id)
		}
	}
	switch {
	case r.NextHop.Self():
		s.WriteString(" self")
	case !r.NextHop.IsZero():
		fmt.Fprintf(&s, " %s", r.NextHop.Addr())
	}
	if a := r.Attrs.Octets(); a != "" {
		fmt.Fprintf(&s, " %x", a)
	}
	if r.Watchdog != "" {
		fmt.Fprintf(&s, " watchdog %s %v", r.Watchdog, r.Parked)
	}
	return s.String()
}

func command(p *Parser, use Use, text string) ([]string, error) {
	var c lex.Cursor
	c.Reset(text)
	var out []string
	err := p.Statement(&c, use, func(r rib.Route) { out = append(out, show(r)) })
	return out, err
}

func TestStatement(t *testing.T) {
	var p Parser // one for all: a command does not depend on those before it
	for _, v := range []struct {
		use  Use
		text string
		want []string
	}{
		{Announce, "route 10.0.0.0/24 next-hop 192.0.2.1", []string{"ipv4 unicast 10.0.0.0/24 192.0.2.1"}},
		{Announce, "route 10.0.0.1 next-hop self", []string{"ipv4 unicast 10.0.0.1/32 self"}},
		{Announce, "route 10.0.0.0/24 next-hop SELF med 5", []string{"ipv4 unicast 10.0.0.0/24 self 80040400000005"}},
		{Announce, "route 10.0.0.0/24 med 1 next-hop 192.0.2.1 med 2", []string{"ipv4 unicast 10.0.0.0/24 192.0.2.1 80040400000001"}},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 next-hop 2.2.2.2", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1"}},
		{Announce, "route 10.0.0.0/24 next-hop self next-hop 2.2.2.2", []string{"ipv4 unicast 10.0.0.0/24 self"}},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 next-hop ::2", []string{"ipv4 unicast 10.0.0.0/24 ::2"}},
		{Announce, "route 10.0.0.0/24 next-hop ::1 next-hop 2.2.2.2", []string{"ipv4 unicast 10.0.0.0/24 2.2.2.2"}},
		{Announce, "route 10.0.0.0/24 label 3 next-hop 1.1.1.1 next-hop 2.2.2.2", []string{"ipv4 nlri-mpls 10.0.0.0/24 label 3 2.2.2.2"}},
		{Announce, "route 2001:db8::/32 next-hop ::1 next-hop ::2", []string{"ipv6 unicast 2001:db8::/32 ::2"}},
		{Announce, "route 2001:db8::/32 next-hop 0.0.0.0 next-hop ::2", []string{"ipv6 unicast 2001:db8::/32 ::2 40030400000000"}},
		{Announce, `route "10.0.0.0/24" next-hop "1.1.1.1" name "a b" ;`, []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1"}},
		{Announce, "route 2001:db8::/32 next-hop 2001:db8::1", []string{"ipv6 unicast 2001:db8::/32 2001:db8::1"}},
		{Announce, "route 10.0.0.0/24 next-hop 2001:db8::1", []string{"ipv4 unicast 10.0.0.0/24 2001:db8::1"}},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 path-information 1.2.3.4", []string{"ipv4 unicast 10.0.0.0/24 id 01020304 1.1.1.1"}},
		{Announce, "route 10.0.0.0/24 label [ 100 200 ] next-hop 1.1.1.1", []string{"ipv4 nlri-mpls 10.0.0.0/24 label [ 100 200 ] 1.1.1.1"}},
		{Announce, "route 10.0.0.0/24 rd 65000:1 next-hop 1.1.1.1 label 3", []string{"ipv4 mpls-vpn 10.0.0.0/24 label 3 rd 65000:1 1.1.1.1"}},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 watchdog dog withdraw", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1"}},
		{File, "route 10.0.0.0/24 next-hop 1.1.1.1 watchdog dog withdraw", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1 watchdog dog true"}},
		{File, "route 10.0.0.0/24 next-hop 1.1.1.1 watchdog dog", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1 watchdog dog false"}},
		{File, "route 10.0.0.0/24 next-hop 1.1.1.1 withdraw", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1"}},
		{File, "route 224.1.0.0/16 next-hop 1.1.1.1", []string{"ipv4 multicast 224.1.0.0/16 1.1.1.1"}},
		{Announce, "route 224.1.0.0/16 next-hop 1.1.1.1", []string{"ipv4 unicast 224.1.0.0/16 1.1.1.1"}},
		{Announce, "route 10.0.0.0/24 { next-hop 1.1.1.1; med 5; }", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1 80040400000005"}},
		{Announce, "route 10.0.0.0/24 { next-hop 1.1.1.1 med 5;; label 3 }", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1"}},
		{Announce, "route 10.0.0.0/24 { next-hop 1.1.1.1; label 5", []string{"ipv4 nlri-mpls 10.0.0.0/24 label 5 1.1.1.1"}},
		{Announce, "route 10.0.0.0/24 next-hop 9.9.9.9 whatever { next-hop 1.1.1.1; }", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1"}},
		{Announce, "route 10.0.0.0/24 med 9 { next-hop 1.1.1.1; }", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1"}},
		{Withdraw, "route 10.0.0.0/24", []string{"ipv4 unicast 10.0.0.0/24"}},
		{Withdraw, "route 10.0.0.0/24 next-hop 9.9.9.9 med 77", []string{"ipv4 unicast 10.0.0.0/24 9.9.9.9 8004040000004d"}},
		{Withdraw, "route 10.0.0.0/24 rd 1:1", []string{"ipv4 mpls-vpn 10.0.0.0/24 label 524288 rd 1:1"}},
		{Withdraw, "ipv4 nlri-mpls 10.0.0.0/24", []string{"ipv4 nlri-mpls 10.0.0.0/24 label 524288"}},

		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 split /26", []string{
			"ipv4 unicast 10.0.0.0/26 1.1.1.1", "ipv4 unicast 10.0.0.64/26 1.1.1.1", "ipv4 unicast 10.0.0.128/26 1.1.1.1", "ipv4 unicast 10.0.0.192/26 1.1.1.1",
		}},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 split /24", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1"}},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 split /8", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1"}},
		{Announce, "route 0.0.0.0/0 next-hop 1.1.1.1 split /1", []string{"ipv4 unicast 0.0.0.0/1 1.1.1.1", "ipv4 unicast 128.0.0.0/1 1.1.1.1"}},
		{Announce, "route ff00::/8 next-hop ::1 rd 1:1 label 5 path-information 7 split /9", []string{
			"ipv6 mpls-vpn ff00::/9 label 5 rd 1:1 id 00000007 ::1", "ipv6 mpls-vpn ff80::/9 label 5 rd 1:1 id 00000007 ::1",
		}},
		{Withdraw, "route 10.0.0.254/31 split /32", []string{"ipv4 unicast 10.0.0.254/32", "ipv4 unicast 10.0.0.255/32"}},

		{Announce, "attributes next-hop 1.1.1.1 med 5 nlri 10.0.0.0/24 10.0.1.0/24", []string{
			"ipv4 unicast 10.0.0.0/24 1.1.1.1 80040400000005", "ipv4 unicast 10.0.1.0/24 1.1.1.1 80040400000005",
		}},
		{Announce, "attribute next-hop 1.1.1.1 nlri 10.0.0.0/24 2001:db8::/32", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1", "ipv6 unicast 2001:db8::/32 1.1.1.1"}},
		{Announce, "attributes next-hop self rd 1:1 label 5 path-information 3 nlri 10.0.0.0/24", []string{"ipv4 mpls-vpn 10.0.0.0/24 label 5 rd 1:1 id 00000003 self"}},
		{Announce, "attributes next-hop self split /25 nlri 10.0.0.0/24 10.1.0.0/25", []string{"ipv4 unicast 10.0.0.0/25 self", "ipv4 unicast 10.0.0.128/25 self", "ipv4 unicast 10.1.0.0/25 self"}},
		{Withdraw, "attributes nlri 10.0.0.0/24", []string{"ipv4 unicast 10.0.0.0/24"}},

		{Announce, "ipv4 unicast 10.0.0.0/24 next-hop 1.1.1.1", []string{"ipv4 unicast 10.0.0.0/24 1.1.1.1"}},
		{Announce, "ipv4 unicast 10.0.0.0/24 next-hop 1.1.1.1 path-information 5 split /25", []string{"ipv4 unicast 10.0.0.0/25 id 00000005 1.1.1.1", "ipv4 unicast 10.0.0.128/25 id 00000005 1.1.1.1"}},
		{Announce, "ipv4 multicast 224.1.0.0/16 next-hop 1.1.1.1", []string{"ipv4 multicast 224.1.0.0/16 1.1.1.1"}},
		{Announce, "ipv6 multicast ff0e::/16 next-hop ::1", []string{"ipv6 multicast ff0e::/16 ::1"}},
		{Announce, "ipv6 nlri-mpls 2001:db8::/32 next-hop ::1 label 100", []string{"ipv6 nlri-mpls 2001:db8::/32 label 100 ::1"}},
		{Announce, "ipv4 labeled-unicast 10.0.0.0/24 next-hop 1.1.1.1 label 100", []string{"ipv4 nlri-mpls 10.0.0.0/24 label 100 1.1.1.1"}},
		{Announce, "ipv4 mpls-vpn 10.0.0.0/24 next-hop 1.1.1.1 rd 65000:1 label 100", []string{"ipv4 mpls-vpn 10.0.0.0/24 label 100 rd 65000:1 1.1.1.1"}},
	} {
		got, err := command(&p, v.use, v.text)
		if err != nil || !slices.Equal(got, v.want) {
			t.Errorf("%s: %q, %v\nwant %q", v.text, got, err, v.want)
		}
	}
}

func TestStatementErrors(t *testing.T) {
	var p Parser
	for _, v := range []struct {
		use     Use
		text    string
		want    string
		invalid bool // well written, but no use
	}{
		{Announce, "", "unexpected end of command, expected what to announce or withdraw: route, attributes, ipv4 …", false},
		{Announce, "ROUTE 10.0.0.0/24", "unexpected 'ROUTE', expected what to announce or withdraw: route, attributes, ipv4 …", false},
		{Announce, "route", "unexpected end of command, expected an IP prefix", false},
		{Announce, "route foo next-hop 1.1.1.1", "unexpected 'foo', expected an IP prefix", false},
		{Announce, "route 10.0.0.0/33 next-hop 1.1.1.1", "unexpected '10.0.0.0/33', expected a prefix length from 0 to 32", false},
		{Announce, "route 10.0.0.1/24 next-hop 1.1.1.1", "'10.0.0.1/24' is not a valid network, expected 10.0.0.0/24", false},
		{Announce, "route 10.0.0.0/24 next-hop", "unexpected end of command, expected an IP address or 'self'", false},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1.1", "unexpected '1.1.1.1.1', expected an IP address or 'self'", false},
		{Announce, "route 10.0.0.0/24 next-hop fe80::1%eth0", "unexpected 'fe80::1%eth0', expected an IP address or 'self'", false},
		{Announce, "route 10.0.0.0/24 nexthop 1.1.1.1", "'nexthop' is not a word of such a route, did you mean 'next-hop'?", false},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 10.0.1.0/24", "'10.0.1.0/24' is not a word of such a route", false},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 split 26", "unexpected '26', expected a prefix length such as /24", false},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 split", "unexpected end of command, expected a prefix length such as /24", false},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 watchdog announce", "'announce' is a reserved word, a watchdog needs another name", false},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 name", "unexpected end of command, expected a name", false},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 }", "unexpected '}', expected ';'", false},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 ; announce route 10.0.1.0/24", "unexpected 'announce', expected nothing behind the command", false},
		{Announce, "route 10.0.0.0/24 { next-hop 1.1.1.1; } med 5", "unexpected 'med', expected nothing behind the command", false},
		{Announce, "route 10.0.0.0/24 { next-hop 1.1.1.1; bogus 1; }", "'bogus' is not a word of such a route", false},
		{Announce, "flow", "unexpected end of command, expected 'route'", false},
		{Announce, "flow match destination 10.6.6.0/24 then discard", "unexpected 'match', expected 'route'", false},
		{Announce, "flow destination 10.6.7.0/24 discard", "unexpected 'destination', expected 'route'", false},
		{Announce, "flow route", "a flow route needs a match", false},
		{Announce, "flow route { }", "a flow route needs a match", false},
		{Announce, "flow route { match { } then { discard; } }", "a flow route needs a match", false},
		{Announce, "flow route { match { destination foo; } then { discard; } }", "unexpected 'foo', expected a prefix: 10.0.0.0/24, 2001:db8::/32, or 2001:db8::/32/0 with an offset, 2001:db8::/0-32 in the form of RFC 8956", false},
		{Announce, "flow route { match { destination 10.0.0.0/24; } then { bogus; } }", "'bogus' is not a word of such a route", false},
		{Announce, "flow route { match { bogus 1; } then { discard; } }", "'bogus' is not a word of such a route", false},
		{Announce, "flow route { match { discard; } }", "'discard' is not a word of such a route", false},
		{Announce, "flow route { then { destination 10.0.0.0/24; } }", "'destination' is not a word of such a route", false},
		{Announce, "flow route { macth { source 10.0.0.0/24; } }", "'macth' does not begin a block of such a route, did you mean 'match'?", false},
		{Announce, "flow route { match { then { } } }", "'then' does not begin a block of such a route", false},
		{Announce, "flow route { match { destination-port =99999; } then { discard; } }", "unexpected '=99999', expected a port: a number up to 65535, or a name such as http", false},
		{Announce, "flow route { next-hop 1.1.1.1; match { protocol tcp; } then { redirect 2.2.2.2; } }", "the route has two next hops, one of them is 2.2.2.2", true},
		{Announce, "flow route { match { protocol tcp; } } discard", "unexpected 'discard', expected nothing behind the command", false},
		{Announce, "flow route protocol tcp split /25", "a route without a prefix cannot be split", true},
		{Announce, "ipv4 flow", "a flow route needs a match", false},
		{Announce, "ipv4 flow-vpn protocol tcp", "a route of family flow-vpn requires rd", false},
		{Announce, "ipv4 flow source 2001:db8::/32", "'2001:db8::/32' is not of the family of the flow route", false},
		{Withdraw, "flow route { match { destination foo; } }", "unexpected 'foo', expected a prefix: 10.0.0.0/24, 2001:db8::/32, or 2001:db8::/32/0 with an offset, 2001:db8::/0-32 in the form of RFC 8956", false},
		{Announce, "route 10.0.0.0/24 { next-hop 1.1.1.1 { } }", "'next-hop' does not begin a block of such a route", false},
		{Announce, "ipv4", "unexpected end of command, expected unicast, multicast, nlri-mpls, mcast-vpn, sr-policy, mup, mpls-vpn, rtc, flow or flow-vpn", false},
		{Announce, "ipv4 foo 10.0.0.0/24", "unexpected 'foo', expected unicast, multicast, nlri-mpls, mcast-vpn, sr-policy, mup, mpls-vpn, rtc, flow or flow-vpn", false},
		{Announce, "ipv4 unicast route 10.0.0.0/24", "unexpected 'route', expected an IP prefix", false},
		{Announce, "ipv4 unicast 10.0.0.0/24 next-hop 1.1.1.1 label 5", "'label' is not a word of such a route", false},
		{Announce, "attributes next-hop 1.1.1.1 nlri foo", "unexpected 'foo', expected an IP prefix", false},
		{Announce, "attributes next-hop 1.1.1.1 nlri 10.0.0.0/24 med 5", "unexpected 'med', expected an IP prefix", false},
		{Announce, "attributes next-hop 1.1.1.1 bogus nlri 10.0.0.0/24", "'bogus' is not a word of such a route", false},

		{Announce, "route 10.0.0.0/24 { next-hop 1.1.1.1 }", "announce requires nexthop: 10.0.0.0/24", true},
		{Announce, "route 10.0.0.0/24", "announce requires nexthop: 10.0.0.0/24", true},
		{File, "route 10.0.0.0/24 med 5", "announce requires nexthop: 10.0.0.0/24", true},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 rd 1:1", "labeled route announce requires labels: 10.0.0.0/24 rd 1:1", true},
		{Announce, "ipv4 nlri-mpls 10.0.0.0/24 next-hop 1.1.1.1", "labeled route announce requires labels: 10.0.0.0/24", true},
		{Announce, "ipv4 mpls-vpn 10.0.0.0/24 next-hop 1.1.1.1 label 5", "VPN route requires rd: 10.0.0.0/24", true},
		{Announce, "ipv4 unicast 2001:db8::/32 next-hop 1.1.1.1", "'2001:db8::/32' is not an IPv4 prefix", true},
		{Announce, "ipv6 unicast 10.0.0.0/24 next-hop 1.1.1.1", "'10.0.0.0/24' is not an IPv6 prefix", true},
		{Announce, "ipv4 unicast 10.0.0.0/24 next-hop 1.1.1.1 rd 1:1", "an rd is not part of such a route", true},
		{Announce, "route 10.0.0.0/24 next-hop 1.1.1.1 split /33", "cannot split 10.0.0.0/24 into /33, expected at most /32", true},
		{Announce, "route ::/0 next-hop ::1 split /64", "splitting ::/0 into /64 makes 2^64 routes, more than 1048576", true},
		{Announce, "attributes next-hop 1.1.1.1 nlri", "attributes need a prefix behind nlri", true},
		{Announce, "attributes next-hop 1.1.1.1", "attributes need nlri and prefixes", true},
		{Announce, "attributes med 5 nlri 10.0.0.0/24 10.0.1.0/24", "announce requires nexthop: 10.0.0.0/24", true},
	} {
		got, err := command(&p, v.use, v.text)
		_, invalid := errors.AsType[*InvalidError](err)
		if err == nil || err.Error() != v.want || invalid != v.invalid || len(got) > 0 {
			t.Errorf("%q: %q, %v\nwant %s", v.text, got, err, v.want)
		}
		if _, ok := errors.AsType[*lex.Error](err); !ok {
			t.Errorf("%q: no place in %#v", v.text, err)
		}
	}
}

func TestBareAttributes(t *testing.T) {
	p := Parser{Bare: true}
	got, err := command(&p, Announce, "attributes next-hop 1.1.1.1 med 5")
	if err != nil || len(got) != 1 || got[0] != "ipv4 unicast 1.1.1.1 80040400000005" {
		t.Errorf("%q, %v", got, err)
	}
	c := lex.NewFile("f", "attributes next-hop 1.1.1.1 med 5;")
	c.Next()
	warned := ""
	p = Parser{Warn: func(_ *lex.Cursor, what string) { warned = what }}
	if err := p.Statement(c, File, func(rib.Route) { t.Error("a route") }); err != nil || warned == "" {
		t.Errorf("in a file: %q, %v", warned, err)
	}
}

// Routes of a file come statement by statement; errors tell the place.
func TestFile(t *testing.T) {
	text := `route 10.0.0.0/24 {
	next-hop 1.1.1.1; # comment
	split /25;
	watchdog dog;
}
route 10.1.0.0/24 next-hop self;
attributes next-hop self nlri 10.2.0.0/24 10.3.0.0/24;
route 10.4.0.0/24
	next-hop self;
`
	c := lex.NewFile("test.conf", text)
	var p Parser
	var got []string
	var err error
	for err == nil && c.Next() {
		err = p.Statement(c, File, func(r rib.Route) { got = append(got, show(r)) })
	}
	want := []string{
		"ipv4 unicast 10.0.0.0/25 1.1.1.1 watchdog dog false", "ipv4 unicast 10.0.0.128/25 1.1.1.1 watchdog dog false",
		"ipv4 unicast 10.1.0.0/24 self", "ipv4 unicast 10.2.0.0/24 self", "ipv4 unicast 10.3.0.0/24 self",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if err == nil || !strings.HasPrefix(err.Error(), "test.conf:8:7: ") {
		t.Errorf("error: %v", err)
	}
}

func TestGroup(t *testing.T) {
	var p Parser
	var c lex.Cursor
	c.Reset("attributes next-hop 1.1.1.1 med 5 local-preference 50 nlri")
	c.Word()
	if err := p.Group(&c); err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct {
		use        Use
		text, want string
	}{
		{Announce, "route 10.0.0.0/24 next-hop self med 6", "[ipv4 unicast 10.0.0.0/24 self 8004040000000540050400000032]"},
		{Withdraw, "route 10.0.0.0/24", "[ipv4 unicast 10.0.0.0/24 1.1.1.1 8004040000000540050400000032]"},
		{Announce, "route 10.0.0.0/24", "announce requires nexthop: 10.0.0.0/24"},
	} {
		got, err := command(&p, v.use, v.text)
		if s := fmt.Sprint(got); err == nil && s != v.want || err != nil && err.Error() != v.want {
			t.Errorf("%s: %v, %v, want %s", v.text, got, err, v.want)
		}
	}
	p.Ungroup()
	if got, err := command(&p, Withdraw, "route 10.0.0.0/24"); err != nil || len(got) != 1 || got[0] != "ipv4 unicast 10.0.0.0/24" {
		t.Errorf("behind the group: %q, %v", got, err)
	}
	c.Reset("bogus 5")
	if err := p.Group(&c); err == nil {
		t.Error("no error for a word that is no attribute")
	}
}

func FuzzStatement(f *testing.F) {
	for _, text := range []string{
		"route 10.0.0.0/24 next-hop 192.0.2.1 med 5 split /26", "route 10.0.0.0/24 { next-hop self; label [ 1 2 ]; }",
		"attributes next-hop self nlri 10.0.0.0/24 ::/0", "ipv6 mpls-vpn 2001:db8::/32 rd 1:1 label 5 next-hop ::1",
	} {
		f.Add(uint8(0), text)
	}
	for _, text := range samples() {
		f.Add(uint8(0), text)
	}
	var p Parser
	var w Writer
	f.Fuzz(func(t *testing.T, use uint8, text string) {
		var c lex.Cursor
		c.Reset(text)
		n, nothing := 0, false
		p.Warn = func(_ *lex.Cursor, what string) { nothing = nothing || strings.Contains(what, "announce nothing") }
		err := p.Statement(&c, Use(use%3), func(r rib.Route) {
			n++
			s := bgp.Section{Family: r.Family, NLRI: bgp.NLRIBlock(r.NLRI[bgp.PathIDLen:])}
			if _, nlri, ok := s.Next(); !ok || len(nlri)+bgp.PathIDLen != len(r.NLRI) {
				t.Fatalf("%q: NLRI %x", text, r.NLRI)
			}
			again(t, r)
			if Use(use%3) == Withdraw || len(r.NLRI) == 0 {
				return // what only an announce needs may lack
			}
			if _, err := w.Append(nil, &r); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		})
		if (err == nil) != (n > 0 || nothing) || nothing && n > 0 || err != nil && c.Err() == nil {
			t.Errorf("%q: %d routes, %v, %v", text, n, err, c.Err())
		}
	})
}

// again reads the text of a route that begins with a prefix, which must give the same route.
func again(t *testing.T, r rib.Route) {
	t.Helper()
	switch r.Family.SAFI {
	case bgp.SAFIUnicast, bgp.SAFIMulticast, bgp.SAFILabel:
	default: // what events show of the others are not their words, nor tells the type of an rd
		return
	}
	text := bgp.AppendNLRIText(nil, r.Family, r.NLRI[bgp.PathIDLen:], &bgp.Face{PathID: r.NLRI[:bgp.PathIDLen]})
	var p Parser
	var c lex.Cursor
	c.Reset(string(text))
	err := p.read(&c, r.Family, Withdraw, func(o rib.Route) {
		a, b := bgp.AppendNLRIKey(nil, r.Family, r.NLRI), bgp.AppendNLRIKey(nil, o.Family, o.NLRI)
		if r.Family != o.Family || !bytes.Equal(a, b) {
			t.Errorf("%s: %v %x, then %v %x", text, r.Family, r.NLRI, o.Family, o.NLRI)
		}
	})
	if err != nil {
		t.Errorf("%s: %v", text, err)
	}
}

const benchLine = "route 10.0.0.0/24 next-hop 192.0.2.1 med 100 community [ 65000:1 65000:2 ]"

func TestStatementAllocs(t *testing.T) {
	var p Parser
	var c lex.Cursor
	yield := func(rib.Route) {}
	for _, text := range []string{
		benchLine, "ipv6 unicast 2001:db8::/32 next-hop self med 5", "route 10.0.0.0/24 { next-hop 192.0.2.1; }",
		"attributes next-hop 192.0.2.1 med 5 nlri 10.0.0.0/24 10.0.1.0/24", "route 10.0.0.0/24 rd 1:1 label 5 next-hop 192.0.2.1 split /26",
	} {
		run := func() {
			c.Reset(text)
			if err := p.Statement(&c, Announce, yield); err != nil {
				t.Fatal(err)
			}
		}
		run()
		if n := testing.AllocsPerRun(100, run); n != 0 {
			t.Errorf("%s: %v allocations, want 0", text, n)
		}
	}
}

func BenchmarkStatement(b *testing.B) {
	var p Parser
	var c lex.Cursor
	yield := func(rib.Route) {}
	b.ReportAllocs()
	for b.Loop() {
		c.Reset(benchLine)
		if err := p.Statement(&c, Announce, yield); err != nil {
			b.Fatal(err)
		}
	}
}

func TestNext(t *testing.T) {
	for _, v := range []struct{ in, want string }{
		{"10.0.0.0/24", "10.0.1.0/24"},
		{"10.255.0.0/16", "11.0.0.0/16"},
		{"0.0.0.0/1", "128.0.0.0/1"},
		{"255.255.255.255/32", "0.0.0.0/32"},
		{"2001:db8:ffff::/48", "2001:db9::/48"},
		{"::/0", "::/0"},
	} {
		if got := next(netip.MustParsePrefix(v.in)).String(); got != v.want {
			t.Errorf("%s: %s, want %s", v.in, got, v.want)
		}
	}
}
