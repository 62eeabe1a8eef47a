package conf

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/config"
)

// What is in this file is the language of ExaBGP 3.4, where later versions have
// other words for it. Rows of tables that are old say what to write instead.

// Change is how a form of an older version is written now.
type Change int

// The changes that there are. A statement is named by its first word.
const (
	_             Change = iota
	Rename               // From is written To
	RenameInRoute        // the same, where From is a word of a route
	ToCapability         // the statement stands in a capability block; To is the value that it has without one
	ToAPI                // the statement stands beside the block that it is in
	Events               // a statement of a process section: the statements To of an api block
	Process              // a process section in a neighbor: one of the file, and an api block
	ProcessName          // "process NAME;": an api block that lists it
	Minimal              // in a family block: the families of the routes
	Group                // a template, which its neighbors inherit
	NoEncoder            // a process section has no "encoder text;"
	Unquoted             // the program and its arguments are one word in quotes: To is the words
)

// Old is a form of an older version: where a file has it, and what to write instead.
type Old struct {
	Change   Change
	From, To string
	Since    string // the last version whose spelling it is; "" for 3.4

	Offset   int              // of its first word in the text
	Neighbor *config.Neighbor // whose statement it is, or the draft of a template or group; nil for none

	hint string // what to write, when To does not say it
}

// instead says what to write.
func (o *Old) instead() string {
	switch {
	case o.hint != "":
		return o.hint
	case o.Change == ToCapability:
		return "capability { " + o.From + " …; }"
	case o.Change == ToAPI:
		return o.From + " in the api block"
	case o.Change == Events:
		return "api { " + o.To + " }"
	case o.Change == Process:
		return "process NAME { … } outside, and api { processes [ NAME ]; … }"
	case o.Change == ProcessName:
		return "api { processes [ NAME ]; }"
	case o.Change == Minimal:
		return "the families of the routes"
	case o.Change == Group:
		return "template { neighbor NAME { … } } and inherit NAME"
	}
	return o.To
}

// outdated says that the statement just begun is of an older version: once, not
// again where a template is replayed.
func (p *parser) outdated(o *Old) {
	if p.n != nil && p.n.replaying != "" {
		return
	}
	found := *o
	if found.From == "" {
		found.From = p.word
	}
	if found.Since == "" {
		found.Since = "3.4"
	}
	p.warn("'%s' is of ExaBGP %s, write %s", found.From, found.Since, found.instead())
	found.Offset = p.c.Offset()
	p.tell(found)
}

// tell tells who asked for them of an old form.
func (p *parser) tell(o Old) {
	if p.opts.Old == nil {
		return
	}
	if p.n != nil {
		o.Neighbor = p.n.Neighbor
	}
	p.opts.Old(o)
}

// group reads "group NAME { … }": settings for the neighbors in it.
func (p *parser) group() {
	name := p.c.Word()
	g := &draft{Neighbor: config.New(netip.Prefix{}), template: "group " + strings.Clone(name), at: p.here()}
	p.n = g
	p.section(neighborSection, slices.Concat(neighborTable[:], groupTable[:]))
	p.n = nil
}

// groupNeighbor reads a neighbor of a group, which has what the group said before
// it. Deviation from templates, as in 3.4: what the neighbor says wins, and its
// family block replaces that of the group.
func (p *parser) groupNeighbor() {
	g := p.n
	p.neighborOf(g)
	p.n = g
}

// oldProcess reads a process section in a neighbor or a group: a program, and the
// events it gets.
func (p *parser) oldProcess() {
	at, name := p.here(), p.oldName()
	p.proc = &process{Process: config.Process{Name: strings.Clone(name), Respawn: true}}
	p.api = &config.API{}
	p.section("process", oldProcessTable[:])
	if p.failed() {
		return
	}
	if name != "" {
		p.api.Processes = []string{p.proc.Name}
	}
	p.n.API = append(p.n.API, *p.api)
	if p.n.replaying != "" { // the process is there, of the group
		return
	}
	switch old := p.cfg.Process(name); {
	case p.proc.Run == nil && (name == "" || old != nil):
	case p.proc.Run == nil, name == "":
		p.failAt(at, "the process section '%s' has no run, or no name", name)
	case old == nil:
		p.cfg.Processes = append(p.cfg.Processes, p.proc.Process)
	case !old.Equal(&p.proc.Process):
		p.failAt(at, "a process section called '%s' already exists", name)
	}
}

// oldName takes the name of a process, which a list has to be able to hold.
func (p *parser) oldName() string {
	w := p.c.Word()
	if w == "[" || w == "]" || w == "," {
		p.c.Fail("the name of a process")
	}
	return w
}

// oldProcessName reads "process NAME;" in a neighbor: a program that gets no events.
func (p *parser) oldProcessName() {
	name := strings.Clone(p.oldName())
	if name == "" {
		p.c.Fail("the name of a process")
		return
	}
	p.n.API = append(p.n.API, config.API{Processes: []string{name}})
	if p.n.template == "" {
		p.uses = append(p.uses, use{p.here(), name, p.n})
	}
}

// oldRun returns the words of `run "PROGRAM ARGUMENTS…";`, which 3.4 has as one, unless
// there is a program of that name.
func (p *parser) oldRun(begin int, at pos, run []string) []string {
	words := splitWords(run[0])
	if len(words) < 2 {
		return run
	}
	if p.opts.Program != nil {
		if _, err := p.opts.Program(run[0]); err == nil {
			return run
		}
	}
	quoted := make([]string, len(words))
	for i, w := range words {
		if quoted[i] = w; w == "" || strings.ContainsAny(w, " \t\"'\\#;{}[],") {
			quoted[i] = quote(w)
		}
	}
	if p.n != nil && p.n.replaying != "" {
		return words // it has been said, of the group
	}
	to := strings.Join(quoted, " ")
	p.warnAt(at, "a program and its arguments in quotes are of ExaBGP 3.4, write run %s", to)
	p.tell(Old{Change: Unquoted, From: "run", To: to, Since: "3.4", Offset: begin})
	return words
}

// splitWords returns the words of a line as a shell does; none when a quote is open.
func splitWords(line string) []string {
	var words []string
	var word []byte // nil between words
	var quoted byte
	for i := 0; i < len(line); i++ {
		b := line[i]
		switch {
		case quoted != 0 && b == quoted:
			quoted = 0
		case quoted == 0 && (b == '"' || b == '\''):
			quoted, word = b, append([]byte{}, word...) // which may be empty
		case b == '\\' && quoted != '\'' && i+1 < len(line):
			i++
			word = append(word, line[i])
		case quoted == 0 && (b == ' ' || b == '\t'):
			if word != nil {
				words, word = append(words, string(word)), nil
			}
		default:
			word = append(word, b)
		}
	}
	if quoted != 0 {
		return nil
	}
	if word != nil {
		words = append(words, string(word))
	}
	return words
}

// oldRouteRefresh reads "route refresh" in a capability block.
func (p *parser) oldRouteRefresh() {
	if p.c.Expect("refresh") {
		p.n.Session.Capability.RouteRefresh = p.c.Bool(true)
	}
}

// oldEvents returns how a word for events is read: in 3.4 it takes no value.
func oldEvents(set func(a *config.API)) func(*parser) {
	return func(p *parser) {
		p.c.Bool(true)
		set(p.api)
	}
}

// oldFamily reads "inet4 unicast" as "ipv4 unicast".
func (p *parser) oldFamily(afi string) {
	p.word = afi
	p.addFamily()
}
