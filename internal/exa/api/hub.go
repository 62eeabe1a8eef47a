package api

import (
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/encode"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/rib"
)

// Settings is what commands and events depend on beside the configuration.
type Settings struct {
	Dialect bgp.Dialect // of processes that do not choose
	Ack     bool        // commands are answered, until a client says otherwise
	Compact bool        // unicast NLRI in JSON are plain strings
	Explain bool        // the reason of a refusal is said in every dialect
	// RoutesV2 says that "show adj-rib" in JSON has whole routes, as 5.0's
	// show-routes-format v2.
	RoutesV2 bool
	Version  string // Herald's
	UUID     string // of this run
	Host     string
	PID      int
	PPID     int
	Start    time.Time
}

// Hub stands between a speaker and its line clients. It is an event.Observer.
type Hub struct {
	daemon   Daemon
	settings Settings
	log      *slog.Logger
	outbuf   func(name string) *helper.Outbuf

	commands *commands
	all      *rib.PeerSet
	heads    [4]*encode.Envelope // by dialect

	mu        sync.Mutex
	processes map[string]*config.Process // replaced, never changed
	owners    map[string]rib.Owner
	dialect   bgp.Dialect // of clients to come: a command may change it
}

// NewHub returns a Hub. Outbuf gives the Outbuf of a helper by its name, always the
// same (helper.Set.Outbuf).
func NewHub(d Daemon, s Settings, log *slog.Logger, outbuf func(name string) *helper.Outbuf) *Hub {
	h := &Hub{
		daemon: d, settings: s, log: log, outbuf: outbuf,
		commands: newCommands(commandTable[:]), all: rib.AllPeers(),
		owners: map[string]rib.Owner{}, dialect: s.Dialect,
	}
	for i := range h.heads {
		h.heads[i] = encode.NewEnvelope(bgp.Dialect(i), s.Host, s.PID, s.PPID)
	}
	return h
}

// SetProcesses says which helper programs are configured, and what they want to
// read. It comes before Attach and Neighbor, which depend on it. Whether those that run
// hear of events that they have missed changes at once.
func (h *Hub) SetProcesses(list []config.Process) {
	list = slices.Clone(list)
	m := make(map[string]*config.Process, len(list))
	for i := range list {
		m[list[i].Name] = &list[i]
	}
	h.mu.Lock()
	h.processes = m
	d := h.dialect
	h.mu.Unlock()
	for i := range list {
		h.outbuf(list[i].Name).Report(h.reporter(&list[i], d))
	}
}

// Attach makes the executor of a helper program's lines: helper.Config.Attach.
func (h *Hub) Attach(name string, o *helper.Outbuf) helper.Lines {
	processes, d := h.configured()
	return newClient(h, Caller{Name: name, Owner: h.Owner(name)}, chosen(processes[name], d), o)
}

// reporter returns what writes the line about events that a process has missed; nil
// when it does not ask for that.
func (h *Hub) reporter(p *config.Process, d bgp.Dialect) func(dst []byte, events, total uint64) []byte {
	if !p.Report {
		return nil
	}
	head := h.heads[h.format(p, d).Dialect]
	return func(dst []byte, events, total uint64) []byte {
		return head.AppendDropped(dst, p.JSON, time.Now(), events, total)
	}
}

// Operator makes the executor of the lines of a person, or of a tool for one: it
// may address every neighbor, and is always told why a command is refused.
func (h *Hub) Operator(name string, o *helper.Outbuf) helper.Lines {
	_, d := h.configured()
	c := newClient(h, Caller{Name: name, Owner: h.Owner(name), Operator: true}, d, o)
	c.ack = true
	return c
}

// Owner returns the number that stands for a name in the Adj-RIB-Out.
func (h *Hub) Owner(name string) rib.Owner {
	h.mu.Lock()
	defer h.mu.Unlock()
	n, ok := h.owners[name]
	if !ok {
		n = rib.Configuration + 1 + rib.Owner(len(h.owners))
		h.owners[name] = n
	}
	return n
}

// configured returns the helper programs, and the dialect of those that do not choose.
func (h *Hub) configured() (map[string]*config.Process, bgp.Dialect) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.processes, h.dialect
}

// chosen returns the dialect of a process, which may be nil.
func chosen(p *config.Process, otherwise bgp.Dialect) bgp.Dialect {
	if p != nil && p.Dialect != nil {
		return *p.Dialect
	}
	return otherwise
}

// Shutdown tells every helper that the daemon stops.
func (h *Hub) Shutdown() {
	processes, d := h.configured()
	now := time.Now()
	for name, p := range processes {
		h.outbuf(name).State(nil, nil, h.heads[chosen(p, d)].AppendShutdown(nil, p.JSON, now))
	}
}

// format returns what a process reads. ExaBGP: main's API version 6 has JSON alone;
// here a process that asks for text gets that of version 4.
func (h *Hub) format(p *config.Process, d bgp.Dialect) encode.Format {
	f := encode.Format{Dialect: chosen(p, d), JSON: p.JSON, Compact: h.settings.Compact}
	if !f.JSON && f.Dialect == bgp.Dialect6 {
		f.Dialect = bgp.Dialect4
	}
	return f
}
