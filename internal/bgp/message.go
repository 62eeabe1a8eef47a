package bgp

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// MessageType is the type octet of a message (RFC 4271 §4.1).
type MessageType uint8

// The message types; Operational is ExaBGP's (draft-ietf-idr-operational-message).
const (
	TypeOpen         MessageType = 1
	TypeUpdate       MessageType = 2
	TypeNotification MessageType = 3
	TypeKeepalive    MessageType = 4
	TypeRouteRefresh MessageType = 5
	TypeOperational  MessageType = 6
)

// HeaderLen is the length of a message header: marker (16), length (2), type (1).
const HeaderLen = 19

// messageRow is what the header alone says of a message.
type messageRow struct {
	name     string
	min, max int // whole length; max 0: the limit of the session
}

// String gives the name of the type: "OPEN", "type 255".
func (t MessageType) String() string {
	if r := t.row(); r != nil {
		return r.name
	}
	return fmt.Sprintf("type %d", uint8(t))
}

// Known reports whether the type has a meaning.
func (t MessageType) Known() bool { return t.row() != nil }

func (t MessageType) row() *messageRow {
	if int(t) < len(messageTable) && messageTable[t].name != "" {
		return &messageTable[t]
	}
	return nil
}

// ParseHeader reads the header that begins b, which holds HeaderLen octets or more.
// Limit is the largest message of the session: MaxMessage until extended messages
// are negotiated. Length counts the header.
//
// The type is right whenever the marker is, also beside an error: a malformed
// NOTIFICATION closes the session, but is not answered (RFC 4271 §6.4). A type
// without meaning is no error here: see UnknownType.
func ParseHeader(b []byte, limit int) (t MessageType, length int, err *Error) {
	if len(b) < HeaderLen {
		return 0, 0, reset(CodeHeader, headerLength, "", errShort)
	}
	for _, o := range b[:16] {
		if o != 0xff {
			return 0, 0, reset(CodeHeader, headerSync, "", fmt.Errorf("marker: %w", errValue))
		}
	}
	t, length = MessageType(b[18]), u16(b, 16)
	least := HeaderLen
	if r := t.row(); r != nil {
		least = r.min
		if r.max != 0 {
			limit = min(limit, r.max)
		}
	}
	if length < least || length > limit {
		return t, length, lengthError(t, length)
	}
	return t, length, nil
}

// lengthError is Bad Message Length, with the length field as data (RFC 4271 §6.1).
func lengthError(t MessageType, length int) *Error {
	e := reset(CodeHeader, headerLength, "", fmt.Errorf("%s of %d octets: %w", t, length, errLength))
	e.Data = appendU16(nil, length)
	return e
}

// UnknownType is the error that a message of a type without meaning costs.
func UnknownType(t MessageType, d Dialect) *Error {
	err := fmt.Errorf("message type %d: %w", t, errValue)
	if d.Main() {
		// ExaBGP: "unspecific" and this text. Pinned by unknown-message.
		return reset(CodeHeader, 0, fmt.Sprintf(`can not decode update message of type "%d"`, t), err)
	}
	// ExaBGP: a text where RFC 4271 §6.1 has the type octet.
	return reset(CodeHeader, headerType, fmt.Sprintf(`can not decode message of type "%d"`, t), err)
}

// beginMessage appends a header without length. The offset of dst's end before it
// is what endMessage wants.
func beginMessage(dst []byte, t MessageType) []byte {
	dst = slices.Grow(dst, HeaderLen)
	for range 16 {
		dst = append(dst, 0xff)
	}
	return append(dst, 0, 0, byte(t))
}

// endMessage writes the length of the message that begins at start.
func endMessage(dst []byte, start int) []byte {
	binary.BigEndian.PutUint16(dst[start+16:], uint16(len(dst)-start))
	return dst
}

// AppendKeepalive appends a KEEPALIVE message.
func AppendKeepalive(dst []byte) []byte {
	start := len(dst)
	return endMessage(beginMessage(dst, TypeKeepalive), start)
}
