package bgp

import (
	"errors"
	"fmt"
)

// Sentinels of the leaf parsers. One boundary (ParseUpdate, ParseOpen, …) turns
// them into an Error with a code, a subcode and an action.
var (
	errShort  = errors.New("truncated")
	errLength = errors.New("wrong length")
	errValue  = errors.New("invalid value")

	errEmpty     = errors.New("empty")
	errFlags     = errors.New("wrong flags")
	errMissing   = errors.New("missing")
	errTwice     = errors.New("given twice")
	errUnknown   = errors.New("unknown and well-known")
	errDirection = errors.New("not expected from this peer")
	errNextHop   = errors.New("wrong next hop")
	errService   = errors.New("malformed SRv6 service") // costs the routes, whatever the attribute's row says
)

// Action is what an error in a message costs (RFC 7606 §2), weakest first: the
// strongest of several is their max.
type Action uint8

// The actions of RFC 7606 §2.
const (
	ActionNone     Action = iota
	ActionDiscard         // attribute discard
	ActionWithdraw        // treat-as-withdraw
	ActionDisable         // AFI/SAFI disable
	ActionReset           // session reset: send the NOTIFICATION, close
)

func (a Action) String() string {
	switch a {
	case ActionNone:
		return "none"
	case ActionDiscard:
		return "attribute-discard"
	case ActionWithdraw:
		return "treat-as-withdraw"
	case ActionDisable:
		return "afi-safi-disable"
	case ActionReset:
		return "session-reset"
	}
	return fmt.Sprintf("action %d", uint8(a))
}

// Error is a fault in a received message: the NOTIFICATION that says so, and what
// it costs. Err says what was wrong, for the log.
type Error struct {
	Notification
	Action Action
	Attr   AttrCode // the attribute at fault; 0 when none is
	Err    error
}

func (e *Error) Error() string {
	text := e.Notification.String()
	if e.Attr != 0 {
		text += ": " + e.Attr.String()
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// ShowsWhole reports whether e ends a session though the UPDATE is whole: an attribute
// is unknown and says that it must be known (RFC 4271 §6.3).
func (e *Error) ShowsWhole() bool { return e.Code == updateError && e.Subcode == unknownWellKnown }

// reset makes the error that ends a session, with the text as data: ExaBGP's habit.
func reset(code, subcode uint8, data string, err error) *Error {
	return &Error{Notification: Notification{Code: code, Subcode: subcode, Data: []byte(data)}, Action: ActionReset, Err: err}
}
