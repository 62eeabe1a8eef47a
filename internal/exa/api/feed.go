package api

import (
	"slices"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/exa/encode"
	"github.com/herald-bgp/herald/internal/helper"
)

// feed is who hears of a neighbor, and in which form. It is attached to the
// event.Peer and does not change: another configuration makes another feed.
type feed struct {
	states, fsm, negotiated, signals []*audience
	messages                         [2]stream // by direction
	senders                          []*helper.Outbuf
}

// stream is the messages of one direction. Its buffers belong to whoever reports
// that direction: one goroutine at a time.
type stream struct {
	parsed, packets [maxType + 1][]*audience // by message type
	encoder         encode.Encoder
	head, body      []byte
}

// maxType is the largest message type that has events.
const maxType = bgp.TypeOperational

// audience is the subscribers that read the same body.
type audience struct {
	format encode.Format
	subs   []*subscriber
}

// subscriber is a helper in its relation to one neighbor.
type subscriber struct {
	out    *helper.Outbuf
	number uint64 // of the last JSON line; guarded by out
	format encode.Format
	words  config.API // of all its api blocks together
}

// Neighbor makes what an event.Peer carries as API.
func (h *Hub) Neighbor(n *config.Neighbor) any {
	subs := h.subscribers(n)
	var whole config.API // FORM words of one process act for all of them
	for i := range n.API {
		merge(&whole, &n.API[i])
	}
	f := &feed{}
	for _, s := range subs {
		// ExaBGP: the word of any process shows all of them what was negotiated;
		// main always does.
		s.format.Negotiated = whole.Negotiated || s.format.Dialect.Main()
		hear(&f.states, s, s.words.NeighborChanges, s.format)
		hear(&f.fsm, s, s.words.FSM, s.format)
		hear(&f.negotiated, s, s.words.Negotiated, s.format)
		hear(&f.signals, s, s.words.Signal, s.format)
		f.messages[event.Receive].subscribe(s, &s.words.Receive, &whole.Receive, false)
		f.messages[event.Send].subscribe(s, &s.words.Send, &whole.Send, true)
	}
	for _, s := range subs {
		if f.messages[event.Send].has(s) {
			f.senders = append(f.senders, s.out)
		}
	}
	return f
}

// subscribers merges the api blocks by process, in the order of their names' first
// mention. Deviation: a process that two blocks name gets an event once.
func (h *Hub) subscribers(n *config.Neighbor) []*subscriber {
	processes, dialect := h.configured()
	var list []*subscriber
	byName := map[string]*subscriber{}
	for i := range n.API {
		for _, name := range n.API[i].Processes {
			p := processes[name]
			if p == nil {
				continue
			}
			s := byName[name]
			if s == nil {
				s = &subscriber{out: h.outbuf(name), format: h.format(p, dialect)}
				byName[name] = s
				list = append(list, s)
			}
			merge(&s.words, &n.API[i])
		}
	}
	return list
}

func merge(to, from *config.API) {
	to.NeighborChanges = to.NeighborChanges || from.NeighborChanges
	to.Negotiated = to.Negotiated || from.Negotiated
	to.FSM = to.FSM || from.FSM
	to.Signal = to.Signal || from.Signal
	mergeMessages(&to.Receive, &from.Receive)
	mergeMessages(&to.Send, &from.Send)
}

func mergeMessages(to, from *config.Messages) {
	to.Parsed = to.Parsed || from.Parsed
	to.Packets = to.Packets || from.Packets
	to.Consolidate = to.Consolidate || from.Consolidate
	to.Open = to.Open || from.Open
	to.Update = to.Update || from.Update
	to.Notification = to.Notification || from.Notification
	to.Keepalive = to.Keepalive || from.Keepalive
	to.Refresh = to.Refresh || from.Refresh
	to.Operational = to.Operational || from.Operational
}

// selects reports whether a receive or send block asks for a type of message.
func selects(m *config.Messages, t bgp.MessageType) bool {
	switch t {
	case bgp.TypeOpen:
		return m.Open
	case bgp.TypeUpdate:
		return m.Update
	case bgp.TypeNotification:
		return m.Notification
	case bgp.TypeKeepalive:
		return m.Keepalive
	case bgp.TypeRouteRefresh:
		return m.Refresh
	case bgp.TypeOperational:
		return m.Operational
	}
	return false
}

// subscribe adds a helper. Its own words select the types; those of all helpers of
// the neighbor select the forms: packets go to every helper with the word, whatever
// its types. With consolidate there are no packets, but octets in the parsed form:
// for what is received always, for what is sent when packets are asked for as well.
func (st *stream) subscribe(s *subscriber, own, whole *config.Messages, sent bool) {
	parsed := whole.Parsed || whole.Consolidate
	packets := whole.Packets && !whole.Consolidate
	format := s.format
	format.Raw = whole.Consolidate && (!sent || whole.Packets)
	for t := range maxType + 1 {
		hear(&st.parsed[t], s, parsed && selects(own, t), format)
		hear(&st.packets[t], s, packets && own.Packets && selects(whole, t), s.format)
	}
}

func (st *stream) has(s *subscriber) bool {
	holds := func(a *audience) bool { return slices.Contains(a.subs, s) }
	for t := range st.parsed {
		if slices.ContainsFunc(st.parsed[t], holds) || slices.ContainsFunc(st.packets[t], holds) {
			return true
		}
	}
	return false
}

// hear adds a subscriber to those that read the same format.
func hear(list *[]*audience, s *subscriber, wanted bool, f encode.Format) {
	if !wanted {
		return
	}
	for _, a := range *list {
		if a.format == f {
			a.subs = append(a.subs, s)
			return
		}
	}
	*list = append(*list, &audience{format: f, subs: []*subscriber{s}})
}

