// Package tcp opens and accepts the connections of BGP with the socket options
// that it asks for: signatures (RFC 2385, RFC 5925), TTL and its minimum (RFC 5082), source
// address and device.
//
// What a system lacks is an error that says so, never silence: a session without
// its signature would be a session without its protection.
package tcp

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// Options are what a connection needs beside the address of the peer. The zero
// value leaves everything to the system.
type Options struct {
	Local  netip.Addr // source address
	Device string     // the only interface to use
	TTL    *uint8     // of what we send
	MinTTL *uint8     // of what we accept; without TTL, ours is then 255 (RFC 5082 §3)
	Key    Key        // of the signatures
}

// Dial connects to peer.
func Dial(ctx context.Context, peer netip.AddrPort, o *Options) (net.Conn, error) {
	d := net.Dialer{
		KeepAlive: -1, // BGP has its own
		Control: func(network, _ string, c syscall.RawConn) error {
			return control(c, func(fd int) error { return o.beforeConnect(fd, is6(network), peer.Addr()) })
		},
	}
	if o.Local.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(o.Local, 0))
	}
	return d.DialContext(ctx, network(peer.Addr()), peer.String())
}

func (o *Options) beforeConnect(fd int, v6 bool, peer netip.Addr) error {
	if o.Device != "" {
		if err := bindToDevice(fd, v6, o.Device); err != nil {
			return fmt.Errorf("source-interface %s: %w", o.Device, err)
		}
	}
	if err := o.Key.set(fd, host(peer)); err != nil {
		return err
	}
	return o.setTTL(fd, v6)
}

// setTTL applies TTL and MinTTL to a socket.
func (o *Options) setTTL(fd int, v6 bool) error {
	ttl := o.TTL
	if o.MinTTL != nil {
		if err := setMinTTL(fd, v6, int(*o.MinTTL)); err != nil {
			return fmt.Errorf("incoming-ttl %d: %w", *o.MinTTL, err)
		}
		if ttl == nil {
			ttl = new(uint8(maxTTL))
		}
	}
	if ttl != nil {
		if err := setTTL(fd, v6, int(*ttl)); err != nil {
			return fmt.Errorf("outgoing-ttl %d: %w", *ttl, err)
		}
	}
	return nil
}

// maxTTL is what those send who want to prove how near they are (RFC 5082 §3).
const maxTTL = 255

// Tune applies Key, TTL and MinTTL to an accepted connection. It has the key from
// its listener, too: only, one that came before the listener knew the key is of no
// use to the other side from now on. A connection that is none of TCP is left alone.
func Tune(c net.Conn, o *Options) error {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	remote, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return net.ErrClosed
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return err
	}
	peer := remote.AddrPort().Addr().Unmap().WithZone("")
	v6 := peer.Is6()
	return control(raw, func(fd int) error {
		if err := o.Key.set(fd, host(peer)); err != nil {
			return err
		}
		if o.TTL == nil && o.MinTTL == nil {
			return setTTL(fd, v6, systemTTL) // not the listener's
		}
		return o.setTTL(fd, v6)
	})
}

// Listen accepts connections to local. An IPv6 address does not take those of IPv4.
func Listen(ctx context.Context, local netip.AddrPort) (net.Listener, error) {
	lc := net.ListenConfig{
		KeepAlive: -1,
		Control: func(network, _ string, c syscall.RawConn) error {
			// The answer to a SYN is sent before we look at who it is: it has to
			// pass the minimum of a peer that has one.
			return control(c, func(fd int) error { return setTTL(fd, is6(network), maxTTL) })
		},
	}
	lc.SetMultipathTCP(false) // it knows no signatures
	return lc.Listen(ctx, network(local.Addr()), local.String())
}

// control runs f on the socket and returns its error, or that of reaching the socket.
func control(c syscall.RawConn, f func(fd int) error) error {
	var err error
	if e := c.Control(func(fd uintptr) { err = f(int(fd)) }); e != nil {
		return e
	}
	return err
}

func host(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

func network(a netip.Addr) string {
	if a.Is4() || a.Is4In6() {
		return "tcp4"
	}
	return "tcp6"
}

func is6(network string) bool { return strings.HasSuffix(network, "6") }
