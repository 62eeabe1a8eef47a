package mrt

import "github.com/herald-bgp/herald/internal/bgp"

var recordTable = [...]recordRow{
	{t: TypeBGP4MP, subtype: 4, name: "BGP4MP_MESSAGE_AS4", kind: Message, as4: true},
	{t: TypeBGP4MP, subtype: 1, name: "BGP4MP_MESSAGE", kind: Message},
	{t: TypeBGP4MP, subtype: 9, name: "BGP4MP_MESSAGE_AS4_ADDPATH", kind: Message, as4: true, addPath: true},
	{t: TypeBGP4MP, subtype: 8, name: "BGP4MP_MESSAGE_ADDPATH", kind: Message, addPath: true},
	{t: TypeBGP4MP, subtype: 6, name: "BGP4MP_MESSAGE_LOCAL", kind: Message, local: true},
	{t: TypeBGP4MP, subtype: 7, name: "BGP4MP_MESSAGE_AS4_LOCAL", kind: Message, as4: true, local: true},
	{t: TypeBGP4MP, subtype: 10, name: "BGP4MP_MESSAGE_LOCAL_ADDPATH", kind: Message, local: true, addPath: true},
	{t: TypeBGP4MP, subtype: 11, name: "BGP4MP_MESSAGE_AS4_LOCAL_ADDPATH", kind: Message, as4: true, local: true, addPath: true},
	{t: TypeBGP4MP, subtype: 0, name: "BGP4MP_STATE_CHANGE", kind: StateChange},
	{t: TypeBGP4MP, subtype: 5, name: "BGP4MP_STATE_CHANGE_AS4", kind: StateChange, as4: true},
	{t: TypeBGP4MP, subtype: 2, name: "BGP4MP_ENTRY"},
	{t: TypeBGP4MP, subtype: 3, name: "BGP4MP_SNAPSHOT"},

	{t: TypeTableDumpV2, subtype: 2, name: "RIB_IPV4_UNICAST", kind: Table, as4: true, family: bgp.IPv4Unicast},
	{t: TypeTableDumpV2, subtype: 4, name: "RIB_IPV6_UNICAST", kind: Table, as4: true, family: bgp.IPv6Unicast},
	{t: TypeTableDumpV2, subtype: 1, name: "PEER_INDEX_TABLE", kind: PeerIndex},
	{t: TypeTableDumpV2, subtype: 3, name: "RIB_IPV4_MULTICAST", kind: Table, as4: true, family: bgp.Family{AFI: bgp.AFIIPv4, SAFI: bgp.SAFIMulticast}},
	{t: TypeTableDumpV2, subtype: 5, name: "RIB_IPV6_MULTICAST", kind: Table, as4: true, family: bgp.Family{AFI: bgp.AFIIPv6, SAFI: bgp.SAFIMulticast}},
	{t: TypeTableDumpV2, subtype: 6, name: "RIB_GENERIC", kind: Table, as4: true},
	{t: TypeTableDumpV2, subtype: 7, name: "GEO_PEER_TABLE"},
	{t: TypeTableDumpV2, subtype: 8, name: "RIB_IPV4_UNICAST_ADDPATH", kind: Table, as4: true, addPath: true, family: bgp.IPv4Unicast},
	{t: TypeTableDumpV2, subtype: 10, name: "RIB_IPV6_UNICAST_ADDPATH", kind: Table, as4: true, addPath: true, family: bgp.IPv6Unicast},
	{t: TypeTableDumpV2, subtype: 9, name: "RIB_IPV4_MULTICAST_ADDPATH", kind: Table, as4: true, addPath: true, family: bgp.Family{AFI: bgp.AFIIPv4, SAFI: bgp.SAFIMulticast}},
	{t: TypeTableDumpV2, subtype: 11, name: "RIB_IPV6_MULTICAST_ADDPATH", kind: Table, as4: true, addPath: true, family: bgp.Family{AFI: bgp.AFIIPv6, SAFI: bgp.SAFIMulticast}},
	{t: TypeTableDumpV2, subtype: 12, name: "RIB_GENERIC_ADDPATH", kind: Table, as4: true, addPath: true},

	{t: TypeTableDump, subtype: 1, name: "TABLE_DUMP IPv4", kind: Table, family: bgp.IPv4Unicast},
	{t: TypeTableDump, subtype: 2, name: "TABLE_DUMP IPv6", kind: Table, family: bgp.IPv6Unicast},

	{t: TypeBGP, subtype: 0, name: "BGP_NULL"},
	{t: TypeBGP, subtype: 1, name: "BGP_UPDATE", kind: Message, message: bgp.TypeUpdate},
	{t: TypeBGP, subtype: 2, name: "BGP_PREF_UPDATE"},
	{t: TypeBGP, subtype: 3, name: "BGP_STATE_CHANGE", kind: StateChange},
	{t: TypeBGP, subtype: 4, name: "BGP_SYNC"},
	{t: TypeBGP, subtype: 5, name: "BGP_OPEN", kind: Message, message: bgp.TypeOpen},
	{t: TypeBGP, subtype: 6, name: "BGP_NOTIFY", kind: Message, message: bgp.TypeNotification},
	{t: TypeBGP, subtype: 7, name: "BGP_KEEPALIVE", kind: Message, message: bgp.TypeKeepalive},
}

// stateNames are the states of RFC 4271 §8.2.2, as ExaBGP's events write them, by
// their number in a record (RFC 6396 §4.4.1), then those of Quagga.
var stateNames = [...]string{
	1: "IDLE", 2: "CONNECT", 3: "ACTIVE", 4: "OPENSENT", 5: "OPENCONFIRM", 6: "ESTABLISHED",
	7: "CLEARING", 8: "DELETED",
}
