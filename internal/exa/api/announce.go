package api

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/rib"
)

// announceRoute is announce with whatever begins a route: route, attributes, ipv4 …
func announceRoute(c *Client) error { return c.mark(route.Announce) }

// withdrawRoute is the same for withdraw.
func withdrawRoute(c *Client) error { return c.mark(route.Withdraw) }

// mark reads the routes of the command and marks them at the selected peers.
func (c *Client) mark(use route.Use) error {
	if err := c.target(); err != nil {
		return err
	}
	c.withdraw = use == route.Withdraw
	start := c.cur.Offset()
	c.cur.ResetBytes(c.line[start:])
	if err := c.parser.Statement(&c.cur, use, c.take); err != nil {
		return c.badRoute(start, err)
	}
	if c.fail != nil {
		return c.badRoute(start, c.fail)
	}
	if c.mode.sync {
		c.await()
	}
	return nil
}

// route marks one route of the command. It is what the parser yields to.
func (c *Client) route(r rib.Route) {
	if c.fail != nil {
		return
	}
	if c.withdraw {
		c.fail = c.hub.daemon.Withdraw(&c.caller, c.to.set, r)
	} else {
		c.fail = c.hub.daemon.Announce(&c.caller, c.to.set, r)
	}
	c.touch(c.to.set)
}

// target makes sure that somebody is selected: everybody, without a selector.
func (c *Client) target() error {
	if c.to != nil {
		return nil
	}
	var err error
	c.to, err = c.everyone()
	return err
}

// badRoute words a mistake in a route. ExaBGP: main repeats a "route" that it cannot
// read, names what is missing, and says nothing about other kinds.
func (c *Client) badRoute(start int, err error) error {
	r := &refusal{why: err.Error()}
	var invalid *route.InvalidError
	switch {
	case errors.As(err, &invalid):
		r.said = r.why
	case bytes.HasPrefix(c.line[start:], []byte("route")):
		r.said = "Could not parse route: " + normalise(string(c.line[start:]))
	}
	return r
}

// await makes the answer of the command wait until what is marked for its peers
// has been written.
func (c *Client) await() {
	if !c.answered() {
		return
	}
	c.waits = true
	ticket := c.answers.Ticket()
	late, written := string(c.appendEnd(nil, failed)), string(c.appendEnd(nil, done))
	if c.dialect.Main() {
		late = "error: the routes were not written within " + syncTimeout.String() + "\n" + late
	}
	timer := time.AfterFunc(syncTimeout, func() { ticket.Fill(late) })
	c.hub.daemon.Sync(c.to.set, func() {
		timer.Stop()
		ticket.Fill(written)
	})
}

// announceEOR sends an End-of-RIB: of IPv4 unicast, or of AFI SAFI.
func announceEOR(c *Client) error {
	f := bgp.IPv4Unicast
	if c.cur.More() {
		var err error
		if f, err = c.family(); err != nil {
			return err
		}
	}
	return c.signal(func() error { return c.hub.daemon.EOR(&c.caller, c.to.set, f) })
}

// announceRefresh asks for the routes of AFI SAFI (RFC 2918). The request leaves
// behind the answers: a peer may be fast, and who asked reads "done" before the
// routes (api-rr).
func announceRefresh(c *Client) error {
	f, err := c.family()
	if err != nil {
		return err
	}
	if err := c.selected(); err != nil {
		return err
	}
	if !slices.ContainsFunc(c.to.peers, (*Peer).up) {
		return &refusal{why: "none of these neighbors is established"}
	}
	c.toPeersAfterwards(func(to *rib.PeerSet) error { return c.hub.daemon.Refresh(&c.caller, to, f) })
	return nil
}

// selected ends the arguments of a command, and selects the peers that it is for.
func (c *Client) selected() error {
	if err := c.finish(); err != nil {
		return err
	}
	return c.target()
}

// toPeersAfterwards does something to the selected peers once the answers of the
// batch have left: what it brings about then comes behind them.
func (c *Client) toPeersAfterwards(do func(to *rib.PeerSet) error) {
	to, command := c.to.set, string(c.line)
	c.afterwards(func() {
		if err := do(to); err != nil {
			c.log.Warn("command failed after its answer", "reason", err, "command", command)
		}
	})
}

// signal does something to the selected peers that takes its place among their routes.
func (c *Client) signal(do func() error) error {
	if err := c.selected(); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	c.touch(c.to.set)
	return nil
}

// family reads AFI SAFI. ExaBGP: any two names will do, known together or not.
func (c *Client) family() (bgp.Family, error) {
	w := c.cur.Word()
	afi, ok := bgp.ParseAFI(w)
	if !ok {
		return bgp.Family{}, c.unexpectedWord(w, "ipv4", "ipv6", "l2vpn", "bgp-ls")
	}
	w = c.cur.Word()
	safi, ok := bgp.ParseSAFI(w)
	if !ok {
		return bgp.Family{}, c.unexpectedWord(w, bgp.SAFINames(afi)...)
	}
	return bgp.Family{AFI: afi, SAFI: safi}, nil
}

func announceWatchdog(c *Client) error { return c.watchdog(true) }
func withdrawWatchdog(c *Client) error { return c.watchdog(false) }

// watchdog announces or withdraws the configured routes that carry a name, without
// one that of the process. ExaBGP: at all peers, whatever the selector says, and
// routes of commands have no watchdog.
func (c *Client) watchdog(up bool) error {
	name := strings.Clone(c.cur.Word())
	if name == "" {
		name = c.caller.Name
	}
	c.touch(c.hub.all)
	return c.hub.daemon.Watchdog(&c.caller, name, up)
}

// announceOperational sends an OPERATIONAL message:
//
//	TYPE afi AFI safi SAFI advisory TEXT | [router-id ID] sequence N [counter N]
func announceOperational(c *Client) error {
	w := c.cur.Word()
	kind, ok := bgp.ParseOperationalType(strings.ToUpper(w))
	if !ok {
		// ExaBGP: a type that it does not know is passed over.
		c.log.Warn("unknown type of an operational message", "type", strings.Clone(w))
		return nil
	}
	m := bgp.ParseOperationalWords(kind, &c.cur)
	if err := c.cur.Err(); err != nil {
		return &refusal{why: err.Error()}
	}
	if err := c.selected(); err != nil {
		return err
	}
	c.toPeersAfterwards(func(to *rib.PeerSet) error { return c.hub.daemon.Operational(&c.caller, to, m) })
	return nil
}
