package interop_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// The message types of RFC 4271 §4.1.
const (
	typeOpen         = 1
	typeUpdate       = 2
	typeNotification = 3
	typeKeepalive    = 4
)

// router is a peer in AS 65000 that takes one session, keeps it, and does as it is told.
// It shares no code with the speaker.
type router struct {
	*testing.T
	l    net.Listener
	hold time.Duration

	writing sync.Mutex // one message at a time
	conn    net.Conn   // set before up is closed
	up      chan struct{}
	over    chan struct{} // closed when the session has ended
	why     string        // valid then

	keepalives, updates atomic.Int64
	apart               atomic.Int64 // the longest between two keepalives
	sent                atomic.Int64 // UPDATEs

	mu       sync.Mutex
	prefixes map[netip.Prefix]time.Time // announced, and when it came first
	standing map[netip.Prefix]bool      // not withdrawn since
	grown    chan struct{}              // of capacity 1
}

// newRouter listens on 127.0.0.2 for a speaker.
func newRouter(t *testing.T, hold time.Duration) *router {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &router{
		T: t, l: l, hold: hold, up: make(chan struct{}), over: make(chan struct{}),
		prefixes: map[netip.Prefix]time.Time{}, standing: map[netip.Prefix]bool{}, grown: make(chan struct{}, 1),
	}
	t.Cleanup(func() {
		l.Close()
		<-r.over
	})
	go r.serve()
	return r
}

func (r *router) port() int { return r.l.Addr().(*net.TCPAddr).Port }

// serve takes the session and reads it to its end.
func (r *router) serve() {
	defer close(r.over)
	conn, err := r.l.Accept()
	if err != nil {
		r.why = err.Error()
		return
	}
	defer conn.Close()
	stop := make(chan struct{})
	defer close(stop)
	r.conn = conn
	r.why = r.read(stop)
}

// read returns why the session ended.
func (r *router) read(stop chan struct{}) string {
	in := bufio.NewReaderSize(r.conn, 256<<10)
	var last time.Time // keepalive
	header, body := make([]byte, 19), make([]byte, 4096)
	for {
		r.conn.SetReadDeadline(time.Now().Add(r.hold))
		if _, err := io.ReadFull(in, header); err != nil {
			return "reading: " + err.Error()
		}
		body = body[:binary.BigEndian.Uint16(header[16:])-19]
		if _, err := io.ReadFull(in, body); err != nil {
			return "reading: " + err.Error()
		}
		now := time.Now()
		switch header[18] {
		case typeOpen:
			r.send(r.open())
			r.send(bgptest.Message(typeKeepalive, nil))
		case typeKeepalive:
			if r.keepalives.Add(1) == 1 {
				close(r.up)
				go r.keep(stop)
				last = now
				break
			}
			r.apart.Store(max(r.apart.Load(), int64(now.Sub(last))))
			last = now
		case typeUpdate:
			r.updates.Add(1)
			r.take(body, now)
		case typeNotification:
			return fmt.Sprintf("NOTIFICATION %X", body)
		}
	}
}

// open is an OPEN of AS 65000 with capabilities 1 (IPv4 unicast) and 65.
func (r *router) open() []byte {
	b := bgptest.Hex(`
		04 FDE8 0000 CB007109     # version, AS, hold time, identifier
		0E 020C                   # optional parameters: capabilities
		0104 0001 00 01
		4104 0000FDE8
	`)
	binary.BigEndian.PutUint16(b[3:], uint16(r.hold/time.Second))
	return bgptest.Message(typeOpen, b)
}

// keep sends KEEPALIVEs, behind whatever is being sent.
func (r *router) keep(stop chan struct{}) {
	tick := time.NewTicker(r.hold / 3)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			r.send(bgptest.Message(typeKeepalive, nil))
		case <-stop:
			return
		}
	}
}

// send writes messages; it waits as long as the speaker does not read. That the
// session is over shows when it is read from.
func (r *router) send(b []byte) bool {
	r.writing.Lock()
	defer r.writing.Unlock()
	_, err := r.conn.Write(b)
	return err == nil
}

