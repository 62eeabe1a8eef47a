package rib

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgp"
)

var (
	seed      = flag.Uint64("seed", 0, "seed of the first sequence of the model test")
	sequences = flag.Int("sequences", 2000, "number of sequences")
)

// TestModel plays random sequences of operations and compares what the peers end up
// with, by the batches they got, with what a plain map says.
func TestModel(t *testing.T) {
	for i := range uint64(*sequences) {
		s := *seed + i
		rnd := rand.New(rand.NewPCG(s, 0))
		if log, err := newModel(rnd.IntN).play(60); err != nil {
			t.Fatalf("seed %d:\n%s%v", s, log, err)
		}
	}
}

// FuzzModel lets octets choose.
func FuzzModel(f *testing.F) {
	rnd := rand.New(rand.NewPCG(7, 7))
	for range 8 {
		b := make([]byte, 400)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		choose := func(n int) int {
			if len(b) == 0 {
				return 0
			}
			c := int(b[0])
			b = b[1:]
			return c % n
		}
		if log, err := newModel(choose).play(len(b) / 4); err != nil {
			t.Fatalf("%s%v", log, err)
		}
	})
}

// content is what a peer has of an NLRI, its next hop resolved.
type content struct {
	nlri  string // with the label
	attrs bgp.Attrs
	hop   bgp.NextHop
}

// wanted is what the table is meant to have of an NLRI for a peer.
type wanted struct {
	route Route
	owner Owner
}

type model struct {
	choose func(n int) int
	out    *Out
	peers  []*modelPeer
	log    strings.Builder
}

// modelPeer is a neighbor as the model knows it.
type modelPeer struct {
	name    string
	id      PeerID
	cfg     PeerConfig
	self    bgp.Self
	up      bool
	session Session
	begun   bool // a part of its first batch is out
	small   bool // its messages have no room for the attributes of some routes
	ups     int  // sessions

	want map[string]wanted
	dogs map[string]bool    // state of watchdogs, where a command said one
	conf []Route            // configured routes
	told map[string]bool    // what the first table held
	have map[string]content // as the batches say
	gone map[string]wanted  // adj-rib-out false: sent and forgotten

	limit int             // most paths of a prefix; 0: any number
	tried map[string]bool // what was sent, or refused, since it was announced

	stale, marked map[string]bool // what a restart, or a BoRR, has yet to confirm; nil: none
	lapsed        map[string]bool // what was not meant to be there all the time since
	eors          int
	inFlight      []*Batch
	synced        int // of the Syncs asked for
	asked         int
	again         bool // a route was refused: there may be something to drain
}

func newModel(choose func(int) int) *model {
	m := &model{choose: choose, out: NewOut()}
	m.out.table.holes = 3
	all := []bgp.Family{bgp.IPv4Unicast, testFamilies["flow"], testFamilies["label"]}
	for i := range 11 {
		p := &modelPeer{
			name: string(rune('a' + i)), want: map[string]wanted{}, have: map[string]content{},
			dogs: map[string]bool{}, gone: map[string]wanted{}, lapsed: map[string]bool{}, tried: map[string]bool{},
			self: bgp.Self{Local: netip.AddrFrom4([4]byte{127, 0, 0, byte(1 + i%2)})},
		}
		p.cfg = PeerConfig{Families: all[:1+choose(3)], AdjRIBOut: choose(4) > 0, ManualEOR: choose(6) == 0}
		p.id = m.out.AddPeer(p.cfg)
		m.peers = append(m.peers, p)
	}
	return m
}

func (m *model) play(steps int) (log string, err error) {
	for range steps {
		if err := cmp.Or(m.step(), m.out.invariants()); err != nil {
			return m.log.String(), err
		}
	}
	err = m.finish()
	return m.log.String(), err
}

func (m *model) say(format string, args ...any) { fmt.Fprintf(&m.log, format+"\n", args...) }

// some chooses peers.
func (m *model) some() (*PeerSet, []*modelPeer) {
	if m.choose(3) == 0 {
		return AllPeers(), m.peers
	}
	set, ps := &PeerSet{}, []*modelPeer(nil)
	for _, p := range m.peers {
		if m.choose(3) == 0 {
			set.Add(p.id)
			ps = append(ps, p)
		}
	}
	return set, ps
}

