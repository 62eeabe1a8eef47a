package bgp

// mvpnRow is a route type of MCAST-VPN.
type mvpnRow struct {
	code   byte
	word   string
	name   string // in JSON; ExaBGP: types without one are shown as octets
	short  string // in show
	fields mvpnFields
	root   string // word of the first address
	rfc    string
}

// mvpnTable has the route types but Leaf A-D, whose words are those of another one and
// leaf-ad.
var mvpnTable = [...]mvpnRow{
	{code: 1, word: "intra-as-ad", fields: mvpnHasOriginator, rfc: "RFC 6514 §4.1"},
	{code: 2, word: "inter-as-ad", fields: mvpnHasAS, rfc: "RFC 6514 §4.2"},
	{code: 3, word: "s-pmsi-ad", fields: mvpnHasGroup | mvpnHasOriginator | mvpnWildcard, root: "source", rfc: "RFC 6514 §4.3, RFC 6625 §2"},
	{code: 5, word: "source-ad", name: "Source Active A-D Route", short: "sourcead", fields: mvpnHasGroup, root: "source", rfc: "RFC 6514 §4.5"},
	{code: 6, word: "shared-join", name: "C-Multicast Shared Tree Join route", short: "shared-join", fields: mvpnHasAS | mvpnHasGroup, root: "rp", rfc: "RFC 6514 §4.6"},
	{code: 7, word: "source-join", name: "C-Multicast Source Tree Join route", short: "source-join", fields: mvpnHasAS | mvpnHasGroup, root: "source", rfc: "RFC 6514 §4.6"},
}

// mupTable is the route types of MUP (draft-ietf-bess-mup-safi §3.1), by number.
var mupTable = [...]struct{ word, name, short string }{
	mupISD:  {"mup-isd", "InterworkSegmentDiscoveryRoute", "isd"},
	mupDSD:  {"mup-dsd", "DirectSegmentDiscoveryRoute", "dsd"},
	mupT1ST: {"mup-t1st", "Type1SessionTransformedRoute", "t1st"},
	mupT2ST: {"mup-t2st", "Type2SessionTransformedRoute", "t2st"},
}
