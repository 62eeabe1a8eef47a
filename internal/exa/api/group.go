package api

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/rib"
)

// group is the commands between "group start" and "group end".
type group struct {
	text  []byte // one after another, each with a newline
	count int
}

// What a group may hold before it is discarded.
const (
	maxGroupCommands = 100_000
	maxGroupOctets   = 100 << 20
)

// grouped takes a line that belongs into an open group: it is kept, not read.
func (c *Client) grouped(line []byte) (kept bool, err error) {
	if c.group == nil || !bytes.HasPrefix(line, []byte("announce ")) && !bytes.HasPrefix(line, []byte("withdraw ")) {
		return false, nil
	}
	if c.group.count == maxGroupCommands || len(c.group.text)+len(line) > maxGroupOctets {
		c.group = nil
		return true, jsonError("group buffer limit reached, group discarded")
	}
	c.group.text = append(append(c.group.text, line...), '\n')
	c.group.count++
	return true, nil
}

// jsonError is a refusal that main says as a JSON object.
func jsonError(why string) error {
	return &refusal{said: `{"error": "` + why + `"}`, json: true, why: why}
}

// groupError is jsonError where the answer is JSON.
func (c *Client) groupError(why string) error {
	if c.wantsJSON() {
		return jsonError(why)
	}
	return complain(why)
}

func groupStart(c *Client) error {
	if c.group != nil {
		return c.groupError("already in group block (nested groups not allowed)")
	}
	c.group = &group{}
	c.status("group started")
	return nil
}

func groupEnd(c *Client) error {
	g := c.group
	if g == nil {
		return c.groupError("not in group block")
	}
	c.group = nil
	if g.count == 0 {
		c.tell(`{"status": "group ended", "commands": 0}`, "group ended: 0 commands")
		return nil
	}
	return c.processGroup(bytes.Split(bytes.TrimSuffix(g.text, []byte{'\n'}), []byte{'\n'}))
}

// groupLine is a whole group in one line.
func groupLine(c *Client) error {
	// The parts outlive the cursor, but not the line.
	parts := splitGroup([]byte(c.cur.Rest()))
	if len(parts) == 0 {
		return c.groupError("empty group")
	}
	return c.processGroup(parts)
}

// splitGroup splits at semicolons that stand outside of braces and quotes.
func splitGroup(text []byte) [][]byte {
	var out [][]byte
	add := func(part []byte) {
		if part = bytes.TrimSpace(part); len(part) > 0 {
			out = append(out, part)
		}
	}
	depth, start, quote := 0, 0, byte(0)
	for i, b := range text {
		switch {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '{':
			depth++
		case b == '}':
			depth--
		case b == ';' && depth <= 0:
			add(text[start:i])
			start = i + 1
		}
	}
	add(text[start:])
	return out
}

// groupResult is what came of a group.
type groupResult struct {
	announced, withdrawn int
	errors               []string
}

// processGroup executes the parts of a group. ExaBGP: those that are wrong are
// listed, and the others take effect.
func (c *Client) processGroup(parts [][]byte) error {
	if err := c.target(); err != nil {
		return err
	}
	defer c.parser.Ungroup()
	var res groupResult
	for _, part := range parts {
		before := len(res.errors)
		if c.groupPart(part, &res); len(res.errors) > before && c.damper.Pass(c.log, "commands") {
			c.log.Warn("command of a group refused", "reason", clip(res.errors[before]), "command", clip(part))
		}
	}
	if c.mode.sync {
		defer c.await()
	}
	if !c.wantsJSON() {
		text := fmt.Sprintf("group processed: %d announced, %d withdrawn", res.announced, res.withdrawn)
		if len(res.errors) > 0 {
			text += fmt.Sprintf(", %d errors", len(res.errors))
		}
		c.say(text)
		return nil
	}
	c.answers.Text(func(dst []byte) []byte {
		o := &jsonObject{dst: dst}
		o.open("")
		o.str("status", "group processed")
		o.num("announced", uint64(res.announced))
		o.num("withdrawn", uint64(res.withdrawn))
		if len(res.errors) > 0 {
			o.strings("errors", res.errors)
		}
		o.close()
		return append(o.dst, '\n')
	})
	return nil
}

func (c *Client) groupPart(part []byte, res *groupResult) {
	c.cur.ResetBytes(part)
	word := c.cur.Word()
	use := route.Announce
	switch word {
	case "attributes", "attribute":
		if err := c.parser.Group(&c.cur); err != nil {
			res.errors = append(res.errors, "could not parse attributes: "+err.Error())
		}
		return
	case "announce":
	case "withdraw":
		use = route.Withdraw
	default:
		res.errors = append(res.errors, "unknown action in group: "+strings.Clone(word))
		return
	}
	c.withdraw, c.fail = use == route.Withdraw, nil
	n := 0
	err := c.parser.Statement(&c.cur, use, func(r rib.Route) {
		n++
		c.route(r)
	})
	if err == nil {
		err = c.fail
	}
	var invalid *route.InvalidError
	switch {
	case err == nil && c.withdraw:
		res.withdrawn += n
	case err == nil:
		res.announced += n
	case errors.As(err, &invalid):
		res.errors = append(res.errors, "invalid route: "+err.Error())
	default:
		res.errors = append(res.errors, "could not parse: "+normalise(string(part)))
	}
}

// tell answers in JSON or in text.
func (c *Client) tell(json, text string) {
	if c.wantsJSON() {
		c.say(json)
		return
	}
	c.say(text)
}
