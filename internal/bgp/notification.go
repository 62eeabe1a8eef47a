package bgp

import (
	"unicode/utf8"
)

// Notification is the body of a NOTIFICATION (RFC 4271 §4.5). Data of a received
// one borrows the message.
type Notification struct {
	Code, Subcode uint8
	Data          []byte
}

// Error codes (RFC 4271 §4.5, RFC 7313, RFC 9687).
const (
	CodeHeader        = 1
	CodeOpen          = 2
	CodeUpdate        = 3
	CodeHoldTimer     = 4
	CodeFSM           = 5
	CodeCease         = 6
	CodeRefresh       = 7
	CodeSendHoldTimer = 8
)

// Subcodes of CodeFSM: the state in which the message was unexpected (RFC 6608).
// Data is its type octet.
const (
	FSMOpenSent    = 1
	FSMOpenConfirm = 2
	FSMEstablished = 3
)

// Subcodes of CodeCease (RFC 4486, RFC 8538, RFC 9384).
const (
	CeaseMaxPrefixes  = 1
	CeaseShutdown     = 2
	CeaseDeconfigured = 3
	CeaseReset        = 4
	CeaseRejected     = 5
	CeaseConfigChange = 6
	CeaseCollision    = 7
	CeaseResources    = 8
	CeaseHardReset    = 9
	CeaseBFDDown      = 10
)

// Subcodes that only this package sends.
const (
	headerSync   = 1
	headerLength = 2
	headerType   = 3

	openVersion   = 1
	openPeerAS    = 2
	openID        = 3
	openParameter = 4
	openHoldTime  = 6
	openGrouping  = 8
	openNoGroup   = 9
	openRole      = 11

	refreshLength = 1
)

// Cease makes a Cease with a text for the operator of the peer; without one it is
// the name of the subcode.
func Cease(subcode uint8, text string) Notification {
	n := Notification{Code: CodeCease, Subcode: subcode}
	if text == "" {
		text = n.subcodeName()
	}
	if !n.hasCommunication() {
		// ExaBGP: a bare text where RFC 4486 §4 has no data.
		n.Data = []byte(text)
		return n
	}
	text = cutUTF8(text, maxCommunication)
	n.Data = append([]byte{uint8(len(text))}, text...)
	return n
}

// maxCommunication is the longest Shutdown Communication (RFC 9003 §2).
const maxCommunication = 255

// hasCommunication reports whether Data is a Shutdown Communication (RFC 9003).
func (n Notification) hasCommunication() bool {
	return n.Code == CodeCease && (n.Subcode == CeaseShutdown || n.Subcode == CeaseReset)
}

// ParseNotification reads the body of a NOTIFICATION. It never fails: one that is
// cut short closes the session as any other (RFC 4271 §6.4), with zeros for what
// it does not say.
func ParseNotification(body []byte) Notification {
	var n Notification
	if len(body) > 0 {
		n.Code = body[0]
	}
	if len(body) > 1 {
		n.Subcode, n.Data = body[1], body[2:]
	}
	return n
}

// Append appends the whole message. Data that no message can hold is cut.
func (n Notification) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(beginMessage(dst, TypeNotification), n.Code, n.Subcode)
	data := n.Data[:min(len(n.Data), MaxMessage-HeaderLen-2)]
	return endMessage(append(dst, data...), start)
}

// String gives the names of code and subcode: "Cease / Administrative Reset".
func (n Notification) String() string { return n.codeName() + " / " + n.subcodeName() }

func (n Notification) codeName() string {
	if int(n.Code) < len(codeNames) && codeNames[n.Code] != "" {
		return codeNames[n.Code]
	}
	return "unknown error"
}

func (n Notification) subcodeName() string {
	for i := range subcodeTable {
		if r := &subcodeTable[i]; r.code == n.Code && r.subcode == n.Subcode {
			return r.name
		}
	}
	return "unknow reason" // ExaBGP: spelt so, in the reason of a "down" event
}

// AppendJSON appends the JSON object of a notification event. Sent says which side
// it comes from: a received Shutdown Communication is shown as a sentence about it.
func (n Notification) AppendJSON(dst []byte, f *Face, sent bool) []byte {
	var buf [128]byte
	data := n.shown(buf[:0], sent)
	dst = appendUint(dst, `{ "code": `, n.Code)
	dst = appendUint(dst, `, "subcode": `, n.Subcode)
	dst = appendHex(append(dst, `, "data": "0x`...), data, upperHex)
	dst = append(dst, '"')
	if f.Dialect != Dialect42 {
		dst = append(dst, `, "message": `...)
		dst = AppendJSONString(dst, string(data))
	}
	return append(dst, " }"...)
}

// AppendText appends "code 6 subcode 2 data 0x…".
func (n Notification) AppendText(dst []byte, _ *Face, sent bool) []byte {
	var buf [128]byte
	dst = appendUint(dst, "code ", n.Code)
	dst = appendUint(dst, " subcode ", n.Subcode)
	return appendHex(append(dst, " data 0x"...), n.shown(buf[:0], sent), upperHex)
}

// shown returns the data as events show them: in buf, or the data themselves.
func (n Notification) shown(buf []byte, sent bool) []byte {
	if sent || !n.hasCommunication() || len(n.Data) == 0 {
		return n.Data
	}
	length, payload := int(n.Data[0]), n.Data[1:]
	switch {
	case length == 0:
		return append(buf, "empty Shutdown Communication."...)
	case length > len(payload):
		return appendBadCommunication(buf, "buffer underrun", length, payload)
	case !utf8.Valid(payload[:length]):
		return appendBadCommunication(buf, "invalid UTF-8", length, payload)
	}
	buf = append(buf, `Shutdown Communication: "`...)
	for _, o := range payload[:length] {
		if o == '\r' || o == '\n' {
			o = ' '
		}
		buf = append(buf, o)
	}
	buf = append(buf, '"')
	if rest := payload[length:]; len(rest) > 0 {
		buf = appendHex(append(buf, ", trailing data: 0x"...), rest, upperHex)
	}
	return buf
}

func appendBadCommunication(dst []byte, why string, length int, payload []byte) []byte {
	dst = append(append(append(dst, "invalid Shutdown Communication ("...), why...), ") length : "...)
	dst = appendHex(append(appendUint(dst, "", length), " [0x"...), payload, upperHex)
	return append(dst, ']')
}

// cutUTF8 shortens s to n octets or less, between two characters.
func cutUTF8(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
