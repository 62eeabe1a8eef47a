package api

import "github.com/herald-bgp/herald/internal/lex"

// teardown closes the sessions of the selected peers, with a Cease of the subcode
// (RFC 4486) that is its argument.
func teardown(c *Client) error {
	w := c.cur.Word()
	code, ok := lex.ParseUint(w, 255)
	if !ok {
		return c.unexpected(w, "the subcode of a Cease, a number from 0 to 255")
	}
	if err := c.finish(); err != nil {
		return err
	}
	if err := c.target(); err != nil {
		return err
	}
	to := c.to.set
	c.afterwards(func() {
		if err := c.hub.daemon.Teardown(&c.caller, to, uint8(code)); err != nil {
			c.log.Warn("teardown failed", "error", err)
		}
	})
	return nil
}
