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
	{word: "process", open: (*parser).process, in: processTable[:], about: "a helper program, see [helpers.md](helpers.md)", like: "example"},
	{word: "template", open: (*parser).template, in: templateTable[:], about: "settings and routes that neighbors inherit"},
	{word: "neighbor", open: (*parser).neighbor, in: neighborTable[:], about: "a peer: its address, or a range such as `192.0.2.0/24`, which needs `passive`", like: "192.0.2.1"},
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
	{word: "inherit", read: (*parser).inherit, is: "name", about: "names of templates; what they say wins over the neighbor", like: "base"},
	{word: "description", read: func(p *parser) { p.n.Live.Description = strings.Clone(p.c.Word()) }, is: "string", about: "text", like: "\"router at the edge\""},
	{word: "manual-eor", read: func(p *parser) { p.n.Live.ManualEOR = p.c.Bool(false) }, is: "bool", about: "truth value: no End-of-RIB of its own accord", unset: "`false`"},

	{word: "peer-address", read: func(p *parser) { p.n.Session.Peer = p.peer() }, is: "prefix", about: "an address or range, instead of that of the head", like: "192.0.2.1"},
	{word: "local-as", read: func(p *parser) { p.n.Session.LocalAS = p.autoASN() }, is: "asn", needed: true, about: "AS number, or `auto`: the peer's", like: "64500"},
	{word: "local-address", read: func(p *parser) { p.n.Session.Local = p.autoAddr() }, is: "ip|auto", about: "address or `auto`", unset: "`auto`", like: "192.0.2.2"},
	{word: "peer-as", read: func(p *parser) { p.n.Session.PeerAS = p.autoASN() }, is: "asn", needed: true, about: "AS number, or `auto`: any", like: "64501"},
	{word: "local-link-local", read: func(p *parser) { p.n.Session.LocalLinkLocal = p.c.Addr() }, is: "ip", about: "address in fe80::/10 that is added to IPv6 next hops", unset: "none", like: "fe80::2"},
	{word: "router-id", read: func(p *parser) { p.n.Session.RouterID = p.c.Addr4() }, is: "ipv4", about: "IPv4 address", unset: "`local-address`, if IPv4", like: "192.0.2.2"},
	{word: "hold-time", read: func(p *parser) { p.n.Session.HoldTime = time.Duration(p.holdTime()) * time.Second }, is: "0..65535", about: "0 or 3 to 65535 seconds", unset: "180", like: "180"},
	{word: "passive", read: func(p *parser) { p.n.Session.Passive = p.c.Bool(true) }, is: "bool", about: "truth value: never connect", unset: "`false`"},
	{word: "listen", read: func(p *parser) { p.n.Session.Listen = uint16(p.c.Uint(65535)) }, is: "0..65535", about: "port of a listener of this neighbor", unset: "none", like: "1790"},
	{word: "connect", read: func(p *parser) { p.n.Session.Connect = p.port() }, is: "1..65535", about: "port", unset: "the setting `tcp.port`", like: "179"},
	{word: "source-interface", read: func(p *parser) { p.n.Session.SourceInterface = strings.Clone(p.c.Word()) }, is: "string", about: "interface", unset: "any", like: "eth0", off: true},
	{word: "outgoing-ttl", read: func(p *parser) { p.n.Session.OutgoingTTL = p.ttl() }, is: "0..255|disable", about: "0 to 255, or `disable`", unset: "the system's", like: "255", off: true},
	{word: "incoming-ttl", read: func(p *parser) { p.n.Session.IncomingTTL = p.ttl() }, is: "0..255|disable", about: "least TTL that is accepted, or `disable`", unset: "any", like: "255", off: true},
	{word: "md5-password", read: (*parser).md5Password, is: "string", about: "key of TCP MD5 signatures, at most 80 octets", unset: "none", like: "secret", off: true},
	{word: "md5-base64", read: func(p *parser) { p.n.md5Base64 = p.md5Base64() }, is: "bool|auto", about: "truth value: the key is base64", unset: "`false`", off: true},
	{word: "md5-ip", read: func(p *parser) { p.n.Session.MD5IP = p.c.Addr() }, is: "ip", about: "address of the listener", unset: "`local-address`", like: "192.0.2.2", off: true},
	{word: "host-name", read: func(p *parser) { p.n.Session.HostName = strings.Clone(p.c.Word()) }, is: "string", about: "name of ours for the peer", unset: "none", like: "edge"},
	{word: "domain-name", read: func(p *parser) { p.n.Session.DomainName = strings.Clone(p.c.Word()) }, is: "string", about: "the domain of that name", unset: "none", like: "example.net"},
	{word: "rate-limit", read: func(p *parser) { p.n.Session.RateLimit = p.rateLimit() }, is: "0..4294967295|disable", about: "UPDATEs a second, or `disable`; withdraws go before what waits", unset: "no limit", like: "1000"},
	{word: "group-updates", read: func(p *parser) { p.n.Session.GroupUpdates = p.c.Bool(true) }, is: "bool", about: "truth value: routes may share an UPDATE", unset: "`true`"},
	{word: "auto-flush", read: func(p *parser) { p.n.Session.AutoFlush = p.c.Bool(true) }, is: "bool", about: "truth value, without effect as in ExaBGP", unset: "`true`"},
	{word: "adj-rib-in", read: func(p *parser) { p.n.Session.AdjRIBIn = p.c.Bool(false) }, is: "bool", about: "truth value: keep what is received", unset: "`true`"},
	{word: "adj-rib-out", read: func(p *parser) { p.n.Session.AdjRIBOut = p.c.Bool(false) }, is: "bool", about: "truth value: keep what is sent", unset: "`true`"},

	{word: "family", open: (*parser).family, in: familyTable[:], about: "families of routes, [below](#family)", unset: "every family"},
	{word: "capability", open: func(p *parser) { p.section(capabilitySection, capabilityTable[:]) }, in: capabilityTable[:], about: "capabilities, [below](#capability)"},
	{word: "add-path", open: (*parser).addPath, in: addPathTable[:], about: "families for ADD-PATH, [below](#add-path)", unset: "all of them"},
	{word: "nexthop", open: func(p *parser) { p.section("nexthop", nexthopTable[:]) }, in: nexthopTable[:], about: "next hops of another family, [below](#nexthop)"},
	{word: "tcp-ao", open: (*parser).tcpAO, in: tcpAOTable[:], about: "the TCP Authentication Option, [below](#tcp-ao)", off: true},
	{word: "api", open: (*parser).apiBlock, in: apiTable[:], about: "who may command the neighbor, and hears of it, [below](#api)"},
	{word: "operational", open: (*parser).operational, in: operationalTable[:], about: "messages that a session begins with, [below](#operational)"},

	{word: "static", open: (*parser).static, routes: true, in: staticTable[:], about: "routes, [below](#static)"},
	{word: "announce", open: (*parser).announce, routes: true, in: announceTable[:], about: "routes by family, [below](#announce)"},
	{word: "flow", open: func(p *parser) { p.section("flow", flowTable[:]) }, routes: true, in: flowTable[:], about: "flow routes, [below](#flow)"},
	{word: "l2vpn", open: (*parser).l2vpn, routes: true, about: "[VPLS](families/vpls.md) routes: `vpls NAME { … }` or `vpls …;`", like: "vpls rd 64500:1 endpoint 5 base 10702 offset 1 size 8 next-hop 192.0.2.2"},

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
	{word: "asn4", read: func(p *parser) { p.n.Session.Capability.ASN4 = p.c.Bool(true) }, is: "bool", about: "truth value: AS numbers of four octets", unset: "`true`"},
	{word: "extended-message", read: func(p *parser) { p.n.Session.Capability.ExtendedMessage = p.c.Bool(true) }, is: "bool", about: "truth value: messages of up to 65535 octets", unset: "`true`"},
	{word: "route-refresh", read: func(p *parser) { p.n.Session.Capability.RouteRefresh = p.c.Bool(true) }, is: "bool", about: "truth value, with enhanced refresh; turns `adj-rib-out` on", unset: "`false`"},
	{word: "operational", read: func(p *parser) { p.n.Session.Capability.Operational = p.c.Bool(true) }, is: "bool", about: "truth value: operational messages", unset: "`false`"},
	{word: "multi-session", read: func(p *parser) { p.n.Session.Capability.MultiSession = p.c.Bool(true) }, is: "bool", about: "truth value: several sessions with the peer, by their families", unset: "`false`"},
	{word: "software-version", read: func(p *parser) { p.n.Session.Capability.SoftwareVersion = p.c.Bool(false) }, is: "bool", about: "truth value: tell the peer our version", unset: "`false`"},
	{word: "aigp", read: func(p *parser) { p.n.Session.Capability.AIGP = p.c.Bool(true) }, is: "bool", about: "truth value: send and read AIGP in external sessions", unset: "`false`"},
	{word: "nexthop", read: func(p *parser) { v := p.c.Bool(true); p.n.nextHop = &v }, is: "bool", about: "truth value: IPv6 next hops of IPv4 routes (RFC 8950)", unset: "on with a `nexthop` block", like: "true"},
	{word: "link-local-nexthop", read: func(p *parser) { p.n.Session.Capability.LinkLocalNextHop = p.boolean() }, is: "bool", about: "truth value that must be given: next hops that are link-local addresses alone", unset: "off", like: "false"},
	{word: "link-local-prefer", read: func(p *parser) { p.n.Session.Capability.LinkLocalPrefer = p.c.Bool(false) }, is: "bool", about: "truth value, without effect as in ExaBGP", unset: "`false`"},
	{word: "add-path", read: (*parser).addPathMode, is: "disable|receive|send|send/receive", about: "`send`, `receive`, `send/receive` or `disable`", unset: "off", like: "send/receive"},
	{word: "role", read: (*parser).role, is: "role", about: "our role (RFC 9234): `provider`, `rs`, `rs-client`, `customer` or `peer`, then `strict` when the peer must have one", unset: "none", like: "customer"},
	{word: "graceful-restart", read: func(p *parser) { p.n.Session.Capability.GracefulRestart = p.gracefulRestart() }, is: "0..4095|disable", about: "0 to 4095 seconds, or `disable`; 0 is the hold time", unset: "off", like: "120"},

	{word: "route", read: (*parser).oldRouteRefresh, old: Old{Change: Rename, From: "route refresh", To: "route-refresh", Since: "4"}},
}

