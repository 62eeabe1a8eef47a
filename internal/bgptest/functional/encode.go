package functional

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/api"
	"github.com/herald-bgp/herald/internal/exa/conf"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// encode runs the commands of a file: each, given by an operator, must become the
// octets behind it, for the first neighbor of the file's configuration.
func (r *run) encode(_ context.Context, c *Case) error {
	n, err := r.neighbor(c)
	if err != nil {
		return err
	}
	return c.each(func(v *Vector) error {
		if err := encodeCommand(n, v); err != nil {
			return fmt.Errorf("%s: %w", v.Command, err)
		}
		return nil
	})
}

// neighbor is the first of the configuration, or that of the fallback.
func (r *run) neighbor(c *Case) (*config.Neighbor, error) {
	var files []string
	for _, file := range c.Files {
		files = append(files, r.tree.etc(file))
	}
	for _, file := range append(files, r.tree.fallback()) {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		cfg, err := conf.Load(file, string(text), conf.Options{})
		if err != nil {
			return nil, err
		}
		if len(cfg.Neighbors) > 0 {
			return cfg.Neighbors[0], nil
		}
	}
	return nil, errors.New("there is no neighbor")
}

func encodeCommand(n *config.Neighbor, v *Vector) error { return encodeAs(n, v, v.Command) }

// selfCheck turns the UPDATEs of a file into commands, which must become the same
// octets again.
func (r *run) selfCheck(_ context.Context, c *Case) error {
	n, err := r.neighbor(c)
	if err != nil {
		return err
	}
	return c.each(func(v *Vector) error {
		commands, err := decodeCommands(n, v)
		if err != nil {
			return err
		}
		if err := encodeAs(n, v, commands...); err != nil {
			return fmt.Errorf("%s: %w", strings.Join(commands, "; "), err)
		}
		return nil
	})
}

// decodeCommands returns the commands that an UPDATE comes from.
func decodeCommands(n *config.Neighbor, v *Vector) ([]string, error) {
	var u bgp.Update
	if err := bgp.ParseUpdate(&u, v.Octets[bgp.HeaderLen:], n.Session.Mirrored()); err != nil && !err.ShowsWhole() {
		return nil, err
	}
	var w route.UpdateWriter
	switch {
	case u.EOR:
		return []string{"announce eor " + u.EORFamily.String()}, nil
	case len(u.Reach)+len(u.Unreach) == 0:
		return []string{string(w.AppendAttrs([]byte("attributes"), &u))}, nil
	}
	text, ok := w.Append(nil, &u)
	if !ok {
		return nil, errors.New("there is no command for it")
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), nil
}

// encodeAs executes commands that must become the octets of v.
func encodeAs(n *config.Neighbor, v *Vector, commands ...string) error {
	e := newEncoder(n)
	for _, command := range commands {
		if err := e.exec(command); err != nil {
			return err
		}
	}
	got, err := e.pack()
	if err != nil {
		return err
	}
	if !bytes.Equal(got, v.Octets) {
		return fmt.Errorf("got %s, want %s", formatAll(got), bgptest.Format(v.Octets))
	}
	return nil
}

// formatAll gives the messages in b.
func formatAll(b []byte) string {
	if len(b) == 0 {
		return "nothing"
	}
	var all []string
	for len(b) >= bgp.HeaderLen {
		n := min(max(int(b[16])<<8|int(b[17]), bgp.HeaderLen), len(b))
		all = append(all, bgptest.Format(b[:n]))
		b = b[n:]
	}
	return strings.Join(all, " and ")
}

// encoder is a daemon of one peer that only writes down what commands do to it.
type encoder struct {
	api.Daemon // of which commands about routes need no more than the methods here

	neighbor *config.Neighbor
	peers    *api.Peers
	lines    helper.Lines
	refused  string
	changes  []change
}

// change is a route that is announced or withdrawn, or an End-of-RIB.
type change struct {
	withdraw, eor bool
	route         rib.Route
}

