package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// runDecode decodes as the program does, with an API version.
func runDecode(t *testing.T, version, stdin string, o decodeOptions) (stdout string, valid bool) {
	t.Helper()
	stdout, _, valid = runDecodeErrors(t, version, stdin, o)
	return stdout, valid
}

// runDecodeErrors is runDecode for who reads stderr too.
func runDecodeErrors(t *testing.T, version, stdin string, o decodeOptions) (stdout, stderr string, valid bool) {
	t.Helper()
	var out, complaints bytes.Buffer
	a := &app{
		argv0: "herald", stdin: strings.NewReader(stdin), stdout: &out, stderr: &complaints,
		env: environment{"exabgp_api_version=" + version}, envFile: filepath.Join(t.TempDir(), "none"),
	}
	err := a.decode(&o)
	if err != nil && !errors.Is(err, errSaid) {
		t.Fatal(err)
	}
	return out.String(), complaints.String(), err == nil
}

// stable removes from a line what differs from run to run.
func stable(t *testing.T, line string) any {
	t.Helper()
	var v any
	dec := json.NewDecoder(strings.NewReader(line))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	if m, ok := v.(map[string]any); ok {
		for _, k := range []string{"exabgp", "host", "pid", "ppid", "time", "version"} {
			delete(m, k)
		}
	}
	return v
}

const (
	messageMarker = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
	plainUpdate   = "00000014 40010102 40020602010000fc00 400304c6336401 18cb0071"
)

