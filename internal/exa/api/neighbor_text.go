package api

import (
	"fmt"

	"github.com/herald-bgp/herald/internal/bgp"
)

// sheet writes what "show neighbor extensive" shows of a neighbor. ExaBGP: margins
// and empty lines differ by version; rows end in blanks.
type sheet struct {
	dst  []byte
	head string // before a heading
	row  string // before a row
}

func newSheet(dst []byte, d bgp.Dialect) *sheet {
	switch d {
	case bgp.Dialect5:
		return &sheet{dst: dst, head: "\n    ", row: "   "}
	case bgp.Dialect42:
		return &sheet{dst: dst, head: "\n  ", row: "   "}
	case bgp.Dialect4, bgp.Dialect6:
	}
	return &sheet{dst: dst, head: "    ", row: "    "}
}

func (s *sheet) heading(columns string) {
	s.dst = append(append(append(s.dst, s.head...), columns...), '\n')
}

func (s *sheet) line(name string, values ...string) {
	s.dst = fmt.Appendf(append(s.dst, s.row...), "%-20s", name)
	for i := range 3 {
		v := ""
		if i < len(values) {
			v = values[i]
		}
		s.dst = fmt.Appendf(s.dst, " %15s", v)
	}
	s.dst = append(s.dst, '\n')
}

func (c *Client) appendExtensive(dst []byte, p *Peer) []byte {
	status := p.Status()
	local, peer := sides(p, &status)
	s := newSheet(append(append(append(dst, "Neighbor "...), addressOf(p)...), '\n'), c.dialect)
	s.heading("Session                        Local")
	s.line("local", local.addr)
	s.line("state", status.State)
	if status.Up() {
		s.line("up for", clock(status.Duration))
	} else {
		s.line("down for", clock(status.Duration))
	}
	s.heading("Setup                          Local          Remote")
	s.line("AS", number(local.as), number(peer.as))
	s.line("ID", local.id, known(peer.known, peer.id))
	s.line("hold-time", number(local.hold), known(peer.known, number(peer.hold)))
	s.heading("Capability                     Local          Remote")
	for i := range capabilityTable {
		r := &capabilityTable[i]
		s.line(r.name+":", enabled(local.capability(r)), known(peer.known, enabled(peer.known && peer.capability(r))))
	}
	s.heading("Families                       Local          Remote        Add-Path")
	for _, f := range local.families {
		s.line(f.String()+":", "enabled", known(peer.known, enabled(peer.family(f))), addPath(&status, f))
	}
	s.heading("Message Statistic               Sent        Received")
	sent, received := &status.Sent, &status.Received
	s.line("open:", number(sent.Open), number(received.Open))
	s.line("notification:", number(sent.Notification), number(received.Notification))
	s.line("keepalive:", number(sent.Keepalive), number(received.Keepalive))
	s.line("update:", number(sent.Update), number(received.Update))
	s.line("refresh:", number(sent.Refresh), number(received.Refresh))
	s.line("total:", number(sent.total()), number(received.total()))
	if c.dialect.Main() {
		s.heading("Prefix Statistic")
		s.line("received:", number(status.Prefixes.Received))
		s.line("withdrawn:", number(status.Prefixes.Withdrawn))
	}
	return s.dst
}

func number[T uint16 | uint32 | uint64](v T) string { return fmt.Sprint(v) }

// known is what is not known while there is no session.
func known(is bool, v string) string {
	if !is {
		return "n/a"
	}
	return v
}

func enabled(is bool) string {
	if is {
		return "enabled"
	}
	return "disabled"
}

// addPath says in which direction path identifiers were negotiated for a family.
func addPath(s *PeerStatus, f bgp.Family) string {
	if s.Negotiated == nil {
		return "disabled"
	}
	switch send, receive := s.Negotiated.SendsPathID(f), s.Negotiated.ReceivesPathID(f); {
	case send && receive:
		return "send/receive"
	case send:
		return "send"
	case receive:
		return "receive"
	}
	return "disabled"
}
