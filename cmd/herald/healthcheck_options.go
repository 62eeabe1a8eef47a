package main

import (
	"bufio"
	"errors"
	"fmt"
	"log/syslog"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/herald-bgp/herald/internal/health"
)

// healthOptions are those of `herald healthcheck`.
type healthOptions struct {
	silent, noSyslog, debug, noAck, sudo bool
	facility                             string
	name, config, pid, user, group       string

	interval, fast, patience float64 // seconds
	rise, fall               int
	disable, command         string

	nextHop                         string
	ipList, ipInterfaces, neighbors []string
	localPreference                 int
	deaggregate                     bool
	noIPSetup, ipDynamic            bool
	label                           string
	labelExact                      bool
	startIP                         int
	upMetric, downMetric            int
	disabledMetric, increase        int
	community, disabledCommunity    string
	extCommunity, largeCommunity    string
	asPath, upASPath, downASPath    string
	disabledASPath                  string
	withdrawOnDown, debounce        bool
	pathID                          int

	execute, upExecute, downExecute, disabledExecute []string

	set        func(flag string) bool // was given
	ips        []netip.Prefix
	interfaces map[netip.Prefix]string // of networks that are not on the loopback interface
}

// define makes the options, with ExaBGP's names and presets.
func (o *healthOptions) define(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.BoolVarP(&o.silent, "silent", "s", false, "do not log to the standard error")
	fl.StringVar(&o.facility, "syslog-facility", "daemon", "log to this `facility` of syslog; also -sF")
	fl.Lookup("syslog-facility").NoOptDefVal = "daemon"
	fl.BoolVar(&o.noSyslog, "no-syslog", false, "do not log to syslog")
	fl.BoolVarP(&o.debug, "debug", "d", false, "log everything, but not to syslog")
	fl.BoolVarP(&o.noAck, "no-ack", "a", false, "do not wait for answers of the daemon")
	fl.BoolVar(&o.sudo, "sudo", false, "set addresses up by sudo")
	fl.StringVarP(&o.name, "name", "n", "", "`name` in the log")
	fl.StringVarP(&o.config, "config", "F", "", "read options from a `file`")
	fl.StringVarP(&o.pid, "pid", "p", "", "write the process number to a `file`")
	fl.StringVar(&o.user, "user", "", "become this `user` once addresses are set up")
	fl.StringVar(&o.group, "group", "", "become of this `group` once addresses are set up")

	fl.Float64VarP(&o.interval, "interval", "i", 5, "`seconds` between checks; 0 leaves after the first announcement")
	fl.Float64VarP(&o.fast, "fast-interval", "f", 1, "`seconds` between checks while the state is about to change")
	fl.Float64VarP(&o.patience, "timeout", "t", 5, "`seconds` that a check may take; 0 for ever")
	fl.IntVar(&o.rise, "rise", 3, "`checks` in a row until the service is up")
	fl.IntVar(&o.fall, "fall", 3, "`checks` in a row until the service is down")
	fl.StringVar(&o.disable, "disable", "", "the service is disabled while this `file` exists")
	fl.StringVarP(&o.command, "command", "c", "", "shell `command` that succeeds while the service is up; also --cmd")

	fl.StringVarP(&o.nextHop, "next-hop", "N", "self", "next hop of the routes: an `address`, or self")
	fl.StringArrayVar(&o.ipList, "ip", nil, "announce this address or `network`")
	fl.StringArrayVar(&o.ipInterfaces, "ip-ifname", nil, "put the network on an interface: `IP%INTERFACE`")
	fl.IntVar(&o.localPreference, "local-preference", -1, "local `preference` of the routes; -1 for none")
	fl.BoolVar(&o.deaggregate, "deaggregate-networks", false, "announce the addresses of networks one by one")
	fl.BoolVar(&o.noIPSetup, "no-ip-setup", false, "do not set up missing addresses")
	fl.BoolVar(&o.ipDynamic, "dynamic-ip-setup", false, "take addresses away while the service is not up")
	fl.StringVar(&o.label, "label", "", "addresses whose `label` begins so")
	fl.BoolVar(&o.labelExact, "label-exact-match", false, "addresses of just this label")
	fl.IntVar(&o.startIP, "start-ip", 0, "`index` of the address that comes first")
	fl.IntVar(&o.upMetric, "up-metric", 100, "`metric` of the first address while the service is up")
	fl.IntVar(&o.downMetric, "down-metric", 1000, "the same `metric` while it is down")
	fl.IntVar(&o.disabledMetric, "disabled-metric", 500, "the same `metric` while it is disabled")
	fl.IntVar(&o.increase, "increase", 1, "`number` added to the metric of each next address")
	fl.StringVar(&o.community, "community", "", "`communities`, with blanks between them")
	fl.StringVar(&o.extCommunity, "extended-community", "", "extended `communities`")
	fl.StringVar(&o.largeCommunity, "large-community", "", "large `communities`")
	fl.StringVar(&o.disabledCommunity, "disabled-community", "", "`communities` while the service is down or disabled")
	fl.StringVar(&o.asPath, "as-path", "", "AS `path`, with blanks between the numbers")
	fl.StringVar(&o.upASPath, "up-as-path", "", "the same `path` while the service is up")
	fl.StringVar(&o.downASPath, "down-as-path", "", "the same `path` while it is down")
	fl.StringVar(&o.disabledASPath, "disabled-as-path", "", "the same `path` while it is disabled")
	fl.BoolVar(&o.withdrawOnDown, "withdraw-on-down", false, "withdraw the routes while the service is not up")
	fl.IntVar(&o.pathID, "path-id", 0, "path `identifier` of the routes")
	fl.StringArrayVar(&o.neighbors, "neighbor", nil, "announce to this `neighbor` alone; * for all")
	fl.BoolVar(&o.debounce, "debounce", false, "announce when the state changes, not after each check")

	fl.StringArrayVar(&o.execute, "execute", nil, "shell `command` to run at a change of state, with STATE in its environment")
	fl.StringArrayVar(&o.upExecute, "up-execute", nil, "such a `command` when the service is up")
	fl.StringArrayVar(&o.downExecute, "down-execute", nil, "such a `command` when it is down")
	fl.StringArrayVar(&o.disabledExecute, "disabled-execute", nil, "such a `command` when it is disabled")
	o.set = fl.Changed
}