func TestDecode(t *testing.T) {
	for _, tt := range []struct {
		name    string
		version string
		stdin   string
		o       decodeOptions
		want    string // JSON by what is stable of it
		reason  string // on stderr
		invalid bool
	}{
		{
			name: "update", version: "5", o: decodeOptions{args: []string{plainUpdate}},
			want: `{ "counter": 1, "type": "update", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65533, "peer": 65533 }, "router-id": "10.0.0.2", "direction": "in", "message": { "update": { "attribute": { "origin": "incomplete", "as-path": { "0": { "element": "as-sequence", "value": [64512] } } }, "announce": { "ipv4 unicast": { "198.51.100.1": [ { "nlri": "203.0.113.0/24" } ] } } } } } }`,
		},
		{
			name: "update with header", version: "4", o: decodeOptions{args: []string{messageMarker + ":001b:02:0004:18cb0071:0000"}},
			want: `{ "counter": 1, "type": "update", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65533, "peer": 65533 }, "router-id": "127.0.0.1", "direction": "in", "message": { "update": { "withdraw": { "ipv4 unicast": [ { "nlri": "203.0.113.0/24" } ] } } } } }`,
		},
		{
			name: "end of RIB", version: "6", o: decodeOptions{args: []string{"00000000"}},
			want: `{ "counter": 1, "type": "update", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65533, "peer": 65533 }, "router-id": "127.0.0.1", "direction": "in", "message": { "eor": { "afi": "ipv4", "safi": "unicast" } } } }`,
		},
		{
			name: "open", version: "5", o: decodeOptions{args: []string{messageMarker + "001D0104FDEA005A0A00000900"}},
			want: `{ "counter": 1, "type": "open", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65533, "peer": 65533 }, "router-id": "10.0.0.2", "direction": "in", "open": { "version": 4, "asn": 65002, "hold_time": 90, "router_id": "10.0.0.9", "capabilities": {} } } }`,
		},
		{
			name: "notification", version: "5", o: decodeOptions{args: []string{messageMarker + "0015030400"}},
			want: `{ "counter": 1, "type": "notification", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65533, "peer": 65533 }, "router-id": "10.0.0.2", "direction": "in", "notification": { "code": 4, "subcode": 0, "data": "0x", "message": "" } } }`,
		},
		{
			name: "path identifiers", version: "5", o: decodeOptions{args: []string{"0008 0000000a 18cb0071 0000"}, pathInformation: true},
			want: `{ "counter": 1, "type": "update", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65533, "peer": 65533 }, "router-id": "10.0.0.2", "direction": "in", "message": { "update": { "withdraw": { "ipv4 unicast": [ { "nlri": "203.0.113.0/24", "path-information": "0.0.0.10" } ] } } } } }`,
		},
		{name: "NLRI", version: "5", o: decodeOptions{args: []string{"20cb007101"}, nlri: true, family: "ipv4 unicast"}, want: `{ "nlri": "203.0.113.1/32" }`},
		{name: "NLRI of no family", version: "5", o: decodeOptions{args: []string{"00"}, nlri: true}, want: `{ "nlri": "0.0.0.0/0" }`},
		{name: "NLRI with path identifier", version: "6", o: decodeOptions{args: []string{"00000001 2f20010db80002"}, nlri: true, family: "ipv6 unicast", pathInformation: true}, want: `{ "nlri": "2001:db8:2::/47", "path-information": "0.0.0.1" }`},
		{name: "labels", version: "6", o: decodeOptions{args: []string{"30000641cb0071"}, nlri: true, family: "ipv4 labeled-unicast"}, want: `{ "nlri": "203.0.113.0/24", "label": [ [100, 1601] ] }`},
		{name: "two NLRI", version: "5", o: decodeOptions{args: []string{"18cb0071 10c612"}, nlri: true}, want: "{ \"nlri\": \"203.0.113.0/24\" }\n{ \"nlri\": \"198.18.0.0/16\" }"},
		{
			name: "commands", version: "6", o: decodeOptions{args: []string{"0004 18cb0072 0014 40010102 40020602010000fc00 400304c6336401 18cb0071 10c612"}, command: true},
			want: "announce attributes next-hop 198.51.100.1 origin incomplete as-path [ 64512 ] nlri 203.0.113.0/24 198.18.0.0/16\nwithdraw route 203.0.114.0/24",
		},
		{
			name: "command of a VPN", version: "6", o: decodeOptions{args: []string{"0000 0031 40010102 40020602010000fc00 800e21 0001 80 0c 0000000000000000c6336401 00 78 000641 0001c00002010007 cb007100"}, command: true},
			want: "announce route 203.0.113.0/32 label 100 rd 192.0.2.1:7 next-hop 198.51.100.1 origin incomplete as-path [ 64512 ]",
		},
		{
			name: "no command", version: "6", o: decodeOptions{args: []string{"00000000"}, command: true},
			want: "# could not generate API command, falling back to JSON\n" +
				`{ "counter": 1, "type": "update", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65533, "peer": 65533 }, "router-id": "127.0.0.1", "direction": "in", "message": { "eor": { "afi": "ipv4", "safi": "unicast" } } } }`,
		},
		{
			name: "lines", version: "5", stdin: "\nzz\n 0015 \n" + messageMarker + "001d0104FDEA005A0A00000900\n", invalid: true,
			reason: "stdin: line 3: UPDATE message error / Malformed Attribute List: truncated\n",
			want: "invalid hexadecimal: zz\ninvalid payload\n" +
				`{ "counter": 1, "type": "open", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65533, "peer": 65533 }, "router-id": "10.0.0.2", "direction": "in", "open": { "version": 4, "asn": 65002, "hold_time": 90, "router_id": "10.0.0.9", "capabilities": {} } } }`,
		},
		{name: "keepalive", version: "5", o: decodeOptions{args: []string{messageMarker + "001304"}}, want: "unknown type 4\ninvalid payload", invalid: true},
		{name: "wrong length", version: "5", o: decodeOptions{args: []string{messageMarker + "001704"}}, want: "warning: BGP header size (23) does not match data length (19)\ninvalid payload", invalid: true},
		{name: "not hexadecimal", version: "5", o: decodeOptions{args: []string{"zz"}}, want: "invalid hexadecimal: zz", reason: "zz: neither hexadecimal nor a file: open zz: no such file or directory\n", invalid: true},
		{name: "not an update", version: "5", o: decodeOptions{args: []string{"0000"}}, want: "invalid payload", reason: "payload: UPDATE message error / Malformed Attribute List: truncated\n", invalid: true},
		{name: "not NLRI", version: "5", o: decodeOptions{args: []string{"21cb00710101"}, nlri: true}, want: "invalid payload", reason: "payload: UPDATE message error / Invalid Network Field: wrong length\n", invalid: true},
		{name: "NLRI cut", version: "5", o: decodeOptions{args: []string{"18cb0071 18"}, nlri: true}, want: "invalid payload", reason: "payload: UPDATE message error / Invalid Network Field: truncated\n", invalid: true},
		{name: "family", version: "5", o: decodeOptions{args: []string{"00"}, family: "ipv5 unicast"}, want: "configuration error: Unknown family: ipv5 unicast", invalid: true},
		{name: "families", version: "5", o: decodeOptions{args: []string{"18cb0071"}, nlri: true, family: "ipv4 unicast ipv6 unicast"}, want: `{ "nlri": "203.0.113.0/24" }`},
		{name: "all families", version: "5", o: decodeOptions{args: []string{"18cb0071"}, nlri: true, family: "all"}, want: `{ "nlri": "203.0.113.0/24" }`},
		{name: "half a family", version: "5", o: decodeOptions{args: []string{"00"}, family: "ipv4"}, want: "configuration error: Invalid family format: ipv4", invalid: true},
		{name: "no configuration", version: "5", o: decodeOptions{args: []string{"00"}, configuration: "/nowhere"}, want: "configuration error: open /nowhere: no such file or directory", invalid: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, reason, valid := runDecodeErrors(t, tt.version, tt.stdin, tt.o)
			if valid == tt.invalid || reason != tt.reason {
				t.Errorf("valid: %v, %q", valid, reason)
			}
			want := strings.Split(tt.want, "\n")
			lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
			if len(lines) != len(want) {
				t.Fatalf("got\n%s\nwant\n%s", got, tt.want)
			}
			for i, line := range lines {
				if strings.HasPrefix(want[i], "{") && reflect.DeepEqual(stable(t, line), stable(t, want[i])) {
					continue
				}
				if line != want[i] {
					t.Errorf("got  %s\nwant %s", line, want[i])
				}
			}
		})
	}
}

