package bgp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/lex"
)

var (
	flow4     = Family{AFIIPv4, SAFIFlow}
	flow6     = Family{AFIIPv6, SAFIFlow}
	flow4VPN  = Family{AFIIPv4, SAFIFlowVPN}
	flow6VPN  = Family{AFIIPv6, SAFIFlowVPN}
	flowL2VPN = Family{AFIL2VPN, SAFIFlowVPN}
	flowAny   = Family{SAFI: SAFIFlow} // of `flow route`
)

// flowRoute reads a flow route in one line; "{" and "}" are words that open and
// close the block that the word before them names.
func flowRoute(b *NLRIBuilder, f Family, words string, c *lex.Cursor) (Family, []byte, error) {
	var attrs AttrBuilder
	b.Attrs = &attrs
	b.Reset(f, false)
	c.Reset(words)
	for w := c.Word(); w != ""; w = c.Word() {
		switch {
		case w == "match" || w == "then" || w == "scope":
			if !b.Open(w) {
				c.Failf("'%s' does not begin a block", w)
			}
		case w == "end":
			b.Close()
		case !b.Word(w, c):
			c.Failf("'%s' is not a word", w)
		}
	}
	if c.Err() != nil {
		return Family{}, nil, c.Err()
	}
	return b.Finish(nil)
}

