package daemon

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/helper"
)

// TestInnocentHelper: a helper is answered as soon as its batch has ended, whatever
// another one does that never reads, while a router floods that one with UPDATEs, and
// while the configuration is reloaded. Time stands still here unless all wait for it, so
// that nothing of what is measured is the machine's fault.
func TestInnocentHelper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rand.New(rand.NewPCG(1, 1)))
		bad, good := w.helpers[0], w.helpers[1]
		bad.deaf = make(chan struct{})
		w.text = strings.NewReplacer("process a {", "process a { backlog 64K;", "processes [ a ];", "processes [ a ]; receive { parsed; update; }").Replace(w.text)
		w.begin()
		w.d.helpers.SetLimits("a", limits(w.d.current.Process("a")))
		for !w.established() {
			time.Sleep(time.Second)
		}
		time.Sleep(10 * time.Second)
		var others sync.WaitGroup
		others.Go(func() { w.routers[0].flood(t, 5000) })
		others.Go(func() { shout(t, bad) })

		latest := time.Duration(0)
		for i := range 600 { // of 0.1 s: longer than the deaf one is waited for
			if i%100 == 50 {
				w.d.Reload(nil)
			}
			began := time.Now()
			if err := w.write(good, fmt.Sprintf("announce route 172.16.%d.0/24 next-hop 192.0.2.1", i%200)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
			good.mu.Lock()
			latest = max(latest, good.heard.Sub(began))
			good.mu.Unlock()
		}
		if err := good.check(); err != nil {
			t.Error(err)
		}
		if most := helper.Defaults().Longest; latest > most {
			t.Errorf("answered after %v, expected at most %v", latest, most)
		}
		if got := w.d.helpers.Outbuf("a").Load(); !got.Stalled || got.Dropped == 0 || got.Refused < 1000 {
			t.Errorf("the other one: %+v", got)
		}
		close(bad.deaf)
		others.Wait()
		w.close()
	})
}

// flood sends n UPDATEs.
func (r *router) flood(t *testing.T, n int) {
	t.Helper()
	attributes := bgptest.Hex(`
		0000 001B                 # no withdraws; attributes
		40 01 01 00               # ORIGIN IGP
		40 02 06 0201 0000FDE9    # AS_PATH 65001
		40 03 04 C0000201         # NEXT_HOP 192.0.2.1
		40 05 04 00000064         # LOCAL_PREF 100
	`)
	for i := range n {
		nlri := append(binary.BigEndian.AppendUint32(nil, 1), 24, 10, byte(i>>8), byte(i))
		if _, err := r.conn.Write(bgptest.Message(byte(bgp.TypeUpdate), slices.Concat(attributes, nlri))); err != nil {
			t.Error(err)
			return
		}
	}
}

// shout gives commands that are refused, that touch every route, and that ask for much.
func shout(t *testing.T, s *script) {
	t.Helper()
	for i := range 20_000 {
		line := "announce route nonsense \xff"
		if i%100 == 0 {
			line += "\nclear adj-rib out\nshow neighbor extensive\nflush adj-rib out"
		}
		if _, err := io.WriteString(s.lines, line+"\n"); err != nil {
			t.Error(err)
			return
		}
	}
}
