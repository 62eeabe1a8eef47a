package conf

import (
	"strings"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
)

// Names of sections, for messages and inheritance.
const (
	neighborSection   = "neighbor"
	capabilitySection = "capability"
)

var rootTable = [...]row{
	{word: "process", open: (*parser).process},
	{word: "template", open: (*parser).template},
	{word: "neighbor", open: (*parser).neighbor},
	{word: "group", open: (*parser).group, old: Old{Change: Group}},
}

// groupTable is what a group takes beside the words of a neighbor.
var groupTable = [...]row{
	{word: "neighbor", open: (*parser).groupNeighbor},
}

// removed says what replaces a word of older versions.
var removed = map[string]string{
	"refresh":       "write route-refresh",
	"neighbor-name": "write description",
	"include":       "files cannot include others",
}

// neighborTable is what a neighbor takes: the word, where its value goes, how it is read.
var neighborTable = [...]row{
	{word: "inherit", read: (*parser).inherit},
	{word: "description", read: func(p *parser) { p.n.Live.Description = strings.Clone(p.c.Word()) }},
	{word: "manual-eor", read: func(p *parser) { p.n.Live.ManualEOR = p.c.Bool(false) }},

	{word: "peer-address", read: func(p *parser) { p.n.Session.Peer = p.peer() }},
	{word: "peer-as", read: func(p *parser) { p.n.Session.PeerAS = p.autoASN() }},
	{word: "local-address", read: func(p *parser) { p.n.Session.Local = p.autoAddr() }},
	{word: "local-as", read: func(p *parser) { p.n.Session.LocalAS = p.autoASN() }},
	{word: "local-link-local", read: func(p *parser) { p.n.Session.LocalLinkLocal = p.c.Addr() }},
	{word: "router-id", read: func(p *parser) { p.n.Session.RouterID = p.c.Addr4() }},
	{word: "hold-time", read: func(p *parser) { p.n.Session.HoldTime = time.Duration(p.holdTime()) * time.Second }},
	{word: "passive", read: func(p *parser) { p.n.Session.Passive = p.c.Bool(true) }},
	{word: "listen", read: func(p *parser) { p.n.Session.Listen = uint16(p.c.Uint(65535)) }},
	{word: "connect", read: func(p *parser) { p.n.Session.Connect = p.port() }},
	{word: "source-interface", read: func(p *parser) { p.n.Session.SourceInterface = strings.Clone(p.c.Word()) }},
	{word: "outgoing-ttl", read: func(p *parser) { p.n.Session.OutgoingTTL = p.ttl() }},
	{word: "incoming-ttl", read: func(p *parser) { p.n.Session.IncomingTTL = p.ttl() }},
	{word: "md5-password", read: (*parser).md5Password},
	{word: "md5-base64", read: func(p *parser) { p.n.md5Base64 = p.md5Base64() }},
	{word: "md5-ip", read: func(p *parser) { p.n.Session.MD5IP = p.c.Addr() }},
	{word: "host-name", read: func(p *parser) { p.n.Session.HostName = strings.Clone(p.c.Word()) }},
	{word: "domain-name", read: func(p *parser) { p.n.Session.DomainName = strings.Clone(p.c.Word()) }},
	{word: "rate-limit", read: func(p *parser) { p.n.Session.RateLimit = p.rateLimit() }},
	{word: "group-updates", read: func(p *parser) { p.n.Session.GroupUpdates = p.c.Bool(true) }},
	{word: "auto-flush", read: func(p *parser) { p.n.Session.AutoFlush = p.c.Bool(true) }},
	{word: "adj-rib-in", read: func(p *parser) { p.n.Session.AdjRIBIn = p.c.Bool(false) }},
	{word: "adj-rib-out", read: func(p *parser) { p.n.Session.AdjRIBOut = p.c.Bool(false) }},

	{word: "family", open: (*parser).family},
	{word: "capability", open: func(p *parser) { p.section(capabilitySection, capabilityTable[:]) }},
	{word: "add-path", open: (*parser).addPath},
	{word: "nexthop", open: func(p *parser) { p.section("nexthop", nexthopTable[:]) }},
	{word: "tcp-ao", open: (*parser).tcpAO},
	{word: "api", open: (*parser).apiBlock},
	{word: "operational", open: (*parser).operational},

	{word: "static", open: (*parser).static, routes: true},
	{word: "announce", open: (*parser).announce, routes: true},
	{word: "flow", open: func(p *parser) { p.section("flow", flowTable[:]) }, routes: true},
	{word: "l2vpn", open: (*parser).l2vpn, routes: true},

	{word: "process", open: (*parser).oldProcess, old: Old{Change: Process}},
	{word: "process", read: (*parser).oldProcessName, old: Old{Change: ProcessName}},
	{word: "md5", read: (*parser).md5Password, old: Old{Change: Rename, To: "md5-password"}},
	{word: "ttl-security", read: func(p *parser) { p.n.Session.OutgoingTTL = p.ttl() }, old: Old{Change: Rename, To: "outgoing-ttl", hint: "outgoing-ttl, and incoming-ttl for what is received"}},
	{word: "asn4", read: func(p *parser) { p.n.Session.Capability.ASN4 = p.c.Bool(true) }, old: Old{Change: ToCapability}},
	{word: "route-refresh", read: func(p *parser) { p.n.Session.Capability.RouteRefresh = p.c.Bool(true) }, old: Old{Change: ToCapability}},
	{word: "multi-session", read: func(p *parser) { p.n.Session.Capability.MultiSession = p.c.Bool(true) }, old: Old{Change: ToCapability}},
	{word: "aigp", read: func(p *parser) { p.n.Session.Capability.AIGP = p.c.Bool(false) }, old: Old{Change: ToCapability, To: "disable"}},
	{word: "add-path", read: (*parser).addPathMode, old: Old{Change: ToCapability}},
	{word: "graceful-restart", read: func(p *parser) { p.n.Session.Capability.GracefulRestart = p.gracefulRestart() }, old: Old{Change: ToCapability}},
}

