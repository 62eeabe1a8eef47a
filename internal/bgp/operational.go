package bgp

import (
	"fmt"
	"net/netip"
)

// OperationalType is the type of an OPERATIONAL message.
type OperationalType uint16

// The types that ExaBGP knows (draft-ietf-idr-operational-message).
const (
	OperationalADM  OperationalType = 1 // advisory demand message
	OperationalASM  OperationalType = 2 // advisory static message
	OperationalRPCQ OperationalType = 3 // reachable prefix count request, reply
	OperationalRPCP OperationalType = 4
	OperationalAPCQ OperationalType = 5 // adj-rib-out prefix count request, reply
	OperationalAPCP OperationalType = 6
	OperationalLPCQ OperationalType = 7 // loc-rib prefix count request, reply
	OperationalLPCP OperationalType = 8
)

// operationalKind is the layout of an OPERATIONAL message.
type operationalKind uint8

const (
	operationalRaw operationalKind = iota
	operationalAdvisory
	operationalQuery
	operationalCounter
)

type operationalRow struct {
	name string
	kind operationalKind
}

// Operational is an OPERATIONAL message, which only ExaBGP speaks:
//
//	0: type (2)  2: length (2)  4: AFI (2)  6: SAFI (1)  7: router-id (4)  11: sequence (4)  15: counter (4)
//
// A query ends after the sequence, an advisory has its text after the SAFI.
// Advisory and Data borrow the message.
type Operational struct {
	Type     OperationalType
	Family   Family
	RouterID netip.Addr
	Sequence uint32
	Counter  uint32
	Advisory []byte // of ADM and ASM
	Data     []byte // of a type without meaning: all of it
}

// String gives the name of the type: "ADM".
func (t OperationalType) String() string {
	if r := t.row(); r.name != "" {
		return r.name
	}
	return fmt.Sprintf("operational-type-%d", uint16(t))
}

// ParseOperationalType reads the name of a type, in upper case.
func ParseOperationalType(w string) (OperationalType, bool) {
	for i := range operationalTable {
		if operationalTable[i].name == w && w != "" {
			return OperationalType(i), true
		}
	}
	return 0, false
}

func (t OperationalType) row() operationalRow {
	if int(t) < len(operationalTable) {
		return operationalTable[t]
	}
	return operationalRow{}
}

// maxAdvisory is the longest text of an advisory, in octets.
const maxAdvisory = 2048

// ParseOperational reads the body of an OPERATIONAL message.
func ParseOperational(body []byte) (*Operational, *Error) {
	if len(body) < 4 {
		return nil, operationalError(errShort)
	}
	o := &Operational{Type: OperationalType(u16(body, 0))}
	n := u16(body, 2)
	v := body[4:]
	if n > len(v) {
		return nil, operationalError(errShort)
	}
	v = v[:n]
	kind := o.Type.row().kind
	if len(v) < operationalLen[kind] {
		return nil, operationalError(errLength)
	}
	if kind == operationalRaw {
		o.Data = v
		return o, nil
	}
	o.Family = Family{AFI(u16(v, 0)), SAFI(v[2])}
	switch kind {
	case operationalAdvisory:
		o.Advisory = v[3:]
	case operationalCounter:
		o.Counter = u32(v, 11)
		fallthrough
	default:
		o.RouterID, o.Sequence = addrOf(v[3:7]), u32(v, 7)
	}
	return o, nil
}

// operationalError resets the session: the message has no error code of its own.
func operationalError(err error) *Error {
	return reset(CodeFSM, 0, "", fmt.Errorf("OPERATIONAL: %w", err))
}

// Append appends the whole message. A longer advisory than the draft allows is cut.
func (o *Operational) Append(dst []byte) []byte {
	start := len(dst)
	dst = appendU16(beginMessage(dst, TypeOperational), o.Type)
	dst = append(dst, 0, 0)
	value := len(dst)
	kind := o.Type.row().kind
	if kind == operationalRaw {
		dst = append(dst, o.Data...)
	} else {
		dst = append(appendU16(dst, o.Family.AFI), byte(o.Family.SAFI))
	}
	switch kind {
	case operationalRaw:
	case operationalAdvisory:
		text := o.Advisory
		if len(text) > maxAdvisory {
			text = append([]byte(cutUTF8(string(text), maxAdvisory-3)), "..."...)
		}
		dst = append(dst, text...)
	case operationalQuery, operationalCounter:
		var id [4]byte
		if o.RouterID.Is4() {
			id = o.RouterID.As4()
		}
		dst = appendU32(append(dst, id[:]...), o.Sequence)
		if kind == operationalCounter {
			dst = appendU32(dst, o.Counter)
		}
	}
	n := len(dst) - value
	dst[value-2], dst[value-1] = byte(n>>8), byte(n)
	return endMessage(dst, start)
}

// AppendJSON appends the JSON object of an operational event.
func (o *Operational) AppendJSON(dst []byte, _ *Face) []byte {
	r := o.Type.row()
	if r.kind == operationalRaw {
		dst = appendUint(append(dst, `{ "name": "unknown", "type": "operational-type-`...), "", o.Type)
		dst = appendHex(append(dst, `", "data": "0x`...), o.Data, upperHex)
		return append(dst, `" }`...)
	}
	dst = append(append(dst, `{ "name": "`...), r.name...)
	dst = o.Family.AFI.AppendText(append(dst, `", "afi": "`...))
	dst = o.Family.SAFI.AppendText(append(dst, `", "safi": "`...))
	dst = append(dst, '"')
	switch r.kind {
	case operationalAdvisory:
		dst = AppendJSONString(append(dst, `, "advisory": `...), string(o.Advisory))
	case operationalCounter:
		dst = appendAddrText(append(dst, `, "router-id": "`...), o.RouterID)
		dst = appendUint(dst, `", "sequence": `, o.Sequence)
		dst = appendUint(dst, `, "counter": `, o.Counter)
	case operationalRaw, operationalQuery:
	}
	return append(dst, " }"...)
}

// AppendText appends "operational RPCQ afi ipv4 safi unicast".
func (o *Operational) AppendText(dst []byte, f *Face) []byte {
	r := o.Type.row()
	if r.kind == operationalRaw {
		dst = appendUint(dst, "operational unknown type operational-type-", o.Type)
		return appendHex(append(dst, " data 0x"...), o.Data, upperHex)
	}
	dst = append(append(dst, "operational "...), r.name...)
	dst = o.Family.AFI.AppendText(append(dst, " afi "...))
	dst = o.Family.SAFI.AppendText(append(dst, " safi "...))
	switch r.kind {
	case operationalAdvisory:
		dst = append(appendTextString(append(dst, ` advisory "`...), o.Advisory, f), '"')
	case operationalCounter:
		dst = appendAddrText(append(dst, " router-id "...), o.RouterID)
		dst = appendUint(dst, " sequence ", o.Sequence)
		dst = appendUint(dst, " counter ", o.Counter)
	case operationalRaw, operationalQuery:
	}
	return dst
}
