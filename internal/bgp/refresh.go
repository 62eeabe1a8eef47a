package bgp

import (
	"fmt"
)

// RouteRefresh is a ROUTE-REFRESH message (RFC 2918, RFC 7313).
type RouteRefresh struct {
	Family  Family
	Subtype uint8 // 0 request, 1 beginning (BoRR), 2 end (EoRR); others are to be ignored
}

// Subtypes of a ROUTE-REFRESH (RFC 7313 §3.2).
const (
	RefreshRequest = 0
	RefreshBegin   = 1
	RefreshEnd     = 2
)

const refreshLen = 4

// ParseRouteRefresh reads the body of a ROUTE-REFRESH. A subtype without meaning
// is no error (RFC 7313 §5): see Known.
func ParseRouteRefresh(body []byte, n *Negotiated) (RouteRefresh, *Error) {
	if len(body) != refreshLen {
		if n.Refresh != RefreshEnhanced {
			return RouteRefresh{}, lengthError(TypeRouteRefresh, HeaderLen+len(body))
		}
		// RFC 7313 §5: Data is the whole message.
		e := reset(CodeRefresh, refreshLength, "", fmt.Errorf("ROUTE-REFRESH of %d octets: %w", HeaderLen+len(body), errLength))
		e.Data = endMessage(append(beginMessage(nil, TypeRouteRefresh), body...), 0)
		return RouteRefresh{}, e
	}
	return RouteRefresh{
		Family:  Family{AFI(u16(body, 0)), SAFI(body[3])},
		Subtype: body[2],
	}, nil
}

// Known reports whether the subtype has a meaning.
func (r RouteRefresh) Known() bool { return r.Subtype <= RefreshEnd }

// Append appends the whole message.
func (r RouteRefresh) Append(dst []byte) []byte {
	start := len(dst)
	dst = appendU16(beginMessage(dst, TypeRouteRefresh), r.Family.AFI)
	return endMessage(append(dst, r.Subtype, byte(r.Family.SAFI)), start)
}

// AppendJSON appends the JSON object of a refresh event.
func (r RouteRefresh) AppendJSON(dst []byte, _ *Face) []byte {
	dst = r.Family.AFI.AppendText(append(dst, `{ "afi": "`...))
	dst = r.Family.SAFI.AppendText(append(dst, `", "safi": "`...))
	dst = r.appendSubtype(append(dst, `", "subtype": "`...))
	return append(dst, `" }`...)
}

// AppendText appends "afi ipv4 safi unicast query".
func (r RouteRefresh) AppendText(dst []byte, _ *Face) []byte {
	dst = r.Family.AFI.AppendText(append(dst, "afi "...))
	dst = r.Family.SAFI.AppendText(append(dst, " safi "...))
	return r.appendSubtype(append(dst, ' '))
}

func (r RouteRefresh) appendSubtype(dst []byte) []byte {
	switch r.Subtype {
	case RefreshRequest:
		return append(dst, "query"...)
	case RefreshBegin:
		return append(dst, "begin"...)
	case RefreshEnd:
		return append(dst, "end"...)
	}
	return appendUint(dst, "unknown-", r.Subtype)
}
