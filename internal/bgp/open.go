package bgp

import (
	"errors"
	"fmt"
	"iter"
	"net/netip"
	"slices"
	"time"
)

// Open is an OPEN message (RFC 4271 §4.2). It owns its octets.
type Open struct {
	Version      uint8
	AS           uint16 // 23456 when the AS number takes four octets (RFC 6793); see ASN
	HoldTime     uint16 // seconds
	ID           netip.Addr
	Capabilities []Capability // in wire order, repeated ones included
}

// CapCode is the code of a capability (RFC 5492).
type CapCode uint8

// Capability is one capability of an OPEN; unknown ones are kept too.
type Capability struct {
	Code  CapCode
	Value []byte // at most 255 octets
}

const (
	version4 = 4
	openLen  = 10 // body without optional parameters

	paramCapability = 2   // RFC 5492
	paramExtended   = 255 // RFC 9072
)

// ParseOpen reads the body of an OPEN. It copies what it keeps.
//
//	0: version  1: AS (2)  3: hold time (2)  5: identifier (4)  9: length of the parameters  10: parameters
//
// In the extended form (RFC 9072) 10 has type 255, 11 the length (2), 13 the parameters.
func ParseOpen(body []byte) (*Open, *Error) {
	if len(body) < openLen {
		return nil, lengthError(TypeOpen, HeaderLen+len(body))
	}
	if body[0] != version4 {
		e := reset(CodeOpen, openVersion, "", fmt.Errorf("version %d: %w", body[0], errValue))
		e.Data = []byte{0, version4} // RFC 4271 §6.2: the largest version that we speak
		return nil, e
	}
	body = slices.Clone(body)
	o := &Open{
		Version:  body[0],
		AS:       uint16(u16(body, 1)),
		HoldTime: uint16(u16(body, 3)),
		ID:       addrOf(body[5:9]),
	}
	params, extended, err := openParams(int(body[9]), body[openLen:])
	if err != nil {
		return nil, openError(err)
	}
	for len(params) > 0 {
		t, v, rest, err := nextParam(params, extended)
		if err != nil {
			return nil, openError(err)
		}
		if t != paramCapability {
			return nil, reset(CodeOpen, openParameter, "", fmt.Errorf("optional parameter %d: %w", t, errValue))
		}
		if err := o.addCapabilities(v); err != nil {
			return nil, openError(err)
		}
		params = rest
	}
	return o, nil
}

// openError is the error of a malformed OPEN, with the reason as data for a reader
// of the peer's log.
func openError(err error) *Error { return reset(CodeOpen, 0, err.Error(), err) }

// openParams returns the optional parameters in b, which follow their length n.
func openParams(n int, b []byte) (params []byte, extended bool, err error) {
	// RFC 9072 §2: the type of the first parameter decides, whatever the length says,
	// as long as there are parameters.
	if n > 0 && len(b) > 0 && b[0] == paramExtended {
		if len(b) < 3 {
			return nil, true, fmt.Errorf("extended optional parameters: %w", errShort)
		}
		n, b, extended = u16(b, 1), b[3:], true
	}
	switch {
	case n > len(b):
		return nil, extended, fmt.Errorf("optional parameters of %d octets in %d: %w", n, len(b), errShort)
	case n < len(b):
		return nil, extended, fmt.Errorf("optional parameters of %d octets in %d: %w", n, len(b), errLength)
	}
	return b, extended, nil
}

// nextParam takes the first parameter of b apart.
func nextParam(b []byte, extended bool) (t uint8, v, rest []byte, err error) {
	head := 2
	if extended {
		head = 3
	}
	if len(b) < head {
		return 0, nil, nil, fmt.Errorf("optional parameter: %w", errShort)
	}
	n := int(b[1])
	if extended {
		n = u16(b, 1)
	}
	if n > len(b)-head {
		return 0, nil, nil, fmt.Errorf("optional parameter %d: %w", b[0], errShort)
	}
	return b[0], b[head : head+n], b[head+n:], nil
}

