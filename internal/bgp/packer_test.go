package bgp

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// ibgp is a session inside AS 65000 with four-octet AS numbers.
func ibgp() *Negotiated {
	return &Negotiated{
		LocalAS: 65000, PeerAS: 65000, ASN4: true, MaxMessage: MaxMessage, Families: Families(),
		Self: Self{Local: netip.MustParseAddr("127.0.0.1"), RouterID: netip.MustParseAddr("1.2.3.4")},
	}
}

func hop(s string) NextHop {
	if s == "self" {
		return NextHopSelf
	}
	if s == "" {
		return NextHop{}
	}
	return NextHopAddr(netip.MustParseAddr(s))
}

// messages cuts the packer's octets into messages, without marker, in hexadecimal.
func messages(tb testing.TB, b []byte) []string {
	tb.Helper()
	var out []string
	for len(b) > 0 {
		n := 0
		if len(b) >= HeaderLen {
			n = u16(b, 16)
		}
		if n < HeaderLen || n > len(b) || !bytes.Equal(b[:16], bytes.Repeat([]byte{0xff}, 16)) || b[18] != byte(TypeUpdate) {
			tb.Fatalf("not a message: %x", b)
		}
		out = append(out, hex.EncodeToString(b[16:n]))
		b = b[n:]
	}
	return out
}

func keptOf(tb testing.TB, words string) (Family, []byte) {
	tb.Helper()
	f, kept, err := build(Family{}, true, words)
	if err != nil {
		tb.Fatal(err)
	}
	return f, kept
}

