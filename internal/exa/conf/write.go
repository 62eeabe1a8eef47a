package conf

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/lex"
)

// AppendNeighbor appends a neighbor as its section, without its routes: Load makes the
// same of it. As in ExaBGP keys are there too. Deviation: settings that are empty are
// left out, and others that ExaBGP does not show are there when they are not as usual.
func AppendNeighbor(dst []byte, n *config.Neighbor) []byte {
	w := writer{dst: dst}
	w.neighbor(n)
	w.close()
	return w.dst
}

// AppendNeighborRoutes appends a neighbor with its routes. The error is about a route
// that no words make.
func AppendNeighborRoutes(dst []byte, n *config.Neighbor) ([]byte, error) {
	w := writer{dst: dst}
	w.neighbor(n)
	err := w.routes(n)
	w.close()
	return w.dst, err
}

// AppendProcess appends a process as its section.
func AppendProcess(dst []byte, p *config.Process) []byte {
	w := writer{dst: dst}
	w.open("process " + nameText(p.Name))
	words := make([]string, len(p.Run))
	for i, word := range p.Run {
		words[i] = quote(word)
	}
	w.item("run " + strings.Join(words, " "))
	w.item("encoder " + encoderName(p))
	w.only(!p.Respawn, "respawn false")
	if p.Dialect != nil {
		w.item("version " + p.Dialect.String())
	}
	if p.Backlog != 0 {
		w.item("backlog " + sizeText(uint64(p.Backlog)))
	}
	w.only(p.Report, "report-dropped")
	w.only(p.WhenFull != config.Block, "when-full "+p.WhenFull.String())
	w.close()
	return w.dst
}

func encoderName(p *config.Process) string {
	if p.JSON {
		return "json"
	}
	return "text"
}

// Differences says which statements of AppendNeighbor one neighbor has and the other
// has not, with the words of the blocks around them: "capability asn4 enable". Keys are
// not shown.
func Differences(old, new *config.Neighbor) (gone, come []string) {
	had, has := statements(old), statements(new)
	return hidden(without(had, has)), hidden(without(has, had))
}

// statements returns what a neighbor says, one statement each.
func statements(n *config.Neighbor) []string {
	w := writer{}
	w.neighbor(n)
	var out, blocks []string
	for line := range strings.Lines(string(w.dst)) {
		line = strings.TrimSpace(line)
		switch before, opens := strings.CutSuffix(line, " {"); {
		case opens:
			blocks = append(blocks, before)
		case line == "}":
			blocks = blocks[:len(blocks)-1]
		default:
			words := append(slices.Clone(blocks[1:]), strings.TrimSuffix(line, ";"))
			out = append(out, strings.Join(words, " "))
		}
	}
	return out
}

// without returns the lines of a that b does not have, each as often.
func without(a, b []string) []string {
	b = slices.Clone(b)
	return slices.DeleteFunc(slices.Clone(a), func(line string) bool {
		i := slices.Index(b, line)
		if i >= 0 {
			b = slices.Delete(b, i, i+1)
		}
		return i >= 0
	})
}

// hidden takes keys away.
func hidden(lines []string) []string {
	for i, line := range lines {
		for _, word := range []string{"md5-password", "tcp-ao password"} {
			if strings.HasPrefix(line, word+" ") {
				lines[i] = word + " …"
			}
		}
	}
	return lines
}

// writer writes a configuration with an indent of two.
type writer struct {
	dst   []byte
	depth int
}

// neighbor writes the section but for its end.
func (w *writer) neighbor(n *config.Neighbor) {
	s := &n.Session
	w.open("neighbor " + peerText(s.Peer))
	if n.Live.Description != "" {
		w.item("description " + quote(n.Live.Description))
	}
	w.word("router-id", addrText(s.RouterID))
	w.quoted("host-name", s.HostName)
	w.quoted("domain-name", s.DomainName)
	if s.Local.IsValid() {
		w.item("local-address " + s.Local.String())
	} else {
		w.item("local-address auto")
	}
	w.word("local-link-local", addrText(s.LocalLinkLocal))
	w.quoted("source-interface", s.SourceInterface)
	w.item("local-as " + asText(s.LocalAS))
	w.item("peer-as " + asText(s.PeerAS))
	w.number("hold-time", uint64(s.HoldTime.Seconds()))
	w.unlessZero("rate-limit", uint64(s.RateLimit))
	w.flag("manual-eor", n.Live.ManualEOR)
	w.flag("passive", s.Passive)
	w.unlessZero("listen", uint64(s.Listen))
	w.unlessZero("connect", uint64(s.Connect))
	w.flag("group-updates", s.GroupUpdates)
	w.flag("auto-flush", s.AutoFlush)
	w.flag("adj-rib-in", s.AdjRIBIn)
	w.flag("adj-rib-out", s.AdjRIBOut)
	if s.OutgoingTTL != nil {
		w.number("outgoing-ttl", uint64(*s.OutgoingTTL))
	}
	if s.IncomingTTL != nil {
		w.number("incoming-ttl", uint64(*s.IncomingTTL))
	}
	w.key("md5-password", "md5-base64", s.MD5Password)
	if s.MD5IP != s.Local {
		w.word("md5-ip", addrText(s.MD5IP))
	}
	w.tcpAO(&s.TCPAO)
	w.capability(&s.Capability)
	w.families(s)
	for i := range n.API {
		w.api(&n.API[i])
	}
	w.operational(n.Live.Operational)
}

