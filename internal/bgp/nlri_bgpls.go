package bgp

import "github.com/herald-bgp/herald/internal/lex"

// bgplsNLRI is the NLRI of BGP-LS and, with a route distinguisher, of BGP-LS-VPN
// (RFC 9552 §5.2):
//
//	0: type (2)  2: length of what follows (2)
//	4: RD (8)            only with vpn
//	   protocol (1)      which the object was learned by
//	   identifier (8)    of the instance of the protocol
//	   descriptors       TLVs by ascending type
//
// What is not known is kept: types, protocols, descriptors and what is in those of a
// node. They are shown as octets.
type bgplsNLRI struct{ vpn bool }

const (
	bgplsHead = 4
	bgplsBody = 9 // protocol and identifier
)

// Descriptors, and those of a node.
const (
	lsLocalNode    = 256
	lsRemoteNode   = 257
	lsLinkID       = 258
	lsInterface4   = 259
	lsNeighbor4    = 260
	lsInterface6   = 261
	lsNeighbor6    = 262
	lsMultiTopo    = 263
	lsOSPFRoute    = 264
	lsReachability = 265
	lsSRv6SID      = 518

	lsNodeAS     = 512
	lsNodeBGPLS  = 513
	lsNodeArea   = 514
	lsNodeRouter = 515
)

// bgplsView is a route taken apart.
type bgplsView struct {
	row         *bgplsRow // nil: a type that is not known
	rd          []byte
	protocol    byte
	identifier  uint64
	descriptors []byte
}

func (k bgplsNLRI) next(b []byte) (int, error) {
	if len(b) < bgplsHead || len(b) < bgplsHead+u16(b, 2) {
		return 0, errShort
	}
	n := bgplsHead + u16(b, 2)
	v, err := k.view(b[:n])
	if err == nil {
		err = v.check()
	}
	if err != nil { // RFC 9552 §8.2.2: it does not cost the others
		return n, malformed{err}
	}
	return n, nil
}

// view takes a whole NLRI apart.
func (k bgplsNLRI) view(nlri []byte) (v bgplsView, err error) {
	v.row = bgplsRowOf(u16(nlri, 0))
	b := nlri[bgplsHead:]
	switch {
	case v.row == nil:
		return v, nil
	case k.vpn:
		if len(b) < rdLen {
			return v, errShort
		}
		v.rd, b = b[:rdLen], b[rdLen:]
	}
	if len(b) < bgplsBody {
		return v, errShort
	}
	v.protocol, v.identifier, v.descriptors = b[0], u64(b, 1), b[bgplsBody:]
	return v, nil
}

// check validates what is known of the descriptors. Their order is not: RFC 7752 did
// not demand one.
func (v *bgplsView) check() error {
	if v.row == nil {
		return nil
	}
	found := v.row.needs == 0
	for b := v.descriptors; len(b) > 0; {
		code, value, rest, ok := cutTLV22(b)
		if !ok {
			return errShort
		}
		if err := v.checkDescriptor(code, value); err != nil {
			return err
		}
		found = found || code == v.row.needs
		b = rest
	}
	if !found {
		return errValue
	}
	return nil
}

func (v *bgplsView) checkDescriptor(code int, b []byte) error {
	switch code {
	case lsLocalNode, lsRemoteNode:
		return v.checkNode(b)
	case lsReachability:
		return v.checkReachability(b)
	}
	if r := lsDescriptorOf(code); r != nil && !r.fits(len(b)) {
		return errLength
	}
	return nil
}

// checkNode validates the descriptors of a node.
func (v *bgplsView) checkNode(b []byte) error {
	for len(b) > 0 {
		code, value, rest, ok := cutTLV22(b)
		if !ok {
			return errShort
		}
		r := lsNodeOf(code)
		if r != nil && !r.fits(len(value)) || code == lsNodeRouter && !v.routerID(len(value)) {
			return errLength
		}
		b = rest
	}
	return nil
}

// routerID reports whether the router of the protocol may have an identifier of n
// octets (RFC 9552 §5.2.1.4). Other protocols may have any.
func (v *bgplsView) routerID(n int) bool {
	switch {
	case v.isis():
		return n == 6 || n == 7
	case v.ospf():
		return n == 4 || n == 8
	}
	return true
}

func (v *bgplsView) isis() bool { return v.protocol == lsISISL1 || v.protocol == lsISISL2 }
func (v *bgplsView) ospf() bool { return v.protocol == lsOSPFv2 || v.protocol == lsOSPFv3 }

// checkReachability validates a prefix: its length in bits, then as many octets as it
// needs (RFC 9552 §5.2.3.2). More are read, as in ExaBGP.
func (v *bgplsView) checkReachability(b []byte) error {
	most := v.row.bits
	switch {
	case most == 0:
		return nil
	case len(b) == 0:
		return errShort
	case int(b[0]) > most || len(b) > 1+most/8 || len(b) < 1+(int(b[0])+7)/8:
		return errLength
	}
	return nil
}

// descriptor returns the value of the first descriptor of a code, nil when there is none.
func (v *bgplsView) descriptor(want int) []byte {
	for b := v.descriptors; len(b) > 0; {
		code, value, rest, ok := cutTLV22(b)
		if !ok {
			return nil
		}
		if code == want {
			return value
		}
		b = rest
	}
	return nil
}

func (bgplsNLRI) appendKey(dst, nlri []byte) []byte { return append(dst, nlri...) }

func (k bgplsNLRI) word(s *scratch, w string, c *lex.Cursor) bool { return lsWord(s, w, c) }

func (k bgplsNLRI) finish(dst []byte, s *scratch) ([]byte, error) { return k.build(dst, s) }
