package encode

import (
	"net/netip"
	"strconv"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
)

// appendNeighbor appends the neighbor block up to where its contents begin.
func (e *Encoder) appendNeighbor(dst []byte, p *event.Peer) []byte {
	dst = append(dst, `"neighbor": { "address": { "local": "`...)
	dst = e.appendLocal(dst, p.Local)
	dst = appendAddr(append(dst, `", "peer": "`...), p.Remote)
	dst = strconv.AppendUint(append(dst, `" }, "asn": { "local": `...), uint64(p.LocalAS), 10)
	dst = strconv.AppendUint(append(dst, `, "peer": `...), uint64(p.PeerAS), 10)
	dst = append(dst, " }"...)
	if e.Dialect != bgp.Dialect42 && p.RouterID.IsValid() {
		dst = append(appendAddr(append(dst, `, "router-id": "`...), p.RouterID), '"')
	}
	return append(dst, ' ')
}

// appendLocal appends the local address. ExaBGP: what an automatic one is called
// before it is known.
func (e *Encoder) appendLocal(dst []byte, a netip.Addr) []byte {
	switch {
	case a.IsValid():
		return appendAddr(dst, a)
	case e.old():
		return append(dst, "None"...)
	}
	return append(dst, "no-nexthop"...)
}

func appendAddr(dst []byte, a netip.Addr) []byte {
	if !a.IsValid() {
		return append(dst, "None"...)
	}
	return a.AppendTo(dst)
}

func (e *Encoder) appendJSONState(dst []byte, p *event.Peer, s event.State, why event.Reason) []byte {
	dst = e.appendNeighbor(append(dst, `"type": "state", `...), p)
	dst = append(append(append(dst, `, "state": "`...), s.String()...), '"')
	if s == event.Down {
		reason := e.appendReason(nil, why)
		if e.Dialect == bgp.Dialect42 {
			roundBrackets(reason)
		}
		dst = bgp.AppendJSONString(append(dst, `, "reason": `...), string(reason))
	}
	return append(dst, " } }\n"...)
}

func (e *Encoder) appendJSONPacket(dst []byte, p *event.Peer, d event.Direction, m *event.Message, n *bgp.Negotiated) []byte {
	dst = append(append(dst, `"type": "`...), typeName(m.Type, e.Dialect)...)
	dst = e.appendDirection(e.appendNeighbor(append(dst, `", `...), p), d)
	dst = strconv.AppendUint(append(dst, `, "message": { "category": `...), uint64(m.Type), 10)
	dst = appendHex(append(dst, `, "header": "`...), m.Raw[:bgp.HeaderLen])
	dst = appendHex(append(dst, `", "body": "`...), m.Raw[bgp.HeaderLen:])
	dst = append(dst, `" } `...)
	if e.Negotiated {
		dst = e.appendWithNegotiated(dst, n)
	}
	return append(dst, " } }\n"...)
}

func (e *Encoder) appendDirection(dst []byte, d event.Direction) []byte {
	return append(append(append(dst, `, "direction": "`...), e.direction(d)...), '"')
}

// appendWithNegotiated appends what was negotiated, behind a message.
func (e *Encoder) appendWithNegotiated(dst []byte, n *bgp.Negotiated) []byte {
	return append(n.AppendJSON(append(dst, `, "negotiated": `...), e.newFace()), ' ')
}

// appendJSONMessage appends the line around the contents of a message.
func (e *Encoder) appendJSONMessage(dst []byte, p *event.Peer, d event.Direction, m *event.Message, n *bgp.Negotiated) []byte {
	name := typeName(m.Type, e.Dialect)
	if m.Type == bgp.TypeRouteRefresh {
		name = "refresh"
	}
	dst = append(append(append(dst, `"type": "`...), name...), `", `...)
	if e.Raw {
		dst = append(appendHex(append(dst, `"header": "`...), m.Raw[:bgp.HeaderLen]), `", `...)
		if body := m.Raw[bgp.HeaderLen:]; len(body) > 0 {
			dst = append(appendHex(append(dst, `"body": "`...), body), `", `...)
		}
	}
	dst = e.appendDirection(e.appendNeighbor(dst, p), d)
	dst = e.appendJSONContents(dst, d, m)
	if e.Negotiated && m.Update != nil {
		dst = e.appendWithNegotiated(dst, n)
	}
	return append(dst, " } }\n"...)
}

func (e *Encoder) appendJSONContents(dst []byte, d event.Direction, m *event.Message) []byte {
	sent := d == event.Send
	switch {
	case m.Update != nil:
		return e.appendJSONUpdate(append(dst, `, "message": `...), m.Update)
	case m.Open != nil:
		return m.Open.AppendJSON(append(dst, `, "open": `...), e.newFace(), sent)
	case m.Notification != nil:
		return append(m.Notification.AppendJSON(append(dst, `, "notification": `...), e.newFace(), sent), ' ')
	case m.Refresh != nil:
		return m.Refresh.AppendJSON(append(dst, `, "route-refresh": `...), e.newFace())
	case m.Operational != nil:
		return m.Operational.AppendJSON(append(dst, `, "operational": `...), e.newFace())
	}
	return append(dst, ' ') // ExaBGP: a KEEPALIVE has no contents, but their blank
}
