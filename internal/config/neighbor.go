package config

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/rib"
)

// New returns a neighbor with what holds when nothing is configured.
func New(peer netip.Prefix) *Neighbor {
	return &Neighbor{
		Session: Session{
			Peer:         peer,
			HoldTime:     180 * time.Second,
			GroupUpdates: true,
			AutoFlush:    true,
			AdjRIBIn:     true,
			AdjRIBOut:    true,
			Capability:   Capability{ASN4: true, ExtendedMessage: true},
		},
		Routes: &rib.Routes{},
	}
}

// Name returns ExaBGP's name of the neighbor, its identity for commands and reloads.
func (n *Neighbor) Name() string { return string(n.appendName(nil)) }

func (n *Neighbor) appendName(b []byte) []byte {
	s := &n.Session
	b = s.appendPeer(append(b, "neighbor "...))
	b = append(b, " local-ip "...)
	if s.Local.IsValid() {
		b = s.Local.AppendTo(b)
	} else {
		b = append(b, "auto"...)
	}
	b = appendAS(append(b, " local-as "...), s.LocalAS)
	b = appendAS(append(b, " peer-as "...), s.PeerAS)
	b = append(b, " router-id "...)
	if s.RouterID.IsValid() {
		b = s.RouterID.AppendTo(b)
	}
	b = append(b, " family-allowed "...)
	if !s.Capability.MultiSession {
		return append(b, "in-open"...)
	}
	for i, f := range s.Families {
		if i > 0 {
			b = append(b, '/')
		}
		b = appendFamily(b, f)
	}
	return b
}

// appendPeer appends the address of a host, the prefix of a range.
func (s *Session) appendPeer(b []byte) []byte {
	if s.Peer.IsSingleIP() {
		return s.Peer.Addr().AppendTo(b)
	}
	return s.Peer.AppendTo(b)
}

func appendAS(b []byte, as uint32) []byte {
	if as == 0 {
		return append(b, "auto"...)
	}
	return strconv.AppendUint(b, uint64(as), 10)
}

// appendFamily appends "ipv4-unicast".
func appendFamily(b []byte, f bgp.Family) []byte {
	start := len(b)
	b = f.AppendText(b)
	for i := start; i < len(b); i++ {
		if b[i] == ' ' {
			b[i] = '-'
			break
		}
	}
	return b
}

// Resolve fills in what follows from other settings: router-id and md5-ip from
// the local address, adj-rib-out from route-refresh, the graceful restart time
// from the hold time, the families from their default.
func (n *Neighbor) Resolve() {
	s := &n.Session
	if !s.RouterID.IsValid() && s.Local.Is4() {
		s.RouterID = s.Local
	}
	switch {
	case !s.Local.IsValid():
		s.MD5IP = netip.Addr{}
	case !s.MD5IP.IsValid():
		s.MD5IP = s.Local
	}
	if s.Capability.RouteRefresh {
		s.AdjRIBOut = true
	}
	if t := s.Capability.GracefulRestart; t != nil && *t == 0 {
		hold := uint16(min(s.HoldTime/time.Second, maxRestartTime))
		s.Capability.GracefulRestart = &hold
	}
	if len(s.Families) == 0 {
		s.Families = bgp.DefaultFamilies()
	}
}

// maxRestartTime is what the twelve bits of the capability hold (RFC 4724 §3).
const maxRestartTime = 4095
