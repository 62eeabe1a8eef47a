package bgp

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// minimal is what the smallest neighbor of the test suites announces.
func minimal() OpenConfig {
	return OpenConfig{
		AS: 65533, ID: netip.MustParseAddr("10.0.0.2"), HoldTime: 180 * time.Second,
		Families: []Family{IPv4Unicast}, ASN4: true, ExtendedMessage: true,
	}
}

func TestNewOpen(t *testing.T) {
	seconds := func(s uint16) *uint16 { return &s }
	for _, tt := range []struct {
		name string
		edit func(*OpenConfig)
		want []byte
	}{
		{"minimal", func(*OpenConfig) {}, wire("0031 01 04fffd00b40a000002 14 0206010400010001 02064104 0000fffd 02020600")},
		{"nothing optional", func(c *OpenConfig) {
			*c = OpenConfig{AS: 70000, ID: c.ID}
		}, wire("001d 01 045ba000000a000002 00")},
		{"link-local", func(c *OpenConfig) {
			c.Families, c.LinkLocal = []Family{IPv6Unicast}, true
		}, wire("0035 01 04FFFD00B40A000002 18 0206010400020001 020641040000FFFD 02020600 02024D00")},
		{"host name", func(c *OpenConfig) {
			c.HostName, c.DomainName = "my-host-name", "my-domain-name.com"
		}, wire("0055 01 04FFFD00B40A000002 38 0206010400010001 020641040000FFFD 02020600 02224920 0C6D792D686F73742D6E616D65 126D792D646F6D61696E2D6E616D652E636F6D")},
		{"software", func(c *OpenConfig) {
			c.SoftwareVersion = "ExaBGP/5.0.0-0+test"
		}, wire("0049 01 04FFFD00B40A000002 2C 0206010400010001 020641040000FFFD 02020600 02164B14 13 4578614247502F352E302E302D302B74657374")},
		{"everything", func(c *OpenConfig) {
			c.Families = []Family{IPv4Unicast, ipv4VPN, IPv6Unicast}
			c.NextHop, c.NextHops = true, []NextHopPair{{ipv4VPN, AFIIPv6}, {IPv6Unicast, AFIIPv4}, {IPv4Unicast, AFIIPv6}}
			c.AddPathSend, c.AddPathReceive = true, true
			c.PathsLimit = map[Family]uint16{IPv6Unicast: 20, IPv4Unicast: 10, {AFIIPv4, SAFIFlow}: 3}
			c.GracefulRestart, c.Restarted = seconds(120), true
			c.RouteRefresh, c.Operational, c.LinkLocal, c.MultiSession = true, true, true, true
			c.HostName, c.DomainName, c.SoftwareVersion = "h1", "d1", "x"
		}, wire(`00ab 01 04fffd00b40a000002 8e
			020601 04 00010001  020601 04 00010080  020601 04 00020001  # multiprotocol
			020641 04 0000fffd                                          # asn4
			020e05 0c 000100010002 000100800002                         # nexthop
			020e45 0c 00010103 00020103 00018003                        # add-path
			020c4c 0a 000101000a 0002010014                             # paths-limit
			021040 0e 8078 00010180 00018080 00020180                   # graceful-restart
			0202 0200 0202 4600 0202 b900 0202 0600                     # refresh, enhanced, operational, extended message
			020849 06 026831 026431                                     # hostname
			02044b 02 0178                                              # software-version
			0202 4d00 0203 440100 0203 440101                           # link-local-nexthop, multi-session
		`)},
		{"empty lists", func(c *OpenConfig) {
			c.Families = []Family{{AFIIPv4, SAFIFlow}}
			c.NextHop, c.AddPathReceive, c.GracefulRestart = true, true, seconds(5000)
			c.PathsLimit = map[Family]uint16{IPv4Unicast: 10}
		}, wire("0043 01 04fffd00b40a000002 26 0206010400010085 02064104 0000fffd 0202 0500 0202 4500 0208 4006 0fff 00018580 0202 0600")},
		{"add-path block", func(c *OpenConfig) {
			c.Families = []Family{IPv4Unicast, IPv6Unicast}
			c.AddPath, c.AddPathSend = []Family{IPv6Unicast, ipv4VPN}, true
		}, wire("0041 01 04fffd00b40a000002 24 0206010400010001 0206010400020001 02064104 0000fffd 0206 4504 00020102 02020600")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := minimal()
			tt.edit(&c)
			got := NewOpen(&c).Append(nil)
			if !bytes.Equal(got, tt.want) {
				t.Errorf("got  %s\nwant %s", bgptest.Format(got), bgptest.Format(tt.want))
			}
		})
	}
}

