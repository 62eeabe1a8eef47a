package bgp

import "testing"

var l2vpnVPLS = Family{AFIL2VPN, SAFIVPLS}

func TestVPLSFaces(t *testing.T) {
	testFaces(t, []faceVector{
		{
			"block", l2vpnVPLS, "0011 0001c0a8c901007b 0005 0001 0008 029ce1", "",
			`{ "rd": "192.168.201.1:123", "endpoint": 5, "base": 10702, "offset": 1, "size": 8 }`, "",
			"vpls rd 192.168.201.1:123 endpoint 5 base 10702 offset 1 size 8",
			"vpls rd 192.168.201.1:123 endpoint 5 base 10702 offset 1 size 8 next-hop 192.0.2.1", "",
		},
		{ // a longer one is read by what is known of it, as main does
			"longer", l2vpnVPLS, "0013 0000fde8000000c8 ffff 0000 0001 fffff1 0102", "",
			`{ "rd": "65000:200", "endpoint": 65535, "base": 1048575, "offset": 0, "size": 1 }`, "",
			"vpls rd 65000:200 endpoint 65535 base 1048575 offset 0 size 1",
			"vpls rd 65000:200 endpoint 65535 base 1048575 offset 0 size 1 next-hop 192.0.2.1", "",
		},
		{ // RFC 6074 §3.2.2.1
			"auto-discovery", l2vpnVPLS, "000c 0000fde800000001 0a000001", "",
			`{ "raw": "000C0000FDE8000000010A000001" }`, "",
			"vpls 0x000C0000FDE8000000010A000001", "vpls 0x000C0000FDE8000000010A000001 next-hop 192.0.2.1", "",
		},
	})
	f := &Face{Withdraw: true}
	if got := string(AppendNLRIText(nil, l2vpnVPLS, unhex(t, "0011 0000fde8000000c8 0005 0001 0008 029ce1"), f)); got[len(got)-1] != ' ' {
		t.Errorf("5.0 ends a withdraw with a blank: %q", got)
	}
}

func TestVPLSNext(t *testing.T) {
	testNext(t, l2vpnVPLS, []nextVector{
		{"", 0, errShort},
		{"00", 0, errShort},
		{"0011 0000fde8000000c8 0005 0001 0008 029c", 0, errShort},
		{"0010 0000fde8000000c8 0005 0001 0008 029c", 18, errLength},
		{"0000", 2, errLength},
		{"000c 0000fde800000001 0a000001 0011", 14, nil},
		{"0011 0000fde8000000c8 0005 0001 0008 029ce1 0011", 19, nil},
	})
}

func TestVPLSWords(t *testing.T) {
	testWords(t, l2vpnVPLS, []wordVector{
		{"rd 192.168.201.1:123 endpoint 5 base 10702 offset 1 size 8", "0011 0001c0a8c901007b 0005 0001 0008 029ce1", ""},
		{"size 65535 offset 0 base 0 endpoint 65535 rd 1:1", "0011 0000000100000001 ffff 0000 ffff 000001", ""},
		{"base 1048575 size 1 endpoint 1 offset 1 rd 1:1", "0011 0000000100000001 0001 0001 0001 fffff1", ""},
		{"base 1048575 size 2 endpoint 1 offset 1 rd 1:1", "", "label block 1048575+2 exceeds 20 bits"},
		{"", "", "vpls nlri route-distinguisher missing"},
		{"base 1 size 2 offset 1 rd 1:1", "", "vpls nlri endpoint missing"},
		{"endpoint 1 size 2 offset 1 rd 1:1", "", "vpls nlri base missing"},
		{"endpoint 1 size 2 base 1 rd 1:1", "", "vpls nlri offset missing"},
		{"endpoint 1 offset 2 base 1 rd 1:1", "", "vpls nlri size missing"},
		{"endpoint 65536", "", "unexpected '65536', expected a number from 0 to 65535"},
		{"base 1048576", "", "unexpected '1048576', expected a number from 0 to 1048575"},
		{"label 5", "", "'label' is not a word of such a route"},
	})
}

func TestVPLSCorpus(t *testing.T) { testCorpusRoutes(t, []Family{l2vpnVPLS}, 4, incomplete) }

func FuzzVPLS(f *testing.F) {
	fuzzNLRI(f, l2vpnVPLS, "rd 1:1 endpoint 1 base 16 offset 1 size 8", "0011 0000fde8000000c8 0005 0001 0008 029ce1", "000c0000fde8000000010a000001")
}
