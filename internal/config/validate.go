package config

import (
	"errors"
	"fmt"
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Validate reports what keeps a resolved neighbor from working. passive says that
// all peers are passive, whatever the neighbor says.
func (n *Neighbor) Validate(passive bool) error {
	s := &n.Session
	switch {
	case !s.Peer.IsValid():
		return errors.New("incomplete neighbor, missing peer-address")
	case s.Listen != 0 && !s.Local.IsValid():
		return errors.New("incomplete neighbor, missing local-address: listen needs one")
	case !s.RouterID.IsValid():
		return errors.New("incomplete neighbor, missing router-id: only an IPv4 local-address implies one")
	case s.Local.IsValid() && s.Local.Is4() != s.Peer.Addr().Is4():
		return fmt.Errorf("local-address %s and peer-address %s must be of the same family", s.Local, s.appendPeer(nil))
	case s.LocalLinkLocal.IsValid() && !(s.LocalLinkLocal.Is6() && s.LocalLinkLocal.IsLinkLocalUnicast()):
		return fmt.Errorf("local-link-local %s must be an IPv6 link-local address (fe80::/10)", s.LocalLinkLocal)
	case s.MD5Password != "" && s.TCPAO != (TCPAO{}):
		return errors.New("md5-password and tcp-ao are mutually exclusive")
	case s.Capability.Role != bgp.RoleNone && s.LocalAS == s.PeerAS && s.LocalAS != 0:
		return errors.New("role is for neighbors in another AS: local-as and peer-as are the same")
	case !s.Peer.IsSingleIP() && !s.Passive && !passive:
		return fmt.Errorf("the range %s needs passive: only a passive neighbor may have a range as peer-address", s.Peer)
	}
	return nil
}

// Key is what one configuration may not have twice: the name, or with a listener of
// its own peer and port.
func (n *Neighbor) Key() string {
	if n.Session.Listen == 0 {
		return n.Name()
	}
	return fmt.Sprintf("peer-ip %s listen %d", n.Session.appendPeer(nil), n.Session.Listen)
}

// Process returns the process of a name; nil when there is none.
func (c *Config) Process(name string) *Process {
	i := slices.IndexFunc(c.Processes, func(p Process) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return &c.Processes[i]
}

// Serves reports whether the api block gives rights to a process: listed, or
// matched by an expression.
func (a *API) Serves(process string) bool {
	if slices.Contains(a.Processes, process) {
		return true
	}
	for _, re := range a.ProcessesMatch {
		// ExaBGP: re.match, anchored at the start only.
		if at := re.FindStringIndex(process); at != nil && at[0] == 0 {
			return true
		}
	}
	return false
}

// Equal reports whether p starts the same program the same way. How much may wait for it,
// and whether it hears of what it has missed, can be changed while it runs.
func (p *Process) Equal(q *Process) bool {
	same := p.Dialect == nil && q.Dialect == nil || p.Dialect != nil && q.Dialect != nil && *p.Dialect == *q.Dialect
	return same && p.Name == q.Name && p.JSON == q.JSON && p.Respawn == q.Respawn && slices.Equal(p.Run, q.Run)
}
