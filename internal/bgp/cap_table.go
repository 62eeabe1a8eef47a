package bgp

// capTable has the capabilities in the order of ExaBGP's OPEN.
var capTable = [...]capRow{
	{code: CapMultiprotocol, name: "multiprotocol", codec: multiprotocolCap{}, offer: offerMultiprotocol},
	{code: CapASN4, name: "asn4", codec: asn4Cap{}, offer: offerASN4},
	{code: CapNextHop, name: "nexthop", codec: nextHopCap{}, offer: offerNextHop},
	{code: CapAddPath, name: "add-path", codec: addPathCap{}, offer: offerAddPath},
	{code: CapPathsLimit, name: "paths-limit", codec: pathsLimitCap{}, offer: offerPathsLimit, since: sinceMain},
	{code: CapGracefulRestart, name: "graceful-restart", codec: gracefulRestartCap{}, offer: offerGracefulRestart},
	{code: CapRouteRefresh, name: "route-refresh", codec: routeRefreshCap{}, offer: offerRouteRefresh},
	{code: CapEnhancedRefresh, name: "enhanced-route-refresh", codec: flagCap{json: `{ "name": "enhanced-route-refresh" }`, text: "enhanced route refresh"}, offer: offerEnhancedRefresh},
	{code: CapOperational, name: "operational", codec: flagCap{json: `{ "name": "operational" }`, text: "operational"}, offer: offerOperational},
	{code: CapExtendedMessage, name: "extended-message", codec: flagCap{json: `{ "name": "extended-message", "size": 65535 }`, text: "extended message(65535)"}, offer: offerExtendedMessage},
	{code: CapHostName, name: "hostname", codec: hostNameCap{}, offer: offerHostName, since: since5},
	{code: CapSoftwareVersion, name: "software-version", codec: softwareVersionCap{}, offer: offerSoftwareVersion, since: since5},
	{code: CapLinkLocal, name: "link-local-nexthop", codec: flagCap{json: `{ "name": "link-local-nexthop" }`, text: "link-local nexthop"}, offer: offerLinkLocal, since: sinceMain},
	{code: CapMultiSession, name: "multi-session", codec: multiSessionCap{}, offer: offerMultiSession},
	{code: CapRole, name: "role", codec: roleCap{}, offer: offerRole},
	{code: CapRouteRefreshCisco, name: "cisco-route-refresh", codec: routeRefreshCap{}},
	{code: CapMultiSessionCisco, name: "cisco-multi-session", codec: multiSessionCap{}},
}

// unknownCapRow stands for a code without a row.
var unknownCapRow = capRow{codec: unknownCap{}}

type capName struct {
	code CapCode
	name string
}

// capNames are codes that are only known by name.
var capNames = [...]capName{
	{0, "reserved"},
	{3, "outbound-route-filtering"},
	{4, "multiple-routes"},
	{67, "dynamic-capability"},
}
