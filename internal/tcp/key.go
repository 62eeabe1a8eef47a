package tcp

import (
	"fmt"
	"net"
	"net/netip"
)

// Key signs the segments of a connection. The zero Key: they are not signed.
type Key struct {
	Secret    string
	Algorithm string // of TCP-AO (RFC 5926), by its name in lower case; empty: MD5 (RFC 2385)
	ID        uint8  // of TCP-AO: KeyID and RNextKeyID
}

// maxKeyLen is how many octets a secret may have.
const maxKeyLen = 80

// setting is the word that a key is configured by.
func (k Key) setting() string {
	if k.Algorithm != "" {
		return "tcp-ao"
	}
	return "md5-password"
}

// set signs with a peer or, on a listening socket, with a range of them.
func (k Key) set(fd int, peers netip.Prefix) error {
	if k == (Key{}) {
		return nil
	}
	var err error
	switch {
	case len(k.Secret) > maxKeyLen:
		err = fmt.Errorf("key of %d octets: at most %d", len(k.Secret), maxKeyLen)
	case k.Algorithm != "":
		err = addAO(fd, peers, k)
	default:
		err = setMD5(fd, peers, k.Secret)
	}
	if err != nil {
		return fmt.Errorf("%s of %s: %w", k.setting(), hostOrPrefix(peers), err)
	}
	return nil
}

// remove ends what set began.
func (k Key) remove(fd int, peers netip.Prefix) error {
	var err error
	if k.Algorithm != "" {
		err = removeAO(fd, peers, k)
	} else {
		err = setMD5(fd, peers, "")
	}
	if err != nil {
		return fmt.Errorf("removing the %s of %s: %w", k.setting(), hostOrPrefix(peers), err)
	}
	return nil
}

func hostOrPrefix(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// SetKey makes a listener expect signatures with a key from the peers in a prefix.
// There is one key for a prefix: remove the other first.
func SetKey(l net.Listener, peers netip.Prefix, k Key) error {
	return onListener(l, func(fd int) error { return k.set(fd, peers) })
}

// RemoveKey makes a listener forget a key that it was given by SetKey.
func RemoveKey(l net.Listener, peers netip.Prefix, k Key) error {
	return onListener(l, func(fd int) error { return k.remove(fd, peers) })
}

// onListener runs f on the socket of a listener of TCP; there is nothing to do for
// another one.
func onListener(l net.Listener, f func(fd int) error) error {
	t, ok := l.(*net.TCPListener)
	if !ok {
		return nil
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return err
	}
	return control(raw, f)
}