func TestFlowWords(t *testing.T) {
	var b NLRIBuilder
	for _, v := range []struct {
		family Family
		words  string
		want   Family
		nlri   string // or the error
	}{
		{flowAny, "destination 192.0.2.0/24", flow4, "05 01 18 c00002"},
		{flowAny, "source-ipv4 192.0.2.129/25", flow4, "06 02 19 c0000280"}, // bits behind the length do not matter
		{flowAny, "source 0.0.0.0/0 destination 192.0.2.1/32", flow4, "08 01 20 c0000201 02 00"},
		{flowAny, "destination 2001:db8::/32", flow6, "07 01 20 00 20010db8"},
		{flowAny, "destination-ipv6 2001:db8::/32/0 source ::1/128/120", flow6, "1a 01 20 00 20010db8 02 80 78 00000000000000000000000000000001"},
		{flowAny, "source ::/0", flow6, "03 02 00 00"},
		{flow6, "next-header 58", flow6, "03 03 81 3a"},
		{flowAny, "protocol tcp", flow4, "03 03 81 06"},
		{flowAny, "protocol [ =TCP 0x11 !=OSPF ]", flow4, "07 03 01 06 01 11 86 59"},
		{flowAny, "protocol udp protocol [ tcp icmp ]", flow4, "07 03 01 11 01 06 81 01"}, // a repeated word goes on
		{flowAny, "next-header tcp", flow4, "03 03 81 06"},                                // ExaBGP: the AFI does not matter here
		{flowAny, "port [ >=1024&<=2048 =80 ]", flow4, "09 04 13 0400 55 0800 81 50"},
		{flowAny, "port HTTP-ALT", flow4, "04 04 91 1f90"},
		{flowAny, "port [ zip http_alt ssh ]", flow4, "08 04 01 06 11 1f90 81 16"},
		{flowAny, "source-port [ <10 >11 !=12 true13 ]", flow4, "09 06 04 0a 02 0b 06 0c 87 0d"},
		{flowAny, "port [ true false ]", flow4, "05 04 07 00 80 00"},
		{flowAny, "port truecm", flow4, "04 04 91 2264"},
		{flowAny, "icmp-type [ echo-request unreachable ] icmp-code host_unreachable", flow4, "08 07 01 08 81 03 08 81 01"},
		{flowAny, "tcp-flags [ syn rst&fin&!=push ]", flow4, "09 09 00 02 00 04 40 01 c3 08"},
		{flowAny, "tcp-flags !urgent+ns", flow4, "04 09 92 0120"},
		{flowAny, "tcp-flags =syn+0x10", flow4, "03 09 81 12"},
		{flowAny, "packet-length [ >200&<300 >400&<500 ]", flow4, "0c 0a 02 c8 54 012c 12 0190 d4 01f4"},
		{flowAny, "dscp 46 fragment [ is-fragment last-fragment ]", flow4, "08 0b 81 2e 0c 00 02 80 08"},
		{flowAny, "fragment not-a-fragment", flow4, "03 0c 80 00"},
		{flowAny, "source ::1/128 traffic-class 255 flow-label [ 2013 1048575 255 ]", flow6, "21 02 80 00 00000000000000000000000000000001 0b 81 ff 0d 11 07dd 21 000fffff 81 ff"},
		{flowAny, "rd 65000:1 destination 10.0.0.0/8", flow4VPN, "0b 0000fde800000001 01 08 0a"},
		{flow4, "destination 10.0.0.0/8 route-distinguisher 65000:1", flow4VPN, "0b 0000fde800000001 01 08 0a"},
		{flow6VPN, "rd 65000:1 next-header 6", flow6VPN, "0b 0000fde800000001 03 81 06"},
		{flowAny, "destination ::1234:5678:9a00:0/64-104", flow6, "08 01 68 40 123456789a"}, // RFC 8956 §3.8.2
		{flowAny, "destination 0:0:5b40::/33-42", flow6, "05 01 2a 21 b680"},
		{flowAny, "destination 2001:db8::/0-32", flow6, "07 01 20 00 20010db8"},
		{flowAny, "match destination 10.0.0.0/8 end then discard end", flow4, "03 01 08 0a"},
		{flowL2VPN, "rd 65000:1 vlan-id [ 100&!=0x64 >=200 ] ethernet-type [ ipv4 0x9000 ]", flowL2VPN, "16 0000fde800000001 0e 11 0800 91 9000 15 01 64 46 64 83 c8"},
		{flowL2VPN, "destination-mac 02:00:5e:00:53:01 source-mac 02:00:5E:00:53:02 rd 1:1", flowL2VPN, "18 0000000100000001 0f 06 02005e005302 10 06 02005e005301"},
		{flowL2VPN, "rd 1:1 snap [ >0xaaaa030000 =255 ] inner-vlan-id 4095 inner-vlan-cos 7 vlan-cos 3", flowL2VPN, "1e 0000000100000001 14 32 000000aaaa030000 81 ff 16 81 03 17 91 0fff 18 81 07"},
		{flowL2VPN, "rd 1:1 llc-control 3 llc-ssap 66 llc-dsap 0x42 protocol udp", flowL2VPN, "14 0000000100000001 03 81 11 11 81 42 12 81 42 13 81 03"},

		{flowAny, "", flow4, "a flow route needs a match"},
		{flow4VPN, "rd 65000:1", flow4VPN, "a flow route needs a match"},
		{flow4VPN, "destination 10.0.0.0/8", flow4VPN, "a route of family flow-vpn requires rd"},
		{flowAny, "destination 10.0.0.0/8 destination 11.0.0.0/8", Family{}, "a flow route has one destination-ipv4"},
		{flowAny, "destination 10.0.0.0/8 source ::/0", Family{}, "'::/0' is not of the family of the flow route"},
		{flow4, "source ::/0", Family{}, "'::/0' is not of the family of the flow route"},
		{flow6, "source 10.0.0.0/8", Family{}, "'10.0.0.0/8' is not of the family of the flow route"},
		{flow4, "flow-label 5", flow4, "flow-label is a match of IPv6: the route needs an IPv6 prefix"},
		{flowAny, "source 10.0.0.1", Family{}, "unexpected '10.0.0.1', expected a prefix: 10.0.0.0/24, 2001:db8::/32, or 2001:db8::/32/0 with an offset, 2001:db8::/0-32 in the form of RFC 8956"},
		{flowAny, "source 10.0.0.0/0-8", Family{}, "unexpected '10.0.0.0/0-8', expected a prefix: 10.0.0.0/24, 2001:db8::/32, or 2001:db8::/32/0 with an offset, 2001:db8::/0-32 in the form of RFC 8956"},
		{flowAny, "source 2001:db8::/16-32 destination 2001:db8::/32/16", Family{}, "the offsets of a flow route are all of one form"},
		{flowAny, "source", Family{}, "unexpected end of command, expected a prefix: 10.0.0.0/24, 2001:db8::/32, or 2001:db8::/32/0 with an offset, 2001:db8::/0-32 in the form of RFC 8956"},
		{flowL2VPN, "ethernet-type arp", flowL2VPN, "a route of family flow-vpn requires rd"},
		{flowL2VPN, "source-mac 02:00:5e:00:53:01 source-mac 02:00:5e:00:53:02", Family{}, "a flow route has one source-mac"},
		{flowL2VPN, "source-mac 02-00-5e-00-53-01", Family{}, "unexpected '02-00-5e-00-53-01', expected a MAC address, as 02:00:5e:00:53:01"},
		{flowL2VPN, "destination 10.0.0.0/8", Family{}, "'destination' is not a word"},
		{flowL2VPN, "vlan-id 4096", Family{}, "unexpected '4096', expected a VLAN up to 4095"},
		{flow6, "vlan-id 1", Family{}, "'vlan-id' is not a word"},
		{flowAny, "match discard end", Family{}, "'discard' is not a word"},
		{flowAny, "then source 10.0.0.0/8 end", Family{}, "'source' is not a word"},
		{flowAny, "match then end", Family{}, "'then' does not begin a block"},
	} {
		var c lex.Cursor
		f, kept, err := flowRoute(&b, v.family, v.words, &c)
		got := err
		if f != v.want {
			t.Errorf("%s: family %v, want %v", v.words, f, v.want)
		}
		switch {
		case got != nil && got.Error() != v.nlri:
			t.Errorf("%s: %v, want %s", v.words, got, v.nlri)
		case got == nil && !bytes.Equal(kept[PathIDLen:], unhex(t, strings.ReplaceAll(v.nlri, " ", ""))):
			t.Errorf("%s: %x, want %s", v.words, kept[PathIDLen:], v.nlri)
		}
	}
}

