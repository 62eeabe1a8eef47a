package bgp

import "fmt"

// Notification is the body of a NOTIFICATION (RFC 4271 §4.5).
type Notification struct {
	Code, Subcode uint8
	Data          []byte
}

// String gives the names of code and subcode: "Cease / Administrative Reset".
func (n Notification) String() string { return fmt.Sprintf("%d/%d", n.Code, n.Subcode) }
