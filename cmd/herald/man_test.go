package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manPage is the manual page of the program, from its tree of commands and its
// table of settings.
type manPage struct{ strings.Builder }

// manText makes text safe for roff.
func manText(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", "...").Replace(s)
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}

func (m *manPage) section(name string) { fmt.Fprintf(m, ".SH %s\n", manText(name)) }

// item writes a term and what it means.
func (m *manPage) item(term, what string) {
	fmt.Fprintf(m, ".TP\n.B %s\n%s\n", manText(term), manText(what))
}

// literal writes lines as they are.
func (m *manPage) literal(text string) {
	fmt.Fprintf(m, ".PP\n.nf\n.RS\n%s\n.RE\n.fi\n", manText(strings.TrimSuffix(text, "\n")))
}

// paragraphs writes text whose indented paragraphs are literal.
func (m *manPage) paragraphs(text string) {
	for p := range strings.SplitSeq(text, "\n\n") {
		if strings.HasPrefix(p, "  ") {
			m.literal(p)
		} else {
			fmt.Fprintf(m, ".PP\n%s\n", manText(p))
		}
	}
}

func (m *manPage) command(c *cobra.Command) {
	if c.Hidden || c.Name() == "help" || c.Name() == "completion" {
		return
	}
	if c.HasParent() {
		fmt.Fprintf(m, ".SS %s\n", manText(c.CommandPath()))
		m.literal(c.UseLine())
	}
	if c.Long != "" {
		m.paragraphs(c.Long)
	} else {
		m.paragraphs(c.Short + ".")
	}
	c.NonInheritedFlags().VisitAll(m.flag)
	if c.Example != "" {
		m.paragraphs("For example:")
		m.literal(c.Example)
	}
	for _, sub := range c.Commands() {
		m.command(sub)
	}
}

func (m *manPage) flag(f *pflag.Flag) {
	if f.Hidden || f.Name == "help" {
		return
	}
	term := "--" + f.Name
	if f.Shorthand != "" {
		term = "-" + f.Shorthand + ", " + term
	}
	value, what := pflag.UnquoteUsage(f)
	if value != "" {
		term += " " + strings.ToUpper(value)
	}
	m.item(term, what)
}

func newManPage() string {
	root := newRoot(&app{argv0: "herald"})
	m := &manPage{}
	m.WriteString(".TH HERALD 1\n")
	m.section("NAME")
	m.WriteString(manText("herald - a programmable BGP speaker\n"))
	m.section("SYNOPSIS")
	m.literal(root.UseLine())
	m.section("DESCRIPTION")
	m.command(root)
	m.section("EXIT STATUS")
	m.item("0", "success; a daemon that was told to stop, or whose last peer has used up tcp.attempts")
	m.item("1", "something is wrong, and the standard error says what")
	m.item("2", "the command line itself is wrong")
	m.section("ENVIRONMENT")
	m.paragraphs("Settings are variables exabgp.SECTION.KEY or exabgp_SECTION_KEY, or lines KEY = VALUE below [exabgp.SECTION] in the environment file.")
	for _, r := range sortedEnv() {
		what := r.help
		if r.preset != "" {
			what += " (" + r.preset + ")"
		}
		if !strings.HasPrefix(r.help, "accepted") {
			m.item(r.name, what)
		}
	}
	for _, v := range variables {
		m.item(v.name, v.about)
	}
	m.section("FILES")
	m.item("etc/exabgp/exabgp.env", "the environment file, below $EXABGP_ROOT or the folder that the program is installed in; /etc/exabgp/exabgp.env for one in /usr or /usr/local. $EXABGP_ENVFILE is another.")
	m.item("/run/exabgp/exabgp.sock, /run/exabgp/exabgp.in, /run/exabgp/exabgp.out", "the socket and the named pipes of clients, unless settings and variables have others.")
	m.item("~/.exabgp_history", "what was typed at herald cli.")
	m.section("SEE ALSO")
	m.paragraphs("https://github.com/herald-bgp/herald")
	return m.String()
}

// TestManPage keeps docs/herald.1 as commands and settings are.
func TestManPage(t *testing.T) {
	const page = "../../docs/herald.1"
	want := newManPage()
	if *updateGolden {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil || string(got) != want {
		t.Errorf("%s is not what the commands say (%v): make docs", page, err)
	}
}