// Values that are none: each is refused with what was expected.
func TestFlowWordErrors(t *testing.T) {
	var b NLRIBuilder
	for _, words := range []string{
		"source foo/8", "source 10.0.0.0/33", "source 10.0.0.0/8/0", "source 2001:db8::/129", "source 2001:db8::/32/32",
		"source 2001:db8::/32/33", "source 2001:db8::/32/x", "source fe80::1%eth0/128", "source 10.0.0.0/", "source 10.0.0.0/+",
		"protocol foo", "protocol icmpv6", "protocol 256", "protocol =", "protocol [ ]", "protocol [ tcp", "protocol",
		"protocol -1", "protocol tcp+udp",
		"port 65536", "port 80-90", "port !53", "port =80&", "port &80", "port =80&&=81", "port [ >80& ]", "port =", "port memcached",
		"icmp-type foo", "icmp-code 256", "tcp-flags psh", "tcp-flags syn+", "tcp-flags +syn", "tcp-flags 65536", "tcp-flags &",
		"packet-length 65536", "dscp 64", "dscp ef", "traffic-class 256", "fragment foo", "flow-label 1048576", "flow-label 0x100000",
		"discard discard bogus",
	} {
		var c lex.Cursor
		if _, _, err := flowRoute(&b, flowAny, words, &c); err == nil || c.Err() == nil {
			t.Errorf("%s: %v", words, err)
		}
	}
}

