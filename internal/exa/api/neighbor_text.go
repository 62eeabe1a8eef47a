package api

import (
	"fmt"
	"strings"

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

// appendConfiguration writes a neighbor as its block of a configuration. Deviation:
// settings that are empty are left out, so that it can be read again.
func appendConfiguration(dst []byte, p *Peer) []byte {
	n, s := p.Config, &p.Config.Session
	w := block{dst: dst}
	w.open("neighbor " + addressOf(p))
	w.quoted("description", n.Live.Description)
	w.word("router-id", text(s.RouterID))
	w.word("host-name", s.HostName)
	w.word("domain-name", s.DomainName)
	w.word("local-address", or(text(s.Local), "auto"))
	w.word("source-interface", s.SourceInterface)
	w.word("local-as", as(s.LocalAS))
	w.word("peer-as", as(s.PeerAS))
	w.word("hold-time", fmt.Sprint(int(s.HoldTime.Seconds())))
	if s.RateLimit > 0 {
		w.word("rate-limit", fmt.Sprint(s.RateLimit))
	}
	w.flag("manual-eor", n.Live.ManualEOR)
	w.flag("passive", s.Passive)
	if s.Listen != 0 {
		w.word("listen", number(s.Listen))
	}
	if s.Connect != 0 {
		w.word("connect", number(s.Connect))
	}
	w.flag("group-updates", s.GroupUpdates)
	w.flag("auto-flush", s.AutoFlush)
	w.flag("adj-rib-in", s.AdjRIBIn)
	w.flag("adj-rib-out", s.AdjRIBOut)
	if s.OutgoingTTL != nil {
		w.word("outgoing-ttl", fmt.Sprint(*s.OutgoingTTL))
	}
	if s.IncomingTTL != nil {
		w.word("incoming-ttl", fmt.Sprint(*s.IncomingTTL))
	}
	w.capability(p)
	w.open("family")
	for _, f := range s.Families {
		w.item(f.String())
	}
	w.close()
	w.api(p)
	w.close()
	return w.dst
}

// block writes a configuration with an indent of two.
type block struct {
	dst   []byte
	depth int
}

func (w *block) item(text string) {
	for range w.depth {
		w.dst = append(w.dst, "  "...)
	}
	w.dst = append(append(w.dst, text...), ";\n"...)
}

func (w *block) word(name, value string) {
	if value != "" {
		w.item(name + " " + value)
	}
}

func (w *block) quoted(name, value string) {
	if value != "" {
		w.item(fmt.Sprintf("%s %q", name, value))
	}
}

func (w *block) flag(name string, is bool) { w.item(fmt.Sprintf("%s %t", name, is)) }

func (w *block) open(name string) {
	for range w.depth {
		w.dst = append(w.dst, "  "...)
	}
	w.dst = append(append(w.dst, name...), " {\n"...)
	w.depth++
}

func (w *block) close() {
	w.depth--
	for range w.depth {
		w.dst = append(w.dst, "  "...)
	}
	w.dst = append(w.dst, "}\n"...)
}

func (w *block) capability(p *Peer) {
	c := &p.Config.Session.Capability
	w.open("capability")
	w.item("asn4 " + switched(c.ASN4))
	w.item("route-refresh " + switched(c.RouteRefresh))
	if c.GracefulRestart != nil {
		w.item("graceful-restart " + number(*c.GracefulRestart))
	} else {
		w.item("graceful-restart disable")
	}
	w.item("software-version " + switched(c.SoftwareVersion))
	w.item("nexthop " + switched(c.NextHop))
	switch {
	case c.AddPathSend && c.AddPathReceive:
		w.item("add-path send/receive")
	case c.AddPathSend:
		w.item("add-path send")
	case c.AddPathReceive:
		w.item("add-path receive")
	default:
		w.item("add-path disable")
	}
	w.item("multi-session " + switched(c.MultiSession))
	w.item("operational " + switched(c.Operational))
	w.item("aigp " + switched(c.AIGP))
	w.close()
}

func (w *block) api(p *Peer) {
	for i := range p.Config.API {
		a := &p.Config.API[i]
		w.open("api")
		w.item("processes [ " + strings.Join(a.Processes, " ") + " ]")
		w.close()
	}
}

func switched(is bool) string {
	if is {
		return "enable"
	}
	return "disable"
}

func as(n uint32) string {
	if n == 0 {
		return "auto"
	}
	return number(n)
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}
