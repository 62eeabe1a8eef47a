package pcap_test

import (
	"bytes"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/bgptest/captures"
	"github.com/herald-bgp/herald/internal/pcap"
)

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestSegment(t *testing.T) {
	four := captures.Segment{Src: "192.0.2.1:50000", Dst: "192.0.2.2:179", Seq: 7, Ack: 9, Flags: captures.ACK, Data: []byte("octets")}
	six := captures.Segment{Src: "[2001:db8::1]:50000", Dst: "[2001:db8::2]:179", Seq: 7, Ack: 9, Flags: captures.ACK, Data: []byte("octets")}
	ip4, ip6 := four.IP(), six.IP()
	offload := bytes.Clone(ip4)
	offload[2], offload[3] = 0, 0
	offload6 := bytes.Clone(ip6)
	offload6[4], offload6[5] = 0, 0
	fragment := bytes.Clone(ip4)
	fragment[7] = 1
	udp := bytes.Clone(ip4)
	udp[9] = 17
	// behind hop-by-hop options of 16 octets and an authentication header of 24
	extended := join(ip6[:4], []byte{0, byte(len(ip6) - 40 + 40), 0, 64}, ip6[8:40],
		bgptest.Hex("33 01 0000000000000000000000000000"), bgptest.Hex("06 04 00000000000000000000000000000000000000000000"), ip6[40:])
	atomic := join(ip6[:4], []byte{0, byte(len(ip6) - 40 + 8), 44, 64}, ip6[8:40], bgptest.Hex("06 00 0000 00000001"), ip6[40:])
	fragment6 := bytes.Clone(atomic)
	fragment6[43] = 8
	for _, tt := range []struct {
		name string
		link pcap.LinkType
		data []byte
		want *captures.Segment // nil: no segment
	}{
		{"ethernet", 1, captures.Ethernet(ip4), &four},
		{"ethernet, IPv6", 1, captures.Ethernet(ip6), &six},
		{"ethernet, VLAN", 1, captures.Ethernet(ip4, 5), &four},
		{"ethernet, VLANs", 1, captures.Ethernet(ip6, 5, 6), &six},
		{"ethernet, ARP", 1, append(make([]byte, 12), bgptest.Hex("0806 0001")...), nil},
		{"cooked", 113, join(make([]byte, 14), bgptest.Hex("0800"), ip4), &four},
		{"cooked, VLAN", 113, join(make([]byte, 14), bgptest.Hex("8100 0005 86DD"), ip6), &six},
		{"cooked 2", 276, join(bgptest.Hex("0800 0000 00000001 0001 00 06 0000000000000000"), ip4), &four},
		{"cooked 2, VLAN", 276, join(bgptest.Hex("8100 0000 00000001 0001 00 06 0000000000000000 0005 0800"), ip4), &four},
		{"cooked 2, ARP", 276, join(bgptest.Hex("0806 0000 00000001 0001 00 06 0000000000000000"), ip4), nil},
		{"raw", 101, ip4, &four},
		{"raw, BSD", 12, ip6, &six},
		{"IPv4", 228, ip4, &four},
		{"IPv6", 229, ip6, &six},
		{"loopback", 0, join(bgptest.Hex("02000000"), ip4), &four},
		{"loopback, OpenBSD", 108, join(bgptest.Hex("00000018"), ip6), &six},
		{"PPP", 9, join(bgptest.Hex("FF03 0021"), ip4), &four},
		{"PPP, bare", 9, join(bgptest.Hex("0057"), ip6), &six},
		{"PPP, LCP", 9, join(bgptest.Hex("FF03 C021"), ip4), nil},
		{"HDLC", 104, join(bgptest.Hex("0F00 0800"), ip4), &four},
		{"Juniper", 178, join(bgptest.Hex("4D4743 80 0004 01020304"), captures.Ethernet(ip4)), &four},
		{"Juniper, bare", 178, join(bgptest.Hex("4D4743 00"), captures.Ethernet(ip4)), &four},
		{"Juniper, other", 178, join(bgptest.Hex("4D4744 00"), captures.Ethernet(ip4)), nil},
		{"unknown link", 250, ip4, nil},
		{"not segmented yet", 101, offload, &four},
		{"not segmented yet, IPv6", 101, offload6, &six},
		{"fragment", 101, fragment, nil},
		{"UDP", 101, udp, nil},
		{"extension headers", 101, extended, &six},
		{"fragment that is whole", 101, atomic, &six},
		{"fragment, IPv6", 101, fragment6, nil},
		{"version", 101, append([]byte{0x55}, ip4[1:]...), nil},
		{"empty", 101, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pcap.Packet{Link: tt.link, Data: tt.data}
			var s pcap.Segment
			ok := p.Segment(&s)
			if ok != (tt.want != nil) {
				t.Fatalf("a segment: %v", ok)
			}
			if !ok {
				return
			}
			w := tt.want
			if s.Src.String() != w.Src || s.Dst.String() != w.Dst || s.Seq != w.Seq || s.Ack != w.Ack ||
				s.Flags != w.Flags || !bytes.Equal(s.Data, w.Data) || s.Length != len(w.Data) {
				t.Errorf("got %+v, want %+v", s, *w)
			}
		})
	}
}

// TestSegmentCut: whatever is missing at the end, nothing that is not there is read.
func TestSegmentCut(t *testing.T) {
	whole := captures.Segment{Src: "192.0.2.1:50000", Dst: "192.0.2.2:179", Data: []byte("octets")}
	b := whole.IP()
	for n := range b {
		p := pcap.Packet{Link: 101, Data: b[:n:n]}
		var s pcap.Segment
		if ok := p.Segment(&s); ok && (s.Length != 6 || len(s.Data) != max(0, n-(len(b)-6))) {
			t.Errorf("%d octets: %+v", n, s)
		}
	}
}
