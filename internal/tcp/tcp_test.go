package tcp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a connection that should fail is given to succeed.
const patience = 300 * time.Millisecond

func loopbacks(t *testing.T, f func(t *testing.T, local netip.Addr)) {
	t.Helper()
	for _, a := range []string{"127.0.0.1", "::1"} {
		t.Run(a, func(t *testing.T) { f(t, netip.MustParseAddr(a)) })
	}
}

// listen accepts one connection at a time and sends "hello" on it.
func listen(t *testing.T, local netip.Addr, tune *Options) (net.Listener, netip.AddrPort) {
	t.Helper()
	l, err := Listen(t.Context(), netip.AddrPortFrom(local, 0))
	if err != nil {
		t.Skipf("no listener on %s: %v", local, err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if err := Tune(c, tune); err != nil {
				t.Error(err)
			}
			_, _ = io.WriteString(c, "hello")
			c.Close()
		}
	}()
	return l, l.Addr().(*net.TCPAddr).AddrPort()
}

// greet connects and reads what the listener says.
func greet(t *testing.T, peer netip.AddrPort, o *Options) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := Dial(ctx, peer, o)
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	b, err := io.ReadAll(c)
	if err != nil {
		return err
	}
	if string(b) != "hello" {
		t.Errorf("read %q", b)
	}
	return nil
}

// skipUnsupported skips the test loudly when the kernel lacks an option.
func skipUnsupported(t *testing.T, what string, err error) {
	t.Helper()
	if errors.Is(err, errUnsupported) || errors.Is(err, syscall.ENOPROTOOPT) || errors.Is(err, syscall.ENOSYS) ||
		errors.Is(err, syscall.EOPNOTSUPP) {
		t.Skipf("NOT TESTED: %s on this kernel: %v", what, err)
	}
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func TestMD5(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("NOT TESTED: keys of sockets are Linux's")
	}
	loopbacks(t, func(t *testing.T, local netip.Addr) { //nolint:thelper // a subtest
		l, at := listen(t, local, &Options{})
		host := netip.PrefixFrom(local, local.BitLen())
		skipUnsupported(t, "TCP_MD5SIG", SetKey(l, host, Key{Secret: "secret"}))

		if err := greet(t, at, &Options{Key: Key{Secret: "secret"}}); err != nil {
			t.Errorf("with the key: %v", err)
		}
		if err := greet(t, at, &Options{}); err == nil {
			t.Error("accepted without a key")
		}
		if err := greet(t, at, &Options{Key: Key{Secret: "other"}}); err == nil {
			t.Error("accepted with another key")
		}
		if err := RemoveKey(l, host, Key{Secret: "secret"}); err != nil {
			t.Fatal(err)
		}
		if err := greet(t, at, &Options{}); err != nil {
			t.Errorf("after the key is gone: %v", err)
		}
	})
}

func TestMD5Range(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("NOT TESTED: keys of sockets are Linux's")
	}
	l, at := listen(t, netip.MustParseAddr("127.0.0.1"), &Options{})
	skipUnsupported(t, "TCP_MD5SIG_EXT", SetKey(l, netip.MustParsePrefix("127.0.0.0/8"), Key{Secret: "secret"}))
	o := Options{Key: Key{Secret: "secret"}, Local: netip.MustParseAddr("127.0.0.7")}
	if err := greet(t, at, &o); err != nil {
		t.Errorf("with the key: %v", err)
	}
	o.Key = Key{}
	if err := greet(t, at, &o); err == nil {
		t.Error("accepted without a key")
	}
}

// A connection that was accepted before its listener knew the key carries nothing
// without it.
func TestTuneWantsSignatures(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("NOT TESTED: keys of sockets are Linux's")
	}
	loopbacks(t, func(t *testing.T, local netip.Addr) { //nolint:thelper // a subtest
		l, at := listen(t, local, &Options{Key: Key{Secret: "secret"}})
		skipUnsupported(t, "TCP_MD5SIG", SetKey(l, netip.PrefixFrom(local.Next(), local.BitLen()), Key{Secret: "of another"}))
		if err := greet(t, at, &Options{}); err == nil {
			t.Error("read without a key")
		}
	})
}

