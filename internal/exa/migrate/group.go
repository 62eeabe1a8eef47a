package migrate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/herald-bgp/herald/internal/exa/conf"
)

// groups makes a template of every group, and of its neighbors such that inherit it.
//
// In a group what the neighbor says wins, with a template what the template says:
// so a statement that does not hold for all neighbors of the group, because one says
// something else or stands before it, goes into those that it holds for.
func (r *rewriter) groups() {
	taken := map[string]bool{}
	for _, n := range r.root.body {
		if n.word == "template" {
			for _, t := range n.body {
				taken[nameOf(t)] = true
			}
		}
	}
	var body []*node
	for _, n := range r.root.body {
		if o := r.old[n.off]; o != nil && o.Change == conf.Group {
			body = append(body, r.group(n, templateName(nameOf(n), taken))...)
			r.change("Made a template of group '" + nameOf(n) + "'")
		} else {
			body = append(body, n)
		}
	}
	r.root.body = body
}

// nameOf returns the second word of a section.
func nameOf(n *node) string {
	if w := n.words(); len(w) > 1 {
		return w[1].text
	}
	return ""
}

// templateName makes a name of letters, digits, '.', '-' and '_' that no template has.
func templateName(group string, taken map[string]bool) string {
	name := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
			return c
		}
		return '-'
	}, group)
	if name == "" {
		name = "group"
	}
	unique := name
	for i := 2; taken[unique]; i++ {
		unique = name + "-" + strconv.Itoa(i)
	}
	taken[unique] = true
	return unique
}

// Kinds of statements of a group, beside first words.
const (
	routeKind  = "routes"
	familyKind = "family"
)

// kind says which statements of a neighbor set the same as this one.
func (r *rewriter) kind(n *node) string {
	if o := r.old[n.off]; o != nil {
		switch o.Change {
		case conf.Rename:
			return o.To
		case conf.ToCapability:
			return "capability"
		case conf.Process, conf.ProcessName:
			return "api"
		default: // the word stays
		}
	}
	switch n.word {
	case "static", "announce", "flow", "l2vpn":
		return routeKind
	}
	return n.word
}

// copied returns the kinds of a group's statements that do not hold for all of its
// neighbors alike.
func (r *rewriter) copied(g *node) map[string]bool {
	copied := map[string]bool{}
	neighbors := 0
	for _, n := range g.body {
		if n.word == "neighbor" {
			neighbors++
			for _, s := range n.body {
				// The routes of both are added up in any case.
				if k := r.kind(s); k != routeKind {
					copied[k] = true
				}
			}
			continue
		}
		kind := r.kind(n)
		if neighbors > 0 { // not for those before it
			copied[kind] = true
		}
		if kind == familyKind && slices.ContainsFunc(n.body, func(f *node) bool { return f.word == "minimal" }) {
			copied[kind] = true // other routes, other families
		}
	}
	delete(copied, "inherit") // it means nothing in a group or template
	return copied
}

// group returns what a group is now.
func (r *rewriter) group(g *node, name string) []*node {
	copied := r.copied(g)
	shares := slices.ContainsFunc(g.body, func(n *node) bool { return n.word != "neighbor" && !copied[r.kind(n)] })
	t, shared := r.templateOf(g, name)
	inherit := ""
	if shares {
		inherit = name
	}
	outer, _ := g.indent()
	inner, lines := g.body0().indent()
	var before, after []*node // that are copied, into the neighbors behind them
	var out []*node
	for _, n := range g.body {
		switch kind := r.kind(n); {
		case n.word == "neighbor":
			r.member(n, inherit, before, after)
			if lines {
				n.shift(inner, outer)
			}
			out = append(out, n)
		case copied[kind] && kind == routeKind:
			after = append(after, n)
		case copied[kind]:
			before = append(before, n)
		default:
			if lines {
				n.shift(inner, inner+r.unit)
			}
			shared.body = append(shared.body, n)
		}
	}
	if shares || len(out) == 0 {
		return append([]*node{t}, out...)
	}
	// Without a template its comments stay with the first neighbor.
	if rest := strings.TrimSpace(g.tail); rest != "" {
		g.lead += rest + "\n" + outer
	}
	out[0].lead = g.lead + strings.TrimLeft(out[0].lead, " \t\n")
	return out
}

// body0 returns the first node of a section, or the section when it has none.
func (n *node) body0() *node {
	if len(n.body) > 0 {
		return n.body[0]
	}
	return n
}

// templateOf returns a template with one neighbor, which is empty, and that one.
func (r *rewriter) templateOf(g *node, name string) (t, shared *node) {
	lead, last := g.inside(r.unit)
	outer, lines := g.indent()
	shared = &node{lead: lead, head: "neighbor " + name + " ", end: '{', word: "neighbor", off: -1, last: last}
	if rest := strings.TrimRight(g.last, " \t\n"); rest != "" || !lines {
		shared.last = g.last
	}
	if lines {
		shared.last = shifted(shared.last, outer, outer+r.unit)
	}
	t = &node{lead: g.lead, head: "template ", end: '{', tail: g.tail, word: "template", off: g.off, body: []*node{shared}, last: last, after: g.after}
	return t, shared
}

// member makes a neighbor of a group stand on its own.
func (r *rewriter) member(n *node, template string, before, after []*node) {
	lead := n.leadIn(r.unit)
	var first []*node
	if template != "" {
		first = append(first, newNode(lead, "inherit "+template))
	}
	// What the neighbor has of families takes the place of the group's.
	own := slices.ContainsFunc(n.body, func(s *node) bool { return s.word == familyKind && len(s.body) > 0 })
	for _, s := range before {
		if kind := r.kind(s); kind == familyKind && own || r.overridden(n, s, kind) {
			continue
		}
		first = append(first, r.copyOf(s, lead))
	}
	n.body = slices.Concat(first, n.body)
	for _, s := range after {
		n.body = append(n.body, r.copyOf(s, lead))
	}
}

// overridden reports whether a neighbor says again what a statement says.
func (r *rewriter) overridden(neighbor, s *node, kind string) bool {
	if s.end != ';' || kind == "capability" || kind == "api" { // what they say is added up
		return false
	}
	return slices.ContainsFunc(neighbor.body, func(o *node) bool { return o.end == ';' && r.kind(o) == kind })
}

// copyOf copies a statement of a group. The name of an api block can be had once.
func (r *rewriter) copyOf(s *node, lead string) *node {
	c := s.clone()
	if to, ok := strings.CutPrefix(lead, "\n"); ok {
		from, _ := s.indent()
		c.shift(from, to)
	}
	c.lead = lead
	if c.word == "api" && len(c.words()) > 1 {
		if r.named[s] {
			c.head = "api "
		}
		r.named[s] = true
	}
	return c
}