// take notes the prefixes of an UPDATE: those of its fields for IPv4.
func (r *router) take(body []byte, now time.Time) {
	withdrawn := 2 + int(binary.BigEndian.Uint16(body))
	nlri := body[withdrawn:]
	nlri = nlri[2+int(binary.BigEndian.Uint16(nlri)):]
	r.mu.Lock()
	for p := range prefixesOf(body[2:withdrawn]) {
		delete(r.standing, p)
	}
	for p := range prefixesOf(nlri) {
		r.standing[p] = true
		if _, ok := r.prefixes[p]; !ok {
			r.prefixes[p] = now
		}
	}
	r.mu.Unlock()
	select {
	case r.grown <- struct{}{}:
	default:
	}
}

func prefixesOf(b []byte) iter.Seq[netip.Prefix] {
	return func(yield func(netip.Prefix) bool) {
		for len(b) > 0 {
			var a [4]byte
			n := (int(b[0]) + 7) / 8
			copy(a[:], b[1:1+n])
			if !yield(netip.PrefixFrom(netip.AddrFrom4(a), int(b[0]))) {
				return
			}
			b = b[1+n:]
		}
	}
}

// has waits until exactly these prefixes are announced and not withdrawn.
func (r *router) has(want ...string) {
	r.Helper()
	slices.Sort(want)
	var got []string
	for began := time.Now(); time.Since(began) < patience; time.Sleep(10 * time.Millisecond) {
		got = got[:0]
		r.mu.Lock()
		for p := range r.standing {
			got = append(got, p.String())
		}
		r.mu.Unlock()
		if slices.Sort(got); slices.Equal(got, want) {
			return
		}
	}
	r.Errorf("the router has %q, expected %q", got, want)
}

// seen returns when a prefix was announced.
func (r *router) seen(p netip.Prefix) (time.Time, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.prefixes[p]
	return at, ok
}

// count returns how many prefixes of a network of eight bits were announced.
func (r *router) count(network byte) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for p := range r.prefixes {
		if p.Addr().As4()[0] == network {
			n++
		}
	}
	return n
}

// until waits until so many prefixes have been announced.
func (r *router) until(n int, limit time.Duration) {
	r.Helper()
	timeout := time.After(limit)
	for {
		r.mu.Lock()
		got := len(r.prefixes)
		r.mu.Unlock()
		if got >= n {
			return
		}
		select {
		case <-r.grown:
		case <-r.over:
			r.Fatalf("the session ended with %d of %d prefixes: %s", got, n, r.why)
		case <-timeout:
			r.Fatalf("%d of %d prefixes came", got, n)
		}
	}
}

// isUp fails the test unless there is, and ever was, a session.
func (r *router) isUp() {
	r.Helper()
	select {
	case <-r.over:
		r.Fatalf("the session ended: %s", r.why)
	default:
	}
}

// established waits for the session.
func (r *router) established() {
	r.Helper()
	select {
	case <-r.up:
	case <-r.over:
		r.Fatalf("no session: %s", r.why)
	case <-time.After(patience):
		r.Fatal("no session")
	}
}

// updateBurst is how many UPDATEs are written at a time.
const updateBurst = 100

// flood sends n UPDATEs, each of one /32 in 10.0.0.0/8, as fast as they are taken;
// false when the session has ended.
func (r *router) flood(n int) bool {
	attributes := bgptest.Hex(`
		0000 0014                 # no withdraws; attributes
		40 01 01 00               # ORIGIN IGP
		40 02 06 0201 0000FDE8    # AS_PATH 65000
		40 03 04 7F000002         # NEXT_HOP 127.0.0.2
	`)
	var burst []byte
	for i := range n {
		body := binary.BigEndian.AppendUint32(append(slices.Clip(attributes), 32), 10<<24|uint32(i))
		burst = append(burst, bgptest.Message(typeUpdate, body)...)
		if i%updateBurst == updateBurst-1 || i == n-1 {
			if !r.send(burst) {
				return false
			}
			r.sent.Add(int64(i%updateBurst + 1))
			burst = burst[:0]
		}
	}
	return true
}

// host is the i-th /32 of a network of eight bits.
func host(network byte, i int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{network, byte(i >> 16), byte(i >> 8), byte(i)}), 32)
}

// speakerOf is Herald's configuration for a session with r, with words of the
// neighbor and process sections.
func (r *router) speakerOf(neighbor, processes string) string {
	return processes + `
neighbor 127.0.0.2 {
	router-id 192.0.2.1;
	local-address 127.0.0.1;
	local-as 65001;
	peer-as 65000;
	hold-time ` + strconv.Itoa(int(r.hold/time.Second)) + `;
	adj-rib-in false;
	` + neighbor + `
}`
}
