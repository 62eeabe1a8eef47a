package bgptest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"time"
)

// Options is what a script leaves to who plays it. The zero value has no signals
// and no limit but the context's.
type Options struct {
	// Signal sends a signal to the program under test; its name is in lower case, "sigusr1".
	Signal func(name string) error

	// Strict ends the play when a message does not come within the script's timeout,
	// as ExaBGP's own peer does.
	Strict bool

	// Log is told each message as it comes and goes; nil for none.
	Log func(format string, args ...any)
}

// MismatchError is a message that the script does not expect.
type MismatchError struct {
	Got   []byte   // the whole message
	Want  [][]byte // one of these; none when nothing was expected any more
	Right int      // messages that were right before
}

func (e *MismatchError) Error() string {
	if len(e.Want) == 0 {
		return fmt.Sprintf("extra message after %d right: %s", e.Right, Format(e.Got))
	}
	var others string
	if n := len(e.Want) - 1; n > 0 {
		others = fmt.Sprintf(" or %d others", n)
	}
	return fmt.Sprintf("mismatch after %d right: got %s, wanted %s%s", e.Right, Format(e.Got), Format(nearest(e.Got, e.Want)), others)
}

// MissingError is a play that ended with its context, before all had come.
type MissingError struct {
	Missing string // what has not come
	Cause   error
}

func (e *MissingError) Error() string { return e.Missing }

// Unwrap returns the cause of the context's end.
func (e *MissingError) Unwrap() error { return e.Cause }

// nearest returns the message that has the longest beginning in common with got.
func nearest(got []byte, want [][]byte) []byte {
	return slices.MaxFunc(want, func(a, b []byte) int { return common(got, a) - common(got, b) })
}

