package bgp

import (
	"fmt"

	"github.com/herald-bgp/herald/internal/lex"
)

// vplsNLRI is the NLRI of L2VPN VPLS (RFC 4761 §3.2.2):
//
//	0: length of what follows (2)  2: RD (8)  10: VE ID (2)  12: VE block offset (2)
//	14: VE block size (2)  16: label base (3)
//
// Those of auto-discovery (RFC 6074 §3.2.2.1), RD and an address, share the family
// and are shown as octets.
type vplsNLRI struct{}

const (
	vplsLen          = 19
	vplsDiscoveryLen = 2 + rdLen + 4
)

// Places of scratch.num, and bits of scratch.given.
const (
	vplsEndpoint = iota
	vplsBase
	vplsOffset
	vplsSize
	vplsNumbers
)

func (vplsNLRI) next(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, errShort
	}
	n := 2 + u16(b, 0)
	switch {
	case n > len(b):
		return 0, errShort
	case n < vplsLen && n != vplsDiscoveryLen:
		return n, malformed{errLength}
	}
	return n, nil
}

func (vplsNLRI) appendKey(dst, nlri []byte) []byte { return append(dst, nlri...) }

func (vplsNLRI) word(s *scratch, w string, c *lex.Cursor) bool {
	switch w {
	case "endpoint":
		s.number(vplsEndpoint, c.Uint(1<<16-1))
	case "base":
		s.number(vplsBase, c.Uint(labelMax))
	case "offset":
		s.number(vplsOffset, c.Uint(1<<16-1))
	case "size":
		s.number(vplsSize, c.Uint(1<<16-1))
	default:
		return false
	}
	return true
}

func (vplsNLRI) finish(dst []byte, s *scratch) ([]byte, error) {
	if !s.hasRD {
		return dst, missingWord("vpls", "route-distinguisher")
	}
	for i, word := range [vplsNumbers]string{"endpoint", "base", "offset", "size"} {
		if !s.has(i) {
			return dst, missingWord("vpls", word)
		}
	}
	base, size := s.num[vplsBase], s.num[vplsSize]
	if base+size > labelMax+1 {
		return dst, fmt.Errorf("label block %d+%d exceeds 20 bits", base, size)
	}
	dst = append(appendU16(dst, vplsLen-2), s.rd[:]...)
	dst = appendU16(appendU16(appendU16(dst, s.num[vplsEndpoint]), s.num[vplsOffset]), size)
	return appendU24(dst, base<<4|labelBottom), nil
}

// appendText: ExaBGP's 5.0 and 4.2 leave a blank where there is no next hop; vector W2.
func (vplsNLRI) appendText(dst, nlri []byte, f *Face) []byte {
	if len(nlri) < vplsLen {
		dst = appendHex(append(dst, "vpls 0x"...), nlri, upperHex)
	} else {
		dst = appendRD(append(dst, "vpls rd "...), nlri[2:])
		dst = appendUint(dst, " endpoint ", u16(nlri, 10))
		dst = appendUint(dst, " base ", u24(nlri, 16)>>4)
		dst = appendUint(dst, " offset ", u16(nlri, 12))
		dst = appendUint(dst, " size ", u16(nlri, 14))
	}
	if f.NextHop == nil && !f.Dialect.Main() {
		return append(dst, ' ')
	}
	return appendNextHopText(dst, f)
}

func (vplsNLRI) appendJSON(dst, nlri []byte, f *Face) []byte {
	if len(nlri) < vplsLen {
		return genericNLRI{}.appendJSON(dst, nlri, f)
	}
	dst = appendRD(append(dst, `{ "rd": "`...), nlri[2:])
	dst = appendUint(dst, `", "endpoint": `, u16(nlri, 10))
	dst = appendUint(dst, `, "base": `, u24(nlri, 16)>>4)
	dst = appendUint(dst, `, "offset": `, u16(nlri, 12))
	dst = appendUint(dst, `, "size": `, u16(nlri, 14))
	return append(dst, " }"...)
}