var nexthopTable = [...]row{
	{word: "ipv4", read: (*parser).nexthop, is: "words", about: "`unicast ipv6;` and so on: IPv6 next hops of IPv4 routes", like: "unicast ipv6"},
	{word: "ipv6", read: (*parser).nexthop, is: "words", about: "`unicast ipv4;` and so on: IPv4 next hops of IPv6 routes", like: "unicast ipv4"},
}

var tcpAOTable = [...]row{
	{word: "keyid", read: (*parser).keyID, is: "0..255", needed: true, about: "0 to 255, for both directions", like: "1"},
	{word: "algorithm", read: (*parser).algorithm, is: "algorithm", needed: true, about: "`hmac-sha-1-96`, `aes-128-cmac-96` or `hmac-sha-256`", like: "hmac-sha-1-96"},
	{word: "password", read: (*parser).tcpAOPassword, is: "string", needed: true, about: "the key, at most 80 octets", like: "secret"},
	{word: "base64", read: func(p *parser) { p.n.tcpAO.base64, p.n.tcpAO.said = p.c.Bool(false), true }, is: "bool", about: "truth value: the key is base64", unset: "`false`"},
}

// tcpAOAlgorithms are those of a tcp-ao block (RFC 5926 and ExaBGP's SHA-256).
var tcpAOAlgorithms = [...]string{"hmac-sha-1-96", "aes-128-cmac-96", "hmac-sha-256"}

