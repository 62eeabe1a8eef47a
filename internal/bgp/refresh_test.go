package bgp

import (
	"bytes"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

func TestRouteRefresh(t *testing.T) {
	n := &Negotiated{Refresh: RefreshEnhanced}
	for _, tt := range []struct {
		message    []byte
		want       RouteRefresh
		json, text string
	}{
		{wire("0017 05 00010001"), RouteRefresh{IPv4Unicast, RefreshRequest}, `{ "afi": "ipv4", "safi": "unicast", "subtype": "query" }`, "afi ipv4 safi unicast query"},
		{wire("0017 05 00010101"), RouteRefresh{IPv4Unicast, RefreshBegin}, `{ "afi": "ipv4", "safi": "unicast", "subtype": "begin" }`, "afi ipv4 safi unicast begin"},
		{wire("0017 05 00190246"), RouteRefresh{Family{AFIL2VPN, SAFIEVPN}, RefreshEnd}, `{ "afi": "l2vpn", "safi": "evpn", "subtype": "end" }`, "afi l2vpn safi evpn end"},
		{wire("0017 05 00630363"), RouteRefresh{Family{99, 99}, 3}, `{ "afi": "unknown-afi-0x63", "safi": "unknown safi 99", "subtype": "unknown-3" }`, "afi unknown-afi-0x63 safi unknown safi 99 unknown-3"},
	} {
		r, err := ParseRouteRefresh(tt.message[HeaderLen:], n)
		if err != nil || r != tt.want || r.Known() != (tt.want.Subtype < 3) {
			t.Errorf("%+v, %v, want %+v", r, err, tt.want)
		}
		if got := r.Append(nil); !bytes.Equal(got, tt.message) {
			t.Errorf("got back %s, want %s", bgptest.Format(got), bgptest.Format(tt.message))
		}
		for _, d := range dialects {
			f := &Face{Dialect: d}
			if got := string(r.AppendJSON(nil, f)); got != tt.json {
				t.Errorf("%s, want %s", got, tt.json)
			}
			if got := string(r.AppendText(nil, f)); got != tt.text {
				t.Errorf("%s, want %s", got, tt.text)
			}
		}
	}
}

func TestRouteRefreshLength(t *testing.T) {
	body := []byte{0, 1, 1, 1, 0xaa}
	_, err := ParseRouteRefresh(body, &Negotiated{Refresh: RefreshEnhanced})
	checkError(t, err, Notification{7, 1, wire("0018 05 00010101aa")})
	_, err = ParseRouteRefresh(body, &Negotiated{Refresh: RefreshNormal})
	checkError(t, err, Notification{1, 2, []byte{0, 24}})
	_, err = ParseRouteRefresh(nil, &Negotiated{})
	checkError(t, err, Notification{1, 2, []byte{0, 19}})
}

func FuzzParseRouteRefresh(f *testing.F) {
	f.Add([]byte{0, 1, 0, 1}, true)
	f.Add([]byte{0, 1, 0}, false)
	f.Fuzz(func(t *testing.T, body []byte, enhanced bool) {
		n := &Negotiated{}
		if enhanced {
			n.Refresh = RefreshEnhanced
		}
		r, err := ParseRouteRefresh(body, n)
		if err != nil {
			return
		}
		checkFaces(t, func(dst []byte, f *Face, _ bool) []byte { return r.AppendJSON(dst, f) },
			func(dst []byte, f *Face, _ bool) []byte { return r.AppendText(dst, f) })
		if got := r.Append(nil); !bytes.Equal(got[HeaderLen:], body) {
			t.Errorf("got back %x, want %x", got, body)
		}
	})
}
