package examples_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/api"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/rib"
)

// daemon packs what it is told to announce and to withdraw; it can do nothing else.
type daemon struct {
	api.Daemon
	peers   *api.Peers
	session *bgp.Negotiated
	message []byte
	err     error
}

func (d *daemon) Peers(*api.Caller) *api.Peers   { return d.peers }
func (d *daemon) FirstPending(*rib.PeerSet) bool { return false }
func (d *daemon) Commit(*api.Caller)             {}

func (d *daemon) Announce(_ *api.Caller, _ *rib.PeerSet, r rib.Route) error {
	return d.pack(route.Announce, &r)
}

func (d *daemon) Withdraw(_ *api.Caller, _ *rib.PeerSet, r rib.Route) error {
	return d.pack(route.Withdraw, &r)
}

func (d *daemon) pack(use route.Use, r *rib.Route) error {
	d.message, d.err = pack(d.session, use, r)
	return d.err
}

// TestGrammars: helper programs give the commands of the examples as they stand, and
// behind a selector of either grammar.
func TestGrammars(t *testing.T) {
	for _, e := range examples(readTable(t)) {
		n := load(t, e.configuration)
		d := &daemon{session: n.Session.Mirrored(), peers: &api.Peers{All: &rib.PeerSet{}}}
		d.peers.All.Add(1)
		d.peers.List = []*api.Peer{{ID: 1, Name: n.Name(), Config: n}}
		out := helper.NewOutbuf(helper.Limits{}, helper.Defaults(), nil)
		hub := api.NewHub(d, api.Settings{Dialect: bgp.Dialect5}, slog.New(slog.DiscardHandler), func(string) *helper.Outbuf { return out })
		hub.SetProcesses([]config.Process{{Name: "p"}})
		client := hub.Attach("p", out)
		for _, selector := range []string{"", "neighbor 192.0.2.1 ", "neighbor * ", "peer 192.0.2.1 ", "peer * "} {
			line := selector + strings.TrimSpace(e.command)
			d.message = nil
			client.Exec([]byte(line))
			client.Commit()
			if !bytes.Equal(d.message, e.message()) {
				t.Errorf("%s\ngives %X (%v)\nwant  %X", line, d.message, d.err, e.message())
			}
		}
	}
}
