package bgp

// attrRow is all that Herald knows of a path attribute beside the code of its value.
type attrRow struct {
	name  string    // in errors; the keyword and JSON key too, for what has a codec
	flags uint8     // Optional and Transitive as registered
	bad   Action    // what a malformed value costs (RFC 7606 §7)
	codec attrCodec // nil: no face and no keyword
	rfc   string
}

// flagMask is the flags that RFC 7606 §3c compares with the registered ones.
const flagMask = FlagOptional | FlagTransitive

// attrTable has a row per known attribute, by code.
var attrTable = [256]attrRow{}

// row returns the attribute's row, nil when it is unknown.
func (c AttrCode) row() *attrRow {
	if r := &attrTable[c]; r.name != "" {
		return r
	}
	return nil
}
