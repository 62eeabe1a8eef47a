package poison

import (
	"bytes"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/event"
)

// keeper does what no observer may: it keeps what it was shown.
type keeper struct {
	event.Observer
	raw, attr, nlri []byte
	seen            []byte
}

func (k *keeper) Message(_ *event.Peer, _ event.Direction, m *event.Message, _ *bgp.Negotiated, _ <-chan struct{}) {
	k.seen = bytes.Clone(m.Update.Attrs[0].Value)
	k.raw, k.attr, k.nlri = m.Raw, m.Update.Attrs[0].Value, m.Update.Reach[0].NLRI
}

func TestObserver(t *testing.T) {
	m := &event.Message{
		Type: bgp.TypeUpdate,
		Raw:  []byte("raw"),
		Update: &bgp.Update{
			Attrs: []bgp.AttrView{{Code: 1, Value: []byte("attr")}},
			Reach: []bgp.Section{{NLRI: []byte("nlri")}},
		},
	}
	k := &keeper{}
	Observer{k}.Message(nil, event.Receive, m, nil, nil)

	if string(k.seen) != "attr" {
		t.Errorf("the observer saw %q", k.seen)
	}
	for _, b := range [][]byte{k.raw, k.attr, k.nlri} {
		if want := bytes.Repeat([]byte{bgptest.PoisonByte}, len(b)); !bytes.Equal(b, want) || len(b) == 0 {
			t.Errorf("what was kept is %q", b)
		}
	}
	if string(m.Raw) != "raw" || string(m.Update.Attrs[0].Value) != "attr" {
		t.Error("the message itself was changed")
	}
}