// addCapabilities adds the capabilities of one optional parameter.
func (o *Open) addCapabilities(b []byte) error {
	for len(b) > 0 {
		if len(b) < 2 || int(b[1]) > len(b)-2 {
			return fmt.Errorf("capability %d: %w", b[0], errShort)
		}
		end := 2 + int(b[1])
		c := Capability{Code: CapCode(b[0]), Value: b[2:end:end]}
		if err := c.Code.row().codec.check(c.Value); err != nil {
			return fmt.Errorf("capability %s: %w", c.Code, err)
		}
		o.Capabilities = append(o.Capabilities, c)
		b = b[end:]
	}
	return nil
}

// Append appends the whole message: one optional parameter per capability, as
// ExaBGP, in the extended form (RFC 9072) when they take 255 octets or more.
func (o *Open) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(beginMessage(dst, TypeOpen), o.Version)
	dst = appendU16(appendU16(dst, o.AS), o.HoldTime)
	id := o.ID.As4()
	dst = append(dst, id[:]...)
	size := 0
	for _, c := range o.Capabilities {
		size += 4 + len(c.Value)
	}
	extended := size >= 255
	if extended {
		dst = append(dst, 255, paramExtended)
		dst = appendU16(dst, size+len(o.Capabilities))
	} else {
		dst = append(dst, byte(size))
	}
	for _, c := range o.Capabilities {
		dst = append(dst, paramCapability)
		if n := 2 + len(c.Value); extended {
			dst = appendU16(dst, n)
		} else {
			dst = append(dst, byte(n))
		}
		dst = append(dst, byte(c.Code), byte(len(c.Value)))
		dst = append(dst, c.Value...)
	}
	return endMessage(dst, start)
}

// Has reports whether the OPEN has the capability.
func (o *Open) Has(c CapCode) bool {
	return slices.ContainsFunc(o.Capabilities, func(k Capability) bool { return k.Code == c })
}

// values walks the values of all instances of a capability.
func (o *Open) values(c CapCode) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := range o.Capabilities {
			if o.Capabilities[i].Code == c && !yield(o.Capabilities[i].Value) {
				return
			}
		}
	}
}

// last returns the value of the last instance of a capability, which counts where
// only one should be there.
func (o *Open) last(c CapCode) ([]byte, bool) {
	for _, k := range slices.Backward(o.Capabilities) {
		if k.Code == c {
			return k.Value, true
		}
	}
	return nil, false
}

// ASN returns the AS number of the sender: of the capability when there is one
// (RFC 6793 §4.1), else of the field.
func (o *Open) ASN() uint32 {
	if v, ok := o.last(CapASN4); ok {
		return u32(v, 0)
	}
	return uint32(o.AS)
}

// asnFor is ASN for a reader that may not know of four-octet AS numbers.
func (o *Open) asnFor(reader *Open) uint32 {
	if !reader.Has(CapASN4) {
		return uint32(o.AS)
	}
	return o.ASN()
}

// Check reports what forbids a session between local and the peer whose OPEN o is.
// PeerAS is the AS number that it must have; 0: any.
func (o *Open) Check(local *Open, peerAS uint32) *Error {
	as := o.asnFor(local)
	switch {
	case as == 0: // RFC 7607 §2
		return reset(CodeOpen, openPeerAS, "0 is an invalid ASN", fmt.Errorf("AS 0: %w", errValue))
	case peerAS != 0 && as != peerAS:
		text := fmt.Sprintf("ASN in OPEN (%d) did not match ASN expected (%d)", as, peerAS)
		return reset(CodeOpen, openPeerAS, text, errors.New(text))
	case o.ID.IsUnspecified(): // RFC 6286 §2.2
		return reset(CodeOpen, openID, "0.0.0.0 is an invalid router_id", fmt.Errorf("identifier %s: %w", o.ID, errValue))
	case o.ID == local.ID && as == local.asnFor(local):
		text := fmt.Sprintf("BGP Identifier collision, same router-id (%s) on both sides of this IBGP session", o.ID)
		return reset(CodeOpen, openID, text, errors.New(text))
	case o.HoldTime == 1 || o.HoldTime == 2: // RFC 4271 §6.2
		return reset(CodeOpen, openHoldTime, "", fmt.Errorf("hold time of %d s: %w", o.HoldTime, errValue))
	}
	return checkSessions(local, o)
}

