package bgp

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"slices"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/lex"
)

// sessions is what an UPDATE can be read on, as far as its octets tell.
func sessions() []*Negotiated {
	all := external()
	all.Families = Families()
	all.AIGP = true
	for _, f := range all.Families {
		all.NextHops = append(all.NextHops, NextHopPair{f, AFIIPv6})
	}
	paths := *all
	paths.AddPathRecv, paths.LocalAS = Families(), all.PeerAS
	old := *all
	old.ASN4 = false
	return []*Negotiated{external(), all, &paths, &old}
}

func FuzzParseUpdate(f *testing.F) {
	for _, body := range []string{
		"0000 0000", "0000 0007 900f0003000201", "0004 180a0000 0000",
		"0000 0015 40010100 400200 400304c0000201 40050400000064 180a0000",
		"0000 002b 40010100 400200 40050400000064 800e1a 000201 10 20010db8000000000000000000000001 00 2020010db8",
		"0000 0038 40010100 400200 400304c0000201 40050400000064 800e20 000180 0c 0000000000000000 c0000201 00 70 000641 0000fde800000001 0a0000",
		"0000 0023 40010100 400208 0203 5ba05ba0fdea 400304c0000201 c0110a 0202fedcba980000fdea 180a0001",
		"0000 0019 40010100 40020602010000fde8 400304c0000201 c063020102 180a0000",
		"0000 0015 40010100 40020602010000fdea 400304c0000201 c0 180a0001",
	} {
		f.Add(bgptest.Hex(body))
	}
	f.Add(typical())
	for _, m := range malformedUpdates() {
		f.Add(bgptest.Hex(m.message)[3:])
	}
	f.Fuzz(checkUpdate)
}

// checkUpdate checks what holds for the body of any UPDATE.
func checkUpdate(t *testing.T, body []byte) {
	t.Helper()
	before := bytes.Clone(body)
	var u Update
	var dst []byte
	for _, n := range sessions() {
		err := ParseUpdate(&u, body, n)
		if err != nil && (err.Action != ActionReset || err.Code != updateError) {
			t.Errorf("error %+v does not end the session", err)
		}
		if u.Fault != nil && (u.Fault.Action == ActionNone || u.Fault.Action >= ActionReset) {
			t.Errorf("fault %+v", u.Fault)
		}
		if err == nil && u.Fault != nil && u.Fault.Action == ActionWithdraw && len(u.Reach) > 0 {
			t.Error("routes are announced in spite of a treat-as-withdraw")
		}
		if !slices.IsSortedFunc(u.Attrs, func(a, b AttrView) int { return int(a.Code) - int(b.Code) }) {
			t.Errorf("attributes %v", u.Attrs)
		}
		for _, d := range dialects {
			face := &Face{Dialect: d}
			if dst = append(u.AppendAttrsJSON(append(dst[:0], '{'), face), '}'); !json.Valid(dst) {
				t.Errorf("dialect %d: not JSON: %s", d, dst)
			}
			if dst = u.AppendAttrsText(dst[:0], face); bytes.IndexByte(dst, '\n') >= 0 {
				t.Errorf("dialect %d: text %q", d, dst)
			}
		}
	}
	if !bytes.Equal(body, before) {
		t.Error("the message was written to")
	}
}

// FuzzAttrValue takes octets as the value of each attribute: what passes check can
// be shown, written, and read back.
func FuzzAttrValue(f *testing.F) {
	f.Add(uint8(AttrASPath), bgptest.Hex("02010000fdea 01020000000100000002"), true)
	f.Add(uint8(AttrExtCommunity), bgptest.Hex("0702000000fa4064"), true)
	f.Add(uint8(AttrAIGP), bgptest.Hex("01000b00000000000003e8"), true)
	f.Add(uint8(AttrIPv6ExtCommunity), bgptest.Hex("000c20010db80000000000000000000000090000"), true)
	f.Add(uint8(AttrLargeCommunity), bytes.Repeat([]byte{7}, 24), true)
	f.Add(uint8(99), []byte{1}, true)
	f.Fuzz(func(t *testing.T, code uint8, v []byte, old bool) {
		if len(v) > 1<<15 {
			return
		}
		flags := uint8(optionalTrans)
		if r := AttrCode(code).row(); r != nil {
			flags = r.flags
		}
		a := MakeAttrs(append(appendAttrHead(nil, AttrCode(code), flags, len(v)), v...))
		for _, d := range dialects {
			face := &Face{Dialect: d}
			if js := append(a.AppendJSON([]byte{'{'}, face), '}'); !json.Valid(js) {
				t.Errorf("dialect %d: not JSON: %s", d, js)
			}
			a.AppendText(nil, face)
		}
		// What is written on a four-octet session is what is kept; on a two-octet one
		// the receiver restores it.
		n := &Negotiated{LocalAS: 65000, PeerAS: 65000, ASN4: !old, Families: Families()}
		attrs := appendAttrs(nil, a, n, netip.AddrFrom4([4]byte{192, 0, 2, 1}), false)
		if code == byte(AttrMPReach) || code == byte(AttrMPUnreach) {
			return
		}
		body := append(appendU16([]byte{0, 0}, len(attrs)), attrs...)
		var u Update
		if err := ParseUpdate(&u, append(body, 8, 10), n); err != nil {
			t.Fatal(err)
		}
		r := AttrCode(code).row()
		if r == nil || r.codec == nil || u.Fault != nil {
			return
		}
		switch {
		case r.codec.check(v, nil) != nil:
			return // octets that do not fit may read as something else
		case old && code == byte(AttrASPath) && (hasSegment(v, segmentConfedSeq) || hasSegment(v, segmentConfedSet)):
			return // AS4_PATH has no confederations: behind its start they are lost
		}
		if got := u.attr(AttrCode(code)); got == nil || !bytes.Equal(got.Value, v) {
			t.Errorf("%s: sent %x, read %v", AttrCode(code), v, got)
		}
	})
}

