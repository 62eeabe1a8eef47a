package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/herald-bgp/herald/internal/daemon"
)

// meeting is where daemon and operators look for each other: the same rules for both.
type meeting struct {
	env         environment
	root        string // see rootFolder
	uid         int
	pipe        string // api.pipename
	socketNamed string // api.socketname
}

func (a *app) meeting(s *settings) *meeting {
	return &meeting{
		env: a.env, root: rootFolder(a.env, a.argv0), uid: os.Getuid(),
		pipe: s.api.pipename, socketNamed: s.api.socketname,
	}
}

// folders are those that are looked through, in order. ExaBGP: these, but for the
// last, which is where systemd gives users a folder.
func (m *meeting) folders() []string {
	var out []string
	for _, root := range []string{"", m.root} {
		for _, run := range []string{"/run", "/var/run"} {
			run = root + run
			out = append(out, run+"/exabgp", fmt.Sprintf("%s/%d", run, m.uid), run)
		}
		if m.root == "" {
			break
		}
	}
	return append(out, fmt.Sprintf("/run/user/%d", m.uid))
}

func isKind(path string, kind fs.FileMode) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&fs.ModeType == kind
}

// namedSocket returns the path that a variable gives to the socket. Off is whether a
// variable says that there is none.
func (m *meeting) namedSocket() (path string, off bool) {
	if v, ok := m.env.get("exabgp_api_socketpath"); ok && v != "" {
		return v, false
	}
	switch v, ok := m.env.get("exabgp_cli_socket"); {
	case !ok:
		return "", false
	case v == "":
		return "", true
	default:
		return filepath.Join(v, m.socketNamed+".sock"), false
	}
}

// sockets returns the paths of the sockets that are there, in the order of the folders:
// another user may have one, and a daemon that is gone may have left one.
func (m *meeting) sockets() []string {
	switch path, off := m.namedSocket(); {
	case path != "":
		return []string{path}
	case off:
		return nil
	}
	var out []string
	for _, dir := range m.folders() {
		if path := filepath.Join(dir, m.socketNamed+".sock"); isKind(path, fs.ModeSocket) {
			out = append(out, path)
		}
	}
	return out
}

// pipes returns the named pipes that are there; "" for none.
func (m *meeting) pipes() (in, out string) {
	folders := m.folders()
	if v, ok := m.env.get("exabgp_cli_pipe"); ok && v != "" {
		folders = []string{v}
	}
	for _, dir := range folders {
		in, out := filepath.Join(dir, m.pipe+".in"), filepath.Join(dir, m.pipe+".out")
		if isKind(in, fs.ModeNamedPipe) && isKind(out, fs.ModeNamedPipe) {
			return in, out
		}
	}
	return "", ""
}

// control says where the daemon lets operators in.
func (a *app) control(s *settings, log *slog.Logger) (*daemon.Control, error) {
	m := a.meeting(s)
	c := &daemon.Control{Mode: fs.FileMode(s.api.socketmode), UID: -1, GID: -1}
	if !s.api.cli {
		return c, nil
	}
	if v, ok := a.env.get("exabgp_api_max_clients"); ok && v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("invalid value for exabgp_api_max_clients: '%s', expected a number", v)
		}
		c.Max = n
	}
	if m.uid == 0 {
		c.UID, c.GID, _ = lookUp(s.daemon.user)
	}
	if s.api.socketgroup != "" {
		g, err := user.LookupGroup(s.api.socketgroup)
		if err != nil {
			return nil, fmt.Errorf("invalid value for api.socketgroup: '%s', expected a group", s.api.socketgroup)
		}
		if c.GID, err = strconv.Atoi(g.Gid); err != nil {
			return nil, err
		}
	}
	c.In, c.Out = m.pipes()
	var off bool
	if c.Socket, off = m.namedSocket(); c.Socket == "" && !off {
		c.Socket = m.newSocket(c)
	}
	if c.Socket == "" {
		if !off && c.In == "" {
			log.Warn("no client can connect: there is no folder to put a socket or named pipes into", "folders", m.folders())
		}
		return c, nil
	}
	var err error
	c.Socket, err = filepath.Abs(c.Socket)
	return c, err
}

// newSocket returns where a new socket goes: where one is already that we may replace,
// else the first folder that we may write to. ExaBGP: the last resort is made. Deviation: root makes
// /run/exabgp, which daemon.user owns.
func (m *meeting) newSocket(c *daemon.Control) string {
	for _, path := range m.sockets() {
		if unix.Access(filepath.Dir(path), unix.W_OK) == nil {
			return path
		}
	}
	name := m.socketNamed + ".sock"
	if m.uid == 0 {
		const dir = "/run/exabgp"
		if err := os.Mkdir(dir, 0o750); err == nil {
			_ = os.Chown(dir, c.UID, c.GID) // otherwise it stays root's
			_ = os.Chmod(dir, 0o750)        // whatever the umask
		} else if !errors.Is(err, fs.ErrExist) {
			return ""
		}
		return filepath.Join(dir, name)
	}
	for _, dir := range m.folders() {
		if unix.Access(dir, unix.W_OK) == nil {
			return filepath.Join(dir, name)
		}
	}
	dir := filepath.Join(m.root, "run")
	if m.root == "" || os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return filepath.Join(dir, name)
}