func TestOpenTextsAreCut(t *testing.T) {
	c := minimal()
	c.HostName = strings.Repeat("a", 63) + "é"
	c.SoftwareVersion = strings.Repeat("b", 100)
	o := NewOpen(&c)
	host, domain := o.hostName()
	if host != strings.Repeat("a", 63) || domain != "" {
		t.Errorf("host name %q, domain name %q", host, domain)
	}
	if s := o.softwareVersion(); s != strings.Repeat("b", 64) {
		t.Errorf("software version %q", s)
	}
}

// TestOpenExtended goes from 254 octets of parameters, the most that the old form
// holds, to 255 (RFC 9072 §2).
func TestOpenExtended(t *testing.T) {
	for _, tt := range []struct {
		name    string
		lengths []int
		head    []byte
	}{
		{"old form", []int{250}, bgptest.Hex("fe 02 fc c8 fa")},
		{"extended", []int{251}, bgptest.Hex("ff ff 0100 02 00fd c8 fb")},
		{"largest", []int{255, 255}, bgptest.Hex("ff ff 0208 02 0101 c8 ff")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := &Open{Version: 4, AS: 1, HoldTime: 90, ID: netip.MustParseAddr("192.0.2.1")}
			for _, n := range tt.lengths {
				o.add(200, bytes.Repeat([]byte{0xaa}, n))
			}
			m := o.Append(nil)
			if got := m[28:][:len(tt.head)]; !bytes.Equal(got, tt.head) {
				t.Errorf("parameters begin with %x, want %x", got, tt.head)
			}
			back, err := ParseOpen(m[HeaderLen:])
			if err != nil {
				t.Fatal(err)
			}
			if got := back.Append(nil); !bytes.Equal(got, m) {
				t.Errorf("got back %x, want %x", got, m)
			}
		})
	}
}