var capabilityTable = [...]row{
	{word: "asn4", read: func(p *parser) { p.n.Session.Capability.ASN4 = p.c.Bool(true) }},
	{word: "extended-message", read: func(p *parser) { p.n.Session.Capability.ExtendedMessage = p.c.Bool(true) }},
	{word: "route-refresh", read: func(p *parser) { p.n.Session.Capability.RouteRefresh = p.c.Bool(true) }},
	{word: "operational", read: func(p *parser) { p.n.Session.Capability.Operational = p.c.Bool(true) }},
	{word: "multi-session", read: func(p *parser) { p.n.Session.Capability.MultiSession = p.c.Bool(true) }},
	{word: "software-version", read: func(p *parser) { p.n.Session.Capability.SoftwareVersion = p.c.Bool(false) }},
	{word: "aigp", read: func(p *parser) { p.n.Session.Capability.AIGP = p.c.Bool(true) }},
	{word: "nexthop", read: func(p *parser) { v := p.c.Bool(true); p.n.nextHop = &v }},
	{word: "link-local-nexthop", read: func(p *parser) { p.n.Session.Capability.LinkLocalNextHop = p.boolean() }},
	{word: "link-local-prefer", read: func(p *parser) { p.n.Session.Capability.LinkLocalPrefer = p.c.Bool(false) }},
	{word: "add-path", read: (*parser).addPathMode},
	{word: "role", read: (*parser).role},
	{word: "graceful-restart", read: func(p *parser) { p.n.Session.Capability.GracefulRestart = p.gracefulRestart() }},

	{word: "route", read: (*parser).oldRouteRefresh, old: Old{Change: Rename, From: "route refresh", To: "route-refresh", Since: "4"}},
}

var nexthopTable = [...]row{
	{word: "ipv4", read: (*parser).nexthop},
	{word: "ipv6", read: (*parser).nexthop},
}

var tcpAOTable = [...]row{
	{word: "keyid", read: (*parser).keyID},
	{word: "algorithm", read: (*parser).algorithm},
	{word: "password", read: (*parser).tcpAOPassword},
	{word: "base64", read: func(p *parser) { p.n.tcpAO.base64, p.n.tcpAO.said = p.c.Bool(false), true }},
}