func feedOf(p *event.Peer) *feed {
	f, _ := p.API.(*feed)
	return f
}

// State reports connected, up and down.
func (h *Hub) State(p *event.Peer, s event.State, why event.Reason) {
	if f := feedOf(p); f != nil {
		h.notify(f.states, func(e *encode.Encoder, b []byte) []byte { return e.AppendState(b, p, s, why) })
	}
}

// FSM reports a new state of the machine.
func (h *Hub) FSM(p *event.Peer, state string) {
	if f := feedOf(p); f != nil {
		h.notify(f.fsm, func(e *encode.Encoder, b []byte) []byte { return e.AppendFSM(b, p, state) })
	}
}

// Negotiated reports what the OPENs agreed on.
func (h *Hub) Negotiated(p *event.Peer, n *bgp.Negotiated) {
	if f := feedOf(p); f != nil {
		h.notify(f.negotiated, func(e *encode.Encoder, b []byte) []byte { return e.AppendNegotiated(b, p, n) })
	}
}

// Signal reports to the helpers of a neighbor that the daemon handles a signal.
func (h *Hub) Signal(p *event.Peer, number int, name string) {
	if f := feedOf(p); f != nil {
		h.notify(f.signals, func(e *encode.Encoder, b []byte) []byte { return e.AppendSignal(b, p, number, name) })
	}
}

// notify writes an event that never waits.
func (h *Hub) notify(list []*audience, body func(*encode.Encoder, []byte) []byte) {
	for _, a := range list {
		e := encode.Encoder{Format: a.format}
		tail := before(nil, a.format)
		empty := len(tail)
		if tail = body(&e, tail); len(tail) == empty {
			continue // a format that does not show it
		}
		head := h.head(nil, a.format)
		for _, s := range a.subs {
			s.out.State(head, s.counter(), tail)
		}
	}
}

// counter returns where lines to the subscriber are numbered; text is not.
func (s *subscriber) counter() *uint64 {
	if !s.format.JSON {
		return nil
	}
	return &s.number
}

// head appends what stands before the number of a line; nothing in text.
func (h *Hub) head(dst []byte, f encode.Format) []byte {
	if !f.JSON {
		return dst
	}
	return h.heads[f.Dialect].AppendBefore(dst, time.Now())
}

// before appends what stands between the number of a line and its body.
func before(dst []byte, f encode.Format) []byte {
	if !f.JSON {
		return dst
	}
	return append(dst, encode.AfterCounter...)
}

// Packet reports a message before it is parsed.
func (h *Hub) Packet(p *event.Peer, d event.Direction, m *event.Message, n *bgp.Negotiated, done <-chan struct{}) {
	st := streamOf(p, d, m.Type)
	if st == nil {
		return
	}
	for _, a := range st.packets[m.Type] {
		empty := st.begin(a)
		st.body = st.encoder.AppendPacket(st.body, p, d, m, n)
		h.report(st, a, empty, d, n, done)
	}
}

// Message reports a message once parsed.
func (h *Hub) Message(p *event.Peer, d event.Direction, m *event.Message, n *bgp.Negotiated, done <-chan struct{}) {
	st := streamOf(p, d, m.Type)
	if st == nil {
		return
	}
	for _, a := range st.parsed[m.Type] {
		empty := st.begin(a)
		st.body = st.encoder.AppendMessage(st.body, p, d, m, n)
		h.report(st, a, empty, d, n, done)
	}
}

// streamOf returns what reports messages of a type; nil when nobody can hear of them.
func streamOf(p *event.Peer, d event.Direction, t bgp.MessageType) *stream {
	f := feedOf(p)
	if f == nil || t > maxType {
		return nil
	}
	return &f.messages[d]
}

// begin begins the body for an audience, and returns how long one is that says nothing.
func (st *stream) begin(a *audience) (empty int) {
	st.encoder.Format = a.format
	st.body = before(st.body[:0], a.format)
	return len(st.body)
}

// keptBuffer is the largest body whose memory is kept for the next message.
const keptBuffer = 256 << 10

// report writes the body that has been encoded to all of an audience. The reader of a
// session waits for a helper for as long as its hold time at most: a peer whose send hold
// timer is twice that (RFC 9687 §3.2 has no less than eight minutes, but some have) would
// end it.
func (h *Hub) report(st *stream, a *audience, empty int, d event.Direction, n *bgp.Negotiated, done <-chan struct{}) {
	if len(st.body) == empty {
		return
	}
	st.head = h.head(st.head[:0], a.format)
	var limit time.Duration
	if n != nil {
		limit = n.HoldTime
	}
	for _, s := range a.subs {
		if d == event.Send {
			s.out.Sent(st.head, s.counter(), st.body, done)
		} else {
			s.out.Event(st.head, s.counter(), st.body, limit, done)
		}
	}
	if cap(st.body) > keptBuffer {
		st.body = nil
	}
}

// Room waits until what is sent to the neighbor can be reported.
func (h *Hub) Room(p *event.Peer, stop <-chan struct{}) bool {
	f := feedOf(p)
	if f == nil {
		return true
	}
	for _, o := range f.senders {
		if !o.Room(stop) {
			return false
		}
	}
	return true
}

// Wants reports whether somebody takes messages of a type.
func (h *Hub) Wants(p *event.Peer, d event.Direction, t bgp.MessageType) bool {
	st := streamOf(p, d, t)
	return st != nil && (len(st.parsed[t]) > 0 || len(st.packets[t]) > 0)
}

var _ event.Observer = (*Hub)(nil)
