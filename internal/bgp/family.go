package bgp

import (
	"slices"
	"strconv"
	"strings"
)

// AFI is an Address Family Identifier (RFC 4760, IANA address-family-numbers).
type AFI uint16

// SAFI is a Subsequent Address Family Identifier (RFC 4760, IANA safi-namespace).
type SAFI uint8

// The identifiers that the family table uses.
const (
	AFIIPv4  AFI = 1
	AFIIPv6  AFI = 2
	AFIL2VPN AFI = 25
	AFIBGPLS AFI = 16388

	SAFIUnicast   SAFI = 1
	SAFIMulticast SAFI = 2
	SAFILabel     SAFI = 4 // RFC 8277
	SAFIMVPN      SAFI = 5
	SAFIVPLS      SAFI = 65
	SAFIEVPN      SAFI = 70
	SAFIBGPLS     SAFI = 71
	SAFIBGPLSVPN  SAFI = 72
	SAFISRPolicy  SAFI = 73
	SAFIMUP       SAFI = 85
	SAFIVPN       SAFI = 128
	SAFIRTC       SAFI = 132
	SAFIFlow      SAFI = 133
	SAFIFlowVPN   SAFI = 134
)

// Family is an address family: what a Multiprotocol capability announces.
type Family struct {
	AFI  AFI
	SAFI SAFI
}

// String is AppendText as a string.
func (f Family) String() string { return string(f.AppendText(nil)) }

// AppendText appends "ipv4 unicast", ExaBGP's name of the family. Unknown numbers
// read "unknown-afi-0x63" and "unknown safi 99".
func (f Family) AppendText(dst []byte) []byte { return f.appendName(dst, ' ') }

func (f Family) appendName(dst []byte, between byte) []byte {
	dst = append(f.AFI.AppendText(dst), between)
	return f.SAFI.AppendText(dst)
}

// AppendText appends ExaBGP's name: "ipv4", "unknown-afi-0x63".
func (a AFI) AppendText(dst []byte) []byte {
	if i := slices.IndexFunc(afiTable[:], func(r afiRow) bool { return r.afi == a }); i >= 0 {
		return append(dst, afiTable[i].name...)
	}
	return strconv.AppendUint(append(dst, "unknown-afi-0x"...), uint64(a), 16)
}

// AppendText appends ExaBGP's name: "unicast", "unknown safi 99".
func (s SAFI) AppendText(dst []byte) []byte {
	if i := slices.IndexFunc(safiTable[:], func(r safiRow) bool { return r.safi == s }); i >= 0 {
		return append(dst, safiTable[i].name...)
	}
	return strconv.AppendUint(append(dst, "unknown safi "...), uint64(s), 10)
}

// ParseAFI reads ExaBGP's name of an AFI: "ipv4".
func ParseAFI(w string) (AFI, bool) {
	for i := range afiTable {
		if afiTable[i].name == w {
			return afiTable[i].afi, true
		}
	}
	return 0, false
}

// ParseSAFI reads ExaBGP's name of a SAFI, or an alias, in any case: "nlri-mpls", "labeled-unicast".
func ParseSAFI(w string) (SAFI, bool) {
	for i := range safiTable {
		if strings.EqualFold(safiTable[i].name, w) || safiTable[i].alias != "" && strings.EqualFold(safiTable[i].alias, w) {
			return safiTable[i].safi, true
		}
	}
	return 0, false
}

// Families returns every family that Herald knows, by AFI and SAFI.
func Families() []Family {
	out := make([]Family, 0, len(familyTable))
	for i := range familyTable {
		out = append(out, familyTable[i].family)
	}
	return out
}

// DefaultFamilies returns what a neighbor without a family block announces: the families
// that ExaBGP knows.
func DefaultFamilies() []Family {
	return slices.DeleteFunc(Families(), func(f Family) bool { return f.row().ours })
}

// ParseFamily reads the SAFI w behind the word of an AFI: "unicast" behind "ipv4".
// It is false when there is no such family.
func ParseFamily(afi AFI, w string) (Family, bool) {
	safi, ok := ParseSAFI(w)
	f := Family{afi, safi}
	return f, ok && f.Known()
}

// SAFINames returns the words that may stand behind the word of an AFI in a family
// block.
func SAFINames(afi AFI) []string {
	var names []string
	for i := range familyTable {
		if r := &familyTable[i]; r.family.AFI == afi && !r.unnamed {
			names = append(names, string(r.family.SAFI.AppendText(nil)))
		}
	}
	return names
}

// Known reports whether the family has a row in the table.
func (f Family) Known() bool { return f.row() != nil }

// Configurable reports whether a family block may name it.
func (f Family) Configurable() bool { r := f.row(); return r != nil && !r.unnamed }

// Grouped reports whether even small sets of NLRI share an UPDATE, as in ExaBGP.
func (f Family) Grouped() bool { r := f.row(); return r != nil && r.grouped }

// WithdrawAttrs reports whether a withdraw carries the route's attributes, as in ExaBGP.
func (f Family) WithdrawAttrs() bool { r := f.row(); return r != nil && r.withdrawAttrs }

// NoNextHop reports whether a route may have no next hop.
func (f Family) NoNextHop() bool { r := f.row(); return r != nil && r.noNextHop }

// Shown is the family that the routes have in events. ExaBGP: those of BGP-LS-VPN
// stand under BGP-LS. Pinned by vector B20.
func (f Family) Shown() Family {
	if r := f.row(); r != nil && r.shown != 0 {
		f.SAFI = r.shown
	}
	return f
}

// eitherNextHop reports whether the routes are not of an IP version, and have next
// hops of both.
func (f Family) eitherNextHop() bool {
	r := f.row()
	return f.AFI != AFIIPv4 && f.AFI != AFIIPv6 && r != nil && slices.Contains(r.nextHops, 4) && slices.Contains(r.nextHops, 16)
}

// Compare orders families by AFI, then SAFI.
func (f Family) Compare(g Family) int {
	if f.AFI != g.AFI {
		return int(f.AFI) - int(g.AFI)
	}
	return int(f.SAFI) - int(g.SAFI)
}

// row returns the family's row of the table, nil when there is none. The table is
// short and its hot rows come first: a walk costs as little as a map.
func (f Family) row() *familyRow {
	for i := range familyTable {
		if familyTable[i].family == f {
			return &familyTable[i]
		}
	}
	return nil
}

// open returns the row of a family whose AFI may be zero: then that of the routes
// which tell theirs.
func (f Family) open() *familyRow {
	if f.AFI != 0 || f.SAFI == 0 {
		return f.row()
	}
	for i := range familyTable {
		if r := &familyTable[i]; r.anyAFI && r.family.SAFI == f.SAFI {
			return r
		}
	}
	return nil
}

// codec returns what reads and writes the family's NLRI; the generic one for an unknown family.
func (f Family) codec() nlriCodec {
	if r := f.row(); r != nil && r.codec != nil {
		return r.codec
	}
	return genericNLRI{}
}