// tcpAOAlgorithms are those of a tcp-ao block (RFC 5926 and ExaBGP's SHA-256).
var tcpAOAlgorithms = [...]string{"hmac-sha-1-96", "aes-128-cmac-96", "hmac-sha-256"}

var processTable = [...]row{
	{word: "run", read: (*parser).run},
	{word: "encoder", read: (*parser).encoder},
	{word: "respawn", read: func(p *parser) { p.proc.Respawn = p.c.Bool(true) }},
	{word: "version", read: (*parser).version},
	{word: "backlog", read: func(p *parser) { p.proc.Backlog = p.octets(minBacklog, maxBacklog) }},
	{word: "when-full", read: (*parser).whenFull},
	{word: "report-dropped", read: func(p *parser) { p.proc.Report = p.c.Bool(true) }},
}

var templateTable = [...]row{
	{word: "neighbor", open: (*parser).templateNeighbor},
}

var apiTable = [...]row{
	{word: "processes", read: (*parser).processes},
	{word: "processes-match", read: (*parser).processesMatch},
	{word: "neighbor-changes", read: func(p *parser) { p.api.NeighborChanges = p.c.Bool(true) }},
	{word: "negotiated", read: func(p *parser) { p.api.Negotiated = p.c.Bool(true) }},
	{word: "fsm", read: func(p *parser) { p.api.FSM = p.c.Bool(true) }},
	{word: "signal", read: func(p *parser) { p.api.Signal = p.c.Bool(true) }},
	{word: "send", open: func(p *parser) { p.messages = &p.api.Send; p.section("send", messageTable[:]) }},
	{word: "receive", open: func(p *parser) { p.messages = &p.api.Receive; p.section("receive", messageTable[:]) }},
}

var messageTable = [...]row{
	{word: "parsed", read: func(p *parser) { p.messages.Parsed = p.c.Bool(true) }},
	{word: "packets", read: func(p *parser) { p.messages.Packets = p.c.Bool(true) }},
	{word: "consolidate", read: func(p *parser) { p.messages.Consolidate = p.c.Bool(true) }},
	{word: "open", read: func(p *parser) { p.messages.Open = p.c.Bool(true) }},
	{word: "update", read: func(p *parser) { p.messages.Update = p.c.Bool(true) }},
	{word: "notification", read: func(p *parser) { p.messages.Notification = p.c.Bool(true) }},
	{word: "keepalive", read: func(p *parser) { p.messages.Keepalive = p.c.Bool(true) }},
	{word: "refresh", read: func(p *parser) { p.messages.Refresh = p.c.Bool(true) }},
	{word: "operational", read: func(p *parser) { p.messages.Operational = p.c.Bool(true) }},
	{word: "updates", read: func(p *parser) { p.messages.Update = p.c.Bool(true) }, old: Old{Change: Rename, To: "update"}},
	{word: "neighbor-changes", read: func(p *parser) { p.api.NeighborChanges = p.c.Bool(true) }, old: Old{Change: ToAPI}},
}

// oldProcessTable is what a process section in a neighbor takes.
var oldProcessTable = [...]row{
	{word: "run", read: (*parser).run},
	{word: "encoder", read: (*parser).encoder},
	{word: "send", open: func(p *parser) { p.messages = &p.api.Send; p.section("send", messageTable[:]) }},
	{word: "receive", open: func(p *parser) { p.messages = &p.api.Receive; p.section("receive", messageTable[:]) }},
	{word: "neighbor-changes", read: oldEvents(func(a *config.API) { a.NeighborChanges = true })},
	{word: "parse-routes", read: oldEvents(oldUpdates), old: Old{Change: Events, To: "neighbor-changes; receive { parsed; update; }"}},
	{word: "peer-updates", read: oldEvents(oldUpdates), old: Old{Change: Events, To: "neighbor-changes; receive { parsed; update; }"}},
	{word: "receive-routes", read: oldEvents(func(a *config.API) { a.Receive.Parsed, a.Receive.Update, a.Receive.Refresh = true, true, true }), old: Old{Change: Events, To: "receive { parsed; update; refresh; }"}},
	{word: "receive-operational", read: oldEvents(func(a *config.API) { a.Receive.Parsed, a.Receive.Operational = true, true }), old: Old{Change: Events, To: "receive { parsed; operational; }"}},
	{word: "receive-parsed", read: oldEvents(func(a *config.API) { a.Receive.Parsed = true }), old: Old{Change: Events, To: "receive { parsed; }"}},
	{word: "receive-packets", read: oldEvents(func(a *config.API) { a.Receive.Packets = true }), old: Old{Change: Events, To: "receive { packets; }"}},
	{word: "receive-updates", read: oldEvents(func(a *config.API) { a.Receive.Update = true }), old: Old{Change: Events, To: "receive { update; }"}},
	{word: "receive-refresh", read: oldEvents(func(a *config.API) { a.Receive.Refresh = true }), old: Old{Change: Events, To: "receive { refresh; }"}},
	{word: "send-packets", read: oldEvents(func(a *config.API) { a.Send.Packets = true }), old: Old{Change: Events, To: "send { packets; }"}},
}

