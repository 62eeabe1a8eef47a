package conf

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/lex"
)

// process is a process section while it is read.
type process struct {
	config.Process
	encoded bool // has an encoder
}

// process reads a process section.
func (p *parser) process() {
	begin := p.c.Offset()
	name := p.c.Word()
	at := p.here()
	if name == "" {
		p.c.Fail("the name of a process")
		return
	}
	if p.cfg.Process(name) != nil {
		p.c.Failf("a process section called '%s' already exists", name)
		return
	}
	p.proc = &process{Process: config.Process{Name: strings.Clone(name), Respawn: true}}
	p.section("process", processTable[:])
	if p.failed() {
		return
	}
	if p.proc.Run == nil {
		p.failAt(at, "the process section '%s' has no run", name)
	}
	if !p.proc.encoded {
		p.warnAt(at, "process '%s' has no encoder, it gets text", name)
		p.tell(Old{Change: NoEncoder, From: "process", Offset: begin})
	}
	p.cfg.Processes = append(p.cfg.Processes, p.proc.Process)
}

// run takes a program and its arguments.
func (p *parser) run() {
	begin := p.c.Offset()
	program := p.c.Word()
	if program == "" {
		p.c.Fail("a program")
		return
	}
	at := p.here()
	run := []string{strings.Clone(program)}
	for p.c.More() {
		run = append(run, strings.Clone(p.c.Word()))
	}
	if len(run) == 1 {
		run = p.oldRun(begin, at, run)
	}
	p.proc.Run = p.found(at, run)
}

// found returns a program and its arguments with the place of the program.
func (p *parser) found(at pos, run []string) []string {
	if p.opts.Program == nil {
		return run
	}
	where, err := p.opts.Program(run[0])
	switch n, own := ownCommand(run); {
	case err == nil:
		run[0] = where
	case n > 0 && p.opts.Self != "":
		p.warnAt(at, "%v: herald %s runs instead", err, own)
		run = slices.Concat([]string{p.opts.Self}, strings.Fields(own), run[n:])
	default:
		p.failAt(at, "%v", err)
	}
	return run
}

// ownCommand returns how many words begin a helper program of ExaBGP's that this program
// has too, and its command for that; 0 when it is another one.
func ownCommand(run []string) (n int, own string) {
	for i := range ownTable {
		words := strings.Fields(ownTable[i].words)
		n := len(words)
		if len(run) >= n && path.Base(run[0]) == words[0] && slices.Equal(run[1:n], words[1:]) {
			return n, ownTable[i].own
		}
	}
	return 0, ""
}

func (p *parser) encoder() {
	switch strings.ToLower(p.c.Word()) {
	case "json":
		p.proc.JSON = true
	case "text":
		p.proc.JSON = false
	default:
		p.c.Fail("text or json")
	}
	p.proc.encoded = true
}

// version takes the dialect of one helper.
func (p *parser) version() {
	d, ok := bgp.ParseDialect(p.c.Word())
	if !ok {
		p.c.Fail("4, 4.2, 5 or 6")
		return
	}
	p.proc.Dialect = &d
}

// What may wait for a helper: at least what a pipe holds, at most what fits into an
// int everywhere.
const (
	minBacklog = 64 << 10
	maxBacklog = 1 << 30
)

func (p *parser) whenFull() {
	switch strings.ToLower(p.c.Word()) {
	case "block":
		p.proc.WhenFull = config.Block
	case "drop":
		p.proc.WhenFull = config.Drop
	case "kill":
		p.proc.WhenFull = config.Kill
	default:
		p.c.Fail("block, drop or kill")
	}
}

// apiBlock reads an api block of a neighbor.
func (p *parser) apiBlock() {
	name := ""
	if p.c.More() {
		name = p.name("api")
	}
	if name != "" && p.n.replaying == "" {
		if p.apiNames[name] {
			p.c.Failf("the api name '%s' already exists", name)
			return
		}
		p.apiNames[name] = true
	}
	p.api = &config.API{Name: strings.Clone(name)}
	p.section("api", apiTable[:])
	p.n.API = append(p.n.API, *p.api)
}

// processes takes the names of processes; that they exist is checked at the end
// of the file.
func (p *parser) processes() {
	p.list(func(w string) {
		p.api.Processes = append(p.api.Processes, strings.Clone(w))
		if p.n.template == "" {
			p.uses = append(p.uses, use{p.here(), strings.Clone(w), p.n})
		}
	})
}

// processesMatch takes expressions for names of processes.
func (p *parser) processesMatch() {
	p.list(func(w string) {
		re, err := regexp.Compile(strings.Clone(w))
		if err != nil {
			p.c.Failf("unexpected '%s', expected a regular expression: %v", w, err)
			return
		}
		p.api.ProcessesMatch = append(p.api.ProcessesMatch, re)
	})
}

// checkUses reports a process that an api block names and that does not exist.
func (p *parser) checkUses() {
	for _, u := range p.uses {
		if p.cfg.Process(u.process) == nil {
			p.undefined(&u)
			return
		}
	}
}

// undefined says that there is no process of the name, and which there are.
func (p *parser) undefined(u *use) {
	names := make([]string, len(p.cfg.Processes))
	for i := range names {
		names[i] = p.cfg.Processes[i].Name
	}
	if near := lex.Nearest(u.process, names); near != "" {
		names = []string{near}
	}
	hint := ""
	if len(names) > 0 {
		hint = ", expected " + lex.OneOf(names)
	}
	p.failAt(u.at, "an api called '%s' is used by neighbor '%s' but not defined%s",
		u.process, u.neighbor.Session.Peer.Addr(), hint)
}
