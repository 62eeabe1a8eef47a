package capture_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/bgptest/captures"
	"github.com/herald-bgp/herald/internal/capture"
	"github.com/herald-bgp/herald/internal/event"
)

// Bodies of UPDATEs that announce 203.0.113.0/24, or withdraw it.
var (
	narrow      = "0000 0012 40010100 400204 0201FC00 400304C0000201 "     // AS path of two octets
	wide        = "0000 0014 40010100 400206 02010000FC00 400304C0000201 " // of four
	unclear     = "0000 000E 40010100 400200 400304C0000201 "              // of either
	merged      = "0000 0021 40010100 400204 0201FC00 400304C0000201 C0110C 0202 0000FC00 0000FC01 00 18CB0071"
	prefix      = "18CB0071"
	pathPrefix  = "00000001 18CB0071"
	twoPrefixes = "18CB0071 18CB0072"
)

func update(parts ...string) []byte { return bgptest.Message(2, bgptest.Hex(strings.Join(parts, ""))) }

var (
	keepalive = bgptest.Message(4, nil)
	endOfRIB  = bgptest.Message(2, make([]byte, 4))
)

// items gives what a capture holds, one in a line.
func items(t *testing.T, file []byte, o capture.Options) []string {
	t.Helper()
	in, err := capture.Open(bytes.NewReader(file), o)
	if err != nil {
		return []string{err.Error()}
	}
	if in.Text != nil {
		return []string{"text"}
	}
	var all []string
	for {
		it, err := in.Capture.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			return append(all, "end: "+err.Error())
		}
		all = append(all, itemText(it))
	}
}

func itemText(it *capture.Item) string {
	if it.Err != nil {
		return fmt.Sprintf("%s: %v", it.Place(), it.Err)
	}
	arrow := "->"
	if it.Direction == event.Send {
		arrow = "<-"
	}
	p := it.Peer
	text := fmt.Sprintf("%s %s(%d)%s%s(%d) ", it.Time.Format("05.000"), p.Remote, p.PeerAS, arrow, p.Local, p.LocalAS)
	if it.State != "" {
		return text + it.State
	}
	text += bgp.MessageType(it.Message[18]).String()
	if it.Message[18] != byte(bgp.TypeUpdate) {
		return text
	}
	text += map[bool]string{false: " as2", true: " as4"}[it.Session.ASN4]
	for _, f := range it.Session.AddPathRecv {
		if len(it.Session.AddPathRecv) > 3 {
			return text + " path identifiers"
		}
		text += " +" + f.String()
	}
	return text
}

var ends = captures.Ends{PeerAS: 64512, LocalAS: 64513, Peer: "192.0.2.1", Local: "192.0.2.2"}

// message is a BGP4MP record of a message.
func message(sub uint16, octets []byte) []byte {
	as4 := sub != 1 && sub != 8
	return captures.Record(5, 0, 16, sub, captures.BGP4MP(ends, as4, octets))
}