func oldUpdates(a *config.API) {
	a.NeighborChanges, a.Receive.Parsed, a.Receive.Update = true, true, true
}

// familyTable is the words of a family block: it collects in p.n.families.
var familyTable = [...]row{
	{word: "all", read: (*parser).allFamilies},
	{word: "ipv4", read: (*parser).addFamily},
	{word: "ipv6", read: (*parser).addFamily},
	{word: "l2vpn", read: (*parser).addFamily},
	{word: "bgp-ls", read: (*parser).addFamily},
	{word: "inet", read: func(p *parser) { p.oldFamily("ipv4") }, old: Old{Change: Rename, To: "ipv4"}},
	{word: "inet4", read: func(p *parser) { p.oldFamily("ipv4") }, old: Old{Change: Rename, To: "ipv4"}},
	{word: "inet6", read: func(p *parser) { p.oldFamily("ipv6") }, old: Old{Change: Rename, To: "ipv6"}},
	{word: "minimal", read: func(p *parser) { p.n.minimal = true }, old: Old{Change: Minimal}},
}

// addPathTable is the same words in an add-path block: it collects in p.n.addPaths.
var addPathTable = [...]row{
	{word: "all", read: func(p *parser) { p.n.addPaths = append(p.n.addPaths, bgp.Families()...) }},
	{word: "ipv4", read: (*parser).addAddPath},
	{word: "ipv6", read: (*parser).addAddPath},
	{word: "l2vpn", read: (*parser).addAddPath},
	{word: "bgp-ls", read: (*parser).addAddPath},
}

var operationalTable = [...]row{
	{word: "asm", read: (*parser).operationalMessage},
	{word: "adm", read: (*parser).operationalMessage},
	{word: "rpcq", read: (*parser).operationalMessage},
	{word: "rpcp", read: (*parser).operationalMessage},
	{word: "apcq", read: (*parser).operationalMessage},
	{word: "apcp", read: (*parser).operationalMessage},
	{word: "lpcq", read: (*parser).operationalMessage},
	{word: "lpcp", read: (*parser).operationalMessage},
}

// staticTable and the tables of announce are words whose statements are routes.
var staticTable = [...]row{
	{word: "route", read: (*parser).readRoute, open: (*parser).readRoute},
	{word: "attributes", read: (*parser).readAttributes},
	{word: "attribute", read: (*parser).readAttributes},
	{word: "sr-policy", read: (*parser).readFamily},
}

var announceTable = [...]row{
	{word: "ipv4", open: func(p *parser) { p.announceAFI(bgp.AFIIPv4) }},
	{word: "ipv6", open: func(p *parser) { p.announceAFI(bgp.AFIIPv6) }},
	{word: "l2vpn", open: func(p *parser) { p.announceAFI(bgp.AFIL2VPN) }},
	{word: "bgp-ls", open: func(p *parser) { p.announceAFI(bgp.AFIBGPLS) }},
}

// flowTable: the grammar of routes knows the words of a flow route.
var flowTable = [...]row{
	{word: "route", read: (*parser).readFlow, open: (*parser).readFlow},
}

// nexthopSAFIs are those of a nexthop block (RFC 8950 §4).
var nexthopSAFIs = [...]bgp.SAFI{bgp.SAFIUnicast, bgp.SAFIMulticast, bgp.SAFILabel, bgp.SAFIVPN}