func TestDecodeConfiguration(t *testing.T) {
	name := filepath.Join(t.TempDir(), "herald.conf")
	text := "neighbor 192.0.2.9 { router-id 192.0.2.1; local-address 192.0.2.2; local-as 64512; peer-as 70000; family { ipv4 unicast; } capability { asn4 disable; } }"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, valid := runDecode(t, "5", "", decodeOptions{args: []string{"0000 0012 40010102 4002040201fc00 400304c6336401 18cb0071"}, configuration: name})
	want := `{ "counter": 1, "type": "update", "neighbor": { "address": { "local": "192.0.2.2", "peer": "192.0.2.9" }, "asn": { "local": 64512, "peer": 70000 }, "router-id": "192.0.2.1", "direction": "in", "message": { "update": { "attribute": { "origin": "incomplete", "as-path": { "0": { "element": "as-sequence", "value": [64512] } } }, "announce": { "ipv4 unicast": { "198.51.100.1": [ { "nlri": "203.0.113.0/24" } ] } } } } } }`
	if !valid || !reflect.DeepEqual(stable(t, got), stable(t, want)) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestDecodeCompat decodes the files of ExaBGP's decoding suite.
func TestDecodeCompat(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(bgptest.Shared(t, "compat", "decoding"), "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.SplitN(strings.TrimSpace(string(text)), "\n", 3)
			kind, family, _ := strings.Cut(lines[0], " ")
			got, _ := runDecode(t, "4", "", decodeOptions{args: []string{lines[1]}, nlri: kind == "nlri", family: family})
			equal := strings.HasPrefix(got, "{") && reflect.DeepEqual(stable(t, got), stable(t, lines[2]))
			if !equal {
				t.Errorf("got  %s\nwant %s", got, lines[2])
			}
		})
	}
}

// TestDecodeCommands: every UPDATE of ExaBGP's suites that has routes becomes
// commands, which make the same routes.
func TestDecodeCommands(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(bgptest.Shared(t, "compat"), "*", "*.ci"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	raw := regexp.MustCompile(`raw:(F{32}[:0-9A-Fa-f]+)`)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range raw.FindAllStringSubmatch(string(text), -1) {
			got, reason, _ := runDecodeErrors(t, "6", "", decodeOptions{args: []string{m[1]}, command: true})
			if strings.HasPrefix(got, "#") && !strings.Contains(got, `"eor"`) {
				t.Errorf("%s: %s\n%s%s", filepath.Base(name), m[1], got, reason)
			}
		}
	}
}
