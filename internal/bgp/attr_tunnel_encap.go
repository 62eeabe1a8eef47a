package bgp

import (
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// tunnelEncapAttr is Tunnel Encapsulation (RFC 9012 §2): tunnels.
//
//	0: tunnel type (2)  2: length (2)  4: sub-TLVs
//
// A sub-TLV has a type (1) and a length, of one octet for types below 128 and of two
// for the others. Those of SR policies, type 15, are in attr_sr_policy.go.
//
// ExaBGP: 5.0 and 4.2 do not know the attribute; vectors T30, T31. Nor do they know SR
// policies, so that their dialects show those as main does.
type tunnelEncapAttr struct{}

const tunnelSRPolicy = 15

// cutSubTLV cuts a sub-TLV of a tunnel.
func cutSubTLV(b []byte) (kind byte, value, rest []byte, ok bool) {
	if len(b) > 0 && b[0] >= 128 {
		return cutTLV12(b)
	}
	return cutTLV11(b)
}

func (tunnelEncapAttr) check(v []byte, _ *Negotiated) error {
	if len(v) == 0 {
		return errEmpty
	}
	for len(v) > 0 {
		kind, tunnel, rest, ok := cutTLV22(v)
		if !ok {
			return errShort
		}
		for len(tunnel) > 0 {
			sub, value, more, ok := cutSubTLV(tunnel)
			if !ok {
				return errShort
			}
			if kind == tunnelSRPolicy && !validPolicy(sub, value) {
				return errLength
			}
			tunnel = more
		}
		v = rest
	}
	return nil
}

// parse takes tunnels as octets: "[ 8:0x0101ff ]", each with its type. SR policies
// have words of their own.
func (tunnelEncapAttr) parse(c *lex.Cursor, dst []byte) []byte {
	for w := range c.List {
		number, value, _ := strings.Cut(w, ":")
		kind, ok := parseUint(number, 1<<16-1)
		at := len(dst)
		if ok {
			dst, ok = appendHexDigits(append(appendU16(dst, kind), 0, 0), value)
		}
		if !ok {
			c.Fail("a tunnel: its type, ':', 0x and hexadecimal digits")
			break
		}
		dst = closeTunnel(dst, at, c)
	}
	return dst
}

// closeTunnel fills in the length of the tunnel that begins at an offset of dst.
func closeTunnel(dst []byte, at int, c *lex.Cursor) []byte {
	n := len(dst) - at - 4
	if n > maxAttrValue-4 {
		c.Failf("the tunnel takes %d octets, expected at most %d", n, maxAttrValue-4)
	}
	putU16(dst[at+2:], n)
	return dst
}

// joinTunnels makes one of each run of SR policy tunnels: each of their words made one.
func joinTunnels(v []byte) []byte {
	n, open := 0, -1
	for rest := v; len(rest) > 0; {
		kind, value, next, ok := cutTLV22(rest)
		switch {
		case !ok:
			return v[:n+copy(v[n:], rest)]
		case kind == tunnelSRPolicy && open >= 0:
			n += copy(v[n:], value)
			putU16(v[open+2:], n-open-4)
		default:
			if open = -1; kind == tunnelSRPolicy {
				open = n
			}
			n += copy(v[n:], rest[:len(rest)-len(next)])
		}
		rest = next
	}
	return v[:n]
}

// unnamed reports whether a dialect shows the attribute as an unknown one.
func (tunnelEncapAttr) unnamed(v []byte, f *Face) bool {
	return !f.Dialect.Main() && u16(v, 0) != tunnelSRPolicy
}

func (a tunnelEncapAttr) appendText(dst, v []byte, f *Face) []byte {
	if a.unnamed(v, f) {
		return appendUnnamedText(dst, AttrTunnelEncap, v)
	}
	sep := " tunnel-encap tunnel-encap ["
	for len(v) > 0 {
		kind, value, rest, _ := cutTLV22(v)
		dst = append(dst, sep...)
		if kind == tunnelSRPolicy {
			dst = appendPolicyText(dst, value, f)
		} else {
			dst = appendUint(dst, "tunnel-type:", kind)
		}
		v, sep = rest, ", "
	}
	return append(dst, ']')
}

func (a tunnelEncapAttr) appendJSON(dst, v []byte, f *Face) []byte {
	if a.unnamed(v, f) {
		return appendUnnamedJSON(dst, AttrTunnelEncap, v)
	}
	sep, policy := `"tunnel-encap": {`, false
	for len(v) > 0 {
		kind, value, rest, _ := cutTLV22(v)
		v = rest
		switch {
		case kind != tunnelSRPolicy:
			dst = appendUint(append(dst, sep...), `"tunnel-type-`, kind)
			dst = append(appendHex(append(dst, `": "0x`...), value, upperHex), '"')
		case policy: // a second one would repeat the key
			continue
		default:
			dst, policy = appendPolicyJSON(append(dst, sep...), value), true
		}
		sep = ", "
	}
	return append(dst, '}')
}
