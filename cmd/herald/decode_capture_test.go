package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/bgptest/captures"
	"github.com/herald-bgp/herald/internal/capture"
)

// Bodies of UPDATEs.
const (
	narrowUpdate  = "0000 0012 40010100 400204 0201FC00 400304C0000201 18CB0071"                                                 // AS path of two octets
	wideUpdate    = "0000 0014 40010100 400206 02010000FC00 400304C0000201 18CB0071 16C6336400"                                  // of four
	pathUpdate    = "0000 0014 40010100 400206 02010000FC00 400304C0000201 00000007 18CB0071"                                    // with path identifiers
	sixUpdate     = "0000 002B 900E001A 0002 01 10 20010DB8000000000000000000000001 00 20 20010DB8 40010100 400206 02010000FC00" // IPv6
	badUpdate     = "0000 0014 40010100 400206 02010000FC00 400304C0000201 21CB007100"                                           // prefix of 33 bits
	badPathUpdate = "0000 0014 40010100 400206 02010000FC00 400304C0000201 00000007 21CB007100"
	openBody      = "04 FC00 005A C0000201 1A 02 18 01040001 0001 01040002 0001 4104 0000FC00 4504 0001 01 03" // AS 64512
	backOpenBody  = "04 FC01 005A C0000202 1A 02 18 01040001 0001 01040002 0001 4104 0000FC01 4504 0001 01 03" // AS 64513
	shutdown      = "06 02 05 676F206F6E"                                                                      // "go on"
)

func update(body string) []byte { return bgptest.Message(2, bgptest.Hex(body)) }

func sampleMRT() []byte {
	ends := captures.Ends{PeerAS: 64512, LocalAS: 64513, Peer: "192.0.2.1", Local: "192.0.2.2"}
	ends6 := captures.Ends{PeerAS: 4200000001, LocalAS: 64513, Peer: "2001:db8::1", Local: "2001:db8::2"}
	var file []byte
	add := func(kind, sub uint16, body []byte) {
		file = append(file, captures.Record(1767225600, 250000, kind, sub, body)...)
	}
	add(16, 5, captures.BGP4MP(ends, true, []byte{0, 5, 0, 6}))
	add(16, 1, captures.BGP4MP(ends, false, update(narrowUpdate)))
	add(17, 4, captures.BGP4MP(ends6, true, update(sixUpdate)))
	add(16, 9, captures.BGP4MP(ends, true, update(pathUpdate)))
	add(16, 7, captures.BGP4MP(ends, true, update(wideUpdate)))
	add(16, 4, captures.BGP4MP(ends, true, bgptest.Message(4, nil)))
	add(16, 4, captures.BGP4MP(ends, true, bgptest.Message(5, []byte{0, 1, 0, 1})))
	add(16, 4, captures.BGP4MP(ends, true, bgptest.Message(3, bgptest.Hex(shutdown))))
	add(16, 4, captures.BGP4MP(ends, true, update(badUpdate)))
	add(13, 1, captures.PeerIndex("192.0.2.9", "", ends, ends6))
	add(13, 2, captures.Table(0, bgptest.Hex("18CB0071"),
		captures.Entry{Peer: 0, Originated: 1767000000, Attrs: bgptest.Hex("40010100 400206 02010000FC00 400304C0000201")}))
	add(13, 10, captures.Table(1, bgptest.Hex("20 20010DB8"),
		captures.Entry{Peer: 1, PathID: []byte{0, 0, 0, 7}, Attrs: bgptest.Hex("40010100 400206 02010000FC00 800E1110 20010DB8000000000000000000000001")}))
	return file
}

func samplePackets() []byte {
	file := captures.File{Link: 1, NG: true, Nano: true}
	now := time.Date(2026, 1, 1, 0, 0, 0, 500, time.UTC)
	seq := [2]uint32{1000, 4294967290}
	send := func(end int, flags byte, data []byte) {
		src, dst := "192.0.2.1:50000", "192.0.2.2:179"
		if end == 1 {
			src, dst = dst, src
		}
		s := captures.Segment{Src: src, Dst: dst, Seq: seq[end], Ack: seq[1-end], Flags: flags, Data: data}
		seq[end] += uint32(len(data)) + uint32(flags&captures.SYN)/captures.SYN
		now = now.Add(time.Millisecond)
		file.Packet(now, captures.Ethernet(s.IP(), 7))
	}
	send(0, captures.SYN, nil)
	send(1, captures.SYN|captures.ACK, nil)
	send(0, captures.ACK, bgptest.Message(1, bgptest.Hex(openBody)))
	send(1, captures.ACK, bgptest.Message(1, bgptest.Hex(backOpenBody)))
	both := append(bgptest.Message(4, nil), update(pathUpdate)...)
	send(0, captures.ACK, both[:40])
	send(0, captures.ACK, both[40:])
	send(1, captures.ACK, update(sixUpdate))
	send(1, captures.ACK, update(badPathUpdate))
	return file.Bytes()
}

