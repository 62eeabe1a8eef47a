// Package config is a configuration as plain values: no syntax, no I/O. Diff says
// what has to change between two of them.
package config

import (
	"net/netip"
	"regexp"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/rib"
)

// Config is everything that a configuration file says.
type Config struct {
	Neighbors []*Neighbor // in file order
	Processes []Process   // in file order
	Warnings  []string    // what was understood but deserves a word, with its place
}

// Neighbor is one neighbor. What a change of it costs decides where a setting
// lives: Session resets the session, Live applies at once, Routes are diffed.
type Neighbor struct {
	Session Session
	Live    Live
	API     []API
	Routes  *rib.Routes
}

// Session is what the connection and the OPEN depend on.
type Session struct {
	Peer                     netip.Prefix // a host; shorter: a range of passive peers
	Local                    netip.Addr   // zero: automatic
	LocalAS, PeerAS          uint32       // 0: automatic
	RouterID                 netip.Addr
	HoldTime                 time.Duration // 0: no keepalives
	Passive                  bool
	Listen                   uint16 // port of a listener of this neighbor's own; 0: none
	Connect                  uint16 // destination port; 0: the default
	HostName, DomainName     string
	SourceInterface          string
	OutgoingTTL, IncomingTTL *uint8 // nil: the system's
	MD5Password              string // the key itself, decoded
	MD5IP                    netip.Addr
	TCPAO                    TCPAO
	LocalLinkLocal           netip.Addr
	Families                 []bgp.Family // sorted
	Capability               Capability
	AddPath                  []bgp.Family          // families for ADD-PATH; nil: all
	PathsLimit               map[bgp.Family]uint16 // limits to announce (capability 76)
	NextHops                 []bgp.NextHopPair     // nexthop block
	GroupUpdates, AutoFlush  bool
	AdjRIBIn, AdjRIBOut      bool
	RateLimit                int // UPDATEs a second; 0: no limit
}

// TCPAO is the key of the TCP Authentication Option (RFC 5925). The zero value:
// there is none.
type TCPAO struct {
	KeyID     uint8
	Algorithm string // in lower case
	Secret    string // decoded
}

// Capability is the capability block. LinkLocalPrefer changes nothing, as in ExaBGP:
// which of two next hops is used is for the receiver to say.
type Capability struct {
	ASN4, ExtendedMessage, RouteRefresh, Operational, MultiSession    bool
	SoftwareVersion, LinkLocalNextHop, LinkLocalPrefer, AIGP, NextHop bool
	AddPathSend, AddPathReceive                                       bool
	Role                                                              bgp.Role // ours (RFC 9234)
	RoleStrict                                                        bool     // the peer has to have one
	GracefulRestart                                                   *uint16  // restart time in seconds; nil: off
}

// Live is what applies at once.
type Live struct {
	Description string
	ManualEOR   bool
	Operational []*bgp.Operational // sent when a session begins
}

// API is an api block.
type API struct {
	Name                                     string
	Processes                                []string
	ProcessesMatch                           []*regexp.Regexp
	NeighborChanges, Negotiated, FSM, Signal bool
	Receive, Send                            Messages
}

// Messages is a receive or send block: which messages, in which form.
type Messages struct {
	Parsed, Packets, Consolidate                                bool
	Open, Update, Notification, Keepalive, Refresh, Operational bool
}

// Process is a helper program.
type Process struct {
	Name    string
	Run     []string // program, resolved, and arguments
	JSON    bool     // encoder
	Respawn bool
	Dialect *bgp.Dialect // nil: the setting's

	Backlog  int // octets of events that may wait for it; 0: the default
	WhenFull WhenFull
	Report   bool // it is told how many events it has missed
}

// WhenFull is what happens to an event for a helper whose backlog is full.
type WhenFull uint8

// What may happen then.
const (
	Block WhenFull = iota // who reads the peer waits, and the peer with it
	Drop                  // the event is dropped
	Kill                  // the helper is ended, and started again
)

func (f WhenFull) String() string { return [...]string{"block", "drop", "kill"}[f] }