// OpenConfig is what decides our OPEN. It is read by NewOpen alone.
type OpenConfig struct {
	AS       uint32 // of a neighbor with an automatic one: the peer's
	ID       netip.Addr
	HoldTime time.Duration
	Families []Family // sorted

	ASN4, ExtendedMessage, RouteRefresh, Operational, MultiSession, LinkLocal bool

	AddPathSend, AddPathReceive bool
	AddPath                     []Family          // nil: all of Families
	PathsLimit                  map[Family]uint16 // limits of families that we receive path identifiers of

	Role Role // RoleNone: no capability

	NextHop  bool // whether the Extended Next Hop capability is there at all
	NextHops []NextHopPair

	GracefulRestart *uint16 // restart time in seconds; nil: off
	Restarted       bool    // the speaker has restarted and kept its forwarding state (RFC 4724 §3)

	HostName, DomainName string // no capability without a HostName
	SoftwareVersion      string // no capability without
}

// NewOpen makes our OPEN. The order of its capabilities is ExaBGP's.
func NewOpen(c *OpenConfig) *Open {
	o := &Open{
		Version:  version4,
		AS:       asTrans,
		HoldTime: uint16(min(c.HoldTime/time.Second, 65535)),
		ID:       c.ID,
	}
	if c.AS <= 65535 {
		o.AS = uint16(c.AS)
	}
	for i := range capTable {
		if offer := capTable[i].offer; offer != nil {
			offer(o, c)
		}
	}
	return o
}

func (o *Open) add(c CapCode, value []byte) {
	o.Capabilities = append(o.Capabilities, Capability{c, value})
}

// AppendJSON appends the JSON object of an open event. The capabilities of a
// received OPEN are keyed by code, those of a sent one by name.
func (o *Open) AppendJSON(dst []byte, f *Face, sent bool) []byte {
	dst = appendUint(dst, `{ "version": `, o.Version)
	dst = appendUint(dst, `, "asn": `, o.AS)
	dst = appendUint(dst, `, "hold_time": `, o.HoldTime)
	dst = appendAddrText(append(dst, `, "router_id": "`...), o.ID)
	dst = append(dst, `", "capabilities": { `...)
	for i, c := range o.codes(f, sent) {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(dst, '"')
		if sent {
			dst = append(dst, c.String()...)
		} else {
			dst = appendUint(dst, "", c)
		}
		dst = c.rowFor(f).codec.appendJSON(append(dst, `": `...), &capView{o, c, sent, f})
	}
	return append(dst, " } }"...)
}

// AppendText appends "version 4 asn … capabilities […]".
func (o *Open) AppendText(dst []byte, f *Face, sent bool) []byte {
	dst = appendUint(dst, "version ", o.Version)
	dst = appendUint(dst, " asn ", o.AS)
	dst = appendUint(dst, " hold_time ", o.HoldTime)
	dst = appendAddrText(append(dst, " router_id "...), o.ID)
	dst = append(dst, " capabilities ["...)
	codes := o.codes(f, sent)
	slices.Sort(codes)
	for i, c := range codes {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = c.rowFor(f).codec.appendText(dst, &capView{o, c, sent, f})
	}
	return append(dst, ']')
}

// codes returns the codes of the capabilities by first appearance.
func (o *Open) codes(f *Face, sent bool) []CapCode {
	var codes []CapCode
	for _, c := range o.Capabilities {
		if !slices.Contains(codes, c.Code) {
			codes = append(codes, c.Code)
		}
	}
	// ExaBGP: a sent OPEN is shown with a host name, even when the wire has none.
	if sent && f.Dialect != Dialect42 && !slices.Contains(codes, CapHostName) {
		at := slices.IndexFunc(codes, func(c CapCode) bool {
			return c == CapSoftwareVersion || c == CapLinkLocal || c == CapMultiSession
		})
		if at < 0 {
			at = len(codes)
		}
		codes = slices.Insert(codes, at, CapHostName)
	}
	return codes
}