// route chooses one of few NLRI, with one of few contents.
func (m *model) route() Route {
	w := []string{"", "flow", "label"}[m.choose(3)] + fmt.Sprintf(" 10.0.%d.0/24", m.choose(4))
	switch m.choose(4) {
	case 0:
		w += " nh self"
	case 1:
		w += fmt.Sprintf(" nh 127.0.0.%d", 1+m.choose(2))
	}
	if n := m.choose(3); n > 0 {
		w += fmt.Sprintf(" med %d", n)
	}
	if strings.HasPrefix(w, "label") {
		w += fmt.Sprintf(" label %d", 1+m.choose(2))
	}
	if m.choose(3) == 0 {
		w += fmt.Sprintf(" id %d", 1+m.choose(4))
	}
	r, err := parseRoute(strings.Fields(w))
	if err != nil {
		panic(err)
	}
	return r
}

func key(r *Route) string {
	return familyWord(r.Family) + string(bgp.AppendNLRIKey(nil, r.Family, r.NLRI))
}

func (m *model) step() error {
	switch n := m.choose(100); {
	case n < 30:
		m.announce()
	case n < 48:
		m.withdraw()
	case n < 68:
		return m.drain(m.peers[m.choose(len(m.peers))], true)
	case n < 76:
		return m.drain(m.peers[m.choose(len(m.peers))], false)
	case n < 79:
		m.clear()
	case n < 82:
		set, ps := m.some()
		m.say("flush %s", names(ps))
		m.out.Flush(set)
	case n < 84:
		p := m.peers[m.choose(len(m.peers))]
		m.say("refresh %s", p.name)
		m.out.Refresh(p.id, p.cfg.Families[m.choose(len(p.cfg.Families))])
	case n < 90:
		m.session(m.peers[m.choose(len(m.peers))])
	case n < 93:
		m.configure(m.peers[m.choose(len(m.peers))])
	case n < 95:
		m.watchdog()
	case n < 97:
		m.sync()
	case n < 98:
		m.replacePeer(m.peers[m.choose(len(m.peers))])
	default:
		o := Owner(1 + m.choose(2))
		m.say("commit %d", o)
		m.out.Commit(o)
	}
	return nil
}

func names(ps []*modelPeer) (s string) {
	for _, p := range ps {
		s += p.name
	}
	return s
}

func (p *modelPeer) takes(f bgp.Family) bool { return slices.Contains(p.cfg.Families, f) }

func (m *model) announce() {
	r, owner := m.route(), Owner(1+m.choose(2))
	set, ps := m.some()
	m.say("announce %s %s owner %d", names(ps), routeText(&r), owner)
	m.out.Announce(set, &r, owner)
	for _, p := range ps {
		if p.takes(r.Family) {
			p.want[key(&r)] = wanted{r, owner}
			delete(p.gone, key(&r))
			delete(p.tried, key(&r))
		}
	}
}

func (m *model) withdraw() {
	r := m.route()
	set, ps := m.some()
	m.say("withdraw %s %s", names(ps), routeText(&r))
	m.out.Withdraw(set, &r)
	for _, p := range ps {
		p.drop(key(&r))
		delete(p.gone, key(&r))
	}
}

func (m *model) clear() {
	set, ps := m.some()
	m.say("clear %s", names(ps))
	m.out.Clear(set)
	for _, p := range ps {
		for k := range p.want {
			p.drop(k)
		}
	}
}

func (m *model) session(p *modelPeer) {
	if p.up {
		m.say("down %s", p.name)
		m.out.Down(p.id)
		p.up, p.inFlight, p.marked = false, nil, nil
		clear(p.gone)
		clear(p.tried)
		p.lapse()
		return
	}
	before := p.session.Restart
	p.session = Session{Families: p.cfg.Families, Self: p.self, Enhanced: m.choose(2) == 0}
	p.session.Restart = !p.cfg.ManualEOR && m.choose(2) == 0
	p.session.Rate = max(0, m.choose(6)-3)
	p.small = m.choose(4) == 0
	if p.limit = max(0, m.choose(6)-3); p.limit > 0 {
		p.session.PathsLimit = limitAll(p.cfg.Families, uint16(p.limit))
	}
	p.stale = map[string]bool{}
	if p.session.Restart && before {
		for k := range p.have {
			p.stale[k] = true
		}
	} else {
		clear(p.have)
	}
	m.say("up %s restart=%t enhanced=%t limit=%d rate=%d", p.name, p.session.Restart, p.session.Enhanced, p.limit, p.session.Rate)
	m.out.Up(p.id, p.session)
	p.up, p.begun, p.eors = true, false, 0
	p.ups++
}

