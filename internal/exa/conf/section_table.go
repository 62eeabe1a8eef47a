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
	{word: "process", open: (*parser).process, in: processTable[:]},
	{word: "template", open: (*parser).template, in: templateTable[:]},
	{word: "neighbor", open: (*parser).neighbor, in: neighborTable[:]},
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
	{word: "inherit", read: (*parser).inherit, is: "name"},
	{word: "description", read: func(p *parser) { p.n.Live.Description = strings.Clone(p.c.Word()) }, is: "string"},
	{word: "manual-eor", read: func(p *parser) { p.n.Live.ManualEOR = p.c.Bool(false) }, is: "bool"},

	{word: "peer-address", read: func(p *parser) { p.n.Session.Peer = p.peer() }, is: "prefix"},
	{word: "local-as", read: func(p *parser) { p.n.Session.LocalAS = p.autoASN() }, is: "asn", needed: true},
	{word: "local-address", read: func(p *parser) { p.n.Session.Local = p.autoAddr() }, is: "ip|auto"},
	{word: "peer-as", read: func(p *parser) { p.n.Session.PeerAS = p.autoASN() }, is: "asn", needed: true},
	{word: "local-link-local", read: func(p *parser) { p.n.Session.LocalLinkLocal = p.c.Addr() }, is: "ip"},
	{word: "router-id", read: func(p *parser) { p.n.Session.RouterID = p.c.Addr4() }, is: "ipv4"},
	{word: "hold-time", read: func(p *parser) { p.n.Session.HoldTime = time.Duration(p.holdTime()) * time.Second }, is: "0..65535"},
	{word: "passive", read: func(p *parser) { p.n.Session.Passive = p.c.Bool(true) }, is: "bool"},
	{word: "listen", read: func(p *parser) { p.n.Session.Listen = uint16(p.c.Uint(65535)) }, is: "0..65535"},
	{word: "connect", read: func(p *parser) { p.n.Session.Connect = p.port() }, is: "1..65535"},
	{word: "source-interface", read: func(p *parser) { p.n.Session.SourceInterface = strings.Clone(p.c.Word()) }, is: "string"},
	{word: "outgoing-ttl", read: func(p *parser) { p.n.Session.OutgoingTTL = p.ttl() }, is: "0..255|disable"},
	{word: "incoming-ttl", read: func(p *parser) { p.n.Session.IncomingTTL = p.ttl() }, is: "0..255|disable"},
	{word: "md5-password", read: (*parser).md5Password, is: "string"},
	{word: "md5-base64", read: func(p *parser) { p.n.md5Base64 = p.md5Base64() }, is: "bool|auto"},
	{word: "md5-ip", read: func(p *parser) { p.n.Session.MD5IP = p.c.Addr() }, is: "ip"},
	{word: "host-name", read: func(p *parser) { p.n.Session.HostName = strings.Clone(p.c.Word()) }, is: "string"},
	{word: "domain-name", read: func(p *parser) { p.n.Session.DomainName = strings.Clone(p.c.Word()) }, is: "string"},
	{word: "rate-limit", read: func(p *parser) { p.n.Session.RateLimit = p.rateLimit() }, is: "0..4294967295|disable"},
	{word: "group-updates", read: func(p *parser) { p.n.Session.GroupUpdates = p.c.Bool(true) }, is: "bool"},
	{word: "auto-flush", read: func(p *parser) { p.n.Session.AutoFlush = p.c.Bool(true) }, is: "bool"},
	{word: "adj-rib-in", read: func(p *parser) { p.n.Session.AdjRIBIn = p.c.Bool(false) }, is: "bool"},
	{word: "adj-rib-out", read: func(p *parser) { p.n.Session.AdjRIBOut = p.c.Bool(false) }, is: "bool"},

	{word: "family", open: (*parser).family, in: familyTable[:]},
	{word: "capability", open: func(p *parser) { p.section(capabilitySection, capabilityTable[:]) }, in: capabilityTable[:]},
	{word: "add-path", open: (*parser).addPath, in: addPathTable[:]},
	{word: "nexthop", open: func(p *parser) { p.section("nexthop", nexthopTable[:]) }, in: nexthopTable[:]},
	{word: "tcp-ao", open: (*parser).tcpAO, in: tcpAOTable[:]},
	{word: "api", open: (*parser).apiBlock, in: apiTable[:]},
	{word: "operational", open: (*parser).operational, in: operationalTable[:]},

	{word: "static", open: (*parser).static, routes: true, in: staticTable[:]},
	{word: "announce", open: (*parser).announce, routes: true, in: announceTable[:]},
	{word: "flow", open: func(p *parser) { p.section("flow", flowTable[:]) }, routes: true, in: flowTable[:]},
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
	{word: "asn4", read: func(p *parser) { p.n.Session.Capability.ASN4 = p.c.Bool(true) }, is: "bool"},
	{word: "extended-message", read: func(p *parser) { p.n.Session.Capability.ExtendedMessage = p.c.Bool(true) }, is: "bool"},
	{word: "route-refresh", read: func(p *parser) { p.n.Session.Capability.RouteRefresh = p.c.Bool(true) }, is: "bool"},
	{word: "operational", read: func(p *parser) { p.n.Session.Capability.Operational = p.c.Bool(true) }, is: "bool"},
	{word: "multi-session", read: func(p *parser) { p.n.Session.Capability.MultiSession = p.c.Bool(true) }, is: "bool"},
	{word: "software-version", read: func(p *parser) { p.n.Session.Capability.SoftwareVersion = p.c.Bool(false) }, is: "bool"},
	{word: "aigp", read: func(p *parser) { p.n.Session.Capability.AIGP = p.c.Bool(true) }, is: "bool"},
	{word: "nexthop", read: func(p *parser) { v := p.c.Bool(true); p.n.nextHop = &v }, is: "bool"},
	{word: "link-local-nexthop", read: func(p *parser) { p.n.Session.Capability.LinkLocalNextHop = p.boolean() }, is: "bool"},
	{word: "link-local-prefer", read: func(p *parser) { p.n.Session.Capability.LinkLocalPrefer = p.c.Bool(false) }, is: "bool"},
	{word: "add-path", read: (*parser).addPathMode, is: "disable|receive|send|send/receive"},
	{word: "role", read: (*parser).role, is: "role"},
	{word: "graceful-restart", read: func(p *parser) { p.n.Session.Capability.GracefulRestart = p.gracefulRestart() }, is: "0..4095|disable"},

	{word: "route", read: (*parser).oldRouteRefresh, old: Old{Change: Rename, From: "route refresh", To: "route-refresh", Since: "4"}},
}