// TestFlowFaces: in main the text and the JSON without brace and string, then what
// 4.2 shows instead.
func TestFlowFaces(t *testing.T) {
	for _, v := range []struct {
		family Family
		nlri   string
		text   string
		json   string
		text42 string // empty: as text
		json42 string // empty: as json
	}{
		{flow4, "05 01 18 c00002", "destination-ipv4 192.0.2.0/24", `"destination-ipv4": [ "192.0.2.0/24" ]`, "", ""},
		{flow4, "06 02 19 c00002ff", "source-ipv4 192.0.2.128/25", `"source-ipv4": [ "192.0.2.128/25" ]`, "", ""},
		{flow4, "f002 02 00", "source-ipv4 0.0.0.0/0", `"source-ipv4": [ "0.0.0.0/0" ]`, "", ""},
		{
			flow4, "05 03 01 06 81 85", "protocol [ =tcp =133 ]", `"protocol": [ "=tcp", "=133" ]`,
			"protocol [ =tcp =unknown protocol type 133 ]", `"protocol": [ "=tcp", "=unknown protocol type 133" ]`,
		},
		{flow6, "03 03 81 59", "next-header =ospf", `"next-header": [ "=ospf" ]`, "", ""},
		{flow4, "08 04 03 50 55 0800 81 07", "port [ >=80&<=2048 =7 ]", `"port": [ ">=80&<=2048", "=7" ]`, "", ""},
		{flow4, "0b 05 40 01 07 02 47 03 00 04 c0 05", "destination-port [ &false1 true&true3 false&false5 ]", `"destination-port": [ "&false1", "true&true3", "false&false5" ]`, "", ""},
		{flow4, "05 06 4a 09 8d 01", "source-port [ 4A9 0D1 ]", `"source-port": [ "4A9", "0D1" ]`, "", ""},
		{flow4, "0a 06 b1 0000000000000100", "source-port =256", `"source-port": [ "=256" ]`, "", ""},
		{
			flow4, "05 07 01 00 84 2c", "icmp-type [ =echo-reply <44 ]", `"icmp-type": [ "=echo-reply", "<44" ]`,
			"icmp-type [ =echo-reply <unknown icmp type type 44 ]", `"icmp-type": [ "=echo-reply", "<unknown icmp type type 44" ]`,
		},
		{flow4, "03 08 81 03", "icmp-code =3", `"icmp-code": [ "=3" ]`, "", ""},
		{
			flow4, "07 09 00 90 42 41 81 03", "tcp-flags [ ack+cwr&!fin+ece =fin+syn ]", `"tcp-flags": [ "ack+cwr&!fin+ece", "=fin+syn" ]`,
			"", `"tcp-flags": [ "ack", "cwr&!fin", "&!ece", "=fin", "=syn" ]`,
		},
		{flow4, "07 09 00 00 00 02 80 00", "tcp-flags [  syn  ]", `"tcp-flags": [ "", "syn", "" ]`, "", `"tcp-flags": [ "syn" ]`},
		{flow4, "04 09 90 0800", "tcp-flags unknown tcp flag type 2048", `"tcp-flags": [ "unknown tcp flag type 2048" ]`, "", ""},
		{flow4, "05 09 46 02 8c 10", "tcp-flags [ 46syn 0Cack ]", `"tcp-flags": [ "46syn", "0Cack" ]`, "", ""},
		{flow4, "03 0b 81 00", "dscp =0", `"dscp": [ "=0" ]`, "", ""},
		{flow6, "05 0b 05 07 83 07", "traffic-class [ <=7 >=7 ]", `"traffic-class": [ "<=7", ">=7" ]`, "", ""},
		{
			flow4, "05 0c 02 02 80 00", "fragment [ !is-fragment  ]", `"fragment": [ "!is-fragment", "" ]`,
			"fragment [ !is-fragment not-a-fragment ]", `"fragment": [ "not-a-fragment", "not-a-fragment" ]`,
		},
		{flow6, "06 0d a1 000f0000", "flow-label =983040", `"flow-label": [ "=983040" ]`, "", ""},
		{flow6, "0b 01 40 10 20010db800000001", "destination-ipv6 2001:db8:0:1::/64/16", `"destination-ipv6": [ "2001:db8:0:1::/64/16" ]`, "", ""},
		// RFC 8956 §3.1: without the 33 bits before the offset, 1 bit of 0x80.
		{flow6, "05 01 2a 21 b680", "destination-ipv6 0:0:5b40::/42/33", `"destination-ipv6": [ "0:0:5b40::/42/33" ]`, "", ""},
		{flow4VPN, "0b 0000fde800000001 01 08 0a", "destination-ipv4 10.0.0.0/8 rd 65000:1", `"destination-ipv4": [ "10.0.0.0/8" ], "rd": "65000:1"`, "", ""},
		{flow6VPN, "0b 0001c00002010007 03 81 11", "next-header =udp rd 192.0.2.1:7", `"next-header": [ "=udp" ], "rd": "192.0.2.1:7"`, "", ""},
	} {
		b := unhex(t, v.nlri)
		s := Section{Family: v.family, NLRI: b}
		_, nlri, ok := s.Next()
		if !ok {
			t.Errorf("%s: malformed", v.nlri)
			continue
		}
		for _, d := range dialects {
			text, js := "flow "+v.text, v.json
			if d == Dialect42 && v.text42 != "" {
				text = "flow " + v.text42
			}
			if d == Dialect42 && v.json42 != "" {
				js = v.json42
			}
			brace := "{"
			if !d.Main() {
				brace = "{ "
			}
			face := &Face{Dialect: d}
			if got := string(AppendNLRIText(nil, v.family, nlri, face)); got != text {
				t.Errorf("%s, dialect %v:\n got %s\nwant %s", v.nlri, d, got, text)
			}
			want := brace + js + `, "string": "` + text + `" }`
			if got := string(AppendNLRIJSON(nil, v.family, nlri, face)); got != want || !json.Valid([]byte(got)) {
				t.Errorf("%s, dialect %v:\n got %s\nwant %s", v.nlri, d, got, want)
			}
		}
	}
}

