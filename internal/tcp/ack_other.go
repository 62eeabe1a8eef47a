//go:build !linux

package tcp

import "net"

// AckNow does nothing: the system has no such option.
func AckNow(net.Conn) {}
