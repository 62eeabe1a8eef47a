package pcap_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/bgptest/captures"
	"github.com/herald-bgp/herald/internal/pcap"
)

var (
	alice = netip.MustParseAddrPort("192.0.2.1:50000")
	bob   = netip.MustParseAddrPort("192.0.2.2:179")
)

// seg is a segment of alice, or of bob when it begins with "<": flags, sequence
// number, data. A "+N" behind the data is N octets that were not captured.
func seg(t *testing.T, text string) *pcap.Segment {
	t.Helper()
	s := &pcap.Segment{Src: alice, Dst: bob}
	if rest, ok := strings.CutPrefix(text, "<"); ok {
		s.Src, s.Dst, text = bob, alice, rest
	}
	var flags, data string
	var missing int
	if n, err := fmt.Sscanf(text, "%s %d %d %s", &flags, &s.Seq, &s.Ack, &data); n < 3 {
		t.Fatalf("%q: %v", text, err)
	}
	for _, f := range flags {
		s.Flags |= map[rune]uint8{'S': captures.SYN, 'A': captures.ACK, 'F': captures.FIN, 'R': captures.RST, '.': 0}[f]
	}
	data, more, cut := strings.Cut(data, "+")
	if cut {
		if _, err := fmt.Sscanf(more, "%d", &missing); err != nil {
			t.Fatal(err)
		}
	}
	s.Data, s.Length = []byte(data), len(data)+missing
	return s
}

// say gives chunks as "a:data"; "^" at the start of a stream, "?" where octets are missing.
func say(dst []string, chunks []pcap.Chunk) []string {
	for _, c := range chunks {
		text := "a:"
		if (c.Conn.A == bob) != c.FromB {
			text = "b:"
		}
		if c.Start {
			text += "^"
		}
		if c.Lost {
			text += "?"
		}
		dst = append(dst, text+string(c.Data))
	}
	return dst
}

