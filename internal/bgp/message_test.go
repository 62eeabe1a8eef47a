package bgp

import (
	"bytes"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// wire returns a whole message: the marker, then the literal.
func wire(literal string) []byte {
	return append(bytes.Repeat([]byte{0xff}, 16), bgptest.Hex(literal)...)
}

// note is a NOTIFICATION in a table.
func note(code, subcode uint8, data string) Notification {
	return Notification{Code: code, Subcode: subcode, Data: []byte(data)}
}

func checkError(t *testing.T, got *Error, want Notification) {
	t.Helper()
	if got == nil {
		t.Fatalf("no error, want %d/%d", want.Code, want.Subcode)
	}
	if got.Code != want.Code || got.Subcode != want.Subcode || !bytes.Equal(got.Data, want.Data) {
		t.Errorf("error %d/%d %q (%v), want %d/%d %q", got.Code, got.Subcode, got.Data, got, want.Code, want.Subcode, want.Data)
	}
	if got.Action != ActionReset {
		t.Errorf("action %v", got.Action)
	}
}

func TestParseHeader(t *testing.T) {
	for _, tt := range []struct {
		name   string
		header []byte
		limit  int
		t      MessageType
		length int
		err    *Notification
	}{
		{"keepalive", wire("0013 04"), MaxMessage, TypeKeepalive, 19, nil},
		{"open", wire("001d 01"), MaxMessage, TypeOpen, 29, nil},
		{"update", wire("1000 02"), MaxMessage, TypeUpdate, 4096, nil},
		{"extended update", wire("ffff 02"), MaxExtendedMessage, TypeUpdate, 65535, nil},
		{"refresh of any length", wire("0018 05"), MaxMessage, TypeRouteRefresh, 24, nil},
		{"type without meaning", wire("0013 ff"), MaxMessage, 255, 19, nil},
		{"short open", wire("001c 01"), MaxMessage, TypeOpen, 28, &Notification{1, 2, []byte{0, 28}}},
		{"extended open", wire("1001 01"), MaxExtendedMessage, TypeOpen, 4097, &Notification{1, 2, []byte{0x10, 1}}},
		{"short update", wire("0016 02"), MaxMessage, TypeUpdate, 22, &Notification{1, 2, []byte{0, 22}}},
		{"long update", wire("1001 02"), MaxMessage, TypeUpdate, 4097, &Notification{1, 2, []byte{0x10, 1}}},
		{"short notification", wire("0014 03"), MaxMessage, TypeNotification, 20, &Notification{1, 2, []byte{0, 20}}},
		{"long keepalive", wire("0014 04"), MaxMessage, TypeKeepalive, 20, &Notification{1, 2, []byte{0, 20}}},
		{"no room for a header", wire("0012 04"), MaxMessage, TypeKeepalive, 18, &Notification{1, 2, []byte{0, 18}}},
		{"short, no meaning", wire("0000 ff"), MaxMessage, 255, 0, &Notification{1, 2, []byte{0, 0}}},
		{"marker", bgptest.Hex("ffffffff ffffffff fffffffe ffffffff 0013 04"), MaxMessage, 0, 0, &Notification{1, 1, nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mt, length, err := ParseHeader(tt.header, tt.limit)
			if mt != tt.t || length != tt.length {
				t.Errorf("%v of %d, want %v of %d", mt, length, tt.t, tt.length)
			}
			if tt.err != nil {
				checkError(t, err, *tt.err)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestUnknownType(t *testing.T) {
	for _, tt := range []struct {
		d    Dialect
		want []byte
	}{
		{Dialect6, wire("0040 03 0100 63616E206E6F74206465636F646520757064617465206D657373616765206F662074797065202232353522")},
		{Dialect4, wire("0040 03 0100 63616E206E6F74206465636F646520757064617465206D657373616765206F662074797065202232353522")},
		{Dialect5, wire("0039 03 0103 63616E206E6F74206465636F6465206D657373616765206F662074797065202232353522")},
	} {
		if got := UnknownType(255, tt.d).Append(nil); !bytes.Equal(got, tt.want) {
			t.Errorf("dialect %v: %s, want %s", tt.d, bgptest.Format(got), bgptest.Format(tt.want))
		}
	}
}

func TestAppendKeepalive(t *testing.T) {
	got := AppendKeepalive([]byte("before"))
	if want := append([]byte("before"), wire("0013 04")...); !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

func TestMessageTypeString(t *testing.T) {
	for mt, want := range map[MessageType]string{
		TypeOpen: "OPEN", TypeUpdate: "UPDATE", TypeNotification: "NOTIFICATION", TypeKeepalive: "KEEPALIVE",
		TypeRouteRefresh: "ROUTE-REFRESH", TypeOperational: "OPERATIONAL", 0: "type 0", 7: "type 7", 255: "type 255",
	} {
		if got := mt.String(); got != want {
			t.Errorf("type %d is %q, want %q", uint8(mt), got, want)
		}
	}
}

func FuzzParseHeader(f *testing.F) {
	f.Add(wire("0013 04"), MaxMessage)
	f.Add(wire("ffff 02"), MaxExtendedMessage)
	f.Add([]byte{0xff}, MaxMessage)
	f.Fuzz(func(t *testing.T, b []byte, limit int) {
		if mt, length, err := ParseHeader(b, limit); err == nil && (length < HeaderLen || length > limit) {
			t.Errorf("%v of %d octets, limit %d", mt, length, limit)
		}
	})
}
