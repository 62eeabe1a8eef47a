package bgp

// mvpnRow is a route type of MCAST-VPN that has words.
type mvpnRow struct {
	code  byte
	word  string
	name  string // in JSON
	short string // in show
	as    bool   // it has a source AS
	root  string // word of its first address
}

// mvpnTable is RFC 6514 §4.5, §4.6.
var mvpnTable = [...]mvpnRow{
	{5, "source-ad", "Source Active A-D Route", "sourcead", false, "source"},
	{6, "shared-join", "C-Multicast Shared Tree Join route", "shared-join", true, "rp"},
	{7, "source-join", "C-Multicast Source Tree Join route", "source-join", true, "source"},
}

// mupTable is the route types of MUP (draft-ietf-bess-mup-safi §3.1), by number.
var mupTable = [...]struct{ word, name, short string }{
	mupISD:  {"mup-isd", "InterworkSegmentDiscoveryRoute", "isd"},
	mupDSD:  {"mup-dsd", "DirectSegmentDiscoveryRoute", "dsd"},
	mupT1ST: {"mup-t1st", "Type1SessionTransformedRoute", "t1st"},
	mupT2ST: {"mup-t2st", "Type2SessionTransformedRoute", "t2st"},
}