func (m *model) configure(p *modelPeer) {
	l := &Routes{}
	var rs []Route
	for range m.choose(5) {
		r := m.route()
		if m.choose(3) == 0 {
			r.Watchdog, r.Parked = []string{"x", "y"}[m.choose(2)], m.choose(2) == 0
		}
		l.Append(r)
		rs = append(rs, r)
	}
	m.say("configure %s", p.name)
	for i := range rs {
		m.say("  %s dog %s parked=%t", routeText(&rs[i]), rs[i].Watchdog, rs[i].Parked)
	}
	m.out.Replace(p.id, l)
	p.conf = slices.DeleteFunc(rs, func(r Route) bool { return !p.takes(r.Family) })
	maps.DeleteFunc(p.dogs, func(n string, _ bool) bool {
		return !slices.ContainsFunc(p.conf, func(r Route) bool { return r.Watchdog == n })
	})
	if p.told == nil {
		p.told = map[string]bool{}
		for _, r := range p.conf {
			p.told[key(&r)] = true
		}
	}
	listed := map[string]bool{}
	for _, r := range slices.Backward(p.conf) {
		k := key(&r)
		if !p.announces(&r) || listed[k] {
			continue
		}
		listed[k] = true
		if p.want[k].owner == Configuration {
			p.want[k] = wanted{r, Configuration}
			delete(p.gone, k)
		}
	}
	for k, w := range p.want {
		if w.owner == Configuration && !listed[k] {
			p.drop(k)
		}
	}
}

// lapse starts lapsed anew, with what is still held but withdrawn, maybe announced
// again since.
func (p *modelPeer) lapse() {
	maps.DeleteFunc(p.lapsed, func(k string, _ bool) bool {
		_, ok := p.have[k]
		return !ok
	})
	for k := range p.have {
		if _, ok := p.want[k]; !ok {
			p.lapsed[k] = true
		}
	}
}

func (p *modelPeer) drop(k string) {
	delete(p.want, k)
	p.lapsed[k] = true
}

// announces reports whether a configured route is announced, as its watchdog is.
func (p *modelPeer) announces(r *Route) bool {
	if r.Watchdog == "" {
		return true
	}
	if up, said := p.dogs[r.Watchdog]; said {
		return up
	}
	return !r.Parked
}

func (m *model) watchdog() {
	name, up := []string{"x", "y"}[m.choose(2)], m.choose(2) == 0
	set, ps := m.some()
	m.say("watchdog %s %s %t", names(ps), name, up)
	m.out.Watchdog(set, name, up)
	for _, p := range ps {
		var turned []Route
		for _, r := range p.conf {
			if r.Watchdog == name && p.announces(&r) != up {
				turned = append(turned, r)
			}
		}
		if slices.ContainsFunc(p.conf, func(r Route) bool { return r.Watchdog == name }) {
			p.dogs[name] = up
		}
		for _, r := range turned {
			if delete(p.gone, key(&r)); up {
				p.want[key(&r)] = wanted{r, Configuration}
			} else {
				p.drop(key(&r))
			}
		}
	}
}

func (m *model) sync() {
	set, ps := m.some()
	m.say("sync %s", names(ps))
	ps = slices.DeleteFunc(slices.Clone(ps), func(p *modelPeer) bool { return !p.up })
	for _, p := range ps {
		p.asked++
	}
	m.out.Sync(set, func() {
		for _, p := range ps {
			p.synced++
		}
	})
}

// replacePeer removes a peer and adds it again, with another configuration.
func (m *model) replacePeer(p *modelPeer) {
	m.say("replace %s", p.name)
	m.out.RemovePeer(p.id)
	p.cfg.AdjRIBOut = m.choose(3) > 0
	p.id = m.out.AddPeer(p.cfg)
	p.up, p.ups, p.inFlight, p.marked, p.conf, p.told = false, 0, nil, nil, nil, nil
	clear(p.want)
	clear(p.have)
	clear(p.gone)
	clear(p.tried)
	clear(p.dogs)
}