func TestAssembler(t *testing.T) {
	var waiting, given []string // a hole, and more behind it than may wait
	for i := range 258 {
		waiting = append(waiting, fmt.Sprintf("A %d 500 x", 101+i))
		given = append(given, "a:x")
	}
	given[0] = "a:?x"
	for _, tt := range []struct {
		name     string
		segments []string
		want     []string
	}{
		{"in order", []string{"S 99 0", "<SA 499 100", "A 100 500 one", "<A 500 103 two", "A 103 503 three"}, []string{"a:^one", "b:^two", "a:three"}},
		{"no beginning", []string{"A 100 500 one", "A 103 500 two"}, []string{"a:?one", "a:two"}},
		{"out of order", []string{"S 99 0", "A 103 500 two", "A 106 500 three", "A 100 500 one"}, []string{"a:^one", "a:two", "a:three"}},
		{"retransmitted", []string{"S 99 0", "A 100 500 one", "A 100 500 one", "A 100 500 onetwo", "A 104 500 wothree"}, []string{"a:^one", "a:two", "a:three"}},
		{"retransmitted while it waits", []string{"S 99 0", "A 103 500 two", "A 103 500 two", "A 103 500 twothree", "A 100 500 one"}, []string{"a:^one", "a:two", "a:three"}},
		{"sequence numbers begin again", []string{"S 4294967290 0", "A 4294967291 500 fivefive", "A 3 500 more"}, []string{"a:^fivefive", "a:more"}},
		{"keep-alive", []string{"S 99 0", "A 100 500 one", "A 102 500", "A 102 500 x", "A 103 500 two"}, []string{"a:^one", "a:two"}},
		{"gap at the end", []string{"S 99 0", "A 100 500 one", "A 106 500 three", "A 111 500 four"}, []string{"a:^one", "a:?three", "a:four"}},
		{"gap at the start", []string{"S 99 0", "A 103 500 two"}, []string{"a:?two"}},
		{"not captured whole", []string{"S 99 0", "A 100 500 one+4", "A 107 500 two"}, []string{"a:^one", "a:?two"}},
		{"not captured at all", []string{"S 99 0", "A 100 500 +4", "A 104 500 two"}, []string{"a:?two"}},
		{
			"the receiver has what is missing",
			slices.Concat([]string{"S 99 0", "<SA 499 100", "A 100 500 one", "A 106 500 three"}, slices.Repeat([]string{"<A 500 111"}, 20), []string{"A 103 500 two", "A 111 500 four"}),
			[]string{"a:^one", "a:?three", "a:four"},
		},
		{"too many wait", slices.Concat([]string{"S 99 0"}, waiting), given},
		{"another connection", []string{"S 99 0", "A 100 500 one", "S 99 0", "S 7000 0", "A 7001 500 two"}, []string{"a:^one", "a:^two"}},
		{"another connection, its SYN not captured", []string{"S 99 0", "A 100 500 one", "A 900000000 500 two"}, []string{"a:^one", "a:?two"}},
		{"what waits is given before another connection", []string{"S 99 0", "A 103 500 two", "S 7000 0", "A 7001 500 three"}, []string{"a:?two", "a:^three"}},
		{"data with the SYN", []string{"S 99 0 one", "A 103 500 two"}, []string{"a:^one", "a:two"}},
		{"data with a SYN that has no number", []string{"S 99 0 one", "A 102 500 two"}, []string{"a:^one", "a:two"}},
		{"other data with the same SYN", []string{"S 99 0 one", "S 99 0 one", "S 99 0 two"}, []string{"a:^one", "a:^two"}},
		{"nothing to know", []string{"A 99 500", "FA 99 500", "R 99 0"}, nil},
		{"data with the FIN", []string{"S 99 0", "FA 100 500 one", "A 104 501"}, []string{"a:^one"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := pcap.NewAssembler()
			var got []string
			for _, text := range tt.segments {
				got = say(got, a.Add(seg(t, text), time.Time{}))
			}
			got = say(got, a.Flush())
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestAssemblerForgets: connections are bounded, and what is forgotten is given first.
func TestAssemblerForgets(t *testing.T) {
	a := pcap.NewAssembler()
	var got []string
	for i := range 20000 {
		s := seg(t, "S 99 0")
		s.Src = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 50000)
		got = say(got, a.Add(s, time.Time{}))
		if i == 0 {
			wait := seg(t, "A 103 500 waits")
			wait.Src = s.Src
			got = say(got, a.Add(wait, time.Time{}))
		}
	}
	if diff := cmp.Diff([]string{"a:?waits"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if n := len(a.Conns()); n > 8192 {
		t.Errorf("%d connections", n)
	}
}

// TestAllocs: a segment in order costs nothing.
func TestAllocs(t *testing.T) {
	a := pcap.NewAssembler()
	whole := captures.Segment{Src: alice.String(), Dst: bob.String(), Seq: 100, Flags: captures.ACK, Data: make([]byte, 100)}
	p := pcap.Packet{Link: 101, Data: whole.IP()}
	var s pcap.Segment
	seq := uint32(100)
	allocs := testing.AllocsPerRun(1000, func() {
		if !p.Segment(&s) {
			t.Fatal("no segment")
		}
		s.Seq = seq
		seq += 100
		if len(a.Add(&s, time.Time{})) != 1 {
			t.Fatal("not in order")
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func FuzzReader(f *testing.F) {
	for _, file := range []captures.File{{Link: 1}, {Link: 1, NG: true}, {Link: 101}, {Link: 113, Nano: true}, {Link: 276}} {
		s := captures.Segment{Src: alice.String(), Dst: bob.String(), Seq: 100, Flags: captures.ACK, Data: []byte("octets")}
		file.Packet(time.Unix(1000, 0), captures.Ethernet(s.IP(), 5))
		file.Packet(time.Unix(1000, 0), s.IP())
		f.Add(file.Bytes())
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		r, err := pcap.NewReader(bytes.NewReader(b))
		if err != nil {
			return
		}
		a := pcap.NewAssembler()
		for {
			p, err := r.Next()
			if err != nil {
				a.Flush()
				return
			}
			var s pcap.Segment
			if p.Segment(&s) {
				a.Add(&s, p.Time)
			}
		}
	})
}

// FuzzAssembler: however a stream is cut and shuffled, what comes out is in order,
// and what is not missing is not called lost.
func FuzzAssembler(f *testing.F) {
	f.Add([]byte{5, 3, 9, 200, 1, 0}, uint32(4294967200))
	f.Add([]byte{1, 1, 2, 3, 250, 8, 13, 21}, uint32(7))
	f.Fuzz(func(t *testing.T, cuts []byte, isn uint32) {
		stream := make([]byte, 600)
		for i := range stream {
			stream[i] = byte(i ^ i>>8)
		}
		a := pcap.NewAssembler()
		a.Add(&pcap.Segment{Src: alice, Dst: bob, Seq: isn, Flags: captures.SYN}, time.Time{})
		var got []byte
		take := func(chunks []pcap.Chunk) {
			for _, c := range chunks {
				if c.Lost {
					t.Fatal("lost")
				}
				got = append(got, c.Data...)
			}
		}
		add := func(from, to int) {
			s := &pcap.Segment{Src: alice, Dst: bob, Seq: isn + 1 + uint32(from), Flags: captures.ACK, Data: stream[from:to], Length: to - from}
			take(a.Add(s, time.Time{}))
		}
		for i, c := range cuts[:min(len(cuts), 200)] {
			from := int(c) * 2
			add(from, min(from+1+i, len(stream)))
		}
		for from := 0; from < len(stream); from += 50 {
			add(from, min(from+70, len(stream)))
		}
		take(a.Flush())
		if !bytes.Equal(got, stream) {
			t.Errorf("%d octets: %X", len(got), got)
		}
	})
}
