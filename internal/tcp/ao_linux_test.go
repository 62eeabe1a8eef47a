package tcp

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
)

// TestAOLayout gives keys, and the structures that the kernel takes them in: by
// offset, and zero everywhere else.
func TestAOLayout(t *testing.T) {
	in, in6 := family(2), family(10)
	for _, tt := range []struct {
		peers    string
		key      Key
		add, del map[int]string
	}{
		{
			"192.0.2.1/32",
			Key{Secret: "abc", Algorithm: "hmac-sha-256", ID: 7},
			map[int]string{0: in, 4: "c0000201", 128: text("hmac(sha256)"), 202: "2007070c0003", 208: "616263"},
			map[int]string{0: in, 4: "c0000201", 138: "200707"},
		},
		{
			"198.51.100.7/24",
			Key{Secret: strings.Repeat("k", maxKeyLen), Algorithm: "hmac-sha-1-96", ID: 255},
			map[int]string{0: in, 4: "c6336400", 128: text("hmac(sha1)"), 202: "18ffff0c0050", 208: strings.Repeat("6b", 80)},
			map[int]string{0: in, 4: "c6336400", 138: "18ffff"},
		},
		{
			"2001:db8::1/128",
			Key{Secret: "x", Algorithm: "aes-128-cmac-96"},
			map[int]string{0: in6, 8: "20010db8000000000000000000000001", 128: text("cmac(aes128)"), 202: "8000000c0001", 208: "78"},
			map[int]string{0: in6, 8: "20010db8000000000000000000000001", 138: "800000"},
		},
	} {
		peers := netip.MustParsePrefix(tt.peers)
		got, err := aoAdd(peers, tt.key)
		if want := octets(t, aoAddLen, tt.add); err != nil || hex.EncodeToString(got) != want {
			t.Errorf("%s: %v\n got %x\nwant %s", tt.peers, err, got, want)
		}
		if got, want := aoDel(peers, tt.key), octets(t, aoDelLen, tt.del); hex.EncodeToString(got) != want {
			t.Errorf("%s: remove\n got %x\nwant %s", tt.peers, got, want)
		}
	}
	if _, err := aoAdd(netip.MustParsePrefix("192.0.2.1/32"), Key{Algorithm: "none"}); err == nil {
		t.Error("an algorithm that is none")
	}
}

func family(v uint16) string { return hex.EncodeToString(binary.NativeEndian.AppendUint16(nil, v)) }

func text(s string) string { return hex.EncodeToString([]byte(s)) }

// octets returns n octets in hexadecimal, with some at their offsets.
func octets(t *testing.T, n int, at map[int]string) string {
	t.Helper()
	b := make([]byte, n)
	for offset, s := range at {
		if _, err := hex.Decode(b[offset:], []byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(b)
}

// TestAO runs where the kernel has TCP-AO.
func TestAO(t *testing.T) {
	loopbacks(t, func(t *testing.T, local netip.Addr) { //nolint:thelper // a subtest
		key := Key{Secret: "secret", Algorithm: "hmac-sha-256", ID: 1}
		l, at := listen(t, local, &Options{Key: key})
		skipUnsupported(t, "TCP_AO_ADD_KEY", SetKey(l, host(local), key))
		if err := greet(t, at, &Options{Key: key}); err != nil {
			t.Errorf("with the key: %v", err)
		}
		for _, other := range []Key{{}, {Secret: "other", Algorithm: key.Algorithm, ID: 1}, {Secret: "secret", Algorithm: key.Algorithm, ID: 2}} {
			if err := greet(t, at, &Options{Key: other}); err == nil {
				t.Errorf("accepted with %+v", other)
			}
		}
	})
}

// TestAOMissing checks what is said where the kernel does not have TCP-AO.
func TestAOMissing(t *testing.T) {
	_, at := listen(t, netip.MustParseAddr("127.0.0.1"), &Options{})
	err := greet(t, at, &Options{Key: Key{Secret: "s", Algorithm: "hmac-sha-256"}})
	if err != nil && strings.Contains(err.Error(), "protocol not available") && !strings.Contains(err.Error(), "tcp-ao of 127.0.0.1: the kernel does not have TCP-AO") {
		t.Error(err)
	}
	if err != nil {
		t.Log(err)
	}
}