// parseHealthOptions reads a command line. The lines of a configuration file count as
// if they stood before it.
func parseHealthOptions(args []string) (o *healthOptions, help bool, err error) {
	o, err = scanHealthOptions(args)
	if err == nil && o.config != "" {
		var lines []string
		if lines, err = readHealthConfig(o.config); err == nil {
			o, err = scanHealthOptions(append(lines, args...))
		}
	}
	if errors.Is(err, pflag.ErrHelp) {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	return o, false, o.validate()
}

func scanHealthOptions(args []string) (*healthOptions, error) {
	o := &healthOptions{}
	cmd := &cobra.Command{}
	o.define(cmd)
	if err := cmd.ParseFlags(spellOut(cmd.Flags(), args)); err != nil {
		return nil, flagError(err)
	}
	if rest := cmd.Flags().Args(); len(rest) > 0 {
		return nil, fmt.Errorf("unrecognized arguments: %s", strings.Join(rest, " "))
	}
	return o, exclusive(o.set, "silent", "syslog-facility", "no-syslog")
}

// spellOut writes what argparse understands in the form of pflag: -sF, abbreviated
// names, and a facility in a word of its own.
func spellOut(fl *pflag.FlagSet, args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "-sF" {
			arg = "--syslog-facility"
		}
		name, value, hasValue := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		f := fl.Lookup(longOption(fl, name))
		if !strings.HasPrefix(arg, "--") || f == nil {
			out = append(out, arg)
			if takesNext(fl, arg) && i+1 < len(args) {
				i++
				out = append(out, args[i])
			}
			continue
		}
		isBool := f.Value.Type() == "bool"
		optional := f.NoOptDefVal != "" && !isBool
		if !hasValue && !isBool && i+1 < len(args) && (!optional || !strings.HasPrefix(args[i+1], "-")) {
			i++
			value, hasValue = args[i], true
		}
		if !hasValue {
			out = append(out, "--"+f.Name)
			continue
		}
		out = append(out, "--"+f.Name+"="+value)
	}
	return out
}

// takesNext reports whether a short option has its value in the next word.
func takesNext(fl *pflag.FlagSet, arg string) bool {
	if len(arg) < 2 || arg[0] != '-' || arg[1] == '-' {
		return false
	}
	for i := 1; i < len(arg); i++ {
		f := fl.ShorthandLookup(arg[i : i+1])
		if f == nil || f.Value.Type() == "bool" {
			continue
		}
		return i == len(arg)-1
	}
	return false
}

// longOption returns the name that a word stands for: a name, an older one, or the
// beginning of a single one.
func longOption(fl *pflag.FlagSet, word string) string {
	if word == "cmd" {
		return "command"
	}
	if fl.Lookup(word) != nil || word == "" {
		return word
	}
	var found []string
	fl.VisitAll(func(f *pflag.Flag) {
		if strings.HasPrefix(f.Name, word) {
			found = append(found, f.Name)
		}
	})
	if len(found) != 1 {
		return word
	}
	return found[0]
}

// readHealthConfig reads a configuration file: NAME = VALUE or NAME on each line.
func readHealthConfig(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var args []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		arg := "--" + strings.TrimSpace(name)
		if ok {
			arg += "=" + strings.TrimSpace(value)
		}
		args = append(args, arg)
	}
	return args, lines.Err()
}

// longest is the longest interval or time-out, of a year.
const longest = 365 * 24 * time.Hour

