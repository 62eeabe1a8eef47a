package api

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/rib"
)

// target is the neighbors that a command is for.
type target struct {
	peers []*Peer
	set   *rib.PeerSet
}

// maxTargets is how many selections a client keeps; one that names more of them
// than that does not repeat itself.
const maxTargets = 1024

// addressable returns what the caller may address, the same for a whole batch.
func (c *Client) addressable() *Peers {
	if c.peers == nil {
		c.peers = c.hub.daemon.Peers(&c.caller)
		if c.peers != c.of {
			clear(c.targets)
			c.of = c.peers
		}
	}
	return c.peers
}

// everyone selects all peers that the caller may address.
func (c *Client) everyone() (*target, error) {
	p := c.addressable()
	if t := c.targets[""]; t != nil {
		return t, nil
	}
	if len(p.List) == 0 {
		return nil, c.nobody()
	}
	t := &target{peers: p.List, set: p.All}
	c.targets[""] = t
	return t, nil
}

// nobody says why a caller can address no peer at all.
func (c *Client) nobody() error {
	if len(c.hub.daemon.Peers(nil).List) == 0 {
		return &refusal{why: "no neighbor is configured"}
	}
	return &refusal{why: fmt.Sprintf("process '%s' may address no neighbor: no api block lists it", c.caller.Name)}
}

// selector reads a selector behind its word, neighbor or peer, and selects.
//
//	neighbor: ITEM { "," ["neighbor"] ITEM } | LIST
//	peer:     "*" | ITEM { "," "peer" ITEM } | LIST
//	LIST = "[" ITEM { "," ITEM } "]"        ITEM = ADDRESS { KEY VALUE }
func (c *Client) selector(word string) (*target, error) {
	start := c.offset()
	c.words = c.words[:0]
	var err error
	switch {
	case c.cur.Accept("["):
		err = c.selectorList()
	case word == "peer":
		err = c.selectorItem(c.cur.Peek() != "*")
		// ExaBGP: main's health check writes this.
		for err == nil && c.cur.Accept(",") {
			if w := c.cur.Word(); w != "peer" {
				return nil, c.unexpected(w, "'peer'")
			}
			c.words = append(c.words, ",")
			err = c.selectorItem(true)
		}
	default:
		err = c.selectorItem(true)
		for err == nil && c.cur.Accept(",") {
			c.cur.Accept("neighbor")
			c.words = append(c.words, ",")
			err = c.selectorItem(true)
		}
	}
	c.cur.Peek() // an error in the next word would leave the end of this one unknown
	if e := c.cur.Err(); err == nil && e != nil {
		err = &refusal{why: e.Error()}
	}
	if err != nil {
		return nil, err
	}
	return c.lookup(c.line[start:c.offset()])
}

// offset returns where the words that are left begin.
func (c *Client) offset() int { return len(c.line) - len(c.cur.Rest()) }

// selectorItem reads an address and, when it may have them, keys with values.
func (c *Client) selectorItem(keys bool) error {
	w := c.cur.Word()
	if !isAddress(w) {
		return c.unexpected(w, "the address of a neighbor")
	}
	c.words = append(c.words, w)
	for keys && isKey(c.cur.Peek()) {
		key := c.cur.Word()
		value := c.cur.Word()
		if value == "" {
			return c.unexpected(value, "a value for "+key)
		}
		c.words = append(c.words, key, value)
	}
	return nil
}

// selectorList reads items up to "]". Words that are neither address nor key are
// kept: they must occur in the name.
func (c *Client) selectorList() error {
	for {
		switch w := c.cur.Word(); w {
		case "]":
			return nil
		case "":
			return c.unexpected(w, "']'")
		default:
			c.words = append(c.words, w)
		}
	}
}

func isAddress(w string) bool { return w == "*" || strings.ContainsAny(w, ".:") }

func isKey(w string) bool { return slices.Contains(selectorKeys[:], w) }

