package pcap

import (
	"cmp"
	"hash/crc32"
	"maps"
	"net/netip"
	"slices"
	"time"
)

// Limits of an Assembler.
const (
	maxConns   = 1 << 13  // connections known at a time; those that are quiet for longest go
	maxHeld    = 32 << 20 // octets that wait for others before them, of all connections
	maxPending = 256      // segments of one stream that do
	patience   = 3        // segments that a hole outlives which the receiver has not

	// maxJump is how far sequence numbers of one connection may be apart. More than
	// that is another connection.
	maxJump = 64 << 20
)

// Conn is a TCP connection, as far as the capture has it.
type Conn struct {
	A, B netip.AddrPort // A is the end that was seen sending first
	User any            // what the caller attaches

	streams [2]stream // of A, of B
	used    uint64    // turn of the last segment
}

// Chunk is octets of a stream, in order: a view that is valid until the next call
// of the Assembler.
type Chunk struct {
	Conn  *Conn
	FromB bool // B sent it, else A
	Time  time.Time
	Data  []byte
	// Start is set where the stream begins. Lost is set where octets are missing
	// before Data, or may be, as before the first ones of a stream whose beginning
	// was not captured.
	Start, Lost bool
}

// Assembler puts TCP segments in order.
type Assembler struct {
	conns map[connKey]*Conn
	turn  uint64
	held  int
	out   []Chunk
}

type connKey struct{ a, b netip.AddrPort } // sorted

func keyOf(x, y netip.AddrPort) connKey {
	if y.Compare(x) < 0 {
		x, y = y, x
	}
	return connKey{x, y}
}

// NewAssembler makes an Assembler.
func NewAssembler() *Assembler { return &Assembler{conns: map[connKey]*Conn{}} }

// stream is one direction of a connection.
type stream struct {
	known   bool   // next is
	syn     bool   // next comes from a SYN
	isn     uint32 // of that SYN
	synData uint32 // checksum of data in it; 0: none
	next    uint32 // sequence number of the next octet
	start   bool   // nothing was given yet, and next is the first octet of all
	lost    bool   // octets before next are missing
	pending []piece
	acked   uint32 // the largest acknowledgment of the receiver
	overdue int    // segments since the receiver acknowledged what is missing here
}

// piece is a segment that waits for what precedes it.
type piece struct {
	seq    uint32
	length int
	time   time.Time
	data   []byte // of its own
}

// Add takes a segment and returns what can be read now.
func (a *Assembler) Add(s *Segment, t time.Time) []Chunk {
	a.out = a.out[:0]
	if s.Length == 0 && s.Flags&(flagSYN|flagACK) == 0 {
		return nil
	}
	c, fromB := a.conn(s)
	if c == nil {
		return nil
	}
	st := &c.streams[index(fromB)]
	seq := s.Seq
	if s.Flags&flagSYN != 0 {
		seq++
		st.begin(s)
	}
	if s.Length > 0 {
		a.data(c, fromB, &piece{seq: seq, length: s.Length, time: t, data: s.Data})
	}
	if s.Flags&flagACK != 0 {
		a.acknowledged(c, !fromB, s.Ack)
	}
	return a.out
}

// Flush returns what waits for octets that did not come, at the end of a capture.
func (a *Assembler) Flush() []Chunk {
	a.out = a.out[:0]
	for _, c := range a.Conns() {
		a.drain(c)
	}
	return a.out
}

// Conns returns the connections that are known, those that are quiet for longest first.
func (a *Assembler) Conns() []*Conn {
	conns := slices.Collect(maps.Values(a.conns))
	slices.SortFunc(conns, func(x, y *Conn) int { return cmp.Compare(x.used, y.used) })
	return conns
}

func index(fromB bool) int {
	if fromB {
		return 1
	}
	return 0
}

// conn finds the connection of a segment, or makes it. Nil: it is not known, and
// the segment is no reason to.
func (a *Assembler) conn(s *Segment) (c *Conn, fromB bool) {
	key := keyOf(s.Src, s.Dst)
	a.turn++
	c = a.conns[key]
	if c != nil {
		fromB = c.A != s.Src
		if !c.streams[index(fromB)].another(s) {
			c.used = a.turn
			return c, fromB
		}
		a.drain(c)
		delete(a.conns, key)
	}
	if s.Length == 0 && s.Flags&flagSYN == 0 {
		return nil, false
	}
	if len(a.conns) >= maxConns {
		a.evict()
	}
	c = &Conn{A: s.Src, B: s.Dst, used: a.turn}
	a.conns[key] = c
	return c, false
}