var processTable = [...]row{
	{word: "run", read: (*parser).run, is: "words", needed: true, about: "a program and its arguments, without a shell", like: "/bin/sh -c \"while read line; do :; done\""},
	{word: "encoder", read: (*parser).encoder, is: "text|json", about: "`text` or `json`: what events look like", unset: "`text`, with a warning", like: "json"},
	{word: "respawn", read: func(p *parser) { p.proc.Respawn = p.c.Bool(true) }, is: "bool", about: "truth value: start it again when it ends", unset: "`true`"},
	{word: "version", read: (*parser).version, is: "4|4.2|5|6", about: "`4`, `4.2`, `5` or `6`: whose answers and events it gets", unset: "the setting `api.version`", like: "5"},
	{word: "backlog", read: func(p *parser) { p.proc.Backlog = p.octets(minBacklog, maxBacklog) }, is: "size", about: "octets of events that may wait for it, `64K` to `1G`", unset: "16M", like: "16M"},
	{word: "when-full", read: (*parser).whenFull, is: "block|drop|kill", about: "`block`, `drop` or `kill`: what happens to an event when the backlog is full", unset: "`block`", like: "block"},
	{word: "report-dropped", read: func(p *parser) { p.proc.Report = p.c.Bool(true) }, is: "bool", about: "truth value: a line says how many events were dropped", unset: "`false`"},
}

