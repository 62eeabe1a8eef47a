package daemon

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/api"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/rib"
	"github.com/herald-bgp/herald/internal/speaker"
)

// Config is what a daemon is made of. Loader, Sources and Logger are required.
type Config struct {
	Loader  *Loader
	Sources []Source // the first is loaded; each reload takes the next, and begins again after the last
	Logger  *slog.Logger
	Env     []string // of helpers

	Dialect  bgp.Dialect
	Version  string // Herald's
	Software string // value of the software version capability

	Bind     []netip.Addr // addresses to listen on
	Port     uint16       // to listen on; 0: 179
	Connect  uint16       // to connect to where a neighbor says none; 0: 179
	Attempts int          // after how many a peer is given up; 0: never
	OpenWait time.Duration
	Delay    int // begin when the minute of the hour is a multiple of this; 0: at once

	PathsAudit bool // warn of peers that send more paths than our limits

	Ack, Compact  bool // of the line API
	Explain       bool // the line API says why it refuses a command, in every dialect
	RoutesV2      bool // it shows whole routes in JSON
	Respawn       bool // start helpers again; false: none, whatever its process section says
	Terminate     bool // end when a helper cannot be started
	InheritStderr bool // helpers write to our standard error; otherwise it is logged

	Control Control
}

// Daemon is a speaker with its helpers and its configuration. It implements
// api.Daemon.
type Daemon struct {
	cfg     *Config
	log     *slog.Logger
	out     *rib.Out
	hub     *api.Hub
	speaker *speaker.Speaker
	helpers *helper.Set

	operators *helper.Operators

	requests [requestKinds]chan struct{}
	ready    chan struct{} // closed once the peers are there: commands wait for it
	began    sync.Once
	stop     chan struct{} // closed by Shutdown
	stopOnce sync.Once

	views views

	mu      sync.Mutex // one change of the configuration at a time; guards what follows
	version int        // index of the source that is loaded
	current *config.Config
	created []*config.Neighbor        // by command, not in current
	running map[string]config.Process // helpers as they were started
}

// request is something to do that takes its time.
type request int

const (
	reload        request = iota // SIGUSR1
	reloadHelpers                // SIGUSR2
	restart                      // SIGALRM
	requestKinds
)

// New loads the configuration and opens the listeners.
func New(cfg *Config) (*Daemon, error) {
	d := &Daemon{
		cfg: cfg, log: cfg.Logger.With("source", "reactor"), out: rib.NewOut(),
		ready: make(chan struct{}), stop: make(chan struct{}), running: map[string]config.Process{},
	}
	for i := range d.requests {
		d.requests[i] = make(chan struct{}, 1)
	}
	first, err := d.load(0)
	if err != nil {
		return nil, err
	}
	d.current = first
	settings, err := d.settings()
	if err != nil {
		return nil, err
	}
	outbuf := func(name string) *helper.Outbuf { return d.helpers.Outbuf(name) }
	d.hub = api.NewHub(d, settings, cfg.Logger.With("source", "api"), outbuf)
	d.helpers = helper.NewSet(helper.Config{
		Log: cfg.Logger.With("source", "processes"), Env: cfg.Env, Attach: d.hub.Attach, Lost: d.lost,
		InheritStderr: cfg.InheritStderr,
	})
	d.hub.SetProcesses(first.Processes)
	d.views.serve(first.Processes)
	d.speaker = speaker.New(speaker.Config{
		Out: d.out, Observer: d.hub, Logger: cfg.Logger.With("source", "network"),
		Dialect: cfg.Dialect, Software: cfg.Software, Port: cfg.Port, Connect: cfg.Connect, Bind: cfg.Bind,
		Passive: cfg.Loader.Passive, OpenWait: cfg.OpenWait, PathsAudit: cfg.PathsAudit, Attempts: cfg.Attempts,
		AttachAPI: d.hub.Neighbor,
	})
	d.openControl()
	if err := d.speaker.Listen(first.Neighbors...); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// load reads the i-th source and logs what it warns of.
func (d *Daemon) load(i int) (*config.Config, error) {
	log := d.cfg.Logger.With("source", "configuration")
	src := d.cfg.Sources[i]
	cfg, err := d.cfg.Loader.Load(src)
	if err != nil {
		return nil, err
	}
	for _, w := range cfg.Warnings {
		log.Warn("the configuration has something odd", "what", w)
	}
	log.Info("configuration loaded", "file", src.Path, "neighbors", len(cfg.Neighbors), "processes", len(cfg.Processes))
	return cfg, nil
}

// Start starts the helpers that do not run yet. They may give commands at once;
// what they announce waits for the sessions.
func (d *Daemon) Start() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.startHelpers()
}

