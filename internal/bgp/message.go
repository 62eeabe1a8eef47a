package bgp

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
