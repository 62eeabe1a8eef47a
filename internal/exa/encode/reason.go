package encode

import (
	"bytes"
	"strconv"
	"unicode"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/event"
)

// appendReason appends why a session ended in the words of the dialect.
func (e *Encoder) appendReason(dst []byte, why event.Reason) []byte {
	switch why.Cause {
	case event.Removed:
		return append(dst, "stop, message [removed]"...)
	case event.Shutdown:
		return append(dst, "stop, message [shutting down]"...)
	case event.Graceful:
		return append(dst, "graceful restarted negotiated, closing without sending any notification"...)
	case event.Lost, event.Received, event.Sent:
	}
	if e.Dialect != bgp.Dialect42 {
		return appendCause(dst, why)
	}
	dst = appendCause(append(dst, "peer reset, message ["...), why)
	dst = append(dst, "] error["...)
	if why.Cause == event.Lost {
		dst = append(dst, "the TCP connection was closed by the remote end"...)
	} else {
		dst = append(dst, why.Notification.String()...)
		if text := sentText(why); text != nil {
			dst = append(append(dst, " / "...), text...)
		}
	}
	return append(dst, ']')
}

func appendCause(dst []byte, why event.Reason) []byte {
	switch why.Cause {
	case event.Received:
		dst = append(dst, "notification received ("...)
	case event.Sent:
		dst = append(dst, "notification sent ("...)
	default:
		return append(dst, "closing connection"...)
	}
	dst = strconv.AppendUint(dst, uint64(why.Notification.Code), 10)
	dst = strconv.AppendUint(append(dst, ','), uint64(why.Notification.Subcode), 10)
	return append(dst, ')')
}

// sentText returns the text of a NOTIFICATION that we sent; nil when it has none.
func sentText(why event.Reason) []byte {
	n := &why.Notification
	text := n.Data
	if n.Code == bgp.CodeCease && (n.Subcode == bgp.CeaseShutdown || n.Subcode == bgp.CeaseReset) && len(text) > 0 {
		text = text[1:] // the length of the Shutdown Communication
	}
	if why.Cause != event.Sent || len(text) == 0 || bytes.ContainsFunc(text, unprintable) {
		return nil
	}
	return text
}

func unprintable(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }

// roundBrackets replaces the brackets of b. ExaBGP: 4.2 does so in the JSON of a
// reason, where it would take a string that has any for JSON.
func roundBrackets(b []byte) {
	for i, o := range b {
		switch o {
		case '[', '{':
			b[i] = '('
		case ']', '}':
			b[i] = ')'
		}
	}
}