var nexthopTable = [...]row{
	{word: "ipv4", read: (*parser).nexthop, is: "words"},
	{word: "ipv6", read: (*parser).nexthop, is: "words"},
}

var tcpAOTable = [...]row{
	{word: "keyid", read: (*parser).keyID, is: "0..255"},
	{word: "algorithm", read: (*parser).algorithm, is: "algorithm"},
	{word: "password", read: (*parser).tcpAOPassword, is: "string"},
	{word: "base64", read: func(p *parser) { p.n.tcpAO.base64, p.n.tcpAO.said = p.c.Bool(false), true }, is: "bool"},
}

// tcpAOAlgorithms are those of a tcp-ao block (RFC 5926 and ExaBGP's SHA-256).
var tcpAOAlgorithms = [...]string{"hmac-sha-1-96", "aes-128-cmac-96", "hmac-sha-256"}

var processTable = [...]row{
	{word: "run", read: (*parser).run, is: "words", needed: true},
	{word: "encoder", read: (*parser).encoder, is: "text|json"},
	{word: "respawn", read: func(p *parser) { p.proc.Respawn = p.c.Bool(true) }, is: "bool"},
	{word: "version", read: (*parser).version, is: "4|4.2|5|6"},
	{word: "backlog", read: func(p *parser) { p.proc.Backlog = p.octets(minBacklog, maxBacklog) }, is: "size"},
	{word: "when-full", read: (*parser).whenFull, is: "block|drop|kill"},
	{word: "report-dropped", read: func(p *parser) { p.proc.Report = p.c.Bool(true) }, is: "bool"},
}

var templateTable = [...]row{
	{word: "neighbor", open: (*parser).templateNeighbor, in: neighborTable[:]},
}

var apiTable = [...]row{
	{word: "processes", read: (*parser).processes, is: "list"},
	{word: "processes-match", read: (*parser).processesMatch, is: "list"},
	{word: "neighbor-changes", read: func(p *parser) { p.api.NeighborChanges = p.c.Bool(true) }, is: "bool"},
	{word: "negotiated", read: func(p *parser) { p.api.Negotiated = p.c.Bool(true) }, is: "bool"},
	{word: "fsm", read: func(p *parser) { p.api.FSM = p.c.Bool(true) }, is: "bool"},
	{word: "signal", read: func(p *parser) { p.api.Signal = p.c.Bool(true) }, is: "bool"},
	{word: "send", open: func(p *parser) { p.messages = &p.api.Send; p.section("send", messageTable[:]) }, in: messageTable[:]},
	{word: "receive", open: func(p *parser) { p.messages = &p.api.Receive; p.section("receive", messageTable[:]) }, in: messageTable[:]},
}