// evict forgets the older half of the connections.
func (a *Assembler) evict() {
	conns := a.Conns()
	for _, c := range conns[:(len(conns)+1)/2] {
		a.drain(c)
		delete(a.conns, keyOf(c.A, c.B))
	}
}

// another reports whether the segment belongs to a later connection between the
// same ports.
func (st *stream) another(s *Segment) bool {
	switch {
	case !st.known:
		return false
	case s.Flags&flagSYN != 0:
		return !st.syn || s.Seq != st.isn || s.Length > 0 && st.synData != crc32.ChecksumIEEE(s.Data)
	}
	far := int64(int32(s.Seq - st.next))
	return s.Length > 0 && (far > maxJump || far < -maxJump)
}

// begin notes a SYN. One that is repeated changes nothing.
func (st *stream) begin(s *Segment) {
	if st.known {
		return
	}
	*st = stream{known: true, syn: true, isn: s.Seq, next: s.Seq + 1, acked: s.Seq + 1, start: true}
	if s.Length > 0 {
		st.synData = crc32.ChecksumIEEE(s.Data)
	}
}

// data gives what a segment adds, or keeps it for later.
func (a *Assembler) data(c *Conn, fromB bool, p *piece) {
	st := &c.streams[index(fromB)]
	if !st.known {
		st.known, st.next, st.acked, st.lost = true, p.seq, p.seq, true
	}
	if st.synData != 0 && p.seq == st.next-1 && p.length > 1 {
		st.next-- // captures made by hand forget that a SYN has a number
	}
	if ahead := int32(p.seq - st.next); ahead > 0 {
		a.hold(st, p)
		if len(st.pending) > maxPending || a.held > maxHeld {
			a.skip(c, fromB)
		}
		return
	}
	a.give(c, fromB, p)
	a.release(c, fromB)
}

// hold keeps a copy of p in its place among what waits.
func (a *Assembler) hold(st *stream, p *piece) {
	i := len(st.pending)
	for i > 0 && int32(st.pending[i-1].seq-p.seq) > 0 {
		i--
	}
	if i > 0 && st.pending[i-1].seq == p.seq && st.pending[i-1].length >= p.length {
		return // again
	}
	kept := *p
	kept.data = slices.Clone(p.data)
	st.pending = slices.Insert(st.pending, i, kept)
	a.held += len(kept.data)
}

// release gives what waits no longer.
func (a *Assembler) release(c *Conn, fromB bool) {
	st := &c.streams[index(fromB)]
	n := 0
	for n < len(st.pending) && int32(st.pending[n].seq-st.next) <= 0 {
		p := &st.pending[n]
		a.held -= len(p.data)
		a.give(c, fromB, p)
		n++
	}
	st.pending = slices.Delete(st.pending, 0, n)
	if n > 0 {
		st.overdue = 0
	}
}

// give gives the part of p that is new. P does not begin behind the next octet.
func (a *Assembler) give(c *Conn, fromB bool, p *piece) {
	st := &c.streams[index(fromB)]
	old := int(st.next - p.seq)
	if old >= p.length {
		return
	}
	if old < len(p.data) {
		a.out = append(a.out, Chunk{
			Conn: c, FromB: fromB, Time: p.time, Data: p.data[old:], Start: st.start, Lost: st.lost,
		})
		st.start, st.lost = false, false
	}
	st.next = p.seq + uint32(p.length)
	if len(p.data) < p.length { // the capture has not all of it
		st.start, st.lost = false, true
	}
}

// skip gives up what is missing before the first segment that waits.
func (a *Assembler) skip(c *Conn, fromB bool) {
	st := &c.streams[index(fromB)]
	st.next, st.start, st.lost, st.overdue = st.pending[0].seq, false, true, 0
	a.release(c, fromB)
}

// drain gives all that waits in a connection.
func (a *Assembler) drain(c *Conn) {
	for i := range c.streams {
		for len(c.streams[i].pending) > 0 {
			a.skip(c, i == 1)
		}
	}
}

// acknowledged notes what the receiver of a stream has. What it has and the capture
// has not will not come, but packets of a capture may have changed places.
func (a *Assembler) acknowledged(c *Conn, fromB bool, ack uint32) {
	st := &c.streams[index(fromB)]
	if !st.known {
		return
	}
	if int32(ack-st.acked) > 0 {
		st.acked = ack
	}
	if len(st.pending) == 0 || int32(st.acked-st.pending[0].seq) < 0 {
		return
	}
	if st.overdue++; st.overdue > patience {
		a.skip(c, fromB)
	}
}
