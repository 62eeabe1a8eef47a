package bgp

// RouteRefresh is a ROUTE-REFRESH message (RFC 2918, RFC 7313).
type RouteRefresh struct {
	Family  Family
	Subtype uint8 // 0 request, 1 beginning (BoRR), 2 end (EoRR)
}
