package mrt_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/bgptest/captures"
	"github.com/herald-bgp/herald/internal/mrt"
)

var (
	ends4 = captures.Ends{PeerAS: 64512, LocalAS: 64513, Peer: "192.0.2.1", Local: "192.0.2.2"}
	ends6 = captures.Ends{PeerAS: 4200000001, LocalAS: 70000, Peer: "2001:db8::1", Local: "2001:db8::2"}

	keepalive = bgptest.Message(4, nil)
	addrs     = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
)

func session(e captures.Ends) mrt.Session {
	return mrt.Session{Peer: netip.MustParseAddr(e.Peer), Local: netip.MustParseAddr(e.Local), PeerAS: e.PeerAS, LocalAS: e.LocalAS}
}

// one returns the only record of b.
func one(t *testing.T, b []byte) *mrt.Record {
	t.Helper()
	r, err := mrt.NewReader(bytes.NewReader(b)).Next()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReader(t *testing.T) {
	long := bytes.Repeat([]byte{7}, 3<<20)
	file := captures.Record(1000, 0, 16, 4, []byte("first"))
	file = append(file, captures.Record(1001, 250000, 17, 4, []byte("second"))...)
	file = append(file, captures.Record(1002, 0, 13, 6, long)...)
	file = append(file, captures.Record(1003, 0, 16, 0, nil)...)
	r := mrt.NewReader(bytes.NewReader(file))
	for _, want := range []mrt.Record{
		{Offset: 0, Time: time.Unix(1000, 0).UTC(), Type: mrt.TypeBGP4MP, Subtype: 4, Body: []byte("first")},
		{Offset: 17, Time: time.Unix(1001, 250e6).UTC(), Type: mrt.TypeBGP4MPET, Subtype: 4, Body: []byte("second")},
		{Offset: 39, Time: time.Unix(1002, 0).UTC(), Type: mrt.TypeTableDumpV2, Subtype: 6, Body: long},
		{Offset: 51 + 3<<20, Time: time.Unix(1003, 0).UTC(), Type: mrt.TypeBGP4MP},
	} {
		got, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Body, want.Body) {
			t.Errorf("body of %d octets, want %d", len(got.Body), len(want.Body))
		}
		if diff := cmp.Diff(want, *got, cmpopts.IgnoreFields(want, "Body")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	if _, err := r.Next(); err != io.EOF { //nolint:errorlint // bare by contract
		t.Errorf("end: %v", err)
	}
}

func TestReaderErrors(t *testing.T) {
	whole := captures.Record(1000, 0, 16, 4, []byte("body"))
	long := captures.Record(1000, 0, 16, 4, make([]byte, 400<<10))
	huge := bytes.Clone(whole)
	binary.BigEndian.PutUint32(huge[8:], mrt.MaxRecord+1)
	et := captures.Record(1000, 0, 17, 4, nil)
	binary.BigEndian.PutUint32(et[8:], 2)
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"header cut", whole[:7], "MRT record at octet 0: unexpected EOF"},
		{"body cut", whole[:14], "MRT record at octet 0: unexpected EOF"},
		{"second cut", append(bytes.Clone(whole), whole[:3]...), "MRT record at octet 16: unexpected EOF"},
		{"long body cut", long[:300<<10], "MRT record at octet 0: unexpected EOF"},
		{"huge", huge, "BGP4MP_MESSAGE_AS4 at octet 0 has 16777217 octets, more than 16777216"},
		{"no microseconds", et, "BGP4MP_ET/BGP4MP_MESSAGE_AS4 at octet 0 has 2 octets, too few"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := mrt.NewReader(bytes.NewReader(tt.file))
			for {
				if _, err := r.Next(); err != nil {
					if err.Error() != tt.want {
						t.Errorf("got %q, want %q", err, tt.want)
					}
					return
				}
			}
		})
	}
}

