package migrate

import (
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/exa/conf"
)

// statements rewrites what stays in its section, or goes into one beside or around it.
func (r *rewriter) statements() {
	r.section(r.root, nil)
	for from, to := range r.respelled {
		r.root.comments(func(text string) string { return strings.ReplaceAll(text, from, to) })
	}
}

// section rewrites the statements of a section and returns those that belong before
// it; path is the first words of the sections around it, and its own.
func (r *rewriter) section(n *node, path []string) (out []*node) {
	var body []*node
	for _, s := range n.body {
		if s.end == '{' {
			up := r.section(s, append(slices.Clip(path), s.word))
			for _, m := range up {
				m.lead = s.beside()
			}
			body = append(body, up...)
		}
		if s.end == ';' {
			r.routeWords(s)
			r.unquote(s)
			r.respell(s, path)
		}
		o := r.old[s.off]
		if o == nil {
			body = append(body, s)
			continue
		}
		switch o.Change {
		case conf.Rename:
			s.replace(0, strings.Count(o.From, " ")+1, o.To)
			r.changed(o.From, o.To)
			r.respell(s, path)
		case conf.ToAPI:
			r.change("Moved '" + s.word + "' into the api block")
			out = append(out, s)
			continue
		case conf.ProcessName:
			r.processName(s)
		case conf.NoEncoder:
			s.body = slices.Insert(s.body, 0, newNode(s.leadIn(r.unit), "encoder text"))
			r.change("Added 'encoder text;' to process '" + nameOf(s) + "'")
		case conf.Minimal:
			if path[0] != "template" { // whose families are as many as it has neighbors
				body = append(body, r.minimal(n, s, o)...)
				continue
			}
		default: // intoCapability's, or of another pass
		}
		body = append(body, s)
	}
	n.body = r.intoCapability(body)
	return out
}

// processName makes an api block of "process NAME;".
func (r *rewriter) processName(n *node) {
	lead, last := n.inside(r.unit)
	w := n.words()[1]
	list := newNode(lead, "processes [ "+n.head[w.begin:w.end]+" ]")
	n.head, n.end, n.body, n.last, n.after, n.tail = "api ", '{', []*node{list}, last, n.tail, ""
	r.change("Wrapped 'process " + w.text + ";' with api block")
}

// minimal returns the families of a neighbor's routes, in the place of "minimal". It
// stays where it stands for a family that a family block cannot name.
func (r *rewriter) minimal(block, n *node, o *conf.Old) []*node {
	families := o.Neighbor.Session.Families
	if slices.ContainsFunc(block.body, func(s *node) bool { return s.word == "all" }) {
		families = nil // it says them
	}
	if slices.ContainsFunc(families, func(f bgp.Family) bool { return !f.Configurable() }) {
		return []*node{n}
	}
	r.changed(n.word, "the families of the routes")
	said := map[bgp.Family]bool{}
	for _, s := range block.body {
		w := s.words()
		if len(w) < 2 {
			continue
		}
		name := w[0].text
		if was := r.old[s.off]; was != nil && was.Change == conf.Rename {
			name = was.To
		}
		if afi, ok := bgp.ParseAFI(name); ok {
			f, _ := bgp.ParseFamily(afi, w[1].text)
			said[f] = true
		}
	}
	var out []*node
	for _, f := range families {
		if said[f] {
			continue
		}
		s := newNode(n.beside(), f.String())
		s.word, _, _ = strings.Cut(s.head, " ")
		if r.respell(s, []string{familyKind}); len(out) == 0 {
			s.lead, s.tail = n.lead, n.tail
		}
		out = append(out, s)
	}
	return out
}

