package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/tcp"
)

// router is a neighbor: what it is meant to have, and what it has.
type router struct {
	name     string
	addr     netip.Addr
	families []bgp.Family
	limit    int  // of paths; 0: none
	restarts bool // graceful restart

	// What it is meant to have.
	listed  bool // in the configuration
	present bool // among the neighbors: some are deleted until the next reload
	hold    int  // hold-time of its section
	conf    []configured
	want    map[string]wanted
	dogs    map[string]bool // state of watchdogs, where a command said one

	mu      sync.Mutex // guards what follows: the session has its own goroutine
	refuses bool       // connections
	deaf    time.Time  // until then it does not read
	conn    net.Conn
	eors    int
	have    map[string]held
	fault   error
}

// configured is a route of a configuration.
type configured struct {
	entry
	dog    string
	parked bool
}

// entry is a route: how it is written, and how it is read.
type entry struct {
	family bgp.Family
	words  string // as a command; a configuration writes flow routes in another section
	key    string
	value  string
}

type wanted struct {
	value string
	conf  bool // the configuration owns it
}

// held is a route that a router has. A stale one goes with the next End-of-RIB, one that
// is marked with the next EoRR.
type held struct {
	value         string
	stale, marked bool
}

// reload is what a reload makes of what a router is meant to have.
func (r *router) reload() {
	maps.DeleteFunc(r.dogs, func(n string, _ bool) bool {
		return !slices.ContainsFunc(r.conf, func(c configured) bool { return c.dog == n })
	})
	listed := map[string]bool{}
	for _, c := range slices.Backward(r.conf) {
		if !r.announces(&c) || listed[c.key] {
			continue
		}
		listed[c.key] = true
		if have, ok := r.want[c.key]; !ok || have.conf {
			r.want[c.key] = wanted{c.value, true}
		}
	}
	maps.DeleteFunc(r.want, func(k string, v wanted) bool { return v.conf && !listed[k] })
}

// announces reports whether a configured route is announced, as its watchdog is.
func (r *router) announces(c *configured) bool {
	if c.dog == "" {
		return true
	}
	if up, said := r.dogs[c.dog]; said {
		return up
	}
	return !c.parked
}

func (r *router) takes(f bgp.Family) bool { return slices.Contains(r.families, f) }

// check compares what a router has with what it is meant to have.
func (r *router) check() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fault != nil || !r.present {
		return r.fault
	}
	has, meant := map[string]string{}, map[string]string{}
	for k, h := range r.have {
		if h.stale || h.marked {
			return fmt.Errorf("%s waits for the end of %s", r.name, k)
		}
		has[k] = h.value
	}
	for k, v := range r.want {
		meant[k] = v.value
	}
	if r.limit > 0 {
		r.keepWithin(meant)
	}
	if !maps.Equal(has, meant) {
		return fmt.Errorf("%s has\n%v, is meant to have\n%v", r.name, has, meant)
	}
	return nil
}

// keepWithin leaves of the paths of each prefix as many as the limit allows: those
// that the router has.
func (r *router) keepWithin(meant map[string]string) {
	n := map[string]int{}
	for k := range meant {
		if _, ok := r.have[k]; ok {
			n[prefixOf(k)]++
		}
	}
	for k := range meant {
		if _, ok := r.have[k]; !ok && n[prefixOf(k)] == r.limit && strings.HasPrefix(k, "v4") {
			delete(meant, k)
		}
	}
}

func prefixOf(key string) string {
	prefix, _, _ := strings.Cut(key, " id ")
	return prefix
}

// dial connects the daemon to a router.
func (w *world) dial(_ context.Context, to netip.AddrPort, _ *tcp.Options) (net.Conn, error) {
	for _, r := range w.routers {
		if r.addr != to.Addr() {
			continue
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.refuses {
			break
		}
		here, there := net.Pipe()
		go r.serve(&inTurn{there, make(chan struct{}, 1)})
		return &pipe{bgptest.PoisonConn{Conn: here}, to}, nil
	}
	return nil, errors.New("connection refused")
}

// pipe is a connection that has addresses.
type pipe struct {
	net.Conn
	to netip.AddrPort
}

func (p *pipe) LocalAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort("192.0.2.9:50000"))
}
func (p *pipe) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(p.to) }

// inTurn is a connection whose writers wait for each other by a channel: a mutex, which a
// net.Pipe has, would stop the clock of the bubble.
type inTurn struct {
	net.Conn
	turn chan struct{}
}

func (c *inTurn) Write(b []byte) (int, error) {
	c.turn <- struct{}{}
	defer func() { <-c.turn }()
	return c.Conn.Write(b)
}