func TestMessage(t *testing.T) {
	old := append(bgptest.Hex("FC00 C0000201 FC01 C0000202"), 0, 0, 0, 0)
	oldSession := session(ends4)
	for _, tt := range []struct {
		name    string
		t, sub  uint16
		body    []byte
		want    mrt.BGPMessage
		wantErr string
	}{
		{
			name: "two octets", t: 16, sub: 1, body: captures.BGP4MP(ends4, false, keepalive),
			want: mrt.BGPMessage{Session: session(ends4), Octets: keepalive},
		},
		{
			name: "four octets", t: 16, sub: 4, body: captures.BGP4MP(ends6, true, keepalive),
			want: mrt.BGPMessage{Session: session(ends6), ASN4: true, Octets: keepalive},
		},
		{
			name: "add-path", t: 16, sub: 8, body: captures.BGP4MP(ends4, false, keepalive),
			want: mrt.BGPMessage{Session: session(ends4), AddPath: true, Octets: keepalive},
		},
		{
			name: "add-path, four octets", t: 17, sub: 9, body: captures.BGP4MP(ends4, true, keepalive),
			want: mrt.BGPMessage{Session: session(ends4), ASN4: true, AddPath: true, Octets: keepalive},
		},
		{
			name: "own", t: 16, sub: 6, body: captures.BGP4MP(ends4, false, keepalive),
			want: mrt.BGPMessage{Session: session(ends4), Sent: true, Octets: keepalive},
		},
		{
			name: "own, four octets", t: 16, sub: 7, body: captures.BGP4MP(ends4, true, keepalive),
			want: mrt.BGPMessage{Session: session(ends4), ASN4: true, Sent: true, Octets: keepalive},
		},
		{
			name: "own, add-path", t: 16, sub: 10, body: captures.BGP4MP(ends4, false, keepalive),
			want: mrt.BGPMessage{Session: session(ends4), AddPath: true, Sent: true, Octets: keepalive},
		},
		{
			name: "own, all", t: 16, sub: 11, body: captures.BGP4MP(ends4, true, keepalive),
			want: mrt.BGPMessage{Session: session(ends4), ASN4: true, AddPath: true, Sent: true, Octets: keepalive},
		},
		{
			name: "MRTd", t: 5, sub: 1, body: old,
			want: mrt.BGPMessage{Session: oldSession, Octets: bgptest.Message(2, []byte{0, 0, 0, 0})},
		},
		{name: "MRTd keepalive", t: 5, sub: 7, body: old[:12], want: mrt.BGPMessage{Session: oldSession, Octets: keepalive}},
		{name: "MRTd cut", t: 5, sub: 1, body: old[:11], wantErr: "BGP_UPDATE: truncated"},
		{name: "cut in the AS numbers", t: 16, sub: 4, body: make([]byte, 11), wantErr: "BGP4MP_MESSAGE_AS4: truncated"},
		{name: "cut in the addresses", t: 16, sub: 1, body: captures.BGP4MP(ends4, false, nil)[:15], wantErr: "BGP4MP_MESSAGE: truncated"},
		{name: "family", t: 16, sub: 1, body: make([]byte, 64), wantErr: "BGP4MP_MESSAGE: unknown address family"},
		{name: "no message", t: 16, sub: 0, body: captures.BGP4MP(ends4, false, nil), wantErr: "BGP4MP_STATE_CHANGE: not a record of that kind"},
		{name: "unknown", t: 11, sub: 3, wantErr: "MRT type 11 subtype 3: not a record of that kind"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _, err := one(t, captures.Record(0, 0, tt.t, tt.sub, tt.body)).Message(nil)
			if message(err) != tt.wantErr {
				t.Fatalf("error %q, want %q", message(err), tt.wantErr)
			}
			if diff := cmp.Diff(tt.want, got, addrs); err == nil && diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestStateChange(t *testing.T) {
	for _, tt := range []struct {
		name    string
		t, sub  uint16
		body    []byte
		want    string
		wantErr string
	}{
		{name: "two octets", t: 16, sub: 0, body: captures.BGP4MP(ends4, false, []byte{0, 3, 0, 4}), want: "192.0.2.1 ACTIVE OPENSENT"},
		{name: "four octets", t: 17, sub: 5, body: captures.BGP4MP(ends6, true, []byte{0, 6, 0, 1}), want: "2001:db8::1 ESTABLISHED IDLE"},
		{name: "unknown state", t: 16, sub: 0, body: captures.BGP4MP(ends4, false, []byte{0, 0, 0, 9}), want: "192.0.2.1 STATE 0 STATE 9"},
		{name: "MRTd", t: 5, sub: 3, body: bgptest.Hex("FC00 C0000201 0001 0002"), want: "192.0.2.1 IDLE CONNECT"},
		{name: "MRTd cut", t: 5, sub: 3, body: bgptest.Hex("FC00 C0000201 0001 00"), wantErr: "BGP_STATE_CHANGE: truncated"},
		{name: "cut", t: 16, sub: 0, body: captures.BGP4MP(ends4, false, []byte{0, 3, 0}), wantErr: "BGP4MP_STATE_CHANGE: truncated"},
		{name: "no state", t: 16, sub: 1, body: captures.BGP4MP(ends4, false, []byte{0, 3, 0, 4}), wantErr: "BGP4MP_MESSAGE: not a record of that kind"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := one(t, captures.Record(0, 0, tt.t, tt.sub, tt.body)).StateChange()
			got := fmt.Sprintf("%s %s %s", c.Peer, c.Old, c.New)
			if message(err) != tt.wantErr || err == nil && got != tt.want {
				t.Errorf("got %q, %v, want %q, %s", got, err, tt.want, tt.wantErr)
			}
		})
	}
}

// Attributes of a route: ORIGIN, AS_PATH, NEXT_HOP.
var (
	pathAttrs = bgptest.Hex("40 01 01 00  40 02 06 02 01 0000FC00")
	hopAttr   = bgptest.Hex("40 03 04 C0000201")
)

func TestTables(t *testing.T) {
	index := one(t, captures.Record(0, 0, 13, 1, captures.PeerIndex("192.0.2.9", "main", ends4, ends6)))
	peers, err := index.PeerTable()
	if err != nil {
		t.Fatal(err)
	}
	if peers.Collector != netip.MustParseAddr("192.0.2.9") || peers.View != "main" || len(peers.Peers) != 2 {
		t.Fatalf("%+v", peers)
	}
	attrs := bytes.Join([][]byte{pathAttrs, hopAttr}, nil)
	short6 := append(bytes.Clone(pathAttrs), bgptest.Hex("80 0E 11 10 20010DB8000000000000000000000001")...)
	whole6 := append(bytes.Clone(pathAttrs), bgptest.Hex("80 0E 15 0002 01 10 20010DB8000000000000000000000001 00")...)
	prefix4, prefix6 := bgptest.Hex("18 CB0071"), bgptest.Hex("20 20010DB8")
	vpn := bgptest.Hex("0001 80  70 000641 0000FC0000000007 CB0071")
	vpnAttrs := append(bytes.Clone(pathAttrs), bgptest.Hex("80 0E 0D 0C 0000000000000000C0000201")...)
	id := []byte{0, 0, 0, 5}
	old := bytes.Join([][]byte{
		bgptest.Hex("0000 0001 CB007100 18 01 00000064 C0000201 FC00 0012"),
		bgptest.Hex("40010100 40020402 01FC00 400304C0000201"),
	}, nil)
	for _, tt := range []struct {
		name    string
		t, sub  uint16
		body    []byte
		want    []string // of each entry: peer, its AS, the UPDATE
		wantErr string
	}{
		{
			name: "IPv4", t: 13, sub: 2,
			body: captures.Table(1, prefix4, captures.Entry{Peer: 0, Originated: 100, Attrs: attrs}, captures.Entry{Peer: 1, Attrs: attrs}),
			want: []string{
				"192.0.2.1 64512 0000 0014 40010100 400206 02010000FC00 400304C0000201 18CB0071",
				"2001:db8::1 4200000001 0000 0014 40010100 400206 02010000FC00 400304C0000201 18CB0071",
			},
		},
		{
			name: "IPv4, path identifiers", t: 13, sub: 8, body: captures.Table(1, prefix4, captures.Entry{PathID: id, Attrs: attrs}),
			want: []string{"192.0.2.1 64512 0000 0014 40010100 400206 02010000FC00 400304C0000201 00000005 18CB0071"},
		},
		{
			name: "IPv4 multicast", t: 13, sub: 3, body: captures.Table(1, prefix4, captures.Entry{Attrs: attrs}),
			want: []string{"192.0.2.1 64512 0000 001E 900E000D 0001 02 04 C0000201 00 18CB0071 40010100 400206 02010000FC00"},
		},
		{
			name: "IPv6", t: 13, sub: 4, body: captures.Table(1, prefix6, captures.Entry{Attrs: short6}),
			want: []string{"192.0.2.1 64512 0000 002B 900E001A 0002 01 10 20010DB8000000000000000000000001 00 20 20010DB8 40010100 400206 02010000FC00"},
		},
		{
			name: "IPv6, whole attribute", t: 13, sub: 4, body: captures.Table(1, prefix6, captures.Entry{Attrs: whole6}),
			want: []string{"192.0.2.1 64512 0000 002B 900E001A 0002 01 10 20010DB8000000000000000000000001 00 20 20010DB8 40010100 400206 02010000FC00"},
		},
		{
			name: "IPv6, path identifiers", t: 13, sub: 10, body: captures.Table(1, prefix6, captures.Entry{PathID: id, Attrs: short6}),
			want: []string{"192.0.2.1 64512 0000 002F 900E001E 0002 01 10 20010DB8000000000000000000000001 00 00000005 20 20010DB8 40010100 400206 02010000FC00"},
		},
		{
			name: "VPN", t: 13, sub: 6, body: captures.Table(1, vpn, captures.Entry{Attrs: vpnAttrs}),
			want: []string{"192.0.2.1 64512 0000 0031 900E0020 0001 80 0C 0000000000000000C0000201 00 70 000641 0000FC0000000007 CB0071 40010100 400206 02010000FC00"},
		},
		{
			name: "VPN, path identifier in the entry", t: 13, sub: 12, body: captures.Table(1, vpn, captures.Entry{PathID: id, Attrs: vpnAttrs}),
			want: []string{"192.0.2.1 64512 0000 0035 900E0024 0001 80 0C 0000000000000000C0000201 00 00000005 70 000641 0000FC0000000007 CB0071 40010100 400206 02010000FC00"},
		},
		{
			name: "VPN, path identifier before the NLRI", t: 13, sub: 12,
			body: captures.Table(1, bytes.Join([][]byte{vpn[:3], id, vpn[3:]}, nil), captures.Entry{Attrs: vpnAttrs}),
			want: []string{"192.0.2.1 64512 0000 0035 900E0024 0001 80 0C 0000000000000000C0000201 00 00000005 70 000641 0000FC0000000007 CB0071 40010100 400206 02010000FC00"},
		},
		{
			name: "the collector's own", t: 13, sub: 2, body: captures.Table(1, prefix4, captures.Entry{}),
			want: []string{"192.0.2.1 64512 0000 0018 900E000D 0001 01 04 00000000 00 18CB0071 40010102 400200"},
		},
		{
			name: "unspecified next hop", t: 13, sub: 2, body: captures.Table(1, prefix4, captures.Entry{Attrs: bgptest.Hex("40010100 400200 40030400000000")}),
			want: []string{"192.0.2.1 64512 0000 0018 900E000D 0001 01 04 00000000 00 18CB0071 40010100 400200"},
		},
		{
			name: "the collector's own IPv6", t: 13, sub: 4, body: captures.Table(1, []byte{0}, captures.Entry{}),
			want: []string{"192.0.2.1 64512 0000 0021 900E0016 0002 01 10 00000000000000000000000000000000 00 00 40010102 400200"},
		},
		{
			name: "malformed attributes stay", t: 13, sub: 2, body: captures.Table(1, prefix4, captures.Entry{Attrs: append(bytes.Clone(attrs), 0x40, 5, 9)}),
			want: []string{"192.0.2.1 64512 0000 0017 40010100 400206 02010000FC00 400304C0000201 400509 18CB0071"},
		},
		{
			name: "old", t: 12, sub: 1, body: old,
			want: []string{"192.0.2.1 64512 0000 0012 40010100 400204 0201FC00 400304C0000201 18CB0071"},
		},
		{name: "old cut", t: 12, sub: 1, body: old[:len(old)-1], wantErr: "entry of a table: truncated"},
		{name: "old, prefix", t: 12, sub: 1, body: bgptest.Hex("0000 0001 CB007100 21"), wantErr: "TABLE_DUMP IPv4: malformed NLRI"},
		{name: "no such peer", t: 13, sub: 2, body: captures.Table(1, prefix4, captures.Entry{Peer: 2, Attrs: attrs}), wantErr: "entry of a table: no such peer in the peer index table"},
		{name: "prefix", t: 13, sub: 2, body: captures.Table(1, []byte{33, 1, 2, 3, 4, 5}), wantErr: "RIB_IPV4_UNICAST: malformed NLRI"},
		{name: "prefix cut", t: 13, sub: 2, body: bgptest.Hex("00000001 18 CB00"), wantErr: "RIB_IPV4_UNICAST: malformed NLRI"},
		{name: "no count", t: 13, sub: 2, body: bgptest.Hex("00000001 18 CB0071 00"), wantErr: "RIB_IPV4_UNICAST: truncated"},
		{name: "entry cut", t: 13, sub: 2, body: captures.Table(1, prefix4, captures.Entry{Attrs: attrs})[:20], wantErr: "entry of a table: truncated"},
		{name: "unknown family", t: 13, sub: 6, body: captures.Table(1, bgptest.Hex("0063 01 00")), wantErr: "RIB_GENERIC: unknown address family"},
		{name: "no NLRI", t: 13, sub: 6, body: captures.Table(1, bgptest.Hex("0001 80 70")), wantErr: "RIB_GENERIC: malformed NLRI"},
		{name: "too large", t: 13, sub: 2, body: captures.Table(1, prefix4, captures.Entry{Attrs: make([]byte, 65520)}), wantErr: "entry of a table: too large for a message"},
		{name: "no table", t: 16, sub: 4, wantErr: "BGP4MP_MESSAGE_AS4: not a record of that kind"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var rib mrt.RIB
			got, err := updates(one(t, captures.Record(0, 0, tt.t, tt.sub, tt.body)), &rib, peers)
			if message(err) != tt.wantErr {
				t.Fatalf("error %q, want %q", message(err), tt.wantErr)
			}
			var want []string
			for _, w := range tt.want {
				fields := strings.Fields(w)
				want = append(want, strings.Join(append(fields[:2], strings.Join(fields[2:], "")), " "))
			}
			if diff := cmp.Diff(want, got); err == nil && diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// updates returns what each entry of a table says.
func updates(r *mrt.Record, rib *mrt.RIB, peers *mrt.PeerTable) ([]string, error) {
	if err := r.RIB(rib); err != nil {
		return nil, err
	}
	var all []string
	for {
		e, ok, err := rib.Next(peers)
		if err != nil || !ok {
			return all, err
		}
		m, err := rib.AppendUpdate(nil, &e)
		if err != nil {
			return all, err
		}
		all = append(all, fmt.Sprintf("%s %d %X", e.Peer, e.PeerAS, m[bgp.HeaderLen:]))
	}
}

func TestPeerTableErrors(t *testing.T) {
	whole := captures.PeerIndex("192.0.2.9", "main", ends4, ends6)
	for n := range whole {
		if _, err := one(t, captures.Record(0, 0, 13, 1, whole[:n])).PeerTable(); err == nil {
			t.Errorf("no error with %d of %d octets", n, len(whole))
		}
	}
	if _, err := one(t, captures.Record(0, 0, 13, 2, whole)).PeerTable(); err == nil {
		t.Error("no error for another kind")
	}
}

// TestAllocs: reading messages and tables allocates nothing for each.
func TestAllocs(t *testing.T) {
	attrs := bytes.Join([][]byte{pathAttrs, hopAttr}, nil)
	peers := &mrt.PeerTable{Peers: []mrt.Session{session(ends4)}}
	record := append(captures.Record(1, 0, 16, 4, captures.BGP4MP(ends4, true, keepalive)),
		captures.Record(1, 0, 13, 2, captures.Table(1, bgptest.Hex("18 CB0071"), captures.Entry{Attrs: attrs}))...)
	r := mrt.NewReader(&loop{b: record})
	var rib mrt.RIB
	scratch := make([]byte, 0, 4096)
	allocs := testing.AllocsPerRun(1000, func() {
		rec, err := r.Next()
		if err == nil {
			_, _, err = rec.Message(nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		if rec, err = r.Next(); err == nil {
			err = rec.RIB(&rib)
		}
		e, ok, err2 := rib.Next(peers)
		if err != nil || err2 != nil || !ok {
			t.Fatal(err, err2, ok)
		}
		if _, err := rib.AppendUpdate(scratch, &e); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// loop is a reader that begins again.
type loop struct {
	b  []byte
	at int
}

func (l *loop) Read(b []byte) (int, error) {
	n := copy(b, l.b[l.at:])
	l.at = (l.at + n) % len(l.b)
	return n, nil
}

func FuzzReader(f *testing.F) {
	attrs := bytes.Join([][]byte{pathAttrs, hopAttr}, nil)
	file := captures.Record(1, 0, 13, 1, captures.PeerIndex("192.0.2.9", "main", ends4, ends6))
	file = append(file, captures.Record(1, 0, 13, 8, captures.Table(1, bgptest.Hex("18 CB0071"), captures.Entry{PathID: make([]byte, 4), Attrs: attrs}))...)
	f.Add(file)
	f.Add(captures.Record(1, 2, 17, 4, captures.BGP4MP(ends6, true, keepalive)))
	f.Add(captures.Record(1, 0, 13, 12, captures.Table(1, bgptest.Hex("0001 80 70 000641 0000FC0000000007 CB0071"), captures.Entry{Attrs: attrs})))
	f.Add(captures.Record(1, 0, 5, 1, make([]byte, 20)))
	f.Add(captures.Record(1, 0, 12, 1, make([]byte, 40)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := mrt.NewReader(bytes.NewReader(b))
		var peers *mrt.PeerTable
		var rib mrt.RIB
		for {
			rec, err := r.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) && err.Error() == "" {
					t.Error("an error without words")
				}
				return
			}
			if p, err := rec.PeerTable(); err == nil {
				peers = p
			}
			_, _, _ = rec.Message(nil)
			_, _ = rec.StateChange()
			_, _ = updates(rec, &rib, peers)
		}
	})
}