// intoCapability puts the statements that belong there into the capability block
// behind them, else into the one before them, else into a new one: so what is said
// last stays last.
func (r *rewriter) intoCapability(body []*node) []*node {
	isBlock := func(n *node) bool { return n.word == "capability" && n.end == '{' }
	blocks := 0
	for _, n := range body {
		if isBlock(n) {
			blocks++
		}
	}
	var out, waiting []*node
	var block *node
	for _, n := range body {
		o := r.old[n.off]
		if isBlock(n) {
			block = n
			blocks--
			for _, w := range waiting {
				r.enter(block, w)
			}
			n.body = slices.Concat(waiting, n.body)
			waiting = nil
		}
		if o == nil || o.Change != conf.ToCapability {
			out = append(out, n)
			continue
		}
		r.change("Moved '" + n.word + "' into the capability block")
		if len(n.words()) == 1 && o.To != "" {
			n.replace(0, 1, n.word+" "+o.To)
		}
		switch {
		case blocks > 0:
			waiting = append(waiting, n)
		case block == nil:
			lead, last := n.inside(r.unit)
			block = &node{lead: n.lead, head: "capability ", end: '{', word: "capability", off: -1, last: last, body: []*node{n}}
			n.lead = lead
			out = append(out, block)
		default:
			r.enter(block, n)
			block.body = append(block.body, n)
		}
	}
	return out
}

// enter gives a node the indentation of a section that it comes into.
func (r *rewriter) enter(block, n *node) {
	lead := block.leadIn(r.unit)
	from, lines := n.indent()
	if to, ok := strings.CutPrefix(lead, "\n"); ok && lines && strings.Contains(n.lead, "\n") {
		n.lead = shifted(n.lead, from, to)
		return
	}
	n.lead = lead
}

// respell writes single words of a statement as a later version does.
func (r *rewriter) respell(n *node, path []string) {
	w := n.words()
	if len(w) == 0 {
		return
	}
	section := ""
	if len(path) > 0 {
		section = path[len(path)-1]
	}
	switch section {
	case "capability", "neighbor":
		if r.crosses(V34) && n.word == "route-refresh" && len(w) == 1 {
			n.replace(0, 1, "route-refresh enable")
			r.changed("route-refresh;", "route-refresh enable;")
		}
	case familyKind, "add-path", "nexthop":
		if r.crosses(V5) && len(w) > 1 && strings.EqualFold(w[1].text, "nlri-mpls") {
			n.replace(1, 2, "labeled-unicast")
			r.respelled["nlri-mpls"] = "labeled-unicast"
			if what := "Changed 'nlri-mpls' to 'labeled-unicast' (RFC 8277 terminology)"; !slices.Contains(r.changes, what) {
				r.change(what)
			}
			r.dirty = true
		}
	case "process":
		if r.o.WrapAPI && r.o.To == Main && n.word == "run" {
			r.wrap(n, w)
		}
	}
	if r.crosses(V4) && (slices.Contains(path, "flow") || slices.Contains(path, "announce")) {
		r.fragment(n, w)
	}
}

// routeWords writes words of routes as they are now.
func (r *rewriter) routeWords(n *node) {
	for i, w := range n.words() {
		if o := r.old[n.off+w.begin]; n.off >= 0 && o != nil && o.Change == conf.RenameInRoute {
			n.replace(i, i+1, o.To)
			r.changed(o.From, o.To)
		}
	}
}

// unquote writes a program and its arguments as words of their own.
func (r *rewriter) unquote(n *node) {
	if o := r.old[n.off]; o != nil && o.Change == conf.Unquoted {
		n.replace(1, 2, o.To)
		r.change("Took the quotes off 'run " + o.To + "'")
	}
}

// fragment writes the word that 4.2 has for what is no fragment as 5.0 does.
func (r *rewriter) fragment(n *node, w []span) {
	said := false
	for i := range w {
		if said && w[i].text == "not-a-fragment" {
			n.replace(i, i+1, "!is-fragment")
			r.respelled["not-a-fragment"] = "!is-fragment"
			r.changed("not-a-fragment", "!is-fragment")
		}
		said = said || w[i].text == "fragment"
	}
}

// wrap runs a helper program by `migrate api`.
func (r *rewriter) wrap(n *node, w []span) {
	for i := range len(w) - 1 {
		if w[i].text == "migrate" && w[i+1].text == "api" {
			return
		}
	}
	api := V5
	if r.o.From <= V4 {
		api = V4
	}
	command := strings.TrimSpace(n.head[w[0].end:])
	n.head = "run exabgp migrate api -f " + api.String() + " -t main --exec " + command
	if len(command) > 50 {
		command = command[:50] + "..."
	}
	r.change("Wrapped run command with API migration: " + command)
}