// lookup selects by the words that have been read; text is what they were read
// from, by which the result is kept.
func (c *Client) lookup(text []byte) (*target, error) {
	p := c.addressable()
	if t := c.targets[string(text)]; t != nil {
		return t, nil
	}
	t := &target{set: &rib.PeerSet{}}
	for _, peer := range p.List {
		if matches(c.words, peer.Name) {
			t.peers = append(t.peers, peer)
			t.set.Add(peer.ID)
		}
	}
	switch {
	case len(p.List) == 0:
		return nil, c.nobody()
	case len(t.peers) == 0:
		return nil, c.noMatch(normalise(string(text)), p.List)
	}
	if len(c.targets) >= maxTargets {
		clear(c.targets)
	}
	c.targets[string(text)] = t
	return t, nil
}

// matches reports whether one of the items, between commas, selects a name. A
// star selects it whatever stands beside.
func matches(words []string, name string) bool {
	fields := strings.Fields(name)
	for item := range items(words) {
		if misfit(item, name, fields) == len(item) {
			return true
		}
	}
	return false
}

// items yields what stands between commas.
func items(words []string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for len(words) > 0 {
			n := slices.Index(words, ",")
			if n < 0 {
				n = len(words)
			}
			if n > 0 && !yield(words[:n]) {
				return
			}
			words = words[min(n+1, len(words)):]
		}
	}
}

// misfit returns the index of the first word of an item that a name does not fit; of
// a value, where its key does not. It is the length of the item when all do.
func misfit(item []string, name string, fields []string) int {
	if item[0] == "*" {
		return len(item)
	}
	for i := 0; i < len(item); i++ {
		switch w := item[i]; {
		case i == 0 && isAddress(w):
			if valueOf(fields, "neighbor") != w {
				return i
			}
		case isKey(w) && i+1 < len(item):
			if i++; valueOf(fields, w) != item[i] {
				return i
			}
		case !strings.Contains(name, w):
			return i
		}
	}
	return len(item)
}

// valueOf returns what stands behind a key in the fields of a name.
func valueOf(fields []string, key string) string {
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i] == key {
			return fields[i+1]
		}
	}
	return ""
}

// maxExplained is how many neighbors a refusal names.
const maxExplained = 10

// noMatch refuses a selector that matches none of those that the caller may address:
// it says of each why, and which ones it would match that belong to others.
func (c *Client) noMatch(selector string, mine []*Peer) *refusal {
	whose := "'" + c.caller.Name + "' may address"
	if c.caller.Operator {
		whose = "there are"
	}
	var list []string
	for _, p := range mine[:min(len(mine), maxExplained)] {
		list = append(list, addressOf(p)+" "+c.lacks(p.Name))
	}
	if more := len(mine) - len(list); more > 0 {
		list = append(list, fmt.Sprintf("and there are %d more", more))
	}
	why := "no peer matches " + selector + "; of those that " + whose + ", " + strings.Join(list, ", ")
	others := c.hub.daemon.Peers(nil).List
	if i := slices.IndexFunc(others, func(p *Peer) bool { return matches(c.words, p.Name) }); i >= 0 {
		why += "; " + addressOf(others[i]) + " matches, but no api block of it lists the process"
	}
	r := &refusal{why: why, none: true}
	// ExaBGP: main takes all peers of the process when API version 6 matches none.
	if c.dialect6() {
		r.said = why
	}
	return r
}

// lacks says why the selector at hand does not select a name: what the item that
// fits furthest finds there instead.
func (c *Client) lacks(name string) string {
	fields := strings.Fields(name)
	best, at := []string(nil), -1
	for item := range items(c.words) {
		if i := misfit(item, name, fields); i > at {
			best, at = item, i
		}
	}
	switch {
	case best == nil:
		return "is not named"
	case at == 0 && isAddress(best[0]):
		return "has another address"
	case at > 0 && isKey(best[at-1]):
		return "has " + best[at-1] + " " + valueOf(fields, best[at-1])
	}
	return "has no '" + best[at] + "' in its name"
}