// validate checks what pflag does not, and reads addresses.
func (o *healthOptions) validate() error {
	for _, n := range []float64{o.interval, o.fast, o.patience} {
		if !(n >= 0 && n <= longest.Seconds()) { // nor is it a number
			return fmt.Errorf("intervals and time-outs are from 0 to %d seconds", longest/time.Second)
		}
	}
	if _, err := facility(o.facility); err != nil {
		return err
	}
	for _, t := range []string{
		o.community, o.extCommunity, o.largeCommunity, o.disabledCommunity,
		o.asPath, o.upASPath, o.downASPath, o.disabledASPath,
	} {
		// They go into commands, one a line: a line end would begin another command.
		if i := strings.IndexFunc(t, func(r rune) bool { return r != '\t' && !unicode.IsPrint(r) }); i >= 0 {
			return fmt.Errorf("%q has a control character", t)
		}
	}
	if o.nextHop != "self" {
		a, err := netip.ParseAddr(o.nextHop)
		if err != nil {
			return fmt.Errorf("argument --next-hop: '%s' is not an address", o.nextHop)
		}
		o.nextHop = a.String()
	}
	for _, text := range o.ipList {
		p, err := health.ParseNetwork(text)
		if err != nil {
			return fmt.Errorf("argument --ip: %w", err)
		}
		o.ips = append(o.ips, p)
	}
	return errors.Join(o.readInterfaces(), o.readNeighbors())
}

// isInterface reports whether a name may be that of an interface, with a label.
func isInterface(name string) bool {
	for _, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune("._:-", r) {
			return false
		}
	}
	return name != "" && len(name) <= 15
}

func (o *healthOptions) readInterfaces() error {
	o.interfaces = map[netip.Prefix]string{}
	for _, text := range o.ipInterfaces {
		ip, name, ok := strings.Cut(text, "%")
		if !ok || !isInterface(name) {
			return fmt.Errorf("argument --ip-ifname: expected IP%%INTERFACE, found '%s'", text)
		}
		p, err := health.ParseNetwork(ip)
		if err != nil {
			return fmt.Errorf("argument --ip-ifname: %w", err)
		}
		if !slices.Contains(o.ips, p) {
			return fmt.Errorf("argument --ip-ifname: no --ip has the network of '%s'", text)
		}
		o.interfaces[p] = name
	}
	return nil
}

// readNeighbors forgets all neighbors when one of them is the star.
func (o *healthOptions) readNeighbors() error {
	for i, text := range o.neighbors {
		text = strings.TrimSpace(text)
		if text == "*" {
			o.neighbors = nil
			return nil
		}
		a, err := netip.ParseAddr(text)
		if err != nil {
			return fmt.Errorf("argument --neighbor: '%s' is not an address", text)
		}
		o.neighbors[i] = a.String()
	}
	return nil
}

func (o *healthOptions) ipSetup() bool { return !o.noIPSetup }

func (o *healthOptions) timeout() time.Duration { return seconds(o.patience) }

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func (o *healthOptions) rules() health.Rules {
	return health.Rules{
		Rise: o.rise, Fall: o.fall, Interval: seconds(o.interval), Fast: seconds(o.fast), Debounce: o.debounce,
	}
}

// hooks are the commands to run when a state is entered.
func (o *healthOptions) hooks(st health.State) []string {
	var of []string
	switch st {
	case health.Up:
		of = o.upExecute
	case health.Down:
		of = o.downExecute
	case health.Disabled:
		of = o.disabledExecute
	default: // no other state has commands of its own
	}
	return slices.Concat(of, o.execute)
}

// service is what is announced. Its addresses must have been found.
func (o *healthOptions) service(selector string) (*health.Service, error) {
	prefixes := o.ips
	if o.deaggregate {
		var err error
		if prefixes, err = health.Expand(prefixes); err != nil {
			return nil, err
		}
	}
	if n := len(prefixes); n > 0 {
		first := (o.startIP%n + n) % n
		prefixes = slices.Concat(prefixes[first:], prefixes[:first])
	}
	path := func(flag, own string) string {
		if o.set(flag) {
			return own
		}
		return o.asPath
	}
	hidden := o.community
	if o.disabledCommunity != "" {
		hidden = o.disabledCommunity
	}
	return &health.Service{
		Selector: selector, Prefixes: prefixes, NextHop: o.nextHop, Increase: o.increase,
		LocalPreference: o.localPreference, ExtCommunity: o.extCommunity, LargeCommunity: o.largeCommunity, PathID: o.pathID,
		Up: health.Look{Metric: o.upMetric, Community: o.community, ASPath: path("up-as-path", o.upASPath)},
		Down: health.Look{
			Withdrawn: o.withdrawOnDown, Metric: o.downMetric, Community: hidden, ASPath: path("down-as-path", o.downASPath),
		},
		Disabled: health.Look{
			Withdrawn: o.withdrawOnDown, Metric: o.disabledMetric, Community: hidden,
			ASPath: path("disabled-as-path", o.disabledASPath),
		},
	}, nil
}

// facility returns the syslog facility of a name.
func facility(name string) (syslog.Priority, error) {
	names := []string{
		"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
		"", "", "", "", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
	}
	if i := slices.Index(names, strings.ToLower(name)); i >= 0 && name != "" {
		return syslog.Priority(i << 3), nil
	}
	return 0, fmt.Errorf("argument --syslog-facility: unknown facility '%s'", name)
}