// serve is a session of a router.
func (r *router) serve(conn net.Conn) {
	defer conn.Close()
	open := &bgp.OpenConfig{
		AS: 65001, ID: r.addr, HoldTime: 90 * time.Second, Families: r.families, ASN4: true, RouteRefresh: true,
		AddPathSend: true, AddPathReceive: true, AddPath: []bgp.Family{bgp.IPv4Unicast},
	}
	if r.limit > 0 {
		open.PathsLimit = map[bgp.Family]uint16{bgp.IPv4Unicast: uint16(r.limit)}
	}
	if r.restarts {
		open.GracefulRestart = new(uint16(120))
	}
	_, _, err := readMessage(conn)
	if err != nil {
		return
	}
	_, _ = conn.Write(bgp.NewOpen(open).Append(nil))
	_, _ = conn.Write(bgp.AppendKeepalive(nil))
	session := &bgp.Negotiated{
		ASN4: true, MaxMessage: bgp.MaxMessage, Families: r.families, AddPathRecv: []bgp.Family{bgp.IPv4Unicast},
	}
	for {
		r.mu.Lock()
		deaf := time.Until(r.deaf)
		r.mu.Unlock()
		time.Sleep(deaf)
		t, body, err := readMessage(conn)
		if err != nil || t == bgp.TypeNotification {
			break
		}
		if t == bgp.TypeKeepalive {
			r.begin(conn)
			_, _ = conn.Write(bgp.AppendKeepalive(nil))
			continue
		}
		r.mu.Lock()
		if r.conn != conn {
			err = io.EOF
		} else if err := r.apply(t, body, session); err != nil && r.fault == nil {
			r.fault = fmt.Errorf("%s: %w", r.name, err)
		}
		r.mu.Unlock()
		if err != nil {
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn == conn {
		r.conn = nil
	}
}

func readMessage(conn net.Conn) (bgp.MessageType, []byte, error) {
	head := make([]byte, bgp.HeaderLen)
	if _, err := io.ReadFull(conn, head); err != nil {
		return 0, nil, err
	}
	t, n, bad := bgp.ParseHeader(head, bgp.MaxMessage)
	if bad != nil {
		return 0, nil, bad
	}
	body := make([]byte, n-bgp.HeaderLen)
	_, err := io.ReadFull(conn, body)
	return t, body, err
}

// begin is the first KEEPALIVE of a session: what an earlier one has left is stale, or
// gone.
func (r *router) begin(conn net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn == conn {
		return
	}
	if r.conn != nil {
		r.conn.Close() // what is still on its way there does not count
	}
	r.conn, r.eors = conn, 0
	for k, h := range r.have {
		if !r.restarts {
			delete(r.have, k)
			continue
		}
		h.stale, h.marked = true, false
		r.have[k] = h
	}
}

// apply takes a message.
func (r *router) apply(t bgp.MessageType, body []byte, n *bgp.Negotiated) error {
	if t == bgp.TypeRouteRefresh {
		m, err := bgp.ParseRouteRefresh(body, n)
		if err != nil {
			return err
		}
		r.refreshed(&m)
		return nil
	}
	var u bgp.Update
	if err := bgp.ParseUpdate(&u, body, n); err != nil {
		return err
	}
	if u.Fault != nil || u.Lost != nil {
		return fmt.Errorf("malformed UPDATE %x", body)
	}
	if u.EOR {
		r.eors++
		maps.DeleteFunc(r.have, func(k string, h held) bool { return h.stale && word(u.EORFamily) == strings.Fields(k)[0] })
	}
	for _, s := range u.Unreach {
		for id, nlri, ok := s.Next(); ok; id, nlri, ok = s.Next() {
			delete(r.have, keyOf(s.Family, id, nlri))
		}
	}
	for _, s := range u.Reach {
		for id, nlri, ok := s.Next(); ok; id, nlri, ok = s.Next() {
			k := keyOf(s.Family, id, nlri)
			r.have[k] = held{value: valueOf(&u, &s)}
			if err := r.count(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// refreshed marks what has to be repeated, and drops what was not.
func (r *router) refreshed(m *bgp.RouteRefresh) {
	for k, h := range r.have {
		switch {
		case strings.Fields(k)[0] != word(m.Family):
		case m.Subtype == bgp.RefreshBegin:
			h.marked = true
			r.have[k] = h
		case m.Subtype == bgp.RefreshEnd && h.marked:
			delete(r.have, k)
		}
	}
}

// count checks the limit of the paths of a prefix.
func (r *router) count(key string) error {
	n := 0
	for k := range r.have {
		if prefixOf(k) == prefixOf(key) {
			n++
		}
	}
	if r.limit > 0 && n > r.limit {
		return fmt.Errorf("%d paths of %s", n, prefixOf(key))
	}
	return nil
}

// word names a family in a key.
func word(f bgp.Family) string {
	switch {
	case f.SAFI == bgp.SAFIFlow:
		return "flow"
	case f.AFI == bgp.AFIIPv6:
		return "v6"
	}
	return "v4"
}

func keyOf(f bgp.Family, id, nlri []byte) string {
	text := string(bgp.AppendNLRIText(nil, f, nlri, &bgp.Face{Dialect: bgp.Dialect6}))
	switch word(f) {
	case "flow":
		i := slices.IndexFunc(strings.Fields(text), func(w string) bool { return strings.Contains(w, "/") })
		text = strings.Fields(text)[i]
	case "v4":
		text += fmt.Sprintf(" id %d", id[3])
	}
	return word(f) + " " + text
}

// valueOf is what tells versions of a route apart.
func valueOf(u *bgp.Update, s *bgp.Section) string {
	var med, community string
	for _, a := range u.Attrs {
		switch a.Code {
		case bgp.AttrMED:
			med = fmt.Sprintf("med %d", a.Value[3])
		case bgp.AttrExtCommunity:
			community = fmt.Sprintf("%x", a.Value)
		default:
		}
	}
	if s.Family.SAFI == bgp.SAFIFlow {
		return community
	}
	hop, _ := netip.AddrFromSlice(s.NextHop[:min(len(s.NextHop), 16)])
	return med + " " + hop.String()
}