// One route in each message form: the octets are those of ExaBGP unless noted.
func TestPackerForms(t *testing.T) {
	ebgp := ibgp()
	ebgp.PeerAS = 65001
	addPath := ibgp()
	addPath.AddPathSend = Families()
	four := ibgp()
	four.V6NextHopV4 = []Family{IPv6Unicast}
	linkLocal := ibgp()
	linkLocal.LinkLocal, linkLocal.LinkLocalAddr = true, netip.MustParseAddr("fe80::1")
	last := ibgp()
	last.WithdrawLast = true
	multicast := Family{AFIIPv4, SAFIMulticast}
	for _, v := range []struct {
		name   string
		n      *Negotiated
		family Family // zero: that of the words
		words  string
		hop    string // "-": a withdraw; "- A": with next hop A
		want   string
	}{
		{"IPv4", ibgp(), Family{}, "10.0.0.0/24", "192.0.2.1", "0030 02 0000 0015 40010100 400200 400304c0000201 40050400000064 180a0000"},
		{"IPv4 eBGP", ebgp, Family{}, "10.0.0.0/24", "192.0.2.1", "002f 02 0000 0014 40010100 400206 0201 0000fde8 400304c0000201 180a0000"},
		{"IPv4 self", ibgp(), Family{}, "10.0.0.0/24", "self", "0030 02 0000 0015 40010100 400200 4003047f000001 40050400000064 180a0000"},
		{"IPv4, path identifier not negotiated", ibgp(), Family{}, "10.0.0.0/24 path-information 1", "192.0.2.1", "0030 02 0000 0015 40010100 400200 400304c0000201 40050400000064 180a0000"},
		{"IPv4 path identifier", addPath, Family{}, "10.0.0.0/24 path-information 1.2.3.4", "192.0.2.1", "0034 02 0000 0015 40010100 400200 400304c0000201 40050400000064 01020304 180a0000"},
		{"IPv4 path identifier 0", addPath, Family{}, "10.0.0.0/24", "192.0.2.1", "0034 02 0000 0015 40010100 400200 400304c0000201 40050400000064 00000000 180a0000"},
		{"IPv4, IPv6 next hop", ibgp(), Family{}, "10.0.0.0/24", "2001:db8::1", "0041 02 0000 002a 40010100 400200 40050400000064 800e19 0001 01 10 20010db8000000000000000000000001 00 180a0000"},
		{"IPv4 withdraw", ibgp(), Family{}, "10.0.0.0/24", "-", "001b 02 0004 180a0000 0000"},
		{"IPv4 withdraw, path identifier", addPath, Family{}, "10.0.0.0/24 path-information 2", "-", "001f 02 0008 00000002 180a0000 0000"},
		{"multicast", ibgp(), multicast, "224.1.0.0/16", "192.0.2.1", "0034 02 0000 001d 40010100 400200 40050400000064 800e0c 0001 02 04 c0000201 00 10e001"},
		{"IPv6", ibgp(), Family{}, "2001:db8::/32", "2001:db8::1", "0042 02 0000 002b 40010100 400200 40050400000064 800e1a 0002 01 10 20010db8000000000000000000000001 00 2020010db8"},
		{"IPv6 withdraw", ibgp(), Family{}, "2001:db8::/32", "-", "0022 02 0000 000b 800f08 0002 01 2020010db8"},
		// RFC 4760 §3; ExaBGP writes four octets always.
		{"IPv6, IPv4 next hop", ibgp(), Family{}, "2001:db8::/32", "192.0.2.1", "0049 02 0000 0032 40010100 400200 400304c0000201 40050400000064 800e1a 0002 01 10 00000000000000000000ffffc0000201 00 2020010db8"},
		{"IPv6, IPv4 next hop as configured", four, Family{}, "2001:db8::/32", "192.0.2.1", "003d 02 0000 0026 40010100 400200 400304c0000201 40050400000064 800e0e 0002 01 04 c0000201 00 2020010db8"},
		{"IPv6 and link-local next hop", linkLocal, Family{}, "2001:db8::/32", "2001:db8::1", "0052 02 0000 003b 40010100 400200 40050400000064 800e2a 0002 01 20 20010db8000000000000000000000001 fe800000000000000000000000000001 00 2020010db8"},
		{"IPv6 link-local next hop", linkLocal, Family{}, "2001:db8::/32", "fe80::cafe", "0042 02 0000 002b 40010100 400200 40050400000064 800e1a 0002 01 10 fe80000000000000000000000000cafe 00 2020010db8"},
		{"labels", ibgp(), Family{}, "10.0.0.0/16 label [ 100 200 ]", "192.0.2.1", "0041 02 0000 002a 40010100 400200 400304c0000201 40050400000064 800e12 0001 04 04 c0000201 00 40 000640 000c81 0a00"},
		{"labels IPv6", ibgp(), Family{}, "2001:db8::/32 label 100", "2001:db8::1", "0045 02 0000 002e 40010100 400200 40050400000064 800e1d 0002 04 10 20010db8000000000000000000000001 00 38 000641 20010db8"},
		{"VPN", ibgp(), Family{}, "10.0.0.0/24 rd 65000:1 label 100", "192.0.2.1", "004f 02 0000 0038 40010100 400200 400304c0000201 40050400000064 800e20 0001 80 0c 0000000000000000 c0000201 00 70 000641 0000fde800000001 0a0000"},
		{"VPN, IPv6 next hop", ibgp(), Family{}, "10.0.0.0/24 rd 65000:1 label 100", "2001:db8::1", "0054 02 0000 003d 40010100 400200 40050400000064 800e2c 0001 80 18 0000000000000000 20010db8000000000000000000000001 00 70 000641 0000fde800000001 0a0000"},
		{"VPN IPv6", ibgp(), Family{}, "2001:db8::/32 rd 65000:1 label 100", "2001:db8::1", "0055 02 0000 003e 40010100 400200 40050400000064 800e2d 0002 80 18 0000000000000000 20010db8000000000000000000000001 00 78 000641 0000fde800000001 20010db8"},
		// RFC 4659 §3.2.1.2; ExaBGP writes twelve octets.
		{"VPN IPv6, IPv4 next hop", ibgp(), Family{}, "2001:db8::/32 rd 65000:1 label 100", "192.0.2.1", "005c 02 0000 0045 40010100 400200 400304c0000201 40050400000064 800e2d 0002 80 18 0000000000000000 00000000000000000000ffffc0000201 00 78 000641 0000fde800000001 20010db8"},
		{"VPN withdraw", ibgp(), Family{}, "10.1.12.0/24 rd 65000:1 label 100", "- 1.1.1.1", "0041 02 0000 002a 800f12 0001 80 70 000641 0000fde800000001 0a010c 40010100 400200 40030401010101 40050400000064"},
		{"VPN withdraw, attributes first", last, Family{}, "10.1.12.0/24 rd 65000:1 label 100", "- 1.1.1.1", "0041 02 0000 002a 40010100 400200 40030401010101 40050400000064 800f12 0001 80 70 000641 0000fde800000001 0a010c"},
		// RFC 8277 §2.4; ExaBGP leaves the label out, which nobody else can read.
		{"VPN withdraw without label", ibgp(), Family{}, "10.1.12.0/24 rd 65000:1", "-", "003a 02 0000 0023 800f12 0001 80 70 800000 0000fde800000001 0a010c 40010100 400200 40050400000064"},
		{"unknown family", ibgp(), Family{99, 9}, "10.0.0.0/24", "192.0.2.1", "0035 02 0000 001e 40010100 400200 40050400000064 800e0d 0063 09 04 c0000201 00 180a0000"},
	} {
		f, kept := keptOf(t, v.words)
		if v.family != (Family{}) {
			f = v.family
		}
		var p Packer
		p.Reset(v.n, true)
		var err error
		if h, withdraw := strings.CutPrefix(v.hop, "-"); withdraw {
			p.Withdraw(f, Attrs{}, hop(strings.TrimSpace(h)), 1)
		} else {
			err = p.Announce(f, Attrs{}, hop(v.hop), 1)
		}
		if err == nil {
			err = p.Add(kept)
		}
		p.End()
		if got := messages(t, p.Octets()); err != nil || len(got) != 1 || got[0] != strings.ReplaceAll(v.want, " ", "") {
			t.Errorf("%s: %v %s\nwant %s", v.name, err, got, strings.ReplaceAll(v.want, " ", ""))
		}
	}
}

