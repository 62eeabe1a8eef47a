package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runEncode encodes as the program does, with an API version.
func runEncode(t *testing.T, version, stdin string, o encodeOptions) (stdout, stderr string, valid bool) {
	t.Helper()
	var out, complaints bytes.Buffer
	a := &app{
		argv0: "herald", stdin: strings.NewReader(stdin), stdout: &out, stderr: &complaints,
		env: environment{"exabgp_api_version=" + version}, envFile: filepath.Join(t.TempDir(), "none"),
	}
	if o.localAS == 0 {
		o.localAS, o.peerAS = 65533, 65533
	}
	err := a.encode(&o)
	if err != nil && !errors.Is(err, errSaid) {
		t.Fatal(err)
	}
	return out.String(), complaints.String(), err == nil
}

func TestEncode(t *testing.T) {
	const (
		plain   = "route 10.0.0.0/24 next-hop 1.2.3.4"
		message = messageMarker + "00300200000015400101004002004003040102030440050400000064180A0000\n"
		flow    = "flow route { match { destination 10.0.0.0/24; } then { discard; } }"
	)
	for _, tt := range []struct {
		name, version string
		stdin         string
		o             encodeOptions
		want, reason  string
		invalid       bool
	}{
		{name: "route", o: encodeOptions{command: plain}, want: message},
		{name: "announce", o: encodeOptions{command: "announce " + plain}, want: message},
		{name: "NLRI", o: encodeOptions{command: plain, nlri: true}, want: "180A0000\n"},
		{name: "no header", o: encodeOptions{command: plain, noHeader: true}, want: "00000015400101004002004003040102030440050400000064180A0000\n"},
		{name: "path identifier", o: encodeOptions{command: plain + " path-information 5", nlri: true, pathInformation: true}, want: "00000005180A0000\n"},
		{name: "external", o: encodeOptions{command: plain, noHeader: true, localAS: 64512, peerAS: 70000}, want: "00000014400101004002060201" + "0000FC00" + "400304" + "01020304" + "180A0000\n"},
		{name: "withdraw", o: encodeOptions{command: "withdraw " + plain}, want: messageMarker + "001B020004180A00000000\n"},
		{name: "withdraw NLRI", o: encodeOptions{command: "withdraw ipv6 unicast 2001:db8::/32", nlri: true}, want: "2020010DB8\n"},
		{
			name: "several of one command", o: encodeOptions{command: "attributes next-hop 1.2.3.4 nlri 10.1.0.0/16 10.2.0.0/16", nlri: true},
			want: "100A01\n100A02\n",
		},
		{name: "split", o: encodeOptions{command: "route 10.0.0.0/15 next-hop 1.2.3.4 split /16", nlri: true}, want: "100A00\n100A01\n"},
		{
			name: "flow", version: "6", o: encodeOptions{command: flow, noHeader: true},
			want: "000000274001010040020040050400000064C010088006000000000000800E0B00018500000501180A0000\n",
		},
		{
			name: "withdraw carries attributes, 5", version: "5", o: encodeOptions{command: "withdraw " + flow, noHeader: true},
			want: "000000254001010040020040050400000064C010088006000000000000800F090001850501180A0000\n",
		},
		{
			name: "withdraw carries attributes, 6", version: "6", o: encodeOptions{command: "withdraw " + flow, noHeader: true},
			want: "00000025800F09000185" + "0501180A0000" + "4001010040020040050400000064C010088006000000000000\n",
		},
		{name: "family", o: encodeOptions{command: plain, family: "ipv4 unicast", nlri: true}, want: "180A0000\n"},
		{
			name: "another family", o: encodeOptions{command: plain, family: "ipv6 unicast"}, invalid: true,
			want: "configuration error: Failed to parse route: " + plain + "\n", reason: "command: the session has no routes of ipv4 unicast\n",
		},
		{name: "unknown family", o: encodeOptions{command: plain, family: "ipv5 unicast"}, invalid: true, want: "configuration error: Unknown family: ipv5 unicast\n"},
		{
			name: "no next hop", o: encodeOptions{command: "route 10.0.0.0/24"}, invalid: true,
			want: "configuration error: Failed to parse route: route 10.0.0.0/24\n", reason: "command: announce requires nexthop: 10.0.0.0/24\n",
		},
		{
			name: "unknown word", o: encodeOptions{command: plain + " medd 5"}, invalid: true,
			want: "configuration error: Failed to parse route: " + plain + " medd 5\n", reason: "command: 'medd' is not a word of such a route, did you mean 'med'?\n",
		},
		{
			name: "lines", stdin: "# routes\n\n" + plain + "\nroute\n withdraw " + plain + "\n", o: encodeOptions{nlri: true}, invalid: true,
			want: "180A0000\nconfiguration error: Failed to parse route: route\n180A0000\n", reason: "stdin: line 4: unexpected end of command, expected an IP prefix\n",
		},
		{name: "no file", o: encodeOptions{file: "/nowhere"}, invalid: true, want: "configuration error: open /nowhere: no such file or directory\n"},
		{name: "no configuration", o: encodeOptions{configuration: "/nowhere"}, invalid: true, want: "configuration error: open /nowhere: no such file or directory\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.version == "" {
				tt.version = "5"
			}
			got, reason, valid := runEncode(t, tt.version, tt.stdin, tt.o)
			if got != tt.want || reason != tt.reason || valid == tt.invalid {
				t.Errorf("valid: %v\ngot  %s%s\nwant %s%s", valid, got, reason, tt.want, tt.reason)
			}
		})
	}
}

const encodeConfiguration = `
neighbor 192.0.2.9 {
	router-id 192.0.2.1; local-address 192.0.2.2; local-as 64512; peer-as 64512;
	static {
		route 10.0.0.0/24 next-hop self;
		route 10.0.1.0/24 { next-hop 192.0.2.3; watchdog dog; withdraw; }
	}
}
neighbor 192.0.2.10 {
	router-id 192.0.2.1; local-address 192.0.2.2; local-as 64512; peer-as 64513;
	static { route 10.0.2.0/24 next-hop 192.0.2.3 med 5; }
}
`

func TestEncodeConfiguration(t *testing.T) {
	dir := t.TempDir()
	name, list := filepath.Join(dir, "herald.conf"), filepath.Join(dir, "routes")
	for file, text := range map[string]string{name: encodeConfiguration, list: "route 10.0.3.0/24 next-hop self\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		o    encodeOptions
		want string
	}{
		{
			"routes",
			encodeOptions{configuration: name, noHeader: true},
			"00000015400101004002004003" + "04C0000202" + "40050400000064" + "180A0000\n" +
				"0000001B40010100400206020100" + "00FC00" + "400304C0000203" + "80040400000005" + "180A0002\n",
		},
		{"commands", encodeOptions{configuration: name, file: list, noHeader: true}, "00000015400101004002004003" + "04C0000202" + "40050400000064" + "180A0003\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, reason, valid := runEncode(t, "5", "", tt.o)
			if got != tt.want || !valid {
				t.Errorf("valid: %v\ngot  %s%s\nwant %s", valid, got, reason, tt.want)
			}
		})
	}
}
