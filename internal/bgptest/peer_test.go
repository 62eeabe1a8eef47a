package bgptest

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// capability 65 (AS 1) and capability 2, each in its own parameter.
var testOpen = Message(typeOpen, Hex(`04 0001 00B4 01020304 0C  0206 4104 00000001  0202 0200`))

var (
	eor    = Hex(`FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 0017 02 00000000`)
	eor6   = Hex(`FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 001E 02 00000007 900F0003000201`)
	route1 = Message(typeUpdate, Hex(`0000 0000 18 010203`))
	route2 = Message(typeUpdate, Hex(`0000 0000 18 010204`))
	alive  = Message(typeKeepalive, nil)
)

// client is the program under test.
type client struct {
	*testing.T
	net.Conn
}

func (c client) send(messages ...[]byte) {
	c.Helper()
	for _, m := range messages {
		if _, err := c.Write(m); err != nil {
			c.Fatal(err)
		}
	}
}

func (c client) want(messages ...[]byte) {
	c.Helper()
	for _, m := range messages {
		got := make([]byte, len(m))
		if _, err := io.ReadFull(c, got); err != nil {
			c.Fatalf("waiting for %s: %v", Format(m), err)
		}
		if !bytes.Equal(got, m) {
			c.Fatalf("got %s, want %s", Format(got), Format(m))
		}
	}
}

// greet sends the OPEN and takes what the peer answers to it.
func (c client) greet() {
	c.Helper()
	mirrored := bytes.Clone(testOpen)
	mirrored[openID+3]++
	c.send(testOpen)
	c.want(mirrored, alive)
}

