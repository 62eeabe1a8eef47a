package bgp

// policyWord is a word of a SR policy route that makes a sub-TLV of its tunnel.
type policyWord struct {
	word  string
	kind  byte // of the sub-TLV
	value policyAppender
	write func(dst, v []byte) []byte // appends the words that value takes
}

var policyWords = [...]policyWord{
	{"preference", policyPreference, appendPreference, writePreference},
	{"priority", policyPriority, appendPriority, writePriority},
	{"binding-sid", policyBindingSID, appendBindingSID, writeBindingSID},
	{"srv6-binding-sid", policySRv6BindingSID, appendSRv6BindingSID, writeSRv6BindingSID},
	{"policy-name", policyName, appendPolicyName, writePolicyName},
	{"candidate-path-name", policyPathName, appendPolicyName, writePolicyName},
	{"segment-list", policySegmentList, appendSegmentList, writeSegmentList},
}

// segmentTypes is the types of segments (RFC 9830 §2.4.4.2, RFC 9831 §2).
var segmentTypes = [...]segmentType{
	{code: 1, letter: 'A', sid: "mpls", needed: true, key: `"label": `, entry: true},
	{code: 13, letter: 'B', sid: "srv6", needed: true, srv6: true},
	{code: 3, letter: 'C', fields: []segmentField{{"ipv4", `"ipv4_node": `, 4}}, algorithm: true, key: `"sid": `, entry: true},
	{code: 4, letter: 'D', fields: []segmentField{{"ipv6", `"ipv6_node": `, 16}}, algorithm: true, key: `"sid": `},
	{code: 5, letter: 'E', fields: []segmentField{{"local-if-id", `"local_if_id": `, 0}, {"ipv4", `"ipv4_node": `, 4}}, key: `"sid": `},
	{code: 6, letter: 'F', fields: []segmentField{{"local", `"local_ipv4": `, 4}, {"remote", `"remote_ipv4": `, 4}}, key: `"sid": `},
	{code: 7, letter: 'G', fields: segmentLink, key: `"sid": `},
	{code: 8, letter: 'H', fields: segmentAdjacency, key: `"sid": `},
	{code: 14, letter: 'I', fields: []segmentField{{"ipv6", `"ipv6_node": `, 16}}, algorithm: true, srv6: true},
	{code: 15, letter: 'J', fields: segmentLink, algorithm: true, srv6: true},
	{code: 16, letter: 'K', fields: segmentAdjacency, algorithm: true, srv6: true},
}

// Fields that two types share: a link with interfaces, and an adjacency.
var (
	segmentLink = []segmentField{
		{"local-if-id", `"local_if_id": `, 0},
		{"local-ipv6", `"local_ipv6": `, 16},
		{"remote-if-id", `"remote_if_id": `, 0},
		{"remote-ipv6", `"remote_ipv6": `, 16},
	}
	segmentAdjacency = []segmentField{{"local", `"local_ipv6": `, 16}, {"remote", `"remote_ipv6": `, 16}}
)
