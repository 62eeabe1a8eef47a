package functional

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
)

// volatile is the keys whose values differ from run to run, and cannot be asked for.
func volatile() []string { return []string{"counter", "host", "pid", "ppid", "time"} }

// difference says where two JSON values differ first; "" when they are equal. Keys
// may come in any order.
func difference(want, got any) string { return differ("", want, got) }

func differ(path string, want, got any) string {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			return differObject(path, w, g)
		}
	case []any:
		if g, ok := got.([]any); ok {
			return differArray(path, w, g)
		}
	case json.Number:
		if g, ok := got.(json.Number); ok && sameNumber(w, g) {
			return ""
		}
	default:
		if want == got { // string, bool, nil
			return ""
		}
	}
	return fmt.Sprintf("%s: got %s, want %s", strings.TrimPrefix(path, "."), show(got), show(want))
}

func differObject(path string, want, got map[string]any) string {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		g, ok := got[key]
		if !ok {
			return fmt.Sprintf("%s: missing, want %s", strings.TrimPrefix(path+"."+key, "."), show(want[key]))
		}
		if d := differ(path+"."+key, want[key], g); d != "" {
			return d
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[key]; !ok {
			return fmt.Sprintf("%s: got %s, want no such key", strings.TrimPrefix(path+"."+key, "."), show(got[key]))
		}
	}
	return ""
}

func differArray(path string, want, got []any) string {
	for i := range min(len(want), len(got)) {
		if d := differ(fmt.Sprintf("%s[%d]", path, i), want[i], got[i]); d != "" {
			return d
		}
	}
	if len(want) != len(got) {
		return fmt.Sprintf("%s: got %d elements, want %d", strings.TrimPrefix(path, "."), len(got), len(want))
	}
	return ""
}

func sameNumber(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, ok1 := new(big.Rat).SetString(a.String())
	y, ok2 := new(big.Rat).SetString(b.String())
	return ok1 && ok2 && x.Cmp(y) == 0
}

func show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return short(string(b), 200)
}

// parseJSON reads exactly one JSON object, its numbers as they are written.
func parseJSON(text string) (map[string]any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("more than one value")
	}
	return v, nil
}

// strip removes keys at every level.
func strip(v any, keys []string) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range keys {
			delete(v, key)
		}
		for _, e := range v {
			strip(e, keys)
		}
	case []any:
		for _, e := range v {
			strip(e, keys)
		}
	}
}

// short cuts s to about n octets.
func short(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}
