package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/herald-bgp/herald/internal/exa/api"
)

// newCLI is `herald cli`. ExaBGP: 5.0's takes a command, as run does.
func newCLI(a *app) *cobra.Command {
	var f clientFlags
	cmd := &cobra.Command{
		ValidArgsFunction: completeCommand,
		Use:               "cli [--pipename NAME] [--pipe | --socket] [COMMAND…]",
		Short:             "Give the daemon commands, interactively",
		Long: "Give a running daemon commands and show what it answers. Tab completes words and ? says what may follow.\n" +
			"When the standard input is no terminal, its lines are the commands. With a command it is `herald run`.",
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return a.runCommands(cmd, &f, "", args)
			}
			c, err := f.open(a)
			if err != nil {
				return err
			}
			p := &prompt{app: a, flags: &f, c: c, display: "text"}
			defer func() { p.c.Close() }()
			if in, ok := a.stdin.(*os.File); ok && term.IsTerminal(int(in.Fd())) {
				return p.interact(in)
			}
			return p.script()
		},
	}
	f.define(a, cmd)
	return cmd
}

// prompt is an operator's session.
type prompt struct {
	app     *app
	flags   *clientFlags
	c       *client
	history *history
	display string // text or json

	peers   []string // addresses of neighbors, for completion
	peersAt time.Time
}

// script executes the lines of the standard input.
func (p *prompt) script() error {
	lines := bufio.NewScanner(p.app.stdin)
	lines.Buffer(nil, maxCommand)
	var failed error
	p.history = &history{}
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		leave, err := p.execute(line)
		if err != nil && !errors.Is(err, errSaid) {
			return err
		}
		if err != nil {
			failed = err
		}
		if leave {
			break
		}
	}
	return errors.Join(failed, lines.Err())
}

// interact talks with a person at a terminal.
func (p *prompt) interact(in *os.File) error {
	p.history = loadHistory(p.historyFile())
	p.greet()
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, p.app.stdout}, "herald> ")
	t.History = p.history
	t.AutoCompleteCallback = func(line string, pos int, key rune) (string, int, bool) {
		return p.complete(t, line, pos, key)
	}
	for {
		line, err := p.readLine(in, t)
		if errors.Is(err, io.EOF) {
			line, err = "exit", nil
		}
		if err != nil {
			return err
		}
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		leave, err := p.execute(line)
		switch {
		case leave:
			return p.history.save()
		case errors.Is(err, errLost):
			if err := p.reconnect(); err != nil {
				return errors.Join(err, p.history.save())
			}
		case err != nil && !errors.Is(err, errSaid):
			fmt.Fprintf(p.app.stderr, "error: %v\n", err)
		}
	}
}

// readLine reads a line with the terminal in raw mode, which it is in for that alone:
// a command that takes long can be interrupted.
func (p *prompt) readLine(in *os.File, t *term.Terminal) (string, error) {
	fd := int(in.Fd())
	state, err := term.MakeRaw(fd)
	if err != nil {
		return "", err
	}
	if width, height, err := term.GetSize(fd); err == nil && width > 0 {
		_ = t.SetSize(width, height) // it says what it cannot do by a bad line
	}
	line, err := t.ReadLine()
	return line, errors.Join(err, term.Restore(fd, state))
}

// historyFile is ExaBGP's.
func (p *prompt) historyFile() string {
	home, ok := p.app.env.get("HOME")
	if v, set := p.app.env.get("exabgp_cli_history"); !ok || set && !isTrue(v) {
		return ""
	}
	return filepath.Join(home, ".exabgp_history")
}

func isTrue(v string) bool {
	var on bool
	return setValue(&on, unquote(v)) == nil && on
}

func (p *prompt) greet() {
	fmt.Fprintf(p.app.stdout, "Herald %s, connected to %s\n", heraldVersion(), p.c.where)
	_, err := p.c.do("session ping", func(line string) {
		var pong struct{ Pong string }
		if json.Unmarshal([]byte(line), &pong) == nil && pong.Pong != "" {
			fmt.Fprintf(p.app.stdout, "daemon %s\n", pong.Pong)
		}
	})
	if err != nil {
		fmt.Fprintf(p.app.stderr, "warning: %v\n", err)
	}
	fmt.Fprintln(p.app.stdout, "Tab completes, ? helps, exit leaves.")
}

// How often, and with what pauses, a lost daemon is looked for.
const (
	reconnects     = 5
	reconnectPause = time.Second
)

// reconnect looks for the daemon again. Deviation: the last command is not repeated,
// it may have been executed.
func (p *prompt) reconnect() error {
	fmt.Fprintln(p.app.stderr, "warning: the daemon has closed the connection, connecting again…")
	p.c.Close()
	var err error
	for range reconnects {
		time.Sleep(reconnectPause)
		var c *client
		if c, err = p.flags.open(p.app); err == nil {
			p.c, p.peers = c, nil
			p.greet()
			return nil
		}
	}
	return err
}

// execute executes a line: a word of our own, or a command.
func (p *prompt) execute(line string) (leave bool, err error) {
	words := strings.Fields(line)
	switch words[0] {
	case "exit", "quit", "q":
		_, err := p.c.do("session bye", func(string) {})
		if errors.Is(err, errLost) {
			err = nil
		}
		return true, err
	case "clear":
		if len(words) == 1 {
			fmt.Fprint(p.app.stdout, "\x1b[H\x1b[2J")
			return false, nil
		}
	case "history":
		p.showHistory()
		return false, nil
	case "set":
		return false, p.set(words[1:])
	case "json", "text":
		if len(words) > 1 {
			return false, p.command(strings.Join(words[1:], " "), words[0])
		}
	}
	return false, p.command(line, p.display)
}

