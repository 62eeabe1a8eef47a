package capture

import (
	"errors"
	"io"
	"net/netip"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/pcap"
)

// packets reads packet captures.
type packets struct {
	in       *pcap.Reader
	assemble *pcap.Assembler
	sessions *sessions
	options  Options

	number  int64 // of the packet
	chunks  []pcap.Chunk
	time    time.Time
	now     *stream // whose octets are being read; nil: of none
	flushed bool
	found   bool      // a message, or what should be one
	ended   bool      // open is set
	open    []*stream // not looked at for unfinished messages yet
}

var errNoBGP = errors.New("there is no BGP in the capture up to here")

// conn is a connection as BGP sees it.
type conn struct{ streams [2]stream }

func newPackets(in *pcap.Reader, o Options) *packets {
	return &packets{in: in, assemble: pcap.NewAssembler(), sessions: newSessions(o), options: o}
}

func (p *packets) next(it *Item) error {
	for {
		if p.now != nil {
			message, err := p.now.frame()
			if message != nil || err != nil {
				p.give(it, message, err)
				return nil
			}
		}
		err := p.more()
		if errors.Is(err, io.EOF) && p.unfinished(it) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// unfinished gives the next message whose end did not come; false when there is none.
func (p *packets) unfinished(it *Item) bool {
	if !p.ended {
		p.ended = true
		for _, c := range p.assemble.Conns() {
			if k, ok := c.User.(*conn); ok {
				p.open = append(p.open, &k.streams[0], &k.streams[1])
			}
		}
	}
	for len(p.open) > 0 {
		p.now, p.open = p.open[0], p.open[1:]
		if err := p.now.unfinished(); err != nil {
			p.give(it, nil, err)
			p.now = nil
			return true
		}
	}
	if p.found {
		return false
	}
	p.found = true
	it.At, it.Unit, it.Err = p.number, "packet", errNoBGP
	return true
}

// give makes an item of a message, or of what is none.
func (p *packets) give(it *Item, message []byte, err error) {
	st := p.now
	p.found = true
	it.At, it.Unit, it.Time = p.number, "packet", p.time
	if err != nil {
		it.Err = refusal(st.peer.Remote, st.peer.Local, err)
		return
	}
	body := message[bgp.HeaderLen:]
	switch bgp.MessageType(message[bgp.HeaderLen-1]) {
	case bgp.TypeOpen:
		if o, err := bgp.ParseOpen(body); err == nil {
			st.open = o
			p.negotiate(st)
			p.negotiate(st.other)
		}
	case bgp.TypeUpdate:
		st.guess.see(body)
	default:
	}
	it.Message, it.Peer, it.Session = message, st.peer, st.guess.session
}

// more takes the next octets of a stream.
func (p *packets) more() error {
	p.now = nil
	for len(p.chunks) == 0 {
		if p.flushed {
			return io.EOF
		}
		packet, err := p.in.Next()
		switch {
		case errors.Is(err, io.EOF):
			p.flushed, p.chunks = true, p.assemble.Flush()
			continue
		case err != nil:
			return err
		}
		p.number = packet.Number
		var s pcap.Segment
		if packet.Segment(&s) {
			p.chunks = p.assemble.Add(&s, packet.Time)
		}
	}
	c := &p.chunks[0]
	p.chunks = p.chunks[1:]
	p.time = c.Time
	if st := p.stream(c); !st.ignore {
		p.now = st
		st.take(c)
	}
	return nil
}

// stream returns what is known of the stream of a chunk.
func (p *packets) stream(c *pcap.Chunk) *stream {
	k, ok := c.Conn.User.(*conn)
	if !ok {
		k = &conn{}
		c.Conn.User = k
		p.begin(&k.streams[0], &k.streams[1], c.Conn.A, c.Conn.B)
		p.begin(&k.streams[1], &k.streams[0], c.Conn.B, c.Conn.A)
	}
	if c.FromB {
		return &k.streams[1]
	}
	return &k.streams[0]
}

// portBGP is where BGP listens. What else is BGP begins with a message.
const portBGP = 179

func (p *packets) begin(st, other *stream, from, to netip.AddrPort) {
	st.other, st.from = other, from.Addr().Unmap()
	st.known = from.Port() == portBGP || to.Port() == portBGP
	st.search = st.known
	other.from = to.Addr().Unmap()
	p.negotiate(st)
}

// negotiate works out what a stream is to be read with, from the OPENs of its
// sender and its receiver as far as they are known.
func (p *packets) negotiate(st *stream) {
	mine, theirs := st.open, st.other.open
	st.peer = &event.Peer{Local: st.other.from, Remote: st.from}
	if mine != nil {
		st.peer.PeerAS = mine.ASN()
	}
	if theirs != nil {
		st.peer.LocalAS, st.peer.RouterID = theirs.ASN(), theirs.ID
	}
	if mine != nil && theirs != nil {
		n := bgp.Negotiate(theirs, mine, &bgp.Negotiated{})
		st.guess = newGuess(p.sessions, n.ASN4, n.AddPathRecv)
		st.guess.sureASN, st.guess.surePaths = true, true
		return
	}
	paths, sure := p.options.paths()
	g := newGuess(p.sessions, !p.options.ASN2, paths)
	g.sureASN, g.surePaths = p.options.ASN2, sure
	if s := p.options.Session; s != nil {
		g.asn4, g.sureASN = s.ASN4 && !p.options.ASN2, true
	}
	// One OPEN tells what there is not.
	for _, o := range []*bgp.Open{mine, theirs} {
		if o != nil && !o.Has(bgp.CapASN4) {
			g.asn4, g.sureASN = false, true
		}
		if o != nil && !o.Has(bgp.CapAddPath) {
			g.paths, g.surePaths = nil, true
		}
	}
	g.update()
	st.guess = g
}
