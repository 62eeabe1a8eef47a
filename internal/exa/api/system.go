package api

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/exa/encode"
	"github.com/herald-bgp/herald/internal/helper"
)

// The commands about the daemon as a whole. What ends it, or the sessions, happens
// after the answer has left.

func reload(c *Client) error {
	c.status("reload in progress")
	c.afterwards(func() { c.hub.daemon.Reload(&c.caller) })
	return nil
}

func restart(c *Client) error {
	c.status("restart in progress")
	c.afterwards(func() { c.hub.daemon.Restart(&c.caller) })
	return nil
}

func shutdown(c *Client) error {
	c.status("shutdown in progress")
	c.afterwards(func() { c.hub.daemon.Shutdown(&c.caller) })
	return nil
}

func showVersion(c *Client) error {
	if c.wantsJSON() && c.dialect.Main() {
		c.say(`{"version": "` + encode.Release(c.dialect) + `", "application": "exabgp"}`)
		return nil
	}
	c.say("exabgp " + encode.Release(c.dialect) + " herald " + c.hub.settings.Version)
	return nil
}

func showStatus(c *Client) error {
	s := &c.hub.settings
	peers := c.hub.daemon.Peers(nil).List
	up := time.Since(s.Start)
	if c.wantsJSON() {
		c.answers.Text(func(dst []byte) []byte {
			o := &jsonObject{dst: dst}
			o.open("")
			o.str("version", encode.Release(c.dialect))
			o.str("uuid", s.UUID)
			o.num("pid", uint64(s.PID))
			o.num("uptime", uint64(up.Seconds()))
			o.raw("start_time", fmt.Sprintf("%.6f", float64(s.Start.UnixMicro())/1e6))
			o.open("peers")
			for _, p := range peers {
				o.str(p.Name, p.Status().State)
			}
			o.close()
			o.close()
			return append(o.dst, '\n')
		})
		return nil
	}
	c.say("ExaBGP Daemon Status")
	c.say("====================")
	c.say("Version: " + encode.Release(c.dialect) + " (Herald " + s.Version + ")")
	c.say("UUID: " + s.UUID)
	c.say(fmt.Sprintf("PID: %d", s.PID))
	c.say(fmt.Sprintf("Uptime: %dh %dm %ds", int(up.Hours()), int(up.Minutes())%60, int(up.Seconds())%60))
	c.say(fmt.Sprintf("Peers: %d", len(peers)))
	for _, p := range peers {
		c.say("  - " + p.Name + ": " + p.Status().State)
	}
	return nil
}

// showQueues says what waits for each helper, and, of one that does not read, how
// many events it has missed.
func showQueues(c *Client) error {
	helpers := c.hub.daemon.Helpers()
	if !c.wantsJSON() {
		if len(helpers) == 0 {
			c.say("no queued messages")
		}
		for _, h := range helpers {
			line := fmt.Sprintf("%s: %d items (%d bytes)", h.Name, h.Lines, h.Waiting())
			if h.Dropped > 0 {
				line += fmt.Sprintf(", %d events dropped", h.Dropped)
			}
			if h.Stalled {
				line += ", stalled"
			}
			c.say(line)
		}
		return nil
	}
	c.helpersJSON(helpers, func(o *jsonObject, h *helper.Status) {
		o.num("items", uint64(h.Lines))
		o.num("bytes", uint64(h.Waiting()))
		if h.Dropped > 0 {
			o.num("dropped", h.Dropped)
		}
		if h.Stalled {
			o.raw("stalled", "true")
		}
	})
	return nil
}

// showProcesses says how each helper does. It is Herald's own.
func showProcesses(c *Client) error {
	helpers := c.hub.daemon.Helpers()
	if !c.wantsJSON() {
		for _, h := range helpers {
			line := fmt.Sprintf("%s: pid %d, %d restarts, %d commands, %d refused, %d events, %d dropped, %d bytes waiting",
				h.Name, h.PID, h.Restarts, h.Commands, h.Refused, h.Queued, h.Dropped, h.Waiting())
			if h.Stalled {
				line += ", stalled"
			}
			c.say(line)
		}
		return nil
	}
	c.helpersJSON(helpers, func(o *jsonObject, h *helper.Status) {
		o.num("pid", uint64(h.PID))
		o.num("restarts", uint64(h.Restarts))
		o.num("commands", h.Commands)
		o.num("refused", h.Refused)
		o.num("events", h.Queued)
		o.num("dropped", h.Dropped)
		o.num("waiting", uint64(h.Waiting()))
		o.raw("stalled", strconv.FormatBool(h.Stalled))
	})
	return nil
}

