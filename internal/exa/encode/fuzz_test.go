package encode

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/event"
)

// parsed parses a message as a session does; nil when it ends that.
func parsed(n *bgp.Negotiated, kind bgp.MessageType, body []byte) *event.Message {
	m := &event.Message{Type: kind, Raw: bgptest.Message(byte(kind), body)}
	var err *bgp.Error
	switch kind {
	case bgp.TypeOpen:
		m.Open, err = bgp.ParseOpen(body)
	case bgp.TypeNotification:
		v := bgp.ParseNotification(body)
		m.Notification = &v
	case bgp.TypeRouteRefresh:
		var v bgp.RouteRefresh
		v, err = bgp.ParseRouteRefresh(body, n)
		m.Refresh = &v
	case bgp.TypeOperational:
		m.Operational, err = bgp.ParseOperational(body)
	case bgp.TypeUpdate:
		m.Update = new(bgp.Update)
		err = bgp.ParseUpdate(m.Update, body, n)
	case bgp.TypeKeepalive:
	}
	if err != nil {
		return nil
	}
	return m
}

// FuzzMessages: whatever a peer sends, each event is one line of JSON, or lines of text
// that all say whom they are about, in every dialect and form.
func FuzzMessages(f *testing.F) {
	for kind, body := range map[bgp.MessageType]string{
		bgp.TypeOpen:         "04 fdea 005a 0a000009 14 0212 41040000fdea 49 0a 0461b0c362 0422225c0a",
		bgp.TypeUpdate:       fullUpdate(),
		bgp.TypeNotification: "0602 0548650a6c22",
		bgp.TypeKeepalive:    "",
		bgp.TypeRouteRefresh: "0001 01 01",
		bgp.TypeOperational:  "0001 0007 0001 01 68690a22",
	} {
		f.Add(uint8(kind), bgptest.Hex(body), uint8(0))
		f.Add(uint8(kind), bgptest.Hex(body), uint8(0xff))
	}
	f.Add(uint8(9), []byte{1}, uint8(0))
	f.Fuzz(func(t *testing.T, kind uint8, body []byte, how uint8) {
		if len(body) > bgp.MaxMessage-bgp.HeaderLen {
			return
		}
		n := session()
		if how&1 != 0 {
			n.AddPathRecv, n.AddPathSend = n.Families, n.Families
		}
		d := event.Direction(how >> 1 & 1)
		m := parsed(n, bgp.MessageType(kind), body)
		packet := &event.Message{Type: bgp.MessageType(kind), Raw: bgptest.Message(kind, body)}
		for _, dialect := range dialects {
			e := &Encoder{Format: Format{Dialect: dialect, Compact: how&4 != 0, Raw: how&8 != 0, Negotiated: how&16 != 0}}
			judge(t, e, func(dst []byte) []byte { return e.AppendPacket(dst, peer(), d, packet, n) })
			if m == nil {
				continue
			}
			judge(t, e, func(dst []byte) []byte { return e.AppendMessage(dst, peer(), d, m, n) })
			if m.Open != nil {
				agreed := bgp.Negotiate(m.Open, m.Open, &bgp.Negotiated{})
				judge(t, e, func(dst []byte) []byte { return e.AppendNegotiated(dst, peer(), agreed) })
			}
			if m.Notification != nil {
				for _, cause := range []event.Cause{event.Received, event.Sent} {
					why := event.Reason{Cause: cause, Notification: *m.Notification}
					judge(t, e, func(dst []byte) []byte { return e.AppendState(dst, peer(), event.Down, why) })
				}
			}
		}
	})
}

// judge checks an event in both encoders.
func judge(t *testing.T, e *Encoder, body func(dst []byte) []byte) {
	t.Helper()
	e.JSON = true
	env := NewEnvelope(e.Dialect, "lab", 100, 1)
	head := env.AppendHead(nil, time.Unix(1795536179, 0), 1)
	line := body(head)
	if len(line) > len(head) && (!json.Valid(line) || bytes.IndexByte(line, '\n') != len(line)-1) {
		t.Errorf("dialect %v: not a line of JSON: %s", e.Dialect, line)
	}
	e.JSON = false
	text := string(body(nil))
	for l := range strings.Lines(strings.TrimSuffix(text, "\n")) {
		// ExaBGP: an UPDATE with its octets has them on a line of their own.
		if !strings.HasPrefix(l, "neighbor 127.0.0.2 ") && !strings.HasPrefix(l, " header 0x") {
			t.Errorf("dialect %v: %q", e.Dialect, text)
		}
	}
}
