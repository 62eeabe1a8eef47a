package bgp

import "errors"

// flowNLRI is the NLRI of flow rules (RFC 8955 §4, RFC 8956 §3,
// draft-ietf-idr-flowspec-l2vpn-05):
//
//	0: length of all that follows (1), from 240 on in two octets as 0xf000 + length
//	1: RD (8)        only with rd (RFC 8955 §8)
//	   components: type (1), then a prefix or tests, in ascending order of type
//
// A prefix is its length in bits and as many octets as it needs; in IPv6 an offset
// stands between, the number of leading bits that do not matter. A test is an
// operator and a value of 1, 2, 4 or 8 octets:
//
//	end of list, and with the one before, length of the value (2 bits), 0, <, >, =   numbers
//	                                                                 0, 0, not, match bit masks
//
// A MAC address is its length, 6, and its octets.
//
// Deviation: L2VPN routes are those of version 05 of their draft, as in Ryu and GoBGP, and
// not of its later ones.
type flowNLRI struct {
	l2, v6, rd bool
}

const (
	flowTwoOctets = 0xf0  // the length takes two octets
	flowMax       = 0xfff // the longest rule

	flowEnd  = 0x80 // of the list of tests
	flowAnd  = 0x40 // with the test before
	flowSize = 0x30 // of the value: 1, 2, 4 or 8 octets
	flowTest = 0x0f
	flowNot  = 0x02 // of a bit mask
)

var (
	errOrder     = errors.New("components out of order")
	errComponent = errors.New("unknown component")
	errFlowEmpty = errors.New("a flow route needs a match")
	errFlowRD    = errors.New("a route of family flow-vpn requires rd")
	errFlowLong  = errors.New("a flow route takes at most 4095 octets")
	errFlowLabel = errors.New("flow-label is a match of IPv6: the route needs an IPv6 prefix")
)

func (k flowNLRI) next(b []byte) (int, error) {
	head, n := flowLength(b)
	if head == 0 || n > len(b) {
		return 0, errShort
	}
	rules := b[head:n]
	if k.rd {
		if len(rules) < rdLen {
			return n, malformed{errShort}
		}
		rules = rules[rdLen:]
	}
	// RFC 8955 §4.2: what is not understood costs the rule it stands in.
	if err := k.check(rules, false); err != nil && (!k.v6 || k.check(rules, true) != nil) {
		return n, malformed{err}
	}
	return n, nil
}

// flowLength reads the length of the NLRI that b begins with: the octets that it
// takes itself, 0 when they are missing, and those of the whole NLRI.
func flowLength(b []byte) (head, n int) {
	switch {
	case len(b) == 0:
		return 0, 0
	case b[0] < flowTwoOctets:
		return 1, 1 + int(b[0])
	case len(b) == 1:
		return 0, 0
	}
	return 2, 2 + u16(b, 0)&flowMax
}

// check validates the components of a rule. RFC 8955 §4.2: they are known, in
// ascending order, and none is there twice; at least one is.
func (k flowNLRI) check(rules []byte, short bool) error {
	if len(rules) == 0 {
		return errEmpty
	}
	last := byte(0)
	for len(rules) > 0 {
		id := rules[0]
		if k.component(id) == nil {
			return errComponent
		}
		if id <= last {
			return errOrder
		}
		n, err := k.measure(rules, short)
		if err != nil {
			return err
		}
		last, rules = id, rules[n:]
	}
	return nil
}

// component returns the row of a component, nil when the AFI lacks it.
func (k flowNLRI) component(id byte) *flowRow {
	if int(id) >= len(flowTable) {
		return nil
	}
	r := &flowTable[id]
	if k.name(r) == "" {
		return nil
	}
	return r
}

// name returns what the AFI calls a component, "" when it has none.
func (k flowNLRI) name(r *flowRow) string {
	switch {
	case k.l2:
		return r.nameL2
	case k.v6:
		return r.name6
	}
	return r.name4
}

// measure returns the length of the first component, type included. Short tells the
// two forms of an IPv6 prefix apart.
func (k flowNLRI) measure(rules []byte, short bool) (int, error) {
	switch flowTable[rules[0]].kind {
	case flowPrefix:
		return k.measurePrefix(rules, short)
	case flowMAC:
		return measureMAC(rules)
	case flowNumber, flowBits:
	}
	for n := 1; n < len(rules); {
		op := rules[n]
		if n += 1 + flowWidth(op); n <= len(rules) && op&flowEnd != 0 {
			return n, nil
		}
	}
	return 0, errShort
}