// ownTable is the helper programs that ExaBGP has, and this program.
var ownTable = [...]struct{ words, own string }{
	{"exabgp-healthcheck", "healthcheck"},
	{"exabgp healthcheck", "healthcheck"},
	{"python -m exabgp healthcheck", "healthcheck"},
	{"python3 -m exabgp healthcheck", "healthcheck"},
	{"exabgp migrate api", "migrate api"},
}

var templateTable = [...]row{
	{word: "neighbor", open: (*parser).templateNeighbor, in: neighborTable[:], about: "what `inherit NAME;` takes: everything that a neighbor may say", like: "base"},
}

var apiTable = [...]row{
	{word: "processes", read: (*parser).processes, is: "names", about: "names of processes", like: "[ example ]"},
	{word: "processes-match", read: (*parser).processesMatch, is: "list", about: "expressions for names; these may command but hear nothing", like: "[ \"^operator-\" ]"},
	{word: "neighbor-changes", read: func(p *parser) { p.api.NeighborChanges = p.c.Bool(true) }, is: "bool", about: "truth value: sessions that begin and end", unset: "`false`", like: "true"},
	{word: "negotiated", read: func(p *parser) { p.api.Negotiated = p.c.Bool(true) }, is: "bool", about: "truth value: what was negotiated", unset: "`false`", like: "true"},
	{word: "fsm", read: func(p *parser) { p.api.FSM = p.c.Bool(true) }, is: "bool", about: "truth value: states of the session", unset: "`false`", like: "true"},
	{word: "signal", read: func(p *parser) { p.api.Signal = p.c.Bool(true) }, is: "bool", about: "truth value: signals to the daemon", unset: "`false`", like: "true"},
	{word: "send", open: func(p *parser) { p.messages = &p.api.Send; p.section("send", messageTable[:]) }, in: messageTable[:], about: "messages to the peer, [below](#receive-and-send)"},
	{word: "receive", open: func(p *parser) { p.messages = &p.api.Receive; p.section("receive", messageTable[:]) }, in: messageTable[:], about: "messages from the peer, [below](#receive-and-send)"},
}

