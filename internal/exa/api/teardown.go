package api

import (
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// teardown closes the sessions of the selected peers, with a Cease of the subcode
// (RFC 4486) that is its argument.
func teardown(c *Client) error {
	w := c.cur.Word()
	code, ok := lex.ParseUint(w, 255)
	if !ok {
		return c.unexpected(w, "the subcode of a Cease, a number from 0 to 255")
	}
	if err := c.selected(); err != nil {
		return err
	}
	c.toPeersAfterwards(func(to *rib.PeerSet) error { return c.hub.daemon.Teardown(&c.caller, to, uint8(code)) })
	return nil
}