func TestPackerMarkersAndBareAttributes(t *testing.T) {
	var p Packer
	p.Reset(ibgp(), true)
	p.EOR(IPv4Unicast)
	p.EOR(IPv6Unicast)
	p.EOR(Family{AFIL2VPN, SAFIVPLS})
	med := MakeAttrs(AttrBlock{0x80, 4, 4, 0, 0, 0, 100})
	for _, v := range []struct {
		family Family
		attrs  Attrs
		hop    string
	}{{ipv4VPN, Attrs{}, ""}, {IPv4Unicast, med, "1.1.1.1"}, {ipv4VPN, Attrs{}, "1.1.1.1"}, {Family{AFIIPv4, SAFIFlow}, Attrs{}, "1.1.1.1"}} {
		if err := p.AttrsOnly(v.family, v.attrs, hop(v.hop)); err != nil {
			t.Error(err)
		}
	}
	want := []string{
		"00170200000000", "001e0200000007900f0003000201", "001e0200000007900f0003001941",
		"002502 0000 000e 40010100 400200 40050400000064",
		"003302 0000 001c 40010100 400200 40030401010101 80040400000064 40050400000064",
		"002c02 0000 0015 40010100 400200 40030401010101 40050400000064",
		"002502 0000 000e 40010100 400200 40050400000064",
	}
	for i, got := range messages(t, p.Octets()) {
		if i >= len(want) || got != strings.ReplaceAll(want[i], " ", "") {
			t.Errorf("message %d: %s", i, got)
		}
	}
	p.Clear()
	if len(p.Octets()) != 0 {
		t.Error("Clear left octets")
	}
}

// counts gives the number of routes in each message of a group.
func counts(t *testing.T, n *Negotiated, group, withdraw bool, f Family, count int) []int {
	t.Helper()
	var p Packer
	p.Reset(n, group)
	if withdraw {
		p.Withdraw(f, Attrs{}, NextHop{}, count)
	} else if err := p.Announce(f, Attrs{}, hop("192.0.2.1"), count); err != nil {
		t.Fatal(err)
	}
	kept := []byte{0, 0, 0, 0, 24, 10, 0, 0}
	for i := range count {
		binary.BigEndian.PutUint16(kept[6:], uint16(i))
		if err := p.Add(kept); err != nil {
			t.Fatal(err)
		}
	}
	p.End()
	var out []int
	for b := p.Octets(); len(b) > 0; b = b[u16(b, 16):] {
		routes := 0
		for _, s := range sectionsOf(t, b[:u16(b, 16)], IPv4Unicast, false) {
			routes += len(s.NLRI) / 4
		}
		out = append(out, routes)
	}
	return out
}

