package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// settings is what the environment says. It is read once, here, and handed down.
type settings struct {
	profile struct {
		enable bool
		file   string
	}
	pdb    struct{ enable bool }
	daemon struct {
		pid, user       string
		daemonize, drop bool
		umask           octal
	}
	log struct {
		enable                                                              bool
		level                                                               level
		destination                                                         string
		all, configuration, reactor, daemon, processes, network, statistics bool
		packets, rib, message, timers, routes, parser, short                bool
	}
	tcp struct {
		once     bool
		attempts int
		delay    int
		bind     addrs
		port     int
		connect  int // port to connect to, 0: the default; no row of its own
		acl      bool
	}
	bgp struct {
		passive         bool
		openwait        int
		pathsLimitAudit bool
	}
	cache struct{ attributes, nexthops bool }
	api   struct {
		ack                  bool
		chunk                int
		encoder              encoder
		version              dialect
		showRoutesFormat     string
		compact, explain     bool
		respawn, terminate   bool
		cli                  bool
		pipename, socketname string
		socketmode           octal
		socketgroup          string
	}
	reactor struct {
		speed   float64
		asyncio bool
	}
	debug struct {
		pdb, memory, configuration, selfcheck, defensive, rotate, timing bool
		route                                                            string
	}

	// Variables that are not settings.
	version    string // exabgp_version: what the software-version capability says; "" when unset
	file       string // the environment file that was looked for
	fileAbsent bool
}

// environment is the variables of a process: NAME=VALUE.
type environment []string

// get returns the value of a name.
func (e environment) get(name string) (string, bool) {
	for _, kv := range e {
		if k, v, ok := strings.Cut(kv, "="); ok && k == name {
			return v, true
		}
	}
	return "", false
}

// loadSettings reads variables and the environment file; what is set nowhere has
// its default. Precedence: exabgp.SECTION.KEY, exabgp_SECTION_KEY, file, default.
func loadSettings(env environment, argv0, envFile string) (*settings, error) {
	s := &settings{}
	s.version, _ = env.get("exabgp_version")
	s.file = envFilePath(env, argv0, envFile)
	ini, err := readINI(s.file)
	switch {
	case os.IsNotExist(err):
		s.fileAbsent = true
	case err != nil:
		return nil, err
	}
	for i := range envTable {
		r := &envTable[i]
		v, ok := lookup(env, r.name)
		if !ok {
			v, ok = ini[r.name]
		}
		if !ok || isBlank(v) && !takesBlank(r.field(s)) {
			v = r.preset
		}
		if err := setValue(r.field(s), unquote(v)); err != nil {
			return nil, fmt.Errorf("invalid value for %s: '%s', %w", r.name, v, err)
		}
	}
	if s.tcp.port < 1 || s.tcp.port > 65535 {
		return nil, fmt.Errorf("invalid value for tcp.port: %d, expected a number from 1 to 65535", s.tcp.port)
	}
	s.connectPort(env)
	return s, s.aliases(env)
}

// connectPort takes tcp.port as the port to connect to when a variable has it.
// ExaBGP: the environment file says where to listen alone.
func (s *settings) connectPort(env environment) {
	if v, ok := lookup(env, "tcp.port"); ok && !isBlank(v) {
		s.tcp.connect = s.tcp.port
	}
}

// isBlank reports whether a value says nothing: for a number that is the default.
func isBlank(v string) bool { return unquote(v) == "" }

// takesBlank reports whether "" is a value of a setting. ExaBGP: of a truth value
// it is false.
func takesBlank(field any) bool {
	switch field.(type) {
	case *string, *bool, *addrs:
		return true
	}
	return false
}

// aliases applies the older names of tcp.attempts.
func (s *settings) aliases(env environment) error {
	given, attempts := lookup(env, "tcp.attempts")
	attempts = attempts && !isBlank(given)
	v, connections := lookup(env, "tcp.connections")
	switch {
	case connections && !attempts:
		if err := setValue(&s.tcp.attempts, unquote(v)); err != nil {
			return fmt.Errorf("invalid value for tcp.connections: '%s', %w", v, err)
		}
	case s.tcp.once && !attempts:
		s.tcp.attempts = 1
	}
	return nil
}

// lookup finds a setting among the variables.
func lookup(env environment, name string) (string, bool) {
	if v, ok := env.get("exabgp." + name); ok {
		return v, true
	}
	return env.get("exabgp_" + strings.ReplaceAll(name, ".", "_"))
}

// envFilePath says where the environment file is. Deviation: for a program in
// /usr or /usr/local it is under /etc, where distributions put it.
func envFilePath(env environment, argv0, flag string) string {
	if flag != "" {
		return flag
	}
	if v, ok := env.get("EXABGP_ENVFILE"); ok && v != "" {
		return v
	}
	return filepath.Join("/", rootFolder(env, argv0), "etc/exabgp/exabgp.env")
}

// rootFolder is the folder that the program is installed in, where its etc and run
// are; "" for the root of the file system.
func rootFolder(env environment, argv0 string) string {
	root, ok := env.get("EXABGP_ROOT")
	if !ok {
		dir, err := filepath.Abs(filepath.Dir(argv0))
		if err != nil {
			dir = "/"
		}
		root = strings.TrimSuffix(strings.TrimSuffix(dir, "/sbin"), "/bin")
	}
	if root == "/usr" || root == "/usr/local" {
		return ""
	}
	return strings.TrimSuffix(root, "/")
}