var processIDs = regexp.MustCompile(`"host" : "[^"]*", "pid" : \d+, "ppid" : \d+`)

// TestDecodeCaptures compares lines with those of golden files.
func TestDecodeCaptures(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write(sampleMRT()); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	mrt, packets := write("sample.mrt", sampleMRT()), write("sample.pcapng", samplePackets())
	mrtReason := mrt + ": octet 567: UPDATE message error / Invalid Network Field: wrong length\n"
	packetsReason := packets + ": packet 8: UPDATE message error / Invalid Network Field: wrong length\n"
	for _, tt := range []struct {
		name, version, golden string
		o                     decodeOptions
		stdin, reason         string
		invalid               bool
	}{
		{name: "MRT", version: "5", golden: "mrt.jsonl", o: decodeOptions{args: []string{mrt}}, reason: mrtReason, invalid: true},
		{name: "MRT, version 6", version: "6", golden: "mrt-6.jsonl", o: decodeOptions{args: []string{mrt}}, reason: mrtReason, invalid: true},
		{
			name: "MRT, gzip, from stdin", version: "5", golden: "mrt.jsonl", stdin: zipped.String(),
			reason: strings.ReplaceAll(mrtReason, mrt, "stdin"), invalid: true,
		},
		{name: "MRT, commands", version: "5", golden: "mrt.commands", o: decodeOptions{args: []string{mrt}, command: true}, reason: mrtReason, invalid: true},
		{name: "packets", version: "5", golden: "packets.jsonl", o: decodeOptions{args: []string{packets}}, reason: packetsReason, invalid: true},
		{
			name: "one family of both", version: "5", golden: "family.jsonl", o: decodeOptions{args: []string{mrt, packets}, family: "ipv6 unicast"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, reason, valid := runDecodeErrors(t, tt.version, tt.stdin, tt.o)
			if valid == tt.invalid || reason != tt.reason {
				t.Errorf("valid: %v\n%s", valid, reason)
			}
			for line := range strings.Lines(got) {
				if strings.HasPrefix(line, "{") && !json.Valid([]byte(line)) {
					t.Errorf("not JSON: %s", line)
				}
			}
			got = processIDs.ReplaceAllString(got, `"host" : "host", "pid" : 1, "ppid" : 0`)
			golden := filepath.Join("testdata", "decode", tt.golden)
			if *updateGolden {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestDecodeAllocs: an UPDATE of an MRT file costs no allocation on its way into a line.
func TestDecodeAllocs(t *testing.T) {
	ends := captures.Ends{PeerAS: 64512, LocalAS: 64513, Peer: "192.0.2.1", Local: "192.0.2.2"}
	records := slices.Concat(
		captures.Record(1767225600, 0, 16, 4, captures.BGP4MP(ends, true, update(wideUpdate))),
		captures.Record(1767225600, 0, 16, 1, captures.BGP4MP(ends, false, update(narrowUpdate))),
		captures.Record(1767225600, 0, 16, 4, captures.BGP4MP(ends, true, update(sixUpdate))),
		captures.Record(1767225600, 0, 16, 9, captures.BGP4MP(ends, true, update(pathUpdate))),
	)
	d, err := newDecoder(&decodeOptions{}, bgp.Dialect5, bufio.NewWriter(io.Discard), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	in, err := capture.Open(bytes.NewReader(bytes.Repeat(records, 2000)), d.capture)
	if err != nil {
		t.Fatal(err)
	}
	allocs := testing.AllocsPerRun(4000, func() {
		it, err := in.Capture.Next()
		if err == nil {
			err = d.item(it)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func BenchmarkDecodeMRT(b *testing.B) {
	ends := captures.Ends{PeerAS: 64512, LocalAS: 64513, Peer: "192.0.2.1", Local: "192.0.2.2"}
	record := captures.Record(1767225600, 0, 16, 4, captures.BGP4MP(ends, true, update(wideUpdate)))
	d, err := newDecoder(&decodeOptions{}, bgp.Dialect5, bufio.NewWriter(io.Discard), io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	in, err := capture.Open(&again{b: record}, d.capture)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		it, err := in.Capture.Next()
		if err == nil {
			err = d.item(it)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// again is a reader that begins again.
type again struct {
	b  []byte
	at int
}

func (r *again) Read(b []byte) (int, error) {
	n := copy(b, r.b[r.at:])
	r.at = (r.at + n) % len(r.b)
	return n, nil
}
