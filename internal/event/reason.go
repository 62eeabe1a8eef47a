package event

import (
	"fmt"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Cause is why a session ended.
type Cause uint8

// The causes.
const (
	Lost     Cause = iota // TCP ended
	Received              // the peer sent Notification
	Sent                  // we sent it
	Removed               // the neighbor was removed from the configuration
	Shutdown              // the speaker shuts down
	Graceful              // closed without NOTIFICATION, for a graceful restart (RFC 4724 §4)
)

// Reason is why a session ended, in full.
type Reason struct {
	Cause        Cause
	Notification bgp.Notification // of Received and Sent
}

// String says it for people.
func (r Reason) String() string {
	switch r.Cause {
	case Received:
		return fmt.Sprintf("received NOTIFICATION %s", r.Notification)
	case Sent:
		return fmt.Sprintf("sent NOTIFICATION %s", r.Notification)
	case Removed:
		return "neighbor removed"
	case Shutdown:
		return "shutting down"
	case Graceful:
		return "closed for a graceful restart"
	case Lost:
		return "connection lost"
	}
	return fmt.Sprintf("cause %d", uint8(r.Cause))
}
