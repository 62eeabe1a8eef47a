package conf

import (
	"strconv"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Object is an object of JSON.
type Object = map[string]any

// Schema returns the language as a JSON Schema (draft-07): a property for each section,
// those of a neighbor as well, or that of one section alone. It is false when there is
// no such section. Spellings of ExaBGP 3.4 have no place in it.
func Schema(section string) (Object, bool) {
	all := Object{}
	for _, table := range [][]row{neighborTable[:], rootTable[:]} {
		for i := range table {
			if r := &table[i]; r.open != nil && r.old.Change == 0 {
				all[r.word] = sectionSchema(r)
			}
		}
	}
	if section != "" {
		s, ok := all[section].(Object)
		return s, ok
	}
	return Object{
		"$schema": "http://json-schema.org/draft-07/schema#",
		// ExaBGP: tools that know the file know it by this name.
		"$id":         "https://github.com/Exa-Networks/exabgp/schema/config.json",
		"title":       "ExaBGP configuration",
		"description": "The configuration language of ExaBGP, as Herald reads it",
		"type":        "object", "properties": all, "additionalProperties": false,
	}, true
}

// Sections returns the names of sections, those of the file first.
func Sections() []string {
	var names []string
	for _, table := range [][]row{rootTable[:], neighborTable[:]} {
		for i := range table {
			if r := &table[i]; r.open != nil && r.old.Change == 0 {
				names = append(names, r.word)
			}
		}
	}
	return names
}

// sectionSchema is a block.
func sectionSchema(r *row) Object {
	if r.in == nil { // routes, by their family
		return r.described(Object{"type": "object"})
	}
	properties, needed := Object{}, []string{}
	for i := range r.in {
		w := &r.in[i]
		switch {
		case w.old.Change != 0:
			continue
		case w.is != "":
			properties[w.word] = w.valueSchema()
		default:
			properties[w.word] = sectionSchema(w)
		}
		if w.needed {
			needed = append(needed, w.word)
		}
	}
	s := Object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(needed) > 0 {
		s["required"] = needed
	}
	return r.described(s)
}

// described adds what a word means, and its default where that is a value.
func (r *row) described(s Object) Object {
	s["description"] = plain(r.what())
	switch v, err := strconv.ParseBool(plain(r.unset)); {
	case s["type"] == "boolean" && err == nil:
		s["default"] = v
	case s["type"] == "integer":
		if n, err := strconv.Atoi(r.unset); err == nil {
			s["default"] = n
		}
	}
	return s
}

// what is what the value of a word means, with the words that it can be.
func (r *row) what() string {
	if r.is != "safi" {
		return r.about
	}
	return r.about + ": `" + strings.Join(r.safis(), "`, `") + "`"
}

// safis are those that may stand behind an AFI.
func (r *row) safis() []string {
	afi, _ := bgp.ParseAFI(r.word)
	return bgp.SAFINames(afi)
}

// valueSchema is the value of a statement.
func (r *row) valueSchema() Object {
	var kinds []any
	var words []string
	for w := range strings.SplitSeq(r.is, "|") {
		if s := kindSchema(r, w); s != nil {
			kinds = append(kinds, s)
		} else {
			words = append(words, w)
		}
	}
	if words != nil {
		kinds = append(kinds, Object{"type": "string", "enum": words})
	}
	if len(kinds) == 1 {
		s, _ := kinds[0].(Object)
		return r.described(s)
	}
	return r.described(Object{"oneOf": kinds})
}

// kindSchema is one kind of value; nil for a word that stands for itself.
func kindSchema(r *row, kind string) Object {
	switch kind {
	case "bool":
		return Object{"type": "boolean"}
	case "string", "words", "name":
		return Object{"type": "string"}
	case "list", "names":
		return Object{"type": "array", "items": Object{"type": "string"}}
	case "size":
		return Object{"type": "string", "pattern": `^\d+[KMGkmg]?$`}
	case "asn":
		return Object{"type": "string", "pattern": `^(\d+(\.\d+)?|auto)$`}
	case "ip":
		return Object{"type": "string", "format": "ip-address"}
	case "ipv4":
		return Object{"type": "string", "format": "ipv4"}
	case "prefix":
		return Object{"type": "string", "format": "ip-range"}
	case "safi":
		return Object{"type": "string", "enum": r.safis()}
	case "role":
		return Object{"type": "string", "pattern": "^(" + strings.Join(bgp.RoleNames(), "|") + ")( strict)?$"}
	case "algorithm":
		return Object{"type": "string", "enum": tcpAOAlgorithms}
	}
	least, most, ok := strings.Cut(kind, "..")
	low, err := strconv.Atoi(least)
	high, err2 := strconv.Atoi(most)
	if !ok || err != nil || err2 != nil {
		return nil
	}
	return Object{"type": "integer", "minimum": low, "maximum": high}
}