// helpersJSON answers an object with one of each helper.
func (c *Client) helpersJSON(helpers []helper.Status, members func(o *jsonObject, h *helper.Status)) {
	c.answers.Text(func(dst []byte) []byte {
		o := &jsonObject{dst: dst}
		o.open("")
		for i := range helpers {
			o.open(helpers[i].Name)
			members(o, &helpers[i])
			o.close()
		}
		o.close()
		return append(o.dst, '\n')
	})
}

// apiVersion shows or changes the dialect of the helpers that are started later.
func apiVersion(c *Client) error {
	w := c.cur.Word()
	if w == "" {
		c.sayVersion()
		return nil
	}
	d, ok := bgp.ParseDialect(w)
	if !ok {
		return complain("API version must be 4.2, 4, 5 or 6, not '" + w + "'")
	}
	c.hub.mu.Lock()
	c.hub.dialect = d
	c.hub.mu.Unlock()
	if c.wantsJSON() {
		c.say(`{"status": "API version set", "version": ` + d.String() + `, "note": "effective on next process restart"}`)
		return nil
	}
	c.say("API version set to " + d.String() + " (effective on next process restart)")
	return nil
}

func (c *Client) sayVersion() {
	what := "legacy (text/json)"
	if c.dialect6() {
		what = "json-only"
	}
	if c.wantsJSON() {
		c.say(`{"api_version": ` + c.dialect.String() + `, "description": "` + what + `"}`)
		return
	}
	c.say("API version: " + c.dialect.String() + " (" + what + ")")
}

// crash is answered as ExaBGP's is, and does no harm. ExaBGP: main answers twice, 4.2
// not at all.
func crash(c *Client) error {
	r := &refusal{why: "Herald does not crash on command"}
	switch c.dialect {
	case bgp.Dialect4, bgp.Dialect6:
		if c.ack && len(c.id) == 0 {
			c.end(done)
		}
	case bgp.Dialect42:
		c.silent = true
		return nil
	case bgp.Dialect5:
	}
	return r
}

// showHelp lists the commands.
func showHelp(c *Client) error {
	if c.wantsJSON() && c.dialect.Main() {
		c.answers.Text(c.hub.commands.appendJSONHelp)
		return nil
	}
	title, rule, command := "available API commands are listed here:", 39, "command are:"
	if c.dialect.Main() {
		title, rule, command = "available API commands (v6 format):", 36, "commands:"
	}
	c.say("")
	c.say(title)
	c.say(strings.Repeat("=", rule))
	c.say("")
	c.say("filter can be: [local-ip <ip>][local-as <asn>][peer-as <asn>][router-id <router-id>]")
	c.say("")
	c.say(command)
	c.say(strings.Repeat("-", len(command)))
	c.say("")
	for _, line := range c.hub.commands.help(c.dialect) {
		c.say(line)
	}
	c.say("")
	return nil
}

// help returns a line per command, sorted, in the grammar of a dialect.
func (t *commands) help(d bgp.Dialect) []string {
	var out []string
	for i := range t.table {
		r := &t.table[i]
		words, selector := r.v4, "[neighbor <ip> [filters]] "
		if d.Main() {
			words, selector = r.v6, "[peer <ip> [filters]] "
		}
		words = cmp.Or(words, r.v4, r.v6, r.after)
		line := words + " " + r.args
		if r.after != "" && !strings.HasPrefix(words, "peer ") {
			line = selector + line
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// appendJSONHelp writes the commands in main's JSON.
func (t *commands) appendJSONHelp(dst []byte) []byte {
	o := &jsonObject{dst: dst}
	o.open("")
	o.str("description", "Available API commands (v6 format)")
	o.strings("peer_filters", []string{"local-ip", "local-as", "peer-as", "router-id"})
	o.key("commands")
	o.dst = append(o.dst, '[')
	rows := slices.Clone(t.table)
	name := func(r row) string { return cmp.Or(r.v6, r.after, r.v4) }
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(name(a), name(b)) })
	rows = slices.CompactFunc(rows, func(a, b row) bool { return name(a) == name(b) })
	for i, r := range rows {
		if i > 0 {
			o.dst = append(o.dst, ", "...)
		}
		o.open("")
		o.str("command", name(r))
		o.raw("neighbor_support", fmt.Sprint(r.after != ""))
		o.raw("json_support", "true")
		if r.args != "" {
			o.str("arguments", r.args)
		}
		o.str("description", r.about)
		o.close()
	}
	o.dst = append(o.dst, ']')
	o.more = true
	o.close()
	return append(o.dst, '\n')
}
