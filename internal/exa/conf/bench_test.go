package conf

import (
	"fmt"
	"strings"
	"testing"
)

// routeFile is a configuration with n static routes in sets of 100 that share
// their attributes.
func routeFile(n int, attrs func(i int) string) string {
	var b strings.Builder
	b.WriteString("neighbor 192.0.2.1 {\n" + must + "\nstatic {\n")
	for i := range n {
		fmt.Fprintf(&b, "\t\troute %d.%d.%d.0/24 next-hop 192.0.2.2%s;\n", 1+i>>16, i>>8&255, i&255, attrs(i/100))
	}
	b.WriteString("}\n}\n")
	return b.String()
}

func BenchmarkLoadStatic(b *testing.B) {
	const n = 1_000_000
	text := routeFile(n, func(i int) string { return fmt.Sprintf(" med %d community [ 64500:%d no-export ]", i, i%1000) })
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		cfg, err := Load("f", text, Options{})
		if err != nil || cfg.Neighbors[0].Routes.Len() != n {
			b.Fatal(err)
		}
	}
}

// TestLoadAllocations: routes of repeating attributes cost no allocation each.
func TestLoadAllocations(t *testing.T) {
	one, all := routeFile(1, same), routeFile(10_000, same)
	load := func(text string) float64 {
		return testing.AllocsPerRun(5, func() {
			if _, err := Load("f", text, Options{}); err != nil {
				t.Fatal(err)
			}
		})
	}
	// The lists of routes and of their octets grow: a few dozen times.
	if more := load(all) - load(one); more > 100 {
		t.Errorf("10,000 routes cost %v allocations", more)
	}
}

func same(int) string { return "" }
