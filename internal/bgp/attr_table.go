package bgp

// attrRow is all that Herald knows of a path attribute beside the code of its value.
type attrRow struct {
	name  string    // in errors; the keyword as well, for what has one
	flags uint8     // Optional and Transitive as registered
	bad   Action    // what a malformed value costs (RFC 7606 §7)
	codec attrCodec // nil for what only ParseUpdate reads
	rfc   string

	discard  bool  // wrong flags cost the attribute alone
	internal bool  // neither taken from nor given to an external peer (RFC 7606 §7.5, §7.9, §7.10)
	empty    bool  // a value of no octets is one
	sort     uint8 // the value is records of this size, kept in ascending order; 0: it is not
	unique   bool  // and none is repeated
	merge    bool  // the values of repeated keywords are put together

	join func(v []byte) []byte // puts values that are not records together, in place
}

// flagMask is the flags that RFC 7606 §3c compares with the registered ones.
const flagMask = FlagOptional | FlagTransitive

const (
	wellKnown     = FlagTransitive
	optional      = FlagOptional
	optionalTrans = FlagOptional | FlagTransitive
)

// attrTable has a row per known attribute, by code.
var attrTable = [256]attrRow{
	AttrOrigin:           {name: "origin", flags: wellKnown, bad: ActionWithdraw, codec: originAttr{}, rfc: "RFC 4271"},
	AttrASPath:           {name: "as-path", flags: wellKnown, bad: ActionWithdraw, codec: asPathAttr{}, empty: true, rfc: "RFC 4271, RFC 6793"},
	AttrNextHop:          {name: "next-hop", flags: wellKnown, bad: ActionWithdraw, codec: nextHopCodec{}, rfc: "RFC 4271"},
	AttrMED:              {name: "med", flags: optional, bad: ActionWithdraw, codec: u32Attr{" med ", `"med": `}, rfc: "RFC 4271"},
	AttrLocalPref:        {name: "local-preference", flags: wellKnown, bad: ActionWithdraw, codec: u32Attr{" local-preference ", `"local-preference": `}, internal: true, rfc: "RFC 4271"},
	AttrAtomicAggregate:  {name: "atomic-aggregate", flags: wellKnown, bad: ActionDiscard, codec: atomicAggregateAttr{}, empty: true, rfc: "RFC 4271"},
	AttrAggregator:       {name: "aggregator", flags: optionalTrans, bad: ActionDiscard, codec: aggregatorAttr{}, rfc: "RFC 4271, RFC 6793"},
	AttrCommunity:        {name: "community", flags: optionalTrans, bad: ActionWithdraw, codec: communityAttr{}, sort: communityLen, rfc: "RFC 1997"},
	AttrOriginatorID:     {name: "originator-id", flags: optional, bad: ActionWithdraw, codec: originatorIDAttr{}, internal: true, rfc: "RFC 4456"},
	AttrClusterList:      {name: "cluster-list", flags: optional, bad: ActionWithdraw, codec: clusterListAttr{}, internal: true, rfc: "RFC 4456"},
	AttrMPReach:          {name: "mp-reach-nlri", flags: optional, bad: ActionReset, rfc: "RFC 4760"},
	AttrMPUnreach:        {name: "mp-unreach-nlri", flags: optional, bad: ActionReset, rfc: "RFC 4760"},
	AttrExtCommunity:     {name: "extended-community", flags: optionalTrans, bad: ActionWithdraw, codec: extCommunityAttr{}, sort: extCommunityLen, merge: true, rfc: "RFC 4360"},
	AttrAS4Path:          {name: "as4-path", flags: optionalTrans, bad: ActionDiscard, rfc: "RFC 6793"},
	AttrAS4Aggregator:    {name: "as4-aggregator", flags: optionalTrans, bad: ActionDiscard, rfc: "RFC 6793"},
	AttrPMSI:             {name: "pmsi", flags: optionalTrans, bad: ActionWithdraw, codec: pmsiAttr{}, rfc: "RFC 6514"},
	AttrTunnelEncap:      {name: "tunnel-encap", flags: optionalTrans, bad: ActionWithdraw, codec: tunnelEncapAttr{}, merge: true, join: joinTunnels, rfc: "RFC 9012, RFC 9830"},
	AttrIPv6ExtCommunity: {name: "extended-community-ipv6", flags: optionalTrans, bad: ActionWithdraw, codec: ipv6ExtCommunityAttr{}, sort: ipv6ExtCommunityLen, merge: true, rfc: "RFC 5701"},
	AttrAIGP:             {name: "aigp", flags: optional, bad: ActionDiscard, codec: aigpAttr{}, discard: true, rfc: "RFC 7311"},
	AttrBGPLS:            {name: "bgp-ls", flags: optional, bad: ActionDiscard, codec: bgplsAttr{}, empty: true, discard: true, rfc: "RFC 9552, RFC 9085, RFC 9514, RFC 8571"},
	AttrLargeCommunity:   {name: "large-community", flags: optionalTrans, bad: ActionWithdraw, codec: largeCommunityAttr{}, sort: largeCommunityLen, unique: true, rfc: "RFC 8092"},
	AttrOTC:              {name: "otc", flags: optionalTrans, bad: ActionWithdraw, codec: otcAttr{}, rfc: "RFC 9234"},
	AttrPrefixSID:        {name: "bgp-prefix-sid", flags: optionalTrans, bad: ActionDiscard, codec: prefixSIDAttr{}, discard: true, rfc: "RFC 8669, RFC 9252"},
}