func TestPackerGroups(t *testing.T) {
	ones := func(n int) []int { return slices.Repeat([]int{1}, n) }
	large := ibgp()
	large.MaxMessage = MaxExtendedMessage
	for _, v := range []struct {
		name            string
		n               *Negotiated
		group, withdraw bool
		family          Family
		count           int
		want            []int
	}{
		{"small, IPv4", ibgp(), true, false, IPv4Unicast, 3, []int{3}},
		{"small, others", ibgp(), true, false, IPv6Unicast, 32, ones(32)},
		{"large, others", ibgp(), true, false, IPv6Unicast, 33, []int{33}},
		{"group-updates false", ibgp(), false, false, IPv4Unicast, 40, ones(40)},
		{"group-updates false, others", ibgp(), false, false, IPv6Unicast, 40, ones(40)},
		{"small withdraw, IPv4", ibgp(), true, true, IPv4Unicast, 3, []int{3}},
		{"small withdraw, others", ibgp(), true, true, IPv6Unicast, 3, ones(3)},
		{"large withdraw, others", ibgp(), true, true, IPv6Unicast, 40, []int{40}},
		{"withdraw, group-updates false", ibgp(), false, true, IPv4Unicast, 3, ones(3)},
		// 4096 - 19 - 4 - 21 octets of attributes leave room for 1013 prefixes of 4 octets.
		{"split", ibgp(), true, false, IPv4Unicast, 2000, []int{1013, 987}},
		{"split withdraw", ibgp(), true, true, IPv4Unicast, 1500, []int{1018, 482}},
		{"split MP_REACH_NLRI", ibgp(), true, false, ipv4Label, 1100, []int{1009, 91}},
		{"split MP_UNREACH_NLRI", ibgp(), true, true, ipv4Label, 1100, []int{1013, 87}},
		{"extended message", large, true, false, IPv4Unicast, 20000, []int{16372, 3628}},
	} {
		if got := counts(t, v.n, v.group, v.withdraw, v.family, v.count); !slices.Equal(got, v.want) {
			t.Errorf("%s: %v, want %v", v.name, got, v.want)
		}
	}
}

// TestPackerSorts: NLRI that share a message as in ExaBGP stand in the order of their
// octets (conf-new-v4); large groups stay in theirs.
func TestPackerSorts(t *testing.T) {
	for _, count := range []int{2, smallGroup, smallGroup + 1} {
		var p Packer
		p.Reset(ibgp(), true)
		if err := p.Announce(IPv4Unicast, Attrs{}, NextHopAddr(netip.MustParseAddr("192.0.2.1")), count); err != nil {
			t.Fatal(err)
		}
		for i := range count {
			if err := p.Add([]byte{0, 0, 0, 0, 24, 10, 0, byte(count - i)}); err != nil {
				t.Fatal(err)
			}
		}
		p.End()
		nlri := p.Octets()[len(p.Octets())-4*count:]
		for i := range count {
			want := byte(i + 1)
			if count > smallGroup {
				want = byte(count - i)
			}
			if got := nlri[4*i+3]; got != want {
				t.Errorf("%d routes: got %d at %d, want %d", count, got, i, want)
			}
		}
	}
}

// An attribute of n octets.
func attrOf(n int) Attrs {
	b := appendU16([]byte{0xd0, 0x99}, n-4)
	return MakeAttrs(append(b, make([]byte, n-4)...))
}

func TestPackerErrors(t *testing.T) {
	var p Packer
	p.Reset(ibgp(), true)
	var self *selfError
	err := p.Announce(IPv6Unicast, Attrs{}, NextHopSelf, 1)
	if !errors.As(err, &self) || err.Error() != `use of "next-hop self": the route (ipv6) does not have the same family as the BGP tcp session (ipv4)` {
		t.Errorf("self of another family: %v", err)
	}
	if err := p.Announce(IPv4Unicast, Attrs{}, NextHop{}, 1); err == nil {
		t.Error("no next hop: no error")
	}
	if err := p.Announce(Family{AFIIPv4, SAFIFlow}, Attrs{}, NextHop{}, 1); err != nil {
		t.Errorf("flow without next hop: %v", err)
	}
	if err := p.Announce(IPv4Unicast, attrOf(4096-19-4-21-4), hop("192.0.2.1"), 2); err != nil {
		t.Fatal(err)
	}
	_, short := keptOf(t, "10.0.0.0/24")
	_, long := keptOf(t, "10.0.0.0/25 path-information 7")
	if err := p.Add(short); err != nil {
		t.Errorf("a route that just fits: %v", err)
	}
	var size *sizeError
	err = p.Add(long)
	if !errors.As(err, &size) || !bytes.Equal(size.NLRI, long) || err.Error() != "ipv4 unicast 10.0.0.0/25: 4069 octets of attributes do not fit a message of 4096" {
		t.Errorf("a route that does not fit: %v", err)
	}
	if err := p.Add(short); err != nil {
		t.Errorf("a route behind one that does not fit: %v", err)
	}
	p.End()
	if got := messages(t, p.Octets()); len(got) != 2 || len(got[0]) != 2*(4096-16) {
		t.Errorf("%d messages", len(got))
	}
	if err := p.AttrsOnly(IPv4Unicast, attrOf(4096), NextHop{}); !errors.As(err, &size) {
		t.Errorf("too many attributes alone: %v", err)
	}
}

