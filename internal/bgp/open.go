package bgp

import "net/netip"

// Open is an OPEN message (RFC 4271 §4.2).
type Open struct {
	Version      uint8
	AS           uint16 // 23456 when the AS number takes four octets (RFC 6793)
	HoldTime     uint16 // seconds
	ID           netip.Addr
	Capabilities []Capability // in wire order, repeated ones included
}

// CapCode is the code of a capability (RFC 5492).
type CapCode uint8

// Capability is one capability of an OPEN; unknown ones are kept too.
type Capability struct {
	Code  CapCode
	Value []byte
}