// flagsAction is what wrong flags cost: the routes, unless the attribute's own
// document says otherwise (RFC 7606 §3c; RFC 7311 §4).
func (r *attrRow) flagsAction() Action {
	if r.discard {
		return ActionDiscard
	}
	return ActionWithdraw
}

// row returns the attribute's row, nil when it is unknown.
func (c AttrCode) row() *attrRow {
	if r := &attrTable[c]; r.name != "" {
		return r
	}
	return nil
}

// originTable is the values of ORIGIN.
var originTable = [...]string{"igp", "egp", "incomplete"}

// segmentTable is the faces of path segments, by type.
var segmentTable = [...]struct{ name, open, close string }{
	segmentSet:       {"as-set", " [ ", " ]"},
	segmentSequence:  {"as-sequence", " ( ", " )"},
	segmentConfedSeq: {"as-confed-sequence", " {( ", " )}"},
	segmentConfedSet: {"as-confed-set", " {[ ", " ]}"},
}

// segment42Table is the lists that ExaBGP 4.2 makes of a path, in their order.
var segment42Table = [...]struct {
	kind   byte
	key    string
	always bool
}{
	{segmentSequence, `"as-path": `, true},
	{segmentSet, `"as-set": `, false},
	{segmentConfedSeq, `"confederation-path": `, true},
	{segmentConfedSet, `"confederation-set": `, false},
}

// communityTable is the well-known communities that have a name in ExaBGP.
var communityTable = [...]struct {
	value uint32
	name  string
	alias string // also understood
}{
	{0xffffff01, "no-export", "no_export"},
	{0xffffff02, "no-advertise", "no_advertise"},
	{0xffffff03, "no-export-subconfed", ""},
	{0xffffff04, "no-peer", "nopeer"},
	{0xffff029a, "blackhole", ""},
}

// pmsiTable is the types of tunnels (RFC 6514 §5), by number.
var pmsiTable = [...]struct {
	name  string  // as ExaBGP shows it
	word  string  // as it is written
	sizes []uint8 // of the tunnel identifier; nil: any
}{
	{"notunnel", "none", nil},
	{"rsvp-tep2mplsp", "rsvp-te-p2mp", []uint8{12, 24}},
	{"mldpp2mplsp", "mldp-p2mp", nil},
	{"pim-ssmtree", "pim-ssm", []uint8{8, 32}},
	{"pim-smtree", "pim-sm", []uint8{8, 32}},
	{"bidir-pimtree", "bidir-pim", []uint8{8, 32}},
	{"ingressreplication", "ingress-replication", []uint8{4, 16}},
	{"mldpmp2mplsp", "mldp-mp2mp", nil},
}

// attrWord is a keyword that begins an attribute of a route.
type attrWord struct {
	word  string
	code  AttrCode
	words attrParser // reads what follows; nil: the codec of the attribute
}

// attrWords has those that routes have most often first.
var attrWords = [...]attrWord{
	{"med", AttrMED, nil},
	{"community", AttrCommunity, nil},
	{"as-path", AttrASPath, nil},
	{"local-preference", AttrLocalPref, nil},
	{"origin", AttrOrigin, nil},
	{"extended-community", AttrExtCommunity, nil},
	{"large-community", AttrLargeCommunity, nil},
	{"originator-id", AttrOriginatorID, nil},
	{"cluster-list", AttrClusterList, nil},
	{"atomic-aggregate", AttrAtomicAggregate, nil},
	{"aggregator", AttrAggregator, nil},
	{"aigp", AttrAIGP, nil},
	{"extended-community-ipv6", AttrIPv6ExtCommunity, nil},
	{"bgp-prefix-sid", AttrPrefixSID, nil},
	{"bgp-prefix-sid-srv6", AttrPrefixSID, srv6Words{}},
	{"pmsi", AttrPMSI, nil},
	{"tunnel-encap", AttrTunnelEncap, nil},
	{"otc", AttrOTC, nil},
	{"bgp-ls", AttrBGPLS, nil},
}
