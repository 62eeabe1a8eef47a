package main

import "strings"

// version is set by the build: -ldflags "-X main.version=v1.2.3".
var version string

// oldOptions are first arguments of ExaBGP 4.2, which had options alone, and the
// commands that they became.
var oldOptions = map[string]string{
	"--version": "version",
	"--test":    "validate", "-t": "validate", "--validate": "validate",
	"--decode": "decode", "-x": "decode",
	"--fi": "env", "--full-ini": "env",
	"--di": "env -d", "--diff-ini": "env -d",
	"--fe": "env -e", "--full-env": "env -e",
	"--de": "env -d -e", "--diff-env": "env -d -e",
}

// envRow is a setting: "section.key", its default, what it does, where it goes.
type envRow struct {
	name   string
	preset string
	help   string
	field  func(s *settings) any // pointer to bool, int, float64, string or a type of settings_value.go
}

func (r *envRow) section() string { s, _, _ := strings.Cut(r.name, "."); return s }
func (r *envRow) key() string     { _, k, _ := strings.Cut(r.name, "."); return k }

// logLevels are the values of log.level, most urgent first.
var logLevels = []string{"FATAL", "CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG", "NOTSET"}

// envTable is every setting. Those that steer nothing here are accepted, so that
// an environment file of ExaBGP needs no edit; their help says "accepted".
var envTable = [...]envRow{
	{"profile.enable", "false", "accepted: no profiler of ExaBGP here", func(s *settings) any { return &s.profile.enable }},
	{"profile.file", "", "accepted: no profiler of ExaBGP here", func(s *settings) any { return &s.profile.file }},

	{"pdb.enable", "false", "accepted: no debugger of ExaBGP here", func(s *settings) any { return &s.pdb.enable }},

	{"daemon.pid", "", "file that holds the process number while the daemon runs", func(s *settings) any { return &s.daemon.pid }},
	{"daemon.user", "nobody", "user to become when started as root", func(s *settings) any { return &s.daemon.user }},
	{"daemon.daemonize", "false", "accepted: run it under a supervisor", func(s *settings) any { return &s.daemon.daemonize }},
	{"daemon.drop", "true", "become daemon.user before helpers start, not after", func(s *settings) any { return &s.daemon.drop }},
	{"daemon.umask", "0137", "umask of the daemon and its helpers", func(s *settings) any { return &s.daemon.umask }},

	{"log.enable", "true", "log at all", func(s *settings) any { return &s.log.enable }},
	{"log.level", "INFO", "least level: FATAL, CRITICAL, ERROR, WARNING, INFO, DEBUG, NOTSET", func(s *settings) any { return &s.log.level }},
	{"log.destination", "stdout", "stdout and stderr (both are stderr), syslog, host:ADDRESS, or an absolute path", func(s *settings) any { return &s.log.destination }},
	{"log.all", "false", "every source", func(s *settings) any { return &s.log.all }},
	{"log.configuration", "true", "reading of the configuration", func(s *settings) any { return &s.log.configuration }},
	{"log.reactor", "true", "signals and reloads", func(s *settings) any { return &s.log.reactor }},
	{"log.daemon", "true", "pid file, user, listeners", func(s *settings) any { return &s.log.daemon }},
	{"log.processes", "true", "helpers: start, end, errors", func(s *settings) any { return &s.log.processes }},
	{"log.network", "true", "connections and session states", func(s *settings) any { return &s.log.network }},
	{"log.statistics", "true", "counters of messages", func(s *settings) any { return &s.log.statistics }},
	{"log.packets", "false", "messages in hexadecimal", func(s *settings) any { return &s.log.packets }},
	{"log.rib", "false", "changes of configured routes", func(s *settings) any { return &s.log.rib }},
	{"log.message", "false", "changes of routes at a reload", func(s *settings) any { return &s.log.message }},
	{"log.timers", "false", "keepalive timers", func(s *settings) any { return &s.log.timers }},
	{"log.routes", "false", "received routes", func(s *settings) any { return &s.log.routes }},
	{"log.parser", "false", "details of decoding", func(s *settings) any { return &s.log.parser }},
	{"log.short", "true", "no time and process number before a line", func(s *settings) any { return &s.log.short }},

	{"tcp.once", "false", "deprecated: tcp.attempts 1", func(s *settings) any { return &s.tcp.once }},
	{"tcp.attempts", "0", "sessions or attempts of a peer, 0 for ever; when no peer is left the daemon ends", func(s *settings) any { return &s.tcp.attempts }},
	{"tcp.delay", "0", "start when the minute of the hour is a multiple of this", func(s *settings) any { return &s.tcp.delay }},
	{"tcp.bind", "", "addresses to listen on, blanks between them; none: no listener", func(s *settings) any { return &s.tcp.bind }},
	{"tcp.port", "179", "port to listen on; given as a variable, the one to connect to as well", func(s *settings) any { return &s.tcp.port }},
	{"tcp.acl", "false", "accepted: never implemented", func(s *settings) any { return &s.tcp.acl }},

	{"bgp.passive", "false", "never connect, all peers are passive", func(s *settings) any { return &s.bgp.passive }},
	{"bgp.openwait", "60", "seconds to wait for the OPEN of a peer", func(s *settings) any { return &s.bgp.openwait }},
	{"bgp.paths_limit_audit", "true", "warn when a peer sends more paths than our PATHS-LIMIT allows", func(s *settings) any { return &s.bgp.pathsLimitAudit }},

	{"cache.attributes", "true", "accepted: attributes are always shared", func(s *settings) any { return &s.cache.attributes }},
	{"cache.nexthops", "true", "accepted: next hops are always shared", func(s *settings) any { return &s.cache.nexthops }},

	{"api.ack", "true", "answer commands of helpers", func(s *settings) any { return &s.api.ack }},
	{"api.chunk", "1", "accepted: lines are written in full buffers", func(s *settings) any { return &s.api.chunk }},
	{"api.encoder", "json", "accepted: a process without encoder gets text", func(s *settings) any { return &s.api.encoder }},
	{"api.version", "5", "answers and events as ExaBGP 5.0 (5), 4.2, or main with API version 4 or 6", func(s *settings) any { return &s.api.version }},
	{"api.show-routes-format", "v1", "`v2`: whole routes in the JSON of `show adj-rib`", func(s *settings) any { return &s.api.showRoutesFormat }},
	{"api.compact", "false", "unicast NLRI as plain strings in JSON", func(s *settings) any { return &s.api.compact }},
	{"api.explain", "false", "say why a command is refused, in every version; Herald's own", func(s *settings) any { return &s.api.explain }},
	{"api.respawn", "true", "start a helper again when it ends", func(s *settings) any { return &s.api.respawn }},
	{"api.terminate", "false", "end the daemon when a helper cannot be started", func(s *settings) any { return &s.api.terminate }},
	{"api.cli", "true", "serve the command line client", func(s *settings) any { return &s.api.cli }},
	{"api.pipename", "exabgp", "name of the named pipes", func(s *settings) any { return &s.api.pipename }},
	{"api.socketname", "exabgp", "name of the client socket", func(s *settings) any { return &s.api.socketname }},
	{"api.socketmode", "0660", "mode of the client socket: who may write to it may give commands", func(s *settings) any { return &s.api.socketmode }},
	{"api.socketgroup", "", "group of the client socket; none: that of daemon.user", func(s *settings) any { return &s.api.socketgroup }},

	{"reactor.speed", "1.0", "accepted: there is no loop to pace", func(s *settings) any { return &s.reactor.speed }},
	{"reactor.asyncio", "false", "accepted: there is no such loop", func(s *settings) any { return &s.reactor.asyncio }},

	{"debug.pdb", "false", "accepted", func(s *settings) any { return &s.debug.pdb }},
	{"debug.memory", "false", "accepted", func(s *settings) any { return &s.debug.memory }},
	{"debug.configuration", "false", "accepted", func(s *settings) any { return &s.debug.configuration }},
	{"debug.selfcheck", "false", "accepted", func(s *settings) any { return &s.debug.selfcheck }},
	{"debug.defensive", "false", "accepted", func(s *settings) any { return &s.debug.defensive }},
	{"debug.rotate", "false", "several configurations are successive versions, one per reload", func(s *settings) any { return &s.debug.rotate }},
	{"debug.timing", "false", "accepted", func(s *settings) any { return &s.debug.timing }},
	{"debug.route", "", "accepted", func(s *settings) any { return &s.debug.route }},
}
