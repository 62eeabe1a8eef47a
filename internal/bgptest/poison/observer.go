// Package poison finds observers that keep what they only borrowed.
package poison

import (
	"slices"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/event"
)

// Observer hands messages on to another observer in memory of their own, and
// overwrites that memory when the call is over: what the observer kept without
// copying it is wrong at once.
type Observer struct{ event.Observer }

// Packet implements event.Observer.
func (o Observer) Packet(p *event.Peer, d event.Direction, m *event.Message, n *bgp.Negotiated, done <-chan struct{}) {
	lent, recall := lend(m)
	o.Observer.Packet(p, d, lent, n, done)
	recall()
}

// Message implements event.Observer.
func (o Observer) Message(p *event.Peer, d event.Direction, m *event.Message, n *bgp.Negotiated, done <-chan struct{}) {
	lent, recall := lend(m)
	o.Observer.Message(p, d, lent, n, done)
	recall()
}

// lend returns a copy of m and a function that ruins it.
func lend(m *event.Message) (lent *event.Message, recall func()) {
	var owned [][]byte
	lendOctets := func(b []byte) []byte {
		if b == nil {
			return nil
		}
		b = slices.Clone(b)
		owned = append(owned, b)
		return b
	}

	c := *m
	c.Raw = lendOctets(m.Raw)
	if m.Operational != nil {
		c.Operational = new(*m.Operational)
		c.Operational.Advisory = lendOctets(m.Operational.Advisory)
		c.Operational.Data = lendOctets(m.Operational.Data)
	}
	if m.Notification != nil {
		c.Notification = new(*m.Notification)
		c.Notification.Data = lendOctets(m.Notification.Data)
	}
	if m.Open != nil {
		c.Open = new(*m.Open)
		c.Open.Capabilities = slices.Clone(m.Open.Capabilities)
		for i := range c.Open.Capabilities {
			c.Open.Capabilities[i].Value = lendOctets(c.Open.Capabilities[i].Value)
		}
	}
	if m.Update != nil {
		u := lendUpdate(m.Update, lendOctets)
		c.Update = &u
	}
	return &c, func() {
		for _, b := range owned {
			bgptest.Poison(b)
		}
		if c.Update != nil {
			clear(c.Update.Attrs)
			clear(c.Update.Reach)
			clear(c.Update.Unreach)
			*c.Update = bgp.Update{}
		}
		c = event.Message{}
	}
}

func lendUpdate(u *bgp.Update, octets func([]byte) []byte) bgp.Update {
	c := *u
	c.Attrs = slices.Clone(u.Attrs)
	for i := range c.Attrs {
		c.Attrs[i].Value = octets(c.Attrs[i].Value)
	}
	c.Reach, c.Unreach = lendSections(u.Reach, octets), lendSections(u.Unreach, octets)
	return c
}

func lendSections(s []bgp.Section, octets func([]byte) []byte) []bgp.Section {
	s = slices.Clone(s)
	for i := range s {
		s[i].NextHop = octets(s[i].NextHop)
		s[i].NLRI = octets(s[i].NLRI)
	}
	return s
}
