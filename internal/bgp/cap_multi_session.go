package bgp

import (
	"bytes"
	"fmt"
	"slices"
)

// multiSessionCap is multi-session (draft-ietf-idr-bgp-multisession) by its own or
// Cisco's code: flags, then codes of the capabilities that identify a session.
//
// ExaBGP: it sends an instance for each octet.
type multiSessionCap struct{}

func (multiSessionCap) check([]byte) error { return nil }

// sessionIDs returns the codes that identify a session, sorted; nil when the OPEN
// names none.
func (o *Open) sessionIDs() []byte {
	var ids []byte
	first := true
	for v := range o.values(CapMultiSession) {
		if first && len(v) > 0 {
			v = v[1:] // flags
		}
		ids, first = append(ids, v...), false
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (c multiSessionCap) appendJSON(dst []byte, v *capView) []byte {
	variant := `{ "name": "multisession", "variant": "RFC", "capabilities": [`
	if c.cisco(v) {
		variant = `{ "name": "multisession", "variant": "Cisco", "capabilities": [`
	}
	dst = append(dst, variant...)
	for i, id := range c.shown(v) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, ` "`...), CapCode(id).String()...), '"')
	}
	return append(dst, " ] }"...)
}

func (c multiSessionCap) appendText(dst []byte, v *capView) []byte {
	dst = append(dst, "multisession "...)
	if !c.cisco(v) {
		dst = append(dst, "(rfc) "...)
	}
	for i, id := range c.shown(v) {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, CapCode(id).String()...)
	}
	return dst
}

// cisco reports whether the capability is shown as Cisco's; ExaBGP: as routeRefreshCap.
func (multiSessionCap) cisco(v *capView) bool { return v.open.Has(CapMultiSessionCisco) }

// shown returns the codes that events show: ExaBGP: only our own.
func (multiSessionCap) shown(v *capView) []byte {
	if !v.sent {
		return nil
	}
	return v.open.sessionIDs()
}

// checkSessions compares what identifies a session on both sides.
func checkSessions(local, remote *Open) *Error {
	switch {
	case !local.Has(CapMultiSession):
		return nil
	case !remote.Has(CapMultiSession):
		return reset(CodeOpen, openNoGroup, "multisession is mandatory with this peer", fmt.Errorf("no multi-session capability: %w", errValue))
	case !bytes.Equal(local.sessionIDs(), remote.sessionIDs()):
		return reset(CodeOpen, openGrouping, "session identification did not match", fmt.Errorf("multi-session capability: %w", errValue))
	}
	return nil
}

func offerMultiSession(o *Open, c *OpenConfig) {
	if c.MultiSession {
		o.add(CapMultiSession, []byte{0})
		o.add(CapMultiSession, []byte{byte(CapMultiprotocol)})
	}
}
