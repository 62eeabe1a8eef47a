package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// client is the other end of a daemon's line interface.
type client struct {
	where string // the path of the socket or pipe
	r     *bufio.Reader
	w     io.Writer
	conns []patientConn
}

// patientConn is a connection whose reads end at some time.
type patientConn interface {
	io.Closer
	SetReadDeadline(t time.Time) error
}

// silence is how long nothing may come while an answer is due.
const silence = 5 * time.Second

// syncSilence is the same where the daemon waits for peers: longer than it does.
const syncSilence = 65 * time.Second

var (
	errSilent = errors.New("the daemon does not answer")
	errLost   = errors.New("the daemon has closed the connection")
)

// dialSocket connects to a daemon's socket.
func dialSocket(path string) (*client, error) {
	conn, err := net.Dial("unix", path)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to %s: %w", path, errnoOf(err))
	}
	return &client{where: path, r: bufio.NewReader(conn), w: conn, conns: []patientConn{conn}}, nil
}

// dialFirst connects to the first of several sockets that a daemon listens at. The error
// is that of the first one; nil, as the client, when there is none.
func dialFirst(paths []string) (*client, error) {
	var first error
	for _, path := range paths {
		c, err := dialSocket(path)
		if err == nil {
			return c, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// openPipes opens a daemon's named pipes, and passes over what an earlier client left.
func openPipes(in, out string) (*client, error) {
	// For both directions, so that the pipe has no end when the daemon closes it.
	r, err := os.OpenFile(out, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	w, err := os.OpenFile(in, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		r.Close()
		if errors.Is(err, syscall.ENXIO) {
			return nil, fmt.Errorf("no daemon reads %s", in)
		}
		return nil, err
	}
	c := &client{where: in, r: bufio.NewReader(r), w: w, conns: []patientConn{r, w}}
	c.drain(r)
	return c, nil
}

func (c *client) drain(r *os.File) {
	_ = r.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, _ = io.Copy(io.Discard, c.r)
	_ = r.SetReadDeadline(time.Time{})
	c.r.Reset(r)
}

func (c *client) Close() {
	for _, conn := range c.conns {
		conn.Close()
	}
}

// errnoOf is what the kernel said, without what Go wraps around it.
func errnoOf(err error) error {
	if n, ok := errors.AsType[syscall.Errno](err); ok {
		return n
	}
	return err
}

// send gives a command.
func (c *client) send(command string) error {
	if _, err := io.WriteString(c.w, command+"\n"); err != nil {
		return errLost
	}
	return nil
}

// answer calls line with each line of the answer, until "done", "error" or
// "shutdown", which it returns.
func (c *client) answer(patience time.Duration, line func(string)) (string, error) {
	for {
		if err := c.conns[0].SetReadDeadline(time.Now().Add(patience)); err != nil {
			return "", errLost
		}
		text, err := c.r.ReadString('\n')
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return "", errSilent
		case err != nil:
			return "", errLost
		}
		text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
		if end := endOf(text); end != "" {
			return end, nil
		}
		line(text)
	}
}

// endOf returns the word of a line that ends an answer, as text, perhaps with an
// identifier, or as an object.
func endOf(line string) string {
	if word, _, ok := strings.Cut(line, " @"); ok && (word == "done" || word == "error") {
		return word
	}
	if line == "shutdown" {
		return line
	}
	done, ok := answerOf(line)
	switch {
	case !ok:
		return ""
	case done:
		return "done"
	}
	return "error"
}

// do gives a command and returns its answer: lines, and the word that ended it.
func (c *client) do(command string, line func(string)) (string, error) {
	if err := c.send(command); err != nil {
		return "", err
	}
	patience := silence
	if words := strings.Fields(command); len(words) > 0 && words[len(words)-1] == "sync" {
		patience = syncSilence
	}
	return c.answer(patience, line)
}

// transport is how a client reaches the daemon.
type transport struct {
	pipe, socket bool // one of them must be it
	name         string
}

// connect finds the daemon: its socket, else its named pipes.
func (a *app) connect(t *transport) (*client, error) {
	s, err := a.loadSettings()
	if err != nil {
		return nil, err
	}
	m := a.meeting(s)
	if t.name != "" {
		m.pipe, m.socketNamed = t.name, t.name
	}
	pipe, socket := t.pipe, t.socket
	if v, _ := a.env.get("exabgp_cli_transport"); !pipe && !socket {
		pipe, socket = v == "pipe", v == "socket"
	}
	if !pipe {
		c, err := dialFirst(m.sockets())
		if c != nil {
			return c, nil
		}
		if in, _ := m.pipes(); err != nil && (socket || in == "") {
			return nil, err
		}
	}
	if !socket {
		if in, out := m.pipes(); in != "" {
			return openPipes(in, out)
		}
	}
	return nil, m.notFound(pipe, socket)
}

// notFound says what was looked for, and where.
func (m *meeting) notFound(pipe, socket bool) error {
	what := fmt.Sprintf("neither a socket (%s.sock) nor named pipes (%s.in, %s.out) of a daemon were found", m.socketNamed, m.pipe, m.pipe)
	switch {
	case pipe:
		what = fmt.Sprintf("no named pipes (%s.in, %s.out) of a daemon were found", m.pipe, m.pipe)
	case socket:
		what = fmt.Sprintf("no socket (%s.sock) of a daemon was found", m.socketNamed)
	}
	if path, _ := m.namedSocket(); path != "" && !pipe {
		return fmt.Errorf("%s: exabgp_api_socketpath or exabgp_cli_socket says %s", what, path)
	}
	return fmt.Errorf("%s, in these folders:\n - %s", what, strings.Join(m.folders(), "\n - "))
}
