//go:build !linux

package tcp

import "net/netip"

func addAO(int, netip.Prefix, Key) error { return errUnsupported }

func removeAO(int, netip.Prefix, Key) error { return errUnsupported }
