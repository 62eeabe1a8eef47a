package migrate

// keyTable is the keys of events that are not the same in all versions: step is the
// version behind which the new one is.
var keyTable = [...]struct {
	step              Version
	old, new, context string
}{
	{V4, "sr_capability_flags", "sr-capability-flags", "bgp-ls"},
	{V4, "interface-address", "interface-addresses", "bgp-ls"},
	{V4, "neighbor-address", "neighbor-addresses", "bgp-ls"},
	{V5, "ip", "prefix", "ip-reachability-tlv"},
}