// drain takes a batch, or everything.
func (m *model) drain(p *modelPeer, all bool) error {
	if all {
		m.say("drain %s", p.name)
	} else {
		m.say("drain part %s", p.name)
	}
	for more := true; more; {
		b := &Batch{}
		more = m.out.Drain(p.id, b, 1+m.choose(5))
		if !b.Empty() && !p.up {
			return fmt.Errorf("%s: a batch without session", p.name)
		}
		if !b.Empty() {
			p.inFlight = append(p.inFlight, b)
		}
		p.again = false
		if err := m.apply(p, b); err != nil {
			return err
		}
		more = more || p.again
		p.begun = p.begun || b.Len() > 0 || !m.out.FirstPending(Peers(p.id))
		// Without adj-rib-out the model cannot tell what part was drained.
		if !all && p.cfg.AdjRIBOut {
			return nil
		}
	}
	for _, b := range p.inFlight {
		m.out.Written(p.id, b)
	}
	p.inFlight = nil
	if p.up {
		return m.check(p)
	}
	return nil
}

// apply is the peer reading a batch.
func (m *model) apply(p *modelPeer, b *Batch) error {
	for i := range b.Runs {
		r := &b.Runs[i]
		switch r.Kind { //nolint:exhaustive // the others come with NLRI
		case BoRR:
			p.marked = map[string]bool{}
			if len(p.stale) == 0 {
				p.lapse()
			}
			for k := range p.have {
				p.marked[k] = strings.HasPrefix(k, familyWord(r.Family)+"\x00")
			}
		case EoRR:
			if err := p.purge(p.marked, r.Family, true); err != nil {
				return err
			}
			p.marked = nil
		case EOR:
			p.eors++
			if err := p.purge(p.stale, r.Family, p.limit == 0); err != nil {
				return err
			}
		}
		for j := range r.N {
			x := Route{Family: r.Family, NLRI: b.NLRI(r, j), Attrs: r.Attrs, NextHop: r.NextHop}
			m.say("  %s %s", r.Kind, routeText(&x))
			if r.Kind == Announce || r.Kind == Replay {
				p.tried[key(&x)] = true
			}
			if (r.Kind == Announce || r.Kind == Replay) && p.refuses(r.Attrs) {
				p.again = true
				if m.say("  refused"); m.out.Refused(p.id, b, r, j) {
					p.lose(key(&x))
				}
				if old, ok := p.have[key(&x)]; ok && !p.stale[key(&x)] {
					return fmt.Errorf("%s keeps %v when %s is refused", p.name, old, routeText(&x))
				}
			} else if err := p.read(r.Kind, &x); err != nil {
				return err
			}
		}
		if r.N == 0 {
			m.say("  %s %s", r.Kind, familyWord(r.Family))
		}
	}
	return nil
}

// refuses reports whether routes with these attributes cannot be written to the peer.
func (p *modelPeer) refuses(a bgp.Attrs) bool { return p.small && a == attrSetsOf(3)[2] }

// purge is the peer dropping what has not been confirmed: if all are, nothing that it
// is to keep.
func (p *modelPeer) purge(set map[string]bool, f bgp.Family, all bool) error {
	for k, is := range set {
		if !is || !strings.HasPrefix(k, familyWord(f)+"\x00") {
			continue
		}
		delete(p.have, k)
		delete(set, k)
		if w, ok := p.want[k]; ok && all && !p.lapsed[k] && p.cfg.AdjRIBOut {
			return fmt.Errorf("%s drops %s", p.name, routeText(&w.route))
		}
	}
	return nil
}

func (p *modelPeer) read(kind Kind, r *Route) error {
	k := key(r)
	hop, _ := r.NextHop.Resolve(r.Family, p.self)
	c := content{string(r.NLRI), r.Attrs, hop}
	old, has := p.have[k]
	switch kind { //nolint:exhaustive // the others come without NLRI
	case Announce, Replay:
		// What is unchanged is not sent again, unless the peer may be about to drop it;
		// or, in the first session, it is said twice: by address and by self, or as a
		// repeated configured route and by a helper.
		// So it is before the End-of-RIBs that follow a restart.
		twice := p.ups == 1 && p.told[k] || p.session.Restart && p.eors < len(p.session.Families)
		if kind == Announce && has && old == c && p.marked == nil && !twice && p.cfg.AdjRIBOut {
			return fmt.Errorf("%s: %s again", p.name, routeText(r))
		}
		p.have[k] = c
		delete(p.marked, k)
		delete(p.stale, k)
		delete(p.lapsed, k)
		return p.count(k)
	case Withdraw:
		if !has && !p.begun && !r.Family.WithdrawAttrs() && len(p.have) == 0 {
			return fmt.Errorf("%s: withdraw of %s in the first batch", p.name, routeText(r))
		}
		p.lose(k)
	case AttributesOnly: // what was withdrawn while the session was down goes with End-of-RIB
		if has && !p.stale[k] {
			return fmt.Errorf("%s: %s is withdrawn by its attributes alone", p.name, routeText(r))
		}
	}
	return nil
}