func TestMRT(t *testing.T) {
	table := captures.Table(1, bgptest.Hex(prefix), captures.Entry{Attrs: bgptest.Hex("40010100 400206 02010000FC00 400304C0000201")})
	tablePaths := captures.Table(1, bgptest.Hex(prefix), captures.Entry{PathID: make([]byte, 4)}, captures.Entry{Peer: 1, PathID: make([]byte, 4)})
	index := captures.Record(4, 0, 13, 1, captures.PeerIndex("192.0.2.9", "", ends, captures.Ends{Peer: "2001:db8::1", PeerAS: 70000}))
	const from = "05.000 192.0.2.1(64512)->192.0.2.2(64513) "
	for _, tt := range []struct {
		name    string
		records [][]byte
		options capture.Options
		want    []string
	}{
		{
			name: "messages",
			records: [][]byte{
				message(1, update(narrow, prefix)), message(4, update(wide, prefix)), message(4, keepalive),
				message(8, update(narrow, pathPrefix)), message(9, update(wide, pathPrefix)), message(7, update(wide, prefix)),
			},
			want: []string{
				from + "UPDATE as2", from + "UPDATE as4", from + "KEEPALIVE",
				from + "UPDATE as2 path identifiers", from + "UPDATE as4 path identifiers",
				"05.000 192.0.2.1(64512)<-192.0.2.2(64513) UPDATE as4",
			},
		},
		{
			name:    "state, microseconds",
			records: [][]byte{captures.Record(5, 250000, 17, 5, captures.BGP4MP(ends, true, []byte{0, 5, 0, 6}))},
			want:    []string{"05.250 192.0.2.1(64512)->192.0.2.2(64513) ESTABLISHED"},
		},
		{
			name: "path identifiers that the record does not tell of",
			records: [][]byte{
				message(4, update(wide, pathPrefix)), message(4, update(wide, pathPrefix)),
				message(4, update(wide, twoPrefixes)), // may be read in both ways
				message(4, update(wide, prefix)), message(4, update(wide, prefix)),
				captures.Record(5, 0, 16, 5, captures.BGP4MP(ends, true, []byte{0, 6, 0, 1})),
				message(4, update(wide, pathPrefix)),
			},
			want: []string{
				from + "UPDATE as4 +ipv4 unicast", from + "UPDATE as4 +ipv4 unicast", from + "UPDATE as4 +ipv4 unicast",
				from + "UPDATE as4 +ipv4 unicast", from + "UPDATE as4", from + "IDLE", from + "UPDATE as4 +ipv4 unicast",
			},
		},
		{
			name: "a malformed message is no path identifier",
			records: [][]byte{
				message(4, update(wide, prefix)), message(4, update(wide, prefix)), message(4, update(wide, "21CB0071 18C63364")),
				message(4, update(wide, twoPrefixes)),
			},
			want: []string{from + "UPDATE as4", from + "UPDATE as4", from + "UPDATE as4", from + "UPDATE as4"},
		},
		{
			name:    "path identifiers, given",
			records: [][]byte{message(4, update(wide, prefix))}, options: capture.Options{AddPath: true},
			want: []string{from + "UPDATE as4 path identifiers"},
		},
		{
			name:    "table",
			records: [][]byte{index, captures.Record(5, 0, 13, 2, table), captures.Record(6, 0, 13, 8, tablePaths)},
			want: []string{
				"05.000 192.0.2.1(64512)->0.0.0.0(0) UPDATE as4",
				"06.000 192.0.2.1(64512)->0.0.0.0(0) UPDATE as4 path identifiers",
				"06.000 2001:db8::1(70000)->::(0) UPDATE as4 path identifiers",
			},
		},
		{name: "table without peers", records: [][]byte{captures.Record(5, 0, 13, 2, table)}, want: []string{"octet 0: a table before the peer index table"}},
		{
			name: "what cannot be read",
			records: [][]byte{
				message(4, keepalive[:18]), message(4, update(wide, prefix)[:40]), message(4, make([]byte, 19)),
				captures.Record(5, 0, 16, 4, nil), captures.Record(5, 0, 13, 1, nil), captures.Record(5, 0, 13, 2, nil), message(4, endOfRIB),
			},
			want: []string{
				"octet 0: from 192.0.2.1 to 192.0.2.2: truncated",
				"octet 50: from 192.0.2.1 to 192.0.2.2: UPDATE of 47 octets: truncated to 40",
				"octet 122: from 192.0.2.1 to 192.0.2.2: Message header error / Connection Not Synchronized: marker: invalid value",
				"octet 173: BGP4MP_MESSAGE_AS4: truncated",
				"octet 185: PEER_INDEX_TABLE: truncated",
				"octet 197: RIB_IPV4_UNICAST: truncated",
				from + "UPDATE as4",
			},
		},
		{
			name:    "octets behind a message",
			records: [][]byte{message(4, append(bytes.Clone(keepalive), 1, 2, 3))}, want: []string{from + "KEEPALIVE"},
		},
		{
			name:    "other records are told once",
			records: [][]byte{captures.Record(5, 0, 13, 7, nil), captures.Record(5, 0, 13, 7, nil), captures.Record(5, 0, 48, 0, nil), message(4, keepalive)},
			want: []string{
				"octet 0: GEO_PEER_TABLE: records of this kind are not read",
				"octet 24: MRT type 48 subtype 0: records of this kind are not read",
				from + "KEEPALIVE",
			},
		},
		{
			name:    "cut",
			records: [][]byte{message(4, keepalive), message(4, keepalive)[:20]},
			want:    []string{from + "KEEPALIVE", "end: MRT record at octet 51: unexpected EOF"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, items(t, bytes.Join(tt.records, nil), tt.options)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Capabilities: AS numbers of four octets, path identifiers of IPv4 unicast sent
// and received.
const (
	capIPv4 = "01 04 0001 00 01 "
	capASN4 = "41 04 0000FC00 "
	capPath = "45 04 0001 01 03 "
)

func openMessage(as uint16, caps string) []byte {
	c := bgptest.Hex(caps)
	body := binary.BigEndian.AppendUint16([]byte{4}, as)
	body = append(body, 0, 90, 192, 0, 2, byte(as), byte(2+len(c)), 2, byte(len(c)))
	return bgptest.Message(1, append(body, c...))
}

// talk writes a capture of one connection; each end's octets follow on each other.
type talk struct {
	file captures.File
	port int
	seq  [2]uint32
	now  time.Time
}

func newTalk() *talk {
	t := &talk{file: captures.File{Link: 1}, port: 179, now: time.Unix(1000, 0)}
	t.send(0, captures.SYN, nil)
	t.send(1, captures.SYN|captures.ACK, nil)
	return t
}

// send adds a segment of an end, 0 the one that connected.
func (k *talk) send(end int, flags byte, data []byte) {
	src, dst := "192.0.2.1:50000", fmt.Sprintf("192.0.2.2:%d", k.port)
	if end == 1 {
		src, dst = dst, src
	}
	s := captures.Segment{Src: src, Dst: dst, Seq: k.seq[end], Ack: k.seq[1-end], Flags: flags, Data: data}
	k.seq[end] += uint32(len(data))
	if flags&captures.SYN != 0 {
		k.seq[end]++
	}
	k.now = k.now.Add(time.Millisecond)
	k.file.Packet(k.now, captures.Ethernet(s.IP()))
}

// say adds segments without flags: of 0 those before "|", of 1 those behind it.
func (k *talk) say(end int, messages ...[]byte) {
	for _, m := range messages {
		k.send(end, captures.ACK, m)
	}
}

func TestPackets(t *testing.T) {
	const (
		there = "192.0.2.1(64512)->192.0.2.2(64513) "
		back  = "192.0.2.2(64513)->192.0.2.1(64512) "
		bare  = "192.0.2.1(0)->192.0.2.2(0) "
	)
	begin := func(caps0, caps1 string) *talk {
		k := newTalk()
		k.say(0, openMessage(64512, caps0))
		k.say(1, openMessage(64513, caps1))
		return k
	}
	opens := []string{"40.003 192.0.2.1(64512)->192.0.2.2(0) OPEN", "40.004 " + back + "OPEN"}
	for _, tt := range []struct {
		name    string
		make    func() *talk
		options capture.Options
		want    []string
	}{
		{
			name: "negotiated",
			make: func() *talk {
				k := begin(capIPv4+capASN4+capPath, capIPv4+"41 04 0000FC01 "+capPath)
				k.say(0, update(wide, pathPrefix))
				k.say(1, keepalive)
				return k
			},
			want: append(opens[:2:2], "40.005 "+there+"UPDATE as4 +ipv4 unicast", "40.006 "+back+"KEEPALIVE"),
		},
		{
			name: "two octets negotiated",
			make: func() *talk {
				k := begin(capIPv4+capASN4, capIPv4)
				k.say(0, update(narrow, prefix))
				return k
			},
			want: append(opens[:2:2], "40.005 "+there+"UPDATE as2"),
		},
		{
			name: "several messages in a segment, and one in several",
			make: func() *talk {
				k := newTalk()
				both := join(keepalive, update(wide, prefix), endOfRIB)
				k.say(0, both[:10], both[10:30], both[30:70], both[70:])
				return k
			},
			want: []string{"40.004 " + bare + "KEEPALIVE", "40.005 " + bare + "UPDATE as4", "40.006 " + bare + "UPDATE as4"},
		},
		{
			name: "guessed: sizes of AS numbers",
			make: func() *talk {
				k := newTalk()
				k.say(0, update(unclear, prefix), update(narrow, prefix), update(unclear, prefix), update(wide, prefix), update(wide, prefix), update(merged), update(merged))
				return k
			},
			want: []string{
				"40.003 " + bare + "UPDATE as4", "40.004 " + bare + "UPDATE as2", "40.005 " + bare + "UPDATE as2",
				"40.006 " + bare + "UPDATE as4", "40.007 " + bare + "UPDATE as4", "40.008 " + bare + "UPDATE as4", "40.009 " + bare + "UPDATE as2",
			},
		},
		{
			name: "given: two octets", options: capture.Options{ASN2: true},
			make: func() *talk {
				k := newTalk()
				k.say(0, update(wide, prefix))
				return k
			},
			want: []string{"40.003 " + bare + "UPDATE as2"},
		},
		{
			name: "given: a session", options: capture.Options{Session: &bgp.Negotiated{ASN4: false, Families: bgp.Families(), AddPathRecv: []bgp.Family{bgp.IPv4Unicast}}},
			make: func() *talk {
				k := newTalk()
				k.say(0, update(wide, prefix))
				return k
			},
			want: []string{"40.003 " + bare + "UPDATE as2 +ipv4 unicast"},
		},
		{
			name: "one OPEN tells what there is not",
			make: func() *talk {
				k := newTalk()
				k.say(0, openMessage(64512, capIPv4), update(unclear, pathPrefix))
				return k
			},
			want: []string{"40.003 192.0.2.1(64512)->192.0.2.2(0) OPEN", "40.004 192.0.2.1(64512)->192.0.2.2(0) UPDATE as2"},
		},
		{
			name: "one OPEN leaves the rest to guess",
			make: func() *talk {
				k := newTalk()
				k.say(0, openMessage(64512, capIPv4+capASN4+capPath), update(unclear, pathPrefix), update(unclear, prefix), update(unclear, prefix))
				return k
			},
			want: []string{
				"40.003 192.0.2.1(64512)->192.0.2.2(0) OPEN", "40.004 192.0.2.1(64512)->192.0.2.2(0) UPDATE as4 +ipv4 unicast",
				"40.005 192.0.2.1(64512)->192.0.2.2(0) UPDATE as4", "40.006 192.0.2.1(64512)->192.0.2.2(0) UPDATE as4",
			},
		},
		{
			name: "another port",
			make: func() *talk {
				k := newTalk()
				k.port = 1790
				k.seq = [2]uint32{}
				k.send(0, captures.SYN, nil)
				k.say(0, keepalive)
				k.say(1, []byte("something else"), keepalive)
				return k
			},
			want: []string{"40.004 192.0.2.1(0)->192.0.2.2(0) KEEPALIVE"},
		},
		{
			name: "in the middle of a stream",
			make: func() *talk {
				k := &talk{file: captures.File{Link: 1}, port: 179, now: time.Unix(1000, 0)}
				k.say(0, update(wide, prefix)[30:], keepalive[:5], keepalive[5:])
				return k
			},
			want: []string{"40.003 " + bare + "KEEPALIVE"},
		},
		{
			name: "a gap",
			make: func() *talk {
				k := newTalk()
				k.say(0, keepalive, update(wide, prefix)[:20])
				k.seq[0] += 10
				k.say(0, update(wide, prefix)[30:], keepalive)
				return k
			},
			want: []string{
				"40.003 " + bare + "KEEPALIVE", "packet 6: from 192.0.2.1 to 192.0.2.2: octets are missing from the capture",
				"40.006 " + bare + "KEEPALIVE",
			},
		},
		{
			name: "what is no message",
			make: func() *talk {
				k := newTalk()
				k.say(0, keepalive, []byte("what is this"), keepalive, bgptest.Message(2, nil), endOfRIB)
				return k
			},
			want: []string{
				"40.003 " + bare + "KEEPALIVE", "packet 4: from 192.0.2.1 to 192.0.2.2: no message where one should begin",
				"40.005 " + bare + "KEEPALIVE",
				"packet 6: from 192.0.2.1 to 192.0.2.2: Message header error / Bad Message Length: UPDATE of 19 octets: wrong length",
				"40.007 " + bare + "UPDATE as4",
			},
		},
		{
			name: "cut at the end",
			make: func() *talk {
				k := newTalk()
				k.say(0, keepalive, keepalive[:10])
				k.say(1, keepalive[:12])
				return k
			},
			want: []string{
				"40.003 " + bare + "KEEPALIVE",
				"packet 5: from 192.0.2.1 to 192.0.2.2: 10 octets of a message: octets are missing from the capture",
				"packet 5: from 192.0.2.2 to 192.0.2.1: 12 octets of a message: octets are missing from the capture",
			},
		},
		{name: "nothing", make: newTalk, want: []string{"packet 2: there is no BGP in the capture up to here"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, items(t, tt.make().file.Bytes(), tt.options)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func join(b ...[]byte) []byte { return bytes.Join(b, nil) }

func TestOpen(t *testing.T) {
	zipped := func(b []byte) []byte {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return z.Bytes()
	}
	record := message(4, keepalive)
	bzipped := bgptest.Hex("425A6839314159265359E4D530C3000002C400401001002000219819843B0BB9229C2848726A986180") // of "FFFF\n"
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"MRT", record, "05.000 192.0.2.1(64512)->192.0.2.2(64513) KEEPALIVE"},
		{"MRT, gzip", zipped(record), "05.000 192.0.2.1(64512)->192.0.2.2(64513) KEEPALIVE"},
		{"text", []byte("FFFF\n"), "text"},
		{"text, gzip", zipped([]byte("FFFF")), "text"},
		{"text, bzip2", bzipped, "text"},
		{"empty", nil, "text"},
		{"twice", zipped(zipped(record)), "compressed twice"},
		{"gzip, broken", []byte{0x1f, 0x8b, 0}, "gzip: unexpected EOF"},
		{"xz", []byte("\xfd7zXZ\x00 and so on"), "compressed by xz: xz -dc FILE | herald decode"},
		{"zstd", []byte{0x28, 0xb5, 0x2f, 0xfd, 0, 0}, "compressed by zstd: zstd -dc FILE | herald decode"},
		{"a program", []byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00"), "neither MRT nor a packet capture nor text"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(items(t, tt.file, capture.Options{}), "\n"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestAllocs: messages of MRT cost nothing.
func TestAllocs(t *testing.T) {
	record := join(message(4, update(wide, prefix)), message(1, update(narrow, twoPrefixes)), message(9, update(wide, pathPrefix)))
	in, err := capture.Open(&loop{b: record}, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	allocs := testing.AllocsPerRun(1000, func() {
		if _, err := in.Capture.Next(); err != nil {
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

func FuzzCapture(f *testing.F) {
	k := newTalk()
	k.say(0, openMessage(64512, capIPv4+capASN4+capPath), update(wide, pathPrefix), keepalive[:5], keepalive[5:])
	f.Add(k.file.Bytes())
	f.Add(join(message(4, update(wide, prefix)), message(1, update(narrow, pathPrefix))))
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := capture.Open(bytes.NewReader(b), capture.Options{})
		if err != nil || in.Capture == nil {
			return
		}
		var u bgp.Update
		for {
			it, err := in.Capture.Next()
			if err != nil {
				return
			}
			if it.Message == nil {
				continue
			}
			if size := int(binary.BigEndian.Uint16(it.Message[16:])); size != len(it.Message) {
				t.Fatalf("a message of %d octets says %d", len(it.Message), size)
			}
			if it.Message[18] == byte(bgp.TypeUpdate) {
				_ = bgp.ParseUpdate(&u, it.Message[bgp.HeaderLen:], it.Session)
			}
		}
	})
}
