package bgp

import (
	"bytes"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

func TestOperational(t *testing.T) {
	id := netip.MustParseAddr("10.0.0.9")
	for _, tt := range []struct {
		message    []byte
		want       Operational
		json, text string
	}{
		{
			wire("0023 06 0001 000c 0001 01 68656c6c6f 20 227822"),
			Operational{Type: OperationalADM, Family: IPv4Unicast, Advisory: []byte(`hello "x"`)},
			`{ "name": "ADM", "afi": "ipv4", "safi": "unicast", "advisory": "hello \"x\"" }`,
			`operational ADM afi ipv4 safi unicast advisory "hello "x""`,
		},
		{
			wire("0022 06 0003 000b 0001 01 0a000009 00000001"),
			Operational{Type: OperationalRPCQ, Family: IPv4Unicast, RouterID: id, Sequence: 1},
			`{ "name": "RPCQ", "afi": "ipv4", "safi": "unicast" }`,
			`operational RPCQ afi ipv4 safi unicast`,
		},
		{
			wire("0026 06 0004 000f 0001 01 0a000009 00000001 00000007"),
			Operational{Type: OperationalRPCP, Family: IPv4Unicast, RouterID: id, Sequence: 1, Counter: 7},
			`{ "name": "RPCP", "afi": "ipv4", "safi": "unicast", "router-id": "10.0.0.9", "sequence": 1, "counter": 7 }`,
			`operational RPCP afi ipv4 safi unicast router-id 10.0.0.9 sequence 1 counter 7`,
		},
		{
			wire("0019 06 0063 0002 0102"),
			Operational{Type: 99, Data: []byte{1, 2}},
			`{ "name": "unknown", "type": "operational-type-99", "data": "0x0102" }`,
			`operational unknown type operational-type-99 data 0x0102`,
		},
	} {
		o, err := ParseOperational(tt.message[HeaderLen:])
		if err != nil || !reflect.DeepEqual(*o, tt.want) {
			t.Errorf("%+v, %v, want %+v", o, err, tt.want)
		}
		if got := tt.want.Append(nil); !bytes.Equal(got, tt.message) {
			t.Errorf("got %s, want %s", bgptest.Format(got), bgptest.Format(tt.message))
		}
		for _, d := range dialects {
			f := &Face{Dialect: d}
			if got := string(o.AppendJSON(nil, f)); got != tt.json {
				t.Errorf("%s, want %s", got, tt.json)
			}
			if got := string(o.AppendText(nil, f)); got != tt.text {
				t.Errorf("%s, want %s", got, tt.text)
			}
		}
	}
}

func TestOperationalErrors(t *testing.T) {
	for _, body := range []string{"", "0001 00", "0001 0004 000101", "0001 0002 0001", "0003 0007 000101 0a000009", "0004 000b 000101 0a000009 00000001"} {
		_, err := ParseOperational(bgptest.Hex(body))
		checkError(t, err, Notification{5, 0, nil})
	}
}

func TestOperationalAdvisoryIsCut(t *testing.T) {
	o := Operational{Type: OperationalASM, Family: IPv6Unicast, Advisory: []byte(strings.Repeat("a", 2044) + "ééé")}
	m := o.Append(nil)
	if got := m[HeaderLen+4+3:]; len(got) != 2047 || !bytes.HasSuffix(got, []byte("a...")) {
		t.Errorf("%d octets, %q", len(got), got[2000:])
	}
}

func TestOperationalType(t *testing.T) {
	for i, r := range operationalTable {
		if got, ok := ParseOperationalType(r.name); ok != (i > 0) || ok && int(got) != i {
			t.Errorf("%q is %v, %v", r.name, got, ok)
		}
	}
	if got := OperationalType(9).String(); got != "operational-type-9" {
		t.Error(got)
	}
}

func FuzzParseOperational(f *testing.F) {
	f.Add(bgptest.Hex("0004 000f 0001 01 0a000009 00000001 00000007"))
	f.Add(bgptest.Hex("0001 0005 0001 01 6869"))
	f.Fuzz(func(t *testing.T, body []byte) {
		o, err := ParseOperational(body)
		if err != nil {
			return
		}
		checkFaces(t, func(dst []byte, f *Face, _ bool) []byte { return o.AppendJSON(dst, f) },
			func(dst []byte, f *Face, _ bool) []byte { return o.AppendText(dst, f) })
	})
}