// The next hop is a part of the route where ExaBGP had it so.
func TestFlowNextHop(t *testing.T) {
	nlri := unhex(t, "0b 0000fde800000001 01 08 0a")
	for d, want := range map[Dialect]string{
		Dialect6:  `{"destination-ipv4": [ "10.0.0.0/8" ], "rd": "1:2", "string": "flow destination-ipv4 10.0.0.0/8 rd 1:2" }`,
		Dialect4:  `{"destination-ipv4": [ "10.0.0.0/8" ], "rd": "1:2", "next-hop": "192.0.2.1", "string": "flow destination-ipv4 10.0.0.0/8 rd 1:2" }`,
		Dialect5:  `{ "destination-ipv4": [ "10.0.0.0/8" ], "rd": "1:2", "next-hop": "192.0.2.1", "string": "flow destination-ipv4 10.0.0.0/8 rd 1:2 next-hop 192.0.2.1" }`,
		Dialect42: `{ "destination-ipv4": [ "10.0.0.0/8" ], "rd": "1:2", "next-hop": "192.0.2.1", "string": "flow destination-ipv4 10.0.0.0/8 rd 1:2 next-hop 192.0.2.1" }`,
	} {
		copy(nlri[1:], unhex(t, "0000000100000002"))
		face := &Face{Dialect: d, NextHop: []byte{192, 0, 2, 1}}
		if got := string(AppendNLRIJSON(nil, flow4VPN, nlri, face)); got != want {
			t.Errorf("dialect %v:\n got %s\nwant %s", d, got, want)
		}
	}
}

// RFC 8955 §4: a flow route needs no next hop, whatever was negotiated for other
// families; one to redirect to may be of either AFI.
func TestFlowNextHopLength(t *testing.T) {
	n := external()
	n.Families = Families()
	n.NextHops = []NextHopPair{{IPv4Unicast, AFIIPv6}}
	for _, v := range []struct {
		family  string
		nextHop string
		ok      bool
	}{
		{"000185", "00", true},
		{"000185", "04 c0000201", true},
		{"000186", "10 20010db8000000000000000000000001", true},
		{"000185", "05 c000020100", false},
		{"000285", "00", true},
		{"000286", "04 c0000201", true},
		{"000285", "20 20010db8000000000000000000000001 fe800000000000000000000000000001", true},
		{"000285", "08 0000000000000000", false},
	} {
		nlri := "03 03 81 06"
		if strings.HasSuffix(v.family, "86") {
			nlri = "0b 0000fde800000001 03 81 06"
		}
		value := unhex(t, v.family+v.nextHop+"00"+nlri)
		attrs := append(unhex(t, "40010100 40020602010000fdea"), appendAttrHead(nil, AttrMPReach, FlagOptional, len(value))...)
		attrs = append(attrs, value...)
		var u Update
		err := ParseUpdate(&u, append(appendU16([]byte{0, 0}, len(attrs)), attrs...), n)
		if (err == nil) != v.ok || v.ok && len(u.Reach) != 1 {
			t.Errorf("%s %s: %v, %v", v.family, v.nextHop, err, u.Reach)
		}
	}
}

