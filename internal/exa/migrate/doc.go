// Package migrate rewrites what was written for an older version: configuration
// files, commands and events.
//
// A configuration is read into a tree that keeps every octet, the tables of exa/conf
// say which of its statements are old and what they are now, and only those are
// written anew. Commands go word by word through the table of exa/api, which has both
// grammars; events have some keys renamed.
package migrate

// Version is a version of ExaBGP, as far as its language differs from others.
type Version int

// The versions, in their order.
const (
	V34 Version = iota
	V4
	V5
	Main
)

func (v Version) String() string { return [...]string{"3.4", "4", "5", "main"}[v] }

// ParseVersion reads the name of a version.
func ParseVersion(name string) (Version, bool) {
	for v := V34; v <= Main; v++ {
		if v.String() == name {
			return v, true
		}
	}
	return 0, false
}