// shownHistory is how much of the history is shown.
const shownHistory = 20

func (p *prompt) showHistory() {
	n := p.history.Len()
	fmt.Fprintf(p.app.stdout, "Command history (%d entries):\n", n)
	for i := max(0, n-shownHistory); i < n; i++ {
		fmt.Fprintf(p.app.stdout, "%5d  %s\n", i+1, p.history.lines[i])
	}
}

// set changes how answers are shown, or when they come.
func (p *prompt) set(words []string) error {
	switch strings.Join(words, " ") {
	case "display json", "display text":
		p.display = words[1]
		return nil
	case "sync on":
		return p.command("session sync enable", "text")
	case "sync off":
		return p.command("session sync disable", "text")
	}
	fmt.Fprintln(p.app.stderr, "error: expected set display json|text or set sync on|off")
	return errSaid
}

// command gives a command and shows the answer.
func (p *prompt) command(line, display string) error {
	command := expandShortcuts(line)
	show := showText
	if display == "json" {
		show = showJSON
		if reads(command) {
			command += " json"
		}
	}
	shown, err := p.app.give(p.c, command, show)
	switch {
	case errors.Is(err, errStops):
		return errLost
	case err != nil:
		return err
	case !shown:
		fmt.Fprintln(p.app.stdout, "done")
	}
	return nil
}

// reads reports whether a command only shows something, which may be had in JSON.
func reads(command string) bool {
	for _, of := range []string{"show", "status", "version", "help", "queue-status", "rib show", "peer show", "daemon status", "system"} {
		if command == of || strings.HasPrefix(command, of+" ") {
			return !strings.HasSuffix(command, " json") && !strings.HasSuffix(command, " text")
		}
	}
	return false
}

// own are the words that are no commands of the daemon, by what stands before them.
func own(words []string) []string {
	switch strings.Join(words, " ") {
	case "":
		return []string{"clear", "exit", "history", "json", "quit", "set", "text"}
	case "set":
		return []string{"display", "sync"}
	case "set display":
		return []string{"json", "text"}
	case "set sync":
		return []string{"off", "on"}
	}
	return nil
}

// complete completes the word at the cursor on Tab; on ? it says what may stand there.
func (p *prompt) complete(w io.Writer, line string, pos int, key rune) (string, int, bool) {
	if key != '\t' && key != '?' {
		return "", 0, false
	}
	head, tail := line[:pos], line[pos:]
	start := strings.LastIndexAny(head, " \t") + 1
	before, part := strings.Fields(head[:start]), head[start:]
	next := p.next(before)
	fit := slices.DeleteFunc(next.Words, func(word string) bool { return !strings.HasPrefix(word, part) })
	if key == '?' {
		p.explain(w, fit, next.Args)
		return line, pos, true
	}
	switch len(fit) {
	case 0:
		if next.Args != "" && part == "" {
			p.explain(w, nil, next.Args)
		}
		return line, pos, true
	case 1:
		head = head[:start] + fit[0]
		if !strings.HasPrefix(tail, " ") {
			head += " "
		}
	default:
		common := commonPrefix(fit)
		if common == part {
			p.explain(w, fit, "")
		}
		head = head[:start] + common
	}
	return head + tail, len(head), true
}

// next is what may stand behind words.
func (p *prompt) next(before []string) api.Completion {
	words := own(before)
	if len(before) > 0 && (before[0] == "json" || before[0] == "text") {
		before = before[1:]
	}
	var expanded []string
	for _, w := range before {
		expanded = append(expanded, expandShortcut(w, expanded))
	}
	next := api.Complete(expanded)
	next.Words = append(next.Words, words...)
	if next.Addresses {
		next.Words = append(next.Words, p.addresses()...)
		next.Words = append(next.Words, "*")
	}
	slices.Sort(next.Words)
	next.Words = slices.Compact(next.Words)
	return next
}

func (p *prompt) explain(w io.Writer, words []string, args string) {
	if args != "" {
		words = append(slices.Clone(words), args)
	}
	if len(words) == 0 {
		words = []string{"nothing is known to follow"}
	}
	fmt.Fprintf(w, "  %s\n", strings.Join(words, "  "))
}

// addressAge is how long the addresses of the neighbors are taken as they were.
const addressAge = 5 * time.Minute

// addresses returns the addresses of the neighbors.
func (p *prompt) addresses() []string {
	if p.peers != nil && time.Since(p.peersAt) < addressAge {
		return p.peers
	}
	var list []struct {
		Address string `json:"peer-address"`
	}
	_, err := p.c.do("peer list", func(line string) { _ = json.Unmarshal([]byte(line), &list) })
	if err != nil {
		return nil
	}
	p.peers, p.peersAt = []string{}, time.Now()
	for _, e := range list {
		p.peers = append(p.peers, e.Address)
	}
	return p.peers
}

func commonPrefix(words []string) string {
	prefix := words[0]
	for _, w := range words[1:] {
		for !strings.HasPrefix(w, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return prefix
}