// run plays a script against a program and returns the verdict.
func run(t *testing.T, text string, o Options, programs ...func(client)) error {
	t.Helper()
	s, err := ParseScript(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// A play that lacks something would wait for it: the end of the programs ends it.
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	verdict := make(chan error, 1)
	go func() { verdict <- Play(ctx, l, s, o) }()
	for _, program := range programs {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		program(client{t, conn})
		conn.Close()
	}
	// When one more session is answered, or none is any more, those of the programs have
	// been judged.
	if conn, err := net.Dial("tcp", l.Addr().String()); err == nil {
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := conn.Write(testOpen); err == nil {
			_, _ = conn.Read(make([]byte, 1))
		}
		conn.Close()
	}
	cancel()
	return <-verdict
}

func TestPlay(t *testing.T) {
	const m = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:"
	const (
		wantEOR  = "1:raw:" + m + "0017:02:00000000\n"
		want1    = "1:raw:" + m + "001B:02:00000000 18 010203\n"
		want2    = "1:raw:" + m + "001b0200000000 18010204\n"
		wantB1   = "B1:raw:" + m + "001B:02:0000000018010203\n"
		second1  = "2:raw:" + m + "001B:02:0000000018010203\n"
		refresh3 = "3:raw:" + m + "0017:05:00010001\n"
	)
	goes := func(messages ...[]byte) func(client) {
		return func(c client) {
			c.greet()
			c.send(messages...)
			for range messages {
				c.want(alive)
			}
		}
	}

	for _, tt := range []struct {
		name     string
		script   string
		programs []func(client)
		want     string // part of the error; empty: success
	}{
		{"in order", wantEOR + second1, []func(client){goes(alive, eor, route1)}, ""},
		{"group in any order", wantEOR + want1 + want2, []func(client){goes(route2, alive, eor, route1)}, ""},
		{"twice means twice", want1 + want1, []func(client){goes(route1, route1)}, ""},
		{
			"next group too early", wantEOR + second1,
			[]func(client){goes(route1)},
			"mismatch after 0 right: got 001B:02:0000000018010203, wanted 0017:02:00000000",
		},
		{"nearest is shown", want1 + wantEOR, []func(client){goes(route2)}, "wanted 001B:02:0000000018010203 or 1 others"},
		{"numbers, not digits", "10:raw:" + m + "0017:02:00000000\n" + second1, []func(client){goes(route1, eor)}, ""},
		{"second session", wantEOR + wantB1, []func(client){goes(eor), goes(route1)}, ""},
		{
			"second session late", wantEOR + wantB1,
			[]func(client){goes(eor)},
			"1 messages were right, 1 are missing, the first of them B1:001B:02:0000000018010203",
		},
		{"messages in pieces", want1, []func(client){func(c client) {
			c.greet()
			for _, b := range route1 {
				c.send([]byte{b})
			}
			c.want(alive)
		}}, ""},
		{"no marker in the script", "1:raw:0017:02:00000000\n", []func(client){goes(eor)}, ""},
		{"comments and other kinds", "# 1:raw:00\n1:cmd:announce\n" + wantEOR + "1:json:{}\n", []func(client){goes(eor)}, ""},
		{
			"refresh is answered", want1 + "2:raw:" + m + "0017:02:00000000\n" + refresh3 + "4:raw:" + m + "001B:02:0000000018010204\n",
			[]func(client){func(c client) {
				c.greet()
				c.send(route1)
				c.want(alive)
				c.send(eor)
				c.want(alive)
				c.send(Message(typeRefresh, Hex("00010001")))
				c.want(alive, route1, alive)
				c.send(route2)
				c.want(alive)
			}},
			"",
		},
		{"notification", "1:notification:we: Can\n", []func(client){func(c client) {
			c.greet()
			c.want(Message(3, append([]byte{6, 2, 4}, " can"...)))
			c.send(alive)
			c.want(alive)
		}}, ""},
		{"open inspected", "option:open:inspect-open-message\n1:raw:" + Format(testOpen) + "\n", []func(client){client.greet}, ""},
		{"open not as wanted", "option:open:inspect-open-message\n" + wantEOR, []func(client){client.greet}, "mismatch after 0 right"},
		{"unknown message", "option:open:send-unknown-message\n" + wantEOR, []func(client){func(c client) {
			c.greet()
			c.want(Message(255, nil))
			c.send(eor)
			c.want(alive)
		}}, ""},
		{"default route", "option:update:send-default-route\n" + wantEOR, []func(client){func(c client) {
			c.greet()
			c.want(Hex(`FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 0031 02 0000 0015 40010100 400200 4003047F000001 40050400000064 2000000000`))
			c.send(eor)
			c.want(alive)
		}}, ""},
		{"asn", "option:asn:65000\n" + wantEOR, []func(client){func(c client) {
			c.send(testOpen)
			c.want(Message(typeOpen, Hex(`04 FDE8 00B4 01020304 0C  0206 4104 0000FDE8  0202 0200`)), alive)
			c.send(eor)
			c.want(alive)
		}}, ""},
		{"unknown capability", "option:open:send-unknown-capability\n" + wantEOR, []func(client){func(c client) {
			c.send(testOpen)
			want := Message(typeOpen, Hex(`04 0001 00B4 01020305 1A  0206 4104 00000001  0202 0200  020C 420A 6C6F72656D697073756D`))
			c.want(want, alive)
			c.send(eor)
			c.want(alive)
		}}, ""},
		{"ipv6", "option:bind:ipv6\n" + wantEOR, []func(client){goes(eor)}, ""},
		{"no open", wantEOR, []func(client){func(c client) { c.send(alive) }}, errOpen.Error()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := run(t, tt.script, Options{}, tt.programs...)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("got %v, want success", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// TestPlayExtra: an empty script is over with the first KEEPALIVE or End-of-RIB, and
// nothing else may come.
func TestPlayExtra(t *testing.T) {
	for _, tt := range []struct {
		name    string
		message []byte
		right   bool
	}{
		{"eor", eor, true},
		{"eor of a family", eor6, true},
		{"keepalive", alive, true},
		{"route", route1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := run(t, "", Options{}, func(c client) {
				c.greet()
				c.send(tt.message)
				c.want(alive)
			})
			var mismatch *MismatchError
			if tt.right && err != nil || !tt.right && !errors.As(err, &mismatch) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestPlayOrder: a session that begins before the last message of the one before it is
// judged after that.
func TestPlayOrder(t *testing.T) {
	s, err := ParseScript(t.Name(), "A1:raw:"+hex.EncodeToString(route1)+"\nB1:raw:"+hex.EncodeToString(route2)+"\n")
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	verdict := make(chan error, 1)
	go func() { verdict <- Play(t.Context(), l, s, Options{}) }()
	var sessions [2]client
	for i := range sessions {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		sessions[i] = client{t, conn}
	}
	a, b := sessions[0], sessions[1]
	a.greet()
	b.send(testOpen, route2)
	a.send(route1)
	a.want(alive)
	a.Close()
	if err := <-verdict; err != nil {
		t.Error(err)
	}
}

func TestPlaySignal(t *testing.T) {
	signals := make(chan string, 1)
	o := Options{Signal: func(name string) error { signals <- name; return nil }}
	err := run(t, "1:raw:0017:02:00000000\n2:signal:SIGUSR1\n3:raw:0017:02:00000000\n", o, func(c client) {
		c.greet()
		c.send(eor)
		c.want(alive)
		if got := <-signals; got != "sigusr1" {
			t.Errorf("got signal %q", got)
		}
		c.send(eor)
		c.want(alive)
	})
	if err != nil {
		t.Error(err)
	}
}

func TestPlayStrict(t *testing.T) {
	err := run(t, "option:timeout:0.05\n1:raw:0017:02:00000000\n", Options{Strict: true}, func(c client) {
		c.greet()
		if n, err := c.Read(make([]byte, 1)); err == nil {
			t.Errorf("got %d octets, want the end", n)
		}
	})
	if !errors.Is(err, ErrSilence) {
		t.Errorf("got %v, want %v", err, ErrSilence)
	}
}

// TestMirrorASN4 pins that the peer finds the capability only as the first of a parameter.
func TestMirrorASN4(t *testing.T) {
	joined := Message(typeOpen, Hex(`04 0001 00B4 01020304 0A  0208 0200 4104 00000001`))
	m, err := (&Script{ASN: 65000}).mirror(joined)
	if err != nil {
		t.Fatal(err)
	}
	if got := binary.BigEndian.Uint32(m[len(m)-4:]); got != 1 {
		t.Errorf("got AS %d, want it left alone", got)
	}
}

func TestParseScriptErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\n1:raw":                "x.ci:2: found",
		"x:raw:00":               `expected the number of a group`,
		"1:raw:0":                "odd length",
		"1:what:00":              `unknown kind "what"`,
		"option:what:1":          `unknown option "what"`,
		"option:asn:65536":       "option asn",
		"option:timeout:soon":    "option timeout",
		"option:tcp_connections": "option tcp_connections",
	} {
		if _, err := ParseScript("x.ci", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestHex(t *testing.T) {
	got := Hex("FF:00 a1 # one\n\tB2 // two\n")
	if want := []byte{0xFF, 0, 0xA1, 0xB2}; !bytes.Equal(got, want) {
		t.Errorf("got %X, want %X", got, want)
	}
	if _, err := ParseHex("0"); err == nil {
		t.Error("half an octet was taken")
	}
}

func TestPoisonConn(t *testing.T) {
	here, there := net.Pipe()
	defer here.Close()
	go func() {
		for _, text := range []string{"first", "2nd"} {
			if _, err := io.WriteString(there, text); err != nil {
				t.Error(err)
			}
		}
	}()
	c := PoisonConn{here}
	buffer := make([]byte, 8)
	if _, err := io.ReadFull(c, buffer[:5]); err != nil {
		t.Fatal(err)
	}
	kept := buffer[:5]
	n, err := c.Read(buffer)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept[:n]) != "2nd" || kept[4] != PoisonByte || buffer[7] != PoisonByte {
		t.Errorf("got %q, want what was read before to be poisoned", buffer)
	}
}

func FuzzParseScript(f *testing.F) {
	f.Add("option:file:x.conf\noption:asn:1\nA1:raw:FF:00\nB2:notification:bye\n1:cmd:announce\n")
	f.Add("option:timeout:5\n1:signal:SIGUSR1\n# nothing\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseScript("fuzz", text)
		if err != nil {
			return
		}
		for _, g := range s.Groups() {
			if len(g) == 0 {
				t.Error("an empty group")
			}
		}
	})
}

func FuzzMirror(f *testing.F) {
	f.Add(testOpen, uint16(0), false)
	f.Add(testOpen, uint16(65000), true)
	f.Fuzz(func(t *testing.T, open []byte, asn uint16, unknown bool) {
		m, err := (&Script{ASN: asn, UnknownCapability: unknown}).mirror(open)
		if err == nil && len(m) < len(open) {
			t.Errorf("got %X from %X", m, open)
		}
	})
}
