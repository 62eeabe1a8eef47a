package bgp

import (
	"strconv"
)

// The capabilities that the table knows.
const (
	CapMultiprotocol     CapCode = 1   // RFC 4760
	CapRouteRefresh      CapCode = 2   // RFC 2918
	CapNextHop           CapCode = 5   // RFC 8950
	CapExtendedMessage   CapCode = 6   // RFC 8654
	CapRole              CapCode = 9   // RFC 9234
	CapGracefulRestart   CapCode = 64  // RFC 4724
	CapASN4              CapCode = 65  // RFC 6793
	CapMultiSession      CapCode = 68  // draft-ietf-idr-bgp-multisession
	CapAddPath           CapCode = 69  // RFC 7911
	CapEnhancedRefresh   CapCode = 70  // RFC 7313
	CapHostName          CapCode = 73  // draft-walton-bgp-hostname-capability
	CapSoftwareVersion   CapCode = 75  // draft-abraitis-bgp-version-capability
	CapPathsLimit        CapCode = 76  // draft-abraitis-idr-addpath-paths-limit
	CapLinkLocal         CapCode = 77  // draft-ietf-idr-linklocal-capability
	CapRouteRefreshCisco CapCode = 128 // RFC 2918 before it had a number
	CapMultiSessionCisco CapCode = 131
	CapOperational       CapCode = 185 // ExaBGP only
)

// capCodec checks and shows a capability.
type capCodec interface {
	// check validates the value of one instance.
	check(v []byte) error
	// appendText and appendJSON show all instances together.
	appendText(dst []byte, v *capView) []byte
	appendJSON(dst []byte, v *capView) []byte
}

// capView is a capability of an OPEN, to be shown.
type capView struct {
	open *Open
	code CapCode
	sent bool
	face *Face
}

type capRow struct {
	code  CapCode
	name  string // key in the JSON of a sent OPEN
	codec capCodec
	// offer adds the capability to our OPEN when it is configured.
	offer func(o *Open, c *OpenConfig)
	// since is the first version of ExaBGP that shows it; others show its octets.
	since capSince
}

// capSince orders the dialects by age.
type capSince uint8

const (
	sinceAlways capSince = iota
	since5
	sinceMain
)

func (s capSince) includes(d Dialect) bool {
	return d.Main() || s == sinceAlways || s == since5 && d == Dialect5
}

// String gives ExaBGP's name: "asn4", "unknown capability 0x47".
func (c CapCode) String() string {
	if r := c.row(); r.name != "" {
		return r.name
	}
	for i := range capNames {
		if capNames[i].code == c {
			return capNames[i].name
		}
	}
	return "unknown capability 0x" + strconv.FormatUint(uint64(c), 16)
}

func (c CapCode) row() *capRow {
	for i := range capTable {
		if capTable[i].code == c {
			return &capTable[i]
		}
	}
	return &unknownCapRow
}

// rowFor is row for a dialect, which may not know the capability.
func (c CapCode) rowFor(f *Face) *capRow {
	if r := c.row(); r.since.includes(f.Dialect) {
		return r
	}
	return &unknownCapRow
}
