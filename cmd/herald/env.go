package main

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/herald-bgp/herald/internal/bgp"
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

// Types of settings. What they share is text in, text out; the table gives each
// row a pointer to one of them.
type (
	octal   uint32
	level   string
	addrs   []netip.Addr
	encoder string
	dialect bgp.Dialect
)

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

// readINI reads the values of an environment file, by "section.key". Sections
// and keys that nobody knows are passed over.
func readINI(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseINI(path, f)
}

func parseINI(path string, r io.Reader) (map[string]string, error) {
	values := map[string]string{}
	section := ""
	lines := bufio.NewScanner(r)
	for row := 1; lines.Scan(); row++ {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[' && line[len(line)-1] == ']':
			section = strings.TrimPrefix(line[1:len(line)-1], "exabgp.")
		default:
			at := strings.IndexAny(line, "=:")
			if at <= 0 || section == "" {
				return nil, fmt.Errorf("%s:%d: unexpected '%s', expected [exabgp.SECTION] or KEY = VALUE", path, row, line)
			}
			values[section+"."+strings.TrimSpace(strings.ToLower(line[:at]))] = strings.TrimSpace(line[at+1:])
		}
	}
	return values, lines.Err()
}

// unquote takes blanks and one kind of quotes away from both ends.
func unquote(v string) string {
	v = strings.TrimSpace(v)
	for _, q := range []byte{'\'', '"'} {
		if len(v) > 1 && v[0] == q && v[len(v)-1] == q {
			return strings.TrimSpace(v[1 : len(v)-1])
		}
	}
	return v
}

// setValue stores v, as text, in a setting.
func setValue(field any, v string) error {
	switch f := field.(type) {
	case *bool:
		*f = slices.Contains([]string{"1", "yes", "on", "enable", "true"}, strings.ToLower(v))
	case *string:
		*f = v
	case *int:
		n, err := strconv.Atoi(v)
		if err != nil {
			return fmt.Errorf("expected a number")
		}
		*f = n
	case *float64:
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return fmt.Errorf("expected a number")
		}
		*f = n
	case *octal:
		n, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimPrefix(v, "0o"), "0"), 8, 12)
		if err != nil && strings.Trim(v, "0") != "" {
			return fmt.Errorf("expected an octal number such as 0137")
		}
		*f = octal(n)
	case *level:
		if !slices.Contains(logLevels, strings.ToUpper(v)) {
			return fmt.Errorf("expected one of %s", strings.Join(logLevels, ", "))
		}
		*f = level(strings.ToUpper(v))
	case *encoder:
		if v != "text" && v != "json" {
			return fmt.Errorf("expected text or json")
		}
		*f = encoder(v)
	case *dialect:
		d, ok := bgp.ParseDialect(v)
		if !ok {
			return fmt.Errorf("expected 4, 4.2, 5 or 6")
		}
		*f = dialect(d)
	case *addrs:
		return f.set(v)
	}
	return nil
}

func (a *addrs) set(v string) error {
	*a = nil
	for w := range strings.FieldsSeq(v) {
		ip, err := netip.ParseAddr(w)
		if err != nil {
			return fmt.Errorf("expected IP addresses between blanks")
		}
		*a = append(*a, ip)
	}
	return nil
}

// formatValue is the text of a setting as `env` prints it; quoted says whether
// the file form puts it in quotes.
func formatValue(field any) (text string, quoted bool) {
	switch f := field.(type) {
	case *bool:
		return strconv.FormatBool(*f), false
	case *string:
		return *f, true
	case *int:
		return strconv.Itoa(*f), false
	case *float64:
		return strconv.FormatFloat(*f, 'f', 1, 64), false
	case *octal:
		return fmt.Sprintf("0o%o", uint32(*f)), true
	case *level:
		return string(*f), false
	case *encoder:
		return string(*f), true
	case *dialect:
		return bgp.Dialect(*f).String(), false
	case *addrs:
		words := make([]string, len(*f))
		for i, a := range *f {
			words[i] = a.String()
		}
		return strings.Join(words, " "), true
	}
	return "", false
}

// newEnv is `herald env`.
func newEnv(a *app) *cobra.Command {
	var diff, plain bool
	cmd := &cobra.Command{
		Use:   "env [-d] [-e]",
		Short: "Print the settings, as an environment file or as variables",
		Long: `Print the settings in effect, in the form of an environment file. They come, from the
highest precedence, from variables exabgp.SECTION.KEY, from variables exabgp_SECTION_KEY,
and from the environment file.`,
		Example: "  herald env > /etc/exabgp/exabgp.env\n  exabgp_tcp_port=1790 herald env -d",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := a.loadSettings()
			if err != nil {
				return err
			}
			return printSettings(a.stdout, s, diff, plain)
		},
	}
	cmd.Flags().BoolVarP(&diff, "diff", "d", false, "only settings that differ from their default")
	cmd.Flags().BoolVarP(&plain, "env", "e", false, "as variables: exabgp.section.key='value'")
	return cmd
}

// printSettings writes the rows of the table by section, keys in alphabetical order.
func printSettings(w io.Writer, s *settings, diff, plain bool) error {
	out := bufio.NewWriter(w)
	preset := &settings{}
	section := ""
	for _, r := range sortedEnv() {
		if err := setValue(r.field(preset), r.preset); err != nil {
			return err
		}
		v, quoted := formatValue(r.field(s))
		was, _ := formatValue(r.field(preset))
		if r.section() == "debug" || diff && v == was {
			continue
		}
		if plain {
			fmt.Fprintf(out, "exabgp.%s='%s'\n", r.name, v)
			continue
		}
		if r.section() != section {
			section = r.section()
			fmt.Fprintf(out, "\n[exabgp.%s]\n", section)
		}
		if quoted {
			v = "'" + v + "'"
		}
		fmt.Fprintf(out, "%s = %s\n", r.key(), v)
	}
	return out.Flush()
}

// sortedEnv gives the rows in the order of sections in the table, keys sorted.
func sortedEnv() []envRow {
	rows := slices.Clone(envTable[:])
	order := map[string]int{}
	for i := range rows {
		if _, ok := order[rows[i].section()]; !ok {
			order[rows[i].section()] = i
		}
	}
	slices.SortStableFunc(rows, func(a, b envRow) int {
		if d := order[a.section()] - order[b.section()]; d != 0 {
			return d
		}
		return strings.Compare(a.key(), b.key())
	})
	return rows
}