// A withdraw is never lost: it goes without attributes that leave it no room.
func TestPackerLargeWithdraw(t *testing.T) {
	_, kept := keptOf(t, "10.0.0.0/24 label 5")
	for _, last := range []bool{false, true} {
		n := ibgp()
		n.WithdrawLast = last
		var p Packer
		p.Reset(n, true)
		p.Withdraw(ipv4Label, attrOf(4080), NextHop{}, 2)
		for range 2 {
			if err := p.Add(kept); err != nil {
				t.Error(err)
			}
		}
		p.End()
		want := "0024020000000d800f0a000104300000510a0000"
		if got := messages(t, p.Octets()); len(got) != 2 || got[0] != want || got[1] != want {
			t.Errorf("%s", got)
		}
	}
}

// A value of 255 octets has one octet of length, one of 256 two.
func TestPackerAttributeLength(t *testing.T) {
	for _, v := range []struct {
		last int
		head string
	}{{4, "800fff"}, {5, "900f0100"}} {
		var p Packer
		p.Reset(ibgp(), true)
		p.Withdraw(IPv6Unicast, Attrs{}, NextHop{}, 64)
		want := "000201"
		add := func(n int) {
			nlri := append([]byte{byte(8 * (n - 1))}, make([]byte, n-1)...)
			want += hex.EncodeToString(nlri)
			if err := p.Add(append(make([]byte, PathIDLen), nlri...)); err != nil {
				t.Error(err)
			}
		}
		for range 62 {
			add(4)
		}
		add(v.last)
		p.End()
		if got := messages(t, p.Octets()); len(got) != 1 || got[0][14:] != v.head+want {
			t.Errorf("%d octets: %s", 251+v.last, got)
		}
	}
}

// A larger attribute set, whatever the family: all routes are there once, in
// messages that keep the limit and that the parser reads back.
func FuzzPacker(f *testing.F) {
	f.Add(uint8(0), uint16(40), uint16(0), uint16(7), uint8(0))
	f.Add(uint8(2), uint16(300), uint16(4000), uint16(1), uint8(3))
	f.Add(uint8(10), uint16(2000), uint16(200), uint16(0), uint8(12))
	f.Add(uint8(16), uint16(33), uint16(255), uint16(9), uint8(15))
	f.Fuzz(func(t *testing.T, row uint8, count, size, seed uint16, flags uint8) {
		fam := familyTable[int(row)%len(familyTable)].family
		k, ok := fam.codec().(ipNLRI)
		if !ok {
			t.Skip()
		}
		n := ibgp()
		n.WithdrawLast = flags&1 != 0
		if flags&2 != 0 {
			n.AddPathSend = []Family{fam}
		}
		if flags&4 != 0 {
			n.MaxMessage = MaxExtendedMessage
		}
		var p Packer
		p.Reset(n, flags&16 == 0)
		attrs := attrOf(4 + int(size)%4090)
		withdraw := flags&8 != 0
		if withdraw {
			p.Withdraw(fam, attrs, hop("192.0.2.1"), int(count))
		} else if err := p.Announce(fam, attrs, hop("192.0.2.1"), int(count)); err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for i := range int(count) {
			kept := appendTestNLRI(k, uint32(i)*uint32(seed|1))
			if !p.pathID {
				clear(kept[:PathIDLen])
			}
			if want[string(kept)] {
				continue
			}
			if err := p.Add(kept); err == nil {
				want[string(kept)] = true
			} else if _, ok := errors.AsType[*sizeError](err); !ok {
				t.Fatal(err)
			}
		}
		p.End()
		b := p.Octets()
		for len(b) > 0 {
			m := b[:u16(b, 16)]
			b = b[len(m):]
			if len(m) > n.MaxMessage {
				t.Errorf("a message of %d octets", len(m))
			}
			for _, s := range sectionsOf(t, m, fam, p.pathID) {
				for id, nlri, ok := s.Next(); ok; id, nlri, ok = s.Next() {
					kept := string(AppendKeptNLRI(nil, fam, id, nlri))
					if !want[kept] {
						t.Fatalf("%x: not added, or written twice", kept)
					}
					delete(want, kept)
				}
			}
		}
		if len(want) > 0 {
			t.Errorf("%d routes were not written", len(want))
		}
	})
}