func newEncoder(n *config.Neighbor) *encoder {
	e := &encoder{neighbor: n}
	e.peers = &api.Peers{
		List: []*api.Peer{{
			Name: n.Name(), Config: n,
			Status: func() api.PeerStatus { return api.PeerStatus{State: "ESTABLISHED"} },
		}},
		All: rib.Peers(0),
	}
	out := helper.NewOutbuf(helper.Limits{}, helper.Figures{Events: 1 << 20, Reserve: 1 << 20, Answers: 1 << 20}, nil)
	hub := api.NewHub(e, api.Settings{Dialect: bgp.Dialect4, Ack: true, Start: time.Now()}, slog.New(e),
		func(string) *helper.Outbuf { return out })
	e.lines = hub.Operator("functional", out)
	return e
}

// exec executes a command in the words of the test data, two of which are none of
// the API: a group of all peers, and attributes that stand for a withdraw of what
// was never announced.
func (e *encoder) exec(command string) error {
	if attributes, ok := strings.CutPrefix(command, "attributes "); ok {
		var c lex.Cursor
		c.Reset(attributes)
		p := route.Parser{Bare: true}
		return p.Attributes(&c, route.Announce, func(r rib.Route) { e.note(change{route: r}) })
	}
	if strings.HasPrefix(command, "group ") {
		command = "peer * " + command
	}
	e.lines.Exec([]byte(command))
	e.lines.Commit()
	if e.refused != "" {
		return errors.New(e.refused)
	}
	return nil
}

// The logger of the hub is where the reason of a refusal is told.

func (e *encoder) Enabled(context.Context, slog.Level) bool { return true }
func (e *encoder) WithAttrs([]slog.Attr) slog.Handler       { return e }
func (e *encoder) WithGroup(string) slog.Handler            { return e }

func (e *encoder) Handle(_ context.Context, r slog.Record) error {
	e.refused = r.Message
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "reason" {
			e.refused = a.Value.String()
		}
		return true
	})
	return nil
}

func (e *encoder) Peers(*api.Caller) *api.Peers     { return e.peers }
func (e *encoder) Commit(*api.Caller)               {}
func (e *encoder) FirstPending(*rib.PeerSet) bool   { return false }
func (e *encoder) Sync(_ *rib.PeerSet, done func()) { done() }

func (e *encoder) Announce(_ *api.Caller, _ *rib.PeerSet, r rib.Route) error {
	e.note(change{route: r})
	return nil
}

func (e *encoder) Withdraw(_ *api.Caller, _ *rib.PeerSet, r rib.Route) error {
	e.note(change{route: r, withdraw: true})
	return nil
}

func (e *encoder) EOR(_ *api.Caller, _ *rib.PeerSet, f bgp.Family) error {
	e.note(change{route: rib.Route{Family: f}, eor: true})
	return nil
}

func (e *encoder) note(c change) {
	c.route.NLRI = bytes.Clone(c.route.NLRI) // borrowed
	e.changes = append(e.changes, c)
}

// pack turns the changes into messages.
func (e *encoder) pack() ([]byte, error) {
	var p bgp.Packer
	p.Reset(e.neighbor.Session.Mirrored(), e.neighbor.Session.GroupUpdates)
	for changes := e.changes; len(changes) > 0; {
		n := 1
		for n < len(changes) && changes[0].together(changes[n]) {
			n++
		}
		if err := packGroup(&p, changes[:n]); err != nil {
			return nil, err
		}
		changes = changes[n:]
	}
	return p.Octets(), nil
}

// together reports whether two changes belong to one group.
func (c change) together(d change) bool {
	return !c.eor && !d.eor && len(c.route.NLRI) > 0 && len(d.route.NLRI) > 0 && c.withdraw == d.withdraw &&
		c.route.Family == d.route.Family && c.route.Attrs == d.route.Attrs && c.route.NextHop == d.route.NextHop
}

func packGroup(p *bgp.Packer, group []change) error {
	r := &group[0].route
	switch {
	case group[0].eor:
		p.EOR(r.Family)
		return nil
	case len(r.NLRI) == 0:
		return p.AttrsOnly(r.Family, r.Attrs, r.NextHop)
	case group[0].withdraw:
		p.Withdraw(r.Family, r.Attrs, r.NextHop, len(group))
	default:
		if err := p.Announce(r.Family, r.Attrs, r.NextHop, len(group)); err != nil {
			return err
		}
	}
	for i := range group {
		if err := p.Add(group[i].route.NLRI); err != nil {
			return err
		}
	}
	p.End()
	return nil
}
