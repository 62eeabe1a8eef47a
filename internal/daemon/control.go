package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"

	"github.com/herald-bgp/herald/internal/helper"
)

// Control is where operators give commands. The zero value is nowhere.
type Control struct {
	Socket   string      // path; "" for none
	Mode     fs.FileMode // of the socket: who may write to it may command
	UID, GID int         // owner of the socket; -1 leaves it
	Max      int         // clients at once; 0: as many as are usual

	In, Out string // named pipes, which must exist; "" for none
}

// operator is the name that operators have, whichever way they come: what one has
// announced, another withdraws.
const operator = "api-internal-cli"

// openControl makes the operators' entrance, and opens the socket. One that cannot be
// opened is no reason not to start: another daemon may have it.
func (d *Daemon) openControl() {
	c := &d.cfg.Control
	log := d.cfg.Logger.With("source", "cli")
	d.operators = helper.NewOperators(helper.OperatorsConfig{
		Log: log, Max: c.Max,
		Attach: func(o *helper.Outbuf) helper.Lines { return d.hub.Operator(operator, o) },
	})
	if c.Socket == "" {
		return
	}
	l, err := c.listen()
	if err != nil {
		log.Error("no client can connect", "socket", c.Socket, "error", err)
		return
	}
	log.Info("clients may connect", "socket", c.Socket)
	d.operators.Listen(l)
}

// openPipes serves the named pipes. ExaBGP: as the user that the daemon has become.
func (d *Daemon) openPipes() {
	c := &d.cfg.Control
	if c.In == "" {
		return
	}
	log := d.cfg.Logger.With("source", "cli")
	if err := d.operators.Pipes(c.In, c.Out); err != nil {
		log.Error("the named pipes are not served", "error", err)
		return
	}
	log.Info("commands are read from a named pipe", "in", c.In, "out", c.Out)
}

// listen opens the socket. It takes the place of one that nobody listens to any more.
func (c *Control) listen() (net.Listener, error) {
	if err := clearPath(c.Socket); err != nil {
		return nil, err
	}
	l, err := net.Listen("unix", c.Socket)
	if err != nil {
		if len(c.Socket) >= len(syscall.RawSockaddrUnix{}.Path) {
			return nil, fmt.Errorf("the path of a socket has at most %d octets", len(syscall.RawSockaddrUnix{}.Path)-1)
		}
		return nil, errno(err)
	}
	// Until here the umask is all that keeps others out.
	err = os.Chown(c.Socket, c.UID, c.GID)
	if err == nil {
		err = os.Chmod(c.Socket, c.Mode)
	}
	if err != nil {
		return nil, errors.Join(errno(err), l.Close())
	}
	return l, nil
}

// clearPath removes a socket that nobody listens to.
func clearPath(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return cause(err)
	case info.Mode()&fs.ModeSocket == 0:
		return errors.New("there is something else of that name")
	}
	conn, err := net.Dial("unix", path)
	if err == nil {
		conn.Close()
		return errors.New("another daemon listens there")
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return errno(err)
	}
	return os.Remove(path)
}

// errno is what the kernel said, without what Go wraps around it.
func errno(err error) error {
	if n, ok := errors.AsType[syscall.Errno](err); ok {
		return n
	}
	return err
}
