package config

import (
	"maps"
	"reflect"
	"slices"
)

// ChangeKind says what a changed neighbor costs.
type ChangeKind uint8

// The kinds of change.
const (
	Remove  ChangeKind = iota // the session ends
	Add                       // a new session
	Restart                   // the session ends and comes back with the new settings
	Update                    // the session goes on: Live and API are replaced, Routes are diffed
)

func (k ChangeKind) String() string {
	return [...]string{"remove", "add", "restart", "update"}[k]
}

// Change is what has to happen to one neighbor. Old is nil for Add, New for Remove.
type Change struct {
	Kind     ChangeKind
	Name     string
	Old, New *Neighbor
}

// Diff says what leads from one configuration to another: removed neighbors in
// the order of old, then the neighbors of new in theirs. A nil Config is empty.
//
// Every neighbor that stays is in the result, as an Update also when nothing differs:
// routes that were cleared meanwhile come back with a reload.
func Diff(old, new *Config) []Change {
	had, has := byName(old), byName(new)
	var out []Change
	for _, n := range neighbors(old) {
		if name := n.Name(); has[name] == nil {
			out = append(out, Change{Kind: Remove, Name: name, Old: n})
		}
	}
	for _, n := range neighbors(new) {
		c := Change{Kind: Add, Name: n.Name(), New: n}
		if c.Old = had[c.Name]; c.Old != nil {
			c.Kind = Update
			if !c.Old.Session.equal(&n.Session) {
				c.Kind = Restart
			}
		}
		out = append(out, c)
	}
	return out
}

// equal compares what a session depends on. Deviation: ExaBGP leaves out
// source-interface, local-link-local, the add-path and nexthop blocks and others,
// so that a change of them waits for the next reset.
func (s *Session) equal(t *Session) bool { return reflect.DeepEqual(s, t) }

// Equal reports whether nothing of two neighbors differs, their routes included.
func (n *Neighbor) Equal(m *Neighbor) bool { return reflect.DeepEqual(n, m) }

// ProcessChange is what has to happen to one process: Update leaves it alone, but for
// how much may wait for it. New is nil for Remove.
type ProcessChange struct {
	Kind ChangeKind
	Name string
	Old  Process // as it runs; of Add there is none
	New  *Process
}

// DiffProcesses says what leads from the processes that run to those of a
// configuration: removed ones by name, then the others in the order of the file. Again
// says which of those that run are started again.
func DiffProcesses(running map[string]Process, new *Config, again func(was, is *Process) bool) []ProcessChange {
	var out []ProcessChange
	for _, name := range slices.Sorted(maps.Keys(running)) {
		if new.Process(name) == nil {
			out = append(out, ProcessChange{Kind: Remove, Name: name, Old: running[name]})
		}
	}
	for i := range new.Processes {
		p := &new.Processes[i]
		was, runs := running[p.Name]
		c := ProcessChange{Kind: Update, Name: p.Name, Old: was, New: p}
		switch {
		case !runs:
			c.Kind = Add
		case again(&was, p):
			c.Kind = Restart
		}
		out = append(out, c)
	}
	return out
}

func neighbors(c *Config) []*Neighbor {
	if c == nil {
		return nil
	}
	return c.Neighbors
}

func byName(c *Config) map[string]*Neighbor {
	m := make(map[string]*Neighbor, len(neighbors(c)))
	for _, n := range neighbors(c) {
		m[n.Name()] = n
	}
	return m
}
