package fsm

import (
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
)

// ActionKind is what has to be done.
type ActionKind uint8

// The actions. In brackets the fields of Action that go with each.
const (
	Dial             ActionKind = iota // begin to connect; Connected or ConnectFailed follows
	Adopt                              // the connection of Accepted becomes In
	Refuse                             // it gets the NOTIFICATION and is closed [Notification]
	Close                              // once what was sent is delivered; gives up a Dial [Conn]
	SendOpen                           // [Conn]
	SendKeepalive                      // [Conn]
	SendNotification                   // [Conn, Notification]
	Arm                                // (again): Expired follows after a time [Timer, Conn, After]
	Disarm                             // [Timer, Conn]
	Report                             // the state has changed [State]
	ReportConnected                    // TCP is up [Conn]
	ReportNegotiated                   // the OPENs agree [Conn]
	ReportUp                           // the session is up: UPDATEs may flow [Conn]
	ReportDown                         // what ReportConnected began has ended [Cause, Notification]
	Finish                             // the machine is done: nothing follows
)

func (k ActionKind) String() string {
	return [...]string{
		"dial", "adopt", "refuse", "close", "send open", "send keepalive", "notify", "arm", "disarm",
		"=", "connected", "negotiated", "up", "down", "finish",
	}[k]
}

// Action is something to do.
type Action struct {
	Kind         ActionKind
	Conn         Conn
	Timer        Timer
	State        State
	Cause        Cause
	After        time.Duration
	Notification bgp.Notification
}
