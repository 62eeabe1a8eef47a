package bgp

import (
	"fmt"

	"github.com/herald-bgp/herald/internal/lex"
)

// srPolicyNLRI is the NLRI of SR policies (RFC 9830 §2.1):
//
//	0: length of what follows in bits (1)  1: distinguisher (4)  5: color (4)
//	9: endpoint (4 or 16)
type srPolicyNLRI struct{ afi AFI }

const srPolicyHead = 9

// Places of scratch.num and bits of scratch.given. The bits from srPolicySub on are
// those of the words of its tunnel.
const (
	srPolicyDistinguisher = iota
	srPolicyColor
	srPolicyEndpoint
	srPolicySub

	srPolicyEndpointAddr = 0
)

func (k srPolicyNLRI) size() int {
	if k.afi == AFIIPv6 {
		return srPolicyHead + 16
	}
	return srPolicyHead + 4
}

// next: RFC 9830 §5 has a route of another length ignored. What stands behind it
// cannot be trusted.
func (k srPolicyNLRI) next(b []byte) (int, error) {
	switch n := k.size(); {
	case len(b) == 0:
		return 0, errShort
	case int(b[0]) != 8*(n-1):
		return len(b), malformed{errLength}
	case n > len(b):
		return 0, errShort
	default:
		return n, nil
	}
}

func (srPolicyNLRI) appendKey(dst, nlri []byte) []byte { return append(dst, nlri...) }

func (k srPolicyNLRI) word(s *scratch, w string, c *lex.Cursor) bool {
	switch w {
	case "distinguisher":
		s.number(srPolicyDistinguisher, c.Uint(1<<32-1))
		return true
	case "color":
		s.number(srPolicyColor, c.Uint(1<<32-1))
		return true
	case "endpoint":
		s.addr[srPolicyEndpointAddr] = c.Addr()
		s.given |= 1 << srPolicyEndpoint
		return true
	}
	for i := range policyWords {
		p := &policyWords[i]
		if p.word != w || s.attrs == nil {
			continue
		}
		if p.kind != policySegmentList && s.has(srPolicySub+i) {
			c.Failf("'%s' is given twice", w)
		}
		s.given |= 1 << (srPolicySub + i)
		s.attrs.take(AttrTunnelEncap, p, c)
		return true
	}
	return false
}

// choose: where no word tells the family of addresses, the endpoint does.
func (k srPolicyNLRI) choose(f Family, s *scratch) (Family, error) {
	afi := AFIIPv4
	if s.addr[srPolicyEndpointAddr].Is6() {
		afi = AFIIPv6
	}
	switch {
	case f.AFI == 0:
		f.AFI = afi
	case s.has(srPolicyEndpoint) && f.AFI != afi:
		return f, fmt.Errorf("the endpoint '%s' is not an address of the family", s.addr[srPolicyEndpointAddr])
	}
	return f, nil
}

func (k srPolicyNLRI) finish(dst []byte, s *scratch) ([]byte, error) {
	if s.hasRD {
		return dst, errNotVPN
	}
	for i, word := range [srPolicySub]string{"distinguisher", "color", "endpoint"} {
		if !s.has(i) {
			return dst, missingWord("sr-policy", word)
		}
	}
	dst = append(dst, byte(8*(k.size()-1)))
	dst = appendU32(appendU32(dst, s.num[srPolicyDistinguisher]), s.num[srPolicyColor])
	return appendAddrOctets(dst, s.addr[srPolicyEndpointAddr]), nil
}

func (k srPolicyNLRI) appendText(dst, nlri []byte, f *Face) []byte {
	if f.Show {
		dst = appendUint(dst, "sr-policy distinguisher ", u32(nlri, 1))
		dst = appendUint(dst, " color ", u32(nlri, 5))
		dst = appendAddr(append(dst, " endpoint "...), nlri[srPolicyHead:])
	} else {
		dst = appendFamilyText(dst, Family{k.afi, SAFISRPolicy})
	}
	return appendNextHopText(dst, f)
}

func (srPolicyNLRI) appendJSON(dst, nlri []byte, f *Face) []byte {
	dst = appendUint(dst, `{"distinguisher": `, u32(nlri, 1))
	dst = appendUint(dst, `, "color": `, u32(nlri, 5))
	dst = append(appendAddr(append(dst, `, "endpoint": "`...), nlri[srPolicyHead:]), '"')
	return append(appendPathIDJSON(dst, f), '}')
}