func TestMinTTL(t *testing.T) {
	loopbacks(t, func(t *testing.T, local netip.Addr) { //nolint:thelper // a subtest
		// The listener answers with 255, as RFC 5082 asks for.
		_, at := listen(t, local, &Options{MinTTL: new(uint8(255))})
		err := greet(t, at, &Options{MinTTL: new(uint8(255))})
		skipUnsupported(t, "minimum TTL", err)

		_, at = listen(t, local, &Options{TTL: new(uint8(64))})
		if err := greet(t, at, &Options{MinTTL: new(uint8(255))}); err == nil {
			t.Error("accepted a TTL of 64 where 255 is the minimum")
		}
		if err := greet(t, at, &Options{MinTTL: new(uint8(64)), TTL: new(uint8(64))}); err != nil {
			t.Errorf("a TTL of 64: %v", err)
		}
	})
}

func TestSource(t *testing.T) {
	l, err := Listen(t.Context(), netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	at := l.Addr().(*net.TCPAddr).AddrPort()
	c, err := Dial(t.Context(), at, &Options{Local: netip.MustParseAddr("127.0.0.9")})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	in, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if got, _, _ := net.SplitHostPort(in.RemoteAddr().String()); got != "127.0.0.9" {
		t.Errorf("connected from %s", got)
	}
}

func TestDevice(t *testing.T) {
	_, at := listen(t, netip.MustParseAddr("127.0.0.1"), &Options{})
	err := greet(t, at, &Options{Device: "lo"})
	if errors.Is(err, os.ErrPermission) {
		t.Skipf("NOT TESTED: source-interface: %v", err)
	}
	if runtime.GOOS == "linux" && err != nil {
		t.Error(err)
	}
	err = greet(t, at, &Options{Device: "none0"})
	if err == nil || !strings.Contains(err.Error(), "source-interface none0") {
		t.Errorf("a missing interface: %v", err)
	}
}

func TestErrorsNameTheSetting(t *testing.T) {
	_, at := listen(t, netip.MustParseAddr("127.0.0.1"), &Options{})
	for want, o := range map[string]*Options{
		"md5-password": {Key: Key{Secret: strings.Repeat("x", maxKeyLen+1)}},
		"tcp-ao":       {Key: Key{Secret: "x", Algorithm: "none"}},
		"outgoing-ttl": {TTL: new(uint8(0))},
	} {
		if err := greet(t, at, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// TestAckNow: a sender that waits for the acknowledgement of a small segment before
// it sends the next (Nagle's algorithm) does not wait for a timer of ours.
func TestAckNow(t *testing.T) {
	here, there := sockets(t)
	if err := there.(*net.TCPConn).SetNoDelay(false); err != nil {
		t.Fatal(err)
	}

	// The system acknowledges the first segments of a connection at once anyway: many
	// rounds with an answer each make it an interactive one.
	const rounds = 20
	b := make([]byte, 2)
	began := time.Now()
	for range rounds {
		if _, err := here.Write([]byte{1}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(there, b[:1]); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := there.Write([]byte{2}); err != nil {
				t.Fatal(err)
			}
		}
		for read := 0; read < 2; {
			n, err := here.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			read += n
			AckNow(here)
		}
	}
	if spent := time.Since(began); runtime.GOOS == "linux" && spent > rounds*30*time.Millisecond {
		t.Errorf("%d rounds took %v", rounds, spent)
	}
	AckNow(pipe(t))
}

func TestUnread(t *testing.T) {
	here, there := sockets(t)
	if Unread(here) {
		t.Error("there is something to read before anything was sent")
	}
	if _, err := there.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 2)
	if !Unread(here) { // loopback: what was written has come
		t.Error("what was sent is not seen")
	}
	if _, err := here.Read(b); err != nil {
		t.Fatal(err)
	}
	if Unread(here) {
		t.Error("what was read is still seen")
	}
	here.Close()
	if Unread(here) || Unread(pipe(t)) {
		t.Error("there is something to read where there is no socket")
	}
}

// sockets returns both ends of a connection.
func sockets(t *testing.T) (here, there net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if here, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { here.Close() })
	if there, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { there.Close() })
	return here, there
}

// pipe returns a connection without a socket.
func pipe(t *testing.T) net.Conn {
	t.Helper()
	a, b := net.Pipe()
	t.Cleanup(func() { a.Close(); b.Close() })
	return a
}
