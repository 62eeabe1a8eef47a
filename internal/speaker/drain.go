package speaker

import (
	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/rib"
)

const (
	// drainLimit is how many routes one Drain takes, and pacedLimit under a rate limit:
	// a few UPDATEs of one group. What is withdrawn waits for them.
	drainLimit = 2048
	pacedLimit = 1024
	// keptBuffer is the largest buffer that an idle writer keeps.
	keptBuffer = 8 << 10
)

// drain writes what the Adj-RIB-Out owes.
func (w *writer) drain() {
	k := w.k
	for more := true; more && !w.failed && !k.ended(); {
		if !k.peer.s.cfg.Observer.Room(k.peer.info.Load(), k.urgent) {
			w.controls()
			continue
		}
		more = w.drainOnce()
	}
	if cap(w.packer.Octets()) > keptBuffer {
		w.packer, w.batch = bgp.Packer{}, rib.Batch{}
		w.packer.Reset(k.negotiated, w.group)
	}
}

// drainOnce writes one batch. It reports whether there is more.
func (w *writer) drainOnce() (more bool) {
	k := w.k
	out, id := k.peer.s.cfg.Out, k.peer.id
	w.again = false
	more = out.Drain(id, &w.batch, w.limit)
	for i := range w.batch.Runs {
		w.run(&w.batch.Runs[i])
	}
	w.flush()
	if !w.batch.Empty() && !w.failed && !k.ended() {
		out.Written(id, &w.batch)
	}
	return more || w.again // the room of a refused path may be another one's
}

// run packs one run of a batch.
func (w *writer) run(r *rib.Run) {
	switch r.Kind {
	case rib.EOR:
		w.packer.EOR(r.Family)
	case rib.BoRR:
		w.refresh(r.Family, bgp.RefreshBegin)
	case rib.EoRR:
		w.refresh(r.Family, bgp.RefreshEnd)
	case rib.AttributesOnly:
		for range r.N {
			if err := w.packer.AttrsOnly(r.Family, r.Attrs, r.NextHop); err != nil {
				w.warn(err, r.N)
				break
			}
		}
	case rib.Announce, rib.Replay, rib.Withdraw:
		w.routes(r)
	}
	w.flushFull()
}

// routes packs routes that have all but the NLRI in common.
func (w *writer) routes(r *rib.Run) {
	if r.Kind != rib.Withdraw {
		w.checkNextHop(r)
	}
	w.refused = w.refused[:0]
	for i := 0; i < r.N && !w.failed; {
		if err := w.beginRoutes(r); err != nil {
			w.warn(err, r.N)
			w.refuse(r, i, r.N)
			return
		}
		for ; i < r.N && len(w.packer.Octets()) < writeSize; i++ {
			if err := w.packer.Add(w.batch.NLRI(r, i)); err != nil {
				w.warn(err, 1)
				w.refused = append(w.refused, i)
			}
		}
		w.packer.End()
		w.flushFull()
	}
	for _, i := range w.refused {
		w.refuse(r, i, i+1)
	}
}

// beginRoutes begins a run, or the rest of one: its number is that of the whole run
// then too, since it decides whether the NLRI share messages.
func (w *writer) beginRoutes(r *rib.Run) error {
	if r.Kind == rib.Withdraw {
		w.packer.Withdraw(r.Family, r.Attrs, r.NextHop, r.N)
		return nil
	}
	return w.packer.Announce(r.Family, r.Attrs, r.NextHop, r.N)
}

// refuse deals with routes of a run that no message can hold: the peer must not be
// left with what they were to replace.
//
// Deviation: ExaBGP takes them as sent, and the peer keeps an earlier version.
func (w *writer) refuse(r *rib.Run, from, to int) {
	if r.Kind == rib.Withdraw {
		return
	}
	k := w.k
	w.again = true
	for i := from; i < to; i++ {
		if !k.peer.s.cfg.Out.Refused(k.peer.id, &w.batch, r, i) {
			continue
		}
		w.packer.Withdraw(r.Family, bgp.Attrs{}, bgp.NextHop{}, 1)
		if err := w.packer.Add(w.batch.NLRI(r, i)); err != nil {
			w.warn(err, 1)
		}
		w.packer.End()
		w.flushFull()
	}
}

// checkNextHop says once a session that the peer has not agreed to IPv6 next hops of
// IPv4 routes (RFC 8950 §4). ExaBGP: they are sent all the same.
func (w *writer) checkNextHop(r *rib.Run) {
	if w.foreign || w.k.negotiated.TakesNextHop(r.Family, r.NextHop) {
		return
	}
	w.foreign = true
	w.k.peer.log().Warn("the peer may not take the next hop: a nexthop capability was not negotiated",
		"family", r.Family.String(), "next_hop", r.NextHop.Addr().String())
}

// warn logs routes that cannot be written for this session.
func (w *writer) warn(err error, routes int) {
	w.k.peer.log().Warn("not sent", "routes", routes, "error", err)
}
