package api

import (
	"fmt"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
)

// appendConfiguration writes a neighbor as its block of a configuration. Deviation:
// settings that are empty are left out, and others that ExaBGP does not show are there
// when they are not as usual, so that it can be read again: all but passwords with
// what they belong to, messages to begin with, and the routes.
func appendConfiguration(dst []byte, p *Peer) []byte {
	n, s := p.Config, &p.Config.Session
	w := block{dst: dst}
	w.open("neighbor " + addressOf(p))
	if n.Live.Description != "" {
		w.item("description " + quote(n.Live.Description))
	}
	w.word("router-id", text(s.RouterID))
	w.word("host-name", s.HostName)
	w.word("domain-name", s.DomainName)
	w.word("local-address", or(text(s.Local), "auto"))
	w.word("local-link-local", text(s.LocalLinkLocal))
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
	if s.MD5IP != s.Local {
		w.word("md5-ip", text(s.MD5IP))
	}
	w.capability(&s.Capability)
	w.families(s)
	for i := range n.API {
		w.api(&n.API[i])
	}
	w.close()
	return w.dst
}

// block writes a configuration with an indent of two.
type block struct {
	dst   []byte
	depth int
}

func (w *block) indent() {
	for range w.depth {
		w.dst = append(w.dst, "  "...)
	}
}

func (w *block) item(text string) {
	w.indent()
	w.dst = append(append(w.dst, text...), ";\n"...)
}

func (w *block) word(name, value string) {
	if value != "" {
		w.item(name + " " + value)
	}
}

func (w *block) flag(name string, is bool) { w.item(fmt.Sprintf("%s %t", name, is)) }

// only writes a word that stands for what is not usual.
func (w *block) only(is bool, text string) {
	if is {
		w.item(text)
	}
}

func (w *block) open(name string) {
	w.indent()
	w.dst = append(append(w.dst, name...), " {\n"...)
	w.depth++
}

func (w *block) close() {
	w.depth--
	w.indent()
	w.dst = append(w.dst, "}\n"...)
}

func (w *block) capability(c *config.Capability) {
	w.open("capability")
	w.item("asn4 " + switched(c.ASN4))
	w.only(!c.ExtendedMessage, "extended-message disable")
	w.item("route-refresh " + switched(c.RouteRefresh))
	if c.GracefulRestart != nil {
		w.item("graceful-restart " + number(*c.GracefulRestart))
	} else {
		w.item("graceful-restart disable")
	}
	w.item("software-version " + switched(c.SoftwareVersion))
	w.item("nexthop " + switched(c.NextHop))
	w.only(c.LinkLocalNextHop, "link-local-nexthop true")
	w.only(c.LinkLocalPrefer, "link-local-prefer true")
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
	if c.Role != bgp.RoleNone {
		w.item("role " + c.Role.String() + map[bool]string{true: " strict"}[c.RoleStrict])
	}
	w.close()
}

// families writes the blocks that are lists of families.
func (w *block) families(s *config.Session) {
	w.open("family")
	if slices.Equal(s.Families, bgp.Families()) {
		w.item("all") // IPv6 multicast cannot be named
	} else {
		for _, f := range s.Families {
			w.item(f.String())
		}
	}
	w.close()
	if len(s.NextHops) > 0 {
		w.open("nexthop")
		for _, h := range s.NextHops {
			w.item(h.Family.String() + " " + string(h.AFI.AppendText(nil)))
		}
		w.close()
	}
	if s.AddPath != nil {
		w.open("add-path")
		for _, f := range s.AddPath {
			w.addPath(s, f)
		}
		w.close()
	}
}

func (w *block) addPath(s *config.Session, f bgp.Family) {
	if limit, ok := s.PathsLimit[f]; ok {
		w.item(f.String() + " limit " + number(limit))
		return
	}
	w.item(f.String())
}

func (w *block) api(a *config.API) {
	if a.Name == "" {
		w.open("api")
	} else {
		w.open("api " + a.Name)
	}
	if len(a.Processes) > 0 {
		w.item("processes [ " + strings.Join(a.Processes, " ") + " ]")
	}
	if len(a.ProcessesMatch) > 0 {
		words := make([]string, len(a.ProcessesMatch))
		for i, re := range a.ProcessesMatch {
			words[i] = quote(re.String())
		}
		w.item("processes-match [ " + strings.Join(words, " ") + " ]")
	}
	w.only(a.NeighborChanges, "neighbor-changes")
	w.only(a.Negotiated, "negotiated")
	w.only(a.FSM, "fsm")
	w.only(a.Signal, "signal")
	w.messages("send", &a.Send)
	w.messages("receive", &a.Receive)
	w.close()
}

func (w *block) messages(name string, m *config.Messages) {
	if *m == (config.Messages{}) {
		return
	}
	w.open(name)
	w.only(m.Parsed, "parsed")
	w.only(m.Packets, "packets")
	w.only(m.Consolidate, "consolidate")
	w.only(m.Open, "open")
	w.only(m.Update, "update")
	w.only(m.Notification, "notification")
	w.only(m.Keepalive, "keepalive")
	w.only(m.Refresh, "refresh")
	w.only(m.Operational, "operational")
	w.close()
}

// quote writes a word of a configuration in quotes.
func quote(word string) string {
	b := []byte{'"'}
	for i := range len(word) {
		switch o := word[i]; {
		case o < ' ':
			b = fmt.Appendf(b, `\u%04x`, o)
		case o == '"' || o == '\\':
			b = append(b, '\\', o)
		default:
			b = append(b, o)
		}
	}
	return string(append(b, '"'))
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