// RFC 8955 §4.2: a rule that is malformed costs itself alone; a length that leads
// out of the section costs the section.
func TestFlowMalformed(t *testing.T) {
	for _, v := range []struct {
		family Family
		nlri   string
		want   error
	}{
		{flow4, "00", errEmpty},
		{flow4, "03 0e 81 01", errComponent},
		{flow4, "03 00 81 01", errComponent},
		{flow4, "03 ff 81 01", errComponent},
		{flow4, "03 0d 81 01", errComponent}, // flow label in IPv4
		{flow4, "08 03 81 06 01 18 0a0000", errOrder},
		{flow4, "06 03 81 06 03 81 11", errOrder},
		{flow4, "06 01 08 0a 01 08 0b", errOrder},
		{flow4, "03 05 01 50", errShort}, // no end of list
		{flow4, "03 05 91 50", errShort}, // a value of two octets
		{flow4, "01 05", errShort},
		{flow4, "01 01", errShort},
		{flow4, "07 01 21 0a000000 00", errLength},
		{flow4, "04 01 18 0a00", errShort},
		{flow6, "02 01 20", errShort},
		{flow6, "03 01 81 00", errLength},
		{flow6, "03 01 20 20", errLength},
		{flow6, "03 01 00 01", errLength},
		{flow4VPN, "07 0000fde8000000", errShort},
		{flow4VPN, "08 0000fde800000001", errEmpty},
	} {
		good := "03 03 81 06"
		if v.family == flow4VPN {
			good = "0b 0000000000000000 03 81 06"
		}
		s := Section{Family: v.family, NLRI: unhex(t, v.nlri+good)}
		lost, err := s.check()
		if err != nil || !errors.Is(lost, v.want) {
			t.Errorf("%s: %v, %v, want %v", v.nlri, lost, err, v.want)
		}
		if _, nlri, ok := s.Next(); !ok || !bytes.Equal(nlri, unhex(t, good)) {
			t.Errorf("%s: the next one is %x", v.nlri, nlri)
		}
	}
	for _, nlri := range []string{"04 03 81 06", "f0", "f004 03 81 06", "ffff"} {
		s := Section{Family: flow4, NLRI: unhex(t, nlri)}
		if lost, err := s.check(); lost != nil || !errors.Is(err, errShort) {
			t.Errorf("%s: %v, %v", nlri, lost, err)
		}
	}
}

// The length takes two octets from 240 on, up to 4095 (RFC 8955 §4.1).
func TestFlowLong(t *testing.T) {
	var b NLRIBuilder
	for _, v := range []struct {
		tests int // of three octets, the first of two
		head  string
	}{
		{79, "ed"}, {80, "f0f0"}, {85, "f0ff"}, {86, "f102"}, {1365, "ffff"}, {1366, ""},
	} {
		words := []string{"port [ 80"}
		for i := range v.tests - 1 {
			words = append(words, fmt.Sprintf("=%d", 1024+i))
		}
		// Type and value of one octet are three octets, each other test as well.
		var c lex.Cursor
		_, kept, err := flowRoute(&b, flowAny, strings.Join(words, " ")+" ]", &c)
		if v.head == "" {
			if err == nil || err.Error() != errFlowLong.Error() {
				t.Errorf("%d tests: %v", v.tests, err)
			}
			continue
		}
		if _, _, err := flowRoute(&b, flowAny, strings.Join(words, " ")+" ] rd 65000:1 port 80", &c); v.tests > 1360 && !errors.Is(err, errFlowLong) {
			t.Errorf("%d tests and more: %v", v.tests, err)
		}
		if err != nil || !bytes.HasPrefix(kept[PathIDLen:], unhex(t, v.head)) {
			t.Errorf("%d tests: %v, %.8x", v.tests, err, kept)
			continue
		}
		s := Section{Family: flow4, NLRI: slices.Concat(kept[PathIDLen:], unhex(t, "03 03 81 06"))}
		if _, nlri, ok := s.Next(); !ok || !bytes.Equal(nlri, kept[PathIDLen:]) {
			t.Errorf("%d tests: read %.8x", v.tests, nlri)
		}
		if _, _, ok := s.Next(); !ok {
			t.Errorf("%d tests: the one behind is lost", v.tests)
		}
	}
}

// A rule whose length is written in two ways is one route.
func TestFlowKey(t *testing.T) {
	one := AppendNLRIKey(nil, flow4, unhex(t, "00000000 05 01 18 c00002"))
	two := AppendNLRIKey(nil, flow4, unhex(t, "00000000 f005 01 18 c00002"))
	if !bytes.Equal(one, two) || !bytes.Equal(one, unhex(t, "00000000 01 18 c00002")) {
		t.Errorf("%x, %x", one, two)
	}
}

