package bgp

// evpnRow is a route type of Ethernet VPNs.
type evpnRow struct {
	kind   byte
	word   string // in routes; its argument is the MAC address, prefix, segment or address
	name   string // in JSON
	fields evpnFields
	esiKey bool  // the segment tells routes apart; other fields before gateway and labels always do
	groups uint8 // of octets: where source, group and originating router of a multicast route stand
	rfc    string
}

// evpnTable has the route types with fields, and those with a key of their own.
var evpnTable = [...]evpnRow{
	{kind: 1, word: "ethernet-ad", name: "Ethernet Auto-Discovery", fields: evpnESI | evpnTag | evpnLabel, esiKey: true, rfc: "RFC 7432 §7.1"},
	{kind: 2, word: "mac-ip", name: "MAC/IP advertisement", fields: evpnESI | evpnTag | evpnMAC | evpnIP | evpnNoIP | evpnLabel | evpnLabel2, rfc: "RFC 7432 §7.2"},
	{kind: 3, word: "multicast", name: "Inclusive Multicast Ethernet Tag", fields: evpnTag | evpnIP, rfc: "RFC 7432 §7.3"},
	{kind: 4, word: "ethernet-segment", name: "Ethernet Segment", fields: evpnESI | evpnIP, esiKey: true, rfc: "RFC 7432 §7.4"},
	{kind: 5, word: "prefix", name: "IP Prefix Advertisement", fields: evpnESI | evpnTag | evpnPrefix | evpnLabel, rfc: "RFC 9136 §3.1"},
	{kind: 6, groups: rdLen + tagLen, rfc: "RFC 9251 §9.1"},
	{kind: 7, groups: rdLen + esiLen + tagLen, rfc: "RFC 9251 §9.2"},
	{kind: 8, groups: rdLen + esiLen + tagLen, rfc: "RFC 9251 §9.3"},
}
