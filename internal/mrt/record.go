package mrt

import (
	"errors"
	"fmt"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Type is the type of a record (RFC 6396 §4, IANA mrt).
type Type uint16

// The types that Kind knows.
const (
	TypeBGP         Type = 5 // of MRTd, before 2001 (RFC 6396 appendix B.2.5)
	TypeTableDump   Type = 12
	TypeTableDumpV2 Type = 13
	TypeBGP4MP      Type = 16
	TypeBGP4MPET    Type = 17 // with microseconds
)

// Kind is what a record holds.
type Kind uint8

// The kinds.
const (
	Other       Kind = iota // nothing that this package reads
	Message                 // Record.Message
	StateChange             // Record.StateChange
	PeerIndex               // Record.PeerTable
	Table                   // Record.RIB
)

// Record is one record: a view.
type Record struct {
	Offset  int64     // of its header in the stream
	Time    time.Time // UTC
	Type    Type
	Subtype uint16
	Body    []byte // behind the header and the microseconds
}

// Kind tells what the record holds.
func (r *Record) Kind() Kind {
	if row := r.row(); row != nil {
		return row.kind
	}
	return Other
}

// String names type and subtype: "BGP4MP_MESSAGE_AS4", "MRT type 11 subtype 0".
func (r *Record) String() string {
	row := r.row()
	if row == nil {
		return fmt.Sprintf("MRT type %d subtype %d", r.Type, r.Subtype)
	}
	if r.Type == TypeBGP4MPET {
		return "BGP4MP_ET/" + row.name
	}
	return row.name
}

func (r *Record) row() *recordRow {
	t := r.Type
	if t == TypeBGP4MPET {
		t = TypeBGP4MP
	}
	for i := range recordTable {
		if row := &recordTable[i]; row.subtype == r.Subtype && row.t == t {
			return row
		}
	}
	return nil
}

// recordRow is a kind of record.
type recordRow struct {
	t       Type
	subtype uint16
	name    string
	kind    Kind

	as4     bool // AS numbers of the record take four octets; of a message also those in it
	addPath bool // NLRI have path identifiers (RFC 8050)
	local   bool // the message is the collector's own
	message bgp.MessageType
	family  bgp.Family // of a table; the zero Family where the record tells it
}

var (
	errShort  = errors.New("truncated")
	errFamily = errors.New("unknown address family")
	errNLRI   = errors.New("malformed NLRI")
	errKind   = errors.New("not a record of that kind")
	errPeer   = errors.New("no such peer in the peer index table")
	errSize   = errors.New("too large for a message")
)

// bodyError says which record cannot be read, and why.
func (r *Record) bodyError(err error) error { return fmt.Errorf("%s: %w", r, err) }