func TestFlowActions(t *testing.T) {
	const ext, ext6 = "c010", "c019"
	for _, v := range []struct {
		words   string
		attrs   string
		nextHop string
	}{
		{"accept", "", ""},
		{"discard", ext + "08 8006000000000000", ""},
		{"rate-limit 9600", ext + "08 8006000046160000", ""},
		{"rate-limit 9600 bytes", ext + "08 8006000046160000", ""},
		{"rate-limit 1000 packets", ext + "08 800c0000447a0000", ""},
		{"rate-limit 99999999999999999999", "", "unexpected '99999999999999999999', expected a rate, in bytes or packets per second"},
		{"rate-limit -5", "", "unexpected '-5', expected a rate, in bytes or packets per second"},
		{"redirect 65000:12345", ext + "08 8008fde800003039", ""},
		{"redirect 70000:1", ext + "08 8208000111700001", ""},
		{"redirect 192.0.2.1:7", ext + "08 8108c00002010007", ""},
		{"redirect 192.0.2.1", ext + "08 0800000000000000", "192.0.2.1"},
		{"redirect 2001:db8::1", ext + "08 0800000000000000", "2001:db8::1"},
		{`redirect "[2001:db8::1]"`, ext + "08 0800000000000000", "2001:db8::1"},
		{`redirect "[2001:db8::1]:7"`, ext6 + "14 000d20010db80000000000000000000000010007", ""},
		{"redirect 70000:70000", "", "unexpected '70000:70000', expected a route target, <asn>:<number>, or an address"},
		{"redirect 65000:4294967296", "", "unexpected '65000:4294967296', expected a route target, <asn>:<number>, or an address"},
		{"redirect foo", "", "unexpected 'foo', expected a route target, <asn>:<number>, or an address"},
		{`redirect "[2001:db8::1]7"`, "", `unexpected '[2001:db8::1]7', expected an IPv6 route target: "[2001:db8::1]:1"`},
		{`redirect "[192.0.2.1]:7"`, "", `unexpected '[192.0.2.1]:7', expected an IPv6 route target: "[2001:db8::1]:1"`},
		{"redirect-to-nexthop", ext + "08 0800000000000000", ""},
		{"redirect-to-nexthop-ietf 192.0.2.1", ext + "08 010cc00002010000", ""},
		{"redirect-to-nexthop-ietf 2001:db8::1", ext6 + "14 000c20010db80000000000000000000000010000", ""},
		{"redirect-to-nexthop-ietf foo", "", "unexpected 'foo', expected an IP address"},
		{"copy 192.0.2.1", ext + "08 0800000000000001", "192.0.2.1"},
		{"copy foo", "", "unexpected 'foo', expected an IP address"},
		{"copy 192.0.2.1 redirect 192.0.2.2", "", "a flow route has one next hop, and 192.0.2.2 is another than 192.0.2.1"},
		{"mark 63", ext + "08 800900000000003f", ""},
		{"mark 64", "", "unexpected '64', expected a DSCP from 0 to 63"},
		{"action sample", ext + "08 8007000000000002", ""},
		{"action terminal", ext + "08 8007000000000001", ""},
		{"action sample-terminal", ext + "08 8007000000000003", ""},
		{"action foo", "", "unexpected 'foo', expected sample, terminal or sample-terminal"},
		{"interface-set transitive:input:1234:5678", ext + "08 0702000004d2562e", ""},
		{"interface-set [ non-transitive:input:3405770241:1 output:254:254 ]", ext + "10 0702000000fe80fe 4702caffee014001", ""},
		{"interface-set foo:input:1:1", "", "unexpected 'foo:input:1:1', expected transitive:input:65000:1, with non-transitive, output or input-output"},
		{"mark 10 rate-limit 0 action sample", ext + "18 8006000000000000 8007000000000002 800900000000000a", ""},
	} {
		var b NLRIBuilder
		var c lex.Cursor
		_, _, err := flowRoute(&b, flowAny, "protocol tcp then "+v.words+" end", &c)
		if err != nil {
			if err.Error() != v.nextHop {
				t.Errorf("%s: %v, want %s", v.words, err, v.nextHop)
			}
			continue
		}
		if got := fmt.Sprintf("%x", b.Attrs.Attrs().Octets()); got != strings.ReplaceAll(v.attrs, " ", "") {
			t.Errorf("%s: attributes %s, want %s", v.words, got, v.attrs)
		}
		if h := b.NextHop(); !h.IsZero() && h.Addr().String() != v.nextHop || h.IsZero() && v.nextHop != "" {
			t.Errorf("%s: next hop %v, want %s", v.words, h, v.nextHop)
		}
	}
	var b NLRIBuilder // without a place for attributes there are no actions
	var c lex.Cursor
	b.Reset(flowAny, false)
	c.Reset("")
	if b.Word("discard", &c) {
		t.Error("an action without a place for its attribute")
	}
}

