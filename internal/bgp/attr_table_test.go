package bgp

import (
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/lex"
)

// attrSamples has the words of an attribute for each keyword, and octets for what
// has none.
func attrSamples() map[AttrCode]string {
	return map[AttrCode]string{
		AttrOrigin: "egp", AttrASPath: "[ 65000 4200000000 ] ( 1 2 )", AttrNextHop: "192.0.2.1", AttrMED: "5", AttrLocalPref: "200",
		AttrAtomicAggregate: "", AttrAggregator: "( 65000:192.0.2.1 )", AttrCommunity: "[ 65000:1 no-export ]",
		AttrOriginatorID: "192.0.2.2", AttrClusterList: "[ 192.0.2.3 192.0.2.4 ]", AttrExtCommunity: "[ target:65000:1 0x0102030405060708 ]",
		AttrIPv6ExtCommunity: "0x000220010DB80000000000000000000000090064", AttrAIGP: "100", AttrLargeCommunity: "[ 1:2:3 4:5:6 ]",
		AttrBGPLS: "[ node-name r1 igp-metric 10 ]",
		AttrPMSI:  "( ingress-replication 192.0.2.1 label 16 )", AttrTunnelEncap: "[ 8:0x0101ff 2:0x ]", AttrOTC: "65000",
		AttrPrefixSID: "[ 7, [ ( 16000,8000 ) ] ]",
	}
}

func TestAttrTable(t *testing.T) {
	names := map[string]AttrCode{}
	words := map[AttrCode]bool{}
	known := map[string]bool{}
	for _, w := range attrWords {
		if known[w.word] {
			t.Errorf("%s: two places among the words", w.word)
		}
		if r := w.code.row(); r == nil || w.words == nil && r.name != w.word {
			t.Errorf("%s: not the keyword of %s", w.word, w.code)
		}
		known[w.word], words[w.code] = true, true
	}
	for i := range attrTable {
		code, r := AttrCode(i), &attrTable[i]
		if r.name == "" {
			if words[code] || r.codec != nil {
				t.Errorf("attribute %d: half a row", code)
			}
			continue
		}
		if other, twice := names[r.name]; twice {
			t.Errorf("attributes %d and %d are both %q", code, other, r.name)
		}
		names[r.name] = code
		switch {
		case r.flags&^flagMask != 0, r.flags == 0:
			t.Errorf("%s: flags %#x", code, r.flags)
		case r.bad < ActionDiscard || r.bad == ActionDisable:
			t.Errorf("%s: a malformed one costs %v", code, r.bad)
		case r.rfc == "":
			t.Errorf("%s: no RFC", code)
		case r.sort > maxRecord, r.unique && r.sort == 0, r.merge && r.sort == 0 && r.join == nil:
			t.Errorf("%s: records of %d octets", code, r.sort)
		case (r.codec == nil) == (code != AttrMPReach && code != AttrMPUnreach && code != AttrAS4Path && code != AttrAS4Aggregator):
			t.Errorf("%s: codec %v", code, r.codec)
		case r.codec == nil:
			continue
		}
		words, sampled := attrSamples()[code]
		if !sampled {
			t.Errorf("%s: no sample", code)
			continue
		}
		var c lex.Cursor
		c.Reset(words)
		v := r.codec.parse(&c, nil)
		if err := c.Err(); err != nil || c.More() || r.check(v, external()) != nil {
			t.Errorf("%s: %q gives %x, %v", code, words, v, err)
		}
		if r.check(nil, external()) == nil != r.empty {
			t.Errorf("%s: the empty value", code)
		}
	}
}

// ATOMIC_AGGREGATE and its like: RFC 7606 has a row for each.
func TestAttrActions(t *testing.T) {
	for code, want := range map[AttrCode]Action{
		AttrOrigin: ActionWithdraw, AttrASPath: ActionWithdraw, AttrNextHop: ActionWithdraw, AttrMED: ActionWithdraw, // §7.1 to §7.4
		AttrLocalPref: ActionWithdraw, AttrAtomicAggregate: ActionDiscard, AttrAggregator: ActionDiscard, // §7.5 to §7.7
		AttrCommunity: ActionWithdraw, AttrOriginatorID: ActionWithdraw, AttrClusterList: ActionWithdraw, // §7.8 to §7.10
		AttrMPReach: ActionReset, AttrMPUnreach: ActionReset, // §7.11, §7.12
		AttrExtCommunity: ActionWithdraw, AttrIPv6ExtCommunity: ActionWithdraw, // §7.14, §7.15
		AttrAS4Path: ActionDiscard, AttrAS4Aggregator: ActionDiscard, // RFC 6793 §6
		AttrPMSI: ActionWithdraw, AttrTunnelEncap: ActionWithdraw, // RFC 6514 §5, RFC 9012 §13
		AttrOTC: ActionWithdraw, AttrPrefixSID: ActionDiscard, // RFC 9234 §5, RFC 8669 §6
		AttrAIGP: ActionDiscard, AttrLargeCommunity: ActionWithdraw, // RFC 7311 §3.4, RFC 8092 §6
	} {
		if got := code.row().bad; got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
}

func TestExtCommunityTable(t *testing.T) {
	kinds, words := map[[2]byte]bool{}, map[string]bool{}
	for _, r := range extCommunityTable {
		if r.layout != layoutNone {
			if kinds[r.kind] {
				t.Errorf("kind %x: two rows", r.kind)
			}
			kinds[r.kind] = true
		}
		if r.rfc == "" || r.layout == layoutNone && r.word == "" {
			t.Errorf("kind %x: half a row", r.kind)
		}
		if r.word == "" {
			continue
		}
		if words[r.word] {
			t.Errorf("%s: two rows", r.word)
		}
		words[r.word] = true
		size := 0
		for _, f := range strings.Replace(r.fields, "f", "4", 1) {
			size += int(f - '0')
		}
		if size != 0 && size != extCommunityLen-2 {
			t.Errorf("%s: fields of %d octets", r.word, size)
		}
		if r.value != nil { // it makes all octets
			if r.head != ([2]byte{}) || r.fields != "" || r.long != "" {
				t.Errorf("%s: two grammars", r.word)
			}
			continue
		}
		if r.head[0]&0x0f != r.kind[0] || r.head[1] != r.kind[1] {
			t.Errorf("%s: head %x of kind %x", r.word, r.head, r.kind)
		}
	}
	for _, r := range extCommunityTable {
		if r.long != "" && !words[r.long] {
			t.Errorf("%s: no row for %s", r.word, r.long)
		}
	}
}

func TestAttrCodeString(t *testing.T) {
	for code, want := range map[AttrCode]string{AttrASPath: "as-path", 99: "attribute 99"} {
		if got := code.String(); got != want {
			t.Errorf("%d: %s, want %s", code, got, want)
		}
	}
}
