package api

import (
	"fmt"
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

func isKey(w string) bool {
	switch w {
	case "local-ip", "local-as", "peer-as", "router-id", "family-allowed":
		return true
	}
	return false
}

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
		// ExaBGP: main takes all peers of the process when API version 6 matches none.
		r := &refusal{why: "no peer matches " + normalise(string(text)), none: true}
		if c.dialect6() {
			r.said = r.why
		}
		return nil, r
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
	for len(words) > 0 {
		n := slices.Index(words, ",")
		if n < 0 {
			n = len(words)
		}
		if n > 0 && matchesItem(words[:n], name, fields) {
			return true
		}
		words = words[min(n+1, len(words)):]
	}
	return false
}

func matchesItem(item []string, name string, fields []string) bool {
	if item[0] == "*" {
		return true
	}
	for i := 0; i < len(item); i++ {
		switch w := item[i]; {
		case i == 0 && isAddress(w):
			if !hasPair(fields, "neighbor", w) {
				return false
			}
		case isKey(w) && i+1 < len(item):
			i++
			if !hasPair(fields, w, item[i]) {
				return false
			}
		case !strings.Contains(name, w):
			return false
		}
	}
	return true
}

// hasPair reports whether a key with a value stands in the fields of a name.
func hasPair(fields []string, key, value string) bool {
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i] == key && fields[i+1] == value {
			return true
		}
	}
	return false
}