var messageTable = [...]row{
	{word: "parsed", read: func(p *parser) { p.messages.Parsed = p.c.Bool(true) }, is: "bool", about: "truth value: events have the decoded message", unset: "`false`", like: "true"},
	{word: "packets", read: func(p *parser) { p.messages.Packets = p.c.Bool(true) }, is: "bool", about: "truth value: events have the octets", unset: "`false`", like: "true"},
	{word: "consolidate", read: func(p *parser) { p.messages.Consolidate = p.c.Bool(true) }, is: "bool", about: "truth value: events have both in one", unset: "`false`", like: "true"},
	{word: "open", read: func(p *parser) { p.messages.Open = p.c.Bool(true) }, is: "bool", about: "truth value: OPEN messages", unset: "`false`", like: "true"},
	{word: "update", read: func(p *parser) { p.messages.Update = p.c.Bool(true) }, is: "bool", about: "truth value: UPDATE messages", unset: "`false`", like: "true"},
	{word: "notification", read: func(p *parser) { p.messages.Notification = p.c.Bool(true) }, is: "bool", about: "truth value: NOTIFICATION messages", unset: "`false`", like: "true"},
	{word: "keepalive", read: func(p *parser) { p.messages.Keepalive = p.c.Bool(true) }, is: "bool", about: "truth value: KEEPALIVE messages", unset: "`false`", like: "true"},
	{word: "refresh", read: func(p *parser) { p.messages.Refresh = p.c.Bool(true) }, is: "bool", about: "truth value: ROUTE-REFRESH messages", unset: "`false`", like: "true"},
	{word: "operational", read: func(p *parser) { p.messages.Operational = p.c.Bool(true) }, is: "bool", about: "truth value: OPERATIONAL messages", unset: "`false`", like: "true"},
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
	{word: "all", read: (*parser).allFamilies, is: "bool", about: "every family; stands first and alone", like: "true", off: true},
	{word: "ipv4", read: (*parser).addFamily, is: "safi", about: "a SAFI"},
	{word: "ipv6", read: (*parser).addFamily, is: "safi", about: "a SAFI"},
	{word: "l2vpn", read: (*parser).addFamily, is: "safi", about: "a SAFI"},
	{word: "bgp-ls", read: (*parser).addFamily, is: "safi", about: "a SAFI"},
	{word: "inet", read: func(p *parser) { p.oldFamily("ipv4") }, old: Old{Change: Rename, To: "ipv4"}},
	{word: "inet4", read: func(p *parser) { p.oldFamily("ipv4") }, old: Old{Change: Rename, To: "ipv4"}},
	{word: "inet6", read: func(p *parser) { p.oldFamily("ipv6") }, old: Old{Change: Rename, To: "ipv6"}},
	{word: "minimal", read: func(p *parser) { p.n.minimal = true }, old: Old{Change: Minimal}},
}

// addPathTable is the same words in an add-path block: it collects in p.n.addPaths.
var addPathTable = [...]row{
	{word: "all", read: func(p *parser) { p.n.addPaths = append(p.n.addPaths, bgp.DefaultFamilies()...) }, is: "bool", about: "every family of the neighbor, as without the block", like: "true", off: true},
	{word: "ipv4", read: (*parser).addAddPath, is: "words", about: "a SAFI; `limit N` says how many paths of a prefix we want", like: "unicast limit 4"},
	{word: "ipv6", read: (*parser).addAddPath, is: "words", about: "a SAFI, and `limit N`", like: "unicast"},
	{word: "l2vpn", read: (*parser).addAddPath, is: "words", about: "a SAFI, and `limit N`", like: "vpls"},
	{word: "bgp-ls", read: (*parser).addAddPath, is: "words", about: "a SAFI, and `limit N`", like: "bgp-ls"},
}

