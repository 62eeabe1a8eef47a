package encode

import (
	"strconv"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
)

// endText ends an event: ExaBGP writes its line, and an empty one.
const endText = "\n\n"

func appendTextPeer(dst []byte, p *event.Peer) []byte {
	return appendAddr(append(dst, "neighbor "...), p.Remote)
}

func (e *Encoder) appendTextState(dst []byte, p *event.Peer, s event.State, why event.Reason) []byte {
	dst = append(append(appendTextPeer(dst, p), ' '), s.String()...)
	if s == event.Down {
		dst = e.appendReason(append(dst, " - "...), why)
	}
	return append(dst, endText...)
}

// appendTextHead appends "neighbor P receive ".
func (e *Encoder) appendTextHead(dst []byte, p *event.Peer, d event.Direction) []byte {
	dst = append(append(appendTextPeer(dst, p), ' '), e.direction(d)...)
	return append(dst, ' ')
}

// appendTextRaw appends the octets of a message.
func appendTextRaw(dst []byte, m *event.Message) []byte {
	dst = appendHex(append(dst, " header "...), m.Raw[:bgp.HeaderLen])
	if body := m.Raw[bgp.HeaderLen:]; len(body) > 0 {
		dst = appendHex(append(dst, " body "...), body)
	}
	return dst
}

func (e *Encoder) appendTextPacket(dst []byte, p *event.Peer, d event.Direction, m *event.Message) []byte {
	dst = strconv.AppendUint(e.appendTextHead(dst, p, d), uint64(m.Type), 10)
	return append(appendTextRaw(dst, m), endText...)
}

func (e *Encoder) appendTextMessage(dst []byte, p *event.Peer, d event.Direction, m *event.Message) []byte {
	if m.Update != nil {
		return e.appendTextUpdate(dst, p, d, m)
	}
	end, sent := endText, d == event.Send
	dst = e.appendTextHead(dst, p, d)
	switch {
	case m.Open != nil:
		dst = m.Open.AppendText(append(dst, "open "...), e.newFace(), sent)
	case m.Notification != nil:
		dst = m.Notification.AppendText(append(dst, "notification "...), e.newFace(), sent)
	case m.Refresh != nil:
		dst = m.Refresh.AppendText(append(dst, "route-refresh "...), e.newFace())
	case m.Operational != nil:
		dst = m.Operational.AppendText(dst, e.newFace())
		end = "\n" // ExaBGP: the only event without an empty line
	default:
		dst = append(dst, "keepalive"...)
	}
	if e.Raw {
		dst = appendTextRaw(dst, m)
	}
	return append(dst, end...)
}