func TestParseOpen(t *testing.T) {
	for _, tt := range []struct {
		name   string
		params string // from their length on
		want   []Capability
		err    *Notification
	}{
		{"none", "00", nil, nil},
		{"one each", "0c 0206010400010001 02020600", []Capability{{1, []byte{0, 1, 0, 1}}, {6, []byte{}}}, nil},
		{"two in one", "0a 0208 010400010001 0600", []Capability{{1, []byte{0, 1, 0, 1}}, {6, []byte{}}}, nil},
		{"empty parameter", "02 0200", nil, nil},
		{"unknown", "05 0203 47 01 aa", []Capability{{71, []byte{0xaa}}}, nil},
		{"extended", "ff ff 0009 02 0006 010400010001", []Capability{{1, []byte{0, 1, 0, 1}}}, nil},
		{"extended, other length", "01 ff 0009 02 0006 010400010001", []Capability{{1, []byte{0, 1, 0, 1}}}, nil},
		{"extended, none", "ff ff 0000", nil, nil},

		{"parameters cut", "0c 0206", nil, &Notification{2, 0, []byte("optional parameters of 12 octets in 2: truncated")}},
		{"octets behind", "00 02", nil, &Notification{2, 0, []byte("optional parameters of 0 octets in 1: wrong length")}},
		{"extended cut", "ff ff 00", nil, &Notification{2, 0, []byte("extended optional parameters: truncated")}},
		{"extended too long", "ff ff 0002 02", nil, &Notification{2, 0, []byte("optional parameters of 2 octets in 1: truncated")}},
		{"extended parameter cut", "ff ff 0004 02 0002 06", nil, &Notification{2, 0, []byte("optional parameter 2: truncated")}},
		{"parameter cut", "03 0202 06", nil, &Notification{2, 0, []byte("optional parameter 2: truncated")}},
		{"parameter without length", "01 02", nil, &Notification{2, 0, []byte("optional parameter: truncated")}},
		{"capability cut", "05 0203 41 04 00", nil, &Notification{2, 0, []byte("capability 65: truncated")}},
		{"capability without length", "03 0201 41", nil, &Notification{2, 0, []byte("capability 65: truncated")}},
		{"authentication", "02 0100", nil, &Notification{2, 4, nil}},
		{"other parameter", "02 0300", nil, &Notification{2, 4, nil}},
		{"extended type later", "04 0200 ff00", nil, &Notification{2, 4, nil}},

		{"short multiprotocol", "07 0205 0103 000100", nil, &Notification{2, 0, []byte("capability multiprotocol: truncated")}},
		{"asn4 of two octets", "06 0204 4102 fde8", nil, &Notification{2, 0, []byte("capability asn4: wrong length")}},
		{"nexthop", "08 0206 0504 00010001", nil, &Notification{2, 0, []byte("capability nexthop: wrong length")}},
		{"add-path", "07 0205 4503 000101", nil, &Notification{2, 0, []byte("capability add-path: wrong length")}},
		{"short graceful restart", "05 0203 4001 00", nil, &Notification{2, 0, []byte("capability graceful-restart: truncated")}},
		{"graceful restart family", "07 0205 4003 007800", nil, &Notification{2, 0, []byte("capability graceful-restart: wrong length")}},
		{"paths-limit", "08 0206 4c04 00010100", nil, &Notification{2, 0, []byte("capability paths-limit: wrong length")}},
		{"host name cut", "06 0204 4902 0161", nil, &Notification{2, 0, []byte("capability hostname: truncated")}},
		{"host name not UTF-8", "07 0205 4903 01ff00", nil, &Notification{2, 0, []byte("capability hostname: invalid value")}},
		{"domain name not UTF-8", "07 0205 4903 0001ff", nil, &Notification{2, 0, []byte("capability hostname: invalid value")}},
		{"software cut", "06 0204 4b02 0261", nil, &Notification{2, 0, []byte("capability software-version: truncated")}},
		{"software not UTF-8", "06 0204 4b02 01ff", nil, &Notification{2, 0, []byte("capability software-version: invalid value")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := append(bgptest.Hex("04 fdea 005a 0a000009"), bgptest.Hex(tt.params)...)
			o, err := ParseOpen(body)
			if tt.err != nil {
				checkError(t, err, *tt.err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			bgptest.Poison(body) // an OPEN is kept
			if o.Version != 4 || o.AS != 65002 || o.HoldTime != 90 || o.ID != netip.MustParseAddr("10.0.0.9") {
				t.Errorf("fixed part: %+v", o)
			}
			same := func(a, b Capability) bool { return a.Code == b.Code && bytes.Equal(a.Value, b.Value) }
			if !slices.EqualFunc(o.Capabilities, tt.want, same) {
				t.Errorf("capabilities %v, want %v", o.Capabilities, tt.want)
			}
		})
	}
}

func TestParseOpenFixedPart(t *testing.T) {
	_, err := ParseOpen(bgptest.Hex("03 fdea 005a 0a000009 00"))
	checkError(t, err, Notification{2, 1, []byte{0, 4}})
	_, err = ParseOpen(bgptest.Hex("04 fdea 005a 0a000009"))
	checkError(t, err, Notification{1, 2, []byte{0, 28}})
}

func TestOpenCheck(t *testing.T) {
	local := minimal()
	for _, tt := range []struct {
		name   string
		local  func(*OpenConfig)
		remote func(*OpenConfig)
		field  int // AS field of the peer's OPEN, if not 0
		peerAS uint32
		err    *Notification
	}{
		{name: "iBGP", peerAS: 65533},
		{name: "any AS", remote: func(c *OpenConfig) { c.AS = 70000 }},
		{name: "four octets", remote: func(c *OpenConfig) { c.AS = 70000 }, peerAS: 70000},
		{name: "capability and field differ", remote: func(c *OpenConfig) { c.AS = 70000 }, field: 65002, peerAS: 70000},
		{
			name: "we know two octets", local: func(c *OpenConfig) { c.ASN4 = false },
			remote: func(c *OpenConfig) { c.AS = 70000 }, peerAS: 23456,
		},
		{name: "same identifier, eBGP", remote: func(c *OpenConfig) { c.AS, c.ID = 1, local.ID }, peerAS: 1},
		{
			name: "other AS", remote: func(c *OpenConfig) { c.AS = 65002 }, peerAS: 65001,
			err: &Notification{2, 2, []byte("ASN in OPEN (65002) did not match ASN expected (65001)")},
		},
		{
			name: "capability says other AS", remote: func(c *OpenConfig) { c.AS = 70000 }, field: 65001, peerAS: 65001,
			err: &Notification{2, 2, []byte("ASN in OPEN (70000) did not match ASN expected (65001)")},
		},
		{name: "AS 0", remote: func(c *OpenConfig) { c.AS = 0 }, err: &Notification{2, 2, []byte("0 is an invalid ASN")}},
		{
			name: "identifier 0.0.0.0", remote: func(c *OpenConfig) { c.ID = netip.IPv4Unspecified() },
			err: &Notification{2, 3, []byte("0.0.0.0 is an invalid router_id")},
		},
		{
			name: "same identifier, iBGP", remote: func(c *OpenConfig) { c.ID = local.ID },
			err: &Notification{2, 3, []byte("BGP Identifier collision, same router-id (10.0.0.2) on both sides of this IBGP session")},
		},
		{name: "no hold time", remote: func(c *OpenConfig) { c.HoldTime = 0 }},
		{name: "hold time 3", remote: func(c *OpenConfig) { c.HoldTime = 3 * time.Second }},
		{name: "hold time 1", remote: func(c *OpenConfig) { c.HoldTime = time.Second }, err: &Notification{2, 6, nil}},
		{name: "hold time 2", remote: func(c *OpenConfig) { c.HoldTime = 2 * time.Second }, err: &Notification{2, 6, nil}},
		{
			name:  "multi-session of both",
			local: func(c *OpenConfig) { c.MultiSession = true }, remote: func(c *OpenConfig) { c.MultiSession = true },
		},
		{name: "multi-session of the peer", remote: func(c *OpenConfig) { c.MultiSession = true }},
		{
			name: "multi-session missing", local: func(c *OpenConfig) { c.MultiSession = true },
			err: &Notification{2, 9, []byte("multisession is mandatory with this peer")},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ours, theirs := minimal(), minimal()
			theirs.ID = netip.MustParseAddr("10.0.0.9")
			if tt.local != nil {
				tt.local(&ours)
			}
			if tt.remote != nil {
				tt.remote(&theirs)
			}
			remote := NewOpen(&theirs)
			if tt.field != 0 {
				remote.AS = uint16(tt.field)
			}
			err := remote.Check(NewOpen(&ours), tt.peerAS)
			if tt.err != nil {
				checkError(t, err, *tt.err)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMultiSessionConflict(t *testing.T) {
	c := minimal()
	c.MultiSession = true
	local, remote := NewOpen(&c), NewOpen(&c)
	remote.ID = netip.MustParseAddr("10.0.0.9")
	remote.Capabilities = slices.DeleteFunc(remote.Capabilities, func(c Capability) bool { return c.Code == CapMultiSession })
	remote.add(CapMultiSession, []byte{0, 1}) // both octets in one instance, as in the draft
	if err := remote.Check(local, 0); err != nil {
		t.Error(err)
	}
	remote.add(CapMultiSession, []byte{2})
	checkError(t, remote.Check(local, 0), note(2, 8, "session identification did not match"))
}

// TestOpenCompat reads the OPENs that ExaBGP's functional tests expect.
func TestOpenCompat(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(bgptest.Shared(t, "compat", "encoding"), "*.ci"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	found := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := bgptest.ParseScript(name, string(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range s.Lines {
			if l.Kind != bgptest.Raw || MessageType(l.Octets[18]) != TypeOpen {
				continue
			}
			found++
			o, perr := ParseOpen(l.Octets[HeaderLen:])
			if perr != nil {
				t.Errorf("%s:%d: %v", name, l.Row, perr)
			} else if got := o.Append(nil); !bytes.Equal(got, l.Octets) {
				t.Errorf("%s:%d: got back %s", name, l.Row, bgptest.Format(got))
			}
		}
	}
	if found < 3 {
		t.Errorf("only %d OPENs", found)
	}
}

func FuzzParseOpen(f *testing.F) {
	c := minimal()
	f.Add(NewOpen(&c).Append(nil)[HeaderLen:])
	c.HostName, c.SoftwareVersion, c.MultiSession, c.AddPathSend = "h", "s", true, true
	f.Add(NewOpen(&c).Append(nil)[HeaderLen:])
	f.Add(bgptest.Hex("04 fdea 005a 0a000009 ff ff 0009 02 0006 010400010001"))
	for i := range capTable {
		f.Add(append(bgptest.Hex("04 fdea 005a 0a000009 06 02 04"), byte(capTable[i].code), 2, 0, 120))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		o, err := ParseOpen(body)
		if err != nil {
			if err.Action != ActionReset || err.Code == 0 {
				t.Errorf("error %+v", err)
			}
			return
		}
		checkFaces(t, func(dst []byte, f *Face, sent bool) []byte { return o.AppendJSON(dst, f, sent) },
			func(dst []byte, f *Face, sent bool) []byte { return o.AppendText(dst, f, sent) })
		n := Negotiate(o, o, &Negotiated{})
		checkFaces(t, func(dst []byte, f *Face, _ bool) []byte { return n.AppendJSON(dst, f) }, nil)
		if len(body) > MaxMessage-HeaderLen-512 {
			return // one parameter per capability may take more octets than came
		}
		back, err := ParseOpen(o.Append(nil)[HeaderLen:])
		if err != nil {
			t.Fatalf("own OPEN: %v", err)
		}
		if !slices.EqualFunc(o.Capabilities, back.Capabilities, func(a, b Capability) bool {
			return a.Code == b.Code && bytes.Equal(a.Value, b.Value)
		}) {
			t.Errorf("got back %v, want %v", back.Capabilities, o.Capabilities)
		}
	})
}