var operationalTable = [...]row{
	{word: "asm", read: (*parser).operationalMessage, is: "words", about: "`afi AFI safi SAFI advisory TEXT`", like: "afi ipv4 safi unicast advisory \"maintenance at noon\""},
	{word: "adm", read: (*parser).operationalMessage, is: "words", about: "`afi AFI safi SAFI advisory TEXT`", like: "afi ipv4 safi unicast advisory \"maintenance at noon\""},
	{word: "rpcq", read: (*parser).operationalMessage, is: "words", about: "`afi AFI safi SAFI [router-id ID] sequence N`", like: "afi ipv4 safi unicast sequence 1"},
	{word: "rpcp", read: (*parser).operationalMessage, is: "words", about: "`afi AFI safi SAFI [router-id ID] sequence N counter N`", like: "afi ipv4 safi unicast sequence 1 counter 1"},
	{word: "apcq", read: (*parser).operationalMessage, is: "words", about: "`afi AFI safi SAFI [router-id ID] sequence N`", like: "afi ipv4 safi unicast sequence 1"},
	{word: "apcp", read: (*parser).operationalMessage, is: "words", about: "`afi AFI safi SAFI [router-id ID] sequence N counter N`", like: "afi ipv4 safi unicast sequence 1 counter 1"},
	{word: "lpcq", read: (*parser).operationalMessage, is: "words", about: "`afi AFI safi SAFI [router-id ID] sequence N`", like: "afi ipv4 safi unicast sequence 1"},
	{word: "lpcp", read: (*parser).operationalMessage, is: "words", about: "`afi AFI safi SAFI [router-id ID] sequence N counter N`", like: "afi ipv4 safi unicast sequence 1 counter 1"},
}

// staticTable and the tables of announce are words whose statements are routes.
var staticTable = [...]row{
	{word: "route", read: (*parser).readRoute, open: (*parser).readRoute, is: "words", about: "`route PREFIX ATTRIBUTES;` or `route PREFIX { ATTRIBUTE; … }`", like: "198.51.100.0/24 next-hop self med 100"},
	{word: "attributes", read: (*parser).readAttributes, is: "words", about: "`attributes ATTRIBUTES nlri PREFIX PREFIX …;`", like: "next-hop self origin igp nlri 203.0.113.0/25 203.0.113.128/25"},
	{word: "attribute", read: (*parser).readAttributes, is: "words", about: "another spelling of `attributes`", like: "next-hop self nlri 192.0.2.64/26"},
	{word: "sr-policy", read: (*parser).readFamily, is: "words", about: "an [SR policy](families/sr-policy.md)", like: "distinguisher 1 color 100 endpoint 192.0.2.3 next-hop 192.0.2.2 preference 100 segment-list weight 1 segment type-a mpls 16001"},
}

var announceTable = [...]row{
	{word: "ipv4", open: func(p *parser) { p.announceAFI(bgp.AFIIPv4) }, about: "a section of `SAFI ROUTE;`, such as `unicast 10.0.0.0/24 next-hop self;`", like: "unicast 198.51.100.128/25 next-hop self"},
	{word: "ipv6", open: func(p *parser) { p.announceAFI(bgp.AFIIPv6) }, about: "a section of `SAFI ROUTE;`", like: "unicast 2001:db8::/32 next-hop 2001:db8::2"},
	{word: "l2vpn", open: func(p *parser) { p.announceAFI(bgp.AFIL2VPN) }, about: "a section of `SAFI ROUTE;`", like: "vpls rd 64500:2 endpoint 5 base 10802 offset 1 size 8 next-hop 192.0.2.2"},
	{word: "bgp-ls", open: func(p *parser) { p.announceAFI(bgp.AFIBGPLS) }, about: "a section of `SAFI ROUTE;`, see [BGP-LS](families/bgp-ls.md)", like: "bgp-ls node protocol isis-l2 local [ autonomous-system 64500 router-id 010203040506 ] next-hop 192.0.2.2"},
}

// flowTable: the grammar of routes knows the words of a flow route.
var flowTable = [...]row{
	{word: "route", read: (*parser).readFlow, open: (*parser).readFlow, is: "words", about: "`route [NAME] { match { … } then { … } }`, or the same words in one line", like: "destination 198.51.100.7/32 destination-port =53 discard"},
}

// nexthopSAFIs are those of a nexthop block (RFC 8950 §4).
var nexthopSAFIs = [...]bgp.SAFI{bgp.SAFIUnicast, bgp.SAFIMulticast, bgp.SAFILabel, bgp.SAFIVPN}