// The tables are whole, and in the order that code relies on.
func TestFlowTables(t *testing.T) {
	words := map[string]byte{}
	for _, w := range flowWordTable {
		if words[w.word] != 0 {
			t.Errorf("%s: two rows", w.word)
		}
		words[w.word] = w.id
		if k := flowTable[w.id].kind; k.single() != (w.max == 0) || k.single() != (w.expect == "") {
			t.Errorf("%s: half a row", w.word)
		}
	}
	for id, r := range flowTable[1:] {
		if r.rfc == "" || r.name6 == "" && r.nameL2 == "" || r.names != nil && r.value == "" {
			t.Errorf("component %d: half a row", id+1)
		}
		for _, name := range []string{r.name4, r.name6, r.nameL2} {
			if name != "" && int(words[name]) != id+1 {
				t.Errorf("component %d: no word %s", id+1, name)
			}
		}
	}
	last, lines := "", 0
	for line := range strings.Lines(flowPorts) {
		name, port, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		n, found := portNamed(strings.ToUpper(name))
		if !ok || !found || fmt.Sprint(n) != port || name <= last {
			t.Errorf("%q behind %s: %d, %v", line, last, n, found)
		}
		last = name
		lines++
	}
	if lines < 6000 {
		t.Errorf("%d names of ports", lines)
	}
	for _, w := range []string{"", "a", "zzzz", "http-", "htt"} {
		if n, ok := portNamed(w); ok {
			t.Errorf("%q is port %d", w, n)
		}
	}
}

// flowWords is a rule as a filter against an attack has it.
const flowWords = "source 192.0.2.0/24 destination 198.51.100.1/32 protocol [ tcp udp ] destination-port [ =http >=1024&<=2048 ] tcp-flags syn+ack rate-limit 9600 mark 10 redirect 65000:1 redirect 192.0.2.1"

// buildFlow makes octets of flowWords.
func buildFlow(tb testing.TB, b *NLRIBuilder, c *lex.Cursor, dst []byte) []byte {
	tb.Helper()
	b.Attrs.Reset()
	b.Reset(flowAny, false)
	c.Reset(flowWords)
	for w := c.Word(); w != ""; w = c.Word() {
		b.Word(w, c)
	}
	_, dst, err := b.Finish(dst)
	if err != nil || c.Err() != nil {
		tb.Fatal(err, c.Err())
	}
	b.Attrs.Attrs()
	return dst
}

func TestFlowAllocs(t *testing.T) {
	b := NLRIBuilder{Attrs: &AttrBuilder{}}
	var c lex.Cursor
	var kept []byte
	zeroAllocs(t, "words of a flow route", func() { kept = buildFlow(t, &b, &c, kept[:0]) })
	v6 := unhex(t, "1a 01 20 00 20010db8 02 80 78 00000000000000000000000000000001")
	dst := make([]byte, 0, 1<<12)
	for _, d := range dialects {
		face := &Face{Dialect: d, NextHop: []byte{192, 0, 2, 1}}
		zeroAllocs(t, "JSON of a flow route", func() {
			dst = AppendNLRIJSON(dst[:0], flow4, kept[PathIDLen:], face)
			dst = AppendNLRIJSON(dst[:0], flow6, v6, face)
		})
	}
	s := Section{Family: flow4, NLRI: kept[PathIDLen:]}
	zeroAllocs(t, "check of a flow route", func() { _, _ = s.check() })
}

func BenchmarkFlow(b *testing.B) {
	builder := NLRIBuilder{Attrs: &AttrBuilder{}}
	var c lex.Cursor
	var dst []byte
	kept := buildFlow(b, &builder, &c, nil)
	b.Run("words", func(b *testing.B) {
		for b.Loop() {
			kept = buildFlow(b, &builder, &c, kept[:0])
		}
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			_, _ = Section{Family: flow4, NLRI: kept[PathIDLen:]}.check()
		}
	})
	face := &Face{Dialect: Dialect6}
	b.Run("json", func(b *testing.B) {
		for b.Loop() {
			dst = AppendNLRIJSON(dst[:0], flow4, kept[PathIDLen:], face)
		}
	})
}