var messageTable = [...]row{
	{word: "parsed", read: func(p *parser) { p.messages.Parsed = p.c.Bool(true) }, is: "bool"},
	{word: "packets", read: func(p *parser) { p.messages.Packets = p.c.Bool(true) }, is: "bool"},
	{word: "consolidate", read: func(p *parser) { p.messages.Consolidate = p.c.Bool(true) }, is: "bool"},
	{word: "open", read: func(p *parser) { p.messages.Open = p.c.Bool(true) }, is: "bool"},
	{word: "update", read: func(p *parser) { p.messages.Update = p.c.Bool(true) }, is: "bool"},
	{word: "notification", read: func(p *parser) { p.messages.Notification = p.c.Bool(true) }, is: "bool"},
	{word: "keepalive", read: func(p *parser) { p.messages.Keepalive = p.c.Bool(true) }, is: "bool"},
	{word: "refresh", read: func(p *parser) { p.messages.Refresh = p.c.Bool(true) }, is: "bool"},
	{word: "operational", read: func(p *parser) { p.messages.Operational = p.c.Bool(true) }, is: "bool"},
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
	{word: "all", read: (*parser).allFamilies, is: "bool"},
	{word: "ipv4", read: (*parser).addFamily, is: "safi"},
	{word: "ipv6", read: (*parser).addFamily, is: "safi"},
	{word: "l2vpn", read: (*parser).addFamily, is: "safi"},
	{word: "bgp-ls", read: (*parser).addFamily, is: "safi"},
	{word: "inet", read: func(p *parser) { p.oldFamily("ipv4") }, old: Old{Change: Rename, To: "ipv4"}},
	{word: "inet4", read: func(p *parser) { p.oldFamily("ipv4") }, old: Old{Change: Rename, To: "ipv4"}},
	{word: "inet6", read: func(p *parser) { p.oldFamily("ipv6") }, old: Old{Change: Rename, To: "ipv6"}},
	{word: "minimal", read: func(p *parser) { p.n.minimal = true }, old: Old{Change: Minimal}},
}

// addPathTable is the same words in an add-path block: it collects in p.n.addPaths.
var addPathTable = [...]row{
	{word: "all", read: func(p *parser) { p.n.addPaths = append(p.n.addPaths, bgp.Families()...) }, is: "bool"},
	{word: "ipv4", read: (*parser).addAddPath, is: "words"},
	{word: "ipv6", read: (*parser).addAddPath, is: "words"},
	{word: "l2vpn", read: (*parser).addAddPath, is: "words"},
	{word: "bgp-ls", read: (*parser).addAddPath, is: "words"},
}

var operationalTable = [...]row{
	{word: "asm", read: (*parser).operationalMessage, is: "words"},
	{word: "adm", read: (*parser).operationalMessage, is: "words"},
	{word: "rpcq", read: (*parser).operationalMessage, is: "words"},
	{word: "rpcp", read: (*parser).operationalMessage, is: "words"},
	{word: "apcq", read: (*parser).operationalMessage, is: "words"},
	{word: "apcp", read: (*parser).operationalMessage, is: "words"},
	{word: "lpcq", read: (*parser).operationalMessage, is: "words"},
	{word: "lpcp", read: (*parser).operationalMessage, is: "words"},
}

// staticTable and the tables of announce are words whose statements are routes.
var staticTable = [...]row{
	{word: "route", read: (*parser).readRoute, open: (*parser).readRoute, is: "words"},
	{word: "attributes", read: (*parser).readAttributes, is: "words"},
	{word: "attribute", read: (*parser).readAttributes, is: "words"},
	{word: "sr-policy", read: (*parser).readFamily, is: "words"},
}

var announceTable = [...]row{
	{word: "ipv4", open: func(p *parser) { p.announceAFI(bgp.AFIIPv4) }},
	{word: "ipv6", open: func(p *parser) { p.announceAFI(bgp.AFIIPv6) }},
	{word: "l2vpn", open: func(p *parser) { p.announceAFI(bgp.AFIL2VPN) }},
	{word: "bgp-ls", open: func(p *parser) { p.announceAFI(bgp.AFIBGPLS) }},
}

// flowTable: the grammar of routes knows the words of a flow route.
var flowTable = [...]row{
	{word: "route", read: (*parser).readFlow, open: (*parser).readFlow, is: "words"},
}

// nexthopSAFIs are those of a nexthop block (RFC 8950 §4).
var nexthopSAFIs = [...]bgp.SAFI{bgp.SAFIUnicast, bgp.SAFIMulticast, bgp.SAFILabel, bgp.SAFIVPN}
