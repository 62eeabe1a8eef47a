package migrate

import (
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/exa/conf"
)

// processes moves the process sections of neighbors to the file, each before the
// section that it was in, and leaves an api block in its place.
func (r *rewriter) processes() {
	known := map[string]bool{}
	var body []*node
	for _, n := range r.root.body {
		if n.word == "process" {
			known[nameOf(n)] = true
		}
		body = append(body, r.moveProcesses(n, known)...)
		body = append(body, n)
	}
	r.root.body = body
}

// moveProcesses returns the process sections that were below a section.
func (r *rewriter) moveProcesses(section *node, known map[string]bool) []*node {
	var out []*node
	section.each(func(n *node, _ []string) {
		o := r.old[n.off]
		if o == nil || o.Change != conf.Process {
			return
		}
		name := nameOf(n)
		process := r.splitProcess(n)
		r.change("Moved process '" + name + "' out of its neighbor, which has an api block instead")
		hasRun := slices.ContainsFunc(process.body, func(s *node) bool { return s.word == "run" })
		if hasRun && !known[name] {
			known[name] = true
			process.lead, section.lead = splitLead(section.lead, section.off == len(section.lead))
			out = append(out, process)
		}
	})
	return out
}

// splitProcess makes an api block of a process section in a neighbor, and returns
// the section with what it says about the program.
func (r *rewriter) splitProcess(n *node) *node {
	p := &node{head: n.head, end: '{', word: n.word, off: -1}
	lead := n.leadIn(r.unit)
	var api []*node
	if w := n.words(); len(w) > 1 {
		api = append(api, newNode(lead, "processes [ "+n.head[w[1].begin:w[1].end]+" ]"))
	}
	p.last = " "
	inner, lines := n.body0().indent()
	if lines {
		p.last = "\n"
	}
	for _, s := range n.body {
		o := r.old[s.off]
		switch {
		case s.word == "run" || s.word == "encoder":
			if lines {
				s.shift(inner, r.unit)
			}
			p.body = append(p.body, s)
		case o != nil && o.Change == conf.Events:
			r.changed(s.word, o.To)
			s.head, s.end = o.To, 0
			api = append(api, s)
		case s.word == "neighbor-changes":
			s.head = s.word // whatever its value
			api = append(api, s)
		default:
			api = append(api, s)
		}
	}
	n.head, n.word, n.body, n.off = "api ", "api", api, -1
	return p
}

// splitLead parts what stands before a section, so that another can be put before
// it: comments without an empty line behind them stay with the section, but for
// those that begin the file.
func splitLead(lead string, first bool) (before, own string) {
	i := strings.LastIndex(lead, "\n\n")
	switch {
	case i >= 0:
		return lead[:i+2], "\n\n" + lead[i+2:]
	case first:
		return lead, "\n\n"
	case strings.Contains(lead, "\n"):
		return "\n", "\n" + lead
	}
	return " ", lead
}
