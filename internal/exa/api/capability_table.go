package api

import "github.com/herald-bgp/herald/internal/bgp"

// capabilityTable has a row per capability that "show neighbor" knows.
var capabilityTable = [...]capabilityRow{
	{name: "asn4", codes: [2]bgp.CapCode{bgp.CapASN4}},
	{name: "route-refresh", codes: [2]bgp.CapCode{bgp.CapRouteRefresh, bgp.CapRouteRefreshCisco}},
	{name: "multi-session", codes: [2]bgp.CapCode{bgp.CapMultiSession, bgp.CapMultiSessionCisco}},
	{name: "operational", codes: [2]bgp.CapCode{bgp.CapOperational}},
	{name: "add-path", codes: [2]bgp.CapCode{bgp.CapAddPath}},
	{name: "extended-message", codes: [2]bgp.CapCode{bgp.CapExtendedMessage}},
	{name: "graceful-restart", codes: [2]bgp.CapCode{bgp.CapGracefulRestart}},
}