// Run keeps the sessions of the configuration until ctx is done, Shutdown is
// called, or the attempts of the last peer are used up. Then all is ended.
func (d *Daemon) Run(ctx context.Context) error {
	d.openPipes()
	d.waitMinute(ctx)
	if err := d.begin(); err != nil {
		return errors.Join(err, d.Close())
	}
	for {
		select {
		case <-d.requests[reload]:
			d.reload(reload)
		case <-d.requests[reloadHelpers]:
			d.reload(reloadHelpers)
		case <-d.requests[restart]:
			d.reload(restart)
		case <-d.speaker.Done():
			d.log.Info("no peer is left")
			return d.Close()
		case <-d.stop:
			return d.Close()
		case <-ctx.Done():
			return d.Close()
		}
	}
}

// begin makes the peers. Commands that helpers gave before that go on.
func (d *Daemon) begin() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	defer d.goOn()
	return d.speaker.Apply(config.Diff(nil, d.current))
}

func (d *Daemon) goOn() { d.began.Do(func() { close(d.ready) }) }

// waitMinute waits until the minute of the hour is a multiple of Delay.
func (d *Daemon) waitMinute(ctx context.Context) {
	for now := time.Now(); d.cfg.Delay > 0 && now.Minute()%d.cfg.Delay != 0; now = time.Now() {
		select {
		case <-time.After(now.Truncate(time.Minute).Add(time.Minute).Sub(now)):
		case <-d.stop:
			return
		case <-ctx.Done():
			return
		}
	}
}

// request notes something to do. A request that is noted already stands for both.
func (d *Daemon) request(r request) {
	select {
	case d.requests[r] <- struct{}{}:
	default:
	}
}

// Signal does what ExaBGP does on a signal. Helpers that asked for it hear of it.
func (d *Daemon) Signal(n syscall.Signal) {
	name := signalName(n)
	d.log.Info("signal received", "signal", name)
	for _, p := range d.speaker.Peers() {
		d.hub.Signal(p.Event(), int(n), name)
	}
	switch n {
	case syscall.SIGUSR1:
		d.request(reload)
	case syscall.SIGUSR2:
		d.request(reloadHelpers)
	case syscall.SIGALRM:
		d.request(restart)
	default:
		d.shutdown()
	}
}

// signalName is the name that helpers know.
func signalName(n syscall.Signal) string {
	switch n {
	case syscall.SIGHUP:
		return "SIGHUP"
	case syscall.SIGINT:
		return "SIGINT"
	case syscall.SIGUSR1:
		return "SIGUSR1"
	case syscall.SIGUSR2:
		return "SIGUSR2"
	case syscall.SIGALRM:
		return "SIGALRM"
	case syscall.SIGTERM:
		return "SIGTERM"
	default:
		return n.String()
	}
}

func (d *Daemon) shutdown() { d.stopOnce.Do(func() { close(d.stop) }) }

// shutdownTime is what sessions get to say goodbye: a NOTIFICATION and a close.
const shutdownTime = 5 * time.Second

// Close ends sessions, then operators and helpers, and waits for them: helpers still
// hear that their peers went down.
func (d *Daemon) Close() error {
	d.shutdown()
	d.goOn()
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	err := d.speaker.Shutdown(ctx)
	d.hub.Shutdown()
	d.operators.Close()
	d.helpers.Shutdown()
	return err
}

var _ api.Daemon = (*Daemon)(nil)

// settings are what answers and events say of this run.
func (d *Daemon) settings() (api.Settings, error) {
	host, err := os.Hostname()
	if err != nil {
		return api.Settings{}, err
	}
	return api.Settings{
		Dialect: d.cfg.Dialect, Ack: d.cfg.Ack, Compact: d.cfg.Compact, Explain: d.cfg.Explain, RoutesV2: d.cfg.RoutesV2, Version: d.cfg.Version,
		UUID: newUUID(), Host: host, PID: os.Getpid(), PPID: os.Getppid(), Start: time.Now(),
	}, nil
}

// newUUID returns a random UUID (RFC 9562 §5.4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