// count checks the limit of the paths of a prefix, without those of an earlier session.
func (p *modelPeer) count(k string) error {
	n := 0
	for h := range p.have {
		if prefixOf(h) == prefixOf(k) && !p.stale[h] {
			n++
		}
	}
	if p.limit > 0 && n > p.limit {
		return fmt.Errorf("%s has %d paths, its limit is %d", p.name, n, p.limit)
	}
	return nil
}

// prefixOf is a key without path identifier.
func prefixOf(k string) string {
	fam, nlri, _ := strings.Cut(k, "\x00")
	return fam + nlri[bgp.PathIDLen-1:]
}

// lose is the peer reading a withdraw.
func (p *modelPeer) lose(k string) {
	delete(p.have, k)
	delete(p.marked, k)
	delete(p.stale, k)
}

// check compares a peer, once everything is drained, with what it is meant to have.
func (m *model) check(p *modelPeer) error {
	if !p.cfg.AdjRIBOut {
		for k, w := range p.want {
			if w.owner != Configuration && (p.limit == 0 || p.tried[k]) {
				p.gone[k] = w
				delete(p.want, k)
			}
		}
	}
	meant := map[string]content{}
	for _, from := range []map[string]wanted{p.gone, p.want} {
		for k, w := range from {
			if p.refuses(w.route.Attrs) {
				continue
			}
			hop, _ := w.route.NextHop.Resolve(w.route.Family, p.self)
			meant[k] = content{string(w.route.NLRI), w.route.Attrs, hop}
		}
	}
	if p.limit > 0 {
		p.keepWithin(meant)
	}
	if !maps.Equal(meant, p.have) {
		return fmt.Errorf("%s has %v, is meant to have %v", p.name, p.have, meant)
	}
	if n := sentTo(m.out, p.id); p.cfg.AdjRIBOut && n != len(p.have) {
		return fmt.Errorf("%s: %d are marked as sent, it has %d", p.name, n, len(p.have))
	}
	if p.up && !p.cfg.ManualEOR && p.eors != len(p.session.Families) {
		return fmt.Errorf("%s: %d End-of-RIBs", p.name, p.eors)
	}
	if p.cfg.AdjRIBOut {
		shown := map[string]bool{}
		m.out.Walk(p.id, func(r *Route, owner Owner) bool {
			shown[key(r)] = p.want[key(r)].owner == owner
			return true
		})
		if len(shown) != len(p.want) || slices.Contains(slices.Collect(maps.Values(shown)), false) {
			return fmt.Errorf("%s: shows %v", p.name, shown)
		}
	}
	return nil
}

// keepWithin leaves of the paths of each prefix as many as the limit allows: those
// that the peer has.
func (p *modelPeer) keepWithin(meant map[string]content) {
	n := map[string]int{}
	for k := range meant {
		if _, ok := p.have[k]; ok {
			n[prefixOf(k)]++
		}
	}
	for k := range meant {
		if _, ok := p.have[k]; !ok && n[prefixOf(k)] == p.limit {
			delete(meant, k)
		}
	}
}

// finish brings every peer up, drains all, then clears all: nothing may be left.
func (m *model) finish() error {
	for _, p := range m.peers {
		if !p.up {
			m.session(p)
		}
		if err := m.drain(p, true); err != nil {
			return err
		}
	}
	for _, p := range m.peers {
		if p.asked != p.synced {
			return fmt.Errorf("%s: %d of %d syncs came back", p.name, p.synced, p.asked)
		}
	}
	m.say("clear all")
	m.out.Clear(AllPeers())
	for _, p := range m.peers {
		clear(p.want)
		if err := m.drain(p, true); err != nil {
			return err
		}
	}
	if !isEmpty(m.out) {
		return errors.New("something is left in the table")
	}
	return nil
}
