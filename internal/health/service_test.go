package health

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

func TestCommands(t *testing.T) {
	full := Service{
		Selector: "peer *", Prefixes: prefixes("192.0.2.1/32", "2001:db8::1/128"), NextHop: "self",
		Increase: 10, LocalPreference: 200, ExtCommunity: "target:65000:1", LargeCommunity: "1:2:3", PathID: 7,
		Up:       Look{Metric: 100, Community: "65000:1", ASPath: "65001 65001"},
		Down:     Look{Metric: 1000, Community: "65000:666", ASPath: "65002"},
		Disabled: Look{Metric: 500},
	}
	const attributes = " extended-community [ target:65000:1 ] large-community [ 1:2:3 ]"
	plain := Service{Prefixes: prefixes("198.51.100.0/30"), NextHop: "10.9.9.9", LocalPreference: -1, Up: Look{Metric: 50}, Down: Look{Withdrawn: true, Metric: 1}}
	for _, tt := range []struct {
		name  string
		s     *Service
		state State
		want  []string
	}{
		{"up", &full, Up, []string{
			"peer * announce route 192.0.2.1/32 next-hop self med 100 local-preference 200 community [ 65000:1 ]" + attributes + " as-path [ 65001 65001 ] path-information 7",
			"peer * announce route 2001:db8::1/128 next-hop self med 110 local-preference 200 community [ 65000:1 ]" + attributes + " as-path [ 65001 65001 ] path-information 7",
		}},
		{"down", &full, Down, []string{
			"peer * announce route 192.0.2.1/32 next-hop self med 1000 local-preference 200 community [ 65000:666 ]" + attributes + " as-path [ 65002 ] path-information 7",
			"peer * announce route 2001:db8::1/128 next-hop self med 1010 local-preference 200 community [ 65000:666 ]" + attributes + " as-path [ 65002 ] path-information 7",
		}},
		{"disabled", &full, Disabled, []string{
			"peer * announce route 192.0.2.1/32 next-hop self med 500 local-preference 200" + attributes + " path-information 7",
			"peer * announce route 2001:db8::1/128 next-hop self med 510 local-preference 200" + attributes + " path-information 7",
		}},
		{"exit", &full, Exit, []string{
			"peer * withdraw route 192.0.2.1/32 next-hop self path-information 7",
			"peer * withdraw route 2001:db8::1/128 next-hop self path-information 7",
		}},
		{"plain", &plain, Up, []string{"announce route 198.51.100.0/30 next-hop 10.9.9.9 med 50"}},
		{"withdraw on down", &plain, Down, []string{"withdraw route 198.51.100.0/30 next-hop 10.9.9.9"}},
	} {
		if diff := cmp.Diff(tt.want, tt.s.Commands(tt.state)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

const ipOutput = `1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever preferred_lft forever
1: lo    inet 192.0.2.1/32 scope global lo:haproxy1\       valid_lft forever preferred_lft forever
1: lo    inet 192.0.2.2/32 scope global lo:mysql\       valid_lft forever preferred_lft forever
1: lo    inet 192.0.2.3/32 scope global lo\       valid_lft forever preferred_lft forever
1: lo    inet 198.51.100.9/24 scope global lo\       valid_lft forever preferred_lft forever
1: lo    inet6 ::1/128 scope host \       valid_lft forever preferred_lft forever
1: lo    inet6 2001:db8::1/128 scope global \       valid_lft forever preferred_lft forever
1: lo    inet nonsense
`

func TestAddresses(t *testing.T) {
	all := ParseAddresses(ipOutput, "lo")
	for _, tt := range []struct {
		filter Filter
		want   []string
	}{
		{Filter{}, []string{"192.0.2.1/32", "192.0.2.2/32", "192.0.2.3/32", "2001:db8::1/128"}},
		{Filter{Label: "haproxy"}, []string{"192.0.2.1/32"}},
		{Filter{Label: "haproxy", Exact: true}, nil},
		{Filter{Label: "mysql", Exact: true}, []string{"192.0.2.2/32"}},
	} {
		var got []string
		for _, a := range all {
			if tt.filter.Match(a) {
				got = append(got, a.Prefix.String())
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%+v: %v, want %v", tt.filter, got, tt.want)
		}
	}
}

func TestNetworks(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.1": "192.0.2.1/32", "192.0.2.0/30": "192.0.2.0/30", "2001:DB8::1": "2001:db8::1/128",
		"192.0.2.0/255.255.255.252": "192.0.2.0/30", "10.0.0.0/255.0.255.0": "", "192.0.2.1/24": "", "nonsense": "",
		"192.0.2.1/33": "", "fe80::1%lo": "", "192.0.2.0/": "", "2001:db8::/255.0.0.0": "",
	} {
		p, err := ParseNetwork(text)
		if err != nil && want != "" || err == nil && p.String() != want {
			t.Errorf("%s: %v, %v, want %q", text, p, err, want)
		}
	}
	got, err := Expand(prefixes("192.0.2.0/30", "192.0.2.1/32", "255.255.255.255/32", "2001:db8::/127"))
	want := prefixes("192.0.2.0/32", "192.0.2.1/32", "192.0.2.2/32", "192.0.2.3/32", "255.255.255.255/32", "2001:db8::/128", "2001:db8::1/128")
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := Expand(prefixes("2001:db8::/64")); err == nil {
		t.Error("a /64 was taken one by one")
	}
}

func FuzzParseAddresses(f *testing.F) {
	f.Add(ipOutput, "lo")
	f.Fuzz(func(_ *testing.T, text, name string) {
		for _, a := range ParseAddresses(text, name) {
			Filter{Label: name}.Match(a)
		}
	})
}

func FuzzParseNetwork(f *testing.F) {
	f.Add("192.0.2.0/255.255.255.0")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseNetwork(text)
		if err != nil {
			return
		}
		if again, err := ParseNetwork(p.String()); err != nil || again != p {
			t.Errorf("%q is %s, which is %s (%v)", text, p, again, err)
		}
	})
}
