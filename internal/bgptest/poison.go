package bgptest

import "net"

// PoisonByte is what poisoned memory holds.
const PoisonByte = 0xDB

// Poison overwrites b.
func Poison(b []byte) {
	for i := range b {
		b[i] = PoisonByte
	}
}

// PoisonConn is a connection whose Read overwrites all of the buffer that it is
// given before it waits: an io.Reader may use the whole of it as scratch space.
// A view of an earlier message that is still in use then shows it, instead of
// being right by luck until a longer message comes.
type PoisonConn struct{ net.Conn }

func (c PoisonConn) Read(b []byte) (int, error) {
	Poison(b)
	return c.Conn.Read(b)
}
