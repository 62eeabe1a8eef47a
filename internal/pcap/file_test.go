package pcap_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/bgptest/captures"
	"github.com/herald-bgp/herald/internal/pcap"
)

func TestReader(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.UTC)
	for _, tt := range []struct {
		name string
		file captures.File
		unit time.Duration
	}{
		{"micro", captures.File{Link: 1}, time.Microsecond},
		{"micro, swapped", captures.File{Link: 1, Order: binary.LittleEndian}, time.Microsecond},
		{"nano", captures.File{Link: 1, Nano: true}, time.Nanosecond},
		{"nano, swapped", captures.File{Link: 1, Nano: true, Order: binary.LittleEndian}, time.Nanosecond},
		{"pcapng", captures.File{Link: 1, NG: true}, time.Microsecond},
		{"pcapng, swapped, nano", captures.File{Link: 1, NG: true, Nano: true, Order: binary.LittleEndian}, time.Nanosecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			packets := [][]byte{[]byte("first"), make([]byte, 3000), []byte("next")}
			for _, b := range packets {
				tt.file.Packet(at, b)
			}
			if !pcap.IsCapture(tt.file.Bytes()) {
				t.Error("not recognised")
			}
			r, err := pcap.NewReader(bytes.NewReader(tt.file.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range packets {
				p, err := r.Next()
				if err != nil {
					t.Fatal(err)
				}
				if p.Number != int64(i+1) || !p.Time.Equal(at.Truncate(tt.unit)) || p.Link != 1 || !bytes.Equal(p.Data, want) {
					t.Errorf("packet %d: %d at %s, link %d, %d octets", i+1, p.Number, p.Time, p.Link, len(p.Data))
				}
			}
			if _, err := r.Next(); err != io.EOF { //nolint:errorlint // bare by contract
				t.Errorf("end: %v", err)
			}
		})
	}
}

// TestBlocks reads blocks of pcapng that Herald does not write.
func TestBlocks(t *testing.T) {
	const (
		section = "0A0D0D0A 0000001C 1A2B3C4D 0001 0000 FFFFFFFF FFFFFFFF 0000001C "
		device  = "00000001 00000014 0001 0000 00000003 00000014 " // snapshot length 3
		simple  = "00000003 00000014 00000005 61626300 00000014 "  // of 5 octets, 3 of them there
		old     = "00000002 00000024 0000 0007 00000000 000F4241 00000002 00000002 61620000 00000024 "
	)
	for _, tt := range []struct {
		name, file, want, wantErr string
	}{
		{name: "simple", file: section + device + simple, want: "abc"},
		{name: "old", file: section + device + old, want: "ab"},
		{name: "others are passed over", file: section + "0000000A 0000000C 0000000C " + device + simple, want: "abc"},
		{name: "a section forgets interfaces", file: section + device + section + simple, wantErr: "packet 1: interface 0 is not described"},
		{name: "no section", file: device + simple, wantErr: "neither pcap nor pcapng"},
		{name: "byte order", file: "0A0D0D0A 0000001C 1A2B3C4E 0001 0000 FFFFFFFF FFFFFFFF 0000001C", wantErr: "packet 1: neither pcap nor pcapng"},
		{name: "length of a block", file: section + "0000000A 0000000D 0000000D00", wantErr: "packet 1: block of 13 octets"},
		{name: "block cut", file: section + "0000000A 00000010", wantErr: "packet 1: unexpected EOF"},
		{name: "packet longer than its block", file: section + device + "00000006 00000020 00000000 00000000 00000000 00000001 00000001 00000020", wantErr: "packet 1: truncated"},
		{name: "head cut", file: "A1B2C3D4 0002", wantErr: "unexpected EOF"},
		{name: "huge", file: "A1B2C3D4 00020004 00000000 00000000 0000FFFF 00000001  00000000 00000000 00200000 00200000", wantErr: "packet 1: 2097152 octets are more than 1048576"},
		{name: "packet cut", file: "A1B2C3D4 00020004 00000000 00000000 0000FFFF 00000001  00000000 00000000 00000004 00000004 00", wantErr: "packet 1: unexpected EOF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var p *pcap.Packet
			r, err := pcap.NewReader(bytes.NewReader(bgptest.Hex(tt.file)))
			if err == nil {
				p, err = r.Next()
			}
			switch {
			case tt.wantErr != "":
				if err == nil || err.Error() != tt.wantErr {
					t.Errorf("error %v, want %s", err, tt.wantErr)
				}
			case err != nil:
				t.Error(err)
			case string(p.Data) != tt.want:
				t.Errorf("got %q, want %q", p.Data, tt.want)
			}
		})
	}
}

// TestInterfaceTime reads clocks of several kinds.
func TestInterfaceTime(t *testing.T) {
	for _, tt := range []struct{ name, options, ticks, want string }{
		{"default", "", "00000000 000F4241", "1970-01-01T00:00:01.000001Z"},
		{"milliseconds", "0009 0001 03000000 0000 0000", "00000000 000003E9", "1970-01-01T00:00:01.001Z"},
		{"halves", "0009 0001 81000000 0000 0000", "00000000 00000003", "1970-01-01T00:00:01.5Z"},
		{"picoseconds", "0009 0001 0C000000", "000000E8 D4A51000", "1970-01-01T00:00:01Z"},
		{"offset", "000E 0008 0000000000000064", "00000000 00000000", "1970-01-01T00:01:40Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			options := bgptest.Hex(tt.options)
			size := uint32(20 + len(options))
			file := bgptest.Hex("0A0D0D0A 0000001C 1A2B3C4D 0001 0000 FFFFFFFF FFFFFFFF 0000001C 00000001")
			file = binary.BigEndian.AppendUint32(file, size)
			file = append(append(file, bgptest.Hex("0001 0000 00000000")...), options...)
			file = binary.BigEndian.AppendUint32(file, size)
			file = append(file, bgptest.Hex("00000006 00000020 00000000 "+tt.ticks+" 00000000 00000000 00000020")...)
			r, err := pcap.NewReader(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			p, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Time.Format(time.RFC3339Nano); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