// measureMAC: type, length, address.
func measureMAC(rules []byte) (int, error) {
	switch {
	case len(rules) < 2+macLen:
		return 0, errShort
	case rules[1] != macLen:
		return 0, errLength
	}
	return 2 + macLen, nil
}

// flowWidth returns the length of the value behind an operator.
func flowWidth(op byte) int { return 1 << (op & flowSize >> 4) }

// measurePrefix: type, bits, offset only in IPv6, octets. RFC 8956 §3.1 leaves out
// the bits before the offset; that is the short form.
//
// ExaBGP: it sends and reads them. A rule that makes sense only without them is
// read so. Pinned by conf-flow.
func (k flowNLRI) measurePrefix(rules []byte, short bool) (int, error) {
	head, most, offset := 2, 32, 0
	if k.v6 {
		head, most = 3, 128
	}
	if len(rules) < head {
		return 0, errShort
	}
	bits := int(rules[1])
	if k.v6 {
		offset = int(rules[2])
	}
	// RFC 8956 §3.1: the offset is below the length, but for the prefix of all addresses.
	if bits > most || offset > 0 && offset >= bits {
		return 0, errLength
	}
	if short {
		bits -= offset
	}
	n := head + (bits+7)/8
	if n > len(rules) {
		return 0, errShort
	}
	return n, nil
}

// flowView is an NLRI of flowNLRI taken apart.
type flowView struct {
	rd    []byte // nil when the family has none
	rules []byte
	short bool // IPv6 prefixes are in the form of RFC 8956
}

// view takes a valid NLRI apart.
func (k flowNLRI) view(nlri []byte) flowView {
	head, n := flowLength(nlri)
	v := flowView{rules: nlri[head:n]}
	if k.rd {
		v.rd, v.rules = v.rules[:rdLen], v.rules[rdLen:]
	}
	v.short = k.v6 && k.check(v.rules, false) != nil
	return v
}

// appendKey: all octets behind the length, which can be written in two ways.
func (flowNLRI) appendKey(dst, nlri []byte) []byte {
	head, _ := flowLength(nlri)
	return append(dst, nlri[head:]...)
}

// choose: an IPv6 prefix makes the route one of IPv6, where nothing else tells, and
// an rd one of VPN.
func (flowNLRI) choose(f Family, s *scratch) (Family, error) {
	if f.AFI == 0 {
		if f.AFI = s.flowAFI(); f.AFI == 0 {
			f.AFI = AFIIPv4
		}
	}
	switch {
	case s.hasRD:
		f.SAFI = SAFIFlowVPN
	case f.SAFI == SAFIFlowVPN:
		return f, errFlowRD
	}
	return f, nil
}

// finish puts the components together that word left in s.octets.
func (k flowNLRI) finish(dst []byte, s *scratch) ([]byte, error) {
	start := len(dst)
	dst = append(dst, 0, 0)
	if k.rd {
		dst = append(dst, s.rd[:]...)
	}
	empty := len(dst)
	for id := range byte(len(flowTable)) {
		dst = appendFlowComponent(dst, s.octets, id)
	}
	n := len(dst) - start - 2
	switch {
	case len(dst) == empty:
		return dst[:start], errFlowEmpty
	case s.has(flowLabel) && !k.v6:
		return dst[:start], errFlowLabel
	case n > flowMax:
		return dst[:start], errFlowLong
	case n >= flowTwoOctets:
		dst[start], dst[start+1] = flowTwoOctets|byte(n>>8), byte(n)
		return dst, nil
	}
	// The length takes one octet: what follows it moves up.
	dst[start] = byte(n)
	return append(dst[:start+1], dst[start+2:]...), nil
}

// appendFlowComponent appends component id. A word that was repeated makes one list.
func appendFlowComponent(dst, records []byte, id byte) []byte {
	last := 0 // offset of the last operator
	for len(records) > 0 {
		r := flowRecord(records)
		records = records[len(r):]
		if r[0] != id {
			continue
		}
		if last == 0 {
			dst = append(dst, id)
		} else {
			dst[last] &^= flowEnd
		}
		last = len(dst) + u16(r, 3)
		dst = append(dst, r[flowRecordHead:]...)
	}
	return dst
}

// A record is a component as word leaves it in the octets of a scratch:
//
//	0: type (1)  1: length of the rest (2)  3: offset of its last operator (2)  5: octets
const flowRecordHead = 5

// flowRecord returns the first record of b.
func flowRecord(b []byte) []byte { return b[:flowRecordHead+u16(b, 1)] }