// appendTestNLRI makes an NLRI of the codec's shape from v, path identifier included.
func appendTestNLRI(k ipNLRI, v uint32) []byte {
	s := scratch{labels: []uint32{v & labelMax}, hasRD: true}
	var a netip.Addr
	if k.bits == 32 {
		var o [4]byte
		binary.BigEndian.PutUint32(o[:], v)
		a = netip.AddrFrom4(o)
	} else {
		var o [16]byte
		o[0] = 0x20
		binary.BigEndian.PutUint32(o[4:], v)
		a = netip.AddrFrom16(o)
	}
	s.prefix, _ = a.Prefix(8 + int(v%25))
	if !k.label {
		s.labels = nil
	}
	b, err := k.finish(appendU32(nil, v), &s)
	if err != nil {
		panic(err)
	}
	return b
}

// sectionsOf finds the NLRI of a message by the lengths in it.
func sectionsOf(t *testing.T, m []byte, f Family, pathID bool) []Section {
	t.Helper()
	body := m[HeaderLen:]
	w := u16(body, 0)
	a := u16(body, 2+w)
	out := []Section{
		{Family: f, NLRI: NLRIBlock(body[2 : 2+w]), PathID: pathID},
		{Family: f, NLRI: NLRIBlock(body[4+w+a:]), PathID: pathID},
	}
	total := 0
	for v := range AttrBlock(body[4+w : 4+w+a]).All() {
		head := 3 + int(v.Flags&FlagExtended)/FlagExtended
		total += head + len(v.Value)
		if v.Code == AttrMPReach {
			out = append(out, Section{Family: f, NLRI: NLRIBlock(v.Value[5+int(v.Value[3]):]), PathID: pathID})
		} else if v.Code == AttrMPUnreach {
			out = append(out, Section{Family: f, NLRI: NLRIBlock(v.Value[3:]), PathID: pathID})
		}
	}
	if total != a {
		t.Fatalf("attributes of %d octets in %d: %x", total, a, m)
	}
	return out
}

func TestPackerAllocs(t *testing.T) {
	var p Packer
	p.Reset(ibgp(), true)
	kept := []byte{0, 0, 0, 0, 24, 10, 0, 0}
	run := func() {
		p.Clear()
		for _, f := range []Family{IPv4Unicast, ipv4VPN} {
			for _, count := range []int{100, 20} { // packed, sorted
				if err := p.Announce(f, Attrs{}, hop("192.0.2.1"), count); err != nil {
					t.Fatal(err)
				}
				for i := range count {
					kept[7] = byte(-i)
					_ = p.Add(kept)
				}
				p.End()
			}
			p.Withdraw(f, Attrs{}, NextHop{}, 1)
			_ = p.Add(kept)
			p.End()
		}
		p.EOR(ipv4VPN)
	}
	run()
	if n := testing.AllocsPerRun(100, run); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func BenchmarkPackerMillion(b *testing.B) {
	n := ibgp()
	kept := make([]byte, 0, 8<<20)
	for i := range 1 << 20 {
		kept = append(kept, 0, 0, 0, 0, 24, byte(i>>16), byte(i>>8), byte(i))
	}
	for _, f := range []Family{IPv4Unicast, ipv4Label} {
		b.Run(fmt.Sprint(f), func(b *testing.B) {
			var p Packer
			for b.Loop() {
				p.Reset(n, true)
				for at := 0; at < len(kept); at += 8 << 12 { // a batch of 4096 routes
					if err := p.Announce(f, Attrs{}, hop("192.0.2.1"), 1<<12); err != nil {
						b.Fatal(err)
					}
					for i := at; i < at+8<<12; i += 8 {
						_ = p.Add(kept[i : i+8])
					}
					p.End()
					p.Clear()
				}
			}
		})
	}
}