func common(a, b []byte) int {
	// The length differs first; it says nothing about how near two messages are.
	const skip = markerLen + 2
	n := min(len(a), len(b))
	for i := skip; i < n; i++ {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// ErrSilence is a Strict play that waited too long for a message.
var ErrSilence = errors.New("no message for too long")

// errDone is the cause that ends a play whose expectations have all come.
var errDone = errors.New("done")

// Play accepts sessions on l and plays the script. It returns nil as soon as all
// that the script expects has come, an error when something else came, and when ctx
// ends what is missing. It closes l and all sessions, without a NOTIFICATION.
//
// A session is read to its end before the next one, which may have begun meanwhile:
// so messages are judged in the order in which the program wrote them.
func Play(ctx context.Context, l net.Listener, s *Script, o Options) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := &play{script: s, options: o, groups: s.Groups(), end: cancel}
	if p.options.Log == nil {
		p.options.Log = func(string, ...any) {}
	}

	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	for ctx.Err() == nil {
		conn, err := l.Accept()
		if err != nil {
			cancel(err) // no-op when something else has ended the play
			break
		}
		p.session(ctx, conn)
	}

	err := context.Cause(ctx)
	if errors.Is(err, errDone) {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &MissingError{Missing: p.missing(), Cause: err}
	}
	return err
}

// play is a script being played.
type play struct {
	script  *Script
	options Options
	end     context.CancelCauseFunc

	groups [][]Line // what is expected, the current group first; none of them is empty
	right  int
	seen   [][]byte // UPDATEs, to be sent back after a ROUTE-REFRESH
}

// session plays one connection until it ends.
func (p *play) session(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	p.options.Log("session from %s", conn.RemoteAddr())

	greeted := false
	for {
		m, err := p.read(conn)
		if err != nil {
			if errors.Is(err, ErrSilence) {
				p.end(fmt.Errorf("%w: %s", err, p.missing()))
			}
			p.options.Log("session from %s is over: %v", conn.RemoteAddr(), err)
			return // another one may bring the rest
		}
		p.options.Log("got  %s", Format(m))
		answer := p.message
		if !greeted {
			answer, greeted = p.open, true
		}
		if err := answer(conn, m); err != nil {
			p.end(err)
			return
		}
	}
}

// read returns the next message. A length that cannot be is left to the comparison.
func (p *play) read(conn net.Conn) ([]byte, error) {
	if p.options.Strict {
		conn.SetReadDeadline(time.Now().Add(p.script.Timeout))
	}
	m := make([]byte, headerLen)
	_, err := io.ReadFull(conn, m)
	if err == nil {
		body := max(0, int(binary.BigEndian.Uint16(m[markerLen:]))-headerLen)
		m = append(m, make([]byte, body)...)
		_, err = io.ReadFull(conn, m[headerLen:])
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = ErrSilence
	}
	return m, err
}

// send writes messages, all in one write: a busy machine may put any time between two.
// That the program has gone shows when it is read from.
func (p *play) send(conn net.Conn, messages ...[]byte) {
	for _, m := range messages {
		p.options.Log("sent %s", Format(m))
	}
	if _, err := conn.Write(slices.Concat(messages...)); err != nil {
		p.options.Log("session from %s: %v", conn.RemoteAddr(), err)
	}
}

// open answers the first message of a session.
func (p *play) open(conn net.Conn, m []byte) error {
	mirrored, err := p.script.mirror(m)
	if err != nil {
		return err
	}
	p.send(conn, mirrored)
	p.send(conn, p.greeting()...)
	if p.script.InspectOpen {
		return p.judge(conn, m)
	}
	return p.act(conn, m[:0])
}

// greeting is the KEEPALIVE and what follows it unasked: a program that waits a
// moment for that must find it there.
func (p *play) greeting() [][]byte {
	messages := [][]byte{Message(typeKeepalive, nil)}
	if p.script.UnknownMessage {
		messages = append(messages, Message(255, nil))
	}
	if p.script.DefaultRoute {
		messages = append(messages, Message(typeUpdate, Hex(`
			0000 0015            # no withdrawn routes, 21 octets of attributes
			400101 00            # ORIGIN igp
			400200               # AS_PATH empty
			400304 7F000001      # NEXT_HOP 127.0.0.1
			400504 00000064      # LOCAL_PREF 100
			20 00000000          # 0.0.0.0/32
		`)))
	}
	return messages
}

// message answers a later message of a session.
func (p *play) message(conn net.Conn, m []byte) error {
	p.send(conn, Message(typeKeepalive, nil))
	if kind(m) == typeKeepalive { // always right, and never one that was expected
		return p.completed()
	}
	return p.judge(conn, m)
}

func kind(m []byte) byte { return m[headerLen-1] }

// isEOR: ExaBGP takes any UPDATE of these sizes for an End-of-RIB.
func isEOR(m []byte) bool {
	return kind(m) == typeUpdate && (len(m) == headerLen+4 || len(m) == headerLen+11)
}

// judge compares m with what the current group expects.
func (p *play) judge(conn net.Conn, m []byte) error {
	if len(p.groups) == 0 {
		if isEOR(m) {
			return errDone
		}
		return &MismatchError{Got: m, Right: p.right}
	}
	group := p.groups[0]
	i := slices.IndexFunc(group, func(l Line) bool { return l.Kind == Raw && matches(l.Octets, m) })
	if i < 0 {
		e := &MismatchError{Got: m, Right: p.right}
		for _, l := range group {
			e.Want = append(e.Want, l.Octets)
		}
		return e
	}
	p.drop(i)
	p.right++
	if kind(m) == typeUpdate && !isEOR(m) {
		p.seen = append(p.seen, m)
	}
	if err := p.act(conn, m); err != nil {
		return err
	}
	return p.completed()
}

// matches: the marker is compared only where the script has one.
func matches(want, m []byte) bool {
	if !bytes.HasPrefix(want, m[:markerLen]) && !bytes.HasPrefix(want, bytes.Repeat([]byte{0xFF}, markerLen)) {
		m = m[markerLen:]
	}
	return bytes.Equal(want, m)
}

func (p *play) completed() error {
	if len(p.groups) == 0 {
		return errDone
	}
	return nil
}

// drop takes line i out of the current group, and the group away when it is empty.
func (p *play) drop(i int) {
	p.groups[0] = slices.Delete(p.groups[0], i, i+1)
	if len(p.groups[0]) == 0 {
		p.groups = p.groups[1:]
	}
}

// act does what is due after a right message m: at most one signal, then at most one
// NOTIFICATION, then the answer to a ROUTE-REFRESH.
func (p *play) act(conn net.Conn, m []byte) error {
	if text, due := p.due(Signal); due {
		p.options.Log("signal %s", text)
		if p.options.Signal == nil {
			return fmt.Errorf("no way to send signal %s", text)
		}
		if err := p.options.Signal(text); err != nil {
			return fmt.Errorf("signal %s: %w", text, err)
		}
	}
	if text, due := p.due(Notify); due {
		p.send(conn, Message(3, slices.Concat([]byte{6, 2, byte(len(text))}, []byte(text))))
	}
	if len(m) > 0 && kind(m) == typeRefresh {
		p.send(conn, p.seen...)
		p.send(conn, Message(typeKeepalive, nil))
	}
	return nil
}

// due takes the first line of the current group when it is an action of this kind.
func (p *play) due(k Kind) (text string, due bool) {
	if len(p.groups) == 0 || p.groups[0][0].Kind != k {
		return "", false
	}
	text = p.groups[0][0].Text
	p.drop(0)
	return text[:min(len(text), 255)], true
}

// missing says what has not come yet.
func (p *play) missing() string {
	if len(p.groups) == 0 {
		return fmt.Sprintf("all %d messages were right, but no KEEPALIVE came after them", p.right)
	}
	n := 0
	for _, g := range p.groups {
		n += len(g)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d messages were right, %d are missing, the first of them %s", p.right, n, p.groups[0][0])
	return b.String()
}

// String gives a line as short as it can be recognised.
func (l Line) String() string {
	if l.Kind == Raw {
		return fmt.Sprintf("%c%d:%s", l.Session, l.Number, Format(l.Octets))
	}
	return fmt.Sprintf("%c%d:%s:%s", l.Session, l.Number, l.Kind, l.Text)
}
