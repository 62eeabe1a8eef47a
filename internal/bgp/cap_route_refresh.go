package bgp

// routeRefreshCap is Route Refresh (RFC 2918) by its own or Cisco's older code.
type routeRefreshCap struct{}

func (routeRefreshCap) check([]byte) error { return nil }

// cisco reports whether the capability is shown as Cisco's.
//
// ExaBGP: both are shown so when both are there.
func (routeRefreshCap) cisco(v *capView) bool { return v.open.Has(CapRouteRefreshCisco) }

func (c routeRefreshCap) appendJSON(dst []byte, v *capView) []byte {
	if c.cisco(v) {
		return append(dst, `{ "name": "route-refresh", "variant": "Cisco" }`...)
	}
	return append(dst, `{ "name": "route-refresh", "variant": "RFC" }`...)
}

func (c routeRefreshCap) appendText(dst []byte, v *capView) []byte {
	if c.cisco(v) {
		dst = append(dst, "cisco "...)
	}
	return append(dst, "route refresh"...)
}

func offerRouteRefresh(o *Open, c *OpenConfig) {
	if c.RouteRefresh {
		o.add(CapRouteRefresh, nil)
	}
}

func offerEnhancedRefresh(o *Open, c *OpenConfig) {
	if c.RouteRefresh {
		o.add(CapEnhancedRefresh, nil)
	}
}