// FuzzAttrWords builds attributes from words. What their text says, where there is
// a grammar for it, gives the same octets.
func FuzzAttrWords(f *testing.F) {
	f.Add(typicalWords)
	f.Add("aggregator ( 65000:1.2.3.4 ) atomic-aggregate originator-id 9.9.9.9 cluster-list [ 1.1.1.1 2.2.2.2 ] aigp 0x10")
	f.Add("extended-community [ target:65000:1 origin:1.2.3.4:5 l2info:1:2:3:4 bandwidth:1:5 ] large-community [ 1:2:3 0x5 ]")
	f.Add("bgp-prefix-sid [ 1, [ ( 2,3 ) ] ] pmsi ( ingress-replication 10.0.0.1 label 5 ) tunnel-encap [ 8:0x0101ff ] otc 1")
	f.Add("bgp-prefix-sid-srv6 ( l3-service 2001:db8:: 0x13 [40,24,16,0,16,64] )")
	f.Add("attribute [ 0x16 0xc0 0x00 ] attribute [ 0x28 0xc0 0x ] attribute [ 0x17 0xc0 0x01 ] attribute [ 0x02 0x40 0x03 ] attribute [ 0x23 0xc0 0x00 ]")
	f.Add("attribute [ 0x99 0x70 0x0102 ] as-path [ 1 ( 2 3 ) ] extended-community-ipv6 0x000220010DB80000000000000000000000090064")
	f.Fuzz(func(t *testing.T, words string) {
		var b AttrBuilder
		var c lex.Cursor
		c.Reset(words)
		a, err := buildAttrs(&b, &c)
		last := -1
		for v := range AttrBlock(a.Octets()).All() {
			if int(v.Code) <= last {
				t.Errorf("%s: code %d behind %d", words, v.Code, last)
			}
			last = int(v.Code)
		}
		if err != nil {
			return
		}
		for v := range AttrBlock(a.Octets()).All() {
			// Its words may make another: it may have been given octet by octet. What
			// they make has those words.
			made := rewritten(&b, AppendAttrWords(nil, Family{}, &v))
			if again := rewritten(&b, made.appendWords(nil)); again != made {
				t.Errorf("%x reads as %x, then as %x", v.Value, made.Octets(), again.Octets())
			}
		}
	})
}

// rewritten gives the attributes that words make; none when they are no words.
func rewritten(b *AttrBuilder, words []byte) Attrs {
	var c lex.Cursor
	c.Reset(string(words))
	a, err := buildAttrs(b, &c)
	if err != nil {
		return Attrs{}
	}
	return a
}

func (a Attrs) appendWords(dst []byte) []byte {
	for v := range AttrBlock(a.Octets()).All() {
		dst = AppendAttrWords(dst, Family{}, &v)
	}
	return dst
}

// fuzzAttr takes octets as the value of one attribute: what passes check can be shown,
// in one line and as JSON, in every dialect.
func fuzzAttr(f *testing.F, code AttrCode) {
	f.Helper()
	f.Fuzz(func(t *testing.T, v []byte) {
		r := code.row()
		if r.check(v, external()) != nil {
			return
		}
		for _, d := range dialects {
			face := &Face{Dialect: d}
			if js := append(r.codec.appendJSON([]byte{'{'}, v, face), '}'); !json.Valid(js) {
				t.Errorf("dialect %v: not JSON: %s", d, js)
			}
			if text := r.codec.appendText(nil, v, face); bytes.IndexByte(text, '\n') >= 0 {
				t.Errorf("dialect %v: text %q", d, text)
			}
		}
	})
}
