package event

import (
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

func TestReason(t *testing.T) {
	n := bgp.Cease(bgp.CeaseShutdown, "")
	for want, r := range map[string]Reason{
		"connection lost": {},
		"received NOTIFICATION Cease / Administrative Shutdown": {Cause: Received, Notification: n},
		"sent NOTIFICATION Cease / Administrative Shutdown":     {Cause: Sent, Notification: n},
		"neighbor removed":              {Cause: Removed},
		"shutting down":                 {Cause: Shutdown},
		"closed for a graceful restart": {Cause: Graceful},
		"cause 99":                      {Cause: 99},
	} {
		if got := r.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