func (w *writer) indent() {
	for range w.depth {
		w.dst = append(w.dst, "  "...)
	}
}

func (w *writer) item(text string) {
	w.indent()
	w.dst = append(append(w.dst, text...), ";\n"...)
}

func (w *writer) number(name string, v uint64) { w.item(name + " " + strconv.FormatUint(v, 10)) }

func (w *writer) unlessZero(name string, v uint64) {
	if v != 0 {
		w.number(name, v)
	}
}

func (w *writer) word(name, value string) {
	if value != "" {
		w.item(name + " " + value)
	}
}

func (w *writer) quoted(name, value string) {
	if value != "" {
		w.item(name + " " + quote(value))
	}
}

func (w *writer) flag(name string, is bool) { w.item(fmt.Sprintf("%s %t", name, is)) }

// only writes a word that stands for what is not usual.
func (w *writer) only(is bool, text string) {
	if is {
		w.item(text)
	}
}

func (w *writer) open(name string) {
	w.indent()
	w.dst = append(append(w.dst, name...), " {\n"...)
	w.depth++
}

func (w *writer) close() {
	w.depth--
	w.indent()
	w.dst = append(w.dst, "}\n"...)
}

// key writes a key, as base64 when it is no text.
func (w *writer) key(name, base64Name, secret string) {
	switch {
	case secret == "":
	case utf8.ValidString(secret):
		w.item(name + " " + quote(secret))
	default:
		w.item(base64Name + " true")
		w.item(name + " " + quote(base64.StdEncoding.EncodeToString([]byte(secret))))
	}
}

func (w *writer) tcpAO(a *config.TCPAO) {
	if *a == (config.TCPAO{}) {
		return
	}
	w.open("tcp-ao")
	w.number("keyid", uint64(a.KeyID))
	w.item("algorithm " + a.Algorithm)
	w.key("password", "base64", a.Secret)
	w.close()
}

func (w *writer) capability(c *config.Capability) {
	w.open("capability")
	w.item("asn4 " + switched(c.ASN4))
	w.only(!c.ExtendedMessage, "extended-message disable")
	w.item("route-refresh " + switched(c.RouteRefresh))
	if c.GracefulRestart != nil {
		w.number("graceful-restart", uint64(*c.GracefulRestart))
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
func (w *writer) families(s *config.Session) {
	w.open("family")
	if slices.Equal(s.Families, bgp.DefaultFamilies()) {
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
		w.addPath(s)
	}
}

func (w *writer) addPath(s *config.Session) {
	w.open("add-path")
	switch {
	case len(s.AddPath) == 0: // a block of families that the neighbor does not have
		for _, f := range bgp.Families() {
			if !unnamed(f) && !slices.Contains(s.Families, f) {
				w.item(f.String())
				break
			}
		}
	case slices.ContainsFunc(s.AddPath, unnamed): // it came with "all", which stands last
		w.addPathFamilies(s, s.AddPath[:len(s.AddPath)-len(s.Families)])
		w.item("all")
	default:
		w.addPathFamilies(s, s.AddPath)
	}
	w.close()
}

func unnamed(f bgp.Family) bool { return !f.Configurable() }

func (w *writer) addPathFamilies(s *config.Session, families []bgp.Family) {
	for _, f := range families {
		if limit, ok := s.PathsLimit[f]; ok {
			w.item(fmt.Sprintf("%s limit %d", f, limit))
		} else {
			w.item(f.String())
		}
	}
}

func (w *writer) api(a *config.API) {
	w.open(strings.TrimSpace("api " + a.Name))
	if len(a.Processes) > 0 {
		words := make([]string, len(a.Processes))
		for i, name := range a.Processes {
			words[i] = nameText(name)
		}
		w.item("processes [ " + strings.Join(words, " ") + " ]")
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

func (w *writer) messages(name string, m *config.Messages) {
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

func (w *writer) operational(messages []*bgp.Operational) {
	if len(messages) == 0 {
		return
	}
	w.open("operational")
	for _, o := range messages {
		w.item(string(o.AppendWords(nil)))
	}
	w.close()
}

// routes writes an announce block.
func (w *writer) routes(n *config.Neighbor) error {
	if n.Routes.Len() == 0 {
		return nil
	}
	var words route.Writer
	var line []byte
	afi := bgp.AFI(0)
	w.open("announce")
	for r := range n.Routes.All() {
		if r.Family.AFI != afi {
			if afi != 0 {
				w.close()
			}
			afi = r.Family.AFI
			w.open(string(afi.AppendText(nil)))
		}
		var err error
		if line, err = words.Append(line[:0], &r); err != nil {
			return err
		}
		w.item(string(line))
	}
	w.close()
	w.close()
	return nil
}

func quote(word string) string { return string(lex.AppendQuoted(nil, word)) }

// nameText is a name as it is, in quotes when it is not one word.
func nameText(name string) string {
	var c lex.Cursor
	if c.Reset(name); c.Word() == name && !c.More() && c.Err() == nil && !strings.ContainsAny(name, "#\\") {
		return name
	}
	return quote(name)
}

func switched(is bool) string {
	if is {
		return "enable"
	}
	return "disable"
}

func asText(n uint32) string {
	if n == 0 {
		return "auto"
	}
	return strconv.FormatUint(uint64(n), 10)
}

func addrText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// peerText is the address of a host, the prefix of a range.
func peerText(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}
