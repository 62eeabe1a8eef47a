package api

import (
	"strconv"

	"github.com/herald-bgp/herald/internal/bgp"
)

// neighborJSON answers a list of neighbors, one line.
func (c *Client) neighborJSON(peers []*Peer) {
	c.answers.Text(func(dst []byte) []byte {
		dst = append(dst, '[')
		for i, p := range peers {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = c.appendNeighbor(dst, p)
		}
		return append(dst, "]\n"...)
	})
}

// jsonObject appends the members of an object, as Python's json.dumps spaces them.
type jsonObject struct {
	dst  []byte
	more bool
}

func (o *jsonObject) key(k string) {
	if o.more {
		o.dst = append(o.dst, ", "...)
	}
	o.more = true
	o.dst = append(bgp.AppendJSONString(o.dst, k), ": "...)
}

func (o *jsonObject) open(k string) {
	if k != "" {
		o.key(k)
	}
	o.dst, o.more = append(o.dst, '{'), false
}

func (o *jsonObject) close() { o.dst, o.more = append(o.dst, '}'), true }

func (o *jsonObject) str(k, v string) {
	o.key(k)
	o.dst = bgp.AppendJSONString(o.dst, v)
}

func (o *jsonObject) num(k string, v uint64) {
	o.key(k)
	o.dst = strconv.AppendUint(o.dst, v, 10)
}

func (o *jsonObject) raw(k, v string) {
	o.key(k)
	o.dst = append(o.dst, v...)
}

// strings writes a list of strings.
func (o *jsonObject) strings(k string, list []string) {
	o.key(k)
	o.dst = append(o.dst, '[')
	for i, s := range list {
		if i > 0 {
			o.dst = append(o.dst, ", "...)
		}
		o.dst = bgp.AppendJSONString(o.dst, s)
	}
	o.dst = append(o.dst, ']')
}

func (c *Client) appendNeighbor(dst []byte, p *Peer) []byte {
	s := p.Status()
	local, peer := sides(p, &s)
	o := &jsonObject{dst: dst}
	o.open("")
	if s.Up() {
		o.str("state", "up")
	} else {
		o.str("state", "down")
	}
	o.num("duration", uint64(s.Duration.Seconds()))
	o.str("fsm", s.State)
	c.appendSide(o, "local", &local, &local)
	c.appendSide(o, "peer", &peer, &local)
	o.open("messages")
	appendMessages(o, "sent", &s.Sent)
	appendMessages(o, "received", &s.Received)
	o.close()
	var on, families []string
	for i := range capabilityTable {
		if local.capability(&capabilityTable[i]) {
			on = append(on, capabilityTable[i].name)
		}
	}
	for _, f := range local.families {
		families = append(families, f.String())
	}
	o.strings("capabilities", on)
	o.strings("families", families)
	o.open("add-path")
	for _, f := range local.families {
		o.str(f.String(), addPath(&s, f))
	}
	o.close()
	if c.dialect.Main() {
		o.open("prefixes")
		o.num("received", s.Prefixes.Received)
		o.num("withdrawn", s.Prefixes.Withdrawn)
		o.close()
	}
	o.close()
	return o.dst
}

// appendSide writes one side; the families are always ours.
func (c *Client) appendSide(o *jsonObject, key string, s, local *side) {
	o.open(key)
	o.open("capabilities")
	for i := range capabilityTable {
		r := &capabilityTable[i]
		o.raw(r.name, c.truth(s.known, s.known && s.capability(r)))
	}
	o.close()
	o.open("families")
	for _, f := range local.families {
		if s == local {
			o.raw(f.String(), "true")
		} else {
			o.raw(f.String(), c.truth(s.known, s.family(f)))
		}
	}
	o.close()
	o.open("add-path")
	for _, f := range local.families {
		o.raw(f.String(), c.truth(s.known, s.addPath != nil && s.addPath(f)))
	}
	o.close()
	o.str("address", s.addr)
	o.num("as", uint64(s.as))
	if !s.known {
		o.raw("id", "null")
		o.raw("hold", "null")
		o.close()
		return
	}
	o.str("id", s.id)
	o.num("hold", uint64(s.hold))
	o.close()
}

// truth writes a fact about a side. ExaBGP: main has numbers, -1 for what is not
// known; 5.0 has booleans.
func (c *Client) truth(known, is bool) string {
	switch {
	case c.dialect.Main() && !known:
		return "-1"
	case c.dialect.Main() && is:
		return "1"
	case c.dialect.Main():
		return "0"
	case !known:
		return "null"
	}
	return strconv.FormatBool(is)
}

func appendMessages(o *jsonObject, key string, m *Messages) {
	o.open(key)
	o.num("open", m.Open)
	o.num("notification", m.Notification)
	o.num("keepalive", m.Keepalive)
	o.num("update", m.Update)
	o.num("refresh", m.Refresh)
	o.num("total", m.total())
	o.close()
}
