package bgp

// messageTable has the bounds of each type by its number. An OPEN and a KEEPALIVE
// do not grow with extended messages (RFC 8654 §4). ROUTE-REFRESH has an error of
// its own for a wrong length (RFC 7313 §5), so its parser checks it.
var messageTable = [...]messageRow{
	TypeOpen:         {name: "OPEN", min: 29, max: MaxMessage},
	TypeUpdate:       {name: "UPDATE", min: 23},
	TypeNotification: {name: "NOTIFICATION", min: 21},
	TypeKeepalive:    {name: "KEEPALIVE", min: HeaderLen, max: HeaderLen},
	TypeRouteRefresh: {name: "ROUTE-REFRESH", min: HeaderLen},
	TypeOperational:  {name: "OPERATIONAL", min: HeaderLen + 4},
}
