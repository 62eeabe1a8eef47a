package bgp

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

func TestNotificationAppend(t *testing.T) {
	for _, tt := range []struct {
		n    Notification
		want []byte
	}{
		{Notification{Code: CodeHoldTimer}, wire("0015 03 0400")},
		{Cease(CeaseReset, ""), wire("002a 03 0604 14 41646d696e69737472617469766520 5265736574")},
		{Cease(CeaseShutdown, "hé"), wire("0019 03 0602 03 68c3a9")},
		{Cease(CeaseDeconfigured, ""), wire("0027 03 0603 506565722044652D636F6E66696775726564")},
		{Cease(CeaseRejected, "x"), wire("0016 03 0605 78")},
	} {
		got := tt.n.Append(nil)
		if !bytes.Equal(got, tt.want) {
			t.Errorf("%v: %s, want %s", tt.n, bgptest.Format(got), bgptest.Format(tt.want))
		}
		if back := ParseNotification(got[HeaderLen:]); back.Code != tt.n.Code || back.Subcode != tt.n.Subcode || !bytes.Equal(back.Data, tt.n.Data) {
			t.Errorf("got back %+v, want %+v", back, tt.n)
		}
	}
	long := Cease(CeaseShutdown, strings.Repeat("é", 200))
	if len(long.Data) != 255 || long.Data[0] != 254 {
		t.Errorf("%d octets of data, length %d", len(long.Data), long.Data[0])
	}
	if m := (Notification{Data: make([]byte, 5000)}).Append(nil); len(m) != MaxMessage {
		t.Errorf("message of %d octets", len(m))
	}
}

func TestParseNotificationShort(t *testing.T) {
	if n := ParseNotification(nil); n.Code != 0 || n.Subcode != 0 || n.Data != nil {
		t.Errorf("%+v", n)
	}
	if n := ParseNotification([]byte{6}); n.Code != 6 || n.Subcode != 0 || n.Data != nil {
		t.Errorf("%+v", n)
	}
}

func TestNotificationString(t *testing.T) {
	for _, tt := range []struct {
		code, subcode uint8
		want          string
	}{
		{6, 4, "Cease / Administrative Reset"},
		{6, 10, "Cease / BFD Down"},
		{2, 11, "OPEN message error / Role Mismatch"},
		{8, 0, "Send hold timer expired / Unspecific"},
		{4, 0, "Hold timer expired / Unspecific"},
		{6, 99, "Cease / unknow reason"},
		{0, 0, "unknown error / unknow reason"},
		{99, 1, "unknown error / unknow reason"},
	} {
		if got := note(tt.code, tt.subcode, "").String(); got != tt.want {
			t.Errorf("%d/%d is %q, want %q", tt.code, tt.subcode, got, tt.want)
		}
	}
}

func TestNotificationFaces(t *testing.T) {
	for _, tt := range []struct {
		name    string
		n       Notification
		sent    bool
		message string // as JSON
		data    string
	}{
		{"no data", note(6, 2, ""), false, `""`, ""},
		{"communication", note(6, 2, "\x05Hello"), false, `"Shutdown Communication: \"Hello\""`, `Shutdown Communication: "Hello"`},
		{"line end", note(6, 4, "\x05He\nlo"), false, `"Shutdown Communication: \"He lo\""`, `Shutdown Communication: "He lo"`},
		{"quotes", note(6, 4, "\x02a\""), false, `"Shutdown Communication: \"a\"\""`, `Shutdown Communication: "a""`},
		{"octets behind", note(6, 2, "\x02ABC"), false, `"Shutdown Communication: \"AB\", trailing data: 0x43"`, `Shutdown Communication: "AB", trailing data: 0x43`},
		{"too short", note(6, 2, "\xffAB"), false, `"invalid Shutdown Communication (buffer underrun) length : 255 [0x4142]"`, `invalid Shutdown Communication (buffer underrun) length : 255 [0x4142]`},
		{"not UTF-8", note(6, 2, "\x03\xff\xff\xff"), false, `"invalid Shutdown Communication (invalid UTF-8) length : 3 [0xFFFFFF]"`, `invalid Shutdown Communication (invalid UTF-8) length : 3 [0xFFFFFF]`},
		{"empty", note(6, 2, "\x00"), false, `"empty Shutdown Communication."`, `empty Shutdown Communication.`},
		{"255 octets", note(6, 2, "\xff"+strings.Repeat("a", 255)), false, `"Shutdown Communication: \"` + strings.Repeat("a", 255) + `\""`, `Shutdown Communication: "` + strings.Repeat("a", 255) + `"`},
		{"sent", Cease(CeaseReset, ""), true, `"\u0014Administrative Reset"`, "\x14Administrative Reset"},
		{"other code", note(6, 3, "Peer De-configured"), true, `"Peer De-configured"`, "Peer De-configured"},
		{"octets", note(1, 2, "\x00\xff"), false, `"\u0000\ufffd"`, "\x00\xff"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := fmt.Sprintf("0x%X", tt.data)
			head := fmt.Sprintf(`{ "code": %d, "subcode": %d, "data": "%s"`, tt.n.Code, tt.n.Subcode, data)
			for _, d := range dialects {
				f := &Face{Dialect: d}
				want := head + `, "message": ` + tt.message + " }"
				if d == Dialect42 {
					want = head + " }"
				}
				if got := string(tt.n.AppendJSON(nil, f, tt.sent)); got != want {
					t.Errorf("dialect %v:\ngot  %s\nwant %s", d, got, want)
				}
				want = fmt.Sprintf("code %d subcode %d data %s", tt.n.Code, tt.n.Subcode, data)
				if got := string(tt.n.AppendText(nil, f, tt.sent)); got != want {
					t.Errorf("dialect %v: got %s, want %s", d, got, want)
				}
			}
		})
	}
}

func TestSubcodeTable(t *testing.T) {
	seen := map[[2]uint8]bool{}
	for _, r := range subcodeTable {
		if k := [2]uint8{r.code, r.subcode}; seen[k] || r.name == "" || int(r.code) >= len(codeNames) {
			t.Errorf("row %+v", r)
		} else {
			seen[k] = true
		}
	}
}

func FuzzParseNotification(f *testing.F) {
	f.Add([]byte{6, 2, 3, 'a', 'b', 'c'})
	f.Add([]byte{6, 4, 255})
	f.Add([]byte{4})
	f.Fuzz(func(t *testing.T, body []byte) {
		n := ParseNotification(body)
		checkFaces(t, n.AppendJSON, n.AppendText)
		if got := n.Append(nil); len(body) >= 2 && len(body) < MaxMessage-HeaderLen && !bytes.Equal(got[HeaderLen:], body) {
			t.Errorf("got back %x, want %x", got[HeaderLen:], body)
		}
	})
}
