package encode

import (
	"net/netip"
	"strconv"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
)

// Format is what a subscriber wants to read. Subscribers of equal Formats get
// equal bodies.
type Format struct {
	Dialect    bgp.Dialect
	JSON       bool // else text
	Compact    bool // setting exabgp.api.compact
	Raw        bool // messages are shown with their octets: the word "consolidate"
	Negotiated bool // UPDATEs and packets are shown with what was negotiated: the word "negotiated"
}

// Encoder makes the bodies of events. It is for one goroutine at a time; the zero
// value writes text as ExaBGP 5.0 does. The Format may be changed between two calls.
//
// A body ends its line. An event that the format does not show has none: nothing
// is appended.
type Encoder struct {
	Format
	Decode bool // the direction of received messages is "in", as exabgp decode has it

	face bgp.Face
}

// AppendState appends a change of a neighbor's state; why only matters for Down.
func (e *Encoder) AppendState(dst []byte, p *event.Peer, s event.State, why event.Reason) []byte {
	if e.JSON {
		return e.appendJSONState(dst, p, s, why)
	}
	return e.appendTextState(dst, p, s, why)
}

// AppendFSM appends a new state of the machine. Text does not show it.
func (e *Encoder) AppendFSM(dst []byte, p *event.Peer, state string) []byte {
	if !e.JSON {
		return dst
	}
	dst = e.appendNeighbor(append(dst, `"type": "fsm", `...), p)
	dst = append(append(dst, `, "state": "`...), state...)
	return append(dst, "\" } }\n"...)
}

// AppendSignal appends a signal that the daemon handles: its number and name. Text
// does not show it.
func (e *Encoder) AppendSignal(dst []byte, p *event.Peer, number int, name string) []byte {
	if !e.JSON {
		return dst
	}
	dst = e.appendNeighbor(append(dst, `"type": "signal", `...), p)
	dst = strconv.AppendInt(append(dst, `, "code": "`...), int64(number), 10)
	dst = append(append(dst, `", "name": "`...), name...)
	return append(dst, "\" } }\n"...)
}

// AppendNegotiated appends what the OPENs agreed on. Text does not show it.
func (e *Encoder) AppendNegotiated(dst []byte, p *event.Peer, n *bgp.Negotiated) []byte {
	if !e.JSON {
		return dst
	}
	dst = e.appendNeighbor(append(dst, `"type": "negotiated", `...), p)
	dst = n.AppendJSON(append(dst, `, "negotiated": `...), e.newFace())
	return append(dst, "  } }\n"...)
}

// AppendPacket appends a message by its octets. N may be nil before the OPENs are known.
func (e *Encoder) AppendPacket(dst []byte, p *event.Peer, d event.Direction, m *event.Message, n *bgp.Negotiated) []byte {
	if e.JSON {
		return e.appendJSONPacket(dst, p, d, m, n)
	}
	return e.appendTextPacket(dst, p, d, m)
}

// AppendMessage appends a message that has been parsed. N may be nil before the
// OPENs are known.
func (e *Encoder) AppendMessage(dst []byte, p *event.Peer, d event.Direction, m *event.Message, n *bgp.Negotiated) []byte {
	if e.JSON {
		return e.appendJSONMessage(dst, p, d, m, n)
	}
	return e.appendTextMessage(dst, p, d, m)
}

// newFace returns the face for the next element of a message.
func (e *Encoder) newFace() *bgp.Face {
	e.face = bgp.Face{Dialect: e.Dialect, Compact: e.Compact}
	return &e.face
}

// old reports whether the dialect is one of the two that write UPDATEs in the
// order of the wire.
func (e *Encoder) old() bool { return !e.Dialect.Main() }

func (e *Encoder) direction(d event.Direction) string {
	if e.Decode && d == event.Receive {
		return "in"
	}
	return d.String()
}

// typeName is the name that events of a message type have.
func typeName(t bgp.MessageType, d bgp.Dialect) string {
	switch t {
	case bgp.TypeOpen:
		return "open"
	case bgp.TypeUpdate:
		return "update"
	case bgp.TypeNotification:
		return "notification"
	case bgp.TypeKeepalive:
		return "keepalive"
	case bgp.TypeOperational:
		return "operational"
	case bgp.TypeRouteRefresh:
		if d == bgp.Dialect42 {
			return "route refresh"
		}
		return "route-refresh"
	}
	return "unknown"
}

// hops counts the next hops of a section. ExaBGP: 5.0 and 4.2 take a link-local
// address that follows a global one for a second next hop; main leaves it out.
func (e *Encoder) hops(s *bgp.Section) int {
	if len(s.NextHop) == 32 && e.old() {
		return 2
	}
	return 1
}

// hop returns the octets of next hop i of a section; nil when it has none.
func hop(s *bgp.Section, i int) []byte {
	if len(s.NextHop) == 32 {
		return s.NextHop[16*i : 16*i+16]
	}
	return s.NextHop
}

// appendHop appends the text of a next hop.
func appendHop(dst, nextHop []byte) []byte {
	a, ok := netip.AddrFromSlice(nextHop)
	if !ok {
		return append(dst, "no-nexthop"...)
	}
	return a.AppendTo(dst)
}

const upperHex = "0123456789ABCDEF"

// appendHex appends "0x" and octets.
func appendHex(dst, b []byte) []byte {
	dst = append(dst, "0x"...)
	for _, o := range b {
		dst = append(dst, upperHex[o>>4], upperHex[o&15])
	}
	return dst
}
