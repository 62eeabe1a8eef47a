package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/exa/conf"
)

// showNeighbor shows neighbors, whoever asks: all, those of a selector, or that of an
// address before or behind the word for how.
func showNeighbor(c *Client) error {
	how, filter := "", ""
	for c.cur.More() {
		switch w := c.cur.Word(); w {
		case "summary", "extensive", "configuration":
			how = strings.Clone(w)
		default:
			if !isAddress(w) && !c.wantsJSON() {
				return c.unexpectedWord(w, "summary", "extensive", "configuration", "an address")
			}
			filter = strings.Clone(w)
		}
	}
	peers := c.hub.daemon.Peers(nil).List
	if c.to != nil {
		peers = c.to.peers
	}
	if isAddress(filter) && filter != "*" {
		peers = only(peers, filter)
	}
	switch {
	case how == "configuration" && c.mode.json:
		return c.configurationJSON(peers)
	case c.wantsJSON():
		c.neighborJSON(peers)
	case how == "summary":
		c.neighborSummary(peers)
	case how == "extensive":
		for _, p := range peers {
			c.text(func(dst []byte) []byte { return c.appendExtensive(dst, p) })
		}
	case how == "configuration":
		for _, p := range peers {
			c.text(func(dst []byte) []byte { return conf.AppendNeighbor(dst, p.Config) })
		}
	case c.dialect.Main():
		c.say("usage: peer <ip> show [summary|extensive|configuration]")
	default:
		c.say("please specify summary, extensive or configuration")
		c.say("you can filter by peer ip address adding it after the word neighbor")
	}
	return nil
}

// configurationJSON answers the settings of neighbors by name, as an export of the
// configuration has them but for routes, one line.
//
// Deviation: in ExaBGP it is the answer without the word configuration.
func (c *Client) configurationJSON(peers []*Peer) error {
	all := conf.Object{}
	for _, p := range peers {
		all[p.Config.Name()] = conf.ExportNeighbor(p.Config)
	}
	line, err := json.Marshal(all)
	if err != nil {
		return err
	}
	c.text(func(dst []byte) []byte { return append(append(dst, line...), '\n') })
	return nil
}

func only(peers []*Peer, address string) []*Peer {
	var out []*Peer
	for _, p := range peers {
		if addressOf(p) == address {
			out = append(out, p)
		}
	}
	return out
}

// listPeers names all peers, in JSON.
func listPeers(c *Client) error {
	c.answers.Text(func(dst []byte) []byte {
		dst = append(dst, '[')
		for i, p := range c.hub.daemon.Peers(nil).List {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			s := p.Status()
			dst = fmt.Appendf(dst, `{"peer-address": "%s", "peer-as": %d, "state": "%s"}`,
				addressOf(p), p.Config.Session.PeerAS, s.State)
		}
		return append(dst, "]\n"...)
	})
	return nil
}

// neighborSummary writes the table of neighbors. ExaBGP: the head of the fourth
// column is not above it.
func (c *Client) neighborSummary(peers []*Peer) {
	const head = "Peer            AS        up/down state       |     #sent     #recvd"
	if c.dialect.Main() {
		c.say(head + "    #pfx_in")
	} else {
		c.say(head)
	}
	for _, p := range peers {
		s := p.Status()
		since := "down"
		if s.Up() {
			since = clock(s.Duration)
		}
		c.text(func(dst []byte) []byte {
			dst = fmt.Appendf(dst, "%-15s %-7d %9s %-12s %10d %10d",
				addressOf(p), p.Config.Session.PeerAS, since, strings.ToLower(s.State), s.Sent.Update, s.Received.Update)
			if c.dialect.Main() {
				dst = fmt.Appendf(dst, " %10d", s.Prefixes.Received)
			}
			return append(dst, '\n')
		})
	}
}

// clock writes a duration as Python does: "1 day, 2:03:04".
func clock(d time.Duration) string {
	s := int64(d / time.Second)
	text := fmt.Sprintf("%d:%02d:%02d", s/3600%24, s/60%60, s%60)
	switch days := s / 86400; {
	case days == 1:
		text = "1 day, " + text
	case days > 1:
		text = strconv.FormatInt(days, 10) + " days, " + text
	}
	return text
}

// total counts all messages.
func (m *Messages) total() uint64 {
	return m.Open + m.Notification + m.Keepalive + m.Update + m.Refresh
}

// side is what one side of a session has announced, or would.
type side struct {
	known    bool
	as       uint32
	id, addr string
	hold     uint16
	has      func(bgp.CapCode) bool
	families []bgp.Family
	addPath  func(bgp.Family) bool
}

// capabilityRow is a capability that ExaBGP shows: on when one of the codes is there.
type capabilityRow struct {
	name  string
	codes [2]bgp.CapCode
}

// sides returns what both sides of a neighbor announce: ours from the configuration
// while nothing has been sent.
func sides(p *Peer, s *PeerStatus) (local, peer side) {
	cfg := &p.Config.Session
	local = side{
		known: true, as: cfg.LocalAS, id: text(cfg.RouterID), addr: text(cfg.Local), hold: uint16(cfg.HoldTime / time.Second),
		families: cfg.Families,
	}
	if n := s.Negotiated; n != nil && n.Self.Local.IsValid() {
		local.addr = n.Self.Local.String()
	}
	configured := configuredCapabilities(p)
	local.has = func(c bgp.CapCode) bool { return configured[c] }
	local.addPath = func(bgp.Family) bool { return cfg.Capability.AddPathSend || cfg.Capability.AddPathReceive }
	if s.Local != nil {
		local.has = s.Local.Has
	}
	peer = side{as: cfg.PeerAS, addr: addressOf(p)}
	if o := s.Peer; o != nil && s.Up() {
		peer.known, peer.id, peer.hold, peer.has = true, text(o.ID), o.HoldTime, o.Has
		if as := o.ASN(); as != 0 {
			peer.as = as
		}
		if n := s.Negotiated; n != nil {
			peer.families = n.Families
			peer.addPath = func(f bgp.Family) bool { return n.SendsPathID(f) || n.ReceivesPathID(f) }
		}
	}
	return local, peer
}

// configuredCapabilities are those that the OPEN will have.
func configuredCapabilities(p *Peer) map[bgp.CapCode]bool {
	c := &p.Config.Session.Capability
	return map[bgp.CapCode]bool{
		bgp.CapASN4: c.ASN4, bgp.CapRouteRefresh: c.RouteRefresh, bgp.CapMultiSession: c.MultiSession,
		bgp.CapOperational: c.Operational, bgp.CapAddPath: c.AddPathSend || c.AddPathReceive,
		bgp.CapExtendedMessage: c.ExtendedMessage, bgp.CapGracefulRestart: c.GracefulRestart != nil,
	}
}

func (s *side) capability(r *capabilityRow) bool {
	return s.has(r.codes[0]) || r.codes[1] != 0 && s.has(r.codes[1])
}

func (s *side) family(f bgp.Family) bool {
	return slices.Contains(s.families, f)
}

type stringer interface {
	IsValid() bool
	String() string
}

// text writes an address; nothing for the zero one.
func text(a stringer) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}
